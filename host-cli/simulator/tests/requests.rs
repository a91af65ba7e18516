//! Everything around an operation: tokens, protection, policies, exports, paging, several stacks at once, YAML.

mod common;

use aws_sdk_cloudformation::types::{Capability, ChangeSetType, DeletionMode, Parameter, StackStatus, Tag};
use common::{Fixture, refusal};
use serde_json::{Value, json};
use stacktape_simulator::{FailOperation, Failure};

fn queue(properties: Value) -> Value {
    json!({"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": properties}}})
}

#[tokio::test]
async fn a_repeated_request_is_one_request() {
    let aws = Fixture::new().await;
    let create = |body: Value| {
        aws.cfn.create_stack().stack_name("shop").template_body(body.to_string()).client_request_token("t1").send()
    };
    let first = create(queue(json!({}))).await.unwrap();
    let second = create(queue(json!({}))).await.unwrap();
    assert_eq!(first.stack_id(), second.stack_id());
    assert_eq!(refusal(create(queue(json!({"DelaySeconds": 1}))).await).0, "TokenAlreadyExistsException");
    assert_eq!(
        refusal(aws.cfn.create_stack().stack_name("shop").template_body(queue(json!({})).to_string()).send().await).0,
        "AlreadyExistsException"
    );
    aws.settle("shop").await;
    let events = aws.cfn.describe_stack_events().stack_name("shop").send().await.unwrap();
    assert!(events.stack_events().iter().all(|event| event.client_request_token() == Some("t1")));
}

#[tokio::test]
async fn a_protected_stack_is_not_deleted() {
    let aws = Fixture::new().await;
    aws.create("shop", queue(json!({}))).await;
    aws.cfn
        .update_termination_protection()
        .stack_name("shop")
        .enable_termination_protection(true)
        .send()
        .await
        .unwrap();
    assert_eq!(aws.stack("shop").await.enable_termination_protection(), Some(true));
    let (_, message) = refusal(aws.cfn.delete_stack().stack_name("shop").send().await);
    assert_eq!(message, "Stack [shop] cannot be deleted while TerminationProtection is enabled");
    aws.cfn
        .update_termination_protection()
        .stack_name("shop")
        .enable_termination_protection(false)
        .send()
        .await
        .unwrap();
    let id = aws.stack("shop").await.stack_id().unwrap().to_owned();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    aws.cfn.delete_stack().stack_name("never-was").send().await.unwrap();
    let listed = aws.cfn.list_stacks().stack_status_filter(StackStatus::DeleteComplete).send().await.unwrap();
    assert_eq!(listed.stack_summaries().len(), 1);
}

#[tokio::test]
async fn retained_resources_stay_in_the_account() {
    let aws = Fixture::new().await;
    let template = json!({"Resources": {
        "Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {"TableName": "orders", "KeySchema": []}},
        "Files": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "kept-files"}}
    }});
    aws.create("shop", template.clone()).await;
    let id = aws.stack("shop").await.stack_id().unwrap().to_owned();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    assert!(aws.story(&id).await.contains(&"Table DELETE_SKIPPED".to_owned()));
    aws.s3.head_bucket().bucket("kept-files").send().await.unwrap();
    // So their names are taken.
    assert_eq!(aws.create("again", template).await, "ROLLBACK_COMPLETE");
    let story = aws.story("again").await;
    assert!(
        story
            .iter()
            .any(|event| event
                .contains("Resource of type 'AWS::DynamoDB::Table' with identifier 'orders' already exists.")),
        "{story:#?}"
    );
}

#[tokio::test]
async fn events_come_in_pages_newest_first() {
    let aws = Fixture::new().await;
    let many: serde_json::Map<_, _> =
        (0..60).map(|index| (format!("Q{index:02}"), json!({"Type": "AWS::SQS::Queue"}))).collect();
    assert_eq!(aws.create("big", json!({"Resources": many})).await, "CREATE_COMPLETE");
    let first = aws.cfn.describe_stack_events().stack_name("big").send().await.unwrap();
    assert_eq!(first.stack_events().len(), 100);
    assert_eq!(first.stack_events()[0].logical_resource_id(), Some("big"));
    assert!(first.next_token().is_some());
    let story = aws.story("big").await;
    assert_eq!(story.len(), 60 * 3 + 2);
    assert_eq!(story[0], "big CREATE_IN_PROGRESS User Initiated");
    let mut ids: Vec<String> = Vec::new();
    let mut pages = aws.cfn.list_stack_resources().stack_name("big").into_paginator().send();
    while let Some(page) = pages.next().await {
        ids.extend(
            page.unwrap()
                .stack_resource_summaries()
                .iter()
                .map(|resource| resource.logical_resource_id().unwrap().to_owned()),
        );
    }
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn two_stacks_work_at_the_same_time() {
    let aws = Fixture::new().await;
    aws.simulator.limit_steps(Some(0));
    for name in ["one", "two"] {
        aws.cfn.create_stack().stack_name(name).template_body(queue(json!({})).to_string()).send().await.unwrap();
    }
    for name in ["one", "two"] {
        assert_eq!(aws.stack(name).await.stack_status(), Some(&StackStatus::CreateInProgress));
        let next = queue(json!({"DelaySeconds": 1})).to_string();
        let (_, message) = refusal(aws.cfn.update_stack().stack_name(name).template_body(next).send().await);
        assert!(message.ends_with("is in CREATE_IN_PROGRESS state and can not be updated."), "{message}");
    }
    aws.simulator.limit_steps(None);
    assert_eq!(aws.settle("one").await, "CREATE_COMPLETE");
    assert_eq!(aws.settle("two").await, "CREATE_COMPLETE");
}

#[tokio::test]
async fn an_update_can_be_cancelled() {
    let aws = Fixture::new().await;
    aws.create("shop", queue(json!({}))).await;
    let mut next = queue(json!({"DelaySeconds": 1}));
    for id in ["Other", "Third"] {
        next["Resources"][id] = json!({"Type": "AWS::SQS::Queue", "DependsOn": "Jobs"});
    }
    // Three steps change the queue, two more begin the others.
    aws.simulator.limit_steps(Some(5));
    aws.cfn.update_stack().stack_name("shop").template_body(next.to_string()).send().await.unwrap();
    aws.wait_for("shop", "Third CREATE_IN_PROGRESS Resource creation Initiated").await;
    aws.cfn.cancel_update_stack().stack_name("shop").send().await.unwrap();
    aws.simulator.limit_steps(None);
    assert_eq!(aws.settle("shop").await, "UPDATE_ROLLBACK_COMPLETE");
    let story = aws.story("shop").await;
    let has = |line: &str| assert!(story.iter().any(|event| event.starts_with(line)), "no \"{line}\" in {story:#?}");
    has("shop UPDATE_ROLLBACK_IN_PROGRESS Stack update cancelled.");
    has("Other CREATE_FAILED Resource creation cancelled");
    let left = aws.cfn.describe_stack_resources().stack_name("shop").send().await.unwrap();
    assert_eq!(left.stack_resources().len(), 1);
    let (_, message) = refusal(aws.cfn.cancel_update_stack().stack_name("shop").send().await);
    assert!(message.contains("CancelUpdateStack cannot be called"), "{message}");
}

#[tokio::test]
async fn a_stack_in_creation_can_be_deleted() {
    let aws = Fixture::new().await;
    let template = json!({"Resources": {
        "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "short-lived"}},
        "Jobs": {"Type": "AWS::SQS::Queue", "DependsOn": "Files"}
    }});
    aws.simulator.limit_steps(Some(4));
    let made = aws.cfn.create_stack().stack_name("shop").template_body(template.to_string()).send().await.unwrap();
    let id = made.stack_id().unwrap();
    aws.wait_for("shop", "Jobs CREATE_IN_PROGRESS").await;
    aws.s3.head_bucket().bucket("short-lived").send().await.unwrap();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    aws.simulator.limit_steps(None);
    assert_eq!(aws.settle(id).await, "DELETE_COMPLETE");
    assert!(aws.s3.head_bucket().bucket("short-lived").send().await.is_err());
}

#[tokio::test]
async fn stacks_share_values_through_exports() {
    let aws = Fixture::new().await;
    let mut exporting = queue(json!({"QueueName": "shared"}));
    exporting["Outputs"] = json!({"Arn": {"Value": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}}}});
    aws.create("base", exporting.clone()).await;
    let exports = aws.cfn.list_exports().send().await.unwrap();
    assert_eq!(exports.exports()[0].name(), Some("base-arn"));
    let importing = json!({
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "base-arn"}}}},
        "Outputs": {"Arn": {"Value": {"Fn::ImportValue": "base-arn"}}}
    });
    assert_eq!(aws.create("user", importing.clone()).await, "CREATE_COMPLETE");
    assert_eq!(aws.output("user", "Arn").await, "arn:aws:sqs:eu-west-1:123456789012:shared");
    let (_, message) = refusal(aws.cfn.delete_stack().stack_name("base").send().await);
    assert_eq!(message, "Export base-arn cannot be deleted as it is in use by user");
    // Neither can an update take it away.
    assert_eq!(aws.update("base", queue(json!({"QueueName": "shared"}))).await, "UPDATE_ROLLBACK_COMPLETE");
    assert!(
        aws.story("base")
            .await
            .iter()
            .any(|event| event.contains("Export base-arn cannot be deleted as it is in use by user"))
    );
    let none = json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "nothing"}}}}});
    assert_eq!(
        refusal(aws.cfn.create_stack().stack_name("bad").template_body(none.to_string()).send().await).1,
        "No export named nothing found"
    );
}

#[tokio::test]
async fn a_template_may_be_yaml() {
    let aws = Fixture::new().await;
    let template = "
Parameters:
  Delay: {Type: Number, Default: 5}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${AWS::StackName}-jobs'
      DelaySeconds: !Ref Delay
Outputs:
  Arn:
    Value: !GetAtt Jobs.Arn
";
    aws.cfn.create_stack().stack_name("shop").template_body(template).send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE");
    assert_eq!(aws.output("shop", "Arn").await, "arn:aws:sqs:eu-west-1:123456789012:shop-jobs");
    let got = aws.cfn.get_template().stack_name("shop").send().await.unwrap();
    assert_eq!(got.template_body(), Some(template));
    assert_eq!(aws.stack("shop").await.parameters()[0].parameter_value(), Some("5"));
}

#[tokio::test]
async fn stack_tags_reach_the_resources() {
    let aws = Fixture::new().await;
    let tag = |value: &str| Tag::builder().key("stage").value(value).build();
    let body = queue(json!({})).to_string();
    aws.cfn.create_stack().stack_name("shop").template_body(&body).tags(tag("dev")).send().await.unwrap();
    aws.settle("shop").await;
    aws.cfn.update_stack().stack_name("shop").template_body(&body).tags(tag("prod")).send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_COMPLETE");
    assert!(aws.story("shop").await.contains(&"Jobs UPDATE_COMPLETE".to_owned()));
    assert_eq!(aws.stack("shop").await.tags()[0].value(), Some("prod"));
}

fn function(memory: u32, version: &str) -> Value {
    json!({"Resources": {
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {
            "FunctionName": "fn", "Role": "arn:aws:iam::123456789012:role/r", "Code": {"ZipFile": "x"}, "MemorySize": memory
        }},
        version: {"Type": "AWS::Lambda::Version", "DeletionPolicy": "Retain", "Properties": {"FunctionName": {"Ref": "Fn"}}},
        "Live": {"Type": "AWS::Lambda::Alias", "Properties": {
            "FunctionName": {"Ref": "Fn"}, "Name": "live", "FunctionVersion": {"Fn::GetAtt": [version, "Version"]}
        }}
    }, "Outputs": {"Version": {"Value": {"Ref": version}}, "Alias": {"Value": {"Ref": "Live"}}}})
}

#[tokio::test]
async fn function_versions_count_up_and_need_a_change() {
    let aws = Fixture::new().await;
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:fn";
    aws.create("shop", function(128, "V1")).await;
    assert_eq!(aws.output("shop", "Version").await, format!("{arn}:1"));
    assert_eq!(aws.update("shop", function(256, "V2")).await, "UPDATE_COMPLETE");
    assert_eq!(aws.output("shop", "Version").await, format!("{arn}:2"));
    assert_eq!(aws.output("shop", "Alias").await, format!("{arn}:live"));
    assert_eq!(aws.update("shop", function(256, "V3")).await, "UPDATE_ROLLBACK_COMPLETE");
    let reason = "A version for this Lambda function exists ( 2 ). Modify the function to create a new version.";
    let story = aws.story("shop").await;
    assert!(story.iter().any(|event| event.starts_with("V3 CREATE_FAILED") && event.contains(reason)), "{story:#?}");
}

#[tokio::test]
async fn some_types_are_deleted_before_their_replacement_is_made() {
    let aws = Fixture::new().await;
    let template = |group: &str, extra: bool| {
        let mut template = json!({"Resources": {
            "Filter": {"Type": "AWS::Logs::MetricFilter", "Properties": {
                "FilterName": "same", "LogGroupName": group, "FilterPattern": "", "MetricTransformations": []
            }}
        }});
        if extra {
            template["Resources"]["Topic"] = json!({"Type": "AWS::SNS::Topic", "DependsOn": "Filter"});
        }
        template
    };
    aws.create("shop", template("/a", false)).await;
    assert_eq!(aws.update("shop", template("/b", false)).await, "UPDATE_COMPLETE");
    let order = Failure {
        stack_name: None,
        logical_id: "Topic".into(),
        operation: FailOperation::Create,
        reason: "No".into(),
        times: 1,
    };
    aws.simulator.fail(order);
    assert_eq!(aws.update("shop", template("/c", true)).await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(aws.physical("shop", "Filter").await, "same");
}

#[tokio::test]
async fn a_failed_cleanup_does_not_fail_the_update() {
    let aws = Fixture::new().await;
    let template =
        |name: &str| json!({"Resources": {"Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}}});
    aws.create("shop", template("first-files")).await;
    aws.s3.put_object().bucket("first-files").key("x").body(vec![1].into()).send().await.unwrap();
    assert_eq!(aws.update("shop", template("second-files")).await, "UPDATE_COMPLETE");
    assert_eq!(
        aws.stack("shop").await.stack_status_reason(),
        Some("Update successful. One or more resources could not be deleted.")
    );
    assert!(aws.story("shop").await.iter().any(|event| event.starts_with("Files DELETE_FAILED")));
    aws.s3.head_bucket().bucket("first-files").send().await.unwrap();
}

#[tokio::test]
async fn missing_and_unknown_properties_fail_the_resource() {
    let aws = Fixture::new().await;
    let template = json!({"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": "x"}, "Colour": "red"}}}});
    aws.cfn
        .create_stack()
        .stack_name("shop")
        .template_body(template.to_string())
        .capabilities(Capability::CapabilityIam)
        .send()
        .await
        .unwrap();
    assert_eq!(aws.settle("shop").await, "ROLLBACK_COMPLETE");
    let story = aws.story("shop").await;
    let reason = "Fn CREATE_FAILED Properties validation failed for resource Fn with message:\n#: required key [Role] not found\n#: extraneous key [Colour] is not permitted";
    assert!(story.contains(&reason.to_owned()), "{story:#?}");
}

#[tokio::test]
async fn an_outdated_change_set_is_not_executed() {
    let aws = Fixture::new().await;
    aws.create("shop", queue(json!({}))).await;
    aws.change_set("shop", "shown", ChangeSetType::Update, &queue(json!({"DelaySeconds": 1}))).await;
    assert_eq!(aws.update("shop", queue(json!({"DelaySeconds": 2}))).await, "UPDATE_COMPLETE");
    let (code, message) =
        refusal(aws.cfn.execute_change_set().stack_name("shop").change_set_name("shown").send().await);
    assert_eq!(code, "InvalidChangeSetStatus");
    assert!(message.ends_with("cannot be executed in its current execution status of [OBSOLETE]"), "{message}");
    let listed = aws.cfn.list_change_sets().stack_name("shop").send().await.unwrap();
    assert_eq!(listed.summaries()[0].execution_status().unwrap().as_str(), "OBSOLETE");
    aws.cfn.delete_change_set().stack_name("shop").change_set_name("shown").send().await.unwrap();
    assert!(aws.cfn.list_change_sets().stack_name("shop").send().await.unwrap().summaries().is_empty());
}

#[tokio::test]
async fn an_execution_may_be_asked_for_twice() {
    let aws = Fixture::new().await;
    aws.change_set("shop", "first", ChangeSetType::Create, &queue(json!({}))).await;
    let execute = |token: &str| {
        aws.cfn.execute_change_set().stack_name("shop").change_set_name("first").client_request_token(token).send()
    };
    execute("t1").await.unwrap();
    execute("t1").await.unwrap();
    assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE");
    execute("t1").await.unwrap();
    assert_eq!(refusal(execute("t2").await).0, "ChangeSetNotFound");
}

#[tokio::test]
async fn a_rollback_that_fails_leaves_a_stack_to_delete() {
    let aws = Fixture::new().await;
    let template = json!({"Resources": {
        "First": {"Type": "AWS::SNS::Topic"},
        "Second": {"Type": "AWS::SNS::Topic", "DependsOn": "First"}
    }});
    let order = |id: &str, operation| Failure {
        stack_name: None,
        logical_id: id.into(),
        operation,
        reason: "No".into(),
        times: 1,
    };
    aws.simulator.fail(order("Second", FailOperation::Create));
    aws.simulator.fail(order("First", FailOperation::Rollback));
    assert_eq!(aws.create("shop", template).await, "ROLLBACK_FAILED");
    assert_eq!(
        aws.stack("shop").await.stack_status_reason(),
        Some("The following resource(s) failed to delete: [First]. ")
    );
    let id = aws.stack("shop").await.stack_id().unwrap().to_owned();
    aws.simulator.fail(order("First", FailOperation::Delete));
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_FAILED");
    aws.cfn.delete_stack().stack_name("shop").retain_resources("First").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    assert!(aws.story(&id).await.contains(&"First DELETE_SKIPPED".to_owned()));
}

#[tokio::test]
async fn a_deletion_can_be_forced() {
    let aws = Fixture::new().await;
    let template = json!({"Resources": {
        "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "stubborn"}},
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Files"}
    }});
    aws.create("shop", template).await;
    let id = aws.stack("shop").await.stack_id().unwrap().to_owned();
    aws.s3.put_object().bucket("stubborn").key("x").body(vec![1].into()).send().await.unwrap();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_FAILED");
    aws.cfn.delete_stack().stack_name("shop").deletion_mode(DeletionMode::ForceDeleteStack).send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    aws.s3.head_bucket().bucket("stubborn").send().await.unwrap();
}

#[tokio::test]
async fn parameters_keep_their_values() {
    let aws = Fixture::new().await;
    let template = json!({
        "Parameters": {
            "Delay": {"Type": "Number", "MaxValue": 10}, "Names": {"Type": "CommaDelimitedList", "Default": "a, b"},
            "Secret": {"Type": "String", "NoEcho": true, "Default": "hidden"}
        },
        "Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}},
        "Outputs": {"Second": {"Value": {"Fn::Select": [1, {"Ref": "Names"}]}}, "Delay": {"Value": {"Ref": "Delay"}}}
    });
    let delay = |value: &str| Parameter::builder().parameter_key("Delay").parameter_value(value).build();
    let create = |value: &str| {
        aws.cfn.create_stack().stack_name("shop").template_body(template.to_string()).parameters(delay(value)).send()
    };
    assert_eq!(refusal(create("11").await).1, "Parameter 'Delay' must be a number not greater than 10");
    create("5").await.unwrap();
    aws.settle("shop").await;
    let kept = Parameter::builder().parameter_key("Delay").use_previous_value(true).build();
    let names = Parameter::builder().parameter_key("Names").parameter_value("x,y").build();
    let update =
        aws.cfn.update_stack().stack_name("shop").use_previous_template(true).parameters(kept).parameters(names);
    update.send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_COMPLETE");
    assert_eq!((aws.output("shop", "Second").await, aws.output("shop", "Delay").await), ("y".into(), "5".into()));
    let shown = aws.stack("shop").await;
    let secret = shown.parameters().iter().find(|parameter| parameter.parameter_key() == Some("Secret")).unwrap();
    assert_eq!(secret.parameter_value(), Some("****"));
}
