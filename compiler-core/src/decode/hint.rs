//! Next steps for values of the wrong type.

use crate::syntax::{Node, Value};

/// What to do about a value that is not of the expected type.
pub(super) fn of_type(node: &Node, expected: &str) -> String {
    particular(node, expected).unwrap_or_else(|| match expected {
        "a number" | "a whole number" => format!("write {expected}, or a directive that gives one"),
        "a mapping" => "write its properties below it, one on each line".to_string(),
        _ => format!("write {expected}"),
    })
}

/// For slips that are easy to recognise.
fn particular(node: &Node, expected: &str) -> Option<String> {
    let number = matches!(expected, "a number" | "a whole number");
    match &node.value {
        Value::Str(s) if number => of_number(s),
        Value::Str(s) if expected == "true or false" => match s.to_ascii_lowercase().as_str() {
            "true" | "false" => Some("remove the quotes".into()),
            "yes" | "on" | "y" | "1" => Some("write true".into()),
            "no" | "off" | "n" | "0" => Some("write false".into()),
            _ => None,
        },
        Value::Int(_) | Value::Float(_) | Value::Bool(_) if expected == "text" => {
            Some(format!("put it in quotes: \"{}\"", node.excerpt()))
        }
        Value::Int(n @ (0 | 1)) if expected == "true or false" => Some(format!("write {}", *n == 1)),
        Value::Float(n) if expected == "a whole number" => Some(format!("round it to {}", n.round())),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) if expected == "a list" => {
            Some(format!("write a list: [{}]", node.excerpt()))
        }
        Value::Map(_) if expected == "a list" => Some("write `- ` before its first key".into()),
        Value::List(items) if items.len() == 1 => Some("one value is wanted: remove the `-` or the brackets".into()),
        _ => None,
    }
}

/// For a text where a number is wanted: a quoted number, or one with a unit.
fn of_number(text: &str) -> Option<String> {
    let text = text.trim();
    if text.parse::<f64>().is_ok_and(f64::is_finite) {
        return Some("remove the quotes".into());
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text[digits.len()..].trim();
    let is_unit = !unit.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '%');
    (is_unit && digits.parse::<f64>().is_ok()).then(|| format!("write the number without a unit: {digits}"))
}
