//! Answers that are hard to give: to events that cannot be read, and to an address that does not take them at once.

use crate::common::{Server, event};
use aws_credential_types::Credentials;
use serde_json::{Value, json};
use stacktape_stack_lambda::answer::deliver;
use stacktape_stack_lambda::aws::Aws;
use stacktape_stack_lambda::handle::handle;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn aws() -> Aws {
    Aws::new("eu-west-1".into(), Credentials::from_keys("key", "secret", None), None).unwrap()
}

/// What CloudFormation is told about an event.
async fn answer_to(change: impl FnOnce(&mut Value)) -> Vec<Value> {
    let cloudformation = Server::start(|_| (200, vec![], String::new())).await;
    let mut payload = event("Update", "scriptFunction", &json!({}), &format!("{}/answer", cloudformation.url));
    change(&mut payload);
    handle(&aws(), payload, SystemTime::now() + Duration::from_secs(60)).await;
    cloudformation.bodies("PUT")
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_refused() {
    let answers = answer_to(|event| event["RequestType"] = "Adopt".into()).await;
    assert_eq!(answers.len(), 1);
    let answer = &answers[0];
    assert_eq!((&answer["Status"], &answer["RequestId"]), (&"FAILED".into(), &"request-1".into()));
    assert_eq!(answer["PhysicalResourceId"], "as-before");
    assert!(answer["Reason"].as_str().unwrap().contains("Adopt"), "{answer}");
    let answers = answer_to(|event| event["ResourceProperties"] = Value::Null).await;
    assert_eq!(answers[0]["Status"], "FAILED");
    // Nobody waits for an answer to something else.
    assert!(answer_to(|event| *event = json!({ "Records": [] })).await.is_empty());
}

#[tokio::test]
async fn what_a_handler_cannot_read_is_refused_or_let_go() {
    let answers = answer_to(|_| ()).await;
    assert_eq!(answers[0]["Status"], "FAILED");
    assert!(answers[0]["Reason"].as_str().unwrap().contains("functionName"), "{answers:?}");
    let answers = answer_to(|event| event["RequestType"] = "Delete".into()).await;
    assert_eq!(answers[0]["Status"], "SUCCESS");
}

#[tokio::test]
async fn an_address_that_hangs_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/answer", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (_hangs, _) = listener.accept().await.unwrap();
        let (mut answers, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let read = answers.read(&mut asked).await.unwrap();
        answers.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    assert_eq!(deliver(&aws(), &url, &json!({ "Status": "SUCCESS" })).await, Ok(()));
    assert!(server.await.unwrap().contains("PUT /answer"));
}
