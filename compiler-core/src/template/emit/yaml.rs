//! YAML writer: block style that every YAML 1.1 and 1.2 parser reads as the same values.
//!
//! Text stands plain only when no parser could take it for anything else; text of several lines stands as a literal block when that keeps
//! every character.

use super::Events;
use std::fmt::Write as _;

/// Keys longer than this need the explicit form (`? key`); parsers look no farther for the colon than 1,024 characters.
const LONGEST_KEY: usize = 1000;

#[derive(Default)]
pub(crate) struct Yaml {
    out: String,
    levels: Vec<Level>,
}

struct Level {
    kind: Kind,
    /// Spaces before its keys or dashes.
    indent: usize,
    /// Its first part goes on the current line, behind the dash of the list around it.
    inline: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Map,
    /// `[]` or `{}`, written already.
    Empty,
}

impl Yaml {
    pub(crate) fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    /// Goes to where the next key or dash of the open collection stands.
    fn part(&mut self) {
        let Some(level) = self.levels.last_mut() else { return };
        if std::mem::take(&mut level.inline) {
            return;
        }
        let indent = level.indent;
        self.line(indent);
    }

    /// A comment on a line of its own, before the next key or item.
    pub(crate) fn comment(&mut self, text: &str) {
        self.part();
        self.out.push('#');
        self.out.push_str(text);
    }

    /// A comment behind the value that was written last, unless that has several lines.
    pub(crate) fn comment_behind(&mut self, text: &str) {
        self.out.push_str(" #");
        self.out.push_str(text);
    }

    fn line(&mut self, indent: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Goes to where the next value stands when it fits on the line.
    fn value(&mut self) {
        match self.levels.last().map(|l| l.kind) {
            Some(Kind::List) => {
                self.part();
                self.out.push_str("- ");
            }
            Some(_) => self.out.push(' '),
            None => {}
        }
    }

    fn open(&mut self, kind: Kind, empty: bool) {
        if empty {
            self.value();
            self.out.push_str(if kind == Kind::List { "[]" } else { "{}" });
            return self.levels.push(Level { kind: Kind::Empty, indent: 0, inline: false });
        }
        let (indent, inline) = match self.levels.last() {
            None => (0, false),
            Some(parent) => (parent.indent + 2, parent.kind == Kind::List),
        };
        if inline {
            self.value();
        }
        self.levels.push(Level { kind, indent, inline });
    }

    fn plain(&mut self, text: &str) {
        self.value();
        self.out.push_str(text);
    }
}

impl Events for Yaml {
    fn null(&mut self) {
        self.plain("null");
    }

    fn bool(&mut self, value: bool) {
        self.plain(if value { "true" } else { "false" });
    }

    fn number(&mut self, digits: &str) {
        self.plain(digits);
    }

    fn text(&mut self, value: &str) {
        self.value();
        let indent = self.levels.last().map_or(0, |l| l.indent) + 2;
        if self.levels.is_empty() || !fits_block(value) {
            return scalar(value, &mut self.out);
        }
        self.out.push_str(if value.ends_with('\n') { "|" } else { "|-" });
        for line in value.strip_suffix('\n').unwrap_or(value).split('\n') {
            self.line(if line.is_empty() { 0 } else { indent });
            self.out.push_str(line);
        }
    }

    fn start_list(&mut self, empty: bool) {
        self.open(Kind::List, empty);
    }

    fn end_list(&mut self) {
        self.levels.pop();
    }

    fn start_map(&mut self, empty: bool) {
        self.open(Kind::Map, empty);
    }

    fn key(&mut self, key: &str) {
        self.part();
        if key.len() > LONGEST_KEY {
            self.out.push_str("? ");
            quoted(key, &mut self.out);
            let indent = self.levels.last().map_or(0, |l| l.indent);
            self.line(indent);
        } else {
            scalar(key, &mut self.out);
        }
        self.out.push(':');
    }

    fn end_map(&mut self) {
        self.levels.pop();
    }
}

fn scalar(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { quoted(text, out) }
}

/// Whether text may stand without quotes: it starts with a letter, `/`, `_` or `$`, holds nothing that has a meaning in YAML, and is none of
/// the words that some version of YAML reads as a boolean or null.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = matches!(bytes.first(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'_' | b'$'));
    let ends = !matches!(bytes.last(), Some(b' ' | b':'));
    let plain = |(i, b): (usize, &u8)| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => true,
        b' ' => bytes.get(i + 1) != Some(&b'#'),
        b':' => bytes.get(i + 1) != Some(&b' '),
        b'-' | b'_' | b'.' | b'/' | b'$' | b'@' | b'+' | b'=' | b'*' | b'(' | b')' | b'{' | b'}' | b'~' | b';'
        | b'^' | b'?' | b'!' | b'#' => true,
        _ => false,
    };
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    starts && ends && bytes.iter().enumerate().all(plain) && !WORDS.iter().any(|w| w.eq_ignore_ascii_case(text))
}

/// Whether a literal block keeps the text exactly: several lines, the first not empty or indented, at most one line break at the end, no
/// line of blanks only, nothing that needs an escape.
fn fits_block(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.chars().any(|c| c != '\n' && c != '\t' && needs_escape(c))
        && text.split('\n').all(|line| line.is_empty() || !line.trim_end_matches([' ', '\t']).is_empty())
}

/// Characters that not every parser accepts as they are, or that some take for a line break.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Text in single quotes, or in double quotes when it needs escapes.
fn quoted(text: &str, out: &mut String) {
    if !text.chars().any(needs_escape) {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        return out.push('\'');
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
