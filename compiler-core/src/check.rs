//! Every rule over more than one value, by name: those of the resource types, and those of the config's sections.

use crate::config::App;
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::{Linked, Script, Sections};
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use crate::syntax::{Node, Value};
use crate::template::Expr;
use std::sync::Arc;

/// Runs every check.
pub fn check(app: &App, root: &Node, linked: &Linked<'_>, sink: &mut Sink) {
    for resource in linked.stack.resources() {
        resource.check(linked, sink);
    }
    references(root, &app.sections, linked, sink);
    service_name(&app.sections, sink);
    outputs(&app.sections, sink);
    scripts(&app.sections, linked, sink);
    hooks(&app.sections, sink);
    crate::shared_infra::reused_vpc::check(linked, sink);
    rollback_alarms(&app.sections, linked, sink);
}

/// Every `$ResourceParam` names a resource and one of its parameters. A script that no hook runs is not part of a deployment: what is wrong in it
/// does not stop one.
fn references(root: &Node, sections: &Sections, linked: &Linked<'_>, sink: &mut Sink) {
    let Value::Map(root) = &root.value else { return };
    for entry in &root.entries {
        match &entry.value.value {
            Value::Map(scripts) if &*entry.key.value == "scripts" => {
                for script in &scripts.entries {
                    let mut found = Sink::default();
                    referenced_params(&script.value, linked, &mut found);
                    match runs_in_hook(&script.key.value, sections) {
                        true => sink.extend(found),
                        false => sink.extend_as_warnings(found),
                    }
                }
            }
            _ => referenced_params(&entry.value, linked, sink),
        }
    }
}

fn runs_in_hook(script: &str, sections: &Sections) -> bool {
    sections.hooks.iter().flat_map(|h| h.steps()).any(|step| step.script_name.value == script)
}

fn referenced_params(node: &Node, linked: &Linked<'_>, sink: &mut Sink) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|n| referenced_params(n, linked, sink)),
        Value::Map(map) => map.entries.iter().for_each(|e| referenced_params(&e.value, linked, sink)),
        Value::Deferred(expr) => expr.visit(&mut |e| {
            if let Expr::Param { resource, name, span } = e {
                param(resource, name, *span, linked, sink);
            }
        }),
        _ => {}
    }
}

fn param(resource: &str, name: &str, span: Span, linked: &Linked<'_>, sink: &mut Sink) {
    let Some(target) =
        linked.stack.require_any(&Spanned::new(resource.to_string(), span), "$ResourceParam", None, sink)
    else {
        return;
    };
    let params = linked.params(resource).unwrap_or_default();
    if params.iter().any(|p| &*p.name == name) {
        return;
    }
    let names: Vec<&str> = params.iter().map(|p| &*p.name).collect();
    let hint = did_you_mean(name, names.iter().copied()).or_else(|| match names.len() {
        0 => Some(format!("resources of type {} have no parameters", target.type_name()).into()),
        _ => Some(format!("it has: {}", names.join(", ")).into()),
    });
    sink.push(
        Diagnostic::error(
            Code::UNKNOWN_PARAM,
            span,
            format!("`{resource}` ({}) has no parameter `{name}`", target.type_name()),
        )
        .maybe_hint(hint),
    );
}

fn service_name(sections: &Sections, sink: &mut Sink) {
    if let Some(name) = &sections.service_name {
        sink.push(
            Diagnostic::warning(Code::DEPRECATED, name.span, "serviceName is an outdated way to name the project")
                .hint(format!("remove it and pass --projectName {}", name.value)),
        );
    }
}

fn outputs(sections: &Sections, sink: &mut Sink) {
    let mut seen = SortedMap::new();
    for output in sections.stack_config.iter().flat_map(|s| s.outputs.iter().flatten()) {
        let name = &output.name;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = format!("the output name `{}` must have letters and digits only", name.value);
            let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint(format!("for example `{plain}`")));
        }
        let first = seen.get_or_insert_with(&name.value, || output);
        if first.value.expr != output.value.expr {
            sink.push(
                Diagnostic::error(
                    Code::CLASH,
                    name.span,
                    format!("two outputs are called `{}` and differ in value", name.value),
                )
                .label(first.name.span, "first given here")
                .hint("rename one of them"),
            );
        }
    }
}

fn scripts(sections: &Sections, linked: &Linked<'_>, sink: &mut Sink) {
    for (name, script) in sections.scripts.iter().flat_map(|s| s.iter()) {
        for variable in script.environment() {
            if matches!(variable.value.expr, Expr::Null | Expr::List(_) | Expr::Map(_)) {
                let message =
                    format!("the value of the variable `{}` must be text, a number or a boolean", variable.name);
                let hint = "write it as text; a structure can be given as JSON text";
                sink.push(Diagnostic::error(Code::WRONG_TYPE, variable.value.span, message).hint(hint));
            }
        }
        let (span, ways, connect_to, assume) = match script {
            Script::Local(s) => (
                s.span,
                execute(&s.execute_script, &s.execute_command, &s.execute_scripts, &s.execute_commands),
                &s.connect_to,
                &s.assume_role_of_resource,
            ),
            Script::Bastion(s) => (
                s.span,
                execute(&None, &s.execute_command, &None, &s.execute_commands),
                &s.connect_to,
                &s.assume_role_of_resource,
            ),
            Script::Tunnel(s) => (
                s.span,
                execute(&s.execute_script, &s.execute_command, &s.execute_scripts, &s.execute_commands),
                &s.connect_to,
                &s.assume_role_of_resource,
            ),
        };
        match ways.as_slice() {
            [_] => {}
            [] if sink.has_error_in(span) => {}
            [] => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    name.span,
                    format!("the script `{}` runs nothing", name.value),
                )
                .hint("give executeCommand, executeCommands, executeScript or executeScripts"),
            ),
            [first, second, ..] => sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    span,
                    format!("the script `{}` gives both {} and {}", name.value, first.0, second.0),
                )
                .label(second.1, "second one")
                .hint("keep exactly one of executeCommand, executeCommands, executeScript and executeScripts"),
            ),
        }
        match script {
            Script::Local(_) => {}
            Script::Bastion(_) | Script::Tunnel(_) => jump_host(name, script.bastion_resource(), linked, sink),
        }
        let tunnels = matches!(script, Script::Tunnel(_));
        crate::facets::connect::check_script(connect_to.as_ref(), tunnels, linked, sink);
        if let Some(target) = assume {
            linked.stack.require_any(target, &format!("the script `{}`", name.value), None, sink);
        }
    }
}

/// Reports a script whose bastion is unknown, no bastion, missing, or not clear.
fn jump_host(script: &Spanned<Arc<str>>, named: Option<&Spanned<String>>, linked: &Linked<'_>, sink: &mut Sink) {
    let stack = linked.stack;
    let hosts: Vec<&str> = stack.jump_hosts().map(|r| r.name().dotted()).collect();
    match (named, hosts.as_slice()) {
        (Some(named), hosts) => {
            let found = stack.any(named);
            if stack.is_broken(named) || found.is_some_and(|f| f.jump_host().is_some()) {
                return;
            }
            let hint = did_you_mean(named, hosts.iter().copied()).unwrap_or_else(|| match hosts {
                [] => "add a resource of type bastion and name it".into(),
                hosts => format!("bastions of the config: `{}`", hosts.join("`, `")).into(),
            });
            sink.push(match found {
                Some(found) => {
                    let kind = found.type_name();
                    let message =
                        format!("bastionResource must name a bastion, but `{}` is of type {kind}", named.value);
                    Diagnostic::error(Code::WRONG_RESOURCE_TYPE, named.span, message)
                        .label(found.span(), format!("`{}` is declared here", named.value))
                        .hint(hint)
                }
                None => {
                    let message =
                        format!("bastionResource names the resource `{}`, which the config does not have", named.value);
                    Diagnostic::error(Code::UNKNOWN_RESOURCE, named.span, message).hint(hint)
                }
            });
        }
        // A resource that could not be decoded may be the bastion.
        (None, []) if stack.has_broken() => {}
        (None, []) => {
            let message = format!("the script `{}` needs a bastion, and the config has none", script.value);
            sink.push(
                Diagnostic::error(Code::UNKNOWN_RESOURCE, script.span, message)
                    .hint("add a resource of type bastion, or make it a local-script"),
            );
        }
        (None, [_]) => {}
        (None, [first, ..]) => {
            let message = format!(
                "the script `{}` does not say which of {} bastions it uses; it gets `{first}`",
                script.value,
                hosts.len()
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, script.span, message)
                    .hint(format!("set bastionResource to one of `{}`", hosts.join("`, `"))),
            );
        }
    }
}

/// The `execute…` properties that are given.
fn execute(
    script: &Option<Spanned<String>>,
    command: &Option<Spanned<String>>,
    scripts: &Option<Spanned<Vec<String>>>,
    commands: &Option<Spanned<Vec<String>>>,
) -> Vec<(&'static str, Span)> {
    [
        ("executeCommand", command.as_ref().map(|s| s.span)),
        ("executeCommands", commands.as_ref().map(|s| s.span)),
        ("executeScript", script.as_ref().map(|s| s.span)),
        ("executeScripts", scripts.as_ref().map(|s| s.span)),
    ]
    .into_iter()
    .filter_map(|(name, span)| span.map(|s| (name, s)))
    .collect()
}

fn hooks(sections: &Sections, sink: &mut Sink) {
    let names: Vec<&str> = sections.scripts.iter().flat_map(|s| s.iter()).map(|(n, _)| &*n.value).collect();
    for step in sections.hooks.iter().flat_map(|h| h.steps()) {
        let name = &step.script_name;
        if !names.contains(&name.value.as_str()) {
            let hint = did_you_mean(name, names.iter().copied())
                .unwrap_or_else(|| format!("add `{}` to `scripts`", name.value).into());
            sink.push(
                Diagnostic::error(
                    Code::UNKNOWN_RESOURCE,
                    name.span,
                    format!("the hook runs the script `{}`, which `scripts` does not have", name.value),
                )
                .hint(hint),
            );
        }
    }
}

fn rollback_alarms(sections: &Sections, linked: &Linked<'_>, sink: &mut Sink) {
    let alarms = sections.deployment_config.iter().flat_map(|d| d.trigger_rollback_on_alarms.iter().flatten());
    for alarm in alarms {
        if let Some(text) = alarm.as_known().filter(|t| !t.starts_with("arn:")) {
            crate::facets::alarms::resolve(
                &Spanned::new(text.clone(), alarm.span),
                "triggerRollbackOnAlarms",
                linked.stack,
                sink,
            );
        }
    }
}
