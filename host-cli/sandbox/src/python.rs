//! `--unsafePython`: custom directives in Python are run by the user's own `python3`, with everything that it may do: there is no Python in the sandbox.

use crate::problem::{Place, Problem};
use crate::project::Project;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// What Python runs: calls the function and writes its result.
const DRIVER: &str = include_str!("python/driver.py");

/// Whether a script of custom directives is Python.
pub fn is_python(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("py"))
}

/// Calls a custom directive: the function `name` of a script. Gives its result as JSON. What is not there within `limit` is stopped.
pub fn python_directive(
    (root, boundary): (&Path, &Path),
    file: &str,
    name: &str,
    args: &Value,
    limit: Duration,
) -> Result<String, Problem> {
    let failed = |e: std::io::Error| Problem::thrown(format!("Python cannot be used: {e}"));
    let project = Project::new(root, boundary).map_err(failed)?;
    let script = project.root().join(file).canonicalize().ok().filter(|path| project.holds(path));
    let script = script.ok_or_else(|| Problem::thrown(format!("there is no file `{file}` in the project")))?;
    let mut child = Command::new("python3")
        .args(["-c", DRIVER])
        .arg(script)
        .args([name, &args.to_string()])
        .current_dir(project.root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| Problem::thrown(format!("`python3` does not start: {e}; install Python 3.9 or later")))?;
    let text = output(&mut child, limit);
    let _ = child.kill();
    let _ = child.wait();
    let text = text.ok_or_else(|| {
        Problem::thrown(format!("it does not come to an end: Python was stopped after {} seconds", limit.as_secs_f32()))
    })?;
    match text.split_at_checked(1) {
        Some(("+", result)) => Ok(result.to_string()),
        Some(("-", error)) => Err(thrown(error, &project)),
        _ => Err(Problem::thrown("Python ended before the function did; what it printed says why")),
    }
}

/// What the driver wrote, unless it takes longer than `limit`.
fn output(child: &mut Child, limit: Duration) -> Option<String> {
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        let _ = sender.send(text);
    });
    receiver.recv_timeout(limit).ok()
}

/// An error as the driver describes it: a message, and the file and line that threw it.
fn thrown(error: &str, project: &Project) -> Problem {
    let error: Value = serde_json::from_str(error).unwrap_or_default();
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let place = || {
        let inside = project.inside(&Path::new(text("file")).canonicalize().ok()?)?;
        let line = u32::try_from(error.get("line")?.as_u64()?).ok()?;
        Some(Place { file: project.shown(&inside), line, column: 1 })
    };
    Problem { place: place(), ..Problem::thrown(text("message")) }
}
