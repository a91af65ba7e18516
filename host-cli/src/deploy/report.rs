//! Why a stack operation failed: the events, reduced to root causes. Pure.

use crate::aws::cloudformation::StackEvent;
use crate::ui::line::{Cause, Excerpt, Origin};
use std::collections::{BTreeMap, BTreeSet};

/// Root causes, and how many resources only followed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The first failures of resources, in order of time.
    pub causes: Vec<Cause>,
    /// Resources that were cancelled because of them.
    pub cascaded: usize,
}

/// Reduces the events of one operation, the oldest first.
pub fn report(
    events: &[StackEvent],
    stack_name: &str,
    origins: &BTreeMap<String, Origin>,
    excerpts: &BTreeMap<String, Excerpt>,
) -> Report {
    let mut causes = vec![];
    let mut cascaded = BTreeSet::new();
    let mut seen = BTreeSet::new();
    // What fails while rolling back is a second story: it says why the stack is stuck, even of a resource that failed before.
    let rollback =
        events.iter().position(|e| is_stack(e, stack_name) && e.status.contains("ROLLBACK")).unwrap_or(events.len());
    let failures = events.iter().enumerate().filter(|(_, e)| e.status.ends_with("_FAILED"));
    for (at, event) in failures {
        if is_stack(event, stack_name) {
            continue;
        }
        let reason = event.reason.as_deref().unwrap_or_default();
        if is_cascade(reason) {
            cascaded.insert(event.logical_id.clone());
        } else if seen.insert((at >= rollback, event.logical_id.clone())) {
            let reason = clean(reason);
            causes.push(Cause {
                logical_id: event.logical_id.clone(),
                resource_type: event.resource_type.clone(),
                hints: hints(&reason, &event.status),
                reason,
                origin: origins.get(&event.logical_id).cloned().unwrap_or_default(),
                excerpt: excerpts.get(&event.logical_id).cloned(),
            });
        }
    }
    Report { causes, cascaded: cascaded.len() }
}

fn is_stack(event: &StackEvent, stack_name: &str) -> bool {
    event.resource_type == "AWS::CloudFormation::Stack" && event.logical_id == stack_name
}

/// CloudFormation's words for "something else failed".
fn is_cascade(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["creation cancelled", "update cancelled", "deletion cancelled", "the following resource(s) failed"]
        .iter()
        .any(|words| reason.contains(words))
}

/// Drops request ids, handler codes and the name of the SDK's exception.
fn clean(reason: &str) -> String {
    let mut out = reason.trim().to_owned();
    for marker in ["(Service: ", "(RequestToken: ", "(SDK Attempt Count: "] {
        while let Some(start) = out.find(marker) {
            let end = out[start..].find(')').map_or(out.len(), |at| start + at + 1);
            out.replace_range(start..end, "");
        }
    }
    for prefix in ["Resource handler returned message: "] {
        if let Some(rest) = out.strip_prefix(prefix) {
            out = rest.to_owned();
        }
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let out = out.trim_matches('"').trim().to_owned();
    if out.is_empty() { "CloudFormation gives no reason".into() } else { out }
}

/// The next step for the commonest reasons.
fn hints(reason: &str, status: &str) -> Vec<String> {
    let low = reason.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| low.contains(w));
    let hint = if any(&["custom-named resource requires replacing"]) {
        "the new one would have the same name: rename the resource in the config, or delete it in one deploy and add it again in the next"
    } else if any(&["already exists", "already owned", "is not available"]) {
        "something else has this name: delete it, import it, or use another stage or resource name"
    } else if any(&["not authorized", "access denied", "accessdenied", "is not allowed to", "forbidden"]) {
        "the identity that deploys (or deploymentConfig.cloudformationRoleArn) lacks the permission that the message names"
    } else if any(&["limit exceeded", "limitexceeded", "quota", "too many", "maximum number"]) {
        "an account quota is reached: free something, or ask for more in the Service Quotas console"
    } else if any(&["not empty"]) {
        "empty it, then run the command again"
    } else if any(&["circuit breaker", "failed to stabilize", "did not stabilize", "exceeded attempts to wait"]) {
        "the resource was made and did not become healthy: look at its logs"
    } else if any(&["throttl", "rate exceeded"]) {
        "AWS was asked too much at once: run the command again"
    } else if any(&["internal failure", "internalfailure", "service unavailable"]) {
        "AWS had a problem of its own: run the command again"
    } else if status.starts_with("DELETE_") {
        "remove what still uses it, then run the command again"
    } else {
        return vec![];
    };
    vec![hint.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn event(id: &str, kind: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            id: format!("{id}-{status}"),
            time: SystemTime::UNIX_EPOCH,
            logical_id: id.into(),
            physical_id: String::new(),
            resource_type: kind.into(),
            status: status.into(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        }
    }

    #[test]
    fn the_first_failure_is_on_top_and_cascades_are_folded() {
        let events = [
            event("shop-dev", "AWS::CloudFormation::Stack", "UPDATE_IN_PROGRESS", ""),
            event(
                "DbTable",
                "AWS::DynamoDB::Table",
                "CREATE_FAILED",
                "Resource handler returned message: \"Table already exists: shop (Service: DynamoDb, Status Code: 400, Request ID: 1)\" \
                 (RequestToken: 9, HandlerErrorCode: AlreadyExists)",
            ),
            event("A", "AWS::SQS::Queue", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "AWS::SQS::Queue", "UPDATE_FAILED", "Resource update cancelled"),
            event(
                "shop-dev",
                "AWS::CloudFormation::Stack",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed to create: [DbTable].",
            ),
            event("A", "AWS::SQS::Queue", "DELETE_FAILED", "in use"),
            event("DbTable", "AWS::DynamoDB::Table", "DELETE_FAILED", "busy"),
        ];
        let report = report(&events, "shop-dev", &BTreeMap::new(), &BTreeMap::new());
        assert_eq!(report.cascaded, 2);
        let got: Vec<_> = report.causes.iter().map(|c| (c.logical_id.as_str(), c.reason.as_str())).collect();
        assert_eq!(got, [("DbTable", "Table already exists: shop"), ("A", "in use"), ("DbTable", "busy")]);
        assert!(report.causes[0].hints[0].starts_with("something else has this name"));
    }

    #[test]
    fn no_reason_is_said_so() {
        let events = [event("X", "AWS::Lambda::Function", "CREATE_FAILED", "")];
        assert_eq!(
            report(&events, "s", &BTreeMap::new(), &BTreeMap::new()).causes[0].reason,
            "CloudFormation gives no reason"
        );
    }
}
