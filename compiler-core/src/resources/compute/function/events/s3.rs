//! `s3`: changes of objects in a bucket, as a native bucket notification.
//!
//! The bucket holds the notification, so the function sends it there as mail. A bucket of another stack cannot be changed by this one: then only
//! the permission is made, and a warning says what its owner has to add.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{Linked, Outbox, Resource, ResourceName, Stack};
use crate::resources::compute::function::{Function, permission};
use crate::resources::data::bucket::{Bucket, FunctionNotification};
use crate::source::Span;
use crate::template::{Expr, Object};

/// Changes of objects in a bucket.
#[derive(Clone, Debug, Decode, Describe)]
pub struct S3Event {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of the bucket, such as `$ResourceParam('files', 'arn')`.
    pub bucket_arn: Val<String>,
    /// Which changes.
    pub s3_event_type: S3EventType,
    /// Which objects; all when not given.
    pub filter_rule: Option<S3FilterRule>,
}

/// Which objects, by their keys.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct S3FilterRule {
    /// How the key starts.
    pub prefix: Option<String>,
    /// How the key ends.
    pub suffix: Option<String>,
}

/// A kind of change of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum S3EventType {
    /// Written, in any way.
    #[config(name = "s3:ObjectCreated:*")]
    Created,
    /// Written by PUT.
    #[config(name = "s3:ObjectCreated:Put")]
    CreatedPut,
    /// Written by a browser form.
    #[config(name = "s3:ObjectCreated:Post")]
    CreatedPost,
    /// Written as a copy.
    #[config(name = "s3:ObjectCreated:Copy")]
    CreatedCopy,
    /// Written by a multipart upload.
    #[config(name = "s3:ObjectCreated:CompleteMultipartUpload")]
    CreatedMultipart,
    /// Removed, in any way.
    #[config(name = "s3:ObjectRemoved:*")]
    Removed,
    /// Removed for good.
    #[config(name = "s3:ObjectRemoved:Delete")]
    RemovedDelete,
    /// Hidden by a delete marker.
    #[config(name = "s3:ObjectRemoved:DeleteMarkerCreated")]
    RemovedMarker,
    /// Restored from an archive class, any step.
    #[config(name = "s3:ObjectRestore:*")]
    Restore,
    /// A restore was asked for.
    #[config(name = "s3:ObjectRestore:Post")]
    RestorePost,
    /// A restore is complete.
    #[config(name = "s3:ObjectRestore:Completed")]
    RestoreCompleted,
    /// An object of the reduced redundancy class was lost.
    #[config(name = "s3:ReducedRedundancyLostObject")]
    Lost,
    /// Replication, any event.
    #[config(name = "s3:Replication:*")]
    Replication,
    /// Replication failed.
    #[config(name = "s3:Replication:OperationFailedReplication")]
    ReplicationFailed,
    /// Replication took longer than agreed.
    #[config(name = "s3:Replication:OperationMissedThreshold")]
    ReplicationMissed,
    /// Replication is no longer tracked.
    #[config(name = "s3:Replication:OperationNotTracked")]
    ReplicationNotTracked,
    /// Replicated after the agreed time.
    #[config(name = "s3:Replication:OperationReplicatedAfterThreshold")]
    ReplicationLate,
}

impl S3Event {
    /// The bucket, when it is one of this config.
    fn own_bucket<'a>(&self, stack: &'a Stack<'_>) -> Option<&'a Resource<Bucket>> {
        match self.bucket_arn.as_deferred() {
            Some(Expr::Param { resource, name, .. }) if &**name == "arn" => stack.get::<Bucket>(resource),
            _ => None,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        if let Some(arn) = self.bucket_arn.as_known() {
            let diagnostic = match arn.split(":::").nth(1).filter(|_| arn.starts_with("arn:")) {
                Some(bucket) => Diagnostic::warning(Code::SUSPICIOUS, self.bucket_arn.span, format!("the bucket {bucket} is not part of this stack, so its notification cannot be set here"))
                    .hint(format!("the function may be called by it; if it is in this account, let its owner add the notification: aws s3api put-bucket-notification-configuration --bucket {bucket} …")),
                None => Diagnostic::error(Code::BAD_VALUE, self.bucket_arn.span, format!("bucketArn must be the ARN of a bucket, found \"{arn}\""))
                    .hint("read it with $ResourceParam('bucket', 'arn')"),
            };
            sink.push(diagnostic);
        } else {
            references::check_arn_of::<Bucket>("bucketArn", &self.bucket_arn, linked, sink);
        }
    }

    pub(super) fn link(&self, r: &Resource<Function>, stack: &Stack<'_>, out: &mut Outbox) {
        let Some(bucket) = self.own_bucket(stack) else { return };
        let name: &ResourceName = &bucket.name;
        let mail = FunctionNotification {
            function_arn: r.endpoint_by_name(stack),
            permission: permission_id(r, bucket),
            event: self.s3_event_type.as_str(),
            prefix: self.filter_rule.as_ref().and_then(|f| f.prefix.clone()),
            suffix: self.filter_rule.as_ref().and_then(|f| f.suffix.clone()),
            span: self.span,
        };
        out.send(name, mail);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let stack = cx.linked.stack;
        let account = Object::new().set("SourceAccount", stack.account().to_string());
        let (id, arn) = match self.own_bucket(stack) {
            Some(bucket) => (permission_id(cx.function, bucket), bucket.arn_by_name(stack)),
            None => (cx.id("AWS::Lambda::Permission"), Expr::from(self.bucket_arn.clone())),
        };
        let mut permission = permission(cx.function, "s3.amazonaws.com", Some(arn));
        // A bucket name can change hands; the account cannot.
        permission.properties.0.extend(account.0);
        cx.fragment.add_shared(id, self.span, permission);
    }
}

/// One permission for each function and bucket, however many events there are.
fn permission_id(r: &Resource<Function>, bucket: &Resource<Bucket>) -> String {
    r.id(&format!("{}Bucket", bucket.name.flat()), "AWS::Lambda::Permission")
}
