//! Each primitive and each demanded shared thing becomes a fragment.

use crate::diagnostics::Sink;
use crate::model::{ExpandCx, Fragment, Linked};
use crate::shared_infra;

/// A fragment and the config resource that it belongs to; `None` for shared infrastructure.
pub struct Expanded {
    /// Dotted name of the owner.
    pub owner: Option<String>,
    /// What it adds.
    pub fragment: Fragment,
}

/// Expands everything, in the order of names.
pub fn expand(linked: &Linked<'_>, sink: &mut Sink) -> Vec<Expanded> {
    let mut cx = ExpandCx { linked, sink };
    let mut all: Vec<Expanded> = shared_infra::ALL
        .iter()
        .map(|shared| Expanded { owner: None, fragment: (shared.expand)(&mut cx) })
        .filter(|e| !e.fragment.children.is_empty())
        .collect();
    for resource in linked.stack.resources() {
        all.push(Expanded { owner: Some(resource.name().dotted().to_string()), fragment: resource.expand(&mut cx) });
    }
    all
}
