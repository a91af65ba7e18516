//! The keys of a mapping against the fields of a struct.

use super::{Decode, DecodeCx};
use crate::diagnostics::{Code, Diagnostic, did_you_mean, nearest};
use crate::source::Span;
use crate::syntax::{Entry, Map, Node, Value};
use std::sync::Arc;

/// A field of a derived struct.
pub struct Field {
    /// Name in the config.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Bounds of its value.
    pub rules: Option<&'static Rules>,
    /// What to use instead.
    pub deprecated: Option<&'static str>,
}

/// Bounds of a value, both ends included.
pub struct Rules {
    /// Of a number.
    pub range: Option<(f64, f64)>,
    /// Unit of the number; may be empty.
    pub unit: &'static str,
    /// Number of items of a list.
    pub items: Option<(usize, usize)>,
    /// Characters of a text.
    pub length: Option<(usize, usize)>,
}

/// A mapping whose keys were checked.
pub struct Scan<'n> {
    entries: Vec<Option<&'n Entry>>,
    /// Whether the field is required, absent and reported (or obviously misspelt).
    fields: &'static [Field],
}

/// A mapping for values that stand in for one.
static EMPTY: Map = Map { entries: Vec::new() };

impl<'n> Scan<'n> {
    /// Checks the keys: unknown ones, missing ones, bounds of values.
    pub fn new(node: &'n Node, fields: &'static [Field], cx: &mut DecodeCx<'_>) -> Option<Self> {
        let map = match &node.value {
            Value::Map(map) => map,
            Value::Null if fields.iter().all(|f| !f.required) => &EMPTY,
            _ => {
                cx.wrong_type(node, "a mapping");
                return None;
            }
        };
        let mut entries: Vec<Option<&Entry>> = vec![None; fields.len()];
        let mut misspelt = vec![];
        for entry in &map.entries {
            match fields.iter().position(|f| f.name == &*entry.key.value) {
                Some(at) => entries[at] = Some(entry),
                None => misspelt.extend(unknown(entry, fields, map, cx)),
            }
        }
        for (field, entry) in fields.iter().zip(&entries) {
            match entry {
                Some(entry) => check_entry(field, entry, cx),
                None if field.required && !misspelt.contains(&field.name) => missing(field, node, map, cx),
                None => {}
            }
        }
        Some(Self { entries, fields })
    }

    /// Decodes a field that must be there, or an `Option` field.
    pub fn required<T: Decode>(&self, index: usize, cx: &mut DecodeCx<'_>) -> Option<T> {
        match self.value(index) {
            Some(entry) => cx.within(&entry.key.value, |cx| T::decode(&entry.value, cx)),
            None => T::absent(),
        }
    }

    /// Decodes a field that has a default.
    pub fn optional<T: Decode>(&self, index: usize, cx: &mut DecodeCx<'_>) -> Option<Option<T>> {
        match self.value(index) {
            Some(entry) => cx.within(&entry.key.value, |cx| T::decode(&entry.value, cx)).map(Some),
            None => Some(None),
        }
    }

    /// The entry; a `null` counts as absent for a field that may be.
    fn value(&self, index: usize) -> Option<&'n Entry> {
        let entry = self.entries[index]?;
        (entry.value.value != Value::Null || self.fields[index].required).then_some(entry)
    }
}

/// Reports an unknown key; returns the field that was probably meant.
fn unknown(entry: &Entry, fields: &'static [Field], map: &Map, cx: &mut DecodeCx<'_>) -> Option<&'static str> {
    let key = &*entry.key.value;
    let free = || fields.iter().map(|f| f.name).filter(|name| map.entry(name).is_none());
    let all = || fields.iter().map(|f| f.name);
    let hint = did_you_mean(key, free()).or_else(|| match fields.len() {
        0 => None,
        1..=12 => Some(format!("properties here: {}", all().collect::<Vec<_>>().join(", "))),
        _ => did_you_mean(key, all()),
    });
    let owner = cx.property();
    let place = match owner {
        "properties" | "the config" => String::new(),
        _ => format!(" in {owner}"),
    };
    let diagnostic =
        Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, format!("unknown property `{key}`{place}"));
    cx.sink.push(diagnostic.maybe_hint(hint));
    nearest(key, free()).and_then(|near| fields.iter().map(|f| f.name).find(|n| *n == near))
}

fn missing(field: &Field, node: &Node, map: &Map, cx: &mut DecodeCx<'_>) {
    let span = map.entries.first().map_or(node.span, |e| e.key.span);
    let owner = cx.property().to_string();
    let place = if matches!(&*owner, "properties" | "the config") { String::new() } else { format!(" in {owner}") };
    let diagnostic = Diagnostic::error(
        Code::MISSING_PROPERTY,
        span,
        format!("the required property `{}` is missing{place}", field.name),
    );
    cx.sink.push(diagnostic.hint(format!("add `{}:`", field.name)));
}

fn check_entry(field: &Field, entry: &Entry, cx: &mut DecodeCx<'_>) {
    if let Some(instead) = field.deprecated {
        let message = format!("{} is deprecated", field.name);
        cx.sink.push(Diagnostic::warning(Code::DEPRECATED, entry.key.span, message).hint(instead));
    }
    if let Some(rules) = field.rules {
        check_rules(field.name, rules, &entry.value, cx);
    }
}

fn check_rules(name: &str, rules: &Rules, node: &Node, cx: &mut DecodeCx<'_>) {
    let number = match node.value {
        Value::Int(n) => Some(n as f64),
        Value::Float(n) => Some(n),
        _ => None,
    };
    if let (Some((low, high)), Some(n)) = (rules.range, number)
        && !(low..=high).contains(&n)
    {
        let unit = if rules.unit.is_empty() { String::new() } else { format!(" {}", rules.unit) };
        let nearest = if n < low { low } else { high };
        report(
            node.span,
            format!("{name} must be between {low} and {high}{unit}, found {n}"),
            format!("use {nearest}"),
            cx,
        );
    }
    if let (Some((low, high)), Value::List(items)) = (rules.items, &node.value)
        && !(low..=high).contains(&items.len())
    {
        let hint = if items.len() > high {
            format!("remove {}", items.len() - high)
        } else {
            format!("add {}", low - items.len())
        };
        report(node.span, format!("{name} must have {low} to {high} items, found {}", items.len()), hint, cx);
    }
    if let (Some((low, high)), Value::Str(text)) = (rules.length, &node.value) {
        let length = text.chars().count();
        if !(low..=high).contains(&length) {
            let hint = if length > high { "shorten it" } else { "write a value" };
            report(
                node.span,
                format!("{name} must have {low} to {high} characters, found {length}"),
                hint.to_string(),
                cx,
            );
        }
    }
}

fn report(span: Span, message: String, hint: String, cx: &mut DecodeCx<'_>) {
    cx.sink.push(Diagnostic::error(Code::OUT_OF_RANGE, span, message).hint(hint));
}

/// The key under which the payload of a union stands.
pub(super) fn properties_key() -> Arc<str> {
    Arc::from("properties")
}
