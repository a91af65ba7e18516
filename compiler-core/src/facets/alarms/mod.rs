//! CloudWatch alarms on resources: what is watched ([`Trigger`]), how long it must last, who is told, and how other parts of the config refer to
//! an alarm (`api.alarms.0`).
//!
//! A resource type that can have alarms declares a union of its triggers, implements [`Trigger`] for it, holds `Option<Vec<Alarm<ItsTriggers>>>`
//! and calls [`check`], [`names`] and [`add`].

mod delivery;
mod email;
mod metric;
mod reference;
mod target;
#[cfg(test)]
mod tests;

pub use metric::{Comparison, Condition, Metric, MissingData, Series, Statistic};
pub use reference::{find, resolve};
pub use target::NotificationTarget;

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AlarmName, Fragment, Linked, ResourceName, Stack};
use crate::naming::{alarm_logical_id, alarm_name};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource};

/// What an alarm on a resource type watches: a union of `type` and `properties`.
pub trait Trigger: Decode + Describe {
    /// What the owner hands over so that metrics can be found: dimensions, usually.
    type Target;

    /// The `type`, such as `lambda-duration`. Part of the alarm's name and logical id.
    fn kind(&self) -> &'static str;

    /// Rules over several properties, or over the owner.
    fn check(&self, _owner: &ResourceName, _linked: &Linked<'_>, _sink: &mut Sink) {}

    /// What is measured, and when that is too much. `period` is in seconds.
    fn condition(&self, target: &Self::Target) -> Condition;
}

/// An alarm.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Alarm<T> {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// What is watched, and from which value on the alarm fires.
    pub trigger: T,
    /// How long it must last.
    pub evaluation: Option<AlarmEvaluation>,
    /// Who is told when the alarm fires, and when it is over.
    pub notification_targets: Option<Vec<Spanned<NotificationTarget>>>,
    /// Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days.
    #[config(default = true)]
    pub include_in_history: Option<bool>,
    /// What the alarm is about; part of notifications.
    #[config(length = 0..=1024)]
    pub description: Option<Val<String>>,
}

impl<T> Alarm<T> {
    /// The same alarm on the part of a composite that it is handed on to; `None` when that part does not know the trigger.
    pub fn convert<U>(self, trigger: impl Fn(T) -> Option<U>) -> Option<Alarm<U>> {
        Some(Alarm {
            span: self.span,
            trigger: trigger(self.trigger)?,
            evaluation: self.evaluation,
            notification_targets: self.notification_targets,
            include_in_history: self.include_in_history,
            description: self.description,
        })
    }
}

/// How long a condition must last until the alarm fires.
#[derive(Clone, Debug, Decode, Describe)]
pub struct AlarmEvaluation {
    /// Length of one period; a multiple of 60.
    #[config(range = 60..=86400, unit = "seconds", default = 60)]
    pub period: Option<Val<u32>>,
    /// Number of the latest periods that are looked at.
    #[config(range = 1..=1440, default = 1)]
    pub evaluation_periods: Option<Val<u32>>,
    /// Number of these periods that must be over the threshold; all of them when not given.
    #[config(range = 1..=1440)]
    pub breached_periods: Option<Val<u32>>,
}

/// Length of a period when none is given, in seconds.
const DEFAULT_PERIOD: u32 = 60;
/// CloudWatch looks back a day at most (a week for periods of an hour and more).
const LONGEST_WINDOW: u64 = 86_400;
const LONGEST_WINDOW_OF_HOURS: u64 = 7 * 86_400;

impl AlarmEvaluation {
    fn check(&self, sink: &mut Sink) {
        let known = |v: &Option<Val<u32>>| v.as_ref().and_then(|v| v.as_known()).copied();
        if let (Some(period), Some(value)) = (&self.period, known(&self.period))
            && value % 60 != 0
        {
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    period.span,
                    format!("period must be a multiple of 60 seconds, found {value}"),
                )
                .hint(format!("use {}", value.next_multiple_of(60))),
            );
        }
        let (period, all) =
            (known(&self.period).unwrap_or(DEFAULT_PERIOD), known(&self.evaluation_periods).unwrap_or(1));
        if let (Some(breached), Some(value)) = (&self.breached_periods, known(&self.breached_periods))
            && value > all
        {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    breached.span,
                    format!("breachedPeriods ({value}) is more than evaluationPeriods ({all})"),
                )
                .hint(format!("raise evaluationPeriods to {value}, or lower breachedPeriods")),
            );
        }
        let longest = if period >= 3600 { LONGEST_WINDOW_OF_HOURS } else { LONGEST_WINDOW };
        if let Some(periods) = &self.evaluation_periods
            && u64::from(period) * u64::from(all) > longest
        {
            let message = format!(
                "evaluationPeriods × period is {} seconds, but CloudWatch looks back {longest} seconds at most",
                u64::from(period) * u64::from(all)
            );
            sink.push(
                Diagnostic::error(Code::OUT_OF_RANGE, periods.span, message)
                    .hint("lower evaluationPeriods or period; periods of an hour and more may cover seven days"),
            );
        }
    }
}

/// Rules of all alarms of a resource.
pub fn check<T: Trigger>(owner: &ResourceName, alarms: Option<&[Alarm<T>]>, linked: &Linked<'_>, sink: &mut Sink) {
    for alarm in alarms.into_iter().flatten() {
        alarm.trigger.check(owner, linked, sink);
        if let Some(evaluation) = &alarm.evaluation {
            evaluation.check(sink);
        }
        for target in alarm.notification_targets.iter().flatten() {
            target.value.check(target.span, linked.stack, sink);
        }
    }
}

/// Names of the alarms of a resource, in their order.
pub fn names<T: Trigger>(owner: &ResourceName, alarms: Option<&[Alarm<T>]>, stack: &Stack<'_>) -> Vec<AlarmName> {
    alarms.into_iter().flatten().enumerate().map(|(i, alarm)| name_of(owner, i, alarm, stack)).collect()
}

/// The name of an alarm. The position in the list is part of it: alarms that change places are replaced.
fn name_of<T: Trigger>(owner: &ResourceName, index: usize, alarm: &Alarm<T>, stack: &Stack<'_>) -> AlarmName {
    let name = alarm_name(alarm.trigger.kind(), owner.dotted(), &index.to_string());
    AlarmName { logical_id: alarm_logical_id(&name, "", "AWS::CloudWatch::Alarm"), name: stack.identity.alarm(&name) }
}

/// Adds the alarms of a resource.
pub fn add<T: Trigger>(
    owner: &ResourceName,
    alarms: Option<&[Alarm<T>]>,
    target: &T::Target,
    linked: &Linked<'_>,
    fragment: &mut Fragment,
) {
    for (i, alarm) in alarms.into_iter().flatten().enumerate() {
        let AlarmName { logical_id, name } = name_of(owner, i, alarm, linked.stack);
        let notice = delivery::Notice {
            alarm: alarm_name(alarm.trigger.kind(), owner.dotted(), &i.to_string()),
            physical_name: name.clone(),
            alarm_id: logical_id.clone(),
            description: alarm.description.as_ref(),
            span: alarm.span,
            stack: linked.stack,
        };
        delivery::add(&notice, alarm.notification_targets.as_deref().unwrap_or_default(), fragment);
        let condition = alarm.trigger.condition(target);
        let (period, periods, breached) = match &alarm.evaluation {
            Some(e) => (e.period.clone(), e.evaluation_periods.clone(), e.breached_periods.clone()),
            None => (None, None, None),
        };
        let period = period.map_or(Expr::from(DEFAULT_PERIOD), Into::into);
        let properties = Object::new()
            .set("AlarmName", name)
            .opt("AlarmDescription", alarm.description.clone())
            .set("ComparisonOperator", condition.comparison)
            .opt("DatapointsToAlarm", breached)
            .set("EvaluationPeriods", periods.map_or(Expr::from(1), Into::into))
            .set("Metrics", condition.series.to_expr(alarm.trigger.kind(), &period))
            .set("Threshold", condition.threshold)
            .opt("TreatMissingData", condition.missing_data);
        fragment.add(logical_id, alarm.span, Resource::new("AWS::CloudWatch::Alarm", properties));
    }
}
