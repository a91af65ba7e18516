//! `$File` and `$FileRaw`: files of the project as values.

use super::evaluation::{Evaluation, Invocation, Reported};
use super::formats;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, FilePath, Spanned};
use crate::syntax::{self, Node, Value};
use std::rc::Rc;
use std::sync::Arc;

/// What a file name says about its content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Tree,
    Ini,
    DotEnv,
    Script,
    Other,
}

/// `$File('path')`.
pub(super) fn file(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Result<Rc<Node>, Reported> {
    let path = invocation.text(0, evaluation)?;
    if let Some(known) = evaluation.files.get(&*path.value) {
        return known.clone().ok_or(Reported);
    }
    let parsed = load(evaluation, &path).map(Rc::new);
    evaluation.files.insert(path.to_string(), parsed.as_ref().ok().cloned());
    parsed
}

fn load(evaluation: &mut Evaluation<'_, '_>, path: &Spanned<Arc<str>>) -> Result<Node, Reported> {
    let format = format_of(path);
    match format {
        Format::Script => {
            return Err(evaluation.report(
                Diagnostic::error(Code::UNSUPPORTED, path.span, format!("`{}` cannot be run: that needs TypeScript/JavaScript support, which this version doesn't have yet", path.value))
                    .hint("write its value to a JSON or YAML file and read that"),
            ));
        }
        Format::Other => {
            return Err(evaluation.report(
                Diagnostic::error(
                    Code::BAD_DIRECTIVE,
                    path.span,
                    format!("`$File` cannot parse `{}`: it reads .json, .yml, .yaml, .ini and .env files", path.value),
                )
                .hint(format!("use `$FileRaw('{}')` for its text", path.value)),
            ));
        }
        _ => {}
    }
    let id = open(evaluation, path)?;
    let node = match format {
        Format::Ini => formats::ini(evaluation.cx.sources.text(id), id),
        Format::DotEnv => formats::dot_env(evaluation.cx.sources.text(id), id),
        _ => syntax::parse(evaluation.cx.sources, id, evaluation.cx.sink).ok_or(Reported)?,
    };
    if let Value::Null = node.value {
        return Err(evaluation.report(
            Diagnostic::error(Code::DIRECTIVE_VALUE, path.span, format!("`{}` is empty", path.value))
                .hint("write a value into it, or remove the directive"),
        ));
    }
    Ok(node)
}

/// `$FileRaw('path')`.
pub(super) fn file_raw(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Result<Rc<Node>, Reported> {
    let path = invocation.text(0, evaluation)?;
    let id = open(evaluation, &path)?;
    let text: Arc<str> = evaluation.cx.sources.text(id).into();
    evaluation.spend(text.len() / 64, invocation.call.span)?;
    Ok(Rc::new(Node::new(Value::Str(text), invocation.call.span)))
}

fn open(evaluation: &mut Evaluation<'_, '_>, path: &Spanned<Arc<str>>) -> Result<FileId, Reported> {
    let file = FilePath::new(&*path.value);
    match evaluation.cx.world.source(&file) {
        Some(text) => Ok(evaluation.cx.sources.add(file, text)),
        None => Err(evaluation.report(
            Diagnostic::error(
                Code::DIRECTIVE_VALUE,
                path.span,
                format!("there is no file `{}` in the project", path.value),
            )
            .hint("paths start at the project folder; a file outside it, or one that is not text, cannot be read"),
        )),
    }
}

fn format_of(path: &str) -> Format {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if name.starts_with(".env") {
        return Format::DotEnv;
    }
    match &*FilePath::new(path).extension() {
        "json" | "yml" | "yaml" => Format::Tree,
        "ini" => Format::Ini,
        "env" => Format::DotEnv,
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Format::Script,
        _ => Format::Other,
    }
}
