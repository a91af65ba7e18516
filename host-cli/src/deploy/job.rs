//! What is to be deployed, in the host's own terms: the driver knows neither the config nor the compiler.

use crate::aws::cloudformation::Stack;
use crate::error::Result;
use crate::ui::line::{Excerpt, Origin};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Name of the output that counts deploys.
pub const VERSION_OUTPUT: &str = "StpDeploymentVersion";
/// What the description of a stack of this tool starts with.
const OUR_DESCRIPTION: &str = "STP-stack";
/// A tag of every stack of this tool.
const OUR_TAG: &str = "stp:globally-unique-stack-hash";
/// Bytes of a template that fit into a request.
pub const INLINE_TEMPLATE: usize = 51_200;
/// Bytes of the largest template that CloudFormation takes from S3.
pub const LARGEST_TEMPLATE: usize = 1_000_000;

/// A packaged artifact on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Name: the first part of its key.
    pub name: String,
    /// Digest of its content, hex.
    pub digest: String,
    /// The archive.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

/// Makes the final template from the keys of the artifacts (by name) and the version: minified JSON.
pub type Render = Box<dyn Fn(&BTreeMap<String, StoredArtifact>, &str) -> Result<String> + Send + Sync>;

/// An artifact in the deployment bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredArtifact {
    /// Key.
    pub key: String,
    /// Digest.
    pub digest: String,
}

/// An alarm that rolls a deploy back when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollbackAlarm {
    /// ARN.
    pub arn: String,
    /// Logical id when the alarm belongs to this very stack: it counts from the deploy after the one that made it.
    pub logical_id: Option<String>,
}

/// A deploy.
pub struct Job {
    /// Name of the stack.
    pub stack_name: String,
    /// Name of the deployment bucket.
    pub bucket: String,
    /// Template with only what must exist before the first upload.
    pub bootstrap: String,
    /// The final template.
    pub render: Render,
    /// Code.
    pub artifacts: Vec<Artifact>,
    /// Tags of the stack.
    pub tags: Vec<(String, String)>,
    /// Role that CloudFormation acts as.
    pub role_arn: Option<String>,
    /// Topics that get the stack's events.
    pub notification_arns: Vec<String>,
    /// Alarms that roll the deploy back.
    pub rollback_alarms: Vec<RollbackAlarm>,
    /// Minutes for which the alarms are watched.
    pub monitoring_minutes: Option<i32>,
    /// Whether the stack refuses to be deleted.
    pub termination_protection: bool,
    /// Whether a failed deploy is left as it is.
    pub disable_rollback: bool,
    /// Whether something in the stack is called with every deploy, so that a deploy is never nothing to do.
    pub always: bool,
    /// Earlier versions of artifacts that are kept.
    pub keep_versions: usize,
    /// Logical ids of the CDNs whose caches are emptied when something has changed.
    pub invalidations: Vec<String>,
    /// Owner by logical id.
    pub origins: BTreeMap<String, Origin>,
    /// Config text around the owners, for frames.
    pub excerpts: BTreeMap<String, Excerpt>,
    /// Outputs that are not shown.
    pub internal_outputs: BTreeSet<String>,
    /// Outputs whose values are not shown.
    pub sensitive_outputs: BTreeSet<String>,
}

/// Whether this tool made a stack. One that was rolled back before it ever lived may have lost its description, but not its tags.
pub fn is_ours(stack: &Stack) -> bool {
    stack.description.starts_with(OUR_DESCRIPTION) || stack.tags.contains_key(OUR_TAG)
}

/// `v000042`.
pub fn version_text(number: u32) -> String {
    format!("v{number:06}")
}

/// 42 from `v000042`.
pub fn version_number(text: &str) -> Option<u32> {
    text.strip_prefix('v')?.parse().ok()
}
