//! `edgeLambda`: a function for edge locations, which lives in us-east-1, with its versions and the log groups of its copies.

use crate::GLOBAL_REGION;
use crate::answer::Done;
use crate::aws::{Aws, AwsError, Request, base64};
use crate::event::{number, optional_number};
use crate::lambda_api::{call, configuration, settle};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeFunction {
    /// Name.
    pub function_name: String,
    /// ARN of the role.
    pub role: String,
    /// What Lambda calls.
    pub handler: String,
    /// Runtime.
    pub runtime: String,
    /// MB.
    #[serde(deserialize_with = "number")]
    pub memory: u32,
    /// Seconds.
    #[serde(deserialize_with = "number")]
    pub timeout: u32,
    /// Bucket of the archive, in the stack's region.
    pub bucket: String,
    /// Key of the archive.
    pub key: String,
    /// Days that logs are kept; no log groups when absent.
    #[serde(default, deserialize_with = "optional_number")]
    pub log_retention_days: Option<u32>,
    /// Tags of the function and its log groups.
    #[serde(default)]
    pub tags: Map<String, Value>,
}

/// The regions with edge caches: copies of a function log there. Source: the CloudFront guide on the locations of regional edge caches.
pub const LOG_REGIONS: [&str; 13] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
];

/// How long a new role may be unknown to Lambda, in seconds.
const ROLE_PATIENCE: u32 = 60;
const PAUSE: Duration = Duration::from_secs(2);

impl EdgeFunction {
    /// Makes the function or brings it up to date; answers with the ARN of a version.
    ///
    /// # Errors
    /// In words for people.
    pub async fn ensure(&self, aws: &Aws) -> Result<Done, String> {
        let without_logs = self.ensure_log_groups(aws).await;
        let get = Request::new("s3", &aws.region, "GET", format!("/{}/{}", self.bucket, self.key));
        let archive = aws.send(&get).await.map_err(|e| e.while_doing("reading the code"))?.body;
        let archive = base64(&archive);
        let there = configuration(aws, GLOBAL_REGION, &self.function_name, None).await;
        if there.map_err(|e| e.while_doing("looking for the function"))?.is_none() {
            self.create(aws, &archive).await?;
        } else {
            self.update(aws, &archive).await?;
        }
        settle(aws, GLOBAL_REGION, &self.function_name, None).await?;
        // Lambda makes no version when nothing has changed since the last one.
        let version = self.call(aws, "POST", "/versions", &json!({})).await;
        let version = version.map_err(|e| e.while_doing("publishing a version"))?;
        let text = |key: &str| version.get(key).and_then(Value::as_str).unwrap_or_default();
        // CloudFront takes a version only when it is ready.
        settle(aws, GLOBAL_REGION, &self.function_name, Some(text("Version"))).await?;
        let done = Done::quietly().with("versionArn", self.version_arn(text("FunctionArn"), text("Version")));
        Ok(Done { note: without_logs, ..done })
    }

    /// Deletes the function and its log groups. One whose copies CloudFront still has stays: it is an error of nobody's.
    ///
    /// # Errors
    /// In words for people.
    pub async fn delete(&self, aws: &Aws) -> Result<Done, String> {
        let deleted = call(aws, GLOBAL_REGION, "DELETE", &format!("/{}", self.function_name), None).await;
        let note = match deleted {
            Ok(_) => None,
            Err(error) if error.status == 404 => None,
            Err(error) if error.message.contains("replicated function") => Some(format!(
                "CloudFront still has copies of {} in {GLOBAL_REGION}, so it was left; it can be deleted in some hours",
                self.function_name
            )),
            Err(error) => return Err(error.while_doing("deleting the function")),
        };
        if self.log_retention_days.is_some() {
            for region in LOG_REGIONS {
                let _gone_or_refused = self.log_group(aws, region, "DeleteLogGroup", json!({})).await;
            }
        }
        Ok(Done { note, ..Done::quietly() })
    }

    async fn create(&self, aws: &Aws, archive: &str) -> Result<(), String> {
        let mut body = self.configuration();
        body["FunctionName"] = self.function_name.clone().into();
        body["Code"] = json!({ "ZipFile": archive });
        body["Tags"] = Value::Object(self.tags.clone());
        let mut waited = 0;
        loop {
            match call(aws, GLOBAL_REGION, "POST", "", Some(&body)).await {
                Ok(_) => return Ok(()),
                // A role takes a while to be known everywhere.
                Err(error) if error.message.contains("cannot be assumed") && waited < ROLE_PATIENCE => {
                    waited += PAUSE.as_secs() as u32;
                    tokio::time::sleep(PAUSE).await;
                }
                // An earlier delivery of the same event made it.
                Err(error) if error.code == "ResourceConflictException" => return self.update(aws, archive).await,
                Err(error) => return Err(error.while_doing("creating the function")),
            }
        }
    }

    async fn update(&self, aws: &Aws, archive: &str) -> Result<(), String> {
        settle(aws, GLOBAL_REGION, &self.function_name, None).await?;
        let code = self.call(aws, "PUT", "/code", &json!({ "ZipFile": archive })).await;
        code.map_err(|e| e.while_doing("updating the code"))?;
        settle(aws, GLOBAL_REGION, &self.function_name, None).await?;
        let configuration = self.call(aws, "PUT", "/configuration", &self.configuration()).await;
        configuration.map_err(|e| e.while_doing("updating the configuration")).map(|_| ())
    }

    fn configuration(&self) -> Value {
        json!({
            "Role": self.role,
            "Handler": self.handler,
            "Runtime": self.runtime,
            "MemorySize": self.memory,
            "Timeout": self.timeout,
        })
    }

    async fn call(&self, aws: &Aws, method: &'static str, path: &str, body: &Value) -> Result<Value, AwsError> {
        call(aws, GLOBAL_REGION, method, &format!("/{}{path}", self.function_name), Some(body)).await
    }

    /// PublishVersion answers with the ARN of the version; older emulators with that of the function.
    fn version_arn(&self, arn: &str, version: &str) -> String {
        if arn.ends_with(&format!(":{version}")) { arn.to_owned() } else { format!("{arn}:{version}") }
    }

    /// Makes the log groups, so that logs do not stay for ever. Says where it could not: a region may be closed to the account, which the function
    /// itself does not mind.
    async fn ensure_log_groups(&self, aws: &Aws) -> Option<String> {
        let days = self.log_retention_days?;
        let mut refused = vec![];
        for region in LOG_REGIONS {
            let made = self.log_group(aws, region, "CreateLogGroup", json!({ "tags": self.tags })).await;
            let made = match made {
                Err(error) if error.code == "ResourceAlreadyExistsException" => Ok(()),
                other => other,
            };
            let kept = match made {
                Ok(()) => self.log_group(aws, region, "PutRetentionPolicy", json!({ "retentionInDays": days })).await,
                error => error,
            };
            if let Err(error) = kept {
                refused.push(format!("{region} ({})", error.code));
            }
        }
        (!refused.is_empty()).then(|| format!("no log groups could be made in {}", refused.join(", ")))
    }

    async fn log_group(&self, aws: &Aws, region: &str, action: &str, mut body: Value) -> Result<(), AwsError> {
        body["logGroupName"] = format!("/aws/lambda/{GLOBAL_REGION}.{}", self.function_name).into();
        aws.json("logs", region, &format!("Logs_20140328.{action}"), &body).await.map(|_| ())
    }
}
