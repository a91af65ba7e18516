//! Evaluates intrinsic functions: a template's value with parameters, conditions, mappings and other resources' values filled in.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Map, Value};

use crate::engine::template::{SubPart, Template, attribute, sub_parts};

/// What other resources look like to the one that is evaluated.
pub(crate) trait Lookup {
    /// The value of `Ref`, `None` when the resource is not part of the stack.
    fn reference(&self, id: &str) -> Option<Value>;
    /// The value of `Fn::GetAtt`.
    fn attribute(&self, id: &str, name: &str) -> Option<Value>;
}

/// Used where resources may not be referred to: conditions.
pub(crate) struct NoResources;

impl Lookup for NoResources {
    fn reference(&self, _: &str) -> Option<Value> {
        None
    }
    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        None
    }
}

/// The pseudo parameters of one stack.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) notification_arns: Vec<String>,
    /// Values that other stacks export, by export name.
    pub(crate) exports: BTreeMap<String, Export>,
}

/// A value that a stack offers to others.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    pub(crate) value: String,
    /// The name of the stack.
    pub(crate) stack: String,
}

impl Environment {
    pub(crate) fn partition(&self) -> &'static str {
        match self.region.get(..3) {
            Some("cn-") => "aws-cn",
            Some("us-") if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    pub(crate) fn url_suffix(&self) -> &'static str {
        if self.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
    }
}

pub(crate) struct Scope<'a> {
    pub(crate) template: &'a Template,
    pub(crate) parameters: &'a BTreeMap<String, Value>,
    pub(crate) conditions: &'a BTreeMap<String, bool>,
    pub(crate) environment: &'a Environment,
    pub(crate) resources: &'a dyn Lookup,
}

/// A value, or nothing where the template says `AWS::NoValue`.
type Evaluated = Result<Option<Value>, String>;

impl Scope<'_> {
    /// All properties of a resource.
    pub(crate) fn properties(&self, properties: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut evaluated = Map::new();
        for (name, value) in properties {
            if let Some(value) = self.value(value)? {
                evaluated.insert(name.clone(), value);
            }
        }
        Ok(evaluated)
    }

    pub(crate) fn value(&self, value: &Value) -> Evaluated {
        match value {
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.value(item).transpose());
                Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
            }
            Value::Object(map) => match map.iter().next() {
                Some((name, argument)) if map.len() == 1 && (name == "Ref" || name.starts_with("Fn::")) => {
                    self.function(name, argument)
                }
                _ => Ok(Some(Value::Object(self.properties(map)?))),
            },
            other => Ok(Some(other.clone())),
        }
    }

    fn function(&self, name: &str, argument: &Value) -> Evaluated {
        match name {
            "Ref" => self.reference(
                argument.as_str().ok_or("Template error: every Ref object must have a single String value.")?,
            ),
            "Fn::GetAtt" => {
                let (id, attribute) = attribute(argument)
                    .ok_or("Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute")?;
                self.attribute(&id, &attribute).map(Some)
            }
            "Fn::Sub" => self.sub(argument).map(Some),
            "Fn::If" => {
                let [Value::String(condition), yes, no] = self.arguments(name, argument)? else {
                    return Err(
                        "Template error: Fn::If requires a list argument with the first element being a condition"
                            .into(),
                    );
                };
                let holds = self
                    .conditions
                    .get(condition)
                    .ok_or_else(|| format!("Template error: unresolved condition dependency {condition}"))?;
                self.value(if *holds { yes } else { no })
            }
            "Fn::Join" => {
                let [delimiter, items] = self.arguments(name, argument)? else {
                    return Err("Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined".into());
                };
                let texts =
                    self.list(items, name)?.iter().map(|item| self.text(item, name)).collect::<Result<Vec<_>, _>>()?;
                Ok(Some(texts.join(&self.text(delimiter, name)?).into()))
            }
            "Fn::Select" => {
                let [index, items] = self.arguments(name, argument)? else {
                    return Err("Template error: Fn::Select requires a list argument with two elements: an integer index and a list".into());
                };
                let index = self.text(index, name)?;
                let items = self.list(items, name)?;
                if let Some(item) = index.parse::<usize>().ok().and_then(|index| items.get(index)) {
                    return Ok(Some(item.clone()));
                }
                // The list may hang on a value that is known only after the deployment.
                match items.iter().find(|item| item.as_str().is_some_and(unknown)) {
                    Some(item) => Ok(Some(item.clone())),
                    None => Err(format!("Template error: Fn::Select cannot select nonexistent value at index {index}")),
                }
            }
            "Fn::Split" => {
                let [delimiter, text] = self.arguments(name, argument)? else {
                    return Err("Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split".into());
                };
                let (delimiter, text) = (self.text(delimiter, name)?, self.text(text, name)?);
                if unknown(&text) {
                    return Ok(Some(Value::Array(vec![text.into()])));
                }
                Ok(Some(text.split(delimiter.as_str()).map(Value::from).collect()))
            }
            "Fn::FindInMap" => self.find_in_map(argument),
            "Fn::ImportValue" => {
                let export = self.text(argument, name)?;
                match self.environment.exports.get(&export) {
                    Some(found) => Ok(Some(found.value.clone().into())),
                    None => Err(format!("No export named {export} found")),
                }
            }
            "Fn::GetAZs" => {
                let mut region = self.text(argument, name)?;
                if region.is_empty() {
                    region.clone_from(&self.environment.region);
                }
                Ok(Some(["a", "b", "c"].iter().map(|zone| Value::from(format!("{region}{zone}"))).collect()))
            }
            "Fn::Base64" => {
                let text = self.text(argument, name)?;
                Ok(Some(
                    if unknown(&text) { text } else { base64::engine::general_purpose::STANDARD.encode(text) }.into(),
                ))
            }
            "Fn::Cidr" => self.cidr(argument).map(Some),
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                Err(format!("Template error: {name} may stand only in the Conditions section"))
            }
            other => Err(format!("Template error: the simulator does not support the function {other}")),
        }
    }

    fn reference(&self, name: &str) -> Evaluated {
        let environment = self.environment;
        Ok(Some(match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => environment.account.clone().into(),
            "AWS::Region" => environment.region.clone().into(),
            "AWS::Partition" => environment.partition().into(),
            "AWS::URLSuffix" => environment.url_suffix().into(),
            "AWS::StackId" => environment.stack_id.clone().into(),
            "AWS::StackName" => environment.stack_name.clone().into(),
            "AWS::NotificationARNs" => environment.notification_arns.iter().cloned().map(Value::from).collect(),
            _ => match self.parameters.get(name) {
                Some(value) => value.clone(),
                None => self.resources.reference(name).ok_or_else(|| missing(name))?,
            },
        }))
    }

    fn attribute(&self, id: &str, name: &str) -> Result<Value, String> {
        if self.resources.reference(id).is_none() {
            return Err(missing(id));
        }
        self.resources.attribute(id, name).ok_or_else(|| {
            format!("Template error: resource {id} does not support attribute type {name} in Fn::GetAtt")
        })
    }

    fn sub(&self, argument: &Value) -> Result<Value, String> {
        const SHAPE: &str = "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";
        let (text, local) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text), Value::Object(local)] => (text.as_str(), Some(local)),
                _ => return Err(SHAPE.into()),
            },
            _ => return Err(SHAPE.into()),
        };
        let mut out = String::new();
        for part in sub_parts(text) {
            match part {
                SubPart::Text(text) => out.push_str(text),
                SubPart::Escaped(name) => out.extend(["${", name, "}"]),
                SubPart::Variable(name) => {
                    let value = match local.and_then(|local| local.get(name)) {
                        Some(value) => self.value(value)?,
                        None => match name.split_once('.') {
                            Some((id, attribute)) => Some(self.attribute(id, attribute)?),
                            None => self.reference(name)?,
                        },
                    };
                    out.push_str(&value.map(|value| scalar(&value, "Fn::Sub")).transpose()?.unwrap_or_default());
                }
            }
        }
        Ok(out.into())
    }

    fn find_in_map(&self, argument: &Value) -> Evaluated {
        let Value::Array(items) = argument else {
            return Err("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into());
        };
        let [map, first, second, rest @ ..] = items.as_slice() else {
            return Err("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".into());
        };
        let (map, first, second) =
            (self.text(map, "Fn::FindInMap")?, self.text(first, "Fn::FindInMap")?, self.text(second, "Fn::FindInMap")?);
        if self.template.mappings.get(&map).is_none() {
            return Err(format!(
                "Template error: Mapping named '{map}' is not present in the 'Mappings' section of template."
            ));
        }
        match self.template.mappings[&map].get(&first).and_then(|row| row.get(&second)) {
            Some(value) => Ok(Some(value.clone())),
            None => match rest.first().and_then(|options| options.get("DefaultValue")) {
                Some(default) => self.value(default),
                None => Err(format!("Template error: Unable to get mapping for {map}::{first}::{second}")),
            },
        }
    }

    /// `[block, count, bits]` → that many subnets of the block, each with `bits` host bits (IPv4).
    fn cidr(&self, argument: &Value) -> Result<Value, String> {
        const SHAPE: &str = "Template error: Fn::Cidr expects an IPv4 block, the number of subnets (1 to 256) and the host bits of each";
        let items = self.list(argument, "Fn::Cidr")?;
        let text = |index: usize| items.get(index).map(|item| scalar(item, "Fn::Cidr")).transpose();
        let block = text(0)?.ok_or(SHAPE)?;
        if unknown(&block) {
            return Ok(Value::Array(vec![block.into()]));
        }
        let count: u32 =
            text(1)?.and_then(|text| text.parse().ok()).filter(|count| (1..=256).contains(count)).ok_or(SHAPE)?;
        let bits: u32 = text(2)?.unwrap_or_else(|| "8".into()).parse().map_err(|_| SHAPE)?;
        let (address, prefix) = block.split_once('/').ok_or(SHAPE)?;
        let address = u32::from(address.parse::<std::net::Ipv4Addr>().map_err(|_| SHAPE)?);
        let prefix: u32 = prefix.parse().map_err(|_| SHAPE)?;
        if prefix > 32 || bits > 31 || u64::from(count) << bits > 1 << (32 - prefix) {
            return Err(SHAPE.into());
        }
        let start = if prefix == 0 { 0 } else { address & (u32::MAX << (32 - prefix)) };
        Ok((0..count)
            .map(|index| Value::from(format!("{}/{}", std::net::Ipv4Addr::from(start + (index << bits)), 32 - bits)))
            .collect())
    }

    fn arguments<'v>(&self, name: &str, argument: &'v Value) -> Result<&'v [Value], String> {
        match argument {
            Value::Array(items) => Ok(items),
            _ => Err(format!("Template error: {name} requires a list argument")),
        }
    }

    fn list(&self, value: &Value, function: &str) -> Result<Vec<Value>, String> {
        match self.value(value)? {
            Some(Value::Array(items)) => Ok(items),
            Some(Value::String(text)) if unknown(&text) => Ok(vec![text.into()]),
            _ => Err(format!("Template error: {function} requires a list")),
        }
    }

    fn text(&self, value: &Value, function: &str) -> Result<String, String> {
        self.value(value)?.map_or(Ok(String::new()), |value| scalar(&value, function))
    }

    /// The truth of a named condition's definition.
    fn condition(&self, value: &Value, depth: usize) -> Result<bool, String> {
        let fail = || {
            "Template error: every condition must be one of Fn::And, Fn::Equals, Fn::Not, Fn::Or or Condition"
                .to_owned()
        };
        let Value::Object(map) = value else { return Err(fail()) };
        let Some((name, argument)) = map.iter().next() else { return Err(fail()) };
        if depth > 64 {
            return Err("Template error: the conditions refer to each other in a circle".into());
        }
        match (name.as_str(), argument) {
            ("Condition", Value::String(other)) => {
                let value = self
                    .template
                    .conditions
                    .get(other)
                    .ok_or_else(|| format!("Template error: unresolved condition dependency {other}"))?;
                self.condition(value, depth + 1)
            }
            ("Fn::Equals", Value::Array(sides)) => {
                let [left, right] = sides.as_slice() else { return Err(fail()) };
                Ok(same(&self.value(left)?.unwrap_or_default(), &self.value(right)?.unwrap_or_default()))
            }
            ("Fn::Not", Value::Array(items)) => {
                let [item] = items.as_slice() else { return Err(fail()) };
                Ok(!self.condition(item, depth + 1)?)
            }
            ("Fn::And", Value::Array(items)) => {
                items.iter().try_fold(true, |all, item| Ok(self.condition(item, depth + 1)? && all))
            }
            ("Fn::Or", Value::Array(items)) => {
                items.iter().try_fold(false, |any, item| Ok(self.condition(item, depth + 1)? || any))
            }
            _ => Err(fail()),
        }
    }
}

/// The truth of all conditions of a template.
pub(crate) fn conditions(
    template: &Template,
    parameters: &BTreeMap<String, Value>,
    environment: &Environment,
) -> Result<BTreeMap<String, bool>, String> {
    let none = BTreeMap::new();
    let scope = Scope { template, parameters, conditions: &none, environment, resources: &NoResources };
    template.conditions.iter().map(|(name, value)| Ok((name.clone(), scope.condition(value, 0)?))).collect()
}

/// Stands for a value that only the deployment will tell; texts that contain it are unknown, too. It names what it hangs on.
pub(crate) fn placeholder(cause: &str) -> String {
    format!("{PLACEHOLDER}{cause}}}}}")
}

const PLACEHOLDER: &str = "{{changeSet:KNOWN_AFTER_APPLY:";

pub(crate) fn unknown(text: &str) -> bool {
    text.contains(PLACEHOLDER)
}

/// What the first placeholder within a value hangs on.
pub(crate) fn unknown_cause(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let start = text.find(PLACEHOLDER)? + PLACEHOLDER.len();
            text[start..].find("}}").map(|length| text[start..start + length].to_owned())
        }
        Value::Array(items) => items.iter().find_map(unknown_cause),
        Value::Object(map) => map.values().find_map(unknown_cause),
        _ => None,
    }
}

/// Two values that CloudFormation treats alike: it passes numbers and booleans as text where a type asks for text.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        (left, right) => {
            left == right || matches!((scalar(left, ""), scalar(right, "")), (Ok(left), Ok(right)) if left == right)
        }
    }
}

fn scalar(value: &Value, function: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        // A list parameter inside Fn::Sub or Fn::Join is joined with commas.
        Value::Array(items) if items.iter().all(Value::is_string) => {
            Ok(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","))
        }
        _ => Err(format!("Template error: {function} expects text, found {value}")),
    }
}

fn missing(id: &str) -> String {
    format!("Template format error: Unresolved resource dependencies [{id}] in the Resources block of the template")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Evaluates a value as the only property of a template with one parameter, one mapping and two conditions.
    fn eval(value: Value) -> Result<Value, String> {
        let text = json!({
            "Mappings": {"M": {"a": {"b": [1, 2]}}},
            "Conditions": {"Yes": {"Fn::Equals": ["1", 1]}, "No": {"Fn::Not": [{"Condition": "Yes"}]},
                           "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]}, "Any": {"Fn::Or": [{"Condition": "Both"}, {"Condition": "Yes"}]}},
            "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}
        });
        let template = Template::parse(&text.to_string()).unwrap();
        let environment = Environment {
            account: "123456789012".into(),
            region: "eu-west-1".into(),
            stack_id: "arn".into(),
            stack_name: "shop".into(),
            notification_arns: Vec::new(),
            exports: BTreeMap::from([("e".into(), Export { value: "v".into(), stack: "other".into() })]),
        };
        let parameters = BTreeMap::from([("P".to_owned(), json!(["x", "y"]))]);
        let conditions = conditions(&template, &parameters, &environment).unwrap();
        let scope = Scope {
            template: &template,
            parameters: &parameters,
            conditions: &conditions,
            environment: &environment,
            resources: &NoResources,
        };
        scope.value(&value).map(Option::unwrap_or_default)
    }

    #[test]
    fn functions_give_what_the_documentation_says() {
        let cases = [
            (
                json!({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, 7]]}),
                json!("a-eu-west-1-7"),
            ),
            (json!({"Fn::Select": ["1", {"Fn::Split": [",", "a,b,c"]}]}), json!("b")),
            (
                json!({"Fn::Sub": ["${AWS::Partition}:${x}:${!Literal}:${P}", {"x": {"Fn::ImportValue": "e"}}]}),
                json!("aws:v:${Literal}:x,y"),
            ),
            (json!({"Fn::FindInMap": ["M", "a", "b"]}), json!([1, 2])),
            (json!({"Fn::GetAZs": ""}), json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"])),
            (json!({"Fn::Base64": "hi"}), json!("aGk=")),
            (json!({"Fn::Cidr": ["10.0.0.0/16", 3, 8]}), json!(["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"])),
            (
                json!({"a": {"Ref": "AWS::NoValue"}, "b": [{"Fn::If": ["Any", 1, 2]}, {"Ref": "AWS::NoValue"}]}),
                json!({"b": [1]}),
            ),
            (json!("{{resolve:ssm:/x}}"), json!("{{resolve:ssm:/x}}")),
        ];
        for (value, wanted) in cases {
            assert_eq!(eval(value.clone()), Ok(wanted), "{value}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (json!({"Fn::Select": [5, ["a"]]}), "nonexistent value at index 5"),
            (json!({"Fn::FindInMap": ["M", "a", "z"]}), "Unable to get mapping for M::a::z"),
            (json!({"Fn::FindInMap": ["N", "a", "z"]}), "Mapping named 'N' is not present"),
            (json!({"Fn::Transform": {}}), "does not support the function Fn::Transform"),
            (json!({"Fn::Join": ["-", [{"x": 1}]]}), "Fn::Join expects text"),
            (json!({"Fn::Cidr": ["10.0.0.0/24", 300, 8]}), "Fn::Cidr expects"),
            (json!({"Ref": "Q"}), "Unresolved resource dependencies [Q]"),
            (json!({"Fn::ImportValue": "x"}), "No export named x found"),
        ];
        for (value, wanted) in cases {
            let error = eval(value.clone()).unwrap_err();
            assert!(error.contains(wanted), "{value}: {error}");
        }
    }
}
