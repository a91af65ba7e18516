//! What alarms on queues watch.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::alarms::{Comparison, Condition, Metric, MissingData, Series, Statistic, Trigger};
use crate::template::Expr;

/// What an alarm on a queue watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum QueueTrigger {
    /// How many messages consumers take.
    #[config(name = "sqs-queue-received-messages-count")]
    ReceivedMessages(QueueReceivedMessages),
    /// Any message in the queue; for dead-letter queues.
    #[config(name = "sqs-queue-not-empty")]
    NotEmpty,
}

/// How many messages consumers take.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueueReceivedMessages {
    /// The alarm fires when more messages are taken in a period.
    #[config(range = 0..=1000000000, unit = "messages")]
    pub threshold_count: Val<f64>,
    /// How the number compares to the threshold when the alarm fires.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
    /// How the numbers of a period become one.
    #[config(default = "avg")]
    pub statistic: Option<Statistic>,
}

fn metric(queue_name: &Expr, name: &'static str) -> Metric {
    Metric { namespace: "AWS/SQS", name, dimensions: vec![("QueueName", queue_name.clone())] }
}

impl Trigger for QueueTrigger {
    /// Name of the queue.
    type Target = Expr;

    fn kind(&self) -> &'static str {
        match self {
            Self::ReceivedMessages(_) => "sqs-queue-received-messages-count",
            Self::NotEmpty => "sqs-queue-not-empty",
        }
    }

    fn condition(&self, queue_name: &Expr) -> Condition {
        match self {
            Self::ReceivedMessages(t) => Condition {
                series: Series::One {
                    metric: metric(queue_name, "NumberOfMessagesReceived"),
                    statistic: t.statistic.unwrap_or(Statistic::Average),
                },
                comparison: t.comparison_operator.unwrap_or(Comparison::Above),
                threshold: t.threshold_count.clone().into(),
                missing_data: Some(MissingData::Breaching),
            },
            Self::NotEmpty => Condition {
                series: Series::Math {
                    metrics: [
                        ("received", "NumberOfMessagesReceived"),
                        ("visible", "ApproximateNumberOfMessagesVisible"),
                        ("not_visible", "ApproximateNumberOfMessagesNotVisible"),
                        ("sent", "NumberOfMessagesSent"),
                    ]
                    .map(|(id, name)| (id.to_string(), metric(queue_name, name), Statistic::Sum))
                    .into(),
                    expression: "received + visible + not_visible + sent".into(),
                    label: "Messages in the queue",
                },
                comparison: Comparison::Above,
                threshold: 0.into(),
                missing_data: None,
            },
        }
    }
}
