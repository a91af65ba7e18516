//! Composites become primitives: a web service becomes a container workload and what stands in front of it.

use crate::model::AnyResource;

/// Composites may nest; more levels than this are a mistake in a resource type.
const MAX_LEVELS: usize = 4;

/// The resources and, after each, what it is made of.
pub fn desugar(resources: Vec<Box<dyn AnyResource>>) -> Vec<Box<dyn AnyResource>> {
    let mut all = vec![];
    let mut level = resources;
    for _ in 0..MAX_LEVELS {
        let next: Vec<_> = level.iter().flat_map(|r| r.desugar()).collect();
        all.append(&mut level);
        if next.is_empty() {
            break;
        }
        level = next;
    }
    all
}
