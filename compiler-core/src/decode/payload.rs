//! Choices of a text, and unions that a tag tells apart.

use super::{Decode, DecodeCx, Outer, PROPERTIES};
use crate::diagnostics::{Code, Diagnostic, Hint, Remedy, did_you_mean, fuller, meant, nearest};
use crate::source::Span;
use crate::syntax::{Map, Node, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The index of the value among the allowed ones.
pub fn choice(node: &Node, names: &'static [&'static str], cx: &mut DecodeCx<'_>) -> Option<usize> {
    let Some(text) = node.as_str() else {
        let number = match node.value {
            Value::Int(n) => Some(n as f64),
            Value::Float(n) => Some(n),
            _ => None,
        };
        // `2.0` is written back as `2`, which is none of the words.
        let quoted = number.map(|n| match names.iter().find(|name| name.parse::<f64>().ok() == Some(n)) {
            Some(name) => format!("put it in quotes: \"{name}\""),
            None => allowed(names),
        });
        cx.wrong_type_with(node, "text", quoted);
        return None;
    };
    let found = names.iter().position(|n| *n == text);
    if found.is_none() {
        let message = format!("{} cannot be \"{text}\"", cx.property());
        let diagnostic = Diagnostic::error(Code::BAD_VALUE, node.span, message);
        cx.sink.push(diagnostic.maybe_hint(suggestion(text, names)).hint(allowed(names)));
    }
    found
}

/// Which of the words is probably meant.
fn suggestion(text: &str, names: &[&str]) -> Option<Hint> {
    let all = || names.iter().copied();
    nearest(text, all()).or_else(|| fuller(text, all())).map(|name| meant(text, name))
}

/// Most allowed values that a hint lists.
const MAX_LISTED: usize = 12;

/// The hint that lists the allowed words.
pub(super) fn allowed(names: &[&str]) -> String {
    let shown = &names[..names.len().min(MAX_LISTED)];
    let more = if names.len() > MAX_LISTED { format!(" and {} more", names.len() - MAX_LISTED) } else { String::new() };
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
            cx.wrong_type(node, &format!("a mapping with `{tag}`"));
            return None;
        };
        let Some(kind) = map.get(tag) else {
            cx.sink.push(missing_tag(node, map, tag, names, &cx.property()));
            return None;
        };
        let Some(text) = kind.as_str() else {
            cx.within(&Arc::from(tag), |cx| cx.wrong_type(kind, "text"));
            return None;
        };
        let Some(index) = names.iter().position(|n| *n == text) else {
            let message = format!("there is no {tag} `{text}`{}", cx.place());
            let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, kind.span, message);
            cx.sink.push(diagnostic.maybe_hint(suggestion(text, names)).hint(allowed(names)));
            return None;
        };
        let payload = if flat {
            let entries = map.entries.iter().filter(|e| &*e.key.value != tag).cloned().collect();
            Some(Cow::Owned(Node::new(Value::Map(Map { entries }), node.span)))
        } else {
            let given = map.get(PROPERTIES).filter(|n| n.value != Value::Null).map(Cow::Borrowed);
            let mut beside = false;
            for entry in map.entries.iter().filter(|e| &*e.key.value != tag && &*e.key.value != PROPERTIES) {
                let key = &*entry.key.value;
                let hint = did_you_mean(key, [PROPERTIES])
                    .filter(|_| given.is_none())
                    .unwrap_or_else(|| "its options stand under `properties:`".into());
                let message = format!("unknown property `{key}` beside `{tag}: {text}`");
                cx.sink.push(Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, message).hint(hint));
                beside = true;
            }
            // `properties` is misspelt or forgotten: that is the one mistake, and what is missing inside its consequence.
            if beside && given.is_none() {
                return None;
            }
            given
        };
        Some(Self { index, name: names[index], node: payload, tag: kind.span, flat })
    }

    /// Decodes what stands inside.
    pub fn decode<T: Decode>(&self, cx: &mut DecodeCx<'_>) -> Option<T> {
        let Some(node) = self.node.as_deref() else {
            let nothing = T::absent();
            if nothing.is_none() {
                self.missing(cx);
            }
            return nothing;
        };
        let outer = self.enter(node, cx);
        let decoded = T::decode(node, cx);
        if let Some(outer) = outer {
            cx.leave(outer);
        }
        decoded
    }

    /// Apart from [`Self::decode`], as [`Self::missing`] is, so that it is compiled once and not for every type.
    #[inline(never)]
    fn enter(&self, node: &Node, cx: &mut DecodeCx<'_>) -> Option<Outer> {
        if self.flat {
            return None;
        }
        let outer = cx.enter(&Arc::from(PROPERTIES));
        cx.payload = Some((node.span, self.tag.to(node.span)));
        Some(outer)
    }

    #[inline(never)]
    fn missing(&self, cx: &mut DecodeCx<'_>) {
        let message = format!("`properties` is missing for the type `{}`", self.name);
        let diagnostic = Diagnostic::error(Code::MISSING_PROPERTY, self.tag, message).hint("add `properties:`");
        cx.sink.push(diagnostic.remedy(Remedy::Add(PROPERTIES)));
    }

    /// Accepts that nothing, or an empty mapping, stands inside.
    pub fn nothing(&self, cx: &mut DecodeCx<'_>) -> Option<()> {
        match self.node.as_deref() {
            None => Some(()),
            Some(Node { value: Value::Map(map), .. }) if map.entries.is_empty() => Some(()),
            Some(Node { value: Value::Invalid, .. }) => None,
            Some(node) => {
                let message = format!("the type `{}` has no properties", self.name);
                cx.sink.push(Diagnostic::error(Code::UNKNOWN_PROPERTY, node.span, message).hint("remove them"));
                None
            }
        }
    }
}

/// The report of a mapping without its tag: the key that is probably a misspelt one, or the first.
fn missing_tag(node: &Node, map: &Map, tag: &'static str, names: &[&str], owner: &str) -> Diagnostic {
    match map.entries.iter().find(|e| nearest(&e.key.value, [tag]).is_some()) {
        Some(entry) => {
            let message = format!("unknown property `{}`", entry.key.value);
            Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, message)
                .maybe_hint(did_you_mean(&entry.key.value, [tag]))
        }
        None => {
            let span = map.entries.first().map_or(node.span, |e| e.key.span);
            let message = format!("`{tag}` is missing in {owner}");
            Diagnostic::error(Code::MISSING_PROPERTY, span, message).hint(allowed(names)).remedy(Remedy::Add(tag))
        }
    }
}
