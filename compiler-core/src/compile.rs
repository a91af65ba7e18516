//! The pipeline, as one function that can be read aloud.

use crate::assemble::Assembly;
use crate::check::check;
use crate::config::{self, App};
use crate::desugar::desugar;
use crate::diagnostics::{Code, Diagnostic, Severity, Sink};
use crate::directives::{self, ResolveCx};
use crate::evaluated::{self, Evaluated};
use crate::expand::expand;
use crate::model::{Linked, Stack};
use crate::naming::StackIdentity;
use crate::plan::DeployPlan;
use crate::resources;
use crate::source::{FilePath, Sources, Span};
use crate::syntax;
use crate::target::Target;
use crate::template::Template;
use crate::world::{Fact, FactKey, World};
use std::collections::{BTreeMap, BTreeSet};

/// What is compiled, and for where.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The config; read through [`World::source`].
    pub config: FilePath,
    /// Project, stage, region.
    pub target: Target,
    /// Options for `$CliArgs`.
    pub cli_args: BTreeMap<String, serde_json::Value>,
    /// What a host made of a config that is a program (`stacktape.ts`); `None` for YAML and JSON.
    pub evaluated: Option<Evaluated<'a>>,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The template with open artifact leaves; `None` when there are errors.
    pub template: Option<Template>,
    /// What a host needs beside the template; empty when there are errors.
    pub plan: DeployPlan,
    /// Errors and warnings, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// Facts that were asked for and are not known; the template holds stand-ins for them.
    pub missing: BTreeSet<FactKey>,
    /// Every file that was read.
    pub sources: Sources,
}

impl Compiled {
    /// Whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// Account id while it is not known.
const STAND_IN_ACCOUNT: &str = "000000000000";

/// Compiles a config.
pub fn compile(input: &Input<'_>, world: &dyn World) -> Compiled {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let mut missing = BTreeSet::new();
    let made = pipeline(input, world, &mut sources, &mut sink, &mut missing);
    let failed = sink.has_errors();
    let (template, plan) = made.filter(|_| !failed).map(|(t, p)| (Some(t), p)).unwrap_or_default();
    Compiled { template, plan, diagnostics: sink.finish(), missing, sources }
}

fn pipeline(
    input: &Input<'_>,
    world: &dyn World,
    sources: &mut Sources,
    sink: &mut Sink,
    missing: &mut BTreeSet<FactKey>,
) -> Option<(Template, DeployPlan)> {
    let Some(text) = world.source(&input.config) else {
        let message = format!("the config {} cannot be read", input.config);
        sink.push(
            Diagnostic::error(Code::UNREADABLE, Span::default(), message).hint("check the path and its permissions"),
        );
        return None;
    };
    let file = sources.add(input.config.clone(), text);
    let (tree, calls) = match &input.evaluated {
        Some(evaluated) => {
            let tree = evaluated::read(evaluated, file, world, sources, sink)?;
            (tree.root, Some((tree.calls, evaluated.transforms)))
        }
        None => (syntax::parse(sources, file, sink)?, None),
    };
    let resolved = directives::resolve(
        tree,
        &mut ResolveCx { world, sources, sink, target: &input.target, cli_args: &input.cli_args },
    );
    missing.extend(resolved.missing);
    let mut app: App = config::decode(&resolved.root, &resources::REGISTRY, sink);
    let primitives = desugar(std::mem::take(&mut app.resources));

    let stack_config = app.sections.stack_config.clone().unwrap_or_default();
    let declared = app.declared.clone();
    let declared = crate::order::map(declared.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let resources = primitives.iter().map(|r| &**r);
    let stack = Stack::new(identity(&input.target, world, missing), &stack_config, resources, declared, world);
    let linked = Linked::link(&stack);
    check(&app, &resolved.root, &linked, sink);
    let made = (!sink.has_errors()).then(|| {
        let mut assembly = Assembly::new(&linked);
        expand(&linked, sink, |expanded, sink| assembly.add(expanded, sink));
        assembly.finish(app, &resolved.root, &resolved.extra_outputs, calls, sink)
    });
    missing.extend(stack.missing());
    made
}

fn identity(target: &Target, world: &dyn World, missing: &mut BTreeSet<FactKey>) -> StackIdentity {
    let account = match world.fact(&FactKey::AccountId) {
        Some(Fact::Text { value }) => value,
        _ => {
            missing.insert(FactKey::AccountId);
            STAND_IN_ACCOUNT.to_string()
        }
    };
    StackIdentity::new(&target.project_name, &target.stage, &target.region, &account)
}
