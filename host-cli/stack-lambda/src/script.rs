//! `scriptFunction`: a deployment script. It runs in deployments or before the stack is deleted; never in a rollback, and never because the script
//! itself is taken out of the config. Only the stack's status tells these apart.

use crate::answer::Done;
use crate::aws::Aws;
use crate::event::{Event, RequestType};
use crate::{lambda_api, secrets};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    /// Name of the script's function.
    pub function_name: String,
    /// When it runs.
    pub trigger: Trigger,
    /// The event that it gets; secrets in it are references.
    #[serde(default)]
    pub parameters: Map<String, Value>,
}

/// When a script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Trigger {
    /// With every deploy.
    #[serde(rename = "after:deploy")]
    AfterDeploy,
    /// Before the stack is deleted.
    #[serde(rename = "before:delete")]
    BeforeDelete,
}

impl Script {
    /// Runs the script when it is its time.
    ///
    /// # Errors
    /// When the stack's status cannot be read, or the script cannot be run or fails.
    pub async fn handle(&self, aws: &Aws, event: &Event) -> Result<Done, String> {
        let wanted: &[&str] = match (self.trigger, event.request_type) {
            (Trigger::AfterDeploy, RequestType::Create | RequestType::Update) => {
                &["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"]
            }
            (Trigger::BeforeDelete, RequestType::Delete) => &["DELETE_IN_PROGRESS"],
            _ => return Ok(Done::quietly()),
        };
        let status = stack_status(aws, &event.stack_id).await?;
        if !wanted.contains(&status.as_str()) {
            return Ok(Done::noting(format!("the script did not run, because the stack is in {status}")));
        }
        let parameters = secrets::resolve(aws, &self.parameters).await?;
        lambda_api::invoke(aws, &self.function_name, &Value::Object(parameters)).await?;
        Ok(Done::noting("the script ran"))
    }
}

async fn stack_status(aws: &Aws, stack_id: &str) -> Result<String, String> {
    let fields = [("Action", "DescribeStacks"), ("Version", "2010-05-15"), ("StackName", stack_id)];
    let text =
        aws.query("cloudformation", &aws.region, &fields).await.map_err(|e| e.while_doing("reading the stack"))?;
    between(&text, "<StackStatus>", "</StackStatus>")
        .map(str::to_owned)
        .ok_or_else(|| "CloudFormation did not say what the stack's status is".to_owned())
}

/// The first text between two marks.
pub(crate) fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let rest = &text[text.find(begin)? + begin.len()..];
    Some(&rest[..rest.find(end)?])
}
