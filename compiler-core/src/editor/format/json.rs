//! Formats JSON: what stood on one line and fits stays on one line, everything else gets a line an entry.

use super::super::{CONFIG, Edit, OpenConfig};
use crate::diagnostics::Sink;
use crate::source::Span;
use crate::syntax::{self, Node, Value};

/// Longest line that a collection may fill.
const WIDTH: usize = 120;

pub(super) fn edits(open: &OpenConfig<'_>) -> Option<Vec<Edit>> {
    // Of a key that is given twice the tree has only one.
    let mut sink = Sink::default();
    let tree = syntax::parse(&open.sources, CONFIG, &mut sink)?;
    if sink.has_errors() || tree.span.end == 0 {
        return None;
    }
    let mut out = String::new();
    Writer { open }.value(&tree, 0, 0, &mut out);
    out.push('\n');
    let text = open.text();
    if out == text {
        return Some(vec![]);
    }
    // Only what differs is replaced.
    let start = text.bytes().zip(out.bytes()).take_while(|(a, b)| a == b).count();
    let start = (0..=start).rev().find(|at| text.is_char_boundary(*at) && out.is_char_boundary(*at))?;
    let most = text.len().min(out.len()) - start;
    let end = text.bytes().rev().zip(out.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    let same = |n: &usize| text.is_char_boundary(text.len() - n) && out.is_char_boundary(out.len() - n);
    let end = (0..=end).rev().find(same)?;
    Some(vec![Edit::new(start, text.len() - end, &out[start..out.len() - end])])
}

struct Writer<'a, 'o> {
    open: &'a OpenConfig<'o>,
}

impl Writer<'_, '_> {
    /// Writes a value that starts at a column of a line that is indented by `indent`.
    fn value(&self, node: &Node, indent: usize, column: usize, out: &mut String) {
        let written = self.open.slice(node.span);
        let parts: Vec<(Option<Span>, &Node)> = match &node.value {
            Value::Map(map) => map.entries.iter().map(|e| (Some(e.key.span), &e.value)).collect(),
            Value::List(items) => items.iter().map(|item| (None, item)).collect(),
            // As it is written: escapes and the notation of numbers stay.
            _ => return out.push_str(written),
        };
        let (open, close) = if matches!(node.value, Value::Map(_)) { ("{", "}") } else { ("[", "]") };
        if parts.is_empty() {
            out.push_str(open);
            return out.push_str(close);
        }
        if !written.contains('\n') {
            let line = self.line(node);
            if column + line.chars().count() <= WIDTH {
                return out.push_str(&line);
            }
        }
        out.push_str(open);
        let inner = indent + 2;
        for (at, (key, value)) in parts.iter().enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            out.extend(std::iter::repeat_n(' ', inner));
            let key = key.map(|key| format!("{}: ", self.open.slice(key))).unwrap_or_default();
            out.push_str(&key);
            self.value(value, inner, inner + key.chars().count(), out);
        }
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(close);
    }

    /// A value on one line.
    fn line(&self, node: &Node) -> String {
        match &node.value {
            Value::Map(map) if map.entries.is_empty() => "{}".to_string(),
            Value::Map(map) => {
                let entries: Vec<String> = map
                    .entries
                    .iter()
                    .map(|e| format!("{}: {}", self.open.slice(e.key.span), self.line(&e.value)))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
            Value::List(items) => {
                format!("[{}]", items.iter().map(|item| self.line(item)).collect::<Vec<_>>().join(", "))
            }
            _ => self.open.slice(node.span).to_string(),
        }
    }
}
