//! The listeners of a load balancer. Without a list there are a redirect on port 80 and HTTPS on 443 when it has a domain, and HTTP on port 80
//! otherwise: AWS has no certificate for its own names.

use super::super::load_balancer::Listener;
use super::super::load_balancer::certificates::{Security, of_domains};
use super::super::load_balancer::rule::TestListenerDemand;
use super::ApplicationLoadBalancer;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Resource, Stack};
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use crate::template::Object;

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
    /// Port. With another protocol its usual one when not given.
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

impl Redirect {
    /// What callers without encryption are told when there are default listeners.
    const TO_HTTPS: Self = Self {
        path: None,
        query: None,
        port: None,
        host: None,
        protocol: Some(HttpProtocol::Https),
        status_code: RedirectStatus::Permanent,
    };

    /// The port, when it is another one. AWS keeps that of the request, also for another protocol, where nobody listens for it.
    fn port_from(&self, protocol: HttpProtocol) -> Option<u32> {
        self.port.or_else(|| match self.protocol.filter(|to| *to != protocol)? {
            HttpProtocol::Http => Some(HTTP),
            HttpProtocol::Https => Some(HTTPS),
        })
    }

    /// The action of a listener of this protocol.
    fn action(&self, protocol: HttpProtocol) -> Object {
        let config = Object::new()
            .opt("Host", self.host.clone())
            .opt("Path", self.path.clone())
            .opt("Port", self.port_from(protocol).map(|p| p.to_string()))
            .opt("Protocol", self.protocol)
            .opt("Query", self.query.clone())
            .set("StatusCode", self.status_code);
        Object::new().set("Order", 1).set("RedirectConfig", config).set("Type", "redirect")
    }
}

/// Reports listeners that cannot be made, or that cannot do what they are for.
pub(super) fn check(r: &Resource<ApplicationLoadBalancer>, stack: &Stack<'_>, sink: &mut Sink) {
    let mut seen = SortedMap::new();
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
        security(listener).check(r.has_domains(), stack, sink);
    }
}

fn security(listener: &HttpListener) -> Security<'_> {
    Security {
        protocol: listener.protocol.as_str(),
        secure: HttpProtocol::Https.as_str(),
        port: listener.port.value,
        own: listener.custom_certificate_arns.as_ref(),
        span: listener.span,
    }
}

/// Warns of redirects that AWS refuses; the reference lets them through.
fn check_redirect(listener: &HttpListener, sink: &mut Sink) {
    let Some(DefaultAction::Redirect(to)) = &listener.default_action else { return };
    let port = listener.port.value;
    let same = |value: &Option<Val<String>>, kept: &str| {
        value.as_ref().is_none_or(|v| v.as_known().is_some_and(|text| text == kept))
    };
    let protocol = to.protocol.unwrap_or(listener.protocol);
    let loops = to.port_from(listener.protocol).is_none_or(|to| to == port)
        && protocol == listener.protocol
        && same(&to.host, "#{host}")
        && same(&to.path, "/#{path}")
        && same(&to.query, "#{query}");
    let slashless = to.path.as_ref().filter(|p| p.as_known().is_some_and(|text| !text.starts_with('/')));
    let (place, problem, hint) = match slashless {
        _ if loops => {
            let hint = "change the protocol, port, host, path or query in the redirect";
            (listener.span, "redirects to itself without end", hint)
        }
        _ if protocol == HttpProtocol::Http && listener.protocol == HttpProtocol::Https => {
            (listener.span, "redirects from HTTPS to HTTP, which AWS refuses", "set protocol: HTTPS in the redirect")
        }
        Some(path) => (path.span, "redirects to a path without a slash at its start", "write it as /new or /#{path}"),
        None => return,
    };
    let message = format!("the listener on port {port} {problem}");
    sink.push(Diagnostic::warning(Code::SUSPICIOUS, place, message).hint(hint));
}

/// The listeners that the load balancer gets.
pub(super) fn all(r: &Resource<ApplicationLoadBalancer>, linked: &Linked<'_>) -> Vec<Listener> {
    let stack = linked.stack;
    let plain = |port, action| Listener { port, protocol: "HTTP", certificates: vec![], action, span: r.span };
    let mut all = match &r.props.listeners {
        Some(own) => own
            .iter()
            .map(|l| {
                let certificates = security(l).certificates(r.domains(), stack);
                let action = match &l.default_action {
                    Some(DefaultAction::Redirect(to)) => to.action(l.protocol),
                    None => unmatched(),
                };
                Listener { port: l.port.value, protocol: l.protocol.as_str(), certificates, action, span: l.span }
            })
            .collect(),
        None if !r.has_domains() => vec![plain(HTTP, unmatched())],
        None => {
            let https = Listener {
                port: HTTPS,
                protocol: "HTTPS",
                certificates: of_domains(r.domains(), stack),
                action: unmatched(),
                span: r.span,
            };
            vec![plain(HTTP, Redirect::TO_HTTPS.action(HttpProtocol::Http)), https]
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
