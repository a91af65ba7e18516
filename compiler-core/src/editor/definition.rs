//! Where a name is declared, and where it is used.

use super::{OpenConfig, Target};
use crate::source::Span;

/// Where the name at a byte offset is declared.
pub fn definition(_open: &OpenConfig<'_>, _offset: usize) -> Option<Target> {
    None
}

/// Every use of the name at a byte offset, its declaration first.
pub fn references(_open: &OpenConfig<'_>, _offset: usize) -> Vec<Span> {
    vec![]
}
