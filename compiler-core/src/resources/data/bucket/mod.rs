//! `bucket`: an S3 bucket, and a bucket policy when the config opens the bucket, adds statements or puts a CDN in front.
//!
//! Notifications of functions stand on the bucket itself, so functions send them here as mail. A folder that is uploaded after each deploy becomes
//! a [`BucketSync`](crate::model::BucketSync) of the plan. A private bucket blocks every kind of public access.

mod cors;
mod expand;
mod lifecycle;
mod notification;
mod policy;
mod response_headers;
mod upload;

pub use cors::{BucketCors, BucketCorsRule};
pub use lifecycle::LifecycleRule;
pub use notification::FunctionNotification;
pub use policy::{BucketAccessMode, BucketAccessibility, BucketPolicyStatement};
pub use upload::{DirectoryUpload, FileHeader, FileOptions, HeadersPreset};

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::cdn::{BucketCdnConfig, ForwardsTo};
use crate::model::{
    CdnOrigin, ExpandCx, Fragment, GatewayEndpoint, Linked, Offer, OriginKind, OriginProtocol, OriginWish, Outbox,
    PageStyle, Param, Resource, ResourceKind, Stack, Statement,
};
use crate::naming::logical_id;
use crate::template::{Expr, get_att, join, reference, sub};

/// A place for files.
pub struct Bucket;

/// A place for files.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct BucketProps {
    /// Folder that is uploaded after each deploy. Files that are not in the folder are deleted from the bucket. Turns versioning on.
    pub directory_upload: Option<DirectoryUpload>,
    /// Who may use the bucket; only the account when not given.
    pub accessibility: Option<BucketAccessibility>,
    /// Which web pages may use the bucket.
    pub cors: Option<BucketCors>,
    /// Whether old versions of objects are kept.
    #[config(default = false)]
    pub versioning: Option<bool>,
    /// Whether the template says that objects are encrypted with a key of S3 (AES-256). S3 encrypts new objects this way in any case.
    #[config(default = false)]
    pub encryption: Option<bool>,
    /// When objects expire or move to a cheaper storage class.
    pub lifecycle_rules: Option<Vec<LifecycleRule>>,
    /// A CDN in front of the bucket.
    pub cdn: Option<BucketCdnConfig>,
    /// Whether every change of an object is sent to the default event bus of the account.
    #[config(default = false)]
    pub enable_event_bus_notifications: bool,
}

impl Resource<Bucket> {
    /// Logical id of one of its children, by CloudFormation type.
    pub fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    /// Logical id of the bucket.
    pub fn bucket_id(&self) -> String {
        self.id("", "AWS::S3::Bucket")
    }

    /// Physical name of the bucket.
    pub fn bucket_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.bucket(self.name.flat())
    }

    /// ARN built from the physical name.
    pub fn arn_by_name(&self, stack: &Stack<'_>) -> Expr {
        sub(format!("arn:${{AWS::Partition}}:s3:::{}", self.bucket_name(stack)))
    }
}

impl ResourceKind for Bucket {
    const TYPE: &'static str = "bucket";
    type Props = BucketProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        check_name(r, linked.stack, sink);
        if let Some(cors) = &r.props.cors {
            cors.check(sink);
        }
        lifecycle::check(r.props.lifecycle_rules.as_deref(), sink);
        notification::check(r, linked, sink);
        if let Some(upload) = &r.props.directory_upload {
            upload.check(behind_cdn(r, linked), sink);
        }
        if let Some(cdn) = &r.props.cdn {
            cdn.facing(&r.name).check(linked, sink);
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        if let Some(cdn) = &r.props.cdn {
            cdn.facing(&r.name).link(stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let stack = linked.stack;
        let mut all = vec![
            Param::new("name", reference(r.bucket_id())).or_standalone(r.bucket_name(stack)),
            Param::new("arn", get_att(r.bucket_id(), "Arn")).or_standalone(r.arn_by_name(stack)),
        ];
        all.extend(r.props.cdn.iter().flat_map(|cdn| cdn.facing(&r.name).params(stack)));
        all
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        let arn = Expr::Param { resource: r.name.dotted().into(), name: "arn".into(), span: r.span };
        let objects = join("", vec![arn.clone(), "/*".into()]);
        let on_bucket = Statement::allow(&["s3:ListBucket", "s3:GetBucket*"], vec![arn], r.span);
        let actions = &["s3:*Object*", "s3:Abort*", "s3:*MultipartUpload*"];
        let on_objects = Statement::allow(actions, vec![objects], r.span);
        Some(Offer { gateway_endpoint: Some(GatewayEndpoint::S3), ..Offer::rights(vec![on_bucket, on_objects]) })
    }

    fn cdn_origin(r: &Resource<Self>, _wish: &OriginWish, linked: &Linked<'_>) -> Option<CdnOrigin> {
        // By name: a reference would close a circle with functions that the bucket notifies and that know the CDN.
        let host = format!("{}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}", r.bucket_name(linked.stack));
        let upload = r.props.directory_upload.as_ref();
        let protocol = OriginProtocol::S3 {
            pages: upload.map_or(PageStyle::Folders, DirectoryUpload::pages),
            response_headers: response_headers::policy_id(r).map(reference),
        };
        Some(CdnOrigin { kind: OriginKind::Bucket, domain: sub(host), protocol })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        expand::expand(r, cx)
    }
}

/// Whether a CDN forwards requests to the bucket.
fn behind_cdn(r: &Resource<Bucket>, linked: &Linked<'_>) -> bool {
    linked.mail::<ForwardsTo>(&r.name).next().is_some()
}

/// Bucket names are lower case, so two resources whose names differ only in case would claim one bucket.
fn check_name(r: &Resource<Bucket>, stack: &Stack<'_>, sink: &mut Sink) {
    let lower = r.name.flat().to_ascii_lowercase();
    let before = stack.all::<Bucket>().take_while(|other| other.name != r.name);
    if let Some(first) = before.into_iter().find(|other| other.name.flat().to_ascii_lowercase() == lower) {
        let message = format!(
            "the buckets `{}` and `{}` would both be called {}, because bucket names are lower case",
            first.name,
            r.name,
            r.bucket_name(stack)
        );
        sink.push(
            Diagnostic::error(Code::CLASH, r.span, message)
                .label(first.span, "the other bucket")
                .hint("rename one of them"),
        );
    }
}
