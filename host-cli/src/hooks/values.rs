//! What a script is told when it runs: outputs of the stack that exist for scripts, and secrets, which are fetched here and nowhere else.

use super::tunnel::Way;
use super::{Place, Script, Variable};
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

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Name of the variable.
    pub name: String,
    /// Text.
    pub text: String,
    /// Whether a secret is in it.
    pub secret: bool,
}

impl Value {
    /// One without a secret.
    pub fn plain(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), secret: false }
    }
}

/// Everything that a script needs of its stack; what it does not ask for is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Name of the stack.
    pub stack_name: String,
    /// Its variables; the last of a name wins.
    pub variables: Vec<Value>,
    /// ARN of the role that it acts as.
    pub role: String,
    /// Auto Scaling group of its bastion.
    pub group: String,
    /// What it reaches through the bastion.
    pub ways: Vec<Way>,
}

/// Whether everything is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    All(Ready),
    /// The stack does not know these.
    Not {
        /// What, in the user's words.
        what: Vec<String>,
        /// Whether the stack was deployed at all.
        deployed: bool,
    },
}

/// Reads what a script needs from the stack as it is deployed. When it is gone, its last outputs are known and nothing else.
pub async fn known(aws: &Aws, stack: Option<&Stack>, script: &Script, gone: bool) -> Result<Known> {
    let mut ready = Ready { stack_name: stack.map(|s| s.name.clone()).unwrap_or_default(), ..Ready::default() };
    let mut unknown = vec![];
    let text = |value: &Variable| match value {
        Variable::Known(text) => Some(text.clone()),
        Variable::Output(id) => stack.and_then(|s| s.outputs.get(id)).cloned(),
        Variable::Withheld => None,
    };
    for (name, value) in script.environment.iter().filter(|(_, value)| *value != Variable::Withheld) {
        match text(value) {
            Some(text) => {
                let secret = text.contains(SCRIPT_REFERENCE);
                let text = secrets(aws, &text).await.map_err(|f| at(name, f))?;
                ready.variables.push(Value { name: name.clone(), text, secret });
            }
            None => unknown.push(name.clone()),
        }
    }
    if let Some((resource, role)) = &script.acts_as {
        match text(role).filter(|_| !gone) {
            Some(arn) => ready.role = arn,
            None => unknown.push(format!("the role of `{resource}`")),
        }
    }
    let (host, tunnels) = match &script.place {
        Place::Here => (None, [].as_slice()),
        Place::Bastion(host) => (Some(host), [].as_slice()),
        Place::Tunnels(host, tunnels) => (Some(host), tunnels.as_slice()),
    };
    if let Some(host) = host.filter(|_| !tunnels.is_empty() || matches!(script.place, Place::Bastion(_))) {
        match group(aws, stack.filter(|_| !gone), &host.group).await? {
            Some(group) => ready.group = group,
            None => unknown.push(format!("the bastion `{}`", host.resource)),
        }
    }
    for tunnel in tunnels {
        match tunnel.hosts.iter().map(text).collect::<Option<Vec<String>>>() {
            Some(hosts) => {
                ready.ways.push(Way { resource: tunnel.resource.clone(), hosts, ports: tunnel.ports.clone() });
            }
            None => unknown.push(format!("the address of `{}`", tunnel.resource)),
        }
    }
    if unknown.is_empty() {
        return Ok(Known::All(ready));
    }
    let deployed = stack.is_some_and(|s| s.outputs.contains_key(VERSION_OUTPUT));
    Ok(Known::Not { what: unknown, deployed })
}

/// Name of the Auto Scaling group with a logical id.
async fn group(aws: &Aws, stack: Option<&Stack>, logical_id: &str) -> Result<Option<String>> {
    let Some(stack) = stack else { return Ok(None) };
    let resources = retry::read(PATIENCE, || aws.cloudformation.resources(&stack.name)).await?;
    let found = resources.into_iter().find(|r| r.logical_id == logical_id && !r.status.starts_with("DELETE_COMPLETE"));
    Ok(found.map(|r| r.physical_id).filter(|id| !id.is_empty()))
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
