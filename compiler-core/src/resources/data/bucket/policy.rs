//! Who may use a bucket: `accessibility`, the bucket policy and the public access block.

use super::Bucket;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::model::{Resource, Stack};
use crate::shared_infra::deployment_bucket::tls_only;
use crate::source::Span;
use crate::template::{Expr, Object, get_att, join};

/// Who may use the bucket.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct Accessibility {
    /// Who may read and write.
    #[config(default = "private")]
    pub accessibility_mode: Option<AccessibilityMode>,
    /// Further statements of the bucket policy.
    pub access_policy_statements: Option<Vec<PolicyStatement>>,
}

/// Who may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum AccessibilityMode {
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
pub struct PolicyStatement {
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

impl PolicyStatement {
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

fn mode(r: &Resource<Bucket>) -> AccessibilityMode {
    r.props.accessibility.as_ref().and_then(|a| a.accessibility_mode).unwrap_or(AccessibilityMode::Private)
}

fn own_statements(r: &Resource<Bucket>) -> &[PolicyStatement] {
    r.props.accessibility.as_ref().and_then(|a| a.access_policy_statements.as_deref()).unwrap_or_default()
}

/// Whether the config opens the bucket to everybody.
fn is_public(r: &Resource<Bucket>) -> bool {
    mode(r) != AccessibilityMode::Private || own_statements(r).iter().any(PolicyStatement::is_public)
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
pub(super) fn policy(r: &Resource<Bucket>, stack: &Stack<'_>) -> Option<Object> {
    let mut statements = public_statements(r);
    statements.extend(own_statements(r).iter().map(PolicyStatement::to_expr));
    if statements.is_empty() {
        return None;
    }
    if !is_public(r) {
        statements.push(tls_only(&r.bucket_id()));
    }
    let document = crate::facets::iam::policy_document(statements);
    Some(Object::new().set("Bucket", r.bucket_name(stack)).set("PolicyDocument", document))
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
        AccessibilityMode::Private => vec![],
        AccessibilityMode::PublicRead => {
            vec![list(), allow("PublicRead", &["s3:GetObject", "s3:GetObjectVersion"], objects())]
        }
        AccessibilityMode::PublicReadWrite => {
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
