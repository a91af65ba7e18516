//! The domain of the hosted pages, and their style sheet.

use super::{UserAuthPool, warn};
use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{AliasTarget, CLOUDFRONT_ZONE, CertificateRegion};
use crate::model::{Fragment, Linked, Resource, Stack};
use crate::template::{self, Expr, Object, get_att, join, reference};

const KIND: &str = "AWS::Cognito::UserPoolDomain";

/// Longest prefix. Source: `DomainType` in the API reference of Cognito.
const MAX_PREFIX: usize = 63;

/// Words that Cognito refuses in a prefix.
const RESERVED: [&str; 3] = ["amazon", "aws", "cognito"];

/// First part of the domain, unless there is a custom one.
fn prefix(r: &Resource<UserAuthPool>, stack: &Stack<'_>) -> Val<String> {
    let made = || stack.identity.physical(&r.name.flat().to_ascii_lowercase(), MAX_PREFIX);
    r.props.hosted_ui_domain_prefix.clone().unwrap_or_else(|| Val::known(made(), r.span))
}

/// Host name of the hosted pages.
pub fn host(r: &Resource<UserAuthPool>, stack: &Stack<'_>) -> Expr {
    if let Some(domain) = &r.props.custom_domain {
        return domain.name().into();
    }
    let rest = format!(".auth.{}.amazoncognito.com", stack.identity.region);
    let prefix = prefix(r, stack);
    match prefix.as_known() {
        Some(prefix) => format!("{prefix}{rest}").into(),
        None => join("", vec![prefix.into(), rest.into()]),
    }
}

/// Warns of a prefix that Cognito refuses; reports one that another pool of the stack has.
pub fn check(r: &Resource<UserAuthPool>, linked: &Linked<'_>, sink: &mut Sink) {
    let given = r.props.hosted_ui_domain_prefix.as_ref();
    if r.props.custom_domain.is_some() {
        if let Some(given) = given {
            let message = "hostedUiDomainPrefix has no effect beside customDomain";
            warn(given.span, message, "keep one of the two", sink);
        }
        return;
    }
    let own = prefix(r, linked.stack);
    let Some(text) = own.as_known() else { return };
    if let Some(problem) = problem(text) {
        let hint = match text.contains('{') {
            true => "in $Format, write {} for each value and name the values behind: $Format('{}-login', $Stage())",
            false => "set hostedUiDomainPrefix to lower-case letters, digits and dashes",
        };
        let message = format!("Cognito refuses the domain prefix \"{text}\" of `{}`: it {problem}", r.name);
        warn(own.span, message, hint, sink);
    }
    let mut before = linked.stack.all::<UserAuthPool>().take_while(|other| other.name != r.name);
    let same = |other: &&Resource<UserAuthPool>| {
        other.props.custom_domain.is_none() && prefix(other, linked.stack).as_known() == Some(text)
    };
    if let Some(first) = before.find(same) {
        let message =
            format!("the pools `{}` and `{}` would both have the domain prefix \"{text}\"", first.name, r.name);
        sink.push(
            Diagnostic::error(Code::CLASH, own.span, message)
                .label(first.span, "the other pool")
                .hint("set another hostedUiDomainPrefix"),
        );
    }
}

/// Why Cognito refuses a prefix.
fn problem(prefix: &str) -> Option<String> {
    if let Some(word) = RESERVED.iter().find(|word| prefix.contains(**word)) {
        return Some(format!("has the word `{word}`"));
    }
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let invalid = !prefix.bytes().all(valid) || prefix.starts_with('-') || prefix.ends_with('-');
    invalid.then(|| "is no part of a domain name".to_string())
}

/// Adds domain, record and style sheet.
pub fn expand(r: &Resource<UserAuthPool>, linked: &Linked<'_>, fragment: &mut Fragment) {
    let p = &r.props;
    let id = r.id("", KIND);
    let custom = p.custom_domain.as_ref();
    let certificate = custom.map(|domain| {
        Object::new().set("CertificateArn", domain.certificate(CertificateRegion::UsEast1, linked.stack))
    });
    let domain = custom.map_or_else(|| prefix(r, linked.stack).into(), |domain| Expr::from(domain.name()));
    let properties = Object::new()
        .opt("CustomDomainConfig", certificate)
        .set("Domain", domain)
        .set("UserPoolId", reference(r.pool_id()));
    fragment.add(id.clone(), custom.map_or(r.span, |d| d.span), template::Resource::new(KIND, properties));
    if let Some(domain) = custom {
        let target = AliasTarget {
            dns_name: get_att(id.clone(), "CloudFrontDistribution"),
            hosted_zone_id: CLOUDFRONT_ZONE.into(),
        };
        domain.add_record(target, linked, fragment);
    }
    if let Some(css) = &p.hosted_ui_css {
        let kind = "AWS::Cognito::UserPoolUICustomizationAttachment";
        let properties = Object::new()
            .set("CSS", css.clone())
            .set("ClientId", reference(r.client_id()))
            .set("UserPoolId", reference(r.pool_id()));
        // Only a pool with a domain has pages.
        fragment.add(r.id("", kind), css.span, template::Resource::new(kind, properties).after(id));
    }
}
