//! The rules of a firewall: groups of AWS or a vendor, groups of one's own, and limits on the rate of requests.

use super::FirewallScope;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::Linked;
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// A rule of a firewall.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum Rule {
    /// A group of rules that AWS or a vendor of the AWS Marketplace maintains.
    #[config(name = "managed-rule-group")]
    Managed(ManagedRuleGroup),
    /// A group of rules of your own.
    #[config(name = "custom-rule-group")]
    Custom(CustomRuleGroup),
    /// A limit on the rate of requests.
    #[config(name = "rate-based-rule")]
    RateBased(RateBasedRule),
}

/// A group of rules that AWS or a vendor of the AWS Marketplace maintains.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ManagedRuleGroup {
    /// Name of the vendor; `AWS` for the groups of AWS.
    pub vendor_name: Val<String>,
    /// Rules of the group that only count requests instead of acting on them.
    pub excluded_rules: Option<Vec<Val<String>>>,
    /// Whether the whole group only counts requests.
    #[config(default = "None")]
    pub override_action: Option<GroupOverride>,
    /// Order of the rule; the lowest comes first. Every rule has a priority of its own.
    pub priority: Spanned<u32>,
    /// Name of the group.
    pub name: Spanned<String>,
    /// Whether nothing is counted in CloudWatch.
    #[config(default = false)]
    pub disable_metrics: bool,
    /// Whether samples of requests are kept for the AWS console.
    #[config(default = false)]
    pub sampled_requests_enabled: bool,
}

/// A group of rules of your own.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomRuleGroup {
    /// ARN of the group.
    pub arn: Val<String>,
    /// Whether the whole group only counts requests.
    #[config(default = "None")]
    pub override_action: Option<GroupOverride>,
    /// Order of the rule; the lowest comes first. Every rule has a priority of its own.
    pub priority: Spanned<u32>,
    /// Name of the rule.
    pub name: Spanned<String>,
    /// Whether nothing is counted in CloudWatch.
    #[config(default = false)]
    pub disable_metrics: bool,
    /// Whether samples of requests are kept for the AWS console.
    #[config(default = false)]
    pub sampled_requests_enabled: bool,
}

/// A limit on the rate of requests.
#[derive(Clone, Debug, Decode, Describe)]
pub struct RateBasedRule {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Requests in five minutes, above which the rule acts.
    #[config(range = 10..=2000000000)]
    pub limit: Val<u32>,
    /// Which address requests are counted by: the caller's, or the one in a header that a proxy sets.
    #[config(default = "IP")]
    pub aggregate_based_on: Option<Spanned<RateKey>>,
    /// The header; needed with `FORWARDED_IP`.
    #[config(rename = "forwardedIPConfig")]
    pub forwarded_ip_config: Option<ForwardedIp>,
    /// What happens to requests above the limit.
    #[config(default = "Block")]
    pub action: Option<RateAction>,
    /// Order of the rule; the lowest comes first. Every rule has a priority of its own.
    pub priority: Spanned<u32>,
    /// Name of the rule.
    pub name: Spanned<String>,
    /// Whether nothing is counted in CloudWatch.
    #[config(default = false)]
    pub disable_metrics: bool,
    /// Whether samples of requests are kept for the AWS console.
    #[config(default = false)]
    pub sampled_requests_enabled: bool,
}

/// What a group does with requests that its rules match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum GroupOverride {
    /// They are counted only.
    #[config(name = "Count")]
    Count,
    /// What the group's rules say.
    #[config(name = "None")]
    None,
}

/// Which address requests are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum RateKey {
    /// The address in a header that a proxy sets.
    #[config(name = "FORWARDED_IP")]
    ForwardedIp,
    /// The caller's address.
    #[config(name = "IP")]
    Ip,
}

/// What happens to requests above the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum RateAction {
    /// They pass.
    #[config(name = "Allow")]
    Allow,
    /// They are refused.
    #[config(name = "Block")]
    Block,
    /// The caller has to solve a CAPTCHA.
    #[config(name = "Captcha")]
    Captcha,
    /// The browser has to pass a silent challenge.
    #[config(name = "Challenge")]
    Challenge,
    /// They are counted only.
    #[config(name = "Count")]
    Count,
}

/// A header with the caller's address.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ForwardedIp {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whether a request counts when the header holds no valid address.
    pub fallback_behavior: ForwardedIpFallback,
    /// Name of the header, such as `X-Forwarded-For`.
    pub header_name: Val<String>,
}

/// Whether a request counts when the header holds no valid address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ForwardedIpFallback {
    /// It counts.
    #[config(name = "MATCH")]
    Match,
    /// It does not.
    #[config(name = "NO_MATCH")]
    NoMatch,
}

/// The groups of a firewall that declares no rules.
const DEFAULT_GROUPS: [&str; 2] = ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"];

/// Longest name of a rule. Source: `EntityName` in the API reference of AWS WAF.
const MAX_NAME: usize = 128;

impl Rule {
    fn name(&self) -> &Spanned<String> {
        match self {
            Self::Managed(r) => &r.name,
            Self::Custom(r) => &r.name,
            Self::RateBased(r) => &r.name,
        }
    }

    fn priority(&self) -> Spanned<u32> {
        match self {
            Self::Managed(r) => r.priority.clone(),
            Self::Custom(r) => r.priority.clone(),
            Self::RateBased(r) => r.priority.clone(),
        }
    }

    /// As a member of the ACL's `Rules`.
    pub fn to_expr(&self) -> Expr {
        let (action, statement, (disable_metrics, samples)) = match self {
            Self::Managed(r) => (
                overriding(r.override_action),
                managed(r.vendor_name.clone(), &r.name.value, r.excluded_rules.as_deref()),
                (r.disable_metrics, r.sampled_requests_enabled),
            ),
            Self::Custom(r) => (
                overriding(r.override_action),
                Object::new().set("RuleGroupReferenceStatement", Object::new().set("Arn", r.arn.clone())),
                (r.disable_metrics, r.sampled_requests_enabled),
            ),
            Self::RateBased(r) => {
                let action = r.action.unwrap_or(RateAction::Block).as_str();
                (
                    ("Action", Object::new().set(action, Object::new())),
                    r.statement(),
                    (r.disable_metrics, r.sampled_requests_enabled),
                )
            }
        };
        rule(
            &self.name().value,
            self.priority().value,
            action,
            statement,
            visibility(&self.name().value, disable_metrics, samples),
        )
    }
}

impl RateBasedRule {
    fn statement(&self) -> Object {
        let key = self.aggregate_based_on.as_ref().map_or(RateKey::Ip, |k| k.value);
        let forwarded = self.forwarded_ip_config.as_ref().map(|f| {
            Object::new().set("FallbackBehavior", f.fallback_behavior).set("HeaderName", f.header_name.clone())
        });
        let rate = Object::new()
            .set("AggregateKeyType", key)
            .opt("ForwardedIPConfig", forwarded)
            .set("Limit", self.limit.clone());
        Object::new().set("RateBasedStatement", rate)
    }

    fn check(&self, sink: &mut Sink) {
        let by_header = self.aggregate_based_on.as_ref().filter(|k| k.value == RateKey::ForwardedIp);
        match (by_header, &self.forwarded_ip_config) {
            (Some(key), None) => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    key.span,
                    format!("the rule `{}` counts by a forwarded address, but no header is given", self.name.value),
                )
                .hint("add forwardedIPConfig with headerName and fallbackBehavior"),
            ),
            (None, Some(config)) => sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    config.span,
                    format!("the rule `{}` names a header, but counts by the caller's address", self.name.value),
                )
                .hint("set aggregateBasedOn: FORWARDED_IP, or remove forwardedIPConfig"),
            ),
            _ => {}
        }
    }
}

/// Names and priorities that are used twice, names that AWS refuses, and headers.
pub fn check(rules: &[Rule], scope: FirewallScope, linked: &Linked<'_>, sink: &mut Sink) {
    let (mut names, mut priorities) = (SortedMap::new(), SortedMap::new());
    for rule in rules {
        let (name, priority) = (rule.name(), rule.priority());
        let valid = (1..=MAX_NAME).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !valid {
            let message = format!("the rule name `{}` must have 1 to {MAX_NAME} letters, digits, _ and -", name.value);
            sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename the rule"));
        }
        if let Some(first) = names.insert(name.value.as_str(), name.span) {
            sink.push(
                Diagnostic::error(Code::CLASH, name.span, format!("two rules are called `{}`", name.value))
                    .label(first, "first one")
                    .hint("give each rule a name of its own"),
            );
        }
        if let Some(first) = priorities.insert(priority.value, priority.span) {
            let message = format!("two rules have the priority {}", priority.value);
            let free = (0..).find(|p| !rules.iter().any(|r| r.priority().value == *p)).unwrap_or(0u32);
            sink.push(
                Diagnostic::error(Code::CLASH, priority.span, message)
                    .label(first, "first one")
                    .hint(format!("give each rule a priority of its own; {free} is free")),
            );
        }
        match rule {
            Rule::RateBased(rule) => rule.check(sink),
            Rule::Custom(rule) => {
                references::check_arn("arn", &rule.arn, linked, sink);
                check_scope(rule, scope, sink);
            }
            Rule::Managed(_) => {}
        }
    }
}

/// Reports a group that is for the other scope. Its ARN says which one it is for.
fn check_scope(rule: &CustomRuleGroup, scope: FirewallScope, sink: &mut Sink) {
    let found = rule.arn.as_known().and_then(|arn| arn.splitn(6, ':').nth(5)).and_then(|rest| rest.split('/').next());
    let of_group = match found {
        Some("global") => FirewallScope::Cdn,
        Some("regional") => FirewallScope::Regional,
        _ => return,
    };
    if of_group != scope {
        let message = format!(
            "the firewall has scope {}, but the group `{}` is for scope {}",
            scope.as_str(),
            rule.name.value,
            of_group.as_str()
        );
        sink.push(
            Diagnostic::error(Code::CONFLICT, rule.arn.span, message)
                .hint("name a group that was made for the scope of the firewall"),
        );
    }
}

/// The rules of a firewall that declares none.
pub fn defaults() -> Vec<Expr> {
    let rule = |(priority, name): (u32, &'static str)| {
        rule(name, priority, overriding(None), managed("AWS", name, None), visibility(name, false, false))
    };
    (0..).zip(DEFAULT_GROUPS).map(rule).collect()
}

fn rule(name: &str, priority: u32, action: (&'static str, Object), statement: Object, visibility: Object) -> Expr {
    Object::new()
        .set("Name", name.to_string())
        .set("Priority", priority)
        .set(action.0, action.1)
        .set("Statement", statement)
        .set("VisibilityConfig", visibility)
        .into()
}

fn overriding(action: Option<GroupOverride>) -> (&'static str, Object) {
    ("OverrideAction", Object::new().set(action.unwrap_or(GroupOverride::None).as_str(), Object::new()))
}

fn managed(vendor: impl Into<Expr>, name: &str, counted: Option<&[Val<String>]>) -> Object {
    let count = |rule: &Val<String>| {
        let action = Object::new().set("Count", Object::new());
        Expr::from(Object::new().set("Name", rule.clone()).set("ActionToUse", action))
    };
    let group = Object::new()
        .set("VendorName", vendor)
        .set("Name", name.to_string())
        .list("RuleActionOverrides", counted.unwrap_or_default().iter().map(count).collect());
    Object::new().set("ManagedRuleGroupStatement", group)
}

/// What is counted and kept about requests.
pub fn visibility(metric: &str, disable_metrics: bool, samples: bool) -> Object {
    Object::new()
        .set("CloudWatchMetricsEnabled", !disable_metrics)
        .set("MetricName", metric.to_string())
        .set("SampledRequestsEnabled", samples)
}
