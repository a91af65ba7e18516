//! `convert`: the config in the other notation.

use super::{print, result};
use crate::args::ConvertArgs;
use crate::compiler;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::resolve::show;
use crate::session::Session;
use crate::settings;
use std::path::Path;

/// Endings of configs that are programs.
const PROGRAMS: &[&str] = &["ts", "mts", "cts", "js", "mjs", "cjs"];

/// Runs the command.
pub fn run(session: &Session, args: &ConvertArgs) -> Result<()> {
    let project = settings::project(&args.config, &session.env)?;
    if project.config.extension().and_then(|e| e.to_str()).is_some_and(|e| PROGRAMS.contains(&e)) {
        let message = format!("`{}` is a program; this command converts YAML and JSON to TypeScript", project.shown);
        return Err(Failure::new(Exit::Later, "later", message)
            .hint("`npx stacktape convert` evaluates a program with Node and writes it as YAML"));
    }
    let (text, findings) = compiler::to_typescript(&project.shown, &project.text);
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
        format!("{} as TypeScript, written to {}", project.shown, args.out_file),
        [("outFile", args.out_file.clone().into())],
    ));
    Ok(())
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
