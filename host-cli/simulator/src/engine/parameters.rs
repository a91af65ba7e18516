//! Template parameters: values given or by default, checked against the declared type and limits.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::engine::template::Template;
use crate::protocol::ApiError;

/// The value of each declared parameter as `Ref` gives it.
pub(crate) fn resolve(
    template: &Template,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, ApiError> {
    let names = |names: Vec<&str>| names.join(", ");
    let unknown: Vec<&str> =
        given.keys().filter(|name| !template.parameters.contains_key(*name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(ApiError::validation(format!("Parameters: [{}] do not exist in the template", names(unknown))));
    }
    let missing: Vec<&str> = template
        .parameters
        .iter()
        .filter(|(name, declared)| !given.contains_key(*name) && !declared.contains_key("Default"))
        .map(|(name, _)| name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(ApiError::validation(format!("Parameters: [{}] must have values", names(missing))));
    }
    let mut values = BTreeMap::new();
    for (name, declared) in &template.parameters {
        let text = match given.get(name) {
            Some(text) => text.clone(),
            None => plain(&declared["Default"]),
        };
        check(name, declared, &text)?;
        let kind = declared.get("Type").and_then(Value::as_str).unwrap_or("String");
        let list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let value =
            if list { text.split(',').map(|item| Value::from(item.trim())).collect() } else { Value::from(text) };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

fn check(name: &str, declared: &Map<String, Value>, text: &str) -> Result<(), ApiError> {
    if let Some(Value::Array(allowed)) = declared.get("AllowedValues")
        && !allowed.iter().any(|value| plain(value) == text)
    {
        return Err(ApiError::validation(format!("Parameter '{name}' must be one of AllowedValues")));
    }
    let kind = declared.get("Type").and_then(Value::as_str).unwrap_or("String");
    let limit = |key: &str| declared.get(key).map(plain).and_then(|value| value.parse::<f64>().ok());
    if kind == "Number" {
        let Ok(number) = text.parse::<f64>() else {
            return Err(ApiError::validation(format!("Parameter '{name}' must be a number.")));
        };
        if limit("MinValue").is_some_and(|least| number < least) {
            return Err(ApiError::validation(format!(
                "Parameter '{name}' must be a number not less than {}",
                plain(&declared["MinValue"])
            )));
        }
        if limit("MaxValue").is_some_and(|most| number > most) {
            return Err(ApiError::validation(format!(
                "Parameter '{name}' must be a number not greater than {}",
                plain(&declared["MaxValue"])
            )));
        }
        return Ok(());
    }
    // Lengths are small integers; as floats they are exact.
    let length = text.chars().count() as f64;
    if limit("MinLength").is_some_and(|least| length < least) {
        return Err(ApiError::validation(format!(
            "Parameter '{name}' must contain at least {} characters",
            plain(&declared["MinLength"])
        )));
    }
    if limit("MaxLength").is_some_and(|most| length > most) {
        return Err(ApiError::validation(format!(
            "Parameter '{name}' must contain at most {} characters",
            plain(&declared["MaxLength"])
        )));
    }
    Ok(())
}

/// A scalar as text.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
