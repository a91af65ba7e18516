//! What the variables of a script hold when it runs: outputs of the stack that exist for scripts, and secrets, which are fetched here and nowhere else.

use super::Variable;
use crate::aws::Aws;
use crate::aws::cloudformation::Stack;
use crate::aws::retry;
use crate::compiler::SCRIPT_REFERENCE;
use crate::deploy::job::VERSION_OUTPUT;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use serde_json::Value as Json;
use std::time::Duration;

/// For how long one question is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Values of a script's variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// All of them, by name.
    Found(Vec<(String, String)>),
    /// The stack does not know these yet.
    Unknown {
        /// Names of the variables.
        variables: Vec<String>,
        /// Whether the stack was deployed at all.
        deployed: bool,
    },
}

/// Reads the values of a script's variables from the stack as it is deployed.
pub async fn values(aws: &Aws, stack: Option<&Stack>, variables: &[(String, Variable)]) -> Result<Values> {
    let mut found = vec![];
    let mut unknown = vec![];
    for (name, value) in variables {
        let text = match value {
            Variable::Known(text) => Some(text),
            Variable::Output(id) => stack.and_then(|s| s.outputs.get(id)),
            Variable::Withheld => continue,
        };
        match text {
            Some(text) => found.push((name.clone(), secrets(aws, text).await.map_err(|f| at(name, f))?)),
            None => unknown.push(name.clone()),
        }
    }
    if unknown.is_empty() {
        return Ok(Values::Found(found));
    }
    let deployed = stack.is_some_and(|s| s.outputs.contains_key(VERSION_OUTPUT));
    Ok(Values::Unknown { variables: unknown, deployed })
}

fn at(variable: &str, failure: Failure) -> Failure {
    Failure { message: format!("the variable `{variable}` of a script: {}", failure.message), ..failure }
}

/// Replaces every reference to a secret by the secret.
async fn secrets(aws: &Aws, text: &str) -> Result<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(SCRIPT_REFERENCE) {
        let Some((reference, after)) = after.split_once("}}") else { break };
        out.push_str(before);
        out.push_str(&secret(aws, reference).await?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// One dynamic reference without its frame: `secretsmanager:ID:SecretString:KEY:STAGE:VERSION`, `ssm:NAME:VERSION`, `ssm-secure:NAME:VERSION`.
async fn secret(aws: &Aws, reference: &str) -> Result<String> {
    let malformed = || {
        Failure::new(Exit::Config, "bad-reference", format!("`{{{{resolve:{reference}}}}}` is no dynamic reference"))
    };
    match reference.split_once(':').ok_or_else(malformed)? {
        ("secretsmanager", rest) => {
            // The id may be an ARN, which has colons of its own.
            let (id, rest) = rest.split_once(":SecretString").unwrap_or((rest, ""));
            let mut parts = rest.split(':').skip(1);
            let key = parts.next().filter(|k| !k.is_empty());
            let version = parts.nth(1).filter(|v| !v.is_empty());
            let text = retry::read(PATIENCE, || aws.lookups.secret_text(id, version)).await?;
            match key {
                None => Ok(text),
                Some(key) => of_json(&text, key).ok_or_else(|| {
                    Failure::new(Exit::Aws, "no-key", format!("the secret `{id}` has no JSON key `{key}`"))
                        .hint("correct the name after the dot in `$Secret`, or add the key to the secret")
                }),
            }
        }
        ("ssm" | "ssm-secure", name) => Ok(retry::read(PATIENCE, || aws.lookups.parameter_text(name)).await?),
        _ => Err(malformed()),
    }
}

fn of_json(text: &str, key: &str) -> Option<String> {
    match serde_json::from_str::<Json>(text).ok()?.get(key)? {
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_json_secrets() {
        let secret = r#"{"user":"ada","port":5432}"#;
        assert_eq!(of_json(secret, "user").as_deref(), Some("ada"));
        assert_eq!(of_json(secret, "port").as_deref(), Some("5432"));
        assert_eq!(of_json(secret, "none"), None);
        assert_eq!(of_json("plain", "user"), None);
    }
}
