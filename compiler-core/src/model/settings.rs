//! The config's sections beside `resources`: stack and deployment settings, scripts, hooks, providers.

use crate::decode::{Decode, Dict, Raw, Val};
use crate::describe::Describe;
use crate::source::{Span, Spanned};

/// A tag.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Tag {
    /// Key; at most 128 characters.
    #[config(length = 1..=128)]
    pub name: Spanned<String>,
    /// Value; at most 256 characters.
    #[config(length = 0..=256)]
    pub value: Val<String>,
}

/// A key and its value.
#[derive(Clone, Debug, Decode, Describe)]
pub struct KeyValue {
    /// Key.
    pub key: String,
    /// Value.
    pub value: Val<String>,
}

/// Settings of the stack.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct StackConfig {
    /// Values to show after a deploy, and to read from other stacks.
    pub outputs: Option<Vec<StackOutputConfig>>,
    /// Tags of the stack and of every resource that takes tags; at most 45.
    #[config(items = 0..=45)]
    pub tags: Option<Vec<Tag>>,
    /// Whether information about the stack is not saved beside the config after a deploy.
    #[config(default = false)]
    pub disable_stack_info_saving: bool,
    /// Folder for the saved information.
    #[config(default = ".stacktape-stack-info/")]
    pub stack_info_directory: Option<String>,
    /// The network that the stack's resources join.
    pub vpc: Option<VpcSettings>,
}

/// One output of the stack.
#[derive(Clone, Debug, Decode, Describe)]
pub struct StackOutputConfig {
    /// Name, letters and digits.
    pub name: Spanned<String>,
    /// Value.
    pub value: Raw,
    /// What the value is for.
    pub description: Option<String>,
    /// Whether other stacks can read it with `$CfStackOutput` and `$StackOutput`.
    #[config(default = false)]
    pub export: bool,
}

/// The network that the stack's resources join.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct VpcSettings {
    /// A VPC that exists already, instead of one of the stack's own.
    pub reuse_vpc: Option<VpcReuse>,
    /// NAT gateways for workloads in private subnets.
    pub nat: Option<NatSettings>,
}

/// Which VPC to reuse: by id, or by the project and stage of the stack that owns it.
#[derive(Clone, Debug, Decode, Describe)]
pub struct VpcReuse {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Project of the stack that owns the VPC.
    pub project_name: Option<Spanned<String>>,
    /// Stage of the stack that owns the VPC.
    pub stage: Option<Spanned<String>>,
    /// Id of the VPC.
    pub vpc_id: Option<Spanned<String>>,
}

/// NAT gateways for workloads in private subnets.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct NatSettings {
    /// Number of availability zones with a NAT gateway; each costs money by the hour.
    #[config(range = 1..=3, default = 2)]
    pub availability_zones: Option<Spanned<u32>>,
}

/// Settings of deployments.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct DeploymentConfig {
    /// Whether the stack refuses to be deleted.
    #[config(default = false)]
    pub termination_protection: bool,
    /// ARN of the role that CloudFormation assumes; the caller's rights when not given.
    pub cloudformation_role_arn: Option<Val<String>>,
    /// Alarms (ARNs, or `resource.alarms.0`) that roll the deployment back when they fire.
    #[config(names = "any", items = 0..=5)]
    pub trigger_rollback_on_alarms: Option<Vec<Val<String>>>,
    /// How long the alarms are watched after the deployment.
    #[config(range = 0..=180, unit = "minutes", default = 0)]
    pub monitoring_time_after_deployment_in_minutes: Option<Spanned<u32>>,
    /// Whether a failed deployment is left as it is instead of rolled back.
    #[config(default = false)]
    pub disable_auto_rollback: bool,
    /// ARNs of SNS topics that get the stack's events.
    #[config(items = 0..=5)]
    pub publish_events_to_arn: Option<Vec<Val<String>>>,
    /// Number of earlier versions whose artifacts are kept for a rollback.
    #[config(range = 0..=10000, default = 25)]
    pub previous_versions_to_keep: Option<Spanned<u32>>,
    /// Whether uploads do not use S3 transfer acceleration.
    #[config(default = false)]
    pub disable_s3_transfer_acceleration: bool,
}

/// Scripts that run around commands.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct Hooks {
    /// Before a deploy.
    pub before_deploy: Option<Vec<HookStep>>,
    /// After a deploy.
    pub after_deploy: Option<Vec<HookStep>>,
    /// Before a delete.
    pub before_delete: Option<Vec<HookStep>>,
    /// After a delete.
    pub after_delete: Option<Vec<HookStep>>,
    /// Before a bucket is synced.
    pub before_bucket_sync: Option<Vec<HookStep>>,
    /// After a bucket is synced.
    pub after_bucket_sync: Option<Vec<HookStep>>,
    /// Before the development mode starts.
    pub before_dev: Option<Vec<HookStep>>,
    /// After the development mode ends.
    pub after_dev: Option<Vec<HookStep>>,
}

impl Hooks {
    /// Every step of every hook.
    pub fn steps(&self) -> impl Iterator<Item = &HookStep> {
        [
            &self.before_deploy,
            &self.after_deploy,
            &self.before_delete,
            &self.after_delete,
            &self.before_bucket_sync,
            &self.after_bucket_sync,
            &self.before_dev,
            &self.after_dev,
        ]
        .into_iter()
        .flatten()
        .flatten()
    }
}

/// One step of a hook.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HookStep {
    /// A script of the `scripts` section.
    #[config(names = "script")]
    pub script_name: Spanned<String>,
    /// Whether it is skipped on CI machines.
    #[config(rename = "skipOnCI", default = false)]
    pub skip_on_ci: bool,
    /// Whether it is skipped on developers' machines.
    #[config(default = false)]
    pub skip_on_local: bool,
}

/// A script of the `scripts` section.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum Script {
    /// Runs on the machine that runs the command.
    #[config(name = "local-script")]
    Local(LocalScript),
    /// Runs on the bastion instance of the stack.
    #[config(name = "bastion-script")]
    Bastion(BastionScript),
    /// Runs on the machine that runs the command, with tunnels through the bastion to what `connectTo` names.
    #[config(name = "local-script-with-bastion-tunneling")]
    Tunnel(ScriptWithTunnel),
}

impl Script {
    /// Its own variables.
    pub fn environment(&self) -> &[ScriptVariable] {
        let own = match self {
            Self::Local(s) => &s.environment,
            Self::Bastion(s) => &s.environment,
            Self::Tunnel(s) => &s.environment,
        };
        own.as_deref().unwrap_or_default()
    }

    /// Bastion that it names.
    pub fn bastion_resource(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Local(_) => None,
            Self::Bastion(s) => s.bastion_resource.as_ref(),
            Self::Tunnel(s) => s.bastion_resource.as_ref(),
        }
    }

    /// Resource whose role it acts as.
    pub fn assume_role_of_resource(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Local(s) => s.assume_role_of_resource.as_ref(),
            Self::Bastion(s) => s.assume_role_of_resource.as_ref(),
            Self::Tunnel(s) => s.assume_role_of_resource.as_ref(),
        }
    }

    /// Resources whose variables it gets.
    pub fn connect_to(&self) -> Option<&Vec<Spanned<String>>> {
        match self {
            Self::Local(s) => s.connect_to.as_ref(),
            Self::Bastion(s) => s.connect_to.as_ref(),
            Self::Tunnel(s) => s.connect_to.as_ref(),
        }
    }
}

/// One environment variable of a script.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ScriptVariable {
    /// Name.
    pub name: String,
    /// Value: text, a number or a boolean.
    pub value: Raw,
}

/// A script on the machine that runs the command. Exactly one of the `execute…` properties is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct LocalScript {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Path of a script file (JavaScript, TypeScript, Python).
    pub execute_script: Option<Spanned<String>>,
    /// A shell command.
    pub execute_command: Option<Spanned<String>>,
    /// Paths of script files, run one after the other.
    pub execute_scripts: Option<Spanned<Vec<String>>>,
    /// Shell commands, run one after the other.
    pub execute_commands: Option<Spanned<Vec<String>>>,
    /// Working directory, relative to the config.
    pub cwd: Option<String>,
    /// Whether output is shown while the script runs.
    #[config(default = true)]
    pub pipe_stdio: bool,
    /// Resources whose variables the script gets.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Environment variables.
    pub environment: Option<Vec<ScriptVariable>>,
    /// Resource whose role the script assumes.
    #[config(names = "any")]
    pub assume_role_of_resource: Option<Spanned<String>>,
}

/// A script on the bastion instance. Exactly one of the `execute…` properties is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BastionScript {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Bastion to run on; the only one when not given.
    #[config(names = "bastion")]
    pub bastion_resource: Option<Spanned<String>>,
    /// A shell command.
    pub execute_command: Option<Spanned<String>>,
    /// Shell commands, run one after the other.
    pub execute_commands: Option<Spanned<Vec<String>>>,
    /// Working directory on the instance.
    #[config(default = "/")]
    pub cwd: Option<String>,
    /// Resources whose variables the script gets.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Environment variables.
    pub environment: Option<Vec<ScriptVariable>>,
    /// Resource whose role the script assumes.
    #[config(names = "any")]
    pub assume_role_of_resource: Option<Spanned<String>>,
}

/// A local script with tunnels. Exactly one of the `execute…` properties is given.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ScriptWithTunnel {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Bastion to tunnel through; the only one when not given.
    #[config(names = "bastion")]
    pub bastion_resource: Option<Spanned<String>>,
    /// Path of a script file (JavaScript, TypeScript, Python).
    pub execute_script: Option<Spanned<String>>,
    /// A shell command.
    pub execute_command: Option<Spanned<String>>,
    /// Paths of script files, run one after the other.
    pub execute_scripts: Option<Spanned<Vec<String>>>,
    /// Shell commands, run one after the other.
    pub execute_commands: Option<Spanned<Vec<String>>>,
    /// Working directory, relative to the config.
    pub cwd: Option<String>,
    /// Whether output is shown while the script runs.
    #[config(default = true)]
    pub pipe_stdio: bool,
    /// Resources whose variables the script gets; those inside the VPC are reached through a tunnel.
    #[config(names = "target")]
    pub connect_to: Option<Vec<Spanned<String>>>,
    /// Environment variables.
    pub environment: Option<Vec<ScriptVariable>>,
    /// Resource whose role the script assumes.
    #[config(names = "any")]
    pub assume_role_of_resource: Option<Spanned<String>>,
}

/// A custom directive.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DirectiveDefinition {
    /// Name without the `$`.
    pub name: Spanned<String>,
    /// File that exports it, with an optional `:export`.
    pub file_path: Spanned<String>,
}

/// Credentials of third-party providers.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct ProviderConfig {
    /// MongoDB Atlas.
    pub mongo_db_atlas: Option<Raw>,
    /// Upstash.
    pub upstash: Option<Raw>,
}

/// Every root section but `resources`.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct Sections {
    /// Outdated way to name the project.
    pub service_name: Option<Spanned<String>>,
    /// Credentials of third-party providers.
    pub provider_config: Option<ProviderConfig>,
    /// Values for `$Var`.
    pub variables: Option<Dict<Raw>>,
    /// Scripts that run around commands.
    pub hooks: Option<Hooks>,
    /// Scripts by name.
    pub scripts: Option<Dict<Script>>,
    /// Custom directives.
    pub directives: Option<Vec<DirectiveDefinition>>,
    /// Settings of deployments.
    pub deployment_config: Option<DeploymentConfig>,
    /// Settings of the stack.
    pub stack_config: Option<StackConfig>,
    /// Raw CloudFormation resources by logical id.
    pub cloudformation_resources: Option<Dict<Raw>>,
}
