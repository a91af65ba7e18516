//! `init`: a new project from a template. Nothing that is there is overwritten.

use super::result;
use crate::args::{ConfigFormat, InitArgs};
use crate::compiler;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// A project to start from.
pub struct Starter {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The config, in YAML.
    pub config: &'static str,
    /// Every other file: path and content.
    pub files: &'static [(&'static str, &'static str)],
}

/// All starters, by name.
pub static STARTERS: &[Starter] = &[
    Starter {
        id: "api",
        about: "an HTTP API over a DynamoDB table: two functions",
        config: include_str!("../../starters/api/stacktape.yml"),
        files: &[
            ("package.json", include_str!("../../starters/api/package.json")),
            ("src/create-note.ts", include_str!("../../starters/api/src/create-note.ts")),
            ("src/list-notes.ts", include_str!("../../starters/api/src/list-notes.ts")),
        ],
    },
    Starter {
        id: "container",
        about: "a web service in a container, with scaling",
        config: include_str!("../../starters/container/stacktape.yml"),
        files: &[],
    },
    Starter {
        id: "queue",
        about: "a queue with a worker, retries and an alarm",
        config: include_str!("../../starters/queue/stacktape.yml"),
        files: &[("src/worker.ts", include_str!("../../starters/queue/src/worker.ts"))],
    },
];

/// What shows the new project at work, without an account.
const NEXT: &str = "stacktape deploy --simulate --stage dev --projectName my-app";

/// Runs the command.
pub fn run(session: &Session, args: &InitArgs) -> Result<()> {
    let starter = starter(session, args)?;
    let format = format(session, args)?;
    let shown = args.project_directory.as_deref().unwrap_or(".");
    let folder = session.env.cwd.join(shown);
    let config = config(starter, format)?;
    let mut files = vec![config];
    files.extend(starter.files.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())));
    refuse_existing(&folder, shown, &files)?;
    for (path, text) in &files {
        let target = folder.join(path);
        let parent = target.parent().map(Path::to_path_buf).unwrap_or_default();
        std::fs::create_dir_all(&parent).map_err(|error| {
            Failure::new(Exit::Write, "cannot-write", format!("`{}` cannot be made: {error}", parent.display()))
                .hint("name another directory with `--projectDirectory`")
        })?;
        super::synth::write(&target, path, text)?;
    }
    let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let install = if names.contains(&"package.json") { "`npm install`, then " } else { "" };
    session.ui.say(&result(
        "init",
        format!("{} in {shown}; next: {install}`{NEXT}` there", names.join(", ")),
        [("starter", starter.id.into()), ("files", names.into())],
    ));
    Ok(())
}

/// The starter that is named, or chosen on the terminal.
fn starter(session: &Session, args: &InitArgs) -> Result<&'static Starter> {
    let list: Vec<String> = STARTERS.iter().map(|starter| format!("{}: {}", starter.id, starter.about)).collect();
    let id = match &args.starter_id {
        Some(id) => id.clone(),
        None if session.ui.is_interactive() => session.ui.ask(&format!("{}\nStarter: ", list.join("\n")))?,
        None => {
            let failure = Failure::usage("no starter was named, and there is no terminal to ask on");
            return Err(failure.hint(format!("add `--starterId NAME`; there are {}", list.join("; "))));
        }
    };
    STARTERS.iter().find(|starter| starter.id == id.trim()).ok_or_else(|| {
        Failure::usage(format!("there is no starter `{}`", id.trim())).hint(format!("there are {}", list.join("; ")))
    })
}

/// The notation that is named, or chosen on the terminal; YAML otherwise.
fn format(session: &Session, args: &InitArgs) -> Result<ConfigFormat> {
    match args.config_format {
        Some(format) => Ok(format),
        None if session.ui.is_interactive() => {
            let answer = session.ui.ask("Config in YAML or TypeScript? [yaml] ")?;
            Ok(if answer.trim().to_lowercase().starts_with('t') {
                ConfigFormat::Typescript
            } else {
                ConfigFormat::Yaml
            })
        }
        None => Ok(ConfigFormat::Yaml),
    }
}

/// The config and its name.
fn config(starter: &Starter, format: ConfigFormat) -> Result<(String, String)> {
    match format {
        ConfigFormat::Yaml => Ok(("stacktape.yml".to_string(), starter.config.to_string())),
        ConfigFormat::Typescript => match compiler::to_typescript("stacktape.yml", starter.config) {
            (Some(text), _) => Ok(("stacktape.ts".to_string(), text)),
            (None, findings) => {
                let problem = findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
                Err(Failure::new(Exit::Internal, "starter", format!("the starter `{}`: {problem}", starter.id)))
            }
        },
    }
}

/// A project is written whole or not at all.
fn refuse_existing(folder: &Path, shown: &str, files: &[(String, String)]) -> Result<()> {
    let is_there = |path: &PathBuf| std::fs::symlink_metadata(path).is_ok();
    let configs =
        ["stacktape.yml", "stacktape.yaml", "stacktape.json", "stacktape.ts", "stacktape.js", "stacktape.mjs"];
    let mut found: Vec<&str> = configs.into_iter().filter(|name| is_there(&folder.join(name))).collect();
    let others = files.iter().map(|(path, _)| path.as_str()).filter(|path| !configs.contains(path));
    found.extend(others.filter(|path| is_there(&folder.join(path))));
    if found.is_empty() {
        return Ok(());
    }
    let are = if found.len() == 1 { "is" } else { "are" };
    let message = format!("{} {are} there already in {shown}, and nothing is overwritten", found.join(", "));
    Err(Failure::new(Exit::Write, "exists", message).hint("start in another directory: `--projectDirectory NAME`"))
}
