//! `transforms` and `finalTransform`: the author's functions get the last word, after overrides and closed parameters.
//!
//! Functions see JSON. What packaging will fill in stands there as a named placeholder; wherever the function puts that text, the open leaf
//! stands again afterwards.

use super::overrides::unknown_child;
use super::{children, raw_resource};
use crate::decode::Raw;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::evaluated::{Calls, Transforms};
use crate::plan::{DeployPlan, Origin};
use crate::source::Span;
use crate::syntax::{self, Node, Value};
use crate::template::{ArtifactField, Expr, Output, Template, join, to_json};

/// Calls every function of an evaluated config.
pub fn apply(
    calls: &Calls,
    functions: &dyn Transforms,
    template: &mut Template,
    plan: &mut DeployPlan,
    sink: &mut Sink,
) {
    for (index, call) in calls.children.iter().enumerate() {
        let found = children::find(&call.resource, &call.child.value, plan, template);
        if found.is_empty() {
            sink.push(unknown_child(&call.child, &call.resource, "transform", children::all(&call.resource, plan)));
        }
        for id in found {
            let Some(target) = template.resources.get_mut(&id) else { continue };
            let mut leaves = Leaves::default();
            let mut properties = Expr::Map(target.properties.clone());
            leaves.hide(&mut properties);
            let function = Function { functions, index, span: call.child.span };
            let changed = function.call(&properties.to_json_text()).and_then(|node| match node.value {
                Value::Map(_) => Ok(Raw::from_node(&node).expr),
                _ => Err(function.not("the properties as an object", &node)),
            });
            match changed {
                Ok(mut changed) => {
                    leaves.restore(&mut changed);
                    if let Expr::Map(properties) = changed {
                        target.properties = properties;
                    }
                }
                Err(problem) => sink.push(problem.report(&format!("the transform of `{id}`"))),
            }
        }
    }
    let Some(span) = calls.whole.filter(|_| !sink.has_errors()) else { return };
    let function = Function { functions, index: calls.children.len(), span };
    if let Err(problem) = whole(&function, template, plan) {
        sink.push(problem.report("`finalTransform`"));
    }
}

fn whole(function: &Function<'_>, template: &mut Template, plan: &mut DeployPlan) -> Result<(), Problem> {
    let mut leaves = Leaves::default();
    let mut shown = template.clone();
    every_value(&mut shown, &mut |e| leaves.hide(e));
    let node = function.call(&to_json(&shown, false))?;
    let mut changed = read_template(function, &node)?;
    every_value(&mut changed, &mut |e| leaves.restore(e));
    for id in changed.resources.keys() {
        plan.origins.entry(id.clone()).or_insert(Origin { resource: None, span: Some(function.span) });
    }
    plan.origins.retain(|id, _| changed.resources.contains_key(id));
    *template = changed;
    Ok(())
}

/// A template as `finalTransform` gives it.
fn read_template(function: &Function<'_>, node: &Node) -> Result<Template, Problem> {
    let Value::Map(map) = &node.value else { return Err(function.not("the template as an object", node)) };
    let mut template = Template::default();
    for entry in &map.entries {
        let wrong = |wanted: &str| function.not(wanted, &entry.value);
        match &*entry.key.value {
            "AWSTemplateFormatVersion" => {}
            "Description" => {
                template.description = entry.value.as_str().ok_or_else(|| wrong("text as `Description`"))?.into()
            }
            "Resources" => {
                for resource in &entry.value.as_map().ok_or_else(|| wrong("an object as `Resources`"))?.entries {
                    let id = &*resource.key.value;
                    let read = raw_resource(&Raw::from_node(&resource.value).expr);
                    let read =
                        read.map_err(|problem| function.wrong(format!("gave a resource `{id}` that {problem}")))?;
                    template.resources.insert(id.to_string(), read);
                }
            }
            "Outputs" => {
                for output in &entry.value.as_map().ok_or_else(|| wrong("an object as `Outputs`"))?.entries {
                    let name = &*output.key.value;
                    let read = read_output(&output.value).ok_or_else(|| {
                        function.wrong(format!(
                            "gave an output `{name}` that has no `Value`, or more than Description, Value and Export"
                        ))
                    })?;
                    template.outputs.insert(name.to_string(), read);
                }
            }
            section => template.sections.insert(section.to_string(), Raw::from_node(&entry.value).expr),
        }
    }
    if template.resources.is_empty() {
        return Err(function.wrong("gave a template without `Resources`".into()));
    }
    Ok(template)
}

fn read_output(node: &Node) -> Option<Output> {
    let map = node.as_map()?;
    let known = |key: &str| matches!(key, "Description" | "Value" | "Export");
    if map.entries.iter().any(|e| !known(&e.key.value)) {
        return None;
    }
    Some(Output {
        value: Raw::from_node(map.get("Value")?).expr,
        description: map.get("Description").and_then(Node::as_str).map(str::to_string),
        export: map.get("Export").and_then(|e| e.as_map()?.get("Name")).map(|name| Raw::from_node(name).expr),
    })
}

/// Calls `f` on every value of a template that may hold an artifact leaf.
fn every_value(template: &mut Template, f: &mut impl FnMut(&mut Expr)) {
    for resource in template.resources.values_mut() {
        resource.properties.0.iter_mut().chain(&mut resource.attributes.0).for_each(|(_, e)| f(e));
    }
    template.outputs.values_mut().for_each(|output| f(&mut output.value));
    template.sections.0.iter_mut().for_each(|(_, e)| f(e));
}

/// One of the author's functions.
struct Function<'a> {
    functions: &'a dyn Transforms,
    index: usize,
    span: Span,
}

/// What went wrong with a function, and where it stands.
struct Problem {
    what: String,
    span: Span,
}

impl Function<'_> {
    fn call(&self, argument: &str) -> Result<Node, Problem> {
        let result =
            self.functions.call(self.index, argument).map_err(|thrown| self.wrong(format!("failed: {thrown}")))?;
        syntax::parse_json(&result, self.span.file)
            .map_err(|stop| self.wrong(format!("gave a value that is too large or {}", stop.message)))
    }

    fn wrong(&self, what: String) -> Problem {
        Problem { what, span: self.span }
    }

    fn not(&self, wanted: &str, node: &Node) -> Problem {
        self.wrong(format!("must give {wanted}, it gave {}", node.kind()))
    }
}

impl Problem {
    fn report(self, function: &str) -> Diagnostic {
        Diagnostic::error(Code::TRANSFORM, self.span, format!("{function} {}", self.what))
            .hint("a transform gets the value that stands in the template and returns the one that is to stand there")
    }
}

/// Artifact leaves by the placeholder that stands for them while a function runs.
#[derive(Default)]
struct Leaves(crate::order::SortedMap<String, Expr>);

impl Leaves {
    fn hide(&mut self, expr: &mut Expr) {
        expr.rewrite(&mut |e| {
            let Expr::Artifact(id, field) = e else { return };
            let text = match field {
                ArtifactField::S3Key => format!("{}/unpackaged.zip", id.0),
                ArtifactField::ImageUri => format!("{}:unpackaged", id.0),
                ArtifactField::Digest => format!("{}#unpackaged", id.0),
            };
            let leaf = std::mem::replace(e, Expr::from(text.clone()));
            self.0.insert(text, leaf);
        });
    }

    fn restore(&self, expr: &mut Expr) {
        if self.0.is_empty() {
            return;
        }
        expr.rewrite(&mut |e| {
            let Some(parts) = e.as_str().and_then(|text| self.split(text)) else { return };
            *e = match <[Expr; 1]>::try_from(parts) {
                Ok([whole]) => whole,
                Err(parts) => join("", parts),
            };
        });
    }

    /// A text around its placeholders; `None` when it has none.
    fn split(&self, text: &str) -> Option<Vec<Expr>> {
        let mut parts = vec![];
        let mut rest = text;
        // The longest first: the name of one artifact may end in that of another.
        while let Some((at, found)) = self
            .0
            .keys()
            .filter_map(|p| Some((rest.find(p.as_str())?, p)))
            .min_by_key(|(at, p)| (*at, usize::MAX - p.len()))
        {
            if at > 0 {
                parts.push(Expr::from(rest[..at].to_string()));
            }
            parts.extend(self.0.get(found).cloned());
            rest = &rest[at + found.len()..];
        }
        if parts.is_empty() {
            return None;
        }
        if !rest.is_empty() {
            parts.push(Expr::from(rest.to_string()));
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{ArtifactId, Object};

    #[test]
    fn artifacts_stay_open() {
        let leaf = |field| Expr::Artifact(ArtifactId("api".into()), field);
        let mut leaves = Leaves::default();
        let mut shown =
            Expr::Map(Object::new().set("S3Key", leaf(ArtifactField::S3Key)).set("Note", leaf(ArtifactField::Digest)));
        leaves.hide(&mut shown);
        assert_eq!(shown.to_json_text(), r#"{"S3Key":"api/unpackaged.zip","Note":"api#unpackaged"}"#);
        let mut changed =
            Expr::Map(Object::new().set("S3Key", "api/unpackaged.zip").set("Note", "code api#unpackaged!"));
        leaves.restore(&mut changed);
        let changed = changed.as_object().unwrap();
        assert_eq!(changed.get("S3Key"), Some(&leaf(ArtifactField::S3Key)));
        let parts = vec![Expr::from("code "), leaf(ArtifactField::Digest), Expr::from("!")];
        assert_eq!(changed.get("Note"), Some(&join("", parts)));
    }
}
