//! Closing the leaves that expansion left open: parameters of config resources and attributes of logical ids.
//!
//! A parameter is a `Ref` or `GetAtt` by default. When that closes a circle (two functions that know each other, a bucket that notifies a function
//! that writes to it), the parameters inside the circle are closed again in their standalone form, built from physical names.

use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::{Linked, Param};
use crate::template::graph::dependency_cycle;
use crate::template::{Expr, Resource, Template, get_att, reference};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Parameters may lead to further parameters; a longer chain is a circle.
const MAX_CHAIN: usize = 8;

/// The resources that had open parameters, as they were before closing.
pub type Open = BTreeMap<String, Resource>;

/// Closes every leaf in the default form.
pub fn close(template: &mut Template, linked: &Linked<'_>, sink: &mut Sink) -> Open {
    let mut params = Params { linked, known: BTreeMap::new() };
    let mut open = Open::new();
    let kinds: BTreeMap<String, String> =
        template.resources.iter().map(|(id, r)| (id.clone(), r.kind.to_string())).collect();
    for (id, resource) in &mut template.resources {
        if has_params(resource) {
            open.insert(id.clone(), resource.clone());
        }
        rewrite(resource, &mut |e| {
            params.close(e, false, 0);
            attribute(e, &kinds, sink);
        });
    }
    for output in template.outputs.values_mut() {
        output.value.rewrite(&mut |e| {
            params.close(e, false, 0);
            attribute(e, &kinds, sink);
        });
    }
    open
}

/// Opens circles by closing the parameters inside them in the standalone form. Returns a circle that is still there.
pub fn loosen(template: &mut Template, open: Open, first: &[String], linked: &Linked<'_>) -> Option<Vec<String>> {
    let mut params = Params { linked, known: BTreeMap::new() };
    let mut cycle = first.to_vec();
    let mut loosened = BTreeSet::new();
    loop {
        let fresh: Vec<&String> = cycle.iter().filter(|id| open.contains_key(*id) && !loosened.contains(*id)).collect();
        if fresh.is_empty() {
            return Some(cycle);
        }
        for id in fresh {
            loosened.insert(id.clone());
            if let (Some(before), Some(slot)) = (open.get(id), template.resources.get_mut(id)) {
                let mut resource = before.clone();
                rewrite(&mut resource, &mut |e| params.close(e, true, 0));
                *slot = resource;
            }
        }
        match dependency_cycle(template) {
            Some(next) => cycle = next,
            None => return None,
        }
    }
}

struct Params<'a> {
    linked: &'a Linked<'a>,
    known: BTreeMap<Arc<str>, Vec<Param>>,
}

impl Params<'_> {
    fn close(&mut self, expr: &mut Expr, standalone: bool, chain: usize) {
        let Expr::Param { resource, name, .. } = expr else { return };
        let all = match self.known.get(resource) {
            Some(all) => all,
            None => {
                let all = self.linked.params(resource).unwrap_or_default();
                self.known.entry(resource.clone()).or_insert(all)
            }
        };
        // `check` has reported every name that does not exist.
        let Some(param) = all.iter().find(|p| p.name == **name) else { return };
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

/// `$CfResourceParam`: the id must be in the template. Which attributes a type has is CloudFormation's to know.
fn attribute(expr: &mut Expr, kinds: &BTreeMap<String, String>, sink: &mut Sink) {
    let Expr::Attribute { logical_id, name, span } = expr else { return };
    if !kinds.contains_key(&**logical_id) {
        sink.push(
            Diagnostic::error(
                Code::UNKNOWN_RESOURCE,
                *span,
                format!("the stack has no CloudFormation resource `{logical_id}`"),
            )
            .maybe_hint(did_you_mean(logical_id, kinds.keys().map(String::as_str))),
        );
    }
    *expr = if &**name == "Ref" {
        reference(logical_id.to_string())
    } else {
        get_att(logical_id.to_string(), name.to_string())
    };
}

fn has_params(resource: &Resource) -> bool {
    let mut found = false;
    for (_, e) in resource.properties.0.iter().chain(&resource.attributes.0) {
        e.visit(&mut |e| found |= matches!(e, Expr::Param { .. }));
    }
    found
}

fn rewrite(resource: &mut Resource, f: &mut impl FnMut(&mut Expr)) {
    for (_, e) in resource.properties.0.iter_mut().chain(&mut resource.attributes.0) {
        e.rewrite(f);
    }
}
