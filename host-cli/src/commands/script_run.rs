//! `script:run`: runs one script of the config by hand, with what the deployed stack tells it.

use super::result;
use crate::args::ScriptRunArgs;
use crate::aws::retry;
use crate::compiler;
use crate::deploy::interrupt::Interrupts;
use crate::error::{Failure, Result};
use crate::hooks::{self, Script, Variable};
use crate::program::Program;
use crate::resolve::{Source, show_findings};
use crate::session::{Session, wanted_account};
use stacktape_compiler::Compiled;
use stacktape_compiler::diagnostics::nearest;
use stacktape_compiler::world::{Fact, FactKey};
use std::time::Duration;

/// For how long one question is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the command.
pub async fn run(session: &Session, args: &ScriptRunArgs) -> Result<()> {
    let ui = &session.ui;
    let wanted = wanted_account(&args.user, Some(&args.facts))?;
    let more = variables(&args.env)?;
    let place = session.place(&args.config, &args.target, &args.user, args.simulate)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let target = &place.target;
    let program = Program::of(session, &place.project, target, &args.config, "script:run")?;
    let source = Source { project: &place.project, target, given: &session.given, facts: &facts, program: &program };
    // Mistakes that need no network are told before any request is made.
    let first = source.compile();
    if first.has_errors() {
        show_findings(ui, &first)?;
    }
    let name = named(&first, args.script_name.as_deref())?;
    chosen(&first, &name, args, &more)?;
    let simulator = args.simulate.then_some(&place.project);
    let connection = session.connect(&target.region, target.profile.as_deref(), simulator).await?;
    let aws = &connection.aws;
    let account = session.check_account(aws, if args.simulate { None } else { wanted }).await?;
    facts.add(FactKey::AccountId, Fact::Text { value: account });
    let compiled = source.resolve(aws, args.simulate).await?;
    show_findings(ui, &compiled)?;
    let script = chosen(&compiled, &name, args, &more)?;
    let stack_name = target.stack_name();
    let stack = retry::read(PATIENCE, || aws.cloudformation.stack(&stack_name)).await?;
    let runner = hooks::Runner::new(session, &place.project.root, &connection);
    let mut interrupts = Interrupts::of_process();
    runner.script(hooks::BY_HAND, &name, &script, stack.as_ref(), &mut interrupts).await?;
    if ui.is_jsonl() {
        ui.say(&result("script:run", "", [("scriptName", name.into()), ("stackName", stack_name.into())]));
    }
    Ok(())
}

/// The script that is meant.
fn named(compiled: &Compiled, name: Option<&str>) -> Result<String> {
    let all: Vec<&str> = compiler::script_names(compiled).collect();
    let there_are = match all.as_slice() {
        [] => "the config has no `scripts`".to_owned(),
        all => format!("scripts of the config: `{}`", all.join("`, `")),
    };
    match name {
        Some(name) if all.contains(&name) => Ok(name.to_owned()),
        Some(name) => {
            let near = nearest(name, all.iter().copied()).map(|n| format!("did you mean `{n}`?"));
            let message = format!("the config has no script `{name}`");
            Err(Failure::usage(message).hint(near.unwrap_or(there_are)))
        }
        None => Err(Failure::usage("`script:run` needs to know which script: add `--scriptName NAME`").hint(there_are)),
    }
}

/// The script with what the command line adds to it.
fn chosen(compiled: &Compiled, name: &str, args: &ScriptRunArgs, more: &[(String, Variable)]) -> Result<Script> {
    let mut script = compiler::script(compiled, name)
        .ok_or_else(|| Failure::usage(format!("the script `{name}` has no bastion to run on")))?;
    script.environment.extend(more.iter().cloned());
    if let Some(resource) = &args.assume_role_of_resource {
        script.acts_as = Some(compiler::role(compiled, resource).ok_or_else(|| no_role(compiled, resource))?);
    }
    Ok(script)
}

fn no_role(compiled: &Compiled, resource: &str) -> Failure {
    let all: Vec<&str> = compiler::role_names(compiled).collect();
    let failure = Failure::usage(format!("no script of the config acts as `{resource}`, so its role lets nobody in"));
    match all.as_slice() {
        [] => failure,
        all => failure.hint(format!("roles that scripts may act as: `{}`", all.join("`, `"))),
    }
    .hint(format!("set `assumeRoleOfResource: {resource}` on a script and deploy"))
}

/// `--env NAME=value …`
fn variables(given: &[String]) -> Result<Vec<(String, Variable)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), Variable::Known(value.to_owned()))),
        _ => Err(Failure::usage(format!("`--env` takes NAME=value, not `{text}`"))
            .hint("several are separated by spaces: `--env LEVEL=3 MODE=fast`")),
    };
    given.iter().map(pair).collect()
}
