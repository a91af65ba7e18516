//! `overrides`: the user's last word on a child's properties.

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::Spanned;
use crate::template::{Expr, Object};

/// Properties whose keys are free text and may hold dots: a dotted path below them is one literal key.
const FREE_KEYS: &[&str] = &["Parameters", "AdvancedOptions"];

/// Sets the value at a path such as `VersioningConfiguration.Status` or `Tags[0].Value`.
///
/// A mapping given for a plain property name is merged into the one that is there, key by key; everything else replaces.
pub fn apply(properties: &mut Object, path: &str, value: Expr) {
    let (top, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
    if let Some(rest) = rest {
        let literal_key = FREE_KEYS.contains(&top) || holds_dotted_keys(properties.get(top));
        if literal_key && !matches!(value, Expr::Map(_)) {
            let mut object = take_object(properties, top);
            object.insert(rest.to_string(), value);
            properties.insert(top.to_string(), object);
            return;
        }
    }
    let steps: Vec<Step<'_>> = path.split('.').flat_map(Step::parse).collect();
    if let ([Step::Key(_)], true) = (steps.as_slice(), matches!(value, Expr::Map(_))) {
        merge(properties, path, value);
        return;
    }
    let mut root = Expr::Map(std::mem::take(properties));
    set(&mut root, &steps, value);
    if let Expr::Map(object) = root {
        *properties = object;
    }
}

/// A mapping such as `{"rest.action": …}` has dots in its keys.
fn holds_dotted_keys(value: Option<&Expr>) -> bool {
    value.and_then(Expr::as_object).is_some_and(|o| o.0.iter().any(|(k, _)| k.contains('.')))
}

fn take_object(properties: &mut Object, key: &str) -> Object {
    match properties.get_mut(key).and_then(Expr::as_object_mut) {
        Some(object) => std::mem::take(object),
        _ => Object::new(),
    }
}

fn merge(properties: &mut Object, key: &str, value: Expr) {
    match (properties.get_mut(key).map(Expr::own), value) {
        (Some(Expr::Map(old)), Expr::Map(new)) => new.0.into_iter().for_each(|(k, v)| merge(old, &k, v)),
        (_, value) => properties.insert(key.to_string(), value),
    }
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Step<'a> {
    /// `Tags[0][1]` is the key `Tags` and two indexes; a bare number is an index too, as in lodash paths.
    fn parse(part: &'a str) -> Vec<Step<'a>> {
        let (key, indexes) = part.split_once('[').map_or((part, None), |(k, rest)| (k, Some(rest)));
        let mut steps = vec![];
        match key.parse() {
            Ok(index) => steps.push(Step::Index(index)),
            Err(_) if !key.is_empty() => steps.push(Step::Key(key)),
            Err(_) => {}
        }
        let indexes =
            indexes.into_iter().flat_map(|r| r.split('[')).filter_map(|i| i.trim_end_matches(']').parse().ok());
        steps.extend(indexes.map(Step::Index));
        steps
    }
}

/// Longest list that an index may create; more is a slip, not a wish.
const MAX_INDEX: usize = 1000;

fn set(target: &mut Expr, steps: &[Step<'_>], value: Expr) {
    let target = target.own();
    let Some((step, rest)) = steps.split_first() else {
        *target = value;
        return;
    };
    match step {
        Step::Index(index) if *index < MAX_INDEX && matches!(target, Expr::List(_)) => {
            if let Expr::List(items) = target {
                while items.len() <= *index {
                    items.push(Expr::Null);
                }
                set(&mut items[*index], rest, value);
            }
        }
        Step::Index(index) => set_key(target, &index.to_string(), rest, value),
        Step::Key(key) => set_key(target, key, rest, value),
    }
}

fn set_key(target: &mut Expr, key: &str, rest: &[Step<'_>], value: Expr) {
    if !matches!(target, Expr::Map(_)) {
        *target = Expr::Map(Object::new());
    }
    if let Expr::Map(object) = target {
        if object.get(key).is_none() {
            let list_next = matches!(rest.first(), Some(Step::Index(_)));
            object.insert(key.to_string(), if list_next { Expr::List(vec![]) } else { Expr::Null });
        }
        if let Some(slot) = object.get_mut(key) {
            set(slot, rest, value);
        }
    }
}

/// Ends the ids of custom resources, many of which configs of the reference can override and stacks here do not have.
const VENDOR_RESOURCE: &str = "CustomResource";

/// Ends the ids of listeners. Which ports a load balancer listens on depends on whether it has a domain, unlike in the reference.
const LISTENER: &str = "Listener";

/// The listener that there is in place of the one that an override names.
fn other_listener<'a>(id: &str, ids: &[&'a str]) -> Option<&'a str> {
    let without_port = |id: &str| id.replace(|c: char| c.is_ascii_digit(), "");
    let name = without_port(id.strip_suffix(LISTENER)?);
    ids.iter().copied().find(|own| own.strip_suffix(LISTENER).is_some_and(|own| without_port(own) == name))
}

/// The diagnostic for an override or a transform (`what`) of a child that the resource does not have.
pub fn unknown_child(child: &Spanned<impl AsRef<str>>, owner: &str, what: &str, ids: Vec<&str>) -> Diagnostic {
    let id = child.value.as_ref();
    if id.ends_with(VENDOR_RESOURCE) && !ids.iter().any(|own| own.ends_with(VENDOR_RESOURCE)) {
        let message = format!("the {what} of `{id}` has no effect: `{owner}` needs no custom resource here");
        return Diagnostic::warning(Code::UNKNOWN_CHILD, child.span, message)
            .hint(format!("remove it, or {what} one of: {}", ids.join(", ")));
    }
    if let Some(own) = other_listener(id, &ids) {
        let message = format!("the {what} of `{id}` has no effect: `{owner}` has `{own}` instead");
        return Diagnostic::warning(Code::UNKNOWN_CHILD, child.span, message)
            .hint(format!("{what} `{own}`, or add customDomains, with which there is an HTTPS listener"));
    }
    Diagnostic::error(Code::UNKNOWN_CHILD, child.span, format!("`{owner}` makes no CloudFormation resource `{id}`"))
        .hint(did_you_mean(id, ids.iter().copied()).unwrap_or_else(|| format!("it makes: {}", ids.join(", ")).into()))
}
