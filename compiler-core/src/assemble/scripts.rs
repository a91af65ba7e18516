//! Environment variables of scripts. What only CloudFormation knows (an address, a generated name) becomes an output of the stack; the host reads it
//! when it runs the script. A stack whose scripts ask for nothing has no such output.

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AnyResource, Linked, Sections};
use crate::naming::{env_name, logical_id, pascal};
use crate::plan::{DeployPlan, SCRIPT_REFERENCE, ScriptValue};
use crate::template::{Expr, Output, Template};
use std::collections::{BTreeMap, BTreeSet};

/// Adds an output for every variable whose value is not known now. Gives the outputs that hold what must never be shown.
pub fn add(
    sections: &Sections,
    template: &mut Template,
    plan: &mut DeployPlan,
    linked: &Linked<'_>,
) -> BTreeSet<String> {
    let mut sensitive = BTreeSet::new();
    for (script, body) in sections.scripts.iter().flat_map(|s| s.iter()) {
        let mut all = vec![];
        // A warning told about references to nothing.
        for variable in body.environment().iter().filter(|v| resolves(&v.value.expr, linked)) {
            let name = format!("{}-{}", script.value, variable.name);
            all.push((variable.name.clone(), value(&name, variable.value.expr.clone(), template)));
        }
        for target in body.connect_to().into_iter().flatten() {
            for param in linked.params(target).unwrap_or_default().iter() {
                let made = value(&format!("{}-{}", target.value, param.name), param.value.clone(), template);
                if let (true, ScriptValue::Output(id)) = (param.sensitive, &made) {
                    sensitive.insert(id.clone());
                }
                all.push((env_name(target, &param.name), made));
            }
        }
        plan.script_variables.insert(script.value.to_string(), all);
    }
    sensitive
}

fn resolves(expr: &Expr, linked: &Linked<'_>) -> bool {
    let mut resolves = true;
    expr.visit(&mut |e| {
        if let Expr::Param { resource, name, .. } = e {
            resolves &= linked.params(resource).is_some_and(|params| params.iter().any(|p| p.name == *name));
        }
    });
    resolves
}

/// Reports scripts that are to act as a resource without a role of its own.
pub fn check_roles(sections: &Sections, template: &Template, linked: &Linked<'_>, sink: &mut Sink) {
    let scripts = sections.scripts.iter().flat_map(|s| s.iter());
    for (script, target) in scripts.filter_map(|(name, script)| Some((name, script.assume_role_of_resource()?))) {
        let Some(resource) = linked.stack.any(target) else { continue };
        let nested = format!("{}.", target.value);
        let parts = linked.stack.resources().filter(|r| r.name().dotted().starts_with(&nested));
        let has_role =
            |r: &dyn AnyResource| template.resources.contains_key(&logical_id(r.name().flat(), "", "AWS::IAM::Role"));
        if has_role(resource) || parts.into_iter().any(has_role) {
            continue;
        }
        let message = format!(
            "the script `{}` cannot act as `{}`: a resource of type {} has no role",
            script.value,
            target.value,
            resource.type_name()
        );
        sink.push(
            Diagnostic::error(Code::WRONG_RESOURCE_TYPE, target.span, message)
                .label(resource.span(), "declared here")
                .hint("name what runs code, such as a function, a container workload or a batch job"),
        );
    }
}

fn value(name: &str, expr: Expr, template: &mut Template) -> ScriptValue {
    if let Some(text) = literal(&expr) {
        return ScriptValue::Known(text.replace("{{resolve:", SCRIPT_REFERENCE));
    }
    let base =
        format!("StpScript{}", pascal(&name.replace('_', "-"))).replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let mut id = base.clone();
    let mut number = 1;
    // Scripts that connect to the same resource share its outputs.
    while template.outputs.get(&id).is_some_and(|there| there.value != expr) {
        number += 1;
        id = format!("{base}{number}");
    }
    template.outputs.insert(id.clone(), Output { value: expr, description: None, export: None });
    ScriptValue::Output(id)
}

fn literal(expr: &Expr) -> Option<String> {
    Some(match expr {
        Expr::Str(text) => text.to_string(),
        Expr::Int(number) => number.to_string(),
        Expr::Float(number) => number.to_string(),
        Expr::Bool(flag) => flag.to_string(),
        _ => return None,
    })
}

/// After the parameters are closed: takes out the outputs whose value is known after all or must not be shown, and hides references to secrets in
/// the rest.
pub fn settle(template: &mut Template, plan: &mut DeployPlan, sensitive: &BTreeSet<String>) {
    let mut settled: BTreeMap<String, ScriptValue> = BTreeMap::new();
    for (_, variable) in plan.script_variables.values_mut().flatten() {
        let ScriptValue::Output(id) = variable else { continue };
        if let Some(value) = settled.get(id) {
            *variable = value.clone();
            continue;
        }
        let Some(output) = template.outputs.get_mut(id) else { continue };
        let mut refers = false;
        output.value.rewrite(&mut |e| {
            if let Expr::Str(text) = e
                && text.contains("{{resolve:")
            {
                refers = true;
                *text = text.replace("{{resolve:", SCRIPT_REFERENCE).into();
            }
        });
        let value = match literal(&output.value) {
            Some(text) => ScriptValue::Known(text),
            None if sensitive.contains(id) && !refers => ScriptValue::Withheld,
            None => ScriptValue::Output(id.clone()),
        };
        match &value {
            ScriptValue::Output(id) => plan.internal_outputs.push(id.clone()),
            _ => drop(template.outputs.remove(id)),
        }
        settled.insert(id.clone(), value.clone());
        *variable = value;
    }
}
