//! The world as the caller describes it: source texts by path or from a function, and a fact file.

use crate::input::Read;
use stacktape_compiler::facts_file::FactsFile;
use stacktape_compiler::source::FilePath;
use stacktape_compiler::world::{Fact, FactKey, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything the compiler may see.
pub struct GivenWorld<'a> {
    /// Texts by normal path.
    texts: BTreeMap<String, &'a str>,
    facts: Option<FactsFile>,
    /// Gives what is not among the texts.
    read: Option<&'a Read>,
}

impl<'a> GivenWorld<'a> {
    /// A world of these texts and facts, and of what `read` gives.
    pub fn new(sources: &'a BTreeMap<String, String>, facts: Option<FactsFile>, read: Option<&'a Read>) -> Self {
        let texts = sources.iter().filter_map(|(path, text)| Some((normal(path)?, text.as_str()))).collect();
        Self { texts, facts, read }
    }
}

impl World for GivenWorld<'_> {
    fn source(&self, file: &FilePath) -> Option<Arc<str>> {
        let path = normal(file.as_str())?;
        match self.texts.get(&path) {
            Some(text) => Some(Arc::from(*text)),
            None => self.read?.text(&path).map(Arc::from),
        }
    }

    fn fact(&self, key: &FactKey) -> Option<Fact> {
        self.facts.as_ref()?.fact(key)
    }
}

/// A path without `.` and `..`; `None` when it leaves the project.
fn normal(path: &str) -> Option<String> {
    let mut parts = vec![];
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_however_their_path_is_written() {
        let sources = [("./a/b.json".to_string(), "1".to_string()), ("c.yml".into(), "2".into())].into();
        let world = GivenWorld::new(&sources, None, None);
        let text = |path: &str| world.source(&FilePath::new(path)).map(|t| t.to_string());
        assert_eq!(text("a/b.json").as_deref(), Some("1"));
        assert_eq!(text("./a/../a//b.json").as_deref(), Some("1"));
        assert_eq!(text("a/../c.yml").as_deref(), Some("2"));
        assert_eq!(text("../c.yml"), None);
        assert_eq!(text("d.yml"), None);
    }
}
