//! Packaging: the compiler's requests become jobs of the packaging crate, its results become artifacts to upload.

use crate::deploy::driver::count;
use crate::deploy::job::Artifact;
use crate::error::Result;
use crate::settings::Project;
use crate::ui::Ui;
#[cfg(not(feature = "packaging"))]
use crate::{error::Failure, exit::Exit};
use stacktape_compiler::Compiled;

#[cfg(feature = "packaging")]
mod jobs;
#[cfg(feature = "packaging")]
mod stack_lambda;

/// What packaging made.
#[derive(Debug, Default)]
pub struct Packages {
    /// The archives.
    pub artifacts: Vec<Artifact>,
    /// How many of them came from the cache.
    pub cached: usize,
}

impl Packages {
    /// One line for people.
    pub fn summary(&self) -> String {
        let made = self.artifacts.len() - self.cached;
        format!("{} packaged, {} unchanged", count(made, "function"), self.cached)
    }
}

/// Packages everything that the config asks for. Every failure is shown with its place; then the command ends.
#[cfg(feature = "packaging")]
pub async fn package(
    ui: &std::sync::Arc<Ui>,
    compiled: &Compiled,
    project: &Project,
    no_cache: bool,
) -> Result<Packages> {
    jobs::run(ui, compiled, project, no_cache).await
}

/// Without the packaging crate only configs without code can be deployed.
#[cfg(not(feature = "packaging"))]
pub async fn package(_: &std::sync::Arc<Ui>, compiled: &Compiled, _: &Project, _: bool) -> Result<Packages> {
    if compiled.plan.artifacts.is_empty() {
        return Ok(Packages::default());
    }
    Err(Failure::new(Exit::Later, "no-packaging", "this build of stacktape cannot package code")
        .hint("build it with the feature `packaging`"))
}
