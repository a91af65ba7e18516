//! The `stacktape` command line as a library, so that tests reach its parts; `main.rs` only calls [`start`].
//!
//! Read [`run`]: arguments become settings, settings a session, and each command is one function.

pub mod args;
pub mod aws;
pub mod commands;
pub mod compiler;
pub mod deploy;
pub mod error;
pub mod exit;
pub mod facts;
pub mod hooks;
pub mod package;
pub mod program;
pub mod resolve;
pub mod session;
pub mod settings;
pub mod ui;
pub mod upload;
pub mod world;

use args::{Command, HelpArgs, InitArgs, LogLevel, OutputFormat, SchemaArgs, UserArgs};
use error::{Failure, Result};
use exit::Exit;
use session::Session;
use settings::Environment;
use std::sync::Arc;
use ui::{Style, Ui};

/// Parses, runs, and tells how it ended.
pub fn start(argv: &[String]) -> Exit {
    let parsed = match args::parse(argv) {
        Ok(parsed) => parsed,
        Err(failure) => {
            let format = args::wants_jsonl(argv).then_some(OutputFormat::Jsonl);
            Ui::new(Style::detect(format, LogLevel::Info)).failure(&failure);
            return failure.exit;
        }
    };
    let user = user(&parsed.command);
    let format = user.output_format.or(user.agent.then_some(OutputFormat::Jsonl));
    let env = Environment::of_process();
    let debug = env.get("STP_DEBUG") == Some("true");
    let level = user.log_level.unwrap_or(if debug { LogLevel::Debug } else { LogLevel::Info });
    let ui = Arc::new(Ui::new(Style::detect(format, level)));
    let session = Session { ui, env, given: parsed.given };
    match run(&session, &parsed.command) {
        Ok(()) => Exit::Ok,
        Err(failure) => {
            session.ui.failure(&failure);
            failure.exit
        }
    }
}

/// One arm a command. What needs no network starts no runtime and makes no client.
pub fn run(session: &Session, command: &Command) -> Result<()> {
    match command {
        Command::Help(help) => {
            commands::print(session, "help", &args::help(help.command.as_deref())?);
            Ok(())
        }
        Command::Version(_) => {
            commands::print(session, "version", concat!("stacktape ", env!("CARGO_PKG_VERSION")));
            Ok(())
        }
        Command::Init(args) => commands::init::run(session, args),
        Command::Convert(args) => commands::convert::run(session, args),
        Command::Schema(args) => commands::schema::run(session, args),
        Command::Lsp(args) => commands::lsp::run(args),
        Command::Editor(args) => block_on(commands::editor::run(session, args)),
        Command::Synth(args) => commands::synth::run(session, args),
        Command::Validate(args) => commands::validate::run(session, args),
        Command::Deploy(args) => block_on(commands::deploy::run(session, args)),
        Command::Delete(args) => block_on(commands::delete::run(session, args)),
        Command::ScriptRun(args) => block_on(commands::script_run::run(session, args)),
        Command::InfoStack(args) => block_on(commands::info_stack::run(session, args)),
        Command::InfoStacks(args) => block_on(commands::info_stacks::run(session, args)),
    }
}

/// The options about output and identity, which every command but a few has.
fn user(command: &Command) -> UserArgs {
    match command {
        Command::Deploy(a) => a.user.clone(),
        Command::Delete(a) => a.user.clone(),
        Command::Editor(a) => a.user.clone(),
        Command::Synth(a) => a.user.clone(),
        Command::Validate(a) => a.user.clone(),
        Command::Convert(a) => a.user.clone(),
        Command::ScriptRun(a) => a.user.clone(),
        Command::InfoStack(a) => a.user.clone(),
        Command::InfoStacks(a) => a.user.clone(),
        Command::Lsp(_) => UserArgs::default(),
        Command::Init(InitArgs { output, .. })
        | Command::Schema(SchemaArgs { output, .. })
        | Command::Help(HelpArgs { output, .. })
        | Command::Version(output) => {
            UserArgs { agent: output.agent, output_format: output.output_format, ..UserArgs::default() }
        }
    }
}

/// Runs what needs an async runtime: commands that talk to AWS, and packaging.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Exit::Internal, "runtime", format!("no async runtime: {e}")))?;
    let result = runtime.block_on(work);
    // A question that was interrupted still waits for its answer on a thread; nobody waits for that.
    runtime.shutdown_background();
    result
}
