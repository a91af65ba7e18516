//! Choices of a text, and unions that a tag tells apart.

use super::{Decode, DecodeCx, scan::properties_key};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::Span;
use crate::syntax::{Map, Node, Value};
use std::borrow::Cow;

/// The index of the value among the allowed ones.
pub fn choice(node: &Node, names: &'static [&'static str], cx: &mut DecodeCx<'_>) -> Option<usize> {
    let Some(text) = node.as_str() else {
        cx.wrong_type(node, "text");
        return None;
    };
    let found = names.iter().position(|n| *n == text);
    if found.is_none() {
        let message = format!("{} cannot be \"{text}\"", cx.property());
        let hint = did_you_mean(text, names.iter().copied()).unwrap_or_else(|| allowed(names));
        cx.sink.push(Diagnostic::error(Code::BAD_VALUE, node.span, message).hint(hint));
    }
    found
}

/// Most allowed values that a hint lists.
const MAX_LISTED: usize = 12;

fn allowed(names: &[&str]) -> String {
    let more = if names.len() > MAX_LISTED { " …" } else { "" };
    let shown: Vec<&str> = names.iter().copied().take(MAX_LISTED).collect();
    format!("allowed: {}{more}", shown.join(", "))
}

/// The member of a union that a value is, and what stands inside.
pub struct Payload<'n> {
    /// Index of the member.
    pub index: usize,
    /// Name of the member.
    name: &'static str,
    node: Option<Cow<'n, Node>>,
    tag: Span,
    flat: bool,
}

impl<'n> Payload<'n> {
    /// Reads the tag. Nothing else of the value is looked at when the tag is wrong.
    pub fn new(
        node: &'n Node,
        tag: &'static str,
        flat: bool,
        names: &'static [&'static str],
        cx: &mut DecodeCx<'_>,
    ) -> Option<Self> {
        let Value::Map(map) = &node.value else {
            cx.wrong_type(node, "a mapping with `type`");
            return None;
        };
        let Some(kind) = map.get(tag) else {
            let span = map.entries.first().map_or(node.span, |e| e.key.span);
            let message = format!("`{tag}` is missing in {}", cx.property());
            cx.sink.push(Diagnostic::error(Code::MISSING_PROPERTY, span, message).hint(allowed(names)));
            return None;
        };
        let Some(text) = kind.as_str() else {
            cx.wrong_type(kind, "text");
            return None;
        };
        let Some(index) = names.iter().position(|n| *n == text) else {
            let message = format!("`{text}` is no {tag} of {}", cx.property());
            let hint = did_you_mean(text, names.iter().copied()).unwrap_or_else(|| allowed(names));
            cx.sink.push(Diagnostic::error(Code::UNKNOWN_TYPE, kind.span, message).hint(hint));
            return None;
        };
        let payload = if flat {
            let entries = map.entries.iter().filter(|e| &*e.key.value != tag).cloned().collect();
            Some(Cow::Owned(Node::new(Value::Map(Map { entries }), node.span)))
        } else {
            for entry in map.entries.iter().filter(|e| &*e.key.value != tag && &*e.key.value != "properties") {
                let key = &*entry.key.value;
                let hint = did_you_mean(key, [tag, "properties"])
                    .unwrap_or_else(|| "its options stand under `properties:`".to_string());
                let message = format!("unknown property `{key}` beside `{tag}: {text}`");
                cx.sink.push(Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, message).hint(hint));
            }
            map.get("properties").filter(|n| n.value != Value::Null).map(Cow::Borrowed)
        };
        Some(Self { index, name: names[index], node: payload, tag: kind.span, flat })
    }

    /// Decodes what stands inside.
    pub fn decode<T: Decode>(&self, cx: &mut DecodeCx<'_>) -> Option<T> {
        match &self.node {
            Some(node) if self.flat => T::decode(node, cx),
            Some(node) => cx.within(&properties_key(), |cx| T::decode(node, cx)),
            None => T::absent().or_else(|| {
                let message = format!("`properties` is missing for the type `{}`", self.name);
                cx.sink.push(Diagnostic::error(Code::MISSING_PROPERTY, self.tag, message).hint("add `properties:`"));
                None
            }),
        }
    }

    /// Accepts that nothing, or an empty mapping, stands inside.
    pub fn nothing(&self, cx: &mut DecodeCx<'_>) -> Option<()> {
        match self.node.as_deref() {
            None => Some(()),
            Some(Node { value: Value::Map(map), .. }) if map.entries.is_empty() => Some(()),
            Some(node) => {
                let message = format!("the type `{}` has no properties", self.name);
                cx.sink.push(Diagnostic::error(Code::UNKNOWN_PROPERTY, node.span, message).hint("remove them"));
                None
            }
        }
    }
}
