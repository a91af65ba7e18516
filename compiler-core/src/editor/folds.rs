//! What can be folded: mappings, lists, long texts, comments.

use super::schema::visit;
use super::{CONFIG, OpenConfig, Syntax};
use crate::order::SortedMap;
use crate::source::Span;
use crate::syntax;

/// Lines that can be folded into the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// First line, from 0; it stays visible.
    pub first: u32,
    /// Last line, from 0.
    pub last: u32,
    /// Whether they are comments.
    pub comment: bool,
}

/// The ranges of a config that can be folded, by their first line.
pub fn folds(open: &OpenConfig<'_>) -> Vec<Fold> {
    let line = |offset: u32| {
        let span = Span { file: CONFIG, start: offset, end: offset };
        open.sources.place(span).map_or(0, |place| place.start.line - 1)
    };
    // By first line, the longest: a list item and its first mapping start in one line.
    let mut found: SortedMap<u32, Fold> = SortedMap::new();
    let mut add = |first: u32, last: u32, comment: bool| {
        if last > first {
            let fold = found.get_or_insert_with(first, || Fold { first, last, comment });
            fold.last = fold.last.max(last);
        }
    };
    visit(open.tree(), &mut |way| {
        let Some(step) = way.last().filter(|_| way.len() > 1) else { return };
        let start = step.key.map_or(step.node.span.start, |key| key.span.start);
        // A bracket that closes in a line of its own stays visible.
        let text = open.slice(step.node.span);
        let closes =
            text.ends_with(['}', ']']) && text.rsplit('\n').next().is_some_and(|last| last.trim_start().len() == 1);
        add(line(start), line(step.node.span.end).saturating_sub(u32::from(closes)), false);
    });
    if open.syntax() == Syntax::Yaml {
        let mut block: Option<(u32, u32)> = None;
        for comment in syntax::comments(&open.sources, CONFIG) {
            let at = line(comment.span.start);
            let alone =
                open.text()[..comment.span.start as usize].rsplit('\n').next().unwrap_or_default().trim().is_empty();
            block = match block {
                Some((first, last)) if alone && at == last + 1 => Some((first, at)),
                _ => {
                    if let Some((first, last)) = block {
                        add(first, last, true);
                    }
                    alone.then_some((at, at))
                }
            };
        }
        if let Some((first, last)) = block {
            add(first, last, true);
        }
    }
    found.into_values().collect()
}
