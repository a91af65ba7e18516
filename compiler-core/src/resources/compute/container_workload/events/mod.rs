//! Where the traffic of a container comes from: one file per kind of event.

mod discovery;
mod http_api;
mod load_balancer;
mod network_load_balancer;
pub mod target_group;

pub use discovery::{AppProtocol, InternalEvent, ServiceConnectEvent};
pub use http_api::ContainerHttpApiEvent;
pub use load_balancer::ContainerLoadBalancerEvent;
pub use network_load_balancer::ContainerNetworkLoadBalancerEvent;
pub use target_group::TargetGroup;

use super::deployment::Shifted;
use super::{Container, ContainerWorkload};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, Resource, Stack};
use crate::order::SortedSet;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// Where the traffic of a container comes from.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum ContainerEvent {
    /// Requests to an application load balancer.
    #[config(name = "application-load-balancer")]
    LoadBalancer(ContainerLoadBalancerEvent),
    /// Requests to an HTTP API.
    #[config(name = "http-api-gateway")]
    HttpApi(ContainerHttpApiEvent),
    /// Other containers of the workload.
    #[config(name = "workload-internal")]
    Internal(InternalEvent),
    /// Other workloads of the stack, by name.
    #[config(name = "service-connect")]
    ServiceConnect(ServiceConnectEvent),
    /// Connections to a network load balancer.
    #[config(name = "network-load-balancer")]
    NetworkLoadBalancer(ContainerNetworkLoadBalancerEvent),
}

/// `HostPort` for a port that the host chooses.
pub const CHOSEN_BY_HOST: u32 = 0;
/// Ports that the host chooses from. Source: the ephemeral range of Docker on Linux as the ECS developer guide gives it, with room above.
const HOST_PORTS: (u32, u32) = (32768, 65535);

/// Most target groups of a service. Source: ECS service quotas.
const MOST_TARGET_GROUPS: usize = 5;

/// What the events of a workload add to its service and security group.
#[derive(Default)]
pub struct Wiring {
    /// `LoadBalancers`.
    pub load_balancers: Vec<Expr>,
    /// `ServiceRegistries`.
    pub registries: Vec<Expr>,
    /// `Services` of Service Connect.
    pub connect_services: Vec<Expr>,
    /// `SecurityGroupIngress`.
    pub ingress: Vec<Expr>,
    /// Whose traffic is shifted, when the workload has a deployment.
    pub shifts: Vec<Shifted>,
    /// Logical ids that the service waits for.
    pub wait_for: Vec<String>,
}

impl Wiring {
    /// Lets traffic in, once for each port and source. On EC2 the host chooses the port.
    fn let_in(&mut self, r: &Resource<ContainerWorkload>, port: u32, from: Source) {
        let (first, last) = if r.props.resources.on_fargate() { (port, port) } else { HOST_PORTS };
        let rule = Object::new().set("FromPort", first).set("IpProtocol", "tcp").set("ToPort", last);
        let rule = Expr::from(match from {
            Source::Group(group) => rule.set("SourceSecurityGroupId", group),
            Source::Block(cidr) => rule.set("CidrIp", cidr),
        });
        if !self.ingress.contains(&rule) {
            self.ingress.push(rule);
        }
    }
}

/// Who is let in.
enum Source {
    /// Id of a security group.
    Group(Expr),
    /// CIDR block.
    Block(Expr),
}

/// An event, its place, and where its children go.
pub struct EventCx<'a, 'f> {
    /// The workload.
    pub workload: &'a Resource<ContainerWorkload>,
    /// The container.
    pub container: &'a Container,
    /// The config.
    pub linked: &'a Linked<'a>,
    /// Gets the children.
    pub fragment: &'f mut Fragment,
    /// Gets what belongs to the service.
    pub wiring: &'f mut Wiring,
}

impl ContainerEvent {
    /// The port that the container listens on.
    pub fn container_port(&self) -> &Spanned<u32> {
        match self {
            Self::LoadBalancer(e) => &e.container_port,
            Self::HttpApi(e) => &e.container_port,
            Self::Internal(e) => &e.container_port,
            Self::ServiceConnect(e) => &e.container_port,
            Self::NetworkLoadBalancer(e) => &e.container_port,
        }
    }

    /// The protocol that Service Connect speaks.
    pub fn app_protocol(&self) -> Option<AppProtocol> {
        match self {
            Self::ServiceConnect(e) => e.protocol,
            _ => None,
        }
    }

    /// Logical id of the target group that leads there.
    fn target_group_id(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>) -> Option<String> {
        match self {
            Self::LoadBalancer(e) => e.target_group_ids(r, stack).into_iter().next(),
            Self::NetworkLoadBalancer(e) => e.target_group_id(r, stack),
            _ => None,
        }
    }

    /// The place of the event.
    pub fn span(&self) -> Span {
        match self {
            Self::LoadBalancer(e) => e.span,
            Self::HttpApi(e) => e.span,
            Self::Internal(e) => e.span,
            Self::ServiceConnect(e) => e.span,
            Self::NetworkLoadBalancer(e) => e.span,
        }
    }

    fn check(&self, r: &Resource<ContainerWorkload>, container: &Container, linked: &Linked<'_>, sink: &mut Sink) {
        match self {
            Self::LoadBalancer(e) => e.check(container, linked, sink),
            Self::HttpApi(e) => e.check(linked, sink),
            Self::NetworkLoadBalancer(e) => e.check(linked, sink),
            Self::ServiceConnect(e) => e.check(r, container, linked, sink),
            Self::Internal(_) => {}
        }
    }

    fn expand(&self, cx: &mut EventCx<'_, '_>) {
        match self {
            Self::LoadBalancer(e) => e.expand(cx),
            Self::HttpApi(e) => e.expand(cx),
            Self::NetworkLoadBalancer(e) => e.expand(cx),
            Self::ServiceConnect(e) => e.expand(cx),
            Self::Internal(_) => {}
        }
    }
}

/// Rules of every event, and over all of them.
pub fn check(r: &Resource<ContainerWorkload>, linked: &Linked<'_>, sink: &mut Sink) {
    for (container, event) in r.events() {
        event.check(r, container, linked, sink);
    }
    let mut groups = SortedSet::new();
    let targets = r.events().filter_map(|(_, e)| Some((e, e.target_group_id(r, linked.stack)?)));
    if let Some((event, _)) = targets.filter(|(_, id)| groups.insert(id.clone())).nth(MOST_TARGET_GROUPS) {
        let message = format!(
            "load balancers reach `{}` at more than {MOST_TARGET_GROUPS} ports, and ECS takes no more",
            r.name.shown()
        );
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, event.span(), message)
                .hint("split the containers into several workloads, or let one port serve several paths"),
        );
    }
    http_api::check_together(r, sink);
    discovery::check_together(r, sink);
}

/// Mail of every event.
pub fn link(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
    for (container, event) in r.events() {
        match event {
            ContainerEvent::LoadBalancer(e) => e.link(r, stack, out),
            ContainerEvent::HttpApi(e) => e.link(r, stack, out),
            ContainerEvent::NetworkLoadBalancer(e) => e.link(r, stack, out),
            ContainerEvent::ServiceConnect(e) => e.link(r, container, out),
            ContainerEvent::Internal(_) => {}
        }
    }
}

/// Expands every event.
pub fn expand(r: &Resource<ContainerWorkload>, linked: &Linked<'_>, fragment: &mut Fragment) -> Wiring {
    let mut wiring = Wiring::default();
    for (container, event) in r.events() {
        event.expand(&mut EventCx { workload: r, container, linked, fragment, wiring: &mut wiring });
    }
    wiring
}
