//! A template as the engine reads it: sections checked, resources listed, references between them known. Mistakes are answered in CloudFormation's
//! own words, because tools match on them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::engine::yaml;
use crate::model::Policy;
use crate::protocol::ApiError;
use crate::replacement::resource_type;

/// Bytes of a template given inline.
pub(crate) const MAX_INLINE: usize = 51_200;
/// Bytes of a template read from S3.
pub(crate) const MAX_STORED: usize = 1_000_000;
const MAX_RESOURCES: usize = 500;
const MAX_OUTPUTS: usize = 200;
const MAX_PARAMETERS: usize = 200;

const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
];

const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) description: Option<String>,
    pub(crate) parameters: BTreeMap<String, Map<String, Value>>,
    pub(crate) mappings: Value,
    pub(crate) conditions: BTreeMap<String, Value>,
    pub(crate) resources: BTreeMap<String, TemplateResource>,
    pub(crate) outputs: BTreeMap<String, Map<String, Value>>,
    pub(crate) metadata: Option<Value>,
    /// The logical ids so that every resource stands after those it needs.
    pub(crate) order: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct TemplateResource {
    pub(crate) kind: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) condition: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) deletion_policy: Policy,
    pub(crate) update_replace_policy: Policy,
    /// All resources that it refers to or depends on.
    pub(crate) needs: BTreeSet<String>,
}

impl Template {
    /// Reads and checks a template in JSON or YAML.
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        let format = |message: String| ApiError::validation(format!("Template format error: {message}"));
        let root = if text.trim_start().starts_with('{') {
            serde_json::from_str::<Value>(text).map_err(|error| {
                format(format!("JSON not well-formed. (line {}, column {})", error.line(), error.column()))
            })?
        } else {
            yaml::parse(text)
                .map_err(|(line, column)| format(format!("YAML not well-formed. (line {line}, column {column})")))?
        };
        let Value::Object(mut root) = root else {
            return Err(format("unsupported structure.".into()));
        };
        let unknown: Vec<_> = root.keys().filter(|key| !SECTIONS.contains(&key.as_str())).cloned().collect();
        if !unknown.is_empty() {
            return Err(ApiError::validation(format!(
                "Invalid template property or properties [{}]",
                unknown.join(", ")
            )));
        }
        if let Some(transform) = root.get("Transform") {
            return Err(ApiError::validation(format!(
                "The simulator does not run transforms: {transform}. Deploy the processed template."
            )));
        }
        let resources = section(&mut root, "Resources")?;
        if resources.is_empty() {
            return Err(format("At least one Resources member must be defined.".into()));
        }
        count("resources", resources.len(), MAX_RESOURCES)?;
        let outputs = objects(section(&mut root, "Outputs")?, "Outputs")?;
        count("outputs", outputs.len(), MAX_OUTPUTS)?;
        let parameters = objects(section(&mut root, "Parameters")?, "Parameters")?;
        count("parameters", parameters.len(), MAX_PARAMETERS)?;
        let mut template = Self {
            description: root.get("Description").and_then(Value::as_str).map(str::to_owned),
            parameters,
            mappings: Value::Object(section(&mut root, "Mappings")?),
            conditions: section(&mut root, "Conditions")?.into_iter().collect(),
            resources: BTreeMap::new(),
            outputs,
            metadata: root.remove("Metadata"),
            order: Vec::new(),
        };
        for (id, resource) in resources {
            template.resources.insert(id.clone(), read_resource(&id, resource)?);
        }
        template.link();
        template.check_types()?;
        template.check_references()?;
        template.order = template.sort()?;
        Ok(template)
    }

    /// Parses the stored text of a template that was checked when it came in.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    /// The capabilities that the template asks for, with AWS's reason.
    pub(crate) fn capabilities(&self) -> Option<(&'static str, String)> {
        let mut kinds = BTreeSet::new();
        let mut named = false;
        for resource in self.resources.values() {
            let Some(kind) = resource.kind.strip_prefix("AWS::IAM::") else { continue };
            let name = match kind {
                "Role" => "RoleName",
                "User" => "UserName",
                "Group" => "GroupName",
                "ManagedPolicy" => "ManagedPolicyName",
                "InstanceProfile" => "InstanceProfileName",
                "Policy" | "AccessKey" | "UserToGroupAddition" => "",
                _ => continue,
            };
            named |= resource.properties.contains_key(name);
            kinds.insert(resource.kind.as_str());
        }
        if kinds.is_empty() {
            return None;
        }
        let reason = format!(
            "The following resource(s) require capabilities: [{}]",
            kinds.into_iter().collect::<Vec<_>>().join(", ")
        );
        Some((if named { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" }, reason))
    }

    /// Adds the resources that each resource's properties refer to.
    fn link(&mut self) {
        let ids: BTreeSet<String> = self.resources.keys().cloned().collect();
        for resource in self.resources.values_mut() {
            let mut uses = Uses::default();
            resource.properties.values().for_each(|value| uses.collect(value));
            resource.needs.extend(uses.names.into_iter().filter(|name| ids.contains(name)));
        }
    }

    fn check_types(&self) -> Result<(), ApiError> {
        let mut unknown: Vec<&str> = self
            .resources
            .values()
            .map(|resource| resource.kind.as_str())
            .filter(|kind| resource_type(kind).is_none())
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(ApiError::validation(format!(
            "Template format error: Unrecognized resource types: [{}]",
            unknown.join(", ")
        )))
    }

    fn check_references(&self) -> Result<(), ApiError> {
        let known = |name: &str| {
            self.resources.contains_key(name) || self.parameters.contains_key(name) || PSEUDO.contains(&name)
        };
        let mut missing = BTreeSet::new();
        let mut conditions = BTreeSet::new();
        let mut attributes = Vec::new();
        for resource in self.resources.values() {
            let mut uses = Uses::default();
            for value in resource.properties.values() {
                uses.collect(value);
            }
            missing.extend(resource.needs.iter().filter(|name| !self.resources.contains_key(*name)).cloned());
            missing.extend(uses.names.iter().filter(|name| !known(name)).cloned());
            conditions.extend(uses.conditions.into_iter().chain(resource.condition.clone()));
            attributes.extend(uses.attributes);
        }
        unresolved(&missing, "Resources")?;
        let mut missing = BTreeSet::new();
        for output in self.outputs.values() {
            let mut uses = Uses::default();
            output.values().for_each(|value| uses.collect(value));
            missing.extend(uses.names.iter().filter(|name| !known(name)).cloned());
            conditions.extend(uses.conditions);
            conditions.extend(output.get("Condition").and_then(Value::as_str).map(str::to_owned));
            attributes.extend(uses.attributes);
        }
        unresolved(&missing, "Outputs")?;
        let mut uses = Uses::default();
        self.conditions.values().for_each(|value| uses.collect_condition(value));
        conditions.extend(uses.conditions);
        if let Some(name) = conditions.iter().find(|name| !self.conditions.contains_key(*name)) {
            return Err(ApiError::validation(format!(
                "Template format error: Unresolved condition dependency {name} in the Conditions block of the template"
            )));
        }
        for (id, attribute) in attributes {
            self.check_attribute(&id, &attribute)?;
        }
        Ok(())
    }

    fn check_attribute(&self, id: &str, attribute: &str) -> Result<(), ApiError> {
        let Some(resource) = self.resources.get(id) else { return Ok(()) };
        let Some(known) = resource_type(&resource.kind) else { return Ok(()) };
        let open = known.name == "AWS::CloudFormation::CustomResource"
            || (known.name == "AWS::CloudFormation::Stack" && attribute.starts_with("Outputs."));
        let path = attribute.replace('.', "/");
        let top = path.split('/').next().unwrap_or_default();
        let listed = known.read_only.iter().any(|name| *name == path || name.split('/').next() == Some(top))
            || known.accepts(top);
        if open || listed || crate::attributes::has_extra_attribute(&resource.kind, attribute) {
            return Ok(());
        }
        Err(ApiError::validation(format!(
            "Template error: resource {id} does not support attribute type {attribute} in Fn::GetAtt"
        )))
    }

    /// Kahn's algorithm; what is left over lies on or behind a cycle.
    fn sort(&self) -> Result<Vec<String>, ApiError> {
        let mut order: Vec<String> = Vec::with_capacity(self.resources.len());
        let mut left: BTreeMap<&str, BTreeSet<&str>> = self
            .resources
            .iter()
            .map(|(id, resource)| (id.as_str(), resource.needs.iter().map(String::as_str).collect()))
            .collect();
        while !left.is_empty() {
            let ready: Vec<&str> = left.iter().filter(|(_, needs)| needs.is_empty()).map(|(id, _)| *id).collect();
            if ready.is_empty() {
                let names = only_cycles(left);
                return Err(ApiError::validation(format!(
                    "Circular dependency between resources: [{}]",
                    names.join(", ")
                )));
            }
            for id in &ready {
                left.remove(id);
                order.push((*id).to_owned());
            }
            for needs in left.values_mut() {
                for id in &ready {
                    needs.remove(id);
                }
            }
        }
        Ok(order)
    }
}

/// Takes away what merely hangs behind a cycle.
fn only_cycles(mut left: BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    loop {
        let needed: BTreeSet<&str> = left.values().flatten().copied().collect();
        let before = left.len();
        left.retain(|id, _| needed.contains(id));
        if left.len() == before {
            return left.into_keys().map(str::to_owned).collect();
        }
    }
}

fn unresolved(missing: &BTreeSet<String>, block: &str) -> Result<(), ApiError> {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().cloned().collect::<Vec<_>>().join(", ");
    Err(ApiError::validation(format!(
        "Template format error: Unresolved resource dependencies [{names}] in the {block} block of the template"
    )))
}

fn count(what: &str, number: usize, limit: usize) -> Result<(), ApiError> {
    if number <= limit {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "Template format error: Number of {what}, {number}, is greater than maximum allowed, {limit}"
    )))
}

fn section(root: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, ApiError> {
    match root.remove(name) {
        None => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(ApiError::validation(format!("Template format error: [/{name}] {name} must be an object."))),
    }
}

fn objects(map: Map<String, Value>, section: &str) -> Result<BTreeMap<String, Map<String, Value>>, ApiError> {
    map.into_iter()
        .map(|(name, value)| match value {
            Value::Object(value) => Ok((name, value)),
            _ => Err(ApiError::validation(format!(
                "Template format error: [/{section}/{name}] Every {section} member must be an object."
            ))),
        })
        .collect()
}

fn read_resource(id: &str, value: Value) -> Result<TemplateResource, ApiError> {
    let format = |message: String| ApiError::validation(format!("Template format error: {message}"));
    if id.is_empty() || !id.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Err(format(format!("Resource name {id} is non alphanumeric.")));
    }
    let Value::Object(mut map) = value else {
        return Err(format(format!("[/Resources/{id}] Every Resources object must be an object.")));
    };
    let Some(kind) = map.get("Type").and_then(Value::as_str).map(str::to_owned) else {
        return Err(format(format!("[/Resources/{id}] Every Resources object must contain a Type member.")));
    };
    const MEMBERS: [&str; 9] = [
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "UpdatePolicy",
        "CreationPolicy",
    ];
    if let Some(unknown) = map.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
        return Err(ApiError::validation(format!("Invalid template resource property '{unknown}'")));
    }
    let properties = match map.remove("Properties") {
        None => Map::new(),
        Some(Value::Object(properties)) => properties,
        Some(_) => return Err(format(format!("[/Resources/{id}/Properties] Properties must be an object."))),
    };
    let mut needs = BTreeSet::new();
    match map.remove("DependsOn") {
        None => {}
        Some(Value::String(name)) => _ = needs.insert(name),
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => {
            needs.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        Some(_) => {
            return Err(format(format!(
                "[/Resources/{id}/DependsOn] DependsOn must be a string or a list of strings."
            )));
        }
    }
    let policy = |name: &str| match map.get(name) {
        None => Ok(Policy::default()),
        Some(value) => value.as_str().and_then(Policy::parse).ok_or_else(|| {
            ApiError::validation(format!(
                "Template error: {name} of resource {id} must be Delete, Retain, RetainExceptOnCreate or Snapshot"
            ))
        }),
    };
    Ok(TemplateResource {
        deletion_policy: policy("DeletionPolicy")?,
        update_replace_policy: policy("UpdateReplacePolicy")?,
        condition: map.get("Condition").and_then(Value::as_str).map(str::to_owned),
        metadata: map.remove("Metadata"),
        kind,
        properties,
        needs,
    })
}

/// What a value refers to.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Everything named by Ref, GetAtt and Sub: resources, parameters, pseudo parameters.
    pub(crate) names: BTreeSet<String>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) conditions: BTreeSet<String>,
}

impl Uses {
    pub(crate) fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(map) => {
                if map.len() == 1
                    && let Some((key, argument)) = map.iter().next()
                {
                    match (key.as_str(), argument) {
                        ("Ref", Value::String(name)) => {
                            self.names.insert(name.clone());
                            return;
                        }
                        ("Fn::GetAtt", _) => {
                            if let Some((id, attribute)) = attribute(argument) {
                                self.names.insert(id.clone());
                                self.attributes.push((id, attribute));
                            }
                            return;
                        }
                        ("Fn::Sub", _) => return self.sub(argument),
                        ("Fn::If", Value::Array(items)) => {
                            self.conditions.extend(items.first().and_then(Value::as_str).map(str::to_owned));
                        }
                        _ => {}
                    }
                }
                map.values().for_each(|item| self.collect(item));
            }
            _ => {}
        }
    }

    fn collect_condition(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect_condition(item)),
            Value::Object(map) => {
                for (key, item) in map {
                    match item {
                        Value::String(name) if key == "Condition" => _ = self.conditions.insert(name.clone()),
                        _ => self.collect_condition(item),
                    }
                }
            }
            _ => {}
        }
    }

    fn sub(&mut self, argument: &Value) {
        let (text, local) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text), Value::Object(local)] => (text.as_str(), Some(local)),
                _ => return,
            },
            _ => return,
        };
        for part in sub_parts(text) {
            let SubPart::Variable(name) = part else { continue };
            if local.is_some_and(|local| local.contains_key(name)) {
                continue;
            }
            match name.split_once('.') {
                Some((id, attribute)) => {
                    self.names.insert(id.to_owned());
                    self.attributes.push((id.to_owned(), attribute.to_owned()));
                }
                None => _ = self.names.insert(name.to_owned()),
            }
        }
        if let Some(local) = local {
            local.values().for_each(|value| self.collect(value));
        }
    }
}

/// The resource and attribute of a GetAtt in either of its forms.
pub(crate) fn attribute(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::String(text) => text.split_once('.').map(|(id, name)| (id.to_owned(), name.to_owned())),
        Value::Array(items) => match items.as_slice() {
            [Value::String(id), Value::String(name)] => Some((id.clone(), name.clone())),
            _ => None,
        },
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SubPart<'a> {
    Text(&'a str),
    Variable(&'a str),
    /// `${!Name}`, which stands for the text `${Name}`.
    Escaped(&'a str),
}

/// Splits the text of an `Fn::Sub` at its variables.
pub(crate) fn sub_parts(mut text: &str) -> Vec<SubPart<'_>> {
    let mut parts = Vec::new();
    while let Some(start) = text.find("${") {
        let Some(length) = text[start..].find('}') else { break };
        let inside = &text[start + 2..start + length];
        if start > 0 {
            parts.push(SubPart::Text(&text[..start]));
        }
        parts.push(match inside.strip_prefix('!') {
            Some(literal) => SubPart::Escaped(literal),
            None => SubPart::Variable(inside.trim()),
        });
        text = &text[start + length + 1..];
    }
    if !text.is_empty() {
        parts.push(SubPart::Text(text));
    }
    parts
}
