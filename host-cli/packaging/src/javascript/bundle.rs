//! One bundle from one entry file, with `rolldown` as a library. Everything that could differ between machines (absolute paths, file times,
//! the order in which modules are read) is kept out of the result.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rolldown::plugin::__inner::SharedPluginable;
use rolldown::{
    AddonOutputOption, AttachDebugInfo, Bundler, BundlerBuilder, BundlerOptions, BundlerTransformOptions,
    ChecksOptions, CodeSplittingMode, CommentsOptions, DecoratorOptions, Either, ExperimentalOptions, InputItem,
    OutputExports, OutputFormat, Platform, ResolveOptions, SourceMapPathTransform, SourceMapType, TsConfig,
};
use rolldown_common::Output;
use rolldown_error::{BuildDiagnostic, DiagnosticOptions, EventKind};

use super::entry::{self, WRAPPER};
use super::packages::{Packages, is_installed, package_name};
use super::resolve::{Decisions, Resolve, Rules};
use crate::error::{Outcome, Place, Problem, Problems};
use crate::job::ModuleFormat;
use crate::snapshot::shown;

/// What to bundle and how.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub root: &'a Path,
    pub entry: &'a Path,
    pub wrapper: Option<String>,
    pub format: ModuleFormat,
    /// Major version of Node.
    pub node: u32,
    pub ts_config: Option<PathBuf>,
    pub decorator_metadata: bool,
    pub source_map: bool,
    /// Whether the map stays beside the bundle, so that the bundle may point to it.
    pub linked_map: bool,
    /// Exports for which there is no value are types: they become `undefined`.
    pub exports_types: bool,
}

impl Bundle {
    /// Whether code of the package is asked for: unused imports are gone from the bundle, but not from what the plugin saw.
    pub fn mentions(&self, package: &str) -> bool {
        self.code.contains(&format!("\"{package}\"")) || self.code.contains(&format!("\"{package}/"))
    }
}

/// What a build gives.
pub(crate) enum Built {
    Bundle(Bundle),
    /// The build has to be done again with [`Request::exports_types`].
    ExportsTypes,
    /// Files that are imported do not exist. The bundler stops there: built again with these imports as [`Rules::absent`], it tells what else is
    /// missing.
    Absent {
        /// What was found wrong so far.
        problems: Problems,
        /// The imports.
        imports: BTreeSet<String>,
    },
}

/// A finished bundle.
#[derive(Debug)]
pub(crate) struct Bundle {
    pub code: String,
    pub map: Option<String>,
    /// Exported names.
    pub exports: BTreeSet<String>,
    /// Every file that was read, whether or not something of it remains.
    pub modules: Vec<PathBuf>,
    pub decisions: Decisions,
}

/// Name of the bundle in the archive.
pub(crate) fn file_name(format: ModuleFormat) -> &'static str {
    match format {
        ModuleFormat::Cjs => "index.js",
        ModuleFormat::Esm => "index.mjs",
    }
}

/// Builds the bundle. `install` tells how to install a package in this project.
pub(crate) async fn build(
    request: &Request<'_>,
    rules: Rules,
    packages: Arc<Packages>,
    install: &(dyn Fn(&str) -> String + Sync),
) -> Outcome<Built> {
    let decisions = Arc::new(Mutex::new(Decisions::default()));
    let plugin = Resolve { rules, wrapper: request.wrapper.clone(), packages, decisions: Arc::clone(&decisions) };
    let plugin: SharedPluginable = Arc::new(plugin);
    let cwd = DiagnosticOptions { cwd: request.root.to_path_buf() };
    let in_root = |errors: Vec<BuildDiagnostic>| {
        let mut problems: Vec<_> = errors.iter().map(|error| problem(error, &cwd, request, install)).collect();
        problems.sort();
        problems.dedup();
        Problems(problems)
    };
    let builder = BundlerBuilder::default().with_options(options(request)).with_plugins(vec![plugin]);
    let mut bundler: Bundler = builder.build().map_err(|errors| in_root(errors.into_vec()))?;
    let output = match bundler.generate().await {
        Ok(output) => output,
        Err(errors) => {
            let all = errors.len();
            let real: Vec<_> = errors.into_vec().into_iter().filter(|error| !is_type_export(error)).collect();
            if real.is_empty() && all > 0 {
                return Ok(Built::ExportsTypes);
            }
            let absent = real.iter().filter(|error| matches!(error.kind(), EventKind::UnresolvedImport));
            let imports: BTreeSet<String> = absent.filter_map(BuildDiagnostic::exporter).collect();
            let problems = in_root(real);
            return if imports.is_empty() { Err(problems) } else { Ok(Built::Absent { problems, imports }) };
        }
    };
    let modules = bundler.watch_files().iter().map(|file| PathBuf::from(file.as_str())).collect();
    // Closing tells only plugins; the bundle is complete.
    let _ = bundler.close().await;

    let mut decisions = std::mem::take(&mut *decisions.lock().unwrap_or_else(PoisonError::into_inner));
    if decisions.late_native.is_empty() {
        let is_unresolved = |warning: &BuildDiagnostic| matches!(warning.kind(), EventKind::UnresolvedImport);
        let (unresolved, others): (Vec<_>, Vec<_>) = output.warnings.into_iter().partition(is_unresolved);
        let problems = in_root(unresolved);
        let warnings = in_root(others.into_iter().filter(is_about_own_code).collect());
        decisions.warnings.extend(warnings.0.iter().map(Problem::to_string));
        if !problems.0.is_empty() {
            return Err(problems);
        }
    }
    // What was missing and is no error was imported inside try/catch: the code is ready for its absence.
    let missing = std::mem::take(&mut decisions.missing);
    decisions.optional.extend(missing.iter().filter_map(|(_, import)| package_name(import)).map(str::to_owned));

    let chunk = output.assets.iter().find_map(|asset| match asset {
        Output::Chunk(chunk) => Some(chunk),
        Output::Asset(_) => None,
    });
    let Some(chunk) = chunk else {
        return Err(Problem::new("the bundler gave no output").into());
    };
    Ok(Built::Bundle(Bundle {
        code: chunk.code.clone(),
        map: chunk.map.as_ref().map(|map| map.to_json_string()),
        exports: chunk.exports.iter().map(ToString::to_string).collect(),
        modules,
        decisions,
    }))
}

/// Whether a warning points to a mistake in code that the user can change.
fn is_about_own_code(warning: &BuildDiagnostic) -> bool {
    let is_mistake = matches!(
        warning.kind(),
        EventKind::ImportIsUndefined | EventKind::CannotCallNamespace | EventKind::CommonJsVariableInEsm
    );
    is_mistake && warning.id().is_some_and(|id| !id.starts_with('\0') && !is_installed(Path::new(&id)))
}

/// Whether the complaint is about a TypeScript file that exports a type of another file without saying `type`. The bundler reads one file
/// at a time and cannot know that there is no value; TypeScript (without `isolatedModules`) and other bundlers accept it.
fn is_type_export(error: &BuildDiagnostic) -> bool {
    if !matches!(error.kind(), EventKind::MissingExportError) {
        return false;
    }
    let message = error.to_string();
    let name = message.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(name, _)| name);
    let importer = error.id();
    name.zip(importer).is_some_and(|(name, importer)| entry::exports_again(Path::new(&importer), name))
}

fn options(request: &Request<'_>) -> BundlerOptions {
    let import =
        if request.wrapper.is_some() { WRAPPER.to_owned() } else { request.entry.to_string_lossy().into_owned() };
    let esm = request.format == ModuleFormat::Esm;
    let define = esm.then(|| {
        let pairs = [("__dirname", "__stacktape_dirname"), ("__filename", "__stacktape_filename")];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect()
    });
    let root = request.root.to_path_buf();
    let transform = BundlerTransformOptions {
        target: Some(Either::Left(format!("node{}", request.node))),
        decorator: request.decorator_metadata.then(|| DecoratorOptions {
            legacy: Some(true),
            emit_decorator_metadata: Some(true),
            ..Default::default()
        }),
        ..Default::default()
    };
    BundlerOptions {
        input: Some(vec![InputItem { name: Some("index".to_owned()), import }]),
        cwd: Some(request.root.to_path_buf()),
        platform: Some(Platform::Node),
        format: Some(if esm { OutputFormat::Esm } else { OutputFormat::Cjs }),
        exports: Some(OutputExports::Named),
        entry_filenames: Some(file_name(request.format).to_owned().into()),
        code_splitting: Some(CodeSplittingMode::Bool(false)),
        banner: Some(AddonOutputOption::String(Some(banner(request)))),
        define,
        transform: Some(transform),
        tsconfig: Some(request.ts_config.clone().map_or(TsConfig::Auto(true), TsConfig::Manual)),
        sourcemap: request.source_map.then_some(if request.linked_map {
            SourceMapType::File
        } else {
            SourceMapType::Hidden
        }),
        sourcemap_exclude_sources: Some(true),
        sourcemap_path_transform: Some(SourceMapPathTransform::new(Arc::new(move |source, _| {
            let source = map_source(&root, source);
            Box::pin(async move { Ok(source) })
        }))),
        shim_missing_exports: Some(request.exports_types),
        keep_names: Some(true),
        comments: Some(CommentsOptions { legal: true, annotation: false, jsdoc: false }),
        experimental: Some(ExperimentalOptions {
            attach_debug_info: Some(AttachDebugInfo::None),
            ..Default::default()
        }),
        resolve: Some(ResolveOptions {
            extensions: Some(EXTENSIONS.map(str::to_owned).to_vec()),
            yarn_pnp: request.root.ancestors().any(|folder| folder.join(".pnp.cjs").is_file()).then_some(true),
            ..Default::default()
        }),
        checks: Some(ChecksOptions { plugin_timings: Some(false), ..Default::default() }),
        ..Default::default()
    }
}

/// Extensions that an import may leave out.
const EXTENSIONS: [&str; 9] = [".tsx", ".ts", ".mts", ".cts", ".jsx", ".js", ".mjs", ".cjs", ".json"];

/// Lines in front of the bundle: source maps are switched on, and ES modules get what CommonJS code expects.
fn banner(request: &Request<'_>) -> String {
    let mut lines = Vec::new();
    if request.format == ModuleFormat::Esm {
        lines.push("import { createRequire as __stacktape_createRequire } from \"node:module\";");
        lines.push("import { fileURLToPath as __stacktape_fileURLToPath } from \"node:url\";");
        lines.push("globalThis.require ??= __stacktape_createRequire(import.meta.url);");
        lines.push("const __stacktape_filename = __stacktape_fileURLToPath(import.meta.url);");
        lines.push(
            "const __stacktape_dirname = __stacktape_fileURLToPath(new URL(\".\", import.meta.url)).slice(0, -1);",
        );
    }
    if request.linked_map {
        lines.push("process.setSourceMapsEnabled?.(true);");
    }
    lines.join("\n")
}

/// A source's path in the map: relative to the project, without anything of this machine.
fn map_source(root: &Path, source: &str) -> String {
    // Sources come relative to the output folder, `dist` below the project.
    let path = Path::new(source);
    let full = if path.is_absolute() { path.to_path_buf() } else { root.join("dist").join(path) };
    let mut parts: Vec<std::ffi::OsString> = Vec::new();
    for part in full.components() {
        match part {
            std::path::Component::ParentDir => drop(parts.pop()),
            std::path::Component::CurDir => {}
            other => parts.push(other.as_os_str().to_owned()),
        }
    }
    let full: PathBuf = parts.iter().collect();
    if full.starts_with(root) {
        return shown(root, &full);
    }
    // Outside (a workspace above the project, a global store): what follows `node_modules`, or the way up.
    if let Some(start) = parts.iter().rposition(|part| part == "node_modules") {
        return shown(Path::new(""), &parts[start..].iter().collect::<PathBuf>());
    }
    let common = root.ancestors().enumerate().find(|(_, ancestor)| full.starts_with(ancestor));
    match common {
        Some((levels, ancestor)) if ancestor.parent().is_some() => {
            format!("{}{}", "../".repeat(levels), shown(ancestor, &full))
        }
        _ => full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

/// A complaint of the bundler in our words.
fn problem(
    error: &BuildDiagnostic,
    cwd: &DiagnosticOptions,
    request: &Request<'_>,
    install: &(dyn Fn(&str) -> String + Sync),
) -> Problem {
    let diagnostic = error.to_diagnostic_with(cwd);
    let place = diagnostic.get_primary_location().map(|(file, line, column, _)| Place {
        file,
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
    });
    let with_place = |problem: Problem| match place.clone() {
        Some(place) => problem.at(place),
        None => problem,
    };
    if matches!(error.kind(), EventKind::UnresolvedImport) {
        let import = error.exporter().unwrap_or_default();
        let problem = Problem::new(format!("cannot find `{import}`"));
        return with_place(match package_name(&import) {
            Some(name) => problem.hint(format!(
                "{}, or add it to excludeDependencies if the function finds it elsewhere (a layer, for example)",
                install(name)
            )),
            None => problem.hint("correct the path, or create the file"),
        });
    }
    let message = error.to_message_with(cwd);
    let message = if message.is_empty() { diagnostic.to_string() } else { message };
    if matches!(error.kind(), EventKind::ParseError) && !message.contains("op-level await") {
        return with_place(Problem::new(message).hint("the code cannot be read there: correct its syntax"));
    }
    let is_await = message.contains("op-level await") || message.contains("op level await");
    let problem = Problem::new(message);
    with_place(if is_await && request.format == ModuleFormat::Cjs {
        problem.hint("top-level await needs ES modules: set languageSpecificConfig.outputModuleFormat to esm")
    } else {
        problem
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_hold_no_paths_of_this_machine() {
        let root = Path::new("/home/me/work/app");
        assert_eq!(map_source(root, "../src/a.ts"), "src/a.ts");
        assert_eq!(map_source(root, "../../../lib/x.ts"), "../../lib/x.ts");
        assert_eq!(map_source(root, "/home/me/work/app/src/a.ts"), "src/a.ts");
        assert_eq!(map_source(root, "/opt/store/node_modules/zod/index.js"), "node_modules/zod/index.js");
        assert_eq!(map_source(root, "/opt/x.ts"), "x.ts");
    }
}
