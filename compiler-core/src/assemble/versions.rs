//! Versions of functions whose configuration the author changed: their hash was made before overrides and transforms, and is made again after them,
//! so that CloudFormation publishes a version of what is really deployed.

use crate::model::configuration_hash;
use crate::template::{Expr, Object, Template};

/// Every version of a template with its function as it was.
pub struct Versions(Vec<Version>);

struct Version {
    id: String,
    function: String,
    before: Object,
}

impl Versions {
    /// Those of a template, before the author changes it.
    pub fn of(template: &Template) -> Self {
        let versions = template.resources.iter().filter(|(_, resource)| &*resource.kind == "AWS::Lambda::Version");
        let found = versions.filter_map(|(id, version)| {
            let Some(Expr::Intrinsic("Ref", function)) = version.properties.get("FunctionName") else { return None };
            let function = function.as_str()?.to_string();
            let before = template.resources.get(&function)?.properties.clone();
            Some(Version { id: id.clone(), function, before })
        });
        Self(found.collect())
    }

    /// Makes the hash of each again whose function was changed.
    pub fn settle(self, template: &mut Template) {
        for Version { id, function, before } in self.0 {
            let Some(function) = template.resources.get(&function) else { continue };
            if function.properties == before {
                continue;
            }
            let hash = configuration_hash(&function.properties);
            let version = template.resources.get_mut(&id);
            if let Some(place) = version.and_then(|v| v.properties.get_mut("Description")).and_then(hash_in) {
                *place = hash;
            }
        }
    }
}

/// Where a description holds the hash; nothing when the author wrote another one.
fn hash_in(description: &mut Expr) -> Option<&mut Expr> {
    let Expr::Intrinsic("Fn::Join", arguments) = description else { return None };
    let Expr::List(arguments) = &mut **arguments else { return None };
    let [_, Expr::List(parts)] = arguments.as_mut_slice() else { return None };
    match parts.as_mut_slice() {
        [.., before, hash] if before.as_str() == Some("configuration") => Some(hash),
        _ => None,
    }
}
