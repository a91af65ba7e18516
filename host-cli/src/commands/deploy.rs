//! `deploy`: compile, package, and let the driver bring the stack to the config.

use super::info_file;
use crate::args::{DeployArgs, Runner};
use crate::aws::Aws;
use crate::aws::retry;
use crate::compiler;
use crate::deploy::caches;
use crate::deploy::driver::{Agreed, Deployed, Driver, count};
use crate::deploy::interrupt::Interrupts;
use crate::deploy::job::{Job, VERSION_OUTPUT};
use crate::deploy::machine::Outcome;
use crate::deploy::outcome;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::hooks;
use crate::package::{self, Packages};
use crate::program::Program;
use crate::resolve::{Source, show_findings};
use crate::session::{Session, wanted_account};
use crate::ui::Ui;
use crate::ui::line::Line;
use crate::upload::sync;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;

/// For how long one question is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the command.
pub async fn run(session: &Session, args: &DeployArgs) -> Result<()> {
    refuse_later_options(args)?;
    let ui = &session.ui;
    let wanted = wanted_account(&args.user, Some(&args.facts))?;
    let place = session.place(&args.config, &args.target, &args.user, args.simulate)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let target = &place.target;
    let mut phases: Vec<(String, u64)> = vec![];

    let compile = ui.begin("compile", format!("Compiling {}", place.project.shown));
    let program = Program::of(session, &place.project, target, &args.config, "deploy")?;
    let source = Source { project: &place.project, target, given: &session.given, facts: &facts, program: &program };
    // Mistakes that need no network are told before any request is made.
    let first = source.compile();
    if first.has_errors() {
        show_findings(ui, &first)?;
    }
    let simulator = args.simulate.then_some(&place.project);
    let connection = session.connect(&target.region, target.profile.as_deref(), simulator).await?;
    let aws = &connection.aws;
    let wanted = if args.simulate { None } else { wanted };
    let account = session.check_account(aws, wanted).await?;
    facts.add(
        stacktape_compiler::world::FactKey::AccountId,
        stacktape_compiler::world::Fact::Text { value: account.clone() },
    );
    let compiled = source.resolve(aws, args.simulate).await?;
    show_findings(ui, &compiled)?;
    let resources = compiled.template.as_ref().map_or(0, |t| t.resources.len());
    let summary = format!("{} for account {account}, {}", count(resources, "resource"), target.region);
    phases.push(("compile".into(), ui.done(&compile, summary)));

    let runner = hooks::Runner::new(session, &place.project.root, &connection);
    let stack_name = target.stack_name();
    let before = compiler::hooks(&compiled, compiled.plan.hooks.before_deploy.as_ref());
    let stack = match before.is_empty() {
        true => None,
        false => retry::read(PATIENCE, || aws.cloudformation.stack(&stack_name)).await?,
    };
    // From here on Ctrl-C is answered here: whatever takes its time is guarded.
    let mut interrupts = Interrupts::of_process();
    runner.run(hooks::BEFORE_DEPLOY, &before, stack.as_ref(), &mut interrupts).await?;
    let syncs = compiler::syncs(&compiled, &place.project.root);
    syncs.iter().try_for_each(sync::check)?;
    let mut packages = Packages::default();
    if !compiled.plan.artifacts.is_empty() {
        let phase = ui.begin("package", "Packaging");
        let packaging = package::package(ui, &compiled, &place.project, args.no_cache);
        packages = interrupts.guard(packaging, || outcome::interrupted(&stack_name, false)).await?;
        phases.push(("package".into(), ui.done(&phase, packages.summary())));
    }

    let job = compiler::job(&compiled, packages.artifacts, args.disable_auto_rollback)?;
    let agreed = Agreed {
        yes: args.auto_confirm_operation || args.user.agent,
        replace: args.allow_replace.iter().cloned().collect(),
    };
    let mut deployed = Driver::new(aws, ui, &job, agreed, connection.pace, &mut interrupts).run().await?;
    phases.append(&mut deployed.phases);
    if let Some(failure) = outcome::refused(&deployed.outcome, &job.stack_name, &target.region) {
        return Err(failure);
    }
    let mut synced = 0;
    if !syncs.is_empty() {
        let syncing = sync_folders(ui, aws, &job, &mut deployed, &syncs, &mut phases);
        synced = interrupts.guard(syncing, || outcome::interrupted(&job.stack_name, false)).await?;
    }
    let mut invalidated = 0;
    if deployed.stale_caches {
        let emptying = caches::empty(aws, ui, &job, &deployed.run);
        let done = interrupts.guard(emptying, || outcome::interrupted(&job.stack_name, false)).await?;
        phases.push(("invalidate".into(), done.duration_ms));
        invalidated = done.distributions;
    }
    if let (Some(directory), Some(stack), false) = (&compiled.plan.stack_info_directory, &deployed.stack, args.simulate)
    {
        let resources = retry::read(PATIENCE, || aws.cloudformation.resources(&job.stack_name)).await?;
        let whose = (target.region.as_str(), account.as_str());
        // The stack is deployed; a folder that cannot be written to does not change that.
        if let Err(failure) = info_file::save(&place.project, directory, &job, stack, &resources, whose) {
            ui.warn(format!("the file about the stack was not saved: {}", failure.message));
        }
    }
    let after = compiler::hooks(&compiled, compiled.plan.hooks.after_deploy.as_ref());
    runner.run(hooks::AFTER_DEPLOY, &after, deployed.stack.as_ref(), &mut interrupts).await?;
    ui.say(&summary_line(&job, &deployed, (synced, invalidated), phases, args.show_sensitive_values));
    Ok(())
}

/// Brings the folders into their buckets and gives the number of objects that changed.
async fn sync_folders(
    ui: &Ui,
    aws: &Aws,
    job: &Job,
    deployed: &mut Deployed,
    syncs: &[sync::Sync],
    phases: &mut Vec<(String, u64)>,
) -> Result<usize> {
    let phase = ui.begin("sync", format!("Syncing {}", count(syncs.len(), "folder")));
    let mut total = sync::Synced::default();
    for sync in syncs {
        let plan = sync::plan(aws, sync, &job.bucket).await?;
        let is_new = deployed.outcome == Outcome::Deployed { created: true };
        if plan.changes() && !deployed.stale_caches && !is_new && !job.invalidations.is_empty() {
            caches::note(aws, job).await?;
            deployed.stale_caches = true;
        }
        let done = plan.run(aws, ui, &job.bucket).await?;
        total.uploaded += done.uploaded;
        total.unchanged += done.unchanged;
        total.deleted += done.deleted;
    }
    let text = format!("{} uploaded, {} unchanged, {} deleted", total.uploaded, total.unchanged, total.deleted);
    phases.push(("sync".into(), ui.done(&phase, text)));
    deployed.uploaded += total.uploaded;
    Ok(total.uploaded + total.deleted)
}

fn refuse_later_options(args: &DeployArgs) -> Result<()> {
    let later = |what: &str| {
        Err(Failure::new(Exit::Later, "later", format!("{what} is not in this version")).hint("leave it out"))
    };
    if args.hot_swap {
        return later("`--hotSwap`");
    }
    match args.runner {
        Runner::Local => Ok(()),
        Runner::Codebuild => later("`--runner codebuild`"),
        Runner::Ec2 => later("`--runner ec2`"),
    }
}

fn summary_line(
    job: &Job,
    deployed: &Deployed,
    (synced, invalidated): (usize, usize),
    phases: Vec<(String, u64)>,
    show_sensitive: bool,
) -> Line {
    let stack = deployed.stack.as_ref();
    let version = stack.and_then(|s| s.outputs.get(VERSION_OUTPUT)).cloned().unwrap_or_default();
    let text = match deployed.outcome {
        Outcome::Unchanged if synced > 0 => {
            format!("{} is up to date ({version}); {} changed", job.stack_name, count(synced, "synced file"))
        }
        Outcome::Unchanged if deployed.protection_changed => {
            let now = if job.termination_protection {
                "protected from deletion"
            } else {
                "no longer protected from deletion"
            };
            format!("{} is up to date ({version}) and {now}", job.stack_name)
        }
        Outcome::Unchanged => format!("{} is up to date ({version}): nothing to do", job.stack_name),
        Outcome::Deployed { created: true } => format!("{} is created ({version})", job.stack_name),
        _ => format!("{} is updated ({version})", job.stack_name),
    };
    let outputs: BTreeMap<String, String> = stack
        .map(|s| &s.outputs)
        .into_iter()
        .flatten()
        .filter(|(name, _)| !job.internal_outputs.contains(*name))
        .map(|(name, value)| {
            let hidden = !show_sensitive && job.sensitive_outputs.contains(name);
            (name.clone(), if hidden { "<<OMITTED>>".into() } else { value.clone() })
        })
        .collect();
    let mut more = Map::new();
    let status = stack.map(|s| s.status.clone()).unwrap_or_default();
    for (key, value) in [
        ("stackName", Value::from(job.stack_name.clone())),
        ("status", status.into()),
        ("version", version.into()),
        ("changed", (deployed.outcome != Outcome::Unchanged || deployed.protection_changed || synced > 0).into()),
        ("uploaded", deployed.uploaded.into()),
        ("invalidated", invalidated.into()),
    ] {
        more.insert(key.into(), value);
    }
    Line::Result { command: "deploy".into(), exit_code: 0, text, outputs, phases, more }
}
