//! Where an import leads: files, `tsconfig` paths, packages of the project; never a file outside it.

use crate::files::Refused;
use crate::project::Project;
use oxc_resolver::{
    FileMetadata, FileSystem, FileSystemOs, ResolveError, ResolveOptions, ResolverGeneric, TsconfigDiscovery,
};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Modules of Node that a config may import; the sandbox has its own of them.
pub const NODE_MODULES: &[&str] = &[
    "assert",
    "buffer",
    "crypto",
    "events",
    "fs",
    "fs/promises",
    "module",
    "os",
    "path",
    "path/posix",
    "process",
    "timers",
    "timers/promises",
    "url",
    "util",
];

/// Resolves imports.
pub struct Resolver {
    project: Arc<Project>,
    /// For `import` and `require` in the project's own files.
    own: [ResolverGeneric<Bounded>; 2],
    /// The same for packages, and inside them: one that ships its sources beside what was made of them means the latter.
    packages: [ResolverGeneric<Bounded>; 2],
}

impl Resolver {
    /// A resolver for a project.
    pub fn new(project: Arc<Project>) -> Self {
        let texts = |list: &[&str]| list.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let own = |form: &str| ResolveOptions {
            tsconfig: Some(TsconfigDiscovery::Auto),
            condition_names: texts(&["node", form, "module-sync", "default"]),
            extensions: texts(&[
                ".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json", ".yml", ".yaml",
            ]),
            extension_alias: vec![
                (".js".into(), texts(&[".ts", ".tsx", ".js"])),
                (".jsx".into(), texts(&[".tsx", ".jsx"])),
                (".mjs".into(), texts(&[".mts", ".mjs"])),
                (".cjs".into(), texts(&[".cts", ".cjs"])),
            ],
            main_fields: texts(&["main", "module"]),
            ..ResolveOptions::default()
        };
        let packages = |form: &str| ResolveOptions {
            extensions: texts(&[".js", ".json", ".cjs", ".mjs", ".ts", ".tsx", ".mts", ".cts"]),
            extension_alias: vec![(".js".into(), texts(&[".js", ".ts", ".tsx"]))],
            ..own(form)
        };
        let files = Bounded { project: Arc::clone(&project), disk: FileSystemOs::new(false) };
        let first = ResolverGeneric::new_with_file_system(files, own("import"));
        let packages = ["import", "require"].map(|form| first.clone_with_options(packages(form)));
        let require = first.clone_with_options(own("require"));
        Self { project, own: [first, require], packages }
    }

    /// The name of the module that `specifier` in the module `from` means.
    pub fn resolve(&self, require: bool, from: &str, specifier: &str) -> Result<String, Refused> {
        if let Some(name) = specifier.strip_prefix("node:").or_else(|| is_node_module(specifier).then_some(specifier)) {
            return node_module(name);
        }
        if specifier == "stacktape" {
            return Ok("stacktape:index.js".into());
        }
        if let (Some(_), Some(name)) = (from.strip_prefix("stacktape:"), specifier.strip_prefix("./")) {
            return Ok(format!("stacktape:{name}"));
        }
        // The modules that the host itself asks for come by their names.
        if specifier.starts_with("stacktape:") && (from.is_empty() || from.starts_with("stacktape:")) {
            return Ok(specifier.into());
        }
        let specifier = specifier.strip_prefix("file://").unwrap_or(specifier);
        let path = specifier.starts_with('/')
            || specifier.starts_with("./")
            || specifier.starts_with("../")
            || matches!(specifier, "." | "..");
        let from_real = self.project.real(from).map_err(|_| Refused::outside(from))?;
        if path {
            let given = if specifier.starts_with('/') {
                specifier.to_string()
            } else {
                format!("{}/{specifier}", folder(from))
            };
            self.project.real(&given).map_err(|_| Refused::outside(specifier))?;
        } else if specifier.contains(':') {
            return Err(Refused::new(format!(
                "`{specifier}` cannot be imported: a config imports files of its project and installed packages"
            )));
        }
        // What a program gives as an absolute path is one from inside.
        let wanted = match specifier.starts_with('/') {
            true => {
                self.project.real(specifier).map_err(|_| Refused::outside(specifier))?.to_string_lossy().into_owned()
            }
            false => specifier.to_string(),
        };
        let find = |resolvers: &[ResolverGeneric<Bounded>; 2]| {
            let found = resolvers[usize::from(require)].resolve_file(&from_real, &wanted);
            found.map_err(|error| self.not_found(&error, require, specifier, from))
        };
        let installed = |path: &Path| path.components().any(|part| part.as_os_str() == "node_modules");
        let found = match installed(&from_real) {
            true => find(&self.packages)?,
            // What a bare name means shows when it is found: a path of `tsconfig.json`, a workspace, or a package.
            false => match find(&self.own)? {
                found if installed(found.path()) => find(&self.packages)?,
                found => found,
            },
        };
        let real = self.project.follow(found.path()).map_err(|_| Refused::outside(specifier))?;
        self.project.inside(&real).ok_or_else(|| Refused::outside(specifier))
    }

    fn not_found(&self, error: &ResolveError, require: bool, specifier: &str, from: &str) -> Refused {
        let from = self.project.shown(from);
        let about_tsconfig = matches!(
            error,
            ResolveError::TsconfigNotFound(_) | ResolveError::Json(_) | ResolveError::TsconfigCircularExtend(_)
        );
        let why = if about_tsconfig {
            format!(": {}", error.to_string().replace(&*self.project.root().to_string_lossy(), "."))
        } else if specifier.starts_with(['.', '/', '#']) {
            ": there is no such file in the project".into()
        } else {
            ": there is no such package in the project; install it, or add its path to `tsconfig.json`".into()
        };
        // Packages look at the codes: an optional one may be missing.
        let code = match (error, require) {
            (ResolveError::PackagePathNotExported { .. }, _) => "ERR_PACKAGE_PATH_NOT_EXPORTED",
            (_, true) => "MODULE_NOT_FOUND",
            (_, false) => "ERR_MODULE_NOT_FOUND",
        };
        Refused { code, message: format!("cannot find `{specifier}`, which {from} imports{why}") }
    }
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a bare name is that of a module of Node.
fn is_node_module(name: &str) -> bool {
    nodejs_built_in_modules::is_nodejs_builtin_module(name)
}

fn node_module(name: &str) -> Result<String, Refused> {
    if NODE_MODULES.contains(&name) {
        return Ok(format!("node:{name}"));
    }
    let what = match name.split('/').next().unwrap_or(name) {
        "net" | "http" | "https" | "http2" | "tls" | "dns" | "dgram" | "inspector" => "no network",
        "child_process" | "cluster" | "worker_threads" => "no other processes or threads",
        _ => "no such module",
    };
    Err(Refused::new(format!(
        "`node:{name}` is not available to a config: it is evaluated in a sandbox with {what}; move that work to a script, or evaluate with `--unsafeNode`"
    )))
}

/// The disk below the boundary of a project: everything else does not exist.
struct Bounded {
    project: Arc<Project>,
    disk: FileSystemOs,
}

impl Bounded {
    fn check<'p>(&self, path: &'p Path) -> io::Result<&'p Path> {
        match self.project.holds(path) && self.project.follow(path).is_ok() {
            true => Ok(path),
            false => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

impl FileSystem for Bounded {
    fn new(_: bool) -> Self {
        // The resolvers are made with a file system; one without a project sees nothing.
        Self { project: Arc::new(Project::nowhere()), disk: FileSystemOs::new(false) }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read(self.check(path)?)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        self.disk.read_to_string(self.check(path)?)
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.disk.metadata(self.check(path)?)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        // The folders above the project are asked for when links are followed; they are folders.
        if self.project.is_above(path) {
            return self.disk.symlink_metadata(path);
        }
        self.disk.symlink_metadata(self.check(path)?)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        self.check(path).map_err(ResolveError::from)?;
        self.disk.read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.project.follow(path).map_err(|_| io::Error::from(io::ErrorKind::NotFound))
    }
}
