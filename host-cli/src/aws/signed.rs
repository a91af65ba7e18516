//! Requests to services whose SDK crates are too large for the one or two calls that a deploy makes: checking `aws-sdk-cloudfront` takes more than two
//! minutes of processor time for one call, `aws-sdk-ec2` several times that. The SDK's own runtime carries them out (HTTP client, retries, timeouts,
//! credentials, Signature Version 4); only the texts that go out and come back are made and read here.

use super::error::AwsError;
use aws_config::SdkConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthSchemeOptionResolverParams, SharedAuthScheme};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use aws_types::service_config::ServiceConfigKey;
use std::time::Duration;

/// For how long an answer may keep us waiting.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// A service and where it answers.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Name in `AWS_ENDPOINT_URL_{ID}` and in profiles.
    pub id: &'static str,
    /// Name in signatures.
    pub signing_name: &'static str,
}

/// One request: a POST.
#[derive(Clone, Debug)]
pub struct Call {
    /// Path, with the leading slash.
    pub path: String,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Body.
    pub body: String,
}

/// A client of one service.
pub struct Signed(Operation<Call, String, ErrorMetadata>);

impl Signed {
    /// A client that signs for `region`. `url` is where AWS serves it; `AWS_ENDPOINT_URL` and its variants win over that, and `endpoint` over all.
    pub fn new(config: &SdkConfig, service: Service, region: &str, url: &str, endpoint: Option<&str>) -> Self {
        let configured = || {
            let key =
                ServiceConfigKey::builder().service_id(service.id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
            let own = config.service_config().zip(key.build().ok()).and_then(|(c, key)| c.load_config(key));
            own.or_else(|| config.endpoint_url().map(str::to_owned))
        };
        let url = endpoint.map(str::to_owned).or_else(configured).unwrap_or_else(|| url.to_owned());
        let mut operation = Operation::builder()
            .service_name(service.id)
            .operation_name(service.id)
            .endpoint_url(&url)
            .standard_retry(&config.retry_config().cloned().unwrap_or_else(RetryConfig::standard))
            .timeout_config(super::timeouts().read_timeout(LONGEST_SILENCE).build())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .with_connection_poisoning()
            .runtime_plugin(signature(config, service, region));
        if let Some(client) = config.http_client() {
            operation = operation.http_client(client);
        }
        if let Some(sleep) = config.sleep_impl() {
            operation = operation.sleep_impl(sleep);
        }
        if let Some(time) = config.time_source() {
            operation = operation.time_source(time);
        }
        Self(operation.serializer(request).deserializer(answer).build())
    }

    /// Sends a request and gives the body of the answer; `name` stands in messages, such as `EC2 DescribeVpcs`.
    pub async fn send(&self, name: &'static str, call: Call) -> Result<String, AwsError> {
        self.0.invoke(call).await.map_err(|e| AwsError::of(name, e))
    }
}

/// What signs: Signature Version 4 with the credentials of the standard chain.
fn signature(config: &SdkConfig, service: Service, region: &str) -> StaticRuntimePlugin {
    let mut layer = Layer::new("signature");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigningName::from_static(service.signing_name));
    layer.store_put(SigningRegion::from(Region::new(region.to_owned())));
    layer.store_put(SigV4OperationSigningConfig {
        signing_options: SigningOptions::default(),
        ..SigV4OperationSigningConfig::default()
    });
    let mut components = RuntimeComponentsBuilder::new("signature");
    components.set_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])));
    components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    match config.identity_cache() {
        Some(cache) => components.set_identity_cache(Some(cache)),
        None => components.set_identity_cache(Some(IdentityCache::lazy().build())),
    };
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, credentials);
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

fn request(call: Call) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(call.body));
    request.set_method("POST")?;
    request.set_uri(call.path)?;
    request.headers_mut().insert("content-type", call.content_type);
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<String, OrchestratorError<ErrorMetadata>> {
    let bytes = response.body().bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    if response.status().is_success() {
        return Ok(text.into_owned());
    }
    Err(OrchestratorError::operation(refusal(&text)))
}

/// `Code` and `Message` of an error answer; EC2 and the REST services differ in what is around them.
fn refusal(xml: &str) -> ErrorMetadata {
    let mut error = ErrorMetadata::builder();
    if let Ok(document) = roxmltree::Document::parse(xml) {
        let text = |name: &str| {
            let found = document.descendants().find(|n| n.has_tag_name(name) || n.tag_name().name() == name);
            found.and_then(|n| n.text()).map(str::to_owned)
        };
        if let Some(code) = text("Code") {
            error = error.code(code);
        }
        if let Some(message) = text("Message") {
            error = error.message(message);
        }
    }
    error.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_both_shapes_are_read() {
        let ec2 = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>InvalidVpcID.NotFound</Code>\
                   <Message>no vpc</Message></Error></Errors><RequestID>1</RequestID></Response>";
        let rest = "<ErrorResponse xmlns=\"http://x/\"><Error><Type>Sender</Type><Code>NoSuchDistribution</Code>\
                    <Message>gone</Message></Error></ErrorResponse>";
        for (xml, code, message) in [(ec2, "InvalidVpcID.NotFound", "no vpc"), (rest, "NoSuchDistribution", "gone")] {
            let error = refusal(xml);
            assert_eq!((error.code(), error.message()), (Some(code), Some(message)));
        }
        assert_eq!(refusal("<html>").code(), None, "a proxy's page");
    }
}
