//! Decoding the spanned config tree into typed properties, with every mistake collected.
//!
//! `#[derive(Decode, Describe)]` on a struct makes it a mapping, on an enum a choice or a union. Attributes:
//!
//! | on | attribute | meaning |
//! | --- | --- | --- |
//! | field | `span` | gets the place of the mapping; is no property |
//! | field | `rename = "Sid"` | name in the config; camelCase of the field when not given |
//! | field | `default = 20` | on an `Option` documentation only, else applied when the property is absent |
//! | field | `range = 1..=900`, `unit = "seconds"` | allowed numbers |
//! | field | `items = 0..=5`, `length = 1..=11` | allowed number of items, length of a text |
//! | field | `deprecated = "use x"`, `hidden` | warns when used; not in schema and docs |
//! | variant | `name = "sqs"` | its name in the config |
//! | enum | `tag = "type"` | a union of `{type, properties}`; with `flat` the payload's keys stand beside the tag |
//!
//! A field of type `Option<T>` is optional, one with a `default` too, every other is required. A plain `T` must be known when the config is compiled; a
//! [`Val<T>`] may also be an expression that CloudFormation evaluates. One mistake gives one diagnostic, at the narrowest node.

mod payload;
mod scan;
mod value;

pub use payload::{Payload, choice};
pub use scan::{Field, Rules, Scan};
pub use stacktape_compiler_macros::Decode;
pub use value::{Deferrable, Dict, Raw, Val};

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Spanned;
use crate::syntax::{Node, Value};
use std::sync::Arc;

/// What decoding works with.
pub struct DecodeCx<'a> {
    /// Gets the mistakes.
    pub sink: &'a mut Sink,
    /// The property whose value is decoded, for messages.
    property: Arc<str>,
}

impl<'a> DecodeCx<'a> {
    /// A context at the root.
    pub fn new(sink: &'a mut Sink) -> Self {
        Self { sink, property: Arc::from("the config") }
    }

    /// The property whose value is decoded.
    pub fn property(&self) -> &str {
        &self.property
    }

    /// Decodes the value of a property.
    pub fn within<T>(&mut self, property: &Arc<str>, decode: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.property, property.clone());
        let value = decode(self);
        self.property = outer;
        value
    }

    /// Reports a value of the wrong type; says nothing about a value that was reported already.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        if node.value == Value::Invalid {
            return;
        }
        let property = &self.property;
        let diagnostic = match &node.value {
            Value::Null => Diagnostic::error(
                Code::MISSING_PROPERTY,
                node.span,
                format!("{property} has no value, it must be {expected}"),
            ),
            Value::Deferred(_) => {
                let message = format!(
                    "{property} must be known when the config is compiled, and this value is known only at deploy time"
                );
                Diagnostic::error(Code::WRONG_TYPE, node.span, message)
                    .hint("write the value itself, or a directive such as $Var or $File")
            }
            _ => Diagnostic::error(
                Code::WRONG_TYPE,
                node.span,
                format!("{property} must be {expected}, found {}", node.excerpt()),
            ),
        };
        let hint = match (&node.value, expected) {
            (Value::Str(s), "a number" | "a whole number") if s.parse::<f64>().is_ok() => Some("remove the quotes"),
            (Value::Str(s), "true or false") if &**s == "true" || &**s == "false" => Some("remove the quotes"),
            (Value::Int(_) | Value::Float(_) | Value::Bool(_), "text") => Some("put it in quotes"),
            _ => None,
        };
        self.sink.push(diagnostic.maybe_hint(hint.map(str::to_string)));
    }
}

/// A type that a config value can be decoded into.
pub trait Decode: Sized {
    /// Decodes; `None` when that failed and was reported.
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self>;

    /// The value of a property that is absent; `None` when it must be given.
    fn absent() -> Option<Self> {
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
            cx.sink.push(Diagnostic::error(Code::OUT_OF_RANGE, node.span, message));
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
            cx.wrong_type(node, "a list");
            return None;
        };
        // Every item is looked at, also after one that failed.
        let decoded: Vec<Option<T>> = items.iter().map(|item| T::decode(item, cx)).collect();
        decoded.into_iter().collect()
    }
}
