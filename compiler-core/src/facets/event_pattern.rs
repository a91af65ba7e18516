//! Event buses as sources: which bus, and which of its events.

use super::references;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::Stack;
use crate::resources::messaging::event_bus::EventBus;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// Which events of a bus are delivered. Each key narrows further; within a key any of the values matches.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventPattern {
    /// Version of the event format.
    pub version: Option<Raw>,
    /// Kinds of events.
    #[config(rename = "detail-type")]
    pub detail_type: Option<Raw>,
    /// Who sent the event.
    pub source: Option<Raw>,
    /// Accounts.
    pub account: Option<Raw>,
    /// Regions.
    pub region: Option<Raw>,
    /// ARNs that the event is about.
    pub resources: Option<Raw>,
    /// Content of the event.
    pub detail: Option<Raw>,
    /// Name of a replay.
    #[config(rename = "replay-name")]
    pub replay_name: Option<Raw>,
}

impl EventPattern {
    /// The pattern as a rule wants it.
    pub fn to_object(&self) -> Object {
        Object::new()
            .opt("version", self.version.clone())
            .opt("detail-type", self.detail_type.clone())
            .opt("source", self.source.clone())
            .opt("account", self.account.clone())
            .opt("region", self.region.clone())
            .opt("resources", self.resources.clone())
            .opt("detail", self.detail.clone())
            .opt("replay-name", self.replay_name.clone())
    }
}

/// Three properties of which exactly one says which bus is meant.
pub struct BusReference<'a> {
    /// `eventBusArn`.
    pub arn: &'a Option<Val<String>>,
    /// `eventBusName`.
    pub name: &'a Option<Spanned<String>>,
    /// `useDefaultBus`.
    pub default: &'a Option<Spanned<bool>>,
    /// The block that holds them.
    pub span: Span,
}

impl BusReference<'_> {
    /// Reports none, several, or an unknown bus.
    pub fn check(&self, stack: &Stack<'_>, sink: &mut Sink) {
        let default = self.default.as_ref().filter(|d| d.value);
        let given: Vec<(&str, Span)> = [
            self.arn.as_ref().map(|a| ("eventBusArn", a.span)),
            self.name.as_ref().map(|n| ("eventBusName", n.span)),
            default.map(|d| ("useDefaultBus", d.span)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let hint = "give exactly one of eventBusName, eventBusArn and useDefaultBus";
        match given.as_slice() {
            [_] => {}
            [] => sink.push(
                Diagnostic::error(Code::MISSING_PROPERTY, self.span, "the event does not say which event bus is meant")
                    .hint(hint),
            ),
            [first, second, ..] => sink.push(
                Diagnostic::error(Code::CONFLICT, second.1, format!("{} and {} are both given", first.0, second.0))
                    .label(first.1, "first given here")
                    .hint(hint),
            ),
        }
        if let (Some(name), [_]) = (self.name, given.as_slice()) {
            stack.require::<EventBus>(name, "eventBusName", sink);
        }
    }

    /// ARN of the bus; `None` for the default bus.
    pub fn arn(&self) -> Option<Expr> {
        match (self.name, self.arn) {
            (Some(name), _) => Some(references::of(name, "arn")),
            (None, Some(arn)) => Some(arn.clone().into()),
            (None, None) => None,
        }
    }
}
