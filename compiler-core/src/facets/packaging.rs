//! Code of functions: packaging types, the runtime that follows from an entry file, and the handler that Lambda calls.

use crate::decode::{Decode, DecodeCx, Val};
use crate::describe::{Definitions, Describe, Shape};
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::lambda_runtimes::{self, LANGUAGES, Language, is_deprecated, is_runtime};
use crate::model::{Buildpack, FunctionCode, NodeOptions};
use crate::source::{FilePath, Span, Spanned};
use crate::syntax::Node;

/// How the code of a function is packaged.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum LambdaPackaging {
    /// An entry file, bundled with everything that it imports.
    #[config(name = "stacktape-lambda-buildpack")]
    Buildpack(LambdaBuildpack),
    /// A folder, file or zip archive that you have built.
    #[config(name = "custom-artifact")]
    Artifact(CustomArtifact),
    /// Code that comes with the compiler.
    #[config(internal)]
    BuiltIn(BuiltInCode),
}

/// A small JavaScript module that comes with the compiler. It stands in the template, so that nothing is uploaded.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInCode {
    /// The module, with the handler as `exports.default`; at most 4096 characters.
    pub source: &'static str,
    /// What deployed roles of such functions have in their name behind that of the function; it begins with `-`.
    pub role_suffix: &'static str,
}

/// An entry file, bundled with everything that it imports.
#[derive(Clone, Debug, Decode, Describe)]
pub struct LambdaBuildpack {
    /// Entry file, relative to the config. The extension decides the language: js, ts, mjs, jsx, tsx, py, java, go, rb, php, cs.
    #[config(example = "src/index.ts")]
    pub entryfile_path: Spanned<String>,
    /// Name of the function in the entry file; `default` for JavaScript and TypeScript, `handler` for Python, Ruby and PHP.
    pub handler_function: Option<Spanned<String>>,
    /// Globs of files to add, relative to the config.
    pub include_files: Option<Vec<String>>,
    /// Globs of files to leave out.
    pub exclude_files: Option<Vec<String>>,
    /// Dependencies that the bundle leaves out.
    pub exclude_dependencies: Option<Vec<String>>,
    /// Options of the language.
    pub language_specific_config: Option<LanguageConfig>,
}

/// A folder, file or zip archive that you have built.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CustomArtifact {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Path of the folder, file or zip, relative to the config.
    pub package_path: Spanned<String>,
    /// File and function that Lambda calls, as `path/file.ext:function`.
    pub handler: Option<Spanned<String>>,
}

/// Options of the language of an entry file. Which of them apply follows from its extension.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct LanguageConfig {
    /// Node.js major version (JavaScript, TypeScript).
    #[config(range = 16..=99, default = 24)]
    pub node_version: Option<Spanned<u32>>,
    /// Path of the `tsconfig.json` (TypeScript).
    pub ts_config_path: Option<String>,
    /// Module format of the bundle: `cjs` or `esm` (JavaScript, TypeScript).
    pub output_module_format: Option<ModuleFormat>,
    /// Whether source maps are left out (JavaScript, TypeScript).
    #[config(default = false)]
    pub disable_source_maps: bool,
    /// Folder that gets the source maps instead of the archive (JavaScript, TypeScript).
    pub output_source_maps_to: Option<String>,
    /// Whether decorator metadata is emitted (TypeScript).
    #[config(default = false)]
    pub emit_ts_decorator_metadata: bool,
    /// Packages copied beside the bundle instead of into it; `*` for all (JavaScript, TypeScript).
    pub dependencies_to_exclude_from_bundle: Option<Vec<String>>,
    /// Packages left out of the archive (JavaScript, TypeScript).
    pub dependencies_to_exclude_from_deployment_package: Option<Vec<String>>,
    /// Python version such as `3.13`.
    pub python_version: Option<VersionNumber>,
    /// Python package manager.
    pub package_manager: Option<String>,
    /// File with the Python dependencies.
    pub package_manager_file: Option<String>,
    /// Optional dependency groups to install (Python with uv).
    pub uv_optional_dependencies: Option<Vec<String>>,
    /// Dependency groups to install as well (Python with uv).
    pub uv_with_groups: Option<Vec<String>>,
    /// Dependency groups to leave out (Python with uv).
    pub uv_without_groups: Option<Vec<String>>,
    /// The only dependency groups to install (Python with uv).
    pub uv_only_groups: Option<Vec<String>>,
    /// Interface of a Python web app: `WSGI` or `ASGI` (images).
    pub run_app_as: Option<String>,
    /// Whether Python sources are minified.
    #[config(default = false)]
    pub minify: bool,
    /// Java version.
    pub java_version: Option<VersionNumber>,
    /// Whether the project is built with Maven instead of Gradle (Java).
    #[config(default = false)]
    pub use_maven: bool,
    /// Ruby version.
    pub ruby_version: Option<VersionNumber>,
    /// PHP version.
    pub php_version: Option<VersionNumber>,
    /// .NET version.
    pub dotnet_version: Option<VersionNumber>,
    /// Project file (.NET).
    pub project_file: Option<String>,
}

/// Module format of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum ModuleFormat {
    /// CommonJS.
    #[config(name = "cjs")]
    Cjs,
    /// ES modules.
    #[config(name = "esm")]
    Esm,
}

/// A language version, which people write as a number or as text: `21`, `3.12`, `"3.12"`.
#[derive(Clone, Debug)]
pub struct VersionNumber(pub Spanned<String>);

impl Decode for VersionNumber {
    fn decode(node: &Node, cx: &mut DecodeCx<'_>) -> Option<Self> {
        use crate::syntax::Value;
        let text = match &node.value {
            Value::Int(n) => n.to_string(),
            Value::Float(n) => n.to_string(),
            _ => String::decode(node, cx)?,
        };
        Some(Self(Spanned::new(text, node.span)))
    }
}

impl Describe for VersionNumber {
    fn describe(_: &mut Definitions) -> Shape {
        Shape::Scalar
    }
}

impl LambdaPackaging {
    /// Reports entry files that no buildpack knows, missing handlers, and a runtime that is deprecated or of another language.
    pub fn check(&self, runtime: Option<&Val<String>>, sink: &mut Sink) {
        let strange = runtime.and_then(|r| Some((r.as_known().filter(|name| !is_runtime(name))?, r.span)));
        if let Some((name, span)) = strange {
            let usual = self.runtime(None);
            let message = format!("Lambda has no runtime `{name}`");
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, span, message)
                    .hint(format!("for example {usual}; without `runtime` it follows from the code")),
            );
            return;
        }
        if let Some(runtime) = runtime
            && let Some(name) = runtime.as_known().filter(|name| is_deprecated(name))
        {
            let message = format!("AWS has deprecated the runtime {name}: it gets no security updates any more");
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, runtime.span, message)
                    .hint("choose a newer runtime; functions that have this one go on running"),
            );
        }
        match self {
            LambdaPackaging::Buildpack(b) => check_buildpack(self, b, runtime, sink),
            LambdaPackaging::Artifact(a) => check_artifact(a, runtime, sink),
            LambdaPackaging::BuiltIn(_) => {}
        }
    }

    /// The code, when it comes with the compiler.
    pub fn built_in(&self) -> Option<&BuiltInCode> {
        match self {
            LambdaPackaging::BuiltIn(code) => Some(code),
            _ => None,
        }
    }

    /// The Lambda runtime: the config's, or the one that follows from the entry file.
    pub fn runtime(&self, own: Option<&Val<String>>) -> String {
        if let Some(runtime) = own.and_then(|r| r.as_known()) {
            return runtime.clone();
        }
        let path = match self {
            LambdaPackaging::Buildpack(b) => &b.entryfile_path,
            LambdaPackaging::Artifact(a) => {
                return a
                    .handler
                    .as_ref()
                    .and_then(|h| Language::of(handler_parts(h)?.0))
                    .map_or(lambda_runtimes::DEFAULT, |l| l.default)
                    .into();
            }
            LambdaPackaging::BuiltIn(_) => return lambda_runtimes::DEFAULT.into(),
        };
        let Some(language) = Language::of(path) else { return lambda_runtimes::DEFAULT.into() };
        let asked = self.version(language).map(|version| language.runtime(&version.value));
        asked.filter(|runtime| !is_deprecated(runtime)).unwrap_or_else(|| language.default.into())
    }

    /// The version of its language that the config asks for.
    fn version(&self, language: &Language) -> Option<Spanned<String>> {
        let LambdaPackaging::Buildpack(b) = self else { return None };
        let config = b.language_specific_config.as_ref()?;
        let version = match language.prefix {
            "nodejs" => return config.node_version.as_ref().map(|v| Spanned::new(v.value.to_string(), v.span)),
            "python" => &config.python_version,
            "java" => &config.java_version,
            "ruby" => &config.ruby_version,
            "dotnet" => &config.dotnet_version,
            _ => return None,
        };
        version.as_ref().map(|v| v.0.clone())
    }

    /// What Lambda calls.
    pub fn handler(&self) -> String {
        let b = match self {
            LambdaPackaging::Artifact(a) => {
                return a
                    .handler
                    .as_ref()
                    .and_then(|h| handler_parts(h))
                    .map(|(file, f)| format!("{}.{f}", without_extension(file)))
                    .unwrap_or_default();
            }
            LambdaPackaging::BuiltIn(_) => return "index.default".into(),
            LambdaPackaging::Buildpack(b) => b,
        };
        let path = b.entryfile_path.as_str();
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = without_extension(file);
        let named = |default: &str| b.handler_function.as_ref().map_or(default.to_string(), |h| h.value.clone());
        match FilePath::new(path).extension().as_str() {
            "py" | "rb" | "php" => format!("{stem}.{}", named("handler")),
            "go" => stem.to_string(),
            "java" => path.rsplit('/').nth(1).unwrap_or(".").to_string(),
            // The name of the assembly: an executable assembly is its own handler.
            "cs" => b.handler_function.as_ref().map_or_else(|| self.assembly(stem), |h| h.value.clone()),
            _ => format!("index.{}", named("default")),
        }
    }

    fn assembly(&self, entry: &str) -> String {
        let LambdaPackaging::Buildpack(b) = self else { return entry.to_string() };
        let project = b.language_specific_config.as_ref().and_then(|c| c.project_file.as_deref());
        project.map_or(entry, |p| without_extension(p.rsplit('/').next().unwrap_or(p))).to_string()
    }

    /// Whether the code runs on Node.js and is bundled here.
    pub fn is_node_bundle(&self) -> bool {
        matches!(self, LambdaPackaging::Buildpack(b) if Language::of(&b.entryfile_path).is_some_and(|l| l.prefix == "nodejs"))
    }

    /// The plain form for the packager; `None` when there is nothing to package.
    pub fn code(&self) -> Option<FunctionCode> {
        let b = match self {
            LambdaPackaging::Artifact(a) => return Some(FunctionCode::Archive { path: a.package_path.clone() }),
            LambdaPackaging::BuiltIn(_) => return None,
            LambdaPackaging::Buildpack(b) => b,
        };
        let config = b.language_specific_config.clone().unwrap_or_default();
        Some(FunctionCode::Buildpack(Buildpack {
            entryfile: b.entryfile_path.clone(),
            handler: b.handler_function.as_ref().map(|h| h.value.clone()),
            include_files: b.include_files.clone().unwrap_or_default(),
            exclude_files: b.exclude_files.clone().unwrap_or_default(),
            exclude_dependencies: b.exclude_dependencies.clone().unwrap_or_default(),
            node: NodeOptions {
                ts_config: config.ts_config_path,
                esm: config.output_module_format.map(|f| f == ModuleFormat::Esm),
                disable_source_maps: config.disable_source_maps,
                source_maps_to: config.output_source_maps_to,
                decorator_metadata: config.emit_ts_decorator_metadata,
                unbundled: config.dependencies_to_exclude_from_bundle.unwrap_or_default(),
                omitted: config.dependencies_to_exclude_from_deployment_package.unwrap_or_default(),
            },
        }))
    }
}

fn check_buildpack(packaging: &LambdaPackaging, b: &LambdaBuildpack, runtime: Option<&Val<String>>, sink: &mut Sink) {
    let path = &b.entryfile_path;
    let Some(language) = Language::of(path) else {
        let all: Vec<&str> = LANGUAGES.iter().flat_map(|l| l.extensions.iter().copied()).collect();
        let extension = FilePath::new(path.as_str()).extension();
        let message = match extension.is_empty() {
            true => format!("the entry file `{}` has no extension, so its language is unknown", path.value),
            false => format!("the buildpack cannot build an entry file with the extension .{extension}"),
        };
        sink.push(Diagnostic::error(Code::BAD_VALUE, path.span, message).hint(format!(
            "supported extensions: {}; build other languages yourself and use custom-artifact",
            all.join(", ")
        )));
        return;
    };
    if let Some(version) = packaging.version(language).filter(|_| runtime.is_none()) {
        let asked = language.runtime(&version.value);
        if is_deprecated(&asked) {
            let message = format!("AWS has deprecated the runtime {asked}, so {} is used", language.default);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, version.span, message)
                    .hint(format!("ask for a newer version, or set runtime: {asked} to keep a function that has it")),
            );
        }
    }
    if let Some(runtime) = runtime
        && let Some(name) = runtime.as_known()
        && !name.starts_with(language.prefix)
        && !name.starts_with("provided")
    {
        sink.push(
            Diagnostic::error(
                Code::CONFLICT,
                runtime.span,
                format!("the runtime {name} cannot run the entry file {}", path.value),
            )
            .label(path.span, "the entry file")
            .hint(format!("leave runtime out for {}, or choose a {}… runtime", language.default, language.prefix)),
        );
    }
}

fn check_artifact(a: &CustomArtifact, runtime: Option<&Val<String>>, sink: &mut Sink) {
    let file = |handler: &'_ str| handler_parts(handler).map(|(file, _)| file.to_string());
    match &a.handler {
        None => sink.push(
            Diagnostic::error(Code::MISSING_PROPERTY, a.span, "a custom-artifact of a function needs a handler")
                .hint("add `handler: path/in/archive/file.js:functionName`"),
        ),
        Some(handler) if handler_parts(handler).is_none() => sink.push(
            Diagnostic::error(
                Code::BAD_VALUE,
                handler.span,
                format!("the handler `{}` is not of the form file:function", handler.value),
            )
            .hint("for example `index.js:handler`"),
        ),
        Some(handler) if runtime.is_none() && file(handler).is_some_and(|file| Language::of(&file).is_none()) => sink
            .push(
                Diagnostic::error(
                    Code::MISSING_PROPERTY,
                    handler.span,
                    format!("the handler `{}` does not tell which runtime it needs", handler.value),
                )
                .hint("add `runtime:`, for example java21 or provided.al2023"),
            ),
        Some(_) => {}
    }
}

fn handler_parts(handler: &str) -> Option<(&str, &str)> {
    handler.rsplit_once(':').filter(|(file, function)| !file.is_empty() && !function.is_empty())
}

fn without_extension(file: &str) -> &str {
    match file.rfind('.') {
        Some(at) if at > 0 && !file[at..].contains('/') => &file[..at],
        _ => file,
    }
}
