//! JSON writer (RFC 8259), pretty as `JSON.stringify(value, null, 2)` or compact.

use super::Events;
use std::fmt::Write as _;

pub(super) struct Json {
    out: String,
    pretty: bool,
    /// Open collections.
    depth: usize,
    /// Whether the next value follows a key.
    after_key: bool,
    /// Whether something stands in the open collection already.
    filled: bool,
    /// Whether the open collection is closed at once, on the same line.
    empty: bool,
}

impl Json {
    pub(super) fn new(pretty: bool) -> Self {
        Self { out: String::new(), pretty, depth: 0, after_key: false, filled: false, empty: false }
    }

    pub(super) fn finish(mut self) -> String {
        if self.pretty {
            self.out.push('\n');
        }
        self.out
    }

    /// Separates the next item or key from what stands before it.
    fn next(&mut self) {
        if self.filled {
            self.out.push(',');
        }
        self.filled = true;
        if self.depth > 0 {
            self.line();
        }
    }

    fn line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    fn value(&mut self) {
        if self.after_key {
            self.after_key = false;
        } else {
            self.next();
        }
    }

    fn open(&mut self, bracket: char, empty: bool) {
        self.value();
        self.out.push(bracket);
        self.depth += 1;
        self.filled = false;
        self.empty = empty;
    }

    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.empty {
            self.line();
        }
        self.out.push(bracket);
        self.filled = true;
        self.empty = false;
    }
}

impl Events for Json {
    fn null(&mut self) {
        self.value();
        self.out.push_str("null");
    }

    fn bool(&mut self, value: bool) {
        self.value();
        self.out.push_str(if value { "true" } else { "false" });
    }

    fn number(&mut self, digits: &str) {
        self.value();
        self.out.push_str(digits);
    }

    fn text(&mut self, value: &str) {
        self.value();
        quote(value, &mut self.out);
    }

    fn start_list(&mut self, empty: bool) {
        self.open('[', empty);
    }

    fn end_list(&mut self) {
        self.close(']');
    }

    fn start_map(&mut self, empty: bool) {
        self.open('{', empty);
    }

    fn key(&mut self, key: &str) {
        self.next();
        quote(key, &mut self.out);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.after_key = true;
    }

    fn end_map(&mut self) {
        self.close('}');
    }
}

/// Text in double quotes, with the escapes that JSON asks for and no others.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
