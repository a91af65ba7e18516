//! A simulator in a temporary folder with the real AWS clients beside it, and waiting for what a stack shall come to.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::time::{Duration, Instant};

use aws_sdk_cloudformation as cfn;
use aws_sdk_cloudformation::config::retry::RetryConfig;
use aws_sdk_cloudformation::types::{ChangeSetStatus, ChangeSetType, StackEvent};
use aws_sdk_s3 as s3;
use serde_json::Value;
use stacktape_simulator::{Simulator, SimulatorOptions};
use tempfile::TempDir;

pub struct Fixture {
    pub folder: TempDir,
    pub simulator: Simulator,
    pub cfn: cfn::Client,
    pub s3: s3::Client,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with_step(Duration::from_millis(1)).await
    }

    pub async fn with_step(step: Duration) -> Self {
        let folder = TempDir::new().unwrap();
        let simulator = start(folder.path(), step).await;
        let (cfn, s3) = clients(&simulator.endpoint_url());
        Self { folder, simulator, cfn, s3 }
    }

    /// Stops the simulator and starts another one on the same folder.
    pub async fn restart(self) -> Self {
        self.simulator.shutdown().await;
        let simulator = start(self.folder.path(), Duration::from_millis(1)).await;
        let (cfn, s3) = clients(&simulator.endpoint_url());
        Self { folder: self.folder, simulator, cfn, s3 }
    }

    pub async fn create(&self, name: &str, template: Value) -> String {
        self.cfn.create_stack().stack_name(name).template_body(template.to_string()).send().await.unwrap();
        self.settle(name).await
    }

    pub async fn update(&self, name: &str, template: Value) -> String {
        self.cfn.update_stack().stack_name(name).template_body(template.to_string()).send().await.unwrap();
        self.settle(name).await
    }

    /// Waits until nothing is under way and gives the stack's status.
    pub async fn settle(&self, name: &str) -> String {
        let start = Instant::now();
        loop {
            let stack = self.stack(name).await;
            let status = stack.stack_status().unwrap().as_str().to_owned();
            if !status.ends_with("_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS" {
                return status;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{name} stays {status}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the story has this line.
    pub async fn wait_for(&self, name: &str, line: &str) {
        let start = Instant::now();
        while !self.story(name).await.iter().any(|event| event == line) {
            assert!(start.elapsed() < Duration::from_secs(30), "{name} never says {line}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub async fn stack(&self, name: &str) -> cfn::types::Stack {
        self.cfn.describe_stacks().stack_name(name).send().await.unwrap().stacks()[0].clone()
    }

    pub async fn output(&self, name: &str, key: &str) -> String {
        let stack = self.stack(name).await;
        let output = stack.outputs().iter().find(|output| output.output_key() == Some(key));
        output
            .and_then(|output| output.output_value())
            .unwrap_or_else(|| panic!("no output {key}: {:?}", stack.outputs()))
            .to_owned()
    }

    /// Logical id → physical id of what the stack lists.
    pub async fn physical(&self, name: &str, logical: &str) -> String {
        let found = self.cfn.describe_stack_resources().stack_name(name).send().await.unwrap();
        let resource = found.stack_resources().iter().find(|resource| resource.logical_resource_id() == Some(logical));
        resource.and_then(|resource| resource.physical_resource_id()).unwrap_or_default().to_owned()
    }

    /// All events, oldest first, as `LogicalId STATUS reason`.
    pub async fn story(&self, name: &str) -> Vec<String> {
        let mut events: Vec<StackEvent> = Vec::new();
        let mut token = None;
        loop {
            let page = self.cfn.describe_stack_events().stack_name(name).set_next_token(token).send().await.unwrap();
            events.extend_from_slice(page.stack_events());
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        let tell = |event: &StackEvent| {
            let text = format!(
                "{} {} {}",
                event.logical_resource_id().unwrap(),
                event.resource_status().unwrap().as_str(),
                event.resource_status_reason().unwrap_or_default()
            );
            text.trim_end().to_owned()
        };
        events.iter().rev().map(tell).collect()
    }

    /// Makes a change set and waits until it is complete or failed.
    pub async fn change_set(
        &self,
        stack: &str,
        name: &str,
        kind: ChangeSetType,
        template: &Value,
    ) -> cfn::operation::describe_change_set::DescribeChangeSetOutput {
        let request = self.cfn.create_change_set().stack_name(stack).change_set_name(name).change_set_type(kind);
        request.template_body(template.to_string()).send().await.unwrap();
        loop {
            let set = self.cfn.describe_change_set().stack_name(stack).change_set_name(name).send().await.unwrap();
            if !matches!(set.status().unwrap(), ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress) {
                return set;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

pub async fn start(folder: &Path, step: Duration) -> Simulator {
    Simulator::start(SimulatorOptions { step_delay: step, region: "eu-west-1".into(), ..SimulatorOptions::new(folder) })
        .await
        .unwrap()
}

pub fn clients(endpoint: &str) -> (cfn::Client, s3::Client) {
    let credentials = || cfn::config::Credentials::new("any", "thing", None, None, "test");
    let cfn = cfn::Config::builder()
        .behavior_version(cfn::config::BehaviorVersion::latest())
        .region(cfn::config::Region::new("eu-west-1"))
        .credentials_provider(credentials())
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .endpoint_url(endpoint)
        .build();
    let s3 = s3::Config::builder()
        .behavior_version(s3::config::BehaviorVersion::latest())
        .region(s3::config::Region::new("eu-west-1"))
        .credentials_provider(credentials())
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
        .endpoint_url(endpoint)
        .build();
    (cfn::Client::from_conf(cfn), s3::Client::from_conf(s3))
}

/// Code and message of a refused call.
pub fn refusal<E, R>(outcome: Result<impl std::fmt::Debug, cfn::error::SdkError<E, R>>) -> (String, String)
where
    E: cfn::error::ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    let error = outcome.unwrap_err();
    let error = error.as_service_error().unwrap_or_else(|| panic!("no service error: {error:?}"));
    (error.code().unwrap_or_default().to_owned(), error.message().unwrap_or_default().to_owned())
}
