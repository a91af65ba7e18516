//! What the YAML parser found wrong, in words that help: the exact place, what stands there, and what to write instead.

use super::{MAX_DEPTH, MAX_NODES};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::{FileId, Span};
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// What is known when the parser stops.
pub(super) struct Context<'a> {
    pub(super) text: &'a str,
    /// The last value or key that was read in full.
    pub(super) last: Range<usize>,
    /// The innermost open `[` or `{`.
    pub(super) bracket: Option<usize>,
    /// Names of the anchors before this place.
    pub(super) anchors: &'a [String],
}

/// Nesting beyond the limit.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code::TOO_LARGE, span, format!("the config is nested deeper than {MAX_DEPTH} levels"))
        .hint("check that every bracket is closed; no config needs that many levels")
}

/// More values than the limit.
pub(super) fn too_many(span: Span) -> Diagnostic {
    let message = format!("the config is too large: it has more than {MAX_NODES} values once its aliases are expanded");
    Diagnostic::error(Code::TOO_LARGE, span, message)
        .hint("use fewer aliases (`*name`) inside anchored values (`&name`), or split the app into several stacks")
}

/// A finding before it becomes a diagnostic.
struct Finding {
    range: Range<usize>,
    message: String,
    hints: Vec<String>,
    label: Option<(usize, &'static str)>,
}

impl Finding {
    fn new(range: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { range, message: message.into(), hints: vec![hint.into()], label: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    fn label(mut self, at: Option<usize>, text: &'static str) -> Self {
        self.label = at.map(|at| (at, text));
        self
    }
}

/// The one diagnostic for an error of the YAML parser.
pub(super) fn scan_error(error: &ScanError, context: &Context<'_>, file: FileId) -> Diagnostic {
    let text = context.text;
    let at = floor_boundary(text, error.marker().byte_offset().unwrap_or(context.last.end));
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(Span::new(file, at, char_end(text, at)));
    }
    let finding = find(error, context, at);
    let span = Span::new(file, finding.range.start, finding.range.end);
    let mut diagnostic = Diagnostic::error(Code::SYNTAX, span, format!("not valid YAML: {}", finding.message));
    diagnostic.hints = finding.hints;
    match finding.label {
        Some((at, label)) if at != finding.range.start => {
            diagnostic.label(Span::new(file, at, char_end(text, at)), label)
        }
        _ => diagnostic,
    }
}

fn find(error: &ScanError, context: &Context<'_>, at: usize) -> Finding {
    let text = context.text;
    let here = at..char_end(text, at);
    let rest = at..line_end(text, at);
    use ErrorKind as K;
    let about_brackets = matches!(
        error.kind(),
        K::MappingValueNotAllowed
            | K::InvalidColonPlacement
            | K::ExpectedFlowMappingSeparator
            | K::FlowMappingValueAdjacentCollection
            | K::MisplacedFlowCollectionEnd
    );
    if let Some(colon) = about_brackets.then(|| tight_colon(text, at)).flatten() {
        return Finding::new(
            colon..colon + 1,
            "a space is missing after the colon (`:`)",
            "write a space before the bracket",
        );
    }
    match error.kind() {
        K::MappingValueNotAllowed | K::SimpleKeyExpected | K::InvalidSimpleKey | K::MappingKeyNotAllowed => {
            colon(context, at)
        }
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabInPlainScalar
        | K::TabAtBlockScalarStart => {
            let range = find_tab(text, at).map_or(here, |tab| tab..tab + 1);
            Finding::new(
                range,
                "a tab stands where YAML wants spaces",
                "indent with spaces; YAML does not allow tabs there",
            )
        }
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
            Finding::new(here, "the quote that opens here is never closed", "close the quote at the end of the text")
        }
        K::InvalidQuotedScalarIndent => match opening_quote(text, at) {
            Some(quote) => Finding::new(
                quote..quote + 1,
                "the quote that opens here is not closed before the next line that is not indented",
                "close the quote at the end of the text",
            )
            .hint("if the text spans several lines, indent its further lines"),
            None => Finding::new(
                rest,
                "this line of quoted text is not indented",
                "indent the further lines of quoted text",
            ),
        },
        K::InvalidTrailingSingleQuotedScalar => Finding::new(
            rest,
            "text follows the closing quote",
            "put the whole value into one pair of quotes; inside single quotes an apostrophe is written twice (`''`)",
        ),
        K::InvalidTrailingDoubleQuotedScalar => Finding::new(
            rest,
            "text follows the closing quote",
            "put the whole value into one pair of quotes; inside double quotes a quote is written `\\\"`",
        ),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => {
            let range = bad_escape(text, at).unwrap_or(here);
            let written = text.get(range.clone()).unwrap_or_default();
            Finding::new(
                range,
                format!("`{written}` is no escape sequence"),
                "write `\\\\` for a backslash, or use single quotes, in which a backslash is itself",
            )
        }
        K::UnclosedFlowCollection { open } => {
            Finding::new(here, format!("`{open}` is never closed"), format!("add the closing `{}`", closing(*open)))
        }
        K::MismatchedFlowCollectionEnd { open, close } => Finding::new(
            here,
            format!("this `{open}` is closed by `{close}`"),
            format!("close it with `{}`, or look for a bracket too many between the two", closing(*open)),
        ),
        K::MisplacedFlowCollectionEnd => {
            let bracket = text.get(here.clone()).unwrap_or_default();
            Finding::new(
                here,
                format!("`{bracket}` closes nothing"),
                "remove it, or add the opening bracket; in text, use quotes",
            )
        }
        K::ExpectedFlowMappingSeparator | K::UnexpectedEofFlowMapping | K::UnexpectedEofImplicitFlowMapping => {
            Finding::new(
                here,
                "expected `,` or `}` here",
                "separate the entries with `,` and close the mapping with `}`",
            )
            .hint("a value that contains `: ` must be quoted")
            .label(context.bracket, "opened here")
        }
        K::ExpectedFlowSequenceSeparator | K::UnexpectedEofFlowSequence => {
            Finding::new(here, "expected `,` or `]` here", "separate the items with `,` and close the list with `]`")
                .label(context.bracket, "opened here")
        }
        K::InvalidColonPlacement | K::FlowMappingValueAdjacentCollection | K::InvalidMappingValueWhitespace => {
            Finding::new(here, "a colon (`:`) cannot stand here", "check that the bracket before it is closed")
                .hint("a value that contains a colon must be quoted")
                .label(context.bracket, "opened here")
        }
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection | K::PlainScalarStartsWithDashFlowIndicator => {
            Finding::new(
                here,
                "a list item (`-`) cannot start here",
                "start the list on the line after its key, each item on a line of its own; inside `[…]` write the items without `-`",
            )
        }
        K::InvalidBlockEntryWhitespace => Finding::new(here, "a list item needs a space after `-`", "write `- value`"),
        K::ExpectedBlockMappingKey => {
            let start = line_start(text, at);
            let before = text.get(start..at).unwrap_or_default().trim_start();
            if before.starts_with('-') {
                let dash = at - before.len();
                return Finding::new(
                    dash..line_end(text, at),
                    "a list item (`-`) stands where a key of a mapping is expected",
                    "indent the item below the key that it belongs to, or write `key: value`",
                );
            }
            Finding::new(
                rest,
                "the indentation of this line fits no mapping above it",
                "give it exactly the indentation of the keys that it belongs to",
            )
        }
        K::ExpectedBlockSequenceEntry => Finding::new(
            rest,
            "a list item (`- …`) is expected here; the indentation of this line does not fit",
            "start the line with `- `, or give it exactly the indentation of the keys that it belongs to",
        ),
        K::InvalidIndentation | K::InvalidFlowScalarIndent | K::InvalidBlockScalarIndent => Finding::new(
            rest,
            "the indentation of this line does not fit the lines above",
            "give it the indentation of the lines that it belongs to",
        ),
        K::UnexpectedCharacter { character } => unexpected(*character, here),
        K::UnknownAnchor => {
            let end =
                text[at..].find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).map_or(text.len(), |n| at + n);
            let name = text.get(at + 1..end).unwrap_or_default();
            let mut finding = Finding::new(
                at..end,
                format!("there is no anchor `&{name}` for the alias `*{name}`"),
                format!("if this is text, put it in quotes: `'*{name}'`"),
            );
            if let Some(hint) = did_you_mean(name, context.anchors.iter().map(String::as_str)) {
                finding.hints.insert(0, hint.text.replace("mean `", "mean `*"));
            }
            finding
        }
        K::MissingAnchorOrAliasName => Finding::new(
            text[..at].rfind(['*', '&']).unwrap_or(at)..char_end(text, at).max(at),
            "`*` and `&` start the name of an alias or anchor, and the name is missing",
            "put text that starts with `*` or `&` in quotes: `'*'`",
        ),
        K::ExpectedDocumentStart | K::InvalidDocumentEnd => Finding::new(
            rest,
            "text follows the end of the config",
            "remove it, or check the bracket that ends the config too early",
        ),
        K::BomInsideDocument => {
            Finding::new(here, "a byte order mark (U+FEFF) stands inside the text", "remove this invisible character")
        }
        K::CommentNotSeparated => {
            Finding::new(here, "a comment must follow a space", "write a space before `#`, or quote the text")
        }
        K::CommentInterceptedScalar => Finding::new(
            rest,
            "a comment interrupts a text of several lines",
            "move the comment, or write the text as a block (`|`)",
        ),
        K::ZeroBlockScalarIndent | K::InvalidBlockScalarHeader => Finding::new(
            rest,
            "text follows the sign of a text block on the same line",
            "after `|` or `>` start the text on the next line, indented",
        ),
        K::UndeclaredTagHandle
        | K::ExpectedTagBang
        | K::MissingTagUri
        | K::UnclosedVerbatimTag
        | K::InvalidTagTerminator
        | K::InvalidTagEscape
        | K::InvalidGlobalTagCharacter => {
            Finding::new(rest, "`!` starts a tag, and this is none", "put text that starts with `!` in quotes")
        }
        K::UnexpectedEof | K::UnexpectedEofBlockSequence | K::UnexpectedEofBlockMapping => {
            match text[at..].chars().next() {
                Some(c) => unexpected(c, here),
                None => Finding::new(here, "the text ends too early", "check that nothing was cut off at the end"),
            }
        }
        _ => Finding::new(
            here,
            error.info(),
            "check the line and the one before it; text with special characters needs quotes",
        ),
    }
}

/// A colon where no mapping can be, or a line without the colon that makes it a key.
fn colon(context: &Context<'_>, at: usize) -> Finding {
    let text = context.text;
    if text.as_bytes().get(at) != Some(&b':') {
        let range = at..line_end(text, at);
        let line = text.get(range.clone()).unwrap_or_default();
        let key = line.split(':').next().unwrap_or_default();
        let short = key.char_indices().nth(30).map_or(key, |(n, _)| &key[..n]);
        return if line.contains(':') && !line.contains(": ") {
            Finding::new(range, "a space is missing after the colon (`:`)", format!("write `{short}: …`"))
        } else {
            Finding::new(
                range,
                "this line is no `key: value`: the colon (`:`) of a mapping is missing",
                format!("write `{short}: …`"),
            )
            .hint("if it goes on with the text above, indent it")
        };
    }
    let last = context.last.clone();
    let start = line_start(text, at);
    let key_start = start + text[start..at].len() - text[start..at].trim_start().len();
    if last.end.saturating_sub(last.start) > 1000 && last.end <= at {
        return Finding::new(last, "a key of a mapping is longer than 1,024 characters", "shorten it");
    }
    let value_starts_its_line = text[line_start(text, last.start)..last.start].trim().is_empty();
    if last.start < start && last.end > start && value_starts_its_line {
        return Finding::new(
            last.start..line_end(text, last.start),
            "this line is no `key: value`: the colon (`:`) of a mapping is missing",
            "write `key: value`, or start a comment with `#`",
        );
    }
    // The value above swallowed the start of this line: `a: 1`, and on the next line, deeper, `b: 2`.
    if last.start < start && last.end > start {
        return Finding::new(
            key_start..line_end(text, at),
            "this line is indented deeper than a mapping allows here: the key above it has a value already",
            "align it with the key above, or move that key's value away",
        );
    }
    Finding::new(
        at..at + 1,
        "a second colon (`:`) in a line; a mapping cannot start inside a plain value",
        "if the value contains a colon, put it in quotes",
    )
    .hint("otherwise remove what follows the value, or put the inner mapping on its own, indented line")
}

/// A colon before the place, on its line, that a bracket follows at once: `key:{ … }` is text to YAML, not a mapping.
fn tight_colon(text: &str, at: usize) -> Option<usize> {
    let start = line_start(text, at);
    let line = &text.as_bytes()[start..(at + 2).min(text.len())];
    let tight =
        |w: &[u8]| (w[0].is_ascii_alphanumeric() || w[0] == b'_') && w[1] == b':' && matches!(w[2], b'{' | b'[');
    line.windows(3).position(tight).map(|n| start + n + 1)
}

fn unexpected(character: char, here: Range<usize>) -> Finding {
    match character {
        '@' | '`' | '%' | '|' | '>' => {
            Finding::new(here, format!("plain text cannot start with `{character}`"), "put the value in quotes")
        }
        c if c.is_control() => {
            Finding::new(here, format!("the control character U+{:04X}", c as u32), "remove this invisible character")
        }
        c => Finding::new(here, format!("unexpected `{c}`"), "put text with special characters in quotes"),
    }
}

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn char_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8())
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// The end of the line without trailing space.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    at + text[at..end].trim_end().len()
}

/// The tab that the parser means: in the indentation of this line, else in that of one of the next, else anywhere after.
fn find_tab(text: &str, at: usize) -> Option<usize> {
    let mut start = line_start(text, at);
    for line in text[start..].split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t') {
            return Some(start + tab);
        }
        start += line.len();
    }
    text[line_start(text, at)..].find('\t').map(|n| line_start(text, at) + n)
}

/// The nearest quote before a place that can open a text.
fn opening_quote(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..at.min(bytes.len())).rev().find(|&i| {
        matches!(bytes[i], b'\'' | b'"')
            && (i == 0 || matches!(bytes[i - 1], b' ' | b'\t' | b'\n' | b'[' | b'{' | b',' | b':'))
    })
}

/// The first wrong escape sequence of the double-quoted text that starts at `at`.
fn bad_escape(text: &str, at: usize) -> Option<Range<usize>> {
    let mut chars = text.get(at..)?.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (_, escape) = chars.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L'
            | 'P' | '\n' | '\r' => continue,
            _ => return Some(at + i..at + i + 1 + escape.len_utf8()),
        };
        let hex: String = text[at + i + 2..].chars().take(digits).take_while(char::is_ascii_hexdigit).collect();
        let surrogate = u32::from_str_radix(&hex, 16).is_ok_and(|n| char::from_u32(n).is_none());
        // A high surrogate with its low half is fine; what the parser refused is the first one without.
        let paired = surrogate && text[at + i + 2 + hex.len()..].starts_with("\\u");
        if hex.len() < digits || (surrogate && !paired) {
            return Some(at + i..at + i + 2 + hex.len());
        }
        if paired {
            chars.nth(10)?;
        }
    }
    None
}
