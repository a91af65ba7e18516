//! The services on texts with a cursor (`‸`).

mod completion;
mod edits;
mod format;
mod names;

use super::OpenConfig;
use super::edits::apply;
use crate::compile::Input;
use crate::source::FilePath;
use crate::world::{Fact, FactKey, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One text and no facts.
struct Only(Arc<str>);

impl World for Only {
    fn source(&self, _: &FilePath) -> Option<Arc<str>> {
        Some(self.0.clone())
    }
    fn fact(&self, _: &FactKey) -> Option<Fact> {
        None
    }
}

/// Opens a text at its cursor (0 without one).
fn at<T>(file: &str, text: &str, see: impl FnOnce(&OpenConfig<'_>, usize) -> T) -> T {
    let offset = text.find('‸').unwrap_or(0);
    let world = Only(text.replace('‸', "").into());
    let target = crate::target::Target {
        project_name: "demo".into(),
        stage: "dev".into(),
        region: "eu-west-1".into(),
        profile: None,
    };
    let input = Input { config: FilePath::new(file), target, cli_args: BTreeMap::new(), evaluated: None };
    see(&OpenConfig::new(&input, &world), offset)
}
