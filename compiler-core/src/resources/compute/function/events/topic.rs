//! `sns`: messages of a topic, pushed to the function by a subscription.

use super::EventCx;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::event_input::DeliveryFailure;
use crate::facets::references::{self, ArnOrName};
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::resources::compute::function::{Function, permission};
use crate::resources::messaging::sns_topic::SnsTopic;
use crate::source::{Span, Spanned};
use crate::template::{self, Object};

/// Messages of an SNS topic.
#[derive(Clone, Debug, Decode, Describe)]
pub struct TopicEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Topic of this config. Give this or `snsTopicArn`.
    #[config(names = "sns-topic")]
    pub sns_topic_name: Option<Spanned<String>>,
    /// ARN of any topic. Give this or `snsTopicName`.
    pub sns_topic_arn: Option<Val<String>>,
    /// Which messages are delivered, by their attributes.
    pub filter_policy: Option<Raw>,
    /// Queue for messages that could not be delivered.
    pub on_delivery_failure: Option<DeliveryFailure>,
}

impl TopicEvent {
    fn topic(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("snsTopicName", &self.sns_topic_name),
            arn: ("snsTopicArn", &self.sns_topic_arn),
            span: self.span,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.topic().check::<SnsTopic>(linked, sink);
        if let Some(name) = &self.sns_topic_name
            && let Some(topic) = linked.get::<SnsTopic>(name)
            && topic.props.fifo_enabled
        {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    name.span,
                    format!("the FIFO topic `{}` cannot trigger a function", name.value),
                )
                .label(topic.span, "declared with fifoEnabled")
                .hint("remove fifoEnabled, or let the topic fill a FIFO queue that triggers the function"),
            );
        }
        if let Some(failure) = &self.on_delivery_failure {
            failure.check(linked, sink);
        }
    }

    pub(super) fn link(&self, _r: &Resource<Function>, _index: usize, stack: &Stack<'_>, out: &mut Outbox) {
        if let (Some(failure), Some(topic)) = (&self.on_delivery_failure, self.topic().arn(references::param("arn"))) {
            failure.announce("sns.amazonaws.com", topic, stack, out);
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let Some(topic) = self.topic().arn(references::param("arn")) else { return };
        let dead_letters = self.on_delivery_failure.as_ref().and_then(DeliveryFailure::arn);
        let subscription = Object::new()
            .set("Endpoint", cx.function.endpoint())
            .opt("FilterPolicy", self.filter_policy.clone())
            .set("Protocol", "lambda")
            .opt("RedrivePolicy", dead_letters.map(|arn| Object::new().set("deadLetterTargetArn", arn)))
            .set("TopicArn", topic.clone());
        let kind = "AWS::SNS::Subscription";
        cx.fragment.add(cx.id(kind), self.span, template::Resource::new(kind, subscription));
        let permission = permission(cx.function, "sns.amazonaws.com", Some(topic));
        cx.fragment.add(cx.id("AWS::Lambda::Permission"), self.span, permission);
    }
}
