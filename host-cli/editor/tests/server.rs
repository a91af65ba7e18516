//! The server as a client sees it: who gets in, what is refused, what is written.

use serde_json::{Value, json};
use stacktape_editor::{ConfigFile, Editor, Target, Workspace};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

struct Fake;

impl Workspace for Fake {
    fn target(&self) -> Target {
        Target { project_name: "shop".into(), stage: "dev".into(), region: "eu-west-1".into() }
    }

    fn facts(&self) -> Option<Value> {
        Some(json!({ "accountId": "123456789012" }))
    }

    fn sources(&self, text: &str) -> BTreeMap<String, String> {
        if text.contains("$File") { [("a.json".to_owned(), "{}".to_owned())].into() } else { BTreeMap::new() }
    }
}

struct Running {
    host: String,
    folder: tempfile::TempDir,
}

const TOKEN: &str = "0123456789abcdef";

/// A server that lives as long as the test's runtime.
async fn start() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stacktape.yml");
    std::fs::write(&path, "resources: {}\n").unwrap();
    let config = ConfigFile { path, name: "stacktape.yml".into() };
    let editor = Editor::bind(0, TOKEN.into(), config, Fake).await.unwrap();
    let url = editor.url();
    let host = url.strip_prefix("http://").and_then(|u| u.split_once('/')).unwrap().0.to_owned();
    assert_eq!(url, format!("http://{host}/?token={TOKEN}"));
    assert!(host.starts_with("127.0.0.1:"));
    tokio::spawn(editor.serve());
    Running { host, folder }
}

impl Running {
    /// Status and body of a request; headers as `name: value`.
    async fn request(&self, line: &str, headers: &[&str], body: &str) -> (u16, String) {
        let host = self.host.clone();
        let own = format!("host: {host}");
        let given = headers.iter().any(|h| h.starts_with("host:"));
        let mut head: Vec<&str> = headers.to_vec();
        if !given {
            head.push(&own);
        }
        let text = format!(
            "{line} HTTP/1.1\r\n{}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            head.join("\r\n"),
            body.len()
        );
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(&host).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
            let mut answer = vec![];
            stream.read_to_end(&mut answer).unwrap();
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.to_lowercase().contains("frame-ancestors 'none'"));
            (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
        })
        .await
        .unwrap()
    }

    fn on_disk(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stacktape.yml")).unwrap()
    }
}

const GOOD: &str = "x-stacktape-token: 0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn the_project_is_for_who_has_the_token() {
    let server = start().await;
    let get = "GET /api/project";
    assert_eq!(server.request(get, &[], "").await.0, 401);
    assert_eq!(server.request(get, &["x-stacktape-token: 0123456789abcdeF"], "").await.0, 401);
    assert_eq!(server.request(get, &["x-stacktape-token: 0"], "").await.0, 401);
    let (status, body) = server.request(get, &[GOOD], "").await;
    assert_eq!(status, 200);
    let project: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(project["config"], "stacktape.yml");
    assert_eq!(project["files"]["stacktape.yml"], "resources: {}\n");
    assert_eq!(project["target"]["projectName"], "shop");
    assert_eq!(project["facts"]["accountId"], "123456789012");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_hosts_and_other_pages_are_refused() {
    let server = start().await;
    for line in ["GET /", "GET /api/project"] {
        assert_eq!(server.request(line, &[GOOD, "host: attacker.example:80"], "").await.0, 421, "{line}");
    }
    let get = "GET /api/project";
    assert_eq!(server.request(get, &[GOOD, "origin: https://attacker.example"], "").await.0, 403);
    assert_eq!(server.request(get, &[GOOD, "origin: null"], "").await.0, 403);
    assert_eq!(server.request(get, &[GOOD, "sec-fetch-site: cross-site"], "").await.0, 403);
    let own = format!("origin: http://{}", server.host);
    assert_eq!(server.request(get, &[GOOD, &own, "sec-fetch-site: same-origin"], "").await.0, 200);
    assert_eq!(server.request("DELETE /api/config", &[GOOD], "").await.0, 404);
    assert_eq!(server.request("GET /../../etc/passwd", &[], "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_needs_the_version_that_was_opened() {
    let server = start().await;
    let version = |body: &str| serde_json::from_str::<Value>(body).unwrap()["version"].as_str().unwrap().to_owned();
    let opened = version(&server.request("GET /api/project", &[GOOD], "").await.1);
    let put = |text: &str, version: Option<&str>| json!({ "text": text, "version": version }).to_string();

    assert_eq!(server.request("PUT /api/config", &[], &put("x", Some(&opened))).await.0, 401);
    assert_eq!(server.on_disk(), "resources: {}\n");
    let (status, body) = server.request("PUT /api/config", &[GOOD], &put("a: 1\n", Some(&opened))).await;
    assert_eq!((status, server.on_disk().as_str()), (200, "a: 1\n"));
    let saved = version(&body);

    std::fs::write(server.folder.path().join("stacktape.yml"), "by somebody else\n").unwrap();
    let (status, body) = server.request("PUT /api/config", &[GOOD], &put("a: 2\n", Some(&saved))).await;
    assert_eq!(status, 409);
    assert!(body.contains("was changed on disk since it was opened"), "{body}");
    assert_eq!(server.on_disk(), "by somebody else\n");
    assert_eq!(server.request("PUT /api/config", &[GOOD], &put("a: 3\n", None)).await.0, 200);
    assert_eq!(server.on_disk(), "a: 3\n");
    assert_eq!(server.request("PUT /api/config", &[GOOD], "{").await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_those_of_the_text_in_the_editor() {
    let server = start().await;
    let ask = |text: &str| json!({ "text": text }).to_string();
    assert_eq!(server.request("POST /api/sources", &[GOOD], &ask("a: 1")).await.1, r#"{"files":{}}"#);
    let (_, body) = server.request("POST /api/sources", &[GOOD], &ask("a: $File('a.json')")).await;
    assert_eq!(body, r#"{"files":{"a.json":"{}"}}"#);
}
