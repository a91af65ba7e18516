//! `assumeRoleOfResource` of scripts: the roles that are named, and only those, trust the account that the stack is in. Whoever runs such a script still
//! needs `sts:AssumeRole` on the role from the account's administrators.

use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{AnyResource, Linked, Sections};
use crate::naming::logical_id;
use crate::plan::{DeployPlan, ScriptRole, ScriptValue};
use crate::template::{Expr, Object, Template, sub};

/// Lets identities of the account assume the roles that scripts act as. Reports resources without a role of their own.
pub fn add(sections: &Sections, template: &mut Template, plan: &mut DeployPlan, linked: &Linked<'_>, sink: &mut Sink) {
    let scripts = sections.scripts.iter().flat_map(|s| s.iter());
    for (script, target) in scripts.filter_map(|(name, script)| Some((name, script.assume_role_of_resource()?))) {
        let Some(resource) = linked.stack.any(target) else { continue };
        if plan.script_roles.iter().any(|role| role.resource == target.value) {
            continue;
        }
        if let Some(logical_id) = role_of(resource, template, linked) {
            trust_account(&logical_id, template);
            let (resource, arn) = (target.value.clone(), ScriptValue::Withheld);
            plan.script_roles.push(ScriptRole { resource, logical_id, arn, origin: target.span });
            continue;
        }
        let message = format!(
            "the script `{}` cannot act as `{}`: a resource of type {} has no role",
            script.value,
            target.value,
            resource.type_name()
        );
        sink.push(
            Diagnostic::error(Code::WRONG_RESOURCE_TYPE, target.span, message)
                .label(resource.span(), "declared here")
                .hint("name what runs code, such as a function, a container workload or a batch job"),
        );
    }
}

/// Logical id of the role of a resource, or of the part of it that has one.
fn role_of(resource: &dyn AnyResource, template: &Template, linked: &Linked<'_>) -> Option<String> {
    let nested = format!("{}.", resource.name().dotted());
    let parts = linked.stack.resources().filter(|r| r.name().dotted().starts_with(&nested));
    let mut ids = [resource].into_iter().chain(parts).map(|r| logical_id(r.name().flat(), "", "AWS::IAM::Role"));
    ids.find(|id| template.resources.contains_key(id))
}

fn trust_account(role: &str, template: &mut Template) {
    let properties = template.resources.get_mut(role).map(|resource| &mut resource.properties);
    let Some(Expr::Map(trust)) = properties.and_then(|p| p.get_mut("AssumeRolePolicyDocument")) else { return };
    let Some(Expr::List(statements)) = trust.get_mut("Statement") else { return };
    let account = Object::new().set("AWS", sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"));
    let statement = Object::new().set("Effect", "Allow").set("Principal", account).set("Action", "sts:AssumeRole");
    if !statements.contains(&Expr::from(statement.clone())) {
        statements.push(statement.into());
    }
}
