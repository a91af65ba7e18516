//! One container: its options, and its definition in the task.

use super::events::{AppProtocol, ContainerEvent};
use super::{ContainerWorkload, events};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::container_packaging::ContainerPackaging;
use crate::facets::environment::{self, EnvironmentVariable};
use crate::facets::logging::{LogGroup, Logging};
use crate::model::{Fragment, Linked, Resource};
use crate::resources::data::efs_filesystem::EfsMount;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, reference};

/// One container.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Container {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name: letters, digits, `-` and `_`; unique in the workload.
    #[config(length = 1..=255, example = "main")]
    pub name: Spanned<String>,
    /// Where the image comes from.
    pub packaging: ContainerPackaging,
    /// Whether the whole workload stops when this container stops.
    #[config(default = true)]
    pub essential: bool,
    /// Logs of the container.
    pub logging: Option<Logging>,
    /// Containers that must have started, finished or become healthy before this one starts.
    pub depends_on: Option<Vec<ContainerDependency>>,
    /// Environment variables.
    pub environment: Option<Vec<EnvironmentVariable>>,
    /// A command that is run in the container to see whether it works.
    pub internal_health_check: Option<InternalHealthCheck>,
    /// How load balancers see whether the container works.
    pub load_balancer_health_check: Option<LoadBalancerHealthCheck>,
    /// How long the container has to stop before it is killed.
    #[config(range = 2..=120, unit = "seconds", default = 2)]
    pub stop_timeout: Option<Val<u32>>,
    /// File systems in the container's tree.
    pub volume_mounts: Option<Vec<ContainerVolumeMount>>,
    /// Where the container's traffic comes from.
    pub events: Option<Vec<ContainerEvent>>,
}

/// A container that must have got somewhere before another one starts.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerDependency {
    /// Name of the other container.
    #[config(names = "container")]
    pub container_name: Spanned<String>,
    /// How far it must have got.
    pub condition: Spanned<DependencyCondition>,
}

/// How far a container must have got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum DependencyCondition {
    /// It has ended, however.
    #[config(name = "COMPLETE")]
    Complete,
    /// Its `internalHealthCheck` succeeds.
    #[config(name = "HEALTHY")]
    Healthy,
    /// It has started.
    #[config(name = "START")]
    Start,
    /// It has ended with status 0.
    #[config(name = "SUCCESS")]
    Success,
}

/// A command that is run in the container to see whether it works.
#[derive(Clone, Debug, Decode, Describe)]
pub struct InternalHealthCheck {
    /// The command: `CMD` and its words, or `CMD-SHELL` and one text for the shell. Status 0 means healthy.
    #[config(items = 1..=100)]
    pub health_check_command: Vec<Val<String>>,
    /// Time between two checks.
    #[config(range = 5..=300, unit = "seconds", default = 30)]
    pub interval_seconds: Option<Val<u32>>,
    /// How long a check may take.
    #[config(range = 2..=60, unit = "seconds", default = 5)]
    pub timeout_seconds: Option<Val<u32>>,
    /// Failed checks in a row after which the container is unhealthy.
    #[config(range = 1..=10, default = 3)]
    pub retries: Option<Val<u32>>,
    /// Time after the start in which failures do not count.
    #[config(range = 0..=300, unit = "seconds")]
    pub start_period_seconds: Option<Val<u32>>,
}

/// How load balancers see whether the container works.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct LoadBalancerHealthCheck {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Path that must answer with a status from 200 to 299.
    #[config(default = "/")]
    pub healthcheck_path: Option<Val<String>>,
    /// Time between two checks.
    #[config(range = 5..=300, unit = "seconds", default = 5)]
    pub healthcheck_interval: Option<Val<u32>>,
    /// How long a check may take.
    #[config(range = 2..=120, unit = "seconds", default = 4)]
    pub healthcheck_timeout: Option<Val<u32>>,
    /// Protocol; HTTP behind an application load balancer, TCP behind a network load balancer when not given.
    pub health_check_protocol: Option<Spanned<HealthCheckProtocol>>,
    /// Port; that of the traffic when not given. On EC2 it is always that of the traffic.
    #[config(range = 1..=65535)]
    pub health_check_port: Option<Spanned<u32>>,
}

/// Protocol of a load balancer's health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum HealthCheckProtocol {
    /// A request is answered.
    #[config(name = "HTTP")]
    Http,
    /// A connection is accepted. Network load balancers only.
    #[config(name = "TCP")]
    Tcp,
}

/// A file system in the container's tree.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum ContainerVolumeMount {
    /// An EFS file system of this config.
    #[config(name = "efs")]
    Efs(EfsMount),
}

/// How long a container has to stop when the config does not say, in seconds.
const DEFAULT_STOP_TIMEOUT: u32 = 2;
/// How long logs are kept when the config does not say, in days.
const DEFAULT_RETENTION: u32 = 90;

impl Container {
    /// Name of a port in the task definition.
    pub fn port_name(port: u32) -> String {
        format!("port-{port}")
    }

    /// The ports that the container listens on, each once, with the protocol that Service Connect speaks there.
    pub fn ports(&self) -> Vec<(u32, Option<AppProtocol>)> {
        let mut ports: Vec<(u32, Option<AppProtocol>)> = vec![];
        for event in self.events.iter().flatten() {
            let port = event.container_port().value;
            match ports.iter_mut().find(|(p, _)| *p == port) {
                Some((_, protocol)) => *protocol = protocol.or(event.app_protocol()),
                None => ports.push((port, event.app_protocol())),
            }
        }
        ports
    }

    fn has_logs(&self) -> bool {
        !self.logging.as_ref().is_some_and(|l| l.disabled)
    }

    /// The definition in the task; adds the log group and asks for the image.
    pub fn define(&self, r: &Resource<ContainerWorkload>, linked: &Linked<'_>, fragment: &mut Fragment) -> Object {
        let (stack, p) = (linked.stack, &r.props);
        let job = format!("{}-{}", r.name.flat(), self.name.value).to_ascii_lowercase();
        let image = self.packaging.image(&job, p.resources.architecture(stack), self.span, fragment);
        let variables = self.packaging.variables();
        let variables = environment::variables(&variables, self.environment.as_ref(), p.connect_to.as_ref(), linked);
        let variable = |(name, value)| Expr::from(Object::new().set("Name", Expr::Str(name)).set("Value", value));
        let credentials = image.credentials.map(|arn| Object::new().set("CredentialsParameter", arn));
        Object::new()
            .set("Name", &self.name.value)
            .set("Image", image.image)
            .opt("RepositoryCredentials", credentials)
            .opt("Command", image.command)
            .opt("EntryPoint", image.entry_point)
            .set("Essential", self.essential)
            .list("Environment", variables.0.into_iter().map(variable).collect())
            .list("DependsOn", self.depends_on.iter().flatten().map(dependency).collect())
            .opt("HealthCheck", self.internal_health_check.as_ref().map(InternalHealthCheck::define))
            .opt("LogConfiguration", self.logs(r, linked, fragment))
            .list("MountPoints", self.mount_points(linked))
            .list("PortMappings", self.ports().into_iter().map(|(port, p)| mapping(r, port, p)).collect())
            .set("StopTimeout", self.stop_timeout.clone().map_or(DEFAULT_STOP_TIMEOUT.into(), Expr::from))
    }

    fn logs(&self, r: &Resource<ContainerWorkload>, linked: &Linked<'_>, fragment: &mut Fragment) -> Option<Object> {
        if !self.has_logs() {
            return None;
        }
        let (stack, name) = (linked.stack, r.name.flat());
        let id = r.id(&self.name, "AWS::Logs::LogGroup");
        let physical = stack.identity.log_group("ecs", &format!("{name}/{}", self.name.value), "process-logs");
        let logging = self.logging.as_ref();
        LogGroup::new(id.clone(), physical, logging, DEFAULT_RETENTION, &r.name, self.span).add(stack, fragment);
        let options = Object::new()
            .set("awslogs-group", reference(id))
            .set("awslogs-region", &stack.identity.region)
            .set("awslogs-stream-prefix", "ecs");
        Some(Object::new().set("LogDriver", "awslogs").set("Options", options))
    }

    fn mount_points(&self, linked: &Linked<'_>) -> Vec<Expr> {
        let known = |m: &&ContainerVolumeMount| {
            let ContainerVolumeMount::Efs(m) = m;
            linked.get::<crate::resources::data::efs_filesystem::EfsFilesystem>(&m.efs_filesystem_name).is_some()
        };
        let point = |ContainerVolumeMount::Efs(m): &ContainerVolumeMount| {
            let point = Object::new().set("ContainerPath", &m.mount_path.value).set("ReadOnly", false);
            Expr::from(point.set("SourceVolume", m.volume_name()))
        };
        self.volume_mounts.iter().flatten().filter(known).map(point).collect()
    }
}

fn dependency(d: &ContainerDependency) -> Expr {
    Object::new().set("Condition", d.condition.value).set("ContainerName", &d.container_name.value).into()
}

/// On EC2 the containers of several tasks share an instance, so the host chooses the port.
fn mapping(r: &Resource<ContainerWorkload>, port: u32, protocol: Option<AppProtocol>) -> Expr {
    Object::new()
        .opt("AppProtocol", protocol)
        .set("ContainerPort", port)
        .set("HostPort", if r.props.resources.on_fargate() { port } else { events::CHOSEN_BY_HOST })
        .set("Name", Container::port_name(port))
        .set("Protocol", "tcp")
        .into()
}

impl InternalHealthCheck {
    fn define(&self) -> Object {
        Object::new()
            .set("Command", self.health_check_command.clone())
            .opt("Interval", self.interval_seconds.clone())
            .opt("Retries", self.retries.clone())
            .opt("StartPeriod", self.start_period_seconds.clone())
            .opt("Timeout", self.timeout_seconds.clone())
    }
}
