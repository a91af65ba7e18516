//! The function URL: an HTTPS address without an API gateway.

use super::Function;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::model::{Fragment, Resource};
use crate::template::{self, Expr, Object};

/// An HTTPS address of the function's own.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FunctionUrl {
    /// Whether there is an address.
    pub enabled: bool,
    /// Which web pages may call the address.
    pub cors: Option<UrlCors>,
    /// Who may call the address.
    #[config(default = "NONE")]
    pub auth_mode: Option<AuthMode>,
    /// Whether the response is streamed instead of buffered.
    #[config(default = false)]
    pub response_stream_enabled: bool,
}

/// Who may call the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum AuthMode {
    /// Everybody.
    #[config(name = "NONE")]
    None,
    /// Callers that sign with AWS credentials and have the right to.
    #[config(name = "AWS_IAM")]
    AwsIam,
}

/// Which web pages may call the address.
#[derive(Clone, Debug, Decode, Describe)]
pub struct UrlCors {
    /// Whether cross-origin calls are answered.
    pub enabled: bool,
    /// Origins that may call.
    #[config(default = "*")]
    pub allowed_origins: Option<Vec<Val<String>>>,
    /// Request headers that may be sent.
    pub allowed_headers: Option<Vec<Val<String>>>,
    /// Methods that may be used; all when not given. `OPTIONS` is left out: Lambda answers such requests itself.
    pub allowed_methods: Option<Vec<Val<UrlMethod>>>,
    /// Whether cookies and credentials may be sent.
    pub allow_credentials: Option<Val<bool>>,
    /// Response headers that a page may read.
    pub exposed_response_headers: Option<Vec<Val<String>>>,
    /// How long a browser may keep the answer.
    #[config(range = 0..=86400, unit = "seconds")]
    pub max_age: Option<Val<u32>>,
}

/// A method that web pages may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum UrlMethod {
    /// Every method.
    #[config(name = "*")]
    All,
    /// DELETE.
    #[config(name = "DELETE")]
    Delete,
    /// GET.
    #[config(name = "GET")]
    Get,
    /// HEAD.
    #[config(name = "HEAD")]
    Head,
    /// OPTIONS, which Lambda answers itself.
    #[config(name = "OPTIONS")]
    Options,
    /// PATCH.
    #[config(name = "PATCH")]
    Patch,
    /// POST.
    #[config(name = "POST")]
    Post,
    /// PUT.
    #[config(name = "PUT")]
    Put,
}

/// Request headers that are allowed when the config names none.
pub const DEFAULT_CORS_HEADERS: [&str; 6] =
    ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"];

/// Adds the URL, and the permission for everybody when it has no authentication.
pub fn add(r: &Resource<Function>, fragment: &mut Fragment) {
    let url = r.props.url.as_ref().filter(|u| u.enabled);
    let auth = url.and_then(|u| u.auth_mode).unwrap_or(AuthMode::None);
    let stream = url.is_some_and(|u| u.response_stream_enabled);
    let cors = url.and_then(|u| u.cors.as_ref()).filter(|c| c.enabled);
    let properties = Object::new()
        .set("AuthType", auth.as_str())
        .opt("Cors", cors.map(cors_properties))
        .set("InvokeMode", if stream { "RESPONSE_STREAM" } else { "BUFFERED" })
        .set("TargetFunctionArn", r.endpoint());
    fragment.add(r.id("", "AWS::Lambda::Url"), r.span, template::Resource::new("AWS::Lambda::Url", properties));
    if auth == AuthMode::None {
        let properties = Object::new()
            .set("Action", "lambda:InvokeFunctionUrl")
            .set("FunctionName", r.endpoint())
            .set("FunctionUrlAuthType", "NONE")
            .set("Principal", "*");
        let permission = template::Resource::new("AWS::Lambda::Permission", properties);
        fragment.add(r.id("PublicUrl", "AWS::Lambda::Permission"), r.span, permission);
        // Since October 2025 a public URL needs the right to invoke the function too; the condition keeps it to calls through the URL.
        let properties = Object::new()
            .set("Action", "lambda:InvokeFunction")
            .set("FunctionName", r.endpoint())
            .set("InvokedViaFunctionUrl", true)
            .set("Principal", "*");
        let permission = template::Resource::new("AWS::Lambda::Permission", properties);
        fragment.add(r.id("PublicUrlInvoke", "AWS::Lambda::Permission"), r.span, permission);
    }
}

fn cors_properties(cors: &UrlCors) -> Object {
    let or = |own: &Option<Vec<Val<String>>>, default: &[&'static str]| match own {
        Some(list) => Expr::from(list.clone()),
        None => Expr::from(default.to_vec()),
    };
    let named = |m: &&Val<UrlMethod>| m.as_known() != Some(&UrlMethod::Options);
    let methods: Vec<Expr> = cors.allowed_methods.iter().flatten().filter(named).map(|m| m.clone().into()).collect();
    let methods = if methods.is_empty() { vec!["*".into()] } else { methods };
    Object::new()
        .opt("AllowCredentials", cors.allow_credentials.clone())
        .set("AllowHeaders", or(&cors.allowed_headers, &DEFAULT_CORS_HEADERS))
        .set("AllowMethods", methods)
        .set("AllowOrigins", or(&cors.allowed_origins, &["*"]))
        .opt("ExposeHeaders", cors.exposed_response_headers.clone())
        .opt("MaxAge", cors.max_age.clone())
}
