//! Directives: text values such as `$Var().size` or `$ResourceParam('api', 'url')` that stand for another value.
//!
//! They run on the tree, before decoding, because a directive may stand for any value. Compile-phase directives ([`Phase::Compile`]) become
//! plain values at once; those that need a fact ask the world for it and put a stand-in of the right shape when nobody has looked it up yet;
//! deploy-phase directives ([`Phase::Deploy`]) leave an expression that CloudFormation evaluates ([`crate::syntax::Value::Deferred`]); for a
//! secret that is text with a dynamic reference. [`DIRECTIVES`] lists them all.
//!
//! To add a directive: one row in `table.rs`, one function in `compile_phase.rs` or `deploy_phase.rs`, its tests.

pub(crate) mod call;
mod compile_phase;
mod complaints;
mod custom;
mod deploy_phase;
mod embedded;
mod evaluation;
mod files;
mod formats;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use compile_phase::GIT_PROPERTIES;
pub use deploy_phase::is_sensitive;
pub use table::{DIRECTIVES, DirectiveInfo, Phase, directive};

use crate::diagnostics::Sink;
use crate::order::SortedSet;
use crate::source::{Sources, Span};
use crate::syntax::Node;
use crate::target::Target;
use crate::world::{FactKey, World};
use std::collections::{BTreeMap, BTreeSet};

/// What directives read and write while they are resolved.
pub struct ResolveCx<'a> {
    /// Files and facts.
    pub world: &'a dyn World,
    /// The files read so far; `$File` adds to them.
    pub sources: &'a mut Sources,
    /// Takes the mistakes.
    pub sink: &'a mut Sink,
    /// Project, stage, region and profile.
    pub target: &'a Target,
    /// Options of the command line, for `$CliArgs`.
    pub cli_args: &'a BTreeMap<String, serde_json::Value>,
}

/// A tree without directives, and what came to light while they were resolved.
#[derive(Debug)]
pub struct Resolved {
    /// The tree. A directive with a mistake has left [`crate::syntax::Value::Invalid`].
    pub root: Node,
    /// Facts that nobody has looked up yet: stand-ins are in their places.
    pub missing: BTreeSet<FactKey>,
    /// Outputs (name → value) that the stack must have, so that a secret or parameter that was rotated changes the template and is deployed.
    pub extra_outputs: BTreeMap<String, String>,
    /// Places of values that are secrets at deploy time; hosts mask what is derived from them.
    pub sensitive: SortedSet<Span>,
}

/// Resolves every directive of a config. Mistakes go to the sink, one for each, at the narrowest place.
pub fn resolve(root: Node, cx: &mut ResolveCx<'_>) -> Resolved {
    evaluation::run(root, cx)
}
