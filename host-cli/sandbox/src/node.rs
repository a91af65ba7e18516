//! `--unsafeNode`: a config that needs what the sandbox does not give is evaluated by the user's own Node, with everything that may do. Types are
//! stripped and imports resolved as in the sandbox, so that a config which needs nothing of Node gives the same.

use crate::errors::Thrown;
use crate::modules::Modules;
use crate::problem::{Limit, Problem};
use crate::project::Project;
use crate::resolve::Resolver;
use crate::{library, named};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long what runs outside the sandbox may take: Node to start, and each command.
pub const OUTSIDE_LIMIT: Duration = Duration::from_secs(120);

/// What Node ends with when it waits for a promise and has nothing left to do.
const NEVER_SETTLES: i32 = 13;

/// A config that runs in Node. Its functions stay callable until this is dropped.
pub struct Node {
    project: Arc<Project>,
    modules: Arc<Mutex<Modules>>,
    link: Mutex<Link>,
    child: Mutex<Child>,
    limit: Duration,
    /// Holds the driver, the library and the socket.
    _folder: tempfile::TempDir,
}

/// The connection that takes commands.
struct Link {
    writer: UnixStream,
    reader: BufReader<UnixStream>,
}

impl Node {
    /// Starts Node for a project; what it does not answer within `limit` ends it.
    pub fn start(root: &Path, boundary: &Path, limit: Duration) -> Result<Self, Problem> {
        let failed =
            |what: &str, e: &dyn std::fmt::Display| Problem::thrown(format!("Node cannot be used: {what}: {e}"));
        let project = Arc::new(Project::new(root, boundary).map_err(|e| failed("the project's folder", &e))?);
        let folder =
            tempfile::Builder::new().prefix("stacktape-").tempdir().map_err(|e| failed("a temporary folder", &e))?;
        lay_out(folder.path()).map_err(|e| failed("its driver", &e))?;
        let socket = folder.path().join("socket");
        let listener = UnixListener::bind(&socket).map_err(|e| failed("a socket", &e))?;
        let child = Command::new("node")
            .arg("--no-warnings")
            .arg(folder.path().join("driver.mjs"))
            .arg(&socket)
            .current_dir(project.root())
            .stdin(Stdio::null())
            // What the config prints must not mix with what this command prints for machines.
            .stdout(std::io::stderr())
            .spawn()
            .map_err(|e| {
                failed("`node` does not start", &e).hint("install Node 20.6 or later, or leave out `--unsafeNode`")
            })?;
        let child = Mutex::new(child);
        let modules = Arc::new(Mutex::new(Modules::with_real_names()));
        let link = connect(&listener, &child, &project, &modules, limit).inspect_err(|_| stop(&child))?;
        Ok(Self { project, modules, link: Mutex::new(link), child, limit, _folder: folder })
    }

    /// Evaluates a config and gives the JSON text that the compiler reads.
    pub fn evaluate(&self, config: &Path, shown: &str, params: &Value) -> Result<String, Problem> {
        let real = config.canonicalize().map_err(|e| Problem::thrown(format!("`{shown}` cannot be read: {e}")))?;
        let text = self.command(&json!({ "do": "evaluate", "file": real, "params": params }))?;
        let file = self.project.inside(&real).unwrap_or_default();
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        named(&self.as_seen_inside(&text), &modules, &self.project, &file, shown)
    }

    fn command(&self, command: &Value) -> Result<String, Problem> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let mut line = String::new();
        let exchanged = writeln!(link.writer, "{command}").and_then(|()| link.reader.read_line(&mut line));
        if let Err(error) = exchanged
            && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
        {
            stop(&self.child);
            return Err(too_long(self.limit));
        }
        let answer: Value = serde_json::from_str(&line).map_err(|_| self.ended())?;
        if let Some(text) = answer.get("gives").and_then(Value::as_str) {
            return Ok(text.to_string());
        }
        let thrown = answer.get("throws").and_then(Value::as_str).unwrap_or_default();
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        Err(Thrown::read(&self.as_seen_inside(thrown)).into_problem(&modules, &self.project))
    }

    /// Why there was no answer: Node is gone.
    fn ended(&self) -> Problem {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let mut status = None;
        // It has hung up, and is about to end.
        for _ in 0..200 {
            status = child.try_wait().ok().flatten();
            if status.is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        match status.and_then(|status| status.code()) {
            Some(NEVER_SETTLES) => Problem::limit(Limit::Waiting),
            _ => Problem::thrown("Node ended before the config was evaluated").hint("what it printed says why"),
        }
    }

    /// Node knows the real folder: in what it gives, paths become those that a program in the sandbox would have seen.
    fn as_seen_inside(&self, text: &str) -> String {
        let boundary = self.project.boundary().to_string_lossy().into_owned();
        let quoted = Value::from(boundary).to_string();
        let quoted = quoted.trim_matches('"');
        [("file://", "/", ""), ("", "/", ""), ("", "\"", "\"")].iter().fold(
            text.to_string(),
            |text, (before, after, open)| {
                text.replace(&format!("{open}{before}{quoted}{after}"), &format!("{open}{}{after}", crate::INSIDE))
            },
        )
    }
}

impl stacktape_compiler::Transforms for Node {
    fn call(&self, index: usize, argument: &str) -> Result<String, String> {
        let argument: Value = serde_json::from_str(argument).map_err(|e| e.to_string())?;
        self.command(&json!({ "do": "transform", "index": index, "argument": argument }))
            .map_err(|problem| problem.to_string())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        stop(&self.child);
    }
}

fn stop(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = child.kill();
    let _ = child.wait();
}

fn too_long(limit: Duration) -> Problem {
    let message = format!("the config does not come to an end: Node was stopped after {} seconds", limit.as_secs_f32());
    Problem { code: "config-limit", ..Problem::thrown(message) }
        .hint("look for a loop that does not end, or for an `await` of something that does not come")
}

/// Writes the driver and the library.
fn lay_out(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir(folder.join("library"))?;
    std::fs::write(folder.join("package.json"), r#"{"type": "module"}"#)?;
    std::fs::write(folder.join("driver.mjs"), include_str!("node/driver.mjs"))?;
    std::fs::write(folder.join("hooks.mjs"), include_str!("node/hooks.mjs"))?;
    library::files().try_for_each(|(name, text)| std::fs::write(folder.join("library").join(name), text))
}

/// Waits for Node's connections: one that asks for modules, served by a thread, and one that takes commands.
fn connect(
    listener: &UnixListener,
    child: &Mutex<Child>,
    project: &Arc<Project>,
    modules: &Arc<Mutex<Modules>>,
    limit: Duration,
) -> Result<Link, Problem> {
    let end = Instant::now() + limit;
    let failed = |e: std::io::Error| Problem::thrown(format!("Node cannot be used: {e}"));
    listener.set_nonblocking(true).map_err(failed)?;
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if let Ok(Some(status)) = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait() {
                    return Err(
                        Problem::thrown(format!("Node ended at once ({status})")).hint("Node 20.6 or later is needed")
                    );
                }
                if Instant::now() > end {
                    return Err(too_long(limit));
                }
                std::thread::sleep(Duration::from_millis(2));
                continue;
            }
            Err(error) => return Err(failed(error)),
        };
        stream.set_nonblocking(false).map_err(failed)?;
        let mut link = Link { reader: BufReader::new(stream.try_clone().map_err(failed)?), writer: stream };
        let mut role = String::new();
        link.reader.read_line(&mut role).map_err(failed)?;
        if role.trim() == "commands" {
            link.reader.get_ref().set_read_timeout(Some(limit)).map_err(failed)?;
            // Modules may be asked for from another connection at any time.
            let (listener, project, modules) =
                (listener.try_clone().map_err(failed)?, Arc::clone(project), Arc::clone(modules));
            std::thread::spawn(move || accept_more(&listener, &project, &modules));
            return Ok(link);
        }
        let (project, modules) = (Arc::clone(project), Arc::clone(modules));
        std::thread::spawn(move || serve(link, &project, &modules));
    }
}

fn accept_more(listener: &UnixListener, project: &Arc<Project>, modules: &Arc<Mutex<Modules>>) {
    if listener.set_nonblocking(false).is_err() {
        return;
    }
    while let Ok((stream, _)) = listener.accept() {
        let Ok(reader) = stream.try_clone() else { return };
        let mut link = Link { reader: BufReader::new(reader), writer: stream };
        let mut role = String::new();
        if link.reader.read_line(&mut role).is_err() {
            return;
        }
        let (project, modules) = (Arc::clone(project), Arc::clone(modules));
        std::thread::spawn(move || serve(link, &project, &modules));
    }
}

/// Answers what Node's loader asks, until it hangs up.
fn serve(mut link: Link, project: &Arc<Project>, modules: &Mutex<Modules>) {
    let resolver = Resolver::new(Arc::clone(project));
    let mut line = String::new();
    while link.reader.read_line(&mut line).is_ok_and(|read| read > 0) {
        let message: Vec<String> = serde_json::from_str(&line).unwrap_or_default();
        let parts: Vec<&str> = message.iter().map(String::as_str).collect();
        let answer = match parts[..] {
            ["resolve", from, specifier] => json!({ "path": resolve(&resolver, project, from, specifier) }),
            ["load", path] => load(project, modules, path),
            _ => json!({}),
        };
        if writeln!(link.writer, "{answer}").is_err() {
            return;
        }
        line.clear();
    }
}

/// The path that an import of the project means; Node itself resolves everything else.
fn resolve(resolver: &Resolver, project: &Project, from: &str, specifier: &str) -> Option<PathBuf> {
    let from = project.inside(Path::new(from))?;
    let specifier = match Path::new(specifier).is_absolute() {
        true => project.inside(Path::new(specifier))?,
        false => specifier.to_string(),
    };
    let found = resolver.resolve(false, &from, &specifier).ok()?;
    project.real(&found).ok().filter(|_| !found.contains(':'))
}

fn load(project: &Project, modules: &Mutex<Modules>, path: &str) -> Value {
    let is_installed = path.contains("/node_modules/");
    let Some(inside) = project.inside(Path::new(path)).filter(|_| !is_installed) else { return json!({}) };
    let loaded = modules.lock().unwrap_or_else(PoisonError::into_inner).load(project, &inside);
    match loaded {
        Ok(text) => match text.split_at(1) {
            ("m", source) => json!({ "format": "module", "source": source }),
            ("c", source) => json!({ "format": "commonjs", "source": source }),
            (_, source) => json!({ "format": "module", "source": format!("export default {source};") }),
        },
        Err(refused) => json!({ "message": refused.message }),
    }
}
