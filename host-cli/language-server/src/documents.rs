//! The open documents, and the world of the config among them.

use crate::programs::is_program;
use lsp_types::Url;
use serde::Deserialize;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use stacktape_compiler::{Input, facts_file::FactsFile};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the config is for: the client's `initializationOptions`, all optional.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Target {
    /// Stage; `dev` when not given.
    pub stage: Option<String>,
    /// Region; `eu-west-1` when not given.
    pub region: Option<String>,
    /// Project; the name of the config's folder when not given.
    pub project_name: Option<String>,
    /// AWS profile, for configs that read it.
    pub profile: Option<String>,
    /// Path of a fact file, from the workspace folder.
    pub facts: Option<String>,
    /// Path of a config whose name is not `stacktape.…`, from the workspace folder.
    pub config_path: Option<String>,
}

impl Target {
    /// What is given here, else what `other` gives.
    pub fn or(self, other: &Target) -> Target {
        Target {
            stage: self.stage.or_else(|| other.stage.clone()),
            region: self.region.or_else(|| other.region.clone()),
            project_name: self.project_name.or_else(|| other.project_name.clone()),
            profile: self.profile.or_else(|| other.profile.clone()),
            facts: self.facts.or_else(|| other.facts.clone()),
            config_path: self.config_path.or_else(|| other.config_path.clone()),
        }
    }
}

/// An open document.
pub struct Document {
    /// Its text.
    pub text: Arc<str>,
    /// Version that the client gave.
    pub version: i32,
}

/// Everything that is open, and where the client works.
#[derive(Default)]
pub struct Documents {
    /// By URI.
    pub open: BTreeMap<Url, Document>,
    /// Folder of the workspace.
    pub folder: Option<PathBuf>,
    /// What configs are for.
    pub target: Target,
    /// The facts that the target names.
    pub facts: Option<FactsFile>,
}

/// Largest file that a config may read, bytes.
const LARGEST_FILE: u64 = 10 << 20;

impl Documents {
    /// Whether a document is a config.
    pub fn is_config(&self, uri: &Url) -> bool {
        let Some(path) = path_of(uri) else { return false };
        if let (Some(given), Some(folder)) = (&self.target.config_path, &self.folder)
            && folder.join(given) == path
        {
            return true;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        // Of programs only this one: `stacktape.test.ts` would be a test.
        if is_program(&path) {
            return name.strip_prefix("stacktape.").is_some_and(|end| !end.contains('.'));
        }
        name.starts_with("stacktape.")
            && [".yml", ".yaml", ".json"].iter().any(|end| name.ends_with(end))
            && !name.ends_with(".schema.json")
    }

    /// Reads the facts that the target names; the error is for people.
    pub fn load_facts(&mut self) -> Result<(), String> {
        let Some(given) = &self.target.facts else { return Ok(()) };
        let path = self.folder.clone().unwrap_or_default().join(given);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let facts = FactsFile::parse(&text).map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            format!("{}: {}", path.display(), all.join("; "))
        })?;
        self.facts = Some(facts);
        Ok(())
    }

    /// The config at a URI, if it is a text and no program: programs have no services here.
    pub fn text_config(&self, uri: &Url) -> Option<Config<'_>> {
        self.config(uri).filter(|_| path_of(uri).is_some_and(|path| !is_program(&path)))
    }

    /// The config at a URI and its world.
    pub fn config(&self, uri: &Url) -> Option<Config<'_>> {
        let document = self.open.get(uri).filter(|_| self.is_config(uri))?;
        let path = path_of(uri)?;
        let name = path.file_name()?.to_string_lossy().to_string();
        let root = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let boundary = match &self.folder {
            Some(folder) if root.starts_with(folder) => folder.clone(),
            _ => root.clone(),
        };
        let target = stacktape_compiler::Target {
            project_name: self.target.project_name.clone().unwrap_or_else(|| project_of(&root)),
            stage: self.target.stage.clone().unwrap_or_else(|| "dev".into()),
            region: self.target.region.clone().unwrap_or_else(|| "eu-west-1".into()),
            profile: self.target.profile.clone(),
        };
        let input = Input { config: FilePath::new(name), target, cli_args: BTreeMap::new(), evaluated: None };
        Some(Config { documents: self, text: document.text.clone(), input, root, boundary })
    }
}

/// A config with its files and facts.
pub struct Config<'a> {
    documents: &'a Documents,
    /// The text.
    pub text: Arc<str>,
    /// What is compiled.
    pub input: Input<'static>,
    /// Folder of the config: relative paths start there.
    root: PathBuf,
    /// Folder that no file is read outside of.
    boundary: PathBuf,
}

impl Config<'_> {
    /// Folder that no file is read outside of.
    pub fn boundary(&self) -> &Path {
        &self.boundary
    }

    /// The URI of a file that the config names.
    pub fn uri_of(&self, file: &FilePath) -> Option<Url> {
        Url::from_file_path(self.root.join(file.as_str())).ok()
    }
}

impl World for Config<'_> {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        if *file == self.input.config {
            return Some(self.text.clone());
        }
        let path = self.root.join(file.as_str());
        // What is being edited counts, saved or not.
        let open = Url::from_file_path(&path).ok().and_then(|uri| self.documents.open.get(&uri));
        if let Some(document) = open {
            return Some(document.text.clone());
        }
        let (path, boundary) = (path.canonicalize().ok()?, self.boundary.canonicalize().ok()?);
        let fits = path.starts_with(&boundary)
            && std::fs::metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST_FILE);
        fits.then(|| std::fs::read_to_string(&path).ok()).flatten().map(Arc::from)
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.documents.facts.as_ref()?.fact(key)
    }
}

/// The path of a file URI.
fn path_of(uri: &Url) -> Option<PathBuf> {
    uri.to_file_path().ok()
}

/// A project name made of a folder's name: lower-case letters, digits and dashes.
fn project_of(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    if plain.len() < 2 { "app".to_string() } else { plain.to_string() }
}
