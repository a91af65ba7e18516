//! Scripts on a bastion and with tunnels: the stack is in the simulator, and a scripted Systems Manager runs what it is sent in a shell of this machine.
//! A program of this test stands for AWS's `session-manager-plugin`, and another for the AWS CLI of the instance.
#![cfg(all(unix, feature = "simulator"))]

use serde_json::{Value, json};
use stacktape_simulator::{Simulator, SimulatorOptions};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CONFIG: &str = r#"
resources:
  jump: { type: bastion, properties: { logging: { messages: { disabled: true }, secure: { disabled: true }, audit: { disabled: true } } } }
  lb: { type: application-load-balancer, properties: { interface: internal, listeners: [{ port: 8080, protocol: HTTP }] } }
scripts:
  onHost:
    type: bastion-script
    properties:
      cwd: /tmp
      executeCommands: ['echo "$PLAIN|$AWS_SESSION_TOKEN|$PWD"; echo oops >&2', 'exit 3', 'echo never']
      environment: [{ name: PLAIN, value: "it's {{ssm:x}} $HOME" }]
      assumeRoleOfResource: jump
  endless: { type: bastion-script, properties: { executeCommand: ': forever', assumeRoleOfResource: jump } }
  sleepy: { type: bastion-script, properties: { executeCommand: sleep 1 } }
  through:
    type: local-script-with-bastion-tunneling
    properties:
      executeCommand: echo "$STP_LB_URL $STP_LB_PORT8080 $STP_LB_DOMAIN"; exit $CODE
      connectTo: [lb]
      environment: [{ name: CODE, value: 0 }]
"#;

/// What the scripted services were asked, and how they stand.
#[derive(Default)]
struct Told {
    calls: Vec<(String, Value)>,
    results: BTreeMap<String, Output>,
    endless: bool,
}

struct Services {
    url: String,
    told: Arc<Mutex<Told>>,
}

impl Services {
    /// Systems Manager and Auto Scaling. Commands run with `path` as PATH and find secrets in `dir`.
    fn start(dir: &Path, path: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Told::default()));
        let (shared, dir, path) = (told.clone(), dir.to_owned(), path.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (told, dir, path) = (shared.clone(), dir.clone(), path.clone());
                std::thread::spawn(move || while serve(stream.as_ref().unwrap(), &told, &dir, &path).is_some() {});
            }
        });
        Self { url, told }
    }

    fn calls(&self, name: &str) -> Vec<Value> {
        self.told.lock().unwrap().calls.iter().filter(|(n, _)| n == name).map(|(_, body)| body.clone()).collect()
    }
}

/// Answers one request.
fn serve(stream: &TcpStream, told: &Mutex<Told>, dir: &Path, path: &str) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut target, mut length) = (String::new(), 0);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => target = value.to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (status, text) = match target.strip_prefix("AmazonSSM.") {
        Some(action) => systems_manager(action, serde_json::from_slice(&body).unwrap(), told, dir, path),
        None => query(&String::from_utf8(body).unwrap(), told),
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )
    .ok()
}

/// Auto Scaling, and an STS that lets nobody act as a role.
fn query(request: &str, told: &Mutex<Told>) -> (u16, String) {
    let action = request.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap();
    told.lock().unwrap().calls.push((action.to_owned(), request.into()));
    match action {
        "DescribeAutoScalingGroups" => (200, group(request)),
        "GetCallerIdentity" => {
            let result = "<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>";
            (200, format!("<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"))
        }
        _ => {
            let error = "<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>";
            (403, format!("<ErrorResponse>{error}</ErrorResponse>"))
        }
    }
}

fn group(request: &str) -> String {
    assert!(request.contains("AutoScalingGroupNames.member.1=shop-dev-jump-asg"), "{request}");
    "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><Instances><member>\
     <InstanceId>i-1</InstanceId><LifecycleState>InService</LifecycleState></member></Instances></member></AutoScalingGroups>\
     </DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>"
        .to_owned()
}

fn systems_manager(action: &str, body: Value, told: &Mutex<Told>, dir: &Path, path: &str) -> (u16, String) {
    let mut told = told.lock().unwrap();
    told.calls.push((action.to_owned(), body.clone()));
    let number = told.calls.iter().filter(|(name, _)| name == action).count();
    let secret = dir.join("parameter");
    let answer = match action {
        // The instance has just started.
        "SendCommand" | "StartSession" if number == 1 => {
            let code = if action == "SendCommand" { "InvalidInstanceId" } else { "TargetNotConnected" };
            return (400, json!({ "__type": code, "message": "not connected" }).to_string());
        }
        "SendCommand" => {
            let script = body["Parameters"]["commands"][0].as_str().unwrap();
            let ran = Command::new("sh")
                .arg("-c")
                .arg(script)
                .env_clear()
                .env("PATH", path)
                .env("PARAMETER", &secret)
                .output();
            told.endless = script.contains("forever");
            let id = format!("command-{number}");
            told.results.insert(id.clone(), ran.unwrap());
            json!({ "Command": { "CommandId": id } })
        }
        "GetCommandInvocation" if number % 2 == 1 || told.endless => {
            json!({ "Status": "InProgress", "ResponseCode": -1 })
        }
        "GetCommandInvocation" => {
            let ran = &told.results[body["CommandId"].as_str().unwrap()];
            let status = if ran.status.success() { "Success" } else { "Failed" };
            json!({
                "Status": status, "StatusDetails": status, "ResponseCode": ran.status.code(),
                "StandardOutputContent": String::from_utf8_lossy(&ran.stdout),
                "StandardErrorContent": String::from_utf8_lossy(&ran.stderr),
            })
        }
        "PutParameter" => {
            assert_eq!((&body["Type"], &body["Tier"]), (&json!("SecureString"), &json!("Intelligent-Tiering")));
            std::fs::write(&secret, body["Value"].as_str().unwrap()).unwrap();
            json!({ "Version": 1, "Tier": "Standard" })
        }
        "DeleteParameter" => {
            std::fs::remove_file(&secret).unwrap();
            json!({})
        }
        "StartSession" => {
            json!({ "SessionId": format!("s-{number}"), "TokenValue": "a-token", "StreamUrl": "wss://there" })
        }
        "TerminateSession" => json!({ "SessionId": body["SessionId"] }),
        "CancelCommand" => json!({}),
        other => panic!("nobody should ask for {other}"),
    };
    (200, answer.to_string())
}

struct World {
    dir: tempfile::TempDir,
    simulator: Simulator,
    services: Services,
    path: String,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("stacktape.yml"), CONFIG).unwrap();
        let programs = dir.path().join("bin");
        std::fs::create_dir(&programs).unwrap();
        program(&programs, "aws", "cat \"$PARAMETER\"");
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut options = SimulatorOptions::new(dir.path().join("state"));
        options.region = "eu-west-1".into();
        options.step_delay = Duration::from_millis(1);
        let simulator = Simulator::start(options).await.unwrap();
        let services = Services::start(dir.path(), &path);
        Self { dir, simulator, services, path }
    }

    fn plugin(&self, version: &str) {
        let said = self.dir.path().join("plugin.txt");
        let text = format!(
            "[ \"$1\" = --version ] && {{ echo {version}; exit; }}\n\
             printf '%s\\n' \"$@\" \"$AWS_SSM_START_SESSION_RESPONSE\" > {}\n\
             echo; echo Starting session with SessionId: s-2; echo Port 45678 opened for sessionId s-2.; exec sleep 60",
            said.display()
        );
        program(&self.dir.path().join("bin"), "session-manager-plugin", &text);
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stacktape"));
        let standard = ["--projectName", "shop", "--stage", "dev", "--region", "eu-west-1", "--outputFormat", "jsonl"];
        command.current_dir(self.dir.path()).args(words.split_whitespace()).args(standard).env_clear();
        command.env("HOME", self.dir.path()).env("PATH", &self.path);
        command.env("AWS_ENDPOINT_URL", self.simulator.endpoint_url());
        command
            .env("AWS_ENDPOINT_URL_SSM", &self.services.url)
            .env("AWS_ENDPOINT_URL_AUTO_SCALING", &self.services.url);
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        command
    }

    /// Exit code, messages, last line.
    fn run(&self, words: &str) -> (i32, Vec<String>, Value) {
        read(self.command(words).output().unwrap())
    }
}

fn read(output: Output) -> (i32, Vec<String>, Value) {
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages = lines.iter().filter(|l| l["kind"] == "message").map(|l| l["text"].as_str().unwrap().to_owned());
    (output.status.code().unwrap(), messages.collect(), lines.last().cloned().unwrap())
}

fn program(folder: &Path, name: &str, text: &str) {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_run_on_a_bastion() {
    let world = World::new().await;
    let (exit, _, last) = world.run("script:run --scriptName onHost");
    assert_eq!((exit, &last["code"]), (9, &json!("unknown-values")), "{last}");
    assert!(last["message"].as_str().unwrap().contains("the role of `jump`, the bastion `jump`"), "{last}");
    let (exit, messages, last) = world.run("deploy");
    assert_eq!(exit, 0, "{messages:#?} {last}");

    let (exit, messages, last) = world.run("script:run --scriptName onHost");
    assert_eq!((exit, &last["code"]), (15, &json!("script-failed")), "{messages:#?} {last}");
    assert_eq!(last["message"], "the script `onHost` (script:run) failed: `exit 3` ended with exit code 3");
    assert_eq!(last["hints"][0], "the stack itself was not changed");
    let role = messages.iter().find(|m| m.starts_with("  it's")).unwrap();
    assert!(role.starts_with("  it's {{ssm:x}} $HOME|arn:aws:iam::") && role.ends_with("|/tmp"), "{role}");
    assert!(messages.contains(&"  oops".to_owned()), "{messages:#?}");
    assert!(messages.iter().any(|m| m.contains("waiting for the bastion `jump`")), "{messages:#?}");
    let sent = world.services.calls("SendCommand");
    assert_eq!(sent.len(), 3, "one was refused, and the script ends with the step that fails");
    for command in &sent {
        let text = command.to_string();
        assert!(!text.contains("arn:aws:iam") && !text.contains("{{ssm"), "{text}");
        assert_eq!(command["DocumentName"], "AWS-RunShellScript");
    }
    assert_eq!((world.services.calls("PutParameter").len(), world.services.calls("DeleteParameter").len()), (1, 1));
    assert!(world.services.calls("CancelCommand").is_empty());

    let (exit, messages, last) = world.run("script:run --scriptName sleepy");
    assert_eq!(exit, 0, "{messages:#?} {last}");
    assert_eq!(world.services.calls("PutParameter").len(), 1, "no secret, no parameter");

    let child = world.command("script:run --scriptName endless").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let asked = world.services.calls("GetCommandInvocation").len();
    while world.services.calls("GetCommandInvocation").len() < asked + 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let (exit, messages, last) = read(child.wait_with_output().unwrap());
    assert_eq!((exit, &last["code"]), (130, &json!("interrupted")), "{messages:#?} {last}");
    assert_eq!(world.services.calls("CancelCommand").len(), 1);
    assert!(!world.dir.path().join("parameter").exists(), "secrets do not stay behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_run_through_tunnels() {
    let world = World::new().await;
    world.run("deploy");
    world.plugin("1.2.331.0");
    let (exit, _, last) = world.run("script:run --scriptName through");
    assert_eq!((exit, &last["code"]), (15, &json!("no-session-plugin")), "{last}");
    assert!(world.services.calls("StartSession").is_empty());

    world.plugin("1.2.707.0");
    let (exit, messages, last) = world.run("script:run --scriptName through");
    assert_eq!(exit, 0, "{messages:#?} {last}");
    assert!(messages.contains(&"  http://127.0.0.1:45678 45678 127.0.0.1".to_owned()), "{messages:#?}");
    let said = std::fs::read_to_string(world.dir.path().join("plugin.txt")).unwrap();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said[..4], ["AWS_SSM_START_SESSION_RESPONSE", "eu-west-1", "StartSession", ""]);
    let request: Value = serde_json::from_str(said[4]).unwrap();
    assert_eq!((&request["Target"], &request["Parameters"]["portNumber"][0]), (&json!("i-1"), &json!("8080")));
    let answer: Value = serde_json::from_str(said[6]).unwrap();
    assert_eq!((&answer["SessionId"], &answer["TokenValue"]), (&json!("s-2"), &json!("a-token")));
    assert_eq!(world.services.calls("TerminateSession"), [json!({ "SessionId": "s-2" })]);

    let (exit, _, last) = world.run("script:run --scriptName through --env CODE=4");
    assert_eq!((exit, &last["code"]), (15, &json!("script-failed")), "{last}");
    assert_eq!(world.services.calls("TerminateSession").len(), 2, "the session is ended after a failure too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_lets_nobody_in_is_asked_for_a_while() {
    let world = World::new().await;
    world.run("deploy");
    let mut command = world.command("script:run --scriptName onHost");
    let (exit, messages, last) = read(command.env("AWS_ENDPOINT_URL_STS", &world.services.url).output().unwrap());
    assert_eq!((exit, &last["code"]), (7, &json!("access-denied")), "{messages:#?} {last}");
    let message = last["message"].as_str().unwrap();
    assert!(message.starts_with("the script `onHost` cannot act as `jump`: AWS refuses STS AssumeRole"), "{last}");
    let hints = last["hints"].to_string();
    assert!(hints.contains("allow `sts:AssumeRole` on arn:aws:iam::"), "{hints}");
    assert_eq!(world.services.calls("AssumeRole").len(), 5, "the trust may be younger than what AWS has spread");
    assert!(world.services.calls("SendCommand").is_empty());
}
