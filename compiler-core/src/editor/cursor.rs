//! Where the cursor is: in a key of which mapping, or in a value of what.
//!
//! A word that no config holds is put at the cursor and the text is parsed with it; where the word comes out in the tree is where the cursor is. As
//! a text is rarely valid at the moment of writing, a few readings are tried: the word as a key, as a value, without what follows in its line,
//! without what follows at all.

use super::schema::{Member, Slot, Step};
use super::{OpenConfig, Syntax, loose_json, tolerant};
use crate::syntax::{Map, Node, Value};
use std::ops::Range;

/// The word at the cursor. Letters only, so that it means nothing to YAML.
const MARK: &str = "zqCursorqz";

/// Where the cursor is.
pub struct Cursor {
    /// What is written there; a completion replaces it. Without quotes.
    pub word: Range<usize>,
    /// Key or value.
    pub part: Part,
    /// How the text around is written.
    pub style: Style,
    /// The tree with the word in it.
    pub tree: Node,
    /// The resource that the cursor is in.
    pub resource: Option<String>,
    /// The container of that resource that the cursor is in.
    pub container: Option<String>,
}

/// What the cursor is in.
pub enum Part {
    /// A key; these are possible and not there yet.
    Key(Vec<Member>),
    /// A key of `overrides`: the logical id of a child of the cursor's resource, or a property of that child.
    Override {
        /// The child whose property it is.
        child: Option<String>,
        /// The other keys.
        beside: Vec<String>,
    },
    /// A value.
    Value {
        /// What it may be.
        slot: Slot,
        /// The member that holds it, or whose list does.
        member: Option<Member>,
        /// What the list holds already.
        beside: Vec<String>,
    },
}

/// How the text around the cursor is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// JSON.
    pub json: bool,
    /// Inside `{…}` or `[…]`.
    pub flow: bool,
    /// The quote that stands before the word.
    pub quote: Option<char>,
    /// Whether the quote is closed behind the word.
    pub closed: bool,
    /// Whether a colon follows already.
    pub colon: bool,
    /// Column of the key.
    pub column: usize,
    /// Whether a space must come first: `key:|`.
    pub space: bool,
    /// Whether a list is expected and its dash is missing.
    pub dash: bool,
    /// Spaces that come first, because the cursor stands at no column where a key can be.
    pub indent: Option<usize>,
}

/// Finds the cursor; `None` where nothing can be completed.
pub fn find(open: &OpenConfig<'_>, offset: usize) -> Option<Cursor> {
    let text = open.text();
    let (tree, reading) = match open.syntax() {
        Syntax::Other => return None,
        Syntax::Json => {
            (loose_json::read(&format!("{}{MARK}{}", text.get(..offset)?, text.get(offset..)?)), Reading::Straight)
        }
        Syntax::Yaml => {
            if in_comment(text, offset) {
                return None;
            }
            marked_yaml(open, offset)?
        }
    };
    let (way, on_key) = search(&mut vec![Step::root(&tree)])?;
    let last = way.last()?;
    let written = if on_key { last.key?.span } else { last.node.span };
    let (start, end) = (written.start as usize, (written.end as usize).saturating_sub(MARK.len()));
    let mut word = start..end.clamp(offset, text.len()).max(start);
    let mut style = Style { json: open.syntax() == Syntax::Json, ..Style::default() };
    style.quote = text.get(word.clone()).and_then(|w| w.chars().next()).filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = style.quote {
        let inside = text.get(word.start + 1..word.end).unwrap_or_default();
        // A reading without the rest of the line closes the quote itself.
        let end = inside.find(quote).map(|n| word.start + 1 + n).filter(|end| *end >= offset);
        style.closed = end.is_some();
        word = word.start + 1..end.unwrap_or(offset.max(word.start + 1));
    } else if word.end > offset && text.get(offset..word.end).is_some_and(|rest| rest.contains('\n')) {
        word.end = offset;
    }
    match reading {
        Reading::Straight => {}
        Reading::Space => word = offset..offset,
        Reading::Column(column) => {
            word = tolerant::line_at(text, offset).start..offset;
            style.indent = Some(column);
        }
    }
    if word.start > offset {
        return None;
    }
    let before = text.get(..word.start)?;
    let line = before.rfind('\n').map_or(0, |n| n + 1);
    style.column = style.indent.unwrap_or_else(|| before[line..].chars().count());
    style.space = before.ends_with(':') && !style.json && style.quote.is_none();
    let behind = text.get(word.end..)?.trim_start_matches(['"', '\'']).trim_start_matches(' ');
    style.colon = on_key && behind.starts_with(':');
    let brackets = |step: &Step<'_>| {
        let start = step.node.span.start as usize;
        matches!(step.node.value, Value::Map(_) | Value::List(_))
            && start < offset
            && text[start..].starts_with(['{', '['])
    };
    style.flow = style.json || way.iter().any(brackets);
    let resource = match way.as_slice() {
        [_, section, resource, _, ..] if is(section, "resources") => resource.key.map(|key| key.value.to_string()),
        _ => None,
    };
    let container = match way.as_slice() {
        [_, _, _, _, containers, container, ..] if is(containers, "containers") || is(containers, "sideContainers") => {
            container.node.as_map().and_then(|map| map.get("name")?.as_str()).map(str::to_string)
        }
        _ => None,
    };
    let part = part(&way, on_key, open, &mut style)?;
    Some(Cursor { word, part, style, resource, container, tree: tree.clone() })
}

fn is(step: &Step<'_>, key: &str) -> bool {
    step.key.is_some_and(|k| &*k.value == key)
}

fn part(way: &[Step<'_>], on_key: bool, open: &OpenConfig<'_>, style: &mut Style) -> Option<Part> {
    let last = way.last()?;
    if !on_key {
        let beside = way.len().checked_sub(2).and_then(|n| way.get(n)).and_then(|list| list.node.as_list());
        return Some(value(last.slot, last.member, beside.unwrap_or_default()));
    }
    let above = way.get(way.len().checked_sub(2)?)?;
    let map = above.node.as_map()?;
    if let [_, section, _, overrides, inside @ ..] = way
        && is(section, "resources")
        && is(overrides, "overrides")
    {
        let child = match inside {
            [_] => None,
            [child, _] => child.key.map(|key| key.value.to_string()),
            _ => return None,
        };
        let others = map.entries.iter().map(|e| e.key.value.to_string()).filter(|key| !key.contains(MARK));
        return Some(Part::Override { child, beside: others.collect() });
    }
    let alone = map.entries.len() == 1;
    // The only word where a value belongs: `connectTo:` and a word in the next line.
    if alone && !above.slot.takes_map() {
        if above.slot.takes_list() {
            style.dash = true;
            let item = above.slot.item();
            return Some(match item.takes_map() {
                true => Part::Key(item.members(None)),
                false => value(item, above.member, &[]),
            });
        }
        let beside = way.len().checked_sub(3).and_then(|n| way.get(n)).and_then(|list| list.node.as_list());
        return Some(value(above.slot, above.member, beside.unwrap_or_default()));
    }
    let key = &*last.key?.value;
    let mut present: Vec<&str> = map.entries.iter().map(|e| &*e.key.value).filter(|k| *k != key).collect();
    // A reading may have cut off what follows; the whole text knows it.
    let whole = (!alone).then(|| same_start(open.tree(), above.node.span.start)).flatten();
    let written = key.replace(MARK, "");
    present.extend(whole.into_iter().flat_map(|map| &map.entries).map(|e| &*e.key.value).filter(|k| *k != written));
    let mut members = above.slot.members(Some(map));
    if let Some(whole) = whole.filter(|_| members.len() < above.slot.members(whole).len()) {
        members = above.slot.members(Some(whole));
    }
    members.retain(|member| !present.contains(&member.name));
    Some(Part::Key(members))
}

fn value(slot: Slot, member: Option<Member>, beside: &[Node]) -> Part {
    let texts = beside.iter().filter_map(Node::as_str).filter(|text| !text.contains(MARK));
    Part::Value { slot, member, beside: texts.map(str::to_string).collect() }
}

/// The mapping of a tree that starts at an offset.
fn same_start(node: &Node, start: u32) -> Option<&Map> {
    match &node.value {
        Value::Map(map) if node.span.start == start => Some(map),
        Value::Map(map) => {
            let within = |n: &Node| n.span.start <= start && start <= n.span.end;
            map.entries.iter().filter(|e| within(&e.value)).find_map(|e| same_start(&e.value, start))
        }
        Value::List(items) => {
            items.iter().filter(|n| n.span.start <= start && start <= n.span.end).find_map(|n| same_start(n, start))
        }
        _ => None,
    }
}

/// The way to the word, and whether it is a key.
fn search<'t>(way: &mut Vec<Step<'t>>) -> Option<(Vec<Step<'t>>, bool)> {
    let last = way.last()?;
    if last.node.as_str().is_some_and(|text| text.contains(MARK)) {
        return Some((way.clone(), false));
    }
    for child in last.children() {
        let on_key = child.key.is_some_and(|key| key.value.contains(MARK));
        way.push(child);
        if on_key {
            return Some((way.clone(), true));
        }
        if let Some(found) = search(way) {
            return Some(found);
        }
        way.pop();
    }
    None
}

/// Whether an offset is behind a `#` that starts a comment.
fn in_comment(text: &str, offset: usize) -> bool {
    let line = tolerant::line_at(text, offset);
    let before = text.get(line.start..offset).unwrap_or_default();
    let mut quote = None;
    let mut last = ' ';
    for c in before.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '#' && last.is_whitespace() => return true,
            // A quote inside a word is an apostrophe.
            None if matches!(c, '"' | '\'') && !last.is_alphanumeric() => quote = Some(c),
            None => {}
        }
        last = c;
    }
    false
}

/// How the word was put into the text.
#[derive(Clone, Copy)]
enum Reading {
    /// At the cursor.
    Straight,
    /// Behind a space that is missing after a colon.
    Space,
    /// At another column.
    Column(usize),
}

/// The tree of a YAML text with the word at the cursor.
fn marked_yaml(open: &OpenConfig<'_>, offset: usize) -> Option<(Node, Reading)> {
    let text = open.text();
    let line = tolerant::line_at(text, offset);
    let before = text.get(..offset)?;
    let (head, tail) = (&text[line.start..offset], &text[offset..line.end]);
    let rest = &text[line.end..];
    let word_end =
        tail.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '/'))).unwrap_or(tail.len());
    let word_start = head
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '/')))
        .map_or(0, |n| n + head[n..].chars().next().map_or(1, char::len_utf8));
    let first = head[..word_start].chars().all(|c| matches!(c, ' ' | '-'));
    let colon_follows = tail[word_end..].trim_start().starts_with(':');
    let mut lines: Vec<(String, Reading)> = vec![];
    let straight = |line: String| (line, Reading::Straight);
    if head.ends_with(':') {
        lines.push((format!("{head} {MARK}{tail}"), Reading::Space));
        lines.push((format!("{head} {MARK}"), Reading::Space));
    }
    if first && !colon_follows {
        lines.push(straight(format!("{head}{MARK}{}:{}", &tail[..word_end], &tail[word_end..])));
        if tail.trim().is_empty() && head.trim().is_empty() {
            // Between the levels of indentation, the nearest one is meant.
            let moved = |column| (format!("{}{MARK}:", " ".repeat(column)), Reading::Column(column));
            lines.extend(columns(before, head.len()).map(moved));
        }
        lines.push(straight(format!("{head}{MARK}:")));
    }
    lines.push(straight(format!("{head}{MARK}{tail}")));
    lines.push(straight(format!("{head}{MARK}")));
    for quote in ['\'', '"'] {
        if head.contains(quote) {
            lines.push(straight(format!("{head}{MARK}{quote}")));
        }
    }
    // Brackets that are open in this line.
    let mut open_brackets = String::new();
    for c in head.chars() {
        match c {
            '{' => open_brackets.insert(0, '}'),
            '[' => open_brackets.insert(0, ']'),
            '}' | ']' => open_brackets = open_brackets.chars().skip(1).collect(),
            _ => {}
        }
    }
    if !open_brackets.is_empty() {
        lines.push(straight(format!("{head}{MARK}{open_brackets}")));
        for quote in ['\'', '"'] {
            if head.contains(quote) {
                lines.push(straight(format!("{head}{MARK}{quote}{open_brackets}")));
            }
        }
    }
    let above = &text[..line.start];
    let path = &open.input.config;
    for rest in [rest, "\n"] {
        for (marked, reading) in &lines {
            let Ok(tree) = tolerant::strict(&format!("{above}{marked}{rest}"), path) else { continue };
            match mark(&tree) {
                Some(start) if start as usize >= line.start => return Some((tree, *reading)),
                // Inside a text of several lines there is nothing to complete; a plain one is a key that waits for its colon.
                Some(start) if above.get(start as usize..).unwrap_or_default().starts_with(['|', '>', '"', '\'']) => {
                    return None;
                }
                _ => {}
            }
        }
    }
    // There are mistakes before the cursor, too.
    lines.iter().take(3).find_map(|(marked, reading)| {
        let keep = line.start..line.start + marked.len();
        let tree = tolerant::parse(&format!("{above}{marked}\n"), path, Some(keep)).root;
        mark(&tree).filter(|start| *start as usize >= line.start).map(|_| (tree, *reading))
    })
}

/// Where the key or text that holds the word starts.
fn mark(node: &Node) -> Option<u32> {
    match &node.value {
        Value::Str(text) => text.contains(MARK).then_some(node.span.start),
        Value::Map(map) => map.entries.iter().find_map(|e| match e.key.value.contains(MARK) {
            true => Some(e.key.span.start),
            false => mark(&e.value),
        }),
        Value::List(items) => items.iter().find_map(mark),
        _ => None,
    }
}

/// Columns of keys above the cursor, the nearest to `column` first; none when a key can stand at `column`.
fn columns(before: &str, column: usize) -> impl Iterator<Item = usize> {
    let mut found: Vec<usize> = vec![];
    let mut lowest = usize::MAX;
    for line in before.lines().rev().filter(|line| !line.trim().is_empty()) {
        let at = line.len() - line.trim_start_matches([' ', '-']).len();
        if at < lowest {
            found.push(at);
            lowest = at;
        }
        if lowest == 0 {
            break;
        }
    }
    // At one of them, or deeper than all, the cursor is where it should be.
    if found.contains(&column) || found.iter().all(|at| *at < column) {
        found.clear();
    }
    crate::order::sort_by_key(&mut found, |at| at.abs_diff(column));
    found.truncate(3);
    found.into_iter()
}
