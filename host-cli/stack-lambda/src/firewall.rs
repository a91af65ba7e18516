//! `webAppFirewall`: a web ACL for CDNs, which lives in us-east-1.

use crate::GLOBAL_REGION;
use crate::answer::Done;
use crate::aws::{Aws, AwsError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What is asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Firewall {
    /// Name of the ACL.
    pub name: String,
    /// Rules and everything else, as JSON text in CloudFormation's spelling.
    pub definition: String,
    /// Values for `{"Late": name}` in the definition.
    #[serde(default)]
    pub late: Map<String, Value>,
    /// Tags.
    #[serde(default)]
    pub tags: Map<String, Value>,
}

const SCOPE: &str = "CLOUDFRONT";
/// Numbers of the definition that may be late, and then are text.
const NUMBERS: [&str; 2] = ["ImmunityTime", "Limit"];
/// Pause before a call is made again that somebody else's change, or a resource that is not ready, stood in the way of.
const PAUSE: Duration = Duration::from_secs(3);
/// Most attempts at a call.
const ATTEMPTS: u32 = 20;
/// Most attempts at a deletion: CloudFront lets go of an ACL some minutes after its distribution is gone.
const DELETE_ATTEMPTS: u32 = 200;

/// An ACL that exists.
struct Found {
    id: String,
    arn: String,
    lock: String,
}

impl Firewall {
    /// Makes the ACL or brings it up to date; answers with its ARN and id.
    ///
    /// # Errors
    /// In words for people.
    pub async fn ensure(&self, aws: &Aws) -> Result<Done, String> {
        let definition = self.definition()?;
        for _ in 0..ATTEMPTS {
            let outcome = match self.find(aws).await.map_err(|e| e.while_doing("looking for the firewall"))? {
                Some(found) => self.update(aws, &definition, found).await,
                None => self.create(aws, &definition).await,
            };
            match outcome {
                Ok(found) => return Ok(Done::quietly().with("Arn", found.arn).with("Id", found.id)),
                Err(error) if passes(&error.code) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.while_doing("making the firewall")),
            }
        }
        Err(format!("AWS WAF was still busy with the firewall {} after {ATTEMPTS} attempts", self.name))
    }

    /// Deletes the ACL.
    ///
    /// # Errors
    /// In words for people; also when something is still protected by it.
    pub async fn delete(&self, aws: &Aws) -> Result<Done, String> {
        for _ in 0..DELETE_ATTEMPTS {
            let found = self.find(aws).await.map_err(|e| e.while_doing("looking for the firewall"))?;
            let Some(found) = found else { return Ok(Done::quietly()) };
            let body = json!({ "Name": self.name, "Scope": SCOPE, "Id": found.id, "LockToken": found.lock });
            match call(aws, "DeleteWebACL", &body).await {
                Ok(_) => return Ok(Done::quietly()),
                Err(error) if passes(&error.code) || error.code == "WAFAssociatedItemException" => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error.while_doing("deleting the firewall")),
            }
        }
        Err(format!("a CDN still uses the firewall {}: remove it there and delete again", self.name))
    }

    async fn find(&self, aws: &Aws) -> Result<Option<Found>, AwsError> {
        let mut body = json!({ "Scope": SCOPE, "Limit": 100 });
        loop {
            let page = call(aws, "ListWebACLs", &body).await?;
            let all = page.get("WebACLs").and_then(Value::as_array).into_iter().flatten();
            if let Some(acl) = all.into_iter().find(|acl| text(acl, "Name") == self.name) {
                return Ok(Some(found(acl)));
            }
            match page.get("NextMarker").and_then(Value::as_str) {
                Some(next) => body["NextMarker"] = next.into(),
                None => return Ok(None),
            }
        }
    }

    async fn create(&self, aws: &Aws, definition: &Map<String, Value>) -> Result<Found, AwsError> {
        let mut body = self.request(definition);
        if !self.tags.is_empty() {
            body.insert("Tags".into(), self.tag_list());
        }
        let made = call(aws, "CreateWebACL", &Value::Object(body)).await?;
        Ok(found(made.get("Summary").unwrap_or(&Value::Null)))
    }

    async fn update(&self, aws: &Aws, definition: &Map<String, Value>, found: Found) -> Result<Found, AwsError> {
        let mut body = self.request(definition);
        body.insert("Id".into(), found.id.clone().into());
        body.insert("LockToken".into(), found.lock.clone().into());
        call(aws, "UpdateWebACL", &Value::Object(body)).await?;
        if !self.tags.is_empty() {
            call(aws, "TagResource", &json!({ "ResourceARN": found.arn, "Tags": self.tag_list() })).await?;
        }
        Ok(found)
    }

    fn request(&self, definition: &Map<String, Value>) -> Map<String, Value> {
        let mut body = definition.clone();
        body.insert("Name".into(), self.name.clone().into());
        body.insert("Scope".into(), SCOPE.into());
        body
    }

    fn tag_list(&self) -> Value {
        self.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
    }

    /// The definition as AWS WAF wants it.
    fn definition(&self) -> Result<Map<String, Value>, String> {
        let unreadable = |error| format!("the definition of the firewall cannot be read: {error}");
        let mut all: Value = serde_json::from_str(&self.definition).map_err(unreadable)?;
        self.fill("", &mut all)?;
        match all {
            Value::Object(all) => Ok(all),
            _ => Err("the definition of the firewall is no object".into()),
        }
    }

    fn fill(&self, key: &str, value: &mut Value) -> Result<(), String> {
        if let Some(name) = late(value) {
            let given = self.late.get(name).ok_or_else(|| format!("the firewall lacks the value {name}"))?.clone();
            let number = given.as_str().filter(|_| NUMBERS.contains(&key)).and_then(|text| text.parse::<u64>().ok());
            *value = number.map_or(given, Value::from);
            return Ok(());
        }
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill(key, item)),
            Value::Object(fields) => {
                // The one name that CloudFormation spells differently.
                if key == "RuleGroupReferenceStatement"
                    && let Some(arn) = fields.remove("Arn")
                {
                    fields.insert("ARN".into(), arn);
                }
                fields.iter_mut().try_for_each(|(key, value)| self.fill(key, value))
            }
            _ => Ok(()),
        }
    }
}

/// The name in `{"Late": name}`.
fn late(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get("Late")?.as_str()
}

/// Whether a call may succeed when it is made again: somebody else was faster, or something is not ready yet.
fn passes(code: &str) -> bool {
    [
        "WAFDuplicateItemException",
        "WAFNonexistentItemException",
        "WAFOptimisticLockException",
        "WAFUnavailableEntityException",
    ]
    .contains(&code)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn found(acl: &Value) -> Found {
    let own = |key: &str| text(acl, key).to_owned();
    Found { id: own("Id"), arn: own("ARN"), lock: own("LockToken") }
}

async fn call(aws: &Aws, action: &str, body: &Value) -> Result<Value, AwsError> {
    aws.json("wafv2", GLOBAL_REGION, &format!("AWSWAF_20190729.{action}"), body).await
}
