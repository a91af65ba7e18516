//! What callers ask for: the project's folders and one job for each artifact.

use std::path::PathBuf;

use serde::Serialize;

/// The folders of a project.
#[derive(Clone, Debug)]
pub struct ProjectDirs {
    /// Folder that the paths of a config are relative to.
    pub root: PathBuf,
    /// Folder for archives and the cache; it may be deleted at any time between runs.
    pub cache: PathBuf,
}

impl ProjectDirs {
    /// A project in `root` with its cache at the usual place, `.stacktape/cache/packaging`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let cache = root.join(".stacktape").join("cache").join("packaging");
        Self { root, cache }
    }
}

/// One artifact to make.
#[derive(Clone, Debug)]
pub struct Job {
    /// Name for messages and for the artifact: that of the function.
    pub name: String,
    /// How it is made.
    pub kind: JobKind,
    /// Lambda runtime, for example `nodejs24.x`.
    pub runtime: String,
    /// Processor that the code runs on; native modules must fit.
    pub architecture: Architecture,
}

/// How an artifact is made.
#[derive(Clone, Debug, Serialize)]
pub enum JobKind {
    /// `stacktape-lambda-buildpack`: bundled from an entry file.
    LambdaBuildpack(BuildpackOptions),
    /// `custom-artifact`: a folder, a file or a ready zip.
    CustomArtifact {
        /// The config's `packagePath`, relative to the project.
        path: String,
    },
}

/// Processor of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Architecture {
    /// `x86_64`, Lambda's default.
    #[default]
    X86_64,
    /// `arm64`.
    Arm64,
}

/// Properties of `stacktape-lambda-buildpack`, named as in a config. Paths and globs are relative to the project.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BuildpackOptions {
    /// `entryfilePath`.
    pub entry: String,
    /// `handlerFunction`; without it the handler is the entry's default export, or its export named `handler`.
    pub handler_function: Option<String>,
    /// `includeFiles`: globs of files that are put in at the same path.
    pub include_files: Vec<String>,
    /// `excludeFiles`: globs of files that are left out of what `include_files` and copied packages bring in.
    pub exclude_files: Vec<String>,
    /// `excludeDependencies`: packages that are neither bundled nor put in.
    pub exclude_dependencies: Vec<String>,
    /// `languageSpecificConfig` of JavaScript and TypeScript.
    pub javascript: JavaScriptOptions,
}

/// `languageSpecificConfig` of JavaScript and TypeScript, named as in a config.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JavaScriptOptions {
    /// `nodeVersion`: major version that the code is compiled for; default: that of the runtime.
    pub node_version: Option<u32>,
    /// `tsConfigPath`; default: the nearest `tsconfig.json` of each file.
    pub ts_config_path: Option<String>,
    /// `outputModuleFormat`; default: ES modules from Node 24 on, CommonJS before.
    pub output_module_format: Option<ModuleFormat>,
    /// `disableSourceMaps`; default false.
    pub disable_source_maps: bool,
    /// `outputSourceMapsTo`: folder that receives the source map instead of the archive.
    pub output_source_maps_to: Option<String>,
    /// `emitTsDecoratorMetadata`; default: what the tsconfig says.
    pub emit_ts_decorator_metadata: bool,
    /// `dependenciesToExcludeFromBundle`: packages that are put in as they are, with their dependencies; `*` for all.
    pub dependencies_to_exclude_from_bundle: Vec<String>,
    /// `dependenciesToExcludeFromDeploymentPackage`: packages that are neither bundled nor put in.
    pub dependencies_to_exclude_from_deployment_package: Vec<String>,
}

/// Module system of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ModuleFormat {
    /// CommonJS: `index.js`.
    Cjs,
    /// ES modules: `index.mjs`.
    Esm,
}
