//! `event-bus`: events of an EventBridge bus that match a pattern.

use super::EventCx;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::event_input::{DeliveryFailure, EventInput, InputTransformer};
use crate::facets::event_pattern::{BusReference, EventPattern};
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::naming::logical_id;
use crate::resources::compute::function::Function;
use crate::source::{Span, Spanned};
use crate::template::{Object, get_att};

/// Events of an event bus.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EventBusEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of any bus. Give exactly one of `eventBusArn`, `eventBusName` and `useDefaultBus`.
    pub event_bus_arn: Option<Val<String>>,
    /// Bus of this config.
    #[config(names = "event-bus")]
    pub event_bus_name: Option<Spanned<String>>,
    /// Whether the account's default bus is meant.
    pub use_default_bus: Option<Spanned<bool>>,
    /// Which events are delivered.
    pub event_pattern: EventPattern,
    /// Queue for events that could not be delivered.
    pub on_delivery_failure: Option<DeliveryFailure>,
    /// What the function gets instead of the event.
    pub input: Option<Raw>,
    /// Part of the event that the function gets, as a JSONPath.
    pub input_path: Option<Val<String>>,
    /// Template of what the function gets.
    pub input_transformer: Option<InputTransformer>,
}

impl EventBusEvent {
    fn bus(&self) -> BusReference<'_> {
        BusReference {
            arn: &self.event_bus_arn,
            name: &self.event_bus_name,
            default: &self.use_default_bus,
            span: self.span,
        }
    }

    fn input(&self) -> EventInput<'_> {
        EventInput { input: &self.input, path: &self.input_path, transformer: &self.input_transformer }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.bus().check(linked, sink);
        self.event_pattern.check(sink);
        self.input().check(sink);
        if let Some(failure) = &self.on_delivery_failure {
            failure.check(linked, sink);
        }
    }

    pub(super) fn link(&self, r: &Resource<Function>, index: usize, stack: &Stack<'_>, out: &mut Outbox) {
        if let Some(failure) = &self.on_delivery_failure {
            let rule = logical_id(r.name.flat(), &format!("Event{index}"), "AWS::Events::Rule");
            failure.announce("events.amazonaws.com", get_att(rule, "Arn"), stack, out);
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let dead_letters = self.on_delivery_failure.as_ref().and_then(DeliveryFailure::arn);
        let target = cx.rule_target().opt("DeadLetterConfig", dead_letters.map(|arn| Object::new().set("Arn", arn)));
        let rule = Object::new()
            .opt("EventBusName", self.bus().arn())
            .set("EventPattern", self.event_pattern.to_object())
            .set("State", "ENABLED")
            .set("Targets", vec![self.input().apply(target)]);
        cx.add_rule(self.span, rule);
    }
}
