//! `web-app-firewall`: a web ACL of AWS WAF. Its one child is the ACL; what uses it adds the association, or names it in its distribution.
//!
//! An ACL for CloudFront lives in us-east-1. For a stack of another region, where CloudFormation can make nothing there, the stack's own function
//! makes it (`remote.rs`).

mod remote;
mod rules;

pub use rules::{
    CustomRuleGroup, ForwardedIp, ForwardedIpFallback, GroupOverride, ManagedRuleGroup, RateAction, RateBasedRule,
    RateKey, Rule,
};

use crate::decode::{Decode, Dict, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains;
use crate::facets::firewall::FirewallUse;
use crate::model::{ExpandCx, Fragment, Linked, Outbox, Param, Resource, ResourceKind, Stack};
use crate::naming::logical_id;
use crate::shared_infra::stack_lambda::StackLambdaDemand;
use crate::source::Spanned;
use crate::template::{self, Expr, Object, get_att};

/// A firewall for HTTP requests.
pub struct WebAppFirewall;

/// A firewall for HTTP requests (AWS WAF).
#[derive(Clone, Debug, Decode, Describe)]
pub struct WebAppFirewallProps {
    /// What it protects: CDNs (`cdn`), or load balancers and user pools (`regional`). A change makes a new firewall.
    #[config(example = "regional")]
    pub scope: Spanned<FirewallScope>,
    /// What happens to a request that no rule decides about.
    #[config(default = "Allow")]
    pub default_action: Option<DefaultAction>,
    /// Rules, applied in the order of their priorities. Without this property AWS's common rules and those against known bad inputs apply.
    pub rules: Option<Vec<Rule>>,
    /// Bodies of responses, by name.
    pub custom_response_bodies: Option<Dict<ResponseBody>>,
    /// How long a solved CAPTCHA counts.
    #[config(range = 60..=259200, unit = "seconds", default = 300)]
    pub captcha_immunity_time: Option<Val<u32>>,
    /// How long a passed challenge counts.
    #[config(range = 60..=259200, unit = "seconds", default = 300)]
    pub challenge_immunity_time: Option<Val<u32>>,
    /// Domains whose tokens are accepted, beside the protected resource's own.
    pub token_domains: Option<Vec<Val<String>>>,
    /// Whether nothing is counted in CloudWatch.
    #[config(default = false)]
    pub disable_metrics: bool,
    /// Whether samples of requests are kept for the AWS console.
    #[config(default = false)]
    pub sampled_requests_enabled: bool,
}

/// What a firewall protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum FirewallScope {
    /// CDNs.
    #[config(name = "cdn")]
    Cdn,
    /// Load balancers and user pools.
    #[config(name = "regional")]
    Regional,
}

/// What happens to a request that no rule decides about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum DefaultAction {
    /// It passes.
    #[config(name = "Allow")]
    Allow,
    /// It is refused.
    #[config(name = "Block")]
    Block,
}

/// Body of a response.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ResponseBody {
    /// Content type.
    pub content_type: ResponseContentType,
    /// Content; at most 10 KB.
    #[config(length = 1..=10240)]
    pub content: Val<String>,
}

/// Content type of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ResponseContentType {
    /// JSON.
    #[config(name = "APPLICATION_JSON")]
    Json,
    /// HTML.
    #[config(name = "TEXT_HTML")]
    Html,
    /// Plain text.
    #[config(name = "TEXT_PLAIN")]
    Text,
}

/// The region of everything that belongs to CloudFront.
const GLOBAL_REGION: &str = "us-east-1";

/// Longest name of a web ACL. Source: `EntityName` in the API reference of AWS WAF.
const MAX_NAME: usize = 128;

impl Resource<WebAppFirewall> {
    fn id(&self) -> String {
        logical_id(self.name.flat(), "", "AWS::WAFv2::WebACL")
    }

    /// Whether the stack is in another region than the ACL.
    fn is_remote(&self, stack: &Stack<'_>) -> bool {
        self.props.scope.value == FirewallScope::Cdn && stack.identity.region != GLOBAL_REGION
    }

    /// Stacks that the reference deployed hold an ACL called `{stack}-{hash}-{name}-acl`, which must be able to exist beside this one.
    fn acl_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.physical(&format!("{}-firewall", self.name.flat()), MAX_NAME)
    }
}

impl ResourceKind for WebAppFirewall {
    const TYPE: &'static str = "web-app-firewall";
    type Props = WebAppFirewallProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        rules::check(p.rules.as_deref().unwrap_or_default(), p.scope.value, linked, sink);
        for domain in p.token_domains.iter().flatten() {
            domains::check_name("tokenDomains", domain, sink);
        }
        check_bodies(p.custom_response_bodies.as_ref(), sink);
        for used in linked.mail::<FirewallUse>(&r.name).filter(|u| u.needs != p.scope.value) {
            let message = format!(
                "`{}` needs a firewall of scope {}, but `{}` has scope {}",
                used.user.shown(),
                used.needs.as_str(),
                r.name,
                p.scope.as_str()
            );
            sink.push(
                Diagnostic::error(Code::CONFLICT, used.span, message)
                    .label(p.scope.span, "the scope of the firewall")
                    .hint(format!("use a firewall with scope: {}", used.needs.as_str())),
            );
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        if r.is_remote(stack) {
            out.demand(StackLambdaDemand { span: r.span });
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let arn = if r.is_remote(linked.stack) { remote::arn(r) } else { get_att(r.id(), "Arn") };
        vec![Param::new("arn", arn), Param::new("scope", r.props.scope.as_str())]
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let stack = cx.stack();
        let mut fragment = Fragment::default();
        if r.is_remote(stack) {
            remote::expand(r, stack, &mut fragment);
            return fragment;
        }
        let name = r.acl_name(stack);
        let scope = if r.props.scope.value == FirewallScope::Cdn { "CLOUDFRONT" } else { "REGIONAL" };
        let properties = Object::new()
            .set("Name", name.clone())
            .set("Scope", scope)
            .extend(definition(&r.props, &name))
            .set("Tags", stack.tags(&[]));
        fragment.add(r.id(), r.span, template::Resource::new("AWS::WAFv2::WebACL", properties));
        fragment
    }
}

/// What the ACL does; `name` is its metric.
fn definition(p: &WebAppFirewallProps, name: &str) -> Object {
    let rules = match &p.rules {
        Some(own) => own.iter().map(Rule::to_expr).collect(),
        None => rules::defaults(),
    };
    let immunity = |seconds: &Option<Val<u32>>| {
        let property = |s: Val<u32>| Object::new().set("ImmunityTimeProperty", Object::new().set("ImmunityTime", s));
        seconds.clone().map(property)
    };
    let action = p.default_action.unwrap_or(DefaultAction::Allow).as_str();
    Object::new()
        .set("DefaultAction", Object::new().set(action, Object::new()))
        .list("Rules", rules)
        .opt("CustomResponseBodies", bodies(p.custom_response_bodies.as_ref()))
        .opt("CaptchaConfig", immunity(&p.captcha_immunity_time))
        .opt("ChallengeConfig", immunity(&p.challenge_immunity_time))
        .list("TokenDomains", p.token_domains.iter().flatten().cloned().map(Expr::from).collect())
        .set("VisibilityConfig", rules::visibility(name, p.disable_metrics, p.sampled_requests_enabled))
}

fn check_bodies(bodies: Option<&Dict<ResponseBody>>, sink: &mut Sink) {
    for (name, _) in bodies.into_iter().flat_map(Dict::iter) {
        let valid =
            !name.value.is_empty() && name.value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !valid {
            let message =
                format!("the name `{}` of a response body must have letters, digits, _ and - only", name.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename it"));
        }
    }
}

fn bodies(all: Option<&Dict<ResponseBody>>) -> Option<Object> {
    let all = all.filter(|all| !all.is_empty())?;
    let body = |b: &ResponseBody| Object::new().set("ContentType", b.content_type).set("Content", b.content.clone());
    Some(all.iter().fold(Object::new(), |o, (name, b)| o.set(name.value.to_string(), body(b))))
}
