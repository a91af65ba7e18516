//! `application-load-balancer`: an HTTP load balancer with its security group, listeners, DNS records, alarms and, on demand, a CDN.
//!
//! Rules and target groups belong to the workloads that receive requests; they claim their rules by mail.

mod alarms;
mod listeners;

pub use alarms::{CustomTrigger, ErrorRateTrigger, LoadBalancerTrigger, MetricName, UnhealthyTargetsTrigger};
pub use listeners::{DefaultAction, HttpListener, HttpProtocol, Redirect, RedirectStatus, TEST_LISTENER};

use super::load_balancer::rule::{RuleClaim, check_listener_port, check_priorities};
use super::load_balancer::{
    Interface, Opening, add_balancer, add_listener, add_records, add_security_group, balancer_id, check_addresses,
};
use super::web_app_firewall::FirewallScope;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::alarms::{self as alarm, Alarm};
use crate::facets::cdn::{ForwardsTo, LoadBalancerCdnConfig};
use crate::facets::domains::{self, CertificateRegion, CustomDomain, CustomDomainOrName};
use crate::facets::firewall;
use crate::model::{
    AlarmName, CdnOrigin, ExpandCx, Fragment, Linked, OriginKind, OriginProtocol, OriginWish, Outbox, Param, Resource,
    ResourceKind, Stack, Tunnel,
};
use crate::shared_infra::vpc::VpcDemand;
use crate::source::Spanned;
use crate::template::{Expr, get_att, join, reference};
use alarms::Watched;
use listeners::{HTTP, HTTPS};

/// An HTTP load balancer.
pub struct ApplicationLoadBalancer;

/// An HTTP load balancer.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct ApplicationLoadBalancerProps {
    /// Who can reach it.
    #[config(default = "internet")]
    pub interface: Option<Spanned<Interface>>,
    /// Domains, with their certificates and DNS records.
    pub custom_domains: Option<Vec<CustomDomainOrName>>,
    /// Listeners of its own, instead of the default ones.
    #[config(items = 1..=50)]
    pub listeners: Option<Vec<HttpListener>>,
    /// A CDN in front of it.
    pub cdn: Option<LoadBalancerCdnConfig>,
    /// Alarms on errors, targets and metrics.
    pub alarms: Option<Vec<Alarm<LoadBalancerTrigger>>>,
    /// Names of organisation-wide alarms that it does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
    /// Firewall (`web-app-firewall` of scope `regional`) in front of it.
    #[config(names = "web-app-firewall")]
    pub use_firewall: Option<Spanned<String>>,
}

impl Resource<ApplicationLoadBalancer> {
    /// Who can reach it.
    pub fn interface(&self) -> Interface {
        self.props.interface.as_ref().map_or(Interface::Internet, |i| i.value)
    }

    fn domains(&self) -> impl Iterator<Item = &CustomDomain> {
        self.props.custom_domains.iter().flatten().map(|d| &d.0)
    }

    fn has_domains(&self) -> bool {
        self.domains().next().is_some()
    }

    /// The listener of rules that name none.
    pub fn default_rule_port(&self) -> u32 {
        match &self.props.listeners {
            Some(own) => own.first().map_or(HTTP, |l| l.port.value),
            None if !self.has_domains() => HTTP,
            None => HTTPS,
        }
    }

    fn ports(&self) -> Vec<u32> {
        match &self.props.listeners {
            Some(own) => own.iter().map(|l| l.port.value).collect(),
            None if !self.has_domains() => vec![HTTP],
            None => vec![HTTP, HTTPS],
        }
    }

    /// Scheme, port and whether the scheme is the usual one of the port.
    fn main_address(&self) -> (&'static str, u32) {
        match &self.props.listeners {
            Some(own) => match own.iter().find(|l| l.protocol == HttpProtocol::Https).or(own.first()) {
                Some(l) if l.protocol == HttpProtocol::Https => ("https", l.port.value),
                Some(l) => ("http", l.port.value),
                None => ("http", HTTP),
            },
            None if !self.has_domains() => ("http", HTTP),
            None => ("https", HTTPS),
        }
    }

    /// The address that a CDN and people call: the first custom domain, or AWS's own name.
    pub fn domain(&self) -> Expr {
        match self.domains().next() {
            Some(domain) => domain.name().into(),
            None => get_att(balancer_id(&self.name), "DNSName"),
        }
    }
}

impl ResourceKind for ApplicationLoadBalancer {
    const TYPE: &'static str = "application-load-balancer";
    type Props = ApplicationLoadBalancerProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        listeners::check(r, linked.stack, sink);
        for listener in p.listeners.iter().flatten() {
            check_addresses("whitelistIps", listener.whitelist_ips.as_ref(), sink);
        }
        if let Some(firewall) = &p.use_firewall {
            firewall::check(firewall, linked, sink);
        }
        check_priorities(r, linked, sink);
        alarm::check(&r.name, p.alarms.as_deref(), linked, sink);
        domains::check(r.domains(), CertificateRegion::Stack, linked, sink);
        if let Some(cdn) = &p.cdn {
            if let Some(internal) = p.interface.as_ref().filter(|i| i.value == Interface::Internal && cdn.enabled) {
                let message = format!("the internal load balancer `{}` cannot have a CDN", r.name);
                sink.push(
                    Diagnostic::error(Code::CONFLICT, internal.span, message)
                        .label(cdn.span, "CloudFront cannot reach it")
                        .hint("set interface: internet, or remove cdn"),
                );
            }
            cdn.facing(&r.name).check(linked, sink);
        }
        for route in linked.mail::<ForwardsTo>(&r.name).filter(|m| !m.repeated) {
            check_route(r, route, sink);
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
        domains::claim(r.domains(), out);
        if let Some(name) = &r.props.use_firewall {
            firewall::link(name, &r.name, FirewallScope::Regional, stack, out);
        }
        if let Some(cdn) = &r.props.cdn {
            cdn.facing(&r.name).link(stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let canonical = get_att(balancer_id(&r.name), "DNSName");
        let (scheme, port) = r.main_address();
        let suffix = match (scheme, port) {
            ("http", HTTP) | ("https", HTTPS) => String::new(),
            _ => format!(":{port}"),
        };
        let url = join("", vec![format!("{scheme}://").into(), r.domain(), suffix.into()]);
        let mut all =
            vec![Param::new("canonicalDomain", canonical), Param::new("domain", r.domain()), Param::new("url", url)];
        if r.has_domains() {
            let names: Vec<String> = r.domains().map(CustomDomain::name).collect();
            all.push(Param::new("customDomains", names.join(", ")));
        }
        all.extend(r.ports().into_iter().map(|p| Param::new(format!("port{p}"), p.to_string())));
        if let Some(cdn) = &r.props.cdn {
            all.extend(cdn.facing(&r.name).params(linked.stack));
        }
        all
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        alarm::names(&r.name, r.props.alarms.as_deref(), stack)
    }

    fn tunnel(r: &Resource<Self>) -> Option<Tunnel> {
        if r.interface() == Interface::Internet {
            return Some(Tunnel::default());
        }
        let names = r.domains().map(|domain| Expr::from(domain.name()));
        let hosts = [get_att(balancer_id(&r.name), "DNSName")].into_iter().chain(names).collect();
        Some(Tunnel { hosts, ports: r.ports() })
    }

    /// CloudFront checks that the certificate of the listener covers the host name that it calls, so that is a custom domain, or the one that the
    /// CDN's config names.
    fn cdn_origin(r: &Resource<Self>, wish: &OriginWish, _linked: &Linked<'_>) -> Option<CdnOrigin> {
        let (scheme, port) = match &wish.listener_port {
            Some(port) => {
                let listeners = r.props.listeners.iter().flatten();
                let plain = |l: &HttpListener| l.port.value == port.value && l.protocol == HttpProtocol::Http;
                (if listeners.into_iter().any(plain) { "http" } else { "https" }, port.value)
            }
            None => r.main_address(),
        };
        let protocol = if scheme == "http" { OriginProtocol::Http(port) } else { OriginProtocol::Https(port) };
        let domain = wish.domain_name.clone().unwrap_or_else(|| r.domain());
        Some(CdnOrigin { kind: OriginKind::LoadBalancer, domain, protocol })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (p, linked, stack) = (&r.props, cx.linked, cx.stack());
        let mut fragment = Fragment::default();
        let listeners = listeners::all(r, linked);
        let whitelist = |port: u32| {
            p.listeners.iter().flatten().find(|l| l.port.value == port).and_then(|l| l.whitelist_ips.as_ref())
        };
        let openings: Vec<Opening<'_>> =
            listeners.iter().map(|l| Opening { port: l.port, whitelist: whitelist(l.port) }).collect();
        add_security_group(&r.name, "redis cluster", r.interface(), &openings, r.span, stack, &mut fragment);
        add_balancer(&r.name, "application", r.interface(), r.span, stack, &mut fragment);
        for listener in listeners {
            add_listener(&r.name, listener, &mut fragment);
        }
        let id = balancer_id(&r.name);
        if let Some(name) = &p.use_firewall {
            firewall::associate(name, &r.name, reference(id.clone()), &mut fragment);
        }
        add_records(r.domains(), &id, linked, &mut fragment);
        let claims = linked.mail::<RuleClaim>(&r.name);
        let targets = claims.map(|c| (c.target.clone(), c.health_checked.clone())).collect();
        alarm::add(&r.name, p.alarms.as_deref(), &Watched { balancer: id, targets }, linked, &mut fragment);
        if let Some(cdn) = &p.cdn {
            cdn.facing(&r.name).add(linked, &mut fragment);
        }
        fragment
    }
}

/// Reports a path of a CDN to a listener that is not there, and such as CloudFront cannot use.
fn check_route(r: &Resource<ApplicationLoadBalancer>, route: &ForwardsTo, sink: &mut Sink) {
    check_listener_port(r, route.wish.listener_port.as_ref(), "listenerPort", route.span, sink);
    let port = route.wish.listener_port.as_ref().map(|p| p.value);
    let own_certificate = |l: &HttpListener| {
        Some(l.port.value) == port && l.protocol == HttpProtocol::Https && l.custom_certificate_arns.is_some()
    };
    let unnamed = !r.has_domains() && route.wish.domain_name.is_none();
    let (problem, hint) = if r.interface() == Interface::Internal && route.cdn != r.name {
        ("it is internal", "set interface: internet on it, or let the route lead elsewhere")
    } else if unnamed && r.props.listeners.iter().flatten().any(own_certificate) {
        (
            "it is called by AWS's name, which its certificate does not cover",
            "add originDomainName with a domain that the certificate covers and that leads to the load balancer",
        )
    } else {
        return;
    };
    let message = format!("CloudFront cannot reach `{}`: {problem}", r.name);
    sink.push(Diagnostic::warning(Code::SUSPICIOUS, route.span, message).label(r.span, "declared here").hint(hint));
}
