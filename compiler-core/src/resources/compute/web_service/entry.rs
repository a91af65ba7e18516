//! What stands in front of a web service, and how its container is reached from there.

use super::{Front, WebService};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AnyResource, Resource};
use crate::resources::compute::container_workload::{
    ContainerEvent, ContainerHttpApiEvent, ContainerLoadBalancerEvent, ContainerNetworkLoadBalancerEvent,
    HealthCheckProtocol, LoadBalancerHealthCheck,
};
use crate::resources::compute::service::{DEFAULT_PORT, Entry};
use crate::resources::networking::application_load_balancer::{
    ApplicationLoadBalancer, ApplicationLoadBalancerProps, TEST_LISTENER,
};
use crate::resources::networking::http_api_gateway::{HttpApiGateway, HttpApiGatewayProps, HttpMethod};
use crate::resources::networking::network_load_balancer::{
    NetworkListener, NetworkLoadBalancer, NetworkLoadBalancerProps, NetworkProtocol,
};
use crate::source::{Span, Spanned};

/// What stands in front of the container.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum WebServiceLoadBalancing {
    /// An HTTP API: HTTPS, costs by the request.
    #[config(name = "http-api-gateway")]
    HttpApi,
    /// An application load balancer: HTTPS, websockets, gradual deployments; costs by the hour.
    #[config(name = "application-load-balancer")]
    LoadBalancer(Option<WebServiceHealthCheck>),
    /// A network load balancer: TCP and TLS; costs by the hour.
    #[config(name = "network-load-balancer")]
    NetworkLoadBalancer(WebServiceNetworkLoadBalancing),
}

/// How an application load balancer sees whether the container works.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct WebServiceHealthCheck {
    /// Path that must answer with a status from 200 to 299.
    #[config(default = "/")]
    pub healthcheck_path: Option<Val<String>>,
    /// Time between two checks.
    #[config(range = 5..=300, unit = "seconds", default = 5)]
    pub healthcheck_interval: Option<Val<u32>>,
    /// How long a check may take.
    #[config(range = 2..=120, unit = "seconds", default = 4)]
    pub healthcheck_timeout: Option<Val<u32>>,
}

/// Ports of a network load balancer, and how it sees whether the container works.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WebServiceNetworkLoadBalancing {
    /// Ports on which the load balancer listens.
    #[config(items = 1..=50)]
    pub ports: Vec<WebServicePort>,
    /// Path that must answer with a status from 200 to 299, with the protocol HTTP.
    #[config(default = "/")]
    pub healthcheck_path: Option<Val<String>>,
    /// Time between two checks.
    #[config(range = 5..=300, unit = "seconds", default = 5)]
    pub healthcheck_interval: Option<Val<u32>>,
    /// How long a check may take.
    #[config(range = 2..=120, unit = "seconds", default = 4)]
    pub healthcheck_timeout: Option<Val<u32>>,
    /// Protocol of health checks.
    #[config(default = "TCP")]
    pub health_check_protocol: Option<Spanned<HealthCheckProtocol>>,
    /// Port of health checks; that of the traffic when not given.
    #[config(range = 1..=65535)]
    pub health_check_port: Option<Spanned<u32>>,
}

/// A port on which a network load balancer listens.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WebServicePort {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port of the load balancer.
    #[config(range = 1..=65535)]
    pub port: Spanned<u32>,
    /// Protocol; TLS ends at the load balancer, and needs one of `customDomains` for its certificate: TCP is the default without any.
    #[config(default = "TLS")]
    pub protocol: Option<NetworkProtocol>,
    /// Port that the container listens on; that of the load balancer when not given.
    #[config(range = 1..=65535)]
    pub container_port: Option<Spanned<u32>>,
}

/// Priority of the rule that sends everything to the service. Part of the rule's logical id.
const PRIORITY: u32 = 3;

/// How the traffic arrives at the container.
pub fn entry(r: &Resource<WebService>) -> Entry {
    let host = ("HOST", "0.0.0.0".to_string());
    let port = ("PORT", DEFAULT_PORT.to_string());
    let name = Spanned::new(r.front_name().to_string(), r.span);
    let container_port = Spanned::new(DEFAULT_PORT, r.span);
    match &r.props.load_balancing {
        None | Some(WebServiceLoadBalancing::HttpApi) => Entry {
            events: vec![ContainerEvent::HttpApi(ContainerHttpApiEvent {
                span: r.span,
                container_port,
                http_api_gateway_name: name,
                method: Spanned::new(HttpMethod::Any, r.span),
                path: Spanned::new("/{proxy+}".to_string(), r.span),
                authorizer: None,
                payload_format: None,
            })],
            variables: vec![port, host],
            ..Entry::default()
        },
        Some(WebServiceLoadBalancing::LoadBalancer(check)) => {
            let mut variables = vec![port, host];
            let deployment = r.props.deployment.clone();
            if let Some(deployment) = &deployment {
                let test = deployment.test_listener_port.as_ref().map_or(TEST_LISTENER, |p| p.value);
                variables.push(("DEPLOYMENT_TEST_PORT", test.to_string()));
            }
            Entry {
                events: vec![ContainerEvent::LoadBalancer(ContainerLoadBalancerEvent {
                    span: r.span,
                    container_port,
                    load_balancer_name: name,
                    listener_port: None,
                    priority: Spanned::new(PRIORITY, r.span),
                    paths: Some(vec![Val::known("*".to_string(), r.span)]),
                    methods: None,
                    hosts: None,
                    headers: None,
                    query_params: None,
                    source_ips: None,
                })],
                variables,
                health_check: check.clone().map(health_check),
                deployment,
            }
        }
        Some(WebServiceLoadBalancing::NetworkLoadBalancer(n)) => Entry {
            events: n.ports.iter().map(|p| network_event(p, &name)).collect(),
            variables: vec![host],
            health_check: Some(LoadBalancerHealthCheck {
                span: r.span,
                healthcheck_path: n.healthcheck_path.clone(),
                healthcheck_interval: n.healthcheck_interval.clone(),
                healthcheck_timeout: n.healthcheck_timeout.clone(),
                health_check_protocol: n.health_check_protocol.clone(),
                health_check_port: n.health_check_port.clone(),
            }),
            ..Entry::default()
        },
    }
}

fn health_check(check: WebServiceHealthCheck) -> LoadBalancerHealthCheck {
    LoadBalancerHealthCheck {
        healthcheck_path: check.healthcheck_path,
        healthcheck_interval: check.healthcheck_interval,
        healthcheck_timeout: check.healthcheck_timeout,
        ..LoadBalancerHealthCheck::default()
    }
}

fn network_event(port: &WebServicePort, balancer: &Spanned<String>) -> ContainerEvent {
    ContainerEvent::NetworkLoadBalancer(ContainerNetworkLoadBalancerEvent {
        span: port.span,
        container_port: port.container_port.clone().unwrap_or_else(|| port.port.clone()),
        load_balancer_name: balancer.clone(),
        listener_port: port.port.clone(),
    })
}

/// TLS needs a certificate, and AWS has none for its own names.
fn default_protocol(r: &Resource<WebService>) -> NetworkProtocol {
    match r.props.custom_domains.as_ref().is_none_or(Vec::is_empty) {
        true => NetworkProtocol::Tcp,
        false => NetworkProtocol::Tls,
    }
}

/// Warns of ports that would speak TLS if there were a certificate.
pub fn check(r: &Resource<WebService>, sink: &mut Sink) {
    let Some(WebServiceLoadBalancing::NetworkLoadBalancer(n)) = &r.props.load_balancing else { return };
    if default_protocol(r) == NetworkProtocol::Tls {
        return;
    }
    for port in n.ports.iter().filter(|p| p.protocol.is_none()) {
        let message =
            format!("port {} speaks plain TCP: without customDomains there is no certificate for TLS", port.port.value);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, port.span, message)
                .hint("add customDomains to the service, or say protocol: TCP"),
        );
    }
}

/// What stands in front. Options that do not go with it are left out; the service has reported them.
pub fn front(r: &Resource<WebService>) -> Box<dyn AnyResource> {
    let (p, name) = (r.props.clone(), r.front_name());
    let alarms = p.alarms;
    match r.front() {
        Front::HttpApi => {
            let props = HttpApiGatewayProps {
                cors: p.cors.map(|c| c.value),
                custom_domains: p.custom_domains.map(|d| d.into_iter().map(|d| d.0).collect()),
                cdn: p.cdn,
                alarms: alarms.map(|a| a.into_iter().filter_map(|a| a.convert(super::alarms::of_http_api)).collect()),
                disabled_global_alarms: p.disabled_global_alarms,
                ..HttpApiGatewayProps::default()
            };
            Box::new(Resource::<HttpApiGateway>::new(name, r.span, props))
        }
        Front::LoadBalancer => {
            let props = ApplicationLoadBalancerProps {
                custom_domains: p.custom_domains,
                cdn: p.cdn.map(Into::into),
                alarms: alarms
                    .map(|a| a.into_iter().filter_map(|a| a.convert(super::alarms::of_load_balancer)).collect()),
                disabled_global_alarms: p.disabled_global_alarms,
                use_firewall: p.use_firewall,
                ..ApplicationLoadBalancerProps::default()
            };
            Box::new(Resource::<ApplicationLoadBalancer>::new(name, r.span, props))
        }
        Front::NetworkLoadBalancer => {
            let ports = match &r.props.load_balancing {
                Some(WebServiceLoadBalancing::NetworkLoadBalancer(n)) => n.ports.as_slice(),
                _ => &[],
            };
            let listener = |p: &WebServicePort| NetworkListener {
                span: p.span,
                protocol: p.protocol.unwrap_or(default_protocol(r)),
                port: p.port.clone(),
                custom_certificate_arns: None,
                whitelist_ips: None,
            };
            let props = NetworkLoadBalancerProps {
                interface: None,
                custom_domains: p.custom_domains,
                listeners: ports.iter().map(listener).collect(),
            };
            Box::new(Resource::<NetworkLoadBalancer>::new(name, r.span, props))
        }
    }
}
