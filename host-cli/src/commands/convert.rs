//! `convert`: the config in the other notation.

use super::{print, result};
use crate::args::{ConvertArgs, FactArgs};
use crate::compiler;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::program::{Program, is_program};
use crate::resolve::{Source, show};
use crate::session::Session;
use crate::settings;
use crate::ui::line::Finding;
use std::path::Path;

/// Runs the command.
pub fn run(session: &Session, args: &ConvertArgs) -> Result<()> {
    let project = settings::project(&args.config, &session.env)?;
    let program = is_program(&project.config);
    let (text, findings) =
        if program { to_yaml(session, args)? } else { compiler::to_typescript(&project.shown, &project.text) };
    show(&session.ui, findings)?;
    let Some(text) = text else {
        return Err(Failure::new(Exit::Internal, "no-config", "the conversion gave no config and no error"));
    };
    if args.out_file == "-" {
        print(session, "convert", &text);
        return Ok(());
    }
    write_new(&session.env.cwd.join(&args.out_file), &args.out_file, &text)?;
    session.ui.say(&result(
        "convert",
        format!("{} as {}, written to {}", project.shown, if program { "YAML" } else { "TypeScript" }, args.out_file),
        [("outFile", args.out_file.clone().into())],
    ));
    Ok(())
}

/// The values that the program has for one stack.
fn to_yaml(session: &Session, args: &ConvertArgs) -> Result<(Option<String>, Vec<Finding>)> {
    let place = session.place(&args.config, &args.target, &args.user, false)?;
    let facts = session.facts(&FactArgs::default(), &place.project)?;
    let program = Program::of(session, &place.project, &place.target, &args.config, "convert")?;
    let source = Source {
        project: &place.project,
        target: &place.target,
        given: &session.given,
        facts: &facts,
        program: &program,
    };
    Ok(source.to_yaml())
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, shown: &str, text: &str) -> Result<()> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(Failure::new(
            Exit::Write,
            "exists",
            format!("`{shown}` is there already, and nothing is overwritten"),
        )
        .hint("name another file with `--outFile`, or move that one away; `-` is standard output"));
    }
    super::synth::write(path, shown, text)
}
