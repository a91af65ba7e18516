//! Hooks: the scripts of the config that run on this machine before and after a deploy and a deletion.
//!
//! A script gets this process's environment, the region and profile of the command, its own variables and those of `connectTo`. What it prints is shown
//! line by line as a message, so that standard output stays for results and JSON lines stay JSON. Deliberately absent: scripts that need a session on a
//! bastion, and `assumeRoleOfResource`; a hook with one of them is never passed over in silence.

mod values;

use crate::aws::Aws;
use crate::aws::cloudformation::Stack;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Environment;
use crate::ui::Ui;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use values::Values;

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
    /// Its own variables, then those of `connectTo`; the last of a name wins.
    pub environment: Vec<(String, Variable)>,
}

/// The value of a script's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Known now, but for references to secrets in it.
    Known(String),
    /// The value of this output of the stack.
    Output(String),
    /// Secret, and readable only where it is used: no script gets it.
    Withheld,
}

/// When a hook runs.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Its name in the config.
    pub name: &'static str,
    /// What it means that a script failed.
    consequence: &'static str,
    /// Whether a script that cannot run here ends the command: what a deletion takes away is not there to be saved afterwards.
    strict: bool,
}

/// Before anything is packaged or uploaded.
pub const BEFORE_DEPLOY: Moment =
    Moment { name: "beforeDeploy", consequence: "nothing was changed; correct it and deploy again", strict: false };
/// After everything else of a deploy.
pub const AFTER_DEPLOY: Moment = Moment {
    name: "afterDeploy",
    consequence: "the stack itself is deployed; correct the script and deploy again, or run it yourself",
    strict: false,
};
/// After consent, before anything is deleted.
pub const BEFORE_DELETE: Moment =
    Moment { name: "beforeDelete", consequence: "nothing was deleted; correct it and delete again", strict: true };
/// After the stack is gone.
pub const AFTER_DELETE: Moment =
    Moment { name: "afterDelete", consequence: "the stack is deleted; run the script yourself", strict: false };

/// What running scripts needs.
pub struct Runner<'a> {
    /// The voice.
    pub ui: &'a Ui,
    /// This process's environment.
    pub env: &'a Environment,
    /// Folder of the config.
    pub root: &'a Path,
    /// Where secrets are.
    pub aws: &'a Aws,
    /// Variables that every script gets (`None`: must not get).
    pub common: &'a [(String, Option<String>)],
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

impl Runner<'_> {
    /// Runs the steps of a hook; `stack` is the stack as it is deployed. The first script that fails ends the command.
    pub async fn run(&self, when: Moment, hooks: &[Hook], stack: Option<&Stack>) -> Result<()> {
        let ci = self.env.get("CI").is_some_and(|v| v != "false" && v != "0");
        for hook in hooks {
            let name = &hook.script;
            let at = when.name;
            if (ci && hook.skip_on_ci) || (!ci && hook.skip_on_local) {
                self.ui.info(format!("hooks.{at}: `{name}` is skipped {}", if ci { "on CI" } else { "outside CI" }));
                continue;
            }
            let script = match &hook.runs {
                Ok(script) => script,
                Err(why) if when.strict => return Err(cannot_run(when, name, why)),
                Err(why) => {
                    self.ui.warn(format!("hooks.{at}: `{name}` is not run in this version: {why}; run it yourself"));
                    continue;
                }
            };
            match values::values(self.aws, stack, &script.environment).await? {
                Values::Found(variables) => self.script(when, name, script, &variables).await?,
                Values::Unknown { variables, deployed } => {
                    let list = variables.join(", ");
                    if when.strict && deployed {
                        return Err(unknown_values(when, name, &list));
                    }
                    let why = match deployed {
                        true => "what is deployed does not tell them: it will after this deploy",
                        false => "the stack is not deployed yet",
                    };
                    self.ui.warn(format!("hooks.{at}: `{name}` is skipped, because {list} have no value: {why}"));
                }
            }
        }
        Ok(())
    }

    async fn script(&self, when: Moment, name: &str, script: &Script, variables: &[(String, String)]) -> Result<()> {
        let ui = self.ui;
        for (variable, _) in script.environment.iter().filter(|(_, value)| *value == Variable::Withheld) {
            ui.warn(format!("`{name}` does not get {variable}: it is secret, and no output of the stack may hold it"));
        }
        let phase = ui.begin("hook", format!("hooks.{}: running `{name}`", when.name));
        for step in &script.steps {
            let ended = self.execute(script, step, variables).await?;
            if let Err((what, output)) = ended {
                ui.failed(&phase, format!("`{name}` failed"));
                for line in output {
                    ui.info(format!("  {line}"));
                }
                let message = format!("the script `{name}` (hooks.{}) failed: `{step}` {what}", when.name);
                return Err(Failure::new(Exit::Script, "script-failed", message).hint(when.consequence));
            }
        }
        ui.done(&phase, format!("`{name}` ran"));
        Ok(())
    }

    /// Runs one thing to its end; the error is how it ended and what it had printed unseen.
    async fn execute(
        &self,
        script: &Script,
        step: &Run,
        variables: &[(String, String)],
    ) -> Result<std::result::Result<(), (String, Vec<String>)>> {
        let mut command = match step {
            Run::Command(text) => shell(text),
            Run::File(path) => interpreter(&self.root.join(path), path).await?,
        };
        let cwd = script.cwd.as_ref().map_or_else(|| self.root.to_owned(), |dir| self.root.join(dir));
        if !cwd.is_dir() {
            return Err(Failure::new(Exit::Script, "no-directory", format!("there is no folder {}", cwd.display()))
                .hint("`cwd` of a script is relative to the config"));
        }
        for (name, value) in self.common {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(cwd).envs(variables.iter().map(|(k, v)| (k, v))).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let cannot = |e: std::io::Error| {
            Failure::new(Exit::Script, "script-failed", format!("`{program}` cannot be started for `{step}`: {e}"))
                .hint(format!("install {program}, or check PATH"))
        };
        let mut child = command.spawn().map_err(cannot)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (mut unseen, errors) =
            tokio::join!(drain(self.ui, stdout, script.show_output), drain(self.ui, stderr, script.show_output));
        unseen.extend(errors);
        let status = child
            .wait()
            .await
            .map_err(|e| Failure::new(Exit::Script, "script-failed", format!("`{step}` was lost sight of: {e}")))?;
        if status.success() {
            return Ok(Ok(()));
        }
        let what = status.code().map_or_else(|| "was killed".to_owned(), |code| format!("ended with exit code {code}"));
        let skipped = unseen.len().saturating_sub(LAST_LINES);
        Ok(Err((what, unseen.split_off(skipped))))
    }
}

fn cannot_run(when: Moment, script: &str, why: &str) -> Failure {
    let message = format!("hooks.{}: `{script}` cannot run in this version: {why}", when.name);
    Failure::new(Exit::Later, "later", message)
        .hint("nothing was deleted; run it yourself, take it out of the hook, and delete again")
}

fn unknown_values(when: Moment, script: &str, variables: &str) -> Failure {
    let message = format!("hooks.{}: the deployed stack has no value for {variables} of `{script}`", when.name);
    Failure::new(Exit::State, "unknown-values", message)
        .hint("nothing was deleted; deploy once with this config so that the stack tells them, then delete")
        .hint("or take the script out of the hook")
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
        let environment = vec![("GREETING".to_owned(), Variable::Known("hello".to_owned()))];
        let script = Script { steps, cwd: None, show_output: true, environment };
        Hook { script: "build".into(), runs: Ok(script), skip_on_ci: false, skip_on_local: false }
    }

    async fn ran(hooks: &[Hook], vars: &[(&str, &str)]) -> (Result<()>, String) {
        ran_at(BEFORE_DEPLOY, hooks, vars).await
    }

    async fn ran_at(when: Moment, hooks: &[Hook], vars: &[(&str, &str)]) -> (Result<()>, String) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("show.py"), "import os\nprint('py', os.environ['GREETING'])\n").unwrap();
        let style =
            Style { format: OutputFormat::Plain, level: LogLevel::Info, colours: (false, false), interactive: false };
        let shown = Buffer::default();
        let ui = Ui::with_sinks(style, Box::new(Buffer::default()), Box::new(shown.clone()));
        let vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let env = Environment { vars, cwd: dir.path().to_owned() };
        let aws = Aws::at("eu-west-1", "http://127.0.0.1:1").await;
        let common = [("HOME".to_owned(), None)];
        let runner = Runner { ui: &ui, env: &env, root: dir.path(), aws: &aws, common: &common };
        let result = runner.run(when, hooks, None).await;
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
        let refused = ran_at(BEFORE_DELETE, std::slice::from_ref(&bastion), &[]).await.0.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Later, "later"));
        let (result, shown) = ran(&[bastion], &[]).await;
        assert_eq!(result, Ok(()));
        assert!(shown.contains("`build` is not run in this version: it runs on a bastion"), "{shown}");
    }
}
