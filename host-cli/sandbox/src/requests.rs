//! Everything that a program in the sandbox may ask of the host. What is not answered here does not exist for it.

use crate::files::{self, Refused};
use crate::modules::Modules;
use crate::project::Project;
use crate::resolve::Resolver;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Environment variables that a config may read without being allowed to: they say how a program is run, not what it is to make.
const ALWAYS: &[&str] = &["CI", "NODE_ENV"];
/// Beginnings of names that are meant for configs.
const OUR_PREFIXES: &[&str] = &["STP_", "STACKTAPE_"];
/// Variables that packages ask for to choose colours and verbosity: never given, never refused.
const IGNORED: &[&str] = &[
    "COLORTERM",
    "DEBUG",
    "FORCE_COLOR",
    "NODE_DEBUG",
    "NODE_OPTIONS",
    "NO_COLOR",
    "TERM",
    "TEST",
    "VITEST",
    "JEST_WORKER_ID",
    "READABLE_STREAM",
    "NODE_PENDING_DEPRECATION",
    "NODE_V8_COVERAGE",
    "LANG",
    "LC_ALL",
    "TZ",
];

/// Most lines that a config may print.
const MOST_LINES: usize = 1000;

/// Answers the guest.
pub struct Requests {
    project: Arc<Project>,
    resolver: Resolver,
    /// The modules that were loaded.
    pub modules: Modules,
    environment: BTreeMap<String, String>,
    allowed: BTreeSet<String>,
    /// What the program printed: level and text.
    pub printed: Vec<(String, String)>,
}

impl Requests {
    /// Answers for a project; of `environment`, the variables that are allowed can be read.
    pub fn new(project: Arc<Project>, environment: BTreeMap<String, String>, allowed: BTreeSet<String>) -> Self {
        let resolver = Resolver::new(Arc::clone(&project));
        Self { project, resolver, modules: Modules::default(), environment, allowed, printed: vec![] }
    }

    /// The answer to a message: `+` and what was asked for, or `-`, a code, a zero and what is wrong.
    pub fn answer(&mut self, message: &str) -> String {
        let mut parts = message.splitn(4, '\0');
        let mut next = || parts.next().unwrap_or_default();
        let answer = match next() {
            "resolve" => self.resolver.resolve(next() == "require", next(), next()),
            "load" => self.modules.load(&self.project, next()),
            "file" => files::answer(&self.project, next(), next()),
            "env" => self.variable(next()),
            "names" => Ok(Value::from(self.names()).to_string()),
            "cwd" => Ok(self.project.working_directory()),
            "digest" => files::digest(next(), next()),
            "url" => files::url(next(), next()),
            "print" => {
                if self.printed.len() < MOST_LINES {
                    self.printed.push((next().to_string(), next().to_string()));
                }
                Ok(String::new())
            }
            _ => Err(Refused::new("a config cannot do that")),
        };
        match answer {
            Ok(text) => format!("+{text}"),
            Err(Refused { code, message }) => format!("-{code}\0{message}"),
        }
    }

    fn is_allowed(&self, name: &str) -> bool {
        ALWAYS.contains(&name)
            || OUR_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || self.allowed.contains(name)
    }

    /// `=` and the value, or nothing for a variable that is not set. Whether one that is not allowed is set cannot be told.
    fn variable(&self, name: &str) -> Result<String, Refused> {
        if self.is_allowed(name) {
            return Ok(self.environment.get(name).map_or_else(String::new, |value| format!("={value}")));
        }
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        // Whatever inspects an object asks for `toJSON`, `then` and the like.
        if IGNORED.contains(&name) || !is_name {
            return Ok(String::new());
        }
        Err(Refused {
            code: "EACCES",
            message: format!(
                "the config reads the environment variable `{name}`, which it is not allowed to: add `--allowEnv {name}`"
            ),
        })
    }

    fn names(&self) -> Vec<String> {
        self.environment.keys().filter(|name| self.is_allowed(name)).cloned().collect()
    }
}
