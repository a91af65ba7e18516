//! The function as Lambda starts it: the executable with a scripted runtime API, a scripted AWS and a scripted address for the answer.

use crate::common::{Answer, Asked, Server, event};
use serde_json::{Value, json};
use stacktape_stack_lambda::answer::Done;
use stacktape_stack_lambda::handle::guarded;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn plain(status: u16, text: &str) -> Answer {
    (status, vec![], text.to_owned())
}

/// Runs the executable with one event and `seconds` of time; AWS answers as `aws` says. Gives what CloudFormation was told, what AWS was asked and
/// what Lambda was told.
async fn run(
    seconds: u64,
    kind: &str,
    key: &str,
    request: Value,
    aws: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Value, Server, Vec<String>) {
    let aws = Server::start(aws).await;
    let cloudformation = Server::start(|_| plain(200, "")).await;
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(seconds);
    let text = event(kind, key, &request, &format!("{}/answer?signed=1", cloudformation.url)).to_string();
    let waiting = Mutex::new(Some(text));
    let api = Server::start(move |asked| {
        if !asked.path.ends_with("/next") {
            return plain(202, "{}");
        }
        let next = waiting.lock().unwrap().take();
        // Nothing more to do: the executable ends.
        let Some(text) = next else { return plain(500, "{}") };
        let headers = vec![
            ("lambda-runtime-aws-request-id", "1".to_owned()),
            ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", "arn".to_owned()),
        ];
        (200, headers, text)
    })
    .await;
    let mut function = tokio::process::Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .env_clear()
        .envs([
            ("AWS_LAMBDA_RUNTIME_API", api.url.trim_start_matches("http://")),
            ("AWS_LAMBDA_FUNCTION_NAME", "shop-dev-stpService-CR"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_ENDPOINT_URL", &aws.url),
        ])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let told = |server: &Server| server.asked.lock().unwrap().iter().any(|a| a.path.ends_with("/response"));
    for _ in 0..600 {
        if told(&api) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let _ = function.kill().await;
    assert!(told(&api), "the event is never to be delivered again: {:?}", api.paths());
    let answers = cloudformation.bodies("PUT");
    assert_eq!(answers.len(), 1, "{answers:?}");
    let asked = cloudformation.asked.lock().unwrap()[0].clone();
    assert_eq!((asked.path.as_str(), asked.content_type.as_deref()), ("/answer?signed=1", Some("")));
    (answers[0].clone(), aws, api.paths())
}

fn script(trigger: &str) -> Value {
    json!({ "functionName": "shop-dev-seedScriptFunction", "trigger": trigger, "parameters": { "flag": "true" } })
}

/// A stack in this status, and a script that answers like this.
fn stack(status: &'static str, reply: Answer) -> impl Fn(&Asked) -> Answer + Send + Sync {
    move |asked| match asked.path.as_str() {
        "/" => plain(200, &format!("<R><StackStatus>{status}</StackStatus></R>")),
        _ => reply.clone(),
    }
}

const INVOKED: &str = "POST /2015-03-31/functions/shop-dev-seedScriptFunction/invocations";

#[tokio::test]
async fn a_script_runs_in_a_deployment_and_gets_its_parameters() {
    let (answer, aws, _) =
        run(60, "Create", "scriptFunction", script("after:deploy"), stack("UPDATE_IN_PROGRESS", plain(200, "1"))).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert_eq!(answer["PhysicalResourceId"], "shop-dev-Thing");
    assert_eq!(
        (&answer["StackId"], &answer["RequestId"], &answer["LogicalResourceId"]),
        (
            &"arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-dev/1".into(),
            &"request-1".into(),
            &"Thing".into()
        )
    );
    assert_eq!(aws.paths(), ["POST /", INVOKED]);
    assert_eq!(aws.asked.lock().unwrap()[1].body, r#"{"flag":"true"}"#);
}

/// A script with references to secrets, and an AWS that knows some of them.
async fn with_secrets(parameters: Value) -> (Value, Server) {
    let mut request = script("after:deploy");
    request["parameters"] = parameters;
    let (answer, aws, _) = run(60, "Update", "scriptFunction", request, |asked| match asked.path.as_str() {
        "/" if asked.body.contains("DescribeStacks") => {
            plain(200, "<R><StackStatus>UPDATE_IN_PROGRESS</StackStatus></R>")
        }
        "/" if asked.body.contains("arn:aws:secretsmanager:eu-west-1:1:secret:whole-abcdef") => {
            plain(200, r#"{"SecretString":"all of it"}"#)
        }
        "/" if asked.body.contains("SecretId") => {
            plain(200, r#"{"SecretString":"{\"password\":\"pässword\",\"port\":5432}"}"#)
        }
        "/" => plain(200, r#"{"Parameter":{"Value":"secure"}}"#),
        _ => plain(200, "1"),
    })
    .await;
    (answer, aws)
}

#[tokio::test]
async fn secrets_are_read_when_the_script_runs() {
    let (answer, aws) = with_secrets(json!({
        "url": "db://{{script-resolve:secretsmanager:app:SecretString:password::v-1}}@host:{{script-resolve:secretsmanager:app:SecretString:port::v-1}}",
        "nested": [{ "key": "{{script-resolve:ssm-secure:/app/key:3}}" }],
        "whole": "{{script-resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:whole-abcdef:SecretString:::}}",
        "open": "{{script-resolve:",
    }))
    .await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    let asked = aws.asked.lock().unwrap().clone();
    let invoked = asked.iter().find(|a| a.path.ends_with("/invocations")).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&invoked.body).unwrap(),
        json!({
            "url": "db://pässword@host:5432",
            "nested": [{ "key": "secure" }],
            "whole": "all of it",
            "open": "{{script-resolve:",
        })
    );
    let bodies: Vec<Value> = asked.iter().filter_map(|a| serde_json::from_str(&a.body).ok()).collect();
    assert!(bodies.contains(&json!({ "SecretId": "app", "VersionId": "v-1" })), "{bodies:?}");
    assert!(bodies.contains(&json!({ "Name": "/app/key:3", "WithDecryption": true })), "{bodies:?}");
    assert!(!answer.to_string().contains("pässword"));
}

#[tokio::test]
async fn a_script_without_its_secret_does_not_run() {
    let (answer, aws) = with_secrets(json!({ "p": "{{script-resolve:secretsmanager:app:SecretString:user::}}" })).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["Reason"], "the secret app has no JSON key user");
    assert!(!aws.paths().contains(&INVOKED.to_owned()));
}

#[tokio::test]
async fn a_script_that_fails_fails_the_deployment_with_its_own_words() {
    let failed: Answer = (
        200,
        vec![("x-amz-function-error", "Unhandled".into())],
        r#"{"errorType":"TypeError","errorMessage":"no such table"}"#.into(),
    );
    let (answer, aws, _) =
        run(60, "Update", "scriptFunction", script("after:deploy"), stack("UPDATE_IN_PROGRESS", failed)).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["PhysicalResourceId"], "as-before");
    let reason = answer["Reason"].as_str().unwrap();
    assert!(reason.starts_with("the script failed: TypeError: no such table"), "{reason}");
    assert_eq!(aws.paths().iter().filter(|path| *path == INVOKED).count(), 1, "a script never runs twice");
}

#[tokio::test]
async fn an_accident_while_the_script_runs_does_not_run_it_again() {
    let (answer, aws, _) =
        run(60, "Update", "scriptFunction", script("after:deploy"), stack("UPDATE_IN_PROGRESS", plain(502, "?"))).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(aws.paths().iter().filter(|path| *path == INVOKED).count(), 1);
}

#[tokio::test]
async fn a_busy_aws_is_asked_again() {
    let refused = Mutex::new(0);
    let (answer, aws, _) = run(60, "Update", "scriptFunction", script("after:deploy"), move |asked| {
        let mut refused = refused.lock().unwrap();
        *refused += 1;
        match (*refused, asked.path.as_str()) {
            (1, _) => plain(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"),
            (_, "/") => plain(200, "<R><StackStatus>UPDATE_IN_PROGRESS</StackStatus></R>"),
            // Nothing ran, so the script may be started again.
            (3, _) => refusal(429, "TooManyRequestsException", "Rate Exceeded."),
            _ => plain(200, "1"),
        }
    })
    .await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert_eq!(aws.paths(), ["POST /", "POST /", INVOKED, INVOKED]);
}

#[tokio::test]
async fn scripts_do_not_run_in_rollbacks_nor_when_they_are_taken_out() {
    for (kind, trigger, status, runs) in [
        ("Update", "after:deploy", "UPDATE_ROLLBACK_IN_PROGRESS", false),
        ("Delete", "after:deploy", "DELETE_IN_PROGRESS", false),
        ("Create", "before:delete", "UPDATE_IN_PROGRESS", false),
        ("Delete", "before:delete", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", false),
        ("Delete", "before:delete", "DELETE_IN_PROGRESS", true),
    ] {
        let (answer, aws, _) = run(60, kind, "scriptFunction", script(trigger), stack(status, plain(200, "1"))).await;
        assert_eq!(answer["Status"], "SUCCESS", "{kind} {trigger} {status}: {answer}");
        assert_eq!(aws.paths().contains(&INVOKED.to_owned()), runs, "{kind} {trigger} {status}");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_answered_before_lambda_ends_the_function() {
    // The time for the answer is all the time there is.
    let (answer, ..) =
        run(8, "Update", "scriptFunction", script("after:deploy"), stack("UPDATE_IN_PROGRESS", plain(200, "1"))).await;
    assert_eq!(answer["Status"], "FAILED");
    assert!(answer["Reason"].as_str().unwrap().contains("all the time that Lambda gives"), "{answer}");
}

#[tokio::test]
async fn what_somebody_else_made_is_let_go_but_not_made() {
    let foreign = json!([{ "ssmParameterName": "a" }]);
    let (answer, aws, _) = run(60, "Delete", "sensitiveData", foreign.clone(), |_| plain(500, "")).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert!(aws.paths().is_empty());
    let (answer, ..) = run(60, "Update", "sensitiveData", foreign, |_| plain(500, "")).await;
    assert_eq!(answer["Status"], "FAILED");
    assert!(answer["Reason"].as_str().unwrap().contains("sensitiveData"), "{answer}");
}

#[tokio::test]
async fn a_panic_is_a_failure_with_a_reason() {
    let outcome = guarded(Duration::from_secs(5), async { panic!("of one's own") }).await;
    assert!(outcome.unwrap_err().ends_with("of one's own"));
    let outcome = guarded(Duration::from_millis(10), std::future::pending::<Result<Done, String>>()).await;
    assert!(outcome.is_err());
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    (status, vec![("x-amzn-errortype", code.to_owned())], json!({ "message": message }).to_string())
}

fn edge_function() -> Value {
    json!({
        "functionName": "gate", "role": "arn:role", "handler": "index.handler", "runtime": "nodejs22.x", "memory": "128", "timeout": "3",
        "bucket": "code", "key": "gate/1.zip",
    })
}

#[tokio::test]
async fn a_function_that_cloudfront_still_has_copies_of_is_left() {
    let message = "Lambda was unable to delete arn:gate because it is a replicated function.";
    let refused = move |_: &Asked| refusal(400, "InvalidParameterValueException", message);
    let (answer, aws, _) = run(60, "Delete", "edgeLambda", edge_function(), refused).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert!(answer["Reason"].as_str().unwrap().contains("it was left"), "{answer}");
    assert_eq!(aws.paths(), ["DELETE /2015-03-31/functions/gate"]);
    let denied = |_: &Asked| refusal(400, "InvalidParameterValueException", "something else");
    let (answer, ..) = run(60, "Delete", "edgeLambda", edge_function(), denied).await;
    assert_eq!(answer["Status"], "FAILED");
}

#[tokio::test]
async fn new_rights_and_new_roles_are_waited_for() {
    let calls = Mutex::new(0);
    let aws = move |asked: &Asked| {
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        match (asked.method.as_str(), asked.path.as_str(), *calls) {
            ("GET", "/code/gate/1.zip", 1) => refusal(403, "AccessDenied", "not yet"),
            ("GET", "/code/gate/1.zip", _) => plain(200, "zip"),
            ("GET", "/2015-03-31/functions/gate/configuration", 3) => plain(404, "{}"),
            ("POST", "/2015-03-31/functions", 4) => refusal(
                400,
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
            ),
            ("POST", "/2015-03-31/functions", _) => plain(201, "{}"),
            ("POST", "/2015-03-31/functions/gate/versions", _) => {
                plain(201, r#"{"FunctionArn":"arn:gate:1","Version":"1"}"#)
            }
            // The function, then its version: the first look finds it unfinished.
            ("GET", _, 6) => plain(200, r#"{"State":"Pending"}"#),
            ("GET", _, _) => plain(200, r#"{"State":"Active","LastUpdateStatus":"Successful"}"#),
            _ => plain(500, ""),
        }
    };
    let (answer, ..) = run(60, "Create", "edgeLambda", edge_function(), aws).await;
    assert_eq!(
        (&answer["Status"], &answer["Data"]["versionArn"]),
        (&"SUCCESS".into(), &"arn:gate:1".into()),
        "{answer}"
    );
}

#[tokio::test]
async fn a_firewall_that_somebody_else_changes_is_read_again() {
    let list =
        |lock: &str| format!(r#"{{"WebACLs":[{{"Name":"wall","Id":"1","ARN":"arn:wall","LockToken":"{lock}"}}]}}"#);
    let calls = Mutex::new(0);
    let aws = move |asked: &Asked| {
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        match *calls {
            1 => plain(200, &list("old")),
            2 => refusal(400, "WAFOptimisticLockException", "changed"),
            3 => plain(200, &list("new")),
            _ if asked.body.contains(r#""LockToken":"new""#) => plain(200, r#"{"NextLockToken":"next"}"#),
            _ => plain(500, ""),
        }
    };
    let wall = json!({ "name": "wall", "definition": r#"{"DefaultAction":{"Allow":{}}}"# });
    let (answer, ..) = run(60, "Update", "webAppFirewall", wall, aws).await;
    assert_eq!((&answer["Status"], &answer["Data"]["Arn"]), (&"SUCCESS".into(), &"arn:wall".into()), "{answer}");
}
