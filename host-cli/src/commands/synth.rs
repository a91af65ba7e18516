//! `synth`: the template, without network and credentials.

use super::result;
use crate::args::SynthArgs;
use crate::deploy::driver::count;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::resolve::{Source, show_findings, warn_of_stand_ins};
use crate::session::Session;
use crate::ui::line::Line;
use stacktape_compiler::template::{to_json, to_yaml};
use std::io::Write;
use std::path::Path;

/// Runs the command.
pub fn run(session: &Session, args: &SynthArgs) -> Result<()> {
    let place = session.place(&args.config, &args.target, &args.user, false)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let source = Source { project: &place.project, target: &place.target, given: &session.given, facts: &facts };
    let compiled = source.compile();
    show_findings(&session.ui, &compiled)?;
    warn_of_stand_ins(&session.ui, &compiled);
    let Some(template) = &compiled.template else {
        return Err(Failure::new(Exit::Internal, "no-template", "the compiler gave no template and no error"));
    };
    let json = args.out_file.to_ascii_lowercase().ends_with(".json");
    let text = if json { to_json(template, true) } else { to_yaml(template) };
    if args.out_file == "-" {
        if session.ui.is_jsonl() {
            let template = serde_json::from_str(&to_json(template, false)).unwrap_or_default();
            session.ui.say(&Line::Template { template });
        } else {
            session.ui.print(&text);
        }
    } else {
        write(&session.env.cwd.join(&args.out_file), &args.out_file, &text)?;
    }
    let resources = count(template.resources.len(), "resource");
    let text =
        format!("{resources}, written to {}", if args.out_file == "-" { "standard output" } else { &args.out_file });
    session.ui.say(&result(
        "synth",
        text,
        [
            ("stackName", place.target.stack_name().into()),
            ("outFile", args.out_file.clone().into()),
            ("resources", template.resources.len().into()),
        ],
    ));
    Ok(())
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
