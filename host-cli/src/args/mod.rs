//! The command line. The clap definitions here are the one source of the help texts; [`normalise`] brings every accepted spelling into
//! their form first.

mod normalise;
mod options;
mod table;

pub use options::*;

use crate::error::{Failure, Result};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use serde_json::Value;
use std::collections::BTreeMap;

/// Turns stacktape.yml into a CloudFormation stack: synth, validate, deploy, delete.
#[derive(Debug, Parser)]
#[command(
    name = "stacktape",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// One variant a command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Package, upload and create or update the stack
    Deploy(DeployArgs),
    /// Empty the stack's own buckets and delete the stack
    Delete(DeleteArgs),
    /// Write the CloudFormation template; needs no network and no credentials
    Synth(SynthArgs),
    /// Check the config; needs no network and no credentials
    Validate(ValidateArgs),
    /// Run a script of the config, here or on a bastion, with what the deployed stack tells it
    #[command(name = "script:run")]
    ScriptRun(ScriptRunArgs),
    /// Show one deployed stack: state, outputs, resources
    #[command(name = "info:stack")]
    InfoStack(InfoStackArgs),
    /// List the stacks of this tool in a region
    #[command(name = "info:stacks")]
    InfoStacks(InfoStacksArgs),
    /// Start a project from a template; overwrites nothing
    Init(InitArgs),
    /// Write the config in the other notation: YAML and JSON as TypeScript, a program as YAML
    Convert(ConvertArgs),
    /// Open the config in the editor: a page in your browser, served by this command
    Editor(EditorArgs),
    /// Print the JSON schema of the config, for editors
    Schema(SchemaArgs),
    /// Serve editors over standard input and output (Language Server Protocol)
    Lsp(LspArgs),
    /// Show the commands, or the options of one command
    Help(HelpArgs),
    /// Print the version
    Version(OutputArgs),
}

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum LogLevel {
    /// Errors only.
    Error,
    /// What a person wants to know.
    #[default]
    Info,
    /// Every step.
    Debug,
}

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// A terminal: colours, one moving line.
    Tty,
    /// Plain lines.
    Plain,
    /// One JSON object a line.
    Jsonl,
}

/// Where a deploy runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Runner {
    /// On this machine.
    Local,
    /// On AWS CodeBuild.
    Codebuild,
    /// On a machine that the vendor keeps warm.
    Ec2,
}

/// A parsed command line.
#[derive(Debug)]
pub struct Parsed {
    /// The command with its options.
    pub command: Command,
    /// What `$CliArgs` sees.
    pub given: BTreeMap<String, Value>,
}

/// Parses the arguments after the program's name.
pub fn parse(args: &[String]) -> Result<Parsed> {
    let normal = normalise::normalise(args, &Cli::command())?;
    let argv = std::iter::once("stacktape".to_owned()).chain(normal.argv);
    match Cli::try_parse_from(argv) {
        Ok(cli) => Ok(Parsed { command: cli.command, given: normal.given }),
        Err(error) => {
            // clap adds a usage block after an empty line; the first paragraph is the message.
            let text = error.render().to_string();
            let message = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n").next().unwrap_or_default();
            let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
            Err(Failure::usage(message).hint("`stacktape help COMMAND` lists the options of a command"))
        }
    }
}

/// Output format as far as it can be seen without parsing, so that a mistake on the command line is reported in it.
pub fn wants_jsonl(args: &[String]) -> bool {
    let own = args.iter().take_while(|a| *a != "--").map(|a| a.trim_start_matches('-').to_lowercase().replace('-', ""));
    let own: Vec<String> = own.collect();
    own.iter().any(|a| matches!(a.as_str(), "agent" | "ag" | "outputformat=jsonl" | "ofmt=jsonl"))
        || own.windows(2).any(|w| matches!(w[0].as_str(), "outputformat" | "ofmt") && w[1] == "jsonl")
}

/// Adds the short names to an option's help.
fn with_aliases(arg: clap::Arg) -> clap::Arg {
    let row = table::OPTIONS.iter().find(|row| arg.get_long() == Some(row.name));
    match row.map(|row| row.aliases).filter(|aliases| !aliases.is_empty()) {
        Some(aliases) => {
            let short: Vec<String> = aliases.iter().map(|a| format!("-{a}")).collect();
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            arg.help(format!("{help} [short: {}]", short.join(", ")))
        }
        None => arg,
    }
}

/// The help page: all commands, or one.
pub fn help(about: Option<&str>) -> Result<String> {
    let mut clap = Cli::command().mut_subcommands(|command| command.mut_args(with_aliases));
    clap.build();
    let Some(name) = about else { return Ok(clap.render_help().to_string()) };
    let known = normalise::normalise(&["help".into(), "--command".into(), name.into()], &Cli::command())?;
    let name = known.argv.last().and_then(|a| a.strip_prefix("--command=")).unwrap_or(name).to_owned();
    let name =
        table::OLDER_COMMANDS.iter().find(|(old, ..)| *old == name).map_or(name, |(_, new, _)| (*new).to_owned());
    match clap.find_subcommand_mut(&name) {
        Some(command) => Ok(command.render_help().to_string()),
        None => Err(normalise::normalise(std::slice::from_ref(&name), &Cli::command())
            .err()
            .unwrap_or_else(|| Failure::usage(format!("there is no command `{name}`")))),
    }
}
