//! The deployment bucket: where archives and large templates are uploaded before CloudFormation reads them.
//!
//! Makes `StpDeploymentBucket` and `StpDeploymentBucketPolicy` in every stack. The first deploy creates the stack with only these.

use crate::facets::iam::policy_document;
use crate::model::{ExpandCx, Fragment};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, join, reference};

/// Logical id of the bucket.
pub const BUCKET: &str = "StpDeploymentBucket";
const POLICY: &str = "StpDeploymentBucketPolicy";

/// What must exist before anything can be uploaded.
pub const BOOTSTRAP: &[&str] = &[BUCKET, POLICY];

/// Makes the bucket: encrypted, private, TLS only.
pub fn expand(cx: &mut ExpandCx<'_>) -> Fragment {
    let stack = cx.stack();
    let mut fragment = Fragment::default();
    let encryption = Object::new().set("ServerSideEncryptionByDefault", Object::new().set("SSEAlgorithm", "AES256"));
    let bucket = Object::new()
        .set("BucketName", stack.identity.deployment_bucket())
        .set("BucketEncryption", Object::new().set("ServerSideEncryptionConfiguration", vec![encryption]))
        .set("PublicAccessBlockConfiguration", private_access())
        .set("Tags", stack.tags(&[]));
    fragment.add(BUCKET, Span::default(), Resource::new("AWS::S3::Bucket", bucket));
    let policy =
        Object::new().set("Bucket", reference(BUCKET)).set("PolicyDocument", policy_document(vec![tls_only(BUCKET)]));
    fragment.add(POLICY, Span::default(), Resource::new("AWS::S3::BucketPolicy", policy));
    fragment
}

/// Blocks every kind of public access.
pub fn private_access() -> Object {
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
        .into_iter()
        .fold(Object::new(), |o, key| o.set(key, true))
}

/// A bucket policy statement that refuses requests without TLS.
pub fn tls_only(bucket: &str) -> Expr {
    let arn = get_att(bucket.to_string(), "Arn");
    Object::new()
        .set("Sid", "DenyInsecureTransport")
        .set("Effect", "Deny")
        .set("Principal", "*")
        .set("Action", "s3:*")
        .set("Resource", vec![arn.clone(), join("", vec![arn, "/*".into()])])
        .set("Condition", Object::new().set("Bool", Object::new().set("aws:SecureTransport", "false")))
        .into()
}
