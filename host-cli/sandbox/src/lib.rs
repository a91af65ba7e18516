//! Evaluates configs that are programs (`stacktape.ts`, `.js`) without Node: types are stripped and imports resolved here, and the program runs in
//! a JavaScript engine that is WebAssembly. It sees the files of its project, the environment variables that it is allowed to, and nothing
//! else: no network, no processes, and without leave no clock and no randomness. So the same config gives the same template on every machine.

mod engine;
mod errors;
mod files;
mod library;
mod modules;
mod node;
mod problem;
mod project;
mod python;
mod requests;
mod resolve;
mod settings;
mod sites;

pub use node::{Node, OUTSIDE_LIMIT};
pub use problem::{Place, Problem};
pub use python::{is_python, python_directive};

use engine::Guest;
use errors::Thrown;
use modules::{Modules, Position};
use project::{INSIDE, Project};
use requests::Requests;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Stack of the thread that runs the guest, bytes: more than the guest may use of it.
const THREAD_STACK: usize = settings::GUEST_STACK + (4 << 20);

/// What a config may see.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The environment of the process.
    pub environment: BTreeMap<String, String>,
    /// Names of the variables in it that the config may read beside `CI`, `NODE_ENV`, `STP_…` and `STACKTAPE_…`.
    pub allowed: BTreeSet<String>,
    /// Whether the clock goes; without leave it stands at the first second of 2025.
    pub clock: bool,
    /// Whether random values are random; without leave `Math.random` always gives the same sequence, and `crypto` none.
    pub random: bool,
}

/// A line that the program printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// `debug`, `info` or `warn`.
    pub level: String,
    /// The line.
    pub text: String,
}

/// A program that was or is to be evaluated. Its functions stay callable.
pub struct Sandbox {
    project: Arc<Project>,
    guest: Mutex<Guest>,
}

impl Sandbox {
    /// A sandbox for the project at `root`; files above it up to `boundary` can be imported and read.
    pub fn new(root: &Path, boundary: &Path, options: Options) -> Result<Self, Problem> {
        let project = Project::new(root, boundary)
            .map_err(|e| Problem::thrown(format!("the folder {} cannot be read: {e}", root.display())))?;
        let project = Arc::new(project);
        let requests = Requests::new(Arc::clone(&project), options);
        Ok(Self { project, guest: Mutex::new(Guest::start(requests)?) })
    }

    /// Evaluates a config and gives the JSON text that the compiler reads. `shown` is how the user names the file.
    pub fn evaluate(&self, config: &Path, shown: &str, params: &Value) -> Result<String, Problem> {
        let real = config.canonicalize().map_err(|e| Problem::thrown(format!("`{shown}` cannot be read: {e}")))?;
        let file =
            self.project.inside(&real).ok_or_else(|| Problem::thrown(format!("`{shown}` is outside its project")))?;
        let text = self.command(&json!({ "do": "evaluate", "file": file, "params": params }))?;
        let guest = self.guest.lock().unwrap_or_else(PoisonError::into_inner);
        named(&text, guest.modules(), &self.project, &file, shown)
    }

    /// Calls a custom directive: the function `name` of a file, or the one that it exports by default. Gives its result as JSON.
    pub fn directive(&self, file: &str, name: &str, args: &Value) -> Result<String, Problem> {
        let real = self.project.root().join(file).canonicalize().ok().filter(|path| self.project.holds(path));
        let inside = real.and_then(|path| self.project.inside(&path));
        let inside = inside.ok_or_else(|| Problem::thrown(format!("there is no file `{file}` in the project")))?;
        self.command(&json!({ "do": "directive", "file": inside, "name": name, "args": args }))
    }

    /// What the program printed since the last call.
    pub fn printed(&self) -> Vec<Printed> {
        let mut guest = self.guest.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut guest.requests().printed);
        lines.into_iter().map(|(level, text)| Printed { level, text }).collect()
    }

    fn command(&self, command: &Value) -> Result<String, Problem> {
        let text = command.to_string();
        let run = || {
            let mut guest = self.guest.lock().unwrap_or_else(PoisonError::into_inner);
            match guest.command(&text)? {
                Ok(result) => Ok(result),
                Err(error) => Err(Thrown::read(&error).into_problem(guest.modules(), &self.project)),
            }
        };
        // A thread with a stack that is deep enough, whoever calls.
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(THREAD_STACK).spawn_scoped(scope, run);
            match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => Err(Problem::internal("the config sandbox panicked")),
                Err(error) => Err(Problem::internal(format!("no thread for the config sandbox: {error}"))),
            }
        })
    }
}

impl stacktape_compiler::Transforms for Sandbox {
    fn call(&self, index: usize, argument: &str) -> Result<String, String> {
        let argument: Value = serde_json::from_str(argument).map_err(|e| e.to_string())?;
        self.command(&json!({ "do": "transform", "index": index, "argument": argument }))
            .map_err(|problem| problem.to_string())
    }
}

/// A result with the places of the author's files, named as the compiler reads them, and with paths that are the same on every machine.
fn named(text: &str, modules: &Modules, project: &Project, config: &str, shown: &str) -> Result<String, Problem> {
    let mut evaluated: Value =
        serde_json::from_str(text).map_err(|e| Problem::thrown(format!("the config is nested too deeply: {e}")))?;
    let places = evaluated.get_mut("places").and_then(Value::as_array_mut);
    for place in places.into_iter().flatten() {
        let Some([_, file, line, column]) = place.as_array_mut().map(Vec::as_mut_slice) else { continue };
        let (Some(name), Some(at), Some(from)) = (file.as_str(), line.as_u64(), column.as_u64()) else { continue };
        let position = Position { file: name.to_string(), line: at as u32, column: from as u32 };
        let original = modules.original(&position);
        *file = Value::from(if name == config { shown.to_string() } else { project.shown(name) });
        (*line, *column) = (Value::from(original.line), Value::from(original.column));
    }
    if let Some(config) = evaluated.get_mut("config") {
        from_inside(config, project);
    }
    Ok(evaluated.to_string())
}

/// Absolute paths of the project, as the program sees them, become relative ones: the folder is another one on every machine.
fn from_inside(value: &mut Value, project: &Project) {
    match value {
        Value::String(text) if text.starts_with(INSIDE) => {
            let rest = &text[INSIDE.len()..];
            if rest.is_empty() || rest.starts_with('/') {
                let shown = project.shown(text);
                *text = match shown == *text {
                    true => ".".into(),
                    false if shown.starts_with("../") => shown,
                    false => format!("./{shown}"),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| from_inside(item, project)),
        Value::Object(map) => map.values_mut().for_each(|item| from_inside(item, project)),
        _ => {}
    }
}
