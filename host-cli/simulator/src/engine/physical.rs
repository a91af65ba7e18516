//! What making, changing and deleting one resource does in the simulated account: the checks that the service itself would make, the names that
//! are taken, and the buckets, which are real.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use crate::attributes::{self, Birth};
use crate::engine::intrinsics::Environment;
use crate::model::{Policy, Resource, Stack, StackStatus, uuid};
use crate::replacement::resource_type;
use crate::store::World;

const BUCKET: &str = "AWS::S3::Bucket";

/// Checks the wanted properties as the resource's handler would before it does anything.
pub(crate) fn check(world: &World, resource: &Resource) -> Result<(), String> {
    let Some(known) = resource_type(&resource.kind) else { return Ok(()) };
    let mut problems: Vec<String> = Vec::new();
    for name in &known.required {
        if !resource.properties.contains_key(*name) {
            problems.push(format!("#: required key [{name}] not found"));
        }
    }
    // A custom resource passes its properties on to a function of the user's.
    if known.name != "AWS::CloudFormation::CustomResource" {
        for name in resource.properties.keys().filter(|name| !known.accepts(name)) {
            problems.push(format!("#: extraneous key [{name}] is not permitted"));
        }
    }
    if !problems.is_empty() {
        return Err(format!(
            "Properties validation failed for resource {} with message:\n{}",
            resource.logical_id,
            problems.join("\n")
        ));
    }
    let code = match resource.kind.as_str() {
        "AWS::Lambda::Function" => resource.properties.get("Code"),
        "AWS::Lambda::LayerVersion" => resource.properties.get("Content"),
        _ => None,
    };
    match code {
        Some(Value::Object(code)) => check_code(world, code),
        _ => Ok(()),
    }
}

/// Lambda copies its code from S3 when a function is made or its code changes.
fn check_code(world: &World, code: &Map<String, Value>) -> Result<(), String> {
    let (Some(bucket), Some(key)) =
        (code.get("S3Bucket").and_then(Value::as_str), code.get("S3Key").and_then(Value::as_str))
    else {
        return Ok(());
    };
    let (error, message) = if !world.buckets.exists(bucket) {
        ("NoSuchBucket", "The specified bucket does not exist")
    } else if world.buckets.object(bucket, key).is_none() {
        ("NoSuchKey", "The specified key does not exist.")
    } else {
        return Ok(());
    };
    Err(handler(
        &format!(
            "Error occurred while GetObject. S3 Error Code: {error}. S3 Error Message: {message} (Service: Lambda, Status Code: 400, Request ID: {})",
            uuid()
        ),
        "InvalidRequest",
    ))
}

/// Makes the resource: gives it its identity. `stack` is the one it belongs to, which is not among `world.stacks` meanwhile.
pub(crate) fn create(
    world: &mut World,
    stack: &Stack,
    environment: &Environment,
    resource: &mut Resource,
    replaced: Option<&Resource>,
) -> Result<(), String> {
    check(world, resource)?;
    let published = publication(world, stack, resource)?;
    let identity = attributes::identity(Birth {
        kind: &resource.kind,
        logical_id: &resource.logical_id,
        properties: &resource.properties,
        environment,
        next_version: &mut |of| world.next_version(of),
    });
    if let Some(old) = replaced
        && old.identifier == identity.identifier
    {
        let name = attributes::custom_name(&resource.kind, &resource.properties)
            .unwrap_or_else(|| identity.physical_id.clone());
        return Err(format!(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again."
        ));
    }
    let owner = format!("{} {}", stack.id, resource.logical_id);
    free(world, stack, resource, &identity.identifier, &owner)?;
    if resource.kind == BUCKET {
        let name = &identity.physical_id;
        if !valid_bucket_name(name) {
            return Err(handler("The specified bucket is not valid.", "InvalidRequest"));
        }
        world.buckets.create(name, &owner).map_err(|error| {
            handler(&format!("The bucket {name} cannot be made: {error}"), "GeneralServiceException")
        })?;
    }
    if let Some((function, content)) = published {
        let version = identity.attributes.get("Version").and_then(Value::as_str).unwrap_or_default();
        world.publish(&function, &content, version);
    }
    resource.physical_id = identity.physical_id;
    resource.identifier = identity.identifier;
    resource.attributes = identity.attributes;
    Ok(())
}

/// The function that a version freezes and a fingerprint of what it is now. Lambda refuses to freeze the same thing twice.
fn publication(world: &World, own: &Stack, resource: &Resource) -> Result<Option<(String, String)>, String> {
    if resource.kind != "AWS::Lambda::Version" {
        return Ok(None);
    }
    let named = resource.properties.get("FunctionName").and_then(Value::as_str).unwrap_or_default();
    let name = named.split_once("function:").map_or(named, |(_, name)| name).split(':').next().unwrap_or_default();
    let functions = std::iter::once(own).chain(world.stacks.values()).flat_map(|stack| stack.resources.values());
    let mut functions = functions.filter(|other| other.kind == "AWS::Lambda::Function" && other.exists());
    let Some(function) = functions.find(|function| function.physical_id == name) else { return Ok(None) };
    // Everything but tags and concurrency belongs to a version.
    let frozen =
        function.properties.iter().filter(|(key, _)| !matches!(key.as_str(), "Tags" | "ReservedConcurrentExecutions"));
    let mut hasher = DefaultHasher::new();
    frozen.map(|(key, value)| (key, value.to_string())).collect::<BTreeMap<_, _>>().hash(&mut hasher);
    let content = format!("{:016x}", hasher.finish());
    match world.published(name) {
        Some((known, version)) if *known == content => Err(handler(
            &format!(
                "A version for this Lambda function exists ( {version} ). Modify the function to create a new version."
            ),
            "AlreadyExists",
        )),
        _ => Ok(Some((name.to_owned(), content))),
    }
}

/// Whether nothing else in the account goes by this identifier.
fn free(world: &World, own: &Stack, resource: &Resource, identifier: &str, owner: &str) -> Result<(), String> {
    let taken = |other: &Resource| other.exists() && other.kind == resource.kind && other.identifier == identifier;
    let living = world.stacks.values().filter(|stack| stack.status != StackStatus::DeleteComplete);
    for stack in std::iter::once(own).chain(living) {
        let others =
            stack.resources.values().filter(|other| stack.id != own.id || other.logical_id != resource.logical_id);
        if others.chain(&stack.leftovers).any(taken) {
            return Err(format!("{identifier} already exists in stack {}", stack.id));
        }
    }
    let foreign =
        resource.kind == BUCKET && world.buckets.exists(identifier) && !world.buckets.belongs_to(identifier, owner);
    if foreign || world.is_left_behind(&resource.kind, identifier) {
        let kind = &resource.kind;
        return Err(handler(
            &format!("Resource of type '{kind}' with identifier '{identifier}' already exists."),
            "AlreadyExists",
        ));
    }
    Ok(())
}

/// Deletes the resource, or says in AWS's words why it cannot be.
pub(crate) fn delete(world: &mut World, resource: &Resource) -> Result<(), String> {
    if resource.kind == "AWS::Lambda::Function" {
        world.unpublish(&resource.physical_id);
    }
    if resource.kind == "AWS::Lambda::Version" {
        world.withdraw(resource.physical_id.split_once("function:").map_or("", |(_, rest)| rest));
    }
    if resource.kind != BUCKET {
        return Ok(());
    }
    let name = &resource.physical_id;
    if !world.buckets.exists(name) {
        return Ok(());
    }
    match world.buckets.is_empty(name) {
        Ok(true) => world.buckets.delete(name).map_err(|error| {
            handler(&format!("The bucket {name} cannot be deleted: {error}"), "GeneralServiceException")
        }),
        Ok(false) => Err(handler(
            &format!(
                "The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: {})",
                uuid()
            ),
            "GeneralServiceException",
        )),
        Err(error) => Err(handler(&format!("The bucket {name} cannot be read: {error}"), "GeneralServiceException")),
    }
}

/// Lets go of a resource that stays in the account.
pub(crate) fn retain(world: &mut World, resource: &Resource) {
    if resource.kind != BUCKET {
        world.leave_behind(&resource.kind, &resource.identifier);
    }
}

/// Whether deleting the resource means leaving it.
pub(crate) fn keeps(policy: Policy, undoing_creation: bool) -> bool {
    match policy {
        Policy::Retain => true,
        Policy::RetainExceptOnCreate => !undoing_creation,
        Policy::Delete | Policy::Snapshot => false,
    }
}

/// The form in which CloudFormation passes on what a service answered.
fn handler(message: &str, code: &str) -> String {
    format!("Resource handler returned message: \"{message}\" (RequestToken: {}, HandlerErrorCode: {code})", uuid())
}

/// The rules for bucket names: 3 to 63 of lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no two dots in a row.
pub(crate) fn valid_bucket_name(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|character| plain(character) || matches!(character, '.' | '-'))
        && name.starts_with(plain)
        && name.ends_with(plain)
        && !name.contains("..")
}
