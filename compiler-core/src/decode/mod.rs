//! Decoding the spanned config tree into typed properties, with every mistake collected.
//!
//! `#[derive(Decode, Describe)]` on a struct makes it a mapping, on an enum a choice or a union. Attributes:
//!
//! | on | attribute | meaning |
//! | --- | --- | --- |
//! | field | `span` | gets the place of the mapping; is no property |
//! | field | `rename = "Sid"` | name in the config; camelCase of the field when not given |
//! | field | `default = 20` | on an `Option` documentation only, else applied when the property is absent |
//! | field | `range = 1..=900`, `unit = "seconds"` | allowed numbers (`1..` for no upper end); of each item when the value is a list |
//! | field | `items = 0..=5`, `length = 1..=11` | allowed number of items, characters of a text (of each item of a list) |
//! | field | `deprecated = "use x"`, `hidden` | warns when used; not in schema and docs |
//! | field | `names = "sqs-queue"` | the text (or each text of the list) names a resource: of these types (separated by spaces), of `any`, a `target` of a connection, or a `script` |
//! | field | `example = "src/index.ts"` | what an editor writes for it (text or JSON) when it adds the mapping around it |
//! | field | `flatten` | the last field: its properties, those of a `part`, stand among the struct's own |
//! | struct | `part` | its properties stand among those of the structs that flatten it |
//! | variant | `name = "sqs"` | its name in the config |
//! | variant of a union | `internal` | made by composites only; no config can name it |
//! | enum | `tag = "type"` | a union of `{type, properties}`; with `flat` the payload's keys stand beside the tag |
//!
//! A field of type `Option<T>` is optional, one with a `default` too, every other is required. A plain `T` must be known when the config is compiled; a
//! [`Val<T>`] may also be an expression that CloudFormation evaluates. A `null` counts as absent. One mistake gives one diagnostic, at the narrowest
//! node.
//!
//! Types of fields: `bool`, `u32`, `i64`, `f64`, `String`, `Arc<str>`, [`Spanned<T>`] (with its place, for rules that report it), [`Val<T>`], `Option<T>`,
//! `Vec<T>`, `Box<T>`, [`Dict<T>`] (free keys, in the order of writing), [`Raw`] (anything, as an expression) and other derived types, which may be
//! generic. A variant holds nothing (`properties` may be absent or empty), a struct (`properties` required) or an `Option` of one. An enum of texts also
//! gets `ALL`, `as_str()`, `Display` and `Into<Expr>`. Doc comments become schema, hover and reference pages.
//!
//! What no attribute can say is a hand-written `impl Decode` and `impl Describe` of a small type: report with [`DecodeCx::wrong_type`] or
//! `cx.sink.push`, name the property with [`DecodeCx::property`], and stay silent about [`Value::Invalid`].

mod hint;
mod payload;
mod scan;
#[cfg(test)]
mod tests;
mod value;

pub use payload::{Payload, choice};
pub use scan::{Field, Part, Rules, Scan, joined};
pub use stacktape_compiler_macros::Decode;
pub use value::{Deferrable, Dict, Raw, Val};

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// What decoding works with.
pub struct DecodeCx<'a> {
    /// Gets the mistakes.
    pub sink: &'a mut Sink,
    /// The property whose value is decoded, for messages.
    property: Arc<str>,
    /// Whether the value is one item of that property's list.
    item: bool,
    /// A payload of a union and the whole of the union, from its tag on.
    payload: Option<(Span, Span)>,
}

impl<'a> DecodeCx<'a> {
    /// A context for the whole config.
    pub fn new(sink: &'a mut Sink) -> Self {
        Self::at(sink, THE_CONFIG)
    }

    /// The place of a mapping as a whole. For what stands under `properties:` that is the union, from its `type` on: people look for the start of
    /// an event there, not at its first option.
    pub fn block(&self, node: &Node) -> Span {
        match self.payload {
            Some((payload, whole)) if payload == node.span => whole,
            _ => node.span,
        }
    }

    /// A context for the value of a property.
    pub fn at(sink: &'a mut Sink, property: &str) -> Self {
        Self { sink, property: Arc::from(property), item: false, payload: None }
    }

    /// What a message is about: the property whose value is decoded, or an item of it.
    pub fn property(&self) -> Cow<'_, str> {
        if self.item { Cow::Owned(format!("each item of {}", self.property)) } else { Cow::Borrowed(&self.property) }
    }

    /// " in x", for messages about a key of a mapping; nothing where the place is plain.
    fn place(&self) -> String {
        if matches!(&*self.property, PROPERTIES | THE_CONFIG) {
            String::new()
        } else {
            format!(" in {}", self.property)
        }
    }

    /// Decodes the value of a property.
    #[inline]
    pub fn within<T>(&mut self, property: &Arc<str>, decode: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.enter(property);
        let value = decode(self);
        self.leave(outer);
        value
    }

    /// Apart from [`Self::within`], as [`Self::leave`] is, so that it is compiled once and not for every type.
    #[inline(never)]
    fn enter(&mut self, property: &Arc<str>) -> Outer {
        Outer {
            property: std::mem::replace(&mut self.property, property.clone()),
            item: std::mem::replace(&mut self.item, false),
            payload: self.payload,
        }
    }

    #[inline(never)]
    fn leave(&mut self, outer: Outer) {
        Outer { property: self.property, item: self.item, payload: self.payload } = outer;
    }

    /// Reports a value of the wrong type; says nothing about a value that was reported already.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        self.wrong_type_with(node, expected, None);
    }

    /// Reports what should be a list. `pair`: see [`Decode::pair`].
    fn no_list(&mut self, node: &Node, pair: Option<&'static str>) {
        let hint = match (&node.value, pair) {
            (Value::Map(map), Some(key)) if map.entry(key).is_none() => map
                .entries
                .first()
                .map(|e| format!("write each as an item: `- {key}: {}` with its `value:`", e.key.value)),
            _ => None,
        };
        self.wrong_type_with(node, "a list", hint);
    }

    /// As [`Self::wrong_type`], with a hint that knows more about the value.
    fn wrong_type_with(&mut self, node: &Node, expected: &str, hint: Option<String>) {
        let property = self.property();
        let diagnostic = match &node.value {
            Value::Invalid => return,
            Value::Null => {
                let message = format!("{property} has no value, it must be {expected}");
                Diagnostic::error(Code::MISSING_PROPERTY, node.span, message).hint("write a value, or remove the line")
            }
            _ if value::is_deferred(node) => {
                let message = format!(
                    "{property} must be known when the config is compiled, and this value is known only at deploy time"
                );
                Diagnostic::error(Code::WRONG_TYPE, node.span, message)
                    .hint("write the value itself, or a directive such as $Var or $File")
            }
            _ => {
                let message = format!("{property} must be {expected}, found {}", node.excerpt());
                Diagnostic::error(Code::WRONG_TYPE, node.span, message)
                    .hint(hint.unwrap_or_else(|| hint::of_type(node, expected)))
            }
        };
        self.sink.push(diagnostic);
    }
}

/// What a context says outside of the property that it is in.
struct Outer {
    property: Arc<str>,
    item: bool,
    payload: Option<(Span, Span)>,
}

/// What the outermost mapping is called in messages.
const THE_CONFIG: &str = "the config";
/// The key under which the payload of a resource or of a union stands.
const PROPERTIES: &str = "properties";

/// A type that a config value can be decoded into.
pub trait Decode: Sized {
    /// Decodes; `None` when that failed and was reported.
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self>;

    /// The value of a property that is absent; `None` when it must be given.
    fn absent() -> Option<Self> {
        None
    }

    /// For pairs of something and its `value`, the property that holds the former: lists of them are often written as mappings.
    fn pair() -> Option<&'static str> {
        None
    }
}

impl Decode for bool {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        match node.value {
            Value::Bool(b) => Some(b),
            _ => {
                cx.wrong_type(node, "true or false");
                None
            }
        }
    }
}

impl Decode for f64 {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        match node.value {
            Value::Int(n) => Some(n as f64),
            Value::Float(n) => Some(n),
            _ => {
                cx.wrong_type(node, "a number");
                None
            }
        }
    }
}

impl Decode for i64 {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        match node.value {
            Value::Int(n) => Some(n),
            Value::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => Some(n as i64),
            _ => {
                cx.wrong_type(node, "a whole number");
                None
            }
        }
    }
}

impl Decode for u32 {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let number = i64::decode(node, cx)?;
        let converted = u32::try_from(number).ok();
        if converted.is_none() {
            let message = format!("{} must be a number from 0 to {}, found {number}", cx.property(), u32::MAX);
            let nearest = if number < 0 { 0 } else { u32::MAX };
            cx.sink.push(Diagnostic::error(Code::OUT_OF_RANGE, node.span, message).hint(format!("use {nearest}")));
        }
        converted
    }
}

impl Decode for Arc<str> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        match &node.value {
            Value::Str(s) => Some(s.clone()),
            _ => {
                cx.wrong_type(node, "text");
                None
            }
        }
    }
}

impl Decode for String {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        Arc::<str>::decode(node, cx).map(|s| s.to_string())
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        T::decode(node, cx).map(|value| Spanned::new(value, node.span))
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        match node.value {
            Value::Null => Some(None),
            _ => T::decode(node, cx).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        T::decode(node, cx).map(Box::new)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let Value::List(items) = &node.value else {
            cx.no_list(node, T::pair());
            return None;
        };
        // Every item is looked at, also after one that failed.
        let outer = std::mem::replace(&mut cx.item, true);
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            all.extend(T::decode(item, cx));
        }
        cx.item = outer;
        (all.len() == items.len()).then_some(all)
    }
}
