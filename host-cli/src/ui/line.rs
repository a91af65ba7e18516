//! What the host says, as data. For programs each of these is one JSON object a line (`docs/jsonl.md`); for people `text.rs` renders it.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A place in a source file; lines and columns are 1-based, columns count Unicode characters, the end is exclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

/// A byte range of a source text, for frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Path as shown.
    pub file: String,
    /// The whole file.
    pub text: Arc<str>,
    /// Bytes of the finding.
    pub range: std::ops::Range<usize>,
}

/// A finding of the compiler or of packaging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// `error` or `warning`.
    pub severity: Severity,
    /// Stable name of the class of mistake.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Where; absent when the finding is about no place.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// Next steps.
    pub hints: Vec<String>,
    /// Other places that take part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// The text around the place, for frames.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// What is there.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// The text around it.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Nothing can be made from the config.
    Error,
    /// It works; the user should know.
    Warning,
}

/// The config resource that a template resource belongs to, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// Name in the config; absent for what the stack needs as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The owning place.
    #[serde(flatten)]
    pub place: Option<Place>,
}

/// What a change set does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// Made new.
    Create,
    /// Changed in place.
    Update,
    /// Perhaps replaced: CloudFormation decides while it runs.
    MayReplace,
    /// Made new; the old one is removed.
    Replace,
    /// Removed.
    Delete,
}

/// One resource in a change set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What happens.
    pub action: ChangeKind,
    /// Logical id in the template.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// Whether the type holds data that a replacement or deletion could lose.
    pub holds_data: bool,
    /// Whether this change is likely to lose it.
    pub data_at_risk: bool,
    /// Names of the changed properties.
    pub properties: Vec<String>,
    /// Whose it is.
    #[serde(flatten)]
    pub origin: Origin,
}

/// One event of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventLine {
    /// RFC 3339, UTC.
    pub time: String,
    /// Logical id.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// Resource status such as `CREATE_COMPLETE`.
    pub status: String,
    /// CloudFormation's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whose it is.
    #[serde(flatten)]
    pub origin: Origin,
}

/// A resource that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// Logical id.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// CloudFormation's words without ids and noise.
    pub reason: String,
    /// Whose it is.
    #[serde(flatten)]
    pub origin: Origin,
    /// The config text around the place, for frames.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
    /// Next steps.
    pub hints: Vec<String>,
}

/// One resource of the template and what made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// Logical id.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// Whose it is.
    #[serde(flatten)]
    pub origin: Origin,
}

/// One IAM statement and what asked for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Right {
    /// Logical id of the resource that holds the statement.
    pub logical_id: String,
    /// In what kind of policy it stands.
    pub access: Access,
    /// `Effect`, `Action`, `Resource`, `Principal`, `Condition` as CloudFormation gets them; for a managed policy its ARN.
    pub statement: serde_json::Value,
    /// What asked for it.
    #[serde(flatten)]
    pub origin: Origin,
    /// The statement for people.
    #[serde(skip)]
    pub text: StatementText,
    /// The config line.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// In what kind of policy a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// What a role may do.
    Role,
    /// An AWS managed policy of a role.
    ManagedPolicy,
    /// Who may assume a role.
    Trust,
    /// Whom a resource lets in.
    Resource,
}

/// The parts of a statement in short notation (`${FilesBucket.Arn}/*`); empty where the statement has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementText {
    /// Whether it denies.
    pub denies: bool,
    /// Who may do it.
    pub principal: String,
    /// What; the ARN of a managed policy.
    pub action: String,
    /// On what.
    pub resource: String,
    /// When.
    pub condition: String,
}

/// One stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackLine {
    /// Name.
    pub stack_name: String,
    /// Status.
    pub status: String,
    /// Why it has this status, when CloudFormation says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Project, from the stack's description.
    pub project_name: String,
    /// Stage, from the stack's description.
    pub stage: String,
    /// Deployed version such as `v000003`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// RFC 3339.
    pub created: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Outputs by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, String>,
    /// Resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceLine>,
}

/// One resource of a deployed stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceLine {
    /// Logical id.
    pub logical_id: String,
    /// CloudFormation type.
    pub resource_type: String,
    /// Physical id.
    pub physical_id: String,
    /// Status.
    pub status: String,
}

/// How important a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// For those who look for a mistake.
    Debug,
    /// Good to know.
    Info,
    /// Better read.
    Warning,
}

/// Everything that can be said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    /// A finding in the config.
    Diagnostic(Finding),
    /// What ended the command.
    Error {
        /// Stable name.
        code: String,
        /// What is wrong.
        message: String,
        /// Next steps.
        hints: Vec<String>,
        /// The exit code that follows.
        exit_code: u8,
    },
    /// A remark.
    Message {
        /// Importance.
        level: Level,
        /// One line.
        text: String,
    },
    /// A phase begins.
    Phase {
        /// `compile`, `package`, `bootstrap`, `upload`, `changes`, `deploy`, …
        name: String,
        /// For people.
        text: String,
    },
    /// A phase ended.
    PhaseDone {
        /// Name of the phase.
        name: String,
        /// What came of it, for people.
        text: String,
        /// Wall-clock milliseconds.
        duration_ms: u64,
        /// Whether what the phase was for did not come about; left out when it did.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        failed: bool,
    },
    /// One object was uploaded.
    Upload {
        /// Object key.
        key: String,
        /// Size.
        bytes: u64,
    },
    /// One resource of the change set.
    Change(Change),
    /// One stack event.
    Event(EventLine),
    /// A resource that failed, root causes first.
    Cause(Cause),
    /// One resource of the template, for `synth --explain`.
    Resource(Made),
    /// One IAM statement of the template, for `synth --explain`.
    Statement(Right),
    /// One stack of `info:stack` or `info:stacks`.
    Stack(StackLine),
    /// The template that `synth --outFile -` was asked for.
    Template {
        /// The template.
        template: serde_json::Value,
    },
    /// The last line of a successful command.
    Result {
        /// The command.
        command: String,
        /// 0.
        exit_code: u8,
        /// One line for people.
        text: String,
        /// Stack outputs by name.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, String>,
        /// Milliseconds by phase, in order.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        phases: Vec<(String, u64)>,
        /// What else belongs to the command: `stackName`, `status`, `uploaded`, `outFile`, …
        #[serde(flatten)]
        more: serde_json::Map<String, serde_json::Value>,
    },
}
