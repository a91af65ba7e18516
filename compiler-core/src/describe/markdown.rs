//! Reference pages: one for each resource type, one for the root sections, and a list of them.

use super::{Body, Definition, Language, Literal, Property, Shape, Variant};
use crate::order::SortedSet;
use std::fmt::Write as _;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// File name, such as `function.md`.
    pub file: String,
    /// Markdown text with a final line break.
    pub text: String,
}

/// All reference pages.
pub fn generate(language: &Language) -> Vec<Page> {
    let mut pages = vec![index(language), sections(language)];
    for kind in &language.resources {
        let mut page = Writer { language, done: SortedSet::new(), waiting: vec![], out: String::new() };
        let docs = language.docs(&kind.properties);
        let _ = write!(page.out, "{GENERATED}# `{}`\n\n{docs}\n\n", kind.name);
        let properties = language.properties(&kind.properties);
        page.out.push_str("## Properties\n\n");
        page.table(properties);
        pages.push(page.finish(&format!("{}.md", kind.name)));
    }
    pages
}

const GENERATED: &str = "<!-- Generated from the compiler's property definitions. Do not edit. -->\n\n";

fn index(language: &Language) -> Page {
    let mut text = format!("{GENERATED}# Reference\n\n- [Root sections](config.md)\n");
    for kind in &language.resources {
        let docs = language.docs(&kind.properties);
        let first = docs.split_once(". ").map_or(docs, |(first, _)| first).trim_end_matches('.');
        let _ = writeln!(text, "- [`{}`]({}.md): {}", kind.name, kind.name, one_line(first));
    }
    Page { file: "README.md".into(), text }
}

fn sections(language: &Language) -> Page {
    let mut page = Writer { language, done: SortedSet::new(), waiting: vec![], out: String::new() };
    let _ = write!(
        page.out,
        "{GENERATED}# Root sections\n\n`resources` is required; its types have [pages of their own](README.md).\n\n"
    );
    page.table(&language.sections);
    page.finish("config.md")
}

/// A property's doc comment with its bounds and default: what hover, schema and TypeScript types say.
pub fn sentence(property: &Property) -> String {
    let mut text = property.docs.to_string();
    let mut facts = vec![];
    if let Some((low, high)) = property.range {
        let unit = if property.unit.is_empty() { String::new() } else { format!(" {}", property.unit) };
        facts.push(match high.is_finite() {
            true => format!("{low} to {high}{unit}"),
            false => format!("at least {low}{unit}"),
        });
    } else if !property.unit.is_empty() {
        facts.push(format!("In {}", property.unit));
    }
    let counts =
        [property.items.map(|bounds| count("item", bounds)), property.length.map(|bounds| count("character", bounds))];
    // Doc comments often say the number already.
    let said = |fact: &String| {
        property.docs.to_ascii_lowercase().contains(fact.trim_end_matches(" items").trim_end_matches(" characters"))
    };
    facts.extend(counts.into_iter().flatten().filter(|fact| !said(fact)));
    facts.extend(property.default.map(|default| format!("Default: `{}`", literal(&default))));
    for fact in facts {
        let mut chars = fact.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}{first}{}.", chars.as_str());
    }
    text
}

fn count(what: &str, (low, high): (usize, usize)) -> String {
    let counted = |n: usize| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    match (low, high) {
        (low, high) if low == high => counted(low),
        (0, high) => format!("at most {}", counted(high)),
        (low, usize::MAX) => format!("at least {}", counted(low)),
        (low, high) => format!("{low} to {}", counted(high)),
    }
}

pub(crate) fn literal(default: &Literal) -> String {
    match default {
        Literal::Text(text) => text.to_string(),
        Literal::Number(n) => n.to_string(),
        Literal::Boolean(b) => b.to_string(),
        Literal::Choice(name) => name().to_string(),
    }
}

/// A page, and the types that it has to explain.
struct Writer<'a> {
    language: &'a Language,
    done: SortedSet<&'a str>,
    waiting: Vec<&'a str>,
    out: String,
}

impl<'a> Writer<'a> {
    /// Explains the types that were mentioned, and those that they mention, in the order of first mention.
    fn finish(mut self, file: &str) -> Page {
        let mut next = 0;
        while let Some(name) = self.waiting.get(next).copied() {
            if next == 0 {
                self.out.push_str("## Types\n\n");
            }
            next += 1;
            if let Some(definition) = self.language.types.get(name) {
                self.definition(name, definition);
            }
        }
        if self.out.contains('†') {
            self.out.push_str(
                "† may be known only at deploy time: a directive such as `$ResourceParam(…)`, or an intrinsic function of CloudFormation.\n",
            );
        }
        let text = format!("{}\n", self.out.trim_end());
        Page { file: file.to_string(), text }
    }

    fn definition(&mut self, name: &str, definition: &'a Definition) {
        let _ = write!(self.out, "### {name}\n\n");
        if !definition.docs.is_empty() {
            let _ = write!(self.out, "{}\n\n", definition.docs);
        }
        match &definition.body {
            Body::Struct(properties) => self.table(properties),
            Body::Choice(values) => {
                for (value, docs) in values {
                    let colon = if docs.is_empty() { "" } else { ": " };
                    let _ = writeln!(self.out, "- `{value}`{colon}{}", one_line(docs));
                }
                self.out.push('\n');
            }
            Body::Union { tag, flat, variants } => self.union(tag, *flat, variants),
        }
    }

    fn union(&mut self, tag: &str, flat: bool, variants: &'a [Variant]) {
        let place = if flat { format!("beside `{tag}`") } else { "`properties`".to_string() };
        let _ = write!(self.out, "| `{tag}` | {place} | |\n| --- | --- | --- |\n");
        for variant in variants {
            let payload = match &variant.payload {
                Some(shape) => self.shape(shape) + if variant.required || flat { "" } else { ", optional" },
                None => "none".to_string(),
            };
            let _ = writeln!(self.out, "| `{}` | {payload} | {} |", variant.name, cell(variant.docs));
        }
        self.out.push('\n');
    }

    fn table(&mut self, properties: &'a [Property]) {
        if properties.is_empty() {
            self.out.push_str("None.\n\n");
            return;
        }
        self.out.push_str("| property | value | |\n| --- | --- | --- |\n");
        // Required ones first; otherwise the order of the type, which puts what matters first.
        let (required, optional): (Vec<_>, Vec<_>) = properties.iter().partition(|property| property.required);
        for property in required.into_iter().chain(optional) {
            let shape = self.shape(&property.shape);
            let mark = if property.required { " (required)" } else { "" };
            let deprecated =
                property.deprecated.map(|instead| format!("**Deprecated:** {instead}. ")).unwrap_or_default();
            let text = cell(&(deprecated + &sentence(property)));
            let _ = writeln!(self.out, "| `{}`{mark} | {shape} | {text} |", property.name);
        }
        self.out.push('\n');
    }

    /// A shape in words, with links to the types that it names.
    fn shape(&mut self, shape: &'a Shape) -> String {
        match shape {
            Shape::Text => "text".into(),
            Shape::Number => "number".into(),
            Shape::Integer => "whole number".into(),
            Shape::Boolean => "`true` or `false`".into(),
            Shape::Scalar => "text, number or boolean".into(),
            Shape::Numbers(numbers) => {
                numbers.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>().join(", ")
            }
            Shape::Any => "anything".into(),
            Shape::List(inner) => format!("list of {}", self.shape(inner)),
            Shape::Map(inner) => format!("mapping of names to {}", self.shape(inner)),
            Shape::OneOf(shapes) => {
                let all: Vec<String> = shapes.iter().map(|shape| self.shape(shape)).collect();
                all.join(" or ")
            }
            Shape::Deferrable(inner) => self.shape(inner) + " †",
            Shape::Named(name) => {
                if self.done.insert(name) {
                    self.waiting.push(name);
                }
                format!("[{name}](#{})", name.to_ascii_lowercase())
            }
        }
    }
}

/// Text for a table's cell.
fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
