//! Reads JavaScript text as far as literals go: which properties an object literal has and where their values stand.
//!
//! Tolerant: text that is no literal gives nothing rather than an error, because the program was run already and only places are wanted.

use std::ops::Range;

/// A property of an object literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name.
    pub name: String,
    /// Where the name stands, without quotes.
    pub key: Range<usize>,
    /// Where the value stands; the name for a shorthand, the parameters and body for a method.
    pub value: Range<usize>,
}

/// The properties of the object literal whose `{` stands at `open`. Computed names and spreads are left out.
pub(super) fn properties(text: &str, open: usize) -> Vec<Property> {
    let mut found = vec![];
    let mut at = skip_space(text, open + 1);
    while at < text.len() && !text[at..].starts_with('}') {
        let end = part_end(text, at);
        found.extend(property(text, at, end));
        if !text[end..].starts_with(',') {
            break;
        }
        at = skip_space(text, end + 1);
    }
    found
}

/// The items of the array literal whose `[` stands at `open`, up to the first spread: behind it, positions are not those of the value.
pub(super) fn items(text: &str, open: usize) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut at = skip_space(text, open + 1);
    while at < text.len() && !text[at..].starts_with(']') && !text[at..].starts_with("...") {
        let end = part_end(text, at);
        found.push(trimmed(text, at..end));
        if !text[end..].starts_with(',') {
            break;
        }
        at = skip_space(text, end + 1);
    }
    found
}

/// One past the bracket that closes the one at `open`; the end of the text when nothing closes it.
pub(super) fn close(text: &str, open: usize) -> usize {
    let inside = matching(text, open + 1);
    (inside + 1).min(text.len())
}

/// The next byte that is neither space nor comment.
pub(super) fn skip_space(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        match comment_end(text, at) {
            Some(end) => at = end,
            None => return at,
        }
    }
}

/// One past the identifier at `at`; `at` itself when there is none.
pub(super) fn word_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
}

pub(super) fn is_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

/// The text between the quotes of the string literal at `at`, and one past it. Escapes stay as they are.
pub(super) fn string(text: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let quote = text[at..].chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let end = token_end(text, at, false);
    let inner = if end > at + 1 && text[..end].ends_with(quote) { at + 1..end - 1 } else { at + 1..end };
    Some((inner, end))
}

fn property(text: &str, start: usize, end: usize) -> Option<Property> {
    let mut at = start;
    for modifier in ["async", "get", "set"] {
        let after = skip_space(text, at + modifier.len().min(text.len() - at));
        let next = text[after..].chars().next();
        if word_end(text, at) - at == modifier.len() && text[at..].starts_with(modifier) && next.is_some_and(is_word) {
            at = after;
        }
    }
    let (key, after) = match string(text, at) {
        Some((inner, after)) => (inner, after),
        None => (at..word_end(text, at), word_end(text, at)),
    };
    if key.is_empty() {
        return None;
    }
    let name = text[key.clone()].to_string();
    let after = skip_space(text, after);
    let value = match text[after..].chars().next() {
        Some(':') if after < end => trimmed(text, skip_space(text, after + 1).min(end)..end),
        Some('(' | '<') if after < end => trimmed(text, after..end),
        _ if after >= end => key.clone(),
        _ => return None,
    };
    Some(Property { name, key, value })
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let kept = text[range.clone()].trim_end().len();
    range.start..range.start + kept
}

/// Where the part that starts at `at` ends: at the comma or the closing bracket of what it stands in.
fn part_end(text: &str, at: usize) -> usize {
    scan(text, at, true)
}

/// Where the bracket stands that closes the one before `at`.
fn matching(text: &str, at: usize) -> usize {
    scan(text, at, false)
}

fn scan(text: &str, mut at: usize, until_comma: bool) -> usize {
    let mut depth = 0usize;
    // Whether a value may start here: a slash is a division behind one, else a regular expression.
    let mut value_next = true;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => return at,
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 && until_comma => return at,
            _ => {}
        }
        let end = token_end(text, at, value_next);
        if !byte.is_ascii_whitespace() && comment_end(text, at).is_none() {
            let word = &text[at..end];
            value_next = match byte {
                b')' | b']' | b'}' | b'\'' | b'"' | b'`' => false,
                _ if word.starts_with(is_word) => matches!(word, "return" | "typeof" | "await" | "case" | "in" | "of"),
                b'/' if end > at + 1 => false,
                _ => true,
            };
        }
        at = end;
    }
    text.len()
}

/// One past the token at `at`: text in quotes, a template with what stands in it, a comment, a regular expression, a word, or one character.
fn token_end(text: &str, at: usize, value_next: bool) -> usize {
    if let Some(end) = comment_end(text, at) {
        return end;
    }
    let Some(first) = text[at..].chars().next() else { return at };
    match first {
        '\'' | '"' => quoted_end(text, at, first),
        '`' => template_end(text, at),
        '/' if value_next => regex_end(text, at),
        c if is_word(c) => word_end(text, at),
        c => at + c.len_utf8(),
    }
}

fn comment_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    let inside = rest.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(text.len(), |end| at + end + 4))
}

fn quoted_end(text: &str, at: usize, quote: char) -> usize {
    let mut chars = text[at + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            // A line ends a string: what was left open there is not the author's, the program has run.
            '\n' => return at + 1 + offset,
            c if c == quote => return at + 1 + offset + 1,
            _ => {}
        }
    }
    text.len()
}

fn template_end(text: &str, at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => return at + 1,
            b'$' if text.as_bytes().get(at + 1) == Some(&b'{') => {
                at = close(text, at + 1);
                continue;
            }
            _ => {}
        }
        at += 1;
        while at < text.len() && !text.is_char_boundary(at) {
            at += 1;
        }
    }
    text.len()
}

fn regex_end(text: &str, at: usize) -> usize {
    let mut class = false;
    let mut chars = text[at + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => class = true,
            ']' => class = false,
            '\n' => return at + 1,
            '/' if !class => return word_end(text, at + 1 + offset + 1),
            _ => {}
        }
    }
    at + 1
}
