//! The logs of a bastion: which there are, where they stand on the instance, and how long they are kept.

use super::Bastion;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::Sink;
use crate::facets::logging::{LogForwarding, LogGroup, RetentionDays};
use crate::model::{Resource, Stack};
use crate::source::Span;

/// Logs of a bastion.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct BastionLogging {
    /// What the system reports (`/var/log/messages`); kept for 30 days when nothing is said.
    pub messages: Option<BastionLog>,
    /// Who signs in and who gets more rights (`/var/log/secure`); kept for 180 days when nothing is said.
    pub secure: Option<BastionLog>,
    /// What the audit system records (`/var/log/audit/audit.log`); kept for 365 days when nothing is said.
    pub audit: Option<BastionLog>,
}

/// A log of a bastion.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BastionLog {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Whether the log stays on the instance.
    #[config(default = false)]
    pub disabled: bool,
    /// How long the log is kept, in days: one of the periods that CloudWatch knows.
    pub retention_days: Option<RetentionDays>,
    /// A log service that gets every line.
    pub log_forwarding: Option<LogForwarding>,
}

impl BastionLogging {
    /// Rules of forwarding.
    pub fn check(&self, sink: &mut Sink) {
        for log in [&self.messages, &self.secure, &self.audit].into_iter().flatten() {
            if let Some(forwarding) = &log.log_forwarding {
                forwarding.check(log.disabled, log.span, sink);
            }
        }
    }
}

/// The logs that a bastion has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Messages,
    Secure,
    Audit,
}

impl Log {
    pub const ALL: [Self; 3] = [Self::Messages, Self::Secure, Self::Audit];

    /// What the config says about it.
    pub fn of(self, logging: Option<&BastionLogging>) -> Option<&BastionLog> {
        let logging = logging?;
        match self {
            Self::Messages => logging.messages.as_ref(),
            Self::Secure => logging.secure.as_ref(),
            Self::Audit => logging.audit.as_ref(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Secure => "secure",
            Self::Audit => "audit",
        }
    }

    /// Where it stands on the instance.
    pub fn file(self) -> &'static str {
        match self {
            Self::Messages => "/var/log/messages",
            Self::Secure => "/var/log/secure",
            Self::Audit => "/var/log/audit/audit.log",
        }
    }

    fn default_days(self) -> u32 {
        match self {
            Self::Messages => 30,
            Self::Secure => 180,
            Self::Audit => 365,
        }
    }

    /// Physical name of the log group.
    pub fn group_name(self, r: &Resource<Bastion>, stack: &Stack<'_>) -> String {
        stack.identity.log_group("bastion", r.name.flat(), self.name())
    }

    /// Logical id of the log group.
    pub fn group_id(self, r: &Resource<Bastion>) -> String {
        r.id(self.name(), "AWS::Logs::LogGroup")
    }

    /// The log group.
    pub fn group<'a>(self, r: &'a Resource<Bastion>, own: Option<&'a BastionLog>, stack: &Stack<'_>) -> LogGroup<'a> {
        LogGroup {
            id: self.group_id(r),
            name: self.group_name(r, stack).into(),
            retention_days: own.and_then(|l| l.retention_days).map_or(self.default_days(), |d| d.0),
            forwarding: own.and_then(|l| l.log_forwarding.as_ref()),
            owner: &r.name,
            span: own.map_or(r.span, |l| l.span),
        }
    }
}
