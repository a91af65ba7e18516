//! `web-service`: a container that the internet reaches. A composite: a container workload behind an HTTP API, an application load balancer or a
//! network load balancer, each with the name of the service.

mod alarms;
mod entry;

pub use alarms::WebServiceTrigger;
pub use entry::{WebServiceHealthCheck, WebServiceLoadBalancing, WebServiceNetworkLoadBalancing, WebServicePort};

use super::container_workload::ContainerDeployment;
use super::service::{self, Service};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::alarms::Alarm;
use crate::facets::cdn::CdnConfig;
use crate::facets::domains::CustomDomainOrName;
use crate::model::{AlarmName, AnyResource, ExpandCx, Fragment, Linked, Param, Resource, ResourceKind, Stack};
use crate::resources::networking::http_api_gateway::HttpApiCors;
use crate::source::Spanned;

/// A container that the internet reaches.
pub struct WebService;

/// A container that the internet reaches: by HTTPS through an HTTP API or an application load balancer, or by TCP and TLS through a network load
/// balancer.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WebServiceProps {
    /// What stands in front of the container. An HTTP API costs by the request, load balancers by the hour.
    #[config(default = "http-api-gateway")]
    pub load_balancing: Option<WebServiceLoadBalancing>,
    /// Which web pages may call the service. HTTP API only.
    pub cors: Option<Spanned<HttpApiCors>>,
    /// Domains of the service. Each needs a hosted zone and a certificate in the region of the stack.
    pub custom_domains: Option<Vec<CustomDomainOrName>>,
    /// A CDN in front of the service. Not with a network load balancer.
    pub cdn: Option<CdnConfig>,
    /// Alarms on what stands in front of the container.
    pub alarms: Option<Vec<Alarm<WebServiceTrigger>>>,
    /// Names of organisation-wide alarms that this service does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
    /// Gradual shift of traffic to a new version. Application load balancer only.
    pub deployment: Option<ContainerDeployment>,
    /// Firewall (`web-app-firewall` of scope `regional`) in front of the service. Application load balancer only.
    #[config(names = "web-app-firewall")]
    pub use_firewall: Option<Spanned<String>>,
    /// What all services have.
    #[config(flatten)]
    pub service: Service,
}

/// What stands in front of the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// An HTTP API.
    HttpApi,
    /// An application load balancer.
    LoadBalancer,
    /// A network load balancer.
    NetworkLoadBalancer,
}

impl Front {
    /// Its type, and how the part of the service is called in references such as `web.httpApiGateway`.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::HttpApi => ("http-api-gateway", "httpApiGateway"),
            Self::LoadBalancer => ("application-load-balancer", "loadBalancer"),
            Self::NetworkLoadBalancer => ("network-load-balancer", "networkLoadBalancer"),
        }
    }

    /// Its type in a sentence.
    fn article(self) -> &'static str {
        match self {
            Self::HttpApi => "an http-api-gateway",
            Self::LoadBalancer => "an application-load-balancer",
            Self::NetworkLoadBalancer => "a network-load-balancer",
        }
    }
}

impl Resource<WebService> {
    /// What stands in front of the container.
    pub fn front(&self) -> Front {
        match &self.props.load_balancing {
            None | Some(WebServiceLoadBalancing::HttpApi) => Front::HttpApi,
            Some(WebServiceLoadBalancing::LoadBalancer(_)) => Front::LoadBalancer,
            Some(WebServiceLoadBalancing::NetworkLoadBalancer(_)) => Front::NetworkLoadBalancer,
        }
    }

    fn front_name(&self) -> crate::model::ResourceName {
        self.name.inner(self.front().words().1)
    }
}

impl ResourceKind for WebService {
    const TYPE: &'static str = "web-service";
    type Props = WebServiceProps;

    fn check(r: &Resource<Self>, _: &Linked<'_>, sink: &mut Sink) {
        let (p, front) = (&r.props, r.front());
        let kind = front.words().0;
        let port = (front != Front::NetworkLoadBalancer).then_some(service::DEFAULT_PORT);
        service::check(&p.service, port, sink);
        entry::check(r, sink);
        let only_load_balancer = [
            ("deployment", p.deployment.as_ref().map(|d| d.span)),
            ("useFirewall", p.use_firewall.as_ref().map(|f| f.span)),
        ];
        for (property, span) in only_load_balancer {
            if let Some(span) = span.filter(|_| front != Front::LoadBalancer) {
                let message =
                    format!("{property} of a web service needs an application-load-balancer, not {}", front.article());
                sink.push(
                    Diagnostic::error(Code::CONFLICT, span, message).hint(format!(
                        "set loadBalancing: {{ type: application-load-balancer }}, or remove {property}"
                    )),
                );
            }
        }
        if let Some(cdn) = p.cdn.as_ref().filter(|c| c.enabled && front == Front::NetworkLoadBalancer) {
            sink.push(
                Diagnostic::error(Code::CONFLICT, cdn.span, "a cdn does not go with a network-load-balancer")
                    .hint("use loadBalancing of type http-api-gateway or application-load-balancer, or remove cdn"),
            );
        }
        if let Some(cors) = p.cors.as_ref().filter(|c| c.enabled && front != Front::HttpApi) {
            sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    cors.span,
                    format!("nothing answers for cors: {} does not know it", front.article()),
                )
                .hint("let the container answer preflight requests, or use loadBalancing: { type: http-api-gateway }"),
            );
        }
        for alarm in p.alarms.iter().flatten().filter(|a| a.trigger.front() != front) {
            let (watched, trigger) = (alarm.trigger.front().article(), alarm.trigger.kind_name());
            let message =
                format!("the alarm {trigger} watches {watched}, but the service is behind {}", front.article());
            let hint = match front {
                Front::NetworkLoadBalancer => "remove the alarm: there are none for network load balancers".to_string(),
                _ => format!("use an alarm whose type starts with {kind}, or change loadBalancing"),
            };
            sink.push(Diagnostic::error(Code::CONFLICT, alarm.span, message).hint(hint));
        }
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let service = r.props.service.clone();
        vec![Box::new(service.workload(&r.name, r.span, entry::entry(r))), entry::front(r)]
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        linked.params(r.front_name().dotted()).unwrap_or_default().to_vec()
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        stack.any(r.front_name().dotted()).map(|front| front.alarms(stack)).unwrap_or_default()
    }

    fn expand(_: &Resource<Self>, _: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
