//! What a target of a rule gets, when it runs, and where undeliverable events go.

use super::references::{self, ArnOrName};
use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Outbox, Stack};
use crate::resources::messaging::sqs_queue::{QueueSender, SqsQueue};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object};

/// A template of what a target gets.
#[derive(Clone, Debug, Decode, Describe)]
pub struct InputTransformer {
    /// Names for parts of the event, as JSONPaths.
    pub input_paths_map: Option<Raw>,
    /// Text or structure with `<name>` for each named part.
    pub input_template: Raw,
}

/// The three ways to say what a target gets; at most one is given.
pub struct EventInput<'a> {
    /// A fixed value.
    pub input: &'a Option<Raw>,
    /// A part of the event.
    pub path: &'a Option<Val<String>>,
    /// A template.
    pub transformer: &'a Option<InputTransformer>,
}

impl EventInput<'_> {
    /// Reports two ways at once, and a fixed text that is no JSON.
    pub fn check(&self, sink: &mut Sink) {
        let given: Vec<(&str, Span)> = [
            self.input.as_ref().map(|i| ("input", i.span)),
            self.path.as_ref().map(|p| ("inputPath", p.span)),
            self.transformer.as_ref().map(|t| ("inputTransformer", t.input_template.span)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let [first, second, ..] = given.as_slice() {
            sink.push(
                Diagnostic::error(Code::CONFLICT, second.1, format!("{} and {} are both given", first.0, second.0))
                    .label(first.1, "first given here")
                    .hint("keep at most one of input, inputPath and inputTransformer"),
            );
        }
        if let Some(Raw { expr: Expr::Str(text), span }) = self.input
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()
        {
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, *span, "input must be a structure or JSON text")
                    .hint("write the structure in the config, or a JSON text such as '\"done\"'"),
            );
        }
    }

    /// Adds the input to a target of a rule.
    pub fn apply(&self, target: Object) -> Object {
        let transformer = self.transformer.as_ref().map(|t| {
            Object::new()
                .opt("InputPathsMap", t.input_paths_map.clone())
                .set("InputTemplate", json_text(&t.input_template.expr))
        });
        target
            .opt("Input", self.input.as_ref().map(|i| json_text(&i.expr)))
            .opt("InputPath", self.path.clone())
            .opt("InputTransformer", transformer)
    }
}

/// Text stays as it is; a structure becomes JSON text, its keys sorted so that their order in the config cannot be seen. CloudFormation fills in
/// what is known only at deploy time.
pub fn json_text(expr: &Expr) -> Expr {
    if matches!(expr, Expr::Str(_) | Expr::Intrinsic(..) | Expr::Param { .. } | Expr::Attribute { .. }) {
        return expr.clone();
    }
    let mut sorted = expr.clone();
    sort_keys(&mut sorted);
    match sorted.is_literal() {
        true => Expr::from(sorted.to_json_text()),
        false => Expr::Intrinsic("Fn::Sub", Box::new(sub_arguments(sorted))),
    }
}

/// Only of literal structure: what stands inside an intrinsic is CloudFormation's.
fn sort_keys(expr: &mut Expr) {
    match expr {
        Expr::List(items) => items.iter_mut().for_each(sort_keys),
        Expr::Map(object) => {
            crate::order::sort_by(&mut object.0, |a, b| a.0.cmp(&b.0));
            object.0.iter_mut().for_each(|(_, value)| sort_keys(value));
        }
        _ => {}
    }
}

/// The arguments of a `Fn::Sub` that gives the JSON text of a structure with open values.
fn sub_arguments(mut text: Expr) -> Expr {
    let mut values = Object::new();
    take_open(&mut text, &mut values);
    let mut text = text.to_json_text();
    // What the user wrote as `${…}` is text, not a reference; ours stand between marks that JSON text cannot hold unescaped.
    text = text.replace("${", "${!").replace(OPEN_MARK, "${").replace(CLOSE_MARK, "}");
    Expr::List(vec![Expr::from(text), Expr::Map(values)])
}

const OPEN_MARK: &str = "\u{E000}";
const CLOSE_MARK: &str = "\u{E001}";

fn take_open(expr: &mut Expr, values: &mut Object) {
    match expr {
        Expr::List(items) => items.iter_mut().for_each(|e| take_open(e, values)),
        Expr::Map(object) => object.0.iter_mut().for_each(|(_, e)| take_open(e, values)),
        Expr::Intrinsic(..) | Expr::Param { .. } | Expr::Attribute { .. } | Expr::Artifact(..) => {
            let name = format!("value{}", values.0.len());
            let open = std::mem::replace(expr, Expr::from(format!("{OPEN_MARK}{name}{CLOSE_MARK}")));
            values.insert(name, open);
        }
        _ => {}
    }
}

/// The queue that gets what could not be delivered. Exactly one of the two is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DeliveryFailure {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// ARN of any queue. Its policy must let the sender in.
    pub sqs_queue_arn: Option<Val<String>>,
    /// Queue of this config.
    #[config(names = "sqs-queue")]
    pub sqs_queue_name: Option<Spanned<String>>,
}

impl DeliveryFailure {
    fn queue(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("sqsQueueName", &self.sqs_queue_name),
            arn: ("sqsQueueArn", &self.sqs_queue_arn),
            span: self.span,
        }
    }

    /// Reports neither, both, or an unknown queue.
    pub fn check(&self, linked: &Linked<'_>, sink: &mut Sink) {
        self.queue().check::<SqsQueue>(linked, sink);
        if let Some(name) = &self.sqs_queue_name
            && let Some(queue) = linked.get::<SqsQueue>(name).filter(|q| q.props.fifo_enabled)
        {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    name.span,
                    format!("the FIFO queue `{}` cannot take events that could not be delivered", name.value),
                )
                .label(queue.span, "declared with fifoEnabled")
                .hint("name a queue without fifoEnabled"),
            );
        }
    }

    /// Asks a queue of this config to let the sender in.
    pub fn announce(&self, principal: &'static str, source_arn: Expr, stack: &Stack<'_>, out: &mut Outbox) {
        if let Some(queue) = self.sqs_queue_name.as_ref().and_then(|n| stack.get::<SqsQueue>(n)) {
            out.send(&queue.name, QueueSender { principal, source_arn, span: self.span });
        }
    }

    /// ARN of the queue.
    pub fn arn(&self) -> Option<Expr> {
        self.queue().arn(references::param("arn"))
    }
}

/// Reports a `rate(…)` or `cron(…)` that EventBridge would refuse.
pub fn check_schedule(rate: &Val<String>, sink: &mut Sink) {
    let Some(text) = rate.as_known() else { return };
    if let Err((problem, hint)) = schedule_problem(text) {
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, rate.span, format!("scheduleRate \"{text}\" {problem}")).hint(hint),
        );
    }
}

fn schedule_problem(text: &str) -> Result<(), (String, String)> {
    let inside =
        |name: &str| text.strip_prefix(name).and_then(|t| t.strip_prefix('(')).and_then(|t| t.strip_suffix(')'));
    if let Some(rate) = inside("rate") {
        return rate_problem(rate);
    }
    if let Some(cron) = inside("cron") {
        return cron_problem(cron);
    }
    Err(("is neither rate(…) nor cron(…)".into(), "for example rate(5 minutes) or cron(0 12 * * ? *)".into()))
}

fn rate_problem(rate: &str) -> Result<(), (String, String)> {
    let mut parts = rate.split(' ').filter(|p| !p.is_empty());
    let (Some(number), Some(unit), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(("must hold a number and a unit".into(), "for example rate(5 minutes)".into()));
    };
    let Some(count) = number.parse::<u32>().ok().filter(|n| *n > 0) else {
        return Err((
            format!("must start with a whole number of 1 or more, found {number}"),
            "for example rate(5 minutes)".into(),
        ));
    };
    let Some(singular) =
        ["minute", "hour", "day"].into_iter().find(|u| unit == *u || unit.strip_suffix('s') == Some(*u))
    else {
        return Err((format!("has the unknown unit {unit}"), "units are minute(s), hour(s) and day(s)".into()));
    };
    match (count, unit == singular) {
        (1, false) => Err(("has a plural unit after 1".into(), format!("write rate(1 {singular})"))),
        (n, true) if n > 1 => Err((format!("has a singular unit after {n}"), format!("write rate({n} {singular}s)"))),
        _ => Ok(()),
    }
}

/// Fields of a cron expression: name, lowest and highest number, names that stand for numbers.
const CRON_FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("minutes", 0, 59, &[]),
    ("hours", 0, 23, &[]),
    ("day-of-month", 1, 31, &[]),
    ("month", 1, 12, &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
    ("day-of-week", 1, 7, &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ("year", 1970, 2199, &[]),
];

fn cron_problem(cron: &str) -> Result<(), (String, String)> {
    let fields: Vec<&str> = cron.split(' ').filter(|f| !f.is_empty()).collect();
    if fields.len() != 6 {
        let problem =
            format!("must have six fields (minutes hours day-of-month month day-of-week year), found {}", fields.len());
        return Err((problem, "for example cron(0 12 * * ? *)".into()));
    }
    for ((name, low, high, names), field) in CRON_FIELDS.into_iter().zip(&fields) {
        let day = matches!(name, "day-of-month" | "day-of-week");
        if !field.split(',').all(|part| cron_part(part, low, high, names, day)) {
            return Err((
                format!("has the invalid {name} field `{field}`"),
                format!("{name} are numbers from {low} to {high}, with , - * / in between"),
            ));
        }
    }
    match (fields[2] == "?", fields[4] == "?") {
        (false, false) => {
            Err(("gives both day-of-month and day-of-week".into(), "put ? in one of the two fields".into()))
        }
        (true, true) => {
            Err(("gives neither day-of-month nor day-of-week".into(), "put * in one of the two fields".into()))
        }
        _ => Ok(()),
    }
}

fn cron_part(part: &str, low: u32, high: u32, names: &[&str], day: bool) -> bool {
    let number = |text: &str| {
        let named = names.iter().any(|n| n.eq_ignore_ascii_case(text));
        named || text.parse::<u32>().is_ok_and(|n| (low..=high).contains(&n))
    };
    if part == "*" || (day && (part == "?" || part == "L" || part == "LW")) {
        return true;
    }
    if day && (part.strip_suffix('W').is_some_and(number) || part.strip_suffix('L').is_some_and(number)) {
        return true;
    }
    if let Some((weekday, nth)) = part.split_once('#').filter(|_| day) {
        return number(weekday) && nth.parse::<u32>().is_ok_and(|n| (1..=5).contains(&n));
    }
    let (base, step) = part.split_once('/').map_or((part, None), |(b, s)| (b, Some(s)));
    if step.is_some_and(|s| s.parse::<u32>().map_or(true, |n| n == 0)) {
        return false;
    }
    match base.split_once('-') {
        Some((from, to)) => number(from) && number(to),
        None => base == "*" || number(base),
    }
}
