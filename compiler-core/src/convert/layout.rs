//! JavaScript as a small tree, and its layout: what fits on a line stands on one line, everything else is broken up with its comments.

/// Longest line that is not broken up.
const WIDTH: usize = 110;

/// An expression.
#[derive(Clone, Debug)]
pub(super) enum Js {
    /// Text that is never broken up by us: a literal, a name, a call of a directive.
    Atom(String),
    /// `{ … }`.
    Object(Vec<Part>),
    /// `[ … ]`.
    Array(Vec<Part>),
    /// `new Class(…)`.
    New(&'static str, Option<Box<Js>>),
}

/// A property or an item, with the comments that belong to it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Comments on the lines before it, without their marks.
    pub before: Vec<String>,
    /// The key as it is written; none for items, and for properties whose value has the same name.
    pub key: Option<String>,
    /// The value.
    pub value: Js,
    /// A comment behind it.
    pub behind: Option<String>,
}

impl Part {
    /// A part without comments.
    pub fn plain(key: Option<String>, value: Js) -> Self {
        Self { before: vec![], key, value, behind: None }
    }
}

/// The text of an expression whose first line starts behind `used` characters and whose other lines are indented by `indent` levels.
pub(super) fn print(js: &Js, indent: usize, used: usize) -> String {
    let mut out = String::new();
    write(js, indent, used, &mut out);
    out
}

/// Comments as lines of their own.
pub(super) fn comment_lines(comments: &[String], indent: usize, out: &mut String) {
    for comment in comments {
        out.push_str(&pad(indent));
        out.push_str(&format!("//{comment}"));
        out.push('\n');
    }
}

pub(super) fn pad(indent: usize) -> String {
    "  ".repeat(indent)
}

fn write(js: &Js, indent: usize, used: usize, out: &mut String) {
    let mut line = String::new();
    if flat(js, WIDTH.saturating_sub(used), &mut line) {
        out.push_str(&line);
        return;
    }
    match js {
        Js::Atom(text) => out.push_str(text),
        Js::Object(parts) => broken('{', parts, '}', indent, out),
        Js::Array(parts) => broken('[', parts, ']', indent, out),
        Js::New(class, None) => out.push_str(&format!("new {class}()")),
        Js::New(class, Some(argument)) => {
            out.push_str(&format!("new {class}("));
            // The argument does not fit on the line, or this would have.
            match &**argument {
                Js::Object(parts) => broken('{', parts, '}', indent, out),
                other => write(other, indent, used, out),
            }
            out.push(')');
        }
    }
}

fn broken(open: char, parts: &[Part], close: char, indent: usize, out: &mut String) {
    out.push(open);
    out.push('\n');
    for part in parts {
        comment_lines(&part.before, indent + 1, out);
        out.push_str(&pad(indent + 1));
        let key = part.key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
        out.push_str(&key);
        write(&part.value, indent + 1, 2 * (indent + 1) + key.len(), out);
        out.push(',');
        if let Some(comment) = &part.behind {
            out.push_str(&format!(" //{comment}"));
        }
        out.push('\n');
    }
    out.push_str(&pad(indent));
    out.push(close);
}

/// Writes on one line; false when that needs more than `room` or there are comments. What was written is then of no use.
fn flat(js: &Js, room: usize, out: &mut String) -> bool {
    match js {
        Js::Atom(text) => {
            out.push_str(text);
            !text.contains('\n') && out.len() <= room
        }
        Js::Object(parts) if parts.is_empty() => {
            out.push_str("{}");
            out.len() <= room
        }
        Js::Object(parts) => {
            out.push_str("{ ");
            let fits = flat_parts(parts, room, out);
            out.push_str(" }");
            fits && out.len() <= room
        }
        Js::Array(parts) => {
            out.push('[');
            let fits = flat_parts(parts, room, out);
            out.push(']');
            fits && out.len() <= room
        }
        Js::New(class, argument) => {
            out.push_str(&format!("new {class}("));
            let fits = argument.as_ref().is_none_or(|argument| flat(argument, room, out));
            out.push(')');
            fits && out.len() <= room
        }
    }
}

fn flat_parts(parts: &[Part], room: usize, out: &mut String) -> bool {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if let Some(key) = &part.key {
            out.push_str(key);
            out.push_str(": ");
        }
        if !part.before.is_empty() || part.behind.is_some() || !flat(&part.value, room, out) {
            return false;
        }
    }
    true
}

/// A text as a literal: in single quotes, or as a template when it has several lines.
pub(super) fn text(value: &str) -> String {
    let quote = if value.contains('\n') { '`' } else { '\'' };
    let mut out = String::from(quote);
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' if quote == '`' => out.push('\n'),
            '$' if quote == '`' && chars.peek() == Some(&'{') => out.push_str("\\$"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A key: as it is when it is a name, else in quotes. `__proto__` in quotes would set the prototype.
pub(super) fn key(name: &str) -> String {
    match name {
        "__proto__" => "['__proto__']".to_string(),
        name if is_name(name) => name.to_string(),
        name => {
            let literal = text(name);
            if literal.starts_with('`') { format!("[{literal}]") } else { literal }
        }
    }
}

/// Whether a text can stand where JavaScript wants a name (it may still be a reserved word).
pub(super) fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
}
