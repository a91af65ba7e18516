//! Shared parts of the test suites: a world on disk, and a compiler run over a case folder.

use serde_json::{Value, json};
use stacktape_compiler::diagnostics::{Diagnostic, Severity};
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::{FilePath, Sources};
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Compiled, Evaluated, Input, Target, Transforms, compile};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files below a folder, and facts from a file.
pub struct DiskWorld {
    /// Folder that relative paths start from.
    pub root: PathBuf,
    /// Facts; none when the case needs none.
    pub facts: Option<FactsFile>,
}

impl World for DiskWorld {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        std::fs::read_to_string(self.root.join(file.as_str())).ok().map(Arc::from)
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.as_ref()?.fact(key)
    }
}

/// The target that every case is compiled for, unless it says otherwise.
pub fn target() -> Target {
    Target { project_name: "demo".into(), stage: "dev".into(), region: "eu-west-1".into(), profile: None }
}

/// Compiles a config file with facts from another.
pub fn compile_file(config: &Path, facts: Option<&Path>) -> Result<Compiled, String> {
    compile_for(target(), config, facts, None)
}

/// A config that is no file, and the facts that all cases share.
struct TextWorld<'a> {
    config: &'a str,
    facts: FactsFile,
}

impl World for TextWorld<'_> {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        (file.as_str() == TEXT).then(|| Arc::from(self.config))
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.fact(key)
    }
}

/// Name of a config that is no file.
const TEXT: &str = "config.yml";

/// Compiles a YAML config that is no file, with the facts that all cases share.
pub fn compile_text(config: &str) -> Compiled {
    let facts = std::fs::read_to_string(cases_folder().join("facts.json")).unwrap_or_default();
    let facts = FactsFile::parse(&facts).unwrap_or_else(|errors| panic!("facts.json: {errors:?}"));
    let input = Input { config: FilePath::new(TEXT), target: target(), cli_args: BTreeMap::new(), evaluated: None };
    compile(&input, &TextWorld { config, facts })
}

/// Compiles a config file for a target, with facts from another file; a program together with what it was evaluated to.
pub fn compile_for(
    target: Target,
    config: &Path,
    facts: Option<&Path>,
    evaluated: Option<Evaluated<'_>>,
) -> Result<Compiled, String> {
    let facts = match facts {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            Some(FactsFile::parse(&text).map_err(|errors| format!("{}: {errors:?}", path.display()))?)
        }
        None => None,
    };
    let root = config.parent().unwrap_or(Path::new(".")).to_path_buf();
    let name = config.file_name().map(|n| n.to_string_lossy().to_string()).unwrap_or_default();
    let input = Input { config: FilePath::new(name), target, cli_args: BTreeMap::new(), evaluated };
    Ok(compile(&input, &DiskWorld { root, facts }))
}

/// A diagnostic as a JSON line, in the form of the command line's `--outputFormat jsonl`.
pub fn diagnostic_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = sources.place(diagnostic.span);
    let position = |end: bool| place.as_ref().map(|p| if end { p.end } else { p.start });
    json!({
        "kind": "diagnostic",
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "code": diagnostic.code.0,
        "message": diagnostic.message,
        "file": place.as_ref().map(|p| p.file.to_string()),
        "line": position(false).map(|p| p.line),
        "column": position(false).map(|p| p.column),
        "endLine": position(true).map(|p| p.line),
        "endColumn": position(true).map(|p| p.column),
        "hints": diagnostic.hints,
    })
}

/// What the functions of an evaluated config do, as `answers.json` gives it by index: `{"merges": object}` sets keys of the argument,
/// `{"gives": value}` and `{"throws": message}` end with that.
pub struct Answers(Vec<Value>);

impl Transforms for Answers {
    fn call(&self, index: usize, argument: &str) -> Result<String, String> {
        let answer = self.0.get(index).ok_or_else(|| format!("answers.json has no answer {index}"))?;
        if let Some(Value::Object(more)) = answer.get("merges") {
            let mut object: serde_json::Map<String, Value> =
                serde_json::from_str(argument).map_err(|e| e.to_string())?;
            object.extend(more.clone());
            return Ok(Value::Object(object).to_string());
        }
        match answer.get("throws").and_then(Value::as_str) {
            Some(message) => Err(message.to_string()),
            None => Ok(answer.get("gives").map_or_else(String::new, Value::to_string)),
        }
    }
}

/// A folder below `tests/cases` that holds a `config.yml`, `config.json`, or a `config.ts` with what it was evaluated to beside it
/// (`evaluated.json`, `answers.json`).
#[derive(Clone, Debug)]
pub struct Case {
    /// Path below `tests/cases`, such as `resources/sqs-queue/fifo`.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
}

impl Case {
    /// The config of the case.
    pub fn config(&self) -> PathBuf {
        let is_there = |name: &&str| self.folder.join(name).exists();
        self.folder.join(["config.json", "config.ts"].iter().find(|n| is_there(n)).unwrap_or(&"config.yml"))
    }

    /// Whether the config is a program.
    pub fn is_program(&self) -> bool {
        self.config().extension().is_some_and(|e| e == "ts")
    }

    /// The case's own facts, or those that all cases share.
    pub fn facts(&self) -> PathBuf {
        let own = self.folder.join("facts.json");
        if own.exists() { own } else { cases_folder().join("facts.json") }
    }

    /// What the case is compiled for. A file `region.txt` names a region other than the usual one.
    pub fn target(&self) -> Target {
        match std::fs::read_to_string(self.folder.join("region.txt")) {
            Ok(region) => Target { region: region.trim().to_string(), ..target() },
            Err(_) => target(),
        }
    }

    /// Compiles the case.
    pub fn compile(&self) -> Compiled {
        let read = |name: &str| std::fs::read_to_string(self.folder.join(name)).ok();
        let answers = read("answers.json").map_or(vec![], |text| serde_json::from_str(&text).unwrap_or_default());
        let (text, answers) = (read("evaluated.json"), Answers(answers));
        let evaluated = text.as_deref().map(|text| Evaluated { text, transforms: &answers });
        compile_for(self.target(), &self.config(), Some(&self.facts()), evaluated)
            .unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }
}

/// `tests/cases`.
pub fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// The root of the project.
pub fn project_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Every case, sorted by name.
pub fn cases() -> Vec<Case> {
    fn walk(folder: &Path, found: &mut Vec<Case>) {
        if ["config.yml", "config.json", "config.ts"].iter().any(|name| folder.join(name).exists()) {
            let name = folder.strip_prefix(cases_folder()).unwrap_or(folder).to_string_lossy().replace('\\', "/");
            found.push(Case { name, folder: folder.to_path_buf() });
            return;
        }
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten().filter(|e| e.path().is_dir()) {
            walk(&entry.path(), found);
        }
    }
    let mut found = vec![];
    walk(&cases_folder(), &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!found.is_empty(), "no cases below {}", cases_folder().display());
    found
}

/// Diagnostics as lines that people can review: `error 3:5-3:9 unknown-type there is no …`, hints and labels indented below.
pub fn diagnostics_text(compiled: &Compiled) -> String {
    let mut text = String::new();
    for d in &compiled.diagnostics {
        let severity = if d.severity == Severity::Error { "error" } else { "warning" };
        let place = |span| match compiled.sources.place(span) {
            Some(p) => format!("{}:{}-{}:{}", p.start.line, p.start.column, p.end.line, p.end.column),
            None => "-".to_string(),
        };
        text += &format!("{severity} {} {} {}\n", place(d.span), d.code, d.message);
        for (span, label) in &d.labels {
            text += &format!("  at {} {label}\n", place(*span));
        }
        for hint in &d.hints {
            text += &format!("  hint: {hint}\n");
        }
    }
    for key in &compiled.missing {
        text += &format!("missing {}\n", serde_json::to_string(key).unwrap_or_default());
    }
    text
}

/// A YAML or JSON config as a JSON value, through the compiler's own parser; `None` when it cannot be parsed.
pub fn config_json(text: &str) -> Option<Value> {
    use stacktape_compiler::syntax::{self, Node, Value as Plain};
    fn convert(node: &Node) -> Value {
        match &node.value {
            Plain::Bool(b) => Value::from(*b),
            Plain::Int(n) => Value::from(*n),
            Plain::Float(n) => Value::from(*n),
            Plain::Str(s) => Value::from(s.to_string()),
            Plain::List(items) => Value::Array(items.iter().map(convert).collect()),
            Plain::Map(map) => {
                Value::Object(map.entries.iter().map(|e| (e.key.value.to_string(), convert(&e.value))).collect())
            }
            _ => Value::Null,
        }
    }
    let mut sources = Sources::default();
    let file = sources.add(FilePath::new("config.yml"), Arc::from(text));
    let mut sink = stacktape_compiler::diagnostics::Sink::default();
    syntax::parse(&sources, file, &mut sink).as_ref().map(convert)
}
