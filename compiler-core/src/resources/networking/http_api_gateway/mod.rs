//! `http-api-gateway`: an HTTP API with its `$default` stage, an access log, custom domains with their records, alarms and a CDN; a VPC link when
//! containers answer.
//!
//! Routes belong to what answers them: events of functions and containers claim them ([`Route`]) and make the children of a route. The API only
//! sees that no two claim the same one, and which methods its CORS answer has to name.

mod alarms;
mod authorizer;
mod expand;
mod route;
mod vpc_link;

pub use alarms::{HttpApiErrorRate, HttpApiLatency, HttpApiTrigger};
pub use authorizer::Authorizer;
pub use route::{HttpMethod, PayloadFormat, Route, RouteClaim, invoke_permission};
pub use vpc_link::VpcLinkNeed;

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::alarms::{self as alarm, Alarm};
use crate::facets::cdn::CdnConfig;
use crate::facets::domains::{self, CertificateRegion, CustomDomain};
use crate::facets::logging::{LogForwarding, RetentionDays};
use crate::model::{
    AlarmName, CdnOrigin, ExpandCx, Fragment, Linked, OriginKind, OriginProtocol, OriginWish, Outbox, Param, Resource,
    ResourceKind, Stack,
};
use crate::naming::logical_id;
use crate::source::Span;
use crate::template::{Expr, get_att, join, sub};

/// An HTTP API.
pub struct HttpApiGateway;

/// An HTTP API: routes requests to functions and containers.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct HttpApiGatewayProps {
    /// Form of the event that functions get: `1.0` is that of REST APIs, `2.0` is simpler. Events may choose their own.
    #[config(default = "1.0")]
    pub payload_format: Option<PayloadFormat>,
    /// Which web pages may call the API. API Gateway answers preflight requests itself then.
    pub cors: Option<HttpApiCors>,
    /// The access log.
    pub logging: Option<AccessLogs>,
    /// Domains of the API. Each needs a hosted zone and a certificate in the region of the stack.
    pub custom_domains: Option<Vec<CustomDomain>>,
    /// A CDN in front of the API.
    pub cdn: Option<CdnConfig>,
    /// Alarms on errors and latency.
    pub alarms: Option<Vec<Alarm<HttpApiTrigger>>>,
    /// Names of organisation-wide alarms that this API does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
}

/// Which web pages may call the API.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpApiCors {
    /// Whether cross-origin calls are answered.
    pub enabled: bool,
    /// Origins that may call, such as `https://example.com`.
    #[config(default = "*")]
    pub allowed_origins: Option<Vec<Val<String>>>,
    /// Request headers that may be sent. A common set when not given: content type, authorization and the headers of signed requests.
    pub allowed_headers: Option<Vec<Val<String>>>,
    /// Methods that may be used. Those of the API's routes and OPTIONS when not given.
    pub allowed_methods: Option<Vec<HttpMethod>>,
    /// Whether cookies and credentials may be sent. Browsers then refuse `*` as origin.
    pub allow_credentials: Option<Val<bool>>,
    /// Response headers that a page may read.
    pub exposed_response_headers: Option<Vec<Val<String>>>,
    /// How long a browser may keep the answer.
    #[config(range = -1..=86400, unit = "seconds")]
    pub max_age: Option<Val<i64>>,
}

/// The access log: one line for each request.
#[derive(Clone, Debug, Decode, Describe)]
pub struct AccessLogs {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whether requests are not logged.
    #[config(default = false)]
    pub disabled: bool,
    /// Form of a line.
    #[config(default = "JSON")]
    pub format: Option<AccessLogFormat>,
    /// How long lines are kept, in days: one of the periods that CloudWatch knows.
    #[config(default = 30)]
    pub retention_days: Option<RetentionDays>,
    /// A log service that gets every line.
    pub log_forwarding: Option<LogForwarding>,
}

/// Form of a line of the access log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum AccessLogFormat {
    /// Common log format, as of web servers.
    #[config(name = "CLF")]
    Clf,
    /// A JSON object.
    #[config(name = "JSON")]
    Json,
    /// An XML element.
    #[config(name = "XML")]
    Xml,
    /// Values with commas in between.
    #[config(name = "CSV")]
    Csv,
}

impl Resource<HttpApiGateway> {
    /// Logical id of one of its children, by CloudFormation type.
    pub fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(self.name.flat(), specifier, kind)
    }

    /// Logical id of the API.
    pub fn api_id(&self) -> String {
        self.id("", "AWS::ApiGatewayV2::Api")
    }

    /// The API's own host name, which every API has.
    pub fn own_domain(&self) -> Expr {
        sub(format!("${{{}}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}", self.api_id()))
    }

    /// The custom domains.
    pub fn domains(&self) -> &[CustomDomain] {
        self.props.custom_domains.as_deref().unwrap_or_default()
    }

    fn has_logs(&self) -> bool {
        !self.props.logging.as_ref().is_some_and(|l| l.disabled)
    }
}

impl ResourceKind for HttpApiGateway {
    const TYPE: &'static str = "http-api-gateway";
    type Props = HttpApiGatewayProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        route::check_claims(&r.name, linked, sink);
        if let Some(cors) = &p.cors {
            check_cors(cors, sink);
        }
        if let Some(logs) = &p.logging
            && let Some(forwarding) = &logs.log_forwarding
        {
            forwarding.check(logs.disabled, logs.span, sink);
        }
        domains::check(r.domains(), CertificateRegion::Stack, linked, sink);
        alarm::check(&r.name, p.alarms.as_deref(), linked, sink);
        if let Some(cdn) = &p.cdn {
            cdn.facing(&r.name).check(linked, sink);
        }
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        domains::claim(r.domains(), out);
        if let Some(cdn) = &r.props.cdn {
            cdn.facing(&r.name).link(stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let mut all = match r.domains() {
            [] => vec![
                Param::new("domain", r.own_domain()),
                Param::new("url", join("", vec!["https://".into(), r.own_domain()])),
            ],
            domains => custom_domain_params(domains, linked),
        };
        if let Some(cdn) = &r.props.cdn {
            all.extend(cdn.facing(&r.name).params(linked.stack));
        }
        all
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        alarm::names(&r.name, r.props.alarms.as_deref(), stack)
    }

    fn cdn_origin(r: &Resource<Self>, _wish: &OriginWish, _linked: &Linked<'_>) -> Option<CdnOrigin> {
        Some(CdnOrigin { kind: OriginKind::HttpApi, domain: r.own_domain(), protocol: OriginProtocol::Https(443) })
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        expand::expand(r, cx.linked)
    }
}

fn custom_domain_params(domains: &[CustomDomain], linked: &Linked<'_>) -> Vec<Param> {
    let names: Vec<String> = domains.iter().map(CustomDomain::name).collect();
    let urls: Vec<String> = names.iter().map(|name| format!("https://{name}")).collect();
    let canonical =
        domains.iter().map(|d| get_att(d.id("AWS::ApiGatewayV2::DomainName", linked), "RegionalDomainName"));
    vec![
        Param::new("customDomains", names.join(", ")),
        Param::new("customDomainUrl", urls[0].clone()),
        Param::new("customDomainUrls", urls.join(", ")),
        Param::new("canonicalDomain", join(",", canonical.collect())),
    ]
}

/// Warns of origins that no page has, and of an answer that browsers refuse: one that allows credentials and names no origin.
fn check_cors(cors: &HttpApiCors, sink: &mut Sink) {
    if !cors.enabled {
        return;
    }
    for origin in cors.allowed_origins.iter().flatten() {
        let Some((problem, hint)) = origin.as_known().and_then(|text| origin_problem(text)) else { continue };
        sink.push(Diagnostic::warning(Code::SUSPICIOUS, origin.span, format!("the origin {problem}")).hint(hint));
    }
    let Some(credentials) = cors.allow_credentials.as_ref().filter(|c| c.as_known() == Some(&true)) else { return };
    let every = |origins: &Vec<Val<String>>| origins.iter().any(|o| o.as_known().is_some_and(|o| o == "*"));
    if cors.allowed_origins.as_ref().is_none_or(every) {
        sink.push(
            Diagnostic::warning(
                Code::SUSPICIOUS,
                credentials.span,
                "allowCredentials has no effect with the origin `*`: browsers refuse such an answer",
            )
            .hint("list the origins that may call in allowedOrigins, such as https://example.com"),
        );
    }
}

/// Why no page has an origin, and what to write instead. An origin is what browsers send: scheme, host, and a port that is not the usual one.
fn origin_problem(origin: &str) -> Option<(String, String)> {
    if matches!(origin, "*" | "null" | "http://*" | "https://*") {
        return None;
    }
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Some((format!("\"{origin}\" has no scheme"), format!("write https://{origin}")));
    };
    if rest.contains('*') {
        return Some((
            format!("\"{origin}\" has a wildcard inside, which API Gateway refuses"),
            "list every origin".into(),
        ));
    }
    let (host, path) = rest.split_once('/')?;
    Some((format!("\"{origin}\" has a path: \"/{path}\""), format!("write {scheme}://{host}")))
}
