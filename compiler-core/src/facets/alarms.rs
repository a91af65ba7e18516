//! CloudWatch alarms on resources.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{AlarmName, Fragment, Linked, ResourceName, Stack};
use crate::source::Spanned;

/// An alarm.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Alarm<T> {
    /// What is watched.
    pub trigger: T,
}

/// What an alarm on a function watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum FunctionTrigger {
    /// x
    #[config(name = "lambda-error-rate")]
    ErrorRate,
}

/// Rules.
pub fn check<T>(_alarms: Option<&[Alarm<T>]>, _linked: &Linked<'_>, _sink: &mut Sink) {}

/// Names of declared alarms.
pub fn names<T>(_owner: &ResourceName, _alarms: Option<&[Alarm<T>]>, _stack: &Stack<'_>) -> Vec<AlarmName> {
    vec![]
}

/// Adds the alarms.
pub fn add<T>(
    _owner: &ResourceName,
    _alarms: Option<&[Alarm<T>]>,
    _target: &str,
    _linked: &Linked<'_>,
    _fragment: &mut Fragment,
) {
}

/// The alarm that `resource.alarms.0` means.
pub fn find(_reference: &str, _stack: &Stack<'_>) -> Option<AlarmName> {
    None
}

/// The same; reports a reference that means nothing.
pub fn resolve(
    _reference: &Spanned<String>,
    _property: &str,
    _stack: &Stack<'_>,
    _sink: &mut Sink,
) -> Option<AlarmName> {
    None
}
