//! Forwarding of a log group to a log service, by a Firehose delivery stream.
//!
//! Makes for each log group `{LogGroup}DeliveryStream`, `{LogGroup}SubscriptionFilter` and `{LogGroup}CwToFirehoseRole`, and for each resource
//! `{Name}LogForwardingFailedRecordsBucket` with its policy and `{Name}LogForwardingS3Role`: lines that the service did not take are kept there.

use super::LogGroup;
use crate::decode::{Decode, Dict, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::iam::{RoleBuilder, policy_document, role_arn};
use crate::model::{Fragment, Stack, Statement};
use crate::naming::logical_id;
use crate::shared_infra::deployment_bucket::{private_access, tls_only};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, join, reference, sub};

/// A log service.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum LogForwarding {
    /// Any HTTPS endpoint that takes the requests of Firehose.
    #[config(name = "http-endpoint")]
    HttpEndpoint(HttpEndpoint),
    /// Highlight.
    #[config(name = "highlight")]
    Highlight(Highlight),
    /// Datadog.
    #[config(name = "datadog")]
    Datadog(Datadog),
}

/// Any HTTPS endpoint that takes the requests of Firehose.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpEndpoint {
    /// Address, starting with `https://`.
    pub endpoint_url: Val<String>,
    /// Whether requests are compressed.
    #[config(default = false)]
    pub gzip_encoding_enabled: bool,
    /// Sent with every request, in the header `X-Amz-Firehose-Common-Attributes`. At most 50.
    pub parameters: Option<Dict<Val<String>>>,
    /// How long a request is tried again before its lines go to the bucket for failed records.
    #[config(range = 0..=7200, unit = "seconds", default = 300)]
    pub retry_duration: Option<Val<u32>>,
    /// Sent in the header `X-Amz-Firehose-Access-Key`. Read it from a secret.
    pub access_key: Option<Val<String>>,
}

/// Highlight.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Highlight {
    /// Id of the Highlight project.
    pub project_id: Val<String>,
    /// Address, when you run Highlight yourself.
    #[config(default = "https://pub.highlight.io/v1/logs/firehose")]
    pub endpoint_url: Option<Val<String>>,
}

/// Datadog.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Datadog {
    /// API key. Read it from a secret.
    pub api_key: Val<String>,
    /// Address of your Datadog site.
    #[config(default = "https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input")]
    pub endpoint_url: Option<Val<String>>,
}

const HIGHLIGHT_URL: &str = "https://pub.highlight.io/v1/logs/firehose";
const DATADOG_URL: &str = "https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input";
/// Most attributes of a request that Firehose takes.
const MAX_PARAMETERS: usize = 50;
/// How long a request is tried again, in seconds; Datadog's own guide says 60.
const RETRY: u32 = 300;
const RETRY_DATADOG: u32 = 60;

/// What a delivery stream needs to know about a service.
struct Delivery {
    url: Expr,
    access_key: Option<Expr>,
    /// Firehose sends when this many megabytes have come together, or after a minute.
    buffer_megabytes: u32,
    gzip: bool,
    attributes: Vec<(String, Expr)>,
    retry: Expr,
}

impl LogForwarding {
    fn url(&self) -> Option<&Val<String>> {
        match self {
            Self::HttpEndpoint(e) => Some(&e.endpoint_url),
            Self::Highlight(h) => h.endpoint_url.as_ref(),
            Self::Datadog(d) => d.endpoint_url.as_ref(),
        }
    }

    /// Reports addresses that Firehose does not take, too many parameters, and forwarding of logs that are not written. `logging` is the block that
    /// switches logging off.
    pub fn check(&self, disabled: bool, logging: Span, sink: &mut Sink) {
        if disabled {
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, logging, "nothing is forwarded, because logging is disabled")
                    .hint("remove disabled: true, or logForwarding"),
            );
        }
        if let Some(url) = self.url()
            && let Some(text) = url.as_known().filter(|t| !t.starts_with("https://") || t.len() <= "https://".len())
        {
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    url.span,
                    format!("endpointUrl must be an https:// address, found \"{text}\""),
                )
                .hint(format!("write https://{}", text.split("://").last().unwrap_or_default())),
            );
        }
        if let Self::HttpEndpoint(HttpEndpoint { parameters: Some(parameters), .. }) = self
            && let Some((extra, _)) = parameters.iter().nth(MAX_PARAMETERS)
        {
            let message = format!("a request can have {MAX_PARAMETERS} parameters, this is one more");
            sink.push(Diagnostic::error(Code::OUT_OF_RANGE, extra.span, message).hint("remove some of them"));
        }
    }

    fn delivery(&self) -> Delivery {
        let or = |url: &Option<Val<String>>, default: &'static str| url.clone().map_or(default.into(), Expr::from);
        match self {
            Self::HttpEndpoint(e) => {
                let parameters = e.parameters.iter().flat_map(Dict::iter);
                let attributes = parameters.map(|(k, v)| (k.value.to_string(), Expr::from(v.clone()))).collect();
                Delivery {
                    url: e.endpoint_url.clone().into(),
                    access_key: e.access_key.clone().map(Into::into),
                    buffer_megabytes: 1,
                    gzip: e.gzip_encoding_enabled,
                    attributes,
                    retry: e.retry_duration.clone().map_or(RETRY.into(), Into::into),
                }
            }
            Self::Highlight(h) => Delivery {
                url: or(&h.endpoint_url, HIGHLIGHT_URL),
                access_key: None,
                buffer_megabytes: 1,
                gzip: true,
                attributes: vec![("x-highlight-project".into(), h.project_id.clone().into())],
                retry: RETRY.into(),
            },
            Self::Datadog(d) => Delivery {
                url: or(&d.endpoint_url, DATADOG_URL),
                access_key: Some(d.api_key.clone().into()),
                buffer_megabytes: 4,
                gzip: true,
                attributes: vec![],
                retry: RETRY_DATADOG.into(),
            },
        }
    }

    /// Adds everything that forwards a log group.
    pub(super) fn add(&self, group: &LogGroup<'_>, stack: &Stack<'_>, fragment: &mut Fragment) {
        let bucket = logical_id(group.owner.flat(), "LogForwardingFailedRecords", "AWS::S3::Bucket");
        let bucket_role = logical_id(group.owner.flat(), "LogForwardingS3", "AWS::IAM::Role");
        // Several log groups of one resource share these.
        if !fragment.children.iter().any(|c| c.logical_id == bucket) {
            failed_records(&bucket, &bucket_role, group, stack, fragment);
        }
        let stream = logical_id(&group.id, "", "AWS::KinesisFirehose::DeliveryStream");
        let properties = Object::new()
            .set("DeliveryStreamEncryptionConfigurationInput", Object::new().set("KeyType", "AWS_OWNED_CMK"))
            .set("DeliveryStreamType", "DirectPut")
            .set("HttpEndpointDestinationConfiguration", destination(self.delivery(), &bucket, &bucket_role))
            .set("Tags", stack.tags(&[]));
        let resource = Resource::new("AWS::KinesisFirehose::DeliveryStream", properties);
        fragment.add(stream.clone(), group.span, resource);

        let role = logical_id(&group.id, "CwToFirehose", "AWS::IAM::Role");
        let from_logs = sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*");
        RoleBuilder::new(role.clone(), None, "logs.amazonaws.com")
            .trusted_when(Object::new().set("StringLike", Object::new().set("aws:SourceArn", from_logs)))
            .policy(
                "logs-to-firehose",
                vec![Statement::allow(
                    &["firehose:PutRecord", "firehose:PutRecordBatch"],
                    vec![get_att(stream.clone(), "Arn")],
                    group.span,
                )],
            )
            .add_to(fragment, group.span, stack);
        let properties = Object::new()
            .set("DestinationArn", get_att(stream, "Arn"))
            .set("FilterPattern", "")
            .set("LogGroupName", reference(group.id.clone()))
            .set("RoleArn", role_arn(&role));
        let filter = logical_id(&group.id, "", "AWS::Logs::SubscriptionFilter");
        fragment.add(filter, group.span, Resource::new("AWS::Logs::SubscriptionFilter", properties));
    }
}

fn destination(delivery: Delivery, bucket: &str, role: &str) -> Object {
    let name = match delivery.url.as_str() {
        Some(url) => Expr::from(url.trim_start_matches("https://").to_string()),
        None => "log-forwarding".into(),
    };
    let attribute = |(name, value): (String, Expr)| {
        Expr::from(Object::new().set("AttributeName", name).set("AttributeValue", value))
    };
    let endpoint = Object::new().opt("AccessKey", delivery.access_key).set("Name", name).set("Url", delivery.url);
    let request = Object::new()
        .list("CommonAttributes", delivery.attributes.into_iter().map(attribute).collect())
        .set("ContentEncoding", if delivery.gzip { "GZIP" } else { "NONE" });
    let buffer =
        |megabytes: u32, seconds: u32| Object::new().set("IntervalInSeconds", seconds).set("SizeInMBs", megabytes);
    let backup = Object::new()
        .set("BucketARN", get_att(bucket.to_string(), "Arn"))
        .set("BufferingHints", buffer(5, 300))
        .set("RoleARN", role_arn(role));
    Object::new()
        .set("BufferingHints", buffer(delivery.buffer_megabytes, 60))
        .set("EndpointConfiguration", endpoint)
        .set("RequestConfiguration", request)
        .set("RetryOptions", Object::new().set("DurationInSeconds", delivery.retry))
        .set("S3BackupMode", "FailedDataOnly")
        .set("S3Configuration", backup)
}

/// The bucket for lines that could not be delivered, and the role by which Firehose writes to it.
fn failed_records(bucket: &str, role: &str, group: &LogGroup<'_>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let span = group.span;
    let encryption = Object::new().set("ServerSideEncryptionByDefault", Object::new().set("SSEAlgorithm", "AES256"));
    let properties = Object::new()
        .set("BucketEncryption", Object::new().set("ServerSideEncryptionConfiguration", vec![encryption]))
        .set("BucketName", stack.identity.failed_records_bucket(group.owner.flat()))
        .set("PublicAccessBlockConfiguration", private_access())
        .set("Tags", stack.tags(&[]));
    fragment.add(bucket, span, Resource::new("AWS::S3::Bucket", properties).holds_data());
    let policy = Object::new()
        .set("Bucket", reference(bucket.to_string()))
        .set("PolicyDocument", policy_document(vec![tls_only(bucket)]));
    let policy_id = logical_id(group.owner.flat(), "LogForwardingFailedRecords", "AWS::S3::BucketPolicy");
    fragment.add(policy_id, span, Resource::new("AWS::S3::BucketPolicy", policy));

    let arn = get_att(bucket.to_string(), "Arn");
    let of_bucket = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
    let of_objects = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
    let objects = join("", vec![arn.clone(), "/*".into()]);
    let account = Object::new().set("sts:ExternalId", reference("AWS::AccountId"));
    RoleBuilder::new(role, None, "firehose.amazonaws.com")
        .trusted_when(Object::new().set("StringEquals", account))
        .policy(
            "logs-to-s3",
            vec![Statement::allow(&of_bucket, vec![arn], span), Statement::allow(&of_objects, vec![objects], span)],
        )
        .add_to(fragment, span, stack);
}
