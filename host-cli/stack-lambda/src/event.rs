//! What CloudFormation asks of a custom resource. Source: "Custom resource request objects" in its user guide.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A request of CloudFormation's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Event {
    /// What is to be done.
    pub request_type: RequestType,
    /// Where the answer goes: a signed address.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    /// ARN of the stack.
    pub stack_id: String,
    /// Repeated in the answer.
    pub request_id: String,
    /// Id in the template.
    pub logical_resource_id: String,
    /// What an earlier answer called the resource; absent on a creation.
    pub physical_resource_id: Option<String>,
    /// The properties; those of the old resource on a deletion.
    #[serde(default)]
    pub resource_properties: Map<String, Value>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum RequestType {
    /// The resource is new.
    Create,
    /// A property has changed.
    Update,
    /// The resource goes.
    Delete,
}

/// Which handler is asked, and what for.
#[derive(Clone, Debug)]
pub enum Need {
    /// See [`crate::script`].
    Script(crate::script::Script),
    /// See [`crate::edge_function`].
    EdgeFunction(crate::edge_function::EdgeFunction),
    /// See [`crate::firewall`].
    Firewall(crate::firewall::Firewall),
}

impl Event {
    /// What an event that cannot be read says about where an answer goes; `None` when CloudFormation waits for none.
    pub fn to_refuse(payload: &Value) -> Option<Self> {
        let text = |key: &str| payload.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            request_type: RequestType::Update,
            response_url: text("ResponseURL")?,
            stack_id: text("StackId").unwrap_or_default(),
            request_id: text("RequestId").unwrap_or_default(),
            logical_resource_id: text("LogicalResourceId").unwrap_or_default(),
            physical_resource_id: text("PhysicalResourceId"),
            resource_properties: Map::new(),
        })
    }

    /// The handler that is asked.
    ///
    /// # Errors
    /// When no handler is named, or the named one does not understand the rest: another program made the custom resource.
    pub fn need(&self) -> Result<Need, String> {
        let properties = &self.resource_properties;
        if let Some(value) = properties.get("scriptFunction") {
            return read("scriptFunction", value).map(Need::Script);
        }
        if let Some(value) = properties.get("edgeLambda") {
            return read("edgeLambda", value).map(Need::EdgeFunction);
        }
        if let Some(value) = properties.get("webAppFirewall") {
            return read("webAppFirewall", value).map(Need::Firewall);
        }
        let names: Vec<&str> = properties.keys().map(String::as_str).filter(|name| *name != "ServiceToken").collect();
        Err(format!("this function does not handle custom resources with the properties {names:?}"))
    }

    /// What the resource is called: as before, or after stack and logical id.
    pub fn physical_id(&self) -> String {
        self.physical_resource_id.clone().unwrap_or_else(|| {
            let stack = self.stack_id.split('/').nth(1).unwrap_or("stack");
            format!("{stack}-{}", self.logical_resource_id)
        })
    }
}

fn read<T: DeserializeOwned>(key: &str, value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| format!("the property {key} cannot be read: {error}"))
}

/// Numbers of custom resources arrive as text.
pub(crate) fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    use serde::de::Error;
    match Value::deserialize(deserializer)? {
        Value::String(text) => text.parse().map_err(D::Error::custom),
        Value::Number(number) => {
            number.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| D::Error::custom("not a whole number"))
        }
        other => Err(D::Error::custom(format!("expected a number, found {other}"))),
    }
}

/// The same for a number that may be absent.
pub(crate) fn optional_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    number(deserializer).map(Some)
}
