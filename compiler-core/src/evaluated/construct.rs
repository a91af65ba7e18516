//! Finds the construct that was made at a place: `new LambdaFunction({ … })` around or behind the position that an engine reports.
//!
//! Engines disagree about which character of a call is its place (the word `new`, the name, the bracket), so anything on it will do.

use super::literal::{close, is_word, skip_space, string, word_end};
use std::ops::Range;

/// A call that makes a part of a config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Construct {
    /// `new LambdaFunction`, or the name of the function that was called.
    pub head: Range<usize>,
    /// The whole call.
    pub whole: Range<usize>,
    /// The bracket before the arguments.
    pub open: usize,
    /// The `{` of the argument with its properties.
    pub literal: Option<usize>,
}

/// How far before its position a call may start.
const REACH: usize = 200;

/// The construct whose call stands at `at`: on `new`, on a part of the name, or on the bracket.
pub(super) fn around(text: &str, at: usize) -> Option<Construct> {
    let at = floor(text, at.min(text.len()));
    let mut start = at;
    loop {
        let starts_word = !text[..start].chars().next_back().is_some_and(is_word);
        if starts_word && text[start..].starts_with("new") && word_end(text, start) == start + 3 {
            return read(text, start).filter(|made| at <= made.open);
        }
        // Only what may stand inside `new name.of.Class<Type>(`.
        let before = text[..start].chars().next_back();
        let inside = |c: &char| is_word(*c) || c.is_whitespace() || matches!(c, '.' | '<' | '>' | ',');
        match before.filter(inside) {
            Some(c) if at - start < REACH => start -= c.len_utf8(),
            _ => break,
        }
    }
    // A plain function.
    let name = text[..at].trim_end_matches(|c| is_word(c) || c == '.').len();
    read(text, name)
}

/// The construct that starts exactly at `at`, as `new Class(…)` or `call(…)`.
pub(super) fn read(text: &str, at: usize) -> Option<Construct> {
    let mut end = word_end(text, at);
    if end == at {
        return None;
    }
    let mut name = at;
    if &text[at..end] == "new" {
        name = skip_space(text, end);
        end = word_end(text, name);
    }
    while text[end..].starts_with('.') && word_end(text, end + 1) > end + 1 {
        end = word_end(text, end + 1);
    }
    if end == name {
        return None;
    }
    let head = at..end;
    let mut open = skip_space(text, end);
    if text[open..].starts_with('<') {
        open = skip_space(text, types_end(text, open));
    }
    if !text[open..].starts_with('(') {
        return None;
    }
    let whole = at..close(text, open);
    let mut argument = skip_space(text, open + 1);
    // The older form names the resource first.
    if let Some((_, after)) = string(text, argument) {
        let comma = skip_space(text, after);
        if text[comma..].starts_with(',') {
            argument = skip_space(text, comma + 1);
        }
    }
    let literal = text[argument..].starts_with('{').then_some(argument);
    Some(Construct { head, whole, open, literal })
}

/// One past the type arguments that open at `at`.
fn types_end(text: &str, at: usize) -> usize {
    let mut depth = 0usize;
    for (offset, c) in text[at..].char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + offset + 1;
        }
    }
    text.len()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
