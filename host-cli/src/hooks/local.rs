//! Running a script on this machine.

use super::values::Value;
use super::{Ended, Run, Runner, Script, key_variables};
use crate::aws::remote::RoleKeys;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::Ui;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

/// Lines of a silent script's output that are shown when it fails.
const LAST_LINES: usize = 20;

/// Variables that would lead to other keys than those of a role.
const OTHER_KEYS: &[&str] = &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

impl Runner<'_> {
    /// Runs the steps; gives the one that failed.
    pub(super) async fn run_here<'s>(
        &self,
        script: &'s Script,
        variables: &[Value],
        keys: Option<&RoleKeys>,
    ) -> Result<Option<(&'s Run, Ended)>> {
        for step in &script.steps {
            if let Some(ended) = self.execute(script, step, variables, keys).await? {
                return Ok(Some((step, ended)));
            }
        }
        Ok(None)
    }

    async fn execute(
        &self,
        script: &Script,
        step: &Run,
        variables: &[Value],
        keys: Option<&RoleKeys>,
    ) -> Result<Option<Ended>> {
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
        if let Some(keys) = keys {
            for name in OTHER_KEYS {
                command.env_remove(name);
            }
            command.envs(key_variables(keys).map(|v| (v.name, v.text)));
        }
        command.current_dir(cwd).envs(variables.iter().map(|v| (&v.name, &v.text))).kill_on_drop(true);
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
            return Ok(None);
        }
        let what = status.code().map_or_else(|| "was killed".to_owned(), |code| format!("ended with exit code {code}"));
        let skipped = unseen.len().saturating_sub(LAST_LINES);
        Ok(Some(Ended { what, unseen: unseen.split_off(skipped) }))
    }
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
