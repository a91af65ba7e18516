//! What the simulator remembers: stacks with their resources, change sets and running operation. All of it is plain data that is written to disk,
//! so an operation that was under way when the process died goes on at the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};

macro_rules! statuses {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum $name { $(#[serde(rename = $text)] $variant,)* }

        impl $name {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

statuses! {
    /// The states of a stack, as CloudFormation names them.
    StackStatus {
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        RollbackFailed = "ROLLBACK_FAILED",
        RollbackComplete = "ROLLBACK_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateComplete = "UPDATE_COMPLETE",
        UpdateFailed = "UPDATE_FAILED",
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
    }
}

impl StackStatus {
    pub(crate) fn in_progress(self) -> bool {
        self.as_str().ends_with("_IN_PROGRESS") && self != Self::ReviewInProgress
    }

    /// States from which an update may start.
    pub(crate) fn can_update(self) -> bool {
        matches!(
            self,
            Self::CreateComplete
                | Self::UpdateComplete
                | Self::UpdateRollbackComplete
                | Self::UpdateFailed
                | Self::CreateFailed
        )
    }

    /// States that RollbackStack may return to.
    pub(crate) fn stable(self) -> bool {
        matches!(self, Self::CreateComplete | Self::UpdateComplete | Self::UpdateRollbackComplete)
    }
}

statuses! {
    /// The states of a resource.
    ResourceStatus {
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateFailed = "UPDATE_FAILED",
        UpdateComplete = "UPDATE_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteSkipped = "DELETE_SKIPPED",
    }
}

statuses! {
    /// The states of a change set.
    ChangeSetStatus {
        CreatePending = "CREATE_PENDING",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateComplete = "CREATE_COMPLETE",
        Failed = "FAILED",
    }
}

statuses! {
    /// Whether a change set can be executed.
    ExecutionStatus {
        Unavailable = "UNAVAILABLE",
        Available = "AVAILABLE",
        ExecuteInProgress = "EXECUTE_IN_PROGRESS",
        ExecuteComplete = "EXECUTE_COMPLETE",
        ExecuteFailed = "EXECUTE_FAILED",
        Obsolete = "OBSOLETE",
    }
}

/// What a user asked for: everything that CreateStack, UpdateStack and CreateChangeSet take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) template: String,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: Vec<(String, String)>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) notification_arns: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) status: StackStatus,
    pub(crate) status_reason: Option<String>,
    pub(crate) created: String,
    pub(crate) updated: Option<String>,
    pub(crate) deleted: Option<String>,
    pub(crate) definition: Definition,
    pub(crate) description: Option<String>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) resources: BTreeMap<String, Resource>,
    /// Physical resources that a replacement left behind; the next cleanup deletes them.
    pub(crate) leftovers: Vec<Resource>,
    /// Where a rollback of the running or failed update returns to.
    pub(crate) stable: Option<Box<Snapshot>>,
    pub(crate) operation: Option<Operation>,
    pub(crate) change_sets: Vec<ChangeSet>,
    /// The change set that made the stack what it is.
    pub(crate) executed_change_set: Option<String>,
    pub(crate) disable_rollback: bool,
    pub(crate) timeout_minutes: Option<u32>,
    pub(crate) termination_protection: bool,
    pub(crate) policy: Option<String>,
    /// The exports of other stacks that this one uses.
    #[serde(default)]
    pub(crate) imports: BTreeSet<String>,
    /// Tokens of finished requests with the fingerprint of what they asked for.
    pub(crate) tokens: BTreeMap<String, String>,
    #[serde(skip)]
    pub(crate) events: Vec<Event>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) definition: Definition,
    pub(crate) description: Option<String>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) leftovers: Vec<Resource>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Policy {
    #[default]
    Delete,
    Retain,
    RetainExceptOnCreate,
    Snapshot,
}

impl Policy {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "Delete" => Self::Delete,
            "Retain" => Self::Retain,
            "RetainExceptOnCreate" => Self::RetainExceptOnCreate,
            "Snapshot" => Self::Snapshot,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    /// What `Ref` gives; empty until the resource exists.
    pub(crate) physical_id: String,
    /// The primary identifier, unique among all resources of the type in the account.
    pub(crate) identifier: String,
    pub(crate) properties: Map<String, Value>,
    pub(crate) attributes: BTreeMap<String, Value>,
    pub(crate) metadata: Option<Value>,
    pub(crate) status: ResourceStatus,
    pub(crate) status_reason: Option<String>,
    pub(crate) updated: String,
    pub(crate) deletion_policy: Policy,
    pub(crate) update_replace_policy: Policy,
    pub(crate) depends_on: BTreeSet<String>,
    /// The stack tags that were put on it.
    pub(crate) stack_tags: Vec<(String, String)>,
}

impl Resource {
    /// Whether there is something in the account that stands for it.
    pub(crate) fn exists(&self) -> bool {
        !self.physical_id.is_empty()
            && !matches!(self.status, ResourceStatus::DeleteComplete | ResourceStatus::DeleteSkipped)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) time: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    pub(crate) properties: Option<String>,
    pub(crate) token: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum OnFailure {
    #[default]
    Rollback,
    Delete,
    DoNothing,
}

/// What an operation does now. Each phase works through its tasks; the machine says which one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    Create,
    Update,
    /// Removes what an update no longer needs.
    Cleanup,
    /// Undoes a failed creation.
    Rollback,
    /// Puts resources back to what they were before a failed update.
    Revert,
    /// Removes what a reverted update had made.
    RevertCleanup,
    Delete,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(crate) phase: Phase,
    pub(crate) token: Option<String>,
    pub(crate) on_failure: OnFailure,
    pub(crate) tasks: Vec<Task>,
    pub(crate) cancelled: bool,
    /// Resources that ContinueUpdateRollback leaves alone, or DeleteStack retains.
    pub(crate) skip: BTreeSet<String>,
    pub(crate) force_delete: bool,
    pub(crate) retain_except_on_create: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) logical_id: String,
    pub(crate) action: Action,
    pub(crate) needs: BTreeSet<String>,
    pub(crate) stage: Stage,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Action {
    /// Make the resource what the template says: create, change, replace or leave it.
    Apply { next: Option<Box<Resource>>, step: Step },
    /// Put the resource back to what it was.
    Revert { to: Box<Resource> },
    /// Delete this physical resource; `current` when it is the one that the stack lists under the logical id.
    Delete { victim: Box<Resource>, current: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    Create,
    Modify,
    Replace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Waiting,
    Begun,
    Initiated,
    Done,
    Failed,
    Cancelled,
}

impl Stage {
    pub(crate) fn running(self) -> bool {
        matches!(self, Self::Begun | Self::Initiated)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created: String,
    pub(crate) status: ChangeSetStatus,
    pub(crate) status_reason: Option<String>,
    pub(crate) execution: ExecutionStatus,
    pub(crate) definition: Definition,
    pub(crate) changes: Vec<Change>,
    /// Why it will fail, found when it was made, shown when its creation ends.
    pub(crate) verdict: Option<String>,
    pub(crate) creates: bool,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) token: Option<String>,
}

/// One row of a change set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) action: ChangeAction,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) replacement: Option<Replacement>,
    pub(crate) policy_action: Option<String>,
    pub(crate) scope: Vec<String>,
    pub(crate) details: Vec<Detail>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

statuses! {
    /// What a change set does with a resource.
    ChangeAction { Add = "Add", Modify = "Modify", Remove = "Remove", }
}

statuses! {
    /// Whether a modified resource is replaced.
    Replacement { True = "True", Conditional = "Conditional", False = "False", }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Detail {
    pub(crate) attribute: String,
    pub(crate) name: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) recreation: String,
    pub(crate) dynamic: bool,
    pub(crate) source: String,
    pub(crate) cause: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// Words of a resource operation that someone wants to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FailOperation {
    /// Making the resource, also as the second half of a replacement.
    Create,
    /// Changing it in place.
    Update,
    /// Deleting it, on purpose or during a cleanup.
    Delete,
    /// Putting it back while a failed create or update is rolled back.
    Rollback,
}

/// An order to let resource operations fail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failure {
    /// The stack it concerns; all stacks when absent.
    #[serde(default)]
    pub stack_name: Option<String>,
    /// The logical id in the template.
    pub logical_id: String,
    /// Which operation fails.
    pub operation: FailOperation,
    /// The status reason that the event shows.
    #[serde(default = "default_reason")]
    pub reason: String,
    /// How often; once when absent.
    #[serde(default = "once")]
    pub times: u32,
}

fn default_reason() -> String {
    "Resource handler returned message: \"The simulator was told to fail this operation\" (HandlerErrorCode: GeneralServiceException)".into()
}

fn once() -> u32 {
    1
}

const MILLISECONDS: EncodedConfig =
    Config::DEFAULT.set_time_precision(TimePrecision::Second { decimal_digits: std::num::NonZeroU8::new(3) }).encode();

/// The present in the form that AWS answers with: `2024-05-06T07:08:09.123Z`.
pub(crate) fn now() -> String {
    // Formatting a date of our era into a String cannot fail; an empty time would be seen at once.
    OffsetDateTime::now_utc().format(&Iso8601::<MILLISECONDS>).unwrap_or_default()
}

/// A random UUID in the usual form.
pub(crate) fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// `length` random characters out of `alphabet`, as in generated physical names.
pub(crate) fn random(alphabet: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let bytes = uuid::Uuid::new_v4().into_bytes();
        text.extend(
            bytes
                .iter()
                .take(length - text.len())
                .map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])),
        );
    }
    text
}
