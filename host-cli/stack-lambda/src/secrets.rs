//! References to secrets among what a handler is asked: CloudFormation gives custom resources the text of a reference, so the function resolves it
//! when it needs the value. A value stands in no answer, no message and no log.

use crate::aws::Aws;
use serde_json::{Map, Value, json};

/// How a reference begins; the compiler writes it instead of `{{resolve:`.
const REFERENCE: &str = "{{script-resolve:";
const END: &str = "}}";

/// The values with every reference replaced by what it refers to.
///
/// # Errors
/// When a secret cannot be read, or has no such key.
pub async fn resolve(aws: &Aws, values: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let mut all = Value::Object(values.clone());
    let mut waiting = vec![&mut all];
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) if text.contains(REFERENCE) => *text = resolve_text(aws, text).await?,
            Value::Array(items) => waiting.extend(items),
            Value::Object(entries) => waiting.extend(entries.values_mut()),
            _ => {}
        }
    }
    Ok(match all {
        Value::Object(entries) => entries,
        _ => Map::new(),
    })
}

async fn resolve_text(aws: &Aws, text: &str) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(REFERENCE) {
        let Some((reference, after)) = after.split_once(END) else { break };
        out.push_str(before);
        out.push_str(&read(aws, reference).await?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// `secretsmanager:ID:SecretString:KEY:STAGE:VERSION` or `ssm-secure:NAME:VERSION`.
async fn read(aws: &Aws, reference: &str) -> Result<String, String> {
    match reference.split_once(':') {
        Some(("secretsmanager", rest)) => secret(aws, rest).await,
        Some(("ssm-secure", name)) => {
            let body = json!({ "Name": name, "WithDecryption": true });
            let found = aws.json("ssm", &aws.region, "AmazonSSM.GetParameter", &body).await;
            let found = found.map_err(|e| e.while_doing(&format!("reading the SSM parameter {name}")))?;
            let value = found.get("Parameter").and_then(|p| p.get("Value")).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(|| format!("the SSM parameter {name} has no value"))
        }
        _ => Err(format!("{reference} refers to no secret")),
    }
}

async fn secret(aws: &Aws, reference: &str) -> Result<String, String> {
    // The id may be an ARN, which has colons of its own.
    let (id, rest) = reference.split_once(":SecretString").unwrap_or((reference, ""));
    let mut parts = rest.split(':').skip(1).map(|part| Some(part).filter(|p| !p.is_empty()));
    let (key, stage, version) = (parts.next().flatten(), parts.next().flatten(), parts.next().flatten());
    let mut body = json!({ "SecretId": id });
    for (name, value) in [("VersionStage", stage), ("VersionId", version)] {
        if let Some(value) = value {
            body[name] = value.into();
        }
    }
    let found = aws.json("secretsmanager", &aws.region, "secretsmanager.GetSecretValue", &body).await;
    let found = found.map_err(|e| e.while_doing(&format!("reading the secret {id}")))?;
    let text = found.get("SecretString").and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("the secret {id} is no text"))?;
    let Some(key) = key else { return Ok(text.to_owned()) };
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    match json.get(key) {
        Some(Value::String(value)) => Ok(value.clone()),
        Some(other) => Ok(other.to_string()),
        None => Err(format!("the secret {id} has no JSON key {key}")),
    }
}
