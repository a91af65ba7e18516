//! The rules of a CDN's config: what CloudFront would refuse, and references that lead nowhere.

use super::options::{CdnCachingOptions, CdnForwardingOptions};
use super::routes::{CdnLoadBalancerOrigin, CdnRoute, RouteTarget};
use super::{Cdn, Hashed, distribution};
use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{self, CertificateRegion};
use crate::facets::firewall;
use crate::model::{Linked, OriginKind};
use crate::order::SortedMap;
use crate::source::Spanned;

impl Cdn<'_> {
    /// Reports what CloudFront refuses, unknown targets, and domains without zone or certificate.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        if !self.enabled {
            return;
        }
        domains::check(self.domains, CertificateRegion::UsEast1, linked, sink);
        if let Some(host) = self.origin_domain_name {
            check_host("originDomainName", host, sink);
        }
        let options = self.routes.iter().map(|r| (&r.caching_options, &r.forwarding_options));
        let own = [(self.caching, self.forwarding)];
        for (caching, forwarding) in own.into_iter().chain(options.map(|(c, f)| (c.as_ref(), f.as_ref()))) {
            check_options(caching, forwarding, sink);
        }
        for functions in self.edge.into_iter().chain(self.routes.iter().filter_map(|r| r.edge_functions.as_ref())) {
            functions.check(linked, sink);
        }
        let mut seen = SortedMap::new();
        for route in self.routes {
            check_path(&route.path, sink);
            if let Some(first) = seen.insert(route.path.trim_start_matches('/'), route.path.span) {
                let message = format!("the path {} stands twice in routeRewrites", route.path.value);
                sink.push(
                    Diagnostic::error(Code::CLASH, route.path.span, message)
                        .label(first, "first given here")
                        .hint("remove one of the two: only the first would count"),
                );
            }
            match &route.route_to {
                Some(CdnRoute::Custom(origin)) => check_host("domainName", &origin.domain_name, sink),
                Some(CdnRoute::LoadBalancer(CdnLoadBalancerOrigin { origin_domain_name: Some(host), .. })) => {
                    check_host("originDomainName", host, sink);
                }
                _ => {}
            }
            if let Some(target) = route.route_to.as_ref().and_then(CdnRoute::target) {
                check_target(&target, linked, sink);
            }
        }
        if let Some(name) = self.firewall {
            firewall::check(name, linked, sink);
        }
        distribution::check_behaviours(self, linked, sink);
    }
}

fn check_options(
    caching: Option<&Hashed<CdnCachingOptions>>,
    forwarding: Option<&Hashed<CdnForwardingOptions>>,
    sink: &mut Sink,
) {
    if let Some(caching) = caching {
        caching.value.check(sink);
    }
    if let Some(forwarding) = forwarding {
        forwarding.value.check(sink);
    }
    let allowed = forwarding.and_then(|f| f.value.allowed_methods.as_ref());
    let cached = caching.and_then(|c| c.value.cache_methods.as_ref());
    if let (Some(allowed), Some(cached)) = (allowed, cached)
        && let Some(method) = cached.iter().find(|c| !allowed.iter().any(|a| a.as_str() == c.as_str()))
    {
        sink.push(
            Diagnostic::error(Code::CONFLICT, cached.span, format!("{method} is cached but not accepted"))
                .label(allowed.span, "the methods that are accepted")
                .hint(format!("add {method} to allowedMethods, or remove it from cacheMethods")),
        );
    }
}

/// Characters of a path pattern, beside letters and digits (CloudFront developer guide, "Path pattern").
const PATH_CHARACTERS: &str = "_-.*$/~\"'@:+?&";
/// Longest path pattern.
const MAX_PATH: usize = 255;

fn check_path(path: &Spanned<String>, sink: &mut Sink) {
    let wrong = path.chars().find(|c| !c.is_ascii_alphanumeric() && !PATH_CHARACTERS.contains(*c));
    let problem = match wrong {
        Some(c) => format!("holds `{c}`, which CloudFront does not accept"),
        None if path.is_empty() || path.len() > MAX_PATH => format!("must have 1 to {MAX_PATH} characters"),
        None => return,
    };
    sink.push(
        Diagnostic::error(Code::BAD_VALUE, path.span, format!("the path \"{}\" {problem}", path.value))
            .hint("write a path such as /api/*, where * stands for any characters"),
    );
}

/// Reports an address where CloudFront takes a host name alone.
fn check_host(property: &str, host: &Val<String>, sink: &mut Sink) {
    let Some(text) = host.as_known() else { return };
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if !text.is_empty() && (text.chars().all(valid) || text.contains("{{resolve:")) {
        return;
    }
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let name: String = rest.chars().take_while(|c| valid(*c)).collect();
    let hint = match name.is_empty() {
        true => "for example api.example.com".to_string(),
        false => format!("write {name}; protocol and port are properties of their own, and a path is the routePrefix"),
    };
    sink.push(
        Diagnostic::error(
            Code::BAD_VALUE,
            host.span,
            format!("{property} must be a host name alone, found \"{text}\""),
        )
        .hint(hint),
    );
}

fn check_target(target: &RouteTarget<'_>, linked: &Linked<'_>, sink: &mut Sink) {
    let Some(found) = linked.stack.require_any(target.name, target.property, Some(type_hint(target.kind)), sink) else {
        return;
    };
    if found.cdn_origin(&target.wish, linked).is_none_or(|origin| origin.kind != target.kind) {
        let message = format!(
            "{} must name {}, but `{}` is of type {}",
            target.property,
            target.kind.describe(),
            target.name.value,
            found.type_name()
        );
        sink.push(
            Diagnostic::error(Code::WRONG_RESOURCE_TYPE, target.name.span, message)
                .label(found.span(), format!("`{}` is declared here", target.name.value))
                .hint("change the type of routeTo, or name another resource"),
        );
    }
}

/// The resource type that is suggested when a route names nothing.
fn type_hint(kind: OriginKind) -> &'static str {
    match kind {
        OriginKind::Bucket => "bucket",
        OriginKind::Function => "function",
        OriginKind::HttpApi => "http-api-gateway",
        OriginKind::LoadBalancer | OriginKind::Custom => "application-load-balancer",
    }
}
