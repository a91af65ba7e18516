//! Conditions of a rule: which requests it is for.

use super::rule::RuleRequest;
use super::{check_addresses, cidr};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::template::{Expr, Object};

/// A header and its values.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HeaderCondition {
    /// Name of the header.
    pub header_name: String,
    /// Values, with `*` and `?` as wildcards; any of them matches.
    #[config(items = 1..)]
    pub values: Vec<Val<String>>,
}

/// A query parameter and its values.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueryCondition {
    /// Name of the parameter.
    pub param_name: String,
    /// Values, with `*` and `?` as wildcards; any of them matches.
    #[config(items = 1..)]
    pub values: Vec<Val<String>>,
}

/// Values of all conditions of a rule. Source: the quotas of Application Load Balancers.
const MOST_VALUES: usize = 5;

/// Characters of paths, beside letters and digits. Source: the conditions of rules in the Application Load Balancer guide; so are the next ones.
const PATH_CHARACTERS: &str = "_-.$/~\"'@:+&*?";
const HOST_CHARACTERS: &str = "-.*?";

impl RuleRequest<'_> {
    /// Reports values that AWS refuses, and such that match no request.
    pub(super) fn check_values(&self, sink: &mut Sink) {
        check_addresses("sourceIps", self.source_ips, sink);
        let lists = [self.paths, self.methods, self.hosts, self.source_ips].into_iter().flatten();
        let values: usize = lists.map(Vec::len).sum::<usize>()
            + self.headers.into_iter().flatten().map(|h| h.values.len()).sum::<usize>()
            + self.query_params.into_iter().flatten().map(|q| q.values.len()).sum::<usize>();
        if values > MOST_VALUES {
            let message = format!(
                "the load balancer event has {values} values in its conditions, and AWS takes {MOST_VALUES} a rule"
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, self.span, message)
                    .hint("use wildcards, or split the event in two with distinct priorities"),
            );
        }
        each("paths", self.paths, sink, &|path| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || PATH_CHARACTERS.contains(c);
            match path.chars().find(|c| !allowed(*c)) {
                Some(c) => Some((format!("holds `{c}`, which AWS refuses"), "write * for any characters".to_string())),
                None if path.starts_with(['/', '*', '?']) => None,
                None => Some(("matches no request".to_string(), format!("write /{path}"))),
            }
        });
        each("methods", self.methods, sink, &|method| match method {
            "*" => Some(("is no method".to_string(), "leave methods out to match every method".to_string())),
            _ if method.chars().any(|c| c.is_ascii_lowercase()) => {
                Some(("is not in capital letters".to_string(), format!("write {}", method.to_ascii_uppercase())))
            }
            _ => None,
        });
        each("hosts", self.hosts, sink, &|host| {
            let wrong = host.chars().find(|c| !c.is_ascii_alphanumeric() && !HOST_CHARACTERS.contains(*c))?;
            let hint = "write a host name such as api.example.com or *.example.com".to_string();
            Some((format!("holds `{wrong}`, which AWS refuses"), hint))
        });
    }

    /// As properties of the rule.
    pub(super) fn conditions(&self) -> Vec<Object> {
        let plain = |field: &'static str, config: &'static str, values: Option<&Vec<Val<String>>>| {
            values.filter(|v| !v.is_empty()).map(|values| {
                Object::new().set("Field", field).set(config, Object::new().set("Values", values.clone()))
            })
        };
        let header = |h: &HeaderCondition| {
            let config = Object::new().set("HttpHeaderName", &h.header_name).set("Values", h.values.clone());
            Object::new().set("Field", "http-header").set("HttpHeaderConfig", config)
        };
        let query = |q: &QueryCondition| {
            let pair = |v: &Val<String>| Expr::from(Object::new().set("Key", &q.param_name).set("Value", v.clone()));
            let config = Object::new().set("Values", Expr::List(q.values.iter().map(pair).collect()));
            Object::new().set("Field", "query-string").set("QueryStringConfig", config)
        };
        let mut all: Vec<Object> = plain("path-pattern", "PathPatternConfig", self.paths).into_iter().collect();
        all.extend(self.headers.into_iter().flatten().map(header));
        all.extend(plain("http-request-method", "HttpRequestMethodConfig", self.methods));
        all.extend(plain("host-header", "HostHeaderConfig", self.hosts));
        if let Some(blocks) = self.source_ips.filter(|ips| !ips.is_empty()) {
            let values = Object::new().set("Values", Expr::List(blocks.iter().map(cidr).collect()));
            all.push(Object::new().set("Field", "source-ip").set("SourceIpConfig", values));
        }
        all.extend(self.query_params.into_iter().flatten().map(query));
        all
    }
}

/// Warns of the values of a list that have a problem.
fn each(
    property: &str,
    values: Option<&Vec<Val<String>>>,
    sink: &mut Sink,
    problem: &dyn Fn(&str) -> Option<(String, String)>,
) {
    for value in values.into_iter().flatten() {
        let Some((text, (problem, hint))) = value.as_known().and_then(|text| Some((text, problem(text)?))) else {
            continue;
        };
        let message = format!("\"{text}\" in {property} {problem}");
        sink.push(Diagnostic::warning(Code::SUSPICIOUS, value.span, message).hint(hint));
    }
}
