//! The classes that TypeScript configs are written with: their JavaScript, and their exact types.
//!
//! The tables of class names stand beside the registry of resource types; the shapes of their properties come from the [`Language`]. A class whose
//! properties no type of this version describes takes any object.

use super::typescript::{doc, shape};
use super::{Body, Language, Variant};
use std::fmt::Write as _;

/// A class that makes a resource.
#[derive(Clone, Copy, Debug)]
pub struct ResourceClass {
    /// Name of the class.
    pub name: &'static str,
    /// The `type` that it writes.
    pub kind: &'static str,
    /// What `$ResourceParam` reads, in groups. `port#` stands for `port` with any number.
    pub params: &'static [&'static [&'static str]],
}

/// A class that makes a part of a resource: a `type` and its `properties`.
#[derive(Clone, Copy, Debug)]
pub struct PartClass {
    /// Name of the class.
    pub name: &'static str,
    /// The `type` that it writes.
    pub tag: &'static str,
    /// The unions that it is a member of, by the names that the [`Language`] gives them; none for parts of resource types that are built later.
    pub unions: &'static [&'static str],
    /// Whether it has no properties.
    pub bare: bool,
}

/// All classes.
#[derive(Clone, Copy, Debug)]
pub struct Classes {
    /// Those of resources.
    pub resources: &'static [ResourceClass],
    /// Those of parts.
    pub parts: &'static [PartClass],
}

const HEADER: &str = "// Generated from the compiler's tables of classes. Do not edit.\n\n";

/// Types of the config have names of their own: some are those of classes.
const IMPORTS: &str = "import { Part, Resource } from './authoring.js';\nimport type { Changes } from './authoring.js';\nimport type * as config from './config.js';\n\n";

/// The classes as an ES module.
pub fn javascript(classes: &Classes) -> String {
    let mut out = format!("{HEADER}import {{ partClass, resourceClass }} from './construct.js';\n\n");
    for class in classes.resources {
        let params: Vec<String> = params(class).map(|param| format!("'{param}'")).collect();
        let (name, kind) = (class.name, class.kind);
        let _ = writeln!(out, "export const {name} = resourceClass('{name}', '{kind}', [{}]);", params.join(", "));
    }
    out.push('\n');
    for PartClass { name, tag, .. } in classes.parts {
        let _ = writeln!(out, "export const {name} = partClass('{name}', '{tag}');");
    }
    out
}

fn params(class: &ResourceClass) -> impl Iterator<Item = &'static str> {
    class.params.iter().flat_map(|group| group.iter().copied())
}

/// The types of the classes, as the text of a `.d.ts` file beside that of the config's types.
///
/// `children` has a resource type a line, and behind it the names of its children.
pub fn declarations(classes: &Classes, children: &str, language: &Language) -> String {
    let mut out = format!("{HEADER}{IMPORTS}");
    for class in classes.resources {
        let rows = children.lines().filter_map(|line| line.split_once(' '));
        let names = rows.filter(|(kind, _)| *kind == class.kind).map(|(_, names)| names).next();
        resource(class, names, language, &mut out);
    }
    for class in classes.parts {
        part(class, language, &mut out);
    }
    out
}

fn resource(class: &ResourceClass, children: Option<&str>, language: &Language, out: &mut String) {
    let found = language.resources.iter().find(|resource| resource.name == class.kind);
    let (props, optional) = match found {
        Some(resource) => {
            (format!("config.{}", shape(&resource.properties)), !language.has_required(&resource.properties))
        }
        None => ("Record<string, unknown>".to_string(), true),
    };
    let ResourceClass { name, kind, .. } = class;
    doc(out, "", found.map_or("Of a type that comes in a later version.", |found| language.docs(&found.properties)));
    let changes = match children {
        Some(names) => format!("Changes<'{}'>", names.replace(' ', "' | '")),
        None => "Changes".to_string(),
    };
    let mark = if optional { "?" } else { "" };
    let _ = writeln!(out, "export declare class {name} extends Resource<'{kind}', {props}> {{");
    let _ = writeln!(out, "  constructor(properties{mark}: {props} & {changes});");
    let _ = writeln!(out, "  constructor(name: string, properties{mark}: {props} & {changes});");
    for param in params(class) {
        let _ = match param.contains('#') {
            true => writeln!(out, "  readonly [key: `{}`]: config.Directive;", param.replace('#', "${number}")),
            false => writeln!(out, "  readonly {param}: config.Directive;"),
        };
    }
    out.push_str("}\n\n");
}

fn part(class: &PartClass, language: &Language, out: &mut String) {
    let found: Vec<&Variant> = class.unions.iter().flat_map(|union| member(language, union, class.tag)).collect();
    let payloads = found.iter().filter_map(|variant| variant.payload.as_ref());
    let mut types: Vec<String> = payloads.map(|payload| format!("config.{}", shape(payload))).collect();
    crate::order::sort_by(&mut types, Ord::cmp);
    types.dedup();
    let PartClass { name, tag, bare, .. } = class;
    doc(out, "", found.first().map_or("Of a type that comes in a later version.", |variant| variant.docs));
    if *bare {
        let _ =
            writeln!(out, "export declare class {name} extends Part<'{tag}', undefined> {{\n  constructor();\n}}\n");
        return;
    }
    let mark = if found.iter().all(|variant| variant.required) && !found.is_empty() { "" } else { "?" };
    // Written as any of the types, readable as each of them: the class fits every union that it is a member of.
    let (given, kept) = match types.as_slice() {
        [] => ("Record<string, unknown>".to_string(), "Record<string, unknown>".to_string()),
        types => (types.join(" | "), types.join(" & ")),
    };
    let _ = writeln!(out, "export declare class {name} extends Part<'{tag}', {kept}> {{");
    let _ = writeln!(out, "  constructor(properties{mark}: {given});\n}}\n");
}

fn member<'a>(language: &'a Language, union: &str, tag: &str) -> Option<&'a Variant> {
    match &language.types.get(union)?.body {
        Body::Union { variants, .. } => variants.iter().find(|variant| variant.name == tag),
        _ => None,
    }
}
