//! YAML and JSON text to one spanned tree.
//!
//! Both formats give the same [`Node`]s. Merge keys are applied (a merged value keeps the span of its anchor), a duplicate key is an error,
//! aliases are expanded under a budget, nesting is limited, and CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub` …) become the long form.

mod explain;
mod json;
mod mapping;
mod node;
mod scalar;
mod tags;
#[cfg(test)]
mod tests;
mod texts;
mod yaml;

pub use node::{Entry, Map, Node, Value};
pub(crate) use scalar::plain;

use crate::diagnostics::{Diagnostic, Sink};
use crate::source::{FileId, FilePath, Sources, Spanned};

/// Levels of nesting that a config may have.
pub const MAX_DEPTH: usize = 64;

/// Values that a config may have once its aliases are expanded; a generated one for a thousand functions has about 50,000.
pub const MAX_NODES: usize = 200_000;

/// Parses a file: JSON when its name ends in `.json`, YAML otherwise.
///
/// An empty document gives `Null`. `None` when there is no tree to go on with; exactly one error is reported then. Mistakes that leave a
/// tree (a duplicate key, an unknown tag) are reported and give a tree, too.
pub fn parse(sources: &Sources, file: FileId, sink: &mut Sink) -> Option<Node> {
    let text = sources.text(file);
    let mut found = Sink::default();
    let parsed =
        if is_json(sources, file) { json::parse(text, file, &mut found) } else { yaml::parse(text, file, &mut found) };
    match parsed {
        Ok(node) => {
            found.finish().into_iter().for_each(|diagnostic| sink.push(diagnostic));
            Some(node)
        }
        // What was found before is as likely a consequence as a mistake of its own: behind an unclosed bracket every key is a duplicate.
        Err(stop) => {
            sink.push(*stop);
            None
        }
    }
}

/// Parses JSON text that is no file of the user; the places are those in the text.
pub(crate) fn parse_json(text: &str, file: FileId) -> Result<Node, Stop> {
    json::parse(text, file, &mut Sink::default())
}

/// What ends parsing: there is no tree.
pub(crate) type Stop = Box<Diagnostic>;

/// Every comment of a file with its place (from `#` to the end of the line), in the order of writing; for edits that must keep them.
pub fn comments(sources: &Sources, file: FileId) -> Vec<Spanned<String>> {
    if is_json(sources, file) { vec![] } else { yaml::comments(sources.text(file), file) }
}

fn is_json(sources: &Sources, file: FileId) -> bool {
    sources.path(file).is_some_and(|path: &FilePath| path.extension() == "json")
}
