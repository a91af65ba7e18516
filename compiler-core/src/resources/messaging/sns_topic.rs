//! `sns-topic`: an SNS topic that hands every message to all its subscribers.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{ExpandCx, Fragment, Linked, Offer, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::source::Spanned;
use crate::template::{self, Object, get_att, sub};

/// A topic: every message goes to all subscribers.
pub struct SnsTopic;

/// A topic: every message goes to all subscribers.
#[derive(Clone, Debug, Decode, Describe)]
pub struct SnsTopicProps {
    /// Sender that text messages to phones show.
    #[config(length = 1..=11)]
    pub sms_display_name: Option<Val<String>>,
    /// Whether messages keep their order and are delivered exactly once. Only FIFO queues can subscribe then. Cannot be changed later without a
    /// new topic.
    #[config(default = false)]
    pub fifo_enabled: bool,
    /// Whether messages of the same content within five minutes count as one. Needs `fifoEnabled`.
    #[config(default = false)]
    pub content_based_deduplication: Option<Spanned<bool>>,
}

impl Resource<SnsTopic> {
    /// Logical id of the topic.
    pub fn topic_id(&self) -> String {
        // Other types keep the `_` that stands before a digit; queues and topics are deployed without it.
        logical_id(self.name.flat(), "", "AWS::SNS::Topic").replace('_', "")
    }

    /// Physical name of the topic.
    pub fn topic_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.topic(self.name.flat(), self.props.fifo_enabled)
    }
}

impl ResourceKind for SnsTopic {
    const TYPE: &'static str = "sns-topic";
    type Props = SnsTopicProps;

    fn check(r: &Resource<Self>, _linked: &Linked<'_>, sink: &mut Sink) {
        let deduplication = r.props.content_based_deduplication.as_ref();
        if let Some(value) = deduplication.filter(|v| v.value && !r.props.fifo_enabled) {
            sink.push(
                Diagnostic::error(Code::CONFLICT, value.span, "contentBasedDeduplication exists for FIFO topics only")
                    .hint("set fifoEnabled: true, or remove contentBasedDeduplication"),
            );
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let (id, name) = (r.topic_id(), r.topic_name(linked.stack));
        let arn = sub(format!("arn:${{AWS::Partition}}:sns:${{AWS::Region}}:${{AWS::AccountId}}:{name}"));
        vec![
            Param::new("arn", get_att(id.clone(), "TopicArn")).or_standalone(arn),
            Param::new("name", get_att(id, "TopicName")).or_standalone(name),
        ]
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        let actions = &[
            "sns:ConfirmSubscription",
            "sns:GetTopicAttributes",
            "sns:ListSubscriptionsByTopic",
            "sns:Publish",
            "sns:Subscribe",
            "sns:Unsubscribe",
        ];
        Some(Offer::rights(vec![Statement::allow(actions, vec![references::own(r, "arn")], r.span)]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (p, stack) = (&r.props, cx.stack());
        let deduplication = p.content_based_deduplication.as_ref().filter(|d| d.value);
        let properties = Object::new()
            .set("TopicName", r.topic_name(stack))
            .opt("DisplayName", p.sms_display_name.clone())
            .opt("FifoTopic", p.fifo_enabled.then_some(true))
            .opt("ContentBasedDeduplication", deduplication.map(|_| true))
            .set("Tags", stack.tags(&[]));
        let mut fragment = Fragment::default();
        fragment.add(r.topic_id(), r.span, template::Resource::new("AWS::SNS::Topic", properties));
        fragment
    }
}
