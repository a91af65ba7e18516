//! An evaluated TypeScript config as YAML. It holds the values of one evaluation: what depended on the stage is that of the stage.
//!
//! Comments above and behind properties are found through the places of the properties in the program.

use super::Converted;
use crate::compile::Input;
use crate::decode::Raw;
use crate::diagnostics::{Code, Diagnostic, Severity, Sink};
use crate::evaluated;
use crate::order::SortedSet;
use crate::source::{FileId, FilePath, Sources, Span};
use crate::syntax::{self, Node, Value};
use crate::template::{Events as _, Yaml};
use crate::world::World;
use std::sync::Arc;

/// Converts what a program was evaluated to.
pub fn to_yaml(input: &Input<'_>, world: &dyn World) -> Converted {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let text = world.source(&input.config).unwrap_or_else(|| Arc::from(""));
    let file = sources.add(input.config.clone(), text);
    let tree = match &input.evaluated {
        Some(evaluated) => evaluated::read(evaluated, file, world, &mut sources, &mut sink),
        None => {
            let problem = "only a program that was evaluated can be converted to YAML";
            let hint = "give what the program was evaluated to";
            sink.push(Diagnostic::error(Code::UNREADABLE, Span::new(file, 0, 0), problem).hint(hint));
            None
        }
    };
    let calls = tree.as_ref().map(|tree| &tree.calls);
    for call in calls.iter().flat_map(|calls| &calls.children) {
        let message =
            format!("the transform of {}.{} is a function, which YAML does not have", call.resource, *call.child);
        sink.push(Diagnostic::error(Code::UNSUPPORTED, call.child.span, message).hint(INSTEAD));
    }
    if let Some(span) = calls.and_then(|calls| calls.whole) {
        let message = "finalTransform is a function, which YAML does not have";
        sink.push(Diagnostic::error(Code::UNSUPPORTED, span, message).hint(INSTEAD));
    }
    let diagnostics = sink.finish();
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let text = tree.filter(|_| !failed).map(|tree| {
        let mut writer = Writer { sources: &sources, seen: SortedSet::new(), out: Yaml::default() };
        writer.head(file);
        writer.value(&tree.root);
        writer.out.finish()
    });
    Converted { text, diagnostics, sources }
}

/// The value of a YAML text as JSON text, or what is wrong with it.
pub fn yaml_to_json(text: &str) -> Result<String, String> {
    let mut sources = Sources::default();
    let file = sources.add(FilePath::new("file.yml"), Arc::from(text));
    let mut sink = Sink::default();
    let node = syntax::parse(&sources, file, &mut sink);
    match sink.finish().into_iter().find(|d| d.severity == Severity::Error) {
        Some(problem) => Err(match sources.place(problem.span) {
            Some(place) => format!("line {}: {}", place.start.line, problem.message),
            None => problem.message,
        }),
        None => Ok(node.map_or_else(|| "null".to_string(), |node| Raw::from_node(&node).expr.to_json_text())),
    }
}

const INSTEAD: &str = "say it with `overrides`, or keep the config in TypeScript";

struct Writer<'a> {
    sources: &'a Sources,
    /// Lines whose comments are written already.
    seen: SortedSet<(FileId, usize)>,
    out: Yaml,
}

impl Writer<'_> {
    /// The comments that the file starts with.
    fn head(&mut self, file: FileId) {
        let mut at = 0;
        for line in self.sources.text(file).split_inclusive('\n') {
            let Some(comment) = comment(line) else { break };
            self.out.comment(comment);
            self.seen.insert((file, at));
            at += line.len();
        }
    }

    fn value(&mut self, node: &Node) {
        match &node.value {
            Value::Null | Value::Deferred(_) | Value::Invalid => self.out.null(),
            Value::Bool(value) => self.out.bool(*value),
            Value::Int(value) => self.out.number(&value.to_string()),
            Value::Float(value) => self.out.number(&value.to_string()),
            Value::Str(value) => self.out.text(value),
            Value::List(items) => {
                self.out.start_list(items.is_empty());
                for item in items {
                    self.above(item.span);
                    self.value(item);
                    self.behind(item);
                }
                self.out.end_list();
            }
            Value::Map(map) => {
                self.out.start_map(map.entries.is_empty());
                for entry in &map.entries {
                    self.above(entry.key.span);
                    // A resource may be made elsewhere than it is named.
                    self.above(entry.value.span);
                    self.out.key(&entry.key.value);
                    self.value(&entry.value);
                    self.behind(&entry.value);
                }
                self.out.end_map();
            }
        }
    }

    /// The comments on the lines directly above a place, each written once.
    fn above(&mut self, span: Span) {
        let text = self.sources.text(span.file);
        let mut found = vec![];
        let mut start = line_start(text, span.start as usize);
        while start > 0 {
            let before = line_start(text, start - 1);
            let Some(comment) = comment(&text[before..start]) else { break };
            if !self.seen.insert((span.file, before)) {
                break;
            }
            found.push(comment.to_string());
            start = before;
        }
        found.iter().rev().for_each(|comment| self.out.comment(comment));
    }

    /// The comment behind a scalar, on its line.
    fn behind(&mut self, node: &Node) {
        let several_lines = node.as_str().is_some_and(|text| text.contains('\n'));
        if matches!(node.value, Value::List(_) | Value::Map(_)) || several_lines {
            return;
        }
        let text = self.sources.text(node.span.file);
        let rest = text.get(node.span.end as usize..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default().trim_start_matches([',', ';', ')', '}', ']', ' ']);
        let at = line_start(text, node.span.end as usize);
        if let Some(comment) = comment(line)
            && self.seen.insert((node.span.file, at))
        {
            self.out.comment_behind(comment);
        }
    }
}

/// What stands behind the slashes when a line is a comment.
fn comment(line: &str) -> Option<&str> {
    line.trim().strip_prefix("//")
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
}
