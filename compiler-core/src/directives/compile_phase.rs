//! Directives whose value is known when the config is compiled: the target, the command line, git, variables, formatting, outputs of other stacks.

use super::complaints::usage;
use super::evaluation::{Evaluation, Invocation, Reported};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Map, Node, Value};
use crate::world::{Fact, FactKey};
use std::rc::Rc;
use std::sync::Arc;

type Outcome = Result<Rc<Node>, Reported>;

/// `$Stage()`.
pub(super) fn stage(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    Ok(invocation.give(&evaluation.cx.target.stage))
}

/// `$Region()`.
pub(super) fn region(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    Ok(invocation.give(&evaluation.cx.target.region))
}

/// `$Profile()`.
pub(super) fn profile(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    Ok(invocation.give(evaluation.cx.target.profile.as_deref().unwrap_or("default")))
}

/// `$AwsAccountId()`.
pub(super) fn account_id(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    match evaluation.fact(FactKey::AccountId) {
        Some(Fact::Text { value }) => Ok(invocation.give(value)),
        Some(Fact::Absent) => Err(evaluation.report(
            Diagnostic::error(Code::DIRECTIVE_VALUE, invocation.call.span, "the AWS account is not known")
                .hint("set up AWS credentials, or name the account with `--awsAccountId`"),
        )),
        _ => Ok(invocation.give("000000000000")),
    }
}

/// `$Var()`.
pub(super) fn var(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    if let Some(variables) = &evaluation.variables {
        return Ok(Rc::clone(variables));
    }
    let call = invocation.call;
    let (span, name) = call.path.first().map_or((call.span, "name".to_string()), |s| (s.span, s.to_string()));
    let written = call.path.iter().fold(String::from("$Var()"), |text, segment| format!("{text}.{}", **segment));
    Err(evaluation.report(
        Diagnostic::error(
            Code::DIRECTIVE_VALUE,
            span,
            format!("`{written}` has no value: the config has no `variables`"),
        )
        .hint(format!("add `variables:` with `{name}` at the top level of the config")),
    ))
}

/// `$This()`.
pub(super) fn this(evaluation: &mut Evaluation<'_, '_>, _: &Invocation<'_>) -> Outcome {
    Ok(Rc::clone(&evaluation.raw))
}

/// `$CliArgs('name', default?)`.
pub(super) fn cli_args(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let name = invocation.text(0, evaluation)?;
    let given = evaluation.cx.cli_args.get(&*name.value).filter(|v| !v.is_null());
    if let Some(given) = given {
        return Ok(Rc::new(from_json(given, invocation.call.span)));
    }
    if let Some(default) = invocation.args.get(1) {
        return Ok(Rc::new(default.clone()));
    }
    let hint = did_you_mean(&name, evaluation.cx.cli_args.keys().map(String::as_str));
    Err(evaluation.report(
        Diagnostic::error(Code::DIRECTIVE_VALUE, name.span, format!("the command line has no option `{}`", name.value))
            .maybe_hint(hint)
            .hint(format!("pass `--{0} VALUE`, or give a default: `$CliArgs('{0}', 'default')`", name.value)),
    ))
}

pub(super) fn from_json(json: &serde_json::Value, span: Span) -> Node {
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => match n.as_i64() {
            Some(n) => Value::Int(n),
            None => Value::Float(n.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(s) => Value::Str(Arc::from(s.as_str())),
        serde_json::Value::Array(items) => Value::List(items.iter().map(|item| from_json(item, span)).collect()),
        serde_json::Value::Object(map) => {
            let entry = |(key, value): (&String, &serde_json::Value)| Entry {
                key: Spanned::new(Arc::from(key.as_str()), span),
                value: from_json(value, span),
            };
            Value::Map(Map { entries: map.iter().map(entry).collect() })
        }
    };
    Node::new(value, span)
}

/// The properties of `$GitInfo` that the reference has, in its spelling.
pub(crate) const GIT_PROPERTIES: [&str; 5] = ["username", "branch", "commit", "gitUrl", "hasUncommitedChanges"];

/// `$GitInfo('property')`.
pub(super) fn git_info(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let asked = invocation.text(0, evaluation)?;
    let property = if &*asked.value == "hasUncommittedChanges" { "hasUncommitedChanges" } else { &asked.value };
    if !GIT_PROPERTIES.contains(&property) {
        let allowed = GIT_PROPERTIES.map(|p| format!("`{p}`")).join(", ");
        return Err(evaluation.report(
            Diagnostic::error(Code::BAD_DIRECTIVE, asked.span, format!("`$GitInfo` knows no \"{property}\""))
                .maybe_hint(did_you_mean(property, GIT_PROPERTIES))
                .hint(format!("properties are {allowed}")),
        ));
    }
    let fact = evaluation.fact(FactKey::Git { property: property.to_string() });
    let value = match (fact, property) {
        (Some(Fact::Absent), _) => {
            return Err(evaluation.report(
                Diagnostic::error(
                    Code::DIRECTIVE_VALUE,
                    asked.span,
                    format!("git gives no `{property}` for this project"),
                )
                .hint(format!("run in a git working copy that has it, or set it with {}", git_variable(property))),
            ));
        }
        (Some(Fact::Bool { value }), _) => Value::Bool(value),
        (Some(Fact::Text { value }), "hasUncommitedChanges") => Value::Bool(value == "true"),
        (Some(Fact::Text { value }), _) => Value::Str(value.into()),
        (_, "hasUncommitedChanges") => Value::Bool(false),
        (_, "commit") => Value::Str("0".repeat(40).into()),
        (_, "gitUrl") => Value::Str("https://git.invalid/repository".into()),
        (_, _) => Value::Str(format!("unknown-{property}").into()),
    };
    Ok(Rc::new(Node::new(value, invocation.call.span)))
}

fn git_variable(property: &str) -> &'static str {
    match property {
        "username" => "the environment variable STP_GIT_USER_NAME",
        "branch" => "the environment variable STP_GIT_BRANCH_NAME",
        "commit" => "the environment variable STP_GIT_COMMIT_SHA",
        "gitUrl" => "the environment variable STP_GIT_URL",
        _ => "`git` in the fact file",
    }
}

/// `$StackOutput('stack', 'output', 'region'?)`.
pub(super) fn stack_output(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let stack = invocation.text(0, evaluation)?;
    let output = invocation.text(1, evaluation)?;
    let region = if invocation.args.len() > 2 { Some(invocation.text(2, evaluation)?) } else { None };
    let region = region.map(|r| r.to_string()).filter(|r| *r != evaluation.cx.target.region);
    let key = FactKey::StackOutput { stack: stack.to_string(), output: output.to_string(), region: region.clone() };
    match evaluation.fact(key) {
        Some(Fact::Text { value }) => Ok(invocation.give(value)),
        Some(Fact::Absent) => {
            let region = region.unwrap_or_else(|| evaluation.cx.target.region.clone());
            let message =
                format!("stack `{}` in {region} does not exist or has no output `{}`", stack.value, output.value);
            Err(evaluation.report(Diagnostic::error(Code::DIRECTIVE_VALUE, stack.span.to(output.span), message).hint(
                "deploy the other stack first, with the output exported; `stacktape stack:list` shows what is deployed",
            )))
        }
        _ => Ok(invocation.give(format!("output-{}-of-{}", output.value, stack.value))),
    }
}

/// `$Format('text with {}', value, …)`.
pub(super) fn format(evaluation: &mut Evaluation<'_, '_>, invocation: &Invocation<'_>) -> Outcome {
    let template = invocation.text(0, evaluation)?;
    let values = &invocation.args[1..];
    check_placeholders(evaluation, invocation, &template)?;
    let mut text = String::new();
    for (part, value) in template.split("{}").zip(values.iter().map(Some).chain([None])) {
        text.push_str(part);
        if let Some(value) = value {
            text.push_str(&scalar_text(evaluation, invocation, value)?);
        }
    }
    evaluation.spend(text.len() / 64, invocation.call.span)?;
    Ok(invocation.give(text))
}

/// Checks that a format text has one `{}` for each value.
pub(super) fn check_placeholders(
    evaluation: &mut Evaluation<'_, '_>,
    invocation: &Invocation<'_>,
    template: &Spanned<Arc<str>>,
) -> Result<(), Reported> {
    let (wanted, given) = (template.matches("{}").count(), invocation.args.len() - 1);
    if wanted == given {
        return Ok(());
    }
    let plural = |n: usize| if n == 1 { "value" } else { "values" };
    let message = format!(
        "the text has {wanted} `{{}}`, but {given} {} {} given",
        plural(given),
        if given == 1 { "is" } else { "are" }
    );
    Err(evaluation.report(Diagnostic::error(Code::BAD_DIRECTIVE, template.span, message).hint(usage(invocation.info))))
}

/// A scalar as text. A deferred value never gets here.
pub(super) fn scalar_text(
    evaluation: &mut Evaluation<'_, '_>,
    invocation: &Invocation<'_>,
    value: &Node,
) -> Result<String, Reported> {
    match &value.value {
        Value::Str(s) => Ok(s.to_string()),
        Value::Int(n) => Ok(n.to_string()),
        Value::Float(n) => Ok(n.to_string()),
        Value::Bool(b) => Ok(b.to_string()),
        _ => {
            let message = format!("{} cannot be put into text", value.kind());
            Err(evaluation.report(
                Diagnostic::error(Code::BAD_DIRECTIVE, value.span, message)
                    .hint("select one text or number of it with a path")
                    .hint(usage(invocation.info)),
            ))
        }
    }
}
