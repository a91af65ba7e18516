//! The form of a mapping: its fields with type, documentation and current value, from the schema.

use super::edits::to_json;
use super::schema::{self, Member, Slot, Step, follow};
use super::{OpenConfig, Syntax, analysis, names};
use crate::describe::Names;
use crate::describe::markdown::{literal, sentence};
use crate::source::Span;
use crate::syntax::{Node, Value};

/// The fields of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// JSON pointer of the mapping: `/resources/api`, `/resources/api/properties/cors`.
    pub path: String,
    /// Documentation of its type.
    pub docs: String,
    /// The place of its key, or of the mapping itself.
    pub span: Span,
    /// The fields, required ones first.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name of the property.
    pub name: String,
    /// JSON pointer, for a form of its own or a change.
    pub path: String,
    /// What its value is.
    pub kind: FieldKind,
    /// Documentation, with bounds and default.
    pub docs: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether there is a newer way.
    pub deprecated: bool,
    /// Value when it is not given, as text.
    pub default: Option<String>,
    /// Unit of a number; may be empty.
    pub unit: &'static str,
    /// Least and greatest number.
    pub range: Option<(f64, f64)>,
    /// The values to choose from, each with its documentation.
    pub options: Vec<(String, String)>,
    /// The current value as JSON text; `None` when it is not given.
    pub value: Option<String>,
    /// The place of the current value.
    pub span: Option<Span>,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of the options.
    Choice,
    /// The name of a resource; the options are those that fit.
    Resource,
    /// A mapping with a form of its own.
    Object,
    /// A list; its items have forms of their own at `path/0` …
    List,
    /// A mapping with free keys.
    Map,
    /// Anything.
    Any,
}

/// The form of the mapping at a JSON pointer; `None` when the schema knows no mapping there. What is not written yet has a form, too, and so
/// has the next item of a list (`path/-`).
pub fn form(open: &OpenConfig<'_>, path: &str) -> Option<Form> {
    if open.syntax() == Syntax::Other {
        return None;
    }
    let (way, rest) = follow(open.tree(), path);
    let last = way.last()?;
    let mut slot = last.slot;
    let mut map = last.node.as_map();
    for part in &rest {
        let is_item = slot.takes_list() && (part == "-" || part.parse::<usize>().is_ok());
        slot = match is_item {
            true => slot.item(),
            false => slot.entry(map.unwrap_or(&crate::syntax::Map { entries: vec![] }), part).0,
        };
        map = None;
    }
    if !slot.takes_map() {
        return None;
    }
    let whole = rest.is_empty();
    let node = if whole { Some(last) } else { None };
    let mut members = slot.members(map);
    crate::order::sort_by_key(&mut members, |member| {
        (!member.required, member.property.is_some_and(|p| p.deprecated.is_some()))
    });
    let known = members.iter().any(|m| m.names().is_some()).then(|| analysis::resources(open, open.tree()));
    let fields = members.iter().map(|member| {
        let value = node.and_then(|step| child(step, member.name));
        field(open, path, member, value, known.as_deref().unwrap_or_default())
    });
    Some(Form {
        path: path.to_string(),
        docs: slot.docs().to_string(),
        span: last.key.map_or(last.node.span, |key| key.span),
        fields: fields.collect(),
    })
}

fn child<'t>(step: &Step<'t>, name: &str) -> Option<&'t Node> {
    step.node.as_map().and_then(|map| map.get(name)).filter(|node| node.value != Value::Null)
}

fn field(open: &OpenConfig<'_>, path: &str, member: &Member, value: Option<&Node>, known: &[analysis::Known]) -> Field {
    let property = member.property;
    let names = member.names();
    let mut options: Vec<(String, String)> =
        member.slot.choices().into_iter().map(|(value, docs)| (value, docs.to_string())).collect();
    match names {
        Some(Names::Script) => {
            let scripts = names::declared(open, names::Named::Script);
            options.extend(scripts.into_iter().map(|(name, _)| (name, String::new())));
        }
        Some(Names::Container) => {
            let resource = path.split('/').nth(2).unwrap_or_default();
            options.extend(names::containers(open.tree(), resource).into_iter().map(|name| (name, String::new())));
        }
        Some(names) => {
            let fits = |k: &&analysis::Known| {
                names.accepts(&k.kind) && (names != Names::Target || k.connectable) && !k.name.contains('.')
            };
            options.extend(known.iter().filter(fits).map(|k| (k.name.clone(), k.kind.clone())));
        }
        None => {}
    }
    Field {
        name: member.name.to_string(),
        path: schema::join(path, member.name),
        kind: kind(member, &options),
        docs: property.map_or_else(|| member.docs.to_string(), sentence),
        required: member.required,
        deprecated: property.is_some_and(|p| p.deprecated.is_some()),
        default: property.and_then(|p| p.default).map(|default| literal(&default)),
        unit: property.map(|p| p.unit).unwrap_or_default(),
        range: property.and_then(|p| p.range),
        options,
        value: value.map(|node| to_json(node).to_string()),
        span: value.map(|node| node.span),
    }
}

fn kind(member: &Member, options: &[(String, String)]) -> FieldKind {
    let slot = member.slot;
    if slot.takes_list() {
        return FieldKind::List;
    }
    if member.names().is_some() {
        return FieldKind::Resource;
    }
    match slot {
        Slot::Tag(_) => FieldKind::Choice,
        Slot::Free => FieldKind::Any,
        _ if slot.takes_map() && slot.members(None).is_empty() => FieldKind::Map,
        _ if slot.takes_map() => FieldKind::Object,
        _ => match slot.word().as_str() {
            "true or false" => FieldKind::Boolean,
            "number" => FieldKind::Number,
            "whole number" if options.is_empty() => FieldKind::Integer,
            "anything" => FieldKind::Any,
            _ if !options.is_empty() && !slot.takes_text() => FieldKind::Choice,
            _ => FieldKind::Text,
        },
    }
}
