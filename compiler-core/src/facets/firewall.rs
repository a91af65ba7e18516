//! `useFirewall`: a firewall of the config in front of a resource.
//!
//! Whoever uses a firewall says in which scope it needs it; the firewall compares that with its own and reports a mismatch at the place of use.

use crate::diagnostics::Sink;
use crate::facets::references;
use crate::model::{Fragment, Linked, Outbox, ResourceName, Stack};
use crate::naming::logical_id;
use crate::resources::networking::web_app_firewall::{FirewallScope, WebAppFirewall};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource};

/// Mail to a firewall: who uses it, and in which scope.
#[derive(Clone, Debug)]
pub struct FirewallUse {
    /// What it protects.
    pub user: ResourceName,
    /// The scope that this needs.
    pub needs: FirewallScope,
    /// The value of `useFirewall`.
    pub span: Span,
}

/// Reports an unknown name, or one of another type. A wrong scope is reported by the firewall.
pub fn check(firewall: &Spanned<String>, linked: &Linked<'_>, sink: &mut Sink) {
    linked.stack.require::<WebAppFirewall>(firewall, "useFirewall", sink);
}

/// Tells the firewall who uses it.
pub fn link(
    firewall: &Spanned<String>,
    user: &ResourceName,
    needs: FirewallScope,
    stack: &Stack<'_>,
    out: &mut Outbox,
) {
    if let Some(found) = stack.get::<WebAppFirewall>(firewall) {
        out.send(&found.name, FirewallUse { user: user.clone(), needs, span: firewall.span });
    }
}

/// ARN of the firewall.
pub fn arn(firewall: &Spanned<String>) -> Expr {
    references::of(firewall, "arn")
}

/// Adds `{Name}WebAclAssociation`, which puts a regional firewall in front of a resource.
pub fn associate(firewall: &Spanned<String>, user: &ResourceName, resource_arn: Expr, fragment: &mut Fragment) {
    let kind = "AWS::WAFv2::WebACLAssociation";
    let properties = Object::new().set("ResourceArn", resource_arn).set("WebACLArn", arn(firewall));
    // A resource has one ACL, so another one takes the place of the first. Deleting the first association after that would take the new ACL away.
    let association = Resource::new(kind, properties)
        .attribute("DeletionPolicy", "Delete")
        .attribute("UpdateReplacePolicy", "Retain");
    fragment.add(logical_id(user.flat(), "", kind), firewall.span, association);
}
