//! State on disk: restarts, sudden ends, two simulators on one folder.

mod common;

use std::path::Path;
use std::time::Duration;

use common::{Fixture, clients, start};
use serde_json::{Value, json};
use stacktape_simulator::{FailOperation, Failure, Simulator, SimulatorError, SimulatorOptions};

/// Queues that depend on each other in a row, and a bucket at the end.
fn chain(length: usize, delay: u32) -> Value {
    let mut resources = serde_json::Map::new();
    for index in 0..length {
        let mut queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": delay}});
        if index > 0 {
            queue["DependsOn"] = json!(format!("Q{}", index - 1));
        }
        resources.insert(format!("Q{index}"), queue);
    }
    resources.insert("Bucket".into(), json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "a-bucket"}}));
    json!({"Resources": resources, "Outputs": {"Bucket": {"Value": {"Ref": "Bucket"}}}})
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let aws = Fixture::new().await;
    aws.create("shop", chain(2, 1)).await;
    aws.s3.put_object().bucket("a-bucket").key("x/y").body(b"kept".to_vec().into()).send().await.unwrap();
    let (before, queue) = (aws.story("shop").await, aws.physical("shop", "Q1").await);
    aws.simulator.fail(Failure {
        stack_name: None,
        logical_id: "Q0".into(),
        operation: FailOperation::Update,
        reason: "Later".into(),
        times: 1,
    });

    let aws = aws.restart().await;
    assert_eq!(aws.story("shop").await, before);
    assert_eq!(aws.physical("shop", "Q1").await, queue);
    assert_eq!(aws.output("shop", "Bucket").await, "a-bucket");
    let object = aws.s3.get_object().bucket("a-bucket").key("x/y").send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"kept");
    // Orders to fail survive, too; the second deploy is an update.
    assert_eq!(aws.update("shop", chain(2, 2)).await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(aws.update("shop", chain(2, 2)).await, "UPDATE_COMPLETE");
    assert_eq!(aws.physical("shop", "Q1").await, queue);
}

#[tokio::test]
async fn an_interrupted_operation_goes_on_at_the_next_start() {
    let aws = Fixture::new().await;
    aws.simulator.limit_steps(Some(8));
    aws.cfn.create_stack().stack_name("shop").template_body(chain(5, 1).to_string()).send().await.unwrap();
    aws.wait_for("shop", "Q2 CREATE_IN_PROGRESS Resource creation Initiated").await;
    let aws = aws.restart().await;
    assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE");
    let story = aws.story("shop").await;
    assert_eq!(story.iter().filter(|event| event.ends_with("CREATE_COMPLETE")).count(), 7, "{story:#?}");
    assert_eq!(
        story.iter().filter(|event| *event == "Q2 CREATE_IN_PROGRESS Resource creation Initiated").count(),
        1,
        "{story:#?}"
    );
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.path().extension().is_none_or(|extension| extension != "new") {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a killed process leaves is what lies on disk at some moment: copies of the folder taken meanwhile must all come to a stable end.
#[tokio::test]
async fn a_killed_simulator_leaves_a_state_that_can_be_used() {
    let aws = Fixture::with_step(Duration::from_millis(10)).await;
    aws.cfn.create_stack().stack_name("shop").template_body(chain(6, 1).to_string()).send().await.unwrap();
    let copies = tempfile::TempDir::new().unwrap();
    for moment in 0..5 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        copy(aws.folder.path(), &copies.path().join(moment.to_string()));
    }
    for moment in 0..5 {
        let simulator = start(&copies.path().join(moment.to_string()), Duration::from_millis(1)).await;
        let (cfn, s3) = clients(&simulator.endpoint_url());
        let aws = Fixture { folder: tempfile::TempDir::new().unwrap(), simulator, cfn, s3 };
        assert_eq!(aws.settle("shop").await, "CREATE_COMPLETE", "{:#?}", aws.story("shop").await);
        aws.s3.head_bucket().bucket("a-bucket").send().await.unwrap();
        assert_eq!(aws.update("shop", chain(6, 2)).await, "UPDATE_COMPLETE");
    }
}

#[tokio::test]
async fn two_simulators_do_not_share_a_folder() {
    let aws = Fixture::new().await;
    let second = Simulator::start(SimulatorOptions::new(aws.folder.path())).await;
    let Err(error) = second else { panic!("the second simulator started") };
    assert!(matches!(error, SimulatorError::Locked { .. }));
    assert!(error.to_string().contains("another simulator is using"), "{error}");
}

#[tokio::test]
async fn a_damaged_state_is_named() {
    let aws = Fixture::new().await;
    aws.create("shop", chain(1, 1)).await;
    let folder = aws.folder;
    aws.simulator.shutdown().await;
    let stack =
        std::fs::read_dir(folder.path().join("stacks")).unwrap().next().unwrap().unwrap().path().join("stack.json");
    std::fs::write(&stack, "{ half").unwrap();
    let Err(error) = Simulator::start(SimulatorOptions::new(folder.path())).await else { panic!("it started") };
    assert!(
        error.to_string().contains("stack.json") && error.to_string().contains("delete the state folder"),
        "{error}"
    );
}
