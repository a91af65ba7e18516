//! What a created resource answers to `Ref` and `Fn::GetAtt`. The common types have a row in the table of `shapes.rs`; all others get plausible
//! values by a rule over their schema's primary identifier and read-only properties.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::engine::intrinsics::Environment;
use crate::model::{now, random, uuid};
use crate::replacement::{ResourceType, resource_type};
use crate::shapes::{SHAPES, Shape};

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// The identity of a resource that has just been made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Identity {
    pub(crate) physical_id: String,
    /// Unique among all resources of the type in the account.
    pub(crate) identifier: String,
    pub(crate) attributes: BTreeMap<String, Value>,
}

/// What the identity of a resource is made from.
pub(crate) struct Birth<'a> {
    pub(crate) kind: &'a str,
    pub(crate) logical_id: &'a str,
    pub(crate) properties: &'a Map<String, Value>,
    pub(crate) environment: &'a Environment,
    /// Counts the versions of one thing (function, layer, task family); called at most once.
    pub(crate) next_version: &'a mut dyn FnMut(&str) -> u64,
}

/// Whether the table gives an attribute that the schema does not list.
pub(crate) fn has_extra_attribute(kind: &str, attribute: &str) -> bool {
    shape(kind).is_some_and(|shape| shape.attributes.iter().any(|(name, _)| *name == attribute))
}

/// Gives a new resource its physical id and attributes.
pub(crate) fn identity(birth: Birth<'_>) -> Identity {
    let known = resource_type(birth.kind);
    let shape = shape(birth.kind);
    let mut writer = Writer { memo: BTreeMap::new(), name: None, shape, known: known.as_ref(), birth };
    let (physical_id, identifier) = match shape {
        Some(shape) => {
            let physical = writer.fill(shape.reference);
            let identifier = if shape.identifier.is_empty() { physical.clone() } else { writer.fill(shape.identifier) };
            (physical, identifier)
        }
        None => writer.by_schema(),
    };
    let mut attributes = BTreeMap::new();
    for path in known.iter().flat_map(|known| known.read_only.iter()).filter(|path| !path.contains('*')) {
        let name = path.replace('/', ".");
        let value = writer.guess(&name, &physical_id);
        attributes.insert(name, value);
    }
    for (name, format) in shape.iter().flat_map(|shape| shape.attributes) {
        let text = writer.fill(format);
        attributes.insert((*name).to_owned(), text.into());
    }
    Identity { physical_id, identifier, attributes }
}

/// The value of `Fn::GetAtt` for a resource that exists.
pub(crate) fn attribute(
    kind: &str,
    attributes: &BTreeMap<String, Value>,
    properties: &Map<String, Value>,
    physical_id: &str,
    name: &str,
) -> Option<Value> {
    if let Some(value) = attributes.get(name) {
        return Some(value.clone());
    }
    let mut path = name.split('.');
    let mut value = properties.get(path.next()?);
    for part in path {
        value = value.and_then(|value| value.get(part));
    }
    if let Some(value) = value {
        return Some(value.clone());
    }
    // A custom resource answers with whatever its function returned: the simulator runs none, so it gives a recognisable text.
    let custom =
        kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource" || name.starts_with("Outputs.");
    if custom {
        return Some(format!("{physical_id}-{name}").into());
    }
    // A property that the template leaves open and AWS fills in.
    resource_type(kind).filter(|known| known.accepts(name)).map(|_| format!("{physical_id}-{name}").into())
}

/// The identifier that a resource with these properties would have, as far as it follows from them; `None` when AWS makes it up.
pub(crate) fn custom_name(kind: &str, properties: &Map<String, Value>) -> Option<String> {
    let property = match shape(kind) {
        Some(shape) => shape.name,
        None => match resource_type(kind)?.primary_identifier.as_slice() {
            [one] => one,
            _ => return None,
        },
    };
    properties.get(property).and_then(Value::as_str).map(str::to_owned)
}

fn shape(kind: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.kind == kind)
}

struct Writer<'a, 'k> {
    /// Random parts, so that one resource's Ref and attributes agree.
    memo: BTreeMap<String, String>,
    name: Option<String>,
    shape: Option<&'static Shape>,
    known: Option<&'k ResourceType>,
    birth: Birth<'a>,
}

impl Writer<'_, '_> {
    fn fill(&mut self, format: &str) -> String {
        let mut out = String::new();
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((key, after)) = after.split_once('}') else { break };
            out.push_str(before);
            out.push_str(&self.part(key));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn part(&mut self, key: &str) -> String {
        let environment = self.birth.environment;
        match key {
            "name" => return self.name(),
            "account" => return environment.account.clone(),
            "region" => return environment.region.clone(),
            "partition" => return environment.partition().into(),
            "suffix" => return environment.url_suffix().into(),
            "stack" => return environment.stack_name.clone(),
            "path" => return self.property("Path").unwrap_or_else(|| "/".into()),
            "function" => {
                // A function is named by name, ARN or partial ARN; its name follows "function:", a qualifier may follow the name.
                let text = self.property("FunctionName").unwrap_or_default();
                let name = text.split_once("function:").map_or(text.as_str(), |(_, name)| name);
                return name.split(':').next().unwrap_or_default().to_owned();
            }
            "target" => {
                let text = self.property("TargetFunctionArn").unwrap_or_default();
                return if text.starts_with("arn:") {
                    text
                } else {
                    self.fill(&format!("arn:{{partition}}:lambda:{{region}}:{{account}}:function:{text}"))
                };
            }
            _ => {}
        }
        if let Some(property) = key.strip_prefix("prop:") {
            return self.property(property).unwrap_or_default();
        }
        if let Some(known) = self.memo.get(key) {
            return known.clone();
        }
        let made = match key {
            "version" => {
                // Versions belong to a function, revisions to a name; nameless things are counted per type.
                let counted = match self.shape {
                    _ if self.birth.kind == "AWS::Lambda::Version" => self.part("function"),
                    Some(shape) if !shape.name.is_empty() => self.name(),
                    _ => String::new(),
                };
                (self.birth.next_version)(&format!("{}/{counted}", self.birth.kind)).to_string()
            }
            "uuid" => uuid(),
            "now" => now(),
            _ => {
                let (alphabet, digits) = match key.strip_prefix("hex") {
                    Some(digits) => (HEX, digits),
                    None => match key.strip_prefix("ID") {
                        Some(digits) => (UPPER, digits),
                        None => (LOWER, key.strip_prefix("id").unwrap_or_default()),
                    },
                };
                random(alphabet, digits.parse().unwrap_or(10))
            }
        };
        self.memo.insert(key.into(), made.clone());
        made
    }

    fn property(&self, name: &str) -> Option<String> {
        match self.birth.properties.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The name that the template gives, or `stack-LogicalId-RANDOM` within the type's length.
    fn name(&mut self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let given = self
            .shape
            .map(|shape| shape.name)
            .filter(|property| !property.is_empty())
            .and_then(|property| self.property(property));
        let name = given.unwrap_or_else(|| self.generated(self.shape.map_or(128, |shape| shape.max_name)));
        self.name = Some(name.clone());
        name
    }

    fn generated(&self, max: usize) -> String {
        let suffix = random(UPPER, 12);
        let fifo = ["FifoQueue", "FifoTopic"].iter().any(|name| self.property(name).as_deref() == Some("true"));
        let ending = if fifo { ".fifo" } else { "" };
        let room = max.saturating_sub(suffix.len() + ending.len() + 2);
        let (stack, id) = (&self.birth.environment.stack_name, self.birth.logical_id);
        let stack_room = room.saturating_sub(id.len().min(room / 2));
        let stack: String = stack.chars().take(stack_room).collect();
        let id: String = id.chars().take(room - stack.len()).collect();
        let name = format!("{stack}-{id}-{suffix}{ending}");
        if self.shape.is_some_and(|shape| shape.lower_case) { name.to_ascii_lowercase() } else { name }
    }

    /// Types without a row: the primary identifier's parts, read-only ones guessed by their names.
    fn by_schema(&mut self) -> (String, String) {
        let parts: Vec<&str> = self.known.map(|known| known.primary_identifier.clone()).unwrap_or_default();
        if parts.is_empty() {
            let name = self.name();
            return (name.clone(), name);
        }
        let values: Vec<String> = parts
            .iter()
            .map(|part| match self.property(part) {
                Some(value) => value,
                None => {
                    let name = self.name();
                    match self.guess(part, &name) {
                        Value::String(text) => text,
                        other => other.to_string(),
                    }
                }
            })
            .collect();
        let joined = values.join("|");
        (joined.clone(), joined)
    }

    /// A plausible value for a read-only property.
    fn guess(&mut self, name: &str, physical_id: &str) -> Value {
        let last = name.rsplit('.').next().unwrap_or(name);
        let lower = last.to_ascii_lowercase();
        let mut kind = self.birth.kind.split("::").skip(1).map(str::to_ascii_lowercase);
        let (service, thing) = (kind.next().unwrap_or_default(), kind.next().unwrap_or_default());
        // A physical id that is an ARN already is the ARN; otherwise its last part names the thing.
        let id = physical_id.rsplit(['/', '|']).next().unwrap_or(physical_id);
        if lower.ends_with("arn") {
            if physical_id.starts_with("arn:") {
                return physical_id.into();
            }
            return self.fill(&format!("arn:{{partition}}:{service}:{{region}}:{{account}}:{thing}/{id}")).into();
        }
        if lower.ends_with("port") {
            return 443.into();
        }
        if lower.ends_with("url") || lower.ends_with("uri") {
            return self.fill(&format!("https://{{id10}}.{service}.{{region}}.{{suffix}}/{thing}")).into();
        }
        if lower.ends_with("endpoint")
            || lower.ends_with("domainname")
            || lower.ends_with("address")
            || lower.ends_with("dnsname")
        {
            return self.fill(&format!("{{id10}}.{service}.{{region}}.{{suffix}}")).into();
        }
        if lower.ends_with("status") || lower.ends_with("state") {
            return "ACTIVE".into();
        }
        if lower.ends_with("time") || lower.ends_with("at") || lower.ends_with("date") {
            return self.part("now").into();
        }
        if lower.ends_with("version") || lower.ends_with("revision") {
            return "1".into();
        }
        if lower.ends_with("name") {
            return self.name().into();
        }
        if lower == "id" || lower.ends_with("id") {
            return self.part("hex17").into();
        }
        format!("{id}-{last}").into()
    }
}
