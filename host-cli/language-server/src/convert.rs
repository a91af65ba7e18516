//! Positions and edits: the protocol counts lines from 0 and UTF-16 units, the compiler counts bytes.

use lsp_types::{Position, Range, TextEdit};
use stacktape_compiler::editor::Edit;
use stacktape_compiler::source::Span;

/// The lines of a text.
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds the lines.
    pub fn new(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The byte offset of a position. One behind the end of its line is moved to it, as the protocol says; one inside a character before it.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return self.text.len() };
        let end = self.starts.get(position.line as usize + 1).map_or(self.text.len(), |next| next - 1);
        let line = &self.text[start..end];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += c.len_utf16() as u32;
            if units > position.character {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        Position::new(line as u32, before.chars().map(|c| c.len_utf16() as u32).sum())
    }

    /// The range of a span.
    pub fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start as usize), self.position(span.end.max(span.start) as usize))
    }

    /// Edits of the text.
    pub fn edits(&self, edits: Vec<Edit>) -> Vec<TextEdit> {
        edits.into_iter().map(|edit| TextEdit::new(self.range(edit.span), edit.text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_there_and_back() {
        let text = "a\u{1F680}\u{e9}b\r\n\u{1F680}\nlast";
        let lines = Lines::new(text);
        for (line, character, offset) in
            [(0, 0, 0), (0, 1, 1), (0, 3, 5), (0, 4, 7), (0, 5, 8), (1, 0, 10), (1, 2, 14), (2, 4, 19)]
        {
            assert_eq!(lines.offset(Position::new(line, character)), offset, "{line}:{character}");
            assert_eq!(lines.position(offset), Position::new(line, character), "{offset}");
        }
        // Inside the rocket, behind a line, behind the text.
        assert_eq!(lines.offset(Position::new(0, 2)), 1);
        assert_eq!(lines.offset(Position::new(0, 99)), 8);
        assert_eq!(lines.offset(Position::new(9, 0)), text.len());
    }
}
