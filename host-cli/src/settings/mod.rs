//! Arguments, environment and files become one resolved struct; nothing else in the host reads the environment or guesses a value.

mod aws_files;
mod config_file;

use crate::args::{ConfigArgs, TargetArgs, UserArgs};
use crate::error::{Failure, Result};
use stacktape_compiler::diagnostics::nearest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use aws_files::check_profile;
pub use config_file::Project;

/// The process environment as data, so that tests can give another one.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Variables.
    pub vars: BTreeMap<String, String>,
    /// Working directory of the process.
    pub cwd: PathBuf,
}

impl Environment {
    /// What this process was started with. Variables that are no Unicode are left out.
    pub fn of_process() -> Self {
        let vars =
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
        Self { vars, cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")) }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    fn home(&self) -> Option<&Path> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(Path::new)
    }
}

/// Which stack, where, as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name of the project.
    pub project_name: String,
    /// Stage.
    pub stage: String,
    /// AWS region.
    pub region: String,
    /// AWS profile, when one is named.
    pub profile: Option<String>,
}

impl Target {
    /// `{projectName}-{stage}`.
    pub fn stack_name(&self) -> String {
        format!("{}-{}", self.project_name, self.stage)
    }

    /// Resolves project, stage, region and profile, or says which is missing and how to give it.
    /// `service_name` is the config's old way to name the project.
    pub fn resolve(target: &TargetArgs, user: &UserArgs, env: &Environment, fallback: Fallback<'_>) -> Result<Self> {
        let stage = target.stage.clone().ok_or_else(|| {
            Failure::usage("no stage was given").hint("add `--stage dev` (or another name for this copy of the app)")
        })?;
        check_name("stage", &stage, 2)?;
        let given = target.project_name.clone().or_else(|| env.get("PROJECT_NAME").map(str::to_owned));
        let project_name = match (given, fallback.service_name) {
            (Some(name), _) => {
                check_name("project name", &name, 1)?;
                name
            }
            (None, Some(name)) => {
                // The old way allowed upper case; stacks that were deployed with it keep their names.
                check_name("project name", &name.to_ascii_lowercase(), 1)?;
                name.to_owned()
            }
            (None, None) => {
                return Err(Failure::usage("no project name was given")
                    .hint("add `--projectName NAME`; the stack is called `NAME-STAGE`"));
            }
        };
        // CloudFormation takes 128 characters.
        if project_name.len() + stage.len() > 127 {
            return Err(Failure::usage(format!(
                "the stack name `{project_name}-{stage}` is longer than 128 characters"
            ))
            .hint("choose a shorter project name or stage"));
        }
        Ok(Self {
            project_name,
            stage,
            region: region(target, user, env, fallback.region)?,
            profile: profile(user, env),
        })
    }
}

/// What is taken when neither option nor environment says it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fallback<'a> {
    /// `serviceName` of the config (deprecated).
    pub service_name: Option<&'a str>,
    /// Region of last resort; only the simulator has one.
    pub region: Option<&'a str>,
}

/// `--profile`, then `AWS_PROFILE`.
pub fn profile(user: &UserArgs, env: &Environment) -> Option<String> {
    user.profile.clone().or_else(|| env.get("AWS_PROFILE").map(str::to_owned))
}

/// `--region`, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's region, `last_resort`.
pub fn region(target: &TargetArgs, user: &UserArgs, env: &Environment, last_resort: Option<&str>) -> Result<String> {
    let profile = profile(user, env);
    let region = target
        .region
        .clone()
        .or_else(|| env.get("AWS_REGION").map(str::to_owned))
        .or_else(|| env.get("AWS_DEFAULT_REGION").map(str::to_owned))
        .or_else(|| aws_files::region_of(env, profile.as_deref().unwrap_or("default")))
        .or_else(|| last_resort.map(str::to_owned))
        .ok_or_else(|| {
            Failure::usage("no region was given")
                .hint("add `--region eu-west-1`, or set AWS_REGION or a region in your AWS profile")
        })?;
    if REGIONS.contains(&region.as_str()) || is_region_shaped(&region) {
        return Ok(region);
    }
    Err(Failure::usage(format!("`{region}` is not an AWS region"))
        .maybe_hint(nearest(&region, REGIONS.iter().copied()).map(|r| format!("did you mean `{r}`?")))
        .hint("a region looks like `eu-west-1`"))
}

/// Regions that are documented, for suggestions; newer ones are accepted by their shape.
const REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-east-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "eu-south-1",
    "me-south-1",
    "sa-east-1",
    "af-south-1",
];

/// `xx-direction-n`, also `us-gov-west-1` and `cn-north-1`.
fn is_region_shaped(region: &str) -> bool {
    const AREAS: &[&str] = &["us", "eu", "ap", "ca", "sa", "me", "af", "cn", "il", "mx"];
    const DIRECTIONS: &[&str] =
        &["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];
    let parts: Vec<&str> = region.split('-').collect();
    let (area, direction, number) = match parts[..] {
        [area, direction, number] => (area, direction, number),
        ["us", "gov", direction, number] => ("us", direction, number),
        _ => return false,
    };
    AREAS.contains(&area)
        && DIRECTIONS.contains(&direction)
        && number.len() == 1
        && number.chars().all(|c| c.is_ascii_digit())
}

/// Lower-case letters, digits and dashes, starting with a letter: both parts end up in names of AWS resources.
fn check_name(what: &str, name: &str, least: usize) -> Result<()> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if let Some(bad) = name.chars().find(|c| !allowed(*c)) {
        return Err(Failure::usage(format!("the {what} `{name}` contains `{bad}`"))
            .hint("use lower-case letters, digits and dashes"));
    }
    if name.len() < least || name.starts_with('-') || name.ends_with('-') {
        return Err(Failure::usage(format!("the {what} `{name}` is not usable"))
            .hint(format!("use {least} or more lower-case letters, digits and dashes, no dash at either end")));
    }
    if what == "project name" && !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(Failure::usage(format!("the {what} `{name}` does not start with a letter"))
            .hint("stack names start with a letter"));
    }
    Ok(())
}

/// Finds the config and the directory that relative paths start from.
pub fn project(config: &ConfigArgs, env: &Environment) -> Result<Project> {
    if let Some(id) = &config.template_id {
        return Err(Failure::new(
            crate::exit::Exit::Later,
            "later",
            format!("`--templateId {id}` is not in this version"),
        )
        .hint("give the config with `--configPath FILE`"));
    }
    config_file::find(config, env)
}

/// The folder that [`project`] would give, without asking for a config in it.
pub fn folder(config: &ConfigArgs, env: &Environment) -> Result<Project> {
    config_file::folder(config, env)
}

/// Twelve digits.
pub fn account_id(text: &str) -> Result<String> {
    if text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Failure::usage(format!("`{text}` is not an AWS account id"))
        .hint("an account id has twelve digits, such as 123456789012"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Environment {
        Environment { vars: vars.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(), cwd: "/nowhere".into() }
    }

    fn target(stage: &str, region: Option<&str>, project: Option<&str>) -> TargetArgs {
        TargetArgs {
            stage: Some(stage.into()),
            region: region.map(str::to_owned),
            project_name: project.map(str::to_owned),
        }
    }

    #[test]
    fn order_of_regions() {
        let both = env(&[("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-2")]);
        let user = UserArgs::default();
        assert_eq!(region(&target("dev", Some("us-east-1"), None), &user, &both, None).unwrap(), "us-east-1");
        assert_eq!(region(&target("dev", None, None), &user, &both, None).unwrap(), "eu-west-1");
        assert_eq!(
            region(&target("dev", None, None), &user, &env(&[("AWS_DEFAULT_REGION", "eu-west-2")]), None).unwrap(),
            "eu-west-2"
        );
        assert_eq!(region(&target("dev", None, None), &user, &env(&[]), Some("us-east-1")).unwrap(), "us-east-1");
        let none = region(&target("dev", None, None), &user, &env(&[]), None).unwrap_err();
        assert_eq!((none.exit as u8, none.message.as_str()), (2, "no region was given"));
        let slip = region(&target("dev", Some("eu-wset-1"), None), &user, &env(&[]), None).unwrap_err();
        assert_eq!(slip.hints[0], "did you mean `eu-west-1`?");
        assert!(region(&target("dev", Some("eu-central-2"), None), &user, &env(&[]), None).is_ok());
    }

    #[test]
    fn names_are_checked() {
        let resolve = |stage: &str, project: Option<&str>, service: Option<&str>| {
            let fallback = Fallback { service_name: service, region: Some("us-east-1") };
            Target::resolve(&target(stage, None, project), &UserArgs::default(), &env(&[]), fallback)
        };
        assert_eq!(resolve("dev", Some("shop"), None).unwrap().stack_name(), "shop-dev");
        assert_eq!(resolve("dev", None, Some("old")).unwrap().stack_name(), "old-dev");
        assert_eq!(resolve("dev", None, Some("OldShop")).unwrap().stack_name(), "OldShop-dev");
        assert_eq!(resolve("dev", None, None).unwrap_err().message, "no project name was given");
        assert_eq!(resolve("Dev", Some("shop"), None).unwrap_err().message, "the stage `Dev` contains `D`");
        assert_eq!(resolve("d", Some("shop"), None).unwrap_err().message, "the stage `d` is not usable");
        assert_eq!(
            resolve("dev", Some("9lives"), None).unwrap_err().message,
            "the project name `9lives` does not start with a letter"
        );
    }
}
