//! Directives whose value only CloudFormation knows: they leave an expression in the tree.
//!
//! Secrets and parameters become dynamic references, pinned to the version that is current now. CloudFormation looks a reference up again only
//! when its text changes, so each also asks for a stack output with its version: a rotation then changes the template.

use super::compile_phase::{check_placeholders, scalar_text};
use super::complaints::usage;
use super::evaluation::{Evaluation, Invocation, Reported};
use crate::diagnostics::{Code, Diagnostic};
use crate::naming::export_name;
use crate::source::Spanned;
use crate::syntax::{Node, Value};
use crate::template::{Expr, Object, sub, sub_with};
use crate::world::{Fact, FactKey};
use std::rc::Rc;
use std::sync::Arc;

type Outcome = Result<Rc<Node>, Reported>;

fn deferred(invocation: &Invocation<'_>, expr: Expr) -> Rc<Node> {
    Rc::new(Node::new(Value::Deferred(Box::new(expr)), invocation.call.span))
}

/// Whether an expression holds a secret at deploy time: text with a dynamic reference to Secrets Manager or to a SecureString parameter.
pub fn is_sensitive(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |e| {
        found |=
            e.as_str().is_some_and(|s| s.contains("{{resolve:secretsmanager:") || s.contains("{{resolve:ssm-secure:"));
    });
    found
}

/// `$ResourceParam('resource', 'param')`.
pub(super) fn resource_param(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let resource = name(evaluation, invocation, 0)?.value;
    let name = name(evaluation, invocation, 1)?.value;
    Ok(deferred(invocation, Expr::Param { resource, name, span: invocation.call.span }))
}

/// `$CfResourceParam('LogicalId', 'Attribute')`.
pub(super) fn cf_resource_param(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let logical_id = name(evaluation, invocation, 0)?.value;
    let name = name(evaluation, invocation, 1)?.value;
    Ok(deferred(invocation, Expr::Attribute { logical_id, name, span: invocation.call.span }))
}

/// `$CfStackOutput('stack', 'output', 'region'?)`.
pub(super) fn cf_stack_output(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let stack = name(evaluation, invocation, 0)?;
    let output = name(evaluation, invocation, 1)?;
    if invocation.args.len() > 2 {
        let region = name(evaluation, invocation, 2)?;
        if *region.value != *evaluation.cx.target.region {
            let message = format!(
                "CloudFormation imports outputs only within a region; {} is not {}",
                region.value, evaluation.cx.target.region
            );
            evaluation.report(Diagnostic::warning(Code::SUSPICIOUS, region.span, message).hint(format!(
                "use `$StackOutput('{}', '{}', '{}')`, which reads the value when the config is compiled",
                stack.value, output.value, region.value
            )));
        }
    }
    let import = Expr::Intrinsic("Fn::ImportValue", Box::new(export_name(&stack, &output).into()));
    Ok(deferred(invocation, import))
}

/// `$CfFormat('text with {}', value, …)`: text when every value is known, else `Fn::Sub` with a variable for each value that is not.
///
/// As in the reference, `${AWS::Region}` and the like in the text itself are filled in by CloudFormation; in a value they are plain text.
pub(super) fn cf_format(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let template = invocation.text(0, evaluation)?;
    check_placeholders(evaluation, invocation, &template)?;
    let values = &invocation.args[1..];
    let known = |value: &Node| match &value.value {
        Value::Deferred(expr) => matches!(**expr, Expr::Str(_)),
        _ => true,
    };
    let substitutes = template.contains("${") || !values.iter().all(known);
    let mut text = String::new();
    let mut variables = Object::new();
    let mut secret = false;
    for (i, (part, value)) in template.split("{}").zip(values.iter().map(Some).chain([None])).enumerate() {
        text.push_str(part);
        let Some(value) = value else { continue };
        let literal = match &value.value {
            Value::Deferred(expr) => match &**expr {
                Expr::Str(s) => {
                    secret = true;
                    s.to_string()
                }
                expr => {
                    text.push_str(&format!("${{sub{i}}}"));
                    variables.insert(format!("sub{i}"), expr.clone());
                    continue;
                }
            },
            _ => scalar_text(evaluation, invocation, value)?,
        };
        text.push_str(&if substitutes { literal.replace("${", "${!") } else { literal });
    }
    evaluation.spend(text.len() / 64, invocation.call.span)?;
    if !substitutes && !secret {
        return Ok(invocation.give(text));
    }
    let expr = match (substitutes, variables.is_empty()) {
        (false, _) => Expr::Str(text.into()),
        (true, true) => sub(text),
        (true, false) => sub_with(text, variables),
    };
    if is_sensitive(&expr) {
        evaluation.sensitive.insert(invocation.call.span);
    }
    Ok(deferred(invocation, expr))
}

/// `$Secret('name')` or `$Secret('name.jsonKey')`.
pub(super) fn secret(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let asked = name(evaluation, invocation, 0)?;
    let (name, key) = asked.split_once('.').unwrap_or((&asked, ""));
    if name.is_empty() || (key.is_empty() && asked.contains('.')) {
        let message = format!("`{}` names no secret", asked.value);
        return Err(evaluation.report(
            Diagnostic::error(Code::BAD_DIRECTIVE, asked.span, message)
                .hint("write `$Secret('name')` or `$Secret('name.jsonKey')`"),
        ));
    }
    let version = match evaluation.fact(FactKey::SecretVersion { name: name.to_string() }) {
        Some(Fact::Text { value }) => value,
        Some(Fact::Absent) => {
            let region = &evaluation.cx.target.region;
            let message = format!("there is no secret `{name}` in {region}");
            let hint = format!("create it with `stacktape secret:set --region {region} --secretName {name}`");
            return Err(evaluation.report(Diagnostic::error(Code::DIRECTIVE_VALUE, asked.span, message).hint(hint)));
        }
        _ => "00000000-0000-0000-0000-000000000000".to_string(),
    };
    let text = format!("{{{{resolve:secretsmanager:{name}:SecretString:{key}::{version}}}}}");
    evaluation.versions.insert(("CurrentSecretVersionId".to_string(), name.to_string()), version);
    evaluation.sensitive.insert(invocation.call.span);
    Ok(deferred(invocation, text.into()))
}

/// `$SsmParam('name')`.
pub(super) fn ssm_param(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let name = name(evaluation, invocation, 0)?;
    let (version, secure) = match evaluation.fact(FactKey::SsmParameter { name: name.to_string() }) {
        Some(Fact::SsmParameter { version, secure }) => (version, secure),
        Some(Fact::Absent) => {
            let region = &evaluation.cx.target.region;
            let message = format!("there is no SSM parameter `{}` in {region}", name.value);
            let hint = format!(
                "create it with `aws ssm put-parameter --region {region} --type SecureString --name {} --value VALUE`",
                name.value
            );
            return Err(evaluation.report(Diagnostic::error(Code::DIRECTIVE_VALUE, name.span, message).hint(hint)));
        }
        _ => (1, false),
    };
    let service = if secure { "ssm-secure" } else { "ssm" };
    evaluation.versions.insert(("CurrentSsmParameterVersion".to_string(), name.to_string()), version.to_string());
    if secure {
        evaluation.sensitive.insert(invocation.call.span);
    }
    Ok(deferred(invocation, format!("{{{{resolve:{service}:{}:{version}}}}}", name.value).into()))
}

/// A name in an argument: text that is known now and not empty.
fn name(
    evaluation: &mut Evaluation<'_, '_>,
    invocation: &Invocation<'_>,
    i: usize,
) -> Result<Spanned<Arc<str>>, Reported> {
    let text = invocation.text(i, evaluation)?;
    if text.trim().is_empty() {
        let message = format!("argument {} of `${}` is empty", i + 1, invocation.info.name);
        return Err(
            evaluation.report(Diagnostic::error(Code::BAD_DIRECTIVE, text.span, message).hint(usage(invocation.info)))
        );
    }
    Ok(text)
}
