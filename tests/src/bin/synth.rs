//! The compiler without the host: `synth CONFIG [--facts FILE] [--out FILE]`. Builds in seconds; diagnostics go to standard output as JSON lines,
//! the template to the file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// As in the command line.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut config, mut facts, mut out) = (None, None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--facts" => facts = arguments.next().map(PathBuf::from),
            "--out" => out = arguments.next().map(PathBuf::from),
            _ => config = Some(PathBuf::from(argument)),
        }
    }
    let Some(config) = config else {
        eprintln!("usage: synth CONFIG [--facts FILE] [--out FILE]");
        return ExitCode::from(2);
    };
    match run(&config, facts.as_deref(), out.as_deref()) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(config: &Path, facts: Option<&Path>, out: Option<&Path>) -> Result<ExitCode, String> {
    let compiled = stacktape_tests::compile_file(config, facts)?;
    for diagnostic in &compiled.diagnostics {
        println!("{}", stacktape_tests::diagnostic_json(diagnostic, &compiled.sources));
    }
    let Some(template) = &compiled.template else { return Ok(ExitCode::FAILURE) };
    let text = stacktape_compiler::template::to_json(template, true);
    match out {
        Some(path) => std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?,
        None => println!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}
