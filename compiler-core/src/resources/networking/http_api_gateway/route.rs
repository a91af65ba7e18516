//! Routes of an HTTP API: what events of functions and containers have in common, whoever answers them.
//!
//! Makes `Stp{Api}{Method}{Path}Route` and, with an authorizer, `Stp{Api}{Method}{Path}Authorizer`. The integration belongs to who answers.

use super::{Authorizer, HttpApiGateway};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, Resource, ResourceName, Stack};
use crate::naming::{SHARED, logical_id, short_hash};
use crate::order::SortedMap;
use crate::resources::compute::function::{Function, permission};
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, join, reference};

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Decode, Describe)]
pub enum HttpMethod {
    /// Every method.
    #[config(name = "*")]
    Any,
    /// Remove something.
    #[config(name = "DELETE")]
    Delete,
    /// Read something.
    #[config(name = "GET")]
    Get,
    /// Read the headers only.
    #[config(name = "HEAD")]
    Head,
    /// Ask what is allowed.
    #[config(name = "OPTIONS")]
    Options,
    /// Change a part of something.
    #[config(name = "PATCH")]
    Patch,
    /// Create something.
    #[config(name = "POST")]
    Post,
    /// Replace something.
    #[config(name = "PUT")]
    Put,
}

/// Form of the event that a function gets for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum PayloadFormat {
    /// That of REST APIs.
    #[config(name = "1.0")]
    V1,
    /// Simpler, with cookies as a list and one entry for each header.
    #[config(name = "2.0")]
    V2,
}

/// The route that gets every request for which there is no other.
const DEFAULT_ROUTE: &str = "$default";

/// A route as an event asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Route<'a> {
    /// The API.
    pub gateway: &'a Spanned<String>,
    /// The method.
    pub method: &'a Spanned<HttpMethod>,
    /// The path, or `*`.
    pub path: &'a Spanned<String>,
    /// Who may call it; everybody when not given.
    pub authorizer: Option<&'a Authorizer>,
    /// The event.
    pub span: Span,
}

/// Mail to an API: somebody answers a route.
#[derive(Clone, Debug)]
pub struct RouteClaim {
    /// Who answers it.
    pub claimant: ResourceName,
    /// The method.
    pub method: HttpMethod,
    /// The route as API Gateway writes it: `GET /orders`, `$default`.
    pub key: String,
    /// The event that asks for it.
    pub span: Span,
}

impl Route<'_> {
    fn is_default(&self) -> bool {
        matches!(self.path.as_str(), "*" | DEFAULT_ROUTE)
    }

    fn key(&self) -> String {
        let path = self.path.as_str();
        match self.method.value {
            _ if self.is_default() => DEFAULT_ROUTE.to_string(),
            HttpMethod::Any => format!("ANY {path}"),
            method => format!("{method} {path}"),
        }
    }

    fn specifier(&self, gateway: &Resource<HttpApiGateway>) -> String {
        let method = if self.method.value == HttpMethod::Any { "Any" } else { self.method.as_str() };
        let path = if self.is_default() { "Default" } else { self.path.as_str() };
        format!("{}-{method}-{path}", gateway.name.flat())
    }

    /// Reports an unknown API, a path that API Gateway would refuse, and mistakes of the authorizer.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        linked.stack.require::<HttpApiGateway>(self.gateway, "httpApiGatewayName", sink);
        if let Some(authorizer) = self.authorizer {
            authorizer.check(linked, sink);
        }
        let path = self.path.as_str();
        if self.is_default() {
            if self.method.value != HttpMethod::Any {
                let message = format!(
                    "the path {path} stands for every request without a route of its own, so its method must be \"*\", found {}",
                    self.method.value
                );
                sink.push(
                    Diagnostic::error(Code::CONFLICT, self.method.span, message)
                        .label(self.path.span, "the path")
                        .hint("set method: '*', or give the path /{proxy+}"),
                );
            }
        } else if let Some((problem, hint)) = path_problem(path) {
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, self.path.span, format!("path \"{path}\" {problem}")).hint(hint),
            );
        } else if let Some((problem, hint)) = path_slip(path) {
            let message = format!("{problem} in path \"{path}\"");
            sink.push(Diagnostic::warning(Code::SUSPICIOUS, self.path.span, message).hint(hint));
        }
    }

    /// Tells the API that somebody answers the route.
    pub fn claim(&self, claimant: &ResourceName, stack: &Stack<'_>, out: &mut Outbox) {
        if let Some(gateway) = stack.get::<HttpApiGateway>(self.gateway) {
            let claim =
                RouteClaim { claimant: claimant.clone(), method: self.method.value, key: self.key(), span: self.span };
            out.send(&id_mailbox(&self.specifier(gateway)), IdClaim { key: claim.key.clone() });
            out.send(&gateway.name, claim);
        }
    }

    /// Adds the route, its authorizer and the right to call the authorizer's function. `integration` is a logical id.
    pub fn add(&self, owner: &ResourceName, integration: &str, linked: &Linked<'_>, fragment: &mut Fragment) {
        let Some(gateway) = linked.get::<HttpApiGateway>(self.gateway) else { return };
        let specifier = self.unique_specifier(gateway, linked);
        let child = |kind: &str| logical_id(SHARED, &specifier, kind).replace('_', "");
        let mut properties = Object::new()
            .set("ApiId", reference(gateway.api_id()))
            .set("RouteKey", self.key())
            .set("Target", join("/", vec!["integrations".into(), reference(integration.to_string())]));
        if let Some(authorizer) = self.authorizer {
            let id = child("AWS::ApiGatewayV2::Authorizer");
            let place = format!("{}-{}-{}", owner.flat(), self.method.value, self.path.as_str());
            authorizer.add(&id, &place, gateway, linked, fragment);
            properties =
                properties.set("AuthorizationType", authorizer.kind_of_route()).set("AuthorizerId", reference(id));
        }
        let resource = template::Resource::new("AWS::ApiGatewayV2::Route", properties);
        fragment.add(child("AWS::ApiGatewayV2::Route"), self.span, resource);
    }

    /// `/a/b` and `/a-b` give the same logical id; all but the first of them, in the order of their texts, get a hash.
    fn unique_specifier(&self, gateway: &Resource<HttpApiGateway>, linked: &Linked<'_>) -> String {
        let (key, specifier) = (self.key(), self.specifier(gateway));
        match linked.mail::<IdClaim>(&id_mailbox(&specifier)).map(|c| &c.key).min() {
            Some(first) if *first != key => format!("{specifier}-{}", short_hash(&key)),
            _ => specifier,
        }
    }
}

/// Mail about a logical id: a route that would have it.
struct IdClaim {
    key: String,
}

/// Where claims of a logical id meet. Going through all routes of an API for each of them would cost the square of their number.
fn id_mailbox(specifier: &str) -> ResourceName {
    ResourceName::top(&logical_id(SHARED, specifier, "").replace('_', ""))
}

/// What API Gateway would not accept in a path, and what to write instead.
fn path_problem(path: &str) -> Option<(&'static str, String)> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some(("must start with a slash", format!("write /{path}, or '*' for every request without a route")));
    };
    let segments: Vec<&str> = rest.split('/').collect();
    for (i, segment) in segments.iter().enumerate() {
        let Some(from) = segment.find(['{', '}']) else { continue };
        let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        let Some(name) = name.filter(|n| !n.is_empty() && !n.contains(['{', '}'])) else {
            let fixed = segment[..from].trim_matches('-').to_string();
            let hint = if fixed.is_empty() { "/items/{id}".to_string() } else { format!("/{fixed}/{{id}}") };
            return Some((
                "has a parameter that is not a whole part between slashes",
                format!("write {{name}} between slashes, for example {hint}"),
            ));
        };
        if name.ends_with('+') && i + 1 < segments.len() {
            return Some((
                "has a parameter with + that is not at the end",
                "a parameter with + takes the rest of the path; move it to the end, or remove the +".to_string(),
            ));
        }
        if segments[..i].contains(segment) {
            return Some(("has two parameters of one name", "give each a name of its own".to_string()));
        }
    }
    None
}

/// What stands in a path that API Gateway accepts, but does not take for what is meant.
fn path_slip(path: &str) -> Option<(String, &'static str)> {
    let parameter = "write {name} for one part of the path, {proxy+} at its end for whatever follows";
    if path.contains('*') {
        return Some(("`*` is no wildcard".into(), parameter));
    }
    if path.contains("/:") {
        return Some(("`:` begins no parameter".into(), parameter));
    }
    let never = path.chars().find(|c| matches!(c, '?' | '#' | ' '))?;
    Some((
        format!("requests never have `{never}`"),
        "remove it; a query needs no route of its own, and a space arrives as %20",
    ))
}

/// A route without the names of its parameters.
fn shape(key: &str) -> String {
    let part = |part: &str| match part.starts_with('{') {
        true => if part.ends_with("+}") { "{+}" } else { "{}" }.to_string(),
        false => part.to_string(),
    };
    key.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Reports every route that two events claim, once: at the later event. Warns of routes that differ only in the names of parameters.
pub fn check_claims(gateway: &ResourceName, linked: &Linked<'_>, sink: &mut Sink) {
    let mut claims: Vec<&RouteClaim> = linked.mail(gateway).collect();
    crate::order::sort_by_key(&mut claims, |c| c.span);
    let mut first: SortedMap<&str, &RouteClaim> = SortedMap::new();
    let mut shapes: SortedMap<String, &RouteClaim> = SortedMap::new();
    for claim in claims {
        match first.get(claim.key.as_str()) {
            None => {
                first.insert(&claim.key, claim);
                if let Some(other) = shapes.insert(shape(&claim.key), claim) {
                    let message = format!("the routes {} and {} are for the same requests", other.key, claim.key);
                    sink.push(
                        Diagnostic::warning(Code::SUSPICIOUS, claim.span, message)
                            .label(other.span, "the other one")
                            .hint("remove one of them, or tell them apart by another part of the path"),
                    );
                }
            }
            Some(other) => {
                let who = match other.claimant == claim.claimant {
                    true => format!("`{}` claims it twice", claim.claimant),
                    false => format!("`{}` and `{}` both claim it", other.claimant, claim.claimant),
                };
                sink.push(
                    Diagnostic::error(
                        Code::CLASH,
                        claim.span,
                        format!("the route {} of `{gateway}` can have one target only: {who}", claim.key),
                    )
                    .label(other.span, "first claimed here")
                    .hint("change method or path of one of the two events"),
                );
            }
        }
    }
}

/// Adds the right of an API to call a function, under the id that a function and an API have in common. Deployed stacks hold the ARN with
/// partition, region and account as text.
pub fn invoke_permission(
    function: &Resource<Function>,
    gateway: &Resource<HttpApiGateway>,
    span: Span,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) {
    let id = &stack.identity;
    let start = format!("arn:{}:execute-api:{}:{}:", id.partition(), id.region, id.account);
    let source = join("", vec![start.into(), reference(gateway.api_id()), Expr::from("/*")]);
    let resource = permission(function, "apigateway.amazonaws.com", Some(source));
    fragment.add_shared(function.id(gateway.name.flat(), "AWS::Lambda::Permission"), span, resource);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for good in ["/", "/orders", "/orders/{id}", "/a/{b}/c", "/{proxy+}", "/files/{proxy+}", "/a.b/c-d_e"] {
            assert_eq!(path_problem(good), None, "{good}");
        }
        assert_eq!(path_slip("/files/{proxy+}"), None);
        for slip in ["/files/*", "/orders/:id", "/orders?page=1", "/my orders"] {
            assert!(path_slip(slip).is_some(), "{slip}");
        }
        for (bad, fragment) in [
            ("orders", "start with a slash"),
            ("", "start with a slash"),
            ("/a/{id", "not a whole part"),
            ("/a/id}", "not a whole part"),
            ("/a/{}", "not a whole part"),
            ("/a/x{id}", "not a whole part"),
            ("/a/{b}{c}", "not a whole part"),
            ("/{all+}/b", "not at the end"),
            ("/a/{id}/b/{id}", "of one name"),
        ] {
            let (problem, hint) = path_problem(bad).unwrap();
            assert!(problem.contains(fragment) && !hint.is_empty(), "{bad}: {problem}");
        }
    }

    #[test]
    fn keys() {
        let key = |method, path: &str| {
            let (gateway, path) = (Spanned::new("api".to_string(), Span::default()), path.to_string());
            let (method, path) = (Spanned::new(method, Span::default()), Spanned::new(path, Span::default()));
            Route { gateway: &gateway, method: &method, path: &path, authorizer: None, span: Span::default() }.key()
        };
        assert_eq!(key(HttpMethod::Get, "/a"), "GET /a");
        assert_eq!(key(HttpMethod::Any, "/a"), "ANY /a");
        assert_eq!(key(HttpMethod::Any, "*"), "$default");
        assert_eq!(key(HttpMethod::Any, "$default"), "$default");
    }
}
