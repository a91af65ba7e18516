//! Fragments become one template: unique ids, closed parameters, overrides, outputs, limits.

mod children;
mod close;
mod last;
mod limits;
mod outputs;
mod overrides;
mod script_roles;
mod scripts;
mod transforms;
mod versions;

use crate::config::{App, Overrides};
use crate::decode::Raw;
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::evaluated::{Calls, Transforms};
use crate::expand::Expanded;
use crate::model::{Child, Linked, Sharing};
use crate::plan::{DeployPlan, Origin};
use crate::source::Span;
use crate::syntax::{Node, Value};
use crate::template::graph::{Holder, Survey, references};
use crate::template::{Expr, INTRINSICS, Object, Resource, Template};
use close::Closing;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use versions::Versions;

/// The template in the making.
pub struct Assembly<'a> {
    linked: &'a Linked<'a>,
    template: Template,
    plan: DeployPlan,
    closing: Closing<'a>,
    /// Ids of what comes after everything else.
    come_last: BTreeSet<String>,
    /// The places of two parts that make the same thing, once reported.
    clashes: Vec<(Span, Span)>,
}

impl<'a> Assembly<'a> {
    /// An empty template.
    pub fn new(linked: &'a Linked<'a>) -> Self {
        let identity = &linked.stack.identity;
        let plan = DeployPlan {
            deployment_bucket: identity.deployment_bucket(),
            bootstrap: crate::shared_infra::deployment_bucket::BOOTSTRAP.iter().map(|id| id.to_string()).collect(),
            ..DeployPlan::default()
        };
        let template = Template { description: identity.description(), ..Template::default() };
        Self { linked, template, plan, closing: Closing::new(linked), come_last: BTreeSet::new(), clashes: vec![] }
    }

    /// Adds what one resource expands to.
    pub fn add(&mut self, expanded: Expanded, sink: &mut Sink) {
        let Expanded { owner, fragment } = expanded;
        let mut repeated = BTreeSet::new();
        for child in fragment.children {
            let caused = owner.is_some() || child.span != Span::default();
            let origin = Origin { resource: owner.clone(), span: caused.then_some(child.span) };
            if let Err(id) = self.add_child(child, origin, sink) {
                repeated.insert(id);
            }
        }
        self.plan.artifacts.extend(fragment.artifacts);
        self.plan.syncs.extend(fragment.syncs);
        self.plan.invalidations.extend(fragment.invalidations);
        self.plan.every_deploy.extend(fragment.every_deploy);
        self.come_last.extend(fragment.last);
        self.plan.grants.extend(fragment.grants.into_iter().filter(|g| !repeated.contains(&g.role)));
    }

    /// Adds a child and closes its leaves; gives its id back when it is there already.
    fn add_child(&mut self, mut child: Child, origin: Origin, sink: &mut Sink) -> Result<(), String> {
        self.closing.close(&child.logical_id, &mut child.resource);
        match self.template.resources.entry(child.logical_id) {
            Entry::Vacant(place) => {
                self.plan.origins.insert(place.key().clone(), origin);
                place.insert(child.resource);
                Ok(())
            }
            Entry::Occupied(first) if child.sharing == Sharing::Shared && *first.get() == child.resource => {
                Err(first.key().clone())
            }
            Entry::Occupied(first) => {
                let id = first.key();
                let there = self.plan.origins.get(id).and_then(|o| o.span).unwrap_or_default();
                // Two resources that clash have several parts in common; that is one mistake.
                if self.clashes.contains(&(child.span, there)) {
                    return Err(id.clone());
                }
                self.clashes.push((child.span, there));
                sink.push(
                    Diagnostic::error(
                        Code::CLASH,
                        child.span,
                        format!("two parts of the config make the CloudFormation resource `{id}`"),
                    )
                    .label(there, "made here as well")
                    .hint("rename one of the resources: names that differ only in case or separators give the same id"),
                );
                Err(id.clone())
            }
        }
    }

    /// The template (artifact leaves stay open) and the plan.
    pub fn finish(
        self,
        app: App,
        root: &Node,
        extra_outputs: &BTreeMap<String, String>,
        calls: Option<(Calls, &dyn Transforms)>,
        sink: &mut Sink,
    ) -> (Template, DeployPlan) {
        let Self { linked, mut template, mut plan, mut closing, come_last, .. } = self;
        // Before the overrides, which have the last word.
        script_roles::add(&app.sections, &mut template, &mut plan, linked, sink);
        add_raw(&app, &mut template, &mut plan, &mut closing, sink);
        // Most configs have none: nothing is remembered then.
        if !app.overrides.is_empty() {
            let versions = Versions::of(&template);
            apply_overrides(&app.overrides, &plan, &mut template, &mut closing, sink);
            versions.settle(&mut template);
        }
        outputs::add(&app.sections, extra_outputs, &mut template, &mut plan, linked);
        let sensitive = scripts::add(&app.sections, &mut template, &mut plan, linked);
        let closed = closing.finish(&mut template, sink);
        scripts::settle(&mut template, &mut plan, &sensitive);
        let mut survey = Survey::of(&template);
        let mut circle = survey.cycle();
        if let Some(cycle) = circle {
            circle = close::loosen(&mut template, closed, cycle, linked, sink);
            survey = Survey::of(&template);
        }
        if let Some((calls, functions)) = calls.filter(|_| !sink.has_errors()) {
            let versions = Versions::of(&template);
            transforms::apply(&calls, functions, &mut template, &mut plan, sink);
            versions.settle(&mut template);
            survey = Survey::of(&template);
            circle = survey.cycle();
        }
        if let Some(cycle) = circle {
            report_cycle(&cycle, &plan, sink);
        }
        if !come_last.is_empty() {
            last::order(&mut template, &come_last);
            survey = Survey::of(&template);
        }
        report_dangling(&template, &survey, &plan, &app, root, sink);
        limits::report(&template, survey.bytes, &plan, &app.sections, sink);

        plan.tags = linked.stack.tag_texts();
        plan.identity = linked.stack.identity.clone();
        let sections = app.sections;
        let info = sections.stack_config.as_ref();
        plan.stack_info_directory = (!info.is_some_and(|s| s.disable_stack_info_saving)).then(|| {
            let given = info.and_then(|s| s.stack_info_directory.clone());
            given.unwrap_or_else(|| ".stacktape-stack-info/".to_string())
        });
        plan.deployment = sections.deployment_config.unwrap_or_default();
        let alarms = plan.deployment.trigger_rollback_on_alarms.iter().flatten().filter_map(|alarm| alarm.as_known());
        let alarm = |name: &String| Some((name.clone(), crate::facets::alarms::find(name, linked.stack)?));
        plan.rollback_alarms = alarms.filter_map(alarm).collect();
        plan.hooks = sections.hooks.unwrap_or_default();
        plan.scripts = sections.scripts.map(|s| s.into_iter().collect()).unwrap_or_default();
        (template, plan)
    }
}

fn add_raw(app: &App, template: &mut Template, plan: &mut DeployPlan, closing: &mut Closing<'_>, sink: &mut Sink) {
    for (id, raw) in app.sections.cloudformation_resources.iter().flat_map(|r| r.iter()) {
        if template.resources.contains_key(&*id.value) {
            let generated = plan.origins.get(&*id.value).and_then(|o| o.span).unwrap_or_default();
            sink.push(
                Diagnostic::error(
                    Code::CLASH,
                    id.span,
                    format!("the raw resource `{}` has an id that the config generates", id.value),
                )
                .label(generated, "generated for this resource")
                .hint("rename the raw resource"),
            );
            continue;
        }
        if !id.value.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = format!("the logical id `{}` must have letters and digits only", id.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, id.span, message).hint("remove everything else from it"));
            continue;
        }
        match raw_resource(&raw.expr) {
            Ok(mut resource) => {
                closing.close(&id.value, &mut resource);
                plan.origins.insert(id.value.to_string(), Origin { resource: None, span: Some(id.span) });
                template.resources.insert(id.value.to_string(), resource);
            }
            Err(problem) => sink.push(
                Diagnostic::error(
                    Code::BAD_TEMPLATE_PART,
                    raw.span,
                    format!("the raw resource `{}` {problem}", id.value),
                )
                .hint("write it as in a CloudFormation template: `Type`, `Properties`, `DependsOn` …"),
            ),
        }
    }
}

fn raw_resource(expr: &Expr) -> Result<Resource, String> {
    let object = expr.as_object().ok_or("must be a mapping")?;
    let kind = object.get("Type").and_then(Expr::as_str).ok_or("has no `Type`")?.to_string();
    let mut resource = Resource::new(kind, Object::new());
    for (key, value) in &object.0 {
        match (&**key, value) {
            ("Type", _) => {}
            ("Properties", Expr::Map(properties)) => resource.properties = properties.clone(),
            ("Properties", _) => return Err("must have a mapping as `Properties`".into()),
            ("DependsOn", Expr::Str(id)) => resource.depends_on.extend([id.to_string()]),
            ("DependsOn", Expr::List(ids)) => {
                resource.depends_on.extend(ids.iter().filter_map(Expr::as_str).map(str::to_string));
            }
            (
                "Condition" | "CreationPolicy" | "DeletionPolicy" | "Metadata" | "UpdatePolicy" | "UpdateReplacePolicy",
                _,
            ) => {
                resource.attributes.insert(key.clone(), value.clone());
            }
            _ => return Err(format!("has an unknown attribute `{key}`")),
        }
    }
    Ok(resource)
}

fn apply_overrides(
    all: &[Overrides],
    plan: &DeployPlan,
    template: &mut Template,
    closing: &mut Closing<'_>,
    sink: &mut Sink,
) {
    for Overrides { resource, children } in all {
        for child in children {
            let found = children::find(resource.dotted(), &child.logical_id.value, plan, template);
            if found.is_empty() {
                let ids = children::all(resource.dotted(), plan);
                sink.push(overrides::unknown_child(&child.logical_id, resource.dotted(), "override", ids));
            }
            for id in found {
                let Some(target) = template.resources.get_mut(&id) else { continue };
                closing.open(&id, target);
                for (path, value) in &child.values {
                    overrides::apply(&mut target.properties, &path.value, value.expr.clone());
                }
                closing.close(&id, target);
            }
        }
    }
}

fn report_cycle(cycle: &[String], plan: &DeployPlan, sink: &mut Sink) {
    let names: Vec<&str> =
        cycle.iter().map(|id| plan.origins.get(id).and_then(|o| o.resource.as_deref()).unwrap_or(id)).collect();
    let mut path = names.clone();
    path.dedup();
    if path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    path.push(path[0]);
    let span = cycle.iter().find_map(|id| plan.origins.get(id).and_then(|o| o.span)).unwrap_or_default();
    let ids = cycle.iter().chain(cycle.first()).map(String::as_str).collect::<Vec<_>>().join(" → ");
    sink.push(
        Diagnostic::error(
            Code::DEPENDENCY_CYCLE,
            span,
            format!("resources depend on each other in a circle: {}", path.join(" → ")),
        )
        .hint(format!("remove one of the references; in CloudFormation the circle is {ids}")),
    );
}

/// Names in `Ref`, `GetAtt` and `Sub` that no resource or parameter has, each once. Only what the user wrote can hold such a name.
fn report_dangling(
    template: &Template,
    survey: &Survey<'_>,
    plan: &DeployPlan,
    app: &App,
    root: &Node,
    sink: &mut Sink,
) {
    let mut reported = BTreeSet::new();
    for (holder, name) in survey.dangling(template) {
        if !reported.insert(name.clone()) {
            continue;
        }
        let (holder, owner) = match holder {
            Holder::Resource(id) => {
                let place = raw_place(app, &id).or_else(|| plan.origins.get(&id).and_then(|o| o.span));
                (format!("`{id}`"), place)
            }
            Holder::Output(output) => (format!("the output `{output}`"), output_place(app, &output)),
        };
        let (holder, span) = match written_at(root, "the config", &name) {
            Some((key, span)) => (key, Some(span)),
            None => (holder, owner),
        };
        let known = template.resources.keys().map(String::as_str);
        let message = format!("{holder} refers to '{name}', which is no resource or parameter of the stack");
        sink.push(
            Diagnostic::error(Code::BAD_TEMPLATE_PART, span.unwrap_or_default(), message)
                .hint(did_you_mean(&name, known).unwrap_or_else(|| "define it or correct the name".into())),
        );
    }
}

/// The property and the place of the intrinsic that names something.
fn written_at(node: &Node, key: &str, name: &str) -> Option<(String, Span)> {
    match &node.value {
        Value::List(items) => items.iter().find_map(|item| written_at(item, key, name)),
        Value::Map(map) => {
            let is_intrinsic = matches!(map.entries.as_slice(), [only] if INTRINSICS.contains(&&*only.key.value));
            if is_intrinsic {
                let mut found = false;
                references(&Raw::from_node(node).expr, &mut |r| found |= r.name() == name);
                return found.then(|| (key.to_string(), node.span));
            }
            map.entries.iter().find_map(|e| written_at(&e.value, &e.key.value, name))
        }
        _ => None,
    }
}

fn raw_place(app: &App, holder: &str) -> Option<Span> {
    let raw = app.sections.cloudformation_resources.as_ref()?;
    raw.iter().find(|(id, _)| &*id.value == holder).map(|(_, raw)| raw.span)
}

fn output_place(app: &App, name: &str) -> Option<Span> {
    let outputs = app.sections.stack_config.as_ref()?.outputs.as_ref()?;
    outputs.iter().find(|o| o.name.value == name).map(|o| o.value.span)
}
