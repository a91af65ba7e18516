//! Custom domains: which hosted zone and certificate serve them, and the record that leads to a resource.
//!
//! Everything that belongs to a domain has logical ids made of the domain alone, so that a domain can move from one resource to another. Zone and
//! certificate are facts of the account; while nobody has looked them up, stand-ins take their place.

use crate::decode::{Decode, DecodeCx, Val};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, Stack};
use crate::naming::{domain_id, short_hash};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, Value};
use crate::template::{Expr, Object, Resource};
use crate::world::{DomainFact, Fact, FactKey};

/// A domain of a resource.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomDomain {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// The domain, such as `api.example.com`.
    pub domain_name: Spanned<String>,
    /// ARN of an own certificate that covers the domain; the best issued one of the account when not given.
    pub custom_certificate_arn: Option<Val<String>>,
    /// Whether the record that leads to the resource is left to you. Needs `customCertificateArn`.
    #[config(default = false)]
    pub disable_dns_record_creation: Option<Spanned<bool>>,
}

/// A domain of a resource, or only its name.
#[derive(Clone, Debug)]
pub struct CustomDomainOrName(pub CustomDomain);

impl Decode for CustomDomainOrName {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let Value::Str(name) = &node.value else { return CustomDomain::decode(node, cx).map(Self) };
        Some(Self(CustomDomain {
            span: node.span,
            domain_name: Spanned::new(name.to_string(), node.span),
            custom_certificate_arn: None,
            disable_dns_record_creation: None,
        }))
    }
}

impl Describe for CustomDomainOrName {
    fn describe(defs: &mut Definitions) -> Shape {
        Shape::OneOf(vec![CustomDomain::describe(defs), Shape::Text])
    }
}

/// Where the certificate of a domain must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateRegion {
    /// In the region of the stack: load balancers, APIs.
    Stack,
    /// In `us-east-1`, wherever the stack is: CloudFront, Cognito.
    UsEast1,
}

impl CertificateRegion {
    fn name<'a>(self, stack: &'a Stack<'_>) -> &'a str {
        match self {
            Self::Stack => &stack.identity.region,
            Self::UsEast1 => "us-east-1",
        }
    }
}

/// The hosted zone of every CloudFront host name (Amazon Route 53 API reference).
pub const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// Where a record leads.
pub struct AliasTarget {
    /// Host name of the target.
    pub dns_name: Expr,
    /// Id of the zone that the host name is in.
    pub hosted_zone_id: Expr,
}

/// Demand of a domain: one resource of the stack serves it.
pub struct DomainClaim {
    name: String,
    span: Span,
}

/// Says which domains a resource serves.
pub fn claim<'a>(domains: impl IntoIterator<Item = &'a CustomDomain>, out: &mut Outbox) {
    for domain in domains {
        out.demand(DomainClaim { name: domain.name(), span: domain.domain_name.span });
    }
}

/// Reports names that are no domains, domains without zone or certificate, and domains that something else in the stack serves.
pub fn check<'a>(
    domains: impl IntoIterator<Item = &'a CustomDomain>,
    region: CertificateRegion,
    linked: &Linked<'_>,
    sink: &mut Sink,
) {
    for domain in domains {
        domain.check(region, linked, sink);
    }
}

/// Account and zone of stand-ins are recognisable; a deploy refuses a template that has any.
const STAND_IN_ZONE: &str = "Z00000000000000000000";
const STAND_IN_CERTIFICATE: &str = "00000000-0000-0000-0000-000000000000";

impl CustomDomain {
    /// The domain in lower case, without a final dot.
    pub fn name(&self) -> String {
        let lower = self.domain_name.to_ascii_lowercase();
        lower.strip_suffix('.').unwrap_or(&lower).to_string()
    }

    /// Whether the record that leads to the resource is made here.
    pub fn has_record(&self) -> bool {
        self.disable_dns_record_creation.as_ref().is_none_or(|off| !off.value)
    }

    fn fact(&self, stack: &Stack<'_>) -> Option<Fact> {
        stack.fact(FactKey::Domain { name: self.name() })
    }

    fn check(&self, region: CertificateRegion, linked: &Linked<'_>, sink: &mut Sink) {
        let stack = linked.stack;
        let (name, place) = (self.name(), self.domain_name.span);
        if let Some((problem, hint)) = name_problem(&name) {
            let message = format!("domainName \"{}\" {problem}", self.domain_name.value);
            sink.push(Diagnostic::error(Code::BAD_VALUE, place, message).hint(hint));
            return;
        }
        self.check_claims(&name, linked, sink);
        if let Some(off) = self.disable_dns_record_creation.as_ref().filter(|off| off.value)
            && self.custom_certificate_arn.is_none()
        {
            let message = format!("disableDnsRecordCreation of `{name}` needs customCertificateArn");
            sink.push(Diagnostic::error(Code::CONFLICT, off.span, message).hint(
                "add customCertificateArn with a certificate that covers the domain, or remove disableDnsRecordCreation",
            ));
            return;
        }
        if let Some(arn) = &self.custom_certificate_arn {
            check_certificate("customCertificateArn", arn, region, stack, sink);
        }
        if self.has_record() || self.custom_certificate_arn.is_none() {
            self.check_fact(&name, region.name(stack), stack, sink);
        }
    }

    fn check_claims(&self, name: &str, linked: &Linked<'_>, sink: &mut Sink) {
        let place = self.domain_name.span;
        let first = linked.demands::<DomainClaim>().filter(|c| c.name == name).map(|c| c.span).min();
        if let Some(first) = first.filter(|first| *first != place) {
            sink.push(
                Diagnostic::error(Code::CLASH, place, format!("the domain {name} is used twice in the stack"))
                    .label(first, "first used here")
                    .hint("a domain can lead to one resource only; use another one here, such as a subdomain"),
            );
        }
    }

    fn check_fact(&self, name: &str, region: &str, stack: &Stack<'_>, sink: &mut Sink) {
        let place = self.domain_name.span;
        match self.fact(stack) {
            Some(Fact::Domain(fact))
                if self.custom_certificate_arn.is_none() && !fact.certificates.contains_key(region) =>
            {
                let message = format!("the account has no issued certificate for {name} in {region}");
                sink.push(Diagnostic::error(Code::DOMAIN, place, message).hint(format!(
                    "request one: aws acm request-certificate --region {region} --domain-name {name} \
                     --validation-method DNS; or name one with customCertificateArn"
                )));
            }
            None | Some(Fact::Domain(_)) => {}
            Some(_) => sink.push(
                Diagnostic::error(Code::DOMAIN, place, format!("no hosted zone of the account serves {name}")).hint(
                    "create a public hosted zone for the domain in Route 53 and delegate the domain to its name servers; \
                     or give customCertificateArn and disableDnsRecordCreation: true",
                ),
            ),
        }
    }

    /// ARN of the certificate: the given one, else the account's.
    pub fn certificate(&self, region: CertificateRegion, stack: &Stack<'_>) -> Expr {
        if let Some(arn) = &self.custom_certificate_arn {
            return arn.clone().into();
        }
        let (id, region) = (&stack.identity, region.name(stack));
        let known = match self.fact(stack) {
            Some(Fact::Domain(DomainFact { mut certificates, .. })) => certificates.remove(region),
            _ => None,
        };
        let stand_in =
            || format!("arn:{}:acm:{region}:{}:certificate/{STAND_IN_CERTIFICATE}", id.partition(), id.account);
        known.unwrap_or_else(stand_in).into()
    }

    /// Logical id of something that belongs to the domain. Names such as `example.com` and `*.example.com` give the same one; where the stack has
    /// several of them, all but the first get a hash.
    pub fn id(&self, kind: &str, linked: &Linked<'_>) -> String {
        let name = self.name();
        let id = domain_id(&name, kind);
        let same = linked.demands::<DomainClaim>().map(|c| &c.name).filter(|other| domain_id(other, kind) == id);
        match same.min_by_key(|name| (name.starts_with('*'), *name)) {
            Some(first) if *first != name => domain_id(&format!("{name}.{}", short_hash(&name)), kind),
            _ => id,
        }
    }

    /// Adds the record that leads to a resource, unless that is left to the user.
    pub fn add_record(&self, target: AliasTarget, linked: &Linked<'_>, fragment: &mut Fragment) {
        if !self.has_record() {
            return;
        }
        let zone = match self.fact(linked.stack) {
            Some(Fact::Domain(fact)) => fact.hosted_zone_id,
            _ => STAND_IN_ZONE.to_string(),
        };
        let name = self.name();
        let id = self.id("AWS::Route53::RecordSet", linked);
        let alias = Object::new().set("DNSName", target.dns_name).set("HostedZoneId", target.hosted_zone_id);
        // Deployed records hold the long form of the id, and it is create-only.
        let zone = format!("/hostedzone/{}", zone.strip_prefix("/hostedzone/").unwrap_or(&zone));
        let properties =
            Object::new().set("AliasTarget", alias).set("HostedZoneId", zone).set("Name", name).set("Type", "A");
        fragment.add(id, self.span, Resource::new("AWS::Route53::RecordSet", properties));
    }
}

/// Reports what is no domain, in a list of names that need no zone and no certificate.
pub fn check_name(property: &str, name: &Val<String>, sink: &mut Sink) {
    let Some((text, (problem, hint))) = name.as_known().and_then(|t| Some((t, name_problem(&t.to_ascii_lowercase())?)))
    else {
        return;
    };
    let message = format!("\"{text}\" in {property} {problem}");
    sink.push(Diagnostic::error(Code::BAD_VALUE, name.span, message).hint(hint));
}

/// Reports what is no ARN, and a certificate of Certificate Manager that is in the wrong region.
pub fn check_certificate(
    property: &str,
    arn: &Val<String>,
    region: CertificateRegion,
    stack: &Stack<'_>,
    sink: &mut Sink,
) {
    let Some(text) = arn.as_known() else { return };
    let (parts, region) = (text.splitn(6, ':').collect::<Vec<&str>>(), region.name(stack));
    match parts.as_slice() {
        ["arn", _, "acm", found, _, _] if *found != region => {
            let message = format!("the certificate must be in {region}, but this one is in {found}");
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, arn.span, message)
                    .hint(format!("request a certificate for the domain in {region}, and give its ARN")),
            );
        }
        ["arn", _, _, _, _, _] => {}
        _ => sink.push(
            Diagnostic::error(
                Code::BAD_VALUE,
                arn.span,
                format!("{property} must be the ARN of a certificate, found \"{text}\""),
            )
            .hint(format!("such as arn:aws:acm:{region}:123456789012:certificate/…")),
        ),
    }
}

/// Longest domain name and longest part of one, by RFC 1035.
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// Why a text is no domain, and what to write instead.
fn name_problem(name: &str) -> Option<(&'static str, String)> {
    let hint =
        || "a domain has parts of letters, digits and dashes with dots in between, such as api.example.com".into();
    let bare = name.split("://").last().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    if bare != name {
        let fixed = if bare.is_empty() { hint() } else { format!("write {bare}") };
        return Some(("is an address, not a domain", fixed));
    }
    if name.len() > MAX_NAME {
        return Some(("has more than 253 characters", hint()));
    }
    let labels: Vec<&str> = name.strip_prefix("*.").unwrap_or(name).split('.').collect();
    if labels.len() < 2 {
        return Some(("has no top-level domain", hint()));
    }
    let valid = |label: &&str| {
        (1..=MAX_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (!labels.iter().all(valid)).then(|| ("is no valid domain", hint()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(name: &str) -> CustomDomain {
        CustomDomain {
            span: Span::default(),
            domain_name: Spanned::new(name.to_string(), Span::default()),
            custom_certificate_arn: None,
            disable_dns_record_creation: None,
        }
    }

    #[test]
    fn names_are_lower_case_and_without_a_final_dot() {
        assert_eq!(domain("API2.Example.com.").name(), "api2.example.com");
        assert_eq!(domain("example.com").name(), "example.com");
    }

    #[test]
    fn what_is_a_domain() {
        for good in ["example.com", "a-b.example.com", "*.example.com", "1.2.example.com", "xn--bcher-kva.example"] {
            assert_eq!(name_problem(good), None, "{good}");
        }
        let long = format!("{}.com", "a".repeat(64));
        for bad in
            ["", "com", "-a.example.com", "a-.example.com", "a..com", ".example.com", "a b.com", "bücher.com", &long]
        {
            assert!(name_problem(bad).is_some(), "{bad}");
        }
        let hint = |name| name_problem(name).map(|(_, hint)| hint);
        assert_eq!(hint("https://shop.example.com/cart").as_deref(), Some("write shop.example.com"));
        assert_eq!(hint("shop.example.com:443").as_deref(), Some("write shop.example.com"));
    }
}
