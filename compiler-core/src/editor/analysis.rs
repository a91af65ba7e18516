//! What the compiler knows of a config that may be half written: its resources, their parameters, what can be connected to.

use super::OpenConfig;
use crate::config;
use crate::desugar::desugar;
use crate::diagnostics::Sink;
use crate::directives::{self, ResolveCx};
use crate::model::{Linked, Stack};
use crate::naming::StackIdentity;
use crate::resources::REGISTRY;
use crate::syntax::Node;
use std::collections::BTreeMap;

/// Runs the compiler on a tree up to the linked stack; mistakes are left out of it, and silent.
pub fn with_linked<T>(open: &OpenConfig<'_>, tree: &Node, see: impl FnOnce(&Linked<'_>) -> T) -> T {
    let (mut sources, mut sink) = (open.sources.clone(), Sink::default());
    let input = open.input;
    let mut cx = ResolveCx {
        world: open.world,
        sources: &mut sources,
        sink: &mut sink,
        target: &input.target,
        cli_args: &input.cli_args,
    };
    let resolved = directives::resolve(tree.clone(), &mut cx);
    let mut app = config::decode(&resolved.root, &REGISTRY, &mut sink);
    let primitives = desugar(std::mem::take(&mut app.resources));
    let stack_config = app.sections.stack_config.take().unwrap_or_default();
    let declared: BTreeMap<&str, &str> = app.declared.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let target = &input.target;
    // Names of resources and parameters do not depend on the account.
    let identity = StackIdentity::new(&target.project_name, &target.stage, &target.region, "000000000000");
    let stack = Stack::new(identity, &stack_config, primitives.iter().map(|r| &**r), declared, open.world);
    see(&Linked::link(&stack))
}

/// A resource, or a part of a composite, as references name it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its dotted name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Whether `connectTo` can name it.
    pub connectable: bool,
}

/// Every resource of a tree. One whose properties have mistakes counts as connectable.
pub fn resources(open: &OpenConfig<'_>, tree: &Node) -> Vec<Known> {
    let mut known: Vec<Known> = with_linked(open, tree, |linked| {
        let of = |r: &dyn crate::model::AnyResource| Known {
            name: r.name().dotted().to_string(),
            kind: r.type_name().to_string(),
            connectable: r.offer(linked).is_some(),
        };
        linked.stack.resources().map(of).collect()
    });
    for (name, kind) in super::names::resources(tree) {
        if !known.iter().any(|k| k.name == name) {
            known.push(Known { name, kind, connectable: true });
        }
    }
    known
}

/// The parameters of a resource, by name.
pub fn params(open: &OpenConfig<'_>, tree: &Node, resource: &str) -> Vec<String> {
    with_linked(open, tree, |linked| {
        linked.params(resource).unwrap_or_default().iter().map(|param| param.name.to_string()).collect()
    })
}
