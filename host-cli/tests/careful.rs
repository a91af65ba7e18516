//! What must hold whatever goes wrong: secrets are never shown or kept, and bad input gets one clear answer and leaves nothing behind. Against the
//! simulator, as a user would run it.
#![cfg(all(feature = "simulator", feature = "packaging"))]

use serde_json::Value;
use stacktape_simulator::{Fault, FaultKind, Simulator, SimulatorOptions};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// Runs the binary in `dir` with these variables and nothing else.
fn run(dir: &Path, vars: &[(&str, &str)], words: &str) -> Output {
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
    command.current_dir(dir).args(&words).env_clear().env("HOME", dir).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(vars.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn holds(path: &Path, marker: &str) -> bool {
    std::fs::read(path).unwrap().windows(marker.len()).any(|part| part == marker.as_bytes())
}

/// In the environment of the command: nothing may keep or show it.
const OF_COMMAND: &str = "marker-of-the-command";
/// In the config and on the command line, as the value of a function's variable: only the template may hold it.
const OF_CONFIG: &str = "marker-of-the-config";

const SECRETIVE: &str = r#"
resources:
  api:
    type: function
    properties:
      packaging:
        type: stacktape-lambda-buildpack
        properties: { entryfilePath: api.ts }
      environment:
        - name: PASSWORD
          value: marker-of-the-config
        - name: TOKEN
          value: $CliArgs('token')
        - name: STORED
          value: $Secret('database')
  site:
    type: bucket
    properties: { directoryUpload: { directoryPath: public }, cdn: { enabled: true } }
scripts:
  check:
    type: local-script
    properties:
      executeCommand: test -n "$PASSWORD" && test -n "$DATABASE_PASSWORD" && test -n "$STP_SITE_NAME"
      connectTo: [site]
      environment:
        - name: PASSWORD
          value: marker-of-the-config
hooks:
  afterDeploy: [{ scriptName: check }]
  beforeDelete: [{ scriptName: check }]
stackConfig:
  outputs:
    - { name: stored, value: $Secret('database') }
    - { name: bucket, value: "$ResourceParam('site', 'name')" }
"#;

#[cfg(unix)]
#[test]
fn secrets_are_neither_shown_nor_kept() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("stacktape.yml", SECRETIVE);
    write("api.ts", "export default async () => process.env.PASSWORD;");
    write("facts.json", r#"{"secretVersions":{"database":"00000000-0000-0000-0000-000000000001"}}"#);
    std::fs::create_dir(dir.path().join("public")).unwrap();
    write("public/index.html", "1");
    let vars = [
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", OF_COMMAND),
        ("AWS_SESSION_TOKEN", OF_COMMAND),
        ("DATABASE_PASSWORD", OF_COMMAND),
    ];
    let target = "--simulate --projectName shop --stage dev --region eu-west-1 --facts facts.json";
    let quiet = |line: &str, exit: i32| {
        let words = format!("{line} {target} -- --token {OF_CONFIG}");
        let words = if line.starts_with("info") { words.replace("--facts facts.json", "") } else { words };
        let output = run(dir.path(), &vars, &words);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(exit), "{line}: {text}");
        for marker in [OF_COMMAND, OF_CONFIG] {
            assert!(!text.contains(marker), "{line} shows {marker}:\n{text}");
        }
        text
    };
    let first = quiet("deploy --outputFormat jsonl --logLevel debug", 0);
    assert!(first.contains(r#""stored":"<<OMITTED>>""#), "{first}");
    write("public/index.html", "2");
    quiet("deploy --outputFormat plain --logLevel debug", 0);
    // A resource that fails, a script that fails and a mistake in the config, each with its frame.
    write("stacktape.yml", &SECRETIVE.replace("test -n \"$PASSWORD\"", "exit 3"));
    quiet("deploy", 15);
    write("stacktape.yml", &SECRETIVE.replace("entryfilePath: api.ts", "entryfilePath: nothing.ts"));
    quiet("deploy", 11);
    write("stacktape.yml", &SECRETIVE.replace("connectTo: [site]", "connectTo: [sit]"));
    quiet("deploy", 3);
    write("stacktape.yml", SECRETIVE);
    quiet("info:stack", 0);
    quiet("info:stacks --outputFormat jsonl", 0);

    let mut searched = 0;
    for path in files(dir.path()) {
        searched += 1;
        assert!(!holds(&path, OF_COMMAND), "{} holds the marker of the command", path.display());
        let shown = path.strip_prefix(dir.path()).unwrap().display().to_string();
        // What the config gives in plain text is in the template, so CloudFormation has it, in the stack and in its events; nobody else.
        let cloudformation = shown.starts_with(".stacktape/simulator/") && shown.contains("/stacks/");
        let known = cloudformation || shown == "stacktape.yml";
        assert!(known || !holds(&path, OF_CONFIG), "{shown} holds the marker of the config");
    }
    assert!(searched > 10, "only {searched} files");
    quiet("delete -aco", 0);
}

/// Everything below a folder but the simulator's own state.
fn listing(dir: &Path) -> BTreeSet<PathBuf> {
    files(dir).into_iter().filter(|path| !path.starts_with(dir.join("state"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_one_answer_and_leaves_nothing() {
    let mut many = "resources: {}\ncloudformationResources:\n".to_owned();
    for n in 0..501 {
        many.push_str(&format!("  Topic{n}: {{ Type: AWS::SNS::Topic }}\n"));
    }
    let good = "resources:\n  work: { type: sqs-queue }\n";
    let unknown = "resources:\n  work: { type: sqs-que }\n";
    let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    let nowhere = [keys[0], keys[1], ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")];
    // Files; variables (`None`: those of a simulator whose credentials have expired); what is wrong; exit code; code.
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a [(&'a str, &'a str)]>, i32, &'a str);
    let cases: [Case<'_>; 11] = [
        ("no file", &[], Some(&keys), 4, "no-config"),
        ("unreadable file", &[("stacktape.yml/x", "")], Some(&keys), 4, "unreadable-config"),
        ("no text", &[("stacktape.yml", "\0\u{1}")], Some(&keys), 3, "config-errors"),
        ("empty file", &[("stacktape.yml", "")], Some(&keys), 3, "config-errors"),
        ("wrong root", &[("stacktape.yml", "- a\n")], Some(&keys), 3, "config-errors"),
        ("unknown type", &[("stacktape.yml", unknown)], Some(&keys), 3, "config-errors"),
        ("two configs", &[("stacktape.yml", good), ("stacktape.json", "{}")], Some(&keys), 4, "several-configs"),
        ("no credentials", &[("stacktape.yml", good)], Some(&[]), 5, "no-credentials"),
        ("expired credentials", &[("stacktape.yml", good)], None, 5, "expired-credentials"),
        ("no network", &[("stacktape.yml", good)], Some(&nowhere), 6, "no-network"),
        ("template over a limit", &[("stacktape.yml", &many)], Some(&keys), 3, "config-errors"),
    ];
    let documented =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/exit-codes.md")).unwrap();
    for (what, inputs, vars, exit, code) in cases {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in inputs {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let before = listing(dir.path());
        let simulator = simulator(&dir.path().join("state")).await;
        simulator.fault(Fault { action: "*".into(), kind: FaultKind::Expire, times: 1 });
        let url = simulator.endpoint_url();
        let expired = [keys[0], keys[1], ("AWS_ENDPOINT_URL", url.as_str())];
        let vars = vars.unwrap_or(&expired);
        let target = "--projectName shop --stage dev --region eu-west-1 --outputFormat jsonl";
        let output = run(dir.path(), vars, &format!("deploy {target} --autoConfirmOperation"));
        let text = said(&output);
        assert_eq!(output.status.code(), Some(exit), "{what}: {text}");
        assert!(documented.contains(&format!("| {exit} |")), "{what}: exit code {exit} is not documented");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.last().unwrap();
        assert_eq!((&last["kind"], &last["code"]), (&"error".into(), &code.into()), "{what}: {text}");
        let problems: Vec<&Value> =
            lines.iter().filter(|l| l["kind"] == "diagnostic" && l["severity"] == "error").collect();
        let told = if problems.is_empty() { vec![last] } else { problems };
        assert_eq!(told.len(), 1, "{what} is one mistake: {text}");
        assert!(!told[0]["hints"].as_array().unwrap().is_empty(), "{what} has no next step: {text}");
        assert_eq!(listing(dir.path()), before, "{what} leaves something behind");
        assert_eq!(stacks(dir.path(), &url).await, 0, "{what} makes a stack");
        if exit == 3 {
            let synth = run(dir.path(), vars, &format!("synth {target} --outFile out.yml"));
            assert_eq!(synth.status.code(), Some(3), "{what}: {}", said(&synth));
            assert_eq!(listing(dir.path()), before, "{what}: synth writes all or nothing");
        }
    }
}

async fn simulator(state: &Path) -> Simulator {
    let mut options = SimulatorOptions::new(state);
    options.region = "eu-west-1".into();
    options.step_delay = Duration::from_millis(5);
    Simulator::start(options).await.unwrap()
}

/// How many stacks a simulator holds.
async fn stacks(dir: &Path, url: &str) -> u64 {
    let vars = [("AWS_ACCESS_KEY_ID", "t"), ("AWS_SECRET_ACCESS_KEY", "t"), ("AWS_ENDPOINT_URL", url)];
    let mut last = Value::Null;
    // The first request may meet the order to find expired credentials.
    for _ in 0..2 {
        let output = run(dir, &vars, "info:stacks --region eu-west-1 --outputFormat jsonl");
        let line = String::from_utf8(output.stdout).unwrap().lines().last().unwrap_or_default().to_owned();
        last = serde_json::from_str(&line).unwrap();
        if last["kind"] == "result" {
            break;
        }
    }
    last["stacks"].as_u64().unwrap_or_else(|| panic!("{last}"))
}
