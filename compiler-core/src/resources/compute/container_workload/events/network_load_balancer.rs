//! `network-load-balancer`: connections to a listener of a network load balancer.

use super::target_group::{self, TargetGroup};
use super::{EventCx, Source};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::resources::compute::container_workload::{ContainerWorkload, HealthCheckProtocol};
use crate::resources::networking::load_balancer::{LostEvent, listener_id, security_group_id};
use crate::resources::networking::network_load_balancer::{ListenerClaim, NetworkLoadBalancer, check_port};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, get_att, reference};

/// Connections to a listener of a network load balancer.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerNetworkLoadBalancerEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port that the container listens on.
    #[config(range = 1..=65535)]
    pub container_port: Spanned<u32>,
    /// Name of the load balancer.
    #[config(names = "network-load-balancer")]
    pub load_balancer_name: Spanned<String>,
    /// Listener of the load balancer.
    #[config(range = 1..=65535)]
    pub listener_port: Spanned<u32>,
}

impl ContainerNetworkLoadBalancerEvent {
    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        let balancer = linked.stack.require::<NetworkLoadBalancer>(&self.load_balancer_name, "loadBalancerName", sink);
        if let Some(balancer) = balancer {
            check_port(balancer, &self.listener_port, sink);
        }
    }

    /// Logical id of the target group that the connections go to.
    pub(super) fn target_group_id(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>) -> Option<String> {
        let balancer = stack.get::<NetworkLoadBalancer>(&self.load_balancer_name)?;
        Some(r.id(&target_group::specifier(&balancer.name, self.container_port.value), target_group::KIND))
    }

    pub(super) fn link(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
        let (Some(balancer), Some(target_group)) =
            (stack.get::<NetworkLoadBalancer>(&self.load_balancer_name), self.target_group_id(r, stack))
        else {
            out.demand(LostEvent);
            return;
        };
        let workload = r.name.dotted().to_string();
        out.send(&balancer.name, ListenerClaim { workload, port: self.listener_port.clone(), target_group });
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let (r, port) = (cx.workload, self.container_port.value);
        let Some(balancer) = cx.linked.get::<NetworkLoadBalancer>(&self.load_balancer_name) else { return };
        let group = TargetGroup {
            specifier: target_group::specifier(&balancer.name, port),
            protocol: "TCP",
            health_protocol: HealthCheckProtocol::Tcp,
            port,
        };
        let target = group.add(cx);
        let from = get_att(security_group_id(&balancer.name), "GroupId");
        cx.wiring.let_in(r, port, Source::Group(from.clone()));
        if let Some(port) = group.health_port(cx) {
            cx.wiring.let_in(r, port, Source::Group(from));
        }
        // ECS refuses a target group that no listener uses yet.
        cx.wiring.wait_for.push(listener_id(&balancer.name, self.listener_port.value));
        let entry: Expr = Object::new()
            .set("ContainerName", &cx.container.name.value)
            .set("ContainerPort", port)
            .set("TargetGroupArn", reference(target))
            .into();
        if !cx.wiring.load_balancers.contains(&entry) {
            cx.wiring.load_balancers.push(entry);
        }
    }
}
