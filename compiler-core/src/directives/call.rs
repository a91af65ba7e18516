//! The text of a directive: `$Name(arg, 'arg', 5, true, $Nested('x').path).path.to.prop`.
//!
//! A text is a directive only as a whole: it starts with `$Name(`, has a `)`, and after the last `)` it ends or goes on as a path. Everything else
//! is literal text. Each part knows its place inside the scalar, so that an error points at the argument and not at the line.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Sources, Span, Spanned};
use std::ops::Range;

/// How deep calls may stand in each other's arguments.
const MAX_NESTING: usize = 16;

/// One parsed call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// Name without the `$`; its place includes the `$`.
    pub name: Spanned<Box<str>>,
    /// The call without its path, as written, for messages.
    pub head: Box<str>,
    /// The arguments.
    pub args: Vec<Arg>,
    /// The path behind the call, without dots.
    pub path: Vec<Segment>,
    /// Place of the whole call with its path.
    pub span: Span,
}

/// One segment of a path.
pub(crate) type Segment = Spanned<Box<str>>;

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arg {
    /// The value.
    pub value: ArgValue,
    /// Its place, with its quotes.
    pub span: Span,
}

/// What an argument holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ArgValue {
    /// Quoted text or a bare word.
    Text(Box<str>),
    /// A bare whole number.
    Int(i64),
    /// Any other bare number.
    Float(f64),
    /// Bare `true` or `false`.
    Bool(bool),
    /// Another directive.
    Call(Call),
}

/// Whether a text is a directive by its shape; it may still be malformed inside.
pub(crate) fn is_directive(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('$') else { return false };
    if name_length(rest).is_none_or(|n| rest.as_bytes().get(n) != Some(&b'(')) {
        return false;
    }
    match text.rsplit_once(')') {
        Some((_, "")) => true,
        Some((_, tail)) => tail.strip_prefix('.').is_some_and(|path| path.split('.').all(is_segment)),
        None => false,
    }
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "(),'\"".contains(c))
}

/// Length of the name at the start of a text, when there is one.
fn name_length(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    (end > 0 && !text.starts_with(|c: char| c.is_ascii_digit())).then_some(end)
}

/// Says where a part of a scalar's text stands in its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator {
    scalar: Span,
    /// Offset of the text's first byte in the file; `None` when the file does not hold the text as it is (escapes, folded lines).
    start: Option<usize>,
}

impl Locator {
    /// Finds the text of a scalar in its source.
    pub fn new(sources: &Sources, scalar: Span, text: &str) -> Self {
        let (start, end) = (scalar.start as usize, scalar.end as usize);
        let within = sources.text(scalar.file).get(start..end).and_then(|written| written.find(text));
        Self { scalar, start: within.map(|offset| start + offset) }
    }

    /// The place of a part, or of the whole scalar when the part cannot be told.
    pub fn span(&self, part: Range<usize>) -> Span {
        match self.start {
            Some(start) => Span::new(self.scalar.file, start + part.start, start + part.end),
            None => self.scalar,
        }
    }
}

/// Parses a text for which [`is_directive`] holds.
pub(crate) fn parse(text: &str, place: Locator) -> Result<Call, Box<Diagnostic>> {
    let mut parser = Parser { text, at: 0, place };
    let call = parser.call(0)?;
    let rest = text[parser.at..].trim_end();
    if !rest.is_empty() {
        return Err(Box::new(
            Diagnostic::error(
                Code::BAD_DIRECTIVE,
                place.span(parser.at..parser.at + rest.len()),
                format!("a directive must be the whole value, but `{rest}` follows `{}`", call.head),
            )
            .hint("put texts and values together with `$Format('{}…{}', …)`, or with `$CfFormat` when a value is known only at deploy time"),
        ));
    }
    Ok(call)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    place: Locator,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn error(&self, part: Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(Code::BAD_DIRECTIVE, self.place.span(part), message))
    }

    /// The call that starts here; the caller has seen its `$Name(`.
    fn call(&mut self, depth: usize) -> Result<Call, Box<Diagnostic>> {
        let start = self.at;
        self.at += 1 + name_length(&self.text[start + 1..]).unwrap_or_default();
        let name = Spanned::new(Box::from(&self.text[start + 1..self.at]), self.place.span(start..self.at));
        if depth > MAX_NESTING {
            return Err(Box::new(
                Diagnostic::error(
                    Code::TOO_LARGE,
                    name.span,
                    format!("directives stand in each other more than {MAX_NESTING} deep"),
                )
                .hint("name an inner part in `variables` and read it with `$Var().name`"),
            ));
        }
        self.at += 1;
        let mut args = vec![];
        self.skip_space();
        if self.peek() == Some(')') {
            self.at += 1;
        } else {
            loop {
                self.skip_space();
                args.push(self.arg(depth)?);
                self.skip_space();
                let after = self.at;
                match self.peek() {
                    Some(c) => {
                        self.at += c.len_utf8();
                        match c {
                            ',' => {}
                            ')' => break,
                            _ => {
                                let message =
                                    format!("a comma or `)` should follow this argument of `${}`, not `{c}`", *name);
                                return Err(Box::new(
                                    self.error(after..self.at, message)
                                        .hint("put text with parentheses or quotes in it into quotes"),
                                ));
                            }
                        }
                    }
                    None => {
                        let message = format!("the closing parenthesis of `${}(` is missing", *name);
                        return Err(Box::new(
                            self.error(start..self.at, message).hint("add `)` behind the last argument"),
                        ));
                    }
                }
            }
        }
        let head = Box::from(&self.text[start..self.at]);
        let mut path = vec![];
        while self.rest().starts_with('.') {
            let from = self.at + 1;
            let length = self.text[from..]
                .find(|c: char| c.is_whitespace() || ".(),'\"".contains(c))
                .unwrap_or(self.text.len() - from);
            if length == 0 {
                let missing = self.error(self.at..from, "the name of a property is missing after this dot");
                return Err(Box::new(missing.hint("write the name, or remove the dot")));
            }
            self.at = from + length;
            path.push(Spanned::new(Box::from(&self.text[from..self.at]), self.place.span(from..self.at)));
        }
        Ok(Call { name, head, args, path, span: self.place.span(start..self.at) })
    }

    fn arg(&mut self, depth: usize) -> Result<Arg, Box<Diagnostic>> {
        let start = self.at;
        let value = match self.peek() {
            Some(quote @ ('\'' | '"')) => ArgValue::Text(self.quoted(quote)?),
            Some('$') if name_length(&self.rest()[1..]).is_some_and(|n| self.rest()[1 + n..].starts_with('(')) => {
                ArgValue::Call(self.call(depth + 1)?)
            }
            _ => {
                let length = self.rest().find([',', '(', ')', '\'', '"']).unwrap_or(self.rest().len());
                let word = self.rest()[..length].trim_end();
                if word.is_empty() {
                    let missing = self.error(start..(start + 1).min(self.text.len()), "an argument is missing here");
                    return Err(Box::new(missing.hint("write the argument, or remove the comma")));
                }
                self.at += word.len();
                bare(word)
            }
        };
        Ok(Arg { value, span: self.place.span(start..self.at) })
    }

    /// Text in quotes; a backslash before the quote character makes it part of the text.
    fn quoted(&mut self, quote: char) -> Result<Box<str>, Box<Diagnostic>> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = chars.next() {
            if c == quote {
                self.at = start + offset + 1;
                return Ok(text.into());
            }
            if c == '\\' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                text.push(quote);
            } else {
                text.push(c);
            }
        }
        Err(Box::new(
            self.error(start..self.text.len(), format!("the quote {quote} is not closed"))
                .hint(format!("add {quote} at the end of the argument")),
        ))
    }
}

/// A word without quotes: `true`, `false`, a number in plain notation, else text (`007` and `1.2.3` are text).
fn bare(word: &str) -> ArgValue {
    match word {
        "true" => return ArgValue::Bool(true),
        "false" => return ArgValue::Bool(false),
        _ => {}
    }
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if all_digits(whole) && (whole == "0" || !whole.starts_with('0')) {
        match fraction {
            None => {
                if let Ok(n) = word.parse() {
                    return ArgValue::Int(n);
                }
            }
            Some(f) if all_digits(f) => {
                if let Ok(n) = word.parse() {
                    return ArgValue::Float(n);
                }
            }
            Some(_) => {}
        }
    }
    ArgValue::Text(word.into())
}
