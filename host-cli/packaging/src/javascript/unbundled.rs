//! Packages that go into the archive as they are: the ones that an import outside of the bundle needs, with everything that they depend on.
//! Linked layouts (pnpm, workspaces) are laid out anew, so that Node finds for each package the version that it finds on this machine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::native::{self, Fit, Target};
use super::packages::{Package, Packages};
use crate::archive::Archive;
use crate::error::{Outcome, Problem, Problems};
use crate::folder::{self, FolderFile};
use crate::job::Architecture;

/// Folders at the top of a package that nothing loads at run time.
const PRUNED_FOLDERS: [&str; 13] = [
    ".github",
    ".vscode",
    "__tests__",
    "benchmark",
    "benchmarks",
    "coverage",
    "doc",
    "docs",
    "example",
    "examples",
    "test",
    "tests",
    "build/Release/obj.target",
];
/// File endings that nothing loads at run time: documentation, types, maps, sources and leftovers of native builds.
const PRUNED_ENDINGS: [&str; 18] = [
    ".a",
    ".c",
    ".cc",
    ".cpp",
    ".cts",
    ".gyp",
    ".gypi",
    ".h",
    ".hpp",
    ".lib",
    ".map",
    ".markdown",
    ".md",
    ".mts",
    ".o",
    ".pdb",
    ".target.mk",
    ".ts",
];

/// What was put in.
#[derive(Debug, Default)]
pub(crate) struct Unbundled {
    /// Folders that were copied.
    pub folders: Vec<PathBuf>,
    pub notes: Vec<String>,
}

/// Puts `roots` and their dependencies below `node_modules` of the archive.
pub(crate) fn add(
    roots: &[Package],
    packages: &Packages,
    target: Target,
    install: &dyn Fn(&str) -> String,
    archive: &mut Archive,
) -> Outcome<Unbundled> {
    let mut layout = Layout::default();
    let mut problems = Vec::new();
    let mut unbundled = Unbundled::default();
    layout.place_all(roots, packages, target, &mut unbundled.notes);
    for (place, package) in &layout.places {
        unbundled.folders.push(package.folder.clone());
        match files(package, target) {
            Ok(files) => {
                for file in files {
                    let name = format!("{place}/{}", file.name);
                    archive.insert_file(name, file.path, file.size, file.executable);
                }
            }
            Err(error) => problems.extend(error.0.into_iter().map(|problem| match problem.hint {
                Some(_) => problem,
                None => problem.hint(install(&package.name)),
            })),
        }
        problems.extend(missing_platform_package(package, packages, target).map(|p| p.hint(install(&package.name))));
    }
    if problems.is_empty() { Ok(unbundled) } else { Err(Problems(problems)) }
}

/// Package folders by their place in the archive, `node_modules/a` or `node_modules/a/node_modules/b`.
#[derive(Default)]
struct Layout {
    places: BTreeMap<String, Package>,
}

impl Layout {
    /// Breadth first: all dependencies of a package have their places before any of theirs is looked at, so a nested version is never put
    /// between a package and a version that it already found.
    fn place_all(&mut self, roots: &[Package], packages: &Packages, target: Target, notes: &mut Vec<String>) {
        let mut queue = VecDeque::new();
        for root in roots {
            let place = format!("node_modules/{}", root.name);
            match self.places.get(&place) {
                None => {
                    self.places.insert(place.clone(), root.clone());
                    queue.push_back((place, root.clone()));
                }
                Some(other) if other.folder == root.folder => {}
                Some(other) => notes.push(format!(
                    "`{}` is used in two versions that are not bundled; the function gets {}",
                    root.name,
                    other.manifest.version.as_deref().unwrap_or("one of them")
                )),
            }
        }
        while let Some((place, package)) = queue.pop_front() {
            for dependency in dependencies(&package, packages, target) {
                if let Some(new_place) = self.place(&place, &dependency) {
                    queue.push_back((new_place, dependency));
                }
            }
        }
    }

    /// Where `dependency` of the package at `parent` goes, or none when Node already finds it from there.
    fn place(&mut self, parent: &str, dependency: &Package) -> Option<String> {
        let name = &dependency.name;
        let mut visible = None;
        let mut level = Some(parent);
        while let Some(current) = level {
            let candidate = format!("{current}/node_modules/{name}");
            if let Some(found) = self.places.get(&candidate) {
                visible = Some(found);
                break;
            }
            level = current.rfind("/node_modules/").map(|end| &current[..end]);
        }
        let top = format!("node_modules/{name}");
        let place = match visible.or_else(|| self.places.get(&top)) {
            Some(found) if found.folder == dependency.folder => return None,
            Some(_) => format!("{parent}/node_modules/{name}"),
            None => top,
        };
        self.places.insert(place.clone(), dependency.clone());
        Some(place)
    }
}

/// What a package needs at run time, as far as it is installed and made for the target. Missing ones are the package's own matter.
fn dependencies(package: &Package, packages: &Packages, target: Target) -> Vec<Package> {
    let manifest = &package.manifest;
    let names: BTreeSet<&String> = manifest
        .dependencies
        .keys()
        .chain(manifest.optional_dependencies.keys())
        .chain(manifest.peer_dependencies.keys().filter(|name| !manifest.peer_is_optional(name)))
        .collect();
    let found = names.into_iter().filter_map(|name| packages.find(&package.folder, name));
    let mut found: Vec<Package> = found.filter(|found| target.admits(&found.manifest)).collect();
    // Prisma's client loads code that its generator writes beside it, into a folder that no manifest mentions.
    if package.name == "@prisma/client" {
        found.extend(packages.find(&package.folder, ".prisma/client"));
    }
    found
}

/// The files of a package that can matter at run time. Binaries for other systems are left out; if none is left, the package is installed
/// for the wrong one.
fn files(package: &Package, target: Target) -> Outcome<Vec<FolderFile>> {
    let mut kept = Vec::new();
    let (mut fits, mut fails) = (false, Vec::new());
    for file in list(&package.folder)? {
        if is_other_prisma_engine(&file.name, target) {
            fails.push(format!("`{}` is for another system", file.name));
            continue;
        }
        match native::judge(&file, target) {
            Fit::Script => kept.push(file),
            Fit::Runs => {
                fits |= file.name.ends_with(".node");
                kept.push(file);
            }
            Fit::Fails(reason) if file.name.ends_with(".node") => fails.push(format!("`{}` {reason}", file.name)),
            Fit::Fails(_) => {}
        }
    }
    let version = package.manifest.version.as_deref().unwrap_or("?");
    if !fits && let Some(first) = fails.first() {
        let message = format!("the native module `{}` {version} does not run there: {first}", package.name);
        let problem = Problem::new(message);
        return Err(match package.name.as_str() {
            ".prisma/client" => problem.hint(format!(
                "add `{}` to binaryTargets of the generator in schema.prisma and run `prisma generate`",
                prisma_engine(target)
            )),
            _ => problem,
        }
        .into());
    }
    if !fits && (package.manifest.gypfile == Some(true) || package.folder.join("binding.gyp").exists()) {
        let message = format!("the native module `{}` {version} is not built: it has no binary", package.name);
        return Err(Problem::new(message).into());
    }
    Ok(kept)
}

/// Prisma's name of the engine for a target.
fn prisma_engine(target: Target) -> &'static str {
    let modern = target.node >= 20;
    match (target.architecture, modern) {
        (Architecture::X86_64, true) => "rhel-openssl-3.0.x",
        (Architecture::X86_64, false) => "rhel-openssl-1.0.x",
        (Architecture::Arm64, true) => "linux-arm64-openssl-3.0.x",
        (Architecture::Arm64, false) => "linux-arm64-openssl-1.0.x",
    }
}

/// Prisma's engines for Debian and Red Hat have the same ELF header and differ in the OpenSSL that they load.
fn is_other_prisma_engine(name: &str, target: Target) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.contains("query_engine-") && name.ends_with(".node") && !name.contains(prisma_engine(target))
}

/// All files of a package except those that nothing loads; packages nested in its own `node_modules` are placed by themselves.
pub(crate) fn list(folder: &Path) -> Outcome<Vec<FolderFile>> {
    folder::files(folder, &|name| {
        name == "node_modules"
            || PRUNED_FOLDERS.contains(&name)
            || PRUNED_ENDINGS.iter().any(|ending| name.ends_with(ending))
    })
}

/// Packages that keep one binary package for each system, of which only the one for this machine is installed.
fn missing_platform_package(package: &Package, packages: &Packages, target: Target) -> Option<Problem> {
    let optional = &package.manifest.optional_dependencies;
    let wanted: Vec<&String> = optional.keys().filter(|name| target.is_named_by(name)).collect();
    let missing = !wanted.is_empty() && wanted.iter().all(|name| packages.find(&package.folder, name).is_none());
    missing.then(|| {
        let version = package.manifest.version.as_deref().unwrap_or("?");
        Problem::new(format!(
            "the native module `{}` {version} is installed for another system: `{}` is missing",
            package.name, wanted[0]
        ))
    })
}
