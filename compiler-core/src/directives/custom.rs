//! Custom directives: functions of the project's own scripts, run by the host.

use super::compile_phase::from_json;
use super::evaluation::{Evaluation, Invocation, Reported};
use super::table::{DirectiveInfo, Phase};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::FilePath;
use crate::syntax::{Node, Value};
use std::rc::Rc;

/// The row of every custom directive.
pub(super) static CUSTOM: DirectiveInfo = DirectiveInfo {
    name: "custom",
    phase: Phase::Compile,
    signature: "$name(argument, …)",
    args: (0, usize::MAX),
    run,
    doc: "A function of a script of the project, declared under `directives`.",
};

fn run(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Result<Rc<Node>, Reported> {
    let (name, span) = (&*invocation.call.name.value, invocation.call.span);
    let declared = evaluation.custom.get(name).cloned().unwrap_or_default();
    // `file:export`; a drive letter is no file name.
    let (file, export) = match declared.rsplit_once(':') {
        Some((file, export)) if file.len() > 1 => (file, export),
        _ => (declared.as_str(), name),
    };
    let arguments = serde_json::Value::Array(invocation.args.iter().map(to_json).collect());
    let failed = |message: String| Diagnostic::error(Code::DIRECTIVE_VALUE, span, message);
    let result = evaluation.cx.world.directive(&FilePath::new(file), export, &arguments.to_string());
    let json = match result {
        Some(Ok(text)) => serde_json::from_str(&text).map_err(|_| {
            failed(format!("`${name}` gave no JSON value")).hint("return texts, numbers, booleans, lists and objects")
        }),
        Some(Err(thrown)) => Err(failed(format!("`${name}` failed: {thrown}"))
            .hint(format!("its script is `{file}`, by `directives` in the config"))),
        None => Err(Diagnostic::error(
            Code::UNSUPPORTED,
            invocation.call.name.span,
            format!("the custom directive `${name}` cannot run here: this host runs no scripts"),
        )
        .hint("compile with the command line, or replace it by a built-in directive or by the value itself")),
    };
    let json: serde_json::Value = json.map_err(|diagnostic| evaluation.report(diagnostic))?;
    let node = from_json(&json, span);
    evaluation.spend(json.to_string().len() / 64, span)?;
    Ok(Rc::new(node))
}

fn to_json(node: &Node) -> serde_json::Value {
    use serde_json::Value as Json;
    match &node.value {
        Value::Bool(b) => Json::from(*b),
        Value::Int(n) => Json::from(*n),
        Value::Float(n) => Json::from(*n),
        Value::Str(s) => Json::from(&**s),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(map) => map.entries.iter().map(|e| (e.key.value.to_string(), to_json(&e.value))).collect(),
        Value::Null | Value::Deferred(_) | Value::Invalid => Json::Null,
    }
}
