//! `bucket`.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::model::{ExpandCx, Fragment, Resource, ResourceKind};

/// x
pub struct Bucket;

/// x
#[derive(Clone, Debug, Decode, Describe)]
pub struct BucketProps {}

impl ResourceKind for Bucket {
    const TYPE: &'static str = "bucket";
    type Props = BucketProps;
    fn expand(_r: &Resource<Self>, _cx: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}

/// Mail to a bucket: a function that is called when objects change.
pub struct FunctionNotification {
    /// ARN of the function or its alias, without a reference to it: the bucket comes first.
    pub function_arn: crate::template::Expr,
    /// Logical id of the permission, which must exist before the notification.
    pub permission: String,
    /// S3 event type.
    pub event: &'static str,
    /// How keys start.
    pub prefix: Option<String>,
    /// How keys end.
    pub suffix: Option<String>,
    /// The event in the config.
    pub span: crate::source::Span,
}

impl Resource<Bucket> {
    /// ARN built from the physical name.
    pub fn arn_by_name(&self, stack: &crate::model::Stack<'_>) -> crate::template::Expr {
        crate::template::sub(format!("arn:${{AWS::Partition}}:s3:::{}", stack.identity.bucket(self.name.flat())))
    }
}
