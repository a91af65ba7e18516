//! What scripts are told about the stack: their environment variables, and the roles that they act as. What only CloudFormation knows (an address, a
//! generated name) becomes an output of the stack; the host reads it when it runs the script. A stack whose scripts ask for nothing has no such output.

use crate::model::{Linked, Script, Sections, Tunnel};
use crate::naming::{env_name, pascal};
use crate::order::SortedMap;
use crate::plan::{DeployPlan, SCRIPT_REFERENCE, ScriptHost, ScriptNeeds, ScriptTunnel, ScriptValue};
use crate::template::{Expr, Output, Template, get_att};
use std::collections::BTreeSet;

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
        let mut needs = ScriptNeeds { variables: all, host: host(body, linked), tunnels: vec![] };
        if let Script::Tunnel(_) = body {
            let targets = body.connect_to().into_iter().flatten();
            needs.tunnels.extend(targets.filter_map(|target| tunnel(target, template, linked)));
        }
        plan.script_needs.insert(script.value.to_string(), needs);
    }
    for role in &mut plan.script_roles {
        role.arn = value(&format!("{}-role-arn", role.resource), get_att(role.logical_id.clone(), "Arn"), template);
    }
    sensitive
}

/// The bastion that a script names, or else the first.
fn host(script: &Script, linked: &Linked<'_>) -> Option<ScriptHost> {
    if matches!(script, Script::Local(_)) {
        return None;
    }
    let found = match script.bastion_resource() {
        Some(named) => linked.stack.any(named),
        None => linked.stack.jump_hosts().next(),
    };
    found.and_then(|r| Some(ScriptHost { resource: r.name().dotted().to_string(), group: r.jump_host()? }))
}

/// The way to a resource that only the bastion reaches.
fn tunnel(target: &str, template: &mut Template, linked: &Linked<'_>) -> Option<ScriptTunnel> {
    let Tunnel { hosts, ports } = linked.stack.any(target)?.tunnel().filter(|tunnel| !tunnel.hosts.is_empty())?;
    let params = linked.params(target).unwrap_or_default();
    let holding = |port: u32| {
        let own = params.iter().filter(|p| p.name.starts_with("port") && p.value.as_str() == Some(&port.to_string()));
        own.map(|p| env_name(target, &p.name)).collect()
    };
    let host = |expr| value(&format!("{target}-host"), expr, template);
    Some(ScriptTunnel {
        resource: target.to_string(),
        hosts: hosts.into_iter().map(host).collect(),
        ports: ports.into_iter().map(|port| (port, holding(port))).collect(),
    })
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
    let mut settled: SortedMap<String, ScriptValue> = SortedMap::new();
    let mut values: Vec<&mut ScriptValue> = plan.script_roles.iter_mut().map(|role| &mut role.arn).collect();
    for needs in plan.script_needs.values_mut() {
        values.extend(needs.variables.iter_mut().map(|(_, value)| value));
        needs.tunnels.iter_mut().for_each(|tunnel| values.extend(&mut tunnel.hosts));
    }
    for variable in values {
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
