//! Shared parts of the test suites: a world on disk, and a compiler run over a case folder.

use serde_json::{Value, json};
use stacktape_compiler::diagnostics::{Diagnostic, Severity};
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::{FilePath, Sources};
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Compiled, Input, Target, compile};
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
    let facts = match facts {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            Some(FactsFile::parse(&text).map_err(|errors| format!("{}: {errors:?}", path.display()))?)
        }
        None => None,
    };
    let root = config.parent().unwrap_or(Path::new(".")).to_path_buf();
    let name = config.file_name().map(|n| n.to_string_lossy().to_string()).unwrap_or_default();
    let input = Input { config: FilePath::new(name), target: target(), cli_args: BTreeMap::new() };
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
