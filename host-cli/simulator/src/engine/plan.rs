//! Finds out, without doing anything, what an operation would change: the contents of a change set, and whether an update has anything to do.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::attributes;
use crate::engine::diff::{PropertyChange, compare};
use crate::engine::intrinsics::{Environment, Lookup, NoResources, Scope, conditions, placeholder, unknown};
use crate::engine::parameters;
use crate::engine::template::{Template, TemplateResource};
use crate::model::{Change, ChangeAction, Definition, Detail, Output, Policy, Replacement, Resource, Stack};
use crate::protocol::ApiError;
use crate::replacement::{Recreation, resource_type};

/// What an operation would do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) changes: Vec<Change>,
    pub(crate) outputs_changed: bool,
}

impl Plan {
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.outputs_changed
    }
}

/// A template with everything that can be known before the first resource is touched.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) template: Template,
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) conditions: BTreeMap<String, bool>,
}

impl Prepared {
    pub(crate) fn new(definition: &Definition, environment: &Environment) -> Result<Self, ApiError> {
        let template = Template::parse(&definition.template)?;
        let parameters = parameters::resolve(&template, &definition.parameters)?;
        let conditions = conditions(&template, &parameters, environment).map_err(ApiError::validation)?;
        Ok(Self { template, parameters, conditions })
    }

    pub(crate) fn included(&self, condition: Option<&str>) -> bool {
        condition.is_none_or(|name| self.conditions.get(name).copied().unwrap_or(false))
    }

    /// The resources whose condition holds, each after those it needs.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&String, &TemplateResource)> {
        let resources = self.template.order.iter().filter_map(|id| self.template.resources.get_key_value(id));
        resources.filter(|(_, resource)| self.included(resource.condition.as_deref()))
    }

    pub(crate) fn scope<'a>(&'a self, environment: &'a Environment, resources: &'a dyn Lookup) -> Scope<'a> {
        Scope {
            template: &self.template,
            parameters: &self.parameters,
            conditions: &self.conditions,
            environment,
            resources,
        }
    }

    /// The exports that the included resources and outputs import.
    pub(crate) fn imports(&self, environment: &Environment) -> BTreeSet<String> {
        let scope = self.scope(environment, &NoResources);
        let outputs = self.template.outputs.values().flat_map(Map::values);
        let values = self.resources().flat_map(|(_, resource)| resource.properties.values()).chain(outputs);
        let mut names = BTreeSet::new();
        for value in values {
            collect_imports(&scope, value, &mut names);
        }
        names
    }

    /// The outputs whose condition holds.
    pub(crate) fn outputs(&self, environment: &Environment, resources: &dyn Lookup) -> Result<Vec<Output>, String> {
        let scope = self.scope(environment, resources);
        let mut outputs = Vec::new();
        for (key, output) in &self.template.outputs {
            if !self.included(output.get("Condition").and_then(Value::as_str)) {
                continue;
            }
            let value = output.get("Value").ok_or_else(|| {
                format!("Template format error: Every Outputs member must contain a Value object ({key})")
            })?;
            let value = match scope.value(value)? {
                Some(Value::String(text)) => text,
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Bool(flag)) => flag.to_string(),
                _ => {
                    return Err(format!(
                        "Template format error: Output {key} is malformed. The Value field of every Outputs member must evaluate to a String."
                    ));
                }
            };
            let export = match output.get("Export").and_then(|export| export.get("Name")) {
                Some(name) => scope.value(name)?.map(|name| parameters::plain(&name)),
                None => None,
            };
            let description = output.get("Description").and_then(Value::as_str).map(str::to_owned);
            outputs.push(Output { key: key.clone(), value, description, export });
        }
        Ok(outputs)
    }
}

fn collect_imports(scope: &Scope<'_>, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_imports(scope, item, names)),
        Value::Object(map) => {
            for (key, item) in map {
                match scope.value(item) {
                    Ok(Some(Value::String(name))) if key == "Fn::ImportValue" => _ = names.insert(name),
                    _ => collect_imports(scope, item, names),
                }
            }
        }
        _ => {}
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Modified,
    Replaced,
    Added,
}

/// Other resources as they look before the deployment: values that it will change are placeholders.
struct Outlook<'a> {
    present: &'a BTreeMap<String, Resource>,
    fates: RefCell<BTreeMap<String, Fate>>,
}

impl Lookup for Outlook<'_> {
    fn reference(&self, id: &str) -> Option<Value> {
        Some(match self.fates.borrow().get(id)? {
            Fate::Kept | Fate::Modified => self.present.get(id)?.physical_id.clone().into(),
            Fate::Replaced | Fate::Added => placeholder(id).into(),
        })
    }

    fn attribute(&self, id: &str, name: &str) -> Option<Value> {
        match self.fates.borrow().get(id)? {
            Fate::Kept => present_attribute(self.present.get(id)?, name),
            _ => Some(placeholder(&format!("{id}.{name}")).into()),
        }
    }
}

/// Other resources as they are.
pub(crate) struct Present<'a>(pub(crate) &'a BTreeMap<String, Resource>);

impl Lookup for Present<'_> {
    fn reference(&self, id: &str) -> Option<Value> {
        self.0.get(id).filter(|resource| resource.exists()).map(|resource| resource.physical_id.clone().into())
    }

    fn attribute(&self, id: &str, name: &str) -> Option<Value> {
        self.0.get(id).and_then(|resource| present_attribute(resource, name))
    }
}

fn present_attribute(resource: &Resource, name: &str) -> Option<Value> {
    attributes::attribute(&resource.kind, &resource.attributes, &resource.properties, &resource.physical_id, name)
}

/// What differs between a resource and its wanted form besides policies.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub(crate) properties: Vec<PropertyChange>,
    pub(crate) tags: bool,
    pub(crate) metadata: bool,
    pub(crate) policies: Vec<&'static str>,
}

impl Difference {
    pub(crate) fn between(
        old: &Resource,
        wanted: &TemplateResource,
        properties: &Map<String, Value>,
        stack_tags: &[(String, String)],
    ) -> Self {
        let taggable = resource_type(&wanted.kind).is_some_and(|known| known.tag_property.is_some());
        let mut policies = Vec::new();
        if old.deletion_policy != wanted.deletion_policy {
            policies.push("DeletionPolicy");
        }
        if old.update_replace_policy != wanted.update_replace_policy {
            policies.push("UpdateReplacePolicy");
        }
        Self {
            properties: compare(&wanted.kind, &old.properties, properties),
            tags: taggable && old.stack_tags != stack_tags,
            metadata: old.metadata != wanted.metadata,
            policies,
        }
    }

    /// Whether the resource itself is touched; a policy alone is only written down.
    pub(crate) fn touches(&self) -> bool {
        !self.properties.is_empty() || self.tags || self.metadata
    }

    pub(crate) fn replaces(&self) -> bool {
        self.properties.iter().any(|change| change.recreation == Recreation::Always)
    }

    fn is_empty(&self) -> bool {
        !self.touches() && self.policies.is_empty()
    }
}

/// Compares a stack with what a definition asks for. A stack that does not exist yet has no resources.
pub(crate) fn plan(stack: &Stack, definition: &Definition, environment: &Environment) -> Result<Plan, ApiError> {
    let prepared = Prepared::new(definition, environment)?;
    let outlook = Outlook { present: &stack.resources, fates: RefCell::default() };
    let scope = prepared.scope(environment, &outlook);
    let mut changes = Vec::new();
    let mut retyped = Vec::new();
    for (id, wanted) in prepared.resources() {
        let properties = scope.properties(&wanted.properties).map_err(ApiError::validation)?;
        let present = stack.resources.get(id).filter(|resource| resource.exists());
        let (fate, change) = match present {
            None => (Fate::Added, Some(added(id, &wanted.kind, &properties))),
            Some(old) if old.kind != wanted.kind => {
                retyped.push(id.as_str());
                continue;
            }
            Some(old) => modified(old, wanted, &properties, definition),
        };
        outlook.fates.borrow_mut().insert(id.clone(), fate);
        changes.extend(change);
    }
    if !retyped.is_empty() {
        return Err(ApiError::validation(format!(
            "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{}]",
            retyped.join(", ")
        )));
    }
    for (id, old) in stack.resources.iter().filter(|(_, resource)| resource.exists()) {
        if !outlook.fates.borrow().contains_key(id) {
            changes.push(removed(old));
        }
    }
    let outputs = prepared.outputs(environment, &outlook).map_err(ApiError::validation)?;
    changes.sort_by(|left, right| left.logical_id.cmp(&right.logical_id));
    Ok(Plan { outputs_changed: outputs != stack.outputs, changes })
}

fn added(id: &str, kind: &str, properties: &Map<String, Value>) -> Change {
    Change {
        action: ChangeAction::Add,
        logical_id: id.into(),
        physical_id: String::new(),
        kind: kind.into(),
        replacement: None,
        policy_action: None,
        scope: Vec::new(),
        details: Vec::new(),
        before: None,
        after: Some(context(properties)),
    }
}

fn removed(old: &Resource) -> Change {
    let policy = match old.deletion_policy {
        Policy::Delete => "Delete",
        Policy::Snapshot => "Snapshot",
        Policy::Retain | Policy::RetainExceptOnCreate => "Retain",
    };
    Change {
        action: ChangeAction::Remove,
        logical_id: old.logical_id.clone(),
        physical_id: old.physical_id.clone(),
        kind: old.kind.clone(),
        replacement: None,
        policy_action: Some(policy.into()),
        scope: Vec::new(),
        details: Vec::new(),
        before: Some(context(&old.properties)),
        after: None,
    }
}

fn modified(
    old: &Resource,
    wanted: &TemplateResource,
    properties: &Map<String, Value>,
    definition: &Definition,
) -> (Fate, Option<Change>) {
    let difference = Difference::between(old, wanted, properties, &definition.tags);
    if difference.is_empty() {
        return (Fate::Kept, None);
    }
    let mut replacement = Replacement::False;
    let mut details = Vec::new();
    for change in &difference.properties {
        let dynamic = change.cause.is_some();
        replacement = match (change.recreation, dynamic) {
            (Recreation::Always, false) => Replacement::True,
            (Recreation::Never, _) => replacement,
            _ if replacement == Replacement::True => replacement,
            _ => Replacement::Conditional,
        };
        details.push(property_detail(change));
    }
    let whole = |attribute: &str| Detail {
        attribute: attribute.into(),
        name: None,
        path: None,
        recreation: Recreation::Never.as_str().into(),
        dynamic: false,
        source: "DirectModification".into(),
        cause: None,
        before: None,
        after: None,
    };
    let mut scope = Vec::new();
    if !difference.properties.is_empty() {
        scope.push("Properties".to_owned());
    }
    if difference.tags {
        scope.push("Tags".into());
        details.push(whole("Tags"));
    }
    if difference.metadata {
        scope.push("Metadata".into());
        details.push(whole("Metadata"));
    }
    for policy in &difference.policies {
        scope.push((*policy).into());
        details.push(whole(policy));
    }
    let policy_action = (replacement != Replacement::False).then(|| {
        match wanted.update_replace_policy {
            Policy::Delete => "ReplaceAndDelete",
            Policy::Snapshot => "ReplaceAndSnapshot",
            Policy::Retain | Policy::RetainExceptOnCreate => "ReplaceAndRetain",
        }
        .to_owned()
    });
    let fate = match replacement {
        _ if !difference.touches() => Fate::Kept,
        Replacement::False => Fate::Modified,
        Replacement::True | Replacement::Conditional => Fate::Replaced,
    };
    let change = Change {
        action: ChangeAction::Modify,
        logical_id: old.logical_id.clone(),
        physical_id: old.physical_id.clone(),
        kind: old.kind.clone(),
        replacement: Some(replacement),
        policy_action,
        scope,
        details,
        before: Some(context(&old.properties)),
        after: Some(context(properties)),
    };
    (fate, Some(change))
}

fn property_detail(change: &PropertyChange) -> Detail {
    let source = match &change.cause {
        None => "DirectModification",
        Some(cause) if cause.contains('.') => "ResourceAttribute",
        Some(_) => "ResourceReference",
    };
    Detail {
        attribute: "Properties".into(),
        name: Some(change.name.clone()),
        path: Some(format!("/Properties/{}", change.name)),
        recreation: change.recreation.as_str().into(),
        dynamic: change.cause.is_some(),
        source: source.into(),
        cause: change.cause.clone(),
        before: change.before.as_ref().map(shown),
        after: change.after.as_ref().map(shown),
    }
}

/// A value as a change set shows it, placeholders in AWS's form.
fn shown(value: &Value) -> String {
    let mut text = parameters::plain(value);
    while unknown(&text)
        && let Some(start) = text.find("{{changeSet:KNOWN_AFTER_APPLY:")
        && let Some(length) = text[start..].find("}}")
    {
        text.replace_range(start..start + length + 2, "{{changeSet:KNOWN_AFTER_APPLY}}");
    }
    text
}

fn context(properties: &Map<String, Value>) -> String {
    shown(&Value::Object(Map::from_iter([("Properties".to_owned(), Value::Object(properties.clone()))])))
}
