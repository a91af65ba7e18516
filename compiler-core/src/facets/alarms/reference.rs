//! References to alarms: `api.alarms.0` is the first alarm of the resource `api`.

use crate::diagnostics::{Code, Diagnostic, Hint, Sink, did_you_mean};
use crate::model::{AlarmName, Stack};
use crate::source::Spanned;

/// What stands between the resource and the position.
const SEPARATOR: &str = ".alarms.";

/// Most names that a hint lists.
const MAX_LISTED: usize = 6;

/// The alarm that a reference means; `None` when it means nothing. [`resolve`] reports that, once, in `check`.
pub fn find(reference: &str, stack: &Stack<'_>) -> Option<AlarmName> {
    let (resource, index) = reference.rsplit_once(SEPARATOR)?;
    alarms_of(resource, stack).into_iter().nth(index.parse().ok()?)
}

/// The alarms of a resource, or of the part of a composite that they are handed on to.
fn alarms_of(resource: &str, stack: &Stack<'_>) -> Vec<AlarmName> {
    if let Some(resource) = stack.any(resource) {
        return resource.alarms(stack);
    }
    let prefix = format!("{resource}.");
    let parts = stack.resources().filter(|r| r.name().dotted().starts_with(&prefix));
    parts.map(|r| r.alarms(stack)).find(|alarms| !alarms.is_empty()).unwrap_or_default()
}

/// The same; reports a reference that means nothing. `property` holds the reference.
pub fn resolve(reference: &Spanned<String>, property: &str, stack: &Stack<'_>, sink: &mut Sink) -> Option<AlarmName> {
    let found = find(reference, stack);
    let resource = reference.rsplit_once(SEPARATOR).map(|(resource, _)| resource);
    if found.is_some() || resource.is_some_and(|r| stack.is_broken(r) && alarms_of(r, stack).is_empty()) {
        return found;
    }
    let own = resource.map(|r| references_to(r, alarms_of(r, stack).len())).unwrap_or_default();
    let message = match resource {
        None => format!("{property} must be an alarm such as `api.alarms.0`, found `{}`", reference.value),
        Some(r) if own.is_empty() && stack.any(r).is_none() => {
            format!("{property} names the alarm `{}`, but the config has no resource `{r}`", reference.value)
        }
        Some(r) => {
            let count = match own.len() {
                0 => "no alarms".to_string(),
                1 => "one alarm only".to_string(),
                n => format!("{n} alarms only"),
            };
            format!("{property} names the alarm `{}`, but `{r}` has {count}", reference.value)
        }
    };
    let code = if resource.is_some() { Code::UNKNOWN_RESOURCE } else { Code::BAD_VALUE };
    sink.push(Diagnostic::error(code, reference.span, message).hint(hint(reference, own, stack)));
    None
}

fn references_to(resource: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{resource}{SEPARATOR}{i}")).collect()
}

fn hint(reference: &str, own: Vec<String>, stack: &Stack<'_>) -> Hint {
    if !own.is_empty() {
        return format!("it has: {}", listed(&own)).into();
    }
    let all = stack.resources().flat_map(|r| references_to(r.name().dotted(), r.alarms(stack).len()));
    let names: Vec<String> = all.collect();
    if names.is_empty() {
        return "the config has no alarms; add one under `alarms` of a resource".into();
    }
    did_you_mean(reference, names.iter().map(String::as_str))
        .unwrap_or_else(|| format!("alarms of this config: {}", listed(&names)).into())
}

fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().map(String::as_str).take(MAX_LISTED).collect();
    shown.join(", ") + if names.len() > MAX_LISTED { " …" } else { "" }
}
