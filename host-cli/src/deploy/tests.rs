//! The driver against scripted AWS ports: throttling, stuck stacks, killed runs, silence. Time is paused, so minutes pass at once.

use super::driver::{Agreed, Deployed, Driver};
use super::interrupt::Interrupts;
use super::job::{Artifact, Job, RollbackAlarm, VERSION_OUTPUT};
use super::machine::Outcome;
use super::watch::Pace;
use crate::args::{LogLevel, OutputFormat};
use crate::aws::Aws;
use crate::aws::cloudformation::{
    ChangeSet, ChangeSetRef, ChangeSetRequest, CloudFormation, ResourceChange, Stack, StackEvent, StackResource,
};
use crate::aws::cloudfront::CloudFront;
use crate::aws::ec2::{Ec2, InstanceSize, Vpc};
use crate::aws::error::{AwsError, Kind};
use crate::aws::lookups::{Certificate, Identity, Lookups, Parameter};
use crate::aws::remote::Remote;
use crate::aws::s3::{BucketOwner, Object, Put, S3, Version};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::{Style, Ui};
use async_trait::async_trait;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What one DescribeStacks answers.
#[derive(Clone, Copy, Debug)]
enum Read {
    /// A stack with this status.
    Is(&'static str),
    /// No stack.
    None,
    /// A failed request.
    Fails(Kind),
}
use Read::{Fails, Is};

/// A scripted AWS. The last read repeats.
#[derive(Default)]
struct Script {
    reads: Mutex<VecDeque<Read>>,
    /// Events by the number of the write after which they appear.
    events: Mutex<Vec<(usize, StackEvent)>>,
    /// Every write, with its token.
    writes: Mutex<Vec<String>>,
    tokens: Mutex<Vec<String>>,
    objects: Mutex<Vec<Object>>,
    /// Rollback alarms of the last change set.
    alarms: Mutex<Vec<String>>,
    changes: Vec<ResourceChange>,
    owner: Option<BucketOwner>,
    template: Option<String>,
}

fn failing(kind: Kind) -> AwsError {
    AwsError {
        kind,
        request: "CloudFormation DescribeStacks",
        code: String::new(),
        message: "scripted".into(),
        request_id: None,
    }
}

impl Script {
    fn reading(reads: &[Read]) -> Self {
        Self { reads: Mutex::new(reads.iter().copied().collect()), ..Self::default() }
    }

    fn write(&self, what: impl Into<String>, token: &str) {
        self.writes.lock().unwrap().push(what.into());
        self.tokens.lock().unwrap().push(token.into());
    }

    fn event(self, after_write: usize, id: &str, kind: &str, status: &str, reason: &str) -> Self {
        let mut events = self.events.lock().unwrap();
        let number = events.len();
        events.push((
            after_write,
            StackEvent {
                id: format!("e{number}"),
                time: SystemTime::UNIX_EPOCH,
                logical_id: id.into(),
                physical_id: String::new(),
                resource_type: kind.into(),
                status: status.into(),
                reason: (!reason.is_empty()).then(|| reason.into()),
            },
        ));
        drop(events);
        self
    }

    fn visible(&self) -> Vec<StackEvent> {
        let writes = self.writes.lock().unwrap().len();
        self.events.lock().unwrap().iter().filter(|(after, _)| *after <= writes).map(|(_, e)| e.clone()).collect()
    }
}

#[async_trait]
impl CloudFormation for Script {
    async fn stack(&self, _: &str) -> Result<Option<Stack>, AwsError> {
        let read = {
            let mut reads = self.reads.lock().unwrap();
            if reads.len() > 1 { reads.pop_front() } else { reads.front().copied() }
        };
        match read {
            Some(Is(status)) => Ok(Some(Stack {
                id: "arn:stack".into(),
                name: "shop-dev".into(),
                status: status.into(),
                status_reason: None,
                description: if status == "REVIEW_IN_PROGRESS" { String::new() } else { "STP-stack_shop_dev_1".into() },
                outputs: [(VERSION_OUTPUT.to_owned(), "v000004".to_owned())].into(),
                exports: BTreeMap::new(),
                tags: BTreeMap::new(),
                termination_protection: false,
                created: SystemTime::UNIX_EPOCH,
                updated: None,
            })),
            Some(Fails(kind)) => Err(failing(kind)),
            Some(Read::None) | None => Ok(None),
        }
    }
    async fn stacks(&self) -> Result<Vec<Stack>, AwsError> {
        Ok(vec![])
    }
    async fn events(&self, _: &str, after: Option<&str>) -> Result<Vec<StackEvent>, AwsError> {
        let all = self.visible();
        let from = after.and_then(|id| all.iter().position(|e| e.id == id)).map_or(0, |at| at + 1);
        Ok(all[from..].to_vec())
    }
    async fn last_event(&self, _: &str) -> Result<Option<String>, AwsError> {
        Ok(self.visible().last().map(|e| e.id.clone()))
    }
    async fn resources(&self, _: &str) -> Result<Vec<StackResource>, AwsError> {
        Ok(vec![StackResource {
            logical_id: "There".into(),
            physical_id: "there".into(),
            resource_type: "AWS::CloudWatch::Alarm".into(),
            status: "CREATE_COMPLETE".into(),
        }])
    }
    async fn template(&self, _: &str) -> Result<Option<String>, AwsError> {
        Ok(self.template.clone())
    }
    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetRef, AwsError> {
        self.write(format!("create {:?}", request.kind), &request.token);
        self.alarms.lock().unwrap().clone_from(&request.rollback_alarms);
        let number = self.writes.lock().unwrap().len();
        Ok(ChangeSetRef { id: format!("set{number}"), stack_id: "arn:stack".into() })
    }
    async fn change_set(&self, _: &str) -> Result<ChangeSet, AwsError> {
        Ok(ChangeSet {
            status: "CREATE_COMPLETE".into(),
            reason: None,
            execution_status: "AVAILABLE".into(),
            changes: self.changes.clone(),
        })
    }
    async fn execute_change_set(&self, id: &str, token: &str, keep: bool) -> Result<(), AwsError> {
        self.write(format!("execute {id}{}", if keep { " without rollback" } else { "" }), token);
        Ok(())
    }
    async fn delete_change_set(&self, id: &str) -> Result<(), AwsError> {
        self.write(format!("discard {id}"), "");
        Ok(())
    }
    async fn delete_stack(&self, id: &str, token: &str) -> Result<(), AwsError> {
        self.write(format!("delete {id}"), token);
        Ok(())
    }
    async fn cancel_update(&self, id: &str, token: &str) -> Result<(), AwsError> {
        self.write(format!("cancel {id}"), token);
        Ok(())
    }
    async fn set_termination_protection(&self, _: &str, on: bool) -> Result<(), AwsError> {
        self.write(format!("protect {on}"), "");
        Ok(())
    }
}

#[async_trait]
impl S3 for Script {
    async fn owner(&self, _: &str) -> Result<BucketOwner, AwsError> {
        Ok(self.owner.unwrap_or(BucketOwner::Nobody))
    }
    async fn list(&self, _: &str, _: &str) -> Result<Vec<Object>, AwsError> {
        if self.owner == Some(BucketOwner::Nobody) {
            return Err(failing(Kind::NotFound));
        }
        Ok(self.objects.lock().unwrap().clone())
    }
    async fn put(&self, put: &Put) -> Result<(), AwsError> {
        self.write(format!("put {}", put.key), "");
        Ok(())
    }
    async fn versions(&self, _: &str) -> Result<Vec<Version>, AwsError> {
        Ok(vec![])
    }
    async fn delete(&self, _: &str, versions: &[Version]) -> Result<(), AwsError> {
        for version in versions {
            self.write(format!("remove {}", version.key), "");
        }
        Ok(())
    }
}

#[async_trait]
impl Lookups for Script {
    async fn identity(&self) -> Result<Identity, AwsError> {
        Ok(Identity { account: "1".into(), arn: String::new() })
    }
    async fn secret_version(&self, _: &str) -> Result<Option<String>, AwsError> {
        Ok(None)
    }
    async fn parameter(&self, _: &str) -> Result<Option<Parameter>, AwsError> {
        Ok(None)
    }
    async fn secret_text(&self, _: &str, _: Option<&str>) -> Result<String, AwsError> {
        Ok(String::new())
    }
    async fn parameter_text(&self, _: &str) -> Result<String, AwsError> {
        Ok(String::new())
    }
    async fn hosted_zone(&self, _: &str) -> Result<Option<String>, AwsError> {
        Ok(None)
    }
    async fn may_send_from(&self, _: &str) -> Result<bool, AwsError> {
        Ok(false)
    }
    async fn certificates(&self, _: &str) -> Result<Vec<Certificate>, AwsError> {
        Ok(vec![])
    }
}

#[async_trait]
impl CloudFront for Script {
    async fn invalidate(&self, distribution: &str, reference: &str) -> Result<String, AwsError> {
        self.write(format!("invalidate {distribution}"), reference);
        Ok("I1".into())
    }
}

#[async_trait]
impl Ec2 for Script {
    async fn instance_size(&self, _: &str) -> Result<Option<InstanceSize>, AwsError> {
        Ok(None)
    }
    async fn vpc(&self, _: &str) -> Result<Option<Vpc>, AwsError> {
        Ok(None)
    }
}

fn job() -> Job {
    Job {
        stack_name: "shop-dev".into(),
        bucket: "bucket".into(),
        bootstrap: "{}".into(),
        render: Box::new(|stored, version| Ok(format!("{{\"keys\":{},\"version\":\"{version}\"}}", stored.len()))),
        artifacts: vec![Artifact { name: "api".into(), digest: "d1".into(), path: "x".into(), size: 1 }],
        tags: vec![],
        role_arn: None,
        notification_arns: vec![],
        rollback_alarms: vec![],
        monitoring_minutes: None,
        termination_protection: false,
        disable_rollback: false,
        always: false,
        keep_versions: 25,
        invalidations: vec![],
        origins: BTreeMap::new(),
        excerpts: BTreeMap::new(),
        internal_outputs: BTreeSet::new(),
        sensitive_outputs: BTreeSet::new(),
    }
}

struct Run {
    result: Result<Deployed>,
    script: Arc<Script>,
    said: String,
}

impl Run {
    fn writes(&self) -> Vec<String> {
        self.script.writes.lock().unwrap().clone()
    }
    fn failure(&self) -> &Failure {
        self.result.as_ref().expect_err("the deploy should fail")
    }
}

/// A stream that a test can read afterwards.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn deploy_with(script: Script, job: Job, agreed: Agreed, mut interrupts: Interrupts) -> Run {
    let script = Arc::new(script);
    let aws = Aws {
        cloudformation: script.clone(),
        cloudfront: script.clone(),
        ec2: script.clone(),
        s3: script.clone(),
        lookups: script.clone(),
        remote: {
            let config = aws_config::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::latest());
            Arc::new(Remote::new(&config.build(), "eu-west-1", None))
        },
        s3_endpoint: None,
        region: "eu-west-1".into(),
        in_region: {
            let script = script.clone();
            Arc::new(move |_| script.clone())
        },
    };
    let buffer = Buffer::default();
    let style =
        Style { format: OutputFormat::Plain, level: LogLevel::Info, colours: (false, false), interactive: false };
    let ui = Ui::with_sinks(style, Box::new(buffer.clone()), Box::new(buffer.clone()));
    let result = Driver::new(&aws, &ui, &job, agreed, Pace::AWS, &mut interrupts).run().await;
    let said = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    Run { result, script, said }
}

async fn deploy(script: Script) -> Run {
    deploy_with(script, job(), Agreed::default(), Interrupts::none()).await
}

const STACK: &str = "AWS::CloudFormation::Stack";

#[tokio::test(start_paused = true)]
async fn a_first_deploy_bootstraps_uploads_and_updates() {
    let script = Script::reading(&[
        Read::None,
        Is("CREATE_IN_PROGRESS"),
        Is("CREATE_COMPLETE"),
        Is("CREATE_COMPLETE"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_COMPLETE"),
    ]);
    let run = deploy(script).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Deployed { created: true });
    let expected =
        ["create Create", "execute set1", "put api/v000005-d1.zip", "create Update", "execute set4"].map(str::to_owned);
    assert_eq!(run.writes(), expected);
    let tokens: Vec<String> = run.script.tokens.lock().unwrap().iter().filter(|t| !t.is_empty()).cloned().collect();
    let distinct: BTreeSet<&String> = tokens.iter().collect();
    assert_eq!(tokens.len(), 4, "creating and executing carry tokens");
    assert_eq!(distinct.len(), 4, "{tokens:?}");
}

#[tokio::test(start_paused = true)]
async fn throttling_never_turns_a_good_deploy_red() {
    let mut reads = vec![Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE")];
    reads.extend([Fails(Kind::Throttled); 25]);
    reads.push(Is("UPDATE_IN_PROGRESS"));
    reads.extend([Fails(Kind::Network), Fails(Kind::Server), Fails(Kind::Throttled)]);
    reads.push(Is("UPDATE_COMPLETE"));
    let started = tokio::time::Instant::now();
    let run = deploy(Script::reading(&reads)).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Deployed { created: false });
    assert!(started.elapsed() > Duration::from_secs(120), "polling slowed down: {:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn silence_is_no_verdict() {
    let run = deploy(Script::reading(&[Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE"), Fails(Kind::Network)])).await;
    assert_eq!((run.failure().exit, run.failure().code), (Exit::Network, "lost-sight"));
    assert!(run.failure().hints[0].contains("run the same command again"));
}

#[tokio::test(start_paused = true)]
async fn the_status_of_the_past_is_not_believed() {
    // The stack reads UPDATE_COMPLETE for a while after the change set was started, and then fails.
    let mut reads = vec![Is("UPDATE_COMPLETE"); 6];
    reads.extend([Is("UPDATE_IN_PROGRESS"), Is("UPDATE_ROLLBACK_COMPLETE")]);
    let run = deploy(Script::reading(&reads)).await;
    assert_eq!(run.failure().exit, Exit::Stack);
}

#[tokio::test(start_paused = true)]
async fn a_failure_tells_the_root_cause_first() {
    let script = Script::reading(&[
        Is("UPDATE_COMPLETE"),
        Is("UPDATE_COMPLETE"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_ROLLBACK_IN_PROGRESS"),
        Is("UPDATE_ROLLBACK_COMPLETE"),
    ])
    .event(0, "Old", "AWS::SQS::Queue", "CREATE_FAILED", "an old story")
    .event(3, "shop-dev", STACK, "UPDATE_IN_PROGRESS", "")
    .event(3, "Table", "AWS::DynamoDB::Table", "CREATE_FAILED", "Table already exists: t")
    .event(3, "Queue", "AWS::SQS::Queue", "CREATE_FAILED", "Resource creation cancelled")
    .event(
        3,
        "shop-dev",
        STACK,
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [Table].",
    );
    let run = deploy(script).await;
    let failure = run.failure();
    assert_eq!(failure.exit, Exit::Stack);
    assert_eq!(
        failure.message,
        "deploying shop-dev failed (Table: Table already exists: t); the stack is UPDATE_ROLLBACK_COMPLETE"
    );
    assert!(failure.hints[0].starts_with("everything is as it was before"));
    assert!(run.said.contains("error[AWS::DynamoDB::Table]: Table: Table already exists: t"), "{}", run.said);
    assert!(run.said.contains("1 other resource was cancelled because of that."), "{}", run.said);
    assert!(!run.said.contains("an old story"), "{}", run.said);
    assert_eq!(run.said.matches("Failed: Table").count(), 1, "each event once: {}", run.said);
}

#[tokio::test(start_paused = true)]
async fn a_stuck_stack_is_refused_with_the_command_that_helps() {
    let run = deploy(Script::reading(&[Is("UPDATE_ROLLBACK_FAILED")])).await;
    let Outcome::Refused(status, why) = run.result.as_ref().unwrap().outcome.clone() else { panic!("not refused") };
    let failure = super::outcome::refused(&Outcome::Refused(status, why), "shop-dev", "eu-west-1").unwrap();
    assert_eq!(failure.exit, Exit::State);
    assert!(
        failure.hints[0]
            .contains("aws cloudformation continue-update-rollback --stack-name shop-dev --region eu-west-1")
    );
    assert!(run.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_is_simply_run_again() {
    // The killed run's update still runs: it is watched to its end, then this run goes on.
    let reads = [
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_COMPLETE"),
        Is("UPDATE_COMPLETE"),
        Is("UPDATE_COMPLETE"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_COMPLETE"),
    ];
    let run = deploy(Script::reading(&reads)).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Deployed { created: false });
    assert_eq!(run.writes()[..], ["put api/v000005-d1.zip", "create Update", "execute set2"].map(str::to_owned));
    assert!(run.said.contains("shop-dev is UPDATE_IN_PROGRESS: waiting for that to end"), "{}", run.said);
    // It was killed before the first change set was executed: the shell is used.
    let reads = [
        Is("REVIEW_IN_PROGRESS"),
        Is("CREATE_IN_PROGRESS"),
        Is("CREATE_COMPLETE"),
        Is("CREATE_COMPLETE"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_COMPLETE"),
    ];
    let run = deploy(Script::reading(&reads)).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Deployed { created: true });
}

#[tokio::test(start_paused = true)]
async fn a_dead_first_deploy_is_cleared_in_the_same_run() {
    let reads = [
        Is("ROLLBACK_COMPLETE"),
        Is("DELETE_IN_PROGRESS"),
        Read::None,
        Read::None,
        Is("CREATE_IN_PROGRESS"),
        Is("CREATE_COMPLETE"),
        Is("CREATE_COMPLETE"),
        Is("UPDATE_IN_PROGRESS"),
        Is("UPDATE_COMPLETE"),
    ];
    let run = deploy(Script::reading(&reads)).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Deployed { created: true });
    assert_eq!(run.writes()[..2], ["delete arn:stack", "create Create"].map(str::to_owned));
}

#[tokio::test(start_paused = true)]
async fn nothing_changed_is_nothing_done() {
    let mut script = Script::reading(&[Is("UPDATE_COMPLETE")]);
    script.objects = Mutex::new(vec![Object { key: "api/v000002-d1.zip".into(), size: 1, etag: String::new() }]);
    script.template = Some("{ \"version\": \"v000004\", \"keys\": 1 }".into());
    let run = deploy(script).await;
    assert_eq!(run.result.as_ref().unwrap().outcome, Outcome::Unchanged);
    assert!(run.writes().is_empty(), "{:?}", run.writes());
}

#[tokio::test(start_paused = true)]
async fn what_runs_with_every_deploy_is_never_nothing_to_do() {
    let mut script = Script::reading(&[Is("UPDATE_COMPLETE")]);
    script.objects = Mutex::new(vec![Object { key: "api/v000002-d1.zip".into(), size: 1, etag: String::new() }]);
    script.template = Some("{ \"version\": \"v000004\", \"keys\": 1 }".into());
    let job = Job { always: true, ..job() };
    let run = deploy_with(script, job, Agreed::default(), Interrupts::none()).await;
    assert!(run.writes().contains(&"create Update".to_owned()), "{:?}", run.writes());
}

#[tokio::test(start_paused = true)]
async fn data_is_not_replaced_without_its_name() {
    let table = ResourceChange {
        action: "Modify".into(),
        logical_id: "Table".into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        replacement: "True".into(),
        properties: vec!["KeySchema".into()],
        risks: vec![],
    };
    let script = || Script {
        changes: vec![table.clone()],
        ..Script::reading(&[
            Is("UPDATE_COMPLETE"),
            Is("UPDATE_COMPLETE"),
            Is("UPDATE_IN_PROGRESS"),
            Is("UPDATE_COMPLETE"),
        ])
    };
    let agreed = Agreed { yes: true, replace: BTreeSet::new() };
    let run = deploy_with(script(), job(), agreed, Interrupts::none()).await;
    assert_eq!((run.failure().exit, run.failure().code), (Exit::Consent, "data-at-risk"));
    assert_eq!(run.writes().last().map(String::as_str), Some("discard set2"));
    let agreed = Agreed { yes: false, replace: BTreeSet::from(["Table".to_owned()]) };
    let run = deploy_with(script(), job(), agreed, Interrupts::none()).await;
    assert_eq!(run.writes().last().map(String::as_str), Some("execute set2"));
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_without_a_terminal_leaves_cloudformation_to_it() {
    let (send, interrupts) = Interrupts::channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        let _ = send.send(());
    });
    let script = Script::reading(&[Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE"), Is("UPDATE_IN_PROGRESS")]);
    let run = deploy_with(script, job(), Agreed::default(), interrupts).await;
    assert_eq!(run.failure().exit, Exit::Interrupted);
    assert!(run.failure().hints[0].contains("stacktape info:stack --stackName shop-dev --region eu-west-1"));
    assert!(!run.writes().iter().any(|w| w.starts_with("cancel")));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_somebody_else_stops_before_anything_is_made() {
    let script = Script { owner: Some(BucketOwner::Other), ..Script::reading(&[Read::None]) };
    let run = deploy(script).await;
    assert_eq!((run.failure().exit, run.failure().code), (Exit::Aws, "bucket-name-taken"));
    assert!(run.writes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_large_template_goes_through_s3_and_a_too_large_one_nowhere() {
    let reads = [Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE"), Is("UPDATE_IN_PROGRESS"), Is("UPDATE_COMPLETE")];
    let large = |bytes: usize| Job { render: Box::new(move |_, _| Ok("x".repeat(bytes))), ..job() };
    let run = deploy_with(Script::reading(&reads), large(51_201), Agreed::default(), Interrupts::none()).await;
    assert!(run.writes().contains(&"put cf-template/v000005.yml".to_owned()), "{:?}", run.writes());
    let run = deploy_with(Script::reading(&reads), large(1_000_001), Agreed::default(), Interrupts::none()).await;
    assert_eq!((run.failure().exit, run.failure().code), (Exit::Config, "limit-exceeded"));
}

#[tokio::test(start_paused = true)]
async fn rollback_can_be_switched_off() {
    let reads = [Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE"), Is("UPDATE_IN_PROGRESS"), Is("UPDATE_FAILED")];
    let job = Job { disable_rollback: true, ..job() };
    let run = deploy_with(Script::reading(&reads), job, Agreed::default(), Interrupts::none()).await;
    assert_eq!(run.writes().last().map(String::as_str), Some("execute set2 without rollback"));
    assert!(run.failure().hints[0].contains("rollback is off"), "{:?}", run.failure().hints);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_of_the_stack_counts_once_it_exists() {
    let alarm = |arn: &str, id: Option<&str>| RollbackAlarm { arn: arn.into(), logical_id: id.map(str::to_owned) };
    let job = Job {
        rollback_alarms: vec![alarm("arn:a", None), alarm("arn:b", Some("There")), alarm("arn:c", Some("New"))],
        ..job()
    };
    let reads = [Is("UPDATE_COMPLETE"), Is("UPDATE_COMPLETE"), Is("UPDATE_IN_PROGRESS"), Is("UPDATE_COMPLETE")];
    let run = deploy_with(Script::reading(&reads), job, Agreed::default(), Interrupts::none()).await;
    assert_eq!(run.script.alarms.lock().unwrap()[..], ["arn:a", "arn:b"].map(str::to_owned));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_bucket_that_was_removed_by_hand_is_named() {
    let script = Script { owner: Some(BucketOwner::Nobody), ..Script::reading(&[Is("UPDATE_COMPLETE")]) };
    let run = deploy(script).await;
    assert_eq!((run.failure().exit, run.failure().code), (Exit::State, "bucket-gone"));
    assert!(run.failure().hints[0].contains("aws s3 mb s3://bucket --region eu-west-1"));
}
