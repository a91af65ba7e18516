//! The calls of Lambda's API that the handlers need.

use crate::aws::{Aws, AwsError, Request};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Pause between two looks at a function that is changing.
const PAUSE: Duration = Duration::from_secs(1);

/// A call about functions of a region. `path` follows `/2015-03-31/functions`.
pub async fn call(
    aws: &Aws,
    region: &str,
    method: &'static str,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, AwsError> {
    call_at(aws, region, method, format!("/2015-03-31/functions{path}"), body).await
}

async fn call_at(
    aws: &Aws,
    region: &str,
    method: &'static str,
    path: String,
    body: Option<&Value>,
) -> Result<Value, AwsError> {
    let request = Request {
        body: body.map(|b| b.to_string().into_bytes()).unwrap_or_default(),
        headers: body.map(|_| ("content-type", "application/json".into())).into_iter().collect(),
        ..Request::new("lambda", region, method, path)
    };
    let reply = aws.send(&request).await?;
    Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
}

/// Gives tags to a function.
pub async fn tag(aws: &Aws, region: &str, arn: &str, tags: &Map<String, Value>) -> Result<(), AwsError> {
    if tags.is_empty() {
        return Ok(());
    }
    let (path, body) = (format!("/2017-03-31/tags/{}", arn.replace(':', "%3A")), json!({ "Tags": tags }));
    call_at(aws, region, "POST", path, Some(&body)).await.map(|_| ())
}

/// The configuration of a function or one of its versions (`name:7`), or `None` when there is no such function.
pub async fn configuration(
    aws: &Aws,
    region: &str,
    name: &str,
    version: Option<&str>,
) -> Result<Option<Value>, AwsError> {
    let qualifier = version.map(|v| format!("?Qualifier={v}")).unwrap_or_default();
    match call(aws, region, "GET", &format!("/{name}/configuration{qualifier}"), None).await {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Waits until a function, or a version of it, is there and nothing about it is changing.
///
/// # Errors
/// When Lambda says that the creation or the change failed.
pub async fn settle(aws: &Aws, region: &str, name: &str, version: Option<&str>) -> Result<(), String> {
    loop {
        let found =
            configuration(aws, region, name, version).await.map_err(|e| e.while_doing("looking at the function"))?;
        let found = found.ok_or_else(|| format!("the function {name} is gone"))?;
        let text = |key: &str| found.get(key).and_then(Value::as_str).unwrap_or_default();
        let reason = |key: &str| format!("Lambda could not make the function {name}: {}", text(key));
        match (text("State"), text("LastUpdateStatus")) {
            ("Failed", _) => return Err(reason("StateReason")),
            (_, "Failed") => return Err(reason("LastUpdateStatusReason")),
            ("Pending", _) | (_, "InProgress") => tokio::time::sleep(PAUSE).await,
            _ => return Ok(()),
        }
    }
}

/// Runs a function of the stack's region and waits for its end.
///
/// # Errors
/// When it cannot be run, and when it fails: with what it failed with.
pub async fn invoke(aws: &Aws, name: &str, event: &Value) -> Result<(), String> {
    let request = Request {
        body: event.to_string().into_bytes(),
        headers: vec![("content-type", "application/json".into()), ("x-amz-invocation-type", "RequestResponse".into())],
        // Once it may have begun, it must not be run again.
        once: true,
        ..Request::new("lambda", &aws.region, "POST", format!("/2015-03-31/functions/{name}/invocations"))
    };
    let reply = aws.send(&request).await.map_err(|e| e.while_doing("running the script"))?;
    if reply.header("x-amz-function-error").is_none() {
        return Ok(());
    }
    let payload: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |key: &str| payload.get(key).and_then(Value::as_str);
    let what = match (text("errorType"), text("errorMessage")) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (None, Some(message)) => message.to_owned(),
        _ => String::from_utf8_lossy(&reply.body).into_owned(),
    };
    Err(format!("the script failed: {what} (more in the log group /aws/lambda/{name})"))
}
