//! Warns of directives inside longer text, where they are plain text: `https://$ResourceParam('api', 'url')/v1`.
//!
//! Looks only where a directive must be meant: within `resources`, for the commonest directives, and not in commands, scripts or templates, which have
//! dollar signs of their own.

use super::ResolveCx;
use super::call::{self, Locator};
use super::table::{Phase, directive};
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::{Node, Value};

const NAMES: [&str; 5] = ["ResourceParam", "CfResourceParam", "Secret", "Var", "Stage"];

/// Warns of each text below `resources` with a directive inside it.
pub(super) fn warn(resources: &Node, cx: &mut ResolveCx<'_>) {
    look(resources, None, cx);
}

/// The keys that lead to a value. They are looked at only where there is something to warn of.
struct Keys<'a> {
    key: &'a str,
    above: Option<&'a Keys<'a>>,
}

fn look(node: &Node, keys: Option<&Keys<'_>>, cx: &mut ResolveCx<'_>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| look(item, keys, cx)),
        Value::Map(map) => {
            map.entries.iter().for_each(|e| look(&e.value, Some(&Keys { key: &e.key, above: keys }), cx));
        }
        Value::Str(text) if text.contains('$') && !call::is_directive(text) => {
            let mut above = std::iter::successors(keys, |k| k.above);
            if !above.any(|k| holds_code(k.key)) {
                warn_text(text, node, cx);
            }
        }
        _ => {}
    }
}

/// Whether a property holds shell commands, code or templates.
fn holds_code(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [
        "command",
        "script",
        "code",
        "template",
        "definition",
        "hook",
        "entrypoint",
        "entryfile",
        "user_data",
        "userdata",
        "pattern",
    ]
    .iter()
    .any(|word| key.contains(word))
}

fn warn_text(text: &str, node: &Node, cx: &mut ResolveCx<'_>) {
    let found = text.match_indices('$').find_map(|(at, _)| {
        let name =
            NAMES.iter().find(|name| text[at + 1..].strip_prefix(**name).is_some_and(|rest| rest.starts_with('(')))?;
        let end = at + text[at..].find(')')? + 1;
        Some((at, end, *name))
    });
    let Some((start, end, name)) = found else { return };
    let span = Locator::new(cx.sources, node.span, text).span(start..end);
    let format = match directive(name).map(|d| d.phase) {
        Some(Phase::Deploy) => "$CfFormat",
        _ => "$Format",
    };
    cx.sink.push(
        Diagnostic::warning(
            Code::SUSPICIOUS,
            span,
            format!("`${name}` inside a longer text is plain text: a directive must be the whole value"),
        )
        .hint(format!("write `{format}('{}{{}}{}', {})`", &text[..start], &text[end..], &text[start..end])),
    );
}
