//! Builds a mapping with unique keys: duplicates are reported, merge keys are applied.

use super::{Entry, Map, Node};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Spanned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Up to this many entries a search through the list is faster than an index.
const INDEX_FROM: usize = 16;

/// A mapping under construction.
#[derive(Debug, Default)]
pub(super) struct MapBuilder {
    entries: Vec<Entry>,
    /// Positions of the entries that a merge key brought in; an explicit key replaces them.
    merged: BTreeSet<usize>,
    /// Key to position; built when the mapping gets long.
    index: Option<BTreeMap<Arc<str>, usize>>,
}

impl MapBuilder {
    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|e| &*e.key.value == key),
        }
    }

    fn append(&mut self, entry: Entry) {
        if let Some(index) = &mut self.index {
            index.insert(entry.key.value.clone(), self.entries.len());
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() >= INDEX_FROM {
            self.index = Some(self.entries.iter().enumerate().map(|(i, e)| (e.key.value.clone(), i)).collect());
        }
    }

    /// Adds an entry that the text gives. A key that was given before is reported and dropped; a merged one is replaced.
    pub(super) fn insert(&mut self, key: Spanned<Arc<str>>, value: Node, sink: &mut Sink) {
        let Some(at) = self.position(&key.value) else {
            return self.append(Entry { key, value });
        };
        if self.merged.remove(&at) {
            self.entries[at] = Entry { key, value };
            return;
        }
        sink.push(
            Diagnostic::error(Code::DUPLICATE_KEY, key.span, format!("the key `{}` is given twice", key.value))
                .label(self.entries[at].key.span, "first given here")
                .hint("remove one of the two, or give it another name"),
        );
    }

    /// Adds the entries of a merged mapping (`<<`), unless there is one of that name already.
    pub(super) fn merge(&mut self, other: &Map) {
        for entry in &other.entries {
            if self.position(&entry.key.value).is_none() {
                self.merged.insert(self.entries.len());
                self.append(entry.clone());
            }
        }
    }

    /// The finished mapping.
    pub(super) fn finish(self) -> Map {
        Map { entries: self.entries }
    }
}
