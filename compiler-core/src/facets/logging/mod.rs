//! Log groups: retention, and forwarding to a log service.

mod forwarding;

pub use forwarding::LogForwarding;

use crate::decode::{Decode, DecodeCx};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Fragment, ResourceName, Stack};
use crate::source::Span;
use crate::syntax::Node;
use crate::template::{Expr, Object, Resource, sub};

/// Logs of a workload.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Logging {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whether nothing is logged.
    #[config(default = false)]
    pub disabled: bool,
    /// How long logs are kept, in days: one of the periods that CloudWatch knows.
    #[config(default = 90)]
    pub retention_days: Option<RetentionDays>,
    /// A log service that gets every line.
    pub log_forwarding: Option<LogForwarding>,
}

impl Logging {
    /// Rules of forwarding.
    pub fn check(&self, sink: &mut Sink) {
        if let Some(forwarding) = &self.log_forwarding {
            forwarding.check(self.disabled, self.span, sink);
        }
    }
}

/// A retention period that CloudWatch knows, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionDays(pub u32);

impl RetentionDays {
    /// Every period. Source: `RetentionInDays` in the API reference of CloudWatch Logs, `PutRetentionPolicy`.
    pub const ALL: [u32; 22] =
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
}

impl Decode for RetentionDays {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        let days = i64::decode(node, cx)?;
        let known = Self::ALL.iter().copied().find(|d| i64::from(*d) == days);
        if known.is_none() {
            let longest = Self::ALL[Self::ALL.len() - 1];
            let next = Self::ALL.iter().copied().find(|d| i64::from(*d) > days).unwrap_or(longest);
            let message = format!("{} must be a period that CloudWatch knows, found {days}", cx.property());
            let all = Self::ALL.map(|d| d.to_string()).join(", ");
            cx.sink.push(
                Diagnostic::error(Code::BAD_VALUE, node.span, message)
                    .hint(format!("use {next}"))
                    .hint(format!("periods in days: {all}")),
            );
        }
        known.map(Self)
    }
}

impl Describe for RetentionDays {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Numbers(&Self::ALL)
    }
}

/// ARN of a log group of this account and region, without the final `:*`.
pub fn log_group_arn(name: &str) -> Expr {
    sub(format!("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{name}"))
}

/// ARN of the streams of a log group: what rights to write logs are given on.
pub fn log_streams_arn(name: &str) -> Expr {
    log_group_arn(&format!("{name}:*"))
}

/// A log group to be made, with what forwards it.
pub struct LogGroup<'a> {
    /// Logical id. Ids of forwarding children start with it.
    pub id: String,
    /// Physical name.
    pub name: Expr,
    /// How long lines are kept, in days.
    pub retention_days: u32,
    /// Where lines are forwarded to.
    pub forwarding: Option<&'a LogForwarding>,
    /// The resource that logs. Log groups of one resource share the bucket for what could not be delivered.
    pub owner: &'a ResourceName,
    /// The config value that caused it.
    pub span: Span,
}

impl<'a> LogGroup<'a> {
    /// A log group by the `logging` of a workload. `default_days` holds when the config gives no retention.
    pub fn new(
        id: String,
        name: impl Into<Expr>,
        logging: Option<&'a Logging>,
        default_days: u32,
        owner: &'a ResourceName,
        span: Span,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            retention_days: logging.and_then(|l| l.retention_days).map_or(default_days, |d| d.0),
            forwarding: logging.and_then(|l| l.log_forwarding.as_ref()),
            owner,
            span,
        }
    }

    /// Adds the log group and what forwards it.
    pub fn add(&self, stack: &Stack<'_>, fragment: &mut Fragment) {
        let properties = Object::new()
            .set("LogGroupName", self.name.clone())
            .set("RetentionInDays", self.retention_days)
            .set("Tags", stack.tags(&[]));
        let resource = Resource::new("AWS::Logs::LogGroup", properties).holds_data();
        fragment.add(self.id.clone(), self.span, resource);
        if let Some(forwarding) = self.forwarding {
            forwarding.add(self, stack, fragment);
        }
    }
}
