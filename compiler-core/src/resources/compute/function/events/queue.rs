//! `sqs`: messages of a queue, read in batches by an event source mapping.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references::{self, ArnOrName};
use crate::model::{Linked, Outbox, Resource, Stack, Statement};
use crate::resources::compute::function::{DEFAULT_TIMEOUT, Function};
use crate::resources::messaging::sqs_queue::{QueueConsumer, SqsQueue};
use crate::source::{Span, Spanned};
use crate::template::{self, Object};

/// Messages of an SQS queue.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueueEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Queue of this config. Give this or `sqsQueueArn`.
    #[config(names = "sqs-queue")]
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

/// Most messages of a batch that Lambda does not wait for.
const LARGEST_INSTANT_BATCH: u32 = 10;

impl QueueEvent {
    fn queue(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("sqsQueueName", &self.sqs_queue_name),
            arn: ("sqsQueueArn", &self.sqs_queue_arn),
            span: self.span,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.queue().check::<SqsQueue>(linked, sink);
        self.check_batches(linked, sink);
    }

    /// Lambda refuses some sizes of batches. The reference lets them through, so they are warnings.
    fn check_batches(&self, linked: &Linked<'_>, sink: &mut Sink) {
        let window = self.max_batch_window_seconds.as_ref();
        let fifo =
            self.sqs_queue_name.as_ref().and_then(|n| linked.get::<SqsQueue>(n)).filter(|q| q.props.fifo_enabled);
        let waits = window.is_some_and(|w| w.as_known().is_none_or(|seconds| *seconds > 0));
        if let (Some(queue), Some(window), true) = (fifo, window, waits) {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, window.span, "Lambda does not wait for batches of a FIFO queue")
                    .label(queue.span, "the queue")
                    .hint("remove maxBatchWindowSeconds"),
            );
        }
        let Some(size) = self.batch_size.as_ref().filter(|s| s.as_known().is_some_and(|n| *n > LARGEST_INSTANT_BATCH))
        else {
            return;
        };
        if let Some(queue) = fifo {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, size.span, "a batch of a FIFO queue has 10 messages at most")
                    .label(queue.span, "the queue")
                    .hint("use 10 or less"),
            );
        } else if !waits {
            sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    size.span,
                    "Lambda collects more than 10 messages only when it may wait for them",
                )
                .hint("add maxBatchWindowSeconds: 1 or more, or use a batchSize of 10"),
            );
        }
    }

    pub(super) fn link(&self, r: &Resource<Function>, stack: &Stack<'_>, out: &mut Outbox) {
        if let Some(queue) = self.sqs_queue_name.as_ref().and_then(|n| stack.get::<SqsQueue>(n)) {
            let timeout = r.props.timeout.as_ref().map_or(Some(DEFAULT_TIMEOUT), |t| t.as_known().copied());
            out.send(&queue.name, QueueConsumer { timeout, span: self.span });
        }
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
        self.fragment.add(self.id(kind), span, template::Resource::new(kind, properties));
    }
}
