//! What web, private and worker services share: one main container with side containers, which become a container workload.

use super::container_workload::{
    Container, ContainerDependency, ContainerDeployment, ContainerEvent, ContainerResources, ContainerScaling,
    ContainerVolumeMount, ContainerWorkload, ContainerWorkloadProps, DependencyCondition, InternalHealthCheck,
    LoadBalancerHealthCheck,
};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::container_packaging::ContainerPackaging;
use crate::facets::environment::{EnvironmentVariable, VariableValue};
use crate::facets::iam::IamStatement;
use crate::facets::logging::Logging;
use crate::model::{Resource, ResourceName};
use crate::order::SortedSet;
use crate::source::{Span, Spanned};
use crate::template::Expr;

/// Name of the container workload inside a service, for references such as `web.containerWorkload`.
pub const WORKLOAD: &str = "containerWorkload";
/// Name of the container that does a service's work. Part of the identity of deployed services.
pub const MAIN_CONTAINER: &str = "service-container";
/// Port of a service that gives none.
pub const DEFAULT_PORT: u32 = 3000;

/// A container beside the main one.
#[derive(Clone, Debug, Decode, Describe)]
pub struct SideContainer {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whether it runs to its end before the main container starts, or beside it.
    pub container_type: SideContainerType,
    /// Name: letters, digits, `-` and `_`; unique in the service.
    #[config(length = 1..=255)]
    pub name: Spanned<String>,
    /// Where the image comes from.
    pub packaging: ContainerPackaging,
    /// Whether the service stops when this container stops. A container that runs to its end never is essential.
    #[config(default = true)]
    pub essential: Option<bool>,
    /// Logs of the container.
    pub logging: Option<Logging>,
    /// Containers that must have started, finished or become healthy before this one starts.
    pub depends_on: Option<Vec<ContainerDependency>>,
    /// Environment variables.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// A command that is run in the container to see whether it works.
    pub internal_health_check: Option<InternalHealthCheck>,
    /// How long the container has to stop before it is killed.
    #[config(range = 2..=120, unit = "seconds", default = 2)]
    pub stop_timeout: Option<Val<u32>>,
    /// File systems in the container's tree.
    pub volume_mounts: Option<Vec<ContainerVolumeMount>>,
}

/// When a side container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum SideContainerType {
    /// Beside the main container.
    #[config(name = "always-running")]
    AlwaysRunning,
    /// To its end, before the main container starts.
    #[config(name = "run-on-init")]
    RunOnInit,
}

/// The options that every kind of service has.
#[derive(Clone, Debug, Decode, Describe)]
#[config(part)]
pub struct Service {
    /// Where the image comes from.
    pub packaging: ContainerPackaging,
    /// Environment variables. The containers of web and private services also get `HOST` and `PORT`, where they must listen.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// Logs of the container.
    pub logging: Option<Logging>,
    /// Processor, memory and where the containers run.
    pub resources: ContainerResources,
    /// How many copies run.
    pub scaling: Option<ContainerScaling>,
    /// A command that is run in the container to see whether it works.
    pub internal_health_check: Option<InternalHealthCheck>,
    /// How long the container has to stop before it is killed.
    #[config(range = 2..=120, unit = "seconds", default = 2)]
    pub stop_timeout: Option<Val<u32>>,
    /// Whether you can open a shell in a running container.
    #[config(default = false)]
    pub enable_remote_sessions: bool,
    /// File systems in the container's tree.
    pub volume_mounts: Option<Vec<ContainerVolumeMount>>,
    /// Containers that run before or beside this one.
    pub side_containers: Option<Vec<SideContainer>>,
    /// Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour.
    #[config(rename = "usePrivateSubnetsWithNAT", default = false)]
    pub use_private_subnets_with_nat: bool,
    /// Resources that the containers use: they get the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the containers.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

/// How the traffic of a service arrives at its main container.
#[derive(Default)]
pub struct Entry {
    /// Where it comes from.
    pub events: Vec<ContainerEvent>,
    /// Variables that say where to listen.
    pub variables: Vec<(&'static str, String)>,
    /// How load balancers see whether the container works.
    pub health_check: Option<LoadBalancerHealthCheck>,
    /// Gradual shift of traffic to a new version.
    pub deployment: Option<ContainerDeployment>,
}

impl Service {
    /// The container workload of the service called `owner`. The config's variables win over those of `entry`.
    pub fn workload(self, owner: &ResourceName, span: Span, entry: Entry) -> Resource<ContainerWorkload> {
        let mut sides: Vec<SideContainer> = self.side_containers.unwrap_or_default();
        // Reported by the service's own check.
        sides.retain(|s| s.name.value != MAIN_CONTAINER);
        let late = waiting_for_main(&sides);
        let waits: Vec<ContainerDependency> =
            sides.iter().filter(|s| !late.contains(&*s.name.value)).map(awaited).collect();
        let mut environment: Vec<EnvironmentVariable> =
            entry.variables.into_iter().map(|v| variable(v, span)).collect();
        let own = self.environment.unwrap_or_default();
        environment.retain(|v| own.iter().all(|o| o.name.value != v.name.value));
        environment.extend(own);
        let main = Container {
            span,
            name: Spanned::new(MAIN_CONTAINER.to_string(), span),
            packaging: self.packaging,
            essential: true,
            logging: self.logging,
            depends_on: Some(waits),
            environment: Some(environment),
            internal_health_check: self.internal_health_check,
            load_balancer_health_check: entry.health_check,
            stop_timeout: self.stop_timeout,
            volume_mounts: self.volume_mounts,
            events: Some(entry.events),
        };
        let containers = std::iter::once(main).chain(sides.into_iter().map(container)).collect();
        let props = ContainerWorkloadProps {
            containers,
            resources: self.resources,
            scaling: self.scaling,
            deployment: entry.deployment,
            enable_remote_sessions: self.enable_remote_sessions,
            use_private_subnets_with_nat: self.use_private_subnets_with_nat,
            connect_to: self.connect_to,
            iam_role_statements: self.iam_role_statements,
        };
        Resource::new(owner.inner(WORKLOAD), span, props)
    }
}

/// Reports side containers that are called like the main one or wait for it in vain, and a `PORT` where no traffic arrives. The workload checks
/// everything else.
pub fn check(service: &Service, port: Option<u32>, sink: &mut Sink) {
    let wanted = port.map(|p| p.to_string());
    let own = service.environment.iter().flatten().find(|v| v.name.value == "PORT");
    if let (Some(own), Some(wanted)) = (own, wanted)
        && own.value.0.as_str().is_some_and(|v| v != wanted)
    {
        let message =
            format!("the service's traffic arrives at port {wanted}, and this tells the container another one");
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, own.name.span, message).hint(format!(
                "remove PORT, which is {wanted} then, or make sure that the container listens on {wanted}"
            )),
        );
    }
    let sides = service.side_containers.as_deref().unwrap_or_default();
    let late = waiting_for_main(sides);
    for side in sides.iter().filter(|s| s.container_type == SideContainerType::RunOnInit) {
        if let Some(wait) = side.depends_on.iter().flatten().find(|d| late.contains(&*d.container_name.value)) {
            let message =
                format!("`{}` runs before the service's own container, so it cannot wait for it", side.name.value);
            sink.push(
                Diagnostic::error(Code::CONFLICT, wait.container_name.span, message)
                    .hint("remove the dependency, or set containerType: always-running"),
            );
        }
    }
    for side in sides.iter().filter(|s| s.name.value == MAIN_CONTAINER) {
        sink.push(
            Diagnostic::error(
                Code::CLASH,
                side.name.span,
                format!("{MAIN_CONTAINER} is the name of the service's own container"),
            )
            .hint("give the side container another name"),
        );
    }
}

/// The main container, and the side containers that wait for it, be it through others.
fn waiting_for_main(sides: &[SideContainer]) -> SortedSet<&str> {
    let mut late = SortedSet::from_iter([MAIN_CONTAINER]);
    let mut known = 0;
    while known < late.len() {
        known = late.len();
        let waits = |s: &&SideContainer| s.depends_on.iter().flatten().any(|d| late.contains(&*d.container_name.value));
        let more: Vec<&str> = sides.iter().filter(waits).map(|s| s.name.value.as_str()).collect();
        late.extend(more);
    }
    late
}

/// The main container waits for side containers, unless they wait for it.
fn awaited(side: &SideContainer) -> ContainerDependency {
    let condition = match side.container_type {
        SideContainerType::RunOnInit => DependencyCondition::Success,
        SideContainerType::AlwaysRunning => DependencyCondition::Start,
    };
    ContainerDependency { container_name: side.name.clone(), condition: Spanned::new(condition, side.name.span) }
}

fn container(side: SideContainer) -> Container {
    let to_its_end = side.container_type == SideContainerType::RunOnInit;
    Container {
        span: side.span,
        name: side.name,
        packaging: side.packaging,
        essential: !to_its_end && side.essential.unwrap_or(true),
        logging: side.logging,
        depends_on: side.depends_on,
        environment: side.environment,
        internal_health_check: side.internal_health_check,
        load_balancer_health_check: None,
        stop_timeout: side.stop_timeout,
        volume_mounts: side.volume_mounts,
        events: None,
    }
}

fn variable((name, value): (&'static str, String), span: Span) -> EnvironmentVariable {
    EnvironmentVariable { name: Spanned::new(name.to_string(), span), value: VariableValue(Expr::from(value)) }
}
