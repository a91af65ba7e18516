//! Templates that are cut off or bent at any place: each gets an answer in CloudFormation's form, and the simulator goes on.

mod common;

use common::{Fixture, refusal};
use serde_json::{Value, json};

fn template() -> Value {
    json!({
        "Parameters": {"P": {"Type": "Number", "Default": 1, "MinValue": 0}},
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "1"]}},
        "Resources": {
            "Q": {"Type": "AWS::SQS::Queue", "Condition": "C", "DeletionPolicy": "Retain", "Properties": {
                "QueueName": {"Fn::Sub": ["${AWS::StackName}-${x}", {"x": {"Fn::FindInMap": ["M", "a", "b"]}}]}, "DelaySeconds": {"Ref": "P"}
            }},
            "T": {"Type": "AWS::SNS::Topic", "DependsOn": ["Q"], "Properties": {
                "DisplayName": {"Fn::Join": ["-", [{"Fn::If": ["C", {"Fn::GetAtt": ["Q", "Arn"]}, {"Ref": "AWS::NoValue"}]}, {"Fn::Select": [0, {"Fn::Split": ["-", "a-b"]}]}]]},
                "Tags": [{"Key": "cidr", "Value": {"Fn::Join": [",", {"Fn::Cidr": ["10.0.0.0/16", 2, 8]}]}}]
            }}
        },
        "Outputs": {"O": {"Value": {"Ref": "T"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-o"}}}}
    })
}

/// Pointers to every value below.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found))
        }
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            places(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found)
        }),
        _ => {}
    }
}

#[tokio::test]
async fn every_prefix_of_a_template_is_refused() {
    let aws = Fixture::new().await;
    let text = template().to_string();
    for end in (1..text.len()).step_by(3) {
        let (code, message) = refusal(aws.cfn.validate_template().template_body(&text[..end]).send().await);
        assert_eq!(code, "ValidationError");
        assert!(message.contains("not well-formed"), "{message}");
    }
}

#[tokio::test]
async fn bent_templates_never_confuse_the_simulator() {
    let aws = Fixture::new().await;
    let mut found = Vec::new();
    places(&template(), "", &mut found);
    let mut stacks = 0;
    for place in found {
        for odd in [Value::Null, json!([]), json!("odd"), json!({"Ref": "Q"})] {
            let mut bent = template();
            *bent.pointer_mut(&place).unwrap() = odd;
            stacks += 1;
            let name = format!("s{stacks}");
            let outcome = aws.cfn.create_stack().stack_name(&name).template_body(bent.to_string()).send().await;
            if outcome.is_err() {
                let (code, message) = refusal(outcome);
                assert_eq!(code, "ValidationError", "{bent}: {message}");
                assert!(!message.is_empty());
                continue;
            }
            let status = aws.settle(&name).await;
            assert!(status == "CREATE_COMPLETE" || status == "ROLLBACK_COMPLETE", "{status}: {bent}");
            let id = aws.stack(&name).await.stack_id().unwrap().to_owned();
            aws.cfn.delete_stack().stack_name(&name).send().await.unwrap();
            assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
        }
    }
}
