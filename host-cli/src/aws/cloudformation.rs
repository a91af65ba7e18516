//! The port to CloudFormation: the requests that a deploy needs, in its own terms.

use super::error::AwsError;
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// A stack as DescribeStacks gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// ARN; unlike the name it also finds a deleted stack.
    pub id: String,
    /// Name.
    pub name: String,
    /// `CREATE_COMPLETE`, …
    pub status: String,
    /// CloudFormation's explanation.
    pub status_reason: Option<String>,
    /// `STP-stack_{project}_{stage}_{hash}` for stacks of this tool.
    pub description: String,
    /// Outputs by name.
    pub outputs: BTreeMap<String, String>,
    /// Export name by output name.
    pub exports: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Whether deletion is blocked.
    pub termination_protection: bool,
    /// When it was created.
    pub created: SystemTime,
    /// When it was last updated.
    pub updated: Option<SystemTime>,
}

/// An event of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEvent {
    /// Unique id.
    pub id: String,
    /// When.
    pub time: SystemTime,
    /// Logical id; the stack's name for events of the stack itself.
    pub logical_id: String,
    /// Physical id; empty while it is unknown.
    pub physical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// `CREATE_IN_PROGRESS`, …
    pub status: String,
    /// CloudFormation's words.
    pub reason: Option<String>,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackResource {
    /// Logical id.
    pub logical_id: String,
    /// Physical id.
    pub physical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// Status.
    pub status: String,
}

/// Where a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateSource {
    /// In the request: at most 51,200 bytes.
    Body(String),
    /// In S3: at most 1 MB.
    Url(String),
}

/// What the change set does with the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// Makes the stack.
    Create,
    /// Updates it.
    Update,
}

/// A change set to be made.
#[derive(Clone, Debug)]
pub struct ChangeSetRequest {
    /// Stack.
    pub stack_name: String,
    /// Unique within the stack.
    pub name: String,
    /// Idempotency token: the same request with it is carried out once.
    pub token: String,
    /// Create or update.
    pub kind: ChangeSetKind,
    /// The template.
    pub template: TemplateSource,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
    /// Role that CloudFormation acts as.
    pub role_arn: Option<String>,
    /// Topics that get the events.
    pub notification_arns: Vec<String>,
    /// Alarms that roll the operation back.
    pub rollback_alarms: Vec<String>,
    /// Minutes for which the alarms are watched afterwards.
    pub monitoring_minutes: Option<i32>,
}

/// A change set that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetRef {
    /// ARN of the change set.
    pub id: String,
    /// ARN of the stack.
    pub stack_id: String,
}

/// A change set as DescribeChangeSet gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, …
    pub status: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// `AVAILABLE`, `EXECUTE_COMPLETE`, …
    pub execution_status: String,
    /// What it would do.
    pub changes: Vec<ResourceChange>,
}

/// One resource in a change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceChange {
    /// `Add`, `Modify`, `Remove`, `Import`, `Dynamic`.
    pub action: String,
    /// Logical id.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// `True`, `False`, `Conditional`; empty when not given.
    pub replacement: String,
    /// Names of changed properties.
    pub properties: Vec<String>,
    /// What may make a replacement necessary.
    pub risks: Vec<Risk>,
}

/// A changed property that cannot, or perhaps cannot, change in place (`RequiresRecreation` is `Always` or `Conditionally`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Name of the property.
    pub property: String,
    /// Logical id of the resource that the value comes from, when that resource changes and CloudFormation has yet to see whether the value does;
    /// `None` when the template gives another value.
    pub from: Option<String>,
}

/// The requests. Reads may be repeated at will; every write carries a token, so that repeating it does nothing twice.
#[async_trait]
pub trait CloudFormation: Send + Sync {
    /// A stack by name or id; `None` when there is none.
    async fn stack(&self, name_or_id: &str) -> Result<Option<Stack>, AwsError>;
    /// All stacks of the region that are not deleted.
    async fn stacks(&self) -> Result<Vec<Stack>, AwsError>;
    /// Events newer than the one with the id `after`, the oldest first; all when it is `None` or gone.
    async fn events(&self, name_or_id: &str, after: Option<&str>) -> Result<Vec<StackEvent>, AwsError>;
    /// Id of the newest event; `None` when there is no stack, or no event.
    async fn last_event(&self, name_or_id: &str) -> Result<Option<String>, AwsError>;
    /// Resources of a stack.
    async fn resources(&self, name: &str) -> Result<Vec<StackResource>, AwsError>;
    /// The template that was last given, as it was given.
    async fn template(&self, name: &str) -> Result<Option<String>, AwsError>;
    /// Makes a change set.
    async fn create_change_set(&self, request: &ChangeSetRequest) -> Result<ChangeSetRef, AwsError>;
    /// A change set.
    async fn change_set(&self, id: &str) -> Result<ChangeSet, AwsError>;
    /// Carries a change set out.
    async fn execute_change_set(&self, id: &str, token: &str, disable_rollback: bool) -> Result<(), AwsError>;
    /// Throws a change set away.
    async fn delete_change_set(&self, id: &str) -> Result<(), AwsError>;
    /// Deletes a stack.
    async fn delete_stack(&self, name_or_id: &str, token: &str) -> Result<(), AwsError>;
    /// Stops an update and rolls it back.
    async fn cancel_update(&self, name_or_id: &str, token: &str) -> Result<(), AwsError>;
    /// Blocks deletion, or allows it.
    async fn set_termination_protection(&self, name: &str, on: bool) -> Result<(), AwsError>;
}
