//! `kinesis-stream`: a Kinesis data stream.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{ExpandCx, Fragment, Linked, Offer, Param, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, get_att, sub};

/// A stream: records are kept in order and can be read by several consumers.
pub struct KinesisStream;

/// A stream: records are kept in order and can be read by several consumers.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KinesisStreamProps {
    /// Whether AWS adapts the number of shards, or the config sets it.
    #[config(default = "ON_DEMAND")]
    pub capacity_mode: Option<CapacityMode>,
    /// Number of shards in `PROVISIONED` mode. Each takes 1 MB/s in and gives 2 MB/s out.
    #[config(range = 1..=10000, default = 1)]
    pub shard_count: Option<Val<u32>>,
    /// How long records are kept; a day by default, a year at most.
    #[config(range = 24..=8760, unit = "hours", default = 24)]
    pub retention_period_hours: Option<Val<u32>>,
    /// Encryption at rest. On with the key of Kinesis unless it is turned off here.
    pub encryption: Option<StreamEncryption>,
    /// Kept for compatibility: whether a consumer has throughput of its own is said by `autoCreateConsumer` of its event.
    #[config(default = false)]
    pub enable_enhanced_fan_out: Option<Spanned<bool>>,
}

/// Who sets the number of shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum CapacityMode {
    /// AWS, by load.
    #[config(name = "ON_DEMAND")]
    OnDemand,
    /// The config.
    #[config(name = "PROVISIONED")]
    Provisioned,
}

/// Encryption at rest.
#[derive(Clone, Debug, Decode, Describe)]
pub struct StreamEncryption {
    /// Whether records are encrypted. Turn it off when another account writes or reads, which the key of Kinesis does not allow.
    pub enabled: bool,
    /// ARN of a key of your own instead of the key of Kinesis. Connected resources get the right to use it.
    pub kms_key_arn: Option<Val<String>>,
}

/// The key that AWS manages for Kinesis in every account.
const KINESIS_KEY: &str = "alias/aws/kinesis";

impl Resource<KinesisStream> {
    /// Logical id of the stream.
    pub fn stream_id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::Kinesis::Stream")
    }

    /// Physical name of the stream.
    pub fn stream_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(self.name.flat(), 128)
    }

    fn is_provisioned(&self) -> bool {
        self.props.capacity_mode == Some(CapacityMode::Provisioned)
    }

    /// The key of the stream's own, when it is encrypted with one.
    fn own_key(&self) -> Option<&Val<String>> {
        self.props.encryption.as_ref().filter(|e| e.enabled)?.kms_key_arn.as_ref()
    }

    /// The right to read what a key of the stream's own encrypts.
    pub fn reader_key_statement(&self, origin: Span) -> Option<Statement> {
        Some(Statement::allow(&["kms:Decrypt"], vec![self.own_key()?.clone().into()], origin))
    }

    /// The rights to read and write what a key of the stream's own encrypts.
    fn key_statement(&self) -> Option<Statement> {
        let key = self.own_key()?;
        Some(Statement::allow(&["kms:Decrypt", "kms:GenerateDataKey"], vec![key.clone().into()], key.span))
    }
}

impl ResourceKind for KinesisStream {
    const TYPE: &'static str = "kinesis-stream";
    type Props = KinesisStreamProps;

    fn check(r: &Resource<Self>, _linked: &Linked<'_>, sink: &mut Sink) {
        if let Some(count) = r.props.shard_count.as_ref().filter(|_| !r.is_provisioned()) {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, count.span, "shardCount has no effect in ON_DEMAND mode")
                    .hint("set capacityMode: PROVISIONED, or remove shardCount"),
            );
        }
        if let Some(fan_out) = r.props.enable_enhanced_fan_out.as_ref().filter(|f| f.value) {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, fan_out.span, "enableEnhancedFanOut has no effect on a stream")
                    .hint("set autoCreateConsumer: true on the event that reads the stream"),
            );
        }
        if let Some(encryption) = r.props.encryption.as_ref().filter(|e| !e.enabled)
            && let Some(key) = &encryption.kms_key_arn
        {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, key.span, "kmsKeyArn has no effect while encryption is off")
                    .hint("set enabled: true, or remove kmsKeyArn"),
            );
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let name = r.stream_name(linked.stack);
        let arn = sub(format!("arn:${{AWS::Partition}}:kinesis:${{AWS::Region}}:${{AWS::AccountId}}:stream/{name}"));
        vec![Param::new("arn", get_att(r.stream_id(), "Arn")).or_standalone(arn), Param::new("name", name)]
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        let actions = &[
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            "kinesis:PutRecord",
            "kinesis:PutRecords",
        ];
        let stream = Statement::allow(actions, vec![references::own(r, "arn")], r.span);
        Some(Offer::rights([Some(stream), r.key_statement()].into_iter().flatten().collect()))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (p, stack) = (&r.props, cx.stack());
        let encrypted = p.encryption.as_ref().is_none_or(|e| e.enabled);
        let key = r.own_key().cloned().map_or(Expr::from(KINESIS_KEY), Expr::from);
        let encryption = Object::new().set("EncryptionType", "KMS").set("KeyId", key);
        let shards = p.shard_count.clone().map_or(Expr::from(1), Expr::from);
        let mode = p.capacity_mode.unwrap_or(CapacityMode::OnDemand);
        let properties = Object::new()
            .set("Name", r.stream_name(stack))
            .set("StreamModeDetails", Object::new().set("StreamMode", mode))
            .opt("ShardCount", r.is_provisioned().then_some(shards))
            .opt("RetentionPeriodHours", p.retention_period_hours.clone())
            .opt("StreamEncryption", encrypted.then_some(encryption))
            .set("Tags", stack.tags(&[]));
        let mut fragment = Fragment::default();
        let stream = template::Resource::new("AWS::Kinesis::Stream", properties).holds_data();
        fragment.add(r.stream_id(), r.span, stream);
        fragment
    }
}
