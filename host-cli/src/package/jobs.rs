//! The bridge to the packaging crate.

use super::{Packages, stack_lambda};
use crate::compiler::{excerpt, place};
use crate::deploy::driver::count;
use crate::deploy::job::Artifact;
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::settings::Project;
use crate::ui::Ui;
use crate::ui::line::{Excerpt, Finding, Label, Line, Place, Severity};
use stacktape_compiler::Compiled;
use stacktape_compiler::model::{ArtifactRequest, ArtifactSource, Buildpack, FunctionCode};
use stacktape_compiler::source::Span;
use stacktape_packaging::{
    Architecture, BuildpackOptions, JavaScriptOptions, Job, JobKind, ModuleFormat, Packaged, PackagingError, Progress,
    ProjectDirs, package_all,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs all jobs.
pub async fn run(ui: &Arc<Ui>, compiled: &Compiled, project: &Project, no_cache: bool) -> Result<Packages> {
    let requests = &compiled.plan.artifacts;
    if requests.is_empty() {
        return Ok(Packages::default());
    }
    let jobs = requests.iter().map(|request| job(request, project)).collect::<Result<Vec<Option<Job>>>>()?;
    let images = requests.iter().zip(&jobs).filter(|(_, job)| job.is_none());
    for (request, _) in images.clone() {
        let message = format!("the image `{}` cannot be built: this version builds no container images", request.id.0);
        let hint = "build and push it yourself, and use packaging of type prebuilt-image".to_string();
        show(ui, compiled, request.span, message, vec![hint]);
    }
    if images.clone().next().is_some() {
        return Err(failed(images.count()));
    }
    let dirs = ProjectDirs::new(project.root.clone());
    if no_cache && dirs.cache.exists() {
        std::fs::remove_dir_all(&dirs.cache).map_err(|e| {
            Failure::new(Exit::Write, "cache", format!("the cache {} cannot be cleared: {e}", dirs.cache.display()))
        })?;
    }
    let progress = Arc::new(Steps { ui: ui.clone(), total: requests.len(), done: AtomicUsize::new(0) });
    let results = package_all(&dirs, jobs.into_iter().flatten().collect(), progress).await;
    let mut out = Packages::default();
    let mut bad = 0;
    for (request, result) in requests.iter().zip(results) {
        match result {
            Ok(packaged) => {
                for note in &packaged.notes {
                    ui.info(format!("  {}: {note}", packaged.name));
                }
                out.cached += usize::from(packaged.from_cache);
                out.artifacts.push(Artifact {
                    name: packaged.name,
                    digest: match is_stack_lambda(request) {
                        true => stack_lambda::digest().into(),
                        false => packaged.digest,
                    },
                    path: packaged.archive,
                    size: packaged.size,
                });
            }
            Err(error) => {
                bad += 1;
                for problem in error.problems {
                    let message = format!("`{}` cannot be packaged: {}", error.job, problem.message);
                    let hints = problem.hint.into_iter().collect();
                    match problem.place {
                        Some(at) => {
                            show_in_code(ui, compiled, project, request.span, (&at, &error.job), message, hints)
                        }
                        None => show(ui, compiled, request.span, message, hints),
                    }
                }
            }
        }
    }
    if bad > 0 { Err(failed(bad)) } else { Ok(out) }
}

/// Counts finished jobs on the moving line.
struct Steps {
    ui: Arc<Ui>,
    total: usize,
    done: AtomicUsize,
}

impl Progress for Steps {
    fn finished(&self, job: &str, _: &Result<Packaged, PackagingError>) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.ui.update(format!("Packaging {done} of {}: {job}", self.total));
    }
}

/// The job of an archive; `None` for an image.
fn job(request: &ArtifactRequest, project: &Project) -> Result<Option<Job>> {
    let ArtifactSource::Function(function) = &request.source else { return Ok(None) };
    Ok(Some(Job {
        name: request.id.0.to_string(),
        kind: match &function.code {
            FunctionCode::Buildpack(buildpack) => JobKind::LambdaBuildpack(options(buildpack)),
            FunctionCode::Archive { path } => JobKind::CustomArtifact { path: path.value.clone() },
            FunctionCode::StackLambda => JobKind::CustomArtifact { path: stack_lambda::unpack(&project.root)? },
        },
        runtime: function.runtime.clone(),
        architecture: if function.architecture == "arm64" { Architecture::Arm64 } else { Architecture::X86_64 },
    }))
}

fn is_stack_lambda(request: &ArtifactRequest) -> bool {
    matches!(&request.source, ArtifactSource::Function(function) if matches!(function.code, FunctionCode::StackLambda))
}

fn options(b: &Buildpack) -> BuildpackOptions {
    let node = &b.node;
    BuildpackOptions {
        entry: b.entryfile.value.clone(),
        handler_function: b.handler.clone(),
        include_files: b.include_files.clone(),
        exclude_files: b.exclude_files.clone(),
        exclude_dependencies: b.exclude_dependencies.clone(),
        javascript: JavaScriptOptions {
            // The runtime says it already.
            node_version: None,
            ts_config_path: node.ts_config.clone(),
            output_module_format: node.esm.map(|esm| if esm { ModuleFormat::Esm } else { ModuleFormat::Cjs }),
            disable_source_maps: node.disable_source_maps,
            output_source_maps_to: node.source_maps_to.clone(),
            emit_ts_decorator_metadata: node.decorator_metadata,
            dependencies_to_exclude_from_bundle: node.unbundled.clone(),
            dependencies_to_exclude_from_deployment_package: node.omitted.clone(),
        },
    }
}

/// Shows a packaging problem at the packaging block of the function, or in the source file that it is about.
fn show(ui: &Ui, compiled: &Compiled, span: Span, message: String, hints: Vec<String>) {
    ui.say(&Line::Diagnostic(Finding {
        severity: Severity::Error,
        code: "packaging".into(),
        message,
        place: place(&compiled.sources, span),
        hints,
        labels: vec![],
        excerpt: excerpt(&compiled.sources, span),
    }));
}

/// Shows a problem in a source file, with the function that needs the file.
fn show_in_code(
    ui: &Ui,
    compiled: &Compiled,
    project: &Project,
    span: Span,
    (at, job): (&stacktape_packaging::Place, &str),
    message: String,
    hints: Vec<String>,
) {
    let path = project.root.join(&at.file);
    // As the user would name it from where the command was typed.
    let folder = project.shown.rsplit_once('/').map(|(folder, _)| folder);
    let beside = project.config.parent().and_then(|p| p.canonicalize().ok()).is_some_and(|p| p == project.root);
    let file = match folder {
        Some(folder) if beside => format!("{folder}/{}", at.file),
        None if beside => at.file.clone(),
        _ => path.display().to_string(),
    };
    let excerpt = std::fs::read_to_string(&path).ok().and_then(|text| {
        let range = word_at(&text, at.line, at.column)?;
        Some(Excerpt { file: file.clone(), text: text.into(), range })
    });
    let width = excerpt.as_ref().map_or(1, |e| e.text[e.range.clone()].chars().count());
    let end_column = at.column + u32::try_from(width).unwrap_or(1);
    let (line, column) = (at.line, at.column);
    ui.say(&Line::Diagnostic(Finding {
        severity: Severity::Error,
        code: "packaging".into(),
        message,
        place: Some(Place { file, line, column, end_line: line, end_column }),
        hints,
        labels: vec![Label {
            message: format!("for `{job}`"),
            place: place(&compiled.sources, span),
            excerpt: self::excerpt(&compiled.sources, span),
        }],
        excerpt,
    }));
}

/// Bytes of the word, the quoted text or the one character at a line and column.
fn word_at(text: &str, line: u32, column: u32) -> Option<std::ops::Range<usize>> {
    let before: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let rest = text.get(before..)?;
    let start = before + rest.char_indices().nth(column as usize - 1).map_or(rest.len(), |(at, _)| at);
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let word = text[start..].find(|c| !is_word(c)).unwrap_or(text.len() - start);
    let rest = &text[start..];
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let quoted = rest.strip_prefix(['"', '\'', '`']).and_then(|after| {
        let length = after.lines().next()?.find(rest.chars().next()?)?;
        Some(length + 2)
    });
    Some(start..start + quoted.unwrap_or(word.max(first)))
}

/// The failure after the problems were shown.
fn failed(functions: usize) -> Failure {
    Failure::new(Exit::Packaging, "packaging-failed", format!("{} could not be packaged", count(functions, "function")))
}

#[cfg(test)]
mod tests {
    use super::word_at;

    #[test]
    fn words_are_found_by_line_and_column() {
        let text = "let a;\nlet größe = §;\n";
        let word = |line, column| word_at(text, line, column).map(|range| &text[range]);
        assert_eq!(word(1, 5), Some("a"));
        assert_eq!(word(2, 5), Some("größe"));
        assert_eq!(word(2, 13), Some("§"));
        assert_eq!(word_at("from './a'; 'b", 1, 6).map(|r| r.len()), Some(5));
        assert_eq!(word(3, 1), Some(""), "the end of the file");
        assert_eq!(word(9, 9), Some(""));
    }
}
