//! Which CloudFormation resources `overrides` and `transforms` mean: a logical id, or the name of a builder (`lambdaLogGroup`).

use crate::naming::{builder_kind, is_built_by};
use crate::plan::DeployPlan;
use crate::template::Template;

/// Logical ids of everything that a config resource (dotted name) and its parts own.
pub fn all<'p>(resource: &str, plan: &'p DeployPlan) -> Vec<&'p str> {
    let nested = format!("{resource}.");
    let owned = plan.origins.iter().filter(|(_, origin)| {
        origin.resource.as_deref().is_some_and(|owner| owner == resource || owner.starts_with(&nested))
    });
    owned.map(|(id, _)| id.as_str()).collect()
}

/// The children that a key means. A builder that makes several (one for each event, say) means all of them.
pub fn find(resource: &str, key: &str, plan: &DeployPlan, template: &Template) -> Vec<String> {
    let owned = all(resource, plan);
    if owned.contains(&key) {
        return vec![key.to_string()];
    }
    let Some(kind) = builder_kind(key) else { return vec![] };
    let kind_of = |id: &str| template.resources.get(id).map(|r| &*r.kind).unwrap_or_default();
    let built: Vec<String> =
        owned.iter().filter(|id| is_built_by(key, resource, id, kind_of(id))).map(|id| id.to_string()).collect();
    if !built.is_empty() {
        return built;
    }
    // A part of the resource may have made it, under the part's own name.
    let same: Vec<&&str> = owned.iter().filter(|id| kind_of(id).strip_prefix("AWS::") == Some(kind)).collect();
    match same[..] {
        [one] => vec![one.to_string()],
        _ => vec![],
    }
}
