//! What can be folded: mappings, lists, long texts, comments.

use super::OpenConfig;

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
pub fn folds(_open: &OpenConfig<'_>) -> Vec<Fold> {
    vec![]
}
