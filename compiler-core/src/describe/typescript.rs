//! TypeScript types of the config, with the doc comments.

use super::language::pascal;
use super::markdown::sentence;
use super::{Body, Definition, Language, Property, Shape, Variant};
use crate::template::INTRINSICS;
use std::fmt::Write as _;

/// The types of a config, as the text of a `.d.ts` file.
pub fn generate(language: &Language) -> String {
    let mut out = String::from(HEADER);
    let functions = INTRINSICS.iter().map(|name| format!("{{ '{name}': unknown }}")).collect::<Vec<_>>().join(" | ");
    doc(&mut out, "", "An intrinsic function of CloudFormation.");
    let _ = writeln!(out, "export type Intrinsic = {functions};\n");
    config(language, &mut out);
    resources(language, &mut out);
    for (name, definition) in &language.types {
        named(name, definition, &mut out);
    }
    out
}

const HEADER: &str = "\
// Generated from the compiler's property definitions. Do not edit.

/** A directive call such as `$Var('name')`. */
export type Directive = `$${string}`;

/** A value that must be known when the config is compiled, or a directive that gives it. */
export type Known<T> = T | Directive;

/** A value that may stay unknown until deploy. */
export type Deferrable<T> = T | Directive | Intrinsic;

/** What names a resource of the config. */
export interface ResourceReference {
  /** The name of the resource. */
  readonly resourceName: string;
}

/** Environment variables by name. What is `undefined` is left out. */
export type Environment = Record<string, Deferrable<string | number | boolean> | undefined>;

";

fn config(language: &Language, out: &mut String) {
    doc(out, "", "A config.");
    out.push_str("export interface StacktapeConfig {\n");
    members(&language.sections, out);
    doc(out, "  ", "The resources of the stack, by name. A name has letters and digits only.");
    out.push_str("  resources: Record<string, StacktapeResource>;\n}\n\n");
}

fn resources(language: &Language, out: &mut String) {
    doc(out, "", "Changes of the CloudFormation resources that are made: by logical id, then by property path.");
    out.push_str("export type Overrides = Record<string, Record<string, unknown>>;\n\n");
    let mut names = vec![];
    for kind in &language.resources {
        let mut name = format!("{}Resource", pascal(kind.name));
        if language.types.contains_key(&name) {
            name.push('_');
        }
        doc(out, "", language.docs(&kind.properties));
        let optional = if language.has_required(&kind.properties) { "" } else { "?" };
        let _ = writeln!(
            out,
            "export interface {name} {{\n  type: '{}';\n  properties{optional}: {};\n  overrides?: Overrides;\n}}\n",
            kind.name,
            shape(&kind.properties)
        );
        names.push(name);
    }
    doc(out, "", "A resource of any type.");
    let _ = writeln!(out, "export type StacktapeResource =\n{};\n", alternatives(&names));
}

fn named(name: &str, definition: &Definition, out: &mut String) {
    match &definition.body {
        Body::Struct(properties) => {
            doc(out, "", definition.docs);
            let _ = writeln!(out, "export interface {name} {{");
            members(properties, out);
            out.push_str("}\n\n");
        }
        Body::Choice(values) => {
            let documented = values.iter().filter(|(_, docs)| !docs.is_empty());
            let list: String = documented.map(|(value, docs)| format!("\n- `{value}`: {docs}")).collect();
            doc(out, "", &format!("{}\n{list}", definition.docs));
            let values: Vec<String> = values.iter().map(|(value, _)| format!("'{value}'")).collect();
            let _ = writeln!(out, "export type {name} = {};\n", values.join(" | "));
        }
        Body::Union { tag, flat, variants } => {
            let members: Vec<String> = variants.iter().map(|v| variant(tag, *flat, v)).collect();
            let list: String = variants
                .iter()
                .filter(|v| !v.docs.is_empty())
                .map(|v| format!("\n- `{}`: {}", v.name, v.docs))
                .collect();
            doc(out, "", &format!("{}\n{list}", definition.docs));
            let _ = writeln!(out, "export type {name} =\n{};\n", alternatives(&members));
        }
    }
}

fn variant(tag: &str, flat: bool, variant: &Variant) -> String {
    let own = format!("{}: '{}'", key(tag), variant.name);
    match &variant.payload {
        None if flat => format!("{{ {own} }}"),
        None => format!("{{ {own}; properties?: Record<string, never> }}"),
        Some(payload) if flat => format!("({{ {own} }} & {})", shape(payload)),
        Some(payload) => {
            format!("{{ {own}; properties{}: {} }}", if variant.required { "" } else { "?" }, shape(payload))
        }
    }
}

fn alternatives(members: &[String]) -> String {
    match members {
        [] => "  never".to_string(),
        _ => members.iter().map(|member| format!("  | {member}")).collect::<Vec<_>>().join("\n"),
    }
}

fn members(properties: &[Property], out: &mut String) {
    for property in properties {
        let mut text = sentence(property);
        if let Some(instead) = property.deprecated {
            let _ = write!(text, "\n@deprecated {instead}");
        }
        doc(out, "  ", &text);
        let optional = if property.required { "" } else { "?" };
        let _ = writeln!(out, "  {}{optional}: {};", key(property.name), given(property));
    }
}

/// The type of a property's value. What the package's classes make easier to write may be written that way.
fn given(property: &Property) -> String {
    let plain = shape(&property.shape);
    match property.name {
        "connectTo" => plain.replace("string", "string | ResourceReference"),
        "environment" => format!("{plain} | Environment"),
        _ => plain,
    }
}

/// A property name, in quotes when it is no identifier.
fn key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_string() } else { format!("'{name}'") }
}

pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".into(),
        Shape::Number | Shape::Integer => "Known<number>".into(),
        Shape::Boolean => "Known<boolean>".into(),
        Shape::Scalar => "string | number | boolean".into(),
        Shape::Numbers(numbers) => {
            format!("Known<{}>", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
        }
        Shape::Any => "unknown".into(),
        Shape::List(inner) => format!("Array<{}>", self::shape(inner)),
        Shape::Map(inner) => format!("Record<string, {}>", self::shape(inner)),
        Shape::OneOf(shapes) => shapes.iter().map(self::shape).collect::<Vec<_>>().join(" | "),
        Shape::Named(name) => name.clone(),
        Shape::Deferrable(inner) => match &**inner {
            Shape::Any => "unknown".into(),
            Shape::Number | Shape::Integer => "Deferrable<number>".into(),
            Shape::Boolean => "Deferrable<boolean>".into(),
            other => format!("Deferrable<{}>", self::shape(other)),
        },
    }
}

/// A JSDoc comment; nothing for an empty text.
pub(super) fn doc(out: &mut String, indent: &str, text: &str) {
    let text = text.trim().replace("*/", "*\u{200b}/");
    if text.is_empty() {
        return;
    }
    match text.contains('\n') {
        false => {
            let _ = writeln!(out, "{indent}/** {text} */");
        }
        true => {
            let lines: String =
                text.lines().map(|line| format!("{indent} * {line}").trim_end().to_string() + "\n").collect();
            let _ = write!(out, "{indent}/**\n{lines}{indent} */\n");
        }
    }
}
