//! Looking facts up in AWS.

use crate::aws::Aws;
use crate::aws::retry;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use stacktape_compiler::world::{Fact, FactKey};
use std::time::Duration;

/// For how long one question is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks AWS one thing.
pub async fn look_up(aws: &Aws, key: &FactKey) -> Result<Fact> {
    let text = |value: Option<String>| value.map_or(Fact::Absent, |value| Fact::Text { value });
    Ok(match key {
        FactKey::AccountId => text(Some(aws.lookups.identity().await?.account)),
        FactKey::SecretVersion { name } => text(retry::read(PATIENCE, || aws.lookups.secret_version(name)).await?),
        FactKey::SsmParameter { name } => match retry::read(PATIENCE, || aws.lookups.parameter(name)).await? {
            Some(p) => Fact::SsmParameter { version: p.version, secure: p.secure },
            None => Fact::Absent,
        },
        FactKey::StackOutput { stack, output, region } => {
            let elsewhere = match region {
                Some(region) if *region != aws.region => Some((aws.in_region)(region)),
                _ => None,
            };
            let cloudformation = elsewhere.as_ref().unwrap_or(&aws.cloudformation);
            let stack = retry::read(PATIENCE, || cloudformation.stack(stack)).await?;
            text(stack.and_then(|s| s.outputs.get(output).cloned()))
        }
        // Git never gets here: it needs no AWS.
        FactKey::Git { .. } => Fact::Absent,
        FactKey::Domain { .. }
        | FactKey::Vpc { .. }
        | FactKey::InstanceType { .. }
        | FactKey::VerifiedSender { .. } => {
            let what = super::describe(key);
            return Err(Failure::new(Exit::Later, "later", format!("this version cannot look up {what}"))
                .hint("write it into a JSON file and give that with `--facts FILE`"));
        }
    })
}
