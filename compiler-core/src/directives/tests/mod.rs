//! Each directive and each of its mistakes, on configs in YAML.

mod compile_phase;
mod deploy_phase;
mod mistakes;

use super::{ResolveCx, Resolved, resolve};
use crate::diagnostics::{Diagnostic, Sink};
use crate::source::{FilePath, Sources};
use crate::syntax::{self, Node, Value};
use crate::target::Target;
use crate::template::Expr;
use crate::world::{Fact, FactKey, World};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A world of files and facts, and the command line.
#[derive(Default)]
pub struct Fixture {
    files: BTreeMap<String, String>,
    facts: BTreeMap<FactKey, Fact>,
    cli_args: BTreeMap<String, Json>,
}

impl World for Fixture {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        self.files.get(file.as_str()).map(|text| Arc::from(text.as_str()))
    }
    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.get(key).cloned()
    }
    fn directive(&self, script: &FilePath, export: &str, arguments: &str) -> Option<Result<String, String>> {
        let echo = format!(r#"{{"script": "{script}", "export": "{export}", "arguments": {arguments}}}"#);
        match script.as_str() {
            "echo.ts" => Some(Ok(echo)),
            "broken.ts" => Some(Err("size is not defined".into())),
            _ => None,
        }
    }
}

impl Fixture {
    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.into(), text.into());
        self
    }

    fn fact_is(mut self, key: FactKey, fact: Fact) -> Self {
        self.facts.insert(key, fact);
        self
    }

    fn text_fact(self, key: FactKey, value: &str) -> Self {
        self.fact_is(key, Fact::Text { value: value.into() })
    }

    fn cli(mut self, name: &str, value: Json) -> Self {
        self.cli_args.insert(name.into(), value);
        self
    }

    fn resolve(&self, config: &str) -> Outcome {
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let file = sources.add(FilePath::new("stacktape.yml"), Arc::from(config));
        let root = syntax::parse(&sources, file, &mut sink).expect("the test's config parses");
        let target =
            Target { project_name: "demo".into(), stage: "dev".into(), region: "eu-west-1".into(), profile: None };
        let mut cx = ResolveCx {
            world: self,
            sources: &mut sources,
            sink: &mut sink,
            target: &target,
            cli_args: &self.cli_args,
        };
        let resolved = resolve(root, &mut cx);
        Outcome { resolved, sources, diagnostics: sink.finish() }
    }

    /// The value of the top-level key `x`, when nothing is wrong.
    fn value(&self, config: &str) -> Json {
        let outcome = self.resolve(config);
        assert_eq!(outcome.diagnostics, [], "{config}");
        outcome.get("x")
    }

    /// The only diagnostic: (code, the text it points at, message, hints joined).
    fn mistake(&self, config: &str) -> (String, String, String, String) {
        let outcome = self.resolve(config);
        assert_eq!(outcome.diagnostics.len(), 1, "one mistake, one diagnostic: {:#?}", outcome.diagnostics);
        let d = &outcome.diagnostics[0];
        (d.code.to_string(), outcome.at(d), d.message.clone(), d.hints.join(" | "))
    }
}

pub struct Outcome {
    resolved: Resolved,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Outcome {
    fn get(&self, key: &str) -> Json {
        to_json(self.resolved.root.as_map().and_then(|m| m.get(key)).expect("the key is there"))
    }

    fn at(&self, d: &Diagnostic) -> String {
        self.sources.text(d.span.file)[d.span.start as usize..d.span.end as usize].to_string()
    }
}

/// A value without directives.
fn value(config: &str) -> Json {
    Fixture::default().value(config)
}

fn mistake(config: &str) -> (String, String, String, String) {
    Fixture::default().mistake(config)
}

/// Asserts code and place of the only mistake, and that its message and its hints have the words.
#[track_caller]
fn assert_mistake(found: (String, String, String, String), code: &str, at: &str, message: &str, hint: &str) {
    assert_eq!((found.0.as_str(), found.1.as_str()), (code, at), "{found:?}");
    assert!(found.2.contains(message), "message: {}", found.2);
    assert!(found.3.contains(hint), "hints: {}", found.3);
}

fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(n) => json!(n),
        Value::Float(n) => json!(n),
        Value::Str(s) => json!(&**s),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(map) => map.entries.iter().map(|e| (e.key.to_string(), to_json(&e.value))).collect(),
        Value::Deferred(expr) => json!({ "deferred": expr_json(expr) }),
        Value::Invalid => json!({ "invalid": true }),
    }
}

fn expr_json(expr: &Expr) -> Json {
    match expr {
        Expr::Str(s) => json!(s),
        Expr::List(items) => items.iter().map(expr_json).collect(),
        Expr::Map(object) => object.0.iter().map(|(k, v)| (k.to_string(), expr_json(v))).collect(),
        Expr::Intrinsic(name, arg) => json!({ *name: expr_json(arg) }),
        Expr::Param { resource, name, .. } => json!(format!("param {resource}.{name}")),
        Expr::Attribute { logical_id, name, .. } => json!(format!("attribute {logical_id}.{name}")),
        other => panic!("no directive makes {other:?}"),
    }
}
