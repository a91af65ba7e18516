//! `http-api-gateway`.

use super::EventCx;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::resources::compute::function::Function;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpApiEvent {}

/// x
pub struct RouteClaim;

impl HttpApiEvent {
    pub(super) fn check(&self, _linked: &Linked<'_>, _sink: &mut Sink) {}
    pub(super) fn link(&self, _r: &Resource<Function>, _stack: &Stack<'_>, _out: &mut Outbox) {}
    pub(super) fn expand(&self, _cx: &mut EventCx<'_, '_>) {}
}

/// x
pub fn check_payload_formats(_r: &Resource<Function>, _linked: &Linked<'_>, _sink: &mut Sink) {}
