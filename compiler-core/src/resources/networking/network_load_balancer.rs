//! `network-load-balancer`: a TCP and TLS load balancer with its security group, listeners and DNS records.
//!
//! Each listener forwards to exactly one workload, which claims it by mail and owns the target group.

use super::load_balancer::certificates::Security;
use super::load_balancer::{
    Interface, Listener, LostEvent, Opening, add_balancer, add_listener, add_records, add_security_group, balancer_id,
    check_addresses,
};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{self, CertificateRegion, CustomDomain, CustomDomainOrName};
use crate::model::{ExpandCx, Fragment, Linked, Outbox, Param, Resource, ResourceKind, Stack};
use crate::order::SortedMap;
use crate::shared_infra::vpc::VpcDemand;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, get_att, reference};

/// A TCP and TLS load balancer.
pub struct NetworkLoadBalancer;

/// A TCP and TLS load balancer.
#[derive(Clone, Debug, Decode, Describe)]
pub struct NetworkLoadBalancerProps {
    /// Who can reach it.
    #[config(default = "internet")]
    pub interface: Option<Interface>,
    /// Domains, with their certificates and DNS records.
    pub custom_domains: Option<Vec<CustomDomainOrName>>,
    /// Listeners.
    #[config(items = 1..=50)]
    pub listeners: Vec<NetworkListener>,
}

/// A listener.
#[derive(Clone, Debug, Decode, Describe)]
pub struct NetworkListener {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Protocol.
    pub protocol: NetworkProtocol,
    /// Port.
    #[config(range = 1..=65535)]
    pub port: Spanned<u32>,
    /// ARNs of certificates, instead of those of the custom domains.
    pub custom_certificate_arns: Option<Vec<Val<String>>>,
    /// Addresses and CIDR blocks that may reach the listener; everybody when not given.
    pub whitelist_ips: Option<Vec<Val<String>>>,
}

/// Protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum NetworkProtocol {
    /// Plain TCP.
    #[config(name = "TCP")]
    Tcp,
    /// TLS that ends at the load balancer.
    #[config(name = "TLS")]
    Tls,
}

/// Mail to a network load balancer: a workload receives the traffic of a listener.
#[derive(Clone, Debug)]
pub struct ListenerClaim {
    /// Dotted name of the workload.
    pub workload: String,
    /// Port of the listener.
    pub port: Spanned<u32>,
    /// Logical id of the target group.
    pub target_group: String,
}

impl Resource<NetworkLoadBalancer> {
    /// Who can reach it.
    pub fn interface(&self) -> Interface {
        self.props.interface.unwrap_or(Interface::Internet)
    }

    fn domains(&self) -> impl Iterator<Item = &CustomDomain> {
        self.props.custom_domains.iter().flatten().map(|d| &d.0)
    }
}

fn has_port(balancer: &Resource<NetworkLoadBalancer>, port: u32) -> bool {
    balancer.props.listeners.iter().any(|l| l.port.value == port)
}

/// Reports a listener port that the load balancer does not have. Consumers call this.
pub fn check_port(balancer: &Resource<NetworkLoadBalancer>, port: &Spanned<u32>, sink: &mut Sink) {
    if !has_port(balancer, port.value) {
        let ports: Vec<String> = balancer.props.listeners.iter().map(|l| l.port.value.to_string()).collect();
        sink.push(
            Diagnostic::error(
                Code::UNKNOWN_RESOURCE,
                port.span,
                format!("`{}` has no listener on port {}", balancer.name, port.value),
            )
            .label(balancer.span, format!("listens on {}", ports.join(", ")))
            .hint(format!("use {}, or add a listener", ports.join(", "))),
        );
    }
}

impl ResourceKind for NetworkLoadBalancer {
    const TYPE: &'static str = "network-load-balancer";
    type Props = NetworkLoadBalancerProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        domains::check(r.domains(), CertificateRegion::Stack, linked, sink);
        let mut seen = SortedMap::new();
        for listener in &r.props.listeners {
            let port = &listener.port;
            check_addresses("whitelistIps", listener.whitelist_ips.as_ref(), sink);
            if let Some(first) = seen.insert(port.value, port.span) {
                sink.push(
                    Diagnostic::error(Code::CLASH, port.span, format!("two listeners use port {}", port.value))
                        .label(first, "first used here")
                        .hint("give each listener a port of its own"),
                );
                continue;
            }
            check_listener(r, listener, linked, sink);
        }
    }

    fn link(r: &Resource<Self>, _stack: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
        domains::claim(r.domains(), out);
    }

    fn params(r: &Resource<Self>, _linked: &Linked<'_>) -> Vec<Param> {
        let canonical = get_att(balancer_id(&r.name), "DNSName");
        let names: Vec<String> = r.domains().map(CustomDomain::name).collect();
        let domain = names.first().map_or(canonical.clone(), Expr::from);
        let mut all = vec![Param::new("canonicalDomain", canonical), Param::new("domain", domain)];
        if !names.is_empty() {
            all.push(Param::new("customDomains", names.join(", ")));
        }
        all
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (linked, stack) = (cx.linked, cx.stack());
        let mut fragment = Fragment::default();
        let openings: Vec<Opening<'_>> = r
            .props
            .listeners
            .iter()
            .map(|l| Opening { port: l.port.value, whitelist: l.whitelist_ips.as_ref() })
            .collect();
        add_security_group(&r.name, "network load balancer", r.interface(), &openings, r.span, stack, &mut fragment);
        add_balancer(&r.name, "network", r.interface(), r.span, stack, &mut fragment);
        for listener in &r.props.listeners {
            let claim = linked.mail::<ListenerClaim>(&r.name).find(|c| c.port.value == listener.port.value);
            let Some(claim) = claim else { continue };
            let action =
                Object::new().set("TargetGroupArn", reference(claim.target_group.clone())).set("Type", "forward");
            let made = Listener {
                port: listener.port.value,
                protocol: listener.protocol.as_str(),
                certificates: security(listener).certificates(r.domains(), stack),
                action,
                span: listener.span,
            };
            add_listener(&r.name, made, &mut fragment);
        }
        add_records(r.domains(), &balancer_id(&r.name), linked, &mut fragment);
        fragment
    }
}

fn check_listener(r: &Resource<NetworkLoadBalancer>, listener: &NetworkListener, linked: &Linked<'_>, sink: &mut Sink) {
    let (port, name) = (&listener.port, &r.name);
    let claims: Vec<&ListenerClaim> =
        linked.mail::<ListenerClaim>(name).filter(|c| c.port.value == port.value).collect();
    match claims.as_slice() {
        [_] => {}
        // A workload that could not be read may use it, and an event that names a port which is not there may mean it.
        [] if linked.stack.has_broken() || linked.demands::<LostEvent>().next().is_some() => {}
        [] if linked.mail::<ListenerClaim>(name).any(|c| !has_port(r, c.port.value)) => {}
        [] => sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                port.span,
                format!("the listener on port {} of nlb `{name}` is used by no event", port.value),
            )
            .hint("add a network-load-balancer event with this listenerPort to a container, or remove the listener"),
        ),
        // Reported at the listeners, of which one has to get another port.
        _ if r.props.listeners.iter().filter(|l| l.port.value == port.value).count() > 1 => {}
        [first, second, ..] => sink.push(
            Diagnostic::error(
                Code::CLASH,
                second.port.span,
                format!("`{}` and `{}` both use port {} of `{name}`", first.workload, second.workload, port.value),
            )
            .label(first.port.span, "first used here")
            .hint("a listener forwards to one workload; add another listener"),
        ),
    }
    security(listener).check(r.domains().next().is_some(), linked.stack, sink);
}

fn security(listener: &NetworkListener) -> Security<'_> {
    Security {
        protocol: listener.protocol.as_str(),
        secure: NetworkProtocol::Tls.as_str(),
        port: listener.port.value,
        own: listener.custom_certificate_arns.as_ref(),
        span: listener.span,
    }
}
