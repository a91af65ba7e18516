//! The answer to CloudFormation. Source: "Custom resource response objects" in its user guide.

use crate::aws::Aws;
use crate::event::Event;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What a handler did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// What `Fn::GetAtt` gives.
    pub data: Map<String, Value>,
    /// What people should know, beside that it succeeded.
    pub note: Option<String>,
}

impl Done {
    /// Nothing to report.
    pub fn quietly() -> Self {
        Self::default()
    }

    /// Something that people should know.
    pub fn noting(note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..Self::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.data.insert(name.into(), Value::String(value.into()));
        self
    }
}

/// Bytes of a reason; the whole answer may have 4096.
const MAX_REASON: usize = 1500;
/// Attempts to deliver the answer, with a growing pause between them. Two that hang and a third fit into the time that is left for the answer.
const ATTEMPTS: u32 = 5;
/// The most that one attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The body of an answer.
pub fn body(event: &Event, outcome: &Result<Done, String>) -> Value {
    let (status, reason, data) = match outcome {
        Ok(done) => ("SUCCESS", done.note.as_deref(), done.data.clone()),
        Err(reason) => ("FAILED", Some(reason.as_str()), Map::new()),
    };
    let mut body = json!({
        "Status": status,
        "PhysicalResourceId": event.physical_id(),
        "StackId": event.stack_id,
        "RequestId": event.request_id,
        "LogicalResourceId": event.logical_resource_id,
        "Data": data,
    });
    if let Some(reason) = reason {
        body["Reason"] = shorten(reason).into();
    }
    body
}

/// Control characters, such as colours in what a script failed with, would take six bytes each.
fn shorten(reason: &str) -> String {
    let reason = reason.replace(|c: char| c.is_control() && c != '\n', " ");
    match (0..=MAX_REASON).rev().find(|at| reason.is_char_boundary(*at)) {
        Some(at) if reason.len() > MAX_REASON => format!("{}…", &reason[..at]),
        _ => reason,
    }
}

/// Delivers an answer.
///
/// # Errors
/// When the address does not take it, after several attempts.
pub async fn deliver(aws: &Aws, url: &str, body: &Value) -> Result<(), String> {
    let text = body.to_string();
    let mut pause = Duration::from_millis(200);
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        match tokio::time::timeout(PATIENCE, aws.put(url, text.clone())).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => last = error,
            Err(_) => last = format!("no answer after {} seconds", PATIENCE.as_secs()),
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err(format!("CloudFormation could not be answered: {last}"))
}

#[cfg(test)]
mod tests {
    use super::{MAX_REASON, shorten};

    #[test]
    fn long_reasons_are_cut_between_characters() {
        assert_eq!(shorten("short\nand \u{1b}[31mred"), "short\nand  [31mred");
        let cut = shorten(&"ä".repeat(2000));
        assert!(cut.len() <= MAX_REASON + 3 && cut.ends_with('…'), "{}", cut.len());
    }
}
