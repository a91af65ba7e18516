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

/// Expands everything, in the order of names. Each fragment is handed over at once: what is done with it finds it in the processor's caches.
pub fn expand(linked: &Linked<'_>, sink: &mut Sink, mut take: impl FnMut(Expanded, &mut Sink)) {
    for shared in shared_infra::ALL {
        let fragment = (shared.expand)(&mut ExpandCx { linked, sink });
        if !fragment.children.is_empty() {
            take(Expanded { owner: None, fragment }, sink);
        }
    }
    for resource in linked.stack.resources() {
        let fragment = resource.expand(&mut ExpandCx { linked, sink });
        take(Expanded { owner: Some(resource.name().dotted().to_string()), fragment }, sink);
    }
}
