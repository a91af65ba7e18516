//! Writes values as YAML: in a block, or on one line.

use crate::syntax::{self, Value};
use serde_json::Value as Json;

/// Text as a YAML scalar: plain where that means the same, else in quotes.
pub fn yaml_text(text: &str, flow: bool) -> String {
    if is_plain(text, flow) { text.to_string() } else { Json::from(text).to_string() }
}

fn is_plain(text: &str, flow: bool) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '.' | '$'));
    if !starts_well || text.ends_with([':', ' ']) || text.contains(": ") || text.contains(" #") {
        return false;
    }
    if text.contains(|c: char| c.is_control()) || flow && text.contains([',', '[', ']', '{', '}']) {
        return false;
    }
    matches!(syntax::plain(text), Value::Str(_))
}

/// A key.
pub fn yaml_key(key: &str, flow: bool) -> String {
    // A number as key is text all the same.
    if key.chars().all(|c| c.is_ascii_alphanumeric()) && !key.is_empty() {
        key.to_string()
    } else {
        yaml_text(key, flow)
    }
}

/// A value on one line.
pub fn flow(value: &Json) -> String {
    match value {
        Json::String(text) => yaml_text(text, true),
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(map) if map.is_empty() => "{}".to_string(),
        Json::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(key, v)| format!("{}: {}", yaml_key(key, true), flow(v))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A value as it stands behind `key:` when the key is at `column`; a root has the column `usize::MAX`. A collection starts with `line_break`.
pub fn yaml_value(value: &Json, column: usize, line_break: &str) -> String {
    let inner = " ".repeat(column.wrapping_add(2).min(MOST_COLUMNS));
    let inner = if column == usize::MAX { String::new() } else { inner };
    let inner_column = inner.len();
    match value {
        Json::String(text) => format!(" {}", yaml_text(text, false)),
        Json::Array(items) if !items.is_empty() => {
            let lines = items.iter().map(|item| {
                let written = match item {
                    Json::Object(map) if !map.is_empty() => {
                        // The first key stands beside the dash.
                        let block = yaml_value(item, inner_column, line_break);
                        format!(" {}", block.trim_start())
                    }
                    Json::Array(_) => format!(" {}", flow(item)),
                    plain => yaml_value(plain, inner_column, line_break),
                };
                format!("{line_break}{inner}-{written}")
            });
            lines.collect()
        }
        Json::Object(map) if !map.is_empty() => {
            let lines = map.iter().map(|(key, v)| {
                let line_break = if line_break.is_empty() { "\n" } else { line_break };
                format!("{line_break}{inner}{}:{}", yaml_key(key, false), yaml_value(v, inner_column, "\n"))
            });
            lines.collect()
        }
        other => format!(" {}", flow(other)),
    }
}

/// No config is indented deeper.
const MOST_COLUMNS: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written() {
        let value = json!({ "a": [1, { "b": "x: y", "c": [] }, "on"], "d": {}, "e": { "f": "true" }, "g": null });
        let block =
            "\n  a:\n    - 1\n    - b: \"x: y\"\n      c: []\n    - on\n  d: {}\n  e:\n    f: \"true\"\n  g: null";
        assert_eq!(yaml_value(&value, 0, "\n"), block);
        assert_eq!(flow(&value), "{ a: [1, { b: \"x: y\", c: [] }, on], d: {}, e: { f: \"true\" }, g: null }");
        assert_eq!(yaml_value(&json!({ "a": { "b": 1 } }), usize::MAX, "\n"), "\na:\n  b: 1");
    }

    #[test]
    fn texts_that_mean_something_else_are_quoted() {
        for text in ["", "5", "null", "- a", "a: b", "a #b", "*a", "{a}", "x:", "a\nb", "#", "1e3", " a"] {
            assert!(yaml_text(text, false).starts_with('"'), "{text}");
        }
        for text in ["a", "yes", "src/index.ts", "$ResourceParam('a', 'b')", "a:b", "/x"] {
            assert_eq!(yaml_text(text, false), text);
        }
        assert_eq!(yaml_text("$ResourceParam('a', 'b')", true), "\"$ResourceParam('a', 'b')\"");
    }
}
