//! What can stand at the cursor.

use super::{Edit, OpenConfig};

/// Something that can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside the label: type, default.
    pub detail: String,
    /// Markdown.
    pub docs: String,
    /// Puts it into the text; the cursor stands behind it then, or `back` bytes before its end.
    pub edit: Edit,
    /// Bytes that the cursor goes back from the end of the inserted text.
    pub back: usize,
    /// A property that must be given and is missing.
    pub required: bool,
    /// There is a newer way.
    pub deprecated: bool,
    /// Whether to complete again at once: a value follows.
    pub again: bool,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A key of a mapping.
    Property,
    /// One of a few values.
    Value,
    /// A type of a resource, event, packaging …
    Type,
    /// The name of a resource.
    Resource,
    /// A parameter of a resource.
    Param,
    /// A directive.
    Directive,
    /// A variable, script, or part of the config.
    Name,
    /// A file or folder.
    File,
}

/// What can stand at a byte offset, the likeliest first.
pub fn complete(_open: &OpenConfig<'_>, _offset: usize) -> Vec<Completion> {
    vec![]
}
