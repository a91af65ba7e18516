//! `stacktape-lambda-buildpack` for JavaScript and TypeScript: the entry file and all that it imports become one file; native modules and
//! what the user asks for go in unbundled; globs add other files.

mod bundle;
mod entry;
mod imports;
mod include;
mod native;
mod packages;
mod resolve;
mod tsconfig;
mod unbundled;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bundle::{Built, Bundle, Request};
use native::Target;
use resolve::Rules;

use packages::Package;
pub(crate) use packages::Packages;

use crate::archive::Archive;
use crate::cache::{Cache, Inputs, Product};
use crate::error::{Outcome, Problem, Problems};
use crate::folder::FolderFile;
use crate::job::{BuildpackOptions, Job, ModuleFormat};
use crate::run::{Finished, Run, settings};
use crate::snapshot::{now, shown};

/// Lock files of the package managers, with the command that installs a package.
const LOCK_FILES: [(&str, &str); 6] = [
    ("package-lock.json", "npm install"),
    ("pnpm-lock.yaml", "pnpm add"),
    ("yarn.lock", "yarn add"),
    ("bun.lock", "bun add"),
    ("bun.lockb", "bun add"),
    ("deno.lock", "deno add"),
];

/// Packages a function from its entry file.
pub(crate) fn package(run: &Run, job: &Job, options: &BuildpackOptions) -> Outcome<Finished> {
    let root = run.project.root.as_path();
    if root.to_str().is_none() {
        return Err(Problem::new(format!("the path of the project, `{}`, is not valid Unicode", root.display()))
            .hint("move the project to a folder with a plain name")
            .into());
    }
    let entry = entry_file(root, &options.entry)?;
    let node = node_version(job)?;
    let format = options.javascript.output_module_format.unwrap_or_else(|| default_format(&job.runtime, node));
    let included = include::files(root, &options.include_files, &options.exclude_files)?;

    let started = now();
    let key = Cache::key(&format!("{}\0{}", settings(job), include::describe(&included)));
    let tree = |folder: &Path| unbundled::list(folder).ok().map(|files| crate::folder::digest_of_list(&files));
    if let Some(product) = run.cache.find(&key, &run.snapshot, &tree) {
        return deliver(run, job, options, Finished::from_cache(&run.cache, product));
    }

    let lock = lock_file(root);
    let install = |name: &str| how_to_install(run, name, lock.as_ref());
    let exports = entry::exports(&entry)?;
    let java_script = &options.javascript;
    let ts_config = java_script.ts_config_path.as_ref().map(|path| root.join(path));
    if let Some(path) = ts_config.as_ref().filter(|path| !path.is_file()) {
        return Err(Problem::new(format!("tsConfigPath `{}` does not exist", shown(root, path)))
            .hint("correct the path; it is relative to the project")
            .into());
    }
    let with_map = !java_script.disable_source_maps;
    let request = Request {
        root,
        entry: &entry,
        wrapper: entry::wrapper(&exports, &entry, format, options.handler_function.as_deref()),
        format,
        node,
        ts_config: ts_config.clone(),
        decorator_metadata: java_script.emit_ts_decorator_metadata,
        source_map: with_map,
        linked_map: with_map && java_script.output_source_maps_to.is_none(),
        exports_types: false,
    };
    let bundle = build(run, &request, options, &install)?;
    entry::check(&exports, &bundle.exports, &shown(root, &entry), options.handler_function.as_deref())?;

    let target = Target { architecture: job.architecture, node };
    let mut archive = Archive::default();
    let mut roots: Vec<_> = bundle.decisions.unbundled.values().filter(|p| bundle.mentions(&p.name)).cloned().collect();
    roots.extend(needed_by(&included, run, options));
    let added = unbundled::add(&roots, &run.packages, target, &|name| native_hint(name, target, &lock), &mut archive)?;
    let excluded = include::matcher(&options.exclude_files, "excludeFiles")?;
    archive.retain(|name| !excluded.is_match(name));
    include::add(&included, &mut archive);
    let Bundle { code, map, modules, decisions, .. } = bundle;
    archive.insert_bytes(bundle::file_name(format), code.into_bytes());
    if let Some(map) = map.as_ref().filter(|_| request.linked_map) {
        archive.insert_bytes(format!("{}.map", bundle::file_name(format)), map.clone().into_bytes());
    }

    let mut notes = added.notes;
    notes.extend(decisions.warnings);
    if !decisions.optional.is_empty() {
        let names: Vec<String> = decisions.optional.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!("left out, because it is optional and not installed: {}", names.join(", ")));
    }
    if !roots.is_empty() {
        let names: BTreeSet<String> = roots.iter().map(|package| format!("`{}`", package.name)).collect();
        let names = Vec::from_iter(names);
        notes.push(format!("put in unbundled: {}", names.join(", ")));
    }
    let written = run.cache.write_archive(&archive)?;
    let mut product = Product::new(&written, notes);
    if let Some(map) = map.filter(|_| !request.linked_map) {
        product.source_map = Some(run.cache.write_source_map(map.as_bytes())?);
    }
    let inputs = inputs(run, &modules, &included, &added.folders, ts_config.as_deref(), lock.map(|(path, _)| path));
    // First delivered, then remembered: a folder that delivering creates belongs to what the next run finds.
    let finished = deliver(run, job, options, Finished::made(&run.cache, product.clone()))?;
    run.cache.remember(&key, started, inputs, &product, &run.snapshot);
    Ok(finished)
}

/// Packages that included scripts ask for: those scripts are not bundled, so Node must find what they import.
fn needed_by(included: &[FolderFile], run: &Run, options: &BuildpackOptions) -> Vec<Package> {
    let java_script = &options.javascript;
    let excluded = [&options.exclude_dependencies, &java_script.dependencies_to_exclude_from_deployment_package];
    let mut found = BTreeMap::new();
    for file in included {
        for name in imports::packages(&file.path) {
            if !excluded.iter().any(|list| list.contains(&name)) && !name.starts_with("@aws-sdk/client-") {
                let folder = file.path.parent().unwrap_or(&file.path);
                found.extend(run.packages.find(folder, &name).map(|package| (package.folder.clone(), package)));
            }
        }
    }
    found.into_values().collect()
}

/// Bundles, and again when only the first build showed what the second has to know: that some exports are types, or that code which was
/// already bundled loads a binary. Everything that is missing is told at once.
fn build(
    run: &Run,
    request: &Request<'_>,
    options: &BuildpackOptions,
    install: &(dyn Fn(&str) -> String + Sync),
) -> Outcome<Bundle> {
    let runtime = run.runtime()?;
    let mut native = BTreeSet::new();
    let mut absent = BTreeSet::new();
    let mut problems = vec![];
    let mut request = request.clone();
    loop {
        let java_script = &options.javascript;
        let rules = Rules {
            excluded: [&options.exclude_dependencies[..], &java_script.dependencies_to_exclude_from_deployment_package]
                .concat(),
            unbundled: java_script.dependencies_to_exclude_from_bundle.clone(),
            native: native.clone(),
            absent: absent.clone(),
            runtime_has_sdk: request.node >= 18,
        };
        let mut bundle = match runtime.block_on(bundle::build(&request, rules, Arc::clone(&run.packages), install)) {
            Ok(Built::Bundle(bundle)) => bundle,
            Ok(Built::ExportsTypes) => {
                request.exports_types = true;
                continue;
            }
            Ok(Built::Absent { problems: found, imports }) => {
                problems.extend(found.0);
                if imports.is_subset(&absent) {
                    return Err(sorted(problems));
                }
                absent.extend(imports);
                continue;
            }
            Err(found) => {
                problems.extend(found.0);
                return Err(sorted(problems));
            }
        };
        if !problems.is_empty() {
            return Err(sorted(problems));
        }
        let found = std::mem::take(&mut bundle.decisions.late_native);
        if found.is_subset(&native) {
            return Ok(bundle);
        }
        native.extend(found);
    }
}

fn sorted(mut problems: Vec<Problem>) -> Problems {
    problems.sort();
    problems.dedup();
    Problems(problems)
}

fn entry_file(root: &Path, entry: &str) -> Outcome<PathBuf> {
    let path = root.join(entry);
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let language = match extension {
        known if entry::EXTENSIONS.contains(&known) => None,
        "py" => Some("Python"),
        "rb" => Some("Ruby"),
        "php" => Some("PHP"),
        "go" => Some("Go"),
        "java" => Some("Java"),
        "cs" => Some(".NET"),
        _ => {
            let message = format!("entryfilePath `{entry}` has no extension that a function can be built from");
            let known = entry::EXTENSIONS.join(", .");
            return Err(Problem::new(message).hint(format!("known extensions: .{known}")).into());
        }
    };
    if let Some(language) = language {
        return Err(Problem::new(format!(
            "entryfilePath `{entry}`: this version packages JavaScript and TypeScript, not {language}"
        ))
        .hint("build the function yourself and package the result with custom-artifact")
        .into());
    }
    // Links are resolved, so that the entry has the same identity as when another module imports it.
    path.canonicalize().ok().filter(|path| path.is_file()).ok_or_else(|| {
        Problem::new(format!("entryfilePath `{entry}` does not exist"))
            .hint(format!("looked for `{}`; paths are relative to the project", path.display()))
            .into()
    })
}

/// Major version of Node that the code is compiled for.
fn node_version(job: &Job) -> Outcome<u32> {
    let crate::job::JobKind::LambdaBuildpack(options) = &job.kind else { return Ok(24) };
    if let Some(version) = options.javascript.node_version {
        return Ok(version);
    }
    runtime_version(&job.runtime).ok_or_else(|| {
        Problem::new(format!("the runtime `{}` does not run JavaScript", job.runtime))
            .hint("use a nodejs runtime, nodejs24.x for example, or leave the runtime out")
            .into()
    })
}

fn runtime_version(runtime: &str) -> Option<u32> {
    runtime.strip_prefix("nodejs")?.strip_suffix(".x")?.parse().ok()
}

fn default_format(runtime: &str, node: u32) -> ModuleFormat {
    if runtime_version(runtime).unwrap_or(node) >= 24 { ModuleFormat::Esm } else { ModuleFormat::Cjs }
}

fn lock_file(root: &Path) -> Option<(PathBuf, &'static str)> {
    root.ancestors().find_map(|folder| {
        let found = LOCK_FILES.iter().map(|(name, command)| (folder.join(name), *command));
        found.into_iter().find(|(path, _)| path.is_file())
    })
}

/// What to do about a package that is not there.
fn how_to_install(run: &Run, name: &str, lock: Option<&(PathBuf, &'static str)>) -> String {
    let command = lock.map_or("npm install", |(_, command)| command);
    let listed =
        run.project.root.ancestors().find_map(|folder| run.packages.manifest(folder)).is_some_and(|manifest| {
            manifest.dependencies.contains_key(name) || manifest.dev_dependencies.contains_key(name)
        });
    match command.split(' ').next() {
        Some(manager) if listed => format!("package.json has it, but it is not installed: run `{manager} install`"),
        Some("deno") => format!("install it (`deno add npm:{name}`)"),
        _ => format!("install it (`{command} {name}`)"),
    }
}

/// How to get the binaries of a package for the function's system.
fn native_hint(name: &str, target: Target, lock: &Option<(PathBuf, &'static str)>) -> String {
    let cpu = target.cpu();
    let command = match lock {
        Some((_, "pnpm add")) => format!(
            "set pnpm.supportedArchitectures (os linux, cpu {cpu}, libc glibc) in package.json and run `pnpm install`"
        ),
        Some((_, "yarn add")) => format!(
            "set supportedArchitectures (os linux, cpu {cpu}, libc glibc) in .yarnrc.yml and run `yarn install`"
        ),
        Some((_, "bun add")) => format!("run `bun install --os=linux --cpu={cpu} {name}`"),
        _ => format!("run `npm install --os=linux --cpu={cpu} --libc=glibc {name}`"),
    };
    format!(
        "{command}; or install dependencies on a Linux {cpu} machine, or set the function's architecture to the one that is installed"
    )
}

/// Everything that decides what the bundle is.
fn inputs(
    run: &Run,
    modules: &[PathBuf],
    included: &[FolderFile],
    copied: &[PathBuf],
    ts_config: Option<&Path>,
    lock: Option<PathBuf>,
) -> Inputs {
    let root = run.project.root.as_path();
    let mut files: BTreeSet<PathBuf> = modules.iter().filter(|path| path.is_absolute()).cloned().collect();
    let mut folders = BTreeSet::new();
    // Above the folder with the lock file (that of the workspace, if there is one) nothing is installed that is locked.
    let top = lock.as_deref().and_then(Path::parent).unwrap_or(root);
    for module in files.iter().filter_map(|module| module.parent()).collect::<BTreeSet<_>>() {
        if !module.starts_with(top) {
            continue;
        }
        let mut inside_package = packages::is_installed(module);
        for folder in module.ancestors() {
            let name = folder.file_name().unwrap_or_default();
            inside_package &= name != "node_modules";
            // What a package holds changes only with the package manager, which shows in the folders above.
            let is_scope = name.to_string_lossy().starts_with('@');
            if !inside_package || is_scope {
                folders.insert(folder.to_path_buf());
            }
            let modules = folder.join("node_modules");
            if !inside_package && modules.is_dir() {
                folders.insert(modules);
            }
            if folder == top {
                break;
            }
        }
    }
    let manifests: Vec<PathBuf> = files
        .iter()
        .flat_map(|module| module.ancestors().skip(1))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|folder| folder.join("package.json"))
        .filter(|manifest| run.snapshot.stamp(manifest).is_some())
        .collect();
    files.extend(tsconfig::files(modules, ts_config));
    files.extend(manifests);
    files.extend(lock);
    files.extend(included.iter().map(|file| file.path.clone()));
    let mut trees = Vec::new();
    for folder in copied {
        if let Ok(list) = unbundled::list(folder) {
            trees.push((folder.clone(), crate::folder::digest_of_list(&list)));
            files.extend(list.into_iter().map(|file| file.path));
            files.insert(folder.join("package.json"));
        }
    }
    Inputs { files: files.into_iter().collect(), folders: folders.into_iter().collect(), trees }
}

/// Puts the source map where the user wants it.
fn deliver(run: &Run, job: &Job, options: &BuildpackOptions, mut finished: Finished) -> Outcome<Finished> {
    if let (Some(map), Some(folder)) = (&finished.source_map, &options.javascript.output_source_maps_to) {
        let folder = run.project.root.join(folder).join(&job.name);
        std::fs::create_dir_all(&folder).map_err(|error| Problem::io("create the folder", &folder, &error))?;
        let target = folder.join("index.js.map");
        std::fs::copy(map, &target).map_err(|error| Problem::io("write", &target, &error))?;
        finished.source_map = Some(target);
    }
    Ok(finished)
}
