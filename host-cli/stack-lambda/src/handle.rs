//! One event from CloudFormation to its answer, whatever happens in between.

use crate::answer::{self, Done};
use crate::aws::Aws;
use crate::event::{Event, Need, RequestType};
use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

/// Left for the answer when the function's time is nearly over.
const FOR_THE_ANSWER: Duration = Duration::from_secs(15);

/// Handles an event and answers it. `deadline` is when Lambda ends the function.
pub async fn handle(aws: &Aws, payload: Value, deadline: SystemTime) {
    let event = match Event::deserialize(&payload) {
        Ok(event) => event,
        Err(error) => {
            let reason = format!("the event of CloudFormation cannot be read: {error}");
            return match Event::to_refuse(&payload) {
                Some(event) => tell(aws, &event, &Err(reason)).await,
                None => say(&reason),
            };
        }
    };
    say(&format!("{:?} {} of {}", event.request_type, event.logical_resource_id, event.stack_id));
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default().saturating_sub(FOR_THE_ANSWER);
    let outcome = guarded(left, work(aws, &event)).await;
    tell(aws, &event, &outcome).await;
}

/// Tells CloudFormation, and the log, how it went.
async fn tell(aws: &Aws, event: &Event, outcome: &Result<Done, String>) {
    match outcome {
        Ok(done) => say(&format!("succeeded{}", done.note.as_ref().map(|n| format!(": {n}")).unwrap_or_default())),
        Err(reason) => say(&format!("failed: {reason}")),
    }
    if let Err(error) = answer::deliver(aws, &event.response_url, &answer::body(event, outcome)).await {
        say(&error);
    }
}

/// Runs a handler until it ends, panics, or has used up its time.
pub async fn guarded(time: Duration, work: impl Future<Output = Result<Done, String>>) -> Result<Done, String> {
    match tokio::time::timeout(time, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(format!("the stack's function failed by a mistake of its own: {text}"))
        }
        Err(_) => Err(format!("not done after {} seconds, which is all the time that Lambda gives", time.as_secs())),
    }
}

async fn work(aws: &Aws, event: &Event) -> Result<Done, String> {
    let need = match event.need() {
        Ok(need) => need,
        // What another program has made is not ours to delete; refusing would only block the stack.
        Err(reason) if event.request_type == RequestType::Delete => {
            return Ok(Done::noting(format!("nothing was deleted: {reason}")));
        }
        Err(reason) => return Err(reason),
    };
    match need {
        Need::Script(script) => script.handle(aws, event).await,
        Need::EdgeFunction(function) => match event.request_type {
            RequestType::Delete => function.delete(aws).await,
            RequestType::Create | RequestType::Update => function.ensure(aws).await,
        },
        Need::Firewall(firewall) => match event.request_type {
            RequestType::Delete => firewall.delete(aws).await,
            RequestType::Create | RequestType::Update => firewall.ensure(aws).await,
        },
    }
}

/// A line for the log group.
#[expect(clippy::print_stdout, reason = "Lambda logs what is printed")]
fn say(line: &str) {
    println!("{line}");
}
