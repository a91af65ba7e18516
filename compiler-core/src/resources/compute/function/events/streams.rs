//! `dynamo-db-stream` and `kinesis-stream`: records of a stream, read in batches by an event source mapping.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references::{self, ArnOrName};
use crate::model::{Linked, Statement};
use crate::resources::data::dynamo_db_table::DynamoDbTable;
use crate::resources::messaging::kinesis_stream::KinesisStream;
use crate::resources::messaging::sns_topic::SnsTopic;
use crate::resources::messaging::sqs_queue::SqsQueue;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource, reference};

/// Changes of items in a DynamoDB table.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DynamoDbEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of the table's stream, such as `$ResourceParam('table', 'streamArn')`.
    pub stream_arn: Val<String>,
    /// How long to wait for a full batch.
    #[config(range = 0..=300, unit = "seconds")]
    pub max_batch_window_seconds: Option<Val<u32>>,
    /// Most records in one call.
    #[config(range = 1..=10000, default = 100)]
    pub batch_size: Option<Val<u32>>,
    /// Where reading starts: the oldest record, or only new ones.
    #[config(default = "TRIM_HORIZON")]
    pub starting_position: Option<StartingPosition>,
    /// How often a failed batch is tried again; without end when not given.
    #[config(range = 0..=10000)]
    pub maximum_retry_attempts: Option<Val<u32>>,
    /// Where information about a batch goes that failed for good.
    pub on_failure: Option<FailureDestination>,
    /// Number of batches of one shard that run at a time.
    #[config(range = 1..=10)]
    pub parallelization_factor: Option<Val<u32>>,
    /// Whether a failed batch is split in two.
    pub bisect_batch_on_function_error: Option<Val<bool>>,
}

/// Records of a Kinesis stream.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KinesisEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Stream of this config. Give this or `streamArn`.
    #[config(names = "kinesis-stream")]
    pub kinesis_stream_name: Option<Spanned<String>>,
    /// ARN of any stream. Give this or `kinesisStreamName`.
    pub stream_arn: Option<Val<String>>,
    /// ARN of a consumer with throughput of its own.
    pub consumer_arn: Option<Val<String>>,
    /// Whether a consumer with throughput of its own is made.
    pub auto_create_consumer: Option<Spanned<bool>>,
    /// How long to wait for a full batch.
    #[config(range = 0..=300, unit = "seconds")]
    pub max_batch_window_seconds: Option<Val<u32>>,
    /// Most records in one call.
    #[config(range = 1..=10000, default = 100)]
    pub batch_size: Option<Val<u32>>,
    /// Where reading starts: the oldest record, or only new ones.
    #[config(default = "TRIM_HORIZON")]
    pub starting_position: Option<StartingPosition>,
    /// How often a failed batch is tried again; without end when not given.
    #[config(range = 0..=10000)]
    pub maximum_retry_attempts: Option<Val<u32>>,
    /// Where information about a batch goes that failed for good.
    pub on_failure: Option<FailureDestination>,
    /// Number of batches of one shard that run at a time.
    #[config(range = 1..=10)]
    pub parallelization_factor: Option<Val<u32>>,
    /// Whether a failed batch is split in two.
    pub bisect_batch_on_function_error: Option<Val<bool>>,
}

/// Where reading starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum StartingPosition {
    /// The oldest record that the stream still has.
    #[config(name = "TRIM_HORIZON")]
    TrimHorizon,
    /// Records written from now on.
    #[config(name = "LATEST")]
    Latest,
}

/// Where information about a failed batch goes.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FailureDestination {
    /// ARN of the topic or queue.
    pub arn: Val<String>,
    /// What the ARN is of.
    #[config(rename = "type")]
    pub kind: FailureKind,
}

/// Kind of a failure destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum FailureKind {
    /// An SNS topic.
    #[config(name = "sns")]
    Sns,
    /// An SQS queue.
    #[config(name = "sqs")]
    Sqs,
}

impl FailureDestination {
    fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        match self.kind {
            FailureKind::Sns => references::check_arn_of::<SnsTopic>("arn", &self.arn, linked, sink),
            FailureKind::Sqs => references::check_arn_of::<SqsQueue>("arn", &self.arn, linked, sink),
        }
    }

    fn statement(&self) -> Statement {
        let action = match self.kind {
            FailureKind::Sns => "sns:Publish",
            FailureKind::Sqs => "sqs:SendMessage",
        };
        Statement::allow(&[action], vec![self.arn.clone().into()], self.arn.span)
    }

    fn config(&self) -> Object {
        Object::new().set("OnFailure", Object::new().set("Destination", self.arn.clone()))
    }
}

/// Rights to read a DynamoDB stream.
const DYNAMODB_ACTIONS: &[&str] =
    &["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"];
/// Rights to read a Kinesis stream.
const KINESIS_ACTIONS: &[&str] = &[
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:ListShards",
];

impl DynamoDbEvent {
    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        if let Some(failure) = &self.on_failure {
            failure.check(linked, sink);
        }
        if let Some(Expr::Param { resource, name, .. }) = self.stream_arn.as_deferred()
            && &**name == "arn"
            && linked.get::<DynamoDbTable>(resource).is_some()
        {
            let message =
                format!("streamArn must be the ARN of a table's stream, and `arn` of `{resource}` is the table's");
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, self.stream_arn.span, message)
                    .hint(format!("read $ResourceParam('{resource}', 'streamArn'); the table needs a streamType")),
            );
        }
        if let Some(arn) = self.stream_arn.as_known()
            && !arn.contains("/stream/")
        {
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    self.stream_arn.span,
                    format!("streamArn must be the ARN of a table's stream, found \"{arn}\""),
                )
                .hint("read it with $ResourceParam('table', 'streamArn') from a table with a streamType"),
            );
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let arn = Expr::from(self.stream_arn.clone());
        cx.rights.push(Statement::allow(DYNAMODB_ACTIONS, vec![arn.clone()], self.span));
        cx.rights.extend(self.on_failure.as_ref().map(FailureDestination::statement));
        let properties = Object::new()
            .opt("BatchSize", self.batch_size.clone())
            .opt("BisectBatchOnFunctionError", self.bisect_batch_on_function_error.clone())
            .opt("DestinationConfig", self.on_failure.as_ref().map(FailureDestination::config))
            .set("Enabled", true)
            .set("EventSourceArn", arn)
            .set("FunctionName", cx.function.endpoint())
            .opt("MaximumBatchingWindowInSeconds", self.max_batch_window_seconds.clone())
            .opt("MaximumRetryAttempts", self.maximum_retry_attempts.clone())
            .opt("ParallelizationFactor", self.parallelization_factor.clone())
            .set("StartingPosition", self.starting_position.unwrap_or(StartingPosition::TrimHorizon).as_str());
        cx.add_mapping(self.span, properties);
    }
}

impl KinesisEvent {
    fn stream(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("kinesisStreamName", &self.kinesis_stream_name),
            arn: ("streamArn", &self.stream_arn),
            span: self.span,
        }
    }

    fn creates_consumer(&self) -> bool {
        self.auto_create_consumer.as_ref().is_some_and(|c| c.value)
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.stream().check::<KinesisStream>(linked, sink);
        if let Some(failure) = &self.on_failure {
            failure.check(linked, sink);
        }
        if let (Some(arn), Some(create)) = (&self.consumer_arn, &self.auto_create_consumer)
            && create.value
        {
            sink.push(
                Diagnostic::error(Code::CONFLICT, self.span, "consumerArn and autoCreateConsumer are both given")
                    .label(arn.span, "an existing consumer")
                    .label(create.span, "and a new one")
                    .hint("keep exactly one of them"),
            );
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let Some(stream) = self.stream().arn(references::param("arn")) else { return };
        cx.rights.push(Statement::allow(KINESIS_ACTIONS, vec![stream.clone()], self.span));
        let own = self.kinesis_stream_name.as_ref().and_then(|name| cx.linked.get::<KinesisStream>(name));
        cx.rights.extend(own.and_then(|stream| stream.reader_key_statement(self.span)));
        cx.rights.extend(self.on_failure.as_ref().map(FailureDestination::statement));
        let consumer = match &self.consumer_arn {
            Some(arn) => Some(arn.clone().into()),
            None if self.creates_consumer() => Some(self.add_consumer(cx, stream.clone())),
            None => None,
        };
        if let Some(consumer) = &consumer {
            cx.rights.push(Statement::allow(&["kinesis:SubscribeToShard"], vec![consumer.clone()], self.span));
        }
        let properties = Object::new()
            .opt("BatchSize", self.batch_size.clone())
            .opt("BisectBatchOnFunctionError", self.bisect_batch_on_function_error.clone())
            .opt("DestinationConfig", self.on_failure.as_ref().map(FailureDestination::config))
            .set("Enabled", true)
            .set("EventSourceArn", consumer.unwrap_or(stream))
            .set("FunctionName", cx.function.endpoint())
            .opt("MaximumBatchingWindowInSeconds", self.max_batch_window_seconds.clone())
            .opt("MaximumRetryAttempts", self.maximum_retry_attempts.clone())
            .opt("ParallelizationFactor", self.parallelization_factor.clone())
            .set("StartingPosition", self.starting_position.unwrap_or(StartingPosition::TrimHorizon).as_str());
        cx.add_mapping(self.span, properties);
    }

    fn add_consumer(&self, cx: &mut EventCx<'_, '_>, stream: Expr) -> Expr {
        let kind = "AWS::Kinesis::StreamConsumer";
        let (id, stack) = (cx.id(kind), &cx.linked.stack.identity.stack_name);
        let name = format!("{stack}-{}-event{}-kinesis-consumer", cx.function.name.flat(), cx.index);
        let properties =
            Object::new().set("ConsumerName", crate::naming::truncate(&name, 128)).set("StreamARN", stream);
        cx.fragment.add(id.clone(), self.span, Resource::new(kind, properties));
        reference(id)
    }
}
