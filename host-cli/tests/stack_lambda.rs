//! A stack with the function of its own, through `--simulate` as a user would deploy it: a script after each deploy, an edge function and a
//! firewall outside us-east-1.
#![cfg(all(feature = "simulator", feature = "stack-lambda"))]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

const CONFIG: &str = "\
resources:
  seed:
    type: deployment-script
    properties: { trigger: 'after:deploy', packaging: { type: custom-artifact, properties: { packagePath: code, handler: 'index.js:handler' } } }
  gate:
    type: edge-lambda-function
    properties: { packaging: { type: custom-artifact, properties: { packagePath: code, handler: 'index.js:handler' } } }
  wall: { type: web-app-firewall, properties: { scope: cdn } }
  site: { type: bucket, properties: { cdn: { enabled: true, useFirewall: wall, edgeFunctions: { onOriginRequest: gate } } } }
";

/// The lines of a run that ended well.
fn run(dir: &Path, command: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_stacktape"))
        .current_dir(dir)
        .args([command, "--simulate", "--projectName", "shop", "--stage", "dev", "--region", "eu-west-1"])
        .args(["--outputFormat", "jsonl", "--autoConfirmOperation"])
        .env_clear()
        .env("HOME", dir)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(lines: &'a [Value], kind: &str, field: &str) -> Vec<&'a str> {
    lines.iter().filter(|line| line["kind"] == kind).filter_map(|line| line[field].as_str()).collect()
}

#[test]
fn it_is_uploaded_once_and_its_scripts_run_with_every_deploy() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("stacktape.yml"), CONFIG).unwrap();
    std::fs::create_dir(dir.path().join("code")).unwrap();
    std::fs::write(dir.path().join("code/index.js"), "exports.handler = async () => 1;").unwrap();

    let first = run(dir.path(), "deploy");
    let uploads = of(&first, "upload", "key");
    assert_eq!(uploads.len(), 3, "{uploads:?}");
    assert!(uploads.iter().any(|key| key.starts_with("stack-lambda/v000001-")), "{uploads:?}");

    let again = run(dir.path(), "deploy");
    assert!(of(&again, "upload", "key").is_empty());
    assert_eq!(of(&again, "change", "logicalId"), ["SeedScriptCustomResource"], "only the script runs");
    assert_eq!(again.last().unwrap()["version"], "v000002");

    run(dir.path(), "delete");
}
