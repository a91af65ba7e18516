//! The comments of a config, handed out by place so that each is written once.

use crate::source::{FileId, Sources, Spanned};
use crate::syntax;
use std::cell::Cell;

/// Every comment of a file.
pub(super) struct Comments<'a> {
    text: &'a str,
    all: Vec<(Spanned<String>, Cell<bool>)>,
}

impl<'a> Comments<'a> {
    /// The comments of a file.
    pub fn new(sources: &'a Sources, file: FileId) -> Self {
        let all = syntax::comments(sources, file).into_iter().map(|comment| (comment, Cell::new(false))).collect();
        Self { text: sources.text(file), all }
    }

    /// The comments in a range that nobody has taken yet.
    pub fn take(&self, from: u32, to: u32) -> Vec<String> {
        let first = self.all.partition_point(|(comment, _)| comment.span.start < from);
        let found = self.all[first..].iter().take_while(|(comment, _)| comment.span.start < to);
        found.filter(|(_, taken)| !taken.replace(true)).map(|(comment, _)| comment.value.clone()).collect()
    }

    /// The comment behind what ends here, on the same line.
    pub fn behind(&self, end: u32) -> Option<String> {
        let end = (end as usize).min(self.text.len());
        // A block of text ends behind its last line break.
        let written = self.text.get(..end)?.trim_end().len();
        let line = self.text[written..].find('\n').map_or(self.text.len(), |length| written + length);
        self.take(written as u32, line as u32).pop()
    }
}
