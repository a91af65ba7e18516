//! The listeners of a load balancer. Without a list there are a redirect on port 80 and HTTPS on 443 when it has a domain, and HTTP on port 80
//! otherwise: AWS has no certificate for its own names.

use super::super::load_balancer::rule::TestListenerDemand;
use super::super::load_balancer::{Listener, certificates};
use super::ApplicationLoadBalancer;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Resource};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};
use std::collections::BTreeMap;

/// A listener.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpListener {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Protocol.
    pub protocol: HttpProtocol,
    /// Port.
    #[config(range = 1..=65535)]
    pub port: Spanned<u32>,
    /// ARNs of certificates, instead of those of the custom domains.
    pub custom_certificate_arns: Option<Vec<Val<String>>>,
    /// Addresses and CIDR blocks that may reach the listener; everybody when not given.
    pub whitelist_ips: Option<Vec<Val<String>>>,
    /// What happens when no rule matches.
    pub default_action: Option<DefaultAction>,
}

/// Protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum HttpProtocol {
    /// Plain HTTP.
    #[config(name = "HTTP")]
    Http,
    /// HTTP over TLS.
    #[config(name = "HTTPS")]
    Https,
}

/// What happens when no rule matches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum DefaultAction {
    /// The caller is sent to another address.
    #[config(name = "redirect")]
    Redirect(Redirect),
}

/// Where a caller is sent. What is not given stays as it was in the request.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Redirect {
    /// Path; may hold `#{path}`, `#{host}`, `#{port}`.
    pub path: Option<Val<String>>,
    /// Query, without `?`; may hold `#{query}`.
    pub query: Option<Val<String>>,
    /// Port.
    #[config(range = 1..=65535)]
    pub port: Option<u32>,
    /// Host.
    pub host: Option<Val<String>>,
    /// Protocol.
    pub protocol: Option<HttpProtocol>,
    /// Permanent (301) or temporary (302).
    pub status_code: RedirectStatus,
}

/// Permanent or temporary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum RedirectStatus {
    /// Permanent.
    #[config(name = "HTTP_301")]
    Permanent,
    /// Temporary.
    #[config(name = "HTTP_302")]
    Temporary,
}

/// Port of plain HTTP.
pub(super) const HTTP: u32 = 80;
/// Port of HTTPS.
pub(super) const HTTPS: u32 = 443;
/// Port of the listener for test traffic when none is named.
pub const TEST_LISTENER: u32 = 8080;

/// Reports listeners that cannot be made, or that cannot do what they are for.
pub(super) fn check(r: &Resource<ApplicationLoadBalancer>, sink: &mut Sink) {
    let mut seen = BTreeMap::new();
    for listener in r.props.listeners.iter().flatten() {
        if let Some(first) = seen.insert(listener.port.value, listener.port.span) {
            sink.push(
                Diagnostic::error(
                    Code::CLASH,
                    listener.port.span,
                    format!("two listeners use port {}", listener.port.value),
                )
                .label(first, "first used here")
                .hint("give each listener a port of its own"),
            );
        }
        check_redirect(listener, sink);
        let certified = listener.custom_certificate_arns.as_ref().is_some_and(|c| !c.is_empty());
        if listener.protocol == HttpProtocol::Http
            && let Some(first) = listener.custom_certificate_arns.iter().flatten().next()
        {
            let message = format!("the HTTP listener on port {} uses no certificates", listener.port.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, first.span, message)
                    .hint("set protocol: HTTPS, or remove customCertificateArns"),
            );
        }
        if listener.protocol == HttpProtocol::Https && !certified && !r.has_domains() {
            let message = format!("the HTTPS listener on port {} has no certificate", listener.port.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, listener.span, message)
                    .hint("add customDomains to the load balancer or customCertificateArns to the listener; AWS has no certificate for its own names"),
            );
        }
    }
}

/// Warns of a redirect to the very address that was asked for. AWS refuses it; the reference lets it through.
fn check_redirect(listener: &HttpListener, sink: &mut Sink) {
    let Some(DefaultAction::Redirect(to)) = &listener.default_action else { return };
    let same = |value: &Option<Val<String>>, kept: &str| {
        value.as_ref().is_none_or(|v| v.as_known().is_some_and(|text| text == kept))
    };
    let loops = to.port.is_none_or(|port| port == listener.port.value)
        && to.protocol.is_none_or(|protocol| protocol == listener.protocol)
        && same(&to.host, "#{host}")
        && same(&to.path, "/#{path}")
        && same(&to.query, "#{query}");
    if loops {
        let message = format!("the listener on port {} redirects to itself without end", listener.port.value);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, listener.span, message)
                .hint("change the protocol, port, host, path or query in the redirect"),
        );
    }
}

/// The listeners that the load balancer gets.
pub(super) fn all(r: &Resource<ApplicationLoadBalancer>, linked: &Linked<'_>) -> Vec<Listener> {
    let stack = linked.stack;
    let of_domains = || certificates(r.domains(), stack);
    let plain = |port, action| Listener { port, protocol: "HTTP", certificates: vec![], action, span: r.span };
    let mut all = match &r.props.listeners {
        Some(own) => own
            .iter()
            .map(|l| {
                let https = l.protocol == HttpProtocol::Https;
                let certificates = match &l.custom_certificate_arns {
                    Some(arns) if https => arns.iter().cloned().map(Expr::from).collect(),
                    None if https => of_domains(),
                    _ => vec![],
                };
                let action = match &l.default_action {
                    Some(DefaultAction::Redirect(to)) => redirect(to),
                    None => unmatched(),
                };
                Listener { port: l.port.value, protocol: l.protocol.as_str(), certificates, action, span: l.span }
            })
            .collect(),
        None if !r.has_domains() => vec![plain(HTTP, unmatched())],
        None => {
            let to_https = Object::new().set("Protocol", "HTTPS").set("StatusCode", "HTTP_301");
            let to_https = Object::new().set("Order", 1).set("RedirectConfig", to_https).set("Type", "redirect");
            let https = Listener {
                port: HTTPS,
                protocol: "HTTPS",
                certificates: of_domains(),
                action: unmatched(),
                span: r.span,
            };
            vec![plain(HTTP, to_https), https]
        }
    };
    if let (None, Some(demand)) = (&r.props.listeners, linked.mail::<TestListenerDemand>(&r.name).next()) {
        all.push(Listener { span: demand.span, ..plain(TEST_LISTENER, unmatched()) });
    }
    all
}

/// The answer when no rule matches.
fn unmatched() -> Object {
    let text = "Internal server error. Please setup default load balancer action or appropriate rule";
    let response = Object::new().set("ContentType", "text/plain").set("MessageBody", text).set("StatusCode", "500");
    Object::new().set("FixedResponseConfig", response).set("Order", 1).set("Type", "fixed-response")
}

fn redirect(to: &Redirect) -> Object {
    let config = Object::new()
        .opt("Host", to.host.clone())
        .opt("Path", to.path.clone())
        .opt("Port", to.port.map(|p| p.to_string()))
        .opt("Protocol", to.protocol)
        .opt("Query", to.query.clone())
        .set("StatusCode", to.status_code);
    Object::new().set("Order", 1).set("RedirectConfig", config).set("Type", "redirect")
}
