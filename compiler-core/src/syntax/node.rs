//! The tree of a config: plain values, each with its place.

use crate::source::{Span, Spanned};
use crate::template::Expr;
use std::sync::Arc;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands. For a block mapping: from its first key to the end of its last value; for `{…}` and `[…]` the brackets, too.
    pub span: Span,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of writing.
    Map(Map),
    /// What a deploy-phase directive leaves: an expression that CloudFormation evaluates. Never made by the parser.
    Deferred(Box<Expr>),
    /// What stood here had a mistake that is reported already; whoever reads it stays silent and goes on as if nothing could be said about it
    /// (neither "missing" nor "wrong type"). The parser makes it of a value with an unknown tag.
    Invalid,
}

/// One key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<Arc<str>>,
    /// The value.
    pub value: Node,
}

/// A mapping with unique text keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries in the order of writing.
    pub entries: Vec<Entry>,
}

impl Map {
    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| &*e.key.value == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }
}

impl Node {
    /// A node.
    pub fn new(value: Value, span: Span) -> Self {
        Self { value, span }
    }

    /// A text node.
    pub fn text(text: &str, span: Span) -> Self {
        Self::new(Value::Str(text.into()), span)
    }

    /// The text, when this is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The mapping, when this is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The items, when this is a sequence.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// What this is, in words for a message: "text", "a number", "a mapping" …
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing (null)",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::Str(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Deferred(_) => "a value that is known only at deploy time",
            Value::Invalid => "a value with a mistake",
        }
    }

    /// The value as it may stand in a message: at most 50 characters.
    pub fn excerpt(&self) -> String {
        let text = match &self.value {
            Value::Str(s) => format!("\"{s}\""),
            Value::Int(n) => n.to_string(),
            // As it was written: the text `2.0` is another one than `2`.
            Value::Float(n) if n.fract() == 0.0 => format!("{n}.0"),
            Value::Float(n) => n.to_string(),
            Value::Bool(b) => b.to_string(),
            _ => return self.kind().to_string(),
        };
        match text.char_indices().nth(50) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        }
    }
}
