//! `application-load-balancer`: an HTTP load balancer with its security group, listeners, DNS records, alarms and, on demand, a CDN.
//!
//! Rules and target groups belong to the workloads that receive requests; they claim their rules by mail. Without a list of listeners there are
//! a redirect on port 80 and HTTPS on 443 when the load balancer has a domain, and HTTP on port 80 otherwise: AWS has no certificate for its own names.

use super::load_balancer::rule::{RuleClaim, TestListenerDemand, check_listener_port, check_priorities};
use super::load_balancer::{
    Interface, Listener, Opening, add_balancer, add_listener, add_records, add_security_group, balancer_id,
    certificates, check_addresses,
};
use super::web_app_firewall::FirewallScope;
use crate::decode::{Decode, DecodeCx, Val, choice};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::alarms::{self, Alarm, Comparison, Condition, Metric, MissingData, Series, Statistic, Trigger};
use crate::facets::cdn::{ForwardsTo, LoadBalancerCdnConfig};
use crate::facets::domains::{self, CertificateRegion, CustomDomain, CustomDomainOrName};
use crate::facets::firewall;
use crate::model::{
    AlarmName, CdnOrigin, ExpandCx, Fragment, Linked, OriginKind, OriginProtocol, OriginWish, Outbox, Param, Resource,
    ResourceKind, Stack,
};
use crate::shared_infra::vpc::VpcDemand;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::template::{Expr, Object, get_att, join, reference};

/// An HTTP load balancer.
pub struct ApplicationLoadBalancer;

/// An HTTP load balancer.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct ApplicationLoadBalancerProps {
    /// Who can reach it.
    #[config(default = "internet")]
    pub interface: Option<Interface>,
    /// Domains, with their certificates and DNS records.
    pub custom_domains: Option<Vec<CustomDomainOrName>>,
    /// Listeners of its own, instead of the default ones.
    #[config(items = 1..=50)]
    pub listeners: Option<Vec<HttpListener>>,
    /// A CDN in front of it.
    pub cdn: Option<LoadBalancerCdnConfig>,
    /// Alarms on errors, targets and metrics.
    pub alarms: Option<Vec<Alarm<LoadBalancerTrigger>>>,
    /// Names of organisation-wide alarms that it does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
    /// Firewall (`web-app-firewall` of scope `regional`) in front of it.
    #[config(names = "web-app-firewall")]
    pub use_firewall: Option<Spanned<String>>,
}

/// A listener.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpListener {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Protocol.
    pub protocol: HttpProtocol,
    /// Port.
    #[config(range = 1..=65535)]
    pub port: Spanned<u32>,
    /// ARNs of certificates, instead of those of the custom domains.
    pub custom_certificate_arns: Option<Vec<Val<String>>>,
    /// Addresses and CIDR blocks that may reach the listener; everybody when not given.
    pub whitelist_ips: Option<Vec<Val<String>>>,
    /// What happens when no rule matches.
    pub default_action: Option<DefaultAction>,
}

/// Protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum HttpProtocol {
    /// Plain HTTP.
    #[config(name = "HTTP")]
    Http,
    /// HTTP over TLS.
    #[config(name = "HTTPS")]
    Https,
}

/// What happens when no rule matches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum DefaultAction {
    /// The caller is sent to another address.
    #[config(name = "redirect")]
    Redirect(Redirect),
}

/// Where a caller is sent. What is not given stays as it was in the request.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Redirect {
    /// Path; may hold `#{path}`, `#{host}`, `#{port}`.
    pub path: Option<Val<String>>,
    /// Query, without `?`; may hold `#{query}`.
    pub query: Option<Val<String>>,
    /// Port.
    #[config(range = 1..=65535)]
    pub port: Option<u32>,
    /// Host.
    pub host: Option<Val<String>>,
    /// Protocol.
    pub protocol: Option<HttpProtocol>,
    /// Permanent (301) or temporary (302).
    pub status_code: RedirectStatus,
}

/// Permanent or temporary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum RedirectStatus {
    /// Permanent.
    #[config(name = "HTTP_301")]
    Permanent,
    /// Temporary.
    #[config(name = "HTTP_302")]
    Temporary,
}

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

/// Port of plain HTTP.
const HTTP: u32 = 80;
/// Port of HTTPS.
const HTTPS: u32 = 443;
/// Port of the listener for test traffic when none is named.
pub const TEST_LISTENER: u32 = 8080;

impl Resource<ApplicationLoadBalancer> {
    /// Who can reach it.
    pub fn interface(&self) -> Interface {
        self.props.interface.unwrap_or(Interface::Internet)
    }

    fn domains(&self) -> impl Iterator<Item = &CustomDomain> {
        self.props.custom_domains.iter().flatten().map(|d| &d.0)
    }

    fn has_domains(&self) -> bool {
        self.domains().next().is_some()
    }

    /// The listener of rules that name none.
    pub fn default_rule_port(&self) -> u32 {
        match &self.props.listeners {
            Some(own) => own.first().map_or(HTTP, |l| l.port.value),
            None if !self.has_domains() => HTTP,
            None => HTTPS,
        }
    }

    /// Scheme, port and whether the scheme is the usual one of the port.
    fn main_address(&self) -> (&'static str, u32) {
        match &self.props.listeners {
            Some(own) => match own.iter().find(|l| l.protocol == HttpProtocol::Https).or(own.first()) {
                Some(l) if l.protocol == HttpProtocol::Https => ("https", l.port.value),
                Some(l) => ("http", l.port.value),
                None => ("http", HTTP),
            },
            None if !self.has_domains() => ("http", HTTP),
            None => ("https", HTTPS),
        }
    }

    /// The address that a CDN and people call: the first custom domain, or AWS's own name.
    pub fn domain(&self) -> Expr {
        match self.domains().next() {
            Some(domain) => domain.name().into(),
            None => get_att(balancer_id(&self.name), "DNSName"),
        }
    }
}

impl ResourceKind for ApplicationLoadBalancer {
    const TYPE: &'static str = "application-load-balancer";
    type Props = ApplicationLoadBalancerProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        check_listeners(r, sink);
        for listener in p.listeners.iter().flatten() {
            check_addresses("whitelistIps", listener.whitelist_ips.as_ref(), sink);
        }
        if let Some(firewall) = &p.use_firewall {
            firewall::check(firewall, linked, sink);
        }
        check_priorities(r, linked, sink);
        alarms::check(&r.name, p.alarms.as_deref(), linked, sink);
        domains::check(r.domains(), CertificateRegion::Stack, linked, sink);
        if let Some(cdn) = &p.cdn {
            if r.interface() == Interface::Internal && cdn.enabled {
                sink.push(
                    Diagnostic::error(
                        Code::CONFLICT,
                        r.span,
                        format!("the internal load balancer `{}` cannot have a CDN", r.name),
                    )
                    .hint("set interface: internet, or remove cdn"),
                );
            }
            cdn.facing(&r.name).check(linked, sink);
        }
        for route in linked.mail::<ForwardsTo>(&r.name).filter(|m| !m.repeated) {
            let port = route.wish.listener_port.as_ref();
            check_listener_port(r, port, "listenerPort", route.span, sink);
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        out.demand(VpcDemand { span: r.span, private: false, endpoints_for: vec![] });
        domains::claim(r.domains(), out);
        if let Some(name) = &r.props.use_firewall {
            firewall::link(name, &r.name, FirewallScope::Regional, stack, out);
        }
        if let Some(cdn) = &r.props.cdn {
            cdn.facing(&r.name).link(stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let canonical = get_att(balancer_id(&r.name), "DNSName");
        let (scheme, port) = r.main_address();
        let suffix = match (scheme, port) {
            ("http", HTTP) | ("https", HTTPS) => String::new(),
            _ => format!(":{port}"),
        };
        let url = join("", vec![format!("{scheme}://").into(), r.domain(), suffix.into()]);
        let mut all =
            vec![Param::new("canonicalDomain", canonical), Param::new("domain", r.domain()), Param::new("url", url)];
        if r.has_domains() {
            let names: Vec<String> = r.domains().map(CustomDomain::name).collect();
            all.push(Param::new("customDomains", names.join(", ")));
        }
        let ports: Vec<u32> = match &r.props.listeners {
            Some(own) => own.iter().map(|l| l.port.value).collect(),
            None if !r.has_domains() => vec![HTTP],
            None => vec![HTTP, HTTPS],
        };
        all.extend(ports.into_iter().map(|p| Param::new(format!("port{p}"), p.to_string())));
        if let Some(cdn) = &r.props.cdn {
            all.extend(cdn.facing(&r.name).params(linked.stack));
        }
        all
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        alarms::names(&r.name, r.props.alarms.as_deref(), stack)
    }

    /// CloudFront checks that the certificate of the listener covers the host name that it calls, so that is a custom domain, or the one that the
    /// CDN's config names.
    fn cdn_origin(r: &Resource<Self>, wish: &OriginWish, _linked: &Linked<'_>) -> Option<CdnOrigin> {
        let (scheme, port) = match &wish.listener_port {
            Some(port) => {
                let listeners = r.props.listeners.iter().flatten();
                let plain = |l: &HttpListener| l.port.value == port.value && l.protocol == HttpProtocol::Http;
                (if listeners.into_iter().any(plain) { "http" } else { "https" }, port.value)
            }
            None => r.main_address(),
        };
        let protocol = if scheme == "http" { OriginProtocol::Http(port) } else { OriginProtocol::Https(port) };
        let domain = wish.domain_name.clone().unwrap_or_else(|| r.domain());
        Some(CdnOrigin { kind: OriginKind::LoadBalancer, domain, protocol })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let (p, linked, stack) = (&r.props, cx.linked, cx.stack());
        let mut fragment = Fragment::default();
        let listeners = listeners(r, linked);
        let whitelist = |port: u32| {
            p.listeners.iter().flatten().find(|l| l.port.value == port).and_then(|l| l.whitelist_ips.as_ref())
        };
        let openings: Vec<Opening<'_>> =
            listeners.iter().map(|l| Opening { port: l.port, whitelist: whitelist(l.port) }).collect();
        add_security_group(&r.name, "redis cluster", r.interface(), &openings, r.span, stack, &mut fragment);
        add_balancer(&r.name, "application", r.interface(), r.span, stack, &mut fragment);
        for listener in listeners {
            add_listener(&r.name, listener, &mut fragment);
        }
        let id = balancer_id(&r.name);
        if let Some(name) = &p.use_firewall {
            firewall::associate(name, &r.name, reference(id.clone()), &mut fragment);
        }
        add_records(r.domains(), &id, stack, &mut fragment);
        let claims = linked.mail::<RuleClaim>(&r.name);
        let targets = claims.filter_map(|c| Some((c.target.clone(), c.health_checked.clone()?))).collect();
        alarms::add(&r.name, p.alarms.as_deref(), &Watched { balancer: id, targets }, linked, &mut fragment);
        if let Some(cdn) = &p.cdn {
            cdn.facing(&r.name).add(linked, &mut fragment);
        }
        fragment
    }
}

fn check_listeners(r: &Resource<ApplicationLoadBalancer>, sink: &mut Sink) {
    let mut seen = std::collections::BTreeMap::new();
    for listener in r.props.listeners.iter().flatten() {
        if let Some(first) = seen.insert(listener.port.value, listener.port.span) {
            sink.push(
                Diagnostic::error(
                    Code::CLASH,
                    listener.port.span,
                    format!("two listeners use port {}", listener.port.value),
                )
                .label(first, "first used here")
                .hint("give each listener a port of its own"),
            );
        }
        check_redirect(listener, sink);
        let certified = listener.custom_certificate_arns.as_ref().is_some_and(|c| !c.is_empty());
        if listener.protocol == HttpProtocol::Http
            && let Some(first) = listener.custom_certificate_arns.iter().flatten().next()
        {
            let message = format!("the HTTP listener on port {} uses no certificates", listener.port.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, first.span, message)
                    .hint("set protocol: HTTPS, or remove customCertificateArns"),
            );
        }
        if listener.protocol == HttpProtocol::Https && !certified && !r.has_domains() {
            let message = format!("the HTTPS listener on port {} has no certificate", listener.port.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, listener.span, message)
                    .hint("add customDomains to the load balancer or customCertificateArns to the listener; AWS has no certificate for its own names"),
            );
        }
    }
}

/// Warns of a redirect to the very address that was asked for. AWS refuses it; the reference lets it through.
fn check_redirect(listener: &HttpListener, sink: &mut Sink) {
    let Some(DefaultAction::Redirect(to)) = &listener.default_action else { return };
    let same = |value: &Option<Val<String>>, kept: &str| {
        value.as_ref().is_none_or(|v| v.as_known().is_some_and(|text| text == kept))
    };
    let loops = to.port.is_none_or(|port| port == listener.port.value)
        && to.protocol.is_none_or(|protocol| protocol == listener.protocol)
        && same(&to.host, "#{host}")
        && same(&to.path, "/#{path}")
        && same(&to.query, "#{query}");
    if loops {
        let message = format!("the listener on port {} redirects to itself without end", listener.port.value);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, listener.span, message)
                .hint("change the protocol, port, host, path or query in the redirect"),
        );
    }
}

fn listeners(r: &Resource<ApplicationLoadBalancer>, linked: &Linked<'_>) -> Vec<Listener> {
    let stack = linked.stack;
    let of_domains = || certificates(r.domains(), stack);
    let plain = |port, action| Listener { port, protocol: "HTTP", certificates: vec![], action, span: r.span };
    let mut all = match &r.props.listeners {
        Some(own) => own
            .iter()
            .map(|l| {
                let https = l.protocol == HttpProtocol::Https;
                let certificates = match &l.custom_certificate_arns {
                    Some(arns) if https => arns.iter().cloned().map(Expr::from).collect(),
                    None if https => of_domains(),
                    _ => vec![],
                };
                let action = match &l.default_action {
                    Some(DefaultAction::Redirect(to)) => redirect(to),
                    None => unmatched(),
                };
                Listener { port: l.port.value, protocol: l.protocol.as_str(), certificates, action, span: l.span }
            })
            .collect(),
        None if !r.has_domains() => vec![plain(HTTP, unmatched())],
        None => {
            let to_https = Object::new().set("Protocol", "HTTPS").set("StatusCode", "HTTP_301");
            let to_https = Object::new().set("Order", 1).set("RedirectConfig", to_https).set("Type", "redirect");
            let https = Listener {
                port: HTTPS,
                protocol: "HTTPS",
                certificates: of_domains(),
                action: unmatched(),
                span: r.span,
            };
            vec![plain(HTTP, to_https), https]
        }
    };
    if let (None, Some(demand)) = (&r.props.listeners, linked.mail::<TestListenerDemand>(&r.name).next()) {
        all.push(Listener { span: demand.span, ..plain(TEST_LISTENER, unmatched()) });
    }
    all
}

/// The answer when no rule matches.
fn unmatched() -> Object {
    let text = "Internal server error. Please setup default load balancer action or appropriate rule";
    let response = Object::new().set("ContentType", "text/plain").set("MessageBody", text).set("StatusCode", "500");
    Object::new().set("FixedResponseConfig", response).set("Order", 1).set("Type", "fixed-response")
}

fn redirect(to: &Redirect) -> Object {
    let config = Object::new()
        .opt("Host", to.host.clone())
        .opt("Path", to.path.clone())
        .opt("Port", to.port.map(|p| p.to_string()))
        .opt("Protocol", to.protocol)
        .opt("Query", to.query.clone())
        .set("StatusCode", to.status_code);
    Object::new().set("Order", 1).set("RedirectConfig", config).set("Type", "redirect")
}

/// What triggers of a load balancer look at.
pub struct Watched {
    /// Logical id of the load balancer.
    balancer: String,
    /// Workload and logical id of each target group with health checks.
    targets: Vec<(String, String)>,
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

    fn check(&self, owner: &crate::model::ResourceName, linked: &Linked<'_>, sink: &mut Sink) {
        let Self::UnhealthyTargets(t) = self else { return };
        let known: Vec<&str> =
            linked.mail::<RuleClaim>(owner).filter(|c| c.health_checked.is_some()).map(|c| &*c.target).collect();
        for target in t.only_include_targets.iter().flatten().filter(|t| !known.contains(&t.value.as_str())) {
            sink.push(
                Diagnostic::error(
                    Code::UNKNOWN_RESOURCE,
                    target.span,
                    format!("`{}` is no container workload behind `{owner}`", target.value),
                )
                .hint(
                    crate::diagnostics::did_you_mean(target, known.iter().copied())
                        .unwrap_or_else(|| format!("workloads there: {}", known.join(", ")).into()),
                ),
            );
        }
        if known.is_empty() && t.only_include_targets.is_none() {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    t.span,
                    format!("`{owner}` has no container workload whose health could be watched"),
                )
                .hint("add a load balancer event to a container workload, or remove the alarm"),
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

/// The worst target group counts.
fn unhealthy_targets(t: &UnhealthyTargetsTrigger, on: &Watched, comparison: Comparison) -> Condition {
    let wanted = |name: &String| match &t.only_include_targets {
        Some(only) => only.iter().any(|o| o.value == *name),
        None => true,
    };
    let (mut metrics, mut shares) = (vec![], vec![]);
    for (i, (_, group)) in on.targets.iter().filter(|(name, _)| wanted(name)).enumerate() {
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
