//! JSON text to the tree. The YAML parser would take it too, but would also take most broken JSON for something else: a forgotten comma
//! becomes part of a text. So `.json` files get a strict parser (RFC 8259) that says exactly what is missing where.

use super::mapping::MapBuilder;
use super::texts::Texts;
use super::{MAX_DEPTH, MAX_NODES, Node, Stop, Value, explain, scalar};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::{FileId, Span, Spanned};

/// Parses JSON. Duplicate keys go to the sink; what ends parsing comes back.
pub(super) fn parse(text: &str, file: FileId, sink: &mut Sink) -> Result<Node, Stop> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parser = Parser { text, file, sink, at: start, nodes: 0, texts: Texts::default() };
    parser.skip_space();
    if parser.at == text.len() {
        return Ok(Node::new(Value::Null, Span::new(file, 0, 0)));
    }
    let node = parser.value(0)?;
    parser.skip_space();
    if parser.at < text.len() {
        return parser.fail(
            parser.at,
            "text follows the end of the config",
            "remove it, or look for a bracket too many before it",
        );
    }
    Ok(node)
}

struct Parser<'a> {
    text: &'a str,
    file: FileId,
    sink: &'a mut Sink,
    at: usize,
    nodes: usize,
    texts: Texts,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    /// Reports the mistake at `at`, unless a commoner one explains it better.
    fn fail<T>(&mut self, at: usize, message: &str, hint: &str) -> Result<T, Stop> {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = rest.chars().next().map_or(at, |c| at + c.len_utf8());
        let (message, hint) = if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
            ("JSON has no comments", "remove the comment, or write the config as YAML (`stacktape.yml`)")
        } else if rest.starts_with('\'') {
            ("JSON text stands in double quotes", "write `\"` instead of `'`")
        } else {
            (message, hint)
        };
        let span = Span::new(self.file, at, end);
        Err(Box::new(Diagnostic::error(Code::SYNTAX, span, format!("not valid JSON: {message}")).hint(hint)))
    }

    fn value(&mut self, level: usize) -> Result<Node, Stop> {
        self.skip_space();
        let start = self.at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Box::new(explain::too_many(Span::new(self.file, start, start))));
        }
        let value = match self.peek() {
            Some(b'{' | b'[') if level == MAX_DEPTH => {
                return Err(Box::new(explain::too_deep(Span::new(self.file, start, start + 1))));
            }
            Some(b'{') => self.object(level + 1)?,
            Some(b'[') => self.array(level + 1)?,
            Some(b'"') => {
                let text = self.string()?;
                Value::Str(self.texts.get(&text))
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') => self.word()?,
            None => {
                return self.fail(
                    start,
                    "the text ends where a value is expected",
                    "check that nothing was cut off at the end",
                );
            }
            _ => {
                return self.fail(
                    start,
                    "a value is expected here",
                    "write text in double quotes, a number, `true`, `false`, `null`, `[…]` or `{…}`",
                );
            }
        };
        Ok(Node::new(value, self.span(start)))
    }

    fn object(&mut self, level: usize) -> Result<Value, Stop> {
        let open = self.at;
        self.at += 1;
        let mut map = MapBuilder::default();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(map.finish()));
        }
        loop {
            self.skip_space();
            let start = self.at;
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => return self.trailing_comma(open),
                None => return self.unclosed(open, '{'),
                _ => return self.fail(start, "a key in double quotes is expected here", "write `\"key\": value`"),
            }
            let key = self.string()?;
            let key = Spanned::new(self.texts.get(&key), self.span(start));
            self.skip_space();
            if self.peek() != Some(b':') {
                return self.fail(self.at, "a colon (`:`) is expected after the key", "write `\"key\": value`");
            }
            self.at += 1;
            let value = self.value(level)?;
            map.insert(key, value, self.sink);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                None => return self.unclosed(open, '{'),
                Some(b']') => return self.fail(self.at, "`]` closes a mapping that `{` opened", "close it with `}`"),
                _ => return self.fail(self.at, "a comma or `}` is expected here", "separate the entries with `,`"),
            }
        }
        self.at += 1;
        Ok(Value::Map(map.finish()))
    }

    fn array(&mut self, level: usize) -> Result<Value, Stop> {
        let open = self.at;
        self.at += 1;
        let mut items = vec![];
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => return self.trailing_comma(open),
                None => return self.unclosed(open, '['),
                _ => items.push(self.value(level)?),
            }
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                None => return self.unclosed(open, '['),
                Some(b'}') => return self.fail(self.at, "`}` closes a list that `[` opened", "close it with `]`"),
                _ => return self.fail(self.at, "a comma or `]` is expected here", "separate the items with `,`"),
            }
        }
        self.at += 1;
        Ok(Value::List(items))
    }

    fn trailing_comma<T>(&mut self, open: usize) -> Result<T, Stop> {
        let comma = self.text[open..self.at].rfind(',').map_or(self.at, |n| open + n);
        self.fail(comma, "a comma stands before the closing bracket", "remove this comma")
    }

    fn unclosed<T>(&mut self, open: usize, bracket: char) -> Result<T, Stop> {
        let close = if bracket == '[' { ']' } else { '}' };
        self.fail(open, &format!("`{bracket}` is never closed"), &format!("add the closing `{close}`"))
    }

    /// Text in double quotes; `at` stands on the opening quote.
    fn string(&mut self) -> Result<String, Stop> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(b'\n' | b'\r') | None => {
                    return self.fail(
                        open,
                        "the quote that opens here is not closed on its line",
                        "close it; a line break in text is written `\\n`",
                    );
                }
                Some(_) => {
                    return self.fail(
                        self.at,
                        "a control character inside text",
                        "write it as an escape: a tab is `\\t`",
                    );
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        let c = match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return self.fail(start, "this is no escape sequence", "write `\\\\` for a backslash"),
        };
        self.at += 2;
        Ok(c)
    }

    /// `\uXXXX`, or two of them for one character beyond U+FFFF.
    fn unicode(&mut self, start: usize) -> Result<char, Stop> {
        let digits = |at: usize| {
            let hex = self.text.get(at..at + 4).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))?;
            u32::from_str_radix(hex, 16).ok()
        };
        let unit = digits(start + 2);
        let low = || if self.text[start + 6..].starts_with("\\u") { digits(start + 8) } else { None };
        let (c, length) = match unit {
            Some(high @ 0xD800..=0xDBFF) => match low() {
                Some(low @ 0xDC00..=0xDFFF) => (char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12),
                _ => (None, 0),
            },
            Some(unit) => (char::from_u32(unit), 6),
            None => (None, 0),
        };
        match c {
            Some(c) => {
                self.at = start + length;
                Ok(c)
            }
            None => self.fail(
                start,
                "this is no character",
                "`\\u` takes four hexadecimal digits; beyond U+FFFF two such pairs",
            ),
        }
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        let bare_point =
            digits.starts_with('.') || digits.ends_with('.') || digits.contains(".e") || digits.contains(".E");
        match scalar::number(text) {
            Some(value) if !leading_zero && !bare_point => Ok(value),
            _ => self.fail(start, "this is no number", "if it is text, put it in double quotes"),
        }
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        while matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$')) {
            self.at += 1;
        }
        match &self.text[start..self.at] {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            _ => self.fail(
                start,
                "text stands without quotes",
                "put it in double quotes; `true`, `false` and `null` are lower case",
            ),
        }
    }
}
