//! The API's own children: API, stage, access log, domains.

use super::{AccessLogFormat, HttpApiCors, HttpApiGateway, HttpMethod, RouteClaim, alarms::HttpApiMetrics, vpc_link};
use crate::facets::domains::{AliasTarget, CertificateRegion, CustomDomain};
use crate::facets::{alarms, logging};
use crate::model::{Fragment, Linked, Resource, Stack};
use crate::resources::compute::function::DEFAULT_CORS_HEADERS;
use crate::template::{self, Expr, Object, get_att, reference};

/// Days that the access log is kept when the config does not say.
const DEFAULT_RETENTION: u32 = 30;

/// Everything that an API makes.
pub fn expand(r: &Resource<HttpApiGateway>, linked: &Linked<'_>) -> Fragment {
    let stack = linked.stack;
    let mut fragment = Fragment::default();
    api(r, linked, &mut fragment);
    stage(r, stack, &mut fragment);
    if r.has_logs() {
        let own = r.props.logging.as_ref();
        let group = logging::LogGroup {
            id: r.id("", "AWS::Logs::LogGroup"),
            name: stack.identity.vended_log_group("api-gateway", r.name.flat(), "access-logs").into(),
            retention_days: own.and_then(|l| l.retention_days).map_or(DEFAULT_RETENTION, |d| d.0),
            forwarding: own.and_then(|l| l.log_forwarding.as_ref()),
            owner: &r.name,
            span: own.map_or(r.span, |l| l.span),
        };
        group.add(stack, &mut fragment);
    }
    vpc_link::add(r, linked, &mut fragment);
    for domain in r.domains() {
        custom_domain(r, domain, linked, &mut fragment);
    }
    alarms::add(&r.name, r.props.alarms.as_deref(), &HttpApiMetrics::of(r), linked, &mut fragment);
    if let Some(cdn) = &r.props.cdn {
        cdn.facing(&r.name).add(linked, &mut fragment);
    }
    fragment
}

fn api(r: &Resource<HttpApiGateway>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    let cors = r.props.cors.as_ref().filter(|c| c.enabled);
    let properties = Object::new()
        .opt("CorsConfiguration", cors.map(|c| cors_properties(c, r, linked)))
        .set("Name", format!("{}-http-api", stack.identity.stack_name))
        .set("ProtocolType", "HTTP")
        .set("Tags", stack.tag_map(&[]));
    fragment.add(r.api_id(), r.span, template::Resource::new("AWS::ApiGatewayV2::Api", properties));
}

fn cors_properties(cors: &HttpApiCors, r: &Resource<HttpApiGateway>, linked: &Linked<'_>) -> Object {
    let methods = cors.allowed_methods.clone().unwrap_or_else(|| methods_of_routes(r, linked));
    let headers = cors.allowed_headers.clone().map_or(Expr::from(DEFAULT_CORS_HEADERS.to_vec()), Expr::from);
    Object::new()
        .opt("AllowCredentials", cors.allow_credentials.clone())
        .set("AllowHeaders", headers)
        .set("AllowMethods", methods)
        .set("AllowOrigins", cors.allowed_origins.clone().map_or(Expr::from(vec!["*"]), Expr::from))
        .opt("ExposeHeaders", cors.exposed_response_headers.clone())
        .opt("MaxAge", cors.max_age.clone())
}

/// The methods of the API's routes, and OPTIONS for the preflight request. A route for every method needs no other.
fn methods_of_routes(r: &Resource<HttpApiGateway>, linked: &Linked<'_>) -> Vec<HttpMethod> {
    let claimed: Vec<HttpMethod> = linked.mail::<RouteClaim>(&r.name).map(|c| c.method).collect();
    if claimed.contains(&HttpMethod::Any) {
        return vec![HttpMethod::Any];
    }
    HttpMethod::ALL.iter().copied().filter(|m| claimed.contains(m) || *m == HttpMethod::Options).collect()
}

fn stage(r: &Resource<HttpApiGateway>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let format = r.props.logging.as_ref().and_then(|l| l.format).unwrap_or(AccessLogFormat::Json);
    let access_log = Object::new()
        .set("DestinationArn", get_att(r.id("", "AWS::Logs::LogGroup"), "Arn"))
        .set("Format", log_line(format));
    let properties = Object::new()
        .opt("AccessLogSettings", r.has_logs().then_some(access_log))
        .set("ApiId", reference(r.api_id()))
        .set("AutoDeploy", true)
        .set("StageName", "$default")
        .set("Tags", stack.tag_map(&[]));
    let id = r.id("", "AWS::ApiGatewayV2::Stage");
    fragment.add(id, r.span, template::Resource::new("AWS::ApiGatewayV2::Stage", properties));
}

/// Names of the values of a line and the variables of API Gateway that hold them.
const LOG_VALUES: [(&str, &str); 8] = [
    ("requestId", "$context.requestId"),
    ("ip", "$context.identity.sourceIp"),
    ("requestTime", "$context.requestTime"),
    ("httpMethod", "$context.httpMethod"),
    ("routeKey", "$context.routeKey"),
    ("status", "$context.status"),
    ("protocol", "$context.protocol"),
    ("responseLength", "$context.responseLength"),
];

/// A line of the access log. API Gateway wants it in one line, with the id of the request in it.
fn log_line(format: AccessLogFormat) -> String {
    let each = |f: &dyn Fn(&str, &str) -> String, separator: &str| {
        LOG_VALUES.iter().map(|(name, value)| f(name, value)).collect::<Vec<_>>().join(separator)
    };
    match format {
        AccessLogFormat::Json => format!("{{{}}}", each(&|name, value| format!("\"{name}\":\"{value}\""), ",")),
        AccessLogFormat::Csv => each(&|_, value| value.to_string(), ","),
        AccessLogFormat::Xml => {
            let inside = LOG_VALUES[1..].iter().map(|(name, value)| format!("<{name}>{value}</{name}>"));
            format!("<request id=\"{}\"> {} </request>", LOG_VALUES[0].1, inside.collect::<Vec<_>>().join(" "))
        }
        AccessLogFormat::Clf => "$context.identity.sourceIp - - [$context.requestTime] \
             \"$context.httpMethod $context.routeKey $context.protocol\" \
             $context.status $context.responseLength $context.requestId"
            .to_string(),
    }
}

fn custom_domain(r: &Resource<HttpApiGateway>, domain: &CustomDomain, linked: &Linked<'_>, fragment: &mut Fragment) {
    let stack = linked.stack;
    let id = domain.id("AWS::ApiGatewayV2::DomainName", linked);
    let configuration = Object::new()
        .set("CertificateArn", domain.certificate(CertificateRegion::Stack, stack))
        .set("EndpointType", "REGIONAL")
        .set("SecurityPolicy", "TLS_1_2");
    let properties = Object::new()
        // As it is written: the property is create-only, and deployed stacks hold it so.
        .set("DomainName", &domain.domain_name.value)
        .set("DomainNameConfigurations", vec![configuration])
        .set("Tags", stack.tag_map(&[]));
    fragment.add(&id, domain.span, template::Resource::new("AWS::ApiGatewayV2::DomainName", properties));

    let mapping = Object::new()
        .set("ApiId", reference(r.api_id()))
        .set("DomainName", reference(id.clone()))
        .set("Stage", reference(r.id("", "AWS::ApiGatewayV2::Stage")));
    let mapping_id = domain.id("AWS::ApiGatewayV2::ApiMapping", linked);
    fragment.add(mapping_id, domain.span, template::Resource::new("AWS::ApiGatewayV2::ApiMapping", mapping));

    let target = AliasTarget {
        dns_name: get_att(id.clone(), "RegionalDomainName"),
        hosted_zone_id: get_att(id, "RegionalHostedZoneId"),
    };
    domain.add_record(target, linked, fragment);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_access_log() {
        let json: serde_json::Value = serde_json::from_str(&log_line(AccessLogFormat::Json)).unwrap();
        assert_eq!(json["ip"], "$context.identity.sourceIp");
        assert_eq!(json.as_object().unwrap().len(), LOG_VALUES.len());
        for format in AccessLogFormat::ALL {
            let line = log_line(*format);
            // API Gateway refuses a line without the id of the request, or with a line break.
            assert!(line.contains("$context.requestId") && !line.contains('\n'), "{line}");
            assert_eq!(line.matches("$context.").count(), LOG_VALUES.len(), "{line}");
        }
    }
}
