//! Hooks: the scripts of the config that run on this machine before and after a deploy.
//!
//! A script gets this process's environment and its own variables. What it prints is shown line by line as a message, so that standard output stays
//! for results and JSON lines stay JSON. Deliberately absent: `connectTo` and `assumeRoleOfResource` of scripts, and scripts on bastions; a hook that
//! needs them is named in a warning, never passed over in silence.

use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Environment;
use crate::ui::Ui;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

/// Lines of a silent script's output that are shown when it fails.
const LAST_LINES: usize = 20;

/// One step of a hook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Name of the script in the config.
    pub script: String,
    /// What runs, or why this version cannot run it.
    pub runs: std::result::Result<Script, String>,
    /// Whether it is skipped on CI machines.
    pub skip_on_ci: bool,
    /// Whether it is skipped elsewhere.
    pub skip_on_local: bool,
}

/// A script that runs on this machine.
#[derive(Clone, Debug)]
pub struct Script {
    /// What runs, one after the other.
    pub steps: Vec<Run>,
    /// Working directory, relative to the project.
    pub cwd: Option<String>,
    /// Whether its output is shown while it runs; else only when it fails.
    pub show_output: bool,
    /// Its own variables.
    pub environment: Vec<(String, String)>,
}

/// One thing to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// A command for the shell.
    Command(String),
    /// A script file, relative to the project.
    File(String),
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Command(text) | Self::File(text)) = self;
        f.write_str(text)
    }
}

/// Runs the steps of the hook `when`, such as `beforeDeploy`. The first that fails ends the command; `consequence` says what that means.
pub async fn run(
    ui: &Ui,
    env: &Environment,
    root: &Path,
    when: &'static str,
    hooks: &[Hook],
    consequence: &str,
) -> Result<()> {
    let ci = env.get("CI").is_some_and(|v| v != "false" && v != "0");
    for hook in hooks {
        let name = &hook.script;
        if (ci && hook.skip_on_ci) || (!ci && hook.skip_on_local) {
            ui.info(format!("hooks.{when}: `{name}` is skipped {}", if ci { "on CI" } else { "outside CI" }));
            continue;
        }
        let script = match &hook.runs {
            Ok(script) => script,
            Err(why) => {
                ui.warn(format!("hooks.{when}: `{name}` is not run in this version: {why}; run it yourself"));
                continue;
            }
        };
        let phase = ui.begin("hook", format!("hooks.{when}: running `{name}`"));
        for step in &script.steps {
            let ended = execute(ui, root, script, step).await?;
            if let Err((what, output)) = ended {
                for line in output {
                    ui.info(format!("  {line}"));
                }
                return Err(Failure::new(
                    Exit::Script,
                    "script-failed",
                    format!("the script `{name}` (hooks.{when}) failed: `{step}` {what}"),
                )
                .hint(consequence));
            }
        }
        ui.done(&phase, format!("`{name}` ran"));
    }
    Ok(())
}

/// Runs one thing to its end; the error is how it ended and what it had printed unseen.
async fn execute(
    ui: &Ui,
    root: &Path,
    script: &Script,
    step: &Run,
) -> Result<std::result::Result<(), (String, Vec<String>)>> {
    let mut command = match step {
        Run::Command(text) => shell(text),
        Run::File(path) => interpreter(&root.join(path), path).await?,
    };
    let cwd = script.cwd.as_ref().map_or_else(|| root.to_owned(), |dir| root.join(dir));
    if !cwd.is_dir() {
        return Err(Failure::new(Exit::Script, "no-directory", format!("there is no folder {}", cwd.display()))
            .hint("`cwd` of a script is relative to the config"));
    }
    command.current_dir(cwd).envs(script.environment.iter().map(|(k, v)| (k, v))).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let cannot = |e: std::io::Error| {
        Failure::new(Exit::Script, "script-failed", format!("`{program}` cannot be started for `{step}`: {e}"))
            .hint(format!("install {program}, or check PATH"))
    };
    let mut child = command.spawn().map_err(cannot)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (mut unseen, errors) =
        tokio::join!(drain(ui, stdout, script.show_output), drain(ui, stderr, script.show_output));
    unseen.extend(errors);
    let status = child.wait().await;
    let status =
        status.map_err(|e| Failure::new(Exit::Script, "script-failed", format!("`{step}` was lost sight of: {e}")))?;
    if status.success() {
        return Ok(Ok(()));
    }
    let what = status.code().map_or_else(|| "was killed".to_owned(), |code| format!("ended with exit code {code}"));
    let skipped = unseen.len().saturating_sub(LAST_LINES);
    Ok(Err((what, unseen.split_off(skipped))))
}

/// Reads a stream to its end, showing each line or keeping it.
async fn drain(ui: &Ui, stream: Option<impl AsyncRead + Unpin>, show: bool) -> Vec<String> {
    let mut kept = vec![];
    let Some(stream) = stream else { return kept };
    let mut lines = BufReader::new(stream).split(b'\n');
    while let Ok(Some(bytes)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end_matches('\r');
        if show { ui.info(format!("  {line}")) } else { kept.push(line.to_owned()) }
    }
    kept
}

fn shell(text: &str) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(program);
    command.arg(option).arg(text);
    command
}

/// The interpreter of a script file, by its extension.
async fn interpreter(path: &Path, shown: &str) -> Result<Command> {
    if !path.is_file() {
        return Err(Failure::new(Exit::Script, "no-script", format!("there is no script file `{shown}`"))
            .hint("the path is relative to the config"));
    }
    let mut command = match path.extension().and_then(|e| e.to_str()) {
        Some("js" | "mjs" | "cjs") => Command::new("node"),
        Some("ts" | "mts" | "cts") => {
            let mut node = Command::new("node");
            let version = node_version().await;
            if version.is_some_and(|v| v < (22, 6)) {
                return Err(Failure::new(
                    Exit::Script,
                    "old-node",
                    format!("`{shown}`: this Node does not run TypeScript"),
                )
                .hint("install Node 22.6 or later, or write the script in JavaScript"));
            }
            node.arg("--experimental-strip-types");
            node
        }
        Some("py") => Command::new(if cfg!(windows) { "python" } else { "python3" }),
        _ => {
            return Err(Failure::new(Exit::Script, "no-script", format!("`{shown}` is no script of a known language"))
                .hint("script files are JavaScript, TypeScript or Python; run anything else with `executeCommand`"));
        }
    };
    command.arg(absolute(path));
    Ok(command)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Major and minor version of Node.
async fn node_version() -> Option<(u32, u32)> {
    let output = Command::new("node").arg("--version").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut parts = text.trim().trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::args::{LogLevel, OutputFormat};
    use crate::ui::Style;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn hook(steps: Vec<Run>) -> Hook {
        let environment = vec![("GREETING".to_owned(), "hello".to_owned())];
        let script = Script { steps, cwd: None, show_output: true, environment };
        Hook { script: "build".into(), runs: Ok(script), skip_on_ci: false, skip_on_local: false }
    }

    async fn ran(hooks: &[Hook], vars: &[(&str, &str)]) -> (Result<()>, String) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("show.py"), "import os\nprint('py', os.environ['GREETING'])\n").unwrap();
        let style =
            Style { format: OutputFormat::Plain, level: LogLevel::Info, colours: (false, false), interactive: false };
        let shown = Buffer::default();
        let ui = Ui::with_sinks(style, Box::new(Buffer::default()), Box::new(shown.clone()));
        let vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let env = Environment { vars, cwd: dir.path().to_owned() };
        let result = run(&ui, &env, dir.path(), "beforeDeploy", hooks, "nothing was changed").await;
        let text = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
        (result, text)
    }

    #[tokio::test]
    async fn commands_and_files_run_with_their_variables() {
        let steps = vec![Run::Command("echo $GREETING there >&2".into()), Run::File("show.py".into())];
        let (result, shown) = ran(&[hook(steps)], &[]).await;
        assert_eq!(result, Ok(()));
        assert!(shown.contains("\n  hello there\n") && shown.contains("\n  py hello\n"), "{shown}");
    }

    #[tokio::test]
    async fn a_failure_ends_the_command() {
        let steps = vec![Run::Command("echo why; exit 3".into()), Run::Command("echo never".into())];
        let mut silent = hook(steps);
        if let Ok(script) = &mut silent.runs {
            script.show_output = false;
        }
        let (result, shown) = ran(&[silent], &[]).await;
        let failure = result.unwrap_err();
        assert_eq!(failure.exit, Exit::Script);
        assert_eq!(
            failure.message,
            "the script `build` (hooks.beforeDeploy) failed: `echo why; exit 3` ended with exit code 3"
        );
        assert!(shown.contains("  why\n") && !shown.contains("never"), "{shown}");
        let missing = ran(&[hook(vec![Run::File("gone.js".into())])], &[]).await.0.unwrap_err();
        assert_eq!(missing.message, "there is no script file `gone.js`");
    }

    #[tokio::test]
    async fn what_is_not_run_is_said() {
        let marker = vec![Run::Command("echo it-ran".into())];
        let ci_only = Hook { skip_on_local: true, ..hook(marker.clone()) };
        let local_only = Hook { skip_on_ci: true, ..hook(marker) };
        let (_, shown) = ran(&[ci_only.clone(), local_only.clone()], &[]).await;
        assert_eq!(shown.matches("  it-ran").count(), 1, "{shown}");
        let (_, shown) = ran(&[ci_only, local_only], &[("CI", "true")]).await;
        assert_eq!(shown.matches("  it-ran").count(), 1, "{shown}");
        assert!(shown.contains("`build` is skipped on CI"), "{shown}");
        let bastion = Hook { runs: Err("it runs on a bastion".into()), ..hook(vec![]) };
        let (result, shown) = ran(&[bastion], &[]).await;
        assert_eq!(result, Ok(()));
        assert!(shown.contains("`build` is not run in this version: it runs on a bastion"), "{shown}");
    }
}
