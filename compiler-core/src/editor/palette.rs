//! The resource types to choose from, and adding one to the config with what it must have.

use super::edits::set_property;
use super::schema::{self, Slot};
use super::{Edit, OpenConfig, Syntax, analysis, names};
use crate::describe::{Body, Property, Shape};
use serde_json::{Map, Value as Json, json};

/// A resource type to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteItem {
    /// The `type`.
    pub kind: &'static str,
    /// What it is.
    pub docs: &'static str,
    /// A name that the config does not have yet.
    pub name: String,
}

/// A resource that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its name.
    pub name: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// Every resource type.
pub fn palette(open: &OpenConfig<'_>) -> Vec<PaletteItem> {
    let taken = names::resources(open.tree());
    let language = schema::language();
    let item = |kind: &crate::describe::ResourceType| PaletteItem {
        kind: kind.name,
        docs: language.docs(&kind.properties),
        name: free_name(kind.name, &taken),
    };
    language.resources.iter().map(item).collect()
}

/// Adds a resource with its required properties. Without a name one is made from the type.
pub fn add_resource(open: &OpenConfig<'_>, kind: &str, name: Option<&str>) -> Result<Added, String> {
    if open.syntax() == Syntax::Other {
        return Err("a program is edited as text".into());
    }
    let Some(found) = schema::language().resources.iter().find(|resource| resource.name == kind) else {
        return Err(format!("there is no resource type `{kind}`"));
    };
    let taken = names::resources(open.tree());
    let name = name.map_or_else(|| free_name(kind, &taken), str::to_string);
    if name.is_empty() || name.len() > 128 || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!("`{name}` cannot be the name of a resource: it has 1 to 128 letters and digits"));
    }
    if taken.iter().any(|(other, _)| *other == name) {
        return Err(format!("the config has a resource `{name}` already; choose another name"));
    }
    let mut resource = json!({ "type": kind });
    let properties =
        Minimal { resources: &analysis::resources(open, open.tree()) }.of(Slot::Shape(&found.properties), None, 0);
    if properties.as_object().is_some_and(|map| !map.is_empty()) {
        resource["properties"] = properties;
    }
    let edits = set_property(open, &schema::join("/resources", &name), Some(&resource))?;
    Ok(Added { name, edits })
}

/// `sqs-queue` → `sqsQueue`, with a number when the config has one.
fn free_name(kind: &str, taken: &[(String, String)]) -> String {
    let mut name = String::new();
    for (at, word) in kind.split('-').enumerate() {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if at > 0 => name.extend(first.to_uppercase().chain(chars)),
            _ => name.push_str(word),
        }
    }
    let is_free = |name: &str| !taken.iter().any(|(other, _)| other == name);
    if is_free(&name) {
        return name;
    }
    (2..).map(|n| format!("{name}{n}")).find(|name| is_free(name)).unwrap_or(name)
}

/// Writes what must be given, and nothing else.
pub(super) struct Minimal<'a> {
    /// What references can name.
    pub resources: &'a [analysis::Known],
}

/// Required things inside each other.
const MAX_DEPTH: usize = 8;

impl Minimal<'_> {
    /// A value that may stand in a slot: the default, the first choice, the least number, the example of a text.
    pub fn of(&self, slot: Slot, property: Option<&'static Property>, depth: usize) -> Json {
        let Slot::Shape(shape) = slot else { return Json::Null };
        if let Some(example) = property.map(|p| p.example).filter(|example| !example.is_empty()) {
            return serde_json::from_str(example).unwrap_or_else(|_| example.into());
        }
        if let Some(names) = property.and_then(|p| p.names) {
            let fits = self.resources.iter().find(|r| names.accepts(&r.kind)).map(|r| r.name.as_str());
            return fits.unwrap_or_default().into();
        }
        if depth > MAX_DEPTH {
            return Json::Null;
        }
        match shape {
            Shape::Text | Shape::Any | Shape::Scalar => "".into(),
            Shape::Number | Shape::Integer => {
                let least = property.and_then(|p| p.range).map_or(1.0, |(low, _)| low);
                if least.fract() == 0.0 { (least as i64).into() } else { least.into() }
            }
            Shape::Boolean => true.into(),
            Shape::Numbers(numbers) => numbers.first().copied().unwrap_or(1).into(),
            Shape::List(inner) => Json::Array(vec![self.of(Slot::Shape(inner), None, depth + 1)]),
            Shape::Map(_) => json!({}),
            Shape::Deferrable(inner) => self.of(Slot::Shape(inner), property, depth),
            Shape::OneOf(shapes) => {
                shapes.first().map_or(Json::Null, |first| self.of(Slot::Shape(first), property, depth))
            }
            Shape::Named(_) => schema::definition(shape).map_or(Json::Null, |found| self.body(&found.body, depth + 1)),
        }
    }

    fn body(&self, body: &'static Body, depth: usize) -> Json {
        match body {
            Body::Struct(properties) => {
                // What has an example is needed as a rule, though not always.
                let required = properties.iter().filter(|p| p.required || !p.example.is_empty());
                let made = required.map(|p| (p.name.to_string(), self.of(Slot::Shape(&p.shape), Some(p), depth)));
                Json::Object(made.collect())
            }
            Body::Choice(values) => values.first().map_or(Json::Null, |(value, _)| (*value).into()),
            Body::Union { tag, flat, variants } => {
                let Some(first) = variants.first() else { return Json::Null };
                let mut made = Map::new();
                made.insert(tag.to_string(), first.name.into());
                let payload = first.payload.as_ref().filter(|_| first.required || *flat);
                match payload.map(|shape| self.of(Slot::Shape(shape), None, depth)) {
                    Some(Json::Object(inside)) if *flat => made.extend(inside),
                    Some(inside) => drop(made.insert(schema::PROPERTIES.to_string(), inside)),
                    None => {}
                }
                Json::Object(made)
            }
        }
    }
}
