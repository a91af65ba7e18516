//! What a change set means for the user: one line a resource, and the consent that it needs. Pure.

use super::data::{holds_data, is_revision};
use crate::aws::cloudformation::ResourceChange;
use crate::error::Failure;
use crate::exit::Exit;
use crate::ui::line::{Change, ChangeKind, Origin};
use std::collections::{BTreeMap, BTreeSet};

/// The changes in the order in which they are shown: destructive ones last, next to the question.
pub fn changes(raw: &[ResourceChange], origins: &BTreeMap<String, Origin>) -> Vec<Change> {
    let mut out: Vec<Change> = raw
        .iter()
        .map(|c| {
            let action = match (c.action.as_str(), c.replacement.as_str()) {
                ("Add" | "Import", _) => ChangeKind::Create,
                ("Remove", _) => ChangeKind::Delete,
                (_, "True") => ChangeKind::Replace,
                (_, "Conditional") => ChangeKind::MayReplace,
                _ => ChangeKind::Update,
            };
            let holds_data = holds_data(&c.resource_type);
            let destructive = match action {
                ChangeKind::Replace | ChangeKind::Delete => true,
                ChangeKind::MayReplace => is_likely(c, raw),
                ChangeKind::Create | ChangeKind::Update => false,
            };
            Change {
                action,
                logical_id: c.logical_id.clone(),
                resource_type: c.resource_type.clone(),
                holds_data,
                data_at_risk: holds_data && destructive,
                properties: c.properties.clone(),
                origin: origins.get(&c.logical_id).cloned().unwrap_or_default(),
            }
        })
        .collect();
    out.sort_by(|a, b| (a.action, &a.logical_id).cmp(&(b.action, &b.logical_id)));
    out
}

/// Whether a replacement that CloudFormation calls conditional is to be reckoned with. It is not, when every value in question comes from a resource
/// that stays: CloudFormation will see that its ARN or name is the same as before.
fn is_likely(change: &ResourceChange, all: &[ResourceChange]) -> bool {
    let stays = |id: &String| {
        let from = all.iter().find(|c| c.logical_id == *id);
        from.is_none_or(|c| c.action == "Modify" && !matches!(c.replacement.as_str(), "True" | "Conditional"))
    };
    change.risks.is_empty() || !change.risks.iter().all(|risk| risk.from.as_ref().is_some_and(stays))
}

/// What must be asked before a change set may be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing is replaced or deleted.
    NotNeeded,
    /// Something that holds no data is replaced or deleted: a yes is enough. The text is the question.
    Yes(String),
    /// Something that holds data is: its name must be on the command line.
    ByName(Failure),
}

/// The consent that changes need. `allowed` are the names given with `--allowReplace`.
pub fn consent(changes: &[Change], allowed: &BTreeSet<String>) -> Consent {
    let destructive: Vec<&Change> = changes
        .iter()
        .filter(|c| match c.action {
            ChangeKind::Replace | ChangeKind::Delete => !is_revision(&c.resource_type),
            // Without data a replacement that may come is everyday business.
            ChangeKind::MayReplace => c.holds_data,
            ChangeKind::Create | ChangeKind::Update => false,
        })
        .collect();
    let refused: Vec<&&Change> = destructive.iter().filter(|c| c.data_at_risk && !is_allowed(c, allowed)).collect();
    if !refused.is_empty() {
        let list: Vec<String> = refused
            .iter()
            .map(|c| match c.action {
                ChangeKind::Delete => format!("deletes {} ({})", c.logical_id, c.resource_type),
                ChangeKind::Replace => format!("replaces {} ({})", c.logical_id, c.resource_type),
                _ => format!(
                    "may replace {} ({}) because of {}",
                    c.logical_id,
                    c.resource_type,
                    if c.properties.is_empty() { "its properties".to_owned() } else { c.properties.join(", ") }
                ),
            })
            .collect();
        let names: BTreeSet<&str> = refused.iter().map(|c| name(c)).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let undo = if refused.iter().all(|c| c.action == ChangeKind::Delete) {
            "otherwise put it back into the config"
        } else {
            "otherwise undo the change that causes it; the properties are named above"
        };
        let failure = Failure::new(
            Exit::Consent,
            "data-at-risk",
            format!("this deploy {}; its data would be lost", list.join(" and ")),
        )
        .hint(format!("if that is what you want: `--allowReplace {}`", names.join(" ")))
        .maybe_hint(refused.iter().any(|c| c.action == ChangeKind::MayReplace).then(|| {
            "CloudFormation decides while it runs: the documentation of the resource type says when these properties change in place".to_owned()
        }))
        .hint(undo);
        return Consent::ByName(failure);
    }
    let unasked = destructive.iter().filter(|c| !is_allowed(c, allowed)).count();
    if unasked == 0 {
        return Consent::NotNeeded;
    }
    let count = |kind| destructive.iter().filter(|c| c.action == kind && !is_allowed(c, allowed)).count();
    let parts: Vec<String> = [
        (count(ChangeKind::MayReplace), "perhaps replace"),
        (count(ChangeKind::Replace), "replace"),
        (count(ChangeKind::Delete), "delete"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, verb)| format!("{verb} {n} resource{}", if *n == 1 { "" } else { "s" }))
    .collect();
    let question = parts.join(" and ");
    Consent::Yes(question[..1].to_uppercase() + &question[1..])
}

/// The name that the user knows: that in the config, else the logical id.
fn name(change: &Change) -> &str {
    change.origin.resource.as_deref().unwrap_or(&change.logical_id)
}

fn is_allowed(change: &Change, allowed: &BTreeSet<String>) -> bool {
    let parent = name(change).split('.').next().unwrap_or_default();
    allowed.contains(name(change)) || allowed.contains(parent) || allowed.contains(&change.logical_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::cloudformation::Risk;

    fn raw(action: &str, id: &str, kind: &str, replacement: &str) -> ResourceChange {
        ResourceChange {
            action: action.into(),
            logical_id: id.into(),
            resource_type: kind.into(),
            replacement: replacement.into(),
            properties: vec![],
            risks: vec![],
        }
    }

    fn ask(raw: &[ResourceChange], allowed: &[&str]) -> Consent {
        let origin = |name: &str| Origin { resource: Some(name.into()), place: None };
        let origins =
            [("DbTable".to_owned(), origin("db")), ("SiteFilesBucket".to_owned(), origin("site.files"))].into();
        consent(&changes(raw, &origins), &allowed.iter().map(|a| (*a).to_owned()).collect())
    }

    #[test]
    fn ordinary_changes_need_no_consent() {
        let raw = [
            raw("Add", "A", "AWS::DynamoDB::Table", ""),
            raw("Modify", "B", "AWS::Lambda::Function", "False"),
            raw("Modify", "C", "AWS::IAM::Role", "Conditional"),
            raw("Remove", "V", "AWS::Lambda::Version", ""),
        ];
        assert_eq!(ask(&raw, &[]), Consent::NotNeeded);
    }

    #[test]
    fn data_needs_its_name() {
        let table = [raw("Modify", "DbTable", "AWS::DynamoDB::Table", "True")];
        let Consent::ByName(failure) = ask(&table, &[]) else { panic!("no consent asked") };
        assert_eq!(failure.message, "this deploy replaces DbTable (AWS::DynamoDB::Table); its data would be lost");
        assert_eq!(failure.hints[0], "if that is what you want: `--allowReplace db`");
        assert_eq!(ask(&table, &["db"]), Consent::NotNeeded);
        let bucket = [raw("Remove", "SiteFilesBucket", "AWS::S3::Bucket", "")];
        assert!(matches!(ask(&bucket, &["db"]), Consent::ByName(_)));
        assert_eq!(ask(&bucket, &["site"]), Consent::NotNeeded);
        let gone = [raw("Remove", "OldTable", "AWS::DynamoDB::Table", "")];
        assert_eq!(ask(&gone, &["OldTable"]), Consent::NotNeeded);
    }

    #[test]
    fn data_that_may_be_replaced_needs_its_name_too() {
        let table = [raw("Modify", "DbTable", "AWS::DynamoDB::Table", "Conditional")];
        let Consent::ByName(failure) = ask(&table, &[]) else { panic!("no consent asked") };
        assert_eq!(
            failure.message,
            "this deploy may replace DbTable (AWS::DynamoDB::Table) because of its properties; its data would be lost"
        );
        assert_eq!(ask(&table, &["db"]), Consent::NotNeeded);
        let risky = |from: Option<&str>| ResourceChange {
            risks: vec![Risk { property: "KmsKeyId".into(), from: from.map(str::to_owned) }],
            ..raw("Modify", "DbTable", "AWS::DynamoDB::Table", "Conditional")
        };
        assert!(matches!(ask(&[risky(None)], &[]), Consent::ByName(_)), "the config gives another value");
        let key = |replacement| raw("Modify", "Key", "AWS::Lambda::Function", replacement);
        assert!(
            matches!(ask(&[risky(Some("Key")), key("True")], &["Key"]), Consent::ByName(_)),
            "the value will change"
        );
        let stays = ask(&[risky(Some("Key")), key("False")], &[]);
        assert_eq!(stays, Consent::Yes("Perhaps replace 1 resource".into()), "the value stays, most likely");
    }

    #[test]
    fn the_rest_needs_a_yes() {
        let raw = [
            raw("Remove", "F", "AWS::Lambda::Function", ""),
            raw("Remove", "G", "AWS::Lambda::Function", ""),
            raw("Modify", "R", "AWS::IAM::Role", "True"),
        ];
        assert_eq!(ask(&raw, &[]), Consent::Yes("Replace 1 resource and delete 2 resources".into()));
    }
}
