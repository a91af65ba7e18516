//! `delete`: runs the hooks of the config, empties the stack's own buckets and deletes it. Needs no config when project, stage and region are given; a
//! config that is there is read for its hooks.

use super::{info_file, result};
use crate::args::DeleteArgs;
use crate::aws::Aws;
use crate::compiler;
use crate::deploy::driver::count;
use crate::deploy::interrupt::Interrupts;
use crate::deploy::remove::Removal;
use crate::error::{Failure, Result};
use crate::hooks::{self, Hook};
use crate::program::Program;
use crate::resolve::{Source, show_findings};
use crate::session::{Session, wanted_account};
use crate::settings::{self, Project, Target};
use stacktape_compiler::world::{Fact, FactKey};

/// Runs the command.
pub async fn run(session: &Session, args: &DeleteArgs) -> Result<()> {
    let ui = &session.ui;
    let wanted = wanted_account(&args.user, Some(&args.facts))?;
    let (target, folder) = session.stack(&args.config, &args.target, &args.user, args.simulate)?;
    let project = config_of(session, args, &folder);
    let simulator = args.simulate.then_some(&folder);
    let connection = session.connect(&target.region, target.profile.as_deref(), simulator).await?;
    let aws = &connection.aws;
    let account = session.check_account(aws, if args.simulate { None } else { wanted }).await?;
    let (before, after, info_directory) = match &project {
        Some(project) => scripts(session, args, project, &target, aws, account).await?,
        None => (vec![], vec![], None),
    };
    let name = target.stack_name();
    let removal = Removal {
        aws,
        ui,
        stack_name: &name,
        deployment_bucket: "StpDeploymentBucket",
        yes: args.auto_confirm_operation || args.user.agent,
        pace: connection.pace,
        retained: &compiler::retained,
    };
    let mut interrupts = Interrupts::of_process();
    let say = |text: String, deleted: bool, objects: usize| {
        let more = [("stackName", name.clone().into()), ("deleted", deleted.into()), ("objects", objects.into())];
        ui.say(&result("delete", text, more));
    };
    let Some(confirmed) = removal.confirmed(&mut interrupts).await? else {
        say(format!("there is no stack {name} in {}: nothing to delete", target.region), false, 0);
        return Ok(());
    };
    let runner = hooks::Runner::new(session, &folder.root, &connection);
    let stack = Some(&confirmed.stack);
    runner.run(hooks::BEFORE_DELETE, &before, stack, &mut interrupts).await?;
    let objects = removal.carry_out(&confirmed, &mut interrupts).await?;
    if let (Some(project), Some(directory)) = (&project, &info_directory) {
        // What it told is gone; where it cannot be removed, nothing is lost by it.
        let _ = std::fs::remove_file(info_file::path(project, directory, &name));
    }
    runner.run(hooks::AFTER_DELETE, &after, stack, &mut interrupts).await?;
    say(format!("{name} is deleted, with {}", count(objects, "object")), true, objects);
    Ok(())
}

/// The config, when there is one. Where names are given, one that cannot be found out is no reason to stop.
fn config_of(session: &Session, args: &DeleteArgs, folder: &Project) -> Option<Project> {
    if !folder.shown.is_empty() {
        return Some(folder.clone());
    }
    match settings::project(&args.config, &session.env) {
        Ok(project) => Some(project),
        Err(failure) if failure.code == "no-config" => None,
        Err(failure) => {
            session.ui.warn(format!("no hook of a config is run: {}", failure.message));
            None
        }
    }
}

/// The scripts of `hooks.beforeDelete` and `hooks.afterDelete`, and the folder with the file about the stack. A config with mistakes ends the command: a script that saves data may hide in it.
async fn scripts(
    session: &Session,
    args: &DeleteArgs,
    project: &Project,
    target: &Target,
    aws: &Aws,
    account: String,
) -> Result<(Vec<Hook>, Vec<Hook>, Option<String>)> {
    let facts = session.facts(&args.facts, project)?;
    facts.add(FactKey::AccountId, Fact::Text { value: account });
    let elsewhere = |failure: Failure| {
        failure.hint(
            "to delete without its hooks: run the command in another folder, with `--projectName`, `--stage` and `--region`",
        )
    };
    let program = Program::of(session, project, target, &args.config, "delete").map_err(elsewhere)?;
    let source = Source { project, target, given: &session.given, facts: &facts, program: &program };
    let mut compiled = source.compile();
    if compiled.has_errors() {
        show_findings(&session.ui, &compiled).map_err(elsewhere)?;
    }
    let hooks = &compiled.plan.hooks;
    if hooks.before_delete.is_none() && hooks.after_delete.is_none() {
        return Ok((vec![], vec![], compiled.plan.stack_info_directory.clone()));
    }
    if !compiled.missing.is_empty() {
        compiled = source.resolve(aws, args.simulate).await.map_err(elsewhere)?;
    }
    let steps = |steps: &Option<Vec<_>>| compiler::hooks(&compiled, steps.as_ref());
    let hooks = &compiled.plan.hooks;
    Ok((steps(&hooks.before_delete), steps(&hooks.after_delete), compiled.plan.stack_info_directory.clone()))
}
