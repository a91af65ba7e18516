//! `worker-service`: a container that runs without traffic from outside. A composite: its one child is a container workload.

use super::container_workload::{ContainerResources, ContainerScaling, ContainerVolumeMount, InternalHealthCheck};
use super::service::{self, Entry, Service, SideContainer};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::container_packaging::ContainerPackaging;
use crate::facets::environment::EnvironmentVariable;
use crate::facets::iam::IamStatement;
use crate::facets::logging::Logging;
use crate::model::{AnyResource, ExpandCx, Fragment, Linked, Resource, ResourceKind};
use crate::source::Spanned;

/// A container that runs without traffic from outside.
pub struct WorkerService;

/// A container that runs without traffic from outside: it takes work from queues and tables.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WorkerServiceProps {
    /// Where the image comes from.
    pub packaging: ContainerPackaging,
    /// Environment variables.
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

impl ResourceKind for WorkerService {
    const TYPE: &'static str = "worker-service";
    type Props = WorkerServiceProps;

    fn check(r: &Resource<Self>, _: &Linked<'_>, sink: &mut Sink) {
        service::check(r.props.side_containers.as_ref(), sink);
    }

    fn desugar(r: &Resource<Self>) -> Vec<Box<dyn AnyResource>> {
        let p = r.props.clone();
        let service = Service {
            packaging: p.packaging,
            environment: p.environment,
            logging: p.logging,
            resources: p.resources,
            scaling: p.scaling,
            internal_health_check: p.internal_health_check,
            stop_timeout: p.stop_timeout,
            enable_remote_sessions: p.enable_remote_sessions,
            volume_mounts: p.volume_mounts,
            side_containers: p.side_containers,
            use_private_subnets_with_nat: p.use_private_subnets_with_nat,
            connect_to: p.connect_to,
            iam_role_statements: p.iam_role_statements,
        };
        vec![Box::new(service.workload(&r.name, r.span, Entry::default()))]
    }

    fn expand(_: &Resource<Self>, _: &mut ExpandCx<'_>) -> Fragment {
        Fragment::default()
    }
}
