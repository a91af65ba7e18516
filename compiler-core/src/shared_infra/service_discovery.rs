//! Names of containers inside the VPC: the Cloud Map namespace that HTTP APIs and Service Connect look them up in.
//!
//! Makes `StpDiscoveryService`, a private DNS namespace.

use crate::model::{ExpandCx, Fragment};
use crate::shared_infra::vpc;
use crate::source::Span;
use crate::template::{Object, Resource};

/// Logical id of the namespace. Deployed stacks call it a service.
pub const NAMESPACE: &str = "StpDiscoveryService";

/// Something is reached by name.
pub struct NamespaceDemand {
    /// The config value that needs it.
    pub span: Span,
}

/// A service can be reached by name through Service Connect.
pub struct ServiceConnectExposure {
    /// Logical id of the service.
    pub service: String,
    /// The name, when it is known before the deploy.
    pub alias: Option<String>,
    /// Where the config gives the name.
    pub span: Span,
}

/// Makes the namespace when somebody demands it.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let mut fragment = Fragment::default();
    let Some(first) = cx.linked.demands::<NamespaceDemand>().next() else { return fragment };
    let stack = cx.stack();
    let properties = Object::new()
        .set("Name", stack.identity.physical("private-namespace", 63))
        .set("Tags", stack.tags(&[]))
        .set("Vpc", vpc::network(stack).vpc_id);
    fragment.add(NAMESPACE, first.span, Resource::new("AWS::ServiceDiscovery::PrivateDnsNamespace", properties));
    fragment
}
