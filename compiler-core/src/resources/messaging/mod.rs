//! Types that carry messages.

pub mod event_bus;
pub mod kinesis_stream;
pub mod sns_topic;
pub mod sqs_queue;
