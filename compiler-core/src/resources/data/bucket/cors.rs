//! `cors`: which web pages may use a bucket.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::source::Spanned;
use crate::template::{Expr, Object};

/// Which web pages may use the bucket.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BucketCors {
    /// Whether cross-origin requests are answered.
    pub enabled: bool,
    /// Rules, of which the first that fits a request counts. When not given: every origin, every method and the usual headers.
    pub cors_rules: Option<Vec<BucketCorsRule>>,
}

/// Which requests of a web page are answered.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct BucketCorsRule {
    /// Origins that may call, such as `https://example.com`, with at most one `*` each.
    #[config(default = "*")]
    pub allowed_origins: Option<Vec<Val<String>>>,
    /// Request headers that may be sent.
    pub allowed_headers: Option<Vec<Val<String>>>,
    /// Methods that may be used; all that S3 knows when not given.
    pub allowed_methods: Option<Vec<Spanned<BucketCorsMethod>>>,
    /// Response headers that a page may read.
    pub exposed_response_headers: Option<Vec<Val<String>>>,
    /// How long a browser may keep the answer.
    #[config(unit = "seconds", range = 0..=2147483647)]
    pub max_age: Option<Val<u32>>,
}

/// An HTTP method in a cross-origin rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum BucketCorsMethod {
    /// Every method that S3 knows.
    #[config(name = "*")]
    Any,
    /// Delete an object.
    #[config(name = "DELETE")]
    Delete,
    /// Read an object.
    #[config(name = "GET")]
    Get,
    /// Read an object's headers.
    #[config(name = "HEAD")]
    Head,
    /// Accepted for compatibility; S3 has no such request.
    #[config(name = "PATCH")]
    Patch,
    /// Upload with a form.
    #[config(name = "POST")]
    Post,
    /// Write an object.
    #[config(name = "PUT")]
    Put,
}

/// Methods that S3 knows.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// Request headers of the rule that stands in when the config gives none: those of signed uploads.
const HEADERS: [&str; 10] = [
    "Authorization",
    "Content-Length",
    "Content-Type",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
];

impl BucketCors {
    pub(super) fn check(&self, sink: &mut Sink) {
        for method in self.cors_rules.iter().flatten().flat_map(|r| r.allowed_methods.iter().flatten()) {
            if method.value == BucketCorsMethod::Patch {
                sink.push(
                    Diagnostic::warning(
                        Code::SUSPICIOUS,
                        method.span,
                        "S3 has no PATCH requests, the method is left out",
                    )
                    .hint("remove it; objects are written with PUT"),
                );
            }
        }
    }

    /// `CorsConfiguration`; `None` when it is off.
    pub(super) fn to_expr(&self) -> Option<Expr> {
        if !self.enabled {
            return None;
        }
        let rules = match self.cors_rules.as_deref() {
            None | Some([]) => {
                let default = Object::new()
                    .set("AllowedHeaders", HEADERS.to_vec())
                    .set("AllowedMethods", METHODS.to_vec())
                    .set("AllowedOrigins", vec!["*"]);
                vec![default.into()]
            }
            Some(rules) => rules.iter().filter_map(BucketCorsRule::to_expr).collect(),
        };
        (!rules.is_empty()).then(|| Object::new().set("CorsRules", Expr::List(rules)).into())
    }
}

impl BucketCorsRule {
    /// `None` when no method is left that S3 knows.
    fn to_expr(&self) -> Option<Expr> {
        let named = self.allowed_methods.as_deref();
        let all = named.is_none_or(|m| m.is_empty() || m.iter().any(|m| m.value == BucketCorsMethod::Any));
        let allowed = |method: &&str| all || named.is_some_and(|named| named.iter().any(|m| m.as_str() == *method));
        let methods: Vec<&'static str> = METHODS.into_iter().filter(|m| allowed(m)).collect();
        if methods.is_empty() {
            return None;
        }
        let origins = self.allowed_origins.clone().filter(|o| !o.is_empty());
        let rule = Object::new()
            .opt("AllowedHeaders", self.allowed_headers.clone())
            .set("AllowedMethods", methods)
            .set("AllowedOrigins", origins.map_or_else(|| vec!["*"].into(), Expr::from))
            .opt("ExposedHeaders", self.exposed_response_headers.clone())
            .opt("MaxAge", self.max_age.clone());
        Some(rule.into())
    }
}
