//! `schedule`: a point in time or an interval, as an EventBridge rule on the default bus.

use super::EventCx;
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::event_input::{self, EventInput, InputTransformer};
use crate::source::Span;
use crate::template::Object;

/// A point in time, or an interval.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ScheduleEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// `rate(5 minutes)`, or `cron(minutes hours day-of-month month day-of-week year)` in UTC.
    pub schedule_rate: Val<String>,
    /// What the function gets instead of the event.
    pub input: Option<Raw>,
    /// Part of the event that the function gets, as a JSONPath.
    pub input_path: Option<Val<String>>,
    /// Template of what the function gets.
    pub input_transformer: Option<InputTransformer>,
}

impl ScheduleEvent {
    fn input(&self) -> EventInput<'_> {
        EventInput { input: &self.input, path: &self.input_path, transformer: &self.input_transformer }
    }

    pub(super) fn check(&self, sink: &mut Sink) {
        event_input::check_schedule(&self.schedule_rate, sink);
        self.input().check(sink);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let target = self.input().apply(cx.rule_target());
        let rule = Object::new()
            .set("ScheduleExpression", self.schedule_rate.clone())
            .set("State", "ENABLED")
            .set("Targets", vec![target]);
        cx.add_rule(self.span, rule);
    }
}
