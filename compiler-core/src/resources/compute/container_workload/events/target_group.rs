//! The target group of a load balancer, of which a workload has one for each load balancer and port.

use super::EventCx;
use crate::model::ResourceName;
use crate::resources::compute::container_workload::HealthCheckProtocol;
use crate::shared_infra::vpc;
use crate::template::{Expr, Object, Resource};

/// CloudFormation type.
pub const KIND: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// How long a target that goes still gets the answers of open connections sent, in seconds. Short, so that deployments and deletions do not wait.
const DRAINING: &str = "5";
/// Seconds between two health checks.
pub const INTERVAL: u32 = 5;
/// Seconds that a health check may take.
pub const TIMEOUT: u32 = 4;
const HEALTHY_THRESHOLD: u32 = 2;

/// The specifier of logical ids: `lbToPort80`.
pub fn specifier(balancer: &ResourceName, port: u32) -> String {
    format!("{}ToPort{port}", balancer.flat())
}

/// A target group to be added.
pub struct TargetGroup {
    /// Specifier of the logical id.
    pub specifier: String,
    /// `HTTP` or `TCP`.
    pub protocol: &'static str,
    /// Protocol of health checks when the config gives none.
    pub health_protocol: HealthCheckProtocol,
    /// Port of the container.
    pub port: u32,
}

impl TargetGroup {
    /// The port of health checks, when it is not that of the traffic. On EC2 the host chooses ports, so there is only that of the traffic.
    pub fn health_port(&self, cx: &EventCx<'_, '_>) -> Option<u32> {
        let check = cx.container.load_balancer_health_check.as_ref()?;
        check
            .health_check_port
            .as_ref()
            .map(|p| p.value)
            .filter(|p| *p != self.port && cx.workload.props.resources.on_fargate())
    }

    /// `HealthCheckPort`; the traffic's when left out, which cfn-lint wants in words where the host chooses the port.
    fn check_port(&self, cx: &EventCx<'_, '_>) -> Option<String> {
        match cx.workload.props.resources.on_fargate() {
            true => self.health_port(cx).map(|p| p.to_string()),
            false => Some("traffic-port".to_string()),
        }
    }

    /// Adds it, once however many events lead there, and gives its logical id.
    pub fn add(&self, cx: &mut EventCx<'_, '_>) -> String {
        self.add_as(&self.specifier, cx)
    }

    /// Adds it under another specifier: the second of a pair between which traffic is shifted.
    pub fn add_as(&self, specifier: &str, cx: &mut EventCx<'_, '_>) -> String {
        let (r, stack) = (cx.workload, cx.linked.stack);
        let check = cx.container.load_balancer_health_check.clone().unwrap_or_default();
        let protocol = check.health_check_protocol.map_or(self.health_protocol, |p| p.value);
        let by_http = protocol == HealthCheckProtocol::Http;
        let delay = Object::new().set("Key", "deregistration_delay.timeout_seconds").set("Value", DRAINING);
        let properties = Object::new()
            .set("HealthCheckIntervalSeconds", check.healthcheck_interval.map_or(INTERVAL.into(), Expr::from))
            .opt("HealthCheckPath", check.healthcheck_path.filter(|_| by_http))
            .opt("HealthCheckPort", self.check_port(cx))
            .set("HealthCheckProtocol", protocol)
            .set("HealthCheckTimeoutSeconds", check.healthcheck_timeout.map_or(TIMEOUT.into(), Expr::from))
            .set("HealthyThresholdCount", HEALTHY_THRESHOLD)
            .set("Port", self.port)
            .set("Protocol", self.protocol)
            .set("Tags", stack.tags(&[]))
            .set("TargetGroupAttributes", vec![delay])
            .set("TargetType", if r.props.resources.on_fargate() { "ip" } else { "instance" })
            .set("VpcId", vpc::network(stack).vpc_id);
        let id = r.id(specifier, KIND);
        cx.fragment.add_shared(id.clone(), cx.container.span, Resource::new(KIND, properties));
        id
    }
}
