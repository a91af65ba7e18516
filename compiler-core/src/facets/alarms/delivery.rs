//! How news of an alarm reaches its targets: an EventBridge rule on the alarm's changes of state, and for each distinct receiver of the stack a
//! connection (which keeps secrets in Secrets Manager), an API destination and a role that may call nothing else. No code runs in between.

use super::email;
use super::target::{AUTHORIZATION, ChatWebhook, NotificationTarget, SlackTarget, WebhookTarget};
use crate::decode::Val;
use crate::facets::event_input::json_text;
use crate::facets::iam::{RoleBuilder, own_account};
use crate::model::{Fragment, Stack, Statement};
use crate::naming::{SHARED, alarm_logical_id, logical_id, short_hash, truncate};
use crate::source::{Span, Spanned};
use crate::template::{Expr, Object, Resource, get_att, join};

/// What is said about an alarm.
pub struct Notice<'a> {
    /// Name of the alarm within the stack; ids of its children start with it.
    pub alarm: String,
    /// Name of the alarm in CloudWatch.
    pub physical_name: String,
    /// Logical id of the alarm.
    pub alarm_id: String,
    /// What the alarm is about.
    pub description: Option<&'a Val<String>>,
    /// The alarm in the config.
    pub span: Span,
    /// The config.
    pub stack: &'a Stack<'a>,
}

/// Most targets of a rule, a quota of EventBridge.
const TARGETS_PER_RULE: usize = 5;

/// Adds the rules that tell the targets, and what they need to reach them.
pub fn add(notice: &Notice<'_>, targets: &[Spanned<NotificationTarget>], fragment: &mut Fragment) {
    let mut receivers = vec![];
    for target in targets {
        receivers.extend(match &target.value {
            NotificationTarget::Slack(Some(t)) => Some(slack(t, notice, target.span, fragment)),
            NotificationTarget::MsTeams(Some(t)) => Some(ms_teams(t, notice, target.span, fragment)),
            NotificationTarget::Discord(Some(t)) => Some(discord(t, notice, target.span, fragment)),
            NotificationTarget::Webhook(Some(t)) => Some(webhook(t, notice, target.span, fragment)),
            NotificationTarget::Email(t) => Some(email::add(t, notice, fragment)),
            _ => None,
        });
    }
    for (i, receivers) in receivers.chunks(TARGETS_PER_RULE).enumerate() {
        let targets = receivers.iter().enumerate().map(|(n, t)| {
            let id = format!("notification-{}", i * TARGETS_PER_RULE + n);
            Expr::from(t.clone().set("Id", id))
        });
        rule(i, targets.collect(), notice, fragment);
    }
}

/// The first rule has the name that deployed stacks know; a rule behind it leaves its name to CloudFormation.
fn rule(index: usize, targets: Vec<Expr>, notice: &Notice<'_>, fragment: &mut Fragment) {
    let kind = "AWS::Events::Rule";
    let (specifier, name) = match index {
        0 => ("Notification".to_string(), Some(rule_name(notice))),
        n => (format!("Notification{n}"), None),
    };
    let states = Object::new().set("value", vec!["ALARM", "OK"]);
    let pattern = Object::new()
        .set("source", vec!["aws.cloudwatch"])
        .set("detail-type", vec!["CloudWatch Alarm State Change"])
        .set("resources", vec![get_att(notice.alarm_id.clone(), "Arn")])
        .set("detail", Object::new().set("state", states));
    let properties =
        Object::new().opt("Name", name).set("EventPattern", pattern).set("State", "ENABLED").set("Targets", targets);
    fragment.add(alarm_logical_id(&notice.alarm, &specifier, kind), notice.span, Resource::new(kind, properties));
}

/// Name of the rule: 40 characters for the stack, 23 for the alarm.
fn rule_name(notice: &Notice<'_>) -> String {
    let prefix = format!("{}-alarm-notification", notice.stack.identity.stack_name);
    format!("{}-{}", truncate(&prefix, 40), truncate(&notice.alarm, 23))
}

impl Notice<'_> {
    /// The message, line by line. `reason` stands for CloudWatch's explanation.
    pub fn lines(&self, reason: &str) -> Vec<String> {
        let id = &self.stack.identity;
        let head = format!("<state>: {}", self.physical_name);
        let place = format!("Project {}, stage {}, region {}", id.project, id.stage, id.region);
        let about = self.description.map(|d| d.as_known().map_or_else(|| "<description>".into(), |t| literal(t)));
        [Some(head), about, Some(place), Some(reason.to_string()), Some(self.link())].into_iter().flatten().collect()
    }

    /// The alarm in the AWS console.
    fn link(&self) -> String {
        let region = &self.stack.identity.region;
        let host = match region.as_str() {
            r if r.starts_with("cn-") => "console.amazonaws.cn",
            r if r.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        format!("https://{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{}", self.physical_name)
    }
}

/// Stands for a `<` that is text and no placeholder, until the template is JSON text.
const LESS_THAN: &str = "\u{E002}";

/// Text of the user's inside a template.
fn literal(text: &str) -> String {
    text.replace('<', LESS_THAN)
}

/// Name, spelling in a template and source in the event of what is known only when an alarm changes its state.
const PLACEHOLDERS: [(&str, &str, &str); 4] = [
    ("state", "<state>", "$.detail.state.value"),
    ("reason", "<reason>", "$.detail.state.reason"),
    ("time", "<time>", "$.time"),
    ("description", "<description>", "$.detail.configuration.description"),
];

/// `InputTransformer` of a target: what it gets, with `<state>`, `<reason>`, `<time>` and `<description>` from the event.
pub fn transformer(body: Object) -> Object {
    let mut template = json_text(&Expr::Map(body));
    let mut paths = Object::new();
    template.rewrite(&mut |e| {
        let Expr::Str(text) = e else { return };
        let mut text = text.replace(LESS_THAN, "\\u003c");
        for (name, placeholder, path) in PLACEHOLDERS {
            if text.contains(placeholder) {
                paths.insert(name, path);
                // A value that is nothing but the placeholder: EventBridge adds the quotes itself, and escapes what stands between them.
                text = text.replace(&format!("\"{placeholder}\""), placeholder);
            }
        }
        *e = Expr::from(text);
    });
    Object::new().set("InputPathsMap", paths).set("InputTemplate", template)
}

/// Logical ids of a receiver that several alarms of the stack may share: they derive from what makes it distinct.
pub struct Ids(String);

impl Ids {
    /// Ids of a receiver. `distinct` is everything that tells it from others.
    pub fn new(kind: &str, distinct: &Expr) -> Self {
        Self(format!("AlarmTo{kind}{}", short_hash(&distinct.to_json_text())))
    }

    /// The id of a child.
    pub fn id(&self, specifier: &str, kind: &str) -> String {
        logical_id(SHARED, &format!("{}{specifier}", self.0), kind)
    }
}

/// An HTTPS address with what its requests carry.
struct Endpoint {
    kind: &'static str,
    url: Expr,
    /// Name and value of the header that EventBridge takes for the key.
    key: (String, Expr),
    headers: Vec<(String, Expr)>,
}

impl Endpoint {
    /// The target of the rule; adds connection, destination and role unless another alarm tells the same receiver.
    fn add(self, body: Object, span: Span, notice: &Notice<'_>, fragment: &mut Fragment) -> Object {
        let header = |(name, value): &(String, Expr)| {
            Expr::from(Object::new().set("Key", name).set("Value", value.clone()).set("IsValueSecret", true))
        };
        let headers: Vec<Expr> = self.headers.iter().map(header).collect();
        let more = (!headers.is_empty()).then(|| Object::new().set("HeaderParameters", headers));
        let key = Object::new().set("ApiKeyName", self.key.0).set("ApiKeyValue", self.key.1);
        let parameters = Object::new().set("ApiKeyAuthParameters", key).opt("InvocationHttpParameters", more);
        let connection = shared(Object::new().set("AuthorizationType", "API_KEY").set("AuthParameters", parameters));
        let url = Object::new().set("InvocationEndpoint", self.url);
        let url = shared(url);
        let ids = Ids::new(self.kind, &Expr::List(vec![connection.clone().into(), url.clone().into()]));
        let [connection_id, destination_id, role_id] =
            ["AWS::Events::Connection", "AWS::Events::ApiDestination", "AWS::IAM::Role"].map(|kind| ids.id("", kind));
        if !fragment.has(&destination_id) {
            let mut made = Fragment::default();
            made.add(connection_id.clone(), span, Resource::new("AWS::Events::Connection", connection));
            let destination = url.set("ConnectionArn", get_att(connection_id, "Arn")).set("HttpMethod", "POST");
            made.add(destination_id.clone(), span, Resource::new("AWS::Events::ApiDestination", destination));
            let arn = get_att(destination_id.clone(), "Arn");
            RoleBuilder::new(role_id.clone(), None, "events.amazonaws.com")
                .trusted_when(own_account())
                .policy("call-destination", vec![Statement::allow(&["events:InvokeApiDestination"], vec![arn], span)])
                .add_to(&mut made, span, notice.stack);
            fragment.merge(made.shared());
        }
        Object::new()
            .set("Arn", get_att(destination_id, "Arn"))
            .set("RoleArn", get_att(role_id, "Arn"))
            .set("InputTransformer", transformer(body))
    }
}

/// Forgets where open leaves were asked for: the same receiver in two places is one receiver.
fn shared(object: Object) -> Object {
    let mut expr = Expr::Map(object);
    expr.rewrite(&mut |e| {
        if let Expr::Param { span, .. } | Expr::Attribute { span, .. } = e {
            *span = Span::default();
        }
    });
    match expr {
        Expr::Map(object) => object,
        _ => Object::new(),
    }
}

/// A key for receivers that want none; EventBridge insists on one. It says who calls.
fn caller(stack: &Stack<'_>) -> (String, Expr) {
    ("X-Stacktape-Stack".into(), Expr::from(&stack.identity.stack_name))
}

fn bearer(token: &Val<String>) -> (String, Expr) {
    (AUTHORIZATION.into(), join("", vec!["Bearer ".into(), token.clone().into()]))
}

fn slack(target: &SlackTarget, notice: &Notice<'_>, span: Span, fragment: &mut Fragment) -> Object {
    let body = Object::new()
        .set("channel", target.conversation_id.clone())
        .set("text", notice.lines("<reason>").join("\n"))
        .set("unfurl_links", false);
    let url = "https://slack.com/api/chat.postMessage".into();
    let key = bearer(&target.access_token);
    Endpoint { kind: "Slack", url, key, headers: vec![] }.add(body, span, notice, fragment)
}

fn discord(target: &ChatWebhook, notice: &Notice<'_>, span: Span, fragment: &mut Fragment) -> Object {
    let body = Object::new().set("content", notice.lines("<reason>").join("\n"));
    let url = target.webhook_url.clone().into();
    Endpoint { kind: "Discord", url, key: caller(notice.stack), headers: vec![] }.add(body, span, notice, fragment)
}

/// Teams takes an adaptive card, both from its connectors and from the workflows that replaced them.
fn ms_teams(target: &ChatWebhook, notice: &Notice<'_>, span: Span, fragment: &mut Fragment) -> Object {
    let mut lines = notice.lines("<reason>").into_iter();
    let block = |text: String| Object::new().set("type", "TextBlock").set("wrap", true).set("text", text);
    let head = block(lines.next().unwrap_or_default()).set("weight", "Bolder");
    let blocks: Vec<Object> = std::iter::once(head).chain(lines.map(block)).collect();
    let card = Object::new()
        .set("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
        .set("type", "AdaptiveCard")
        .set("version", "1.4")
        .set("body", blocks);
    let attachment = Object::new().set("contentType", "application/vnd.microsoft.card.adaptive").set("content", card);
    let body = Object::new().set("type", "message").set("attachments", vec![attachment]);
    let url = target.webhook_url.clone().into();
    Endpoint { kind: "MsTeams", url, key: caller(notice.stack), headers: vec![] }.add(body, span, notice, fragment)
}

fn webhook(target: &WebhookTarget, notice: &Notice<'_>, span: Span, fragment: &mut Fragment) -> Object {
    let id = &notice.stack.identity;
    let description = notice.description.map(|d| d.as_known().map_or_else(|| "<description>".into(), |t| literal(t)));
    let body = Object::new()
        .set("alarm", notice.physical_name.clone())
        .set("state", "<state>")
        .set("reason", "<reason>")
        .set("time", "<time>")
        .opt("description", description)
        .set("project", &id.project)
        .set("stage", &id.stage)
        .set("region", &id.region)
        .set("url", notice.link());
    let mut headers = target.header_values();
    let own = headers.iter().position(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION));
    let key = match (&target.secret, own) {
        (Some(secret), _) => bearer(secret),
        (None, Some(at)) => headers.remove(at),
        (None, None) => caller(notice.stack),
    };
    let url = target.url.clone().into();
    Endpoint { kind: "Webhook", url, key, headers }.add(body, span, notice, fragment)
}
