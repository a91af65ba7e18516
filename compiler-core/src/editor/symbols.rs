//! The outline: sections, resources, and what they hold.

use super::OpenConfig;
use crate::source::Span;

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its type or value, in a few words; may be empty.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole of it.
    pub span: Span,
    /// Its name in the text.
    pub name_span: Span,
    /// What it holds.
    pub children: Vec<Symbol>,
}

/// What an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A root section.
    Section,
    /// A resource.
    Resource,
    /// A property or an item.
    Property,
}

/// The outline of a config.
pub fn symbols(_open: &OpenConfig<'_>) -> Vec<Symbol> {
    vec![]
}
