//! `--unsafeNode`: a config that needs what the sandbox does not give is evaluated by the user's own Node, with everything that may do. Types are
//! stripped and imports resolved as in the sandbox, so that a config which needs nothing of Node gives the same.

use crate::errors::Thrown;
use crate::modules::Modules;
use crate::problem::Problem;
use crate::project::Project;
use crate::resolve::Resolver;
use crate::{library, named};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// A config that runs in Node. Its functions stay callable until this is dropped.
pub struct Node {
    project: Arc<Project>,
    modules: Arc<Mutex<Modules>>,
    link: Mutex<Link>,
    child: Mutex<Child>,
    /// Holds the driver, the library and the socket.
    _folder: tempfile::TempDir,
}

/// The connection that takes commands.
struct Link {
    writer: UnixStream,
    reader: BufReader<UnixStream>,
}

impl Node {
    /// Starts Node for a project.
    pub fn start(root: &Path, boundary: &Path) -> Result<Self, Problem> {
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
        let link = connect(&listener, &child, &project, &modules)?;
        Ok(Self { project, modules, link: Mutex::new(link), child, _folder: folder })
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
        let ended = || Problem::thrown("Node ended before the config was evaluated").hint("what it printed says why");
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(link.writer, "{command}").map_err(|_| ended())?;
        let mut line = String::new();
        link.reader.read_line(&mut line).map_err(|_| ended())?;
        let answer: Value = serde_json::from_str(&line).map_err(|_| ended())?;
        if let Some(text) = answer.get("gives").and_then(Value::as_str) {
            return Ok(text.to_string());
        }
        let thrown = answer.get("throws").and_then(Value::as_str).unwrap_or_default();
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        Err(Thrown::read(&self.as_seen_inside(thrown)).into_problem(&modules, &self.project))
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
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
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
) -> Result<Link, Problem> {
    let failed = |e: std::io::Error| Problem::thrown(format!("Node cannot be used: {e}"));
    listener.set_nonblocking(true).map_err(failed)?;
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if let Ok(Some(status)) = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait() {
                    return Err(
                        Problem::thrown(format!("Node ended at once ({status})")).hint("Node 20.6 or later is needed")
                    );
                }
                std::thread::sleep(std::time::Duration::from_millis(2));
                continue;
            }
            Err(error) => return Err(failed(error)),
        };
        stream.set_nonblocking(false).map_err(failed)?;
        let mut link = Link { reader: BufReader::new(stream.try_clone().map_err(failed)?), writer: stream };
        let mut role = String::new();
        link.reader.read_line(&mut role).map_err(failed)?;
        if role.trim() == "commands" {
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
