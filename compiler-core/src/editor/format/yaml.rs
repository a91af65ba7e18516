//! Formats YAML by changing nothing but space: the indentation of lines, and the gaps between the parts of a line.

use super::super::edits::in_brackets;
use super::super::tolerant::line_at;
use super::super::{Edit, OpenConfig};
use crate::order::SortedMap;
use crate::source::Span;
use crate::syntax::{Map, Node, Value};

/// Spaces a level.
const STEP: usize = 2;

pub(super) fn edits(open: &OpenConfig<'_>) -> Option<Vec<Edit>> {
    let text = open.text();
    // Tabs and other ends of lines are left to their owner.
    if text.contains('\r') || text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        return None;
    }
    let mut layout = Layout { open, starts: starts(text), columns: SortedMap::new(), inside: vec![], gaps: vec![] };
    layout.value(open.tree(), 0)?;
    Some(layout.finish())
}

fn starts(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).collect()
}

struct Layout<'a, 'o> {
    open: &'a OpenConfig<'o>,
    /// Byte offsets of the lines.
    starts: Vec<usize>,
    /// The new indentation of lines that start with a key or a dash.
    columns: SortedMap<usize, usize>,
    /// Lines inside a value of several lines, with the line that it starts in: they move with it.
    inside: Vec<(usize, usize)>,
    gaps: Vec<Edit>,
}

impl Layout<'_, '_> {
    fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset as usize) - 1
    }

    /// Whether nothing but space is before an offset in its line.
    fn is_first(&self, offset: u32) -> bool {
        let start = self.starts[self.line(offset)];
        self.open.text()[start..offset as usize].chars().all(|c| c == ' ')
    }

    /// A value that is no entry's: its keys or dashes go to `column`.
    fn value(&mut self, node: &Node, column: usize) -> Option<()> {
        let starts_with = |c: &[char]| self.open.text()[node.span.start as usize..].starts_with(c);
        match &node.value {
            // A tag or anchor before it: what follows moves as it is.
            _ if starts_with(&['!', '&', '*']) => self.moves_along(node.span),
            Value::Map(_) | Value::List(_) if in_brackets(self.open, node) => {
                self.moves_along(node.span);
                self.brackets(node);
            }
            Value::Map(map) => self.mapping(node, map, column)?,
            Value::List(items) => self.list(node, items, column)?,
            _ => self.moves_along(node.span),
        }
        Some(())
    }

    /// The lines of a value behind its first one move with the line that it starts in.
    fn moves_along(&mut self, span: Span) {
        let first = self.line(span.start);
        for line in first + 1..=self.line(span.end) {
            self.inside.push((line, first));
        }
    }

    fn mapping(&mut self, node: &Node, map: &Map, column: usize) -> Option<()> {
        for entry in &map.entries {
            let (key, value) = (entry.key.span, &entry.value);
            // What a merge key or an alias brings in stands elsewhere.
            if key.start < node.span.start || key.end > node.span.end {
                continue;
            }
            let key_line = self.line(key.start);
            if self.is_first(key.start) {
                self.columns.insert(key_line, column);
            }
            if value.span.start < key.end {
                continue;
            }
            let gap = &self.open.text()[key.end as usize..value.span.start as usize];
            if gap.trim() == ":" && !gap.contains('\n') && value.span.start < value.span.end {
                self.gap(key.end, value.span.start, ": ");
            }
            match value.value {
                Value::Map(_) | Value::List(_) => {
                    let below = self.line(value.span.start) > key_line;
                    let block = !in_brackets(self.open, value);
                    // Another form (`? key`), which is left alone.
                    if block && !below {
                        let tagged = self.open.text()[value.span.start as usize..].starts_with(['!', '&', '*']);
                        if !tagged {
                            return None;
                        }
                    }
                    if !block {
                        self.follows(key_line, value.span);
                    }
                    self.value(value, column + STEP)?;
                }
                _ => {
                    self.follows(key_line, value.span);
                    self.moves_along(value.span);
                }
            }
        }
        Some(())
    }

    /// A value in the lines below its key moves with the key.
    fn follows(&mut self, key_line: usize, span: Span) {
        let first = self.line(span.start);
        if first > key_line {
            self.inside.push((first, key_line));
        }
    }

    fn list(&mut self, node: &Node, items: &[Node], column: usize) -> Option<()> {
        // A list that is indented like its key starts behind its first dash.
        let mut from = self.starts[self.line(node.span.start)] as u32;
        for item in items {
            if item.span.start < from {
                // An alias; its line moves with those around.
                continue;
            }
            let before = &self.open.text()[from as usize..item.span.start as usize];
            let dash = from + before.rfind('-')? as u32;
            let gap = &self.open.text()[dash as usize + 1..item.span.start as usize];
            if self.is_first(dash) {
                self.columns.insert(self.line(dash), column);
            }
            if gap.chars().all(|c| c == ' ') && item.span.start < item.span.end {
                self.gap(dash + 1, item.span.start, " ");
            } else {
                self.follows(self.line(dash), item.span);
            }
            self.value(item, column + STEP)?;
            from = item.span.end;
        }
        Some(())
    }

    /// The gaps of a collection in brackets, where they hold nothing but punctuation and stay on one line.
    fn brackets(&mut self, node: &Node) {
        let (parts, padding): (Vec<(Option<Span>, &Node)>, &str) = match &node.value {
            Value::Map(map) => (map.entries.iter().map(|e| (Some(e.key.span), &e.value)).collect(), " "),
            Value::List(items) => (items.iter().map(|item| (None, item)).collect(), ""),
            _ => return,
        };
        let mut at = node.span.start + 1;
        for (index, (key, value)) in parts.iter().enumerate() {
            let start = key.map_or(value.span.start, |key| key.start);
            if start < at || value.span.end > node.span.end || key.is_some_and(|key| value.span.start < key.end) {
                return;
            }
            let separator = if index == 0 { padding } else { ", " };
            self.gap_of(at, start, separator);
            if let Some(key) = key
                && value.span.start < value.span.end
            {
                self.gap_of(key.end, value.span.start, ": ");
            }
            if in_brackets(self.open, value) && matches!(value.value, Value::Map(_) | Value::List(_)) {
                self.brackets(value);
            }
            at = value.span.end.max(key.map_or(0, |key| key.end));
        }
        if !parts.is_empty() && node.span.end > at {
            self.gap_of(at, node.span.end - 1, padding);
        }
    }

    /// Changes a gap whose text is what is wanted but for the space.
    fn gap_of(&mut self, start: u32, end: u32, wanted: &str) {
        let written = self.open.text().get(start as usize..end as usize).unwrap_or("\n");
        if !written.contains('\n') && written.trim() == wanted.trim() {
            self.gap(start, end, wanted);
        }
    }

    fn gap(&mut self, start: u32, end: u32, wanted: &str) {
        if self.open.text().get(start as usize..end as usize) != Some(wanted) {
            self.gaps.push(Edit::new(start as usize, end as usize, wanted));
        }
    }

    fn finish(self) -> Vec<Edit> {
        let text = self.open.text();
        let count = self.starts.len();
        let range = |line: usize| line_at(text, self.starts[line]);
        let spaces = |line: usize| {
            let written = &text[range(line)];
            written.len() - written.trim_start_matches(' ').len()
        };
        // Inside a value of several lines, also when it is inside another one.
        let mut inside: SortedMap<usize, usize> = SortedMap::new();
        for (line, first) in &self.inside {
            let known = inside.get_or_insert_with(*line, || *first);
            *known = (*known).min(*first);
        }
        let mut new: SortedMap<usize, usize> = self.columns.clone();
        // Values move with their first line, comments with what they are about: the next line, or the one before of the same indentation.
        let moved = |line: usize, by: usize, new: &SortedMap<usize, usize>| {
            let to = new.get(&by).copied().unwrap_or_else(|| spaces(by));
            (spaces(line) + to).saturating_sub(spaces(by))
        };
        for line in 0..count {
            if let Some(first) = inside.get(&line).filter(|_| !self.columns.contains_key(&line)) {
                let column = moved(line, *first, &new);
                new.insert(line, column);
            }
        }
        let is_blank = |line: usize| text[range(line)].trim().is_empty();
        for line in 0..count {
            if new.contains_key(&line) || is_blank(line) {
                continue;
            }
            let own = spaces(line);
            let known = |other: &usize| self.columns.contains_key(other);
            let after = (line + 1..count).find(known);
            let before = (0..line).rev().find(known);
            // A line that is less indented than this one ends what it belongs to.
            let same = [after, before].into_iter().flatten().find(|other| spaces(*other) == own);
            let column = match (same, after.or(before)) {
                (Some(other), _) => new.get(&other).copied().unwrap_or(own),
                (None, Some(other)) => moved(line, other, &new),
                (None, None) => own,
            };
            new.insert(line, column);
        }
        self.write(&inside, &new)
    }

    /// The edits for indentation, ends of lines, empty lines and gaps.
    fn write(self, inside: &SortedMap<usize, usize>, new: &SortedMap<usize, usize>) -> Vec<Edit> {
        let text = self.open.text();
        let mut edits = self.gaps;
        let count = self.starts.len();
        let (mut blank_before, mut seen) = (0, false);
        let mut blanks_from = None;
        for line in 0..count {
            let range = line_at(text, self.starts[line]);
            let written = &text[range.clone()];
            if inside.contains_key(&line) && written.trim().is_empty() {
                // Inside a text an empty line is a part of it.
                (blank_before, blanks_from) = (0, None);
                continue;
            }
            if written.trim().is_empty() {
                blank_before += 1;
                blanks_from.get_or_insert(range.start);
                continue;
            }
            if let Some(from) = blanks_from.take() {
                let wanted = if seen { "\n" } else { "" };
                if text.get(from..range.start) != Some(wanted) {
                    edits.push(Edit::new(from, range.start, wanted));
                }
            }
            (blank_before, seen) = (0, true);
            let indent = written.len() - written.trim_start_matches(' ').len();
            let wanted = new.get(&line).copied().unwrap_or(indent);
            if wanted != indent {
                edits.push(Edit::new(range.start, range.start + indent, " ".repeat(wanted)));
            }
            // The end of a line inside a text belongs to the text.
            let ends_inside = inside.contains_key(&(line + 1)) || inside.contains_key(&line);
            let end = range.start + written.trim_end().len();
            if end < range.end && !ends_inside {
                edits.push(Edit::new(end, range.end, ""));
            }
        }
        let end = text.trim_end().len();
        match blanks_from.filter(|_| blank_before > 0) {
            // The last line break stands before the empty lines.
            Some(from) if from < text.len() => edits.push(Edit::new(from, text.len(), "")),
            Some(_) => {}
            None if end > 0 && !text.ends_with('\n') => edits.push(Edit::new(text.len(), text.len(), "\n")),
            None => {}
        }
        edits.sort_by_key(|edit| edit.span);
        edits
    }
}
