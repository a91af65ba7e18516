//! Gradual shift of traffic to a new version, by ECS itself: strategies `BLUE_GREEN`, `CANARY` and `LINEAR`, without CodeDeploy.
//!
//! A second target group takes the new version. The rule of the load balancer forwards to both, and ECS changes their weights through a role that may
//! change nothing else. Hooks are functions that ECS calls; they answer with `hookStatus`. Functions that were written for CodeDeploy report through its
//! API instead, which ECS does not look at, so the compiler says what to change.

use super::events::{ContainerEvent, ContainerLoadBalancerEvent, EventCx, TargetGroup};
use super::{Container, ContainerWorkload};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::iam::{RoleBuilder, role_arn};
use crate::facets::packaging::LambdaPackaging;
use crate::model::{Fragment, Linked, Outbox, Resource, Stack, Statement};
use crate::resources::compute::function::Function;
use crate::resources::networking::application_load_balancer::{ApplicationLoadBalancer, TEST_LISTENER};
use crate::resources::networking::load_balancer::rule::{RuleRequest, TestListenerDemand, check_listener_port};
use crate::source::{FilePath, Span, Spanned};
use crate::template::{Expr, Object, reference};

/// Gradual shift of traffic to a new version.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerDeployment {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// How fast traffic is shifted.
    pub strategy: DeploymentStrategy,
    /// Function that runs before traffic is shifted, and can stop the deployment: it returns `{ hookStatus: 'SUCCEEDED' }` or `{ hookStatus: 'FAILED' }`.
    /// The new version is reachable at `testListenerPort` then.
    #[config(names = "function")]
    pub before_allow_traffic_function: Option<Spanned<String>>,
    /// Function that runs after traffic was shifted, and can roll the deployment back; it returns `hookStatus` too.
    #[config(names = "function")]
    pub after_traffic_shift_function: Option<Spanned<String>>,
    /// Listener of the load balancer on which `beforeAllowTrafficFunction` reaches the new version. Needed when the load balancer has a list of
    /// listeners.
    #[config(range = 1..=65535, default = 8080)]
    pub test_listener_port: Option<Spanned<u32>>,
}

/// How fast traffic is shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum DeploymentStrategy {
    /// All at once.
    #[config(name = "AllAtOnce")]
    AllAtOnce,
    /// A tenth, and the rest after 5 minutes.
    #[config(name = "Canary10Percent5Minutes")]
    Canary5,
    /// A tenth, and the rest after 15 minutes.
    #[config(name = "Canary10Percent15Minutes")]
    Canary15,
    /// A tenth every minute.
    #[config(name = "Linear10PercentEvery1Minutes")]
    Linear1,
    /// A tenth every minute.
    #[config(name = "Linear10PercentEvery1Minute")]
    Linear1Minute,
    /// A tenth every 3 minutes.
    #[config(name = "Linear10PercentEvery3Minutes")]
    Linear3,
}

/// Share of traffic of a first or further step, in percent.
const STEP: u32 = 10;

impl DeploymentStrategy {
    /// `Strategy` and its options. The old version goes as soon as all traffic is shifted.
    fn configure(self, o: Object) -> Object {
        let canary = |minutes: u32| Object::new().set("CanaryBakeTimeInMinutes", minutes).set("CanaryPercent", STEP);
        let linear = |minutes: u32| Object::new().set("StepBakeTimeInMinutes", minutes).set("StepPercent", STEP);
        let o = o.set("BakeTimeInMinutes", 0);
        match self {
            Self::AllAtOnce => o.set("Strategy", "BLUE_GREEN"),
            Self::Canary5 => o.set("CanaryConfiguration", canary(5)).set("Strategy", "CANARY"),
            Self::Canary15 => o.set("CanaryConfiguration", canary(15)).set("Strategy", "CANARY"),
            Self::Linear1 | Self::Linear1Minute => o.set("LinearConfiguration", linear(1)).set("Strategy", "LINEAR"),
            Self::Linear3 => o.set("LinearConfiguration", linear(3)).set("Strategy", "LINEAR"),
        }
    }
}

/// A hook: the property, the function, and the stage at which ECS calls it.
type Hook<'a> = (&'static str, &'a Spanned<String>, &'static str);

impl ContainerDeployment {
    fn hooks(&self) -> impl Iterator<Item = Hook<'_>> {
        let before = self.before_allow_traffic_function.iter();
        let after = self.after_traffic_shift_function.iter();
        before
            .map(|f| ("beforeAllowTrafficFunction", f, "POST_TEST_TRAFFIC_SHIFT"))
            .chain(after.map(|f| ("afterTrafficShiftFunction", f, "POST_PRODUCTION_TRAFFIC_SHIFT")))
    }

    fn tests_first(&self) -> bool {
        self.before_allow_traffic_function.is_some()
    }

    /// Reports what keeps traffic from being shifted, and hooks that will not answer.
    pub fn check(&self, r: &Resource<ContainerWorkload>, linked: &Linked<'_>, sink: &mut Sink) {
        let mut asked: Vec<&str> = vec![];
        for (property, name, _) in self.hooks() {
            let function = linked.stack.require::<Function>(name, property, sink);
            if let Some(function) = function.filter(|_| !asked.contains(&name.value.as_str())) {
                asked.push(&name.value);
                check_answer(name, function, linked.stack, sink);
            }
        }
        for (_, event) in r.events() {
            if let ContainerEvent::ServiceConnect(e) = event {
                sink.push(
                    Diagnostic::error(
                        Code::CONFLICT,
                        e.span,
                        format!("`{}` has a deployment, which does not go with service-connect events", r.name.shown()),
                    )
                    .label(self.span, "the deployment")
                    .hint("remove one of the two"),
                );
                return;
            }
        }
        if let Some(first) = self.check_target(r, sink) {
            self.check_test_listener(first, linked, sink);
        }
    }

    /// Traffic is shifted at one port of one container behind one listener.
    fn check_target<'r>(
        &self,
        r: &'r Resource<ContainerWorkload>,
        sink: &mut Sink,
    ) -> Option<&'r ContainerLoadBalancerEvent> {
        let mut first: Option<(&Container, &ContainerLoadBalancerEvent)> = None;
        for (container, event) in r.events() {
            let fits = match (event, first) {
                (ContainerEvent::LoadBalancer(e), None) => {
                    first = Some((container, e));
                    true
                }
                (ContainerEvent::LoadBalancer(e), Some((owner, f))) => {
                    let place = |c: &Container, e: &ContainerLoadBalancerEvent| {
                        let listener = e.listener_port.as_ref().map(|p| p.value);
                        (c.name.value.clone(), e.container_port.value, e.load_balancer_name.value.clone(), listener)
                    };
                    place(container, e) == place(owner, f)
                }
                (ContainerEvent::NetworkLoadBalancer(_), _) => false,
                _ => true,
            };
            if !fits {
                sink.push(
                    Diagnostic::error(
                        Code::CONFLICT,
                        event.span(),
                        "a deployment shifts traffic at one port of one container behind one listener of an \
                         application-load-balancer only",
                    )
                    .label(self.span, "the deployment")
                    .hint("remove this event or the deployment, or move the other traffic to another workload"),
                );
                return None;
            }
        }
        if first.is_none() {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    self.span,
                    format!("the deployment of `{}` needs an event of type application-load-balancer", r.name.shown()),
                )
                .hint("traffic is shifted by the rule of a load balancer; add such an event, or remove deployment"),
            );
        }
        first.map(|(_, e)| e)
    }

    fn check_test_listener(&self, event: &ContainerLoadBalancerEvent, linked: &Linked<'_>, sink: &mut Sink) {
        let Some(balancer) = linked.get::<ApplicationLoadBalancer>(&event.load_balancer_name) else { return };
        let listed = balancer.props.listeners.is_some();
        match &self.test_listener_port {
            Some(port) if !self.tests_first() => sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, port.span, "nothing uses testListenerPort without beforeAllowTrafficFunction")
                    .hint("remove it, or name the function that tests the new version"),
            ),
            None if listed && self.tests_first() => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    self.span,
                    format!(
                        "`{}` has a list of listeners, so testListenerPort must say where beforeAllowTrafficFunction reaches the new version",
                        balancer.name
                    ),
                )
                .label(balancer.span, "declared with listeners")
                .hint("add a listener for tests to the load balancer, and its port as testListenerPort"),
            ),
            Some(port) if !listed && port.value == TEST_LISTENER => {}
            Some(port) if event.listener_port.as_ref().is_some_and(|p| p.value == port.value) => sink.push(
                Diagnostic::error(Code::CONFLICT, port.span, "testListenerPort is the listener of the production traffic")
                    .hint("add another listener to the load balancer, and name it here"),
            ),
            Some(port) => check_listener_port(balancer, Some(port), "testListenerPort", self.span, sink),
            None => {}
        }
    }

    /// Asks the load balancer for its test listener.
    pub fn link(&self, r: &Resource<ContainerWorkload>, stack: &Stack<'_>, out: &mut Outbox) {
        for (_, event) in r.events() {
            if let ContainerEvent::LoadBalancer(e) = event
                && self.tests_first()
                && let Some(balancer) = stack.get::<ApplicationLoadBalancer>(&e.load_balancer_name)
            {
                out.send(&balancer.name, TestListenerDemand { span: self.span });
                let port = self.test_listener_port.clone().unwrap_or(Spanned::new(TEST_LISTENER, self.span));
                let production = e.listener_port.as_ref().map_or_else(|| balancer.default_rule_port(), |p| p.value);
                if production != port.value {
                    // The rule of the test listener has the priority of the production rule.
                    RuleRequest { listener_port: Some(&port), ..e.request() }.claim(
                        r.name.dotted(),
                        vec![],
                        stack,
                        out,
                    );
                }
            }
        }
    }

    /// `DeploymentConfiguration` of the service. ECS's circuit breaker watches rolling updates only.
    pub fn configuration(&self, r: &Resource<ContainerWorkload>, linked: &Linked<'_>) -> Object {
        let hook = |(_, function, stage): Hook<'_>| {
            let function = linked.get::<Function>(function)?;
            let hook = Object::new()
                .set("HookTargetArn", function.endpoint())
                .set("LifecycleStages", vec![stage])
                .set("RoleArn", role_arn(&role_id(r)));
            Some(Expr::from(hook))
        };
        let o = Object::new()
            .set("MaximumPercent", 200)
            .set("MinimumHealthyPercent", 100)
            .list("LifecycleHooks", self.hooks().filter_map(hook).collect());
        self.strategy.configure(o)
    }

    /// Adds the role by which ECS shifts traffic between the target groups and calls the hooks.
    pub fn add_role(
        &self,
        r: &Resource<ContainerWorkload>,
        shifts: &[Shifted],
        linked: &Linked<'_>,
        fragment: &mut Fragment,
    ) {
        let list = |ids: Vec<&String>| ids.into_iter().map(|id| reference(id.clone())).collect::<Vec<Expr>>();
        let rules = list(shifts.iter().flat_map(|s| &s.rules).collect());
        let groups = list(shifts.iter().flat_map(|s| &s.target_groups).collect());
        if rules.is_empty() {
            return;
        }
        let describe = [
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        ];
        let statements = vec![
            // Descriptions have no resource to scope them to.
            Statement::allow(&describe, vec!["*".into()], self.span),
            Statement::allow(&["elasticloadbalancing:ModifyRule"], rules, self.span),
            Statement::allow(
                &["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
                groups,
                self.span,
            ),
        ];
        let mut calls: Vec<Statement> = vec![];
        for (_, name, _) in self.hooks() {
            let Some(function) = linked.get::<Function>(name) else { continue };
            let arn = vec![function.endpoint_by_name(linked.stack)];
            if calls.iter().all(|s| s.resources != arn) {
                calls.push(Statement::allow(&["lambda:InvokeFunction"], arn, name.span));
            }
        }
        RoleBuilder::new(role_id(r), None, "ecs.amazonaws.com")
            .policy("shift-traffic", statements)
            .policy("call-hooks", calls)
            .add_to(fragment, self.span, linked.stack);
    }
}

fn role_id(r: &Resource<ContainerWorkload>) -> String {
    r.id("EcsDeployment", "AWS::IAM::Role")
}

/// Tells what to change in a hook that does not answer ECS, as far as its entry file shows.
fn check_answer(name: &Spanned<String>, function: &Resource<Function>, stack: &Stack<'_>, sink: &mut Sink) {
    let text = match &function.props.packaging {
        LambdaPackaging::Buildpack(b) => stack.source(&FilePath::new(b.entryfile_path.as_str())),
        LambdaPackaging::Artifact(_) | LambdaPackaging::BuiltIn(_) => None,
    };
    let text = text.as_deref();
    if text.is_some_and(|t| t.contains("hookStatus")) {
        return;
    }
    // Python and Ruby write the call with underscores.
    let plain = text.map(|t| t.to_ascii_lowercase().replace('_', ""));
    let how = match plain {
        Some(t) if t.contains("putlifecycleeventhookexecutionstatus") => "it reports to CodeDeploy",
        Some(_) => "its entry file has no hookStatus",
        None => "its code cannot be read here",
    };
    let message = format!("ECS shifts the traffic, and waits for `{}` to return how the check went; {how}", name.value);
    sink.push(Diagnostic::warning(Code::SUSPICIOUS, name.span, message).label(function.span, "the function").hint(
        "return {\"hookStatus\": \"SUCCEEDED\"} or {\"hookStatus\": \"FAILED\"} in place of calling \
                 PutLifecycleEventHookExecutionStatus; without hookStatus ECS rolls the deployment back",
    ));
}

/// What shifting one rule's traffic touches.
pub struct Shifted {
    /// Logical ids of the rules.
    pub rules: Vec<String>,
    /// Logical ids of the two target groups.
    pub target_groups: [String; 2],
}

/// An event whose traffic is shifted.
pub struct Shift<'a> {
    /// The deployment.
    pub deployment: &'a ContainerDeployment,
    /// The event.
    pub event: &'a ContainerLoadBalancerEvent,
    /// Logical id of the target group of the running version.
    pub blue: String,
    /// The target group, of which the new version has a twin.
    pub group: &'a TargetGroup,
}

impl Shift<'_> {
    /// Adds the twin, the rule for both, and the rule of the test listener; gives `AdvancedConfiguration`.
    pub fn add(self, cx: &mut EventCx<'_, '_>) -> Object {
        let green = self.group.add_as(&twin(&self.group.specifier), cx);
        let request = self.event.request();
        let rule = request.add_shifting([(&self.blue, 100), (&green, 0)], None, cx.linked, cx.fragment);
        let test = self.deployment.tests_first().then(|| {
            let port = self.deployment.test_listener_port.as_ref().map_or(TEST_LISTENER, |p| p.value);
            request.add_shifting([(&self.blue, 0), (&green, 100)], Some(port), cx.linked, cx.fragment)
        });
        let rules: Vec<String> = rule.iter().cloned().chain(test.clone().flatten()).collect();
        let advanced = Object::new()
            .set("AlternateTargetGroupArn", reference(green.clone()))
            .opt("ProductionListenerRule", rule.map(reference))
            .set("RoleArn", role_arn(&role_id(cx.workload)))
            .opt("TestListenerRule", test.flatten().map(reference));
        cx.wiring.shifts.push(Shifted { rules, target_groups: [self.blue, green] });
        advanced
    }
}

/// Specifier of the second target group of a pair.
pub fn twin(specifier: &str) -> String {
    format!("{specifier}BG")
}

/// Specifier of the target group of an event. One rule shifts between two target groups, so each further rule of a workload with a deployment has
/// a pair of its own.
pub fn specifier(base: String, r: &Resource<ContainerWorkload>, event: &ContainerLoadBalancerEvent) -> String {
    let first = r.events().find_map(|(_, e)| match e {
        ContainerEvent::LoadBalancer(e) => Some(e),
        _ => None,
    });
    match first {
        Some(first) if r.props.deployment.is_some() && first.span != event.span => {
            format!("{base}Priority{}", event.priority.value)
        }
        _ => base,
    }
}
