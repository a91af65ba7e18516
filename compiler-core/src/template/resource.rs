//! Resources, outputs and the template that holds them.

use super::expr::{Expr, Object, Text};
use std::collections::{BTreeMap, BTreeSet};

/// One CloudFormation resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Type such as `AWS::Lambda::Function`.
    pub kind: Text,
    /// `Properties`; left out of the template when empty.
    pub properties: Object,
    /// `DependsOn`: only what no `Ref` or `GetAtt` says already.
    pub depends_on: BTreeSet<String>,
    /// Everything else at the resource's level (`DeletionPolicy`, `UpdateReplacePolicy`, `UpdatePolicy`, `Condition`, `Metadata` …), in the order of insertion.
    pub attributes: Object,
}

impl Resource {
    /// A resource of a type.
    pub fn new(kind: impl Into<Text>, properties: Object) -> Self {
        Self { kind: kind.into(), properties, depends_on: BTreeSet::new(), attributes: Object::new() }
    }

    /// Adds a dependency that no expression shows.
    #[must_use]
    pub fn after(mut self, logical_id: impl Into<String>) -> Self {
        self.depends_on.insert(logical_id.into());
        self
    }

    /// Sets an attribute beside `Properties`.
    #[must_use]
    pub fn attribute(mut self, key: &'static str, value: impl Into<Expr>) -> Self {
        self.attributes.insert(key, value);
        self
    }

    /// Keeps the data when an update replaces the resource; what holds data calls this.
    ///
    /// Deleting the stack, or taking the resource out of the config, still deletes it: that is asked for in words, a replacement is not.
    #[must_use]
    pub fn holds_data(self) -> Self {
        self.attribute("DeletionPolicy", "Delete").attribute("UpdateReplacePolicy", "Retain")
    }
}

/// A stack output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The value.
    pub value: Expr,
    /// `Description`.
    pub description: Option<String>,
    /// `Export.Name`.
    pub export: Option<Expr>,
}

/// A whole template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// `Description`.
    pub description: String,
    /// `Resources` by logical id. Sorted, so that the order of a config's resources cannot be seen.
    pub resources: BTreeMap<String, Resource>,
    /// `Outputs` by name.
    pub outputs: BTreeMap<String, Output>,
    /// Further sections (`Conditions`, `Mappings`, `Parameters`, `Transform` …) as they are.
    pub sections: Object,
}
