//! The described language: root sections, resource types and named types, each type with a name of its own.

use super::definitions::{Definitions, Describer, Found};
use super::{Body, Definition, Property, Shape};
use crate::order::SortedMap;

/// Everything that the generators need.
#[derive(Clone, Debug, Default)]
pub struct Language {
    /// Root sections of a config, without `resources`.
    pub sections: Vec<Property>,
    /// Resource types, sorted by name.
    pub resources: Vec<ResourceType>,
    /// Named types. Shapes name them by these names.
    pub types: SortedMap<String, Definition>,
}

/// A resource type.
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// The `type` in the config.
    pub name: &'static str,
    /// Its `properties`.
    pub properties: Shape,
}

impl Language {
    /// Describes a language. `sections` gives a struct of the root sections.
    pub fn new(kinds: &[(&'static str, Describer)], sections: Describer) -> Self {
        let mut defs = Definitions::default();
        let root = sections(&mut defs);
        let mut resources: Vec<ResourceType> =
            kinds.iter().map(|(name, describe)| ResourceType { name, properties: describe(&mut defs) }).collect();
        crate::order::sort_by_key(&mut resources, |resource| resource.name);
        let names = names(&defs.types);
        for resource in &mut resources {
            rename(&mut resource.properties, &names);
        }
        let sections_key = if let Shape::Named(key) = &root { key.clone() } else { String::new() };
        let mut language = Self { sections: vec![], resources, types: SortedMap::new() };
        for (key, found) in defs.types {
            let Some(mut definition) = found.definition else { continue };
            rename_in(&mut definition.body, &names);
            match definition.body {
                Body::Struct(properties) if key == sections_key => language.sections = properties,
                _ => {
                    language.types.insert(names.get(&key).cloned().unwrap_or(key), definition);
                }
            }
        }
        language
    }

    /// The type that a shape names, looking through lists, mappings and values that may be deferred.
    pub fn named<'a>(&'a self, shape: &'a Shape) -> Option<(&'a str, &'a Definition)> {
        match shape {
            Shape::Named(name) => self.types.get(name).map(|definition| (name.as_str(), definition)),
            Shape::List(inner) | Shape::Map(inner) | Shape::Deferrable(inner) => self.named(inner),
            _ => None,
        }
    }

    /// The properties of a shape that is a struct.
    pub fn properties(&self, shape: &Shape) -> &[Property] {
        match shape {
            Shape::Named(name) => match self.types.get(name).map(|definition| &definition.body) {
                Some(Body::Struct(properties)) => properties,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// Whether anything must be given in a shape that is a struct.
    pub fn has_required(&self, shape: &Shape) -> bool {
        self.properties(shape).iter().any(|property| property.required)
    }

    /// The doc comment of a shape's type.
    pub fn docs(&self, shape: &Shape) -> &'static str {
        self.named(shape).map(|(_, definition)| definition.docs).unwrap_or_default()
    }
}

/// Names by key: that of the Rust type; where several types share it, with as much of their modules in front as tells them apart.
fn names(types: &SortedMap<String, Found>) -> SortedMap<String, String> {
    let mut names: SortedMap<String, String> = SortedMap::new();
    for depth in 0.. {
        let open = types.iter().filter(|(key, _)| !names.contains_key(*key));
        let candidates: SortedMap<&String, String> = open.map(|(key, found)| (key, qualified(found, depth))).collect();
        if candidates.is_empty() || depth > MAX_DEPTH {
            break;
        }
        for (key, name) in &candidates {
            let shared = candidates.values().filter(|other| *other == name).count() > 1;
            let taken = RESERVED.contains(&name.as_str()) || names.values().any(|taken| taken == name);
            if !shared && !taken {
                names.insert((*key).clone(), name.clone());
            }
        }
    }
    // Two types of one name in one module: numbers tell them apart.
    for (key, found) in types {
        if !names.contains_key(key) {
            let free =
                (2..).map(|n| format!("{}{n}", found.name)).find(|name| !names.values().any(|taken| taken == name));
            names.insert(key.clone(), free.unwrap_or_default());
        }
    }
    names
}

/// Names that the generators use for parts of their own.
const RESERVED: &[&str] = &[
    "Deferrable",
    "Directive",
    "Environment",
    "Intrinsic",
    "Known",
    "Overrides",
    "Resource",
    "ResourceReference",
    "StacktapeConfig",
    "StacktapeResource",
];

/// Deeper modules than there are.
const MAX_DEPTH: usize = 8;

/// `Cors` of `resources::networking::http_api` is `HttpApiCors` at depth 1.
fn qualified(found: &Found, depth: usize) -> String {
    let modules: Vec<&str> = found.module.split("::").collect();
    let prefix: String = modules[modules.len().saturating_sub(depth)..].iter().map(|module| pascal(module)).collect();
    prefix + &found.name
}

/// `http-api`, `http_api` → `HttpApi`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(['-', '_']);
    words
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}

fn rename(shape: &mut Shape, names: &SortedMap<String, String>) {
    match shape {
        Shape::Named(key) => {
            if let Some(name) = names.get(key) {
                key.clone_from(name);
            }
        }
        Shape::List(inner) | Shape::Map(inner) | Shape::Deferrable(inner) => rename(inner, names),
        Shape::OneOf(shapes) => shapes.iter_mut().for_each(|shape| rename(shape, names)),
        _ => {}
    }
}

fn rename_in(body: &mut Body, names: &SortedMap<String, String>) {
    match body {
        Body::Struct(properties) => properties.iter_mut().for_each(|property| rename(&mut property.shape, names)),
        Body::Choice(_) => {}
        Body::Union { variants, .. } => {
            variants.iter_mut().filter_map(|variant| variant.payload.as_mut()).for_each(|shape| rename(shape, names));
        }
    }
}
