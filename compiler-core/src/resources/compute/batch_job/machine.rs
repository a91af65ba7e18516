//! The state machine of a job: attempt, wait, next attempt, until one succeeds or none is left.
//!
//! Its input is `{triggerEvent, jobName}`: the event as JSON text, and the name of the job in AWS Batch. States are called `spot1` or `onDemand1`,
//! `wait1`, … , `succeed` and `fail`.

use super::{BatchJob, RetryConfig};
use crate::model::{Resource, Stack};
use crate::shared_infra::batch::Capacity;
use crate::template::{Expr, Object, sub};

/// The longest wait of a state machine, in seconds. Source: `Wait` in the Amazon States Language.
const LONGEST_WAIT: f64 = 99_999_999.0;

impl RetryConfig {
    fn attempts(&self) -> u32 {
        self.attempts.unwrap_or(1)
    }

    /// Seconds to wait after an attempt, counted from 1.
    fn wait_after(&self, attempt: u32) -> i64 {
        let interval = self.retry_interval_seconds.unwrap_or(0.0) * self.retry_interval_multiplier.unwrap_or(1.0);
        (interval * f64::from(attempt)).round().clamp(0.0, LONGEST_WAIT) as i64
    }
}

/// The definition in Amazon States Language.
pub fn definition(r: &Resource<BatchJob>, stack: &Stack<'_>) -> Object {
    let retry = r.props.retry_config.clone().unwrap_or_default();
    let (attempts, capacity) = (retry.attempts(), capacity(r));
    let attempt_name = |attempt: u32| format!("{}{attempt}", capacity.as_str());
    let mut states = Object::new();
    for attempt in 1..=attempts {
        let last = attempt == attempts;
        let wait = format!("wait{attempt}");
        let after_failure = if last { "fail".to_string() } else { wait.clone() };
        states.insert(attempt_name(attempt), task(r, attempt, attempts, after_failure, stack));
        if !last {
            let pause = Object::new()
                .set("Type", "Wait")
                .set("Seconds", retry.wait_after(attempt))
                .set("Next", attempt_name(attempt + 1));
            states.insert(wait, pause);
        }
    }
    states.insert("succeed", Object::new().set("Type", "Succeed"));
    states.insert("fail", Object::new().set("Type", "Fail"));
    Object::new().set("StartAt", attempt_name(1)).set("States", states)
}

/// Whose instances a job runs on.
pub fn capacity(r: &Resource<BatchJob>) -> Capacity {
    if r.props.use_spot_instances { Capacity::Spot } else { Capacity::OnDemand }
}

fn task(r: &Resource<BatchJob>, attempt: u32, attempts: u32, after_failure: String, stack: &Stack<'_>) -> Object {
    let text = |name: &'static str, value: Expr| Expr::from(Object::new().set("Name", name).set("Value", value));
    let event = Object::new().set("Name", "STP_TRIGGER_EVENT_DATA").set("Value.$", "$.triggerEvent");
    let variables = vec![
        event.into(),
        text("STP_MAXIMUM_ATTEMPTS", attempts.to_string().into()),
        text("STP_CURRENT_ATTEMPT", attempt.to_string().into()),
        text("AWS_REGION", Expr::from(&stack.identity.region)),
    ];
    let timeout = r.props.timeout.as_ref().map(|t| Object::new().set("AttemptDurationSeconds", t.value));
    let parameters = Object::new()
        .set("JobDefinition", r.definition_arn(stack))
        .set("JobName.$", "$.jobName")
        .set("JobQueue", capacity(r).queue_arn(r.needs_gpu(), &stack.identity))
        .set("ContainerOverrides", Object::new().set("Environment", Expr::List(variables)))
        .opt("Timeout", timeout);
    let catch = Object::new()
        .set("ErrorEquals", vec!["States.ALL"])
        .set("ResultPath", "$.error-info")
        .set("Next", after_failure);
    Object::new()
        .set("Type", "Task")
        .set("Resource", sub("arn:${AWS::Partition}:states:::batch:submitJob.sync"))
        .set("Parameters", parameters)
        .set("Catch", vec![catch])
        .set("Next", "succeed")
}

#[cfg(test)]
mod tests {
    use super::RetryConfig;

    #[test]
    fn waits_grow_with_the_attempts() {
        let retry = |seconds, multiplier| RetryConfig {
            attempts: Some(4),
            retry_interval_seconds: seconds,
            retry_interval_multiplier: multiplier,
        };
        let waits = |r: RetryConfig| [1, 2, 3].map(|attempt| r.wait_after(attempt));
        assert_eq!(waits(retry(Some(30.0), Some(2.0))), [60, 120, 180]);
        assert_eq!(waits(retry(Some(30.0), None)), [30, 60, 90]);
        assert_eq!(waits(retry(Some(3.0), Some(1.5))), [5, 9, 14]);
        assert_eq!(waits(retry(None, Some(2.0))), [0, 0, 0]);
        assert_eq!(waits(retry(Some(1e9), Some(1e9))), [99_999_999; 3]);
        assert_eq!(RetryConfig::default().attempts(), 1);
    }
}
