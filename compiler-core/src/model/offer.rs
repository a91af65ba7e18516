//! What resources give each other: parameters, connections, statements, alarms.

use crate::source::Span;
use crate::template::{Expr, Object};
use std::sync::Arc;

/// A referenceable parameter of a resource.
#[derive(Clone, Debug)]
pub struct Param {
    /// Name as in `$ResourceParam('queue', 'url')`.
    pub name: Arc<str>,
    /// The value.
    pub value: Expr,
    /// The same value without a reference to any resource of the template, built from the physical name. Used where the reference would close a
    /// circle of dependencies (two functions that know each other).
    pub standalone: Option<Expr>,
    /// Whether it must never be shown (passwords, connection strings).
    pub sensitive: bool,
}

impl Param {
    /// A parameter.
    pub fn new(name: impl Into<Arc<str>>, value: impl Into<Expr>) -> Self {
        Self { name: name.into(), value: value.into(), standalone: None, sensitive: false }
    }

    /// Adds the form without references.
    #[must_use]
    pub fn or_standalone(mut self, value: impl Into<Expr>) -> Self {
        self.standalone = Some(value.into());
        self
    }

    /// Marks it as secret.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
}

/// What `connectTo` gives. Variables are the target's [`Param`]s.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Rights on the target.
    pub statements: Vec<Statement>,
    /// How the consumer reaches the target, when it must be in the VPC.
    pub network: Option<NetworkNeed>,
    /// The gateway endpoint that a consumer in the VPC needs, because it has no way to the internet.
    pub gateway_endpoint: Option<GatewayEndpoint>,
}

impl Offer {
    /// Rights only.
    pub fn rights(statements: Vec<Statement>) -> Self {
        Self { statements, ..Self::default() }
    }
}

/// A target that listens inside the VPC.
#[derive(Clone, Debug)]
pub struct NetworkNeed {
    /// Whether a consumer outside the VPC cannot reach it.
    pub vpc_only: bool,
}

/// How a script on another machine reaches something inside the VPC: through a bastion.
#[derive(Clone, Debug, Default)]
pub struct Tunnel {
    /// Names that stand for it in its parameters; the bastion connects to the first. None when everybody can reach it.
    pub hosts: Vec<Expr>,
    /// Ports that it listens on.
    pub ports: Vec<u32>,
}

/// Services with a gateway endpoint (free of charge, unlike interface endpoints).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GatewayEndpoint {
    /// Amazon S3.
    S3,
    /// DynamoDB.
    DynamoDb,
}

/// An IAM statement and the config place that asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<Expr>,
    /// `Effect`; `Allow` by default.
    pub effect: Expr,
    /// `Action`.
    pub actions: Expr,
    /// `Resource`.
    pub resources: Vec<Expr>,
    /// `Condition`.
    pub condition: Option<Expr>,
    /// The config value that caused it.
    pub origin: Span,
}

impl Statement {
    /// Allows actions on resources.
    pub fn allow(actions: &[&'static str], resources: Vec<Expr>, origin: Span) -> Self {
        Self {
            sid: None,
            effect: "Allow".into(),
            actions: Expr::List(actions.iter().map(|a| Expr::from(*a)).collect()),
            resources,
            condition: None,
            origin,
        }
    }

    /// Restricts it.
    #[must_use]
    pub fn when(mut self, condition: impl Into<Expr>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// Each right once, with the place that asked for it first.
    pub fn distinct(all: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut kept: Vec<Self> = vec![];
        for one in all {
            let right =
                |s: &Self| s.actions == one.actions && s.resources == one.resources && s.condition == one.condition;
            if !kept.iter().any(right) {
                kept.push(one);
            }
        }
        kept
    }

    /// As a member of a policy document's `Statement`.
    pub fn to_expr(&self) -> Expr {
        Object::new()
            .opt("Sid", self.sid.clone())
            .set("Effect", self.effect.clone())
            .set("Action", self.actions.clone())
            .set("Resource", Expr::List(self.resources.clone()))
            .opt("Condition", self.condition.clone())
            .into()
    }
}

/// A declared alarm, as other parts of the config refer to it (`api.alarms.0`).
#[derive(Clone, Debug)]
pub struct AlarmName {
    /// Logical id of the alarm.
    pub logical_id: String,
    /// Physical name of the alarm.
    pub name: String,
}
