//! What fills a queue: events of event buses, brought by a rule.

use super::{QueueSender, SqsQueue};
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::event_input::{DeliveryFailure, EventInput, InputTransformer};
use crate::facets::event_pattern::{BusReference, EventPattern};
use crate::model::{Fragment, Linked, Outbox, Resource, Stack};
use crate::naming::{logical_id, truncate};
use crate::source::{Span, Spanned};
use crate::template::{self, Object, get_att};

/// What fills a queue.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum QueueSource {
    /// Events of an event bus that match a pattern.
    #[config(name = "event-bus")]
    EventBus(QueueBusEvent),
}

/// Events of an event bus that become messages.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueueBusEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Message group of the messages; FIFO queues need one.
    pub message_group_id: Option<Val<String>>,
    /// ARN of any bus. Give exactly one of `eventBusArn`, `eventBusName` and `useDefaultBus`.
    pub event_bus_arn: Option<Val<String>>,
    /// Bus of this config.
    #[config(names = "event-bus")]
    pub event_bus_name: Option<Spanned<String>>,
    /// Whether the account's default bus is meant.
    pub use_default_bus: Option<Spanned<bool>>,
    /// Which events become messages.
    pub event_pattern: EventPattern,
    /// Queue for events that could not be delivered.
    pub on_delivery_failure: Option<DeliveryFailure>,
    /// What the message holds instead of the event.
    pub input: Option<Raw>,
    /// Part of the event that the message holds, as a JSONPath.
    pub input_path: Option<Val<String>>,
    /// Template of what the message holds.
    pub input_transformer: Option<InputTransformer>,
}

fn rule_id(r: &Resource<SqsQueue>, index: usize) -> String {
    logical_id(r.name.flat(), &format!("Event{index}"), "AWS::Events::Rule")
}

impl QueueSource {
    pub(super) fn check(&self, r: &Resource<SqsQueue>, linked: &Linked<'_>, sink: &mut Sink) {
        let Self::EventBus(event) = self;
        event.check(r, linked, sink);
    }

    pub(super) fn link(&self, r: &Resource<SqsQueue>, index: usize, stack: &Stack<'_>, out: &mut Outbox) {
        let Self::EventBus(event) = self;
        if let Some(failure) = &event.on_delivery_failure {
            failure.announce("events.amazonaws.com", get_att(rule_id(r, index), "Arn"), stack, out);
        }
    }

    /// The rule, as a sender that the queue's policy lets in.
    pub(super) fn sender(&self, r: &Resource<SqsQueue>, index: usize) -> QueueSender {
        let Self::EventBus(event) = self;
        let source_arn = get_att(rule_id(r, index), "Arn");
        QueueSender { principal: "events.amazonaws.com", source_arn, span: event.span }
    }

    pub(super) fn expand(&self, r: &Resource<SqsQueue>, index: usize, fragment: &mut Fragment) {
        let Self::EventBus(event) = self;
        let rule = template::Resource::new("AWS::Events::Rule", event.rule(r, index));
        fragment.add(rule_id(r, index), event.span, rule);
    }
}

impl QueueBusEvent {
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

    fn check(&self, r: &Resource<SqsQueue>, linked: &Linked<'_>, sink: &mut Sink) {
        self.bus().check(linked, sink);
        self.event_pattern.check(sink);
        self.input().check(sink);
        if let Some(failure) = &self.on_delivery_failure {
            failure.check(linked, sink);
        }
        if !r.props.fifo_enabled {
            return;
        }
        if self.message_group_id.is_none() {
            sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    self.span,
                    format!("the event needs a messageGroupId, because `{}` is a FIFO queue", r.name),
                )
                .hint("add messageGroupId: with any text; messages of one group keep their order"),
            );
        }
        if !r.props.content_based_deduplication.as_ref().is_some_and(|d| d.value) {
            sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    self.span,
                    format!(
                        "event buses deliver to a FIFO queue only when it deduplicates by content, which `{}` does not",
                        r.name
                    ),
                )
                .hint("set contentBasedDeduplication: true on the queue"),
            );
        }
    }

    fn rule(&self, r: &Resource<SqsQueue>, index: usize) -> Object {
        // The id is part of a deployed rule's identity.
        let id = format!("{}-event-bus-target-{index}", r.name.flat());
        let group = self.message_group_id.clone().map(|g| Object::new().set("MessageGroupId", g));
        let dead_letters = self.on_delivery_failure.as_ref().and_then(DeliveryFailure::arn);
        let target = Object::new()
            .set("Arn", get_att(r.queue_id(), "Arn"))
            .set("Id", truncate(&id, 64))
            .opt("SqsParameters", group)
            .opt("DeadLetterConfig", dead_letters.map(|arn| Object::new().set("Arn", arn)));
        Object::new()
            .opt("EventBusName", self.bus().arn())
            .set("EventPattern", self.event_pattern.to_object())
            .set("State", "ENABLED")
            .set("Targets", vec![self.input().apply(target)])
    }
}
