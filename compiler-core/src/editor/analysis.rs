//! What the compiler knows of a config that may be half written: its resources, their parameters, what can be connected to, what they become.

use super::OpenConfig;
use crate::check::check;
use crate::config::{self, App};
use crate::desugar::desugar;
use crate::diagnostics::Sink;
use crate::directives::{self, ResolveCx};
use crate::expand::expand;
use crate::model::{Linked, Stack};
use crate::naming::StackIdentity;
use crate::order::SortedMap;
use crate::resources::REGISTRY;
use crate::syntax::Node;
use std::collections::BTreeMap;

/// Runs the compiler on a tree up to the linked stack; mistakes are left out of it, and silent.
pub fn with_linked<T>(open: &OpenConfig<'_>, tree: &Node, see: impl FnOnce(&Linked<'_>) -> T) -> T {
    analysed(open, tree, |_, _, linked| see(linked))
}

/// The same, with the config around it: what is not among its resources, and its tree.
fn analysed<T>(open: &OpenConfig<'_>, tree: &Node, see: impl FnOnce(&App, &Node, &Linked<'_>) -> T) -> T {
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
    let stack_config = app.sections.stack_config.clone().unwrap_or_default();
    let declared: BTreeMap<&str, &str> = app.declared.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let target = &input.target;
    // Names of resources and parameters do not depend on the account.
    let identity = StackIdentity::new(&target.project_name, &target.stage, &target.region, "000000000000");
    let stack = Stack::new(identity, &stack_config, primitives.iter().map(|r| &**r), declared, open.world);
    see(&app, &resolved.root, &Linked::link(&stack))
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

/// A CloudFormation resource that a config makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its logical id.
    pub logical_id: String,
    /// Its type, such as `AWS::SQS::Queue`.
    pub kind: String,
    /// Dotted name of the config resource that it belongs to; `None` for what the stack needs as a whole.
    pub owner: Option<String>,
    /// The properties that it has.
    pub properties: Vec<String>,
}

/// Every CloudFormation resource of a tree, by logical id. Resources with mistakes are left out; with a mistake between resources there are none,
/// because expansion relies on what the rules hold.
pub fn made(open: &OpenConfig<'_>, tree: &Node) -> Vec<Made> {
    let mut all = SortedMap::new();
    analysed(open, tree, |app, root, linked| {
        let mut sink = Sink::default();
        check(app, root, linked, &mut sink);
        if sink.has_errors() {
            return;
        }
        expand(linked, &mut Sink::default(), |expanded, _| {
            for child in expanded.fragment.children {
                let properties = child.resource.properties.0.iter().map(|(name, _)| name.to_string()).collect();
                let (kind, owner) = (child.resource.kind.to_string(), expanded.owner.clone());
                let made = Made { logical_id: child.logical_id.clone(), kind, owner, properties };
                all.insert(child.logical_id, made);
            }
        });
    });
    all.into_values().collect()
}
