//! The composition root: what every command gets handed, and how it connects to AWS or to the simulator.

use crate::args::{ConfigArgs, FactArgs, TargetArgs, UserArgs};
use crate::aws::Aws;
use crate::compiler;
use crate::deploy::watch::Pace;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::facts::Facts;
use crate::settings::{self, Environment, Fallback, Project, Target};
use crate::ui::Ui;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Account of the simulator.
const SIMULATED_ACCOUNT: &str = "000000000000";
/// Region of the simulator when none is given.
pub const SIMULATED_REGION: &str = "us-east-1";

/// What a command works with.
pub struct Session {
    /// The voice.
    pub ui: Arc<Ui>,
    /// The environment.
    pub env: Environment,
    /// What `$CliArgs` sees.
    pub given: BTreeMap<String, Value>,
}

/// A connection, with what keeps it alive.
pub struct Connection {
    /// The ports.
    pub aws: Aws,
    /// How often to ask.
    pub pace: Pace,
    /// Variables that every script gets, so that its own requests go where those of the command go (`None`: must not get).
    pub script_env: Vec<(String, Option<String>)>,
    #[cfg(feature = "simulator")]
    simulator: Option<stacktape_simulator::Simulator>,
}

impl Connection {
    /// Whether it leads to the simulator.
    pub fn is_simulated(&self) -> bool {
        #[cfg(feature = "simulator")]
        return self.simulator.is_some();
        #[cfg(not(feature = "simulator"))]
        false
    }
}

/// A config and the stack that it is for.
pub struct Place {
    /// The config.
    pub project: Project,
    /// The stack.
    pub target: Target,
}

impl Session {
    /// Finds the config and resolves the target.
    pub fn place(&self, config: &ConfigArgs, target: &TargetArgs, user: &UserArgs, simulate: bool) -> Result<Place> {
        let project = settings::project(config, &self.env)?;
        let text_config = !crate::program::is_program(&project.config);
        let old_name = if target.project_name.is_none() && text_config {
            compiler::service_name(&project.shown, &project.text)
        } else {
            None
        };
        let fallback = Fallback { service_name: old_name.as_deref(), region: simulate.then_some(SIMULATED_REGION) };
        let target = self.resolve(target, user, fallback)?;
        Ok(Place { project, target })
    }

    /// Resolves the target; on a terminal, what is missing is asked.
    fn resolve(&self, target: &TargetArgs, user: &UserArgs, fallback: Fallback<'_>) -> Result<Target> {
        let mut target = target.clone();
        if self.ui.is_interactive() {
            let ask = |question: &str| self.ui.ask(question).map(|answer| Some(answer).filter(|a| !a.is_empty()));
            if target.stage.is_none() {
                target.stage = ask("Stage (such as dev): ")?;
            }
            if target.project_name.is_none()
                && fallback.service_name.is_none()
                && self.env.get("PROJECT_NAME").is_none()
            {
                target.project_name = ask("Project name: ")?;
            }
            if target.region.is_none() && settings::region(&target, user, &self.env, fallback.region).is_err() {
                target.region = ask("Region (such as eu-west-1): ")?;
            }
        }
        Target::resolve(&target, user, &self.env, fallback)
    }

    /// The stack that a command without a config is about. A config is read only for its old way to name the project.
    pub fn stack(
        &self,
        config: &ConfigArgs,
        target: &TargetArgs,
        user: &UserArgs,
        simulate: bool,
    ) -> Result<(Target, Project)> {
        let named = target.project_name.is_some() || self.env.get("PROJECT_NAME").is_some();
        if config.config_path.is_none() && named {
            let fallback = Fallback { service_name: None, region: simulate.then_some(SIMULATED_REGION) };
            return Ok((self.resolve(target, user, fallback)?, self.folder(config)?));
        }
        let place = self.place(config, target, user, simulate)?;
        Ok((place.target, place.project))
    }

    /// The project's folder, whether or not there is a config in it.
    pub fn folder(&self, config: &ConfigArgs) -> Result<Project> {
        settings::folder(config, &self.env)
    }

    /// Facts from the command line, a file and git.
    pub fn facts(&self, args: &FactArgs, project: &Project) -> Result<Facts> {
        Facts::new(args.facts.as_deref(), args.aws_account_id.as_deref(), project.root.clone(), &self.env)
    }

    /// Connects to AWS, or starts the simulator in this process.
    pub async fn connect(
        &self,
        region: &str,
        profile: Option<&str>,
        simulator: Option<&Project>,
    ) -> Result<Connection> {
        if let (None, Some(profile)) = (simulator, profile) {
            settings::check_profile(&self.env, profile)?;
            if self.env.get("AWS_ACCESS_KEY_ID").is_some() && self.env.get("AWS_PROFILE") != Some(profile) {
                self.ui
                    .warn(format!("AWS_ACCESS_KEY_ID is set: its keys are used, not those of the profile `{profile}`"));
            }
        }
        match simulator {
            Some(project) => self.simulate(region, project).await,
            None => Ok(Connection {
                aws: Aws::connect(region, profile, &self.env).await,
                pace: if is_emulator(&self.env) { Pace::SIMULATOR } else { Pace::AWS },
                script_env: script_env(region, profile.map(|p| ("AWS_PROFILE", p)).as_slice()),
                #[cfg(feature = "simulator")]
                simulator: None,
            }),
        }
    }

    #[cfg(feature = "simulator")]
    async fn simulate(&self, region: &str, project: &Project) -> Result<Connection> {
        let mut options =
            stacktape_simulator::SimulatorOptions::new(project.root.join(".stacktape").join("simulator").join(region));
        options.account_id = SIMULATED_ACCOUNT.into();
        options.region = region.into();
        let simulator = stacktape_simulator::Simulator::start(options).await.map_err(|e| {
            let failure = Failure::new(Exit::Write, "simulator", format!("the simulator cannot start: {e}"));
            match e {
                stacktape_simulator::SimulatorError::Locked { .. } => {
                    failure.hint("wait until the other command ends, then run this one again")
                }
                _ => failure
                    .hint("check the folder, or delete it to start afresh: it holds nothing but simulated stacks"),
            }
        })?;
        keep_out_of_git(&project.root);
        let url = simulator.endpoint_url();
        let aws = Aws::at(region, &url).await;
        let mut script_env = script_env(
            region,
            &[
                ("AWS_ENDPOINT_URL", url.as_str()),
                ("AWS_ACCESS_KEY_ID", "simulator"),
                ("AWS_SECRET_ACCESS_KEY", "simulator"),
            ],
        );
        script_env.extend(["AWS_PROFILE", "AWS_SESSION_TOKEN"].map(|name| (name.to_owned(), None)));
        Ok(Connection { aws, pace: Pace::SIMULATOR, script_env, simulator: Some(simulator) })
    }

    #[cfg(not(feature = "simulator"))]
    async fn simulate(&self, _: &str, _: &Project) -> Result<Connection> {
        let _ = SIMULATED_ACCOUNT;
        Err(Failure::new(Exit::Later, "no-simulator", "this build of stacktape has no simulator")
            .hint("build it with the feature `simulator`"))
    }

    /// Checks whose credentials these are, and that they belong to the account that was asked for.
    pub async fn check_account(&self, aws: &Aws, wanted: Option<&str>) -> Result<String> {
        let identity = aws.lookups.identity().await?;
        self.ui.debug(format!("account {} as {}", identity.account, identity.arn));
        match wanted {
            Some(wanted) if wanted != identity.account => Err(Failure::new(
                Exit::Credentials,
                "wrong-account",
                format!("the credentials belong to account {}, not to {wanted}", identity.account),
            )
            .hint("choose another profile with `--profile`")),
            _ => Ok(identity.account),
        }
    }
}

fn script_env(region: &str, more: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    let region = [("AWS_REGION", region), ("AWS_DEFAULT_REGION", region)];
    region.iter().chain(more).map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect()
}

/// Lets git pass over what is kept beside the config. Where that cannot be written, nothing is lost by it.
#[cfg(feature = "simulator")]
fn keep_out_of_git(root: &std::path::Path) {
    let file = root.join(".stacktape").join(".gitignore");
    if !file.exists() {
        let _ = std::fs::write(file, "*\n");
    }
}

/// Whether requests go to this machine: an emulator neither throttles nor takes minutes.
fn is_emulator(env: &Environment) -> bool {
    let url = env.get("AWS_ENDPOINT_URL_CLOUDFORMATION").or_else(|| env.get("AWS_ENDPOINT_URL")).unwrap_or_default();
    let host = url.split("://").nth(1).unwrap_or_default();
    ["127.", "localhost", "[::1]"].iter().any(|local| host.starts_with(local))
}

/// The account that the user names, when the option holds an account id; names of accounts are the vendor's console's.
pub fn wanted_account<'a>(user: &'a UserArgs, facts: Option<&'a FactArgs>) -> Result<Option<&'a str>> {
    if let Some(text) = &user.aws_account {
        settings::account_id(text)
            .map_err(|f| f.hint("`--awsAccount` takes an account id here: no accounts of a console are connected"))?;
        return Ok(Some(text));
    }
    Ok(facts.and_then(|f| f.aws_account_id.as_deref()))
}
