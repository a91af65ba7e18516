//! What can stand at the cursor.

use super::analysis;
use super::cursor::{self, Cursor, Part, Style};
use super::hover::{about_directive, about_member};
use super::names::{self, Named};
use super::partial::{self, At};
use super::schema::{Member, Slot};
use super::{Edit, OpenConfig, Syntax, tolerant, write};
use crate::describe::Names;
use crate::describe::markdown::literal;
use crate::directives::{DIRECTIVES, GIT_PROPERTIES, directive};
use crate::facets::connect::SES;
use crate::syntax::{Node, Value};

/// Something that can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label: type, default.
    pub detail: String,
    /// Markdown.
    pub docs: String,
    /// Puts it into the text; the cursor stands behind it then, or `back` bytes before its end.
    pub edit: Edit,
    /// Bytes that the cursor goes back from the end of the inserted text.
    pub back: usize,
    /// A property that must be given and is missing.
    pub required: bool,
    /// There is a newer way.
    pub deprecated: bool,
    /// Whether to complete again at once: a value follows.
    pub again: bool,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of a mapping.
    Property,
    /// One of a few values.
    Value,
    /// A type of a resource, event, packaging …
    Type,
    /// The name of a resource.
    Resource,
    /// A parameter of a resource.
    Param,
    /// A directive.
    Directive,
    /// A variable, script, or part of the config.
    Name,
    /// A file or folder.
    File,
}

/// What can stand at a byte offset, the likeliest first: required properties that are missing, other properties, values, names.
pub fn complete(open: &OpenConfig<'_>, offset: usize) -> Vec<Completion> {
    if open.syntax() == Syntax::Other || !open.text().is_char_boundary(offset) {
        return vec![];
    }
    if let Some(items) = in_directive(open, offset) {
        return items;
    }
    let Some(cursor) = cursor::find(open, offset) else { return vec![] };
    match &cursor.part {
        Part::Key(members) => keys(&cursor, members),
        Part::Override { child, beside } => overrides(open, &cursor, child.as_deref(), beside),
        Part::Value { slot, member, beside } => values(open, &cursor, *slot, *member, beside),
    }
}

/// A completion that puts `text` in the place of the word.
fn item(cursor: &Cursor, kind: CompletionKind, label: &str, text: String) -> Completion {
    let text = " ".repeat(cursor.style.indent.unwrap_or_default()) + &text;
    Completion {
        label: label.to_string(),
        kind,
        detail: String::new(),
        docs: String::new(),
        edit: Edit::new(cursor.word.start, cursor.word.end, text),
        back: 0,
        required: false,
        deprecated: false,
        again: false,
    }
}

fn keys(cursor: &Cursor, members: &[Member]) -> Vec<Completion> {
    let mut members: Vec<&Member> = members.iter().collect();
    let rank = |member: &Member| (is_deprecated(member), !member.required);
    crate::order::sort_by_key(&mut members, |member| rank(member));
    let made = members.into_iter().map(|member| {
        let (text, back) = key_text(member.name, starts(member), &cursor.style);
        let default = member.property.and_then(|property| property.default);
        let default = default.map(|default| format!(" = {}", literal(&default))).unwrap_or_default();
        let required = if member.required { " (required)" } else { "" };
        Completion {
            detail: format!("{}{default}{required}", member.slot.word()),
            docs: about_member(member),
            back,
            required: member.required,
            deprecated: is_deprecated(member),
            again: !cursor.style.colon && (!member.slot.choices().is_empty() || member.names().is_some()),
            ..item(cursor, CompletionKind::Property, member.name, text)
        }
    });
    made.collect()
}

fn is_deprecated(member: &Member) -> bool {
    member.property.is_some_and(|property| property.deprecated.is_some())
}

/// The children of the cursor's resource, or the properties that one of them has.
fn overrides(open: &OpenConfig<'_>, cursor: &Cursor, child: Option<&str>, beside: &[String]) -> Vec<Completion> {
    let own = cursor.resource.as_deref().unwrap_or_default();
    let belongs = |owner: &str| owner == own || owner.strip_prefix(own).is_some_and(|part| part.starts_with('.'));
    let made = analysis::made(open, &cursor.tree).into_iter().filter(|m| m.owner.as_deref().is_some_and(belongs));
    let of = |label: &str, detail: &str, starts| {
        let (text, back) = key_text(label, starts, &cursor.style);
        Completion { detail: detail.to_string(), back, ..item(cursor, CompletionKind::Name, label, text) }
    };
    let made = made.flat_map(|made| match child {
        None => vec![of(&made.logical_id, &made.kind, Starts::Map)],
        Some(child) if child == made.logical_id => {
            made.properties.iter().map(|property| of(property, &made.kind, Starts::Nothing)).collect()
        }
        Some(_) => vec![],
    });
    made.filter(|item| !beside.contains(&item.label)).collect()
}

/// What is written behind a new key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Starts {
    Map,
    List,
    Text,
    Nothing,
}

fn starts(member: &Member) -> Starts {
    match () {
        () if member.slot.takes_map() => Starts::Map,
        () if member.slot.takes_list() => Starts::List,
        () if member.slot.takes_text() || matches!(member.slot, Slot::Tag(_)) || member.names().is_some() => {
            Starts::Text
        }
        () => Starts::Nothing,
    }
}

/// The text of a key with what starts its value, and how far the cursor goes back into it.
fn key_text(name: &str, starts: Starts, style: &Style) -> (String, usize) {
    let dash = if style.dash { "- " } else { "" };
    if style.colon {
        return (name.to_string(), 0);
    }
    if style.json {
        let close = if style.quote.is_some() { if style.closed { "" } else { "\"" } } else { "\"" };
        let open = if style.quote.is_some() { "" } else { "\"" };
        // Behind a closing quote that is there already nothing can be put.
        if style.closed {
            return (name.to_string(), 0);
        }
        let (value, back) = match starts {
            Starts::Map => ("{}", 1),
            Starts::List => ("[]", 1),
            Starts::Text => ("\"\"", 1),
            Starts::Nothing => ("", 0),
        };
        return (format!("{open}{name}{close}: {value}"), back);
    }
    let column = style.column + dash.len();
    if style.quote.is_some() {
        return (name.to_string(), 0);
    }
    match () {
        () if style.flow => (format!("{name}: "), 0),
        () if starts == Starts::Map => (format!("{dash}{name}:\n{}", " ".repeat(column + 2)), 0),
        () if starts == Starts::List => (format!("{dash}{name}:\n{}- ", " ".repeat(column + 2)), 0),
        () => (format!("{dash}{name}: "), 0),
    }
}

/// A value as it is written at the cursor.
fn value_text(value: &str, is_text: bool, style: &Style) -> String {
    let written = match style {
        _ if style.quote.is_some() && style.closed => value.to_string(),
        Style { quote: Some(quote), .. } => format!("{value}{quote}"),
        Style { json: true, .. } if is_text => serde_json::Value::from(value).to_string(),
        Style { json: true, .. } => value.to_string(),
        _ if is_text => write::yaml_text(value, style.flow),
        _ => value.to_string(),
    };
    let space = if style.space { " " } else { "" };
    let dash = if style.dash { "- " } else { "" };
    format!("{space}{dash}{written}")
}

fn values(
    open: &OpenConfig<'_>,
    cursor: &Cursor,
    slot: Slot,
    member: Option<Member>,
    beside: &[String],
) -> Vec<Completion> {
    let style = &cursor.style;
    let kind = if matches!(slot, Slot::Tag(_)) { CompletionKind::Type } else { CompletionKind::Value };
    let default = member.and_then(|m| m.property).and_then(|p| p.default).map(|default| literal(&default));
    let mut items = vec![];
    for (value, docs) in slot.choices() {
        let is_text = !matches!(&*value, "true" | "false") && value.parse::<f64>().is_err();
        let detail = if default.as_ref() == Some(&value) { "default" } else { "" };
        let text = value_text(&value, is_text, style);
        items.push(Completion { detail: detail.into(), docs: docs.into(), ..item(cursor, kind, &value, text) });
    }
    let names = member.and_then(|m| m.names()).filter(|_| !slot.takes_map() && !slot.takes_list());
    if let Some(names) = names {
        items.extend(named(open, cursor, names, beside));
    }
    if items.is_empty()
        && let Some(default) = &default
    {
        let text = value_text(default, slot.takes_text(), style);
        items.push(Completion { detail: "default".into(), ..item(cursor, CompletionKind::Value, default, text) });
    }
    // A union takes a value only as a mapping; a directive may stand for anything else.
    if !matches!(slot, Slot::Tag(_)) && member.is_none_or(|m| m.names().is_none()) {
        items.extend(directives(cursor.word.clone(), style));
    }
    items
}

/// The resources or scripts that a property can name.
fn named(open: &OpenConfig<'_>, cursor: &Cursor, names: Names, beside: &[String]) -> Vec<Completion> {
    let of = |name: &str, kind, detail: &str| Completion {
        detail: detail.to_string(),
        ..item(cursor, kind, name, value_text(name, true, &cursor.style))
    };
    if names == Names::Script {
        let scripts = names::declared(open, Named::Script);
        return scripts.iter().map(|(name, _)| of(name, CompletionKind::Name, "script")).collect();
    }
    let own = cursor.resource.as_deref();
    if names == Names::Container {
        let all = names::containers(&cursor.tree, own.unwrap_or_default());
        let others = all.iter().filter(|name| cursor.container.as_ref() != Some(name) && !beside.contains(name));
        return others.map(|name| of(name, CompletionKind::Name, "container")).collect();
    }
    let mut items = vec![];
    for known in analysis::resources(open, &cursor.tree) {
        let fits = names.accepts(&known.kind)
            && (names != Names::Target || known.connectable && own != Some(&*known.name))
            // Parts of composites are named where their type is asked for.
            && (matches!(names, Names::Typed(_)) || !known.name.contains('.'))
            && !beside.contains(&known.name);
        if fits {
            items.push(of(&known.name, CompletionKind::Resource, &known.kind));
        }
    }
    if names == Names::Target && !beside.iter().any(|b| b == SES) {
        items.push(of(SES, CompletionKind::Resource, "Amazon SES"));
    }
    items
}

/// Every directive, in the place of `word`.
fn directives(word: std::ops::Range<usize>, style: &Style) -> Vec<Completion> {
    let made = DIRECTIVES.iter().map(|info| {
        // `$Var().name`: the path says what is meant.
        let path = info.signature.contains(").");
        let call = match info.args.0 {
            0 if path => format!("${}().", info.name),
            0 => format!("${}()", info.name),
            _ => format!("${}('')", info.name),
        };
        let text = match style {
            Style { quote: Some('\''), .. } => call.replace('\'', "\""),
            Style { quote: Some(_), .. } => call,
            Style { json: true, .. } | Style { flow: true, .. } => format!("\"{call}\""),
            _ => call,
        };
        let text = format!("{}{}{text}", if style.space { " " } else { "" }, if style.dash { "- " } else { "" });
        // Between the quotes of the first argument; behind the dot of a path.
        let back = match info.args.0 {
            0 if path => text.len() - text.rfind('.').map_or(text.len(), |dot| dot + 1),
            0 => 0,
            _ => text.len() - text.rfind(')').unwrap_or(text.len()) + 1,
        };
        Completion {
            label: format!("${}", info.name),
            kind: CompletionKind::Directive,
            detail: info.signature.to_string(),
            docs: about_directive(info),
            edit: Edit::new(word.start, word.end, text),
            back,
            required: false,
            deprecated: false,
            again: info.args.0 > 0 || path,
        }
    });
    made.collect()
}

/// Completions inside a directive; `None` when the cursor is in none.
fn in_directive(open: &OpenConfig<'_>, offset: usize) -> Option<Vec<Completion>> {
    let text = open.text();
    let line = tolerant::line_at(text, offset);
    let head = text.get(line.start..offset)?;
    let starts = head.match_indices('$').map(|(at, _)| at);
    let (start, at) = starts
        .filter(|at| head[..*at].chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'[{,:(".contains(c)))
        .find_map(|at| Some((line.start + at, partial::read(&head[at..])?)))?;
    // The quote around the whole text.
    let outer = text[..start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let word = |from: usize| start + from..offset;
    match at {
        At::Name { start: from } => {
            let word = word(from);
            let tail: String = text[offset..].chars().take_while(|c| c.is_alphanumeric()).collect();
            let called = text[offset + tail.len()..].starts_with('(');
            let nested = partial_depth(&head[start - line.start..]);
            let style = Style { quote: outer.or(nested.then_some('"')), closed: true, ..Style::default() };
            let flow_unquoted = outer.is_none() && !nested && in_flow(head);
            let style = if flow_unquoted { Style { flow: true, quote: None, ..style } } else { style };
            let mut items = directives(word, &style);
            for item in &mut items {
                if called {
                    item.edit.text = item.label.clone();
                    item.back = 0;
                    item.again = false;
                }
                item.edit.span.end += tail.len() as u32;
            }
            Some(items)
        }
        At::Argument { directive: name, before, start: from, quote } => {
            let signature = directive(name).map(|d| d.signature).unwrap_or_default();
            let parameter = names::parameter(signature, before.len()).unwrap_or_default();
            let inner = match outer {
                Some('\'') => '"',
                _ => '\'',
            };
            let of = |label: &str, kind, detail: String| {
                let end =
                    offset + text[offset..].chars().take_while(|c| is_name(*c)).map(char::len_utf8).sum::<usize>();
                let closed = quote.is_some_and(|quote| text[end..].starts_with(quote));
                let written = match quote {
                    Some(_) if closed => label.to_string(),
                    Some(quote) => format!("{label}{quote}"),
                    None => format!("{inner}{label}{inner}"),
                };
                Completion {
                    label: label.to_string(),
                    kind,
                    detail,
                    docs: String::new(),
                    edit: Edit::new(start + from, end, written),
                    back: 0,
                    required: false,
                    deprecated: false,
                    again: false,
                }
            };
            let mut items = vec![];
            match parameter {
                names::RESOURCE => {
                    let known = analysis::resources(open, open.tree());
                    items.extend(known.into_iter().map(|k| of(&k.name, CompletionKind::Resource, k.kind)));
                }
                "'param'" => {
                    let params = analysis::params(open, open.tree(), before.first().copied().unwrap_or_default());
                    items.extend(params.iter().map(|param| of(param, CompletionKind::Param, String::new())));
                }
                "'LogicalId'" => {
                    let raw = names::raw_resources(open.tree()).into_iter();
                    let made = analysis::made(open, open.tree()).into_iter().map(|m| (m.logical_id, m.kind));
                    items.extend(made.chain(raw).map(|(id, kind)| of(&id, CompletionKind::Name, kind)));
                }
                "'Attribute'" => items.push(of("Ref", CompletionKind::Value, "what `Ref` gives".to_string())),
                "'property'" => {
                    items.extend(GIT_PROPERTIES.iter().map(|p| of(p, CompletionKind::Value, String::new())));
                }
                _ => {}
            }
            Some(items)
        }
        At::Path { directive: name, before, start: from } => {
            let root = open.tree();
            let mut node = match name {
                "Var" => root.as_map()?.get("variables")?,
                "This" => root,
                _ => return Some(vec![]),
            };
            for segment in before {
                node = node.as_map()?.get(segment)?;
            }
            let end = offset + text[offset..].chars().take_while(|c| is_name(*c)).map(char::len_utf8).sum::<usize>();
            let entries = node.as_map().into_iter().flat_map(|map| &map.entries);
            let made = entries.map(|entry| Completion {
                label: entry.key.value.to_string(),
                kind: CompletionKind::Name,
                detail: shown(&entry.value),
                docs: String::new(),
                edit: Edit::new(start + from, end, entry.key.value.to_string()),
                back: 0,
                required: false,
                deprecated: false,
                again: false,
            });
            Some(made.collect())
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Whether a directive that is being written stands in an argument of another one.
fn partial_depth(text: &str) -> bool {
    matches!(partial::read(text), Some(At::Name { start }) if start > 0)
}

/// Whether a bracket is open in a line.
fn in_flow(head: &str) -> bool {
    let count = |c: char| head.matches(c).count();
    count('{') > count('}') || count('[') > count(']')
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Map(_) | Value::List(_) | Value::Null => node.kind().to_string(),
        _ => node.excerpt(),
    }
}
