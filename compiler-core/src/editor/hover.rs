//! What a word of the config means.

use super::OpenConfig;
use crate::source::Span;

/// Documentation of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What stands at a byte offset.
pub fn hover(_open: &OpenConfig<'_>, _offset: usize) -> Option<Hover> {
    None
}
