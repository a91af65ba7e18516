//! Values of a config as JavaScript: parts become classes, directives functions, names of resources references.

use super::comments::Comments;
use super::layout::{Js, Part, key, text};
use crate::describe::{Body, Language, Names, Property, Shape};
use crate::directives::{DIRECTIVES, call};
use crate::order::{SortedMap, SortedSet};
use crate::resources::classes::CLASSES;
use crate::source::Sources;
use crate::syntax::{Entry, Map, Node, Value};
use std::cell::RefCell;

/// What the conversion of values needs, and what it finds out.
pub(super) struct Values<'a> {
    pub sources: &'a Sources,
    pub language: &'a Language,
    pub comments: &'a Comments<'a>,
    /// The constant of each resource that can be referred to, with the parameters of its class.
    pub constants: SortedMap<&'a str, Constant>,
    /// Resources that were referred to.
    pub used: RefCell<SortedSet<String>>,
    /// What has to be imported.
    pub imports: RefCell<SortedSet<String>>,
}

/// A constant that holds a resource.
#[derive(Clone)]
pub(super) struct Constant {
    /// Its name.
    pub name: String,
    /// Parameters that it has.
    pub params: &'static [&'static [&'static str]],
}

/// Where a value stands: what its type is, and what leads to it.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    /// What the compiler says about the value; nothing for what it does not look into.
    pub shape: Option<&'p Shape>,
    /// The key that holds it; empty for items.
    pub key: &'p str,
    /// Whether `environment` directly below may be an object.
    pub workload: bool,
    /// Whether the text (or each text of the list) names a resource.
    pub names: bool,
}

impl<'p> Place<'p> {
    /// Somewhere that nothing is known about.
    pub const NOWHERE: Place<'static> = Place { shape: None, key: "", workload: false, names: false };
}

impl Values<'_> {
    /// A value.
    pub fn value(&self, node: &Node, place: Place<'_>) -> Js {
        match &node.value {
            Value::Null | Value::Deferred(_) | Value::Invalid => Js::Atom("null".into()),
            Value::Bool(value) => Js::Atom(value.to_string()),
            Value::Int(value) => Js::Atom(value.to_string()),
            Value::Float(value) => Js::Atom(float(*value)),
            Value::Str(value) => Js::Atom(self.text(value, node, place)),
            Value::List(items) => self.list(node, items, place),
            Value::Map(map) => self.map(node, map, place),
        }
    }

    fn list(&self, node: &Node, items: &[Node], place: Place<'_>) -> Js {
        if place.key == "environment"
            && place.workload
            && let Some(object) = self.environment(node, items)
        {
            return object;
        }
        let shape = match place.shape.map(undeferred) {
            Some(Shape::List(inner)) => Some(&**inner),
            _ => None,
        };
        let workload = matches!(place.key, "containers" | "sideContainers");
        let below = Place { shape, key: "", workload, names: place.names };
        let mut from = node.span.start;
        let parts = items.iter().map(|item| {
            let before = self.comments.take(from, item.span.start);
            let js = self.item(item, place.key, below);
            let behind = self.comments.behind(item.span.end);
            from = item.span.end.max(from);
            Part { before, key: None, value: js, behind }
        });
        Js::Array(parts.collect())
    }

    fn item(&self, item: &Node, list: &str, place: Place<'_>) -> Js {
        if list == "connectTo"
            && let Some(target) = item.as_str()
        {
            if target == "aws:ses" {
                return Js::Atom(self.import("AWS_SES").into());
            }
            if let Some(constant) = self.constant(target) {
                return Js::Atom(constant.name.clone());
            }
        }
        let js = self.value(item, place);
        match js {
            Js::Object(_) if list == "alarms" && place.shape.is_some() => {
                Js::New(self.import("Alarm"), Some(js.into()))
            }
            js => js,
        }
    }

    /// `[{ name, value }]` as an object, when that says the same.
    fn environment(&self, node: &Node, items: &[Node]) -> Option<Js> {
        let mut seen = SortedSet::new();
        let mut from = node.span.start;
        // Comments are taken only when it is certain that an object comes out.
        let pairs: Vec<(&Node, &str, &Node)> = items
            .iter()
            .map(|item| {
                let Map { entries } = item.as_map()?;
                let [a, b] = entries.as_slice() else { return None };
                let (name, value) = if &*a.key.value == "name" { (a, b) } else { (b, a) };
                let text = name.value.as_str()?;
                let fits =
                    &*name.key.value == "name" && &*value.key.value == "value" && value.value.value != Value::Null;
                (fits && super::layout::is_name(text) && text != "__proto__" && seen.insert(text)).then_some((
                    item,
                    text,
                    &value.value,
                ))
            })
            .collect::<Option<_>>()?;
        let parts = pairs.into_iter().map(|(item, name, value)| {
            let mut before = self.comments.take(from, item.span.start);
            before.extend(self.comments.take(item.span.start, value.span.start));
            let value = self.value(value, Place::NOWHERE);
            let behind = self.comments.behind(item.span.end);
            from = item.span.end.max(from);
            Part { before, key: Some(name.to_string()), value, behind }
        });
        Some(Js::Object(parts.collect()))
    }

    fn map(&self, node: &Node, map: &Map, place: Place<'_>) -> Js {
        match place.shape.map(undeferred) {
            Some(Shape::Map(inner)) => self.object(node, map, |_| Place { shape: Some(inner), ..Place::NOWHERE }),
            Some(Shape::Named(name)) => match self.language.types.get(name).map(|definition| &definition.body) {
                Some(Body::Struct(properties)) => self.fields(node, map, properties, place.workload),
                Some(Body::Union { tag, flat, variants }) => {
                    let found = map.get(tag).and_then(Node::as_str);
                    let payload = variants.iter().find(|v| Some(v.name) == found).and_then(|v| v.payload.as_ref());
                    match found.and_then(|found| class(name, found)).filter(|_| !flat && *tag == "type") {
                        Some((class, bare)) => self.part(node, map, class, bare, payload),
                        None if *flat => match payload.map(|p| self.language.properties(p)) {
                            Some(properties) => self.fields(node, map, properties, false),
                            None => self.object(node, map, |_| Place::NOWHERE),
                        },
                        None => self.object(node, map, |key| match key {
                            "properties" => Place { shape: payload, ..Place::NOWHERE },
                            _ => Place::NOWHERE,
                        }),
                    }
                }
                _ => self.object(node, map, |_| Place::NOWHERE),
            },
            _ => self.object(node, map, |_| Place::NOWHERE),
        }
    }

    /// `{ type, properties }` as a class; as it is when something else stands there too.
    fn part(&self, node: &Node, map: &Map, class: &'static str, bare: bool, payload: Option<&Shape>) -> Js {
        let properties = map.get("properties");
        let known = map.entries.iter().all(|entry| matches!(&*entry.key.value, "type" | "properties"));
        let place = Place { shape: payload, workload: name_is_script(class), ..Place::NOWHERE };
        match properties {
            None if known => Js::New(self.import(class), None),
            Some(properties) if known && !bare && properties.as_map().is_some() => {
                // Comments around `type` and `properties` go to the first property.
                let before = self.comments.take(node.span.start, properties.span.start);
                let mut argument = self.value(properties, place);
                if let Js::Object(parts) = &mut argument
                    && let Some(first) = parts.first_mut()
                {
                    first.before.splice(0..0, before);
                }
                Js::New(self.import(class), Some(argument.into()))
            }
            _ => self.object(node, map, |key| if key == "properties" { place } else { Place::NOWHERE }),
        }
    }

    /// A mapping with known keys.
    pub fn fields(&self, node: &Node, map: &Map, properties: &[Property], workload: bool) -> Js {
        self.object(node, map, |key| {
            let property = properties.iter().find(|property| property.name == key);
            let names = property.and_then(|property| property.names).is_some_and(Names::of_resources);
            let shape = property.map(|property| &property.shape);
            Place { shape, key: "", workload: workload || key == "container", names }
        })
    }

    /// A mapping; `place` says what is known about the value of a key.
    pub fn object<'p>(&self, node: &Node, map: &Map, place: impl Fn(&str) -> Place<'p>) -> Js {
        let mut from = node.span.start;
        let parts = map.entries.iter().map(|entry| {
            let below = place(&entry.key.value);
            self.entry(entry, &mut from, |value| self.value(value, Place { key: &entry.key.value, ..below }))
        });
        Js::Object(parts.collect())
    }

    /// An entry with its comments; `from` is where the one before it ended.
    pub fn entry(&self, entry: &Entry, from: &mut u32, value: impl FnOnce(&Node) -> Js) -> Part {
        let mut before = self.comments.take(*from, entry.key.span.start);
        let first = entry.value.span.start.max(entry.key.span.end);
        before.extend(self.comments.take(entry.key.span.end, first));
        let js = value(&entry.value);
        let end = entry.value.span.end.max(entry.key.span.end);
        let behind = self.comments.behind(end);
        *from = end.max(*from);
        Part { before, key: Some(key(&entry.key.value)), value: js, behind }
    }

    fn text(&self, value: &str, node: &Node, place: Place<'_>) -> String {
        if place.names
            && let Some(constant) = self.constant(value)
        {
            return format!("{}.resourceName", constant.name);
        }
        let locator = call::Locator::new(self.sources, node.span, value);
        match call::is_directive(value).then(|| call::parse(value, locator)) {
            Some(Ok(call)) => self.directive(&call).unwrap_or_else(|| text(value)),
            _ => text(value),
        }
    }

    /// A directive as a call of its function, or as the parameter of a constant; `None` when there is no function that writes it.
    fn directive(&self, call: &call::Call) -> Option<String> {
        let info = DIRECTIVES.iter().find(|info| info.name == &*call.name.value)?;
        let (least, most) = info.args;
        if !call.path.is_empty() || !(least..=most).contains(&call.args.len()) {
            return None;
        }
        if let ("ResourceParam", [resource, param]) = (info.name, call.args.as_slice())
            && let (call::ArgValue::Text(resource), call::ArgValue::Text(param)) = (&resource.value, &param.value)
            && let Some(constant) = self.constant(resource)
            && constant.params.iter().any(|group| group.contains(&&**param))
        {
            return Some(format!("{}.{param}", constant.name));
        }
        let arguments: Option<Vec<String>> = call.args.iter().map(|argument| self.argument(&argument.value)).collect();
        let arguments = arguments?;
        let name = format!("${}", info.name);
        Some(format!("{}({})", self.import(&name), arguments.join(", ")))
    }

    fn argument(&self, value: &call::ArgValue) -> Option<String> {
        Some(match value {
            // A text that reads as a directive would become one.
            call::ArgValue::Text(value) if value.starts_with('$') || value.ends_with('\\') => return None,
            call::ArgValue::Text(value) => text(value),
            call::ArgValue::Int(value) => value.to_string(),
            call::ArgValue::Float(value) => float(*value),
            call::ArgValue::Bool(value) => value.to_string(),
            call::ArgValue::Call(call) => self.directive(call)?,
        })
    }

    fn constant(&self, resource: &str) -> Option<&Constant> {
        self.used.borrow_mut().insert(resource.to_string());
        self.constants.get(resource)
    }

    /// A name from the package.
    pub fn import<'n>(&self, name: &'n str) -> &'n str {
        self.imports.borrow_mut().insert(name.to_string());
        name
    }
}

/// The class of a member of a union, and whether it takes no properties.
fn class(union: &str, tag: &str) -> Option<(&'static str, bool)> {
    let found = CLASSES.parts.iter().find(|class| class.tag == tag && class.unions.contains(&union))?;
    Some((found.name, found.bare))
}

fn name_is_script(class: &str) -> bool {
    CLASSES.parts.iter().any(|part| part.name == class && part.unions.contains(&"Script"))
}

fn undeferred(shape: &Shape) -> &Shape {
    match shape {
        Shape::Deferrable(inner) => undeferred(inner),
        shape => shape,
    }
}

/// A number that reads back the same.
fn float(value: f64) -> String {
    if value.is_finite() { format!("{value}") } else { "null".to_string() }
}
