//! What a container image is made from, as plain values for the packager.

use super::Buildpack;
use crate::source::Spanned;

/// What an image is made from.
#[derive(Clone, Debug)]
pub struct ImageArtifact {
    /// How it is built.
    pub build: ImageBuild,
    /// `x86_64` or `arm64`.
    pub architecture: String,
}

/// How an image is built.
#[derive(Clone, Debug)]
pub enum ImageBuild {
    /// From an entry file.
    Buildpack(Box<ImageBuildpack>),
    /// By Cloud Native Buildpacks.
    External {
        /// Folder with the sources, relative to the config.
        source: Spanned<String>,
        /// Builder image.
        builder: String,
        /// Buildpacks to use; the builder detects them when empty.
        buildpacks: Vec<String>,
    },
    /// By Nixpacks.
    Nixpacks(Box<NixpacksBuild>),
    /// By a Dockerfile.
    Dockerfile {
        /// Folder that is sent to the build, relative to the config.
        context: Spanned<String>,
        /// Path of the Dockerfile, relative to the context.
        dockerfile: String,
        /// Build arguments.
        arguments: Vec<(String, String)>,
    },
}

/// An image from an entry file.
#[derive(Clone, Debug, Default)]
pub struct ImageBuildpack {
    /// Entry file, globs, and options of JavaScript and TypeScript.
    pub code: Buildpack,
    /// Versions and options of the languages.
    pub language: LanguageOptions,
    /// Whether the base image has glibc instead of musl.
    pub glibc: bool,
    /// Lines that the Dockerfile runs before the code is added.
    pub docker_commands: Vec<String>,
}

/// Versions and options of the languages of an entry file, beside those of JavaScript and TypeScript in [`Buildpack::node`]; those of other
/// languages are ignored.
#[derive(Clone, Debug, Default)]
pub struct LanguageOptions {
    /// Node.js major version.
    pub node_version: Option<u32>,
    /// Python version.
    pub python_version: Option<String>,
    /// File with the Python dependencies.
    pub python_dependencies: Option<String>,
    /// Optional dependency groups of Python projects to install.
    pub uv_optional: Vec<String>,
    /// Dependency groups of Python projects to install as well.
    pub uv_with: Vec<String>,
    /// Dependency groups of Python projects to leave out.
    pub uv_without: Vec<String>,
    /// The only dependency groups of Python projects to install.
    pub uv_only: Vec<String>,
    /// Interface of a Python web app: `WSGI` or `ASGI`.
    pub run_app_as: Option<String>,
    /// Whether Python sources are minified.
    pub minify: bool,
    /// Java version.
    pub java_version: Option<String>,
    /// Maven instead of Gradle.
    pub maven: bool,
    /// Ruby version.
    pub ruby_version: Option<String>,
    /// PHP version.
    pub php_version: Option<String>,
    /// .NET version.
    pub dotnet_version: Option<String>,
    /// .NET project file.
    pub project_file: Option<String>,
}

/// An image built by Nixpacks.
#[derive(Clone, Debug, Default)]
pub struct NixpacksBuild {
    /// Folder with the sources, relative to the config.
    pub source: Spanned<String>,
    /// Image that the build runs in.
    pub build_image: Option<String>,
    /// Providers; detected when empty.
    pub providers: Vec<String>,
    /// Command that starts the app.
    pub start_command: Option<String>,
    /// Image that the app runs in.
    pub run_image: Option<String>,
    /// The only files that the run image gets.
    pub only_include: Vec<String>,
    /// Phases that are added or changed.
    pub phases: Vec<NixpacksBuildPhase>,
}

/// A phase of a Nixpacks build.
#[derive(Clone, Debug, Default)]
pub struct NixpacksBuildPhase {
    /// Name.
    pub name: String,
    /// Commands.
    pub commands: Vec<String>,
    /// Nix packages.
    pub nix_packages: Vec<String>,
    /// Nix libraries.
    pub nix_libraries: Vec<String>,
    /// Nix overlays.
    pub nix_overlays: Vec<String>,
    /// Archive of Nix packages.
    pub nixpkgs_archive: Option<String>,
    /// Debian packages.
    pub apt_packages: Vec<String>,
    /// Folders that are kept between builds.
    pub cache_directories: Vec<String>,
    /// The only files that the phase sees.
    pub only_include: Vec<String>,
}
