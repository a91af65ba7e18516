//! The answers of the language services, as the caller gets them.

use crate::output::{Place, Range};
use crate::position::Positions;
use serde::Serialize;
use stacktape_compiler::editor as core;
use stacktape_compiler::editor::OpenConfig;
use stacktape_compiler::source::Span;
use tsify::Tsify;

/// A range of the config's text is replaced; several edits never overlap and all speak of the text as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub range: Range,
    /// What stands there then.
    pub new_text: String,
}

/// Something that can stand at the cursor.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What it is.
    #[tsify(type = "'property' | 'value' | 'type' | 'resource' | 'param' | 'directive' | 'name' | 'file'")]
    pub kind: &'static str,
    /// A few words beside the label: type, default. May be empty.
    pub detail: String,
    /// Markdown. May be empty.
    pub docs: String,
    /// Puts it into the text.
    pub edit: TextEdit,
    /// UTF-16 offset of the cursor inside the inserted text.
    pub cursor: u32,
    /// A property that must be given and is missing.
    pub required: bool,
    /// There is a newer way.
    pub deprecated: bool,
    /// Whether to complete again at once: a value follows.
    pub again: bool,
}

/// Documentation of a place.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Hover {
    /// What it is about.
    pub range: Range,
    /// Markdown.
    pub markdown: String,
}

/// What can be renamed at a place.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Renamable {
    /// The name under the cursor.
    pub range: Range,
    /// The name.
    pub name: String,
}

/// An entry of the outline.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OutlineSymbol {
    /// Its name.
    pub name: String,
    /// Its type or value, in a few words. May be empty.
    pub detail: String,
    /// What it is.
    #[tsify(type = "'section' | 'resource' | 'property'")]
    pub kind: &'static str,
    /// The whole of it.
    pub range: Range,
    /// Its name in the text.
    pub name_range: Range,
    /// What it holds.
    pub children: Vec<OutlineSymbol>,
}

/// Lines that can be folded into the first one.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Fold {
    /// First line, from 1; it stays visible.
    pub first_line: u32,
    /// Last line, from 1.
    pub last_line: u32,
    /// Whether they are comments.
    pub comment: bool,
}

/// An edit that removes a finding.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// Index of the finding in the `diagnostics` of `diagnose` and `compile` for the same input.
    pub diagnostic: u32,
    /// What it does, for a menu.
    pub title: String,
    /// The edits.
    pub edits: Vec<TextEdit>,
    /// Whether it is what is probably meant.
    pub preferred: bool,
}

/// A resource type to add.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PaletteItem {
    /// The `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is.
    pub docs: String,
    /// A name that the config does not have yet.
    pub name: String,
}

/// A resource that was added.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AddedResource {
    /// Its name.
    pub name: String,
    /// The edits.
    pub edits: Vec<TextEdit>,
}

/// The fields of a mapping.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    /// JSON pointer of the mapping.
    pub path: String,
    /// Documentation of its type.
    pub docs: String,
    /// The place of its key, or of the mapping itself.
    pub range: Range,
    /// The fields, required ones first.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Name of the property.
    pub name: String,
    /// JSON pointer: for `setProperty`, and for the form of an object.
    pub path: String,
    /// What its value is. `object` has a form of its own; the items of a `list` have forms at `path/0`, `path/1` …; the options of `resource` are
    /// the resources that fit.
    #[tsify(
        type = "'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'resource' | 'object' | 'list' | 'map' | 'any'"
    )]
    pub kind: &'static str,
    /// Documentation, with bounds and default (Markdown).
    pub docs: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether there is a newer way.
    pub deprecated: bool,
    /// Value when it is not given, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Unit of a number, such as `seconds`. May be empty.
    pub unit: String,
    /// Least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The values to choose from.
    pub options: Vec<FieldOption>,
    /// The current value as JSON text; absent when it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The place of the current value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// A value to choose.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FieldOption {
    /// The value.
    pub value: String,
    /// What it means. May be empty.
    pub docs: String,
}

/// Turns the core's answers into the boundary's.
pub(crate) struct Answers<'a> {
    positions: Positions<'a>,
}

impl<'a> Answers<'a> {
    /// Answers about an open config.
    pub(crate) fn new(open: &'a OpenConfig<'_>) -> Self {
        Self { positions: Positions::new(&open.sources) }
    }

    fn range(&mut self, span: Span) -> Range {
        let nowhere = crate::output::Position { line: 1, column: 1, character: 0, offset: 0 };
        self.positions.range(span).map_or(Range { start: nowhere, end: nowhere }, |(_, range)| range)
    }

    pub(crate) fn place(&mut self, span: Span) -> Option<Place> {
        self.positions.range(span).map(|(file, range)| Place { file, range })
    }

    pub(crate) fn target(&mut self, target: core::Target) -> Option<Place> {
        match target {
            core::Target::Here(span) => self.place(span),
            core::Target::File(file) => {
                let start = crate::output::Position { line: 1, column: 1, character: 0, offset: 0 };
                Some(Place { file: file.to_string(), range: Range { start, end: start } })
            }
        }
    }

    pub(crate) fn edit(&mut self, edit: core::Edit) -> TextEdit {
        TextEdit { range: self.range(edit.span), new_text: edit.text }
    }

    pub(crate) fn edits(&mut self, edits: Vec<core::Edit>) -> Vec<TextEdit> {
        edits.into_iter().map(|edit| self.edit(edit)).collect()
    }

    pub(crate) fn completion(&mut self, item: core::completion::Completion) -> Completion {
        use core::completion::CompletionKind as Kind;
        let before = item.edit.text.len().saturating_sub(item.back);
        let cursor = item.edit.text.get(..before).unwrap_or(&item.edit.text).encode_utf16().count() as u32;
        Completion {
            label: item.label,
            kind: match item.kind {
                Kind::Property => "property",
                Kind::Value => "value",
                Kind::Type => "type",
                Kind::Resource => "resource",
                Kind::Param => "param",
                Kind::Directive => "directive",
                Kind::Name => "name",
                Kind::File => "file",
            },
            detail: item.detail,
            docs: item.docs,
            edit: self.edit(item.edit),
            cursor,
            required: item.required,
            deprecated: item.deprecated,
            again: item.again,
        }
    }

    pub(crate) fn hover(&mut self, hover: core::hover::Hover) -> Hover {
        Hover { range: self.range(hover.span), markdown: hover.markdown }
    }

    pub(crate) fn renamable(&mut self, found: core::rename::Renamable) -> Renamable {
        Renamable { range: self.range(found.span), name: found.name }
    }

    pub(crate) fn symbol(&mut self, symbol: core::symbols::Symbol) -> OutlineSymbol {
        use core::symbols::SymbolKind as Kind;
        OutlineSymbol {
            name: symbol.name,
            detail: symbol.detail,
            kind: match symbol.kind {
                Kind::Section => "section",
                Kind::Resource => "resource",
                Kind::Property => "property",
            },
            range: self.range(symbol.span),
            name_range: self.range(symbol.name_span),
            children: symbol.children.into_iter().map(|child| self.symbol(child)).collect(),
        }
    }

    pub(crate) fn fix(&mut self, fix: core::fixes::Fix) -> Fix {
        Fix {
            diagnostic: fix.diagnostic as u32,
            title: fix.title,
            edits: self.edits(fix.edits),
            preferred: fix.preferred,
        }
    }

    pub(crate) fn form(&mut self, form: core::form::Form) -> Form {
        let range = self.range(form.span);
        Form {
            path: form.path,
            docs: form.docs,
            range,
            fields: form.fields.into_iter().map(|field| self.field(field)).collect(),
        }
    }

    fn field(&mut self, field: core::form::Field) -> Field {
        use core::form::FieldKind as Kind;
        Field {
            name: field.name,
            path: field.path,
            kind: match field.kind {
                Kind::Text => "text",
                Kind::Number => "number",
                Kind::Integer => "integer",
                Kind::Boolean => "boolean",
                Kind::Choice => "choice",
                Kind::Resource => "resource",
                Kind::Object => "object",
                Kind::List => "list",
                Kind::Map => "map",
                Kind::Any => "any",
            },
            docs: field.docs,
            required: field.required,
            deprecated: field.deprecated,
            default: field.default,
            unit: field.unit.to_string(),
            min: field.range.map(|(low, _)| low),
            max: field.range.map(|(_, high)| high).filter(|high| high.is_finite()),
            options: field.options.into_iter().map(|(value, docs)| FieldOption { value, docs }).collect(),
            value: field.value,
            range: field.span.map(|span| self.range(span)),
        }
    }
}

impl From<core::folds::Fold> for Fold {
    fn from(fold: core::folds::Fold) -> Self {
        Self { first_line: fold.first + 1, last_line: fold.last + 1, comment: fold.comment }
    }
}

impl From<core::palette::PaletteItem> for PaletteItem {
    fn from(item: core::palette::PaletteItem) -> Self {
        Self { kind: item.kind.to_string(), docs: item.docs.to_string(), name: item.name }
    }
}
