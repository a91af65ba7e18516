//! `lifecycleRules`: when objects expire or move to a cheaper storage class.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::KeyValue;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// When objects expire or move to a cheaper storage class.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum LifecycleRule {
    /// Deletes objects some time after their upload.
    #[config(name = "expiration")]
    Expiration(Expiration),
    /// Deletes versions some time after a newer one replaced them.
    #[config(name = "non-current-version-expiration")]
    NonCurrentVersionExpiration(NonCurrentVersionExpiration),
    /// Moves objects to another storage class some time after their upload.
    #[config(name = "class-transition")]
    ClassTransition(ClassTransition),
    /// Moves versions to another storage class some time after a newer one replaced them.
    #[config(name = "non-current-version-class-transition")]
    NonCurrentVersionClassTransition(NonCurrentVersionClassTransition),
    /// Deletes the parts of uploads that were never completed.
    #[config(name = "abort-incomplete-multipart-upload")]
    AbortIncompleteMultipartUpload(AbortIncompleteMultipartUpload),
}

/// Deletes objects some time after their upload.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Expiration {
    /// How long an object is kept.
    #[config(range = 1..=2147483647, unit = "days")]
    pub days_after_upload: Val<u32>,
    /// How the keys of the objects start; all objects when not given.
    pub prefix: Option<String>,
    /// Tags that the objects have, all of them.
    pub tags: Option<Vec<KeyValue>>,
}

/// Deletes versions some time after a newer one replaced them.
#[derive(Clone, Debug, Decode, Describe)]
pub struct NonCurrentVersionExpiration {
    /// How long a version is kept after a newer one replaced it.
    #[config(range = 1..=2147483647, unit = "days")]
    pub days_after_versioned: Val<u32>,
    /// How the keys of the objects start; all objects when not given.
    pub prefix: Option<String>,
    /// Tags that the objects have, all of them.
    pub tags: Option<Vec<KeyValue>>,
}

/// Moves objects to another storage class some time after their upload.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ClassTransition {
    /// When an object moves; at least 30 days for the classes of infrequent access.
    #[config(range = 0..=2147483647, unit = "days")]
    pub days_after_upload: Val<u32>,
    /// Where it moves to.
    pub storage_class: Spanned<StorageClass>,
    /// How the keys of the objects start; all objects when not given.
    pub prefix: Option<String>,
    /// Tags that the objects have, all of them.
    pub tags: Option<Vec<KeyValue>>,
}

/// Moves versions to another storage class some time after a newer one replaced them.
#[derive(Clone, Debug, Decode, Describe)]
pub struct NonCurrentVersionClassTransition {
    /// When a version moves after a newer one replaced it; at least 30 days for the classes of infrequent access.
    #[config(range = 0..=2147483647, unit = "days")]
    pub days_after_versioned: Val<u32>,
    /// Where it moves to.
    pub storage_class: Spanned<StorageClass>,
    /// How the keys of the objects start; all objects when not given.
    pub prefix: Option<String>,
    /// Tags that the objects have, all of them.
    pub tags: Option<Vec<KeyValue>>,
}

/// Deletes the parts of uploads that were never completed.
#[derive(Clone, Debug, Decode, Describe)]
pub struct AbortIncompleteMultipartUpload {
    /// How long an upload may take.
    #[config(range = 1..=2147483647, unit = "days")]
    pub days_after_initiation: Val<u32>,
    /// How the keys of the objects start; all objects when not given.
    pub prefix: Option<String>,
    /// Accepted for compatibility: an upload has no tags before it is complete, so S3 refuses them here.
    pub tags: Option<Spanned<Vec<KeyValue>>>,
}

/// A storage class: cheaper to keep, dearer or slower to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum StorageClass {
    /// Archive; a restore takes hours.
    #[config(name = "DEEP_ARCHIVE")]
    DeepArchive,
    /// Archive; a restore takes minutes to hours.
    #[config(name = "GLACIER")]
    Glacier,
    /// S3 moves each object between tiers by how often it is read.
    #[config(name = "INTELLIGENT_TIERING")]
    IntelligentTiering,
    /// Infrequent access, in one availability zone.
    #[config(name = "ONEZONE_IA")]
    OneZoneIa,
    /// Infrequent access.
    #[config(name = "STANDARD_IA")]
    StandardIa,
}

/// Least age of an object that moves to a class of infrequent access (Amazon S3 User Guide, lifecycle transitions).
const INFREQUENT_ACCESS_DAYS: u32 = 30;
/// How long replaced versions of an uploaded folder are kept, unless a rule or `versioning` says otherwise.
const UPLOAD_VERSION_DAYS: u32 = 30;

/// Reports what S3 refuses.
pub(super) fn check(rules: Option<&[LifecycleRule]>, sink: &mut Sink) {
    for rule in rules.into_iter().flatten() {
        match rule {
            LifecycleRule::ClassTransition(t) => check_age(&t.days_after_upload, &t.storage_class, sink),
            LifecycleRule::NonCurrentVersionClassTransition(t) => {
                check_age(&t.days_after_versioned, &t.storage_class, sink);
            }
            LifecycleRule::AbortIncompleteMultipartUpload(a) => {
                if let Some(tags) = a.tags.as_ref().filter(|t| !t.value.is_empty()) {
                    sink.push(
                        Diagnostic::error(Code::CONFLICT, tags.span, "a rule about incomplete uploads cannot select by tags: an upload has none before it is complete")
                            .hint("remove tags, or select by prefix"),
                    );
                }
            }
            LifecycleRule::Expiration(_) | LifecycleRule::NonCurrentVersionExpiration(_) => {}
        }
    }
}

fn check_age(days: &Val<u32>, class: &Spanned<StorageClass>, sink: &mut Sink) {
    let infrequent = matches!(class.value, StorageClass::OneZoneIa | StorageClass::StandardIa);
    if let Some(days) = days.as_known().filter(|d| infrequent && **d < INFREQUENT_ACCESS_DAYS).map(|d| (*d, days.span))
    {
        let (days, span): (u32, Span) = days;
        let message = format!(
            "objects move to {} after {INFREQUENT_ACCESS_DAYS} days at the earliest, found {days}",
            class.value
        );
        sink.push(
            Diagnostic::error(Code::OUT_OF_RANGE, span, message)
                .label(class.span, "the storage class")
                .hint("raise the number of days, or choose INTELLIGENT_TIERING"),
        );
    }
}

/// `LifecycleConfiguration`. `uploaded` says that versions exist only because a folder is uploaded: then old ones expire.
pub(super) fn configuration(rules: Option<&[LifecycleRule]>, uploaded: bool) -> Option<Object> {
    let rules = rules.unwrap_or_default();
    let mut all: Vec<Expr> = rules.iter().map(LifecycleRule::to_expr).collect();
    if uploaded && !rules.iter().any(|r| matches!(r, LifecycleRule::NonCurrentVersionExpiration(_))) {
        let expiration = Object::new().set("NoncurrentDays", UPLOAD_VERSION_DAYS);
        all.push(Object::new().set("NoncurrentVersionExpiration", expiration).set("Status", "Enabled").into());
    }
    (!all.is_empty()).then(|| Object::new().set("Rules", Expr::List(all)))
}

impl LifecycleRule {
    fn to_expr(&self) -> Expr {
        let (effect, prefix, tags) = match self {
            Self::Expiration(e) => {
                (Object::new().set("ExpirationInDays", e.days_after_upload.clone()), &e.prefix, e.tags.as_deref())
            }
            Self::NonCurrentVersionExpiration(e) => {
                let expiration = Object::new().set("NoncurrentDays", e.days_after_versioned.clone());
                (Object::new().set("NoncurrentVersionExpiration", expiration), &e.prefix, e.tags.as_deref())
            }
            Self::ClassTransition(t) => {
                let transition = Object::new()
                    .set("StorageClass", t.storage_class.value)
                    .set("TransitionInDays", t.days_after_upload.clone());
                (Object::new().set("Transitions", vec![transition]), &t.prefix, t.tags.as_deref())
            }
            Self::NonCurrentVersionClassTransition(t) => {
                let transition = Object::new()
                    .set("StorageClass", t.storage_class.value)
                    .set("TransitionInDays", t.days_after_versioned.clone());
                (Object::new().set("NoncurrentVersionTransitions", vec![transition]), &t.prefix, t.tags.as_deref())
            }
            Self::AbortIncompleteMultipartUpload(a) => {
                let abort = Object::new().set("DaysAfterInitiation", a.days_after_initiation.clone());
                (Object::new().set("AbortIncompleteMultipartUpload", abort), &a.prefix, None)
            }
        };
        let tag = |t: &KeyValue| Expr::from(Object::new().set("Key", &t.key).set("Value", t.value.clone()));
        effect
            .opt("Prefix", prefix.as_ref())
            .set("Status", "Enabled")
            .list("TagFilters", tags.unwrap_or_default().iter().map(tag).collect())
            .into()
    }
}
