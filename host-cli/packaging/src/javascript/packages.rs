//! npm packages on disk: which package a file belongs to, what its `package.json` says, and where Node would find a dependency. Works for
//! the flat folders of npm and yarn and for the linked ones of pnpm, because it asks the same questions that Node asks.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

/// What matters here of a `package.json`. Unexpected types are read as absent: a sloppy manifest must not stop a build.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Manifest {
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub main: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub dependencies: BTreeMap<String, Value>,
    #[serde(rename = "devDependencies", deserialize_with = "lenient")]
    pub dev_dependencies: BTreeMap<String, Value>,
    #[serde(rename = "optionalDependencies", deserialize_with = "lenient")]
    pub optional_dependencies: BTreeMap<String, Value>,
    #[serde(rename = "peerDependencies", deserialize_with = "lenient")]
    pub peer_dependencies: BTreeMap<String, Value>,
    #[serde(rename = "peerDependenciesMeta", deserialize_with = "lenient")]
    pub peer_dependencies_meta: BTreeMap<String, Value>,
    #[serde(deserialize_with = "lenient")]
    pub gypfile: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    pub binary: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    pub napi: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient")]
    pub os: Option<OneOrMany>,
    #[serde(deserialize_with = "lenient")]
    pub cpu: Option<OneOrMany>,
    #[serde(deserialize_with = "lenient")]
    pub libc: Option<OneOrMany>,
}

/// `"linux"` or `["linux", "!darwin"]`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    /// Whether npm would install a package with this list for `value`: named, or not excluded with `!`.
    pub fn admits(&self, value: &str) -> bool {
        let list = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        };
        let mut named = list.iter().filter(|entry| !entry.starts_with('!')).peekable();
        let excluded = list.iter().any(|entry| entry.strip_prefix('!') == Some(value));
        !excluded && (named.peek().is_none() || named.any(|entry| entry == value || entry == "any"))
    }
}

fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + serde::de::DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

impl Manifest {
    /// Whether the package says that it works without this peer.
    pub fn peer_is_optional(&self, name: &str) -> bool {
        let optional = |meta: &Value| meta.get("optional").and_then(Value::as_bool) == Some(true);
        self.optional_dependencies.contains_key(name) || self.peer_dependencies_meta.get(name).is_some_and(optional)
    }
}

/// A package folder.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// The name it is imported by.
    pub name: String,
    /// Its real folder.
    pub folder: PathBuf,
    pub manifest: Arc<Manifest>,
}

/// Packages seen in one run.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    manifests: Mutex<HashMap<PathBuf, Option<Arc<Manifest>>>>,
}

impl Packages {
    /// The manifest in `folder`, if there is one that can be read.
    pub fn manifest(&self, folder: &Path) -> Option<Arc<Manifest>> {
        let mut manifests = self.manifests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = manifests.get(folder) {
            return known.clone();
        }
        let read = fs::read(folder.join("package.json")).ok();
        let manifest = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).map(Arc::new);
        manifests.insert(folder.to_path_buf(), manifest.clone());
        manifest
    }

    /// The installed package that a file belongs to: the folder below the last `node_modules` of its path.
    pub fn installed(&self, file: &Path) -> Option<Package> {
        let components: Vec<Component<'_>> = file.components().collect();
        let modules = components.iter().rposition(|component| component.as_os_str() == "node_modules")?;
        let first = components.get(modules + 1)?.as_os_str().to_str()?;
        let (name, length) = if first.starts_with('@') {
            (format!("{first}/{}", components.get(modules + 2)?.as_os_str().to_str()?), 3)
        } else {
            (first.to_owned(), 2)
        };
        let folder: PathBuf = components[..modules + length].iter().collect();
        let manifest = self.manifest(&folder)?;
        Some(Package { name, folder, manifest })
    }

    /// The nearest folder at or above `file` with a manifest that has a name: a package of the user's workspace, or an installed one.
    pub fn owner(&self, file: &Path) -> Option<Package> {
        file.ancestors().skip(1).find_map(|folder| {
            let manifest = self.manifest(folder)?;
            let name = manifest.name.clone()?;
            Some(Package { name, folder: folder.to_path_buf(), manifest })
        })
    }

    /// Where Node finds `name` when a file in `folder` asks for it.
    pub fn find(&self, folder: &Path, name: &str) -> Option<Package> {
        folder.ancestors().filter(|folder| !folder.ends_with("node_modules")).find_map(|folder| {
            let folder = folder.join("node_modules").join(name).canonicalize().ok()?;
            let manifest = self.manifest(&folder)?;
            Some(Package { name: name.to_owned(), folder, manifest })
        })
    }
}

/// The package that a bare import names: `@a/b/c` → `@a/b`. None for relative, absolute and `#` imports and for `node:` and other schemes.
pub(crate) fn package_name(import: &str) -> Option<&str> {
    if import.starts_with(['.', '/', '#', '\0', '\\']) || import.contains(':') || import.is_empty() {
        return None;
    }
    let mut slashes = import.match_indices('/').map(|(index, _)| index);
    let end = if import.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    Some(&import[..end.unwrap_or(import.len())])
}

/// Whether a file lies in a `node_modules` folder.
pub(crate) fn is_installed(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == "node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages() {
        let cases = [
            ("lodash", Some("lodash")),
            ("lodash/fp/curry", Some("lodash")),
            ("@a/b", Some("@a/b")),
            ("@a/b/c.js", Some("@a/b")),
            ("./x", None),
            ("#internal", None),
            ("node:fs", None),
            ("", None),
        ];
        for (import, name) in cases {
            assert_eq!(package_name(import), name, "{import}");
        }
    }

    #[test]
    fn platform_lists() {
        let list = |json: &str| serde_json::from_str::<OneOrMany>(json).unwrap();
        assert!(list(r#"["linux", "darwin"]"#).admits("linux"));
        assert!(!list(r#"["darwin"]"#).admits("linux"));
        assert!(list(r#"["!win32"]"#).admits("linux"));
        assert!(!list(r#""!linux""#).admits("linux"));
    }

    #[test]
    fn sloppy_manifests_are_read() {
        let manifest: Manifest =
            serde_json::from_str(r#"{"name": 1, "dependencies": [], "main": {"x": 1}, "gypfile": true}"#).unwrap();
        assert_eq!((manifest.name, manifest.gypfile), (None, Some(true)));
    }
}
