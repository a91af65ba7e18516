//! The language as data: JSON schema, TypeScript types and reference pages of every registered resource type.

use crate::describe::{Describe, Describer, Language, classes, json_schema, markdown, typescript};
use crate::model::Sections;
use crate::resources::REGISTRY;
use crate::resources::classes::{CHILDREN, CLASSES};

pub use crate::describe::markdown::Page;

/// The described language.
pub fn language() -> Language {
    let kinds: Vec<(&'static str, Describer)> =
        REGISTRY.kinds.iter().map(|row| (row.type_name, row.describe)).collect();
    Language::new(&kinds, Sections::describe)
}

/// JSON schema (draft 7) of a config, for editors.
pub fn json_schema() -> String {
    json_schema::generate(&language())
}

/// TypeScript types of a config, as the text of a `.d.ts` file.
pub fn typescript() -> String {
    typescript::generate(&language())
}

/// Reference pages in Markdown.
pub fn reference() -> Vec<Page> {
    markdown::generate(&language())
}

/// The classes of TypeScript configs: an ES module.
pub fn classes() -> String {
    classes::javascript(&CLASSES)
}

/// The types of the classes, as the text of a `.d.ts` file.
pub fn class_types() -> String {
    classes::declarations(&CLASSES, CHILDREN, &language())
}
