//! Signed requests to AWS. The few calls that the handlers make would need four SDK crates, which make the function five times as large.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// A connection to AWS with credentials.
pub struct Aws {
    /// The stack's region.
    pub region: String,
    credentials: Credentials,
    /// Replaces the addresses of all services, as in the AWS SDKs.
    endpoint: Option<String>,
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// A request to a service.
pub struct Request<'a> {
    /// Name of the service in addresses and signatures.
    pub service: &'static str,
    /// Region.
    pub region: &'a str,
    /// `GET`, `POST` …
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Whether it must not be made again once the service may have acted on it.
    pub once: bool,
}

impl<'a> Request<'a> {
    /// A request without a body.
    pub fn new(service: &'static str, region: &'a str, method: &'static str, path: String) -> Self {
        Self { service, region, method, path, headers: vec![], body: vec![], once: false }
    }
}

/// What a service answered.
#[derive(Debug)]
pub struct Reply {
    headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Reply {
    /// A header, when it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why a call failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsError {
    /// HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The service's code, such as `ResourceConflictException`.
    pub code: String,
    /// The service's words.
    pub message: String,
}

impl AwsError {
    /// As a reason for people.
    pub fn while_doing(&self, what: &str) -> String {
        match self.code.as_str() {
            "" => format!("{what} failed: {}", self.message),
            code => format!("{what} failed: {code}: {}", self.message),
        }
    }

    fn unanswered(error: impl std::fmt::Display) -> Self {
        Self { message: format!("no answer from AWS ({error})"), ..Self::default() }
    }

    fn is_refusal(&self) -> bool {
        self.status == 403 || self.code.starts_with("AccessDenied")
    }

    /// Whether the service has certainly done nothing, and may do it when it is asked again.
    fn is_busy(&self) -> bool {
        self.status == 429 || self.code.contains("Throttl") || self.code == "TooManyRequestsException"
    }

    fn is_accident(&self) -> bool {
        self.status == 0 || self.status >= 500
    }
}

/// Attempts at a call that meets accidents or a busy service.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(400);
/// How long a call may take before it counts as an accident; one that must not be made again is waited for.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long rights that were given just now may not be known everywhere.
const RIGHTS_PATIENCE: Duration = Duration::from_secs(45);
const RIGHTS_PAUSE: Duration = Duration::from_secs(3);
/// Long waits for a script must not look like a dead connection to what lies between.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

impl Aws {
    /// With what Lambda puts into the environment.
    ///
    /// # Errors
    /// When something is missing there.
    pub fn from_env() -> Result<Self, String> {
        let var = |name: &str| std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"));
        let token = std::env::var("AWS_SESSION_TOKEN").ok();
        let credentials =
            Credentials::new(var("AWS_ACCESS_KEY_ID")?, var("AWS_SECRET_ACCESS_KEY")?, token, None, "environment");
        Self::new(var("AWS_REGION")?, credentials, std::env::var("AWS_ENDPOINT_URL").ok())
    }

    /// With everything given.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(region: String, credentials: Credentials, endpoint: Option<String>) -> Result<Self, String> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_connect_timeout(Some(Duration::from_secs(10)));
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| format!("TLS cannot be set up: {error}"))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self { region, credentials, endpoint, http: Client::builder(TokioExecutor::new()).build(https) })
    }

    /// Makes a request, again when that may help.
    ///
    /// # Errors
    /// When the service answers with an error, or not at all.
    pub async fn send(&self, request: &Request<'_>) -> Result<Reply, AwsError> {
        let (mut attempts, mut pause, mut refused_for) = (1, FIRST_PAUSE, Duration::ZERO);
        loop {
            let reply = match request.once {
                true => self.send_once(request).await,
                false => tokio::time::timeout(PATIENCE, self.send_once(request))
                    .await
                    .unwrap_or_else(|_| Err(AwsError::unanswered("it took too long"))),
            };
            let error = match reply {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            if error.is_refusal() && refused_for < RIGHTS_PATIENCE {
                tokio::time::sleep(RIGHTS_PAUSE).await;
                refused_for += RIGHTS_PAUSE;
            } else if attempts < ATTEMPTS && (error.is_busy() || (!request.once && error.is_accident())) {
                tokio::time::sleep(pause).await;
                attempts += 1;
                pause *= 2;
            } else {
                return Err(error);
            }
        }
    }

    /// A call of a service that speaks JSON with a target header.
    ///
    /// # Errors
    /// As [`Aws::send`].
    pub async fn json(
        &self,
        service: &'static str,
        region: &str,
        target: &str,
        body: &Value,
    ) -> Result<Value, AwsError> {
        let headers = vec![("content-type", "application/x-amz-json-1.1".into()), ("x-amz-target", target.to_owned())];
        let body = body.to_string().into_bytes();
        let reply = self.send(&Request { headers, body, ..Request::new(service, region, "POST", "/".into()) }).await?;
        Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
    }

    /// A call of a service that speaks the Query protocol; the answer is XML.
    ///
    /// # Errors
    /// As [`Aws::send`].
    pub async fn query(
        &self,
        service: &'static str,
        region: &str,
        fields: &[(&str, &str)],
    ) -> Result<String, AwsError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
        let headers = vec![("content-type", "application/x-www-form-urlencoded".into())];
        let reply = self.send(&Request { headers, body, ..Request::new(service, region, "POST", "/".into()) }).await?;
        Ok(String::from_utf8_lossy(&reply.body).into_owned())
    }

    /// Puts text to a signed address.
    ///
    /// # Errors
    /// When it is not taken.
    pub async fn put(&self, url: &str, text: String) -> Result<(), String> {
        // The address is signed for an empty content type.
        let request = hyper::Request::put(url).header("content-type", "").body(Full::from(text));
        let request = request.map_err(|error| format!("the address is not one ({error})"))?;
        let reply = self.http.request(request).await.map_err(|error| error.to_string())?;
        if reply.status().is_success() { Ok(()) } else { Err(format!("it answered {}", reply.status())) }
    }

    async fn send_once(&self, request: &Request<'_>) -> Result<Reply, AwsError> {
        let signed = self.sign(request).map_err(|error| AwsError { message: error, ..AwsError::default() })?;
        let reply = self.http.request(signed).await.map_err(AwsError::unanswered)?;
        let (parts, body) = reply.into_parts();
        let body = body.collect().await.map_err(AwsError::unanswered)?.to_bytes();
        if parts.status.is_success() {
            return Ok(Reply { headers: parts.headers, body });
        }
        Err(error(parts.status, &parts.headers, &body))
    }

    fn sign(&self, request: &Request<'_>) -> Result<hyper::Request<Full<Bytes>>, String> {
        let url = format!("{}{}", self.address(request.service, request.region), request.path);
        let mut http = hyper::Request::builder().method(request.method).uri(&url);
        for (name, value) in &request.headers {
            http = http.header(*name, value);
        }
        let mut http =
            http.body(Full::from(request.body.clone())).map_err(|error| format!("{url} is no address ({error})"))?;

        let mut settings = SigningSettings::default();
        if request.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let unsigned = |error: &dyn std::fmt::Display| format!("the request cannot be signed: {error}");
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(request.region)
            .name(request.service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .map_err(|error| unsigned(&error))?
            .into();
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(&request.body);
        let signable = SignableRequest::new(request.method, &url, headers, body).map_err(|error| unsigned(&error))?;
        let (instructions, _) = sign(signable, &parameters).map_err(|error| unsigned(&error))?.into_parts();
        instructions.apply_to_request_http1x(&mut http);
        Ok(http)
    }

    fn address(&self, service: &str, region: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None if region.starts_with("cn-") => format!("https://{service}.{region}.amazonaws.com.cn"),
            None => format!("https://{service}.{region}.amazonaws.com"),
        }
    }
}

/// The error in an answer: JSON services name the code in a header or in `__type`, the others in XML.
fn error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> AwsError {
    let text = String::from_utf8_lossy(body);
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    let field = |names: [&str; 2]| names.iter().find_map(|name| json.get(name)?.as_str().map(str::to_owned));
    let mark =
        |name: &str| crate::script::between(&text, &format!("<{name}>"), &format!("</{name}>")).map(str::to_owned);
    let header = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let code = header.or_else(|| field(["__type", "code"])).or_else(|| mark("Code")).unwrap_or_default();
    // `com.amazonaws…#Code:http://…`
    let code = code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
    let message = field(["message", "Message"]).or_else(|| mark("Message"));
    let message =
        message.unwrap_or_else(|| format!("AWS answered {status}: {}", text.chars().take(300).collect::<String>()));
    AwsError { status: status.as_u16(), code, message }
}

/// Base64 as Lambda wants archives.
pub fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
