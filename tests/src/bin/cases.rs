//! Every case compiled natively, as one JSON list on standard output, with its config in TypeScript. The parity suite holds the wasm build against it, and
//! the conversion suite what its TypeScript gives. With a folder as argument, every `stacktape.yml` below it is a case.

use serde_json::{Value, json};
use stacktape_compiler::convert;
use stacktape_compiler::template::{to_json, to_yaml};
use stacktape_compiler::{Compiled, Target};
use stacktape_tests::{cases, compile_for, diagnostics_text, target};
use std::path::{Path, PathBuf};

fn main() {
    let cases: Vec<Value> = match std::env::args_os().nth(1) {
        Some(folder) => found(Path::new(&folder)).iter().map(|config| foreign(Path::new(&folder), config)).collect(),
        None => cases().iter().map(|c| outputs(&c.name, &c.config(), &c.facts(), &c.target(), &c.compile())).collect(),
    };
    println!("{}", Value::Array(cases));
}

fn outputs(name: &str, config: &Path, facts: &Path, target: &Target, compiled: &Compiled) -> Value {
    let template = compiled.template.as_ref();
    let file = config.file_name().map(|name| name.to_string_lossy().to_string()).unwrap_or_default();
    let text = std::fs::read_to_string(config).unwrap_or_default();
    json!({
        "name": name,
        "folder": config.parent(),
        "config": file,
        "facts": facts,
        "target": { "projectName": target.project_name, "stage": target.stage, "region": target.region },
        "json": template.map(|t| to_json(t, true)),
        "yaml": template.map(to_yaml),
        "diagnostics": diagnostics_text(compiled),
        "typescript": if file.ends_with(".ts") { Some(text) } else { convert::to_typescript(&file, &text).text },
    })
}

/// A config elsewhere; its facts are in the nearest `facts.json` above it.
fn foreign(root: &Path, config: &Path) -> Value {
    let facts = config.ancestors().map(|folder| folder.join("facts.json")).find(|path| path.exists());
    let facts = facts.unwrap_or_else(|| root.join("facts.json"));
    let name = config.parent().and_then(|folder| folder.strip_prefix(root).ok()).unwrap_or(root);
    let compiled =
        compile_for(target(), config, Some(&facts), None).unwrap_or_else(|e| panic!("{}: {e}", config.display()));
    outputs(&name.to_string_lossy(), config, &facts, &target(), &compiled)
}

/// Every `stacktape.yml` below a folder, sorted.
fn found(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![];
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            all.extend(found(&path));
        } else if path.file_name().is_some_and(|name| name == "stacktape.yml") {
            all.push(path);
        }
    }
    all
}
