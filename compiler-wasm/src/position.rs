//! Positions for editors: JavaScript counts UTF-16 code units, the compiler counts bytes.

use crate::output::{Position, Range};
use stacktape_compiler::source::{FileId, Sources, Span};
use std::collections::BTreeMap;

/// Turns spans into ranges; each file is counted once, so that thousands of spans stay cheap.
pub struct Positions<'a> {
    sources: &'a Sources,
    files: BTreeMap<FileId, Vec<Line>>,
}

/// The start of a line.
struct Line {
    /// In bytes.
    byte: usize,
    /// In UTF-16 code units.
    unit: u32,
}

impl<'a> Positions<'a> {
    /// Positions in these files.
    pub fn new(sources: &'a Sources) -> Self {
        Self { sources, files: BTreeMap::new() }
    }

    /// The file of a span and its range there; `None` for a span in no file.
    pub fn range(&mut self, span: Span) -> Option<(String, Range)> {
        let place = self.sources.place(span)?;
        let text = self.sources.text(span.file);
        let lines = self.files.entry(span.file).or_insert_with(|| lines(text));
        let position = |byte: u32, at: stacktape_compiler::source::Position| {
            let mut byte = (byte as usize).min(text.len());
            while !text.is_char_boundary(byte) {
                byte -= 1;
            }
            let line = &lines[lines.partition_point(|line| line.byte <= byte) - 1];
            let character = units(&text[line.byte..byte]);
            Position { line: at.line, column: at.column, character, offset: line.unit + character }
        };
        let range =
            Range { start: position(span.start, place.start), end: position(span.end.max(span.start), place.end) };
        Some((place.file.to_string(), range))
    }
}

/// The byte offset of a UTF-16 offset; one inside a character or behind the end is moved back.
pub fn byte_offset(text: &str, units: u32) -> usize {
    let mut seen = 0;
    for (byte, c) in text.char_indices() {
        seen += c.len_utf16() as u32;
        if seen > units {
            return byte;
        }
    }
    text.len()
}

fn lines(text: &str) -> Vec<Line> {
    let mut lines = vec![];
    let (mut byte, mut unit) = (0, 0);
    for line in text.split_inclusive('\n') {
        lines.push(Line { byte, unit });
        byte += line.len();
        unit += units(line);
    }
    if text.is_empty() || text.ends_with('\n') {
        lines.push(Line { byte, unit });
    }
    lines
}

fn units(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.chars().map(|c| c.len_utf16() as u32).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stacktape_compiler::source::FilePath;
    use std::sync::Arc;

    fn at(text: &str, start: usize, end: usize) -> (Position, Position) {
        let mut sources = Sources::default();
        let file = sources.add(FilePath::new("a.yml"), Arc::from(text));
        let (name, range) = Positions::new(&sources).range(Span::new(file, start, end)).unwrap();
        assert_eq!(name, "a.yml");
        (range.start, range.end)
    }

    fn position(line: u32, column: u32, character: u32, offset: u32) -> Position {
        Position { line, column, character, offset }
    }

    #[test]
    fn ascii_counts_bytes() {
        assert_eq!(at("ab\ncd\n", 4, 6), (position(2, 2, 1, 4), position(3, 1, 0, 6)));
        assert_eq!(at("", 0, 0), (position(1, 1, 0, 0), position(1, 1, 0, 0)));
    }

    #[test]
    fn characters_outside_the_basic_plane_count_twice() {
        // U+1F680 is four bytes, two UTF-16 units and one column; U+00E9 is two bytes, one unit and one column.
        assert_eq!(at("\u{1F680}\u{e9}: x\nb", 8, 10), (position(1, 5, 5, 5), position(2, 1, 0, 7)));
    }

    #[test]
    fn offsets_come_back() {
        let text = "a\u{1F680}\u{e9}b";
        let bytes: Vec<usize> = (0..7).map(|unit| byte_offset(text, unit)).collect();
        assert_eq!(bytes, [0, 1, 1, 5, 7, 8, 8]);
    }

    #[test]
    fn spans_outside_the_text_are_clamped() {
        assert_eq!(at("\u{e9}", 1, 99), (position(1, 2, 0, 0), position(1, 2, 1, 1)));
    }
}
