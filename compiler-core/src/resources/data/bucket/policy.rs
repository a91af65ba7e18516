//! Who may use a bucket: `accessibility`, the bucket policy and the public access block.

use super::Bucket;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::facets::cdn::{CdnMethod, ForwardsTo};
use crate::model::{Linked, Resource};
use crate::order::SortedMap;
use crate::shared_infra::deployment_bucket::tls_only;
use crate::source::Span;
use crate::template::{Expr, Object, get_att, join};

/// Who may use the bucket.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct BucketAccessibility {
    /// Who may read and write.
    #[config(default = "private")]
    pub accessibility_mode: Option<BucketAccessMode>,
    /// Further statements of the bucket policy.
    pub access_policy_statements: Option<Vec<BucketPolicyStatement>>,
}

/// Who may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum BucketAccessMode {
    /// Only the account, by IAM rights.
    #[config(name = "private")]
    Private,
    /// Everybody lists and reads.
    #[config(name = "public-read")]
    PublicRead,
    /// Everybody lists, reads, writes and deletes.
    #[config(name = "public-read-write")]
    PublicReadWrite,
}

/// A statement of the bucket policy.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BucketPolicyStatement {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whom it is about: `*`, or a mapping such as `AWS: <ARN>` or `Service: <name>`.
    #[config(rename = "Principal")]
    pub principal: Raw,
    /// Name of the statement.
    #[config(rename = "Sid")]
    pub sid: Option<Val<String>>,
    /// `Allow` or `Deny`.
    #[config(rename = "Effect", default = "Allow")]
    pub effect: Option<Val<String>>,
    /// Actions such as `s3:GetObject`; every action when not given.
    #[config(rename = "Action")]
    pub action: Option<Vec<Val<String>>>,
    /// When the statement applies.
    #[config(rename = "Condition")]
    pub condition: Option<Raw>,
    /// ARNs, with `*` and `?` as wildcards.
    #[config(rename = "Resource")]
    pub resource: Vec<Val<String>>,
}

impl BucketPolicyStatement {
    fn to_expr(&self) -> Expr {
        Object::new()
            .opt("Sid", self.sid.clone())
            .set("Effect", self.effect.clone().map_or_else(|| "Allow".into(), Expr::from))
            .set("Principal", self.principal.clone())
            .set("Action", self.action.clone().map_or_else(|| vec!["s3:*"].into(), Expr::from))
            .set("Resource", self.resource.clone())
            .opt("Condition", self.condition.clone())
            .into()
    }

    /// Whether it allows something to everybody.
    fn is_public(&self) -> bool {
        let allows = self.effect.as_ref().is_none_or(|e| e.as_known().is_none_or(|e| e == "Allow"));
        let everybody = match &self.principal.expr {
            Expr::Map(by_kind) => by_kind.get("AWS").is_some_and(is_star),
            other => is_star(other),
        };
        allows && everybody
    }
}

fn is_star(principal: &Expr) -> bool {
    match principal {
        Expr::List(items) => items.iter().any(is_star),
        other => other.as_str() == Some("*"),
    }
}

fn mode(r: &Resource<Bucket>) -> BucketAccessMode {
    r.props.accessibility.as_ref().and_then(|a| a.accessibility_mode).unwrap_or(BucketAccessMode::Private)
}

fn own_statements(r: &Resource<Bucket>) -> &[BucketPolicyStatement] {
    r.props.accessibility.as_ref().and_then(|a| a.access_policy_statements.as_deref()).unwrap_or_default()
}

/// Whether the config opens the bucket to everybody.
fn is_public(r: &Resource<Bucket>) -> bool {
    mode(r) != BucketAccessMode::Private || own_statements(r).iter().any(BucketPolicyStatement::is_public)
}

/// `PublicAccessBlockConfiguration`. Access lists never open a bucket (they are off for new buckets); a policy does where the config says so.
pub(super) fn public_access_block(r: &Resource<Bucket>) -> Object {
    let closed = !is_public(r);
    Object::new()
        .set("BlockPublicAcls", true)
        .set("BlockPublicPolicy", closed)
        .set("IgnorePublicAcls", true)
        .set("RestrictPublicBuckets", closed)
}

/// Properties of the bucket policy; `None` when the bucket needs none. The bucket's name stands as text, because deployed policies have it so and
/// the property cannot be changed.
///
/// A policy also refuses requests without TLS, unless the bucket is public: a public website may be read over plain HTTP.
pub(super) fn policy(r: &Resource<Bucket>, linked: &Linked<'_>) -> Option<Object> {
    let stack = linked.stack;
    let mut statements = public_statements(r);
    statements.extend(cdn_statements(r, linked));
    statements.extend(own_statements(r).iter().map(BucketPolicyStatement::to_expr));
    if statements.is_empty() {
        return None;
    }
    if !is_public(r) {
        statements.push(tls_only(&r.bucket_id()));
    }
    let document = crate::facets::iam::policy_document(statements);
    Some(Object::new().set("Bucket", r.bucket_name(stack)).set("PolicyDocument", document))
}

/// What each CDN may do: read and list (so that a missing file is "not found" instead of "forbidden"), and write where it forwards such methods.
fn cdn_statements(r: &Resource<Bucket>, linked: &Linked<'_>) -> Vec<Expr> {
    let mut methods: SortedMap<(&str, &str), Vec<CdnMethod>> = SortedMap::new();
    for mail in linked.mail::<ForwardsTo>(&r.name) {
        let all = methods.get_or_insert_with((mail.cdn.dotted(), mail.identity.as_str()), Default::default);
        all.extend(mail.methods.iter().flatten());
    }
    let mut statements = vec![];
    for (i, ((_, identity), methods)) in methods.into_iter().enumerate() {
        let nth = if i == 0 { String::new() } else { (i + 1).to_string() };
        let principal = || Object::new().set("CanonicalUser", get_att(identity.to_string(), "S3CanonicalUserId"));
        let mut actions = vec!["s3:GetObject"];
        actions.extend(methods.contains(&CdnMethod::Put).then_some("s3:PutObject"));
        actions.extend(methods.contains(&CdnMethod::Delete).then_some("s3:DeleteObject"));
        let objects = join("", vec![get_att(r.bucket_id(), "Arn"), "/*".into()]);
        let allow = |sid: String, actions: Vec<&'static str>, resource: Expr| {
            let statement = Object::new().set("Sid", sid).set("Effect", "Allow").set("Principal", principal());
            Expr::from(statement.set("Action", actions).set("Resource", resource))
        };
        statements.push(allow(format!("CloudfrontAccess{nth}"), actions, objects));
        let list = vec!["s3:ListBucket"];
        statements.push(allow(format!("CloudfrontAccessList{nth}"), list, get_att(r.bucket_id(), "Arn")));
    }
    statements
}

fn public_statements(r: &Resource<Bucket>) -> Vec<Expr> {
    let arn = || get_att(r.bucket_id(), "Arn");
    let objects = || join("", vec![arn(), "/*".into()]);
    let allow = |sid: &'static str, actions: &[&'static str], resource: Expr| {
        Expr::from(
            Object::new()
                .set("Sid", sid)
                .set("Effect", "Allow")
                .set("Principal", Object::new().set("AWS", "*"))
                .set("Action", actions.to_vec())
                .set("Resource", resource),
        )
    };
    let list = || allow("ListObjectsInBucket", &["s3:ListBucket"], arn());
    match mode(r) {
        BucketAccessMode::Private => vec![],
        BucketAccessMode::PublicRead => {
            vec![list(), allow("PublicRead", &["s3:GetObject", "s3:GetObjectVersion"], objects())]
        }
        BucketAccessMode::PublicReadWrite => {
            let actions = &[
                "s3:*Object",
                "s3:*ObjectTagging",
                "s3:*ObjectVersion",
                "s3:*ObjectVersionTagging",
                "s3:*MultipartUpload*",
            ];
            vec![list(), allow("AllObjectActions", actions, objects())]
        }
    }
}
