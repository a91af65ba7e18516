//! The compiler's window: files of the project, and facts.

use crate::facts::Facts;
use crate::program::Program;
use crate::settings::Project;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Largest file that a config may read, bytes.
const LARGEST_FILE: u64 = 10 << 20;

/// The host's world.
pub struct HostWorld<'a> {
    project: &'a Project,
    facts: &'a Facts,
    program: Option<&'a Program>,
    /// Files are read once, so that all rounds of a compilation see the same text.
    read: Mutex<BTreeMap<FilePath, Option<Arc<str>>>>,
}

impl<'a> HostWorld<'a> {
    /// A world for one project. `program` runs custom directives.
    pub fn new(project: &'a Project, facts: &'a Facts, program: Option<&'a Program>) -> Self {
        let config = (FilePath::new(&project.shown), Some(Arc::from(project.text.as_str())));
        Self { project, facts, program, read: Mutex::new([config].into()) }
    }

    /// A text file below the boundary, links resolved before the check; anything else does not exist.
    fn load(&self, file: &FilePath) -> Option<Arc<str>> {
        let path = self.project.root.join(Path::new(file.as_str())).canonicalize().ok()?;
        let boundary = self.project.boundary.canonicalize().ok()?;
        let inside = path.starts_with(&boundary) && path.is_file();
        let fits = inside && std::fs::metadata(&path).is_ok_and(|m| m.len() <= LARGEST_FILE);
        fits.then(|| std::fs::read_to_string(&path).ok()).flatten().map(Arc::from)
    }
}

impl World for HostWorld<'_> {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        let mut read = self.read.lock().ok()?;
        if let Some(known) = read.get(file) {
            return known.clone();
        }
        let text = self.load(file);
        read.insert(file.clone(), text.clone());
        text
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.get(key)
    }

    fn directive(&self, script: &FilePath, export: &str, arguments: &str) -> Option<Result<String, String>> {
        Some(self.program?.directive(script.as_str(), export, arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Environment;

    #[test]
    fn files_outside_the_project_do_not_exist() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("project");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(dir.path().join("secret.txt"), "s").unwrap();
        std::fs::write(root.join("ok.txt"), "fine").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("secret.txt"), root.join("link.txt")).unwrap();
        let project = Project {
            config: root.join("stacktape.yml"),
            shown: "stacktape.yml".into(),
            root: root.clone(),
            boundary: root.clone(),
            text: "a: 1".into(),
        };
        let facts = Facts::new(None, None, root, &Environment::default()).unwrap();
        let world = HostWorld::new(&project, &facts, None);
        let source = |path: &str| world.source(&FilePath::new(path)).map(|t| t.to_string());
        assert_eq!(source("stacktape.yml").as_deref(), Some("a: 1"));
        assert_eq!(source("ok.txt").as_deref(), Some("fine"));
        assert_eq!(source("../secret.txt"), None);
        assert_eq!(source("link.txt"), None);
        assert_eq!(source("none.txt"), None);
    }
}
