//! Who may call a route: users of a user pool, or whoever a function lets in.

use super::{HttpApiGateway, route::invoke_permission};
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{Fragment, Linked, Resource};
use crate::naming::pascal;
use crate::resources::compute::function::Function;
use crate::resources::security::user_auth_pool::UserAuthPool;
use crate::source::{Span, Spanned};
use crate::template::{self, Object, join, reference};

/// Who may call a route.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum Authorizer {
    /// Users of a user pool, by their token.
    #[config(name = "cognito")]
    Cognito(CognitoAuthorizer),
    /// Whoever a function lets in.
    #[config(name = "lambda")]
    Lambda(LambdaAuthorizer),
}

/// Users of a user pool, by their token.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CognitoAuthorizer {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the `user-auth-pool` resource.
    #[config(names = "user-auth-pool")]
    pub user_pool_name: Spanned<String>,
    /// Where the token stands in a request.
    #[config(default = "$request.header.Authorization")]
    pub identity_sources: Option<Vec<Spanned<String>>>,
}

/// Whoever a function lets in. The function gets the request in format 2.0.
#[derive(Clone, Debug, Decode, Describe)]
pub struct LambdaAuthorizer {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the `function` resource.
    #[config(names = "function")]
    pub function_name: Spanned<String>,
    /// Whether the function answers with an IAM policy instead of `isAuthorized: true` or `false`.
    #[config(default = false)]
    pub iam_response: bool,
    /// Parts of the request that must be there, such as `$request.header.Authorization`. Together they are the key of cached answers.
    pub identity_sources: Option<Vec<Spanned<String>>>,
    /// How long an answer is kept; 0 asks the function each time. Needs `identitySources`.
    #[config(range = 0..=3600, unit = "seconds", default = 0)]
    pub cache_result_seconds: Option<Spanned<u32>>,
}

/// Where tokens stand when the config does not say.
const TOKEN_HEADER: &str = "$request.header.Authorization";

impl Authorizer {
    /// Reports unknown user pools and functions, and an answer that is kept without a key.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        let sources = match self {
            Self::Cognito(a) => {
                linked.stack.require::<UserAuthPool>(&a.user_pool_name, "userPoolName", sink);
                &a.identity_sources
            }
            Self::Lambda(a) => {
                a.check(linked, sink);
                &a.identity_sources
            }
        };
        for source in sources.iter().flatten().filter(|s| !s.starts_with('$')) {
            let message = format!("identitySources has \"{}\", which is no part of a request", source.value);
            sink.push(Diagnostic::error(Code::BAD_VALUE, source.span, message).hint(format!(
                "write $request.header.{0} for a header, $request.querystring.{0} for a query parameter",
                source.value
            )));
        }
    }

    /// `AuthorizationType` of a route that it guards.
    pub fn kind_of_route(&self) -> &'static str {
        match self {
            Self::Cognito(_) => "JWT",
            Self::Lambda(_) => "CUSTOM",
        }
    }

    /// Adds the authorizer. `place` names owner and route; it is part of the authorizer's name.
    pub fn add(
        &self,
        id: &str,
        place: &str,
        gateway: &Resource<HttpApiGateway>,
        linked: &Linked<'_>,
        fragment: &mut Fragment,
    ) {
        let stack = &linked.stack.identity;
        let name = pascal(&format!("{}-{place}-{}-Authorizer", stack.stack_name, gateway.name.flat()));
        let properties = Object::new().set("ApiId", reference(gateway.api_id())).set("Name", name);
        let (span, properties) = match self {
            Self::Cognito(a) => {
                let issuer = format!("https://cognito-idp.{}.{}", stack.region, stack.url_suffix());
                let jwt = Object::new()
                    .set("Audience", vec![references::of(&a.user_pool_name, "clientId")])
                    .set("Issuer", join("/", vec![issuer.into(), references::of(&a.user_pool_name, "id")]));
                let sources = texts(a.identity_sources.as_ref()).unwrap_or_else(|| vec![TOKEN_HEADER.to_string()]);
                let properties =
                    properties.set("AuthorizerType", "JWT").set("IdentitySource", sources).set("JwtConfiguration", jwt);
                (a.span, properties)
            }
            Self::Lambda(a) => {
                let Some(function) = linked.get::<Function>(&a.function_name) else { return };
                invoke_permission(function, gateway, a.span, linked.stack, fragment);
                let start =
                    format!("arn:{}:apigateway:{}:lambda:path/2015-03-31/functions/", stack.partition(), stack.region);
                let uri = join("", vec![start.into(), function.endpoint(), "/invocations".into()]);
                let properties = properties
                    .set("AuthorizerPayloadFormatVersion", "2.0")
                    .set("AuthorizerResultTtlInSeconds", a.cache_result_seconds.as_ref().map_or(0, |s| s.value))
                    .set("AuthorizerType", "REQUEST")
                    .set("AuthorizerUri", uri)
                    .set("EnableSimpleResponses", !a.iam_response)
                    .set("IdentitySource", texts(a.identity_sources.as_ref()).unwrap_or_default());
                (a.span, properties)
            }
        };
        fragment.add(id, span, template::Resource::new("AWS::ApiGatewayV2::Authorizer", properties));
    }
}

fn texts(list: Option<&Vec<Spanned<String>>>) -> Option<Vec<String>> {
    list.map(|list| list.iter().map(|s| s.value.clone()).collect())
}

impl LambdaAuthorizer {
    fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        linked.stack.require::<Function>(&self.function_name, "functionName", sink);
        let Some(seconds) = self.cache_result_seconds.as_ref().filter(|s| s.value > 0) else { return };
        if self.identity_sources.as_ref().is_none_or(Vec::is_empty) {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    seconds.span,
                    "an answer can be kept only when identitySources say whom it is for",
                )
                .hint("add identitySources: ['$request.header.Authorization'], or remove cacheResultSeconds"),
            );
        }
    }
}
