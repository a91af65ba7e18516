//! `application-load-balancer`: requests that match a rule of a load balancer.

use super::target_group::{self, TargetGroup};
use super::{EventCx, Source};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::resources::compute::container_workload::deployment;
use crate::resources::compute::container_workload::{Container, ContainerWorkload, HealthCheckProtocol};
use crate::resources::networking::application_load_balancer::ApplicationLoadBalancer;
use crate::resources::networking::load_balancer::conditions::{HeaderCondition, QueryCondition};
use crate::resources::networking::load_balancer::rule::RuleRequest;
use crate::resources::networking::load_balancer::security_group_id;
use crate::source::{Span, Spanned};
use crate::template::{Object, get_att, reference};

/// A request to an application load balancer. At least one condition is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerLoadBalancerEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port that the container listens on.
    #[config(range = 1..=65535)]
    pub container_port: Spanned<u32>,
    /// Name of the load balancer.
    #[config(names = "application-load-balancer")]
    pub load_balancer_name: Spanned<String>,
    /// Listener, when the load balancer has a list of its own.
    #[config(range = 1..=65535)]
    pub listener_port: Option<Spanned<u32>>,
    /// Rules are tried from the lowest number on.
    #[config(range = 1..=50000)]
    pub priority: Spanned<u32>,
    /// Paths, with `*` and `?` as wildcards.
    pub paths: Option<Vec<Val<String>>>,
    /// Methods.
    pub methods: Option<Vec<Val<String>>>,
    /// Hosts, with `*` and `?` as wildcards.
    pub hosts: Option<Vec<Val<String>>>,
    /// Headers.
    pub headers: Option<Vec<HeaderCondition>>,
    /// Query parameters.
    pub query_params: Option<Vec<QueryCondition>>,
    /// Addresses of callers, as CIDR blocks.
    pub source_ips: Option<Vec<Val<String>>>,
}

impl ContainerLoadBalancerEvent {
    /// The rule that the event asks for.
    pub fn request(&self) -> RuleRequest<'_> {
        RuleRequest {
            balancer: &self.load_balancer_name,
            listener_port: self.listener_port.as_ref(),
            priority: &self.priority,
            paths: self.paths.as_ref(),
            methods: self.methods.as_ref(),
            hosts: self.hosts.as_ref(),
            headers: self.headers.as_ref(),
            query_params: self.query_params.as_ref(),
            source_ips: self.source_ips.as_ref(),
            span: self.span,
        }
    }

    /// Logical ids of the target groups that the event's requests go to: two when a deployment shifts them.
    pub fn target_group_ids(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>) -> Vec<String> {
        let Some(balancer) = stack.get::<ApplicationLoadBalancer>(&self.load_balancer_name) else { return vec![] };
        let specifier = target_group::specifier(&balancer.name, self.container_port.value);
        let first = deployment::specifier(specifier, r, self);
        let second = r.props.deployment.as_ref().map(|_| deployment::twin(&first));
        std::iter::once(first).chain(second).map(|specifier| r.id(&specifier, target_group::KIND)).collect()
    }

    pub(super) fn check(&self, container: &Container, linked: &Linked<'_>, sink: &mut Sink) {
        self.request().check(linked, sink);
        let check = container.load_balancer_health_check.as_ref();
        if let Some(protocol) = check.and_then(|c| c.health_check_protocol.as_ref())
            && protocol.value == HealthCheckProtocol::Tcp
        {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    protocol.span,
                    "an application load balancer checks health by HTTP only",
                )
                .label(self.span, "the event that makes the container a target")
                .hint("set healthCheckProtocol: HTTP, or remove it"),
            );
        }
    }

    pub(super) fn link(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
        self.request().claim(r.name.dotted(), self.target_group_ids(r, stack), stack, out);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let (r, linked, port) = (cx.workload, cx.linked, self.container_port.value);
        let Some(balancer) = linked.get::<ApplicationLoadBalancer>(&self.load_balancer_name) else { return };
        let group = TargetGroup {
            specifier: deployment::specifier(target_group::specifier(&balancer.name, port), r, self),
            protocol: "HTTP",
            health_protocol: HealthCheckProtocol::Http,
            port,
        };
        let target = group.add(cx);
        let from = get_att(security_group_id(&balancer.name), "GroupId");
        cx.wiring.let_in(r, port, Source::Group(from.clone()));
        if let Some(port) = group.health_port(cx) {
            cx.wiring.let_in(r, port, Source::Group(from));
        }
        let entry = Object::new()
            .set("ContainerName", &cx.container.name.value)
            .set("ContainerPort", port)
            .set("TargetGroupArn", reference(target.clone()));
        let entry = match &r.props.deployment {
            Some(d) => {
                let shift = deployment::Shift { deployment: d, event: self, blue: target, group: &group };
                entry.set("AdvancedConfiguration", shift.add(cx))
            }
            None => {
                cx.wiring.wait_for.extend(self.request().add(&target, linked, cx.fragment));
                entry
            }
        };
        let entry = entry.into();
        if !cx.wiring.load_balancers.contains(&entry) {
            cx.wiring.load_balancers.push(entry);
        }
    }
}
