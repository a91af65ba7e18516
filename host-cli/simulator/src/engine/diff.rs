//! Compares a resource's present properties with wanted ones, and says for each difference whether it replaces the resource.

use serde_json::{Map, Value};

use crate::engine::intrinsics::{same, unknown_cause};
use crate::replacement::{Recreation, resource_type};

/// A top-level property that differs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PropertyChange {
    pub(crate) name: String,
    pub(crate) recreation: Recreation,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    /// What the new value hangs on, when only the deployment will tell it: `LogicalId` or `LogicalId.Attribute`.
    pub(crate) cause: Option<String>,
}

/// Create-only in practice though the schema says "conditionally": AWS documents a replacement for every change of these.
const ALWAYS: [(&str, &str); 2] = [("AWS::DynamoDB::GlobalTable", "KeySchema"), ("AWS::DynamoDB::Table", "KeySchema")];

/// The differences between two sets of properties, in the order of their names.
pub(crate) fn compare(kind: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<PropertyChange> {
    let known = resource_type(kind);
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut changes = Vec::new();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        let mut paths = Vec::new();
        differences(name, old, new, &mut paths);
        if paths.is_empty() {
            continue;
        }
        let by_schema = paths
            .iter()
            .filter_map(|path| known.as_ref().map(|known| known.recreation(path)))
            .max()
            .unwrap_or(Recreation::Never);
        let always = ALWAYS.iter().any(|(listed, property)| *listed == kind && property == name);
        changes.push(PropertyChange {
            name: name.clone(),
            recreation: if always { Recreation::Always } else { by_schema },
            before: old.cloned(),
            after: new.cloned(),
            cause: new.and_then(unknown_cause),
        });
    }
    changes
}

/// Paths (`Parent/Child/0`) at which two values part.
fn differences(path: &str, old: Option<&Value>, new: Option<&Value>, paths: &mut Vec<String>) {
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                differences(&format!("{path}/{name}"), old.get(name), new.get(name), paths);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differences(&format!("{path}/{index}"), Some(old), Some(new), paths);
            }
        }
        (Some(old), Some(new)) if same(old, new) => {}
        (None, None) => {}
        _ => paths.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(kind: &str, before: Value, after: Value) -> Vec<(String, Recreation)> {
        let (Value::Object(before), Value::Object(after)) = (before, after) else { panic!("objects") };
        compare(kind, &before, &after).into_iter().map(|change| (change.name, change.recreation)).collect()
    }

    #[test]
    fn create_only_properties_replace() {
        assert_eq!(
            change(
                "AWS::SQS::Queue",
                json!({"QueueName": "a", "DelaySeconds": 1}),
                json!({"QueueName": "b", "DelaySeconds": "1"})
            ),
            [("QueueName".to_owned(), Recreation::Always)]
        );
        assert_eq!(
            change("AWS::SQS::Queue", json!({"DelaySeconds": 1}), json!({"DelaySeconds": 2, "Tags": []})),
            [("DelaySeconds".to_owned(), Recreation::Never), ("Tags".to_owned(), Recreation::Never)]
        );
        assert_eq!(
            change("AWS::Events::Rule", json!({}), json!({"EventBusName": "x"})),
            [("EventBusName".to_owned(), Recreation::Conditionally)]
        );
    }

    #[test]
    fn order_of_keys_does_not_matter() {
        assert!(
            change(
                "AWS::SQS::Queue",
                json!({"Tags": [{"Key": "a", "Value": 1}]}),
                json!({"Tags": [{"Value": "1", "Key": "a"}]})
            )
            .is_empty()
        );
    }
}
