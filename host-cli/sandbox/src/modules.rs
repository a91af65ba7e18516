//! Loads modules for the engine: types are stripped, data becomes JSON, CommonJS is told from ES modules, and where every position came from is
//! kept, so that errors and constructs carry the lines of the author's files.

use crate::files::Refused;
use crate::project::Project;
use crate::sites;
use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::transformer::{TransformOptions, Transformer};
use oxc_sourcemap::SourceMap;
use serde_json::Value;
use stacktape_compiler::diagnostics::Sink;
use stacktape_compiler::source::{FilePath, Sources};
use stacktape_compiler::syntax::{self, Node};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Files with `import` and `export`, and those without, as the guest tells them by the first letter.
const ES_MODULE: char = 'm';
const COMMON_JS: char = 'c';
const JSON: char = 'j';

/// What the guest puts before a CommonJS module, on its first line.
const COMMON_JS_HEAD: usize = "(function (exports, require, module, __filename, __dirname) {".len();

/// A place in a file: as the program names it, lines and UTF-16 columns from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Path from inside the sandbox.
    pub file: String,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// Largest module, bytes.
const LARGEST_MODULE: u64 = 5 << 20;

/// Loads modules and remembers how they were changed.
#[derive(Default)]
pub struct Modules {
    changes: BTreeMap<String, Change>,
    /// Whether modules are told their real paths, for the user's own Node.
    real_names: bool,
    /// The last mistake in a module's text, with its place.
    pub mistake: Option<(String, Position)>,
}

/// How the text that runs differs from the author's.
struct Change {
    /// Columns that were put before the first line.
    head: u32,
    map: Option<SourceMap<'static>>,
}

impl Modules {
    /// Modules that are told their real paths, for the user's own Node.
    pub fn with_real_names() -> Self {
        Self { real_names: true, ..Self::default() }
    }

    /// The module of a resolved name: a letter for its kind, and its text.
    pub fn load(&mut self, project: &Project, name: &str) -> Result<String, Refused> {
        if let Some(own) = name.strip_prefix("stacktape:").map(crate::library::stacktape) {
            return own
                .map(|text| format!("{ES_MODULE}{text}"))
                .ok_or_else(|| Refused::new(format!("there is no module `{name}`")));
        }
        if let Some(node) = name.strip_prefix("node:") {
            let text =
                crate::library::node(node).ok_or_else(|| Refused::new(format!("there is no module `{name}`")))?;
            return Ok(format!("{ES_MODULE}{text}"));
        }
        let real = project.real(name).and_then(|path| project.follow(&path)).map_err(|_| Refused::outside(name))?;
        let shown = project.shown(name);
        let fits = std::fs::metadata(&real).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST_MODULE);
        if !fits {
            return Err(Refused::new(format!("`{shown}` cannot be imported: it is no file, or larger than 5 MB")));
        }
        let text = std::fs::read_to_string(&real)
            .map_err(|error| Refused::new(format!("`{shown}` cannot be read as text: {error}")))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        match real.extension().and_then(|e| e.to_str()).unwrap_or_default() {
            "json" => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
                Ok(_) => Ok(format!("{JSON}{text}")),
                Err(error) => {
                    let at =
                        Position { file: name.into(), line: error.line() as u32, column: error.column().max(1) as u32 };
                    Err(self.mistake(format!("`{shown}` is not valid JSON: {error}"), at))
                }
            },
            "yml" | "yaml" => self.yaml(name, &shown, text),
            "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" => {
                self.script(project, name, &shown, &real, text)
            }
            _ => Err(Refused::new(format!(
                "`{shown}` cannot be imported: a config imports scripts, JSON and YAML; read other files with `node:fs`"
            ))),
        }
    }

    fn mistake(&mut self, message: String, at: Position) -> Refused {
        self.mistake = Some((message.clone(), at));
        Refused::new(message)
    }

    fn yaml(&mut self, name: &str, shown: &str, text: &str) -> Result<String, Refused> {
        let mut sources = Sources::default();
        let file = sources.add(FilePath::new("data.yml"), Arc::from(text));
        let mut sink = Sink::default();
        let tree = syntax::parse(&sources, file, &mut sink);
        let failed = sink.has_errors();
        match tree.filter(|_| !failed) {
            Some(tree) => Ok(format!("{JSON}{}", plain(&tree))),
            None => {
                let first = sink.finish().into_iter().next();
                let place = first.as_ref().and_then(|d| sources.place(d.span)).map(|p| (p.start.line, p.start.column));
                let (line, column) = place.unwrap_or((1, 1));
                let message = first.map(|d| d.message).unwrap_or_else(|| "it cannot be read".into());
                Err(self.mistake(format!("`{shown}`: {message}"), Position { file: name.into(), line, column }))
            }
        }
    }

    fn script(
        &mut self,
        project: &Project,
        name: &str,
        shown: &str,
        real: &Path,
        text: &str,
    ) -> Result<String, Refused> {
        let extension = real.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let typescript = matches!(extension, "ts" | "tsx" | "mts" | "cts");
        let blank;
        let text = match text.strip_prefix("#!") {
            Some(rest) => {
                blank = format!("//{rest}");
                blank.as_str()
            }
            None => text,
        };
        let allocator = Allocator::default();
        let kind = SourceType::from_path(real).unwrap_or_else(|_| SourceType::ts());
        // Which of the two a `.js` file is shows in what it says.
        let kind = if typescript { kind.with_module(true) } else { kind.with_unambiguous(true) };
        let options = ParseOptions {
            allow_return_outside_function: matches!(extension, "js" | "cjs"),
            ..ParseOptions::default()
        };
        let parsed = Parser::new(&allocator, text, kind).with_options(options).parse();
        if let Some(error) = parsed.diagnostics.iter().next() {
            let offset = error.labels.first().map_or(0, |label| label.offset());
            let (line, column) = line_and_column(text, offset as usize);
            let message = format!(
                "`{shown}` is no valid {}: {}",
                if typescript { "TypeScript" } else { "JavaScript" },
                error.message
            );
            return Err(self.mistake(message, Position { file: name.into(), line, column }));
        }
        let mut program = parsed.program;
        let marked = sites::mark(&mut program, &allocator);
        let scoping = SemanticBuilder::new()
            .with_excess_capacity(2.0)
            .with_enum_eval(true)
            .build(&program)
            .semantic
            .into_scoping();
        let uses = |global: &str| scoping.root_unresolved_references().keys().any(|name| name.as_str() == global);
        let common = match extension {
            "mjs" | "mts" => false,
            _ if parsed.module_record.has_module_syntax => false,
            "cjs" | "cts" => true,
            _ if is_module_package(project, real) => false,
            "ts" | "tsx" => uses("module") || uses("exports") || uses("require"),
            _ => true,
        };
        let mut head = String::new();
        let name_for_itself = if self.real_names { real.to_string_lossy().into_owned() } else { name.to_string() };
        let own = name_for_itself.as_str();
        if !common {
            for (global, value) in [("__filename", quoted(own)), ("__dirname", quoted(folder(own)))] {
                if uses(global) {
                    head += &format!("const {global} = {value}; ");
                }
            }
            if uses("require") || (typescript && text.contains("require(")) {
                head += &format!("const require = globalThis.__stacktape.requireFrom({}); ", quoted(own));
            }
        }
        let (code, map) = if typescript || marked || matches!(extension, "jsx") {
            let made = Transformer::new(&allocator, real, &TransformOptions::default())
                .build_with_scoping(scoping, &mut program);
            if let Some(error) = made.diagnostics.iter().next() {
                let offset = error.labels.first().map_or(0, |label| label.offset());
                let (line, column) = line_and_column(text, offset as usize);
                let message = format!("`{shown}`: {}", error.message);
                return Err(self.mistake(message, Position { file: name.into(), line, column }));
            }
            let options = CodegenOptions { source_map_path: Some(real.to_path_buf()), ..CodegenOptions::default() };
            let printed = Codegen::new().with_options(options).with_source_text(text).build(&program);
            (printed.code, printed.map.map(SourceMap::into_owned))
        } else {
            (text.to_string(), None)
        };
        let before = if common { COMMON_JS_HEAD } else { head.len() };
        self.changes.insert(name.to_string(), Change { head: before as u32, map });
        Ok(format!("{}{head}{code}", if common { COMMON_JS } else { ES_MODULE }))
    }

    /// The author's place of one in the text that runs.
    pub fn original(&self, at: &Position) -> Position {
        let Some(change) = self.changes.get(&at.file) else { return at.clone() };
        let column = if at.line == 1 { at.column.saturating_sub(change.head).max(1) } else { at.column };
        let Some(map) = &change.map else { return Position { column, ..at.clone() } };
        let table = map.generate_lookup_table();
        match map.lookup_token(&table, at.line.saturating_sub(1), column.saturating_sub(1)) {
            Some(token) => {
                Position { file: at.file.clone(), line: token.get_src_line() + 1, column: token.get_src_col() + 1 }
            }
            None => Position { column, ..at.clone() },
        }
    }
}

/// Whether the nearest `package.json` makes `.js` and `.ts` files ES modules.
fn is_module_package(project: &Project, file: &Path) -> bool {
    for folder in file.ancestors().skip(1).take_while(|folder| project.holds(folder)) {
        let manifest = project.follow(&folder.join("package.json")).ok();
        if let Some(text) = manifest.and_then(|path| std::fs::read_to_string(path).ok()) {
            let manifest: Option<Value> = serde_json::from_str(&text).ok();
            return manifest.is_some_and(|m| m.get("type").and_then(Value::as_str) == Some("module"));
        }
    }
    false
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("/", |(folder, _)| folder)
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Line and UTF-16 column of a byte, from 1.
fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line as u32, before[start..].encode_utf16().count() as u32 + 1)
}

/// A tree as plain JSON.
fn plain(node: &Node) -> Value {
    match &node.value {
        syntax::Value::Bool(b) => Value::from(*b),
        syntax::Value::Int(n) => Value::from(*n),
        syntax::Value::Float(n) => Value::from(*n),
        syntax::Value::Str(s) => Value::from(s.to_string()),
        syntax::Value::List(items) => Value::Array(items.iter().map(plain).collect()),
        syntax::Value::Map(map) => map.entries.iter().map(|e| (e.key.value.to_string(), plain(&e.value))).collect(),
        _ => Value::Null,
    }
}
