//! Closing the leaves that expansion left open: parameters of config resources and attributes of logical ids.
//!
//! A parameter is a `Ref` or `GetAtt` by default. When that closes a circle (two functions that know each other, a bucket that notifies a function
//! that writes to it), the parameters inside the circle are closed again in their standalone form, built from physical names.

use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::Linked;
use crate::naming::env_name;
use crate::source::Span;
use crate::template::graph::{Survey, references};
use crate::template::{Expr, Resource, Template, get_att, reference};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Parameters may lead to further parameters; a longer chain is a circle.
const MAX_CHAIN: usize = 8;

/// The parameters that were closed, by resource: where each stands, and the leaf that stood there.
pub type Closed = BTreeMap<String, Vec<(Path, Expr)>>;

/// The way to a value inside a resource: positions among properties and attributes, in mappings, in lists and below intrinsics.
type Path = Vec<usize>;

/// Closes leaves in the default form, resource by resource.
pub struct Closing<'a> {
    params: Params<'a>,
    closed: Closed,
    /// Logical ids that attributes name; whether they exist is known when all resources are there.
    attributes: Vec<(Arc<str>, Span)>,
}

impl<'a> Closing<'a> {
    /// Nothing is closed yet.
    pub fn new(linked: &'a Linked<'a>) -> Self {
        Self { params: Params { linked }, closed: Closed::new(), attributes: vec![] }
    }

    /// Closes every leaf of a resource.
    pub fn close(&mut self, id: &str, resource: &mut Resource) {
        let mut leaves = vec![];
        for (at, value) in values(resource).enumerate() {
            walk(value, &mut vec![at], &mut |e, path| {
                if matches!(e, Expr::Param { .. }) {
                    leaves.push((path.to_vec(), e.clone()));
                    self.params.close(e, false, 0);
                }
                e.rewrite(&mut |e| attribute(e, &mut self.attributes));
            });
        }
        if !leaves.is_empty() {
            self.closed.insert(id.to_string(), leaves);
        }
    }

    /// Puts the parameters of a resource back, so that it can be changed and closed again.
    pub fn open(&mut self, id: &str, resource: &mut Resource) {
        for (path, leaf) in self.closed.remove(id).into_iter().flatten() {
            if let Some(value) = value_at(resource, &path) {
                *value = leaf;
            }
        }
    }

    /// Closes the outputs, and reports attributes of what is not there.
    pub fn finish(mut self, template: &mut Template, sink: &mut Sink) -> Closed {
        for output in template.outputs.values_mut() {
            output.value.rewrite(&mut |e| {
                self.params.close(e, false, 0);
                attribute(e, &mut self.attributes);
            });
        }
        for (id, span) in self.attributes {
            if !template.resources.contains_key(&*id) {
                let message = format!("the stack has no CloudFormation resource `{id}`");
                let near = did_you_mean(&id, template.resources.keys().map(String::as_str));
                sink.push(Diagnostic::error(Code::UNKNOWN_RESOURCE, span, message).maybe_hint(near));
            }
        }
        self.closed
    }
}

/// Opens circles by closing the parameters inside them in the standalone form, and by leaving out variables of `connectTo` that have no such form (the URL
/// of a function). Returns a circle that is still there.
pub fn loosen(
    template: &mut Template,
    mut closed: Closed,
    first: Vec<String>,
    linked: &Linked<'_>,
    sink: &mut Sink,
) -> Option<Vec<String>> {
    let params = Params { linked };
    let mut cycle = first;
    let mut loosened = BTreeSet::new();
    loop {
        let fresh: Vec<&String> =
            cycle.iter().filter(|id| closed.contains_key(*id) && !loosened.contains(*id)).collect();
        if fresh.is_empty() && !leave_out(&cycle, template, &mut closed, sink) {
            return Some(cycle);
        }
        for id in fresh {
            loosened.insert(id.clone());
            let Some(resource) = template.resources.get_mut(id) else { continue };
            for (path, leaf) in closed.get(id).into_iter().flatten() {
                if let Some(value) = value_at(resource, path) {
                    *value = leaf.clone();
                    params.close(value, true, 0);
                    // The ids were checked when it was closed first.
                    value.rewrite(&mut |e| attribute(e, &mut vec![]));
                }
            }
        }
        cycle = Survey::of(template).cycle()?;
    }
}

/// Takes the variables that `connectTo` gives, and that close this circle, out of the resources on it. `false` when there are none.
fn leave_out(cycle: &[String], template: &mut Template, closed: &mut Closed, sink: &mut Sink) -> bool {
    let mut any = false;
    for (at, id) in cycle.iter().enumerate() {
        let next = &cycle[(at + 1) % cycle.len()];
        let (Some(leaves), Some(resource)) = (closed.get_mut(id), template.resources.get_mut(id)) else { continue };
        for index in (0..leaves.len()).rev() {
            let (path, leaf) = &leaves[index];
            let Expr::Param { resource: target, name: param, span } = leaf else { continue };
            let mut leads = false;
            references(value_at(resource, path).unwrap_or(&mut Expr::Null), &mut |r| leads |= r.name() == next);
            let name = env_name(target, param);
            let Some(entry) = entry_of(resource, path, &name).filter(|_| leads) else { continue };
            let message = format!(
                "the variable {name} is left out: `{target}` must exist before AWS gives it its {param}, and waits itself"
            );
            let hint =
                format!("use the other variables of `{target}`, such as its ARN, or remove one of the connections");
            sink.push(Diagnostic::warning(Code::SUSPICIOUS, *span, message).hint(hint));
            leaves.remove(index);
            remove(resource, &entry, leaves);
            any = true;
        }
    }
    any
}

/// Path of the variable of this name that a value belongs to: an entry of a mapping (functions) or an item with `Name` and `Value` (containers).
fn entry_of(resource: &mut Resource, path: &[usize], name: &str) -> Option<Path> {
    let (last, parent) = path.split_last()?;
    let Expr::Map(object) = value_at(resource, parent)? else { return None };
    if object.0.get(*last)?.0 == name {
        return Some(path.to_vec());
    }
    (object.get("Name").and_then(Expr::as_str) == Some(name)).then(|| parent.to_vec())
}

/// Removes an entry or an item, and keeps the paths of what stands behind it right.
fn remove(resource: &mut Resource, entry: &[usize], leaves: &mut [(Path, Expr)]) {
    let Some((at, parent)) = entry.split_last() else { return };
    match value_at(resource, parent) {
        Some(Expr::Map(object)) => drop(object.0.remove(*at)),
        Some(Expr::List(items)) => drop(items.remove(*at)),
        _ => return,
    }
    for (path, _) in leaves.iter_mut().filter(|(path, _)| path.starts_with(parent)) {
        if let Some(position) = path.get_mut(parent.len()).filter(|position| **position > *at) {
            *position -= 1;
        }
    }
}

/// The properties and attributes of a resource.
fn values(resource: &mut Resource) -> impl Iterator<Item = &mut Expr> {
    resource.properties.0.iter_mut().chain(&mut resource.attributes.0).map(|(_, value)| value)
}

/// As [`Expr::rewrite`], and `f` gets the path. What `f` puts in place of a value is not entered.
fn walk(expr: &mut Expr, path: &mut Path, f: &mut impl FnMut(&mut Expr, &[usize])) {
    if matches!(expr, Expr::Param { .. } | Expr::Attribute { .. }) {
        return f(expr, path);
    }
    for at in 0.. {
        let Some(inner) = child(expr, at) else { return };
        path.push(at);
        walk(inner, path, f);
        path.pop();
    }
}

fn child(expr: &mut Expr, at: usize) -> Option<&mut Expr> {
    match expr {
        Expr::List(items) => items.get_mut(at),
        Expr::Map(object) => object.0.get_mut(at).map(|(_, value)| value),
        Expr::Intrinsic(_, argument) => (at == 0).then_some(&mut **argument),
        _ => None,
    }
}

fn value_at<'r>(resource: &'r mut Resource, path: &[usize]) -> Option<&'r mut Expr> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(values(resource).nth(*first)?, |value, at| child(value, *at))
}

struct Params<'a> {
    linked: &'a Linked<'a>,
}

impl Params<'_> {
    fn close(&self, expr: &mut Expr, standalone: bool, chain: usize) {
        let Expr::Param { resource, name, .. } = expr else { return };
        let all = self.linked.params(resource).unwrap_or_default();
        // `check` has reported every name that does not exist.
        let Some(param) = all.iter().find(|p| p.name == *name) else { return };
        let mut value = match (&param.standalone, standalone) {
            (Some(value), true) => value.clone(),
            _ => param.value.clone(),
        };
        if chain < MAX_CHAIN {
            value.rewrite(&mut |e| self.close(e, standalone, chain + 1));
        }
        *expr = value;
    }
}

/// `$CfResourceParam`: the id must be in the template, which `asked` is for. Which attributes a type has is CloudFormation's to know.
fn attribute(expr: &mut Expr, asked: &mut Vec<(Arc<str>, Span)>) {
    let Expr::Attribute { logical_id, name, span } = expr else { return };
    asked.push((logical_id.clone(), *span));
    *expr = match &**name {
        "Ref" => reference(logical_id.to_string()),
        name => get_att(logical_id.to_string(), name.to_string()),
    };
}
