//! The distributions of a CDN: origins, behaviours, certificates and records.

use super::edge::{self, Associations, EdgeFunctions, PagesBeside};
use super::hash::Hashed;
use super::options::{CdnCachingOptions, CdnForwardingOptions, CdnMethod};
use super::policies::Policies;
use super::routes::{CdnCustomOrigin, CdnOriginProtocol, CdnRoute};
use super::{Cdn, Group};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{AliasTarget, CLOUDFRONT_ZONE};
use crate::facets::firewall;
use crate::model::{CdnOrigin, Fragment, Linked, OriginKind, OriginProtocol, OriginWish, PageStyle};
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, join, reference};

/// Methods that are cached unless the config says otherwise.
const CACHED: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// What happens with requests to a path, or to all others.
struct Behaviour<'a> {
    /// The path; `None` for all other requests.
    path: Option<&'a str>,
    span: Span,
    /// Start of the origin's id.
    name: String,
    origin: CdnOrigin,
    /// Where the pages of a bucket lie.
    pages: PageStyle,
    prefix: Option<&'a str>,
    caching: Option<&'a Hashed<CdnCachingOptions>>,
    forwarding: Option<&'a Hashed<CdnForwardingOptions>>,
    edge: Option<&'a EdgeFunctions>,
}

/// All behaviours, the default one first. One whose target is not there is left out: `check` has reported it.
fn behaviours<'a>(cdn: &Cdn<'a>, linked: &Linked<'_>) -> Vec<Behaviour<'a>> {
    let origin = |name: &str, wish: &OriginWish| linked.stack.any(name).and_then(|r| r.cdn_origin(wish, linked));
    let Some(own) = origin(cdn.owner.dotted(), &cdn.wish) else { return vec![] };
    let mut all = vec![Behaviour {
        path: None,
        span: cdn.span,
        name: cdn.owner.flat().to_string(),
        pages: cdn.pages.unwrap_or_else(|| pages_of(&own)),
        origin: own.clone(),
        prefix: cdn.prefix,
        caching: cdn.caching,
        forwarding: cdn.forwarding,
        edge: cdn.edge,
    }];
    for route in cdn.routes {
        let (name, target, pages) = match &route.route_to {
            None => (cdn.owner.flat().to_string(), Some(own.clone()), all[0].pages),
            Some(CdnRoute::Custom(server)) => {
                let name = server.domain_name.as_known().map_or("custom-origin", String::as_str);
                (name.to_string(), Some(custom(server)), PageStyle::AsIs)
            }
            Some(to) => {
                let Some(target) = to.target() else { continue };
                let found = origin(target.name, &target.wish);
                let style = found.as_ref().map_or(PageStyle::AsIs, pages_of);
                let flat = linked.stack.any(target.name).map(|r| r.name().flat().to_string()).unwrap_or_default();
                (flat, found, if target.as_is { PageStyle::AsIs } else { style })
            }
        };
        let Some(origin) = target else { continue };
        all.push(Behaviour {
            path: Some(&route.path.value),
            span: route.path.span,
            name,
            origin,
            pages,
            prefix: route.route_prefix.as_deref(),
            caching: route.caching_options.as_ref(),
            forwarding: route.forwarding_options.as_ref(),
            edge: route.edge_functions.as_ref(),
        });
    }
    all
}

fn pages_of(origin: &CdnOrigin) -> PageStyle {
    match origin.protocol {
        OriginProtocol::S3 { pages, .. } => pages,
        _ => PageStyle::AsIs,
    }
}

fn custom(server: &CdnCustomOrigin) -> CdnOrigin {
    let protocol = match server.protocol {
        Some(CdnOriginProtocol::Http) => OriginProtocol::Http(server.port.unwrap_or(80)),
        _ => OriginProtocol::Https(server.port.unwrap_or(443)),
    };
    CdnOrigin { kind: OriginKind::Custom, domain: server.domain_name.clone().into(), protocol }
}

/// Warns where a function of the config takes the place of the one that finds pages, and where an origin will not know itself by the host name that it
/// is asked for.
pub(super) fn check_behaviours(cdn: &Cdn<'_>, linked: &Linked<'_>, sink: &mut Sink) {
    let all = behaviours(cdn, linked);
    for behaviour in all.iter().filter(|b| !matches!(b.origin.kind, OriginKind::LoadBalancer | OriginKind::Custom)) {
        if let Some(span) = behaviour.forwarding.and_then(|f| f.value.forwards_host()) {
            let message = format!(
                "the header Host of the visitor is forwarded to {}, which answers to its own name only",
                behaviour.origin.kind.describe()
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, span, message)
                    .hint("use headers: { allExcept: [host] }, or leave headers out"),
            );
        }
    }
    for behaviour in all.iter().filter(|b| b.pages != PageStyle::AsIs) {
        if let PagesBeside::Taken(property, span) = PagesBeside::of(behaviour.edge, linked) {
            let message = format!(
                "with {property}, paths without file extension are not mapped to pages such as /about/index.html"
            );
            sink.push(Diagnostic::warning(Code::SUSPICIOUS, span, message).hint(
                "map them in that function, or set disableUrlNormalization: true if the bucket holds no website",
            ));
        }
    }
}

/// Adds the distributions and what they need.
pub(super) fn add(cdn: &Cdn<'_>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    let behaviours = behaviours(cdn, linked);
    let Some(first) = behaviours.first() else { return };
    if behaviours.iter().any(|b| matches!(b.origin.protocol, OriginProtocol::S3 { .. })) {
        let comment = format!("{} attached distros - Access Identity", cdn.owner.flat());
        let config = Object::new().set("Comment", comment);
        let identity = Object::new().set("CloudFrontOriginAccessIdentityConfig", config);
        let kind = "AWS::CloudFront::CloudFrontOriginAccessIdentity";
        fragment.add(cdn.identity_id(), cdn.span, Resource::new(kind, identity));
    }
    let origins: Vec<Expr> = behaviours.iter().enumerate().map(|(i, b)| origin(i, b, cdn)).collect();
    let mut made: Vec<Object> =
        behaviours.iter().enumerate().map(|(i, b)| behaviour(i, b, cdn, linked, fragment)).collect();
    let default = made.remove(0);
    let paths = made.into_iter().zip(&behaviours[1..]).map(|(b, of)| b.opt("PathPattern", of.path.map(str::to_string)));
    let paths: Vec<Expr> = paths.map(Expr::from).collect();
    for (index, group) in cdn.groups(stack).iter().enumerate() {
        let config = Object::new()
            .list("Aliases", group.domains.iter().map(|d| d.name().into()).collect())
            .list("CacheBehaviors", paths.clone())
            .list("CustomErrorResponses", error_responses(cdn, first))
            .set("DefaultCacheBehavior", default.clone())
            .opt("DefaultRootObject", root_object(cdn, first))
            .set("Enabled", true)
            .set("HttpVersion", "http2and3")
            .set("IPV6Enabled", true)
            .set("Origins", Expr::List(origins.clone()))
            .opt("PriceClass", cdn.price_class)
            .set("ViewerCertificate", certificate(group))
            .opt("WebACLId", cdn.firewall.map(firewall::arn));
        let properties = Object::new().set("DistributionConfig", config).set("Tags", stack.tags(&[]));
        let id = cdn.distribution_id(index);
        fragment.add(id.clone(), cdn.span, Resource::new("AWS::CloudFront::Distribution", properties));
        for domain in &group.domains {
            let target =
                AliasTarget { dns_name: get_att(id.clone(), "DomainName"), hosted_zone_id: CLOUDFRONT_ZONE.into() };
            domain.add_record(target, linked, fragment);
        }
        if cdn.invalidates {
            fragment.invalidations.push(id);
        }
    }
}

fn certificate(group: &Group<'_>) -> Object {
    match &group.certificate {
        None => Object::new().set("CloudFrontDefaultCertificate", true),
        Some(arn) => Object::new()
            .set("AcmCertificateArn", arn.clone())
            .set("MinimumProtocolVersion", "TLSv1.2_2021")
            .set("SslSupportMethod", "sni-only"),
    }
}

fn root_object(cdn: &Cdn<'_>, default: &Behaviour<'_>) -> Option<Expr> {
    match cdn.index_document.map(|d| (d.as_known(), d)) {
        Some((Some(text), _)) => Some(text.trim_start_matches('/').to_string().into()),
        Some((None, deferred)) => Some(deferred.clone().into()),
        None => (default.origin.kind == OriginKind::Bucket).then(|| "index.html".into()),
    }
}

fn error_responses(cdn: &Cdn<'_>, default: &Behaviour<'_>) -> Vec<Expr> {
    let page = match (cdn.error_document.map(|d| (d.as_known(), d)), default.pages) {
        (Some((Some(text), _)), _) => Some(Expr::from(format!("/{}", text.trim_start_matches('/')))),
        (Some((None, deferred)), _) => Some(deferred.clone().into()),
        (None, PageStyle::SinglePage) => Some("/index.html".into()),
        (None, _) => (default.origin.kind == OriginKind::Bucket).then(|| "/404.html".into()),
    };
    let response =
        |page: Expr| Object::new().set("ErrorCode", 404).set("ResponseCode", 404).set("ResponsePagePath", page).into();
    page.map(response).into_iter().collect()
}

fn origin_id(index: usize, behaviour: &Behaviour<'_>) -> String {
    format!("{}{index}", behaviour.name)
}

fn origin(index: usize, behaviour: &Behaviour<'_>, cdn: &Cdn<'_>) -> Expr {
    let headers = behaviour.forwarding.and_then(|f| f.value.custom_request_headers.as_ref());
    let header = |h: &super::options::CdnRequestHeader| {
        Expr::from(Object::new().set("HeaderName", &h.header_name.value).set("HeaderValue", h.value.clone()))
    };
    let custom = |port: &'static str, number: u32, policy: &'static str| {
        Object::new().set(port, number).set("OriginProtocolPolicy", policy)
    };
    let (s3, custom) = match &behaviour.origin.protocol {
        OriginProtocol::S3 { .. } => {
            let identity = join("", vec!["origin-access-identity/cloudfront/".into(), reference(cdn.identity_id())]);
            (Some(Object::new().set("OriginAccessIdentity", identity)), None)
        }
        OriginProtocol::Https(port) => {
            (None, Some(custom("HTTPSPort", *port, "https-only").set("OriginSSLProtocols", vec!["TLSv1.2"])))
        }
        OriginProtocol::Http(port) => (None, Some(custom("HTTPPort", *port, "http-only"))),
    };
    Object::new()
        .opt("CustomOriginConfig", custom)
        .set("DomainName", behaviour.origin.domain.clone())
        .set("Id", origin_id(index, behaviour))
        .list("OriginCustomHeaders", headers.into_iter().flatten().map(header).collect())
        .opt("OriginPath", behaviour.prefix.and_then(origin_path))
        .opt("S3OriginConfig", s3)
        .into()
}

/// A path as CloudFront wants it: with a slash before, without one behind.
fn origin_path(prefix: &str) -> Option<String> {
    let path = prefix.trim_matches('/');
    (!path.is_empty()).then(|| format!("/{path}"))
}

fn behaviour(
    index: usize,
    behaviour: &Behaviour<'_>,
    cdn: &Cdn<'_>,
    linked: &Linked<'_>,
    fragment: &mut Fragment,
) -> Object {
    let stack = linked.stack;
    let kind = behaviour.origin.kind;
    let policies = Policies { owner: cdn.owner, stack };
    let cache = policies.cache(behaviour.caching, kind, behaviour.span, fragment);
    let origin_request = policies.origin_request(behaviour.forwarding, kind, behaviour.span, fragment);
    let allowed = allowed_methods(behaviour);
    let named = behaviour.caching.and_then(|c| c.value.cache_methods.as_ref());
    let cached: Vec<&'static str> = match named {
        Some(methods) => methods.iter().map(|m| m.as_str()).collect(),
        None => CACHED.into_iter().filter(|m| allowed.contains(m)).collect(),
    };
    let mut associations = Associations::default();
    if let Some(functions) = behaviour.edge {
        functions.associate(linked, &mut associations);
    }
    if matches!(PagesBeside::of(behaviour.edge, linked), PagesBeside::Yes) {
        edge::add_pages(behaviour.pages, stack, behaviour.span, fragment, &mut associations);
    }
    let response_headers = match &behaviour.origin.protocol {
        OriginProtocol::S3 { response_headers, .. } => response_headers.clone(),
        _ => None,
    };
    let compress = !behaviour.caching.is_some_and(|c| c.value.disable_compression);
    let object = Object::new()
        .set("AllowedMethods", allowed)
        .set("CachePolicyId", cache)
        .set("CachedMethods", cached)
        .set("Compress", compress);
    associations
        .apply(object)
        .set("OriginRequestPolicyId", origin_request)
        .opt("ResponseHeadersPolicyId", response_headers)
        .set("TargetOriginId", origin_id(index, behaviour))
        .set("ViewerProtocolPolicy", "redirect-to-https")
}

/// The config's methods; else what a bucket is read with, or all.
fn allowed_methods(behaviour: &Behaviour<'_>) -> Vec<&'static str> {
    match behaviour.forwarding.and_then(|f| f.value.allowed_methods.as_ref()) {
        Some(methods) => methods.iter().map(CdnMethod::as_str).collect(),
        None if behaviour.origin.kind == OriginKind::Bucket => CACHED.to_vec(),
        None => CdnMethod::ALL.iter().map(CdnMethod::as_str).collect(),
    }
}
