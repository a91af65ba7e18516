//! `multi-container-workload`: containers that run together on ECS, on Fargate or on EC2 instances of their own.
//!
//! Makes a cluster, a task definition, a service, a security group, a role for the containers, log groups and autoscaling; with `instanceTypes` an
//! auto scaling group with its capacity provider; with events target groups, discovery and integrations; with `deployment` a second target group and
//! the role by which ECS shifts traffic. Web, private and worker services are made of it.
//!
//! What the reference does by custom resources needs none here. Targets are not deregistered by hand: ECS drains them, and the target group's delay is
//! short. The group of instances is not forced to go: its instances are not protected from scale-in, since the capacity provider drains an instance
//! before it is terminated (managed draining), and so its managed termination protection stays off.

mod check;
mod container;
mod deployment;
mod events;
mod expand;
mod instances;
mod scaling;
mod service;
mod sizing;

pub use container::{
    Container, ContainerDependency, ContainerVolumeMount, DependencyCondition, HealthCheckProtocol,
    InternalHealthCheck, LoadBalancerHealthCheck,
};
pub use deployment::{ContainerDeployment, DeploymentStrategy};
pub use events::{
    AppProtocol, ContainerEvent, ContainerHttpApiEvent, ContainerLoadBalancerEvent, ContainerNetworkLoadBalancerEvent,
    InternalEvent, ServiceConnectEvent,
};
pub use scaling::{ContainerScaling, ContainerScalingPolicy};
pub use sizing::ContainerResources;

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::connect::{self, Connection};
use crate::facets::iam::IamStatement;
use crate::model::{ExpandCx, Fragment, Linked, Offer, Outbox, Resource, ResourceKind, Stack, Statement};
use crate::naming::logical_id;
use crate::resources::data::efs_filesystem::Mounts;
use crate::shared_infra::ecs::ExecutionDemand;
use crate::shared_infra::image_repository::RepositoryDemand;
use crate::shared_infra::vpc::VpcDemand;
use crate::source::Spanned;
use crate::template::{Object, get_att, sub};

/// Containers that run together.
pub struct ContainerWorkload;

/// Containers that run together: they share network and life, and are scaled as one.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerWorkloadProps {
    /// The containers; ECS runs at most 10 together. At least one of them is essential.
    #[config(items = 1..=100)]
    pub containers: Vec<Container>,
    /// Processor, memory and where the containers run.
    pub resources: ContainerResources,
    /// How many copies run.
    pub scaling: Option<ContainerScaling>,
    /// Gradual shift of traffic to a new version. Needs an application load balancer.
    pub deployment: Option<ContainerDeployment>,
    /// Whether you can open a shell in a running container.
    #[config(default = false)]
    pub enable_remote_sessions: bool,
    /// Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour.
    #[config(rename = "usePrivateSubnetsWithNAT", default = false)]
    pub use_private_subnets_with_nat: bool,
    /// Resources that the containers use: they get the rights, and their parameters as `STP_…` variables.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Further rights of the containers.
    pub iam_role_statements: Option<Vec<IamStatement>>,
}

impl Resource<ContainerWorkload> {
    /// Logical id of one of its children, by CloudFormation type. A container name such as `web-1` would put an underscore into it, which
    /// CloudFormation refuses.
    pub fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind).replace('_', "")
    }

    /// Logical id of the cluster.
    pub fn cluster_id(&self) -> String {
        self.id("", "AWS::ECS::Cluster")
    }

    /// Physical name of the cluster.
    pub fn cluster_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(&format!("{}-cluster", self.name.flat()), 255)
    }

    /// Logical id of the service. It stays the same whatever the `deployment` says, so that one can be added later.
    pub fn service_id(&self) -> String {
        self.id("", "AWS::ECS::Service")
    }

    /// Logical id of the role that the containers have.
    pub fn role_id(&self) -> String {
        self.id("", "AWS::IAM::Role")
    }

    /// Logical id of the security group.
    pub fn security_group_id(&self) -> String {
        self.id("", "AWS::EC2::SecurityGroup")
    }

    /// The EFS file systems that any of the containers mounts.
    pub fn efs_mounts(&self) -> Mounts<'_> {
        let mounts = self.props.containers.iter().flat_map(|c| c.volume_mounts.iter().flatten());
        Mounts { owner: &self.name, all: mounts.map(|ContainerVolumeMount::Efs(m)| m).collect() }
    }

    /// Every event with its container.
    pub fn events(&self) -> impl Iterator<Item = (&Container, &ContainerEvent)> {
        self.props.containers.iter().flat_map(|c| c.events.iter().flatten().map(move |e| (c, e)))
    }

    /// ARN of the cluster's services.
    fn services_arn(&self, stack: &Stack<'_>) -> String {
        let cluster = self.cluster_name(stack);
        format!("arn:${{AWS::Partition}}:ecs:${{AWS::Region}}:${{AWS::AccountId}}:service/{cluster}/*")
    }
}

impl ResourceKind for ContainerWorkload {
    const TYPE: &'static str = "multi-container-workload";
    type Props = ContainerWorkloadProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        check::check(r, linked, sink);
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        let p = &r.props;
        out.demand(VpcDemand { span: r.span, private: p.use_private_subnets_with_nat, endpoints_for: vec![] });
        out.demand(RepositoryDemand { span: r.span });
        for container in &p.containers {
            out.demand(ExecutionDemand {
                image: container.packaging.prebuilt().cloned(),
                credentials: container.packaging.credentials().cloned(),
                span: container.span,
            });
        }
        let security_group = get_att(r.security_group_id(), "GroupId");
        let connection =
            Connection { consumer: r.name.clone(), security_group: Some(security_group.clone()), role: r.role_id() };
        connect::announce(p.connect_to.as_ref(), &connection, stack, out);
        r.efs_mounts().announce(&security_group, stack, out);
        events::link(r, stack, out);
        scaling::link(r, stack, out);
        if !p.resources.on_fargate() {
            instances::link(r, stack, out);
        }
        if let Some(deployment) = &p.deployment {
            deployment.link(r, stack, out);
        }
    }

    fn offer(r: &Resource<Self>, linked: &Linked<'_>) -> Option<Offer> {
        let stack = linked.stack;
        let cluster = sub(format!(
            "arn:${{AWS::Partition}}:ecs:${{AWS::Region}}:${{AWS::AccountId}}:cluster/{}",
            r.cluster_name(stack)
        ));
        let services = vec![sub(r.services_arn(stack))];
        // Listing has no resource of its own; the condition keeps it to the cluster.
        let in_cluster = Object::new().set("ArnEquals", Object::new().set("ecs:cluster", cluster));
        Some(Offer::rights(vec![
            Statement::allow(&["ecs:DescribeServices", "ecs:UpdateService"], services, r.span),
            Statement::allow(&["ecs:ListServices"], vec!["*".into()], r.span).when(in_cluster),
        ]))
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        expand::expand(r, cx.linked)
    }
}
