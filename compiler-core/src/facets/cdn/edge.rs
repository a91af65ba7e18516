//! Functions at the edge locations: those that the config names, and the built-in one that finds the pages of a website in a bucket.
//!
//! The built-in one is a CloudFront function. It cannot look into the bucket, so for a path without file extension it goes by what the website's
//! generator produces: a folder with `index.html` (most generators, and the first choice of deployed stacks), or a file `….html` for a bucket
//! with the preset of SvelteKit. A single-page app gets `/index.html`. A path that ends in a file name is left alone.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, PageStyle, Stack};
use crate::naming::{SHARED, logical_id, truncate};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource, get_att};

/// Functions that run at the edge locations. Each is the name of an `edge-lambda-function`, the ARN of a version of a Lambda function in
/// us-east-1, or the ARN of a CloudFront function.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct EdgeFunctions {
    /// Runs on each request, before the cache is asked.
    #[config(names = "edge-lambda-function")]
    pub on_request: Option<Val<String>>,
    /// Runs before each response is returned.
    #[config(names = "edge-lambda-function")]
    pub on_response: Option<Val<String>>,
    /// Runs before a request goes to the origin, because the cache has no answer. Lambda only.
    #[config(names = "edge-lambda-function")]
    pub on_origin_request: Option<Val<String>>,
    /// Runs on the response of the origin, before it is cached. Lambda only.
    #[config(names = "edge-lambda-function")]
    pub on_origin_response: Option<Val<String>>,
}

/// What runs at an edge location.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeFunction {
    /// A version of a Lambda function.
    Lambda(Expr),
    /// A CloudFront function.
    CloudFront(Expr),
}

/// The events: name in CloudFront, name of the property, whether it is about a viewer (the other ones are about the origin).
const EVENTS: [(&str, &str, bool); 4] = [
    ("viewer-request", "onRequest", true),
    ("viewer-response", "onResponse", true),
    ("origin-request", "onOriginRequest", false),
    ("origin-response", "onOriginResponse", false),
];

impl EdgeFunctions {
    fn values(&self) -> impl Iterator<Item = ((&'static str, &'static str, bool), &Val<String>)> {
        let values = [&self.on_request, &self.on_response, &self.on_origin_request, &self.on_origin_response];
        EVENTS.into_iter().zip(values).filter_map(|(event, value)| Some((event, value.as_ref()?)))
    }

    /// Reports unknown functions, and functions where CloudFront does not accept them.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        for ((_, property, viewer), value) in self.values() {
            check_value(property, value, linked, sink);
            if let (false, Some(EdgeFunction::CloudFront(_))) = (viewer, resolve(value, linked)) {
                let message = format!("{property} takes Lambda functions only, and this is a CloudFront function");
                sink.push(
                    Diagnostic::error(Code::CONFLICT, value.span, message)
                        .hint("use onRequest or onResponse, or an edge-lambda-function"),
                );
            }
        }
        let (request, response) = (self.on_request.as_ref(), self.on_response.as_ref());
        if let (Some(request), Some(response)) = (request, response)
            && let (Some(a), Some(b)) = (resolve(request, linked), resolve(response, linked))
            && std::mem::discriminant(&a) != std::mem::discriminant(&b)
        {
            let message = "onRequest and onResponse must both be Lambda functions or both be CloudFront functions";
            sink.push(
                Diagnostic::error(Code::CONFLICT, response.span, message)
                    .label(request.span, "a function of the other kind")
                    .hint("move one of them to onOriginRequest or onOriginResponse, or rewrite it"),
            );
        }
    }

    /// Tells every function of the config where it runs.
    pub fn link(&self, stack: &Stack<'_>, out: &mut Outbox) {
        for ((_, _, viewer), value) in self.values() {
            let name = match (value.as_known(), value.as_deferred()) {
                (Some(name), _) => name.as_str(),
                (None, Some(Expr::Param { resource, .. })) => resource,
                _ => continue,
            };
            if let Some(function) = stack.any(name) {
                out.send(function.name(), RunsAtEdge { viewer, span: value.span });
            }
        }
    }

    /// Adds the associations to a behaviour.
    pub fn associate(&self, linked: &Linked<'_>, to: &mut Associations) {
        for ((event, _, _), value) in self.values() {
            match resolve(value, linked) {
                Some(EdgeFunction::Lambda(arn)) => to.lambda(event, arn),
                Some(EdgeFunction::CloudFront(arn)) => to.cloudfront(event, arn),
                None => {}
            }
        }
    }
}

/// Mail to a function that a CDN runs at the edge locations.
#[derive(Clone, Copy, Debug)]
pub struct RunsAtEdge {
    /// Whether it runs on events of the viewer, where limits are narrower than on those of the origin.
    pub viewer: bool,
    /// The value that names it.
    pub span: Span,
}

/// The functions of a behaviour.
#[derive(Default)]
pub struct Associations {
    lambda: Vec<Expr>,
    cloudfront: Vec<Expr>,
}

impl Associations {
    fn lambda(&mut self, event: &'static str, arn: Expr) {
        let association = Object::new()
            .set("EventType", event)
            .set("IncludeBody", event.ends_with("-request"))
            .set("LambdaFunctionARN", arn);
        self.lambda.push(association.into());
    }

    fn cloudfront(&mut self, event: &'static str, arn: Expr) {
        self.cloudfront.push(Object::new().set("EventType", event).set("FunctionARN", arn).into());
    }

    /// Sets the properties of a behaviour.
    #[must_use]
    pub fn apply(self, behaviour: Object) -> Object {
        behaviour.list("FunctionAssociations", self.cloudfront).list("LambdaFunctionAssociations", self.lambda)
    }
}

fn resolve(value: &Val<String>, linked: &Linked<'_>) -> Option<EdgeFunction> {
    let Some(text) = value.as_known() else {
        let expr = value.as_deferred()?.clone();
        let lambda = match &expr {
            Expr::Param { resource, .. } => {
                linked.stack.any(resource).is_some_and(|r| r.edge_function(linked).is_some())
            }
            _ => false,
        };
        return Some(if lambda { EdgeFunction::Lambda(expr) } else { EdgeFunction::CloudFront(expr) });
    };
    if !text.starts_with("arn:") {
        return linked.stack.any(text)?.edge_function(linked).map(EdgeFunction::Lambda);
    }
    let arn = Expr::from(text);
    Some(if is_lambda(text) { EdgeFunction::Lambda(arn) } else { EdgeFunction::CloudFront(arn) })
}

fn is_lambda(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("lambda")
}

fn check_value(property: &str, value: &Val<String>, linked: &Linked<'_>, sink: &mut Sink) {
    let Some(text) = value.as_known() else { return };
    if !text.starts_with("arn:") {
        let name = Spanned::new(text.clone(), value.span);
        let Some(found) = linked.stack.require_any(&name, property, Some("edge-lambda-function"), sink) else { return };
        if found.edge_function(linked).is_none() {
            let message =
                format!("{property} must name an edge-lambda-function, but `{text}` is of type {}", found.type_name());
            sink.push(
                Diagnostic::error(Code::WRONG_RESOURCE_TYPE, value.span, message)
                    .label(found.span(), format!("`{text}` is declared here"))
                    .hint("declare the function with type edge-lambda-function: it runs in us-east-1, from where CloudFront copies it"),
            );
        }
        return;
    }
    let parts: Vec<&str> = text.split(':').collect();
    let versioned = parts.len() == 8 && parts[7].bytes().all(|b| b.is_ascii_digit());
    if is_lambda(text) && (parts[3] != "us-east-1" || !versioned) {
        let message =
            format!("{property} must be the ARN of a version of a Lambda function in us-east-1, found \"{text}\"");
        sink.push(Diagnostic::error(Code::BAD_VALUE, value.span, message).hint(
            "such as arn:aws:lambda:us-east-1:123456789012:function:name:7; CloudFront takes no alias and no $LATEST",
        ));
    }
}

/// Whether the built-in function that finds pages can run beside the functions of the config, and what to say when it cannot.
pub enum PagesBeside {
    /// It can.
    Yes,
    /// The config's own function does its work: one before the origin is asked, as in deployed stacks.
    Replaced,
    /// The place is taken: the property that takes it.
    Taken(&'static str, Span),
}

impl PagesBeside {
    /// For the functions of a behaviour.
    pub fn of(functions: Option<&EdgeFunctions>, linked: &Linked<'_>) -> Self {
        let Some(functions) = functions else { return Self::Yes };
        if functions.on_origin_request.is_some() {
            return Self::Replaced;
        }
        if let Some(own) = &functions.on_request {
            return Self::Taken("onRequest", own.span);
        }
        // CloudFront accepts only one kind of functions for the two events of a viewer.
        match functions.on_response.as_ref().map(|own| (own.span, resolve(own, linked))) {
            Some((span, Some(EdgeFunction::Lambda(_)))) => Self::Taken("onResponse", span),
            _ => Self::Yes,
        }
    }
}

/// Adds the built-in function that finds pages to a behaviour.
pub fn add_pages(style: PageStyle, stack: &Stack<'_>, span: Span, fragment: &mut Fragment, to: &mut Associations) {
    let (name, page) = match style {
        PageStyle::AsIs => return,
        PageStyle::SinglePage => ("single-page-app", "'/index.html'"),
        PageStyle::Folders => ("folder-pages", "uri + (uri.endsWith('/') ? '' : '/') + 'index.html'"),
        PageStyle::Files => ("file-pages", "(uri.endsWith('/') ? uri.slice(0, -1) : uri) + '.html'"),
    };
    let kind = "AWS::CloudFront::Function";
    let id = logical_id(SHARED, &format!("CDN-{name}"), kind);
    // CloudFront functions are global in the account: the hash tells stacks of the same name in several regions apart.
    let physical = format!("{}-cdn-{name}", stack.identity.stack_name);
    let physical = format!("{}-{}", truncate(&physical, 64 - 1 - stack.identity.hash.len()), stack.identity.hash);
    let config = Object::new()
        .set("Comment", format!("finds the page of a path without file extension ({name})"))
        .set("Runtime", "cloudfront-js-2.0");
    let properties = Object::new()
        .set("AutoPublish", true)
        .set("FunctionCode", code(page))
        .set("FunctionConfig", config)
        .set("Name", physical);
    fragment.add_shared(id.clone(), span, Resource::new(kind, properties));
    to.cloudfront("viewer-request", get_att(id, "FunctionARN"));
}

/// `/` is left alone, because the distribution knows its index document; so is everything that is not read.
fn code(page: &str) -> String {
    format!(
        "function handler(event) {{\n\
         \x20 var request = event.request;\n\
         \x20 var uri = request.uri;\n\
         \x20 var reads = request.method === 'GET' || request.method === 'HEAD';\n\
         \x20 if (reads && uri !== '/' && uri.slice(uri.lastIndexOf('/')).indexOf('.') === -1) {{\n\
         \x20   request.uri = {page};\n\
         \x20 }}\n\
         \x20 return request;\n\
         }}\n"
    )
}
