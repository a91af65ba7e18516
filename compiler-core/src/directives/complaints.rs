//! What the evaluation says about directives that cannot be evaluated.

use super::call::{Call, Segment};
use super::custom;
use super::evaluation::{Evaluation, Reported};
use super::table::{DIRECTIVES, DirectiveInfo, directive};
use crate::diagnostics::{Code, Diagnostic, Hint, did_you_mean};
use crate::syntax::{Map, Node, Value};

impl Evaluation<'_, '_> {
    /// The row of a call's directive.
    pub(super) fn lookup(&mut self, call: &Call) -> Result<&'static DirectiveInfo, Reported> {
        let name = &**call.name;
        if let Some(info) = directive(name) {
            return Ok(info);
        }
        if self.custom.contains_key(name) {
            return Ok(&custom::CUSTOM);
        }
        let known = DIRECTIVES.iter().map(|d| d.name).chain(self.custom.keys().map(String::as_str));
        let hint = match did_you_mean(name, known) {
            Some(hint) => Hint { text: hint.text.replacen('`', "`$", 1), ..hint },
            None => Hint::from(format!(
                "directives are {}",
                DIRECTIVES.iter().map(|d| format!("${}", d.name)).collect::<Vec<_>>().join(", ")
            )),
        };
        Err(self.report(
            Diagnostic::error(Code::UNKNOWN_DIRECTIVE, call.name.span, format!("there is no directive `${name}`"))
                .hint(hint),
        ))
    }

    /// Reports too few or too many arguments.
    pub(super) fn wrong_count(&mut self, call: &Call, info: &DirectiveInfo) -> Reported {
        let wanted = match info.args {
            (0, 0) => "no argument".to_string(),
            (1, 1) => "one argument".to_string(),
            (least, most) if least == most => format!("{least} arguments"),
            (least, usize::MAX) => format!("at least {least} {}", if least == 1 { "argument" } else { "arguments" }),
            (least, most) => format!("{least} or {most} arguments"),
        };
        let span = match call.args.get(info.args.1) {
            Some(extra) => call.args.last().map_or(extra.span, |last| extra.span.to(last.span)),
            None => call.span,
        };
        let message = format!("`${}` takes {wanted}, not {}", info.name, call.args.len());
        self.report(Diagnostic::error(Code::BAD_DIRECTIVE, span, message).hint(usage(info)))
    }

    /// Reports a circle once, whatever the way into it: from the first of its members on.
    pub(super) fn cycle(&mut self, first: usize) -> Reported {
        let mut members = self.active[first..].to_vec();
        self.failed.extend(members.iter().cloned());
        let least = members.iter().enumerate().min_by_key(|(_, site)| *site).map_or(0, |(i, _)| i);
        members.rotate_left(least);
        let span = members[0].0;
        let mut chain: Vec<String> = members.iter().map(|(_, text)| format!("`{text}`")).collect();
        chain.push(chain[0].clone());
        let mut diagnostic = Diagnostic::error(
            Code::DIRECTIVE_CYCLE,
            span,
            format!("directives refer to each other in a circle: {}", chain.join(" → ")),
        )
        .hint("give one of them a plain value");
        for (member, text) in members.iter().skip(1) {
            diagnostic = diagnostic.label(*member, format!("`{text}` takes part"));
        }
        self.report(diagnostic)
    }

    /// Reports that segment `i` of a path leads nowhere from the value that the others select.
    pub(super) fn no_such_part(&mut self, at: &Node, call: &Call, path: &[&Segment], i: usize) -> Reported {
        let segment = path[i];
        let valid = prefix(call, path, i);
        let message = match &at.value {
            Value::Map(_) => format!("`{valid}` has no `{}`", **segment),
            Value::List(items) => format!("`{valid}` is a list of {} and has no item `{}`", items.len(), **segment),
            _ => format!("`{valid}` is {} and has no `{}`", at.kind(), **segment),
        };
        let hint = match &at.value {
            Value::Map(map) => did_you_mean(segment, keys(map)).or_else(|| match map.entries.is_empty() {
                true => Some(format!("`{valid}` is empty").into()),
                false => Some(
                    format!("it has {}", keys(map).take(12).map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", "))
                        .into(),
                ),
            }),
            Value::List(_) => Some("items are counted from 0".into()),
            Value::Str(_) => Some(
                format!(
                    "to put text behind it, write `$Format('{{}}.{}', {valid})`",
                    path[i..].iter().map(|s| &*s.value).collect::<Vec<_>>().join(".")
                )
                .into(),
            ),
            _ => Some(Hint::from(format!("use `{valid}`"))),
        };
        self.report(Diagnostic::error(Code::DIRECTIVE_VALUE, segment.span, message).maybe_hint(hint))
    }
}

fn keys(map: &Map) -> impl Iterator<Item = &str> {
    map.entries.iter().map(|e| &**e.key)
}

/// A call with the first `n` segments of its path, for messages.
pub(super) fn prefix(call: &Call, path: &[&Segment], n: usize) -> String {
    let mut text = call.head.to_string();
    for segment in &path[..n] {
        text.push('.');
        text.push_str(segment);
    }
    text
}

/// How a directive is written, as a hint.
pub(super) fn usage(info: &DirectiveInfo) -> String {
    format!("usage: `{}`", info.signature)
}
