//! `edgeLambda`: a function for edge locations, which lives in us-east-1, with its versions and the log groups of its copies.

use crate::GLOBAL_REGION;
use crate::answer::Done;
use crate::aws::{Aws, AwsError, Request, base64};
use crate::event::{number, optional_number};
use crate::lambda_api::{self, call, configuration, settle};
use futures_util::future::join_all;
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

/// How long a new role may be unknown to Lambda.
const ROLE_PATIENCE: Duration = Duration::from_secs(60);
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
            let delete = |region| self.log_group(aws, region, "DeleteLogGroup", json!({}));
            let _gone_or_refused = join_all(LOG_REGIONS.map(delete)).await;
        }
        Ok(Done { note, ..Done::quietly() })
    }

    async fn create(&self, aws: &Aws, archive: &str) -> Result<(), String> {
        let mut body = self.configuration();
        body["FunctionName"] = self.function_name.clone().into();
        body["Code"] = json!({ "ZipFile": archive });
        body["Tags"] = Value::Object(self.tags.clone());
        match with_role(|| call(aws, GLOBAL_REGION, "POST", "", Some(&body))).await {
            Ok(_) => Ok(()),
            // An earlier delivery of the same event made it.
            Err(error) if error.code == "ResourceConflictException" => self.update(aws, archive).await,
            Err(error) => Err(error.while_doing("creating the function")),
        }
    }

    async fn update(&self, aws: &Aws, archive: &str) -> Result<(), String> {
        settle(aws, GLOBAL_REGION, &self.function_name, None).await?;
        let code = self.call(aws, "PUT", "/code", &json!({ "ZipFile": archive })).await;
        code.map_err(|e| e.while_doing("updating the code"))?;
        settle(aws, GLOBAL_REGION, &self.function_name, None).await?;
        let settings = self.configuration();
        // The function may be one that an earlier stack had to leave; the role is new then.
        let configuration = with_role(|| self.call(aws, "PUT", "/configuration", &settings)).await;
        let configuration = configuration.map_err(|e| e.while_doing("updating the configuration"))?;
        let arn = configuration.get("FunctionArn").and_then(Value::as_str).unwrap_or_default();
        let tagged = lambda_api::tag(aws, GLOBAL_REGION, arn, &self.tags).await;
        tagged.map_err(|e| e.while_doing("updating the tags"))
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
        // All at once: an organisation may have closed most regions, and each refusal is waited for.
        let kept = join_all(LOG_REGIONS.map(|region| self.ensure_log_group(aws, region, days))).await;
        let refused: Vec<String> = LOG_REGIONS
            .iter()
            .zip(kept)
            .filter_map(|(region, kept)| Some(format!("{region} ({})", kept.err()?.code)))
            .collect();
        (!refused.is_empty()).then(|| format!("no log groups could be made in {}", refused.join(", ")))
    }

    async fn ensure_log_group(&self, aws: &Aws, region: &str, days: u32) -> Result<(), AwsError> {
        match self.log_group(aws, region, "CreateLogGroup", json!({ "tags": self.tags })).await {
            Err(error) if error.code != "ResourceAlreadyExistsException" => return Err(error),
            _ => {}
        }
        self.log_group(aws, region, "PutRetentionPolicy", json!({ "retentionInDays": days })).await
    }

    async fn log_group(&self, aws: &Aws, region: &str, action: &str, mut body: Value) -> Result<(), AwsError> {
        body["logGroupName"] = format!("/aws/lambda/{GLOBAL_REGION}.{}", self.function_name).into();
        aws.json("logs", region, &format!("Logs_20140328.{action}"), &body).await.map(|_| ())
    }
}

/// Makes a call again as long as Lambda does not know the function's role: a new one takes a while to be known everywhere.
async fn with_role<F: Future<Output = Result<Value, AwsError>>>(make: impl Fn() -> F) -> Result<Value, AwsError> {
    let mut waited = Duration::ZERO;
    loop {
        match make().await {
            Err(error) if error.message.contains("cannot be assumed") && waited < ROLE_PATIENCE => {
                waited += PAUSE;
                tokio::time::sleep(PAUSE).await;
            }
            other => return other,
        }
    }
}
