//! Every case compiled natively, as one JSON list on standard output. The parity suite holds the wasm build against it.

use serde_json::{Value, json};
use stacktape_compiler::template::{to_json, to_yaml};
use stacktape_tests::{Case, diagnostics_text};

fn main() {
    let cases: Vec<Value> = stacktape_tests::cases().iter().map(outputs).collect();
    println!("{}", Value::Array(cases));
}

fn outputs(case: &Case) -> Value {
    let compiled = case.compile();
    let template = compiled.template.as_ref();
    let target = case.target();
    json!({
        "name": case.name,
        "folder": case.folder,
        "config": case.config().file_name().map(|name| name.to_string_lossy().to_string()),
        "facts": case.facts(),
        "target": { "projectName": target.project_name, "stage": target.stage, "region": target.region },
        "json": template.map(|t| to_json(t, true)),
        "yaml": template.map(to_yaml),
        "diagnostics": diagnostics_text(&compiled),
    })
}
