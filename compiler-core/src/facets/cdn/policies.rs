//! Cache policies and origin request policies: the two pairs that the whole stack shares, and own ones where the config differs from them.

use super::hash::Hashed;
use super::options::{CdnCachingOptions, CdnForwardingOptions, Choice, Selection};
use crate::model::{Fragment, OriginKind, ResourceName, Stack};
use crate::naming::{SHARED, logical_id, pascal};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, reference};

const CACHE_POLICY: &str = "AWS::CloudFront::CachePolicy";
const ORIGIN_REQUEST_POLICY: &str = "AWS::CloudFront::OriginRequestPolicy";
/// How long responses are cached at most, unless the config says otherwise.
const YEAR: u32 = 31_536_000;
/// How long files of a bucket are cached that say nothing about it.
const HALF_A_YEAR: u32 = 15_768_000;
/// Options that are no part of an origin request policy, so they do not count for its id.
const NOT_FORWARDED: &[&str] = &["allowedMethods", "customRequestHeaders"];

/// What the defaults are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// Files of a bucket.
    Static,
    /// Answers of a program.
    Dynamic,
}

impl Content {
    fn of(kind: OriginKind) -> Self {
        if kind == OriginKind::Bucket { Self::Static } else { Self::Dynamic }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Static => "DefStatic",
            Self::Dynamic => "DefDynamic",
        }
    }
}

/// A cache policy.
#[derive(Clone, Debug, PartialEq)]
struct CachePolicy {
    default_ttl: u32,
    max_ttl: u32,
    min_ttl: u32,
    compress: bool,
    cookies: Selection,
    headers: Selection,
    query: Selection,
}

impl CachePolicy {
    fn default_for(content: Content) -> Self {
        let (default_ttl, headers, query) = match content {
            Content::Static => (HALF_A_YEAR, Selection::of("none"), Selection::of("none")),
            Content::Dynamic => (0, Selection::list("whitelist", &["Authorization"]), Selection::of("all")),
        };
        Self { default_ttl, max_ttl: YEAR, min_ttl: 0, compress: true, cookies: Selection::of("none"), headers, query }
    }

    /// What is not given follows from what is, so that the three times stay in order.
    fn with(options: &CdnCachingOptions, content: Content) -> Self {
        let default = Self::default_for(content);
        let [min, max, own] =
            [&options.min_ttl, &options.max_ttl, &options.default_ttl].map(|t| t.as_ref().map(|t| t.value));
        let default_ttl = own.unwrap_or_else(|| default.default_ttl.max(min.unwrap_or(0)).min(max.unwrap_or(YEAR)));
        let min_ttl = min.unwrap_or_else(|| default.min_ttl.min(default_ttl).min(max.unwrap_or(YEAR)));
        let max_ttl = max.unwrap_or_else(|| default.max_ttl.max(min_ttl).max(default_ttl));
        let key = options.cache_key_parameters.as_ref();
        Self {
            default_ttl: default_ttl.max(min_ttl),
            max_ttl,
            min_ttl,
            compress: !options.disable_compression,
            cookies: key.and_then(|k| k.cookies.as_ref()?.selection()).unwrap_or(default.cookies),
            headers: key.and_then(|k| k.headers.as_ref()?.selection()).unwrap_or(default.headers),
            query: key.and_then(|k| k.query_string.as_ref()?.selection()).unwrap_or(default.query),
        }
    }

    fn properties(&self, name: String) -> Object {
        // Where nothing is cached, CloudFront accepts no cache key and no compression.
        let off = self.max_ttl == 0;
        let part = |own: &Selection| if off { Selection::of("none") } else { own.clone() };
        let parameters = Object::new()
            .set("CookiesConfig", part(&self.cookies).to_object("CookieBehavior", "Cookies"))
            .set("EnableAcceptEncodingBrotli", self.compress && !off)
            .set("EnableAcceptEncodingGzip", self.compress && !off)
            .set("HeadersConfig", part(&self.headers).to_object("HeaderBehavior", "Headers"))
            .set("QueryStringsConfig", part(&self.query).to_object("QueryStringBehavior", "QueryStrings"));
        let config = Object::new()
            .set("DefaultTTL", self.default_ttl)
            .set("MaxTTL", self.max_ttl)
            .set("MinTTL", self.min_ttl)
            .set("Name", name)
            .set("ParametersInCacheKeyAndForwardedToOrigin", parameters);
        Object::new().set("CachePolicyConfig", config)
    }
}

/// An origin request policy.
#[derive(Clone, Debug, PartialEq)]
struct OriginRequestPolicy {
    cookies: Selection,
    headers: Selection,
    query: Selection,
}

impl OriginRequestPolicy {
    fn default_for(content: Content) -> Self {
        match content {
            Content::Static => Self {
                cookies: Selection::of("none"),
                headers: Selection::list("whitelist", &["if-match", "if-none-match", "if-modified-since"]),
                query: Selection::of("none"),
            },
            Content::Dynamic => Self {
                cookies: Selection::of("all"),
                headers: Selection::list("allExcept", &["host"]),
                query: Selection::of("all"),
            },
        }
    }

    fn with(options: &CdnForwardingOptions, content: Content) -> Self {
        let default = Self::default_for(content);
        Self {
            cookies: options.cookies.as_ref().and_then(Choice::selection).unwrap_or(default.cookies),
            headers: options.headers.as_ref().and_then(Choice::selection).unwrap_or(default.headers),
            query: options.query_string.as_ref().and_then(Choice::selection).unwrap_or(default.query),
        }
    }

    fn properties(&self, name: String) -> Object {
        let config = Object::new()
            .set("CookiesConfig", self.cookies.to_object("CookieBehavior", "Cookies"))
            .set("HeadersConfig", self.headers.to_object("HeaderBehavior", "Headers"))
            .set("Name", name)
            .set("QueryStringsConfig", self.query.to_object("QueryStringBehavior", "QueryStrings"));
        Object::new().set("OriginRequestPolicyConfig", config)
    }
}

/// Adds policies to a fragment and gives their ids.
pub struct Policies<'a> {
    /// The resource that the CDN belongs to.
    pub owner: &'a ResourceName,
    /// The stack.
    pub stack: &'a Stack<'a>,
}

impl Policies<'_> {
    /// The id of the cache policy of a behaviour.
    pub fn cache(
        &self,
        options: Option<&Hashed<CdnCachingOptions>>,
        kind: OriginKind,
        span: Span,
        fragment: &mut Fragment,
    ) -> Expr {
        let content = Content::of(kind);
        let default = CachePolicy::default_for(content);
        let Some(options) = options else {
            return self.shared(CACHE_POLICY, content, |name| default.properties(name), span, fragment);
        };
        if let Some(id) = &options.value.cache_policy_id {
            return id.clone().into();
        }
        let own = CachePolicy::with(&options.value, content);
        if own == default {
            return self.shared(CACHE_POLICY, content, |name| default.properties(name), span, fragment);
        }
        if CachePolicy::with(&without_zeros(&options.value), content) == default {
            // Deployed stacks take a time of 0 for one that is not given and use the shared policy here. It stays; the behaviour gets what the
            // config says.
            self.shared(CACHE_POLICY, content, |name| default.properties(name), span, fragment);
        }
        self.own(CACHE_POLICY, &options.hash(&[]), content, |name| own.properties(name), span, fragment)
    }

    /// The id of the origin request policy of a behaviour.
    pub fn origin_request(
        &self,
        options: Option<&Hashed<CdnForwardingOptions>>,
        kind: OriginKind,
        span: Span,
        fragment: &mut Fragment,
    ) -> Expr {
        let content = Content::of(kind);
        let default = OriginRequestPolicy::default_for(content);
        let own = options.map_or_else(|| default.clone(), |o| OriginRequestPolicy::with(&o.value, content));
        match options {
            Some(options) if options.value.origin_request_policy_id.is_some() => {
                options.value.origin_request_policy_id.clone().map_or(Expr::Null, Expr::from)
            }
            Some(options) if own != default => {
                let hash = options.hash(NOT_FORWARDED);
                self.own(ORIGIN_REQUEST_POLICY, &hash, content, |name| own.properties(name), span, fragment)
            }
            _ => self.shared(ORIGIN_REQUEST_POLICY, content, |name| default.properties(name), span, fragment),
        }
    }

    fn shared(
        &self,
        kind: &'static str,
        content: Content,
        properties: impl Fn(String) -> Object,
        span: Span,
        fragment: &mut Fragment,
    ) -> Expr {
        let id = logical_id(SHARED, &format!("CDN{}", content.name()), kind);
        let name = pascal(&format!("{}-{}-{}", self.stack.identity.stack_name, content.name(), last_part(kind)));
        fragment.add_shared(id.clone(), span, Resource::new(kind, properties(name)));
        reference(id)
    }

    /// A policy of this CDN, shared by its behaviours with the same options. The id comes from the options alone; where the same options mean
    /// something else for another kind of origin, that one's id says so.
    fn own(
        &self,
        kind: &'static str,
        hash: &str,
        content: Content,
        properties: impl Fn(String) -> Object,
        span: Span,
        fragment: &mut Fragment,
    ) -> Expr {
        let made = |suffix: &str| {
            let id = logical_id(self.owner.flat(), &format!("CDNCacheBehavior{hash}{suffix}"), kind);
            let name =
                format!("{}-{}{}{hash}{suffix}", self.stack.identity.stack_name, self.owner.flat(), last_part(kind));
            (id, Resource::new(kind, properties(pascal(&name))))
        };
        let (id, policy) = made("");
        let other = fragment.children.iter().any(|c| c.logical_id == id && c.resource != policy);
        let (id, policy) = if other { made(content.name()) } else { (id, policy) };
        fragment.add_shared(id.clone(), span, policy);
        reference(id)
    }
}

fn last_part(kind: &str) -> &str {
    kind.rsplit("::").next().unwrap_or(kind)
}

fn without_zeros(options: &CdnCachingOptions) -> CdnCachingOptions {
    let mut options = options.clone();
    for ttl in [&mut options.min_ttl, &mut options.max_ttl, &mut options.default_ttl] {
        if ttl.as_ref().is_some_and(|t| t.value == 0) {
            *ttl = None;
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Spanned;

    #[test]
    fn times_follow_from_those_that_are_given() {
        let ttl = |n: Option<u32>| n.map(|n| Spanned::new(n, Span::default()));
        for (content, [min, default, max], expected) in [
            (Content::Dynamic, [None, None, None], [0, 0, YEAR]),
            (Content::Static, [None, None, None], [0, HALF_A_YEAR, YEAR]),
            (Content::Dynamic, [Some(1), None, None], [1, 1, YEAR]),
            (Content::Static, [None, None, Some(3600)], [0, 3600, 3600]),
            (Content::Static, [Some(2 * YEAR), None, None], [2 * YEAR, 2 * YEAR, 2 * YEAR]),
            (Content::Dynamic, [None, Some(2 * YEAR), None], [0, 2 * YEAR, 2 * YEAR]),
            (Content::Static, [None, None, Some(0)], [0, 0, 0]),
            (Content::Dynamic, [Some(5), Some(60), Some(3600)], [5, 60, 3600]),
        ] {
            let options = CdnCachingOptions {
                cache_methods: None,
                min_ttl: ttl(min),
                max_ttl: ttl(max),
                default_ttl: ttl(default),
                disable_compression: false,
                cache_key_parameters: None,
                cache_policy_id: None,
            };
            let made = CachePolicy::with(&options, content);
            assert_eq!([made.min_ttl, made.default_ttl, made.max_ttl], expected, "{min:?} {default:?} {max:?}");
        }
    }
}
