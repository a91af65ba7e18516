//! What alarms on load balancers watch.

use super::super::load_balancer::rule::RuleClaim;
use crate::decode::{Decode, DecodeCx, Val, choice};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::facets::alarms::{Comparison, Condition, Metric, MissingData, Series, Statistic, Trigger};
use crate::model::{Linked, ResourceName};
use crate::order::SortedSet;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::template::get_att;

/// What an alarm on a load balancer watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum LoadBalancerTrigger {
    /// A metric of the load balancer.
    #[config(name = "application-load-balancer-custom")]
    Custom(CustomTrigger),
    /// Share of requests that targets answer with an error.
    #[config(name = "application-load-balancer-error-rate")]
    ErrorRate(ErrorRateTrigger),
    /// Share of targets that fail their health checks.
    #[config(name = "application-load-balancer-unhealthy-targets")]
    UnhealthyTargets(UnhealthyTargetsTrigger),
}

/// A metric of the load balancer.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomTrigger {
    /// Metric of the namespace `AWS/ApplicationELB`.
    pub metric: MetricName,
    /// Threshold, in the unit of the metric.
    pub threshold: Val<f64>,
    /// How the values of a period become one.
    #[config(default = "avg")]
    pub statistic: Option<Statistic>,
    /// How the value compares to the threshold.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
}

/// Name of a metric of the namespace `AWS/ApplicationELB`.
#[derive(Clone, Copy, Debug)]
pub struct MetricName(&'static str);

/// Source: the CloudWatch metrics page of the Application Load Balancer guide.
const METRICS: &[&str] = &[
    "ActiveConnectionCount",
    "AnomalousHostCount",
    "ClientTLSNegotiationErrorCount",
    "ConsumedLCUs",
    "DesyncMitigationMode_NonCompliant_Request_Count",
    "DroppedInvalidHeaderRequestCount",
    "ELBAuthError",
    "ELBAuthFailure",
    "ELBAuthLatency",
    "ELBAuthRefreshTokenSuccess",
    "ELBAuthSuccess",
    "ELBAuthUserClaimsSizeExceeded",
    "ForwardedInvalidHeaderRequestCount",
    "GrpcRequestCount",
    "HTTPCode_ELB_3XX_Count",
    "HTTPCode_ELB_4XX_Count",
    "HTTPCode_ELB_500_Count",
    "HTTPCode_ELB_502_Count",
    "HTTPCode_ELB_503_Count",
    "HTTPCode_ELB_504_Count",
    "HTTPCode_ELB_5XX_Count",
    "HTTPCode_Target_2XX_Count",
    "HTTPCode_Target_3XX_Count",
    "HTTPCode_Target_4XX_Count",
    "HTTPCode_Target_5XX_Count",
    "HTTP_Fixed_Response_Count",
    "HTTP_Redirect_Count",
    "HTTP_Redirect_Url_Limit_Exceeded_Count",
    "HealthyHostCount",
    "HealthyStateDNS",
    "HealthyStateRouting",
    "IPv6ProcessedBytes",
    "IPv6RequestCount",
    "LambdaInternalError",
    "LambdaTargetProcessedBytes",
    "LambdaUserError",
    "MitigatedHostCount",
    "NewConnectionCount",
    "NonStickyRequestCount",
    "ProcessedBytes",
    "RejectedConnectionCount",
    "RequestCount",
    "RequestCountPerTarget",
    "RuleEvaluations",
    "TargetConnectionErrorCount",
    "TargetResponseTime",
    "TargetTLSNegotiationErrorCount",
    "UnHealthyHostCount",
    "UnhealthyRoutingRequestCount",
    "UnhealthyStateDNS",
    "UnhealthyStateRouting",
];

impl Decode for MetricName {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        choice(node, METRICS, cx).map(|at| Self(METRICS[at]))
    }
}

impl Describe for MetricName {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Text
    }
}

/// Share of requests that targets answer with an error (4xx or 5xx).
#[derive(Clone, Debug, Decode, Describe)]
pub struct ErrorRateTrigger {
    /// Threshold.
    #[config(range = 0..=100, unit = "percent")]
    pub threshold_percent: Val<f64>,
    /// How the value compares to the threshold.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
}

/// Share of targets that fail their health checks.
#[derive(Clone, Debug, Decode, Describe)]
pub struct UnhealthyTargetsTrigger {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Threshold.
    #[config(range = 0..=100, unit = "percent")]
    pub threshold_percent: Val<f64>,
    /// Workloads whose targets are watched; all when not given.
    #[config(names = "any")]
    pub only_include_targets: Option<Vec<Spanned<String>>>,
    /// How the value compares to the threshold.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
}

/// What triggers of a load balancer look at.
pub struct Watched {
    /// Logical id of the load balancer.
    pub balancer: String,
    /// Workload and logical ids of the target groups with health checks, for each rule. Of two, one has the traffic and nobody knows which.
    pub targets: Vec<(String, Vec<String>)>,
}

impl Watched {
    fn metric(&self, name: &'static str) -> Metric {
        let dimensions = vec![("LoadBalancer", get_att(self.balancer.clone(), "LoadBalancerFullName"))];
        Metric { namespace: "AWS/ApplicationELB", name, dimensions }
    }

    fn of_target(&self, name: &'static str, group: &str) -> Metric {
        let mut metric = self.metric(name);
        metric.dimensions.push(("TargetGroup", get_att(group.to_string(), "TargetGroupFullName")));
        metric
    }
}

impl Trigger for LoadBalancerTrigger {
    type Target = Watched;

    fn kind(&self) -> &'static str {
        match self {
            Self::Custom(_) => "application-load-balancer-custom",
            Self::ErrorRate(_) => "application-load-balancer-error-rate",
            Self::UnhealthyTargets(_) => "application-load-balancer-unhealthy-targets",
        }
    }

    fn check(&self, owner: &ResourceName, linked: &Linked<'_>, sink: &mut Sink) {
        let Self::UnhealthyTargets(t) = self else { return };
        let mut known: Vec<&str> =
            linked.mail::<RuleClaim>(owner).filter(|c| !c.health_checked.is_empty()).map(|c| &*c.target).collect();
        known.dedup();
        let wrong = |t: &&Spanned<String>| !known.contains(&t.value.as_str()) && !linked.stack.is_broken(t);
        for target in t.only_include_targets.iter().flatten().filter(wrong) {
            sink.push(
                Diagnostic::error(
                    Code::UNKNOWN_RESOURCE,
                    target.span,
                    format!("`{}` is no container workload behind `{owner}`", target.value),
                )
                .hint(match known.as_slice() {
                    [] => "add a load balancer event to a container workload, or remove the alarm".into(),
                    known => did_you_mean(target, known.iter().copied())
                        .unwrap_or_else(|| format!("workloads there: {}", known.join(", ")).into()),
                }),
            );
        }
        if known.is_empty() && t.only_include_targets.is_none() && !linked.stack.has_broken() {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    t.span,
                    format!("`{owner}` has no container workload whose health could be watched"),
                )
                .hint("add a load balancer event to a container workload, or remove the alarm"),
            );
        }
        let claims = linked.mail::<RuleClaim>(owner).filter(|c| t.watches(&c.target));
        let groups = claims.filter_map(|c| c.health_checked.first()).collect::<SortedSet<_>>().len();
        if groups > MOST_GROUPS {
            let message =
                format!("CloudWatch looks at {MOST_GROUPS} target groups in an alarm, and `{owner}` has {groups}");
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, t.span, message)
                    .hint("make several alarms, each with some of the workloads in onlyIncludeTargets"),
            );
        }
    }

    fn condition(&self, on: &Watched) -> Condition {
        let above = |c: Option<Comparison>| c.unwrap_or(Comparison::Above);
        match self {
            Self::Custom(t) => Condition {
                series: Series::One {
                    metric: on.metric(t.metric.0),
                    statistic: t.statistic.unwrap_or(Statistic::Average),
                },
                comparison: above(t.comparison_operator),
                threshold: t.threshold.clone().into(),
                missing_data: None,
            },
            Self::ErrorRate(t) => {
                let sum = |id: &str, name: &'static str| (id.to_string(), on.metric(name), Statistic::Sum);
                let metrics = vec![
                    sum("error_4xx_count", "HTTPCode_Target_4XX_Count"),
                    sum("error_5xx_count", "HTTPCode_Target_5XX_Count"),
                    sum("all_count", "RequestCount"),
                ];
                let expression = "( (error_4xx_count + error_5xx_count) / all_count ) * 100".to_string();
                Condition {
                    series: Series::Math {
                        metrics,
                        expression,
                        label: "Share of requests answered with an error (percent)",
                    },
                    comparison: above(t.comparison_operator),
                    threshold: t.threshold_percent.clone().into(),
                    missing_data: Some(MissingData::NotBreaching),
                }
            }
            Self::UnhealthyTargets(t) => unhealthy_targets(t, on, above(t.comparison_operator)),
        }
    }
}

impl UnhealthyTargetsTrigger {
    fn watches(&self, workload: &str) -> bool {
        self.only_include_targets.as_ref().is_none_or(|only| only.iter().any(|o| o.value == workload))
    }
}

/// Most target groups that an alarm looks at, with two metrics for each. Source: the CloudWatch guide, metric math takes ten metrics in an alarm.
const MOST_GROUPS: usize = 5;

/// The worst target group counts.
fn unhealthy_targets(t: &UnhealthyTargetsTrigger, on: &Watched, comparison: Comparison) -> Condition {
    let groups = |most: usize| {
        let rules = on.targets.iter().filter(|(name, _)| t.watches(name));
        rules.flat_map(|(_, groups)| groups.iter().take(most)).collect::<SortedSet<_>>()
    };
    let all = Some(groups(2)).filter(|all| all.len() <= MOST_GROUPS).unwrap_or_else(|| groups(1));
    let (mut metrics, mut shares) = (vec![], vec![]);
    for (i, group) in all.into_iter().enumerate() {
        metrics.push((format!("unhealthy{i}"), on.of_target("UnHealthyHostCount", group), Statistic::Average));
        metrics.push((format!("healthy{i}"), on.of_target("HealthyHostCount", group), Statistic::Average));
        shares.push(format!("(unhealthy{i} / (unhealthy{i} + healthy{i})) * 100"));
    }
    Condition {
        series: Series::Math {
            metrics,
            expression: format!("MAX([{}])", shares.join(", ")),
            label: "Share of unhealthy targets (percent)",
        },
        comparison,
        threshold: t.threshold_percent.clone().into(),
        missing_data: Some(MissingData::NotBreaching),
    }
}
