//! CloudFront, as far as a deploy needs it: CreateInvalidation for distributions of stacks. There are no caches here, so an invalidation is complete at
//! once; it is remembered until the simulator ends, so that a repeated caller reference gives the same one.

use std::collections::BTreeMap;

use crate::control::{FaultKind, take_fault};
use crate::model::StackStatus;
use crate::protocol::{ApiError, Xml};
use crate::store::World;

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// Invalidations by distribution and caller reference.
pub(crate) type Invalidations = BTreeMap<(String, String), String>;

/// Answers a request with an HTTP status and XML.
pub(crate) fn answer(world: &mut World, method: &str, path: &str, body: &[u8]) -> (u16, String) {
    match create_invalidation(world, method, path, body) {
        Ok(text) => (201, text),
        Err(error) => (error.status, error.to_xml(NAMESPACE)),
    }
}

fn create_invalidation(world: &mut World, method: &str, path: &str, body: &[u8]) -> Result<String, ApiError> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let ("POST", [_, "distribution", id, "invalidation"]) = (method, parts.as_slice()) else {
        return Err(ApiError::new("InvalidAction", format!("The simulator does not serve cloudfront:{method} {path}")));
    };
    if let Some(kind) = take_fault(&mut world.faults, "cloudfront", "CreateInvalidation") {
        let (code, message, status) = match kind {
            FaultKind::Throttle => ("Throttling", "Rate exceeded", 400),
            FaultKind::Expire => ("ExpiredToken", "The security token included in the request is expired", 403),
        };
        return Err(ApiError { code: code.into(), message: message.into(), status });
    }
    let live = world.stacks.values().filter(|stack| stack.status != StackStatus::DeleteComplete);
    let there = live
        .flat_map(|stack| stack.resources.values())
        .any(|r| r.kind == "AWS::CloudFront::Distribution" && r.physical_id == *id);
    if !there {
        let message = "The specified distribution does not exist.".to_owned();
        return Err(ApiError { code: "NoSuchDistribution".into(), message, status: 404 });
    }
    let text = String::from_utf8_lossy(body);
    let Some(reference) = element(&text, "CallerReference").filter(|reference| !reference.is_empty()) else {
        return Err(ApiError::new("MissingBody", "The request has no CallerReference"));
    };
    let fresh = format!("I{}", &crate::model::uuid().replace('-', "").to_uppercase()[..13]);
    let invalidation = world.invalidations.entry(((*id).to_owned(), reference.to_owned())).or_insert(fresh).clone();
    let mut xml = Xml::new();
    xml.open_with("Invalidation", NAMESPACE);
    xml.text("Id", &invalidation);
    xml.text("Status", "Completed");
    xml.text("CreateTime", &crate::model::now());
    xml.open("InvalidationBatch");
    xml.open("Paths");
    xml.text("Quantity", "1");
    xml.open("Items");
    xml.text("Path", element(&text, "Path").unwrap_or_default());
    xml.close();
    xml.close();
    xml.text("CallerReference", reference);
    Ok(xml.finish())
}

/// The text of the first element of a name; the SDK writes such elements without attributes.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}
