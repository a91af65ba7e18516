//! Decides for every import whether it is bundled, left to the runtime, or copied unbundled: a plugin of the bundler that sees each import
//! before its own resolution does. What it decided is collected and read after the build.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rolldown::plugin::{
    HookLoadArgs, HookLoadOutput, HookLoadReturn, HookResolveIdArgs, HookResolveIdOutput, HookResolveIdReturn,
    HookUsage, Plugin, PluginContext, PluginContextResolveOptions, SharedLoadPluginContext,
};
use rolldown_common::{ModuleType, ResolvedExternal};

use super::entry::WRAPPER;
use super::native;
use super::packages::{Package, Packages, is_installed, package_name};

/// Never bundled and never put in: optional or build-time parts that a running function cannot use.
const ALWAYS_EXTERNAL: [&str; 5] = ["fsevents", "@prisma/engines", "prisma", "pnpapi", "next"];

/// Which imports stay outside of the bundle.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// Packages that the user provides otherwise.
    pub excluded: Vec<String>,
    /// Packages that the user wants unbundled; `*` for all.
    pub unbundled: Vec<String>,
    /// Packages that turned out to load binaries while an earlier build ran.
    pub native: BTreeSet<String>,
    /// Imports of files that do not exist: an earlier build said so, and this one only looks for what else is wrong.
    pub absent: BTreeSet<String>,
    /// Whether the runtime provides `@aws-sdk/client-*`.
    pub runtime_has_sdk: bool,
}

/// What was decided while a bundle was built.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// Installed packages to put in, by folder.
    pub unbundled: BTreeMap<PathBuf, Package>,
    /// Packages that only a `.node` file gave away after some of their code was already bundled.
    pub late_native: BTreeSet<String>,
    /// Imports that were found nowhere: (importer, import).
    pub missing: BTreeSet<(String, String)>,
    /// Missing imports that their package calls optional.
    pub optional: BTreeSet<String>,
    /// Remarks of the bundler about the user's own code.
    pub warnings: BTreeSet<String>,
}

/// The plugin. One for each build.
#[derive(Debug)]
pub(crate) struct Resolve {
    pub rules: Rules,
    pub wrapper: Option<String>,
    pub packages: Arc<Packages>,
    pub decisions: Arc<Mutex<Decisions>>,
}

impl Resolve {
    fn decisions(&self) -> MutexGuard<'_, Decisions> {
        self.decisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A package that is put in as it is.
    fn unbundle(&self, import: &str, package: Package) -> HookResolveIdOutput {
        self.decisions().unbundled.insert(package.folder.clone(), package);
        external(import)
    }

    /// The source of a workspace package, which may not be built: its entry in TypeScript.
    fn workspace_source(&self, folder: &Path) -> Option<HookResolveIdOutput> {
        let manifest = self.packages.manifest(folder)?;
        let main = manifest.main.as_deref().filter(|main| is_typescript(main)).map(|main| folder.join(main));
        let conventional = ["index.ts", "index.tsx", "index.mts"].map(|name| folder.join("src").join(name));
        let source = main.into_iter().chain(conventional).find(|path| path.is_file())?;
        let id = source.to_str()?.to_owned();
        let package_json_path = folder.join("package.json").to_str().map(str::to_owned);
        Some(HookResolveIdOutput { package_json_path, ..HookResolveIdOutput::from_id(id) })
    }

    async fn package_import(
        &self,
        context: &PluginContext,
        args: &HookResolveIdArgs<'_>,
        name: &str,
    ) -> HookResolveIdReturn {
        let import = args.specifier;
        let listed = |list: &[String]| list.iter().any(|entry| entry == name || entry == import);
        if listed(&self.rules.excluded) || ALWAYS_EXTERNAL.contains(&name) {
            return Ok(Some(external(import)));
        }
        let wanted = listed(&self.rules.unbundled);
        if self.rules.runtime_has_sdk && name.starts_with("@aws-sdk/client-") && !wanted {
            return Ok(Some(external(import)));
        }
        let options = PluginContextResolveOptions {
            import_kind: args.kind,
            is_entry: args.is_entry,
            skip_self: true,
            custom: Arc::clone(&args.custom),
        };
        let importer = args.importer.unwrap_or_default();
        let Ok(found) = context.resolve(import, args.importer, Some(options)).await? else {
            let importer_path = Path::new(importer);
            let link = self.packages.find(importer_path.parent().unwrap_or(importer_path), name);
            let linked = link.filter(|package| import == name && !is_installed(&package.folder));
            if let Some(source) = linked.and_then(|package| self.workspace_source(&package.folder)) {
                return Ok(Some(source));
            }
            let owner = self.packages.installed(importer_path);
            if owner.is_some_and(|owner| owner.manifest.peer_is_optional(name)) {
                self.decisions().optional.insert(name.to_owned());
                return Ok(Some(external(import)));
            }
            self.decisions().missing.insert((importer.to_owned(), import.to_owned()));
            return Ok(None);
        };
        if !matches!(found.external, ResolvedExternal::Bool(false)) {
            return Ok(None);
        }
        let path = Path::new(found.id.as_str());
        if is_installed(path) {
            let Some(package) = self.packages.installed(path) else { return Ok(None) };
            let all = self.rules.unbundled.iter().any(|entry| entry == "*");
            let is_native = self.rules.native.contains(&package.name)
                || native::is_native(&package.name, &package.manifest, &package.folder);
            if wanted || all || is_native {
                // Imported under an alias, Node must find it by that name.
                return Ok(Some(self.unbundle(import, Package { name: name.to_owned(), ..package })));
            }
        } else if import == name && !path.to_str().is_some_and(is_typescript) && path.is_absolute() {
            let owner = self.packages.owner(path).filter(|owner| owner.name == name);
            if let Some(source) = owner.and_then(|owner| self.workspace_source(&owner.folder)) {
                return Ok(Some(source));
            }
        }
        Ok(None)
    }
}

fn is_typescript(path: &str) -> bool {
    [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| path.ends_with(ending)) && !path.ends_with(".d.ts")
}

fn external(import: &str) -> HookResolveIdOutput {
    HookResolveIdOutput { external: Some(ResolvedExternal::Bool(true)), ..HookResolveIdOutput::from_id(import) }
}

impl Plugin for Resolve {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("stacktape:resolve")
    }

    async fn resolve_id(&self, context: &PluginContext, args: &HookResolveIdArgs<'_>) -> HookResolveIdReturn {
        if args.specifier == WRAPPER {
            return Ok(Some(HookResolveIdOutput::from_id(WRAPPER)));
        }
        if args.importer == Some(WRAPPER) || args.is_entry {
            return Ok(None);
        }
        if args.specifier.ends_with(".node") {
            if let Some(package) = args.importer.and_then(|importer| self.packages.installed(Path::new(importer))) {
                self.decisions().late_native.insert(package.name);
            }
            return Ok(Some(external(args.specifier)));
        }
        if self.rules.absent.contains(args.specifier) {
            return Ok(Some(external(args.specifier)));
        }
        match package_name(args.specifier) {
            Some(name) => self.package_import(context, args, name).await,
            None => Ok(None),
        }
    }

    async fn load(&self, _: SharedLoadPluginContext, args: &HookLoadArgs<'_>) -> HookLoadReturn {
        Ok(self.wrapper.as_ref().filter(|_| args.id == WRAPPER).map(|source| HookLoadOutput {
            code: source.as_str().into(),
            module_type: Some(ModuleType::Js),
            ..Default::default()
        }))
    }

    fn register_hook_usage(&self) -> HookUsage {
        HookUsage::ResolveId | HookUsage::Load
    }
}
