//! Scripts of the config, and the hooks that run them before and after a deploy and a deletion.
//!
//! A script runs on this machine (`local.rs`), there with tunnels into the VPC (`tunnel.rs`), or on a bastion (`bastion.rs`). It gets its own variables and
//! those of `connectTo` (`values.rs`), and on this machine the environment of the command; with `assumeRoleOfResource` the keys of a role. What it prints
//! is shown line by line as a message, so that standard output stays for results and JSON lines stay JSON. Whatever a script needs on the side (a session, a
//! parameter with secrets) is taken back when it ends, fails or is interrupted.

mod bastion;
mod local;
mod moment;
mod shell;
mod tunnel;
mod values;

#[cfg(all(test, unix))]
mod tests;

pub use moment::{AFTER_DELETE, AFTER_DEPLOY, BEFORE_DELETE, BEFORE_DEPLOY, BY_HAND, Moment};

use crate::aws::Aws;
use crate::aws::cloudformation::Stack;
use crate::aws::error::{AwsError, Kind};
use crate::aws::remote::RoleKeys;
use crate::deploy::interrupt::Interrupts;
use crate::deploy::watch::Pace;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Environment;
use crate::ui::Ui;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;
use values::{Known, Ready, Value};

/// Looks at a role whose trust may be younger than what AWS has spread yet.
const TRUST_LOOKS: u32 = 5;
/// Longest name of a role session.
const MAX_SESSION_NAME: usize = 64;

/// One step of a hook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Name of the script in the config.
    pub name: String,
    /// What runs.
    pub script: Script,
    /// Whether it is skipped on CI machines.
    pub skip_on_ci: bool,
    /// Whether it is skipped elsewhere.
    pub skip_on_local: bool,
}

/// A script.
#[derive(Clone, Debug)]
pub struct Script {
    /// What runs, one after the other.
    pub steps: Vec<Run>,
    /// Working directory: relative to the project, or on the bastion.
    pub cwd: Option<String>,
    /// Whether its output is shown while it runs; else only when it fails.
    pub show_output: bool,
    /// Its own variables, then those of `connectTo`; the last of a name wins.
    pub environment: Vec<(String, Variable)>,
    /// The resource whose role it acts as, and the ARN of that role.
    pub acts_as: Option<(String, Variable)>,
    /// Where it runs.
    pub place: Place,
}

/// Where a script runs.
#[derive(Clone, Debug)]
pub enum Place {
    /// On this machine.
    Here,
    /// On this machine, with tunnels through a bastion.
    Tunnels(Host, Vec<Tunnel>),
    /// On a bastion.
    Bastion(Host),
}

/// A bastion.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its name in the config.
    pub resource: String,
    /// Logical id of its Auto Scaling group.
    pub group: String,
}

/// Something that only a bastion reaches.
#[derive(Clone, Debug)]
pub struct Tunnel {
    /// Its name in the config.
    pub resource: String,
    /// Names that stand for it in the script's variables; the tunnel leads to the first.
    pub hosts: Vec<Variable>,
    /// Ports that it listens on, each with the variables that hold nothing but the port.
    pub ports: Vec<(u32, Vec<String>)>,
}

/// The value of a script's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Known now, but for references to secrets in it.
    Known(String),
    /// The value of this output of the stack.
    Output(String),
    /// Secret, and readable only where it is used: no script gets it.
    Withheld,
}

/// One thing to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// A command for the shell.
    Command(String),
    /// A script file, relative to the project.
    File(String),
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Command(text) | Self::File(text)) = self;
        f.write_str(text)
    }
}

/// How a step ended when it did not end well, and what it had printed unseen.
struct Ended {
    what: String,
    unseen: Vec<String>,
}

/// What is taken back when a script ends, however it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Undo {
    /// Deletes a parameter with secrets.
    Parameter(String),
    /// Stops a command on a bastion.
    Command(String),
    /// Ends a session through a bastion.
    Session(String),
}

/// What running scripts needs.
pub struct Runner<'a> {
    ui: &'a Ui,
    env: &'a Environment,
    root: &'a Path,
    aws: &'a Aws,
    pace: Pace,
    simulated: bool,
    common: &'a [(String, Option<String>)],
    undo: Mutex<Vec<Undo>>,
}

impl<'a> Runner<'a> {
    /// A runner for the project in the folder `root`.
    pub fn new(session: &'a crate::session::Session, root: &'a Path, to: &'a crate::session::Connection) -> Self {
        Self {
            ui: &session.ui,
            env: &session.env,
            root,
            aws: &to.aws,
            pace: to.pace,
            simulated: to.is_simulated(),
            common: &to.script_env,
            undo: Mutex::default(),
        }
    }

    /// Runs the steps of a hook; `stack` is the stack as it is deployed. The first script that fails ends the command.
    pub async fn run(
        &self,
        when: Moment,
        hooks: &[Hook],
        stack: Option<&Stack>,
        interrupts: &mut Interrupts,
    ) -> Result<()> {
        let ci = self.env.get("CI").is_some_and(|v| v != "false" && v != "0");
        for hook in hooks {
            if (ci && hook.skip_on_ci) || (!ci && hook.skip_on_local) {
                let why = if ci { "on CI" } else { "outside CI" };
                self.ui.info(format!("{}: `{}` is skipped {why}", when.name, hook.name));
                continue;
            }
            self.script(when, &hook.name, &hook.script, stack, interrupts).await?;
        }
        Ok(())
    }

    /// Runs one script.
    pub async fn script(
        &self,
        when: Moment,
        name: &str,
        script: &Script,
        stack: Option<&Stack>,
        interrupts: &mut Interrupts,
    ) -> Result<()> {
        let interrupted =
            || Failure::new(Exit::Interrupted, "interrupted", format!("interrupted while the script `{name}` ran"));
        let done = interrupts.guard(self.when_known(when, name, script, stack), interrupted).await;
        self.tidy().await;
        done.map_err(|failure| failure.hint(when.consequence))
    }

    async fn when_known(&self, when: Moment, name: &str, script: &Script, stack: Option<&Stack>) -> Result<()> {
        if self.simulated && !matches!(script.place, Place::Here) {
            return when.cannot(self.ui, name, "the simulator has no bastion to reach".into());
        }
        match values::known(self.aws, stack, script, when.stack_is_gone).await? {
            Known::All(ready) => self.ready(when, name, script, ready).await,
            Known::Not { what, deployed } => when.unknown(self.ui, name, &what, deployed),
        }
    }

    async fn ready(&self, when: Moment, name: &str, script: &Script, ready: Ready) -> Result<()> {
        let ui = self.ui;
        for (variable, _) in script.environment.iter().filter(|(_, value)| *value == Variable::Withheld) {
            ui.warn(format!("`{name}` does not get {variable}: it is secret, and no output of the stack may hold it"));
        }
        let keys = match &script.acts_as {
            Some((resource, _)) => Some(self.assume(name, resource, &ready.role).await?),
            None => None,
        };
        let phase = ui.begin("hook", format!("{}: running `{name}`", when.name));
        let ended = match &script.place {
            Place::Here => self.run_here(script, &ready.variables, keys.as_ref()).await,
            Place::Tunnels(host, _) => self.run_with_tunnels(script, host, &ready, keys.as_ref()).await,
            Place::Bastion(host) => self.run_on_bastion(script, host, &ready, keys.as_ref(), name).await,
        };
        match ended {
            Ok(None) => {
                ui.done(&phase, format!("`{name}` ran"));
                Ok(())
            }
            Ok(Some((step, ended))) => {
                ui.failed(&phase, format!("`{name}` failed"));
                for line in ended.unseen {
                    ui.info(format!("  {line}"));
                }
                let message = format!("the script `{name}` ({}) failed: `{step}` {}", when.name, ended.what);
                Err(Failure::new(Exit::Script, "script-failed", message))
            }
            Err(failure) => {
                ui.failed(&phase, format!("`{name}` failed"));
                Err(failure)
            }
        }
    }

    /// The keys of a role that the script acts as.
    async fn assume(&self, script: &str, resource: &str, role: &str) -> Result<RoleKeys> {
        let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let session: String = format!("stp-{script}").chars().take(MAX_SESSION_NAME).map(fits).collect();
        let mut looks = 0;
        loop {
            looks += 1;
            match self.aws.remote.assume_role(role, &session).await {
                Ok(keys) => return Ok(keys),
                Err(error) if looks < TRUST_LOOKS && error.kind == Kind::Denied => {
                    tokio::time::sleep(self.pace.poll).await;
                }
                Err(error) => {
                    let denied = error.kind == Kind::Denied;
                    let failure = error.failure();
                    let message = format!("the script `{script}` cannot act as `{resource}`: {}", failure.message);
                    let failure = Failure { message, ..failure };
                    return Err(if denied {
                        failure.hint(format!("allow `sts:AssumeRole` on {role} to whoever runs this command"))
                    } else {
                        failure
                    });
                }
            }
        }
    }

    /// Has something done by an instance of a bastion: as soon as there is one that takes orders.
    async fn on_instance<T, F>(
        &self,
        host: &Host,
        group: &str,
        mut order: impl FnMut(String) -> F,
    ) -> Result<(T, String)>
    where
        F: Future<Output = Result<T, AwsError>>,
    {
        let deadline = Instant::now() + self.pace.patience.min(bastion::START);
        let mut waits = false;
        loop {
            let instances = crate::aws::retry::read(self.pace.patience, || self.aws.remote.instances(group)).await?;
            let problem = match instances.last() {
                None => "none of its instances is in service".to_owned(),
                Some(instance) => match order(instance.clone()).await {
                    Ok(done) => return Ok((done, instance.clone())),
                    Err(error) if bastion::is_not_ready(&error) => {
                        format!("Systems Manager does not reach its instance {instance}")
                    }
                    Err(error) => return Err(error.into()),
                },
            };
            if Instant::now() >= deadline {
                let message = format!("the bastion `{}` takes no orders: {problem}", host.resource);
                return Err(Failure::new(Exit::State, "bastion-not-ready", message).hint(format!(
                    "look at the Auto Scaling group {group} in the EC2 console, and try again when its instance runs"
                )));
            }
            if !waits {
                self.ui.info(format!("  waiting for the bastion `{}`: {problem}", host.resource));
                waits = true;
            }
            tokio::time::sleep(self.pace.poll).await;
        }
    }

    fn remember(&self, undo: Undo) {
        self.undo.lock().unwrap_or_else(PoisonError::into_inner).push(undo);
    }

    fn forget(&self, undo: &Undo) {
        self.undo.lock().unwrap_or_else(PoisonError::into_inner).retain(|u| u != undo);
    }

    /// Takes back what is left of a script.
    async fn tidy(&self) {
        let left = std::mem::take(&mut *self.undo.lock().unwrap_or_else(PoisonError::into_inner));
        for undo in left.into_iter().rev() {
            let remote = &self.aws.remote;
            let (done, what) = match &undo {
                Undo::Parameter(name) => {
                    (remote.delete_secret(name).await, format!("the parameter {name} is still there"))
                }
                Undo::Command(id) => {
                    (remote.cancel_command(id).await, format!("the command {id} may still run on the bastion"))
                }
                Undo::Session(id) => (remote.end_session(id).await, format!("the session {id} ends by itself later")),
            };
            if let Err(error) = done {
                self.ui.warn(format!("{what}: {}", error.failure().message));
            }
        }
    }
}

/// The variables of keys.
fn key_variables(keys: &RoleKeys) -> [Value; 3] {
    [
        ("AWS_ACCESS_KEY_ID", &keys.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &keys.secret_access_key),
        ("AWS_SESSION_TOKEN", &keys.session_token),
    ]
    .map(|(name, text)| Value { name: name.into(), text: text.clone(), secret: true })
}
