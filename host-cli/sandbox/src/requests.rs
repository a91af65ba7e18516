//! Everything that a program in the sandbox may ask of the host. What is not answered here does not exist for it.

use crate::Options;
use crate::files::{self, Refused};
use crate::modules::Modules;
use crate::project::Project;
use crate::resolve::Resolver;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::SystemTime;

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
/// Most bytes of one that are kept.
const LONGEST_LINE: usize = 10_000;

/// What a program sees as now without leave to see the clock, in microseconds since 1970: the first second of 2025. A template must not depend on when it was made.
const STANDING: f64 = 1_735_689_600_000_000.0;

/// Most random bytes that can be asked for at a time, as with `crypto.getRandomValues`.
const MOST_RANDOM: usize = 65_536;

/// Answers the guest.
pub struct Requests {
    project: Arc<Project>,
    resolver: Resolver,
    /// The modules that were loaded.
    pub modules: Modules,
    options: Options,
    /// Whether the guest has asked anything yet.
    asked: bool,
    /// What the program printed: level and text.
    pub printed: Vec<(String, String)>,
}

impl Requests {
    /// Answers for a project; of `environment`, the variables that are allowed can be read.
    pub fn new(project: Arc<Project>, options: Options) -> Self {
        let resolver = Resolver::new(Arc::clone(&project));
        Self { project, resolver, modules: Modules::default(), options, asked: false, printed: vec![] }
    }

    /// The answer to a message: `+` and what was asked for, or `-`, a code, a zero and what is wrong.
    pub fn answer(&mut self, message: &str) -> String {
        self.asked = true;
        let parts: Vec<&str> = message.splitn(4, '\0').collect();
        let answer = match parts[..] {
            ["resolve", how, from, specifier] => self.resolver.resolve(how == "require", from, specifier),
            ["load", name] => self.modules.load(&self.project, name),
            ["file", operation, path] => files::answer(&self.project, operation, path),
            ["file", ..] => Err(Refused { code: "ERR_INVALID_ARG_VALUE", message: "a path holds no zero byte".into() }),
            ["live"] => Ok(json!({ "clock": self.options.clock, "random": self.options.random }).to_string()),
            ["random", count] => self.random(count),
            ["env", name] => self.variable(name),
            ["env", ..] => Ok(String::new()),
            ["names"] => Ok(Value::from(self.names()).to_string()),
            ["cwd"] => Ok(self.project.working_directory()),
            ["digest", algorithm, bytes] => files::digest(algorithm, bytes),
            ["url", given, base] => files::url(given, base),
            ["print", level, text, ..] => {
                if self.printed.len() < MOST_LINES {
                    let end = text.floor_char_boundary(LONGEST_LINE);
                    self.printed.push((level.to_string(), text[..end].to_string()));
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

    /// Microseconds since 1970, as the program sees them. The engine's first look, before it asks anything, is the seed of `Math.random`: that one is
    /// always the same.
    pub fn now(&self) -> f64 {
        let live = (self.options.clock && self.asked).then(SystemTime::now);
        let since = live.and_then(|now| now.duration_since(SystemTime::UNIX_EPOCH).ok());
        since.map_or(STANDING, |since| since.as_micros() as f64)
    }

    /// Random bytes, as many as `count` says, in base64.
    fn random(&self, count: &str) -> Result<String, Refused> {
        if !self.options.random {
            return Err(Refused::new("random values need leave: add `--allowRandom`"));
        }
        let count = count.parse().ok().filter(|count| *count <= MOST_RANDOM);
        let mut bytes = vec![0; count.ok_or_else(|| Refused::new("at most 65536 random bytes at a time"))?];
        getrandom::fill(&mut bytes).map_err(|error| Refused::new(format!("there is no randomness here: {error}")))?;
        Ok(files::base64(&bytes))
    }

    fn is_allowed(&self, name: &str) -> bool {
        ALWAYS.contains(&name)
            || OUR_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || self.options.allowed.contains(name)
    }

    /// `=` and the value, or nothing for a variable that is not set. Whether one that is not allowed is set cannot be told.
    fn variable(&self, name: &str) -> Result<String, Refused> {
        if self.is_allowed(name) {
            return Ok(self.options.environment.get(name).map_or_else(String::new, |value| format!("={value}")));
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
        self.options.environment.keys().filter(|name| self.is_allowed(name)).cloned().collect()
    }
}
