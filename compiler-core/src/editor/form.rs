//! The form of a mapping: its fields with type, documentation and current value, from the schema.

use super::OpenConfig;
use crate::source::Span;

/// The fields of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// JSON pointer of the mapping: `/resources/api`, `/resources/api/properties/cors`.
    pub path: String,
    /// Documentation of its type.
    pub docs: String,
    /// The place of its key, or of the mapping itself.
    pub span: Span,
    /// The fields, required ones first.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name of the property.
    pub name: String,
    /// JSON pointer, for a form of its own or a change.
    pub path: String,
    /// What its value is.
    pub kind: FieldKind,
    /// Documentation, with bounds and default.
    pub docs: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether there is a newer way.
    pub deprecated: bool,
    /// Value when it is not given, as text.
    pub default: Option<String>,
    /// Unit of a number; may be empty.
    pub unit: &'static str,
    /// Least and greatest number.
    pub range: Option<(f64, f64)>,
    /// The values to choose from, each with its documentation.
    pub options: Vec<(String, String)>,
    /// The current value as JSON text; `None` when it is not given.
    pub value: Option<String>,
    /// The place of the current value.
    pub span: Option<Span>,
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of the options.
    Choice,
    /// The name of a resource; the options are those that fit.
    Resource,
    /// A mapping with a form of its own.
    Object,
    /// A list; its items have forms of their own at `path/0` …
    List,
    /// A mapping with free keys.
    Map,
    /// Anything.
    Any,
}

/// The form of the mapping at a JSON pointer; `None` when there is none.
pub fn form(_open: &OpenConfig<'_>, _path: &str) -> Option<Form> {
    None
}
