//! Templates as text: byte-stable JSON and YAML with the same values.
//!
//! The template is walked once for both formats, as a stream of [`Events`]; `json` and `yaml` write them. Sections stand in the order that
//! CloudFormation documents, mappings in the order of insertion, resources and outputs sorted by name.

mod json;
mod size;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use yaml::Yaml;

use super::{ArtifactField, Expr, Object, Output, Resource, Template};
use std::collections::BTreeSet;

/// The template as JSON: indented by two spaces and ending in a line break, or compact in one line (smaller for an upload).
pub fn to_json(template: &Template, pretty: bool) -> String {
    let mut out = json::Json::new(pretty);
    self::template(template, &mut out, |_, _| ());
    out.finish()
}

/// The template as YAML 1.1 and 1.2 alike: long forms of the functions, no aliases, everything ambiguous in quotes.
pub fn to_yaml(template: &Template) -> String {
    let mut out = Yaml::default();
    self::template(template, &mut out, |_, _| ());
    out.finish()
}

/// Bytes of the template as compact JSON. On the way every resource is handed to `each`.
pub fn json_size<'t>(template: &'t Template, each: impl FnMut(&'t str, &'t Resource)) -> usize {
    let mut out = size::Size::default();
    self::template(template, &mut out, each);
    out.bytes
}

impl Expr {
    /// The expression as compact JSON, for sizes, comparisons and text that holds JSON.
    pub fn to_json_text(&self) -> String {
        let mut out = json::Json::new(false);
        expr(self, &mut out);
        out.finish()
    }

    /// The expression as a YAML document, for previews of a part.
    pub fn to_yaml_text(&self) -> String {
        let mut out = Yaml::default();
        expr(self, &mut out);
        out.finish()
    }
}

/// Takes a document piece by piece. `empty` says that no part follows before the end.
pub(crate) trait Events {
    fn null(&mut self);
    fn bool(&mut self, value: bool);
    /// A number in its final notation.
    fn number(&mut self, digits: &str);
    fn text(&mut self, value: &str);
    fn start_list(&mut self, empty: bool);
    fn end_list(&mut self);
    fn start_map(&mut self, empty: bool);
    fn key(&mut self, key: &str);
    fn end_map(&mut self);
}

fn template<'t>(t: &'t Template, out: &mut impl Events, mut each: impl FnMut(&'t str, &'t Resource)) {
    out.start_map(false);
    out.key("AWSTemplateFormatVersion");
    out.text("2010-09-09");
    if !t.description.is_empty() {
        out.key("Description");
        out.text(&t.description);
    }
    entries(&t.sections, out);
    out.key("Resources");
    out.start_map(t.resources.is_empty());
    for (id, r) in &t.resources {
        each(id, r);
        out.key(id);
        resource(r, out);
    }
    out.end_map();
    if !t.outputs.is_empty() {
        out.key("Outputs");
        out.start_map(false);
        for (name, o) in &t.outputs {
            out.key(name);
            output(o, out);
        }
        out.end_map();
    }
    out.end_map();
}

fn resource(r: &Resource, out: &mut impl Events) {
    out.start_map(false);
    out.key("Type");
    out.text(&r.kind);
    if !r.properties.is_empty() {
        out.key("Properties");
        object(&r.properties, out);
    }
    depends_on(&r.depends_on, out);
    entries(&r.attributes, out);
    out.end_map();
}

fn depends_on(ids: &BTreeSet<String>, out: &mut impl Events) {
    let mut rest = ids.iter();
    let Some(first) = rest.next() else { return };
    out.key("DependsOn");
    if ids.len() == 1 {
        return out.text(first);
    }
    out.start_list(false);
    ids.iter().for_each(|id| out.text(id));
    out.end_list();
}

fn output(o: &Output, out: &mut impl Events) {
    out.start_map(false);
    if let Some(description) = &o.description {
        out.key("Description");
        out.text(description);
    }
    out.key("Value");
    expr(&o.value, out);
    if let Some(name) = &o.export {
        out.key("Export");
        out.start_map(false);
        out.key("Name");
        expr(name, out);
        out.end_map();
    }
    out.end_map();
}

fn object(o: &Object, out: &mut impl Events) {
    out.start_map(o.is_empty());
    entries(o, out);
    out.end_map();
}

fn entries(o: &Object, out: &mut impl Events) {
    for (key, value) in &o.0 {
        out.key(key);
        expr(value, out);
    }
}

fn expr(e: &Expr, out: &mut impl Events) {
    match e {
        Expr::Null => out.null(),
        Expr::Bool(b) => out.bool(*b),
        Expr::Int(n) => out.number(&n.to_string()),
        // Neither format has infinities that CloudFormation would accept. Rust's notation is the shortest that reads back the same.
        Expr::Float(n) if !n.is_finite() => out.null(),
        Expr::Float(n) => out.number(&n.to_string()),
        Expr::Str(s) => out.text(s),
        Expr::List(items) => {
            out.start_list(items.is_empty());
            items.iter().for_each(|item| expr(item, out));
            out.end_list();
        }
        Expr::Map(o) => object(o, out),
        Expr::Intrinsic(name, argument) => {
            out.start_map(false);
            out.key(name);
            expr(argument, out);
            out.end_map();
        }
        Expr::Shared(e) => expr(e, out),
        // Open leaves: only in a preview, where the directive that leaves them says best what they are.
        Expr::Param { resource, name, .. } => out.text(&format!("$ResourceParam('{resource}', '{name}')")),
        Expr::Attribute { logical_id, name, .. } => out.text(&format!("$CfResourceParam('{logical_id}', '{name}')")),
        Expr::Artifact(id, field) => out.text(&match field {
            ArtifactField::S3Key => format!("{}/unpackaged.zip", id.0),
            ArtifactField::ImageUri => format!("{}:unpackaged", id.0),
            ArtifactField::Digest => "unpackaged".to_string(),
        }),
    }
}
