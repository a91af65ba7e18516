//! INI and .env text as a tree with places. Both formats know no errors: what is no assignment is skipped or means `true`, as their common readers do.

use crate::source::{FileId, Span, Spanned};
use crate::syntax::{Entry, Map, Node, Value};
use std::sync::Arc;

/// The lines of a text with the offset of each, without line ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// A trimmed part of a file, with its place.
#[derive(Clone, Copy)]
struct Part<'t> {
    text: &'t str,
    start: usize,
    file: FileId,
}

impl<'t> Part<'t> {
    fn new(text: &'t str, start: usize, file: FileId) -> Self {
        let trimmed = text.trim_start();
        Self { text: trimmed.trim_end(), start: start + text.len() - trimmed.len(), file }
    }

    fn span(&self) -> Span {
        Span::new(self.file, self.start, self.start + self.text.len())
    }

    fn split(&self, separator: char) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        Some((
            Self::new(&self.text[..at], self.start, self.file),
            Self::new(&self.text[at + 1..], self.start + at + 1, self.file),
        ))
    }

    fn key(&self) -> Spanned<Arc<str>> {
        Spanned::new(Arc::from(unquote(self.text)), self.span())
    }
}

fn unquote(text: &str) -> &str {
    let inner = |q: char| text.strip_prefix(q).and_then(|t| t.strip_suffix(q));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// Sets a key; the last assignment wins and keeps the first one's position.
fn set(map: &mut Map, key: Spanned<Arc<str>>, value: Node) {
    match map.entries.iter_mut().find(|e| e.key.value == key.value) {
        Some(entry) => *entry = Entry { key, value },
        None => map.entries.push(Entry { key, value }),
    }
}

fn tree(map: Map, text: &str, file: FileId) -> Node {
    let value = if map.entries.is_empty() { Value::Null } else { Value::Map(map) };
    Node::new(value, Span::new(file, 0, text.len()))
}

/// INI: `key = value`, `[section]`, `[section.part]`, `key[] = item`, comments after `;` or `#`. `true`, `false` and `null` are values, everything
/// else is text. A file without any assignment gives null.
pub(super) fn ini(text: &str, file: FileId) -> Node {
    let mut root = Map::default();
    let mut section: Vec<Spanned<Arc<str>>> = vec![];
    for (start, line) in lines(text) {
        let line = Part::new(
            line.trim_start_matches('\u{feff}'),
            start + line.len() - line.trim_start_matches('\u{feff}').len(),
            file,
        );
        if line.text.is_empty() || line.text.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            section.clear();
            let mut rest = Some(Part::new(name, line.start + 1, file));
            while let Some(part) = rest {
                let (first, further) = part.split('.').map_or((part, None), |(a, b)| (a, Some(b)));
                section.push(first.key());
                rest = further;
            }
            continue;
        }
        let (key, value) = match line.split('=') {
            Some((key, value)) => (key, ini_value(value)),
            None => (line, Node::new(Value::Bool(true), line.span())),
        };
        assign(&mut root, &section, key, value);
    }
    tree(root, text, file)
}

/// Sets a key in the section of a path of names; `key[]` adds to a list.
fn assign(map: &mut Map, section: &[Spanned<Arc<str>>], key: Part<'_>, value: Node) {
    if let [first, rest @ ..] = section {
        if let Some(Value::Map(inner)) = existing(map, first) {
            return assign(inner, rest, key, value);
        }
        let mut inner = Map::default();
        assign(&mut inner, rest, key, value);
        return set(map, first.clone(), Node::new(Value::Map(inner), first.span));
    }
    let Some(list) = key.text.strip_suffix("[]") else { return set(map, key.key(), value) };
    let key = Part { text: list.trim_end(), ..key }.key();
    if let Some(Value::List(items)) = existing(map, &key) {
        return items.push(value);
    }
    let span = value.span;
    set(map, key, Node::new(Value::List(vec![value]), span));
}

fn existing<'m>(map: &'m mut Map, key: &str) -> Option<&'m mut Value> {
    map.entries.iter_mut().find(|e| &*e.key.value == key).map(|e| &mut e.value.value)
}

fn ini_value(part: Part<'_>) -> Node {
    let plain = unquote(part.text);
    let value = match plain {
        _ if plain.len() < part.text.len() => Value::Str(plain.into()),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => {
            let comment = plain.find([';', '#']).filter(|at| !plain[..*at].ends_with('\\'));
            Value::Str(
                plain[..comment.unwrap_or(plain.len())].trim_end().replace("\\;", ";").replace("\\#", "#").into(),
            )
        }
    };
    Node::new(value, part.span())
}

/// .env: `KEY=value`, `export KEY=value`, comments after `#`, values in `'`, `"` or `` ` `` that may span lines; `\n` and `\r` in double quotes
/// are line ends. All values are text. A file without any assignment gives null.
pub(super) fn dot_env(text: &str, file: FileId) -> Node {
    let mut map = Map::default();
    let mut resume = 0;
    for (start, line) in lines(text) {
        if start < resume {
            continue;
        }
        let bare = line.trim_start_matches('\u{feff}');
        let mut line = Part::new(bare, start + line.len() - bare.len(), file);
        if let Some(rest) = line.text.strip_prefix("export ") {
            line = Part::new(rest, line.start + "export ".len(), file);
        }
        if line.text.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split('=') else { continue };
        let valid = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if key.text.is_empty() || !key.text.chars().all(valid) {
            continue;
        }
        let quoted = value.text.chars().next().filter(|c| ['\'', '"', '`'].contains(c)).and_then(|quote| {
            let from = value.start + 1;
            let end = closing(&text[from..], quote)?;
            Some((quote, &text[from..from + end], from + end + 1))
        });
        let node = match quoted {
            Some((quote, inner, end)) => {
                resume = end;
                let inner = inner.replace("\r\n", "\n");
                let inner = if quote == '"' { inner.replace("\\n", "\n").replace("\\r", "\r") } else { inner };
                Node::text(&inner, Span::new(file, value.start, end))
            }
            None => {
                let plain = Part::new(value.text.split('#').next().unwrap_or_default(), value.start, file);
                Node::text(plain.text, plain.span())
            }
        };
        set(&mut map, key.key(), node);
    }
    tree(map, text, file)
}

/// Offset of the quote that closes a value; one after a backslash does not.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == quote && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}
