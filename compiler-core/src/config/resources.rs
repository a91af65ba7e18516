//! The `resources` section: names, types, properties, overrides.

use super::{App, Registry};
use crate::decode::{DecodeCx, Dict, Raw};
use crate::diagnostics::{Code, Diagnostic, Hint, Remedy, Sink, did_you_mean};
use crate::model::ResourceName;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Map, Node, Value};
use std::sync::Arc;

/// The overrides of one resource.
#[derive(Clone, Debug)]
pub struct Overrides {
    /// The resource.
    pub resource: ResourceName,
    /// By child.
    pub children: Vec<ChildOverride>,
}

/// Overrides of one CloudFormation child.
#[derive(Clone, Debug)]
pub struct ChildOverride {
    /// Logical id of the child.
    pub logical_id: Spanned<Arc<str>>,
    /// Property path (`A.B`) and value.
    pub values: Vec<(Spanned<Arc<str>>, Raw)>,
}

/// Longest name of a resource: logical ids have 255 characters, and the longest suffixes take about half of that.
const MAX_NAME: usize = 128;

pub(super) fn decode(node: &Node, registry: &Registry, app: &mut App, sink: &mut Sink) {
    let Value::Map(map) = &node.value else {
        if node.value == Value::Invalid {
            return;
        }
        let message = format!("resources must be a mapping of names to resources, found {}", node.kind());
        sink.push(
            Diagnostic::error(Code::WRONG_TYPE, node.span, message)
                .hint("write a name, and `type:` and `properties:` below it"),
        );
        return;
    };
    if map.entries.is_empty() {
        sink.push(Diagnostic::warning(Code::SUSPICIOUS, node.span, "the config has no resources"));
    }
    for entry in &map.entries {
        decode_one(entry, registry, app, sink);
    }
}

fn decode_one(entry: &Entry, registry: &Registry, app: &mut App, sink: &mut Sink) {
    let (name, span) = (&*entry.key.value, entry.key.span);
    let valid = name.len() <= MAX_NAME && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    if !valid {
        let message =
            format!("the resource name `{name}` must have 1 to {MAX_NAME} letters and digits, and nothing else");
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).take(MAX_NAME).collect();
        let hint = (!plain.is_empty()).then(|| Hint {
            text: format!("`{plain}` would do"),
            remedy: Some(Remedy::Replace { word: name.to_string(), instead: plain }),
        });
        sink.push(Diagnostic::error(Code::BAD_NAME, span, message).maybe_hint(hint));
    }
    app.declared.insert(name.to_string(), String::new());
    let Value::Map(map) = &entry.value.value else {
        if entry.value.value == Value::Invalid {
            return;
        }
        let message = format!(
            "the resource `{name}` must be a mapping with `type` and `properties`, found {}",
            entry.value.kind()
        );
        sink.push(
            Diagnostic::error(Code::WRONG_TYPE, entry.value.span, message)
                .hint("write `type:` and `properties:` below the name, indented"),
        );
        return;
    };
    let span = made_at(map).unwrap_or(span);
    let Some(kind) = kind_name(name, span, map, sink) else { return };
    app.declared.insert(name.to_string(), kind.value.clone());
    let Some(row) = registry.kinds.iter().find(|row| row.type_name == kind.value) else {
        sink.push(unknown_type(&kind, registry));
        return;
    };
    let properties = map.get("properties").filter(|n| n.value != Value::Null);
    // Properties that stand beside `type` are the mistake; what is then missing under `properties` is its consequence.
    if report_unknown_keys(name, map, sink) && properties.is_none() {
        return;
    }
    let name = ResourceName::top(name);
    if let Some(node) = map.get("overrides") {
        app.overrides.extend(decode_overrides(&name, node, sink));
    }
    // A type without required properties may leave `properties` out; a required one is then missed at the resource's name.
    let none = Node::new(Value::Map(Map::default()), span);
    let properties = properties.unwrap_or(&none);
    let resource = (row.decode)(name, span, properties, &mut DecodeCx::at(sink, "properties"));
    app.resources.extend(resource.filter(|_| valid));
}

/// The constructor call that made a resource of a program. Nobody wrote its `type`: key and value stand at the call, which no text config can have.
fn made_at(map: &Map) -> Option<Span> {
    map.entry("type").filter(|entry| entry.key.span == entry.value.span).map(|entry| entry.key.span)
}

fn kind_name(name: &str, span: Span, map: &Map, sink: &mut Sink) -> Option<Spanned<String>> {
    let Some(node) = map.get("type") else {
        let hint = map.entries.iter().find_map(|e| {
            did_you_mean(&e.key.value, ["type"]).map(|_| format!("is `{}` meant to be `type`?", e.key.value))
        });
        let add = Remedy::Add("type");
        sink.push(
            Diagnostic::error(Code::MISSING_PROPERTY, span, format!("the resource `{name}` has no `type`"))
                .hint(hint.unwrap_or_else(|| "say what it is, for example `type: function`".into()))
                .remedy(add),
        );
        return None;
    };
    match node.as_str() {
        Some(text) => Some(Spanned::new(text.to_string(), node.span)),
        None => {
            DecodeCx::at(sink, "type").wrong_type(node, "text");
            None
        }
    }
}

fn unknown_type(kind: &Spanned<String>, registry: &Registry) -> Diagnostic {
    if registry.later.contains(&kind.value.as_str()) {
        return Diagnostic::error(
            Code::UNSUPPORTED,
            kind.span,
            format!("resources of type `{}` are not supported in this version", kind.value),
        )
        .hint("the types that are supported are listed in the README");
    }
    let known = registry.kinds.iter().map(|row| row.type_name).chain(registry.later.iter().copied());
    Diagnostic::error(Code::UNKNOWN_TYPE, kind.span, format!("there is no resource type `{}`", kind.value))
        .hint(did_you_mean(&kind.value, known).unwrap_or_else(|| "the reference lists the resource types".into()))
}

/// Whether there are any.
fn report_unknown_keys(name: &str, map: &Map, sink: &mut Sink) -> bool {
    let mut found = false;
    for entry in &map.entries {
        let key = &*entry.key.value;
        if !matches!(key, "type" | "properties" | "overrides") {
            let hint = did_you_mean(key, ["type", "properties", "overrides"])
                .unwrap_or_else(|| format!("properties of `{name}` stand under `properties:`").into());
            sink.push(
                Diagnostic::error(Code::UNKNOWN_PROPERTY, entry.key.span, format!("a resource has no `{key}`"))
                    .hint(hint),
            );
            found = true;
        }
    }
    found
}

fn decode_overrides(name: &ResourceName, node: &Node, sink: &mut Sink) -> Option<Overrides> {
    let Value::Map(map) = &node.value else {
        let message = format!("overrides must be a mapping of logical ids to properties, found {}", node.kind());
        sink.push(
            Diagnostic::error(Code::WRONG_TYPE, node.span, message)
                .hint("write a logical id, and below it property paths with their values"),
        );
        return None;
    };
    let mut children = vec![];
    for entry in &map.entries {
        let Value::Map(values) = &entry.value.value else {
            let message = format!(
                "the overrides of `{}` must be a mapping of property paths to values, found {}",
                entry.key.value,
                entry.value.kind()
            );
            sink.push(Diagnostic::error(Code::WRONG_TYPE, entry.value.span, message).hint("for example `Timeout: 30`"));
            continue;
        };
        // By key: parents before what is inside them, in whatever order they were written.
        let values = Dict::of(values).into_iter().collect();
        children.push(ChildOverride { logical_id: entry.key.clone(), values });
    }
    Some(Overrides { resource: name.clone(), children })
}
