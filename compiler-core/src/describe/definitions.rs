//! The tables that the derive macro writes, and the collection of the types that they reach.

use super::{Body, Definition, Literal, Names, Property, Shape, Variant};
use crate::order::SortedMap;

/// Describes a type: [`super::Describe::describe`] as a function pointer, so that tables can be static.
pub type Describer = fn(&mut Definitions) -> Shape;

/// A struct whose properties are described among those of others.
pub trait Part {
    /// Its properties.
    const ROWS: &'static [PropertyRow];
}

/// A property as the derive macro writes it.
#[derive(Clone, Copy)]
pub struct PropertyRow {
    /// Name in the config.
    pub name: &'static str,
    /// Doc comment.
    pub docs: &'static str,
    /// Describes the value.
    pub shape: Describer,
    /// Whether it must be given.
    pub required: bool,
    /// Value when it is not given.
    pub default: Option<Literal>,
    /// Allowed numbers.
    pub range: Option<(f64, f64)>,
    /// Unit of a number; may be empty.
    pub unit: &'static str,
    /// Allowed number of items.
    pub items: Option<(usize, usize)>,
    /// Allowed length of a text.
    pub length: Option<(usize, usize)>,
    /// What to use instead.
    pub deprecated: Option<&'static str>,
    /// What the text names; see [`super::Names`].
    pub names: &'static str,
    /// A value, as text or JSON, that an editor writes; may be empty.
    pub example: &'static str,
}

/// A member of a union as the derive macro writes it.
pub struct VariantRow {
    /// Value of the tag.
    pub name: &'static str,
    /// Doc comment.
    pub docs: &'static str,
    /// Describes what stands inside.
    pub payload: Option<Describer>,
    /// Whether it must be given.
    pub required: bool,
}

/// What a type is, as the derive macro writes it.
pub enum Layout {
    /// A mapping with known keys.
    Struct(&'static [PropertyRow]),
    /// One of a few texts, each with its doc comment.
    Choice(&'static [(&'static str, &'static str)]),
    /// A mapping whose tag says which member it is.
    Union {
        /// The key that says it.
        tag: &'static str,
        /// Whether the payload stands beside the tag instead of under `properties`.
        flat: bool,
        /// The members.
        variants: &'static [VariantRow],
    },
}

/// A type that was reached.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Module of the Rust type.
    pub module: &'static str,
    /// Name of the Rust type, after the names of its parameters: `FunctionTriggerAlarm`.
    pub name: String,
    /// `None` while the type is being described, which ends recursion.
    pub definition: Option<Definition>,
}

/// All types that were reached, by a key that is unique: module, name and parameters.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    pub(super) types: SortedMap<String, Found>,
}

impl Definitions {
    /// Adds a type unless it is there.
    pub fn define(
        &mut self,
        module: &'static str,
        name: &'static str,
        parameters: &[Describer],
        docs: &'static str,
        layout: &Layout,
    ) -> Shape {
        let parameters: Vec<Shape> = parameters.iter().map(|describe| describe(self)).collect();
        let key = match parameters.as_slice() {
            [] => format!("{module}::{name}"),
            _ => format!("{module}::{name}<{parameters:?}>"),
        };
        if !self.types.contains_key(&key) {
            let prefix: String = parameters.iter().map(|shape| self.prefix(shape)).collect();
            self.types.insert(key.clone(), Found { module, name: prefix + name, definition: None });
            let body = self.body(layout);
            if let Some(found) = self.types.get_mut(&key) {
                found.definition = Some(Definition { docs, body });
            }
        }
        Shape::Named(key)
    }

    /// What a parameter adds to the name of a generic type.
    fn prefix(&self, shape: &Shape) -> String {
        match shape {
            Shape::Named(key) => self.types.get(key).map(|found| found.name.clone()).unwrap_or_default(),
            Shape::List(inner) => self.prefix(inner) + "List",
            Shape::Map(inner) => self.prefix(inner) + "Map",
            Shape::Deferrable(inner) => self.prefix(inner),
            Shape::OneOf(shapes) => shapes.iter().map(|shape| self.prefix(shape)).collect(),
            Shape::Numbers(_) => "Number".to_string(),
            plain => format!("{plain:?}"),
        }
    }

    fn body(&mut self, layout: &Layout) -> Body {
        match layout {
            Layout::Struct(rows) => Body::Struct(rows.iter().map(|row| self.property(row)).collect()),
            Layout::Choice(names) => Body::Choice(names.to_vec()),
            Layout::Union { tag, flat, variants } => {
                let variants = variants.iter().map(|row| Variant {
                    name: row.name,
                    docs: row.docs,
                    payload: row.payload.map(|describe| describe(self)),
                    required: row.required,
                });
                Body::Union { tag, flat: *flat, variants: variants.collect() }
            }
        }
    }

    fn property(&mut self, row: &PropertyRow) -> Property {
        Property {
            name: row.name,
            docs: row.docs,
            shape: (row.shape)(self),
            required: row.required,
            default: row.default,
            range: row.range,
            unit: row.unit,
            items: row.items,
            length: row.length,
            deprecated: row.deprecated,
            names: Names::parse(row.names),
            example: row.example,
        }
    }
}
