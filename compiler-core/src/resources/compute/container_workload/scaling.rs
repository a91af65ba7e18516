//! How many copies of a workload run: a scalable target and two target tracking policies.

use super::ContainerWorkload;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Outbox, Resource, Stack};
use crate::shared_infra::ecs::{AUTO_SCALE_ROLE, AutoScalingDemand};
use crate::source::Span;
use crate::template::{self, Expr, Object, get_att, join, reference, sub};

/// How many copies run.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct ContainerScaling {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Least number of copies.
    #[config(range = 1..=5000, default = 1)]
    pub min_instances: Option<Val<u32>>,
    /// Largest number of copies.
    #[config(range = 1..=5000, default = 1)]
    pub max_instances: Option<Val<u32>>,
    /// When copies are added and removed.
    pub scaling_policy: Option<ContainerScalingPolicy>,
}

/// When copies are added and removed.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct ContainerScalingPolicy {
    /// Copies are added when processors are busier on average, and removed when they are clearly less busy.
    #[config(range = 1..=100, unit = "percent", default = 80)]
    pub keep_avg_cpu_utilization_under: Option<Val<f64>>,
    /// Copies are added when more memory is used on average, and removed when clearly less is used.
    #[config(range = 1..=100, unit = "percent", default = 80)]
    pub keep_avg_memory_utilization_under: Option<Val<f64>>,
}

const DEFAULT_UTILIZATION: u32 = 80;

impl ContainerScaling {
    fn known(value: &Option<Val<u32>>) -> Option<u32> {
        value.as_ref().map_or(Some(1), |v| v.as_known().copied())
    }

    /// Reports a maximum below the minimum.
    pub fn check(&self, sink: &mut Sink) {
        let (Some(min), Some(max)) = (Self::known(&self.min_instances), Self::known(&self.max_instances)) else {
            return;
        };
        if max >= min {
            return;
        }
        let span = self.max_instances.as_ref().or(self.min_instances.as_ref()).map_or(self.span, |v| v.span);
        let message = format!("maxInstances ({max}) is smaller than minInstances ({min})");
        sink.push(
            Diagnostic::error(Code::CONFLICT, span, message)
                .hint(format!("raise maxInstances to {min} or more, or lower minInstances")),
        );
    }
}

/// The largest number of copies, as far as it is known.
pub fn max_instances(r: &Resource<ContainerWorkload>) -> u32 {
    r.props.scaling.as_ref().and_then(|s| ContainerScaling::known(&s.max_instances)).unwrap_or(1)
}

/// Demands the role by which copies are added and removed.
pub fn link(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
    out.demand(AutoScalingDemand { services: sub(r.services_arn(stack)), span: r.span });
}

/// Adds the target and its policies.
pub fn add(r: &Resource<ContainerWorkload>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let scaling = r.props.scaling.clone().unwrap_or_default();
    let target = r.id("", "AWS::ApplicationAutoScaling::ScalableTarget");
    let span = r.props.scaling.as_ref().map_or(r.span, |s| s.span);
    let or_one = |v: Option<Val<u32>>| v.map_or(Expr::from(1), Into::into);
    let service = vec!["service".into(), reference(r.cluster_id()), get_att(r.service_id(), "Name")];
    let properties = Object::new()
        .set("MaxCapacity", or_one(scaling.max_instances))
        .set("MinCapacity", or_one(scaling.min_instances))
        .set("ResourceId", join("/", service))
        .set("RoleARN", get_att(AUTO_SCALE_ROLE, "Arn"))
        .set("ScalableDimension", "ecs:service:DesiredCount")
        .set("ServiceNamespace", "ecs");
    let resource = template::Resource::new("AWS::ApplicationAutoScaling::ScalableTarget", properties);
    fragment.add(target.clone(), span, resource);

    let policy = scaling.scaling_policy.unwrap_or_default();
    let metrics = [
        ("ECSServiceAverageCPUUtilization", policy.keep_avg_cpu_utilization_under),
        ("ECSServiceAverageMemoryUtilization", policy.keep_avg_memory_utilization_under),
    ];
    for (metric, value) in metrics {
        let tracking = Object::new()
            .set("PredefinedMetricSpecification", Object::new().set("PredefinedMetricType", metric))
            .set("TargetValue", value.map_or(DEFAULT_UTILIZATION.into(), Expr::from));
        let properties = Object::new()
            .set("PolicyName", stack.identity.physical(&format!("{}-{metric}", r.name.flat()), 256))
            .set("PolicyType", "TargetTrackingScaling")
            .set("ScalingTargetId", reference(target.clone()))
            .set("TargetTrackingScalingPolicyConfiguration", tracking);
        let kind = "AWS::ApplicationAutoScaling::ScalingPolicy";
        fragment.add(r.id(metric, kind), span, template::Resource::new(kind, properties));
    }
}
