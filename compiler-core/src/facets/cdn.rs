//! CloudFront in front of a resource.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Fragment, Linked, Outbox, Param, ResourceName, Stack};

/// A CDN.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnConfig {
    /// Whether there is one.
    pub enabled: bool,
}

/// Mail to a resource that a CDN forwards requests to.
pub struct ForwardsTo;

/// Where the default behaviour forwards to.
pub struct Origin(pub String);

impl Origin {
    /// A function.
    pub fn function(name: &str) -> Self {
        Self(name.to_string())
    }
}

impl CdnConfig {
    /// Rules.
    pub fn check(&self, _linked: &Linked<'_>, _sink: &mut Sink) {}
    /// Mail.
    pub fn link(&self, _stack: &Stack<'_>, _out: &mut Outbox) {}
    /// Parameters.
    pub fn params(&self, _owner: &ResourceName, _stack: &Stack<'_>) -> Vec<Param> {
        vec![]
    }
    /// Children.
    pub fn add(&self, _owner: &ResourceName, _origin: &Origin, _linked: &Linked<'_>, _fragment: &mut Fragment) {}
}
