//! `editor`: serves the config editor on loopback with the project's config opened, until it is interrupted.

use super::result;
use crate::args::{ConfigArgs, EditorArgs};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::facts::Facts;
use crate::program::{Program, is_program};
use crate::resolve::Source;
use crate::session::{Place, Session};
use crate::settings::Project;
use serde_json::{Value, json};
use stacktape_editor::{ConfigFile, Editor, Target, Workspace};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs the command.
pub async fn run(session: &Session, args: &EditorArgs) -> Result<()> {
    if !stacktape_editor::is_built() {
        let message = "this build of stacktape has no editor in it: the page was not built before the program";
        return Err(Failure::new(Exit::Later, "no-editor", message)
            .hint("in a clone, run `make editor-build` (it needs Node), then build the program again"));
    }
    let place = session.place(&args.config, &args.target, &args.user, false)?;
    let facts = session.facts(&args.facts, &place.project)?;
    let name = place.project.config.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let config = ConfigFile { path: place.project.config.clone(), name };
    let shown = place.project.shown.clone();
    let given = given_facts(session, args);
    let session = Session { ui: session.ui.clone(), env: session.env.clone(), given: session.given.clone() };
    let ui = session.ui.clone();
    let open = Open { session, place, facts, given, config: args.config.clone() };
    let editor = Editor::bind(args.port, token(), config, open).await.map_err(|e| {
        Failure::new(Exit::Write, "port", format!("port {} on 127.0.0.1 cannot be used: {e}", args.port))
            .hint("leave `--port` out: a free one is taken then")
    })?;
    let url = editor.url();
    ui.say(&result("editor", format!("{shown} is open at {url}"), [("url", url.into())]));
    ui.info("Ctrl+C ends it; the address is for you alone: who has it can read and write the config");
    tokio::select! {
        () = editor.serve() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

/// Hard to guess: 244 random bits.
fn token() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// What the user said about the account, in the form of a fact file.
fn given_facts(session: &Session, args: &EditorArgs) -> Option<Value> {
    let mut facts = match &args.facts.facts {
        Some(file) => {
            // It was read and checked before; should it be gone by now, the page asks for the facts.
            let text = std::fs::read_to_string(session.env.cwd.join(file)).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or_else(|_| json!({}))
        }
        None => json!({}),
    };
    if let Some(account) = &args.facts.aws_account_id {
        facts["accountId"] = account.clone().into();
    }
    facts.as_object().is_some_and(|f| !f.is_empty()).then_some(facts)
}

/// The project that the page edits.
struct Open {
    session: Session,
    place: Place,
    facts: Facts,
    given: Option<Value>,
    config: ConfigArgs,
}

impl Workspace for Open {
    fn target(&self) -> Target {
        let target = &self.place.target;
        Target { project_name: target.project_name.clone(), stage: target.stage.clone(), region: target.region.clone() }
    }

    fn facts(&self) -> Option<Value> {
        self.given.clone()
    }

    fn sources(&self, text: &str) -> BTreeMap<String, String> {
        let Place { project, target } = &self.place;
        if is_program(&project.config) {
            return imports(project, text);
        }
        let project = Project { text: text.to_owned(), ..project.clone() };
        // A text config is not evaluated here, so nothing can fail.
        let Ok(program) = Program::of(&self.session, &project, target, &self.config, "synth") else {
            return BTreeMap::new();
        };
        let given = &self.session.given;
        let source = Source { project: &project, target, given, facts: &self.facts, program: &program };
        let compiled = source.compile();
        let read = compiled.sources.files().filter(|(_, path, _)| path.as_str() != project.shown);
        read.map(|(_, path, text)| (path.to_string(), text.to_string())).collect()
    }
}

/// Largest file that the page gets, bytes.
const LARGEST: u64 = 1 << 20;
/// Most files that the page gets.
const MOST: usize = 200;

/// The files of the project that a program imports, and those that they import, by path from the folder of the config. The page evaluates them.
fn imports(project: &Project, text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![(PathBuf::new(), text.to_owned())];
    let root = project.root.canonicalize().unwrap_or_else(|_| project.root.clone());
    while let Some((folder, text)) = open.pop() {
        for wanted in relative_imports(&text) {
            let name = normal(&folder.join(wanted));
            let candidates = ["", ".ts", ".js", ".mts", ".mjs", ".json", "/index.ts", "/index.js"];
            let paths = candidates.iter().map(|end| format!("{name}{end}"));
            let typescript = name.strip_suffix(".js").map(|stem| format!("{stem}.ts"));
            for path in paths.chain(typescript) {
                let Ok(file) = root.join(&path).canonicalize() else { continue };
                let fits = file.starts_with(&root) && file.metadata().is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
                if !fits || found.contains_key(&path) || found.len() == MOST {
                    continue;
                }
                if let Ok(text) = std::fs::read_to_string(&file) {
                    let folder = Path::new(&path).parent().unwrap_or(Path::new("")).to_owned();
                    open.push((folder, text.clone()));
                    found.insert(path, text);
                }
                break;
            }
        }
    }
    found
}

/// The texts in quotes that begin like a relative path, wherever they stand: too many do no harm.
fn relative_imports(text: &str) -> Vec<&str> {
    let quoted = ['\'', '"'].into_iter().flat_map(|quote| text.split(quote).skip(1).step_by(2));
    quoted.filter(|t| (t.starts_with("./") || t.starts_with("../")) && !t.contains('\n')).collect()
}

/// A path without `.` and `..`, with slashes.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = vec![];
    for part in path.components() {
        match part {
            std::path::Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            std::path::Component::ParentDir => {
                parts.pop();
            }
            _ => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_gets_what_a_program_imports_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("app");
        std::fs::create_dir_all(root.join("lib")).unwrap();
        std::fs::write(root.join("lib/names.ts"), "import x from '../data.json';\n").unwrap();
        std::fs::write(root.join("data.json"), "1").unwrap();
        std::fs::write(root.join("other.ts"), "export {}").unwrap();
        std::fs::write(folder.path().join("secret.ts"), "s").unwrap();
        let config = root.join("stacktape.ts");
        let text = "import { a } from './lib/names';\nimport s from \"../secret.ts\";\n";
        let project =
            Project { config, shown: "stacktape.ts".into(), root: root.clone(), boundary: root, text: text.into() };
        let names: Vec<String> = imports(&project, text).into_keys().collect();
        assert_eq!(names, ["data.json", "lib/names.ts"]);
    }
}
