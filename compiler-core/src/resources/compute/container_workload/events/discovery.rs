//! `service-connect` and `workload-internal`: traffic from inside the stack.

use super::{EventCx, Source};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Outbox, Resource};
use crate::naming::truncate;
use crate::order::SortedMap;
use crate::resources::compute::container_workload::{Container, ContainerEvent, ContainerWorkload};
use crate::shared_infra::service_discovery::{NamespaceDemand, ServiceConnectExposure};
use crate::shared_infra::vpc;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, join};

/// Traffic from other containers of the workload, which reach the port at `localhost` (on Fargate).
#[derive(Clone, Debug, Decode, Describe)]
pub struct InternalEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port that the container listens on.
    #[config(range = 1..=65535)]
    pub container_port: Spanned<u32>,
}

/// Traffic from other workloads of the stack, which reach the port as `http://alias:port`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ServiceConnectEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Port that the container listens on, and that others use.
    #[config(range = 1..=65535)]
    pub container_port: Spanned<u32>,
    /// Name by which others reach the container; that of the workload and container in lower case when not given.
    pub alias: Option<Val<String>>,
    /// Protocol, so that ECS counts and retries requests; plain TCP when not given.
    pub protocol: Option<AppProtocol>,
}

/// Protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum AppProtocol {
    /// gRPC.
    #[config(name = "grpc")]
    Grpc,
    /// HTTP 1.1.
    #[config(name = "http")]
    Http,
    /// HTTP 2.
    #[config(name = "http2")]
    Http2,
}

/// Longest name of a service in DNS.
const LONGEST_NAME: usize = 127;
/// Longest name under which ECS registers a service in the namespace.
const LONGEST_REGISTERED: usize = 64;

impl ServiceConnectEvent {
    fn alias(&self, r: &Resource<ContainerWorkload>, container: &Container) -> Expr {
        let default = || {
            truncate(&format!("{}-{}", r.name.flat(), container.name.value).to_ascii_lowercase(), LONGEST_NAME)
                .into_owned()
        };
        self.alias.clone().map_or_else(|| default().into(), Expr::from)
    }

    fn named_at(&self) -> Span {
        self.alias.as_ref().map_or(self.span, |a| a.span)
    }

    /// Reports names that are no DNS names, and names that lead to two workloads.
    pub(super) fn check(
        &self,
        r: &Resource<ContainerWorkload>,
        container: &Container,
        linked: &Linked<'_>,
        sink: &mut Sink,
    ) {
        let alias = self.alias(r, container);
        let (Some(alias), span) = (alias.as_str(), self.named_at()) else { return };
        let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if alias.is_empty() || alias.len() > LONGEST_NAME || alias.starts_with('-') || !alias.chars().all(valid) {
            let message = format!(
                "the alias \"{alias}\" must have 1 to {LONGEST_NAME} lower-case letters, digits, `-`, `_` and `.`, and no `-` at its start"
            );
            sink.push(Diagnostic::error(Code::BAD_NAME, span, message).hint("others use it as a host name; rename it"));
            return;
        }
        let other = linked
            .demands::<ServiceConnectExposure>()
            .find(|e| e.alias.as_deref() == Some(alias) && e.service != r.service_id() && e.span < span);
        if let Some(other) = other {
            let message = format!("two workloads are called `{alias}` by service-connect, and a name leads to one");
            sink.push(
                Diagnostic::error(Code::CLASH, span, message)
                    .label(other.span, "the other one is called so here")
                    .hint("give one of them another alias"),
            );
        }
    }

    pub(super) fn link(&self, r: &Resource<ContainerWorkload>, container: &Container, out: &mut Outbox) {
        out.demand(NamespaceDemand { span: self.span });
        let alias = self.alias(r, container);
        let alias = alias.as_str().map(str::to_string);
        out.demand(ServiceConnectExposure { service: r.service_id(), alias, span: self.named_at() });
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let (port, alias) = (self.container_port.value, self.alias(cx.workload, cx.container));
        let client = Object::new().set("DnsName", alias.clone()).set("Port", port);
        // One name may lead to several ports, but ECS registers each port under a name of its own.
        let name = registered(alias.clone());
        let taken = |service: &Expr| service.as_object().and_then(|s| s.get("DiscoveryName")) == Some(&name);
        let name = match cx.wiring.connect_services.iter().any(taken) {
            true => registered(join("-", vec![alias, port.to_string().into()])),
            false => name,
        };
        let service = Object::new()
            .set("ClientAliases", vec![client])
            .set("DiscoveryName", name)
            .set("PortName", Container::port_name(port));
        cx.wiring.connect_services.push(service.into());
        let network = vpc::network(cx.linked.stack).cidr;
        cx.wiring.let_in(cx.workload, port, Source::Block(network));
    }
}

/// The name under which ECS registers a service, which is shorter than a DNS name and has no dots.
fn registered(alias: Expr) -> Expr {
    match alias.as_str() {
        Some(name) => truncate(&name.replace('.', "-"), LONGEST_REGISTERED).into_owned().into(),
        None => alias,
    }
}

/// Reports a port that is exposed twice: it can have one name; and traffic between containers on EC2, where each has an address of its own.
pub fn check_together(r: &Resource<ContainerWorkload>, sink: &mut Sink) {
    let internal = r.events().find(|(_, e)| matches!(e, ContainerEvent::Internal(_)));
    if let Some((_, event)) = internal.filter(|_| !r.props.resources.on_fargate()) {
        let message = "on EC2 the containers of a workload do not reach each other at localhost";
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, event.span(), message)
                .hint("use cpu and memory (Fargate) instead of instanceTypes, or a service-connect event"),
        );
    }
    let mut first = SortedMap::new();
    for (_, event) in r.events() {
        let ContainerEvent::ServiceConnect(e) = event else { continue };
        if let Some(other) = first.insert(e.container_port.value, e.container_port.span) {
            let message = format!(
                "two service-connect events of `{}` use containerPort {}",
                r.name.shown(),
                e.container_port.value
            );
            sink.push(
                Diagnostic::error(Code::CLASH, e.container_port.span, message)
                    .label(other, "first used here")
                    .hint("keep one of them"),
            );
        }
    }
}
