//! What both kinds of load balancer share: who may reach them, listeners, certificates, and the claims of those that receive their traffic.

pub mod certificates;
pub mod conditions;
pub mod rule;

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{AliasTarget, CustomDomain};
use crate::model::{Fragment, Linked, ResourceName, Stack};
use crate::naming::{logical_id, truncate};
use crate::shared_infra::vpc;
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, reference};

/// Who can reach a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum Interface {
    /// Everybody.
    #[config(name = "internet")]
    Internet,
    /// Only what is in the VPC.
    #[config(name = "internal")]
    Internal,
}

/// Demanded of nobody: an event names a load balancer of its kind that the config does not have. Listeners that seem unused may be meant.
pub struct LostEvent;

/// The security policy of listeners with TLS: TLS 1.2 and 1.3.
pub const SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// Logical id of a load balancer.
pub fn balancer_id(name: &ResourceName) -> String {
    logical_id(name.flat(), "", "AWS::ElasticLoadBalancingV2::LoadBalancer")
}

/// Logical id of the security group of a load balancer.
pub fn security_group_id(name: &ResourceName) -> String {
    logical_id(name.flat(), "Lb", "AWS::EC2::SecurityGroup")
}

/// Logical id of a listener.
pub fn listener_id(name: &ResourceName, port: u32) -> String {
    logical_id(name.flat(), &format!("Port{port}"), "AWS::ElasticLoadBalancingV2::Listener")
}

/// A listener's port and who may reach it.
pub struct Opening<'a> {
    /// The port.
    pub port: u32,
    /// CIDR blocks or single addresses; everybody that the interface lets in when not given.
    pub whitelist: Option<&'a Vec<Val<String>>>,
}

/// Adds the security group. The reference's description names a cluster of another kind; it is an identity and stays.
pub fn add_security_group(
    name: &ResourceName,
    kind: &str,
    interface: Interface,
    openings: &[Opening<'_>],
    span: Span,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) {
    let network = vpc::network(stack);
    let everybody = match interface {
        Interface::Internet => Expr::from("0.0.0.0/0"),
        Interface::Internal => network.cidr,
    };
    let rule = |port: u32, cidr: Expr| {
        let family = if cidr.as_str().is_some_and(|block| block.contains(':')) { "CidrIpv6" } else { "CidrIp" };
        Expr::from(Object::new().set(family, cidr).set("FromPort", port).set("IpProtocol", "tcp").set("ToPort", port))
    };
    let mut ingress = vec![];
    for opening in openings {
        match opening.whitelist {
            Some(list) => ingress.extend(list.iter().map(|ip| rule(opening.port, cidr(ip)))),
            None => ingress.push(rule(opening.port, everybody.clone())),
        }
    }
    let identity = &stack.identity;
    let description =
        format!("Stacktape generated security group for {kind} {} in stack {}", name.flat(), identity.stack_name);
    let properties = Object::new()
        .set("GroupName", truncate(&format!("{}-{}-lb-sg", identity.stack_name, name.flat()), 255))
        .set("GroupDescription", description)
        .list("SecurityGroupIngress", ingress)
        .set("VpcId", network.vpc_id)
        .set("Tags", stack.tags(&[]));
    fragment.add(security_group_id(name), span, Resource::new("AWS::EC2::SecurityGroup", properties));
}

/// Reports what is no IP address and no block of addresses.
pub fn check_addresses(property: &str, addresses: Option<&Vec<Val<String>>>, sink: &mut Sink) {
    for address in addresses.into_iter().flatten() {
        let Some(text) = address.as_known().filter(|text| !is_block(text)) else { continue };
        let message = format!("{property} has \"{text}\", which is no IP address and no CIDR block");
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, address.span, message)
                .hint("write an address such as 203.0.113.7, or a block such as 203.0.113.0/24"),
        );
    }
}

fn is_block(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else { return false };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= if address.is_ipv4() { 32 } else { 128 }))
}

/// A single address becomes a block of one.
pub fn cidr(ip: &Val<String>) -> Expr {
    match ip.as_known() {
        Some(text) if !text.contains('/') => {
            Expr::from(format!("{text}/{}", if text.contains(':') { 128 } else { 32 }))
        }
        _ => ip.clone().into(),
    }
}

/// Adds the load balancer itself.
pub fn add_balancer(
    name: &ResourceName,
    kind: &'static str,
    interface: Interface,
    span: Span,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) {
    let network = vpc::network(stack);
    let scheme = if interface == Interface::Internal { "internal" } else { "internet-facing" };
    let properties = Object::new()
        .set("IpAddressType", "ipv4")
        .set("Scheme", scheme)
        .set("SecurityGroups", vec![reference(security_group_id(name))])
        .set("Subnets", Expr::List(network.public_subnets))
        .set("Type", kind)
        .set("Tags", stack.tags(&[]));
    // An address on the internet needs the gateway, which no property shows.
    let balancer = Resource::new("AWS::ElasticLoadBalancingV2::LoadBalancer", properties);
    let balancer = network.public_routes.into_iter().fold(balancer, Resource::after);
    fragment.add(balancer_id(name), span, balancer);
}

/// Adds a listener, and the certificates after the first.
pub fn add_listener(name: &ResourceName, listener: Listener, fragment: &mut Fragment) {
    let id = listener_id(name, listener.port);
    let mut certificates = listener.certificates.into_iter().map(|arn| Object::new().set("CertificateArn", arn));
    let first = certificates.next();
    let properties = Object::new()
        .opt("Certificates", first.clone().map(|c| vec![c]))
        .set("DefaultActions", vec![listener.action])
        .set("LoadBalancerArn", reference(balancer_id(name)))
        .set("Port", listener.port)
        .set("Protocol", listener.protocol)
        .opt("SslPolicy", first.map(|_| SSL_POLICY));
    fragment.add(id.clone(), listener.span, Resource::new("AWS::ElasticLoadBalancingV2::Listener", properties));
    let more: Vec<Object> = certificates.collect();
    if !more.is_empty() {
        let kind = "AWS::ElasticLoadBalancingV2::ListenerCertificate";
        let properties = Object::new().set("Certificates", more).set("ListenerArn", reference(id));
        let list = logical_id(name.flat(), &format!("Port{}", listener.port), kind);
        fragment.add(list, listener.span, Resource::new(kind, properties));
    }
}

/// A listener to be added.
pub struct Listener {
    /// The port.
    pub port: u32,
    /// `HTTP`, `HTTPS`, `TCP` or `TLS`.
    pub protocol: &'static str,
    /// ARNs; the first is the default one.
    pub certificates: Vec<Expr>,
    /// What happens when no rule matches.
    pub action: Object,
    /// The config value that asks for it.
    pub span: Span,
}

/// Adds the records that lead to a load balancer.
pub fn add_records<'a>(
    domains: impl Iterator<Item = &'a CustomDomain>,
    balancer: &str,
    linked: &Linked<'_>,
    fragment: &mut Fragment,
) {
    for domain in domains {
        let target = AliasTarget {
            dns_name: get_att(balancer.to_string(), "DNSName"),
            hosted_zone_id: get_att(balancer.to_string(), "CanonicalHostedZoneID"),
        };
        domain.add_record(target, linked, fragment);
    }
}
