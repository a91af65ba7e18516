//! Drives `stacktape lsp` over standard input and output through a whole conversation.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A server, and what it has said.
struct Session {
    child: Child,
    input: Option<ChildStdin>,
    said: Receiver<Value>,
    /// Messages that were read while another one was waited for.
    aside: Vec<Value>,
    next: i32,
}

/// Longest wait for a message.
const PATIENCE: Duration = Duration::from_secs(60);

impl Session {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stacktape"))
            .arg("lsp")
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, said) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, said, aside: vec![], next: 0 }
    }

    fn raw(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The first message that fits, kept ones first.
    fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.aside.iter().position(&fits) {
            return self.aside.remove(at);
        }
        loop {
            let message = self.said.recv_timeout(PATIENCE).expect("the server says nothing");
            if fits(&message) {
                return message;
            }
            self.aside.push(message);
        }
    }

    /// The whole response.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        self.wait(|message| message["id"] == id)
    }

    fn result(&mut self, method: &str, params: Value) -> Value {
        let response = self.ask(method, params);
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].clone()
    }

    fn error_code(&mut self, method: &str, params: Value) -> Option<i64> {
        self.ask(method, params)["error"]["code"].as_i64()
    }

    /// The findings that are published next for a document in this version.
    fn findings(&mut self, uri: &str, version: Option<i64>) -> Vec<Value> {
        let is = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"].as_i64() == version
        };
        self.wait(is)["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn change(&mut self, uri: &str, version: i64, changes: Value) {
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    fn exit_code(mut self) -> Option<i32> {
        drop(self.input.take());
        let until = std::time::Instant::now() + PATIENCE;
        while std::time::Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        panic!("the server does not end");
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            header => {
                if let Some(n) = header.strip_prefix("Content-Length: ") {
                    length = n.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A workspace with a file that the config reads.
fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sizes.json"), r#"{ "small": 256 }"#).unwrap();
    folder
}

fn begin(session: &mut Session, folder: &Path, options: Value) -> Value {
    let params = json!({
        "processId": null,
        "rootUri": uri(folder),
        "capabilities": { "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } },
        "initializationOptions": options,
    });
    let result = session.result("initialize", params);
    session.notify("initialized", json!({}));
    result
}

fn opened(session: &mut Session, uri: &str, text: &str) {
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
    session.notify("textDocument/didOpen", json!({ "textDocument": document }));
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

fn labels(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().filter_map(|item| item["label"].as_str()).collect()
}

const CONFIG: &str = "\
# \u{1F680} rockets
resources:
  jobs: { type: sqs-queue }
  f: # \u{1F680}
    type: function
    properties:
      packaging: { type: custom-artifact, properties: { packagePath: dist, handler: 'a.js:h' } }
      runtime: nodejs22.x
      memory: $File('sizes.json').small
      environment:
        [{ name: AA, value: \"\u{1F680}\u{1F680}\" }, { name: BB, value: \"$ResourceParam('jobs', 'url')\" }]
      connectTo: [jobs]
      tiemout: 5
";

#[test]
fn a_whole_conversation() {
    let folder = workspace();
    let config = uri(&folder.path().join("stacktape.yml"));
    let mut session = Session::start(folder.path(), &["--stdio", "--region", "eu-central-1"]);

    // Before `initialize` everything is refused.
    assert_eq!(session.error_code("textDocument/hover", at(&config, 0, 0)), Some(-32002));
    let result = begin(&mut session, folder.path(), json!({ "stage": "prod" }));
    assert_eq!(result["serverInfo"]["name"], "stacktape");
    assert_eq!(result["capabilities"]["renameProvider"]["prepareProvider"], true);
    assert_eq!(session.error_code("initialize", json!({ "capabilities": {} })), Some(-32600));

    // Findings: one, with its fix in words; the file on disk was found.
    opened(&mut session, &config, CONFIG);
    let found = session.findings(&config, Some(1));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "unknown-property");
    assert!(found[0]["message"].as_str().unwrap().contains("did you mean `timeout`?"));
    assert_eq!(found[0]["range"]["start"], json!({ "line": 12, "character": 6 }));

    // The fix, applied by hand, makes it go away.
    let range = found[0]["range"].clone();
    let params = json!({ "textDocument": { "uri": config }, "range": range, "context": { "diagnostics": found } });
    let actions = session.result("textDocument/codeAction", params);
    let fix = &actions.as_array().unwrap()[0];
    assert_eq!((fix["title"].as_str(), fix["isPreferred"].as_bool()), (Some("Change to `timeout`"), Some(true)));
    let edit = fix["edit"]["changes"][&config][0].clone();
    session.change(&config, 2, json!([{ "range": edit["range"], "text": edit["newText"] }]));
    assert_eq!(session.findings(&config, Some(2)), Vec::<Value>::new());

    // Positions behind characters of two UTF-16 units: `$ResourceParam('jobs', …)` in line 10.
    let line = CONFIG.lines().nth(10).unwrap();
    let jobs = line[..line.find("jobs").unwrap()].encode_utf16().count() as u32;
    let target = session.result("textDocument/definition", at(&config, 10, jobs + 1));
    assert_eq!(target["range"]["start"], json!({ "line": 2, "character": 2 }));
    let hover = session.result("textDocument/hover", at(&config, 10, jobs + 1));
    assert_eq!(hover["range"]["start"]["character"], jobs);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("sqs-queue"));
    let file = session.result("textDocument/definition", at(&config, 8, 25));
    assert_eq!(file["uri"], uri(&folder.path().join("sizes.json")));

    let mut params = at(&config, 2, 3);
    params["context"] = json!({ "includeDeclaration": true });
    assert_eq!(session.result("textDocument/references", params.clone()).as_array().unwrap().len(), 3);
    params["context"] = json!({ "includeDeclaration": false });
    assert_eq!(session.result("textDocument/references", params).as_array().unwrap().len(), 2);

    // Renaming.
    let prepared = session.result("textDocument/prepareRename", at(&config, 11, 19));
    assert_eq!(prepared["placeholder"], "jobs");
    assert_eq!(session.result("textDocument/prepareRename", at(&config, 0, 3)), Value::Null);
    let mut params = at(&config, 11, 19);
    params["newName"] = json!("work");
    let renamed = session.result("textDocument/rename", params.clone());
    assert_eq!(renamed["changes"][&config].as_array().unwrap().len(), 3);
    params["newName"] = json!("not-allowed");
    let refused = session.ask("textDocument/rename", params);
    assert!(refused["error"]["message"].as_str().unwrap().contains("letters and digits"), "{refused}");

    // Completion: keys in the order of the server, values, names; a snippet puts the cursor between quotes.
    session.change(&config, 3, json!([{ "range": { "start": { "line": 13, "character": 0 }, "end": { "line": 13, "character": 0 } }, "text": "      \n" }]));
    session.findings(&config, Some(3));
    let list = session.result("textDocument/completion", at(&config, 13, 6));
    assert!(labels(&list).contains(&"architecture") && !labels(&list).contains(&"memory"), "{:?}", labels(&list));
    let list = session.result("textDocument/completion", at(&config, 7, 15));
    let param = list["items"].as_array().unwrap().iter().find(|item| item["label"] == "$ResourceParam").unwrap();
    assert!(param["textEdit"]["newText"].as_str().unwrap().contains("\\$ResourceParam('$0')"), "{param}");
    let list = session.result("textDocument/completion", at(&config, 11, 18));
    assert!(labels(&list).contains(&"aws:ses"), "{:?}", labels(&list));

    // Outline, folding, formatting.
    let outline = session.result("textDocument/documentSymbol", json!({ "textDocument": { "uri": config } }));
    assert_eq!(outline[0]["children"].as_array().unwrap().len(), 2);
    let folds = session.result("textDocument/foldingRange", json!({ "textDocument": { "uri": config } }));
    assert!(folds.as_array().unwrap().iter().any(|fold| fold["startLine"] == 3), "{folds}");
    session.change(&config, 4, json!([{ "text": "resources:\n   jobs:   {type: sqs-queue} # \u{1F680}\n" }]));
    let options = json!({ "textDocument": { "uri": config }, "options": { "tabSize": 2, "insertSpaces": true } });
    let formatted = session.result("textDocument/formatting", options);
    assert!(!formatted.as_array().unwrap().is_empty(), "{formatted}");

    // Another document than a config has no services and no findings.
    let other = uri(&folder.path().join("other.yml"));
    opened(&mut session, &other, "res");
    assert_eq!(session.result("textDocument/completion", at(&other, 0, 3)), Value::Null);

    // A file that the config reads is edited: the findings follow, before it is saved.
    let sizes = uri(&folder.path().join("sizes.json"));
    session.change(&config, 5, json!([{ "text": CONFIG.replace("tiemout", "timeout") }]));
    assert_eq!(session.findings(&config, Some(5)).len(), 0);
    opened(&mut session, &sizes, "{ \"small\": \"x\" }");
    let until = |session: &mut Session| loop {
        let found = session.findings(&config, Some(5));
        let elsewhere = session.aside.iter().any(|m| m["params"]["uri"] == sizes.as_str());
        if !found.is_empty() || elsewhere {
            break;
        }
    };
    until(&mut session);

    // Closing takes the findings away.
    session.notify("textDocument/didClose", json!({ "textDocument": { "uri": config } }));
    assert_eq!(session.findings(&config, None).len(), 0);

    assert_eq!(session.result("shutdown", Value::Null), Value::Null);
    assert_eq!(session.error_code("textDocument/hover", at(&config, 0, 0)), Some(-32600));
    session.notify("exit", Value::Null);
    assert_eq!(session.exit_code(), Some(0));
}

#[test]
fn malformed_messages_are_refused_and_the_session_goes_on() {
    let folder = workspace();
    let config = uri(&folder.path().join("stacktape.yaml"));
    let mut session = Session::start(folder.path(), &[]);
    begin(&mut session, folder.path(), Value::Null);
    opened(&mut session, &config, "resources:\n  q: { type: sqs-queue }\n");
    assert_eq!(session.findings(&config, Some(1)).len(), 0);
    for malformed in [
        "Content-Length: 9\r\n\r\n{\"broken\"",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Length: 4\r\n\r\nnull",
        "Content-Length: many\r\n\r\n",
        "no header at all\r\n",
    ] {
        session.raw(malformed);
        let refused = session.wait(|message| message["id"].is_null() && message.get("error").is_some());
        assert_eq!(refused["error"]["code"], -32700, "{malformed}");
    }
    assert_eq!(session.error_code("textDocument/hover", json!({ "nothing": true })), Some(-32602));
    assert_eq!(session.error_code("textDocument/unheardOf", json!({})), Some(-32601));
    session.notify("textDocument/didChange", json!({ "nothing": true }));
    session.notify("$/cancelRequest", json!({ "id": 99 }));
    // Positions outside of the text are moved into it.
    session.result("textDocument/hover", at(&config, 999, 999));
    session.result("textDocument/completion", at(&config, 1, 999));
    assert!(session.result("textDocument/hover", at(&config, 1, 14))["contents"]["value"].is_string());
    // `exit` without `shutdown`.
    session.notify("exit", Value::Null);
    assert_eq!(session.exit_code(), Some(1));
}

#[test]
fn a_client_that_is_gone_ends_the_server() {
    let folder = workspace();
    let mut session = Session::start(folder.path(), &[]);
    begin(&mut session, folder.path(), json!({ "stage": 5 }));
    let warning = session.wait(|message| message["method"] == "window/showMessage");
    assert!(warning["params"]["message"].as_str().unwrap().contains("initializationOptions"));
    assert_eq!(session.exit_code(), Some(1));
}

#[test]
fn a_program_gets_the_findings_of_the_compiler_at_its_own_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stacktape.ts");
    let config = uri(&path);
    let mut session = Session::start(folder.path(), &["--stdio"]);
    begin(&mut session, folder.path(), json!({}));
    let text = "import { Bucket, defineConfig } from 'stacktape';

export default defineConfig(({ stage }) => {
  const files: Bucket = new Bucket({ versionning: stage === 'dev' });
  return { resources: { files } };
});
";
    let published = |session: &mut Session, version: i32| {
        session.wait(|m| m["method"] == "textDocument/publishDiagnostics" && m["params"]["version"] == version)["params"]
            ["diagnostics"]
            .clone()
    };
    std::fs::write(&path, text).unwrap();
    opened(&mut session, &config, text);
    let found = published(&mut session, 1);
    assert_eq!(found[0]["code"], "unknown-property", "{found}");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 3, "character": 37 }));
    assert_eq!(found[0]["range"]["end"], json!({ "line": 3, "character": 48 }));
    assert_eq!(session.result("textDocument/hover", at(&config, 3, 40)), Value::Null);

    // What is not saved is not evaluated; what is saved is.
    let broken = text.replace("  return", "  throw new Error('no luck');\n  return");
    let change = json!({ "textDocument": { "uri": config, "version": 2 }, "contentChanges": [{ "text": broken }] });
    session.notify("textDocument/didChange", change);
    session.result("textDocument/documentSymbol", json!({ "textDocument": { "uri": config } }));
    std::fs::write(&path, &broken).unwrap();
    session.notify("textDocument/didSave", json!({ "textDocument": { "uri": config } }));
    let found = published(&mut session, 2);
    assert_eq!(found[0]["message"], "no luck", "{found}");
    assert_eq!(found[0]["range"]["start"]["line"], 4);
}
