//! Values that may stay unknown until deploy, values of any shape, and mappings with free keys.

use super::{Decode, DecodeCx};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, Value};
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
        let value = match &node.value {
            Value::Deferred(expr) => Deferrable::Deferred((**expr).clone()),
            Value::Map(map) if map.entries.len() == 1 && intrinsic(&map.entries[0].key.value).is_some() => {
                Deferrable::Deferred(to_expr(node))
            }
            _ => Deferrable::Known(T::decode(node, cx)?),
        };
        Some(Self { span: node.span, value })
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

fn intrinsic(key: &str) -> Option<&'static str> {
    INTRINSICS.iter().copied().find(|name| *name == key)
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
        Value::Map(map) => match map.entries.as_slice() {
            [only] if intrinsic(&only.key.value).is_some() => match intrinsic(&only.key.value) {
                Some(name) => Expr::Intrinsic(name, Box::new(to_expr(&only.value))),
                None => Expr::Null,
            },
            entries => {
                Expr::Map(Object(entries.iter().map(|e| (e.key.value.to_string().into(), to_expr(&e.value))).collect()))
            }
        },
    }
}

/// A mapping with free keys, in the order of writing.
#[derive(Clone, Debug)]
pub struct Dict<T>(Vec<(Spanned<Arc<str>>, T)>);

impl<T> Dict<T> {
    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &(Spanned<Arc<str>>, T)> {
        self.0.iter()
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
        let decode = |e: &crate::syntax::Entry, cx: &mut DecodeCx<'_>| {
            cx.within(&e.key.value, |cx| T::decode(&e.value, cx)).map(|value| (e.key.clone(), value))
        };
        let entries: Vec<_> = map.entries.iter().map(|e| decode(e, cx)).collect();
        entries.into_iter().collect::<Option<Vec<_>>>().map(Self)
    }
}
