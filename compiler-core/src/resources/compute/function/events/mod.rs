//! What calls a function: one file per kind of event.

mod cloudwatch;
mod event_bus;
mod http_api;
mod kafka;
mod load_balancer;
mod queue;
mod s3;
mod schedule;
mod streams;
mod topic;

pub use cloudwatch::LogEvent;
pub use event_bus::EventBusEvent;
pub use http_api::HttpApiEvent;
pub use load_balancer::LoadBalancerEvent;
pub use queue::QueueEvent;
pub use s3::S3Event;
pub use schedule::ScheduleEvent;
pub use streams::{DynamoDbEvent, KinesisEvent};
pub use topic::TopicEvent;

use super::Function;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, Linked, Outbox, Resource, Stack, Statement};
use crate::naming::logical_id;
use crate::order::SortedMap;

/// What calls the function.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum FunctionEvent {
    /// A request to an HTTP API.
    #[config(name = "http-api-gateway")]
    HttpApi(HttpApiEvent),
    /// A request to an application load balancer.
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
    /// Messages in an SQS queue.
    #[config(name = "sqs")]
    Queue(QueueEvent),
    /// Changes of items in a DynamoDB table.
    #[config(name = "dynamo-db-stream")]
    DynamoDb(DynamoDbEvent),
    /// Records in a Kinesis stream.
    #[config(name = "kinesis-stream")]
    Kinesis(KinesisEvent),
    /// Messages in a Kafka topic.
    #[config(name = "kafka-topic")]
    Kafka(kafka::KafkaEvent),
    /// Changes of objects in a bucket.
    #[config(name = "s3")]
    S3(S3Event),
    /// Lines in a log group.
    #[config(name = "cloudwatch-log")]
    Log(LogEvent),
    /// An alarm that starts to fire.
    #[config(name = "cloudwatch-alarm")]
    Alarm(cloudwatch::AlarmEvent),
}

/// The place of an event in its function, and where its children go.
pub struct EventCx<'a, 'f> {
    /// The function.
    pub function: &'a Resource<Function>,
    /// Position in `events`, from 0. Part of logical ids.
    pub index: usize,
    /// The config.
    pub linked: &'a Linked<'a>,
    /// Gets the children.
    pub fragment: &'f mut Fragment,
    /// Gets the rights that the function needs.
    pub rights: &'f mut Vec<Statement>,
}

impl EventCx<'_, '_> {
    /// Logical id of a child of this event: `ApiEvent0Rule`.
    pub fn id(&self, kind: &str) -> String {
        logical_id(self.function.name.flat(), &format!("Event{}", self.index), kind)
    }
}

impl FunctionEvent {
    /// Rules of the event.
    pub fn check(&self, r: &Resource<Function>, index: usize, linked: &Linked<'_>, sink: &mut Sink) {
        match self {
            Self::HttpApi(e) => e.check(linked, sink),
            Self::LoadBalancer(e) => e.check(linked, sink),
            Self::Schedule(e) => e.check(sink),
            Self::EventBus(e) => e.check(linked, sink),
            Self::Topic(e) => e.check(linked, sink),
            Self::Queue(e) => e.check(linked, sink),
            Self::DynamoDb(e) => e.check(linked, sink),
            Self::Kinesis(e) => e.check(linked, sink),
            Self::Kafka(e) => e.check(sink),
            Self::S3(e) => e.check(linked, sink),
            Self::Log(e) => e.check(r, linked, sink),
            Self::Alarm(e) => e.check(linked, sink),
        }
        let _ = index;
    }

    /// Mail of the event.
    pub fn link(&self, r: &Resource<Function>, index: usize, stack: &Stack<'_>, out: &mut Outbox) {
        match self {
            Self::HttpApi(e) => e.link(r, stack, out),
            Self::LoadBalancer(e) => e.link(r, stack, out),
            Self::EventBus(e) => e.link(r, index, stack, out),
            Self::Topic(e) => e.link(r, index, stack, out),
            Self::Queue(e) => e.link(r, stack, out),
            Self::S3(e) => e.link(r, stack, out),
            _ => {}
        }
    }

    fn expand(&self, cx: &mut EventCx<'_, '_>) {
        match self {
            Self::HttpApi(e) => e.expand(cx),
            Self::Schedule(e) => e.expand(cx),
            Self::EventBus(e) => e.expand(cx),
            Self::Topic(e) => e.expand(cx),
            Self::Queue(e) => e.expand(cx),
            Self::DynamoDb(e) => e.expand(cx),
            Self::Kinesis(e) => e.expand(cx),
            Self::Kafka(e) => e.expand(cx),
            Self::S3(e) => e.expand(cx),
            Self::Log(e) => e.expand(cx),
            Self::Alarm(e) => e.expand(cx),
            Self::LoadBalancer(e) => e.expand(cx),
        }
    }
}

/// Rules over all events of a function.
pub fn check_together(r: &Resource<Function>, linked: &Linked<'_>, sink: &mut Sink) {
    http_api::check_payload_formats(r, linked, sink);
    let mut seen = SortedMap::new();
    for event in r.props.events.iter().flatten() {
        let (what, source, span) = match event {
            FunctionEvent::Queue(e) => ("queue", &e.sqs_queue_name, e.span),
            FunctionEvent::Topic(e) => ("topic", &e.sns_topic_name, e.span),
            _ => continue,
        };
        let Some(source) = source else { continue };
        if let Some(first) = seen.insert((what, &source.value), span) {
            let message = format!("two events take from the {what} `{}`, and AWS refuses the second", source.value);
            sink.push(
                Diagnostic::error(Code::CLASH, span, message)
                    .label(first, "first taken from here")
                    .hint("remove one of them"),
            );
        }
    }
}

/// Expands every event of a function.
pub fn expand(r: &Resource<Function>, linked: &Linked<'_>, fragment: &mut Fragment, rights: &mut Vec<Statement>) {
    for (index, event) in r.props.events.iter().flatten().enumerate() {
        event.expand(&mut EventCx { function: r, index, linked, fragment, rights });
    }
}
