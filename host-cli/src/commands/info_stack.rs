//! `info:stack`: one deployed stack.

use super::result;
use crate::args::InfoStackArgs;
use crate::aws::cloudformation::{Stack, StackResource};
use crate::aws::retry;
use crate::deploy::job::VERSION_OUTPUT;
use crate::deploy::watch::time_text;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::session::{Session, wanted_account};
use crate::settings;
use crate::ui::line::{Line, ResourceLine, StackLine};
use std::time::Duration;

/// Outputs that are no one's business.
const INTERNAL: &[&str] = &[VERSION_OUTPUT, "StpStackInfoMap"];

/// How outputs begin that exist for scripts.
const SCRIPT_OUTPUT: &str = "StpScript";

/// Whether an output is for this tool alone.
fn is_internal(name: &str) -> bool {
    INTERNAL.contains(&name) || name.starts_with(SCRIPT_OUTPUT)
}

/// Runs the command.
pub async fn run(session: &Session, args: &InfoStackArgs) -> Result<()> {
    let wanted = wanted_account(&args.user, None)?;
    let (name, region, profile, project) = match (&args.stack_name, args.simulate) {
        (Some(name), false) => {
            let region = settings::region(&args.target, &args.user, &session.env, None)?;
            (name.clone(), region, settings::profile(&args.user, &session.env), None)
        }
        (stack_name, _) => {
            let (target, project) = session.stack(&args.config, &args.target, &args.user, args.simulate)?;
            let name = stack_name.clone().unwrap_or_else(|| target.stack_name());
            (name, target.region, target.profile, Some(project))
        }
    };
    let simulator = project.as_ref().filter(|_| args.simulate);
    let connection = session.connect(&region, profile.as_deref(), simulator).await?;
    session.check_account(&connection.aws, wanted).await?;
    let cloudformation = &connection.aws.cloudformation;
    let patience = Duration::from_secs(60);
    let Some(stack) = retry::read(patience, || cloudformation.stack(&name)).await? else {
        return Err(Failure::new(Exit::NotFound, "no-stack", format!("there is no stack {name} in {region}"))
            .hint(format!("`stacktape info:stacks --region {region}` lists those that there are")));
    };
    let resources = retry::read(patience, || cloudformation.resources(&name)).await?;
    session.ui.say(&Line::Stack(line(&stack, &resources)));
    if session.ui.is_jsonl() {
        session.ui.say(&result("info:stack", "", [("stackName", name.into()), ("status", stack.status.into())]));
    }
    Ok(())
}

/// A stack as a line; without resources for lists.
pub fn line(stack: &Stack, resources: &[StackResource]) -> StackLine {
    let mut parts = stack.description.split('_').skip(1);
    let mut part = || parts.next().unwrap_or_default().to_owned();
    StackLine {
        stack_name: stack.name.clone(),
        status: stack.status.clone(),
        reason: stack.status_reason.clone(),
        project_name: part(),
        stage: part(),
        version: stack.outputs.get(VERSION_OUTPUT).cloned(),
        created: time_text(stack.created),
        updated: stack.updated.map(time_text),
        outputs: stack
            .outputs
            .iter()
            .filter(|(name, _)| !is_internal(name))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        resources: resources
            .iter()
            .map(|r| ResourceLine {
                logical_id: r.logical_id.clone(),
                resource_type: r.resource_type.clone(),
                physical_id: r.physical_id.clone(),
                status: r.status.clone(),
            })
            .collect(),
    }
}
