//! `synth`: the template, without network and credentials.

use super::result;
use crate::args::SynthArgs;
use crate::compiler;
use crate::deploy::driver::count;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::program::Program;
use crate::resolve::{Source, show_findings, warn_of_stand_ins};
use crate::session::Session;
use crate::ui::Ui;
use crate::ui::line::Line;
use stacktape_compiler::Compiled;
use stacktape_compiler::template::{Template, to_json, to_yaml};
use std::io::Write;
use std::path::Path;

/// Runs the command.
pub fn run(session: &Session, args: &SynthArgs) -> Result<()> {
    if args.explain && args.out_file.as_deref() == Some("-") && !session.ui.is_jsonl() {
        let message = "`--explain` and the template cannot both go to standard output";
        return Err(Failure::new(Exit::Usage, "two-outputs", message)
            .hint("name a file with `--outFile`, or leave it out; with `--outputFormat jsonl` both are possible"));
    }
    let place = session.place(&args.config, &args.target, &args.user, false)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let program = Program::of(session, &place.project, &place.target, &args.config, "synth")?;
    let source = Source {
        project: &place.project,
        target: &place.target,
        given: &session.given,
        facts: &facts,
        program: &program,
    };
    let compiled = source.compile();
    show_findings(&session.ui, &compiled)?;
    warn_of_stand_ins(&session.ui, &compiled);
    let Some(template) = &compiled.template else {
        return Err(Failure::new(Exit::Internal, "no-template", "the compiler gave no template and no error"));
    };
    let mut text = count(template.resources.len(), "resource");
    let mut more: Vec<(&'static str, serde_json::Value)> =
        vec![("stackName", place.target.stack_name().into()), ("resources", template.resources.len().into())];
    if let Some(file) = out_file(args) {
        put(session, file, template)?;
        text += &format!(", written to {}", if file == "-" { "standard output" } else { file });
        more.push(("outFile", file.into()));
    }
    if args.explain {
        let statements = explain(&session.ui, &compiled);
        text = format!("{text}; {}", count(statements, "statement"));
        more.push(("statements", statements.into()));
    }
    session.ui.say(&result("synth", text, more));
    Ok(())
}

/// Where the template goes; an explanation alone writes none.
fn out_file(args: &SynthArgs) -> Option<&str> {
    args.out_file.as_deref().or((!args.explain).then_some("compiled-template.yaml"))
}

fn put(session: &Session, file: &str, template: &Template) -> Result<()> {
    if file == "-" && session.ui.is_jsonl() {
        let template = serde_json::from_str(&to_json(template, false)).unwrap_or_default();
        session.ui.say(&Line::Template { template });
        return Ok(());
    }
    let json = file.to_ascii_lowercase().ends_with(".json");
    let text = if json { to_json(template, true) } else { to_yaml(template) };
    if file == "-" {
        session.ui.print(&text);
        return Ok(());
    }
    write(&session.env.cwd.join(file), file, &text)
}

/// Says what the config makes and who may do what; gives the number of statements.
fn explain(ui: &Ui, compiled: &Compiled) -> usize {
    let heading = |text: &str| {
        if !ui.is_jsonl() {
            ui.print(text)
        }
    };
    let (made, rights) = (compiler::made(compiled), compiler::rights(compiled));
    heading("Resources of the template, by what in the config made them");
    made.into_iter().for_each(|resource| ui.say(&Line::Resource(resource)));
    heading("\nIAM statements, by who holds them");
    let statements = rights.len();
    rights.into_iter().for_each(|right| ui.say(&Line::Statement(right)));
    statements
}

/// Writes a file whole or not at all: beside its place first, then renamed.
pub fn write(path: &Path, shown: &str, text: &str) -> Result<()> {
    let failed = |error: &std::io::Error| {
        Failure::new(Exit::Write, "cannot-write", format!("`{shown}` cannot be written: {error}"))
            .hint("`--outFile` names a file in a directory that exists and may be written to; `-` is standard output")
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let beside = folder.join(name);
    let write = || {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(&error)
    })
}
