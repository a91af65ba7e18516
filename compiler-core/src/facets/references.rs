//! References to a resource of the config or, by ARN, to anything: "exactly one of name and ARN".

use crate::decode::Val;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{Linked, Resource, ResourceKind};
use crate::source::{Span, Spanned};
use crate::template::Expr;

/// A pair of properties of which exactly one is given.
pub struct ArnOrName<'a> {
    /// Name of the property that names a resource, and its value.
    pub name: (&'static str, &'a Option<Spanned<String>>),
    /// Name of the property that holds an ARN, and its value.
    pub arn: (&'static str, &'a Option<Val<String>>),
    /// The block that holds both.
    pub span: Span,
}

impl ArnOrName<'_> {
    /// Reports neither, both, an unknown resource or one of another type.
    pub fn check<K: ResourceKind>(&self, linked: &Linked<'_>, sink: &mut Sink) {
        let ((name_property, name), (arn_property, arn)) = (self.name, self.arn);
        match (name, arn) {
            (Some(name), None) => {
                linked.stack.require::<K>(name, name_property, sink);
            }
            (None, Some(arn)) => check_arn_of::<K>(arn_property, arn, linked, sink),
            (Some(name), Some(arn)) => sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    arn.span,
                    format!("{name_property} and {arn_property} are both given"),
                )
                .label(name.span, "the name")
                .hint("keep exactly one of them"),
            ),
            (None, None) => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    self.span,
                    format!("one of {name_property} and {arn_property} must be given"),
                )
                .hint(format!("name a resource of type {} of this config with {name_property}", K::TYPE)),
            ),
        }
    }

    /// The ARN: the given one, or a parameter of the named resource.
    pub fn arn(&self, param: impl Fn(&Spanned<String>) -> Expr) -> Option<Expr> {
        match (self.name.1, self.arn.1) {
            (Some(name), _) => Some(param(name)),
            (None, Some(arn)) => Some(arn.clone().into()),
            (None, None) => None,
        }
    }
}

/// Reads a parameter of a resource that the config names.
pub fn param(name: &'static str) -> impl Fn(&Spanned<String>) -> Expr {
    move |resource| of(resource, name)
}

/// A parameter of a named resource, with the name's place.
pub fn of(resource: &Spanned<String>, param: &'static str) -> Expr {
    Expr::Param { resource: resource.value.as_str().into(), name: param.into(), span: resource.span }
}

/// A parameter of a resource itself. Left open, so that a circle through it can be opened with the parameter's standalone form.
pub fn own<K: ResourceKind>(resource: &Resource<K>, param: &'static str) -> Expr {
    Expr::Param { resource: resource.name.dotted().into(), name: param.into(), span: resource.span }
}

/// Reports a value that cannot be an ARN: other text, or a parameter that is none. An unknown parameter is reported elsewhere.
pub fn check_arn(property: &str, value: &Val<String>, linked: &Linked<'_>, sink: &mut Sink) {
    let message = match (value.as_known(), parameter(value)) {
        (Some(text), _) if !text.starts_with("arn:") && !text.contains("{{resolve:") => {
            format!("{property} must be an ARN, found \"{text}\"")
        }
        (_, Some((resource, name)))
            if !name.to_ascii_lowercase().ends_with("arn") && has_param(resource, name, linked) =>
        {
            format!("{property} must be an ARN, and the parameter `{name}` of `{resource}` is none")
        }
        _ => return,
    };
    let named = value.as_known().filter(|text| linked.stack.any(text).is_some()).map(|text| text.as_str());
    let hint = match parameter(value).map(|(resource, _)| resource).or(named) {
        Some(resource) => format!("read it with $ResourceParam('{resource}', 'arn')"),
        None => "write it in full, beginning with arn:aws:".to_string(),
    };
    sink.push(Diagnostic::error(Code::BAD_VALUE, value.span, message).hint(hint));
}

/// Like [`check_arn`], for the ARN of one type of resource.
pub fn check_arn_of<K: ResourceKind>(property: &str, value: &Val<String>, linked: &Linked<'_>, sink: &mut Sink) {
    match parameter(value) {
        Some((resource, name)) if has_param(resource, name, linked) && linked.get::<K>(resource).is_none() => {
            let at = Spanned::new(resource.to_string(), value.span);
            linked.stack.require::<K>(&at, property, sink);
        }
        _ => check_arn(property, value, linked, sink),
    }
}

/// Resource and parameter, when the value is nothing but a parameter.
fn parameter(value: &Val<String>) -> Option<(&str, &str)> {
    match value.as_deferred() {
        Some(Expr::Param { resource, name, .. }) => Some((resource, name)),
        _ => None,
    }
}

fn has_param(resource: &str, name: &str, linked: &Linked<'_>) -> bool {
    linked.params(resource).is_some_and(|params| params.iter().any(|p| &*p.name == name))
}
