//! The one place that knows the compiler's types: its diagnostics, plan and template become the host's own terms.

use crate::deploy::job::{Job, Render, RollbackAlarm, StoredArtifact, VERSION_OUTPUT};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::hooks::{self, Hook, Variable};
use crate::ui::line::{Access, Excerpt, Finding, Label, Made, Origin, Place, Right, Severity, StatementText};
use crate::upload::sync::{Rule, Sync};
use stacktape_compiler::decode::Val;
use stacktape_compiler::diagnostics as core;
use stacktape_compiler::model::{HookStep, Script as CoreScript};
use stacktape_compiler::source::{FilePath, Sources, Span, Spanned};
use stacktape_compiler::template::{ArtifactId, Expr, Output, Template, to_json};
use stacktape_compiler::world::World;
use stacktape_compiler::{BoundArtifact, Compiled, EVERY_DEPLOY, Input, ScriptTunnel, ScriptValue, bind, explain};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// A compiler diagnostic in the host's terms.
pub fn findings(compiled: &Compiled) -> Vec<Finding> {
    compiled.diagnostics.iter().map(|d| finding(d, &compiled.sources)).collect()
}

fn finding(d: &core::Diagnostic, sources: &Sources) -> Finding {
    Finding {
        severity: match d.severity {
            core::Severity::Error => Severity::Error,
            core::Severity::Warning => Severity::Warning,
        },
        code: d.code.to_string(),
        message: d.message.clone(),
        place: place(sources, d.span),
        hints: d.hints.clone(),
        labels: d
            .labels
            .iter()
            .map(|(span, message)| Label {
                message: message.clone(),
                place: place(sources, *span),
                excerpt: excerpt(sources, *span),
            })
            .collect(),
        excerpt: excerpt(sources, d.span),
    }
}

/// A span as a place.
pub fn place(sources: &Sources, span: Span) -> Option<Place> {
    let place = sources.place(span)?;
    Some(Place {
        file: place.file.to_string(),
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    })
}

/// A span as the text for a frame; `None` for an empty file, which has nothing to show.
pub fn excerpt(sources: &Sources, span: Span) -> Option<Excerpt> {
    let text = sources.text(span.file);
    let file = sources.path(span.file)?.to_string();
    (!text.is_empty()).then(|| Excerpt { file, text: text.into(), range: span.start as usize..span.end as usize })
}

/// Every resource of the template with what in the config made it: by config resource, what belongs to the stack as a whole first.
pub fn made(compiled: &Compiled) -> Vec<Made> {
    let made = |(id, resource): (&String, &stacktape_compiler::template::Resource)| {
        let origin = compiled.plan.origins.get(id);
        Made {
            logical_id: id.clone(),
            resource_type: resource.kind.to_string(),
            origin: Origin {
                resource: origin.and_then(|o| o.resource.clone()),
                place: origin.and_then(|o| place(&compiled.sources, o.span?)),
            },
        }
    };
    let mut all: Vec<Made> = compiled.template.iter().flat_map(|t| &t.resources).map(made).collect();
    all.sort_by(|a, b| (&a.origin.resource, &a.logical_id).cmp(&(&b.origin.resource, &b.logical_id)));
    all
}

/// Every IAM statement of the template with what asked for it.
pub fn rights(compiled: &Compiled) -> Vec<Right> {
    let right = |right: explain::Right<'_>| Right {
        logical_id: right.logical_id.to_owned(),
        access: match right.access {
            explain::Access::Role => Access::Role,
            explain::Access::ManagedPolicy => Access::ManagedPolicy,
            explain::Access::Trust => Access::Trust,
            explain::Access::Resource => Access::Resource,
        },
        statement: serde_json::from_str(&right.statement.to_json_text()).unwrap_or_default(),
        origin: Origin {
            resource: right.resource.map(str::to_owned),
            place: right.origin.and_then(|span| place(&compiled.sources, span)),
        },
        text: statement_text(&right.statement),
        excerpt: right.origin.and_then(|span| excerpt(&compiled.sources, span)),
    };
    explain::rights(compiled).into_iter().map(right).collect()
}

fn statement_text(statement: &Expr) -> StatementText {
    let Some(object) = statement.as_object() else {
        return StatementText { action: explain::short(statement), ..StatementText::default() };
    };
    let of = |keys: [&str; 2]| {
        let found = keys.into_iter().find_map(|key| Some((key, object.get(key)?)));
        match found {
            Some((key, value)) if key.starts_with("Not") => format!("everything but {}", explain::short(value)),
            Some((_, value)) => explain::short(value),
            None => String::new(),
        }
    };
    StatementText {
        denies: object.get("Effect").and_then(Expr::as_str) == Some("Deny"),
        principal: of(["Principal", "NotPrincipal"]),
        action: of(["Action", "NotAction"]),
        resource: of(["Resource", "NotResource"]),
        condition: object.get("Condition").map(Expr::to_json_text).unwrap_or_default(),
    }
}

/// A YAML or JSON config as TypeScript, and what stands in the way.
pub fn to_typescript(shown: &str, text: &str) -> (Option<String>, Vec<Finding>) {
    let converted = stacktape_compiler::convert::to_typescript(shown, text);
    let findings = converted.diagnostics.iter().map(|d| finding(d, &converted.sources)).collect();
    (converted.text, findings)
}

/// An evaluated program as YAML, and what stands in the way.
pub fn to_yaml(input: &Input<'_>, world: &dyn World) -> (Option<String>, Vec<Finding>) {
    let converted = stacktape_compiler::convert::to_yaml(input, world);
    let findings = converted.diagnostics.iter().map(|d| finding(d, &converted.sources)).collect();
    (converted.text, findings)
}

/// The JSON schema of the config.
pub fn schema() -> String {
    stacktape_compiler::schema::json_schema()
}

/// The config's old way to name the project, read without compiling.
pub fn service_name(shown: &str, text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(FilePath::new(shown), Arc::from(text));
    let root = stacktape_compiler::syntax::parse(&sources, file, &mut core::Sink::default())?;
    Some(root.as_map()?.get("serviceName")?.as_str()?.to_owned())
}

/// Logical ids of a template (JSON or YAML) that a deletion of the stack leaves behind; `None` when the text cannot be read.
pub fn retained(template: &str) -> Option<BTreeSet<String>> {
    let mut sources = Sources::default();
    let name = if template.trim_start().starts_with('{') { "template.json" } else { "template.yml" };
    let file = sources.add(FilePath::new(name), Arc::from(template));
    let root = stacktape_compiler::syntax::parse(&sources, file, &mut core::Sink::default())?;
    let mut out = BTreeSet::new();
    for entry in root.as_map()?.get("Resources")?.as_map()?.entries.iter() {
        let policy = entry.value.as_map().and_then(|r| r.get("DeletionPolicy")?.as_str());
        if policy.is_some_and(|p| p != "Delete") {
            out.insert(entry.key.value.to_string());
        }
    }
    Some(out)
}

/// Everything that the driver needs. `disable_rollback` is the command line's wish, which the config can only strengthen.
pub fn job(compiled: &Compiled, artifacts: Vec<crate::deploy::job::Artifact>, disable_rollback: bool) -> Result<Job> {
    let plan = &compiled.plan;
    let template = compiled
        .template
        .clone()
        .ok_or_else(|| Failure::new(Exit::Internal, "no-template", "the compiler gave no template and no error"))?;
    let spans = plan.origins.iter().filter_map(|(id, o)| Some((id, o.span?)));
    let known = |what: &str, value: &Val<String>| literal(what, value);
    let deployment = &plan.deployment;
    let all = |what: &str, values: &Option<Vec<Val<String>>>| -> Result<Vec<String>> {
        values.iter().flatten().map(|v| known(what, v)).collect()
    };
    Ok(Job {
        stack_name: plan.identity.stack_name.clone(),
        bucket: plan.deployment_bucket.clone(),
        bootstrap: to_json(&bootstrap(&template, &plan.bootstrap), false),
        render: render(template, plan.every_deploy.clone()),
        always: !plan.every_deploy.is_empty(),
        artifacts,
        tags: plan.tags.clone(),
        role_arn: deployment.cloudformation_role_arn.as_ref().map(|v| known("cloudformationRoleArn", v)).transpose()?,
        notification_arns: all("publishEventsToArn", &deployment.publish_events_to_arn)?,
        rollback_alarms: all("triggerRollbackOnAlarms", &deployment.trigger_rollback_on_alarms)?
            .into_iter()
            .map(|text| match plan.rollback_alarms.get(&text) {
                Some(own) => {
                    let id = &plan.identity;
                    let partition = partition(&id.region);
                    let arn = format!("arn:{partition}:cloudwatch:{}:{}:alarm:{}", id.region, id.account, own.name);
                    RollbackAlarm { arn, logical_id: Some(own.logical_id.clone()) }
                }
                None => RollbackAlarm { arn: text, logical_id: None },
            })
            .collect(),
        monitoring_minutes: deployment
            .monitoring_time_after_deployment_in_minutes
            .as_ref()
            .and_then(|m| i32::try_from(m.value).ok()),
        termination_protection: deployment.termination_protection,
        disable_rollback: disable_rollback || deployment.disable_auto_rollback,
        keep_versions: deployment.previous_versions_to_keep.as_ref().map_or(25, |n| n.value as usize),
        invalidations: plan.invalidations.clone(),
        origins: plan
            .origins
            .iter()
            .map(|(id, o)| {
                let place = o.span.and_then(|span| place(&compiled.sources, span));
                (id.clone(), Origin { resource: o.resource.clone(), place })
            })
            .collect(),
        excerpts: spans.filter_map(|(id, span)| Some((id.clone(), excerpt(&compiled.sources, span)?))).collect(),
        internal_outputs: plan
            .internal_outputs
            .iter()
            .cloned()
            .chain([VERSION_OUTPUT.into(), "StpStackInfoMap".into()])
            .collect(),
        sensitive_outputs: plan.sensitive_outputs.iter().cloned().collect(),
    })
}

/// Partition of a region, as it stands in ARNs.
fn partition(region: &str) -> &'static str {
    match region {
        r if r.starts_with("cn-") => "aws-cn",
        r if r.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// These settings are part of the request, not of the template, so CloudFormation cannot evaluate them.
fn literal(what: &str, value: &Val<String>) -> Result<String> {
    value.as_known().cloned().ok_or_else(|| {
        Failure::new(
            Exit::Config,
            "deferred-setting",
            format!("deploymentConfig.{what} must be known before the deploy"),
        )
        .hint("give the value itself, or a directive that is resolved at once such as $StackOutput")
    })
}

/// The template with only what must exist before the first upload.
fn bootstrap(template: &Template, ids: &[String]) -> Template {
    let mut small = Template { description: template.description.clone(), ..Template::default() };
    small.resources =
        template.resources.iter().filter(|(id, _)| ids.contains(id)).map(|(id, r)| (id.clone(), r.clone())).collect();
    small
}

/// Closes the artifact leaves and adds the deploy's number.
fn render(template: Template, every_deploy: Vec<String>) -> Render {
    Box::new(move |stored: &BTreeMap<String, StoredArtifact>, version: &str| {
        let mut template = template.clone();
        let artifacts = stored
            .iter()
            .map(|(name, a)| {
                let bound = BoundArtifact { s3_key: Some(a.key.clone()), image_uri: None, digest: a.digest.clone() };
                (ArtifactId(name.as_str().into()), bound)
            })
            .collect();
        let open = bind(&mut template, &artifacts);
        if let Some(first) = open.first() {
            return Err(Failure::new(
                Exit::Internal,
                "open-artifact",
                format!("nothing was packaged for `{}`", first.0),
            ));
        }
        for id in &every_deploy {
            if let Some(resource) = template.resources.get_mut(id) {
                resource.properties.insert(EVERY_DEPLOY, version.to_owned());
            }
        }
        let output = Output { value: Expr::from(version.to_owned()), description: None, export: None };
        template.outputs.insert(VERSION_OUTPUT.into(), output);
        Ok(to_json(&template, false))
    })
}

pub use stacktape_compiler::SCRIPT_REFERENCE;

/// The steps of a hook.
pub fn hooks(compiled: &Compiled, steps: Option<&Vec<HookStep>>) -> Vec<Hook> {
    let hook = |step: &HookStep| {
        Some(Hook {
            name: step.script_name.value.clone(),
            script: script(compiled, &step.script_name.value)?,
            skip_on_ci: step.skip_on_ci,
            skip_on_local: step.skip_on_local,
        })
    };
    steps.into_iter().flatten().filter_map(hook).collect()
}

/// Names of the scripts of the config.
pub fn script_names(compiled: &Compiled) -> impl Iterator<Item = &str> {
    compiled.plan.scripts.iter().map(|(name, _)| &*name.value)
}

/// A script of the config; `None` when there is none of that name.
pub fn script(compiled: &Compiled, name: &str) -> Option<hooks::Script> {
    let plan = &compiled.plan;
    let (_, script) = plan.scripts.iter().find(|(n, _)| &*n.value == name)?;
    let text = |s: &Option<Spanned<String>>| s.iter().map(|s| s.value.clone()).collect::<Vec<_>>();
    let all = |s: &Option<Spanned<Vec<String>>>| s.iter().flat_map(|s| s.value.clone()).collect::<Vec<_>>();
    let (commands, files, cwd, show_output) = match script {
        CoreScript::Local(s) => (
            [text(&s.execute_command), all(&s.execute_commands)].concat(),
            [text(&s.execute_script), all(&s.execute_scripts)].concat(),
            &s.cwd,
            s.pipe_stdio,
        ),
        CoreScript::Tunnel(s) => (
            [text(&s.execute_command), all(&s.execute_commands)].concat(),
            [text(&s.execute_script), all(&s.execute_scripts)].concat(),
            &s.cwd,
            s.pipe_stdio,
        ),
        CoreScript::Bastion(s) => ([text(&s.execute_command), all(&s.execute_commands)].concat(), vec![], &s.cwd, true),
    };
    let needs = plan.script_needs.get(name)?;
    let host = needs.host.as_ref().map(|h| hooks::Host { resource: h.resource.clone(), group: h.group.clone() });
    Some(hooks::Script {
        steps: commands.into_iter().map(hooks::Run::Command).chain(files.into_iter().map(hooks::Run::File)).collect(),
        cwd: cwd.clone(),
        show_output,
        environment: needs.variables.iter().map(|(name, value)| (name.clone(), variable(value))).collect(),
        acts_as: script.assume_role_of_resource().and_then(|resource| role(compiled, &resource.value)),
        place: match script {
            CoreScript::Local(_) => hooks::Place::Here,
            CoreScript::Bastion(_) => hooks::Place::Bastion(host?),
            CoreScript::Tunnel(_) => {
                let tunnel = |t: &ScriptTunnel| hooks::Tunnel {
                    resource: t.resource.clone(),
                    hosts: t.hosts.iter().map(variable).collect(),
                    ports: t.ports.clone(),
                };
                hooks::Place::Tunnels(host?, needs.tunnels.iter().map(tunnel).collect())
            }
        },
    })
}

/// A resource whose role scripts may act as, and the ARN of that role; `None` when no script of the config names it.
pub fn role(compiled: &Compiled, resource: &str) -> Option<(String, Variable)> {
    let found = compiled.plan.script_roles.iter().find(|role| role.resource == resource);
    found.map(|role| (resource.to_owned(), variable(&role.arn)))
}

/// Resources whose roles scripts may act as.
pub fn role_names(compiled: &Compiled) -> impl Iterator<Item = &str> {
    compiled.plan.script_roles.iter().map(|role| role.resource.as_str())
}

fn variable(value: &ScriptValue) -> Variable {
    match value {
        ScriptValue::Known(text) => Variable::Known(text.clone()),
        ScriptValue::Output(id) => Variable::Output(id.clone()),
        ScriptValue::Withheld => Variable::Withheld,
    }
}

/// The folders that are synced after a deploy.
pub fn syncs(compiled: &Compiled, root: &Path) -> Vec<Sync> {
    let sync = |s: &stacktape_compiler::model::BucketSync| Sync {
        resource: s.resource.clone(),
        bucket: s.bucket.clone(),
        folder: root.join(&s.directory.value),
        shown: s.directory.value.clone(),
        exclude: s.exclude.clone(),
        rules: s
            .rules
            .iter()
            .map(|r| Rule {
                include: r.include.clone(),
                exclude: r.exclude.clone(),
                headers: r.headers.clone(),
                tags: r.tags.clone(),
            })
            .collect(),
    };
    compiled.plan.syncs.iter().map(sync).collect()
}
