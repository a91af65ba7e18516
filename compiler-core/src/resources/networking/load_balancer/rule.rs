//! Rules of an application load balancer: which requests a workload receives.

use super::conditions::{HeaderCondition, QueryCondition};
use super::{super::application_load_balancer::ApplicationLoadBalancer, LostEvent, listener_id};
use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, Stack};
use crate::naming::logical_id;
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use crate::template::{Object, Resource, reference};

/// Which requests a workload receives, as its event says it.
pub struct RuleRequest<'a> {
    /// The load balancer.
    pub balancer: &'a Spanned<String>,
    /// The listener, when the load balancer has a list of its own.
    pub listener_port: Option<&'a Spanned<u32>>,
    /// Rules are tried from the lowest number on.
    pub priority: &'a Spanned<u32>,
    /// Paths.
    pub paths: Option<&'a Vec<Val<String>>>,
    /// Methods.
    pub methods: Option<&'a Vec<Val<String>>>,
    /// Hosts.
    pub hosts: Option<&'a Vec<Val<String>>>,
    /// Headers.
    pub headers: Option<&'a Vec<HeaderCondition>>,
    /// Query parameters.
    pub query_params: Option<&'a Vec<QueryCondition>>,
    /// Addresses of callers, as CIDR blocks.
    pub source_ips: Option<&'a Vec<Val<String>>>,
    /// The event.
    pub span: Span,
}

/// Mail to an application load balancer: a workload receives requests under a rule.
#[derive(Clone, Debug)]
pub struct RuleClaim {
    /// Dotted name of the workload.
    pub workload: String,
    /// Name that `onlyIncludeTargets` of alarms uses: the workload's.
    pub target: String,
    /// The listener, when the event names one.
    pub listener_port: Option<Spanned<u32>>,
    /// The rule's priority.
    pub priority: Spanned<u32>,
    /// Logical id of the target group, when it has health checks (containers, not functions).
    pub health_checked: Vec<String>,
}

/// Mail to an application load balancer: a listener for test traffic is needed before production traffic is shifted.
#[derive(Clone, Debug)]
pub struct TestListenerDemand {
    /// The `deployment` block.
    pub span: Span,
}

impl RuleRequest<'_> {
    /// Reports an unknown load balancer, a wrong listener, and a rule without conditions.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        if self.conditions().is_empty() {
            sink.push(
                Diagnostic::error(Code::MISSING_PROPERTY, self.span, "the load balancer event has no condition")
                    .hint("add at least one of paths, hosts, methods, headers, queryParams and sourceIps; paths: ['*'] matches everything"),
            );
        }
        self.check_values(sink);
        if let Some(balancer) = linked.stack.require::<ApplicationLoadBalancer>(self.balancer, "loadBalancerName", sink)
        {
            check_listener_port(balancer, self.listener_port, "listenerPort", self.span, sink);
        }
    }

    /// Claims the rule.
    pub fn claim(&self, workload: &str, health_checked: Vec<String>, stack: &Stack<'_>, out: &mut Outbox) {
        let Some(balancer) = stack.get::<ApplicationLoadBalancer>(self.balancer) else {
            out.demand(LostEvent);
            return;
        };
        let target = workload.split('.').next().unwrap_or(workload).to_string();
        let claim = RuleClaim {
            workload: workload.to_string(),
            target,
            listener_port: self.listener_port.cloned(),
            priority: self.priority.clone(),
            health_checked,
        };
        out.send(&balancer.name, claim);
    }

    /// Adds the rule, which forwards to a target group, and gives its logical id.
    pub fn add(&self, target_group: &str, linked: &Linked<'_>, fragment: &mut Fragment) -> Option<String> {
        let action = Object::new()
            .set("Order", 1)
            .set("TargetGroupArn", reference(target_group.to_string()))
            .set("Type", "forward");
        self.add_action(action, None, linked, fragment)
    }

    /// Adds a rule that forwards to two target groups by weight, between which a deployment shifts traffic; `port` is that of the test listener.
    pub fn add_shifting(
        &self,
        target_groups: [(&String, u32); 2],
        port: Option<u32>,
        linked: &Linked<'_>,
        fragment: &mut Fragment,
    ) -> Option<String> {
        let weighted = target_groups
            .map(|(group, weight)| Object::new().set("TargetGroupArn", reference(group.clone())).set("Weight", weight));
        let action = Object::new()
            .set("ForwardConfig", Object::new().set("TargetGroups", weighted.to_vec()))
            .set("Order", 1)
            .set("Type", "forward");
        self.add_action(action, port, linked, fragment)
    }

    fn add_action(
        &self,
        action: Object,
        port: Option<u32>,
        linked: &Linked<'_>,
        fragment: &mut Fragment,
    ) -> Option<String> {
        let balancer = linked.get::<ApplicationLoadBalancer>(self.balancer)?;
        let own = || self.listener_port.map_or_else(|| balancer.default_rule_port(), |p| p.value);
        let port = port.unwrap_or_else(own);
        let kind = "AWS::ElasticLoadBalancingV2::ListenerRule";
        let id = logical_id(balancer.name.flat(), &format!("Port{port}Priority{}", self.priority.value), kind);
        let properties = Object::new()
            .set("Actions", vec![action])
            .set("Conditions", self.conditions())
            .set("ListenerArn", reference(listener_id(&balancer.name, port)))
            .set("Priority", self.priority.value);
        fragment.add(id.clone(), self.span, Resource::new(kind, properties));
        Some(id)
    }
}

/// Reports a listener port that the load balancer does not have, or that is missing.
pub fn check_listener_port(
    balancer: &crate::model::Resource<ApplicationLoadBalancer>,
    port: Option<&Spanned<u32>>,
    property: &str,
    reference: Span,
    sink: &mut Sink,
) {
    let name = balancer.name.dotted();
    let own: Option<Vec<u32>> = balancer.props.listeners.as_ref().map(|l| l.iter().map(|l| l.port.value).collect());
    let list = |ports: &[u32]| ports.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    match (own, port) {
        (None, None) => {}
        (Some(own), Some(port)) if own.contains(&port.value) => {}
        (None, Some(port)) => sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                port.span,
                format!("{property} {} is given, but `{name}` has the default listeners", port.value),
            )
            .label(balancer.span, "declared without listeners")
            .hint(format!("remove {property}, or declare `listeners` on `{name}`")),
        ),
        (Some(own), Some(port)) => sink.push(
            Diagnostic::error(
                Code::UNKNOWN_RESOURCE,
                port.span,
                format!("`{name}` has no listener on port {}", port.value),
            )
            .label(balancer.span, format!("listens on {}", list(&own)))
            .hint(format!("use {}, or add a listener", list(&own))),
        ),
        (Some(own), None) => sink.push(
            Diagnostic::error(
                Code::MISSING_PROPERTY,
                reference,
                format!("`{name}` has a list of listeners, so {property} must say which one"),
            )
            .label(balancer.span, format!("listens on {}", list(&own)))
            .hint(format!("add {property}: {}", own.first().map(u32::to_string).unwrap_or_default())),
        ),
    }
}

/// Reports rules of one listener with the same priority.
pub fn check_priorities(
    balancer: &crate::model::Resource<ApplicationLoadBalancer>,
    linked: &Linked<'_>,
    sink: &mut Sink,
) {
    let mut seen: SortedMap<(u32, u32), &RuleClaim> = SortedMap::new();
    for claim in linked.mail::<RuleClaim>(&balancer.name) {
        let port = claim.listener_port.as_ref().map_or_else(|| balancer.default_rule_port(), |p| p.value);
        if let Some(first) = seen.insert((port, claim.priority.value), claim) {
            // The later one in the text is the one to change.
            let (earlier, later) =
                if first.priority.span <= claim.priority.span { (first, claim) } else { (claim, first) };
            let message = format!(
                "`{}` and `{}` both ask for priority {} on `{}`",
                earlier.workload, later.workload, claim.priority.value, balancer.name
            );
            sink.push(
                Diagnostic::error(Code::CLASH, later.priority.span, message)
                    .label(earlier.priority.span, "first asked for here")
                    .hint("choose distinct priorities; rules are tried from the lowest on"),
            );
        }
    }
}
