//! Orders to misbehave, for tests: resource operations that fail, calls that are throttled or find expired credentials. They come through the
//! Rust API or as JSON to `POST /_simulator/…`; an order counts down and is gone.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::json;

use crate::model::Failure;
use crate::store::World;

/// How a call is answered instead of being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// "Rate exceeded": SDKs wait and try again.
    Throttle,
    /// "The security token included in the request is expired": trying again is no use.
    Expire,
}

/// An order about calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `DescribeStacks`, `s3:PutObject`, `cloudformation:*` or `*`.
    pub action: String,
    /// What happens to the call.
    pub kind: FaultKind,
    /// How many calls it happens to.
    pub times: u32,
}

/// Counts down and gives the fault that this call has to meet, if any.
pub(crate) fn take_fault(faults: &mut Vec<Fault>, service: &str, action: &str) -> Option<FaultKind> {
    let fits = |fault: &Fault| match fault.action.split_once(':') {
        Some((wanted, rest)) => wanted == service && (rest == "*" || rest == action),
        None => fault.action == "*" || fault.action == action,
    };
    let fault = faults.iter_mut().find(|fault| fault.times > 0 && fits(fault))?;
    fault.times -= 1;
    let kind = fault.kind;
    faults.retain(|fault| fault.times > 0);
    Some(kind)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FaultOrder {
    action: String,
    #[serde(default = "once")]
    times: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ForgetOrder {
    #[serde(default)]
    identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StepsOrder {
    left: Option<u32>,
}

fn once() -> u32 {
    1
}

/// Answers a control request with an HTTP status and a JSON text.
pub(crate) fn answer(world: &Arc<Mutex<World>>, method: &str, path: &str, body: &[u8]) -> (u16, String) {
    let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = match (method, path) {
        ("GET", "/_simulator/health") => {
            Ok(json!({ "account": world.account, "region": world.region, "stacks": world.stacks.len() }))
        }
        ("POST", "/_simulator/fail") => serde_json::from_slice::<Failure>(body).map(|failure| {
            world.order_failure(failure);
            json!({})
        }),
        ("POST", "/_simulator/throttle" | "/_simulator/expire") => {
            serde_json::from_slice::<FaultOrder>(body).map(|order| {
                let kind = if path.ends_with("throttle") { FaultKind::Throttle } else { FaultKind::Expire };
                world.faults.push(Fault { action: order.action, kind, times: order.times });
                json!({})
            })
        }
        ("POST", "/_simulator/forget") => serde_json::from_slice::<ForgetOrder>(body)
            .map(|order| json!({ "forgotten": world.forget(order.identifier.as_deref()) })),
        ("POST", "/_simulator/steps") => serde_json::from_slice::<StepsOrder>(body).map(|order| {
            world.steps_left = order.left;
            json!({})
        }),
        ("POST", "/_simulator/reset") => {
            world.drop_orders();
            Ok(json!({}))
        }
        _ => {
            let known = "GET health; POST fail, throttle, expire, steps, forget, reset";
            return (
                404,
                json!({ "message": format!("{method} {path} is no control endpoint. There are: {known}") }).to_string(),
            );
        }
    };
    match outcome {
        Ok(value) => (200, value.to_string()),
        Err(error) => (400, json!({ "message": format!("The order cannot be read: {error}") }).to_string()),
    }
}
