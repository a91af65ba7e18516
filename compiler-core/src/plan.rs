//! What a host needs to know beside the template: what to package, upload, ask and explain.

use crate::model::{AlarmName, ArtifactRequest, BucketSync, DeploymentConfig, Grant, Hooks, Script};
use crate::naming::StackIdentity;
use crate::order::SortedMap;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Property of a custom resource whose only purpose is to change.
pub const EVERY_DEPLOY: &str = "forceUpdate";

/// The owner of a template resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Dotted name of the config resource; `None` for shared infrastructure and raw resources.
    pub resource: Option<String>,
    /// The config value that caused it; `None` for what every stack has.
    pub span: Option<Span>,
}

/// The value of an environment variable of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptValue {
    /// Known now.
    Known(String),
    /// The value of this output of the deployed stack.
    Output(String),
    /// Only CloudFormation knows it and it must never be shown, so no output may hold it.
    Withheld,
}

/// How a dynamic reference begins in these values, instead of `{{resolve:`: the host resolves it, and the stack itself never holds the secret.
pub const SCRIPT_REFERENCE: &str = "{{script-resolve:";

/// Something inside the VPC that a script reaches through its bastion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptTunnel {
    /// Its name in the config.
    pub resource: String,
    /// Names that stand for it in the script's variables; the tunnel leads to the first.
    pub hosts: Vec<ScriptValue>,
    /// Ports that it listens on, each with the variables that hold nothing but the port.
    pub ports: Vec<(u32, Vec<String>)>,
}

/// The bastion that a script works with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptHost {
    /// Its name in the config.
    pub resource: String,
    /// Logical id of its Auto Scaling group.
    pub group: String,
}

/// What a script needs to know of the stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptNeeds {
    /// Environment variables: its own, then those of `connectTo`; the last of a name wins.
    pub variables: Vec<(String, ScriptValue)>,
    /// The bastion that it works with.
    pub host: Option<ScriptHost>,
    /// What it reaches through the bastion.
    pub tunnels: Vec<ScriptTunnel>,
}

/// A role of the stack that scripts act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRole {
    /// The resource, as `assumeRoleOfResource` names it.
    pub resource: String,
    /// Logical id.
    pub logical_id: String,
    /// Its ARN. Whoever can read it from the stack can count on the trust that goes with it.
    pub arn: ScriptValue,
    /// The first `assumeRoleOfResource` that names it.
    pub origin: Span,
}

/// Everything about a deployment that is no template.
#[derive(Debug, Default)]
pub struct DeployPlan {
    /// Project, stage, region, account, stack name, hash.
    pub identity: StackIdentity,
    /// Name of the bucket for artifacts.
    pub deployment_bucket: String,
    /// Logical ids of the resources that must exist before artifacts can be uploaded; the first deploy creates the stack with only these.
    pub bootstrap: Vec<String>,
    /// Code to package.
    pub artifacts: Vec<ArtifactRequest>,
    /// Folders to sync after the deploy.
    pub syncs: Vec<BucketSync>,
    /// Logical ids of the CloudFront distributions whose caches are emptied (path `/*`) when the deploy is done.
    pub invalidations: Vec<String>,
    /// Logical ids of the custom resources that are called with every deploy: the host sets their property [`EVERY_DEPLOY`] to a value that differs
    /// from deploy to deploy.
    pub every_deploy: Vec<String>,
    /// Owner by logical id.
    pub origins: BTreeMap<String, Origin>,
    /// Statements of the roles, with their origins.
    pub grants: Vec<Grant>,
    /// Tags of the stack: key and value.
    pub tags: Vec<(String, String)>,
    /// Folder, relative to the config, that gets a file about the deployed stack; `None` when the config does not want one.
    pub stack_info_directory: Option<String>,
    /// The `deploymentConfig` section.
    pub deployment: DeploymentConfig,
    /// Alarms of this config that `triggerRollbackOnAlarms` names, by the name there.
    pub rollback_alarms: SortedMap<String, AlarmName>,
    /// The `hooks` section.
    pub hooks: Hooks,
    /// The `scripts` section.
    pub scripts: Vec<(Spanned<Arc<str>>, Script)>,
    /// What each script needs to know of the stack.
    pub script_needs: SortedMap<String, ScriptNeeds>,
    /// Roles that scripts act as.
    pub script_roles: Vec<ScriptRole>,
    /// Names of outputs that exist only so that a rotated secret redeploys; not shown.
    pub internal_outputs: Vec<String>,
    /// Values that must never be shown.
    pub sensitive_outputs: Vec<String>,
}
