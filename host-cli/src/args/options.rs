//! The options of each command. Their doc comments are the help texts.

use super::{LogLevel, OutputFormat, Runner};
use clap::{Args, ValueEnum};

/// How output looks and who acts.
#[derive(Clone, Debug, Default, Args)]
#[command(rename_all = "camelCase")]
pub struct UserArgs {
    /// AWS profile of ~/.aws [default: AWS_PROFILE, then `default`]
    #[arg(long)]
    pub profile: Option<String>,
    /// How much is said
    #[arg(long, value_enum)]
    pub log_level: Option<LogLevel>,
    /// Twelve-digit account id that the credentials must belong to
    #[arg(long)]
    pub aws_account: Option<String>,
    /// For programs: no questions, JSON lines
    #[arg(long)]
    pub agent: bool,
    /// `tty` with progress, `plain` lines, or `jsonl`: one JSON object a line [default: tty on a terminal, else plain]
    #[arg(long, value_enum)]
    pub output_format: Option<OutputFormat>,
}

/// How output looks, for commands that need nothing else.
#[derive(Clone, Debug, Default, Args)]
#[command(rename_all = "camelCase")]
pub struct OutputArgs {
    /// For programs: JSON lines
    #[arg(long)]
    pub agent: bool,
    /// `tty` or `plain` text, or `jsonl`: one JSON object a line
    #[arg(long, value_enum)]
    pub output_format: Option<OutputFormat>,
}

/// Which stack.
#[derive(Clone, Debug, Default, Args)]
#[command(rename_all = "camelCase")]
pub struct TargetArgs {
    /// Stage such as `dev` or `prod`: lower-case letters, digits, dashes; 2 characters or more
    #[arg(long)]
    pub stage: Option<String>,
    /// AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, then the profile's region]
    #[arg(long)]
    pub region: Option<String>,
    /// Name of the project; the stack is called `{projectName}-{stage}`
    #[arg(long)]
    pub project_name: Option<String>,
}

/// Which config.
#[derive(Clone, Debug, Default, Args)]
#[command(rename_all = "camelCase")]
pub struct ConfigArgs {
    /// The config file [default: stacktape.yml, .yaml, .json, .ts, .js or .mjs in the working directory]
    #[arg(long)]
    pub config_path: Option<String>,
    /// Directory that relative paths start from [default: the config's directory]
    #[arg(long)]
    pub current_working_directory: Option<String>,
    /// Environment variables that the code of the config may read, beside CI, NODE_ENV, STP_… and STACKTAPE_…
    #[arg(long, num_args = 1.., value_name = "NAME")]
    pub allow_env: Vec<String>,
    /// The code of the config may see the clock: its template may then differ from one run to the next
    #[arg(long)]
    pub allow_clock: bool,
    /// The code of the config gets random values: its template then differs from one run to the next
    #[arg(long)]
    pub allow_random: bool,
    /// Evaluate a TypeScript or JavaScript config with the Node of this machine, without the sandbox
    #[arg(long)]
    pub unsafe_node: bool,
    /// Run custom directives that are written in Python with the python3 of this machine, without a sandbox
    #[arg(long)]
    pub unsafe_python: bool,
    /// Template of the vendor's console; not in this version
    #[arg(long)]
    pub template_id: Option<String>,
}

/// What offline commands are told about the account.
#[derive(Clone, Debug, Default, Args)]
#[command(rename_all = "camelCase")]
pub struct FactArgs {
    /// Twelve-digit id of the target account
    #[arg(long)]
    pub aws_account_id: Option<String>,
    /// JSON file with facts about the account (domains, secret versions, …) for work without network
    #[arg(long)]
    pub facts: Option<String>,
}

/// Options of `synth`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct SynthArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Where to write: `.json` gives JSON, everything else YAML; `-` is standard output [default: compiled-template.yaml; none with --explain]
    #[arg(long)]
    pub out_file: Option<String>,
    /// List what the config makes: every template resource and every IAM statement, with the config line that asked for it
    #[arg(long)]
    pub explain: bool,
    /// Accepted for compatibility: nothing temporary is written
    #[arg(long)]
    pub preserve_temp_files: bool,
}

/// Options of `validate`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct ValidateArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Package the code too
    #[arg(long)]
    pub with_package: bool,
    /// Package the code and have CloudFormation check the template; not in this version
    #[arg(long)]
    pub thorough: bool,
}

/// Options of `deploy`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct DeployArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Deploy to a simulator in this process: no AWS, no credentials; its state is kept under .stacktape/simulator
    #[arg(long)]
    pub simulate: bool,
    /// Do not ask before replacing or deleting something that holds no data
    #[arg(long)]
    pub auto_confirm_operation: bool,
    /// Resources holding data that may be replaced or deleted, by name
    #[arg(long, num_args = 1.., value_name = "NAME")]
    pub allow_replace: Vec<String>,
    /// Keep what was made when a deploy fails, instead of rolling back
    #[arg(long)]
    pub disable_auto_rollback: bool,
    /// Package everything again
    #[arg(long)]
    pub no_cache: bool,
    /// Show sensitive output values
    #[arg(long)]
    pub show_sensitive_values: bool,
    /// Update code without CloudFormation; not in this version
    #[arg(long)]
    pub hot_swap: bool,
    /// Where the deploy runs; only `local` in this version
    #[arg(long, value_enum, default_value = "local")]
    pub runner: Runner,
    /// Accepted for compatibility: drift is not looked for in this version
    #[arg(long)]
    pub disable_drift_detection: bool,
    /// Accepted for compatibility: no shared layers are made in this version
    #[arg(long)]
    pub disable_layer_optimization: bool,
    /// Accepted for compatibility: no image is built in this version
    #[arg(long)]
    pub disable_docker_remote_cache: bool,
    /// Accepted for compatibility: no image is built in this version
    #[arg(long, num_args = 1..)]
    pub docker_args: Vec<String>,
    /// Accepted for compatibility: nothing temporary is written
    #[arg(long)]
    pub preserve_temp_files: bool,
}

/// Options of `delete`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct DeleteArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Delete from the simulator of `deploy --simulate`
    #[arg(long)]
    pub simulate: bool,
    /// Do not ask
    #[arg(long)]
    pub auto_confirm_operation: bool,
}

/// Options of `script:run`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct ScriptRunArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Name of the script in `scripts`
    #[arg(long, value_name = "NAME")]
    pub script_name: Option<String>,
    /// More variables of the script; they win over those of the config
    #[arg(long, num_args = 1.., value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Act as the role of this resource, one that a script of the config acts as
    #[arg(long, value_name = "NAME")]
    pub assume_role_of_resource: Option<String>,
    /// Ask the simulator of `deploy --simulate` about the stack
    #[arg(long)]
    pub simulate: bool,
}

/// Options of `info:stack`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct InfoStackArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Name of the stack, instead of project and stage
    #[arg(long)]
    pub stack_name: Option<String>,
    /// Read from the simulator of `deploy --simulate`
    #[arg(long)]
    pub simulate: bool,
}

/// Options of `info:stacks`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct InfoStacksArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Read from the simulator of `deploy --simulate`
    #[arg(long)]
    pub simulate: bool,
}

/// Options of `editor`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct EditorArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shared options.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
}

/// Options of `schema`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct SchemaArgs {
    /// Shared options.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Where to write; `-` is standard output
    #[arg(long, default_value = "-")]
    pub out_file: String,
}

/// Options of `convert`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct ConvertArgs {
    /// Shared options.
    #[command(flatten)]
    pub user: UserArgs,
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// Shared options.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Where to write, a file that is not there yet; `-` is standard output
    #[arg(long, default_value = "-")]
    pub out_file: String,
}

/// Options of `init`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct InitArgs {
    /// Shared options.
    #[command(flatten)]
    pub output: OutputArgs,
    /// What to start from: `api`, `container` or `queue` [default: asked on a terminal]
    #[arg(long, value_name = "NAME")]
    pub starter_id: Option<String>,
    /// Notation of the config [default: yaml]
    #[arg(long, value_enum)]
    pub config_format: Option<ConfigFormat>,
    /// Where the project goes [default: the working directory]
    #[arg(long)]
    pub project_directory: Option<String>,
}

/// Notation of a config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// `stacktape.yml`.
    #[value(alias = "yml")]
    Yaml,
    /// `stacktape.ts`.
    #[value(alias = "ts")]
    Typescript,
}

/// Options of `lsp`. What the editor says about the stack goes before them.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct LspArgs {
    /// Shared options.
    #[command(flatten)]
    pub target: TargetArgs,
    /// AWS profile, for configs that read it
    #[arg(long)]
    pub profile: Option<String>,
    /// A config whose name is not stacktape.yml, .yaml or .json
    #[arg(long)]
    pub config_path: Option<String>,
    /// File with facts about the account
    #[arg(long)]
    pub facts: Option<String>,
    /// Accepted, because editors pass it; there is no other way
    #[arg(long)]
    pub stdio: bool,
}

/// Options of `help`.
#[derive(Clone, Debug, Args)]
#[command(rename_all = "camelCase")]
pub struct HelpArgs {
    /// Shared options.
    #[command(flatten)]
    pub output: OutputArgs,
    /// The command to explain
    #[arg(long)]
    pub command: Option<String>,
}
