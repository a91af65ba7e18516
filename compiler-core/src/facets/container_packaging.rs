//! Images of containers: the packaging types, the image that a container runs, and what is built before the deploy.
//!
//! An image that is built is pushed to the stack's repository; the template refers to it by an open leaf. A ready image is named as it is.

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::packaging::{LanguageConfig, ModuleFormat, VersionNumber};
use crate::model::{
    ArtifactRequest, ArtifactSource, Buildpack, Fragment, ImageArtifact, ImageBuild, ImageBuildpack, LanguageOptions,
    NixpacksBuild, NixpacksBuildPhase, NodeOptions,
};
use crate::source::{FilePath, Span, Spanned};
use crate::template::{ArtifactField, ArtifactId, Expr};

/// Where the image of a container comes from.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum ContainerPackaging {
    /// An entry file, built with everything that it imports into an image.
    #[config(name = "stacktape-image-buildpack")]
    Buildpack(ImageBuildpackPackaging),
    /// Sources, built by Cloud Native Buildpacks.
    #[config(name = "external-buildpack")]
    External(ExternalBuildpack),
    /// Sources, built by Nixpacks.
    #[config(name = "nixpacks")]
    Nixpacks(Nixpacks),
    /// A Dockerfile of your own.
    #[config(name = "custom-dockerfile")]
    Dockerfile(CustomDockerfile),
    /// An image that exists in a registry.
    #[config(name = "prebuilt-image")]
    Prebuilt(PrebuiltImage),
}

/// Where the image of a batch job comes from.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum BatchPackaging {
    /// An entry file, built with everything that it imports into an image.
    #[config(name = "stacktape-image-buildpack")]
    Buildpack(ImageBuildpackPackaging),
    /// Sources, built by Cloud Native Buildpacks.
    #[config(name = "external-buildpack")]
    External(ExternalBuildpack),
    /// Sources, built by Nixpacks.
    #[config(name = "nixpacks")]
    Nixpacks(Nixpacks),
    /// A Dockerfile of your own.
    #[config(name = "custom-dockerfile")]
    Dockerfile(BatchDockerfile),
    /// An image that exists in a registry.
    #[config(name = "prebuilt-image")]
    Prebuilt(BatchImage),
}

/// An entry file, built with everything that it imports into an image.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ImageBuildpackPackaging {
    /// Entry file, relative to the config. The extension decides the language: js, ts, mjs, jsx, tsx, py, java, go, rb, php, cs. A Python web app is
    /// named with its variable, `app/main.py:app`, and `runAppAs`.
    #[config(example = "src/index.ts")]
    pub entryfile_path: Spanned<String>,
    /// Whether the base image has glibc (Debian) instead of musl (Alpine). Some native packages need it.
    #[config(default = false)]
    pub requires_glibc_binaries: bool,
    /// Lines that the generated Dockerfile runs before the code is added, such as `apt-get install -y ffmpeg`.
    pub custom_docker_build_commands: Option<Vec<String>>,
    /// Globs of files to add, relative to the config.
    pub include_files: Option<Vec<String>>,
    /// Globs of files to leave out.
    pub exclude_files: Option<Vec<String>>,
    /// Dependencies that the bundle leaves out.
    pub exclude_dependencies: Option<Vec<String>>,
    /// Options of the language.
    pub language_specific_config: Option<LanguageConfig>,
}

/// Sources, built by Cloud Native Buildpacks.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ExternalBuildpack {
    /// Folder with the sources, relative to the config.
    pub source_directory_path: Spanned<String>,
    /// Builder image.
    #[config(default = "paketobuildpacks/builder-jammy-base")]
    pub builder: Option<String>,
    /// Buildpacks to use; the builder detects them when not given.
    pub buildpacks: Option<Vec<String>>,
    /// Command that replaces the image's own.
    pub command: Option<Vec<Val<String>>>,
}

/// Sources, built by Nixpacks.
#[derive(Clone, Debug, Decode, Describe)]
pub struct Nixpacks {
    /// Folder with the sources, relative to the config.
    pub source_directory_path: Spanned<String>,
    /// Image that the build runs in.
    pub build_image: Option<String>,
    /// Nixpacks providers such as `node`; detected when not given.
    pub providers: Option<Vec<String>>,
    /// Command that starts the app.
    pub start_cmd: Option<String>,
    /// Image that the app runs in.
    pub start_run_image: Option<String>,
    /// The only files that the run image gets.
    pub start_only_include_files: Option<Vec<String>>,
    /// Phases that are added or changed.
    pub phases: Option<Vec<NixpacksPhase>>,
}

/// A phase of a Nixpacks build.
#[derive(Clone, Debug, Decode, Describe)]
pub struct NixpacksPhase {
    /// Name, such as `install` or `build`.
    pub name: String,
    /// Commands that it runs.
    pub cmds: Option<Vec<String>>,
    /// Nix packages to install.
    pub nix_pkgs: Option<Vec<String>>,
    /// Nix libraries to install.
    pub nix_libs: Option<Vec<String>>,
    /// Nix overlays.
    pub nix_overlay: Option<Vec<String>>,
    /// Archive of Nix packages.
    pub nixpkgs_archive: Option<String>,
    /// Debian packages to install.
    pub apt_pkgs: Option<Vec<String>>,
    /// Folders that are kept between builds.
    pub cache_directories: Option<Vec<String>>,
    /// The only files that the phase sees.
    pub only_include_files: Option<Vec<String>>,
}

/// A Dockerfile of your own.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomDockerfile {
    /// Folder that is sent to the build, relative to the config.
    pub build_context_path: Spanned<String>,
    /// Path of the Dockerfile, relative to `buildContextPath`.
    #[config(default = "Dockerfile")]
    pub dockerfile_path: Option<String>,
    /// Build arguments.
    pub build_args: Option<Vec<DockerBuildArgument>>,
    /// Command that replaces the image's own.
    pub command: Option<Vec<Val<String>>>,
    /// Entry point that replaces the image's own.
    pub entry_point: Option<Vec<Val<String>>>,
}

/// A build argument of a Dockerfile.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DockerBuildArgument {
    /// Name.
    pub arg_name: String,
    /// Value.
    pub value: String,
}

/// An image that exists in a registry.
#[derive(Clone, Debug, Decode, Describe)]
pub struct PrebuiltImage {
    /// Image such as `nginx:1.27`.
    pub image: Val<String>,
    /// ARN of a secret with `username` and `password` for a private registry.
    pub repository_credentials_secret_arn: Option<Val<String>>,
    /// Command that replaces the image's own.
    pub command: Option<Vec<Val<String>>>,
    /// Entry point that replaces the image's own.
    pub entry_point: Option<Vec<Val<String>>>,
}

/// A Dockerfile of your own, for a batch job.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BatchDockerfile {
    /// Folder that is sent to the build, relative to the config.
    pub build_context_path: Spanned<String>,
    /// Path of the Dockerfile, relative to `buildContextPath`.
    #[config(default = "Dockerfile")]
    pub dockerfile_path: Option<String>,
    /// Build arguments.
    pub build_args: Option<Vec<DockerBuildArgument>>,
    /// Command that replaces the image's own.
    pub command: Option<Vec<Val<String>>>,
}

/// An image that exists in a registry, for a batch job.
#[derive(Clone, Debug, Decode, Describe)]
pub struct BatchImage {
    /// Image such as `python:3.13`.
    pub image: Val<String>,
    /// Command that replaces the image's own.
    pub command: Option<Vec<Val<String>>>,
}

/// What a container definition says about its image.
#[derive(Clone, Debug)]
pub struct ContainerImage {
    /// Address of the image.
    pub image: Expr,
    /// Command that replaces the image's own.
    pub command: Option<Expr>,
    /// Entry point that replaces the image's own.
    pub entry_point: Option<Expr>,
    /// ARN of the secret with the registry's credentials.
    pub credentials: Option<Expr>,
}

impl ContainerPackaging {
    /// Reports entry files that no buildpack knows, and what is no image.
    pub fn check(&self, sink: &mut Sink) {
        match self {
            Self::Buildpack(b) => b.check(sink),
            Self::Prebuilt(p) => check_image(&p.image, sink),
            _ => {}
        }
    }

    /// Variables that the image counts on.
    pub fn variables(&self) -> Vec<(&'static str, Expr)> {
        match self {
            Self::Buildpack(b) => b.variables(),
            _ => vec![],
        }
    }

    /// The registry's credentials.
    pub fn credentials(&self) -> Option<&Val<String>> {
        match self {
            Self::Prebuilt(p) => p.repository_credentials_secret_arn.as_ref(),
            _ => None,
        }
    }

    /// A ready image.
    pub fn prebuilt(&self) -> Option<&Val<String>> {
        match self {
            Self::Prebuilt(p) => Some(&p.image),
            _ => None,
        }
    }

    /// The image, which is asked for as `id` when it has to be built.
    pub fn image(&self, id: &str, architecture: &str, span: Span, fragment: &mut Fragment) -> ContainerImage {
        match self {
            Self::Buildpack(b) => request(id, b.build(), architecture, span, fragment),
            Self::External(e) => ContainerImage {
                command: e.command.clone().map(Expr::from),
                ..request(id, e.build(), architecture, span, fragment)
            },
            Self::Nixpacks(n) => request(id, n.build(), architecture, span, fragment),
            Self::Dockerfile(d) => {
                let build = dockerfile(&d.build_context_path, &d.dockerfile_path, &d.build_args);
                ContainerImage {
                    command: d.command.clone().map(Expr::from),
                    entry_point: d.entry_point.clone().map(Expr::from),
                    ..request(id, build, architecture, span, fragment)
                }
            }
            Self::Prebuilt(p) => ContainerImage {
                image: p.image.clone().into(),
                command: p.command.clone().map(Expr::from),
                entry_point: p.entry_point.clone().map(Expr::from),
                credentials: p.repository_credentials_secret_arn.clone().map(Expr::from),
            },
        }
    }
}

impl BatchPackaging {
    /// Reports entry files that no buildpack knows, and what is no image.
    pub fn check(&self, sink: &mut Sink) {
        match self {
            Self::Buildpack(b) => b.check(sink),
            Self::Prebuilt(p) => check_image(&p.image, sink),
            _ => {}
        }
    }

    /// Variables that the image counts on.
    pub fn variables(&self) -> Vec<(&'static str, Expr)> {
        match self {
            Self::Buildpack(b) => b.variables(),
            _ => vec![],
        }
    }

    /// The image, which is asked for as `id` when it has to be built.
    pub fn image(&self, id: &str, architecture: &str, span: Span, fragment: &mut Fragment) -> ContainerImage {
        match self {
            Self::Buildpack(b) => request(id, b.build(), architecture, span, fragment),
            Self::External(e) => ContainerImage {
                command: e.command.clone().map(Expr::from),
                ..request(id, e.build(), architecture, span, fragment)
            },
            Self::Nixpacks(n) => request(id, n.build(), architecture, span, fragment),
            Self::Dockerfile(d) => {
                let build = dockerfile(&d.build_context_path, &d.dockerfile_path, &d.build_args);
                ContainerImage {
                    command: d.command.clone().map(Expr::from),
                    ..request(id, build, architecture, span, fragment)
                }
            }
            Self::Prebuilt(p) => ContainerImage {
                image: p.image.clone().into(),
                command: p.command.clone().map(Expr::from),
                entry_point: None,
                credentials: None,
            },
        }
    }
}

fn check_image(image: &Val<String>, sink: &mut Sink) {
    let wrong = |text: &&String| text.is_empty() || text.contains("://") || text.contains(char::is_whitespace);
    if let Some(text) = image.as_known().filter(wrong) {
        sink.push(
            Diagnostic::error(Code::BAD_VALUE, image.span, format!("\"{text}\" is no image"))
                .hint("write it as for `docker pull`, such as nginx:1.27 or ghcr.io/owner/app:2"),
        );
    }
}

fn request(id: &str, build: ImageBuild, architecture: &str, span: Span, fragment: &mut Fragment) -> ContainerImage {
    let id = ArtifactId(id.into());
    let image = Expr::Artifact(id.clone(), ArtifactField::ImageUri);
    let source = ArtifactSource::Image(ImageArtifact { build, architecture: architecture.to_string() });
    fragment.artifacts.push(ArtifactRequest { id, span, source });
    ContainerImage { image, command: None, entry_point: None, credentials: None }
}

fn dockerfile(
    context: &Spanned<String>,
    path: &Option<String>,
    arguments: &Option<Vec<DockerBuildArgument>>,
) -> ImageBuild {
    ImageBuild::Dockerfile {
        context: context.clone(),
        dockerfile: path.clone().unwrap_or_else(|| "Dockerfile".to_string()),
        arguments: arguments.iter().flatten().map(|a| (a.arg_name.clone(), a.value.clone())).collect(),
    }
}

/// Extensions of entry files, by language. Source: the image buildpacks of the reference.
const EXTENSIONS: &[&str] =
    &["js", "ts", "mjs", "jsx", "tsx", "cjs", "mts", "cts", "py", "java", "go", "rb", "php", "cs"];
const NODE_EXTENSIONS: usize = 8;

/// Node.js major version of images when the config gives none.
const DEFAULT_NODE: u32 = 24;
/// From this major version on `require` of ES modules is behind flags that bundles count on.
const NODE_WITH_MODULE_FLAGS: u32 = 22;

impl ImageBuildpackPackaging {
    /// Path of the entry file, and the variable that holds a Python app: `app/main.py:api`.
    fn entry(&self) -> (&str, Option<&str>) {
        match self.entryfile_path.rsplit_once(':') {
            Some((path, app)) if path.ends_with(".py") => (path, Some(app)),
            _ => (&self.entryfile_path, None),
        }
    }

    fn check(&self, sink: &mut Sink) {
        let span = self.entryfile_path.span;
        let (path, app) = self.entry();
        let extension = FilePath::new(path).extension();
        if !EXTENSIONS.contains(&extension.as_str()) {
            let message = match extension.is_empty() {
                true => format!("the entry file `{path}` has no extension, so its language is unknown"),
                false => format!("the buildpack cannot build an entry file with the extension .{extension}"),
            };
            sink.push(Diagnostic::error(Code::BAD_VALUE, span, message).hint(format!(
                "supported extensions: {}; use custom-dockerfile, nixpacks or external-buildpack for other languages",
                EXTENSIONS.join(", ")
            )));
            return;
        }
        let interface = self.language_specific_config.as_ref().and_then(|c| c.run_app_as.as_ref());
        match (app, interface) {
            (Some(app), None) => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    span,
                    format!(
                        "`{}` names the app `{app}`, and runAppAs does not say how to run it",
                        self.entryfile_path.value
                    ),
                )
                .hint("add languageSpecificConfig: { runAppAs: ASGI } (or WSGI), or leave the app out to run the file"),
            ),
            (None, Some(interface)) => sink.push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    span,
                    format!("runAppAs: {interface} needs the variable that holds the app"),
                )
                .hint(format!("write {path}:app, where app is the variable")),
            ),
            _ => {}
        }
    }

    fn is_node(&self) -> bool {
        EXTENSIONS[..NODE_EXTENSIONS].contains(&FilePath::new(self.entry().0).extension().as_str())
    }

    /// Node.js bundles get source maps in stack traces.
    fn variables(&self) -> Vec<(&'static str, Expr)> {
        if !self.is_node() {
            return vec![];
        }
        let version = self.language_specific_config.as_ref().and_then(|c| c.node_version.as_ref());
        let mut flags = vec!["--enable-source-maps"];
        if version.map_or(DEFAULT_NODE, |v| v.value) >= NODE_WITH_MODULE_FLAGS {
            flags.extend(["--experimental-require-module", "--experimental-detect-module"]);
        }
        vec![("NODE_OPTIONS", flags.join(" ").into())]
    }

    fn build(&self) -> ImageBuild {
        let c = self.language_specific_config.clone().unwrap_or_default();
        let text = |v: Option<VersionNumber>| v.map(|v| v.0.value);
        let node = NodeOptions {
            ts_config: c.ts_config_path,
            esm: c.output_module_format.map(|f| f == ModuleFormat::Esm),
            disable_source_maps: c.disable_source_maps,
            source_maps_to: c.output_source_maps_to,
            decorator_metadata: c.emit_ts_decorator_metadata,
            unbundled: c.dependencies_to_exclude_from_bundle.unwrap_or_default(),
            omitted: c.dependencies_to_exclude_from_deployment_package.unwrap_or_default(),
        };
        let code = Buildpack {
            entryfile: Spanned::new(self.entry().0.to_string(), self.entryfile_path.span),
            handler: self.entry().1.map(str::to_string),
            include_files: self.include_files.clone().unwrap_or_default(),
            exclude_files: self.exclude_files.clone().unwrap_or_default(),
            exclude_dependencies: self.exclude_dependencies.clone().unwrap_or_default(),
            node,
        };
        let language = LanguageOptions {
            node_version: c.node_version.map(|v| v.value),
            python_version: text(c.python_version),
            python_dependencies: c.package_manager_file,
            uv_optional: c.uv_optional_dependencies.unwrap_or_default(),
            uv_with: c.uv_with_groups.unwrap_or_default(),
            uv_without: c.uv_without_groups.unwrap_or_default(),
            uv_only: c.uv_only_groups.unwrap_or_default(),
            run_app_as: c.run_app_as,
            minify: c.minify,
            java_version: text(c.java_version),
            maven: c.use_maven,
            ruby_version: text(c.ruby_version),
            php_version: text(c.php_version),
            dotnet_version: text(c.dotnet_version),
            project_file: c.project_file,
        };
        ImageBuild::Buildpack(Box::new(ImageBuildpack {
            code,
            language,
            glibc: self.requires_glibc_binaries,
            docker_commands: self.custom_docker_build_commands.clone().unwrap_or_default(),
        }))
    }
}

impl ExternalBuildpack {
    fn build(&self) -> ImageBuild {
        ImageBuild::External {
            source: self.source_directory_path.clone(),
            builder: self.builder.clone().unwrap_or_else(|| "paketobuildpacks/builder-jammy-base".to_string()),
            buildpacks: self.buildpacks.clone().unwrap_or_default(),
        }
    }
}

impl Nixpacks {
    fn build(&self) -> ImageBuild {
        let list = |l: &Option<Vec<String>>| l.clone().unwrap_or_default();
        let phase = |p: &NixpacksPhase| NixpacksBuildPhase {
            name: p.name.clone(),
            commands: list(&p.cmds),
            nix_packages: list(&p.nix_pkgs),
            nix_libraries: list(&p.nix_libs),
            nix_overlays: list(&p.nix_overlay),
            nixpkgs_archive: p.nixpkgs_archive.clone(),
            apt_packages: list(&p.apt_pkgs),
            cache_directories: list(&p.cache_directories),
            only_include: list(&p.only_include_files),
        };
        ImageBuild::Nixpacks(Box::new(NixpacksBuild {
            source: self.source_directory_path.clone(),
            build_image: self.build_image.clone(),
            providers: list(&self.providers),
            start_command: self.start_cmd.clone(),
            run_image: self.start_run_image.clone(),
            only_include: list(&self.start_only_include_files),
            phases: self.phases.iter().flatten().map(phase).collect(),
        }))
    }
}
