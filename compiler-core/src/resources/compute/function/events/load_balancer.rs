//! `application-load-balancer`: requests that match a rule of a load balancer.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::naming::{logical_id, truncate};
use crate::resources::compute::function::{Function, permission};
use crate::resources::networking::application_load_balancer::ApplicationLoadBalancer;
use crate::resources::networking::load_balancer::conditions::{HeaderCondition, QueryCondition};
use crate::resources::networking::load_balancer::rule::RuleRequest;
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object};

/// A request to an application load balancer. At least one condition is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct LoadBalancerEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the load balancer.
    #[config(names = "application-load-balancer")]
    pub load_balancer_name: Spanned<String>,
    /// Listener, when the load balancer has a list of its own.
    pub listener_port: Option<Spanned<u32>>,
    /// Rules are tried from the lowest number on.
    #[config(range = 1..=50000)]
    pub priority: Spanned<u32>,
    /// Paths, with `*` and `?` as wildcards.
    pub paths: Option<Vec<Val<String>>>,
    /// Methods.
    pub methods: Option<Vec<Val<String>>>,
    /// Hosts, with `*` and `?` as wildcards.
    pub hosts: Option<Vec<Val<String>>>,
    /// Headers.
    pub headers: Option<Vec<HeaderCondition>>,
    /// Query parameters.
    pub query_params: Option<Vec<QueryCondition>>,
    /// Addresses of callers, as CIDR blocks.
    pub source_ips: Option<Vec<Val<String>>>,
}

impl LoadBalancerEvent {
    fn request(&self) -> RuleRequest<'_> {
        RuleRequest {
            balancer: &self.load_balancer_name,
            listener_port: self.listener_port.as_ref(),
            priority: &self.priority,
            paths: self.paths.as_ref(),
            methods: self.methods.as_ref(),
            hosts: self.hosts.as_ref(),
            headers: self.headers.as_ref(),
            query_params: self.query_params.as_ref(),
            source_ips: self.source_ips.as_ref(),
            span: self.span,
        }
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.request().check(linked, sink);
    }

    pub(super) fn link(&self, r: &Resource<Function>, stack: &Stack<'_>, out: &mut Outbox) {
        self.request().claim(r.name.dotted(), vec![], stack, out);
    }

    /// A function has one target group for each load balancer, however many rules lead there.
    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let (id, function) = (&cx.linked.stack.identity, cx.function);
        let Some(balancer) = cx.linked.get::<ApplicationLoadBalancer>(&self.load_balancer_name) else { return };
        let balancer = balancer.name.flat();
        let group_name = truncate(&format!("{}-{balancer}-{}", id.stack_name, function.name.flat()), 32).into_owned();
        let kind = "AWS::ElasticLoadBalancingV2::TargetGroup";
        let group = logical_id(function.name.flat(), balancer, kind);
        let permission_id =
            logical_id(function.name.flat(), &format!("{balancer}TargetGroup"), "AWS::Lambda::Permission");
        // The group does not exist before the permission, so its ARN is written out.
        let source = format!(
            "arn:{}:elasticloadbalancing:{}:{}:targetgroup/{group_name}/*",
            id.partition(),
            id.region,
            id.account
        );
        let permission = permission(function, "elasticloadbalancing.amazonaws.com", Some(Expr::from(source)));
        cx.fragment.add_shared(permission_id.clone(), self.span, permission);
        let targets = vec![Object::new().set("Id", function.endpoint())];
        let properties = Object::new()
            .set("Name", group_name)
            .set("TargetType", "lambda")
            .set("Targets", targets)
            .set("Tags", cx.linked.stack.tags(&[]));
        let resource = template::Resource::new(kind, properties).after(permission_id);
        cx.fragment.add_shared(group.clone(), self.span, resource);
        self.request().add(&group, cx.linked, cx.fragment);
    }
}
