//! Which certificates a listener with TLS has: its own, else those of the load balancer's domains.

use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::domains::{self, CertificateRegion, CustomDomain};
use crate::model::Stack;
use crate::source::Span;
use crate::template::Expr;

/// What a listener says about TLS.
pub struct Security<'a> {
    /// Its protocol.
    pub protocol: &'static str,
    /// The protocol of its kind that has TLS.
    pub secure: &'static str,
    /// Its port.
    pub port: u32,
    /// `customCertificateArns`. An empty list says nothing.
    pub own: Option<&'a Vec<Val<String>>>,
    /// The listener.
    pub span: Span,
}

impl Security<'_> {
    fn own(&self) -> impl Iterator<Item = &Val<String>> {
        self.own.into_iter().flatten()
    }

    /// Reports certificates that cannot be used, that are not used, and that are missing.
    pub fn check(&self, has_domains: bool, stack: &Stack<'_>, sink: &mut Sink) {
        for arn in self.own() {
            domains::check_certificate("customCertificateArns", arn, CertificateRegion::Stack, stack, sink);
        }
        let Self { protocol, secure, port, .. } = self;
        let first = self.own().next().map(|arn| arn.span);
        let (place, problem, hint) = match (first, protocol == secure) {
            (Some(arn), false) => {
                (arn, "uses no certificates", format!("set protocol: {secure}, or remove customCertificateArns"))
            }
            (None, true) if !has_domains => (
                self.span,
                "has no certificate",
                "add customDomains to the load balancer or customCertificateArns to the listener; AWS has no certificate for its own names"
                    .to_string(),
            ),
            _ => return,
        };
        let message = format!("the {protocol} listener on port {port} {problem}");
        sink.push(Diagnostic::warning(Code::SUSPICIOUS, place, message).hint(hint));
    }

    /// ARNs of the certificates; the first is the default one.
    pub fn certificates<'d>(&self, domains: impl Iterator<Item = &'d CustomDomain>, stack: &Stack<'_>) -> Vec<Expr> {
        let own: Vec<Expr> = self.own().cloned().map(Expr::from).collect();
        match (self.protocol == self.secure, own.is_empty()) {
            (false, _) => vec![],
            (true, true) => of_domains(domains, stack),
            (true, false) => own,
        }
    }
}

/// ARNs of the certificates of domains, each once, in a fixed order.
pub fn of_domains<'a>(domains: impl Iterator<Item = &'a CustomDomain>, stack: &Stack<'_>) -> Vec<Expr> {
    let mut arns: Vec<Expr> = vec![];
    for domain in domains {
        let arn = domain.certificate(CertificateRegion::Stack, stack);
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    crate::order::sort_by_key(&mut arns, Expr::to_json_text);
    arns
}
