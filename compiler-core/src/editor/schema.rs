//! The described language, as an editor walks it: what may stand at a place of the tree, from the root down.

use crate::describe::{Body, Definition, Describe, Describer, Language, Names, Property, Shape, Variant};
use crate::model::Sections;
use crate::resources::REGISTRY;
use crate::syntax::{Map, Node, Value};
use std::sync::LazyLock;

/// The types of the language by name, with one for the whole config and one for a resource.
static LANGUAGE: LazyLock<Language> = LazyLock::new(|| {
    let kinds: Vec<(&'static str, Describer)> =
        REGISTRY.kinds.iter().map(|row| (row.type_name, row.describe)).collect();
    let mut language = Language::new(&kinds, Sections::describe);
    let variants = language.resources.iter().map(|kind| Variant {
        name: kind.name,
        docs: language.docs(&kind.properties),
        payload: Some(kind.properties.clone()),
        required: language.has_required(&kind.properties),
    });
    let body = Body::Union { tag: "type", flat: false, variants: variants.collect() };
    let resource = Definition { docs: "A resource of the stack.", body };
    let mut properties = vec![Property {
        name: "resources",
        docs: "The resources of the stack, by name. A name has letters and digits only.",
        shape: Shape::Map(Box::new(Shape::Named(RESOURCE.into()))),
        required: true,
        default: None,
        range: None,
        unit: "",
        items: None,
        length: None,
        deprecated: None,
        names: None,
        example: "",
    }];
    properties.append(&mut language.sections);
    let config = Definition { docs: "The config of a stack.", body: Body::Struct(properties) };
    language.types.insert(RESOURCE.into(), resource);
    language.types.insert(CONFIG.into(), config);
    language
});

/// Name of the type of a resource; reserved in [`Language`].
const RESOURCE: &str = "Resource";
/// Name of the type of a whole config; reserved in [`Language`].
const CONFIG: &str = "StacktapeConfig";
/// Where the payload of a resource or union stands.
pub const PROPERTIES: &str = "properties";

/// What may stand at a place.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// A value of a shape.
    Shape(&'static Shape),
    /// The tag of a union: one of these names.
    Tag(&'static [Variant]),
    /// Anything.
    Free,
}

/// A key that a mapping may have.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The key.
    pub name: &'static str,
    /// Doc comment; that of the property is in `property`, too.
    pub docs: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// What its value is.
    pub slot: Slot,
    /// The property with its bounds, where it is one.
    pub property: Option<&'static Property>,
}

impl Member {
    /// What its text, or each text of its list, names.
    pub fn names(&self) -> Option<Names> {
        self.property.and_then(|property| property.names)
    }
}

/// The slot of a whole config.
pub fn root() -> Slot {
    static ROOT: LazyLock<Shape> = LazyLock::new(|| Shape::Named(CONFIG.into()));
    Slot::Shape(&ROOT)
}

/// The language with all its types.
pub fn language() -> &'static Language {
    &LANGUAGE
}

/// The definition that a shape names.
pub fn definition(shape: &Shape) -> Option<&'static Definition> {
    match shape {
        Shape::Named(name) => LANGUAGE.types.get(name),
        _ => None,
    }
}

/// The alternatives of a slot, without the wrappers of values that may be deferred.
fn shapes(slot: Slot) -> Vec<&'static Shape> {
    fn open(shape: &'static Shape, found: &mut Vec<&'static Shape>) {
        match shape {
            Shape::Deferrable(inner) => open(inner, found),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| open(shape, found)),
            shape => found.push(shape),
        }
    }
    let mut found = vec![];
    if let Slot::Shape(shape) = slot {
        open(shape, &mut found);
    }
    found
}

impl Slot {
    /// The keys that a mapping here may have; `map` is what stands there, whose tag decides in a union.
    pub fn members(self, map: Option<&Map>) -> Vec<Member> {
        let mut members = vec![];
        for shape in shapes(self) {
            let Some(definition) = definition(shape) else { continue };
            match &definition.body {
                Body::Struct(properties) => members.extend(properties.iter().map(member)),
                Body::Choice(_) => {}
                Body::Union { tag, flat, variants } => {
                    members.push(Member {
                        name: tag,
                        docs: "Which kind it is.",
                        required: true,
                        slot: Slot::Tag(variants),
                        property: None,
                    });
                    let chosen = map.and_then(|map| map.get(tag)).and_then(Node::as_str);
                    let chosen = chosen.and_then(|name| variants.iter().find(|v| v.name == name));
                    match (chosen.and_then(|v| v.payload.as_ref()), flat) {
                        (Some(payload), true) => members.extend(Slot::Shape(payload).members(map)),
                        (payload, false) => members.push(Member {
                            name: PROPERTIES,
                            docs: payload.map(|p| LANGUAGE.docs(p)).unwrap_or("The properties."),
                            required: chosen.is_some_and(|v| v.required),
                            slot: payload.map_or(Slot::Free, Slot::Shape),
                            property: None,
                        }),
                        (None, true) => {}
                    }
                    if matches!(shape, Shape::Named(name) if name == RESOURCE) {
                        members.push(Member {
                            name: "overrides",
                            docs: "Changes of the CloudFormation resources that are made: by logical id, then by property path.",
                            required: false,
                            slot: Slot::Free,
                            property: None,
                        });
                    }
                }
            }
        }
        members
    }

    /// What the value of a key is, in the mapping `map`; with the member, when the key is a known one.
    pub fn entry(self, map: &Map, key: &str) -> (Slot, Option<Member>) {
        if let Some(member) = self.members(Some(map)).into_iter().find(|member| member.name == key) {
            return (member.slot, Some(member));
        }
        let inner = shapes(self).into_iter().find_map(|shape| match shape {
            Shape::Map(inner) => Some(Slot::Shape(inner)),
            _ => None,
        });
        (inner.unwrap_or(Slot::Free), None)
    }

    /// What an item of a list here is.
    pub fn item(self) -> Slot {
        let inner = shapes(self).into_iter().find_map(|shape| match shape {
            Shape::List(inner) => Some(Slot::Shape(inner)),
            _ => None,
        });
        inner.unwrap_or(Slot::Free)
    }

    /// Whether a list can stand here.
    pub fn takes_list(self) -> bool {
        shapes(self).iter().any(|shape| matches!(shape, Shape::List(_)))
    }

    /// Whether a mapping can stand here.
    pub fn takes_map(self) -> bool {
        shapes(self).iter().any(|shape| {
            matches!(shape, Shape::Map(_))
                || definition(shape).is_some_and(|d| matches!(d.body, Body::Struct(_) | Body::Union { .. }))
        })
    }

    /// Whether free text can stand here.
    pub fn takes_text(self) -> bool {
        match self {
            Slot::Free => true,
            slot => shapes(slot).iter().any(|shape| matches!(shape, Shape::Text | Shape::Scalar | Shape::Any)),
        }
    }

    /// The values to choose from, each with its documentation.
    pub fn choices(self) -> Vec<(String, &'static str)> {
        if let Slot::Tag(variants) = self {
            let docs = |variant: &'static Variant| match (variant.docs, &variant.payload) {
                ("", Some(payload)) => LANGUAGE.docs(payload),
                (docs, _) => docs,
            };
            return variants.iter().map(|variant| (variant.name.to_string(), docs(variant))).collect();
        }
        let mut choices = vec![];
        for shape in shapes(self) {
            match shape {
                Shape::Boolean => choices.extend([("true".to_string(), ""), ("false".to_string(), "")]),
                Shape::Numbers(numbers) => choices.extend(numbers.iter().map(|n| (n.to_string(), ""))),
                shape => {
                    if let Some(Definition { body: Body::Choice(values), .. }) = definition(shape) {
                        choices.extend(values.iter().map(|(value, docs)| (value.to_string(), *docs)));
                    }
                }
            }
        }
        choices
    }

    /// Documentation of the type that stands here.
    pub fn docs(self) -> &'static str {
        shapes(self).into_iter().map(|shape| LANGUAGE.docs(shape)).find(|docs| !docs.is_empty()).unwrap_or_default()
    }

    /// What a value here is, in a word or two.
    pub fn word(self) -> String {
        match self {
            Slot::Tag(_) => "one of a few".to_string(),
            Slot::Free => "anything".to_string(),
            slot => {
                let mut words: Vec<String> = shapes(slot).into_iter().map(word).collect();
                words.dedup();
                words.join(" or ")
            }
        }
    }
}

fn word(shape: &'static Shape) -> String {
    match shape {
        Shape::Text => "text".to_string(),
        Shape::Number => "number".to_string(),
        Shape::Integer | Shape::Numbers(_) => "whole number".to_string(),
        Shape::Boolean => "true or false".to_string(),
        Shape::Scalar => "text or number".to_string(),
        Shape::Any => "anything".to_string(),
        Shape::List(inner) => format!("list of {}", Slot::Shape(inner).word()),
        Shape::Map(inner) => format!("mapping to {}", Slot::Shape(inner).word()),
        shape => match definition(shape).map(|definition| &definition.body) {
            Some(Body::Choice(_)) => "one of a few".to_string(),
            _ => "mapping".to_string(),
        },
    }
}

fn member(property: &'static Property) -> Member {
    Member {
        name: property.name,
        docs: property.docs,
        required: property.required,
        slot: Slot::Shape(&property.shape),
        property: Some(property),
    }
}

/// A place in the tree on the way to another one, and what the language says about it.
#[derive(Clone, Debug)]
pub struct Step<'t> {
    /// The key that leads here, with its place; `None` for the root and for items of lists.
    pub key: Option<&'t crate::source::Spanned<std::sync::Arc<str>>>,
    /// The position in a list that leads here.
    pub index: Option<usize>,
    /// What stands here.
    pub node: &'t Node,
    /// What may stand here.
    pub slot: Slot,
    /// The member of the mapping above; for an item of a list that of the list.
    pub member: Option<Member>,
}

impl<'t> Step<'t> {
    /// The root.
    pub fn root(node: &'t Node) -> Self {
        Self { key: None, index: None, node, slot: root(), member: None }
    }

    /// What stands below.
    pub fn children(&self) -> Vec<Step<'t>> {
        match &self.node.value {
            Value::Map(map) => {
                let of = |entry: &'t crate::syntax::Entry| {
                    let (slot, member) = self.slot.entry(map, &entry.key.value);
                    Step { key: Some(&entry.key), index: None, node: &entry.value, slot, member }
                };
                map.entries.iter().map(of).collect()
            }
            Value::List(items) => {
                let slot = self.slot.item();
                let of = |(index, node): (usize, &'t Node)| Step {
                    key: None,
                    index: Some(index),
                    node,
                    slot,
                    member: self.member,
                };
                items.iter().enumerate().map(of).collect()
            }
            _ => vec![],
        }
    }

    /// Whether the text of the value stands behind its key; not so where an alias or a merge key brought it in.
    pub fn is_written_here(&self) -> bool {
        self.key.is_none_or(|key| self.node.span.start >= key.span.end)
    }
}

/// Every place of a tree with its way from the root, parents before children. What an alias repeats is left out.
pub fn visit<'t>(tree: &'t Node, see: &mut dyn FnMut(&[Step<'t>])) {
    fn go<'t>(way: &mut Vec<Step<'t>>, see: &mut dyn FnMut(&[Step<'t>])) {
        see(way);
        let Some(last) = way.last() else { return };
        let span = last.node.span;
        for child in last.children() {
            let start = child.key.map_or(child.node.span.start, |key| key.span.start);
            if child.is_written_here() && span.start <= start && start <= span.end {
                way.push(child);
                go(way, see);
                way.pop();
            }
        }
    }
    go(&mut vec![Step::root(tree)], see);
}

/// The way to what stands at a byte offset, and whether it is the last step's key.
pub fn locate(tree: &Node, offset: usize) -> (Vec<Step<'_>>, bool) {
    let offset = offset as u32;
    let mut way = vec![Step::root(tree)];
    loop {
        let Some(last) = way.last() else { return (way, false) };
        let children = last.children();
        let within = |span: crate::source::Span| span.start <= offset && offset <= span.end;
        if let Some(child) = children.iter().find(|c| c.key.is_some_and(|key| within(key.span))) {
            way.push(child.clone());
            return (way, true);
        }
        match children.into_iter().find(|c| c.is_written_here() && within(c.node.span)) {
            Some(child) => way.push(child),
            None => return (way, false),
        }
    }
}

/// The way to a JSON pointer (`/resources/api/properties`), as far as it exists, and what is left of it.
pub fn follow<'t>(tree: &'t Node, pointer: &str) -> (Vec<Step<'t>>, Vec<String>) {
    let mut way = vec![Step::root(tree)];
    let mut rest: Vec<String> = segments(pointer);
    while let (Some(last), Some(next)) = (way.last(), rest.first()) {
        let index = next.parse::<usize>().ok();
        let is = |child: &Step<'_>| match child.key {
            Some(key) => *key.value == **next,
            None => child.index == index && index.is_some(),
        };
        match last.children().into_iter().find(is) {
            Some(child) => way.push(child),
            None => break,
        }
        rest.remove(0);
    }
    (way, rest)
}

/// The parts of a JSON pointer.
pub fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

/// A JSON pointer with one part more.
pub fn join(pointer: &str, part: &str) -> String {
    format!("{pointer}/{}", part.replace('~', "~0").replace('/', "~1"))
}
