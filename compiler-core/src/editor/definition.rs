//! Where a name is declared, and where it is used.

use super::names::{self, directive_at};
use super::schema::locate;
use super::{OpenConfig, Target};
use crate::directives::call::{ArgValue, Call};
use crate::directives::directive;
use crate::source::{FilePath, Span};
use crate::syntax::{Node, Value};

/// Where the name at a byte offset is declared: a resource, variable or script; what a path of `$Var` and `$This` leads to; the file of `$File`.
pub fn definition(open: &OpenConfig<'_>, offset: usize) -> Option<Target> {
    let (way, on_key) = locate(open.tree(), offset);
    let node = way.last()?.node;
    if !on_key
        && let Some(call) = directive_at(open, node)
        && let Some(target) = in_call(open, &call, offset as u32)
    {
        return Some(target);
    }
    let found = names::at(open, offset)?;
    let declared = names::declared(open, found.named);
    declared.into_iter().find(|(name, _)| *name == found.name).map(|(_, span)| Target::Here(span))
}

/// Every use of the name at a byte offset, its declaration first.
pub fn references(open: &OpenConfig<'_>, offset: usize) -> Vec<Span> {
    let Some(found) = names::at(open, offset) else { return vec![] };
    let mut uses = names::uses(open);
    uses.retain(|other| other.named == found.named && other.name == found.name);
    crate::order::sort_by_key(&mut uses, |other| (!other.declares, other.span));
    uses.into_iter().map(|other| other.span).collect()
}

fn in_call(open: &OpenConfig<'_>, call: &Call, offset: u32) -> Option<Target> {
    let signature = directive(&call.name).map(|d| d.signature).unwrap_or_default();
    if let Some((at, arg)) = call.args.iter().enumerate().find(|(_, arg)| holds(arg.span, offset)) {
        return match &arg.value {
            ArgValue::Call(inner) => in_call(open, inner, offset),
            ArgValue::Text(path) if names::parameter(signature, at) == Some("'path'") => {
                Some(Target::File(FilePath::new(path)))
            }
            _ => None,
        };
    }
    let wanted = call.path.iter().position(|segment| holds(segment.span, offset))?;
    let root = open.tree().as_map()?;
    let start = match &**call.name {
        "Var" => root.get("variables")?,
        "This" => open.tree(),
        _ => return None,
    };
    let mut node = start;
    let mut span = None;
    for segment in &call.path[..=wanted] {
        (node, span) = below(node, segment)?;
    }
    span.map(Target::Here)
}

/// What a segment of a path leads to, and the place of its key or item.
fn below<'t>(node: &'t Node, segment: &str) -> Option<(&'t Node, Option<Span>)> {
    match &node.value {
        Value::Map(map) => map.entry(segment).map(|entry| (&entry.value, Some(entry.key.span))),
        Value::List(items) => items.get(segment.parse::<usize>().ok()?).map(|item| (item, Some(item.span))),
        _ => None,
    }
}

fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
