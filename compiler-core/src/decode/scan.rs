//! The keys of a mapping against the fields of a struct.

use super::payload::allowed;
use super::{Decode, DecodeCx, Outer};
use crate::diagnostics::{Code, Diagnostic, Hint, Remedy, fuller, meant, nearest};
use crate::source::Span;
use crate::syntax::{Entry, Map, Node, Value};

/// A field of a derived struct.
#[derive(Clone, Copy)]
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

/// A struct whose properties stand among those of others (`#[config(part)]`, flattened there with `#[config(flatten)]`).
pub trait Part: Sized {
    /// Its properties.
    const FIELDS: &'static [Field];

    /// Decodes it from a mapping whose fields hold its own from `first` on; `None` when that failed and was reported.
    fn read(scan: &Scan<'_>, first: usize, cx: &mut DecodeCx<'_>) -> Option<Self>;
}

/// Two tables as one of `N` rows, made at compile time.
pub const fn joined<T: Copy, const N: usize>(first: &[T], second: &[T]) -> [T; N] {
    let mut rows = [if first.is_empty() { second[0] } else { first[0] }; N];
    let mut at = 0;
    while at < N {
        rows[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    rows
}

/// A mapping whose keys were checked.
pub struct Scan<'n> {
    slots: Vec<Slot<'n>>,
}

/// What the mapping has for a field.
#[derive(Clone, Copy)]
enum Slot<'n> {
    /// Nothing, or a `null` where nothing is allowed.
    Absent,
    /// A value.
    Given(&'n Entry),
    /// A mistake that was reported. The mapping is not decoded then: rules over its properties would report the consequences.
    Reported,
}

/// A [`Slot`] whose value is about to be decoded.
enum Entered<'n> {
    Absent,
    Given(&'n Node, Outer),
    Reported,
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
                cx.wrong_type_with(node, "a mapping", wrapped(node, fields));
                return None;
            }
        };
        if super::value::is_deferred(node) && !fields.iter().any(|f| f.name == &*map.entries[0].key.value) {
            cx.wrong_type(node, "a mapping");
            return None;
        }
        let mut slots = vec![Slot::Absent; fields.len()];
        let mut strange = vec![];
        for entry in &map.entries {
            match fields.iter().position(|f| f.name == &*entry.key.value) {
                Some(at) if entry.value.value == Value::Null && !fields[at].required => {}
                Some(at) => slots[at] = check_entry(&fields[at], entry, cx),
                None => match like(entry, fields, map) {
                    Some((at, hint)) => {
                        unknown(entry, hint, cx);
                        if map.entry(fields[at].name).is_none() {
                            slots[at] = Slot::Reported;
                        }
                    }
                    None => strange.push(entry),
                },
            }
        }
        let absent = |(field, slot): &(&Field, &mut Slot<'_>)| field.required && matches!(slot, Slot::Absent);
        let lacking: Vec<_> = fields.iter().zip(&mut slots).filter(absent).collect();
        // Several keys that nobody knows are probably what should stand inside the one that is missing.
        let inside = lacking.len() == 1;
        for entry in strange.iter().take(if inside { 1 } else { usize::MAX }) {
            unknown(entry, instead(entry, fields, &lacking), cx);
        }
        // One such key is probably what is missing, under another name.
        if strange.is_empty() && !lacking.is_empty() {
            missing(&lacking, node, map, cx);
        }
        for (_, slot) in lacking {
            *slot = Slot::Reported;
        }
        Some(Self { slots })
    }

    /// Decodes a field that must be there.
    pub fn required<T: Decode>(&self, index: usize, cx: &mut DecodeCx<'_>) -> Option<T> {
        match self.enter(index, cx) {
            Entered::Given(node, outer) => {
                let value = T::decode(node, cx);
                cx.leave(outer);
                value
            }
            Entered::Absent => T::absent(),
            Entered::Reported => None,
        }
    }

    /// Decodes a field that may be absent.
    pub fn optional<T: Decode>(&self, index: usize, cx: &mut DecodeCx<'_>) -> Option<Option<T>> {
        match self.enter(index, cx) {
            Entered::Given(node, outer) => {
                let value = T::decode(node, cx);
                cx.leave(outer);
                value.map(Some)
            }
            Entered::Absent => Some(None),
            Entered::Reported => None,
        }
    }

    /// Compiled once, not for every type.
    #[inline(never)]
    fn enter(&self, index: usize, cx: &mut DecodeCx<'_>) -> Entered<'n> {
        match self.slots[index] {
            Slot::Given(entry) => Entered::Given(&entry.value, cx.enter(&entry.key.value)),
            Slot::Absent => Entered::Absent,
            Slot::Reported => Entered::Reported,
        }
    }
}

/// What to write instead of a text, when the mapping needs one thing only.
fn wrapped(node: &Node, fields: &[Field]) -> Option<String> {
    let mut required = fields.iter().filter(|f| f.required);
    let only = required.next().filter(|_| required.next().is_none())?;
    matches!(node.value, Value::Str(_)).then(|| format!("write {{ {}: {} }}", only.name, node.excerpt()))
}

/// The field that an unknown key resembles, one that is not given if possible.
fn like(entry: &Entry, fields: &'static [Field], map: &Map) -> Option<(usize, Hint)> {
    let key = &*entry.key.value;
    let free = || fields.iter().map(|f| f.name).filter(|name| map.entry(name).is_none());
    let needed = fields.iter().filter(|f| f.required && map.entry(f.name).is_none()).map(|f| f.name);
    let known = fields.iter().filter(|f| f.deprecated.is_none()).map(|f| f.name);
    let near = nearest(key, free()).or_else(|| fuller(key, free())).or_else(|| fuller(key, needed));
    let near = near.or_else(|| nearest(key, known))?;
    Some((fields.iter().position(|f| f.name == near)?, meant(key, near)))
}

/// The next step for a key that resembles no field.
fn instead(entry: &Entry, fields: &[Field], lacking: &[(&Field, &mut Slot<'_>)]) -> Hint {
    if let [(field, _)] = lacking {
        let remedy = Remedy::Replace { word: entry.key.value.to_string(), instead: field.name.into() };
        let text = format!("`{}` is required here: is that meant, or does this stand in it?", field.name);
        return Hint { text, remedy: Some(remedy) };
    }
    let all: Vec<&str> = fields.iter().filter(|f| f.deprecated.is_none()).map(|f| f.name).collect();
    if all.is_empty() { "remove it".into() } else { allowed(&all).into() }
}

fn unknown(entry: &Entry, hint: Hint, cx: &mut DecodeCx<'_>) {
    let message = format!("unknown property `{}`{}", entry.key.value, cx.place());
    cx.sink.push(Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, message).hint(hint));
}

/// Reports all that is missing at once: it has one place.
fn missing(lacking: &[(&Field, &mut Slot<'_>)], node: &Node, map: &Map, cx: &mut DecodeCx<'_>) {
    let span = map.entries.first().map_or(node.span, |e| e.key.span);
    let names: Vec<String> = lacking.iter().map(|(field, _)| format!("`{}`", field.name)).collect();
    let (what, hint) = match lacking {
        [(field, _)] => ("property", format!("add `{}:`", field.name)),
        _ => ("properties", "add them".to_string()),
    };
    let verb = if lacking.len() == 1 { "is" } else { "are" };
    let message = format!("the required {what} {} {verb} missing{}", names.join(", "), cx.place());
    let mut diagnostic = Diagnostic::error(Code::MISSING_PROPERTY, span, message).hint(hint);
    diagnostic.remedies.extend(lacking.iter().map(|(field, _)| Remedy::Add(field.name)));
    cx.sink.push(diagnostic);
}

/// Checks what can be said about a value without decoding it. A number out of range is reported once and not decoded.
fn check_entry<'n>(field: &Field, entry: &'n Entry, cx: &mut DecodeCx<'_>) -> Slot<'n> {
    if let Some(instead) = field.deprecated {
        let message = format!("{} is deprecated", field.name);
        cx.sink.push(Diagnostic::warning(Code::DEPRECATED, entry.key.span, message).hint(instead));
    }
    match field.rules {
        Some(rules) if !rules.check(field.name, &entry.value, cx) => Slot::Reported,
        _ => Slot::Given(entry),
    }
}

impl Rules {
    /// Whether the value may be decoded; what breaks a bound is reported. Bounds of numbers and texts hold for each item of a list.
    fn check(&self, name: &str, node: &Node, cx: &mut DecodeCx<'_>) -> bool {
        match &node.value {
            Value::Int(n) => self.check_number(name, *n as f64, node.span, cx),
            Value::Float(n) => self.check_number(name, *n, node.span, cx),
            Value::Str(text) => {
                if let Some(bounds) = self.length {
                    let more = if text.is_empty() { "write a value" } else { "write a longer one" };
                    let hint = |short| if short { more } else { "shorten it" };
                    check_count(
                        name,
                        "character",
                        text.chars().count(),
                        bounds,
                        node.span,
                        |_, more| hint(more).into(),
                        cx,
                    );
                }
                true
            }
            Value::List(items) => {
                if let Some(bounds) = self.items {
                    let hint = |n, more| format!("{} {n}", if more { "add" } else { "remove" });
                    check_count(name, "item", items.len(), bounds, node.span, hint, cx);
                }
                let of_item = format!("each item of {name}");
                items.iter().fold(true, |fine, item| {
                    matches!(item.value, Value::List(_)) || self.check(&of_item, item, cx) && fine
                })
            }
            _ => true,
        }
    }

    fn check_number(&self, name: &str, n: f64, span: Span, cx: &mut DecodeCx<'_>) -> bool {
        let Some((low, high)) = self.range.filter(|(low, high)| !(*low..=*high).contains(&n)) else { return true };
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let bounds = match high.is_finite() {
            true => format!("between {low} and {high}{unit}"),
            false => format!("at least {low}{unit}"),
        };
        let nearest = if n < low { low } else { high };
        let message = format!("{name} must be {bounds}, found {n}");
        let remedy = Remedy::Replace { word: String::new(), instead: nearest.to_string() };
        let hint = Hint { text: format!("use {nearest}"), remedy: Some(remedy) };
        cx.sink.push(Diagnostic::error(Code::OUT_OF_RANGE, span, message).hint(hint));
        false
    }
}

/// Reports a number of items or characters outside the bounds. `hint` gets the difference and whether more are wanted.
fn check_count(
    name: &str,
    what: &str,
    found: usize,
    (low, high): (usize, usize),
    span: Span,
    hint: impl Fn(usize, bool) -> String,
    cx: &mut DecodeCx<'_>,
) {
    if (low..=high).contains(&found) {
        return;
    }
    let counted = |n: usize| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let bounds = match (low, high) {
        (low, high) if low == high => format!("exactly {}", counted(low)),
        (0, high) => format!("at most {}", counted(high)),
        (low, usize::MAX) => format!("at least {}", counted(low)),
        (low, high) => format!("{low} to {}", counted(high)),
    };
    let hint = if found > high { hint(found - high, false) } else { hint(low - found, true) };
    let message = format!("{name} must have {bounds}, found {found}");
    cx.sink.push(Diagnostic::error(Code::OUT_OF_RANGE, span, message).hint(hint));
}
