//! Event buses as sources: which bus, and which of its events.

use super::references;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::Linked;
use crate::resources::messaging::event_bus::EventBus;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// Which events of a bus are delivered. Each key narrows further; within a key any of the values matches.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventPattern {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
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
    fn parts(&self) -> impl Iterator<Item = (&'static str, &Raw)> {
        [
            ("version", &self.version),
            ("detail-type", &self.detail_type),
            ("source", &self.source),
            ("account", &self.account),
            ("region", &self.region),
            ("resources", &self.resources),
            ("detail", &self.detail),
            ("replay-name", &self.replay_name),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.as_ref()?)))
    }

    /// Reports what EventBridge refuses: a pattern of nothing, and values outside lists.
    pub fn check(&self, sink: &mut Sink) {
        if self.parts().next().is_none() {
            sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    self.span,
                    "the eventPattern is empty, which EventBridge refuses",
                )
                .hint("say at least where the events come from, for example `source: [my.app]`"),
            );
        }
        for (key, value) in self.parts() {
            let Some(problem) = misfit(&value.expr) else { continue };
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, value.span, format!("`{key}` of the eventPattern {problem}"))
                    .hint("values stand in lists, any of which matches: for example `source: [my.app]`"),
            );
        }
    }

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

/// What is wrong with a part of a pattern. CloudFormation may know more of it than we do.
fn misfit(part: &Expr) -> Option<&'static str> {
    match part {
        Expr::Map(object) if object.0.is_empty() => Some("holds an empty mapping, which EventBridge refuses"),
        // Alternatives are a list of patterns, not of values.
        Expr::Map(object) => object.0.iter().filter(|(key, _)| key != "$or").find_map(|(_, inner)| misfit(inner)),
        Expr::List(values) if values.is_empty() => Some("holds an empty list, which EventBridge refuses"),
        Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) | Expr::Str(_) => {
            Some("holds a value outside a list, which EventBridge refuses")
        }
        _ => None,
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
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
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
            linked.stack.require::<EventBus>(name, "eventBusName", sink);
        }
        if let (Some(arn), [_]) = (self.arn, given.as_slice()) {
            references::check_arn_of::<EventBus>("eventBusArn", arn, linked, sink);
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
