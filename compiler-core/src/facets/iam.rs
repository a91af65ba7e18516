//! Roles and statements: `iamRoleStatements`, and the role of a workload.

use crate::decode::{Decode, Raw, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::references;
use crate::model::{Fragment, Grant, Linked, Stack, Statement};
use crate::order::SortedMap;
use crate::source::Span;
use crate::template::{Expr, Object, Resource, get_att, reference};

/// A statement that the config adds to a role.
#[derive(Clone, Debug, Decode, Describe)]
pub struct IamStatement {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Name of the statement.
    #[config(rename = "Sid")]
    pub sid: Option<Val<String>>,
    /// `Allow` or `Deny`.
    #[config(rename = "Effect", default = "Allow")]
    pub effect: Option<Val<IamEffect>>,
    /// Actions such as `s3:GetObject`; every action when not given.
    #[config(rename = "Action", items = 1..)]
    pub action: Option<Vec<Val<String>>>,
    /// When the statement applies.
    #[config(rename = "Condition")]
    pub condition: Option<Raw>,
    /// ARNs, with `*` and `?` as wildcards.
    #[config(rename = "Resource", items = 1..)]
    pub resource: Vec<Val<String>>,
}

/// Whether a statement gives rights or takes them away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum IamEffect {
    /// Gives rights.
    #[config(name = "Allow")]
    Allow,
    /// Takes rights away, whatever another statement gives.
    #[config(name = "Deny")]
    Deny,
}

impl IamStatement {
    /// The statement, with its place as origin.
    pub fn to_statement(&self) -> Statement {
        Statement {
            sid: self.sid.clone().map(Into::into),
            effect: self.effect.clone().map_or("Allow".into(), Into::into),
            actions: self.action.clone().map_or(Expr::List(vec!["*".into()]), Into::into),
            resources: self.resource.iter().cloned().map(Into::into).collect(),
            condition: self.condition.clone().map(Into::into),
            origin: self.span,
        }
    }
}

/// Reports what IAM refuses. Names of statements and actions only warn: the reference passes them on, and configs that were never deployed have such.
pub fn check(statements: Option<&Vec<IamStatement>>, linked: &Linked<'_>, sink: &mut Sink) {
    let mut names: SortedMap<&String, Span> = SortedMap::new();
    for statement in statements.into_iter().flatten() {
        if let Some((name, span)) = statement.sid.as_ref().and_then(|sid| Some((sid.as_known()?, sid.span))) {
            if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                let message = format!("IAM refuses the Sid `{name}`: it has letters and digits only");
                let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
                sink.push(Diagnostic::warning(Code::SUSPICIOUS, span, message).hint(format!("write {plain}")));
            }
            if let Some(first) = names.get(name) {
                let message = format!("IAM refuses two statements with the Sid `{name}`");
                let diagnostic = Diagnostic::warning(Code::SUSPICIOUS, span, message).label(*first, "the other one");
                sink.push(diagnostic.hint("rename or remove one of the two"));
            } else {
                names.insert(name, span);
            }
        }
        let actions = statement.action.iter().flatten().filter_map(|a| Some((a.as_known()?, a.span)));
        for (action, span) in actions.filter(|(action, _)| *action != "*" && !action.contains(':')) {
            let message = format!("IAM refuses the action \"{action}\": it is written with its service");
            sink.push(Diagnostic::warning(Code::SUSPICIOUS, span, message).hint("for example s3:GetObject"));
        }
        for resource in statement.resource.iter().filter(|r| r.as_known().is_none_or(|text| text != "*")) {
            references::check_arn("Resource", resource, linked, sink);
        }
        if let Some(condition) =
            statement.condition.as_ref().filter(|c| !matches!(c.expr, Expr::Map(_) | Expr::Intrinsic(..)))
        {
            let message = "Condition must be a mapping of operators";
            sink.push(
                Diagnostic::error(Code::WRONG_TYPE, condition.span, message)
                    .hint("for example `StringEquals: { 'aws:RequestedRegion': eu-west-1 }`"),
            );
        }
    }
}

/// Builds an `AWS::IAM::Role` with inline policies, and records where each statement comes from.
pub struct RoleBuilder {
    logical_id: String,
    name: Option<String>,
    path: Option<&'static str>,
    trust: Object,
    managed: Vec<Expr>,
    policies: Vec<(&'static str, Vec<Statement>)>,
}

impl RoleBuilder {
    /// A role that a service assumes, such as `lambda.amazonaws.com`.
    pub fn new(logical_id: impl Into<String>, name: Option<String>, service: &'static str) -> Self {
        let trust = Object::new()
            .set("Effect", "Allow")
            .set("Principal", Object::new().set("Service", vec![service]))
            .set("Action", "sts:AssumeRole");
        Self { logical_id: logical_id.into(), name, path: None, trust, managed: vec![], policies: vec![] }
    }

    /// Lets one more service assume it.
    #[must_use]
    pub fn also_trusts(mut self, service: &'static str) -> Self {
        if let Some(Expr::Map(principal)) = self.trust.get_mut("Principal")
            && let Some(Expr::List(services)) = principal.get_mut("Service")
        {
            services.push(service.into());
        }
        self
    }

    /// Restricts who may assume it (`aws:SourceAccount` and the like).
    #[must_use]
    pub fn trusted_when(mut self, condition: Object) -> Self {
        self.trust.insert("Condition", condition);
        self
    }

    /// Sets the path. It is create-only, so roles that deployed stacks have with a path keep it.
    #[must_use]
    pub fn path(mut self, path: &'static str) -> Self {
        self.path = Some(path);
        self
    }

    /// Attaches an AWS managed policy, by the part of its ARN after `policy/`.
    #[must_use]
    pub fn managed(mut self, policy: &str) -> Self {
        self.managed.push(crate::template::sub(format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}")));
        self
    }

    /// Adds statements under a policy name; nothing when there are none.
    #[must_use]
    pub fn policy(mut self, name: &'static str, statements: Vec<Statement>) -> Self {
        if !statements.is_empty() {
            match self.policies.iter_mut().find(|(n, _)| *n == name) {
                Some((_, all)) => all.extend(statements),
                None => self.policies.push((name, statements)),
            }
        }
        self
    }

    /// Adds the role to a fragment.
    pub fn add_to(self, fragment: &mut Fragment, span: Span, stack: &Stack<'_>) {
        let mut policies = vec![];
        for (name, statements) in &self.policies {
            let document = policy_document(statements.iter().map(Statement::to_expr).collect());
            policies.push(Object::new().set("PolicyName", *name).set("PolicyDocument", document));
        }
        let trust = Object::new().set("Version", POLICY_VERSION).set("Statement", vec![self.trust]);
        let properties = Object::new()
            .opt("RoleName", self.name)
            .opt("Path", self.path)
            .set("AssumeRolePolicyDocument", trust)
            .list("ManagedPolicyArns", self.managed)
            .list("Policies", policies.into_iter().map(Expr::from).collect())
            .set("Tags", stack.tags(&[]));
        let role = &self.logical_id;
        let grants = self.policies.into_iter().flat_map(|(_, s)| s);
        fragment.grants.extend(grants.map(|statement| Grant { role: role.clone(), statement }));
        fragment.add(role.clone(), span, Resource::new("AWS::IAM::Role", properties));
    }
}

/// The version of the policy language.
pub const POLICY_VERSION: &str = "2012-10-17";

/// A policy document.
pub fn policy_document(statements: Vec<Expr>) -> Object {
    Object::new().set("Version", POLICY_VERSION).set("Statement", Expr::List(statements))
}

/// Keeps a role to this account: the service acts for no other.
pub fn own_account() -> Object {
    Object::new().set("StringEquals", Object::new().set("aws:SourceAccount", reference("AWS::AccountId")))
}

/// `Arn` of a role of this template.
pub fn role_arn(logical_id: &str) -> Expr {
    get_att(logical_id.to_string(), "Arn")
}
