//! Sets and removes values in the text; comments, order and style stay.
//!
//! Every edit is tried before it is given out: the text with it must parse, and hold what was asked for. What cannot be done in place (a value
//! that an anchor brings in) is refused with a reason.

use super::schema::{Step, follow};
use super::write::{flow, yaml_key, yaml_value};
use super::{Edit, OpenConfig, Syntax, tolerant};
use crate::syntax::{Entry, Map, Node, Value};
use serde_json::Value as Json;

/// Sets the value at a JSON pointer, and what is missing on the way; `None` removes it. The refusal says why that cannot be done in the text.
pub fn set_property(open: &OpenConfig<'_>, path: &str, value: Option<&Json>) -> Result<Vec<Edit>, String> {
    if open.syntax() == Syntax::Other {
        return Err("a program is edited as text".into());
    }
    let (way, rest) = follow(open.tree(), path);
    if way.iter().any(|step| !step.is_written_here()) {
        return Err(format!("`{path}` comes from an anchor elsewhere in the file; edit it there"));
    }
    let edits = match value {
        None if !rest.is_empty() => return Ok(vec![]),
        None => remove(open, &way),
        Some(value) if rest.is_empty() => replace(open, &way, value),
        Some(value) => insert(open, &way, &rest, value),
    };
    edits
        .filter(|edits| holds(open, edits, path, value))
        .ok_or_else(|| format!("`{path}` cannot be changed here; edit the text"))
}

/// Whether the text with these edits parses and holds the value.
fn holds(open: &OpenConfig<'_>, edits: &[Edit], path: &str, value: Option<&Json>) -> bool {
    let text = apply(open.text(), edits);
    let Ok(tree) = tolerant::strict(&text, &open.input.config) else { return !open.is_exact() };
    let mut path = path.to_string();
    if let Some(list) = path.strip_suffix("/-") {
        let length = follow(&tree, list).0.last().and_then(|step| step.node.as_list()).map_or(0, <[Node]>::len);
        path = format!("{list}/{}", length.saturating_sub(1));
    }
    let (way, rest) = follow(&tree, &path);
    match (value, way.last()) {
        // Behind a removed item of a list the next one moves up.
        (None, _) => !rest.is_empty() || path.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok()),
        (Some(value), Some(step)) => rest.is_empty() && to_json(step.node) == *value,
        (Some(_), None) => false,
    }
}

/// A text with edits, which do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    crate::order::sort_by_key(&mut edits, |edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        out.push_str(text.get(from..edit.span.start as usize).unwrap_or_default());
        out.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// A node as JSON.
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Invalid | Value::Deferred(_) => Json::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Float(n) => (*n).into(),
        Value::Str(text) => (&**text).into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(map) => map.entries.iter().map(|e| (e.key.value.to_string(), to_json(&e.value))).collect(),
    }
}

/// Whether a collection is written in brackets.
pub(super) fn in_brackets(open: &OpenConfig<'_>, node: &Node) -> bool {
    open.text()[node.span.start as usize..].starts_with(['{', '['])
}

/// Column of an offset, in bytes: indentation has no other characters.
fn column(open: &OpenConfig<'_>, offset: usize) -> usize {
    offset - tolerant::line_at(open.text(), offset).start
}

/// Spaces at the start of the line of an offset.
fn indent(open: &OpenConfig<'_>, offset: usize) -> usize {
    let line = &open.text()[tolerant::line_at(open.text(), offset)];
    line.len() - line.trim_start_matches(' ').len()
}

/// A value on one line, or with a line an entry behind `indent` spaces in JSON.
fn inline(open: &OpenConfig<'_>, value: &Json, indent: usize) -> String {
    match open.syntax() {
        Syntax::Json => {
            let pretty = format!("{value:#}");
            pretty.replace('\n', &format!("\n{}", " ".repeat(indent)))
        }
        _ => flow(value),
    }
}

fn replace(open: &OpenConfig<'_>, way: &[Step<'_>], value: &Json) -> Option<Vec<Edit>> {
    let last = way.last().filter(|_| way.len() > 1)?;
    let (start, end) = (last.node.span.start as usize, last.node.span.end as usize);
    let flowing = open.syntax() == Syntax::Json || way[..way.len() - 1].iter().any(|step| in_brackets(open, step.node));
    let plain = !matches!(value, Json::Object(_) | Json::Array(_));
    let Some(key) = last.key else {
        let text = if flowing || plain { inline(open, value, indent(open, start)) } else { flow(value) };
        return Some(vec![Edit::new(start, end, text)]);
    };
    if flowing {
        let space = if start == end && !open.text()[..start].ends_with(' ') { " " } else { "" };
        return Some(vec![Edit::new(start, end, space.to_string() + &inline(open, value, indent(open, start)))]);
    }
    if plain
        && start < end
        && matches!(last.node.value, Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_))
    {
        return Some(vec![Edit::new(start, end, yaml_value(value, 0, "").trim_start().to_string())]);
    }
    let colon = key.span.end as usize + open.text()[key.span.end as usize..].find(':')? + 1;
    let written = yaml_value(value, column(open, key.span.start as usize), "\n");
    Some(vec![Edit::new(colon, end.max(colon), written)])
}

/// The value inside what is missing on the way to it.
fn wrapped(missing: &[String], value: &Json) -> Json {
    missing.iter().rev().fold(value.clone(), |inner, part| match part.as_str() {
        "0" | "-" => Json::Array(vec![inner]),
        key => Json::Object([(key.to_string(), inner)].into_iter().collect()),
    })
}

fn insert(open: &OpenConfig<'_>, way: &[Step<'_>], rest: &[String], value: &Json) -> Option<Vec<Edit>> {
    let last = way.last()?;
    let value = wrapped(&rest[1..], value);
    match &last.node.value {
        Value::Map(map) => insert_entry(open, last.node, map, &rest[0], &value),
        Value::List(items) if rest[0] == "-" || rest[0] == items.len().to_string() => {
            insert_item(open, last.node, items, &value)
        }
        Value::Null if way.len() > 1 => replace(open, way, &wrapped(&rest[..1], &value)),
        Value::Null if open.text().trim().is_empty() || open.tree().span.end == 0 => {
            let whole = wrapped(&rest[..1], &value);
            let end = open.text().len();
            let text = match open.syntax() {
                Syntax::Json => format!("{whole:#}\n"),
                // The comments of a file without a value stay.
                _ => {
                    let before = if end > 0 && !open.text().ends_with('\n') { "\n" } else { "" };
                    format!("{before}{}\n", yaml_value(&whole, usize::MAX, "").trim_start_matches('\n'))
                }
            };
            Some(vec![Edit::new(if open.syntax() == Syntax::Json { 0 } else { end }, end, text)])
        }
        _ => None,
    }
}

/// The entries that the text of a mapping holds; a merge key brings others in.
fn written<'m>(node: &Node, map: &'m Map) -> Vec<&'m Entry> {
    let within = |entry: &&Entry| node.span.start <= entry.key.span.start && entry.key.span.end <= node.span.end;
    map.entries.iter().filter(within).collect()
}

/// Where an entry ends; that of an alias is told by its line.
fn end_of(open: &OpenConfig<'_>, entry: &Entry) -> usize {
    let key_end = entry.key.span.end as usize;
    match entry.value.span.start >= entry.key.span.end {
        true => (entry.value.span.end as usize).max(key_end),
        false => tolerant::line_at(open.text(), key_end).end,
    }
}

fn insert_entry(open: &OpenConfig<'_>, node: &Node, map: &Map, key: &str, value: &Json) -> Option<Vec<Edit>> {
    let entries = written(node, map);
    let json = open.syntax() == Syntax::Json;
    if in_brackets(open, node) {
        let key = if json { Json::from(key).to_string() } else { yaml_key(key, true) };
        let ends: Vec<(usize, usize)> = entries.iter().map(|e| (e.key.span.start as usize, end_of(open, e))).collect();
        return Some(insert_in_brackets(open, node, &ends, |indent| format!("{key}: {}", inline(open, value, indent))));
    }
    let (first, last) = (entries.first()?, entries.last()?);
    let column = column(open, first.key.span.start as usize);
    let end = tolerant::line_at(open.text(), end_of(open, last)).end;
    let spaces = " ".repeat(column);
    let text = format!("\n{spaces}{}:{}", yaml_key(key, false), yaml_value(value, column, "\n"));
    Some(vec![Edit::new(end, end, text)])
}

fn insert_item(open: &OpenConfig<'_>, node: &Node, items: &[Node], value: &Json) -> Option<Vec<Edit>> {
    if in_brackets(open, node) {
        let ends: Vec<(usize, usize)> =
            items.iter().map(|item| (item.span.start as usize, item.span.end as usize)).collect();
        return Some(insert_in_brackets(open, node, &ends, |indent| inline(open, value, indent)));
    }
    let dash = open.text()[..items.first()?.span.start as usize].rfind('-')?;
    let column = column(open, dash);
    let end = tolerant::line_at(open.text(), node.span.end as usize).end;
    let (spaces, items) = (" ".repeat(column), Json::Array(vec![value.clone()]));
    let block = yaml_value(&items, column.wrapping_sub(2), "\n");
    let text = block.trim_start_matches('\n').trim_start_matches(' ');
    Some(vec![Edit::new(end, end, format!("\n{spaces}{text}"))])
}

/// Adds a part behind the others of a collection in brackets; `parts` are their starts and ends.
fn insert_in_brackets(
    open: &OpenConfig<'_>,
    node: &Node,
    parts: &[(usize, usize)],
    write: impl Fn(usize) -> String,
) -> Vec<Edit> {
    let (start, end) = (node.span.start as usize, node.span.end as usize);
    let text = open.text();
    let outer = indent(open, start);
    let Some((first, last)) = parts.first().map(|p| p.0).zip(parts.last().map(|p| p.1)) else {
        let (opening, closing) = (&text[start..start + 1], if text[start..].starts_with('{') { "}" } else { "]" });
        let json = open.syntax() == Syntax::Json;
        let new = match json {
            true => {
                let inner = " ".repeat(outer + 2);
                format!("{opening}\n{inner}{}\n{}{closing}", write(outer + 2), " ".repeat(outer))
            }
            false if opening == "{" => format!("{{ {} }}", write(outer)),
            false => format!("[{}]", write(outer)),
        };
        return vec![Edit::new(start, end, new)];
    };
    let own_line = text[tolerant::line_at(text, first).start..first].trim().is_empty();
    let behind = &text[last..end];
    let comma = behind.trim_start().starts_with(',').then(|| last + behind.find(',').unwrap_or_default() + 1);
    let at = comma.unwrap_or(last);
    let separator = if comma.is_some() { "" } else { "," };
    let (space, inner) = match own_line {
        true => (format!("\n{}", " ".repeat(indent(open, first))), indent(open, first)),
        false => (" ".to_string(), outer),
    };
    vec![Edit::new(at, at, format!("{separator}{space}{}", write(inner)))]
}

fn remove(open: &OpenConfig<'_>, way: &[Step<'_>]) -> Option<Vec<Edit>> {
    let last = way.last()?;
    let above = way.get(way.len().checked_sub(2)?)?;
    let text = open.text();
    // The starts and ends of the parts of the collection, and which one goes.
    let (parts, at): (Vec<(usize, usize)>, usize) = match &above.node.value {
        Value::Map(map) => {
            let entries = written(above.node, map);
            let at = entries.iter().position(|e| last.key.is_some_and(|key| key.span == e.key.span))?;
            (entries.iter().map(|e| (e.key.span.start as usize, end_of(open, e))).collect(), at)
        }
        Value::List(items) => {
            let parts = items.iter().map(|item| (item.span.start as usize, item.span.end as usize));
            (parts.collect(), last.index?)
        }
        _ => return None,
    };
    let (start, end) = *parts.get(at)?;
    let brackets = in_brackets(open, above.node);
    if parts.len() == 1 {
        // What would be left is nothing: it goes with it, unless it must be there.
        let needed = way.len() <= 4 || above.key.is_none() || above.member.is_some_and(|member| member.required);
        if !needed {
            return remove(open, &way[..way.len() - 1]);
        }
        let empty = if matches!(above.node.value, Value::Map(_)) {
            Json::Object(Default::default())
        } else {
            Json::Array(vec![])
        };
        return replace(open, &way[..way.len() - 1], &empty);
    }
    if brackets {
        return Some(vec![match parts.get(at + 1) {
            Some((next, _)) => Edit::new(start, *next, ""),
            None => Edit::new(parts[at - 1].1, end, ""),
        }]);
    }
    let line = tolerant::line_at(text, start);
    let before = &text[line.start..start];
    let is_item = last.key.is_none();
    // The first key behind a dash: the next one takes its place.
    if !is_item && !before.trim().is_empty() {
        let (next, _) = parts.get(at + 1)?;
        return Some(vec![Edit::new(start, *next, "")]);
    }
    if is_item && before.trim() != "-" {
        return None;
    }
    let last_line = tolerant::line_at(text, end);
    Some(match text.len() > last_line.end {
        true => vec![Edit::new(line.start, last_line.end + 1, "")],
        false => vec![Edit::new(line.start.saturating_sub(1), last_line.end, "")],
    })
}
