//! `http-api-gateway`: requests to an HTTP API.
//!
//! Makes one integration and one permission for each API that calls the function, and a route for each event.

use super::{EventCx, FunctionEvent};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Outbox, Resource, Stack};
use crate::order::SortedMap;
use crate::resources::compute::function::{DEFAULT_TIMEOUT, Function};
use crate::resources::networking::http_api_gateway::{
    Authorizer, HttpApiGateway, HttpMethod, PayloadFormat, Route, invoke_permission,
};
use crate::source::{Span, Spanned};
use crate::template::{self, Object, reference};

/// Requests to an HTTP API.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpApiEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the `http-api-gateway` resource.
    #[config(names = "http-api-gateway")]
    pub http_api_gateway_name: Spanned<String>,
    /// Method of the requests; `*` for every one.
    pub method: Spanned<HttpMethod>,
    /// Path of the requests, such as `/orders/{id}`; `{proxy+}` at the end matches whatever follows, `*` alone every request that no other route
    /// matches.
    pub path: Spanned<String>,
    /// Who may call the route; everybody when not given.
    pub authorizer: Option<Authorizer>,
    /// Form of the event that the function gets; that of the API when not given. All events of a function on one API have the same.
    pub payload_format: Option<Spanned<PayloadFormat>>,
}

impl HttpApiEvent {
    fn route(&self) -> Route<'_> {
        Route {
            gateway: &self.http_api_gateway_name,
            method: &self.method,
            path: &self.path,
            authorizer: self.authorizer.as_ref(),
            span: self.span,
        }
    }

    fn payload_format(&self, gateway: &Resource<HttpApiGateway>) -> PayloadFormat {
        let own = self.payload_format.as_ref().map(|f| f.value);
        own.or(gateway.props.payload_format).unwrap_or(PayloadFormat::V1)
    }

    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.route().check(linked, sink);
    }

    pub(super) fn link(&self, r: &Resource<Function>, stack: &Stack<'_>, out: &mut Outbox) {
        self.route().claim(&r.name, stack, out);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let function = cx.function;
        let Some(gateway) = cx.linked.get::<HttpApiGateway>(&self.http_api_gateway_name) else { return };
        let integration = function.id(gateway.name.flat(), "AWS::ApiGatewayV2::Integration");
        let properties = Object::new()
            .set("ApiId", reference(gateway.api_id()))
            .set("IntegrationType", "AWS_PROXY")
            .set("IntegrationUri", function.endpoint())
            .set("PayloadFormatVersion", self.payload_format(gateway))
            .set("TimeoutInMillis", timeout(function));
        let resource = template::Resource::new("AWS::ApiGatewayV2::Integration", properties);
        cx.fragment.add_shared(integration.clone(), self.span, resource);
        invoke_permission(function, gateway, self.span, cx.linked.stack, cx.fragment);
        self.route().add(&function.name, &integration, cx.linked, cx.fragment);
    }
}

/// How long API Gateway waits at most, in milliseconds: its limit of 30 seconds, less a second for itself.
const LONGEST_WAIT: u32 = 29_000;
/// How much longer than the function API Gateway waits, in milliseconds, so that the function's own timeout is the one that is seen.
const MARGIN: u32 = 500;

fn timeout(function: &Resource<Function>) -> u32 {
    match function.props.timeout.as_ref().map(|t| t.as_known()) {
        None => (DEFAULT_TIMEOUT * 1000 + MARGIN).min(LONGEST_WAIT),
        Some(Some(seconds)) => (seconds.saturating_mul(1000).saturating_add(MARGIN)).min(LONGEST_WAIT),
        Some(None) => LONGEST_WAIT,
    }
}

/// Reports events of one function on one API that want different forms: there is one integration for all of them.
pub fn check_payload_formats(r: &Resource<Function>, linked: &Linked<'_>, sink: &mut Sink) {
    let mut first = SortedMap::new();
    for event in r.props.events.iter().flatten() {
        let FunctionEvent::HttpApi(event) = event else { continue };
        let Some(gateway) = linked.get::<HttpApiGateway>(&event.http_api_gateway_name) else { continue };
        let format = event.payload_format(gateway);
        let (wanted, other, reported) = first.get_or_insert_with(gateway.name.dotted(), || (format, event, false));
        if format != *wanted && !*reported {
            *reported = true;
            let place = |e: &HttpApiEvent| e.payload_format.as_ref().map_or(e.span, |f| f.span);
            let message = format!(
                "events of `{}` on `{}` must have the same payloadFormat, but this one has {format} and another {wanted}",
                r.name, gateway.name
            );
            sink.push(
                Diagnostic::error(Code::CONFLICT, place(event), message)
                    .label(place(other), format!("{wanted} here"))
                    .hint(format!("set payloadFormat: '{wanted}' for all of them, or use two functions")),
            );
        }
    }
}
