//! `validate`: every mistake of the config in one run, without network and credentials.

use super::result;
use crate::args::ValidateArgs;
use crate::deploy::driver::count;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::package;
use crate::program::Program;
use crate::resolve::{Source, show_findings};
use crate::session::Session;

/// Runs the command.
pub fn run(session: &Session, args: &ValidateArgs) -> Result<()> {
    if args.thorough {
        return Err(Failure::new(Exit::Later, "later", "`--thorough` is not in this version")
            .hint("`--withPackage` packages the code"));
    }
    let place = session.place(&args.config, &args.target, &args.user, false)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let program = Program::of(session, &place.project, &place.target, &args.config, "validate")?;
    let source = Source {
        project: &place.project,
        target: &place.target,
        given: &session.given,
        facts: &facts,
        program: &program,
    };
    let compiled = source.compile();
    show_findings(&session.ui, &compiled)?;
    let mut text = format!("{} is valid", place.project.shown);
    if args.with_package {
        let packages = crate::block_on(package::package(&session.ui, &compiled, &place.project, false))?;
        text.push_str(&format!("; {}", packages.summary()));
    }
    let warnings = compiled.diagnostics.len();
    if warnings > 0 {
        text.push_str(&format!(", with {}", count(warnings, "warning")));
    }
    session.ui.say(&result(
        "validate",
        text,
        [("stackName", place.target.stack_name().into()), ("warnings", warnings.into())],
    ));
    Ok(())
}
