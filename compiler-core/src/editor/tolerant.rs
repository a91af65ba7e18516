//! A tree of a text that the parser may refuse, because it is half written.
//!
//! YAML: the line that stops the parser is blanked (its bytes become spaces, so every place stays where it is), until the rest parses. JSON: a
//! reader that goes on behind every mistake.

use super::loose_json;
use crate::diagnostics::Sink;
use crate::source::{FilePath, Sources};
use crate::syntax::{self, Node, Value};
use std::ops::Range;

/// Lines that are given up before the rest is.
const MOST_LINES: usize = 12;

/// The tree of a text, as good as it can be; `exact` when the parser accepted it as it is.
pub struct Tree {
    /// The root; `Null` when nothing can be made of the text.
    pub root: Node,
    /// Whether the whole text is in the tree.
    pub exact: bool,
}

/// Parses a text. A line that touches `keep` is never given up.
pub fn parse(text: &str, path: &FilePath, keep: Option<Range<usize>>) -> Tree {
    let mut text = text.to_string();
    let mut found = strict(&text, path);
    if let Ok(root) = found {
        return Tree { root, exact: true };
    }
    if path.extension() == "json" {
        return Tree { root: loose_json::read(&text), exact: false };
    }
    for _ in 0..MOST_LINES {
        let at = match found {
            Ok(root) => return Tree { root, exact: false },
            Err(at) => at,
        };
        // Which line is to blame is not sure: the one that lets the parser come furthest is.
        let mut best: Option<(usize, String, Result<Node, usize>)> = None;
        for line in suspects(&text, at) {
            let kept = keep.as_ref().is_some_and(|keep| line.start <= keep.end && keep.start <= line.end);
            if kept || text[line.clone()].trim().is_empty() {
                continue;
            }
            let blanked = blank(&text, line);
            let result = strict(&blanked, path);
            let reach = result.as_ref().map_or_else(|at| *at, |_| usize::MAX);
            let done = result.is_ok();
            if best.as_ref().is_none_or(|(furthest, ..)| reach > *furthest) {
                best = Some((reach, blanked, result));
            }
            if done {
                break;
            }
        }
        match best {
            Some((_, blanked, result)) => (text, found) = (blanked, result),
            None => break,
        }
    }
    let root = found.unwrap_or_else(|_| Node::new(Value::Null, Default::default()));
    Tree { root, exact: false }
}

/// The tree, or where the parser stops.
pub fn strict(text: &str, path: &FilePath) -> Result<Node, usize> {
    let mut sources = Sources::default();
    let file = sources.add(path.clone(), text.into());
    let mut sink = Sink::default();
    syntax::parse(&sources, file, &mut sink)
        .ok_or_else(|| sink.finish().first().map_or(0, |diagnostic| diagnostic.span.start as usize))
}

/// The lines that may have stopped the parser at an offset: its own, the one with text before it, the one after it.
fn suspects(text: &str, at: usize) -> Vec<Range<usize>> {
    let own = line_at(text, at);
    let mut lines = vec![own.clone()];
    let mut before = own.start;
    while before > 0 {
        let line = line_at(text, before - 1);
        before = line.start;
        if !text[line.clone()].trim().is_empty() {
            lines.push(line);
            break;
        }
    }
    if own.end < text.len() {
        lines.push(line_at(text, own.end + 1));
    }
    lines
}

/// The byte range of the line that holds an offset, without its line break.
pub fn line_at(text: &str, at: usize) -> Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    start..end
}

/// The text with a range of bytes as spaces.
fn blank(text: &str, range: Range<usize>) -> String {
    let mut blanked = String::with_capacity(text.len());
    blanked.push_str(&text[..range.start]);
    blanked.extend(std::iter::repeat_n(' ', range.len()));
    blanked.push_str(&text[range.end..]);
    blanked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> String {
        let tree = parse(text, &FilePath::new("a.yml"), None);
        fn show(node: &Node) -> String {
            match &node.value {
                Value::Map(map) => {
                    let all: Vec<String> =
                        map.entries.iter().map(|e| format!("{}:{}", e.key.value, show(&e.value))).collect();
                    format!("{{{}}}", all.join(" "))
                }
                Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
                Value::Null => String::new(),
                _ => node.excerpt(),
            }
        }
        show(&tree.root)
    }

    #[test]
    fn the_line_to_blame_is_given_up() {
        assert_eq!(keys("a:\n  b: 1\n  half\n  c: 2\n"), "{a:{b:1 c:2}}");
        assert_eq!(keys("a:\n  b: 'open\n  c: 2\n"), "{a:{c:2}}");
        assert_eq!(keys("a: {b: 1\nc: 2\n"), "{c:2}");
        assert_eq!(keys("a:\n  b: 1\n half: 2\nc: 3\n"), "{a:{b:1} c:3}");
        assert_eq!(keys("a:\n\tb: 1\nc: 2\n"), "{a: c:2}");
        assert_eq!(keys(""), "");
    }
}
