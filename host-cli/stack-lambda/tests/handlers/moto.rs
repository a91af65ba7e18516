//! The handlers against moto: its Lambda, WAF, S3 and CloudWatch Logs stand for those of AWS in the region of CloudFront.

use crate::common::Stack;
use serde_json::{Map, Value, json};
use stacktape_stack_lambda::GLOBAL_REGION;
use stacktape_stack_lambda::aws::{Aws, Request};
use stacktape_stack_lambda::edge_function::LOG_REGIONS;
use stacktape_stack_lambda::lambda_api;

impl Stack {
    async fn put(&self, path: &str, body: Vec<u8>) {
        let request = Request { body, ..Request::new("s3", "eu-west-1", "PUT", path.into()) };
        self.aws.send(&request).await.unwrap();
    }

    async fn acls(&self) -> Vec<Value> {
        let body = json!({ "Scope": "CLOUDFRONT" });
        let all = self.aws.json("wafv2", GLOBAL_REGION, "AWSWAF_20190729.ListWebACLs", &body).await.unwrap();
        all["WebACLs"].as_array().unwrap().clone()
    }

    async fn log_groups(&self, region: &str) -> Vec<Value> {
        let all = self.aws.json("logs", region, "Logs_20140328.DescribeLogGroups", &json!({})).await.unwrap();
        all["logGroups"].as_array().unwrap().clone()
    }
}

/// A zip archive with nothing in it.
const EMPTY_ZIP: [u8; 22] = [b'P', b'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Makes the role `gate`: moto makes no function without one.
async fn create_role(aws: &Aws) {
    let role = "Action=CreateRole&Version=2010-05-08&RoleName=gate&AssumeRolePolicyDocument=%7B%7D";
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    let role = Request { headers, body: role.into(), ..Request::new("iam", GLOBAL_REGION, "POST", "/".into()) };
    aws.send(&role).await.unwrap();
}

/// A zip archive whose comment tells it from others.
fn archive(comment: u8) -> Vec<u8> {
    let mut zip = EMPTY_ZIP.to_vec();
    zip[20] = 1;
    zip.push(comment);
    zip
}

fn edge_function(key: &str) -> Value {
    // As CloudFormation passes it on: numbers are text.
    json!({
        "functionName": "shop-dev-eu-west-1-gate",
        "role": "arn:aws:iam::123456789012:role/gate",
        "handler": "index.handler",
        "runtime": "nodejs22.x",
        "memory": "128",
        "timeout": "3",
        "bucket": "code",
        "key": key,
        "logRetentionDays": "180",
        "tags": { "stp:stage": "dev" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_function_from_beginning_to_end() {
    let Some(stack) = Stack::new().await else { return };
    let constraint =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    stack.put("/code", constraint.into()).await;
    stack.put("/code/gate/v000001-1.zip", archive(1)).await;
    stack.put("/code/gate/v000002-2.zip", archive(2)).await;
    create_role(&stack.aws).await;

    let arn = "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-eu-west-1-gate";
    let first = stack.succeeds("Create", "edgeLambda", &edge_function("gate/v000001-1.zip")).await;
    assert_eq!(first["versionArn"], format!("{arn}:1"));
    let configuration = || lambda_api::configuration(&stack.aws, GLOBAL_REGION, "shop-dev-eu-west-1-gate", None);
    let made = configuration().await.unwrap().unwrap();
    assert_eq!((&made["MemorySize"], &made["Runtime"]), (&128.into(), &"nodejs22.x".into()));
    for region in LOG_REGIONS {
        let groups = stack.log_groups(region).await;
        assert_eq!(groups[0]["logGroupName"], "/aws/lambda/us-east-1.shop-dev-eu-west-1-gate", "{region}");
        assert_eq!(groups[0]["retentionInDays"], 180, "{region}");
    }
    assert!(stack.log_groups("eu-north-1").await.is_empty());

    // The same event again, as Lambda may deliver it, makes nothing new.
    let again = stack.succeeds("Create", "edgeLambda", &edge_function("gate/v000001-1.zip")).await;
    assert_eq!(again["versionArn"].as_str().unwrap().rsplit_once(':').unwrap().0, arn);

    let mut changed = edge_function("gate/v000002-2.zip");
    changed["memory"] = "256".into();
    changed["logRetentionDays"] = "7".into();
    changed["tags"] = json!({ "stp:stage": "dev", "team": "edge" });
    let second = stack.succeeds("Update", "edgeLambda", &changed).await;
    assert_ne!(second["versionArn"], first["versionArn"]);
    assert_eq!(configuration().await.unwrap().unwrap()["MemorySize"], 256);
    let whole = lambda_api::call(&stack.aws, GLOBAL_REGION, "GET", "/shop-dev-eu-west-1-gate", None).await.unwrap();
    assert_eq!(whole["Tags"], changed["tags"]);
    assert_eq!(stack.log_groups("sa-east-1").await[0]["retentionInDays"], 7);

    stack.succeeds("Delete", "edgeLambda", &changed).await;
    assert_eq!(configuration().await.unwrap(), None);
    assert!(stack.log_groups("us-east-1").await.is_empty());
    // Once more, and what was never made.
    stack.succeeds("Delete", "edgeLambda", &changed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_keeps_its_physical_id() {
    let Some(stack) = Stack::new().await else { return };
    let wall = json!({ "name": "w", "definition": r#"{"DefaultAction":{"Allow":{}},"Rules":[],"VisibilityConfig":{"CloudWatchMetricsEnabled":false,"MetricName":"m","SampledRequestsEnabled":false}}"# });
    for (kind, id) in [("Create", "shop-dev-Thing"), ("Update", "as-before"), ("Delete", "as-before")] {
        let answer = stack.ask(kind, "webAppFirewall", &wall).await;
        assert_eq!((&answer["Status"], &answer["PhysicalResourceId"]), (&"SUCCESS".into(), &id.into()), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firewall_from_beginning_to_end() {
    let Some(stack) = Stack::new().await else { return };
    let visibility = json!({ "CloudWatchMetricsEnabled": true, "MetricName": "m", "SampledRequestsEnabled": false });
    let definition = |action: &str| {
        let rule = json!({
            "Name": "flood", "Priority": 0, "Action": { "Block": {} }, "VisibilityConfig": visibility,
            "Statement": { "RateBasedStatement": { "AggregateKeyType": "IP", "Limit": { "Late": "v0" } } },
        });
        let mut all = json!({ "Rules": [rule], "VisibilityConfig": visibility });
        all["DefaultAction"] = Value::Object(Map::from_iter([(action.to_owned(), json!({}))]));
        let late = json!({ "v0": "1000" });
        json!({ "name": "shop-dev-1-wall-acl", "definition": all.to_string(), "late": late, "tags": { "a": "b" } })
    };
    let first = stack.succeeds("Create", "webAppFirewall", &definition("Allow")).await;
    let acls = stack.acls().await;
    assert_eq!((acls.len(), &first["Arn"], &first["Id"]), (1, &acls[0]["ARN"], &acls[0]["Id"]));
    let get = json!({ "Name": "shop-dev-1-wall-acl", "Scope": "CLOUDFRONT", "Id": first["Id"] });
    let read = || stack.aws.json("wafv2", GLOBAL_REGION, "AWSWAF_20190729.GetWebACL", &get);
    let made = read().await.unwrap()["WebACL"].clone();
    assert_eq!(made["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"], 1000);

    // Delivered again, and one that an earlier stack left: the same one is used.
    let again = stack.succeeds("Create", "webAppFirewall", &definition("Block")).await;
    assert_eq!(again, first);
    assert_eq!(read().await.unwrap()["WebACL"]["DefaultAction"], json!({ "Block": {} }));
    let updated = stack.succeeds("Update", "webAppFirewall", &definition("Allow")).await;
    assert_eq!(updated, first);

    stack.succeeds("Delete", "webAppFirewall", &definition("Allow")).await;
    assert!(stack.acls().await.is_empty());
    stack.succeeds("Delete", "webAppFirewall", &definition("Allow")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_told() {
    let Some(stack) = Stack::new().await else { return };
    let missing = stack.ask("Create", "edgeLambda", &edge_function("none.zip")).await;
    assert_eq!(missing["Status"], "FAILED");
    assert!(missing["Reason"].as_str().unwrap().starts_with("reading the code failed: NoSuch"), "{missing}");
    let lacking = json!({ "name": "w", "definition": r#"{"DefaultAction":{"Late":"v1"}}"# });
    let answer = stack.ask("Create", "webAppFirewall", &lacking).await;
    assert_eq!(answer["Reason"], "the firewall lacks the value v1");
}
