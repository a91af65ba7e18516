//! A YAML or JSON config as TypeScript: a constant for each resource, made with its class, and the config that names them.

use super::Converted;
use super::comments::Comments;
use super::layout::{Js, Part, comment_lines, is_name, key, pad, print};
use super::values::{Constant, Place, Values};
use crate::describe::Language;
use crate::describe::classes::ResourceClass;
use crate::diagnostics::{Code, Diagnostic, Severity, Sink};
use crate::order::{SortedMap, SortedSet};
use crate::resources::classes::CLASSES;
use crate::schema;
use crate::source::{FileId, FilePath, Sources};
use crate::syntax::{self, Entry, Map, Node, Value};
use std::cell::RefCell;
use std::sync::Arc;

/// Converts the text of a YAML or JSON config. It need not be free of mistakes, only readable.
pub fn to_typescript(path: &str, text: &str) -> Converted {
    let mut sources = Sources::default();
    let file = sources.add(FilePath::new(path), Arc::from(text));
    let mut sink = Sink::default();
    let root = syntax::parse(&sources, file, &mut sink);
    let mut diagnostics = sink.finish();
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let written = match root.as_ref().filter(|_| !failed).map(|root| (root, root.as_map())) {
        Some((_, Some(map))) => Some(config(map, &sources, file, &schema::language())),
        Some((root, None)) => {
            let message = format!("the config must be a mapping with `resources`, found {}", root.kind());
            diagnostics.push(
                Diagnostic::error(Code::WRONG_TYPE, root.span, message)
                    .hint("start with `resources:` and a first resource below it"),
            );
            None
        }
        None => None,
    };
    Converted { text: written, diagnostics, sources }
}

/// A resource that becomes a constant.
struct Declared<'a> {
    entry: &'a Entry,
    class: &'static ResourceClass,
    properties: Option<&'a Node>,
    overrides: Option<&'a Node>,
    constant: String,
}

fn config(map: &Map, sources: &Sources, file: FileId, language: &Language) -> String {
    let entries: &[Entry] = map.get("resources").and_then(Node::as_map).map_or(&[], |resources| &resources.entries);
    let declared: Vec<Declared<'_>> = entries.iter().filter_map(declared).collect();
    let order = order(&declared, sources, file, language);

    let comments = Comments::new(sources, file);
    let mut values = Values {
        sources,
        language,
        comments: &comments,
        constants: SortedMap::new(),
        used: RefCell::default(),
        imports: RefCell::default(),
    };
    values.import("defineConfig");
    // The file's own comment stands above everything.
    let head = comments.take(0, map.entries.first().map_or(0, |entry| entry.key.span.start));
    let mut body = String::new();
    for index in order {
        let resource = &declared[index];
        let name: &str = &resource.entry.key.value;
        let from = before(map, entries, name, resource.entry);
        comment_lines(&comments.take(from, resource.entry.key.span.start), 1, &mut body);
        let made = made(resource, &values);
        let prefix = format!("{}const {} = ", pad(1), resource.constant);
        body.push_str(&prefix);
        body.push_str(&print(&made, 1, prefix.len()));
        body.push(';');
        if let Some(comment) = comments.behind(resource.entry.value.span.end.max(resource.entry.key.span.end)) {
            body.push_str(&format!(" //{comment}"));
        }
        body.push('\n');
        values.constants.insert(name, Constant { name: resource.constant.clone(), params: resource.class.params });
    }
    let sections = sections(map, &declared, &values);
    let returned = print(&sections, if body.is_empty() { 0 } else { 1 }, 20);
    let mut out = String::new();
    comment_lines(&head, 0, &mut out);
    let imports = values.imports.borrow();
    let names = imports.iter().map(|name| Part::plain(None, Js::Atom(name.clone()))).collect();
    out.push_str(&format!("import {} from 'stacktape';\n\n", print(&Js::Object(names), 0, 24)));
    if body.is_empty() {
        out.push_str(&format!("export default defineConfig(() => ({returned}));\n"));
    } else {
        out.push_str(&format!("export default defineConfig(() => {{\n{body}\n  return {returned};\n}});\n"));
    }
    // What belonged to nothing that is there stays at the end.
    comment_lines(&comments.take(0, u32::MAX), 0, &mut out);
    out
}

/// Where the text between a resource and what stands before it starts.
fn before(map: &Map, entries: &[Entry], name: &str, entry: &Entry) -> u32 {
    let index = entries.iter().position(|other| &*other.key.value == name).unwrap_or_default();
    match index.checked_sub(1).map(|before| &entries[before]) {
        Some(before) => before.value.span.end.max(before.key.span.end),
        None => map.entry("resources").map_or(entry.key.span.start, |section| section.key.span.end),
    }
}

/// A resource that a class can write: its type has one, and nothing but `type`, `properties` and `overrides` is said about it.
fn declared(entry: &Entry) -> Option<Declared<'_>> {
    let map = entry.value.as_map()?;
    let kind = map.get("type")?.as_str()?;
    let class = CLASSES.resources.iter().find(|class| class.kind == kind)?;
    let given = |key: &str| map.get(key).filter(|node| node.value != Value::Null);
    let (properties, overrides) = (given("properties"), given("overrides"));
    let known = map.entries.iter().all(|e| matches!(&*e.key.value, "type" | "properties" | "overrides"));
    let free = properties.is_none_or(|node| {
        node.as_map().is_some_and(|map| map.get("overrides").is_none() && map.get("transforms").is_none())
    });
    let name = &*entry.key.value;
    let constant = if is_name(name) && !RESERVED.contains(&name) && !is_exported(name) {
        name.to_string()
    } else {
        format!("{}Resource", name.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
    };
    (known && free && is_name(&constant) && overrides.is_none_or(|node| node.as_map().is_some())).then_some(Declared {
        entry,
        class,
        properties,
        overrides,
        constant,
    })
}

fn is_exported(name: &str) -> bool {
    CLASSES.resources.iter().any(|class| class.name == name) || CLASSES.parts.iter().any(|class| class.name == name)
}

fn made(resource: &Declared<'_>, values: &Values<'_>) -> Js {
    let kind = values.language.resources.iter().find(|kind| kind.name == resource.class.kind);
    let fields = kind.map(|kind| values.language.properties(&kind.properties)).unwrap_or_default();
    let mut parts = match resource.properties.map(|node| (node, node.as_map())) {
        Some((node, Some(map))) => match values.fields(node, map, fields, true) {
            Js::Object(parts) => parts,
            _ => vec![],
        },
        _ => vec![],
    };
    // Comments around `type` and `properties` go to the first property.
    let first = resource.properties.map_or(resource.entry.key.span.end, |node| node.span.start);
    let comments = values.comments.take(resource.entry.key.span.end, first);
    let overrides = resource.overrides.and_then(|node| Some((node, node.as_map()?)));
    parts.extend(
        overrides
            .map(|(node, map)| Part::plain(Some("overrides".into()), values.object(node, map, |_| Place::NOWHERE))),
    );
    match parts.first_mut() {
        Some(first) => first.before.splice(0..0, comments).for_each(drop),
        None => comments.into_iter().for_each(drop),
    }
    let none = resource.properties.is_none() && parts.is_empty();
    Js::New(values.import(resource.class.name), (!none).then(|| Js::Object(parts).into()))
}

/// The config itself: every section, and the resources by name.
fn sections(map: &Map, declared: &[Declared<'_>], values: &Values<'_>) -> Js {
    let constants: SortedMap<&str, &str> = declared.iter().map(|d| (&*d.entry.key.value, &*d.constant)).collect();
    let section = |name: &str| {
        let shape = values.language.sections.iter().find(|section| section.name == name).map(|section| &section.shape);
        Place { shape, ..Place::NOWHERE }
    };
    let mut from = 0;
    let parts = map.entries.iter().map(|entry| {
        values.entry(entry, &mut from, |node| match node.as_map() {
            Some(resources) if &*entry.key.value == "resources" => {
                let mut from = node.span.start;
                let parts = resources.entries.iter().map(|resource| match constants.get(&*resource.key.value) {
                    Some(constant) => {
                        from = resource.value.span.end.max(from);
                        let name = key(&resource.key.value);
                        Part::plain((name != *constant).then_some(name), Js::Atom((*constant).to_string()))
                    }
                    None => values.entry(resource, &mut from, |node| values.value(node, Place::NOWHERE)),
                });
                Js::Object(parts.collect())
            }
            _ => values.value(node, Place { key: &entry.key.value, ..section(&entry.key.value) }),
        })
    });
    Js::Object(parts.collect())
}

/// The order in which the constants are made: each behind those that it refers to, as far as there is no circle, and else as written.
fn order(declared: &[Declared<'_>], sources: &Sources, file: FileId, language: &Language) -> Vec<usize> {
    let comments = Comments::new(sources, file);
    let uses: Vec<SortedSet<String>> = declared
        .iter()
        .map(|resource| {
            let values = Values {
                sources,
                language,
                comments: &comments,
                constants: SortedMap::new(),
                used: RefCell::default(),
                imports: RefCell::default(),
            };
            made(resource, &values);
            values.used.into_inner()
        })
        .collect();
    let index: SortedMap<&str, usize> = declared.iter().enumerate().map(|(i, d)| (&*d.entry.key.value, i)).collect();
    let mut order = vec![];
    let mut seen = vec![false; declared.len()];
    for first in 0..declared.len() {
        // Depth first, without recursion: a config may have thousands of resources in a row.
        let mut open: Vec<(usize, Vec<usize>)> = vec![];
        let targets = |at: usize| -> Vec<usize> {
            let mut found: Vec<usize> = uses[at].iter().filter_map(|name| index.get(name.as_str()).copied()).collect();
            crate::order::sort_by(&mut found, |a, b| b.cmp(a));
            found
        };
        if !std::mem::replace(&mut seen[first], true) {
            open.push((first, targets(first)));
        }
        while let Some((at, left)) = open.last_mut() {
            match left.pop() {
                Some(next) if !std::mem::replace(&mut seen[next], true) => {
                    let below = targets(next);
                    open.push((next, below));
                }
                Some(_) => {}
                None => {
                    order.push(*at);
                    open.pop();
                }
            }
        }
    }
    order
}

/// Names that no constant can have, and names that the file uses itself.
const RESERVED: &[&str] = &[
    "AWS_SES",
    "Alarm",
    "Infinity",
    "NaN",
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "defineConfig",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];
