//! The HTTP side: accepts connections on loopback, finds out which AWS service a request means, and passes it on.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::service::S3Service;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api::{self, Background};
use crate::chunked::Unchunked;
use crate::cloudfront;
use crate::control::{self, FaultKind, take_fault};
use crate::engine::machine::tick;
use crate::protocol::{self, ApiError, Xml};
use crate::store::World;

/// Bytes of a form request: a template of one megabyte, percent-encoded, and some more.
const MAX_FORM: usize = 8 * 1024 * 1024;
const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What all connections share.
pub(crate) struct Server {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) storage: S3Service,
    pub(crate) step_delay: Duration,
    /// Stacks whose operation someone is driving.
    driven: Mutex<HashSet<String>>,
    /// Connections and operations under way.
    pub(crate) tasks: Mutex<JoinSet<()>>,
}

impl Server {
    pub(crate) fn new(world: Arc<Mutex<World>>, storage: S3Service, step_delay: Duration) -> Self {
        Self { world, storage, step_delay, driven: Mutex::default(), tasks: Mutex::default() }
    }

    /// Goes on with what was under way when the state was last written.
    pub(crate) fn resume(self: &Arc<Self>) {
        let mut waiting = Vec::new();
        for stack in lock(&self.world).stacks.values() {
            if stack.operation.is_some() {
                waiting.push(Background::Operation { stack: stack.id.clone() });
            }
            let change_sets = stack.change_sets.iter();
            waiting.extend(
                change_sets.map(|set| Background::ChangeSet { stack: stack.id.clone(), change_set: set.id.clone() }),
            );
        }
        self.start(waiting);
    }

    /// Accepts connections until the task is aborted.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file handles, most likely: others close soon.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let server = Arc::clone(&self);
            let connection = async move {
                let service = hyper::service::service_fn(move |request| {
                    let server = Arc::clone(&server);
                    async move { Ok::<_, Infallible>(server.answer(request).await) }
                });
                // A client that goes away in the middle is its own affair.
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            };
            self.spawn(connection);
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    fn start(self: &Arc<Self>, work: Vec<Background>) {
        for item in work {
            let server = Arc::clone(self);
            match item {
                Background::Operation { stack } => {
                    if lock(&self.driven).insert(stack.clone()) {
                        self.spawn(async move { server.drive(stack).await });
                    }
                }
                Background::ChangeSet { stack, change_set } => self.spawn(async move {
                    loop {
                        tokio::time::sleep(server.step_delay).await;
                        if !api::advance_change_set(&mut lock(&server.world), &stack, &change_set) {
                            break;
                        }
                    }
                }),
            }
        }
    }

    /// Ticks a stack's operation to its end.
    async fn drive(&self, stack: String) {
        loop {
            tokio::time::sleep(self.step_delay).await;
            let mut world = lock(&self.world);
            match &mut world.steps_left {
                Some(0) => continue,
                Some(left) => *left -= 1,
                None => {}
            }
            if !tick(&mut world, &stack) {
                // Under the world's lock, so that an operation that begins now finds nobody driving.
                lock(&self.driven).remove(&stack);
                return;
            }
        }
    }

    async fn answer(self: &Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        if path.starts_with("/_simulator/") {
            let method = request.method().to_string();
            return match read(request).await {
                Ok(body) => {
                    let (status, text) = control::answer(&self.world, &method, &path, &body);
                    respond(status, "application/json", text)
                }
                Err(error) => respond(413, "application/json", json!({ "message": error }).to_string()),
            };
        }
        let service = scope(request.headers(), request.uri());
        let header = |name: HeaderName| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let form = header(CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
        if form && request.method() == Method::POST {
            return match read(request).await {
                Ok(body) => self.query(service.as_deref(), &protocol::Request::parse(&body)),
                Err(error) => {
                    respond(413, "text/xml", ApiError::new("RequestEntityTooLarge", error).to_xml(api::NAMESPACE))
                }
            };
        }
        match service.as_deref() {
            Some("cloudfront") => {
                let method = request.method().to_string();
                match read(request).await {
                    Ok(body) => {
                        let (status, text) = cloudfront::answer(&mut lock(&self.world), &method, &path, &body);
                        respond(status, "text/xml", text)
                    }
                    Err(error) => {
                        respond(413, "text/xml", ApiError::new("RequestEntityTooLarge", error).to_xml(api::NAMESPACE))
                    }
                }
            }
            None | Some("s3") if !request.headers().contains_key("x-amz-target") => self.storage(request).await,
            service => {
                let target = header(HeaderName::from_static("x-amz-target"));
                let action = match target.rsplit('.').next().filter(|action| !action.is_empty()) {
                    Some(action) => action.to_owned(),
                    None => format!("{} {path}", request.method()),
                };
                let message = format!("The simulator does not serve {}:{action}", service.unwrap_or("this service"));
                let mut response = respond(
                    400,
                    "application/x-amz-json-1.1",
                    json!({ "__type": "UnknownOperationException", "message": message }).to_string(),
                );
                response
                    .headers_mut()
                    .insert("x-amzn-errortype", HeaderValue::from_static("UnknownOperationException"));
                response
            }
        }
    }

    /// The services that speak the Query protocol.
    fn query(self: &Arc<Self>, service: Option<&str>, request: &protocol::Request) -> Response<Body> {
        let action = request.get("Action").unwrap_or_default();
        let service = match (service, request.get("Version")) {
            (_, Some("2010-05-15")) => "cloudformation",
            (_, Some("2011-06-15")) => "sts",
            (service, _) => service.unwrap_or("this service"),
        };
        let namespace = if service == "sts" { STS_NAMESPACE } else { api::NAMESPACE };
        let mut world = lock(&self.world);
        let fault = take_fault(&mut world.faults, service, action).map(|kind| match kind {
            FaultKind::Throttle => ApiError::new("Throttling", "Rate exceeded"),
            FaultKind::Expire => {
                let message = "The security token included in the request is expired";
                ApiError { code: "ExpiredToken".into(), message: message.into(), status: 403 }
            }
        });
        let (outcome, background) = match (fault, service) {
            (Some(error), _) => (Err(error), Vec::new()),
            (None, "cloudformation") => api::answer(&mut world, request),
            (None, "sts") if action == "GetCallerIdentity" => (Ok(identity(&world)), Vec::new()),
            (None, "sts") if action == "AssumeRole" => (Ok(role(request.get("RoleArn"))), Vec::new()),
            (None, service) => {
                let message = format!("The simulator does not serve {service}:{action}");
                (Err(ApiError::new("InvalidAction", message)), Vec::new())
            }
        };
        // Still under the lock: an operation that ends at this moment must not take the driver of the next one for its own.
        self.start(background);
        match outcome {
            Ok(text) => respond(200, "text/xml", text),
            Err(error) => respond(error.status, "text/xml", error.to_xml(namespace)),
        }
    }

    /// Passes a request on to the object storage, without the signature, which nobody can check: any credentials will do.
    async fn storage(&self, request: Request<Incoming>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        parts.uri = plain_uri(&parts.uri, parts.headers.get(HOST));
        let headers = &mut parts.headers;
        headers.remove(AUTHORIZATION);
        let content = headers.remove("x-amz-content-sha256");
        let chunked =
            content.as_ref().and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("STREAMING-"));
        let length =
            headers.remove("x-amz-decoded-content-length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let body = match length {
            Some(length) if chunked => {
                headers.insert(CONTENT_LENGTH, length.into());
                headers.remove("x-amz-trailer");
                strip_encoding(headers);
                Body::http_body_unsync(Unchunked::new(body, length))
            }
            _ => Body::from(body),
        };
        match self.storage.call(Request::from_parts(parts, body)).await {
            Ok(response) => response,
            Err(error) => respond(500, "text/plain", format!("{error:?}")),
        }
    }
}

/// `aws-chunked` is a matter of the transport; other encodings belong to the object.
fn strip_encoding(headers: &mut HeaderMap) {
    let Some(value) = headers.remove(CONTENT_ENCODING) else { return };
    let kept: Vec<&str> = value
        .to_str()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|part| *part != "aws-chunked" && !part.is_empty())
        .collect();
    if let (false, Ok(value)) = (kept.is_empty(), HeaderValue::from_str(&kept.join(", "))) {
        headers.insert(CONTENT_ENCODING, value);
    }
}

/// The URI in path style and without the parameters of a presigned request.
fn plain_uri(uri: &Uri, host: Option<&HeaderValue>) -> Uri {
    let host = host.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bucket = host.split(':').next().and_then(|name| name.strip_suffix(".localhost"));
    let all = || uri.query().unwrap_or_default().split('&').filter(|part| !part.is_empty());
    let old_style = all().any(|part| part.starts_with("AWSAccessKeyId="));
    let signature = |part: &str| match part.split('=').next().unwrap_or_default() {
        "AWSAccessKeyId" | "Signature" | "Expires" => old_style,
        name => name.starts_with("X-Amz-"),
    };
    let query: Vec<&str> = all().filter(|part| !signature(part)).collect();
    let mut text = bucket.map(|bucket| format!("/{bucket}")).unwrap_or_default() + uri.path();
    if !query.is_empty() {
        text.extend(["?", &query.join("&")]);
    }
    text.parse().unwrap_or_else(|_| uri.clone())
}

/// The service in the credential scope of the signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once("Credential="));
    let text = match header {
        Some((_, rest)) => rest.split(',').next().unwrap_or_default().to_owned(),
        None => {
            let (_, value) =
                form_urlencoded::parse(uri.query()?.as_bytes()).find(|(name, _)| name == "X-Amz-Credential")?;
            value.into_owned()
        }
    };
    // Counted from the end: an access key may hold slashes.
    text.rsplit('/').nth(1).map(str::to_owned)
}

fn identity(world: &World) -> String {
    let mut xml = Xml::new();
    xml.open_with("GetCallerIdentityResponse", STS_NAMESPACE);
    xml.open("GetCallerIdentityResult");
    xml.text("Arn", &format!("arn:aws:iam::{}:user/simulator", world.account));
    xml.text("UserId", "AIDASIMULATOR00000000");
    xml.text("Account", &world.account);
    xml.close();
    xml.open("ResponseMetadata");
    xml.text("RequestId", &crate::model::uuid());
    xml.finish()
}

/// Keys that say whose they are. Nobody checks them, as nobody checks any others here.
fn role(arn: Option<&str>) -> String {
    let arn = arn.unwrap_or_default();
    let mut xml = Xml::new();
    xml.open_with("AssumeRoleResponse", STS_NAMESPACE);
    xml.open("AssumeRoleResult");
    xml.open("Credentials");
    xml.text("AccessKeyId", "ASIASIMULATOR0000000");
    xml.text("SecretAccessKey", "simulator");
    xml.text("SessionToken", arn);
    xml.text("Expiration", "2099-01-01T00:00:00Z");
    xml.close();
    xml.open("AssumedRoleUser");
    xml.text("AssumedRoleId", "AROASIMULATOR00000000:script");
    xml.text("Arn", arn);
    xml.close();
    xml.close();
    xml.open("ResponseMetadata");
    xml.text("RequestId", &crate::model::uuid());
    xml.finish()
}

async fn read(request: Request<Incoming>) -> Result<Vec<u8>, String> {
    let body = Limited::new(request.into_body(), MAX_FORM).collect().await;
    body.map(|body| body.to_bytes().to_vec()).map_err(|error| format!("The request cannot be read: {error}"))
}

fn respond(status: u16, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A poisoned lock means that a request panicked; the data is whole between two ticks, so the others go on.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
