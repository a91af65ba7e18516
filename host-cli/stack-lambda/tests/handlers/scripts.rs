//! What a script's handler asks of AWS, against moto: its CloudFormation, Lambda, Secrets Manager and Systems Manager.

use crate::common::Stack;
use serde_json::{Map, Value, json};
use stacktape_stack_lambda::aws::Request;
use stacktape_stack_lambda::{lambda_api, secrets};

const REGION: &str = "eu-west-1";

impl Stack {
    async fn json(&self, service: &'static str, target: &str, body: Value) -> Value {
        self.aws.json(service, REGION, target, &body).await.unwrap()
    }

    async fn secret(&self, name: &str, value: &str) -> Value {
        let body = json!({ "Name": name, "SecretString": value, "ClientRequestToken": name.repeat(40) });
        self.json("secretsmanager", "secretsmanager.CreateSecret", body).await
    }

    async fn resolved(&self, value: &str) -> Result<String, String> {
        let values = Map::from_iter([("value".to_owned(), value.into())]);
        let all = secrets::resolve(&self.aws, &values).await?;
        Ok(all["value"].as_str().unwrap().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_resolved_in_every_form() {
    let Some(stack) = Stack::new().await else { return };
    let app = stack.secret("a", r#"{"user":"admin","port":5432}"#).await;
    let (arn, version) = (app["ARN"].as_str().unwrap(), app["VersionId"].as_str().unwrap());
    let body = json!({ "Name": "/app/key", "Value": "first", "Type": "SecureString" });
    stack.json("ssm", "AmazonSSM.PutParameter", body).await;
    let body = json!({ "Name": "/app/key", "Value": "second", "Type": "SecureString", "Overwrite": true });
    stack.json("ssm", "AmazonSSM.PutParameter", body).await;

    for (reference, value) in [
        ("secretsmanager:a:SecretString:user::".to_owned(), "admin"),
        (format!("secretsmanager:a:SecretString:port::{version}"), "5432"),
        ("secretsmanager:a:SecretString:user:AWSCURRENT:".to_owned(), "admin"),
        (format!("secretsmanager:{arn}:SecretString:user::"), "admin"),
        (format!("secretsmanager:{arn}"), r#"{"user":"admin","port":5432}"#),
        ("ssm-secure:/app/key".to_owned(), "second"),
        ("ssm-secure:/app/key:1".to_owned(), "first"),
    ] {
        let text = format!("<{{{{script-resolve:{reference}}}}}>");
        assert_eq!(stack.resolved(&text).await, Ok(format!("<{value}>")), "{reference}");
    }
    for (reference, reason) in [
        ("secretsmanager:none:SecretString:::", "reading the secret none failed: ResourceNotFoundException"),
        ("secretsmanager:a:SecretString:none::", "the secret a has no JSON key none"),
        ("ssm-secure:/app/none", "reading the SSM parameter /app/none failed: ParameterNotFound"),
    ] {
        let told = stack.resolved(&format!("{{{{script-resolve:{reference}}}}}")).await.unwrap_err();
        assert!(told.starts_with(reason), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_runs_only_while_its_stack_is_deployed() {
    let Some(stack) = Stack::new().await else { return };
    // moto makes stacks at once: this one is no longer being deployed.
    let template = json!({ "Resources": { "Queue": { "Type": "AWS::SQS::Queue" } } }).to_string();
    let fields =
        [("Action", "CreateStack"), ("Version", "2010-05-15"), ("StackName", "shop-dev"), ("TemplateBody", &template)];
    let made = stack.aws.query("cloudformation", REGION, &fields).await.unwrap();
    let id = made.split("<StackId>").nth(1).unwrap().split('<').next().unwrap();
    let script = json!({ "functionName": "seed", "trigger": "after:deploy", "parameters": {} });
    let answer = stack.ask_about(id, "Update", "scriptFunction", &script).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    assert_eq!(answer["Reason"], "the script did not run, because the stack is in CREATE_COMPLETE");
    let gone = stack.ask_about(&id.replace("shop-dev", "none"), "Update", "scriptFunction", &script).await;
    assert_eq!(gone["Status"], "FAILED");
    assert!(gone["Reason"].as_str().unwrap().starts_with("reading the stack failed: ValidationError"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_invoked() {
    let Some(stack) = Stack::new().await else { return };
    let missing = lambda_api::invoke(&stack.aws, "none", &json!({})).await.unwrap_err();
    assert!(missing.starts_with("running the script failed: ResourceNotFoundException"), "{missing}");
    // From here on moto says of every function that it ran, instead of looking for Docker.
    let config = json!({ "lambda": { "use_docker": false } }).to_string().into_bytes();
    let config = Request { body: config, ..Request::new("lambda", REGION, "POST", "/moto-api/config".into()) };
    stack.aws.send(&config).await.unwrap();
    assert_eq!(lambda_api::invoke(&stack.aws, "seed", &json!({ "flag": "true" })).await, Ok(()));
}
