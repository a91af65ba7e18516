//! `http-api-gateway`: requests to an HTTP API, which reach the container through a VPC link and Cloud Map.

use super::{ContainerEvent, EventCx, Source};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::resources::compute::container_workload::ContainerWorkload;
use crate::resources::networking::http_api_gateway::{
    Authorizer, HttpApiGateway, HttpMethod, PayloadFormat, Route, VpcLinkNeed,
};
use crate::shared_infra::service_discovery::{NAMESPACE, NamespaceDemand};
use crate::source::{Span, Spanned};
use crate::template::{self, Object, get_att, reference};

/// Requests to an HTTP API.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerHttpApiEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port that the container listens on. All events of a workload on HTTP APIs have the same.
    #[config(range = 1..=65535)]
    pub container_port: Spanned<u32>,
    /// Name of the `http-api-gateway` resource.
    #[config(names = "http-api-gateway")]
    pub http_api_gateway_name: Spanned<String>,
    /// Method of the requests; `*` for every one.
    pub method: Spanned<HttpMethod>,
    /// Path of the requests, such as `/orders/{id}`; `{proxy+}` at the end matches whatever follows, `*` alone every request that no other route
    /// matches.
    pub path: Spanned<String>,
    /// Who may call the route; everybody when not given.
    pub authorizer: Option<Authorizer>,
    /// Form in which API Gateway hands on a request: `1.0` only, for containers.
    #[config(default = "1.0")]
    pub payload_format: Option<Spanned<PayloadFormat>>,
}

/// How long Cloud Map answers may be kept, in seconds.
const RECORD_TTL: u32 = 60;

impl ContainerHttpApiEvent {
    fn route(&self) -> Route<'_> {
        Route {
            gateway: &self.http_api_gateway_name,
            method: &self.method,
            path: &self.path,
            authorizer: self.authorizer.as_ref(),
            span: self.span,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.route().check(linked, sink);
        if let Some(format) = self.payload_format.as_ref().filter(|f| f.value == PayloadFormat::V2) {
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, format.span, "containers get requests with payloadFormat 1.0 only")
                    .hint("remove payloadFormat; 2.0 is a form of events for functions"),
            );
        }
    }

    pub(super) fn link(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
        self.route().claim(&r.name, stack, out);
        out.demand(NamespaceDemand { span: self.span });
        if let Some(gateway) = stack.get::<HttpApiGateway>(&self.http_api_gateway_name) {
            out.send(&gateway.name, VpcLinkNeed { port: self.container_port.value, span: self.span });
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let (r, port) = (cx.workload, self.container_port.value);
        let Some(gateway) = cx.linked.get::<HttpApiGateway>(&self.http_api_gateway_name) else { return };
        let discovery = r.id(&format!("Port{port}Discovery"), "AWS::ServiceDiscovery::Service");
        let record = Object::new().set("TTL", RECORD_TTL).set("Type", "SRV");
        let dns = Object::new().set("DnsRecords", vec![record]).set("RoutingPolicy", "MULTIVALUE");
        let properties = Object::new()
            .set("DnsConfig", dns)
            .set("HealthCheckCustomConfig", Object::new().set("FailureThreshold", 1))
            .set("NamespaceId", reference(NAMESPACE));
        let resource = template::Resource::new("AWS::ServiceDiscovery::Service", properties);
        cx.fragment.add_shared(discovery.clone(), r.span, resource);

        let specifier = format!("{}ToPort{port}", gateway.name.flat());
        let integration = r.id(&specifier, "AWS::ApiGatewayV2::Integration");
        let properties = Object::new()
            .set("ApiId", reference(gateway.api_id()))
            .set("ConnectionId", reference(gateway.vpc_link_id()))
            .set("ConnectionType", "VPC_LINK")
            .set("IntegrationMethod", "ANY")
            .set("IntegrationType", "HTTP_PROXY")
            .set("IntegrationUri", get_att(discovery.clone(), "Arn"))
            .set("PayloadFormatVersion", PayloadFormat::V1);
        let resource = template::Resource::new("AWS::ApiGatewayV2::Integration", properties);
        cx.fragment.add_shared(integration.clone(), r.span, resource);
        self.route().add(&r.name, &integration, cx.linked, cx.fragment);

        let registry = Object::new()
            .set("ContainerName", &cx.container.name.value)
            .set("ContainerPort", port)
            .set("RegistryArn", get_att(discovery, "Arn"))
            .into();
        if !cx.wiring.registries.contains(&registry) {
            cx.wiring.registries.push(registry);
        }
        let group = get_att(gateway.vpc_link_security_group_id(), "GroupId");
        cx.wiring.let_in(r, port, Source::Group(group));
    }
}

/// Reports events on several ports: Cloud Map registers one for a service.
pub fn check_together(r: &Resource<ContainerWorkload>, sink: &mut Sink) {
    let mut first: Option<&Spanned<u32>> = None;
    for (_, event) in r.events() {
        let ContainerEvent::HttpApi(e) = event else { continue };
        let port = &e.container_port;
        let wanted = *first.get_or_insert(port);
        if wanted.value != port.value {
            let message = format!(
                "http-api-gateway events of `{}` must have the same containerPort, but this one has {} and another {}",
                r.name.shown(),
                port.value,
                wanted.value
            );
            sink.push(
                Diagnostic::error(Code::CONFLICT, port.span, message)
                    .label(wanted.span, format!("{} here", wanted.value))
                    .hint("use one port, or split the containers into two workloads"),
            );
            return;
        }
    }
}
