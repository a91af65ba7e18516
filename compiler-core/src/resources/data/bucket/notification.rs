//! Notifications of a bucket: functions that are called when objects change, and the default event bus.

use super::Bucket;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Resource};
use crate::source::Span;
use crate::template::{Expr, Object};

/// Mail to a bucket: a function that is called when objects change.
#[derive(Clone, Debug)]
pub struct FunctionNotification {
    /// ARN of the function or its alias, without a reference to it: the bucket comes first.
    pub function_arn: Expr,
    /// Logical id of the permission, which must exist before the notification.
    pub permission: String,
    /// S3 event type.
    pub event: &'static str,
    /// How keys start.
    pub prefix: Option<String>,
    /// How keys end.
    pub suffix: Option<String>,
    /// The event in the config.
    pub span: Span,
}

impl FunctionNotification {
    fn to_expr(&self) -> Expr {
        let rule = |name: &'static str, value: &Option<String>| {
            value.as_ref().map(|v| Expr::from(Object::new().set("Name", name).set("Value", v)))
        };
        let rules: Vec<Expr> =
            [rule("prefix", &self.prefix), rule("suffix", &self.suffix)].into_iter().flatten().collect();
        let key = (!rules.is_empty()).then(|| Object::new().set("S3Key", Object::new().set("Rules", rules)));
        Object::new().set("Event", self.event).opt("Filter", key).set("Function", self.function_arn.clone()).into()
    }

    /// Whether one change of one object could fit both. S3 refuses such a pair.
    fn overlaps(&self, other: &Self) -> bool {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let (a, b) = (text(&self.prefix), text(&other.prefix));
        let prefixes = a.starts_with(&b) || b.starts_with(&a);
        let (a, b) = (text(&self.suffix), text(&other.suffix));
        let suffixes = a.ends_with(&b) || b.ends_with(&a);
        prefixes && suffixes && same_event(self.event, other.event)
    }

    /// Whether the function is called for every change that fits the other anyway.
    fn covers(&self, other: &Self) -> bool {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        self.function_arn == other.function_arn
            && (self.event == other.event || holds(self.event, other.event))
            && text(&other.prefix).starts_with(&text(&self.prefix))
            && text(&other.suffix).ends_with(&text(&self.suffix))
    }
}

/// The notification that makes one of them superfluous. S3 refuses the two together, and one call for one change is what is meant.
fn covering<'a>(all: &[&'a FunctionNotification], index: usize) -> Option<&'a FunctionNotification> {
    let one = all.get(index)?;
    // Of two equal ones the first stays.
    let covers =
        |i: usize, other: &FunctionNotification| i != index && other.covers(one) && (i < index || !one.covers(other));
    all.iter().enumerate().find(|(i, other)| covers(*i, other)).map(|(_, other)| *other)
}

/// The notifications that S3 gets.
fn needed<'a>(all: &[&'a FunctionNotification]) -> Vec<&'a FunctionNotification> {
    all.iter().enumerate().filter(|(i, _)| covering(all, *i).is_none()).map(|(_, one)| *one).collect()
}

/// Whether two event types have a change in common: `s3:ObjectCreated:*` holds `s3:ObjectCreated:Put`.
fn same_event(a: &str, b: &str) -> bool {
    a == b || holds(a, b) || holds(b, a)
}

fn holds(all: &str, one: &str) -> bool {
    all.strip_suffix('*').is_some_and(|start| one.starts_with(start))
}

/// Reports events of functions that S3 would not accept together.
pub(super) fn check(r: &Resource<Bucket>, linked: &Linked<'_>, sink: &mut Sink) {
    let all: Vec<&FunctionNotification> = linked.mail(&r.name).collect();
    for (i, one) in all.iter().enumerate() {
        let Some(other) = covering(&all, i) else { continue };
        let message = format!("another event already calls the function for these changes of the bucket `{}`", r.name);
        sink.push(
            Diagnostic::warning(Code::SUSPICIOUS, one.span, message)
                .label(other.span, "it takes all of them")
                .hint("remove this event: the function is called once for each change"),
        );
    }
    let all = needed(&all);
    for (i, later) in all.iter().enumerate() {
        if let Some(first) = all[..i].iter().find(|first| first.overlaps(later)) {
            let message =
                format!("two events take the same changes of the bucket `{}`, which S3 does not accept", r.name);
            sink.push(
                Diagnostic::error(Code::CLASH, later.span, message)
                    .label(first.span, "the other event")
                    .hint("give them prefixes or suffixes that exclude each other, or set enableEventBusNotifications on the bucket and use event-bus events"),
            );
        }
    }
}

/// `NotificationConfiguration`, and the permissions that must exist before it.
pub(super) fn configuration(r: &Resource<Bucket>, linked: &Linked<'_>) -> Option<(Object, Vec<String>)> {
    let functions: Vec<&FunctionNotification> = linked.mail(&r.name).collect();
    let functions = needed(&functions);
    let bus = r.props.enable_event_bus_notifications;
    if functions.is_empty() && !bus {
        return None;
    }
    let event_bridge = bus.then(|| Object::new().set("EventBridgeEnabled", true));
    let configuration = Object::new()
        .opt("EventBridgeConfiguration", event_bridge)
        .list("LambdaConfigurations", functions.iter().map(|f| f.to_expr()).collect());
    Some((configuration, functions.iter().map(|f| f.permission.clone()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event: &'static str, prefix: &str, suffix: &str) -> FunctionNotification {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_string());
        FunctionNotification {
            function_arn: "arn".into(),
            permission: "P".into(),
            event,
            prefix: some(prefix),
            suffix: some(suffix),
            span: Span::default(),
        }
    }

    #[test]
    fn overlapping_events() {
        let all = event("s3:ObjectCreated:*", "", "");
        for (a, b, overlap) in [
            (all.clone(), event("s3:ObjectCreated:Put", "a/", ""), true),
            (all, event("s3:ObjectRemoved:*", "", ""), false),
            (event("s3:ObjectCreated:Put", "", ""), event("s3:ObjectCreated:Post", "", ""), false),
            (event("s3:ObjectCreated:*", "a/", ""), event("s3:ObjectCreated:*", "b/", ""), false),
            (event("s3:ObjectCreated:*", "a/", ".jpg"), event("s3:ObjectCreated:*", "a/b/", ".png"), false),
            (event("s3:ObjectCreated:*", "a/", ".gz"), event("s3:ObjectCreated:*", "a/b/", ".tar.gz"), true),
        ] {
            assert_eq!(a.overlaps(&b), overlap, "{a:?} {b:?}");
            assert_eq!(b.overlaps(&a), overlap, "{b:?} {a:?}");
        }
    }

    #[test]
    fn what_another_event_covers_is_left_out() {
        let all = [
            event("s3:ObjectRemoved:Delete", "a/", ""),
            event("s3:ObjectRemoved:*", "", ""),
            event("s3:ObjectRemoved:*", "", ""),
            event("s3:ObjectCreated:Put", "a/", ".jpg"),
            event("s3:ObjectCreated:*", "a/b/", ""),
            FunctionNotification { function_arn: "other".into(), ..event("s3:ObjectRemoved:Delete", "b/", "") },
        ];
        let all: Vec<_> = all.iter().collect();
        let place = |of: &FunctionNotification| all.iter().position(|one| std::ptr::eq(*one, of)).unwrap();
        let by: Vec<_> = (0..all.len()).map(|i| covering(&all, i).map(place)).collect();
        assert_eq!(by, [Some(1), None, Some(1), None, None, None]);
        assert_eq!(needed(&all).into_iter().map(place).collect::<Vec<_>>(), [1, 3, 4, 5]);
    }
}
