//! `cloudwatch-log` and `cloudwatch-alarm`: lines of a log group that match a filter, and alarms that start to fire.

use super::EventCx;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::{alarms, references};
use crate::model::{Linked, Resource as Declared};
use crate::resources::compute::function::{Function, permission};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource, get_att};

/// Lines in a log group.
#[derive(Clone, Debug, Decode, Describe)]
pub struct LogEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of the log group, such as `$ResourceParam('api', 'logGroupArn')`.
    pub log_group_arn: Val<String>,
    /// Filter pattern; every line when not given. The function gets the lines gzipped and base64-encoded.
    pub filter: Option<Val<String>>,
}

/// An alarm that starts to fire.
#[derive(Clone, Debug, Decode, Describe)]
pub struct AlarmEvent {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Alarm of this config, as `resource.alarms.0`.
    #[config(names = "any")]
    pub alarm_name: Spanned<String>,
}

impl LogEvent {
    pub(super) fn check(&self, r: &Declared<Function>, linked: &Linked<'_>, sink: &mut Sink) {
        let own = matches!(self.log_group_arn.as_deferred(), Some(Expr::Param { resource, name, .. })
            if &**resource == r.name.dotted() && &**name == "logGroupArn");
        if own {
            let message = format!("`{}` gets its own log lines, so each call causes the next", r.name.shown());
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, self.log_group_arn.span, message)
                    .hint("read the log group of another resource, or let another function take these lines"),
            );
        }
        if self.log_group_arn.as_known().is_none() {
            references::check_arn("logGroupArn", &self.log_group_arn, linked, sink);
        }
        if let Some(arn) = self.log_group_arn.as_known()
            && arn.split(':').nth(6).is_none_or(str::is_empty)
        {
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    self.log_group_arn.span,
                    format!("logGroupArn must be the ARN of a log group, found \"{arn}\""),
                )
                .hint("for example arn:aws:logs:eu-west-1:123456789012:log-group:/my/app:*"),
            );
        }
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let arn = Expr::from(self.log_group_arn.clone());
        let principal = format!("logs.{}.amazonaws.com", cx.linked.stack.identity.region);
        let permission_id = cx.id("AWS::Lambda::Permission");
        cx.fragment.add(permission_id.clone(), self.span, permission(cx.function, principal, Some(arn.clone())));
        // The name is the seventh part of the ARN.
        let parts = Expr::Intrinsic("Fn::Split", Box::new(Expr::List(vec![":".into(), arn])));
        let name = Expr::Intrinsic("Fn::Select", Box::new(Expr::List(vec![Expr::Int(6), parts])));
        let properties = Object::new()
            .set("DestinationArn", cx.function.endpoint())
            .set("FilterPattern", self.filter.clone().map_or(Expr::from(""), Expr::from))
            .set("LogGroupName", name);
        let kind = "AWS::Logs::SubscriptionFilter";
        cx.fragment.add(cx.id(kind), self.span, Resource::new(kind, properties).after(permission_id));
    }
}

impl AlarmEvent {
    pub(super) fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        alarms::resolve(&self.alarm_name, "alarmName", linked.stack, sink);
    }

    pub(super) fn expand(&self, cx: &mut EventCx<'_, '_>) {
        let Some(alarm) = alarms::find(&self.alarm_name, cx.linked.stack) else { return };
        let state = Object::new().set("value", vec!["ALARM"]);
        let pattern = Object::new()
            .set("source", vec!["aws.cloudwatch"])
            .set("detail-type", vec!["CloudWatch Alarm State Change"])
            .set("resources", vec![get_att(alarm.logical_id, "Arn")])
            .set("detail", Object::new().set("state", state));
        let rule =
            Object::new().set("EventPattern", pattern).set("State", "ENABLED").set("Targets", vec![cx.rule_target()]);
        cx.add_rule(self.span, rule);
    }
}

impl EventCx<'_, '_> {
    /// The function as the target of a rule. The id is part of a deployed rule's identity.
    pub(super) fn rule_target(&self) -> Object {
        let id = format!("{}-event-{}-event-rule", self.function.name.flat(), self.index);
        Object::new().set("Arn", self.function.endpoint()).set("Id", crate::naming::truncate(&id, 64))
    }

    /// Adds an EventBridge rule and the permission for it to call the function.
    pub(super) fn add_rule(&mut self, span: Span, rule: Object) {
        let id = self.id("AWS::Events::Rule");
        self.fragment.add(id.clone(), span, Resource::new("AWS::Events::Rule", rule));
        let permission = permission(self.function, "events.amazonaws.com", Some(get_att(id, "Arn")));
        self.fragment.add(self.id("AWS::Lambda::Permission"), span, permission);
    }
}
