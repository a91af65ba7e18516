//! Names of config resources and of the nested ones that composites make.

use crate::naming::capitalize;
use std::sync::Arc;

/// The name of a resource: how the config refers to it, and the flat form that logical ids and physical names are built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName {
    dotted: Arc<str>,
    flat: Arc<str>,
}

impl ResourceName {
    /// A top-level resource.
    pub fn top(name: &str) -> Self {
        Self { dotted: name.into(), flat: name.into() }
    }

    /// A nested resource with a name of its own: `myJob` + `triggerFunction` → `myJobTriggerFunction`.
    pub fn child(&self, part: &str) -> Self {
        Self {
            dotted: format!("{}.{part}", self.dotted).into(),
            flat: format!("{}{}", self.flat, capitalize(part)).into(),
        }
    }

    /// A nested resource that carries its parent's name: the container workload of a web service, the bucket of a hosting bucket.
    pub fn inner(&self, part: &str) -> Self {
        Self { dotted: format!("{}.{part}", self.dotted).into(), flat: self.flat.clone() }
    }

    /// As references in a config spell it: `web`, `web.loadBalancer`.
    pub fn dotted(&self) -> &str {
        &self.dotted
    }

    /// As messages name it: the resource that the user wrote, of which a nested one is part.
    pub fn shown(&self) -> &str {
        self.dotted.split('.').next().unwrap_or_default()
    }

    /// The flattened name: what `NAME` stands for in logical ids and physical names.
    pub fn flat(&self) -> &str {
        &self.flat
    }
}

impl std::fmt::Display for ResourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.dotted)
    }
}
