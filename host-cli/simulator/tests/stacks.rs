//! Stacks from creation to deletion, driven with the AWS SDK.

mod common;

use aws_sdk_cloudformation::types::{Capability, ChangeSetStatus, ChangeSetType, Parameter, Replacement};
use common::{Fixture, refusal};
use serde_json::{Value, json};
use stacktape_simulator::{FailOperation, Failure};

fn app(queue: Value) -> Value {
    json!({
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Mappings": {"Sizes": {"dev": {"Memory": 128}, "prod": {"Memory": 1024}}},
        "Resources": {
            "Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files-of-the-app"}},
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": queue},
            "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {
                "Queues": [{"Ref": "Jobs"}],
                "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}, "Principal": "*"}]}
            }},
            "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Condition": "IsProd", "Properties": {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}}
        },
        "Outputs": {
            "Queue": {"Value": {"Ref": "Jobs"}},
            "QueueArn": {"Value": {"Fn::GetAtt": "Jobs.Arn"}},
            "Text": {"Value": {"Fn::Sub": ["${AWS::StackName}-${Files}-${Size}", {"Size": {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}}]}},
            "Prod": {"Condition": "IsProd", "Value": "yes"}
        }
    })
}

#[tokio::test]
async fn a_stack_is_created_through_a_change_set() {
    let aws = Fixture::new().await;
    let set = aws.change_set("shop", "first", ChangeSetType::Create, &app(json!({"QueueName": "jobs"}))).await;
    assert_eq!(set.status(), Some(&ChangeSetStatus::CreateComplete));
    let added: Vec<_> = set
        .changes()
        .iter()
        .map(|change| change.resource_change().unwrap().logical_resource_id().unwrap().to_owned())
        .collect();
    assert_eq!(added, ["Files", "Jobs", "Policy"]);
    assert_eq!(aws.stack("shop").await.stack_status().unwrap().as_str(), "REVIEW_IN_PROGRESS");

    aws.cfn.execute_change_set().stack_name("shop").change_set_name("first").send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE");
    assert_eq!(aws.output("shop", "Queue").await, "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs");
    assert_eq!(aws.output("shop", "QueueArn").await, "arn:aws:sqs:eu-west-1:123456789012:jobs");
    assert_eq!(aws.output("shop", "Text").await, "shop-files-of-the-app-128");
    assert_eq!(aws.stack("shop").await.outputs().len(), 3);
    aws.s3.head_bucket().bucket("files-of-the-app").send().await.unwrap();

    let story = aws.story("shop").await;
    let at = |line: &str| {
        story.iter().position(|event| event == line).unwrap_or_else(|| panic!("no \"{line}\" in {story:#?}"))
    };
    assert_eq!(at("shop REVIEW_IN_PROGRESS User Initiated"), 0);
    assert_eq!(at("shop CREATE_IN_PROGRESS User Initiated"), 1);
    assert!(at("Jobs CREATE_IN_PROGRESS") < at("Jobs CREATE_IN_PROGRESS Resource creation Initiated"));
    assert!(at("Jobs CREATE_COMPLETE") < at("Policy CREATE_IN_PROGRESS"));
    assert!(
        at("Files CREATE_IN_PROGRESS") < at("Jobs CREATE_COMPLETE"),
        "independent resources are made at the same time"
    );
    assert_eq!(at("shop CREATE_COMPLETE"), story.len() - 1);
}

#[tokio::test]
async fn an_update_replaces_what_cannot_change_in_place() {
    let aws = Fixture::new().await;
    assert_eq!(aws.create("shop", app(json!({"QueueName": "jobs", "DelaySeconds": 1}))).await, "CREATE_COMPLETE");
    let set = aws
        .change_set("shop", "next", ChangeSetType::Update, &app(json!({"QueueName": "tasks", "DelaySeconds": 1})))
        .await;
    let row = |id: &str| {
        let change = set
            .changes()
            .iter()
            .filter_map(|change| change.resource_change())
            .find(|change| change.logical_resource_id() == Some(id));
        change.unwrap_or_else(|| panic!("{id} does not change")).clone()
    };
    assert_eq!(row("Jobs").replacement(), Some(&Replacement::True));
    let target = row("Jobs").details()[0].target().unwrap().clone();
    assert_eq!((target.name(), target.requires_recreation().unwrap().as_str()), (Some("QueueName"), "Always"));
    // The policy's changes hang on the new queue.
    assert_eq!(row("Policy").details()[0].evaluation().unwrap().as_str(), "Dynamic");
    assert_eq!(set.changes().len(), 2);

    aws.cfn.execute_change_set().stack_name("shop").change_set_name("next").send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_COMPLETE");
    assert_eq!(aws.output("shop", "QueueArn").await, "arn:aws:sqs:eu-west-1:123456789012:tasks");
    let story = aws.story("shop").await;
    let at = |line: &str| {
        story.iter().rposition(|event| event.starts_with(line)).unwrap_or_else(|| panic!("no \"{line}\" in {story:#?}"))
    };
    assert!(
        at("Jobs UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource")
            < at("Jobs UPDATE_COMPLETE")
    );
    assert!(at("Jobs UPDATE_COMPLETE") < at("shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"));
    assert!(at("shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") < at("Jobs DELETE_COMPLETE"));
    assert!(!story.iter().any(|event| event.starts_with("Files UPDATE")), "the bucket is not touched");
}

#[tokio::test]
async fn an_update_in_place_keeps_the_physical_resource() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({"DelaySeconds": 1}))).await;
    let before = aws.physical("shop", "Jobs").await;
    assert!(before.contains("/shop-Jobs-"), "{before}");
    let set = aws.change_set("shop", "next", ChangeSetType::Update, &app(json!({"DelaySeconds": 2}))).await;
    assert_eq!(set.changes()[0].resource_change().unwrap().replacement(), Some(&Replacement::False));
    assert_eq!(aws.update("shop", app(json!({"DelaySeconds": 2}))).await, "UPDATE_COMPLETE");
    assert_eq!(aws.physical("shop", "Jobs").await, before);
}

#[tokio::test]
async fn nothing_to_change_is_said_in_the_words_of_aws() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({"DelaySeconds": 1}))).await;
    let set = aws.change_set("shop", "same", ChangeSetType::Update, &app(json!({"DelaySeconds": "1"}))).await;
    assert_eq!(set.status(), Some(&ChangeSetStatus::Failed));
    assert_eq!(
        set.status_reason(),
        Some("The submitted information didn't contain changes. Submit different information to create a change set.")
    );
    let (code, message) = refusal(aws.cfn.execute_change_set().stack_name("shop").change_set_name("same").send().await);
    assert_eq!(code, "InvalidChangeSetStatus");
    assert!(message.contains("cannot be executed in its current status of [FAILED]"), "{message}");
    let outcome = aws
        .cfn
        .update_stack()
        .stack_name("shop")
        .template_body(app(json!({"DelaySeconds": 1})).to_string())
        .send()
        .await;
    assert_eq!(refusal(outcome), ("ValidationError".into(), "No updates are to be performed.".into()));
    // A changed output alone is a change, though no resource changes.
    let mut other = app(json!({"DelaySeconds": 1}));
    other["Outputs"]["Prod"] = json!({"Value": "no"});
    assert_eq!(aws.update("shop", other).await, "UPDATE_COMPLETE");
    assert_eq!(aws.output("shop", "Prod").await, "no");
}

fn failure(id: &str, operation: FailOperation) -> Failure {
    Failure { stack_name: None, logical_id: id.into(), operation, reason: "It broke".into(), times: 1 }
}

#[tokio::test]
async fn a_failed_creation_rolls_back() {
    let aws = Fixture::new().await;
    aws.simulator.fail(failure("Jobs", FailOperation::Create));
    assert_eq!(aws.create("shop", app(json!({}))).await, "ROLLBACK_COMPLETE");
    let story = aws.story("shop").await;
    let has = |line: &str| assert!(story.iter().any(|event| event.starts_with(line)), "no \"{line}\" in {story:#?}");
    has("Jobs CREATE_FAILED It broke");
    has("Files CREATE_FAILED Resource creation cancelled");
    has(
        "shop ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Files, Jobs]. Rollback requested by user.",
    );
    has("Files DELETE_COMPLETE");
    assert!(aws.s3.head_bucket().bucket("files-of-the-app").send().await.is_err());
    // Such a stack can only be deleted.
    let (_, message) =
        refusal(aws.cfn.update_stack().stack_name("shop").template_body(app(json!({})).to_string()).send().await);
    assert!(message.ends_with("is in ROLLBACK_COMPLETE state and can not be updated."), "{message}");
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    while aws.cfn.describe_stacks().stack_name("shop").send().await.is_ok() {}
    assert_eq!(aws.create("shop", app(json!({}))).await, "CREATE_COMPLETE");
}

#[tokio::test]
async fn a_failed_creation_can_delete_or_stay() {
    let aws = Fixture::new().await;
    aws.simulator.fail(failure("Jobs", FailOperation::Create));
    let made = aws.cfn.create_stack().stack_name("gone").template_body(app(json!({})).to_string());
    let id = made.on_failure("DELETE".into()).send().await.unwrap().stack_id().unwrap().to_owned();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    aws.simulator.fail(failure("Jobs", FailOperation::Create));
    let made = aws.cfn.create_stack().stack_name("stays").template_body(app(json!({})).to_string());
    made.disable_rollback(true).send().await.unwrap();
    assert_eq!(aws.settle("stays").await, "CREATE_FAILED");
    aws.s3.head_bucket().bucket("files-of-the-app").send().await.unwrap();
    // The next update makes what is missing.
    assert_eq!(aws.update("stays", app(json!({"DelaySeconds": 3}))).await, "UPDATE_COMPLETE");
}

#[tokio::test]
async fn a_failed_update_restores_what_was() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({"QueueName": "jobs"}))).await;
    let mut next = app(json!({"QueueName": "tasks"}));
    next["Resources"]["Extra"] = json!({"Type": "AWS::SNS::Topic", "Properties": {}});
    next["Resources"]["Late"] = json!({"Type": "AWS::SNS::Topic", "DependsOn": ["Policy", "Extra"]});
    aws.simulator.fail(failure("Late", FailOperation::Create));
    assert_eq!(aws.update("shop", next.clone()).await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(aws.output("shop", "QueueArn").await, "arn:aws:sqs:eu-west-1:123456789012:jobs");
    assert_eq!(aws.physical("shop", "Jobs").await, "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs");
    assert_eq!(aws.physical("shop", "Extra").await, "");
    let story = aws.story("shop").await;
    let at = |line: &str| {
        story.iter().rposition(|event| event.starts_with(line)).unwrap_or_else(|| panic!("no \"{line}\" in {story:#?}"))
    };
    assert!(
        at("shop UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Late].")
            < at("Jobs UPDATE_COMPLETE")
    );
    assert!(at("shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS") < at("Extra DELETE_COMPLETE"));
    // And the same update works once the cause is gone.
    assert_eq!(aws.update("shop", next).await, "UPDATE_COMPLETE");
}

#[tokio::test]
async fn a_stuck_rollback_is_continued() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({"DelaySeconds": 1}))).await;
    let mut next = app(json!({"DelaySeconds": 2}));
    next["Resources"]["Late"] = json!({"Type": "AWS::SNS::Topic", "DependsOn": "Policy"});
    for order in [failure("Late", FailOperation::Create), failure("Jobs", FailOperation::Rollback)] {
        aws.simulator.fail(order);
    }
    assert_eq!(aws.update("shop", next.clone()).await, "UPDATE_ROLLBACK_FAILED");
    assert!(
        refusal(aws.cfn.update_stack().stack_name("shop").template_body(next.to_string()).send().await)
            .1
            .contains("UPDATE_ROLLBACK_FAILED")
    );
    let again = aws.cfn.continue_update_rollback().stack_name("shop").resources_to_skip("Jobs").send().await;
    again.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_ROLLBACK_COMPLETE");
}

#[tokio::test]
async fn a_failed_update_can_stay_and_be_rolled_back_later() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({"DelaySeconds": 1}))).await;
    aws.simulator.fail(failure("Jobs", FailOperation::Update));
    let body = app(json!({"DelaySeconds": 2})).to_string();
    aws.cfn.update_stack().stack_name("shop").template_body(&body).disable_rollback(true).send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_FAILED");
    aws.cfn.rollback_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_ROLLBACK_COMPLETE");
    aws.cfn.update_stack().stack_name("shop").template_body(&body).send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_COMPLETE");
}

#[tokio::test]
async fn a_full_bucket_stops_the_deletion() {
    let aws = Fixture::new().await;
    aws.create("shop", app(json!({}))).await;
    let id = aws.stack("shop").await.stack_id().unwrap().to_owned();
    aws.s3.put_object().bucket("files-of-the-app").key("a/b.txt").body(b"hello".to_vec().into()).send().await.unwrap();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_FAILED");
    let stack = aws.stack("shop").await;
    assert_eq!(stack.stack_status_reason(), Some("The following resource(s) failed to delete: [Files]. "));
    let story = aws.story("shop").await;
    assert!(
        story.iter().any(|event| event.starts_with("Files DELETE_FAILED")
            && event.contains("The bucket you tried to delete is not empty")),
        "{story:#?}"
    );
    assert!(story.iter().any(|event| event == "Jobs DELETE_COMPLETE"));
    aws.s3.delete_object().bucket("files-of-the-app").key("a/b.txt").send().await.unwrap();
    aws.cfn.delete_stack().stack_name("shop").send().await.unwrap();
    assert_eq!(aws.settle(&id).await, "DELETE_COMPLETE");
    assert!(aws.s3.head_bucket().bucket("files-of-the-app").send().await.is_err());
    let (code, message) = refusal(aws.cfn.describe_stacks().stack_name("shop").send().await);
    assert_eq!((code.as_str(), message.as_str()), ("ValidationError", "Stack with id shop does not exist"));
}

#[tokio::test]
async fn names_that_are_taken_fail_the_resource() {
    let aws = Fixture::new().await;
    aws.create("one", app(json!({"QueueName": "jobs"}))).await;
    let topic = json!({"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}}}});
    assert_eq!(aws.create("two", topic).await, "ROLLBACK_COMPLETE");
    let story = aws.story("two").await;
    assert!(
        story.iter().any(|event| event.starts_with("Jobs CREATE_FAILED")
            && event.contains("already exists in stack arn:aws:cloudformation:")),
        "{story:#?}"
    );
}

#[tokio::test]
async fn a_replacement_needs_a_new_name() {
    let aws = Fixture::new().await;
    let queue = |fifo: bool| json!({"QueueName": "jobs.fifo", "FifoQueue": fifo});
    aws.create("shop", app(queue(false))).await;
    assert_eq!(aws.update("shop", app(queue(true))).await, "UPDATE_ROLLBACK_COMPLETE");
    let story = aws.story("shop").await;
    let reason = "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename jobs.fifo and update the stack again.";
    assert!(story.contains(&format!("Jobs UPDATE_FAILED {reason}")), "{story:#?}");
}

#[tokio::test]
async fn a_function_needs_its_code_in_the_bucket() {
    let aws = Fixture::new().await;
    let template = |key: &str| {
        json!({"Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
            "Fn": {"Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "my-fn", "Runtime": "nodejs22.x", "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"S3Bucket": "code-of-mine", "S3Key": key}
            }}
        }})
    };
    let make = |key: &'static str| aws.cfn.create_stack().stack_name("shop").template_body(template(key).to_string());
    let (code, message) = refusal(make("fn.zip").send().await);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
    );
    aws.s3.create_bucket().bucket("code-of-mine").send().await.unwrap();
    aws.s3.put_object().bucket("code-of-mine").key("fn.zip").body(vec![1, 2, 3].into()).send().await.unwrap();
    make("fn.zip").capabilities(Capability::CapabilityNamedIam).send().await.unwrap();
    assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE");
    let body = template("other.zip").to_string();
    aws.cfn
        .update_stack()
        .stack_name("shop")
        .template_body(body)
        .capabilities(Capability::CapabilityIam)
        .send()
        .await
        .unwrap();
    assert_eq!(aws.settle("shop").await, "UPDATE_ROLLBACK_COMPLETE");
    assert!(aws.story("shop").await.iter().any(|event| event.contains("S3 Error Code: NoSuchKey")));
}

#[tokio::test]
async fn mistakes_are_refused_in_the_words_of_aws() {
    let aws = Fixture::new().await;
    let refused = async |template: Value| {
        refusal(aws.cfn.create_stack().stack_name("bad").template_body(template.to_string()).send().await).1
    };
    let queue = |properties: Value| json!({"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": properties}}});
    assert_eq!(
        refused(queue(json!({"QueueName": {"Ref": "Nope"}}))).await,
        "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"
    );
    assert_eq!(
        refused(queue(json!({"QueueName": {"Fn::GetAtt": ["A", "Colour"]}}))).await,
        "Template error: resource A does not support attribute type Colour in Fn::GetAtt"
    );
    let circle = json!({"Resources": {
        "A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["B", "QueueName"]}}},
        "B": {"Type": "AWS::SQS::Queue", "DependsOn": "A"},
        "C": {"Type": "AWS::SQS::Queue", "DependsOn": "A"}
    }});
    assert_eq!(refused(circle).await, "Circular dependency between resources: [A, B]");
    assert_eq!(
        refused(json!({"Resources": {"A": {"Type": "AWS::SQS::Kueue"}}})).await,
        "Template format error: Unrecognized resource types: [AWS::SQS::Kueue]"
    );
    assert_eq!(
        refused(json!({"Resources": {}})).await,
        "Template format error: At least one Resources member must be defined."
    );
    let mut with_parameter = queue(json!({}));
    with_parameter["Parameters"] = json!({"Name": {"Type": "String"}});
    assert_eq!(refused(with_parameter.clone()).await, "Parameters: [Name] must have values");
    let parameter = Parameter::builder().parameter_key("Other").parameter_value("x").build();
    let outcome = aws
        .cfn
        .create_stack()
        .stack_name("bad")
        .template_body(queue(json!({})).to_string())
        .parameters(parameter)
        .send()
        .await;
    assert_eq!(refusal(outcome).1, "Parameters: [Other] do not exist in the template");
    let long = queue(json!({"QueueName": "x".repeat(51_200)}));
    assert!(refused(long).await.contains("Member must have length less than or equal to 51200"));
    let many: serde_json::Map<String, Value> =
        (0..501).map(|index| (format!("Q{index}"), json!({"Type": "AWS::SQS::Queue"}))).collect();
    assert_eq!(
        refused(json!({"Resources": many})).await,
        "Template format error: Number of resources, 501, is greater than maximum allowed, 500"
    );
    // Nothing of all this left a stack behind.
    assert!(aws.cfn.describe_stacks().send().await.unwrap().stacks().is_empty());
}
