//! Values that may stay unknown until deploy, values of any shape, and mappings with free keys.

use super::{Decode, DecodeCx};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Map, Node, Value};
use crate::template::{Expr, INTRINSICS, Object};
use std::sync::Arc;

/// A value that may stay unknown until deploy. Always carries its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Val<T> {
    /// Where it stands.
    pub span: Span,
    /// The value.
    pub value: Deferrable<T>,
}

/// A value that is known now, or an expression that CloudFormation evaluates.
#[derive(Clone, Debug, PartialEq)]
pub enum Deferrable<T> {
    /// Known now.
    Known(T),
    /// Known at deploy time.
    Deferred(Expr),
}

impl<T> Val<T> {
    /// A known value.
    pub fn known(value: T, span: Span) -> Self {
        Self { span, value: Deferrable::Known(value) }
    }

    /// The value, when it is known now.
    pub fn as_known(&self) -> Option<&T> {
        match &self.value {
            Deferrable::Known(value) => Some(value),
            Deferrable::Deferred(_) => None,
        }
    }

    /// The expression, when it is known only at deploy time.
    pub fn as_deferred(&self) -> Option<&Expr> {
        match &self.value {
            Deferrable::Known(_) => None,
            Deferrable::Deferred(expr) => Some(expr),
        }
    }
}

impl<T: Decode> Decode for Val<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let value = match is_deferred(node) {
            true => Deferrable::Deferred(to_expr(node)),
            false => Deferrable::Known(T::decode(node, cx)?),
        };
        Some(Self { span: node.span, value })
    }
}

/// A known value without a place of its own, for what a composite makes.
impl<T> From<T> for Val<T> {
    fn from(value: T) -> Self {
        Self::known(value, Span::default())
    }
}

impl<T: Into<Expr>> From<Val<T>> for Expr {
    fn from(value: Val<T>) -> Self {
        match value.value {
            Deferrable::Known(known) => known.into(),
            Deferrable::Deferred(expr) => expr,
        }
    }
}

/// Any value, as an expression: plain values, intrinsics and deferred values at any depth.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// Where it stands.
    pub span: Span,
    /// The value.
    pub expr: Expr,
}

impl Raw {
    /// Converts a node.
    pub fn from_node(node: &Node) -> Self {
        Self { span: node.span, expr: to_expr(node) }
    }
}

impl Decode for Raw {
    fn decode(node: &Node, _: &mut DecodeCx<'_>) -> Option<Self> {
        (node.value != Value::Invalid).then(|| Self::from_node(node))
    }
}

impl From<Raw> for Expr {
    fn from(raw: Raw) -> Self {
        raw.expr
    }
}

/// Whether CloudFormation gives the value: what a deploy-phase directive left, or an intrinsic that the user wrote.
pub(super) fn is_deferred(node: &Node) -> bool {
    match &node.value {
        Value::Deferred(_) => true,
        Value::Map(map) => intrinsic(map).is_some(),
        _ => false,
    }
}

/// The intrinsic that a mapping is, and its argument.
fn intrinsic(map: &Map) -> Option<(&'static str, &Node)> {
    let [Entry { key, value }] = map.entries.as_slice() else { return None };
    let name = INTRINSICS.iter().copied().find(|name| *name == &*key.value)?;
    // `Ref` and `Condition` are also ordinary words: a policy statement has a `Condition`, which is no text.
    let text_only = matches!(name, "Ref" | "Condition");
    (!text_only || matches!(value.value, Value::Str(_))).then_some((name, value))
}

fn to_expr(node: &Node) -> Expr {
    match &node.value {
        Value::Null | Value::Invalid => Expr::Null,
        Value::Bool(b) => Expr::Bool(*b),
        Value::Int(n) => Expr::Int(*n),
        Value::Float(n) => Expr::Float(*n),
        Value::Str(s) => Expr::Str(s.to_string().into()),
        Value::List(items) => Expr::List(items.iter().map(to_expr).collect()),
        Value::Deferred(expr) => (**expr).clone(),
        Value::Map(map) => match intrinsic(map) {
            Some((name, argument)) => Expr::Intrinsic(name, Box::new(to_expr(argument))),
            None => {
                // Sorted: the order of keys means nothing to AWS, and must not make two templates of one config.
                let entries = by_key(map).into_iter().map(|e| (e.key.value.to_string().into(), to_expr(&e.value)));
                Expr::Map(Object(entries.collect()))
            }
        },
    }
}

/// The entries in the order of their keys.
fn by_key(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<_> = map.entries.iter().collect();
    crate::order::sort_by(&mut entries, |a, b| a.key.value.cmp(&b.key.value));
    entries
}

/// A mapping with free keys, in the alphabetic order of the keys: the order in which they were written means nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Dict<T>(Vec<(Spanned<Arc<str>>, T)>);

impl<T> Dict<T> {
    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &(Spanned<Arc<str>>, T)> {
        self.0.iter()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(k, _)| &*k.value == key).map(|(_, value)| value)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Dict<Raw> {
    /// The entries of a mapping, whatever their values are.
    pub fn of(map: &Map) -> Self {
        Self(by_key(map).into_iter().map(|e| (e.key.clone(), Raw::from_node(&e.value))).collect())
    }

    /// The entries as they stand in a template.
    pub fn object(&self) -> Object {
        Object(self.0.iter().map(|(key, value)| (key.value.to_string().into(), value.expr.clone())).collect())
    }
}

impl<T> Default for Dict<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T> IntoIterator for Dict<T> {
    type Item = (Spanned<Arc<str>>, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Decode> Decode for Dict<T> {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let Value::Map(map) = &node.value else {
            cx.wrong_type(node, "a mapping");
            return None;
        };
        // Sorted before they are decoded: sorting is compiled once then, not once for every `T`.
        let mut all = Vec::with_capacity(map.entries.len());
        for entry in by_key(map) {
            if let Some(value) = cx.within(&entry.key.value, |cx| T::decode(&entry.value, cx)) {
                all.push((entry.key.clone(), value));
            }
        }
        (all.len() == map.entries.len()).then_some(Self(all))
    }
}
