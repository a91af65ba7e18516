//! Running a script on a bastion: each command is one of Systems Manager's, on an instance of the bastion's Auto Scaling group.

use super::values::{Ready, Value};
use super::{Ended, Host, Run, Runner, Script, Undo, key_variables, shell};
use crate::aws::error::{AwsError, Kind};
use crate::aws::remote::{Invocation, RoleKeys};
use crate::aws::retry;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use std::time::Duration;

/// For how long a bastion may take to start.
pub const START: Duration = Duration::from_secs(300);
/// Where commands run when the script does not say.
const ROOT: &str = "/";
/// Characters of an output that Systems Manager keeps.
const KEPT_OUTPUT: usize = 24_000;
const KEPT_ERRORS: usize = 8_000;
/// Largest parameter.
const MAX_SECRETS: usize = 8_192;

/// Whether an instance takes no orders yet: it starts, or has just been replaced.
pub fn is_not_ready(error: &AwsError) -> bool {
    matches!(error.code.as_str(), "InvalidInstanceId" | "TargetNotConnected") || error.kind == Kind::Throttled
}

impl Runner<'_> {
    /// Runs the steps on a bastion; gives the one that failed.
    pub(super) async fn run_on_bastion<'s>(
        &self,
        script: &'s Script,
        host: &Host,
        ready: &Ready,
        keys: Option<&RoleKeys>,
        name: &str,
    ) -> Result<Option<(&'s Run, Ended)>> {
        let region = self.aws.remote.region();
        let place = ["AWS_REGION", "AWS_DEFAULT_REGION"].map(|n| Value::plain(n, region));
        let keys = keys.map(key_variables).into_iter().flatten();
        let variables = last_of_each(place.into_iter().chain(keys).chain(ready.variables.iter().cloned()));
        if let Some(odd) = variables.iter().find(|v| !shell::is_name(&v.name)) {
            let message = format!("the variable `{}` of `{name}` has a name that the shell does not take", odd.name);
            return Err(Failure::new(Exit::Script, "bad-variable", message)
                .hint("names have letters, digits and underscores, and begin with no digit"));
        }
        let secrets = self.keep_secrets(&variables, ready, name).await?;
        let cwd = script.cwd.as_deref().unwrap_or(ROOT);
        for step in &script.steps {
            let Run::Command(command) = step else { continue };
            let text = shell::script(&variables, secrets.as_deref(), region, cwd, command);
            let comment: String = format!("stacktape script {name}").chars().take(100).collect();
            let start = |instance: String| {
                let (text, comment) = (&text, &comment);
                async move { self.aws.remote.start_command(&instance, text, comment).await }
            };
            let (id, instance) = self.on_instance(host, &ready.group, start).await?;
            let undo = Undo::Command(id.clone());
            self.remember(undo.clone());
            let done = self.follow(&id, &instance).await?;
            self.forget(&undo);
            self.show(step, &done);
            if let Some(what) = verdict(&done) {
                return Ok(Some((step, Ended { what, unseen: vec![] })));
            }
        }
        Ok(None)
    }

    /// Puts the secret variables where only the instance fetches them, until the script ends. Gives the name of the parameter.
    async fn keep_secrets(&self, variables: &[Value], ready: &Ready, name: &str) -> Result<Option<String>> {
        let text = shell::secret_exports(variables);
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > MAX_SECRETS {
            let message =
                format!("the secret variables of `{name}` have {} bytes; {MAX_SECRETS} is the limit", text.len());
            return Err(Failure::new(Exit::Script, "large-secrets", message)
                .hint("give the script fewer secrets, or have it read them itself with the role of a resource"));
        }
        let parameter = format!("/stp/{}/script/{}", ready.stack_name, uuid::Uuid::new_v4());
        // Even when the answer is lost, it may be there.
        self.remember(Undo::Parameter(parameter.clone()));
        if let Err(error) = self.aws.remote.put_secret(&parameter, &text).await {
            self.forget(&Undo::Parameter(parameter));
            return Err(error.into());
        }
        Ok(Some(parameter))
    }

    async fn follow(&self, command: &str, instance: &str) -> Result<Invocation> {
        loop {
            let look = || self.aws.remote.invocation(command, instance);
            let seen = retry::read(self.pace.patience, look).await.map_err(|error| {
                error.failure().hint(format!(
                    "the command {command} may still run: see Run Command in the Systems Manager console"
                ))
            })?;
            if seen.has_ended() {
                return Ok(seen);
            }
            tokio::time::sleep(self.pace.poll / 3).await;
        }
    }

    fn show(&self, step: &Run, done: &Invocation) {
        for line in done.stdout.lines().chain(done.stderr.lines()) {
            self.ui.info(format!("  {line}"));
        }
        if done.stdout.len() >= KEPT_OUTPUT || done.stderr.len() >= KEPT_ERRORS {
            self.ui.warn(format!(
                "`{step}` may have printed more: Systems Manager keeps the first 24,000 characters of an output, and 8,000 of errors"
            ));
        }
    }
}

/// How a command ended, when it did not end well.
fn verdict(done: &Invocation) -> Option<String> {
    Some(match (done.status.as_str(), done.details.as_str()) {
        ("Success", _) => return None,
        ("Failed", _) if done.code >= 0 => format!("ended with exit code {}", done.code),
        (_, "DeliveryTimedOut") => "was not taken by the instance within 2 minutes".into(),
        (_, "ExecutionTimedOut") => "ran for 48 hours and was stopped".into(),
        ("Cancelled", _) => "was cancelled in Systems Manager".into(),
        (status, "") => format!("ended as {status}"),
        (_, details) => format!("ended as {details}"),
    })
}

/// One value a name: the last.
fn last_of_each(all: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = vec![];
    for value in all {
        kept.retain(|v| v.name != value.name);
        kept.push(value);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_and_variables() {
        let ended = |status: &str, details: &str, code| {
            verdict(&Invocation { status: status.into(), details: details.into(), code, ..Invocation::default() })
        };
        assert_eq!(ended("Success", "Success", 0), None);
        assert_eq!(ended("Failed", "Failed", 3).as_deref(), Some("ended with exit code 3"));
        assert_eq!(ended("Failed", "Failed", -1).as_deref(), Some("ended as Failed"));
        assert_eq!(
            ended("TimedOut", "DeliveryTimedOut", -1).as_deref(),
            Some("was not taken by the instance within 2 minutes")
        );
        let secret = Value { name: "A".into(), text: "3".into(), secret: true };
        let all = [Value::plain("A", "1"), Value::plain("B", "2"), secret.clone()];
        assert_eq!(last_of_each(all.into_iter()), [Value::plain("B", "2"), secret]);
    }
}
