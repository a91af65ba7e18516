//! What starts a job: the events of functions, received by a nested function that starts the job's state machine.

use super::BatchJob;
use crate::decode::{Decode, Deferrable, Val};
use crate::describe::Describe;
use crate::facets::environment::{EnvironmentVariable, VariableValue};
use crate::facets::iam::IamStatement;
use crate::facets::packaging::{BuiltInCode, LambdaPackaging};
use crate::facets::references;
use crate::model::Resource;
use crate::naming::words;
use crate::resources::compute::function::events::{
    DynamoDbEvent, EventBusEvent, FunctionEvent, HttpApiEvent, KinesisEvent, LoadBalancerEvent, LogEvent, QueueEvent,
    S3Event, ScheduleEvent, TopicEvent,
};
use crate::resources::compute::function::{Function, FunctionProps};
use crate::source::Spanned;
use crate::template::{Expr, sub};

/// What starts the job.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum BatchEvent {
    /// A request to an HTTP API. The answer (status 202) names the job.
    #[config(name = "http-api-gateway")]
    HttpApi(HttpApiEvent),
    /// A request to an application load balancer. The answer (status 202) names the job.
    #[config(name = "application-load-balancer")]
    LoadBalancer(LoadBalancerEvent),
    /// A point in time, or an interval.
    #[config(name = "schedule")]
    Schedule(ScheduleEvent),
    /// An event on an event bus.
    #[config(name = "event-bus")]
    EventBus(EventBusEvent),
    /// A message to an SNS topic.
    #[config(name = "sns")]
    Topic(TopicEvent),
    /// Messages in an SQS queue: one job for each batch.
    #[config(name = "sqs")]
    Queue(QueueEvent),
    /// Changes of items in a DynamoDB table: one job for each batch.
    #[config(name = "dynamo-db-stream")]
    DynamoDb(DynamoDbEvent),
    /// Records in a Kinesis stream: one job for each batch.
    #[config(name = "kinesis-stream")]
    Kinesis(KinesisEvent),
    /// Changes of objects in a bucket.
    #[config(name = "s3")]
    S3(S3Event),
    /// Lines in a log group.
    #[config(name = "cloudwatch-log")]
    Log(LogEvent),
}

impl From<BatchEvent> for FunctionEvent {
    fn from(event: BatchEvent) -> Self {
        match event {
            BatchEvent::HttpApi(e) => Self::HttpApi(e),
            BatchEvent::LoadBalancer(e) => Self::LoadBalancer(e),
            BatchEvent::Schedule(e) => Self::Schedule(e),
            BatchEvent::EventBus(e) => Self::EventBus(e),
            BatchEvent::Topic(e) => Self::Topic(e),
            BatchEvent::Queue(e) => Self::Queue(e),
            BatchEvent::DynamoDb(e) => Self::DynamoDb(e),
            BatchEvent::Kinesis(e) => Self::Kinesis(e),
            BatchEvent::S3(e) => Self::S3(e),
            BatchEvent::Log(e) => Self::Log(e),
        }
    }
}

/// Starts an execution of the state machine with the event.
const CODE: BuiltInCode = BuiltInCode { source: include_str!("trigger.js"), role_suffix: "-TRIGGER" };
/// How long starting an execution may take, in seconds.
const TIMEOUT: u32 = 10;
/// Memory for starting an execution, in MB.
const MEMORY: u32 = 256;

/// The function that gets the events of a job. A job without events has one too, as deployed jobs do: it starts the job by hand.
pub fn trigger(r: &Resource<BatchJob>) -> Resource<Function> {
    let events: Vec<FunctionEvent> = r.props.events.iter().flatten().cloned().map(Into::into).collect();
    let machine = references::own(r, "stateMachineArn");
    let words: Vec<String> = words(r.name.flat()).into_iter().map(str::to_ascii_lowercase).collect();
    let variable = |name: &str, value: Expr| EnvironmentVariable {
        name: Spanned::new(name.to_string(), r.span),
        value: VariableValue(value),
    };
    let start = IamStatement {
        span: r.span,
        sid: None,
        effect: None,
        action: Some(vec!["states:StartExecution".to_string().into()]),
        condition: None,
        resource: vec![Val { span: r.span, value: Deferrable::Deferred(machine.clone()) }],
    };
    let props = FunctionProps {
        events: (!events.is_empty()).then_some(events),
        environment: Some(vec![
            variable("BATCH_JOB_NAME_BASE", sub(format!("{}-${{AWS::StackName}}", words.join("-")))),
            variable("STATE_MACHINE_ARN", machine),
        ]),
        timeout: Some(TIMEOUT.into()),
        memory: Some(MEMORY.into()),
        iam_role_statements: Some(vec![start]),
        ..FunctionProps::of(LambdaPackaging::BuiltIn(CODE))
    };
    Resource::new(r.trigger_name(), r.span, props)
}
