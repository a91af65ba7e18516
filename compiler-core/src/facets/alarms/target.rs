//! Who is told about an alarm: chat rooms, mailboxes and web hooks.

use super::email;
use crate::decode::{Decode, Dict, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::Stack;
use crate::source::{Span, Spanned};
use crate::template::Expr;

/// Who is told about an alarm.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum NotificationTarget {
    /// A channel in Slack.
    #[config(name = "slack")]
    Slack(Option<SlackTarget>),
    /// A channel in Microsoft Teams.
    #[config(name = "ms-teams")]
    MsTeams(Option<ChatWebhook>),
    /// A channel in Discord.
    #[config(name = "discord")]
    Discord(Option<ChatWebhook>),
    /// A mailbox; Amazon SES sends the mail.
    #[config(name = "email")]
    Email(EmailTarget),
    /// Any HTTPS address: it gets a JSON object.
    #[config(name = "webhook")]
    Webhook(Option<WebhookTarget>),
}

/// A channel in Slack.
#[derive(Clone, Debug, Decode, Describe)]
pub struct SlackTarget {
    /// Id of the channel, such as `C0123456789`. The app that the token belongs to must be a member.
    pub conversation_id: Val<String>,
    /// Token of a Slack app with the right `chat:write`; a `$Secret`, best of all.
    pub access_token: Val<String>,
}

/// A channel that has an address to post to.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ChatWebhook {
    /// The address that the channel was given. Whoever knows it can post.
    pub webhook_url: Val<String>,
}

/// A mailbox.
#[derive(Clone, Debug, Decode, Describe)]
pub struct EmailTarget {
    /// Address that the mail comes from. SES must have verified it or its domain in the stack's region.
    pub sender: Spanned<String>,
    /// Address that the mail goes to.
    pub recipient: Spanned<String>,
}

/// Any HTTPS address.
#[derive(Clone, Debug, Decode, Describe)]
pub struct WebhookTarget {
    /// The address. It gets a POST request within seconds, which it must answer within five.
    pub url: Val<String>,
    /// Sent as `Authorization: Bearer …`, so that the receiver knows who calls.
    pub secret: Option<Val<String>>,
    /// Further headers.
    pub headers: Option<Dict<Raw>>,
}

/// The header that carries a secret.
pub(super) const AUTHORIZATION: &str = "Authorization";

/// Most characters of an address, a limit of EventBridge.
const LONGEST_URL: usize = 2048;

impl NotificationTarget {
    /// Rules; `span` is the place of the target.
    pub(super) fn check(&self, span: Span, stack: &Stack<'_>, sink: &mut Sink) {
        match self {
            Self::Slack(None) => missing("slack", "conversationId and accessToken", span, sink),
            Self::MsTeams(None) => missing("ms-teams", "webhookUrl", span, sink),
            Self::Discord(None) => missing("discord", "webhookUrl", span, sink),
            Self::Webhook(None) => missing("webhook", "url", span, sink),
            Self::Slack(Some(_)) => {}
            Self::MsTeams(Some(hook)) | Self::Discord(Some(hook)) => check_url("webhookUrl", &hook.webhook_url, sink),
            Self::Email(target) => email::check(target, stack, sink),
            Self::Webhook(Some(hook)) => hook.check(sink),
        }
    }
}

/// The reference takes what is missing from an account with its vendor; here nobody would be told.
fn missing(kind: &str, properties: &str, span: Span, sink: &mut Sink) {
    sink.push(
        Diagnostic::warning(
            Code::SUSPICIOUS,
            span,
            format!("the {kind} target does not say where to, so nobody is told there"),
        )
        .hint(format!("add properties: with {properties}")),
    );
}

fn check_url(property: &str, url: &Val<String>, sink: &mut Sink) {
    let Some(text) = url.as_known() else { return };
    let host = text.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_none_or(str::is_empty) || text.len() > LONGEST_URL || text.contains(char::is_whitespace) {
        sink.push(
            Diagnostic::error(
                Code::BAD_VALUE,
                url.span,
                format!("{property} must be an HTTPS address, found \"{text}\""),
            )
            .hint("write it in full, for example https://hooks.example.com/alarms"),
        );
    }
}

impl WebhookTarget {
    /// Name and value of each header, sorted, values as text.
    pub(super) fn header_values(&self) -> Vec<(String, Expr)> {
        let all = self.headers.iter().flat_map(|h| h.iter());
        all.filter_map(|(name, value)| Some((name.value.to_string(), header_text(&value.expr)?))).collect()
    }

    fn check(&self, sink: &mut Sink) {
        check_url("url", &self.url, sink);
        for (name, value) in self.headers.iter().flat_map(|h| h.iter()) {
            let valid =
                !name.value.is_empty() && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if !valid {
                let message = format!("the header name `{}` must have letters, digits and `-` only", name.value);
                sink.push(Diagnostic::error(Code::BAD_NAME, name.span, message).hint("rename the header"));
            }
            if header_text(&value.expr).is_none() {
                let message = format!("the header `{}` must be text, a number or a boolean", name.value);
                sink.push(Diagnostic::error(Code::WRONG_TYPE, value.span, message).hint("write the value as text"));
            }
            if let Some(secret) = &self.secret
                && name.value.eq_ignore_ascii_case(AUTHORIZATION)
            {
                sink.push(
                    Diagnostic::error(
                        Code::CONFLICT,
                        name.span,
                        "the secret is sent in the header Authorization already",
                    )
                    .label(secret.span, "secret")
                    .hint("keep either secret or the header"),
                );
            }
        }
    }
}

fn header_text(value: &Expr) -> Option<Expr> {
    match value {
        Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) => Some(value.to_json_text().into()),
        Expr::Null | Expr::List(_) | Expr::Map(_) => None,
        _ => Some(value.clone()),
    }
}
