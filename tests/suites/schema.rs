//! The JSON schema and the compiler agree: what compiles fits the schema, and what the schema can see of a mistake does not.

use serde_json::Value;
use std::collections::BTreeSet;

fn schema() -> Value {
    serde_json::from_str(&stacktape_compiler::schema::json_schema()).unwrap()
}

/// The first place where a value does not fit, in words. Knows the keywords that the schema uses and refuses any other.
fn misfit(schema: &Value, value: &Value, root: &Value, path: &str) -> Option<String> {
    let keywords = schema.as_object()?;
    for (keyword, wanted) in keywords {
        let problem = match keyword.as_str() {
            "$ref" => {
                let name = wanted.as_str().unwrap().trim_start_matches("#/definitions/");
                misfit(&root["definitions"][name], value, root, path)
            }
            "type" => {
                let types: Vec<&str> = match wanted {
                    Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                (!types.iter().any(|t| is(value, t))).then(|| format!("{path}: {value} is none of {types:?}"))
            }
            "const" => (value != wanted).then(|| format!("{path}: {value} is not {wanted}")),
            "enum" => (!wanted.as_array().unwrap().contains(value)).then(|| format!("{path}: {value} is not allowed")),
            "pattern" => value.as_str().filter(|s| !matches(wanted, s)).map(|s| format!("{path}: {s} does not match")),
            "minimum" => {
                value.as_f64().filter(|n| *n < wanted.as_f64().unwrap()).map(|n| format!("{path}: {n} is low"))
            }
            "maximum" => {
                value.as_f64().filter(|n| *n > wanted.as_f64().unwrap()).map(|n| format!("{path}: {n} is high"))
            }
            "minLength" | "minItems" | "minProperties" => size(keyword, value)
                .filter(|n| (*n as u64) < wanted.as_u64().unwrap())
                .map(|n| format!("{path}: only {n}")),
            "maxLength" | "maxItems" | "maxProperties" => size(keyword, value)
                .filter(|n| *n as u64 > wanted.as_u64().unwrap())
                .map(|n| format!("{path}: even {n}")),
            "required" => value.as_object().and_then(|map| {
                let mut names = wanted.as_array().unwrap().iter().filter_map(Value::as_str);
                names.find(|name| !map.contains_key(*name)).map(|name| format!("{path}: no {name}"))
            }),
            "properties" => value.as_object().and_then(|map| {
                let known = |key: &String| wanted.get(key);
                map.iter().find_map(|(k, v)| known(k).and_then(|s| misfit(s, v, root, &format!("{path}.{k}"))))
            }),
            "additionalProperties" => value.as_object().and_then(|map| {
                let known = |key: &String| schema.get("properties").is_some_and(|p| p.get(key).is_some());
                map.iter().filter(|(key, _)| !known(key)).find_map(|(k, v)| match wanted {
                    Value::Bool(false) => Some(format!("{path}: unknown {k}")),
                    inner => misfit(inner, v, root, &format!("{path}.{k}")),
                })
            }),
            "propertyNames" => value.as_object().and_then(|map| {
                map.keys()
                    .find_map(|key| misfit(wanted, &Value::from(key.as_str()), root, &format!("{path} key {key}")))
            }),
            "items" => value.as_array().and_then(|items| {
                items.iter().enumerate().find_map(|(i, item)| misfit(wanted, item, root, &format!("{path}[{i}]")))
            }),
            "allOf" => wanted.as_array().unwrap().iter().find_map(|part| misfit(part, value, root, path)),
            "anyOf" => {
                let problems: Vec<_> =
                    wanted.as_array().unwrap().iter().map(|part| misfit(part, value, root, path)).collect();
                if problems.iter().any(Option::is_none) { None } else { problems.into_iter().next().flatten() }
            }
            "if" => match misfit(wanted, value, root, path) {
                None => misfit(&schema["then"], value, root, path),
                Some(_) => None,
            },
            "then"
            | "$schema"
            | "$comment"
            | "title"
            | "description"
            | "default"
            | "definitions"
            | "deprecated"
            | "deprecationMessage"
            | "markdownEnumDescriptions"
            | "patternErrorMessage" => None,
            other => panic!("unknown keyword {other} at {path}"),
        };
        if problem.is_some() {
            return problem;
        }
    }
    None
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        other => panic!("unknown type {other}"),
    }
}

fn size(keyword: &str, value: &Value) -> Option<usize> {
    match (&keyword[3..], value) {
        ("Length", Value::String(s)) => Some(s.chars().count()),
        ("Items", Value::Array(items)) => Some(items.len()),
        ("Properties", Value::Object(map)) => Some(map.len()),
        _ => None,
    }
}

/// The three patterns of the schema.
fn matches(pattern: &Value, text: &str) -> bool {
    let call = |text: &str| {
        let name = text.strip_prefix('$').and_then(|rest| rest.split_once('(')).map(|(name, _)| name);
        name.is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
    };
    match pattern.as_str().unwrap() {
        r"^\s*\$[A-Za-z_][A-Za-z0-9_]*\(" => call(text.trim_start()),
        r"\$[A-Za-z_][A-Za-z0-9_]*\(" => text.match_indices('$').any(|(at, _)| call(&text[at..])),
        "^[A-Za-z0-9]{1,128}$" => (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric()),
        other => panic!("unknown pattern {other}"),
    }
}

/// A property without a value counts as absent.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[test]
fn what_compiles_fits_the_schema() {
    let schema = schema();
    let mut problems = vec![];
    let mut checked = 0;
    for case in stacktape_tests::cases().into_iter().filter(|case| !case.is_program()) {
        let text = std::fs::read_to_string(case.config()).unwrap();
        let Some(config) = stacktape_tests::config_json(&text) else { continue };
        if !case.compile().has_errors() {
            checked += 1;
            problems.extend(misfit(&schema, &without_nulls(config), &schema, &case.name));
        }
    }
    assert!(checked > 10, "only {checked} cases compile");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_decoding_refuses_does_not_fit_the_schema() {
    let schema = schema();
    let seen: BTreeSet<&str> =
        ["unknown-property", "missing-property", "wrong-type", "bad-value", "out-of-range", "unknown-type"].into();
    let folder = stacktape_tests::cases_folder().join("config/property-mistakes");
    let text = std::fs::read_to_string(folder.join("config.yml")).unwrap();
    let config = stacktape_tests::config_json(&text).unwrap();
    let found = stacktape_tests::compile_file(&folder.join("config.yml"), None).unwrap().diagnostics;
    assert_eq!(found.iter().map(|d| d.code.0).collect::<BTreeSet<_>>(), seen);
    let resources = config["resources"].as_object().unwrap();
    for (name, resource) in resources {
        let alone = serde_json::json!({ "resources": { name: resource } });
        let problem = misfit(&schema, &alone, &schema, "config");
        assert_eq!(problem.is_none(), name == "fine", "{name}: {problem:?}");
    }
    assert_eq!(resources.len(), found.len() + 1, "each resource but the first has one mistake");
}
