//! What the tests share: a server with scripted answers, which remembers what it was asked, and moto.

use aws_credential_types::Credentials;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use stacktape_stack_lambda::aws::Aws;
use stacktape_stack_lambda::handle::handle;
use std::convert::Infallible;
use std::net::{TcpListener as Probe, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tokio::net::TcpListener;

/// A request that a scripted server got.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub body: String,
    pub content_type: Option<String>,
}

/// Status, headers and body of an answer.
pub type Answer = (u16, Vec<(&'static str, String)>, String);

/// Decides what to answer.
pub type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A server that answers as its script says.
pub struct Server {
    pub url: String,
    pub asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub async fn start(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(vec![]));
        let (seen, script): (_, Arc<Script>) = (asked.clone(), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, script) = (seen.clone(), script.clone());
                let service = hyper::service::service_fn(move |request| answer(request, seen.clone(), script.clone()));
                tokio::spawn(async move {
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { url, asked }
    }

    /// The bodies of the requests with this method, as JSON.
    pub fn bodies(&self, method: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|a| a.method == method).map(|a| serde_json::from_str(&a.body).unwrap()).collect()
    }

    /// The paths that were asked for.
    pub fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|a| format!("{} {}", a.method, a.path)).collect()
    }
}

async fn answer(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Script>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        body,
        content_type: parts.headers.get("content-type").map(|value| value.to_str().unwrap().to_owned()),
    };
    seen.lock().unwrap().push(asked.clone());
    let (status, headers, text) = script(&asked);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::from(text)).unwrap())
}

/// An event of CloudFormation's for a custom resource with one property beside the token.
pub fn event(kind: &str, key: &str, request: &Value, response_url: &str) -> Value {
    let mut event = json!({
        "RequestType": kind,
        "ResponseURL": response_url,
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Thing",
        "ResourceType": "AWS::CloudFormation::CustomResource",
        "ResourceProperties": { "ServiceToken": "arn", key: request },
    });
    if kind != "Create" {
        event["PhysicalResourceId"] = "as-before".into();
    }
    event
}

/// A moto server on a free port; it ends with the test.
pub struct Moto {
    server: Child,
    pub url: String,
}

impl Moto {
    /// `None`, with the reason printed, only where moto is not installed.
    pub fn start() -> Option<Self> {
        let probe = Command::new("moto_server").arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !probe.is_ok_and(|status| status.success()) {
            println!("skipped: moto is not installed (pip install 'moto[server]')");
            return None;
        }
        let port = Probe::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("moto_server")
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            // Lambda's functions are not run, so no Docker is needed, and no role has to exist.
            .env("MOTO_LAMBDA_SIMULATE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "moto does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        Some(Self { server, url: format!("http://127.0.0.1:{port}") })
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A stack in eu-west-1, with moto for AWS.
pub struct Stack {
    pub aws: Aws,
    cloudformation: Server,
    _moto: Moto,
}

impl Stack {
    pub async fn new() -> Option<Self> {
        let moto = Moto::start()?;
        let credentials = Credentials::from_keys("key", "secret", None);
        let aws = Aws::new("eu-west-1".into(), credentials, Some(moto.url.clone())).unwrap();
        let cloudformation = Server::start(|_| (200, vec![], String::new())).await;
        Some(Self { aws, cloudformation, _moto: moto })
    }

    /// Lets CloudFormation ask for something, and gives the answer.
    pub async fn ask(&self, kind: &str, key: &str, request: &Value) -> Value {
        self.tell(event(kind, key, request, &self.address())).await
    }

    /// The same for a stack of this id.
    pub async fn ask_about(&self, stack_id: &str, kind: &str, key: &str, request: &Value) -> Value {
        let mut event = event(kind, key, request, &self.address());
        event["StackId"] = stack_id.into();
        self.tell(event).await
    }

    fn address(&self) -> String {
        format!("{}/answer", self.cloudformation.url)
    }

    async fn tell(&self, event: Value) -> Value {
        handle(&self.aws, event, SystemTime::now() + Duration::from_secs(120)).await;
        self.cloudformation.bodies("PUT").pop().unwrap()
    }

    pub async fn succeeds(&self, kind: &str, key: &str, request: &Value) -> Value {
        let answer = self.ask(kind, key, request).await;
        assert_eq!(answer["Status"], "SUCCESS", "{answer}");
        answer["Data"].clone()
    }
}
