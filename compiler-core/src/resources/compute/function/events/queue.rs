//! `sqs`: messages of a queue, read in batches by an event source mapping.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::references::{self, ArnOrName};
use crate::model::{Linked, Statement};
use crate::resources::messaging::sqs_queue::SqsQueue;
use crate::source::{Span, Spanned};
use crate::template::{Object, Resource};

/// Messages of an SQS queue.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueueEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Queue of this config. Give this or `sqsQueueArn`.
    pub sqs_queue_name: Option<Spanned<String>>,
    /// ARN of any queue. Give this or `sqsQueueName`.
    pub sqs_queue_arn: Option<Val<String>>,
    /// Most messages in one call; more than 10 need a `maxBatchWindowSeconds` of at least 1.
    #[config(range = 1..=10000, default = 10)]
    pub batch_size: Option<Val<u32>>,
    /// How long to wait for a full batch.
    #[config(range = 0..=300, unit = "seconds")]
    pub max_batch_window_seconds: Option<Val<u32>>,
}

impl QueueEvent {
    fn queue(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("sqsQueueName", &self.sqs_queue_name),
            arn: ("sqsQueueArn", &self.sqs_queue_arn),
            span: self.span,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.queue().check::<SqsQueue>(linked.stack, sink);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let Some(arn) = self.queue().arn(references::param("arn")) else { return };
        let actions = &[
            "sqs:ReceiveMessage",
            "sqs:ChangeMessageVisibility",
            "sqs:GetQueueUrl",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ];
        cx.rights.push(Statement::allow(actions, vec![arn.clone()], self.span));
        let properties = Object::new()
            .opt("BatchSize", self.batch_size.clone())
            .set("Enabled", true)
            .set("EventSourceArn", arn)
            .set("FunctionName", cx.function.endpoint())
            .opt("MaximumBatchingWindowInSeconds", self.max_batch_window_seconds.clone());
        cx.add_mapping(self.span, properties);
    }
}

impl EventCx<'_, '_> {
    /// Adds an event source mapping, which Lambda creates only once the role has its rights; the function waits for the role already.
    pub(super) fn add_mapping(&mut self, span: Span, properties: Object) {
        let kind = "AWS::Lambda::EventSourceMapping";
        self.fragment.add(self.id(kind), span, Resource::new(kind, properties));
    }
}
