//! Who may do what in the stack, and which config value asked for it.
//!
//! Read from the finished template, so that overrides, transforms and raw resources are seen as they will be deployed. A statement of a role is matched
//! with the [`Grant`](crate::model::Grant) that made it; everything else has the origin of its template resource.

use crate::Compiled;
use crate::model::Grant;
use crate::source::Span;
use crate::template::{Expr, Object, Resource};

/// In what kind of policy a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// What a role (or whoever a policy is attached to) may do.
    Role,
    /// An AWS managed policy that a role holds as a whole; its statements are not in the template.
    ManagedPolicy,
    /// Who may assume a role.
    Trust,
    /// Whom a resource lets in: policies of buckets, queues and file systems, permissions of functions.
    Resource,
}

/// A statement of the template.
#[derive(Clone, Debug)]
pub struct Right<'a> {
    /// Logical id of the resource that holds it.
    pub logical_id: &'a str,
    /// In what kind of policy it stands.
    pub access: Access,
    /// `Effect`, `Action`, `Resource`, `Principal`, `Condition` as in a policy document; for a managed policy its ARN.
    pub statement: Expr,
    /// Dotted name of the config resource that owns the holder; `None` for shared infrastructure and raw resources.
    pub resource: Option<&'a str>,
    /// The config value that asked for it; `None` for what every stack has.
    pub origin: Option<Span>,
    /// Whether a [`Grant`] of the plan says so. Statements of roles that a config writes in raw form, or changes in overrides, have none.
    pub granted: bool,
}

/// Every statement of the template, by logical id, in the order of its policies. Empty when there are errors.
pub fn rights(compiled: &Compiled) -> Vec<Right<'_>> {
    let mut all = vec![];
    for (id, resource) in compiled.template.iter().flat_map(|t| &t.resources) {
        let owner = compiled.plan.origins.get(id);
        let mut grants: Vec<&Grant> = compiled.plan.grants.iter().filter(|g| g.role == *id).collect();
        for (access, statement) in statements(resource) {
            let grant = if access == Access::Role { take(&mut grants, &statement) } else { None };
            let script = compiled.plan.script_roles.iter().find(|r| r.logical_id == *id);
            let script = script.filter(|_| access == Access::Trust && trusts_account(&statement));
            all.push(Right {
                logical_id: id,
                access,
                statement,
                resource: owner.and_then(|o| o.resource.as_deref()),
                origin: grant.map(|g| g.statement.origin).or(script.map(|s| s.origin)).or(owner.and_then(|o| o.span)),
                granted: grant.is_some(),
            });
        }
    }
    all
}

/// The grant that a statement was made from: same name, effect and actions. Resources differ as long as the grant's parameters are open.
fn take<'a>(grants: &mut Vec<&'a Grant>, statement: &Expr) -> Option<&'a Grant> {
    let object = statement.as_object()?;
    let same = |g: &&Grant| {
        let made = &g.statement;
        object.get("Action") == Some(&made.actions)
            && object.get("Effect") == Some(&made.effect)
            && object.get("Sid") == made.sid.as_ref()
            && matches!(object.get("Resource"), Some(Expr::List(all)) if all.len() == made.resources.len())
    };
    let at = grants.iter().position(same)?;
    Some(grants.remove(at))
}

/// Whether identities of an account, and not a service, are let in.
fn trusts_account(statement: &Expr) -> bool {
    let principal = statement.as_object().and_then(|s| s.get("Principal")?.as_object());
    principal.is_some_and(|p| p.get("AWS").is_some())
}

fn statements(resource: &Resource) -> Vec<(Access, Expr)> {
    let mut found = vec![];
    if resource.kind == "AWS::Lambda::Permission" {
        found.push((Access::Resource, permission(&resource.properties)));
    }
    if let Some(Expr::List(policies)) = resource.properties.get("ManagedPolicyArns") {
        found.extend(policies.iter().map(|arn| (Access::ManagedPolicy, arn.clone())));
    }
    for (key, value) in &resource.properties.0 {
        collect(value, key == "AssumeRolePolicyDocument", &mut found);
    }
    found
}

/// The members of every `Statement` list below a value.
fn collect(value: &Expr, trust: bool, found: &mut Vec<(Access, Expr)>) {
    match value {
        Expr::List(items) => items.iter().for_each(|item| collect(item, trust, found)),
        Expr::Map(object) => match object.get("Statement") {
            Some(Expr::List(all)) if all.iter().all(|s| s.as_object().is_some_and(|s| s.get("Effect").is_some())) => {
                let access = |s: &Expr| match s.as_object() {
                    _ if trust => Access::Trust,
                    Some(s) if s.get("Principal").or(s.get("NotPrincipal")).is_some() => Access::Resource,
                    _ => Access::Role,
                };
                found.extend(all.iter().map(|s| (access(s), s.clone())));
            }
            _ => object.0.iter().for_each(|(_, v)| collect(v, trust, found)),
        },
        _ => {}
    }
}

/// A permission of a function in the words of a policy.
fn permission(properties: &Object) -> Expr {
    let of = |key: &str| properties.get(key).cloned();
    let principal = match of("Principal") {
        Some(Expr::Str(service)) if service.ends_with(".amazonaws.com") => {
            Expr::from(Object::new().set("Service", Expr::Str(service)))
        }
        Some(other) => other,
        None => Expr::Null,
    };
    let equals = |name: &'static str, value: Option<Expr>| value.map(|v| (name, v));
    let conditions = [
        ("ArnLike", equals("AWS:SourceArn", of("SourceArn"))),
        ("StringEquals", equals("AWS:SourceAccount", of("SourceAccount"))),
        ("StringEquals", equals("lambda:FunctionUrlAuthType", of("FunctionUrlAuthType"))),
    ];
    let mut condition = Object::new();
    for (operator, pair) in conditions {
        let Some((name, value)) = pair else { continue };
        match condition.get_mut(operator) {
            Some(Expr::Map(same)) => same.insert(name, value),
            _ => condition.insert(operator, Object::new().set(name, value)),
        }
    }
    Object::new()
        .set("Effect", "Allow")
        .set("Principal", principal)
        .opt("Action", of("Action"))
        .opt("Resource", of("FunctionName"))
        .opt("Condition", (!condition.is_empty()).then_some(condition))
        .into()
}

/// An expression as people read it: the notation of `Fn::Sub`, so that `${FilesBucket.Arn}/*` stands for the join of an attribute and a text. What has no
/// short form is JSON.
pub fn short(expr: &Expr) -> String {
    match expr {
        Expr::Str(text) => text.to_string(),
        Expr::Shared(e) => short(e),
        Expr::Intrinsic("Ref", argument) => format!("${{{}}}", short(argument)),
        Expr::Intrinsic("Fn::GetAtt", argument) => match &**argument {
            Expr::List(parts) => format!("${{{}}}", parts.iter().map(short).collect::<Vec<_>>().join(".")),
            _ => expr.to_json_text(),
        },
        Expr::Intrinsic("Fn::Sub", argument) => match &**argument {
            Expr::Str(text) => text.to_string(),
            Expr::List(parts) => match parts.as_slice() {
                [Expr::Str(text), Expr::Map(values)] => {
                    let put =
                        |text: String, (key, value): &(_, Expr)| text.replace(&format!("${{{key}}}"), &short(value));
                    values.0.iter().fold(text.to_string(), put)
                }
                _ => expr.to_json_text(),
            },
            _ => expr.to_json_text(),
        },
        Expr::Intrinsic("Fn::Join", argument) => match &**argument {
            Expr::List(parts) => match parts.as_slice() {
                [Expr::Str(between), Expr::List(items)] => items.iter().map(short).collect::<Vec<_>>().join(between),
                _ => expr.to_json_text(),
            },
            _ => expr.to_json_text(),
        },
        Expr::List(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Expr::Map(object) => match object.0.as_slice() {
            // `{Service: x}`, `{AWS: x}`: who is let in.
            [(key, value)] if matches!(&**key, "Service" | "AWS" | "CanonicalUser" | "Federated") => short(value),
            _ => expr.to_json_text(),
        },
        _ => expr.to_json_text(),
    }
}
