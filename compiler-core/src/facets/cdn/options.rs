//! What a CDN caches, and what it forwards to the origin.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::order::SortedSet;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// What is cached, and for how long.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnCachingOptions {
    /// Methods whose responses are cached: `GET` and `HEAD`, or those and `OPTIONS`.
    pub cache_methods: Option<Spanned<Vec<CdnCachedMethod>>>,
    /// Least time that a response is cached, whatever its headers say.
    #[config(rename = "minTTL", unit = "seconds", default = 0)]
    pub min_ttl: Option<Spanned<u32>>,
    /// Longest time that a response is cached, whatever its headers say. 0 turns caching off.
    #[config(rename = "maxTTL", unit = "seconds", default = 31536000)]
    pub max_ttl: Option<Spanned<u32>>,
    /// How long a response is cached whose headers do not say it: half a year from a bucket, else not at all.
    #[config(rename = "defaultTTL", unit = "seconds")]
    pub default_ttl: Option<Spanned<u32>>,
    /// Whether responses are delivered as the origin sends them, without compression.
    #[config(default = false)]
    pub disable_compression: bool,
    /// Which parts of a request tell cached responses apart.
    pub cache_key_parameters: Option<CdnCacheKey>,
    /// Id of a cache policy; the other options except `cacheMethods` and `disableCompression` do not count then.
    pub cache_policy_id: Option<Val<String>>,
}

/// Which parts of a request tell cached responses apart.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnCacheKey {
    /// Cookies; none by default.
    pub cookies: Option<CdnCacheKeyCookies>,
    /// Request headers; none from a bucket, else `Authorization`.
    pub headers: Option<CdnCacheKeyHeaders>,
    /// Parts of the query string; nothing from a bucket, else everything.
    pub query_string: Option<CdnCacheKeyQuery>,
}

/// What is forwarded to the origin beside what tells cached responses apart.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnForwardingOptions {
    /// Headers that the CDN adds to each request.
    pub custom_request_headers: Option<Vec<CdnRequestHeader>>,
    /// Methods that are accepted: `GET` and `HEAD`, those and `OPTIONS`, or all seven.
    pub allowed_methods: Option<Spanned<Vec<CdnMethod>>>,
    /// Cookies; none to a bucket, else all.
    pub cookies: Option<CdnForwardedCookies>,
    /// Request headers; those about conditional requests to a bucket, else all but `host`.
    pub headers: Option<CdnForwardedHeaders>,
    /// Parts of the query string; nothing to a bucket, else everything.
    pub query_string: Option<CdnForwardedQuery>,
    /// Id of an origin request policy; cookies, headers and query string do not count then.
    pub origin_request_policy_id: Option<Val<String>>,
}

/// A header that the CDN adds to each request.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnRequestHeader {
    /// Name.
    pub header_name: Spanned<String>,
    /// Value.
    pub value: Val<String>,
}

/// A method whose responses can be cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum CdnCachedMethod {
    /// Read.
    #[config(name = "GET")]
    Get,
    /// Read the headers.
    #[config(name = "HEAD")]
    Head,
    /// Ask what is possible, for cross-origin requests.
    #[config(name = "OPTIONS")]
    Options,
}

/// A method that a CDN accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum CdnMethod {
    /// Read.
    #[config(name = "GET")]
    Get,
    /// Read the headers.
    #[config(name = "HEAD")]
    Head,
    /// Ask what is possible, for cross-origin requests.
    #[config(name = "OPTIONS")]
    Options,
    /// Write.
    #[config(name = "PUT")]
    Put,
    /// Change.
    #[config(name = "PATCH")]
    Patch,
    /// Send.
    #[config(name = "POST")]
    Post,
    /// Delete.
    #[config(name = "DELETE")]
    Delete,
}

/// Which cookies, headers or parts of a query string: the name that CloudFront has for it, and the list where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    behavior: &'static str,
    items: Vec<String>,
}

impl Selection {
    /// Everything or nothing.
    pub fn of(behavior: &'static str) -> Self {
        Self { behavior, items: vec![] }
    }

    /// A list.
    pub fn list(behavior: &'static str, items: &[&str]) -> Self {
        Self { behavior, items: items.iter().map(|i| (*i).to_string()).collect() }
    }

    /// As a property: `{CookieBehavior, Cookies}`.
    pub fn to_object(&self, behavior: &'static str, items: &'static str) -> Object {
        let list = self.items.iter().map(Expr::from).collect();
        Object::new().set(behavior, self.behavior).list(items, list)
    }
}

macro_rules! flag_or_list {
    (Flag, $self:ident, $field:ident, $name:literal, $behavior:literal) => {
        $self.$field.as_ref().filter(|on| on.value).map(|on| ($name, on.span, Selection::of($behavior)))
    };
    (List, $self:ident, $field:ident, $name:literal, $behavior:literal) => {
        $self
            .$field
            .as_ref()
            .map(|list| ($name, list.span, Selection { behavior: $behavior, items: list.value.clone() }))
    };
}

macro_rules! field_type {
    (Flag) => { Spanned<bool> };
    (List) => { Spanned<Vec<String>> };
}

/// Mappings of which exactly one key is given.
macro_rules! choices {
    ($( $(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $field_doc:literal])+ $field:ident: $kind:ident, $key:literal => $behavior:literal; )+ } )+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Decode, Describe)]
        pub struct $name {
            /// The place of the whole block.
            #[config(span)]
            pub span: Span,
            $(
                $(#[doc = $field_doc])+
                #[config(rename = $key)]
                pub $field: Option<field_type!($kind)>,
            )+
        }

        impl Choice for $name {
            const KEYS: &'static [&'static str] = &[$($key),+];
            fn given(&self) -> Vec<(&'static str, Span, Selection)> {
                [$(flag_or_list!($kind, self, $field, $key, $behavior)),+].into_iter().flatten().collect()
            }
            fn span(&self) -> Span {
                self.span
            }
        }
    )+ };
}

/// A mapping of which exactly one key is given.
pub trait Choice {
    /// The keys.
    const KEYS: &'static [&'static str];

    /// What is given, with its place.
    fn given(&self) -> Vec<(&'static str, Span, Selection)>;

    /// The place of the mapping.
    fn span(&self) -> Span;

    /// The selection, as far as there is one.
    fn selection(&self) -> Option<Selection> {
        self.given().into_iter().next().map(|(_, _, selection)| selection)
    }

    /// Reports none or several keys, and empty lists.
    fn check(&self, property: &str, sink: &mut Sink) {
        let mut given = self.given();
        crate::order::sort_by_key(&mut given, |(_, span, _)| *span);
        let hint = || format!("keep exactly one of {}", Self::KEYS.join(", "));
        match given.as_slice() {
            [(name, span, selection)] => {
                let listed = !matches!(*name, "none" | "all" | "allViewer");
                if listed && selection.items.is_empty() {
                    let message = format!("the list {name} of {property} is empty");
                    sink.push(
                        Diagnostic::error(Code::BAD_VALUE, *span, message).hint("name at least one, or set none: true"),
                    );
                }
            }
            // What is given has no meaning here, and was reported.
            [] if sink.has_error_in(self.span()) => {}
            [] => sink.push(
                Diagnostic::error(Code::MISSING_PROPERTY, self.span(), format!("{property} does not say which"))
                    .hint(format!("give exactly one of {}", Self::KEYS.join(", "))),
            ),
            [(first, at, _), (second, span, _), ..] => sink.push(
                Diagnostic::error(Code::CONFLICT, *span, format!("{property} has both {first} and {second}"))
                    .label(*at, format!("{first} is given here"))
                    .hint(hint()),
            ),
        }
    }
}

choices! {
    /// Cookies that tell cached responses apart. Give exactly one.
    CdnCacheKeyCookies {
        /// No cookie.
        none: Flag, "none" => "none";
        /// The named cookies.
        whitelist: List, "whitelist" => "whitelist";
        /// All cookies but the named ones.
        all_except: List, "allExcept" => "allExcept";
        /// All cookies.
        all: Flag, "all" => "all";
    }
    /// Request headers that tell cached responses apart. Give exactly one.
    CdnCacheKeyHeaders {
        /// No header.
        none: Flag, "none" => "none";
        /// The named headers.
        whitelist: List, "whitelist" => "whitelist";
    }
    /// Parts of the query string that tell cached responses apart. Give exactly one.
    CdnCacheKeyQuery {
        /// Nothing.
        none: Flag, "none" => "none";
        /// The named parameters.
        whitelist: List, "whitelist" => "whitelist";
        /// Everything.
        all: Flag, "all" => "all";
    }
    /// Cookies that are forwarded to the origin. Give exactly one.
    CdnForwardedCookies {
        /// No cookie.
        none: Flag, "none" => "none";
        /// The named cookies.
        whitelist: List, "whitelist" => "whitelist";
        /// All cookies.
        all: Flag, "all" => "all";
    }
    /// Request headers that are forwarded to the origin. Give exactly one.
    CdnForwardedHeaders {
        /// No header.
        none: Flag, "none" => "none";
        /// The named headers.
        whitelist: List, "whitelist" => "whitelist";
        /// All headers of the request.
        all_viewer: Flag, "allViewer" => "allViewer";
        /// All headers of the request, and the named ones that CloudFront adds, such as `CloudFront-Viewer-Country`.
        all_viewer_and_whitelist_cloud_front: List, "allViewerAndWhitelistCloudFront" => "allViewerAndWhitelistCloudFront";
        /// All headers of the request but the named ones.
        all_except: List, "allExcept" => "allExcept";
    }
    /// Parts of the query string that are forwarded to the origin. Give exactly one.
    CdnForwardedQuery {
        /// Nothing.
        none: Flag, "none" => "none";
        /// The named parameters.
        whitelist: List, "whitelist" => "whitelist";
        /// Everything.
        all: Flag, "all" => "all";
    }
}

impl CdnCachingOptions {
    /// Reports what CloudFront refuses.
    pub fn check(&self, sink: &mut Sink) {
        if let Some(key) = &self.cache_key_parameters {
            if let Some(cookies) = &key.cookies {
                cookies.check("cookies", sink);
            }
            if let Some(headers) = &key.headers {
                headers.check("headers", sink);
            }
            if let Some(query) = &key.query_string {
                query.check("queryString", sink);
            }
        }
        for (low, low_name, high, high_name) in [
            (&self.min_ttl, "minTTL", &self.max_ttl, "maxTTL"),
            (&self.min_ttl, "minTTL", &self.default_ttl, "defaultTTL"),
            (&self.default_ttl, "defaultTTL", &self.max_ttl, "maxTTL"),
        ] {
            if let (Some(low), Some(high)) = (low, high)
                && low.value > high.value
            {
                let message =
                    format!("{low_name} is longer than {high_name}: {} and {} seconds", low.value, high.value);
                sink.push(
                    Diagnostic::error(Code::CONFLICT, low.span, message)
                        .label(high.span, format!("{high_name} is given here"))
                        .hint("raise or remove one of them: minTTL ≤ defaultTTL ≤ maxTTL"),
                );
                return;
            }
        }
        if let Some(methods) = &self.cache_methods {
            let reads = methods.contains(&CdnCachedMethod::Get) && methods.contains(&CdnCachedMethod::Head);
            if !reads {
                sink.push(
                    Diagnostic::error(Code::BAD_VALUE, methods.span, "CloudFront caches GET and HEAD together")
                        .hint("write [GET, HEAD] or [GET, HEAD, OPTIONS]"),
                );
            }
        }
    }
}

/// Headers that CloudFront sets itself. Source: "Custom headers that CloudFront can't add to origin requests" in its guide.
const RESERVED_HEADERS: &[&str] = &[
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "request-range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-real-ip",
];

fn is_reserved(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    RESERVED_HEADERS.contains(&header.as_str()) || header.starts_with("x-amz-") || header.starts_with("x-edge-")
}

impl CdnForwardingOptions {
    /// The value that makes the CDN forward the host name of the request, where there is one.
    pub fn forwards_host(&self) -> Option<Span> {
        let headers = self.headers.as_ref().filter(|_| self.origin_request_policy_id.is_none())?;
        let given = headers.given();
        let (name, span, selection) = given.first()?;
        let named = || *name == "whitelist" && selection.items.iter().any(|h| h.eq_ignore_ascii_case("host"));
        let rest = || *name == "allExcept" && !selection.items.iter().any(|h| h.eq_ignore_ascii_case("host"));
        (name.starts_with("allViewer") || named() || rest()).then_some(*span)
    }

    /// Reports what CloudFront refuses.
    pub fn check(&self, sink: &mut Sink) {
        if let Some(cookies) = &self.cookies {
            cookies.check("cookies", sink);
        }
        if let Some(headers) = &self.headers {
            headers.check("headers", sink);
            let named = headers.whitelist.iter().find(|l| l.iter().any(|h| h.eq_ignore_ascii_case("authorization")));
            if let Some(list) = named {
                let message = "CloudFront forwards Authorization only where it tells cached responses apart";
                sink.push(
                    Diagnostic::error(Code::CONFLICT, list.span, message)
                        .hint("move it to cachingOptions.cacheKeyParameters.headers.whitelist"),
                );
            }
        }
        if let Some(query) = &self.query_string {
            query.check("queryString", sink);
        }
        for header in self.custom_request_headers.iter().flatten().filter(|h| is_reserved(&h.header_name)) {
            let message = format!("CloudFront does not let a CDN set the header {}", header.header_name.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, header.header_name.span, message)
                    .hint("choose another name, such as X-Origin-Key"),
            );
        }
        if let Some(methods) = &self.allowed_methods {
            let distinct: SortedSet<&str> = methods.iter().map(CdnMethod::as_str).collect();
            let allowed = distinct.len() == CdnMethod::ALL.len()
                || distinct.iter().eq(["GET", "HEAD"].iter())
                || distinct.iter().eq(["GET", "HEAD", "OPTIONS"].iter());
            if !allowed {
                let message =
                    "CloudFront accepts only three sets of methods: GET and HEAD, those and OPTIONS, or all seven";
                sink.push(
                    Diagnostic::error(Code::BAD_VALUE, methods.span, message).hint(
                        "write [GET, HEAD], [GET, HEAD, OPTIONS] or [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]",
                    ),
                );
            }
        }
    }
}
