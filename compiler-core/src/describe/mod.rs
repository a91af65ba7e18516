//! What a config type looks like: the source of the JSON schema, the TypeScript types and the reference pages.
//!
//! `#[derive(Describe)]` gives a static table for each type; [`Definitions`] collects the types that are reached, and [`Language`] gives each a
//! name of its own. The generators [`json_schema`], [`typescript`], [`classes`] and [`markdown`] only read a [`Language`].

pub mod classes;
mod definitions;
pub mod json_schema;
mod language;
pub mod markdown;
#[cfg(test)]
mod tests;
pub mod typescript;

pub use definitions::{Definitions, Describer, Layout, Part, PropertyRow, VariantRow};
pub use language::{Language, ResourceType};
pub use stacktape_compiler_macros::Describe;

use crate::decode::{Dict, Raw, Val};
use crate::source::Spanned;
use std::sync::Arc;

/// A type that can be described.
pub trait Describe {
    /// Describes it; named types are added to the definitions once.
    fn describe(defs: &mut Definitions) -> Shape;
}

/// The shape of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of a few whole numbers.
    Numbers(&'static [u32]),
    /// Text, a number or a boolean.
    Scalar,
    /// Anything.
    Any,
    /// A list.
    List(Box<Shape>),
    /// A mapping with free keys.
    Map(Box<Shape>),
    /// One of several shapes.
    OneOf(Vec<Shape>),
    /// A named definition.
    Named(String),
    /// A value that may also be an expression that CloudFormation evaluates.
    Deferrable(Box<Shape>),
}

/// A default value.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// Text.
    Text(&'static str),
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// One of a choice.
    Choice(fn() -> &'static str),
}

/// A property of a struct.
#[derive(Clone, Debug)]
pub struct Property {
    /// Name in the config.
    pub name: &'static str,
    /// Doc comment.
    pub docs: &'static str,
    /// Shape of the value.
    pub shape: Shape,
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
    /// What to use instead, when there is a newer way.
    pub deprecated: Option<&'static str>,
    /// What the text (or each text of the list) names.
    pub names: Option<Names>,
    /// A value, as text or JSON, that an editor writes when it adds the mapping around it; may be empty.
    pub example: &'static str,
}

/// What a text names: `#[config(names = "…")]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// A resource of any type (`any`), or a part of one: `web.loadBalancer`, `api.alarms.0`.
    Resource,
    /// A resource of one of these types, separated by spaces.
    Typed(&'static str),
    /// A resource that can be connected to, or an AWS service (`target`).
    Target,
    /// A script of the `scripts` section (`script`).
    Script,
    /// Another container of the same resource (`container`).
    Container,
}

impl Names {
    /// Reads the attribute; `None` when it is empty.
    fn parse(text: &'static str) -> Option<Self> {
        match text {
            "" => None,
            "any" => Some(Self::Resource),
            "target" => Some(Self::Target),
            "script" => Some(Self::Script),
            "container" => Some(Self::Container),
            types => Some(Self::Typed(types)),
        }
    }

    /// Whether it names resources.
    pub fn of_resources(self) -> bool {
        matches!(self, Self::Resource | Self::Typed(_) | Self::Target)
    }

    /// Whether a resource of this type can be meant.
    pub fn accepts(self, kind: &str) -> bool {
        match self {
            Self::Typed(types) => types.split(' ').any(|t| t == kind),
            Self::Script | Self::Container => false,
            Self::Resource | Self::Target => true,
        }
    }
}

/// A member of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Value of the tag.
    pub name: &'static str,
    /// Doc comment.
    pub docs: &'static str,
    /// What stands inside.
    pub payload: Option<Shape>,
    /// Whether it must be given.
    pub required: bool,
}

/// What a definition is.
#[derive(Clone, Debug)]
pub enum Body {
    /// A mapping with known keys.
    Struct(Vec<Property>),
    /// One of a few texts, each with its doc comment.
    Choice(Vec<(&'static str, &'static str)>),
    /// A mapping whose tag says which member it is.
    Union {
        /// The key that says it.
        tag: &'static str,
        /// Whether the payload stands beside the tag instead of under `properties`.
        flat: bool,
        /// The members.
        variants: Vec<Variant>,
    },
}

/// A named type.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Doc comment.
    pub docs: &'static str,
    /// What it is.
    pub body: Body,
}

macro_rules! plain {
    ($($ty:ty => $shape:ident),+) => { $( impl Describe for $ty {
        fn describe(_: &mut Definitions) -> Shape { Shape::$shape }
    } )+ };
}
plain!(bool => Boolean, f64 => Number, i64 => Integer, u32 => Integer, String => Text, Arc<str> => Text, Raw => Any);

impl<T: Describe> Describe for Option<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        T::describe(defs)
    }
}
impl<T: Describe> Describe for Box<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        T::describe(defs)
    }
}
impl<T: Describe> Describe for Spanned<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        T::describe(defs)
    }
}
impl<T: Describe> Describe for Val<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        Shape::Deferrable(Box::new(T::describe(defs)))
    }
}
impl<T: Describe> Describe for Vec<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        Shape::List(Box::new(T::describe(defs)))
    }
}
impl<T: Describe> Describe for Dict<T> {
    fn describe(defs: &mut Definitions) -> Shape {
        Shape::Map(Box::new(T::describe(defs)))
    }
}
