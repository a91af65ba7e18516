//! Stack outputs: the config's, and those that make a rotated secret redeploy.

use crate::model::{Linked, Sections};
use crate::plan::DeployPlan;
use crate::template::{Expr, Output, Template};
use std::collections::BTreeMap;

/// Whether a value must never be shown: it holds a reference to a secret, or a parameter that is one.
fn is_sensitive(value: &Expr, linked: &Linked<'_>) -> bool {
    let mut found = false;
    value.visit(&mut |e| {
        found |= match e {
            Expr::Str(text) => text.contains("{{resolve:secretsmanager:") || text.contains("{{resolve:ssm-secure:"),
            Expr::Param { resource, name, .. } => {
                linked.params(resource).is_some_and(|all| all.iter().any(|p| p.name == *name && p.sensitive))
            }
            _ => false,
        }
    });
    found
}

/// Adds the outputs to the template.
pub fn add(
    sections: &Sections,
    extra: &BTreeMap<String, String>,
    template: &mut Template,
    plan: &mut DeployPlan,
    linked: &Linked<'_>,
) {
    let identity = &linked.stack.identity;
    for output in sections.stack_config.iter().flat_map(|s| s.outputs.iter().flatten()) {
        if is_sensitive(&output.value.expr, linked) {
            plan.sensitive_outputs.push(output.name.value.clone());
        }
        let export = output.export.then(|| Expr::from(identity.export_name(&output.name)));
        let made = Output { value: output.value.expr.clone(), description: output.description.clone(), export };
        template.outputs.insert(output.name.value.clone(), made);
    }
    for (name, value) in extra {
        let made = Output { value: value.clone().into(), description: None, export: None };
        template.outputs.entry(name.clone()).or_insert(made);
        plan.internal_outputs.push(name.clone());
    }
}
