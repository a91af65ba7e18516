//! Packaging: the compiler's requests become jobs of the packaging crate, its results become artifacts to upload.

use crate::compiler::place;
use crate::deploy::driver::count;
use crate::deploy::job::Artifact;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Project;
use crate::ui::Ui;
use crate::ui::line::{Finding, Line, Severity};
use stacktape_compiler::Compiled;

#[cfg(feature = "packaging")]
mod jobs;

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

/// Shows a packaging problem at the packaging block of the function, or in the source file that it is about.
#[allow(dead_code)]
fn show(ui: &Ui, compiled: &Compiled, span: stacktape_compiler::source::Span, message: String, hints: Vec<String>) {
    ui.say(&Line::Diagnostic(Finding {
        severity: Severity::Error,
        code: "packaging".into(),
        message,
        place: place(&compiled.sources, span),
        hints,
        labels: vec![],
        excerpt: crate::compiler::excerpt(&compiled.sources, span),
    }));
}

/// The failure after the problems were shown.
#[allow(dead_code)]
fn failed(functions: usize) -> Failure {
    Failure::new(Exit::Packaging, "packaging-failed", format!("{} could not be packaged", count(functions, "function")))
}
