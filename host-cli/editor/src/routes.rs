//! What the server answers: the files of the page to anybody on this machine, the project only to who has the token.

use crate::{SaveError, Shared, page};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Largest body, bytes: more than any config that compiles.
const MAX_BODY: usize = 16 << 20;
/// What the page may load and call: this server only. It repeats the policy in the page, and adds what only a header can say.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; \
                      img-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A refusal: status and a message for people.
type Refusal = (StatusCode, String);

pub(crate) async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let made = match check_host(shared, request.headers()) {
        Err(refusal) => Err(refusal),
        Ok(()) => match request.uri().path().strip_prefix("/api/").map(str::to_owned) {
            Some(path) => api(shared, &path, request).await.map(|value| json_answer(StatusCode::OK, &value)),
            None => Ok(page_answer(request.method(), request.uri().path())),
        },
    };
    let mut response = made.unwrap_or_else(|(status, message)| json_answer(status, &json!({ "message": message })));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The name under which the browser reached this server. A page elsewhere whose name was made to resolve to 127.0.0.1 has another one.
fn check_host(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = text(headers.get(HOST));
    let port = shared.address.port();
    if host == format!("127.0.0.1:{port}") || host == format!("localhost:{port}") {
        return Ok(());
    }
    Err((StatusCode::MISDIRECTED_REQUEST, "this server answers on 127.0.0.1 only".into()))
}

fn page_answer(method: &Method, path: &str) -> Response<Full<Bytes>> {
    if *method != Method::GET {
        return json_answer(StatusCode::METHOD_NOT_ALLOWED, &json!({ "message": "the page is read with GET" }));
    }
    let Some(file) = page::file(path) else {
        return json_answer(StatusCode::NOT_FOUND, &json!({ "message": "there is no such file" }));
    };
    let cache = if file.immutable { "private, max-age=31536000, immutable" } else { "no-store" };
    let mut response = Response::new(Full::new(Bytes::from_static(file.content)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

async fn api(shared: &Shared, path: &str, request: Request<Incoming>) -> Result<Value, Refusal> {
    check_caller(shared, request.headers())?;
    match (request.method().clone(), path) {
        (Method::GET, "project") => project(shared),
        (Method::PUT, "config") => save(shared, &body(request).await?),
        (Method::POST, "sources") => {
            let Text { text, .. } = body(request).await?;
            Ok(json!({ "files": shared.workspace.sources(&text) }))
        }
        _ => Err((StatusCode::NOT_FOUND, "there is no such call".into())),
    }
}

fn check_caller(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let own = [format!("http://{}", shared.address), format!("http://localhost:{}", shared.address.port())];
    let foreign_origin = headers.get(ORIGIN).is_some_and(|origin| !own.contains(&text(Some(origin))));
    let foreign_site = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    if foreign_origin || foreign_site {
        return Err((StatusCode::FORBIDDEN, "only this server's own page may call it".into()));
    }
    if !same(text(headers.get("x-stacktape-token")).as_bytes(), shared.token.as_bytes()) {
        let message =
            "this page has no right to the project any more: open the address that `stacktape editor` printed";
        return Err((StatusCode::UNAUTHORIZED, message.into()));
    }
    Ok(())
}

/// Compares in the same time wherever the difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

fn project(shared: &Shared) -> Result<Value, Refusal> {
    let config = &shared.config;
    let (text, version) = config
        .read()
        .map_err(|e| (StatusCode::INTERNAL_SERVER_ERROR, format!("{} cannot be read: {e}", config.name)))?;
    let mut files: BTreeMap<String, String> = shared.workspace.sources(&text);
    files.insert(config.name.clone(), text);
    let mut answer =
        json!({ "config": config.name, "files": files, "version": version, "target": shared.workspace.target() });
    if let Some(facts) = shared.workspace.facts() {
        answer["facts"] = facts;
    }
    Ok(answer)
}

/// A text from the page; with the version that it is to replace.
#[derive(Deserialize)]
struct Text {
    text: String,
    #[serde(default)]
    version: Option<String>,
}

fn save(shared: &Shared, Text { text, version }: &Text) -> Result<Value, Refusal> {
    let name = &shared.config.name;
    match shared.config.save(text, version.as_deref()) {
        Ok(version) => Ok(json!({ "version": version })),
        Err(SaveError::Changed) => {
            Err((StatusCode::CONFLICT, format!("{name} was changed on disk since it was opened: it was not saved")))
        }
        Err(SaveError::Io(e)) => {
            Err((StatusCode::INTERNAL_SERVER_ERROR, format!("{name} cannot be written: {e}; it is as before")))
        }
    }
}

async fn body(request: Request<Incoming>) -> Result<Text, Refusal> {
    let bad = |what: String| (StatusCode::BAD_REQUEST, what);
    let bytes = Limited::new(request.into_body(), MAX_BODY).collect().await.map_err(|e| bad(e.to_string()))?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|e| bad(format!("the request cannot be read: {e}")))
}

fn json_answer(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(value: Option<&HeaderValue>) -> String {
    value.and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}
