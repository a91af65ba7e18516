//! Reads what a stack shall be from a request: template by text or URL, parameters, tags, capabilities.

use std::collections::BTreeMap;

use crate::engine::template::{MAX_INLINE, MAX_STORED, Template};
use crate::model::{Definition, OnFailure, Stack};
use crate::protocol::{ApiError, Request};
use crate::s3::Buckets;

/// What the request asks for; `present` is the stack that it changes, if there is one.
pub(super) fn read(request: &Request, present: Option<&Stack>, buckets: &Buckets) -> Result<Definition, ApiError> {
    let template = match (request.flag("UsePreviousTemplate"), present) {
        (Some(true), Some(stack)) => stack.definition.template.clone(),
        _ => template(request, buckets)?
            .ok_or_else(|| ApiError::validation("Either Template URL or Template Body must be specified."))?,
    };
    let mut parameters = BTreeMap::new();
    for parameter in request.structures("Parameters") {
        let name = parameter.required("ParameterKey")?;
        let previous = parameter.flag("UsePreviousValue") == Some(true);
        let value = match (previous, present.and_then(|stack| stack.definition.parameters.get(name))) {
            (true, Some(value)) => value.clone(),
            (true, None) => continue,
            (false, _) => parameter.get("ParameterValue").unwrap_or_default().to_owned(),
        };
        parameters.insert(name.to_owned(), value);
    }
    let mut tags = Vec::new();
    for tag in request.structures("Tags") {
        tags.push((tag.required("Key")?.to_owned(), tag.get("Value").unwrap_or_default().to_owned()));
    }
    // The order of tags means nothing; sorted, equal sets are equal.
    tags.sort();
    if tags.len() > 50 {
        return Err(ApiError::validation("You can specify a maximum of 50 tags"));
    }
    let kept = |name: &str| present.filter(|_| !request.has_list(name)).map(|stack| &stack.definition);
    Ok(Definition {
        template,
        parameters,
        tags: kept("Tags").map_or(tags, |definition| definition.tags.clone()),
        capabilities: request.list("Capabilities"),
        role_arn: request
            .filled("RoleARN")
            .map(str::to_owned)
            .or_else(|| present.and_then(|stack| stack.definition.role_arn.clone())),
        notification_arns: kept("NotificationARNs")
            .map_or_else(|| request.list("NotificationARNs"), |definition| definition.notification_arns.clone()),
    })
}

/// The template that the request gives, if any, within the size limits.
pub(super) fn template(request: &Request, buckets: &Buckets) -> Result<Option<String>, ApiError> {
    match (request.filled("TemplateBody"), request.filled("TemplateURL")) {
        (Some(_), Some(_)) => Err(ApiError::validation("Only one of TemplateBody or TemplateUrl may be specified.")),
        (Some(body), None) if body.len() > MAX_INLINE => Err(ApiError::validation(format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {MAX_INLINE}"
        ))),
        (Some(body), None) => Ok(Some(body.to_owned())),
        (None, Some(url)) => stored(url, buckets).map(Some),
        (None, None) => Ok(None),
    }
}

fn stored(url: &str, buckets: &Buckets) -> Result<String, ApiError> {
    let s3_error = |message: &str| {
        ApiError::validation(format!(
            "S3 error: {message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
        ))
    };
    let (bucket, key) = place(url).ok_or_else(|| ApiError::validation("TemplateURL must be a supported URL."))?;
    if !buckets.exists(&bucket) {
        return Err(s3_error("The specified bucket does not exist"));
    }
    let path = buckets.object(&bucket, &key).ok_or_else(|| s3_error("The specified key does not exist."))?;
    let text = std::fs::read(path).map_err(|error| s3_error(&error.to_string()))?;
    if text.len() > MAX_STORED {
        return Err(ApiError::validation(format!("Template may not exceed {MAX_STORED} bytes in size.")));
    }
    String::from_utf8(text).map_err(|_| ApiError::validation("Template format error: the template is not UTF-8 text."))
}

/// Bucket and key of an S3 URL: path style on any host, virtual-host style on Amazon's and on localhost.
fn place(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let path = decode(path.split('?').next().unwrap_or_default())?;
    let name = host.split(':').next().unwrap_or_default();
    let in_host =
        name.find(".s3.").or_else(|| name.find(".s3-")).or_else(|| name.strip_suffix(".localhost").map(str::len));
    match in_host {
        Some(end) => Some((name[..end].to_owned(), path)),
        None => path.split_once('/').map(|(bucket, key)| (bucket.to_owned(), key.to_owned())),
    }
}

/// Undoes percent encoding.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Refuses IAM resources that the caller has not acknowledged.
pub(super) fn check_capabilities(definition: &Definition) -> Result<(), ApiError> {
    let Some((needed, _)) = Template::parse(&definition.template)?.capabilities() else { return Ok(()) };
    let given = |name: &str| definition.capabilities.iter().any(|capability| capability == name);
    if given("CAPABILITY_NAMED_IAM") || (needed == "CAPABILITY_IAM" && given("CAPABILITY_IAM")) {
        return Ok(());
    }
    Err(ApiError::new("InsufficientCapabilitiesException", format!("Requires capabilities : [{needed}]")))
}

/// What shall happen when the operation fails.
pub(super) fn on_failure(request: &Request, field: &str) -> Result<OnFailure, ApiError> {
    match (request.flag("DisableRollback"), request.filled(field)) {
        (Some(true), Some(_)) => {
            Err(ApiError::validation(format!("You must specify either DisableRollback or {field}, but not both.")))
        }
        (Some(true), None) | (_, Some("DO_NOTHING")) => Ok(OnFailure::DoNothing),
        (_, Some("DELETE")) => Ok(OnFailure::Delete),
        (_, None | Some("ROLLBACK")) => Ok(OnFailure::Rollback),
        (_, Some(other)) => Err(ApiError::validation(format!(
            "1 validation error detected: Value '{other}' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_templates() {
        let found = |url: &str| place(url).map(|(bucket, key)| format!("{bucket} {key}"));
        assert_eq!(found("http://127.0.0.1:4566/my-bucket/a%20b/t.json").as_deref(), Some("my-bucket a b/t.json"));
        assert_eq!(
            found("https://my-bucket.s3.eu-west-1.amazonaws.com/t.json?x=1").as_deref(),
            Some("my-bucket t.json")
        );
        assert_eq!(found("https://s3.eu-west-1.amazonaws.com/my-bucket/t.json").as_deref(), Some("my-bucket t.json"));
        assert_eq!(found("ftp://x/y/z"), None);
    }
}
