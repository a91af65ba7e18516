//! The bucket's children: the bucket and its policy.

use super::{Bucket, behind_cdn, lifecycle, notification, policy, response_headers, upload};
use crate::model::{ExpandCx, Fragment, Resource};
use crate::template::{self, Object};

/// Everything that a bucket makes.
pub fn expand(r: &Resource<Bucket>, cx: &mut ExpandCx<'_>) -> Fragment {
    let stack = cx.stack();
    let p = &r.props;
    let mut fragment = Fragment::default();
    let notification = notification::configuration(r, cx.linked);
    let versioned = p.versioning == Some(true);
    let uploaded = p.directory_upload.is_some();
    let accelerate = upload::accelerates(&stack.identity.region);
    let properties = Object::new()
        .opt("AccelerateConfiguration", accelerate.then(|| Object::new().set("AccelerationStatus", "Enabled")))
        .opt("BucketEncryption", (p.encryption == Some(true)).then(encryption))
        .set("BucketName", r.bucket_name(stack))
        .opt("CorsConfiguration", p.cors.as_ref().and_then(|c| c.to_expr()))
        .opt("LifecycleConfiguration", lifecycle::configuration(p.lifecycle_rules.as_deref(), uploaded && !versioned))
        .opt("NotificationConfiguration", notification.as_ref().map(|(n, _)| n.clone()))
        .set("PublicAccessBlockConfiguration", policy::public_access_block(r))
        .set("Tags", stack.tags(&[]))
        .opt("VersioningConfiguration", (versioned || uploaded).then(|| Object::new().set("Status", "Enabled")));
    let mut bucket = template::Resource::new("AWS::S3::Bucket", properties).holds_data();
    bucket.depends_on.extend(notification.into_iter().flat_map(|(_, permissions)| permissions));
    fragment.add(r.bucket_id(), r.span, bucket);
    if let Some(policy) = policy::policy(r, cx.linked) {
        let kind = "AWS::S3::BucketPolicy";
        fragment.add(r.id("", kind), r.span, template::Resource::new(kind, policy));
    }
    if behind_cdn(r, cx.linked) {
        response_headers::add(r, stack, &mut fragment);
    }
    if let Some(cdn) = &p.cdn {
        cdn.facing(&r.name).add(cx.linked, &mut fragment);
    }
    if let Some(upload) = &p.directory_upload {
        fragment.syncs.push(upload.sync(r, stack));
    }
    fragment
}

/// Encryption with keys of S3.
fn encryption() -> Object {
    let by_default = Object::new().set("SSEAlgorithm", "AES256");
    let rule = Object::new().set("ServerSideEncryptionByDefault", by_default);
    Object::new().set("ServerSideEncryptionConfiguration", vec![rule])
}
