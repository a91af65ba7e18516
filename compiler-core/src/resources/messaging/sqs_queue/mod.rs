//! `sqs-queue`: an SQS queue, with a policy for whoever sends to it, rules that bring events of event buses into it, and alarms.

mod alarms;
mod events;

pub use alarms::QueueTrigger;
pub use events::QueueSource;

use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink, did_you_mean};
use crate::facets::alarms::{self as alarm, Alarm};
use crate::facets::iam::policy_document;
use crate::facets::references::{self, ArnOrName};
use crate::model::{
    AlarmName, ExpandCx, Fragment, Linked, Offer, Outbox, Param, Resource, ResourceKind, Stack, Statement,
};
use crate::naming::logical_id;
use crate::source::{Span, Spanned};
use crate::template::{self, Expr, Object, get_att, reference, sub};

/// A queue: messages wait until a consumer takes them.
pub struct SqsQueue;

/// A queue: messages wait until a consumer takes them.
#[derive(Clone, Debug, Decode, Describe)]
pub struct SqsQueueProps {
    /// How long a new message stays invisible.
    #[config(range = 0..=900, unit = "seconds", default = 0)]
    pub delay_messages_second: Option<Val<u32>>,
    /// Largest message. AWS accepts up to 1 MiB, which is also its default.
    #[config(range = 1024..=1048576, unit = "bytes")]
    pub max_message_size_bytes: Option<Val<u32>>,
    /// How long a message is kept when nobody deletes it; four days by default, fourteen at most.
    #[config(range = 60..=1209600, unit = "seconds", default = 345600)]
    pub message_retention_period_seconds: Option<Val<u32>>,
    /// How long a consumer's request waits for messages. More than 0 saves requests that return nothing.
    #[config(range = 0..=20, unit = "seconds", default = 0)]
    pub long_polling_seconds: Option<Val<u32>>,
    /// How long a message that a consumer took is hidden from the others: at least as long as the consumer takes. 30 seconds when not given, or
    /// six times the timeout of a function that takes longer.
    #[config(range = 0..=43200, unit = "seconds", default = 30)]
    pub visibility_timeout_seconds: Option<Val<u32>>,
    /// Whether messages keep their order and are delivered exactly once. Cannot be changed later without a new queue.
    #[config(default = false)]
    pub fifo_enabled: bool,
    /// Whether order and deduplication are kept within a message group only, for more throughput. Needs `fifoEnabled`.
    pub fifo_high_throughput: Option<Spanned<bool>>,
    /// Whether messages of the same content within five minutes count as one. Needs `fifoEnabled`.
    pub content_based_deduplication: Option<Spanned<bool>>,
    /// Where messages go that could not be processed.
    pub redrive_policy: Option<RedrivePolicy>,
    /// Alarms on the messages in the queue.
    pub alarms: Option<Vec<Alarm<QueueTrigger>>>,
    /// Names of organisation-wide alarms that this queue does not get. Kept for compatibility; there are no such alarms here.
    pub disabled_global_alarms: Option<Vec<String>>,
    /// Who may use the queue, beside roles of this account that have the rights anyway.
    pub policy_statements: Option<Vec<QueuePolicyStatement>>,
    /// What fills the queue.
    pub events: Option<Vec<QueueSource>>,
}

/// Where messages go that could not be processed. Exactly one of the two queues is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct RedrivePolicy {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Queue of this config.
    #[config(names = "sqs-queue")]
    pub target_sqs_queue_name: Option<Spanned<String>>,
    /// ARN of any queue.
    pub target_sqs_queue_arn: Option<Val<String>>,
    /// How often a message is taken without being deleted before it is moved.
    #[config(range = 1..=1000)]
    pub max_receive_count: Val<u32>,
}

/// A statement of the queue's policy. The queue itself is the resource.
#[derive(Clone, Debug, Decode, Describe)]
pub struct QueuePolicyStatement {
    /// `Allow` or `Deny`.
    #[config(rename = "Effect")]
    pub effect: Val<String>,
    /// Actions such as `sqs:SendMessage`.
    #[config(rename = "Action")]
    pub action: Vec<Val<String>>,
    /// When the statement applies.
    #[config(rename = "Condition")]
    pub condition: Option<Raw>,
    /// Who: a service, account or role, or `*` for everybody.
    #[config(rename = "Principal")]
    pub principal: Raw,
}

/// Visibility timeout of a queue that gives none, in seconds.
pub const DEFAULT_VISIBILITY_TIMEOUT: u32 = 30;

/// Mail to a queue: a sender that must be let in.
pub struct QueueSender {
    /// Service principal.
    pub principal: &'static str,
    /// ARN of the sending topic or rule.
    pub source_arn: Expr,
    /// The config value that asks for it.
    pub span: Span,
}

/// Mail to a queue: a function takes its messages.
pub struct QueueConsumer {
    /// How long the function may take for a batch, in seconds, when that is known.
    pub timeout: Option<u32>,
    /// The event in the config.
    pub span: Span,
}

/// Visibility timeout in timeouts of the consuming function, as AWS advises: enough for a batch that is throttled and tried again.
const ATTEMPTS_PER_VISIBILITY: u32 = 6;
/// Longest visibility timeout, in seconds.
const LONGEST_VISIBILITY: u32 = 43_200;

impl RedrivePolicy {
    /// ARN of the dead-letter queue.
    fn target_arn(&self) -> Option<Expr> {
        let arn = self.target().arn(references::param("arn"))?;
        // The partition of a literal ARN can only be the stack's own. cfn-lint takes a literal ARN for a queue of the wrong type.
        Some(match arn.as_str().and_then(|text| text.strip_prefix("arn:aws:")).filter(|rest| !rest.contains("${")) {
            Some(rest) => sub(format!("arn:${{AWS::Partition}}:{rest}")),
            None => arn,
        })
    }

    fn target(&self) -> ArnOrName<'_> {
        ArnOrName {
            name: ("targetSqsQueueName", &self.target_sqs_queue_name),
            arn: ("targetSqsQueueArn", &self.target_sqs_queue_arn),
            span: self.span,
        }
    }

    fn check(&self, r: &Resource<SqsQueue>, linked: &Linked<'_>, sink: &mut Sink) {
        self.target().check::<SqsQueue>(linked, sink);
        let Some(name) = self.target_sqs_queue_name.as_ref().filter(|_| self.target_sqs_queue_arn.is_none()) else {
            return;
        };
        let Some(target) = linked.get::<SqsQueue>(name) else { return };
        if name.value == r.name.dotted() {
            sink.push(
                Diagnostic::error(Code::CONFLICT, name.span, "a queue cannot be its own dead-letter queue")
                    .hint("add a second queue for the messages that could not be processed"),
            );
        } else if target.props.fifo_enabled != r.props.fifo_enabled {
            let (own, other) = if r.props.fifo_enabled { ("a FIFO", "not") } else { ("no FIFO", "one") };
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    name.span,
                    format!("`{}` is {own} queue, but its dead-letter queue `{}` is {other}", r.name, name.value),
                )
                .label(target.span, "declared here")
                .hint("set fifoEnabled to the same value on both"),
            );
        }
    }
}

impl QueuePolicyStatement {
    fn check(&self, sink: &mut Sink) {
        if let Some(effect) = self.effect.as_known()
            && !matches!(effect.as_str(), "Allow" | "Deny")
        {
            let hint = did_you_mean(effect, ["Allow", "Deny"]).unwrap_or_else(|| "use Allow or Deny".into());
            let message = format!("Effect must be Allow or Deny, found \"{effect}\"");
            sink.push(Diagnostic::error(Code::BAD_VALUE, self.effect.span, message).hint(hint));
        }
        let everybody = match &self.principal.expr {
            Expr::Map(map) => map.get("AWS").and_then(Expr::as_str) == Some("*"),
            other => other.as_str() == Some("*"),
        };
        let allows = self.effect.as_known().is_some_and(|e| e == "Allow");
        if everybody && allows && self.condition.is_none() {
            sink.push(
                Diagnostic::warning(
                    Code::SUSPICIOUS,
                    self.principal.span,
                    "the statement opens the queue to everybody on the internet",
                )
                .hint("name a principal, or add a Condition such as aws:SourceAccount"),
            );
        }
    }

    fn to_expr(&self, queue: Expr) -> Expr {
        Object::new()
            .set("Effect", self.effect.clone())
            .set("Principal", self.principal.clone())
            .set("Action", self.action.clone())
            .set("Resource", vec![queue])
            .opt("Condition", self.condition.clone())
            .into()
    }
}

impl Resource<SqsQueue> {
    /// Logical id of the queue.
    pub fn queue_id(&self) -> String {
        // Other types keep the `_` that stands before a digit; queues and topics are deployed without it.
        logical_id(self.name.flat(), "", "AWS::SQS::Queue").replace('_', "")
    }

    /// Physical name of the queue.
    pub fn queue_name(&self, stack: &Stack<'_>) -> String {
        stack.identity.queue(self.name.flat(), self.props.fifo_enabled)
    }

    /// The visibility timeout that the config gives, or one that consumers need: Lambda refuses a queue that hides messages for less than the
    /// function's timeout.
    fn visibility_timeout(&self, linked: &Linked<'_>) -> Option<Expr> {
        if let Some(given) = &self.props.visibility_timeout_seconds {
            return Some(given.clone().into());
        }
        let longest = linked.mail::<QueueConsumer>(&self.name).filter_map(|c| c.timeout).max()?;
        let needed = longest.saturating_mul(ATTEMPTS_PER_VISIBILITY).min(LONGEST_VISIBILITY);
        (longest > DEFAULT_VISIBILITY_TIMEOUT).then(|| needed.into())
    }

    /// Lambda refuses the event source mapping when the config makes messages visible again before the function is done.
    fn check_consumers(&self, linked: &Linked<'_>, sink: &mut Sink) {
        let Some(given) = &self.props.visibility_timeout_seconds else { return };
        let Some(seconds) = given.as_known() else { return };
        let slow = linked.mail::<QueueConsumer>(&self.name).filter_map(|c| Some((c.timeout?, c.span)));
        if let Some((timeout, span)) = slow.max_by_key(|(timeout, _)| *timeout).filter(|(timeout, _)| timeout > seconds)
        {
            let message = format!(
                "messages become visible again after {seconds} seconds, but a function that takes them may run for {timeout}; Lambda refuses that"
            );
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, given.span, message).label(span, "the function's event").hint(
                    format!("raise visibilityTimeoutSeconds to {timeout} or more, or lower the function's timeout"),
                ),
            );
        }
    }

    fn properties(&self, linked: &Linked<'_>) -> Object {
        let (p, stack) = (&self.props, linked.stack);
        let fifo = |value: &'static str| p.fifo_enabled.then_some(value);
        let high = p.fifo_high_throughput.as_ref().is_some_and(|h| h.value);
        let redrive = p.redrive_policy.as_ref().and_then(|policy| {
            let target = policy.target_arn()?;
            Some(
                Object::new()
                    .set("deadLetterTargetArn", target)
                    .set("maxReceiveCount", policy.max_receive_count.clone()),
            )
        });
        // Encryption stays with SQS, which encrypts every queue by itself; a key of one's own would shut out the services that send.
        Object::new()
            .set("QueueName", self.queue_name(stack))
            .opt("FifoQueue", p.fifo_enabled.then_some(true))
            .opt("ContentBasedDeduplication", p.content_based_deduplication.as_ref().filter(|d| d.value).map(|_| true))
            .opt("DeduplicationScope", fifo(if high { "messageGroup" } else { "queue" }))
            .opt("FifoThroughputLimit", fifo(if high { "perMessageGroupId" } else { "perQueue" }))
            .opt("DelaySeconds", p.delay_messages_second.clone())
            .opt("MaximumMessageSize", p.max_message_size_bytes.clone())
            .opt("MessageRetentionPeriod", p.message_retention_period_seconds.clone())
            .opt("ReceiveMessageWaitTimeSeconds", p.long_polling_seconds.clone())
            .opt("VisibilityTimeout", self.visibility_timeout(linked))
            .opt("RedrivePolicy", redrive)
            .set("Tags", stack.tags(&[]))
    }

    /// The policy, when somebody has to be let in.
    fn add_policy(&self, linked: &Linked<'_>, fragment: &mut Fragment) {
        let queue = get_att(self.queue_id(), "Arn");
        let own = self.props.policy_statements.iter().flatten().map(|s| s.to_expr(queue.clone()));
        let rules = self.props.events.iter().flatten().enumerate().map(|(i, event)| event.sender(self, i));
        let rules: Vec<QueueSender> = rules.collect();
        let senders = rules.iter().chain(linked.mail::<QueueSender>(&self.name));
        let statements: Vec<Expr> = own.chain(senders.map(|s| s.statement(queue.clone()))).collect();
        if statements.is_empty() {
            return;
        }
        let document = policy_document(statements).set("Id", "queue-policy");
        let properties = Object::new().set("PolicyDocument", document).set("Queues", vec![reference(self.queue_id())]);
        let kind = "AWS::SQS::QueuePolicy";
        fragment.add(logical_id(self.name.flat(), "", kind), self.span, template::Resource::new(kind, properties));
    }
}

impl QueueSender {
    fn statement(&self, queue: Expr) -> Expr {
        let source = Object::new().set("aws:SourceArn", self.source_arn.clone());
        Object::new()
            .set("Effect", "Allow")
            .set("Principal", Object::new().set("Service", self.principal))
            .set("Action", vec!["sqs:SendMessage"])
            .set("Resource", vec![queue])
            .set("Condition", Object::new().set("ArnEquals", source))
            .into()
    }
}

impl ResourceKind for SqsQueue {
    const TYPE: &'static str = "sqs-queue";
    type Props = SqsQueueProps;

    fn check(r: &Resource<Self>, linked: &Linked<'_>, sink: &mut Sink) {
        let p = &r.props;
        for (property, value) in [
            ("contentBasedDeduplication", &p.content_based_deduplication),
            ("fifoHighThroughput", &p.fifo_high_throughput),
        ] {
            if let Some(value) = value.as_ref().filter(|v| v.value && !p.fifo_enabled) {
                sink.push(
                    Diagnostic::error(Code::CONFLICT, value.span, format!("{property} exists for FIFO queues only"))
                        .hint(format!("set fifoEnabled: true, or remove {property}")),
                );
            }
        }
        if let Some(redrive) = &p.redrive_policy {
            redrive.check(r, linked, sink);
        }
        r.check_consumers(linked, sink);
        for statement in p.policy_statements.iter().flatten() {
            statement.check(sink);
        }
        for event in p.events.iter().flatten() {
            event.check(r, linked, sink);
        }
        alarm::check(&r.name, p.alarms.as_deref(), linked, sink);
    }

    fn link(r: &Resource<Self>, stack: &Stack<'_>, out: &mut Outbox) {
        for (i, event) in r.props.events.iter().flatten().enumerate() {
            event.link(r, i, stack, out);
        }
    }

    fn params(r: &Resource<Self>, linked: &Linked<'_>) -> Vec<Param> {
        let (id, name) = (r.queue_id(), r.queue_name(linked.stack));
        let arn = sub(format!("arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:{name}"));
        let url = sub(format!("https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/{name}"));
        vec![
            Param::new("arn", get_att(id.clone(), "Arn")).or_standalone(arn),
            Param::new("url", reference(id.clone())).or_standalone(url),
            Param::new("name", get_att(id, "QueueName")).or_standalone(name),
        ]
    }

    fn offer(r: &Resource<Self>, _linked: &Linked<'_>) -> Option<Offer> {
        let actions = &[
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ListQueueTags",
            "sqs:PurgeQueue",
            "sqs:ReceiveMessage",
            "sqs:SendMessage",
        ];
        Some(Offer::rights(vec![Statement::allow(actions, vec![references::own(r, "arn")], r.span)]))
    }

    fn alarms(r: &Resource<Self>, stack: &Stack<'_>) -> Vec<AlarmName> {
        alarm::names(&r.name, r.props.alarms.as_deref(), stack)
    }

    fn expand(r: &Resource<Self>, cx: &mut ExpandCx<'_>) -> Fragment {
        let linked = cx.linked;
        let mut fragment = Fragment::default();
        let queue = template::Resource::new("AWS::SQS::Queue", r.properties(linked)).holds_data();
        fragment.add(r.queue_id(), r.span, queue);
        r.add_policy(linked, &mut fragment);
        for (i, event) in r.props.events.iter().flatten().enumerate() {
            event.expand(r, i, &mut fragment);
        }
        let name = get_att(r.queue_id(), "QueueName");
        alarm::add(&r.name, r.props.alarms.as_deref(), &name, linked, &mut fragment);
        fragment
    }
}
