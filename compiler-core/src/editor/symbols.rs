//! The outline: sections, resources, and what they hold.

use super::OpenConfig;
use super::schema::{Slot, Step};
use crate::source::Span;
use crate::syntax::{Node, Value};

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its type or value, in a few words; may be empty.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole of it.
    pub span: Span,
    /// Its name in the text.
    pub name_span: Span,
    /// What it holds.
    pub children: Vec<Symbol>,
}

/// What an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A root section.
    Section,
    /// A resource.
    Resource,
    /// A property or an item.
    Property,
}

/// Levels of the outline: what is deeper is detail that nobody looks up in an outline.
const LEVELS: usize = 6;

/// The outline of a config.
pub fn symbols(open: &OpenConfig<'_>) -> Vec<Symbol> {
    below(&Step::root(open.tree()), 0, false)
}

fn below(step: &Step<'_>, level: usize, in_resources: bool) -> Vec<Symbol> {
    if level == LEVELS {
        return vec![];
    }
    let made = step.children().into_iter().filter(Step::is_written_here).map(|child| {
        let name = match (child.key, child.index) {
            (Some(key), _) => key.value.to_string(),
            (None, index) => title(child.node).unwrap_or_else(|| index.unwrap_or_default().to_string()),
        };
        let kind = match (level, in_resources) {
            (0, _) => SymbolKind::Section,
            (1, true) => SymbolKind::Resource,
            _ => SymbolKind::Property,
        };
        let name_span = child.key.map_or(Span { end: child.node.span.start, ..child.node.span }, |key| key.span);
        let resources = level == 0 && name == "resources";
        Symbol {
            detail: detail(&child),
            kind,
            span: name_span.to(child.node.span),
            name_span,
            children: below(&child, level + 1, resources),
            name,
        }
    });
    made.collect()
}

/// What an item of a list is called: its name or its type.
fn title(node: &Node) -> Option<String> {
    match &node.value {
        Value::Map(map) => {
            let text = |key: &str| map.get(key).and_then(Node::as_str);
            text("name").or_else(|| text("type")).map(str::to_string)
        }
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

fn detail(step: &Step<'_>) -> String {
    match &step.node.value {
        Value::Map(map) => {
            // The tag says what it is.
            let tag = step.slot.members(None).into_iter().find(|member| matches!(member.slot, Slot::Tag(_)));
            let kind = tag.and_then(|tag| map.get(tag.name)).and_then(Node::as_str);
            kind.unwrap_or_default().to_string()
        }
        Value::Str(text) if step.key.is_some() => text.chars().take(40).collect(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        _ => String::new(),
    }
}
