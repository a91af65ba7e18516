//! The ACL for CloudFront of a stack outside us-east-1: the stack's own function makes it there.
//!
//! It has the name that the reference gives it, so that the function finds that ACL in a stack that it takes over.

use super::{GLOBAL_REGION, Rule, WebAppFirewall, definition};
use crate::model::{Fragment, Resource, Stack, Statement};
use crate::shared_infra::stack_lambda::{Handled, custom_resource_id};
use crate::template::{Expr, Object, get_att, sub};

/// What stands in the custom resource's logical id before its type.
const SPECIFIER: &str = "WebAppFirewall";

/// ARN of the ACL.
pub fn arn(r: &Resource<WebAppFirewall>) -> Expr {
    get_att(custom_resource_id(&r.name, SPECIFIER), "Arn")
}

/// Adds the custom resource.
pub fn expand(r: &Resource<WebAppFirewall>, stack: &Stack<'_>, fragment: &mut Fragment) {
    let name = stack.identity.web_acl(r.name.flat());
    let mut definition = Expr::from(definition(&r.props, &name));
    let late = take_late(&mut definition);
    let request = Object::new()
        .set("name", name.clone())
        .set("definition", definition.to_json_text())
        .opt("late", (!late.is_empty()).then_some(late))
        .set("tags", stack.tag_map(&[]));
    let rights = rights(r, &name);
    Handled { owner: &r.name, specifier: SPECIFIER, key: "webAppFirewall", request, rights, span: r.span }
        .add(fragment);
}

/// Replaces what is known only when the stack is deployed by `{"Late": name}`, and returns these values by name.
///
/// CloudFormation turns numbers and booleans of custom resources into text, which AWS WAF refuses, so the definition goes as one text.
fn take_late(definition: &mut Expr) -> Object {
    let mut late = Object::new();
    definition.rewrite(&mut |e| {
        if matches!(e, Expr::Intrinsic(..) | Expr::Param { .. } | Expr::Attribute { .. }) {
            let name = format!("v{}", late.0.len());
            let value = std::mem::replace(e, Expr::Null);
            late.insert(name.clone(), value);
            *e = Object::new().set("Late", name).into();
        }
    });
    late
}

fn rights(r: &Resource<WebAppFirewall>, name: &str) -> Vec<Statement> {
    let global =
        |rest: &str| sub(format!("arn:${{AWS::Partition}}:wafv2:{GLOBAL_REGION}:${{AWS::AccountId}}:global/{rest}"));
    let acl = global(&format!("webacl/{name}/*"));
    // Whoever puts rule groups into an ACL needs the right on them, too.
    let mut used = vec![acl.clone()];
    let mut rules = r.props.rules.iter().flatten();
    if r.props.rules.is_none() || rules.any(|rule| matches!(rule, Rule::Managed(_))) {
        used.push(global("managedruleset/*/*"));
    }
    used.extend(r.props.rules.iter().flatten().filter_map(|rule| match rule {
        Rule::Custom(group) => Some(group.arn.clone().into()),
        _ => None,
    }));
    vec![
        Statement::allow(&["wafv2:CreateWebACL", "wafv2:UpdateWebACL"], used, r.span),
        Statement::allow(&["wafv2:DeleteWebACL", "wafv2:TagResource"], vec![acl], r.span),
        // AWS WAF knows no resource for looking at the list.
        Statement::allow(&["wafv2:ListWebACLs"], vec!["*".into()], r.span),
    ]
}
