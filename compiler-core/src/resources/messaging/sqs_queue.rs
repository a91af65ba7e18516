//! `sqs-queue`.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::model::{ExpandCx, Fragment, Resource, ResourceKind};

/// x
pub struct SqsQueue;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct SqsQueueProps {}

impl ResourceKind for SqsQueue {
    const TYPE: &'static str = "sqs-queue";
    type Props = SqsQueueProps;
    fn expand(_r: &Resource<Self>, _cx: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}

/// Mail to a queue: a sender that must be let in.
pub struct QueueSender {
    /// Service principal.
    pub principal: &'static str,
    /// ARN of the sending topic or rule.
    pub source_arn: crate::template::Expr,
    /// The config value that asks for it.
    pub span: crate::source::Span,
}
