//! A reader of half-written JSON: forgotten commas, colons, values, quotes and brackets do not stop it.

use super::CONFIG;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, MAX_DEPTH, Map, Node, Value};
use std::sync::Arc;

/// The tree of a text, as good as it can be.
pub fn read(text: &str) -> Node {
    let mut reader = Reader { text, at: 0 };
    reader.value(0).unwrap_or(Node::new(Value::Null, Span::new(CONFIG, 0, 0)))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, also: &[u8]) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace() || also.contains(&b)) {
            self.at += 1;
        }
    }

    /// The value that starts here; `None` at a closing bracket and at the end.
    fn value(&mut self, depth: usize) -> Option<Node> {
        self.skip(b"");
        let start = self.at;
        let value = match self.peek()? {
            b'{' if depth < MAX_DEPTH => self.object(depth + 1),
            b'[' if depth < MAX_DEPTH => self.array(depth + 1),
            b'"' => Value::Str(self.string().into()),
            b'}' | b']' | b',' | b':' => return None,
            _ => self.word(),
        };
        Some(Node::new(value, Span::new(CONFIG, start, self.at)))
    }

    fn object(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut entries = vec![];
        loop {
            self.skip(b",:");
            let start = self.at;
            let key: Arc<str> = match self.peek() {
                None | Some(b']') => break,
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b'"') => self.string().into(),
                // A value without a key.
                Some(b'{' | b'[') => {
                    self.value(depth);
                    continue;
                }
                Some(_) => match self.word() {
                    Value::Str(word) => word,
                    _ => self.text[start..self.at].into(),
                },
            };
            let key = Spanned::new(key, Span::new(CONFIG, start, self.at));
            let value = self.value_of_key(depth);
            entries.push(Entry { key, value });
        }
        Value::Map(Map { entries })
    }

    /// The value behind a key: nothing when the next key follows at once.
    fn value_of_key(&mut self, depth: usize) -> Node {
        let nothing = |at| Node::new(Value::Null, Span::new(CONFIG, at, at));
        let end = self.at;
        self.skip(b"");
        if self.peek() != Some(b':') {
            self.at = end;
            return nothing(end);
        }
        self.at += 1;
        let behind = self.at;
        self.skip(b"");
        if self.peek() == Some(b'"') && self.text[behind..self.at].contains('\n') {
            let start = self.at;
            self.string();
            self.skip(b"");
            let is_key = self.peek() == Some(b':');
            self.at = start;
            if is_key {
                return nothing(behind);
            }
        }
        self.value(depth).unwrap_or_else(|| nothing(behind))
    }

    fn array(&mut self, depth: usize) -> Value {
        self.at += 1;
        let mut items = vec![];
        loop {
            self.skip(b",:");
            match self.peek() {
                None | Some(b'}') => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(_) => match self.value(depth) {
                    Some(item) => items.push(item),
                    None => break,
                },
            }
        }
        Value::List(items)
    }

    /// Text in quotes; ends with its line at the latest.
    fn string(&mut self) -> String {
        self.at += 1;
        let mut out = String::new();
        let mut chars = self.text[self.at..].char_indices();
        let start = self.at;
        self.at = self.text.len();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + offset + 1;
                    break;
                }
                '\n' => {
                    self.at = start + offset;
                    break;
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c)) => out.push(c),
                    None => {}
                },
                c => out.push(c),
            }
        }
        out
    }

    /// A number, `true`, `false`, `null`, or text without quotes.
    fn word(&mut self) -> Value {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| c.is_whitespace() || "{}[],:\"".contains(c)).unwrap_or(rest.len());
        // A bracket below the deepest level is skipped as a word of one character.
        let end = if end == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { end };
        self.at += end;
        match &rest[..end] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => match (word.parse::<i64>(), word.parse::<f64>()) {
                (Ok(n), _) => Value::Int(n),
                (_, Ok(n)) if n.is_finite() => Value::Float(n),
                _ => Value::Str(word.into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Map(map) => {
                let all: Vec<String> =
                    map.entries.iter().map(|e| format!("{}:{}", e.key.value, shown(&e.value))).collect();
                format!("{{{}}}", all.join(" "))
            }
            Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Value::Null => String::new(),
            _ => node.excerpt(),
        }
    }

    #[test]
    fn mistakes_do_not_stop_it() {
        for (text, tree) in [
            (r#"{"a": 1 "b": [1 2]}"#, "{a:1 b:[1 2]}"),
            (r#"{"a": {"b": "#, "{a:{b:}}"),
            ("{\"a\":\n\"b\": 2}", "{a: b:2}"),
            (r#"{"a": "open"#, "{a:\"open\"}"),
            (r#"{"a", b: tr, {"x": 1}, "c": true"#, "{a: b:\"tr\" c:true}"),
            ("{\"a\": [1, 2}, \"b\": 3}", "{a:[1 2]}"),
            ("", ""),
            ("]", ""),
        ] {
            assert_eq!(shown(&read(text)), tree, "{text}");
        }
        read(&"[".repeat(10_000));
    }
}
