//! The type of a plain YAML scalar, by the core schema of YAML 1.2.
//!
//! `yes`, `no`, `on`, `off` and dates are text, as in every YAML 1.2 parser: `Version: 2012-10-17` needs no quotes. `.inf` and `.nan` are text
//! too, because neither JSON nor CloudFormation has such numbers.

use super::Value;

/// The value that an unquoted scalar stands for.
pub(crate) fn plain(text: &str) -> Value {
    other_than_text(text).unwrap_or_else(|| Value::Str(text.into()))
}

/// The value of an unquoted scalar that does not stand for text.
pub(super) fn other_than_text(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => number(text),
    }
}

/// The number that a text stands for: decimal, `0x…`, `0o…`, or with a fraction or an exponent. A whole number beyond 64 bits becomes a float.
pub(super) fn number(text: &str) -> Option<Value> {
    let first = text.bytes().next()?;
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            // `from_str_radix` would accept a sign here, the schema does not.
            let only_digits = digits.bytes().all(|b| b.is_ascii_alphanumeric());
            return only_digits.then(|| i64::from_str_radix(digits, radix).ok()).flatten().map(Value::Int);
        }
    }
    if !text.bytes().any(|b| b.is_ascii_digit())
        || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
    {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Int(whole));
    }
    text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_schema() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text), Value::Null, "{text}");
        }
        for (text, n) in
            [("0", 0), ("-12", -12), ("+7", 7), ("007", 7), ("0x1F", 31), ("0o17", 15), ("012345678901", 12345678901)]
        {
            assert_eq!(plain(text), Value::Int(n), "{text}");
        }
        for (text, n) in [
            ("1.5", 1.5),
            (".5", 0.5),
            ("1.", 1.0),
            ("1e3", 1000.0),
            ("-1.5E-2", -0.015),
            ("99999999999999999999", 1e20),
        ] {
            assert_eq!(plain(text), Value::Float(n), "{text}");
        }
        for text in [
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "tRUE",
            "2012-10-17",
            "1.2.3",
            "1_000",
            "0b1",
            "0x",
            "0x-1",
            "0xG",
            "-0x1",
            ".inf",
            "-.INF",
            ".nan",
            "inf",
            "nan",
            "e5",
            ".",
            "-",
            "+",
            "1e",
            "--1",
            "1e999",
            "12:30",
            "10.0.0.0/16",
            ".e",
            "1 2",
            "０",
            "-.",
        ] {
            assert_eq!(plain(text), Value::Str(text.into()), "{text}");
        }
    }
}
