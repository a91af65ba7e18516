//! `private-service`: a container that the other containers of the stack reach by name. A composite: a container workload, and with
//! `loadBalancing: application-load-balancer` an internal load balancer.

use super::container_workload::{AppProtocol, ContainerEvent, ContainerLoadBalancerEvent, ServiceConnectEvent};
use super::service::{self, DEFAULT_PORT, Entry, Service};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AnyResource, ExpandCx, Fragment, Linked, Param, Resource, ResourceKind, Tunnel};
use crate::resources::networking::application_load_balancer::{
    ApplicationLoadBalancer, ApplicationLoadBalancerProps, HttpListener, HttpProtocol,
};
use crate::resources::networking::load_balancer::{Interface, balancer_id};
use crate::source::Spanned;
use crate::template::{get_att, join};

/// A container that the other containers of the stack reach by name.
pub struct PrivateService;

/// A container that the other containers of the stack reach by name, and nothing outside.
#[derive(Clone, Debug, Decode, Describe)]
pub struct PrivateServiceProps {
    /// Port that the container listens on; it gets it as `PORT`.
    #[config(range = 1..=65535, default = 3000)]
    pub port: Option<Spanned<u32>>,
    /// Protocol, so that ECS counts and retries requests; plain TCP when not given. Service Connect only.
    pub protocol: Option<Spanned<AppProtocol>>,
    /// How others reach the container.
    #[config(default = "service-connect")]
    pub load_balancing: Option<PrivateLoadBalancing>,
    /// What all services have.
    #[config(flatten)]
    pub service: Service,
}

/// How other containers reach a private service.
#[derive(Clone, Debug, Decode, Describe)]
pub struct PrivateLoadBalancing {
    /// The way.
    #[config(rename = "type")]
    pub kind: PrivateLoadBalancingType,
}

/// How other containers reach a private service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum PrivateLoadBalancingType {
    /// Through an internal load balancer, which costs by the hour; functions in the VPC reach it too.
    #[config(name = "application-load-balancer")]
    LoadBalancer,
    /// By name, through ECS itself; containers only.
    #[config(name = "service-connect")]
    ServiceConnect,
}

/// Name of the load balancer inside a service, for references such as `rates.loadBalancer`.
const LOAD_BALANCER: &str = "loadBalancer";
/// Priority of the rule that sends everything to the service. Part of the rule's logical id.
const PRIORITY: u32 = 3;

impl Resource<PrivateService> {
    fn port(&self) -> Spanned<u32> {
        self.props.port.clone().unwrap_or_else(|| Spanned::new(DEFAULT_PORT, self.span))
    }

    fn has_load_balancer(&self) -> bool {
        self.props.load_balancing.as_ref().is_some_and(|l| l.kind == PrivateLoadBalancingType::LoadBalancer)
    }

    /// The name by which others reach the container.
    fn alias(&self) -> String {
        self.name.flat().to_ascii_lowercase()
    }

    fn load_balancer(&self) -> Resource<ApplicationLoadBalancer> {
        let listener = HttpListener {
            span: self.span,
            protocol: HttpProtocol::Http,
            port: self.port(),
            custom_certificate_arns: None,
            whitelist_ips: None,
            default_action: None,
        };
        let props = ApplicationLoadBalancerProps {
            interface: Some(Spanned::new(Interface::Internal, self.span)),
            listeners: Some(vec![listener]),
            ..ApplicationLoadBalancerProps::default()
        };
        Resource::new(self.name.inner(LOAD_BALANCER), self.span, props)
    }

    fn event(&self) -> ContainerEvent {
        let port = self.port();
        match self.has_load_balancer() {
            true => ContainerEvent::LoadBalancer(ContainerLoadBalancerEvent {
                span: self.span,
                container_port: port.clone(),
                load_balancer_name: Spanned::new(self.name.inner(LOAD_BALANCER).to_string(), self.span),
                listener_port: Some(port),
                priority: Spanned::new(PRIORITY, self.span),
                paths: Some(vec![Val::known("*".to_string(), self.span)]),
                methods: None,
                hosts: None,
                headers: None,
                query_params: None,
                source_ips: None,
            }),
            false => ContainerEvent::ServiceConnect(ServiceConnectEvent {
                span: self.span,
                container_port: port,
                alias: Some(Val::known(self.alias(), self.span)),
                protocol: self.props.protocol.as_ref().map(|p| p.value),
            }),
        }
    }
}

impl ResourceKind for PrivateService {
    const TYPE: &'static str = "private-service";
    type Props = PrivateServiceProps;

    fn check(r: &Resource<Self>, _: &Linked<'_>, sink: &mut Sink) {
        service::check(&r.props.service, Some(r.port().value), sink);
        if let Some(protocol) =
            r.props.protocol.as_ref().filter(|p| r.has_load_balancer() && p.value != AppProtocol::Http)
        {
            let message = format!(
                "the load balancer speaks HTTP 1.1 to the container, so protocol {} is not used",
                protocol.value
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, protocol.span, message)
                    .hint("remove protocol, or set loadBalancing: { type: service-connect }"),
            );
        }
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let service = r.props.service.clone();
        let entry = Entry {
            events: vec![r.event()],
            variables: vec![("PORT", r.port().value.to_string()), ("HOST", "0.0.0.0".to_string())],
            ..Entry::default()
        };
        let mut children: Vec<Box<dyn AnyResource>> = vec![Box::new(service.workload(&r.name, r.span, entry))];
        if r.has_load_balancer() {
            children.push(Box::new(r.load_balancer()));
        }
        children
    }

    fn params(r: &Resource<Self>, _: &Linked<'_>) -> Vec<Param> {
        let port = r.port().value.to_string();
        let address = match r.has_load_balancer() {
            true => {
                let host = get_att(balancer_id(&r.name.inner(LOAD_BALANCER)), "DNSName");
                join("", vec![host, ":".into(), port.into()])
            }
            false => format!("{}:{port}", r.alias()).into(),
        };
        vec![Param::new("address", address)]
    }

    fn tunnel(r: &Resource<Self>) -> Option<Tunnel> {
        r.has_load_balancer().then(|| r.load_balancer()).and_then(|balancer| ApplicationLoadBalancer::tunnel(&balancer))
    }

    fn expand(_: &Resource<Self>, _: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
