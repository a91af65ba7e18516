//! JSON schema (draft 7) of the config, for editors.
//!
//! Written for the messages of VS Code's YAML and JSON servers: unions and resources dispatch on their tag with `if`/`then`, so a mistake is
//! reported inside the chosen member instead of "matches none of 30 schemas"; a value and the directive that may stand for it share one schema
//! with several types, where every keyword applies to its own type only, instead of an `anyOf`.

use super::{Body, Definition, Language, Literal, Property, Shape, Variant};
use crate::template::INTRINSICS;
use serde_json::{Map, Value, json};

/// A directive call: `$Var(…)`, `$ResourceParam(…)`.
const DIRECTIVE: &str = r"^\s*\$[A-Za-z_][A-Za-z0-9_]*\(";

/// The schema of a config, as JSON text with a final line break.
pub fn generate(language: &Language) -> String {
    let mut text = format!("{:#}", schema(language));
    text.push('\n');
    text
}

fn schema(language: &Language) -> Value {
    let writer = Writer { language };
    let mut properties = Map::new();
    let mut required = vec![];
    for section in &language.sections {
        properties.insert(section.name.to_string(), Value::Object(writer.property(section)));
        if section.required {
            required.push(section.name);
        }
    }
    properties.insert(
        "resources".into(),
        json!({
            "description": "The resources of the stack, by name. A name has letters and digits only.",
            "type": ["object", "string"],
            "pattern": DIRECTIVE,
            "propertyNames": { "pattern": "^[A-Za-z0-9]{1,128}$" },
            "additionalProperties": { "$ref": "#/definitions/Resource" },
        }),
    );
    required.push("resources");
    let mut definitions = Map::new();
    definitions.insert("Resource".into(), writer.resource());
    definitions.insert("Directive".into(), json!({ "type": "string", "pattern": DIRECTIVE }));
    definitions.insert("Intrinsic".into(), intrinsic());
    for (name, definition) in &language.types {
        definitions.insert(name.clone(), writer.definition(definition));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Stacktape config",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// An intrinsic function of CloudFormation. Says nothing about values that are no mappings, so it can stand beside other types.
fn intrinsic() -> Value {
    let functions: Map<String, Value> = INTRINSICS.iter().map(|name| (name.to_string(), json!({}))).collect();
    json!({
        "$comment": "An intrinsic function of CloudFormation; no description, so that hover shows that of the property.",
        "properties": functions,
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

struct Writer<'a> {
    language: &'a Language,
}

impl Writer<'_> {
    /// A resource: the type decides what `properties` holds.
    fn resource(&self) -> Value {
        let kinds = &self.language.resources;
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        let docs: Vec<&str> = kinds.iter().map(|kind| self.language.docs(&kind.properties)).collect();
        let cases: Vec<Value> = kinds
            .iter()
            .map(|kind| {
                let required = self.language.has_required(&kind.properties);
                case("type", kind.name, self.payload(Some(&kind.properties), required))
            })
            .collect();
        json!({
            "type": "object",
            "properties": {
                "type": {
                    "description": "What the resource is.",
                    "type": "string",
                    "enum": names,
                    "markdownEnumDescriptions": docs,
                },
                "properties": { "description": "Properties of the resource." },
                "overrides": {
                    "description": "Changes of the CloudFormation resources that are made: by logical id, then by property path.",
                    "type": "object",
                    "additionalProperties": { "type": "object" },
                },
            },
            "required": ["type"],
            "additionalProperties": false,
            "allOf": cases,
        })
    }

    fn definition(&self, definition: &Definition) -> Value {
        let mut out = Map::new();
        describe(&mut out, definition.docs.to_string());
        match &definition.body {
            Body::Struct(properties) => {
                out.extend(or_directive(&["object"]));
                out.extend(self.members(properties));
            }
            Body::Choice(names) => {
                let (values, docs): (Vec<&str>, Vec<&str>) = names.iter().copied().unzip();
                let choice = json!({ "type": "string", "enum": values, "markdownEnumDescriptions": docs });
                out.insert("anyOf".into(), json!([choice, { "$ref": "#/definitions/Directive" }]));
            }
            Body::Union { tag, flat, variants } => {
                out.extend(or_directive(&["object"]));
                out.extend(self.union(tag, *flat, variants));
            }
        }
        Value::Object(out)
    }

    /// The properties of a struct, and that there are no others.
    fn members(&self, properties: &[Property]) -> Map<String, Value> {
        let members: Map<String, Value> =
            properties.iter().map(|p| (p.name.to_string(), Value::Object(self.property(p)))).collect();
        let required: Vec<&str> = properties.iter().filter(|p| p.required).map(|p| p.name).collect();
        let mut out = Map::new();
        out.insert("properties".into(), Value::Object(members));
        if !required.is_empty() {
            out.insert("required".into(), json!(required));
        }
        out.insert("additionalProperties".into(), json!(false));
        out
    }

    fn union(&self, tag: &str, flat: bool, variants: &[Variant]) -> Map<String, Value> {
        let names: Vec<&str> = variants.iter().map(|v| v.name).collect();
        let docs: Vec<&str> = variants.iter().map(|v| v.docs).collect();
        let kind = json!({ "type": "string", "enum": names, "markdownEnumDescriptions": docs });
        let mut keys = Map::new();
        keys.insert(tag.to_string(), kind);
        let mut out = Map::new();
        if !flat {
            keys.insert("properties".into(), json!({}));
            out.insert("additionalProperties".into(), json!(false));
        }
        out.insert("properties".into(), Value::Object(keys));
        out.insert("required".into(), json!([tag]));
        let cases: Vec<Value> = variants
            .iter()
            .map(|v| {
                let then = match flat {
                    true => self.beside(tag, v),
                    false => self.payload(v.payload.as_ref(), v.required),
                };
                case(tag, v.name, then)
            })
            .collect();
        out.insert("allOf".into(), Value::Array(cases));
        out
    }

    /// What a member says about `properties`.
    fn payload(&self, payload: Option<&Shape>, required: bool) -> Value {
        let inside = match payload {
            Some(shape) => Value::Object(self.shape(shape, None)),
            None => json!({ "type": ["object", "null"], "maxProperties": 0 }),
        };
        match required {
            true => json!({ "properties": { "properties": inside }, "required": ["properties"] }),
            false => json!({ "properties": { "properties": inside } }),
        }
    }

    /// What a member of a flat union says about the keys beside its tag.
    fn beside(&self, tag: &str, variant: &Variant) -> Value {
        let properties = variant.payload.as_ref().map(|shape| self.language.properties(shape)).unwrap_or_default();
        let mut out = self.members(properties);
        if let Some(Value::Object(members)) = out.get_mut("properties") {
            members.insert(tag.to_string(), json!({}));
        }
        Value::Object(out)
    }

    fn property(&self, property: &Property) -> Map<String, Value> {
        let mut out = self.shape(&property.shape, Some(property));
        describe(&mut out, super::markdown::sentence(property));
        if let Some(default) = &property.default {
            out.insert("default".into(), literal(default));
        }
        if let Some(instead) = property.deprecated {
            out.insert("deprecated".into(), json!(true));
            out.insert("deprecationMessage".into(), json!(instead));
        }
        out
    }

    /// A value with the bounds of the property that it stands in; those of numbers and texts hold for the items of a list.
    fn shape(&self, shape: &Shape, bounds: Option<&Property>) -> Map<String, Value> {
        match shape {
            Shape::Any => Map::new(),
            Shape::Text | Shape::Number | Shape::Integer | Shape::Boolean | Shape::Scalar => scalar(shape, bounds, &[]),
            Shape::Numbers(numbers) => {
                let choice = json!({ "type": "integer", "enum": numbers });
                object(json!({ "anyOf": [choice, { "$ref": "#/definitions/Directive" }] }))
            }
            Shape::List(inner) => {
                let mut out = or_directive(&["array"]);
                out.insert("items".into(), Value::Object(self.shape(inner, bounds)));
                if let Some((low, high)) = bounds.and_then(|b| b.items) {
                    limit(&mut out, "minItems", "maxItems", low, high);
                }
                out
            }
            Shape::Map(inner) => {
                let mut out = or_directive(&["object"]);
                out.insert("additionalProperties".into(), Value::Object(self.shape(inner, bounds)));
                out
            }
            Shape::OneOf(shapes) => {
                let all: Vec<Value> = shapes.iter().map(|s| Value::Object(self.shape(s, bounds))).collect();
                object(json!({ "anyOf": all }))
            }
            Shape::Named(name) => object(json!({ "$ref": format!("#/definitions/{name}") })),
            Shape::Deferrable(inner) => match &**inner {
                Shape::Any => Map::new(),
                Shape::Text | Shape::Number | Shape::Integer | Shape::Boolean | Shape::Scalar => {
                    let mut out = scalar(inner, bounds, &["object"]);
                    out.insert("allOf".into(), json!([{ "$ref": "#/definitions/Intrinsic" }]));
                    out
                }
                _ => {
                    let value = Value::Object(self.shape(inner, bounds));
                    let open = json!({ "type": "object", "allOf": [{ "$ref": "#/definitions/Intrinsic" }] });
                    object(json!({ "anyOf": [value, open] }))
                }
            },
        }
    }
}

/// What holds when the tag has this value.
fn case(tag: &str, name: &str, then: Value) -> Value {
    json!({ "if": { "properties": { tag: { "const": name } }, "required": [tag] }, "then": then })
}

/// These types, or a directive in place of them.
fn or_directive(types: &[&str]) -> Map<String, Value> {
    let wanted = match types {
        ["number", ..] => "a number",
        ["integer", ..] => "a whole number",
        ["boolean", ..] => "true or false",
        ["array", ..] => "a list",
        _ => "a mapping",
    };
    let types: Vec<&str> = types.iter().copied().chain(["string"]).collect();
    let message = format!("This must be {wanted}, or a directive that gives it, such as $Var('name').");
    object(json!({ "type": types, "pattern": DIRECTIVE, "patternErrorMessage": message }))
}

/// A plain value; `more` are types that may stand there as well.
fn scalar(shape: &Shape, bounds: Option<&Property>, more: &[&str]) -> Map<String, Value> {
    let types = |own: &[&'static str]| -> Vec<&str> { own.iter().chain(more).copied().collect() };
    let mut out = match shape {
        Shape::Number => or_directive(&types(&["number"])),
        Shape::Integer => or_directive(&types(&["integer"])),
        Shape::Boolean => or_directive(&types(&["boolean"])),
        Shape::Scalar => object(json!({ "type": types(&["string", "number", "boolean"]) })),
        _ if more.is_empty() => object(json!({ "type": "string" })),
        _ => object(json!({ "type": types(&["string"]) })),
    };
    let Some(bounds) = bounds else { return out };
    if let Some((low, high)) = bounds.range.filter(|_| matches!(shape, Shape::Number | Shape::Integer)) {
        out.insert("minimum".into(), number(low));
        if high.is_finite() {
            out.insert("maximum".into(), number(high));
        }
    }
    if let Some((low, high)) = bounds.length.filter(|_| matches!(shape, Shape::Text)) {
        // A directive may be longer than its value.
        let mut bounded = Map::new();
        limit(&mut bounded, "minLength", "maxLength", low, high);
        out.insert("anyOf".into(), json!([bounded, { "pattern": r"\$[A-Za-z_][A-Za-z0-9_]*\(" }]));
    }
    out
}

fn limit(out: &mut Map<String, Value>, lowest: &str, highest: &str, low: usize, high: usize) {
    if low > 0 {
        out.insert(lowest.into(), json!(low));
    }
    if high < usize::MAX {
        out.insert(highest.into(), json!(high));
    }
}

fn describe(out: &mut Map<String, Value>, docs: String) {
    if !docs.is_empty() {
        out.insert("description".into(), Value::String(docs));
    }
}

fn literal(default: &Literal) -> Value {
    match default {
        Literal::Text(text) => json!(text),
        Literal::Number(n) => number(*n),
        Literal::Boolean(b) => json!(b),
        Literal::Choice(name) => json!(name()),
    }
}

/// Whole numbers without a fraction.
fn number(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
