//! What the tests share: projects in temporary folders, jobs, and archives read back.
#![allow(dead_code, missing_docs)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stacktape_packaging::{
    Architecture, BuildpackOptions, Job, JobKind, Packaged, PackagingError, ProjectDirs, package_all,
};

/// A project folder that is removed with the value.
pub struct Project {
    root: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

impl Project {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { root: folder.path().to_path_buf(), _folder: Some(folder) }
    }

    /// A project in a folder that somebody else removes.
    pub fn at(root: PathBuf) -> Self {
        Self { root, _folder: None }
    }

    /// A copy of `tests/cases/NAME`. Folders named `npm` become `node_modules`, which version control ignores.
    pub fn case(name: &str) -> Self {
        let project = Self::empty();
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
        copy(&case, project.root());
        project
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn dirs(&self) -> ProjectDirs {
        ProjectDirs::new(self.root())
    }

    pub fn package(&self, jobs: Vec<Job>) -> Vec<Result<Packaged, PackagingError>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(package_all(&self.dirs(), jobs, Arc::new(())))
    }

    pub fn package_one(&self, job: Job) -> Result<Packaged, PackagingError> {
        self.package(vec![job]).remove(0)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let target = to.join(if name == "npm" { "node_modules".into() } else { name });
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

pub fn artifact(path: &str) -> Job {
    Job {
        name: "fn".to_owned(),
        kind: JobKind::CustomArtifact { path: path.to_owned() },
        runtime: "nodejs20.x".to_owned(),
        architecture: Architecture::X86_64,
    }
}

pub fn buildpack(entry: &str) -> Job {
    buildpack_with(BuildpackOptions { entry: entry.to_owned(), ..Default::default() })
}

pub fn buildpack_with(options: BuildpackOptions) -> Job {
    Job {
        name: "fn".to_owned(),
        kind: JobKind::LambdaBuildpack(options),
        runtime: "nodejs20.x".to_owned(),
        architecture: Architecture::X86_64,
    }
}

/// An archive's entries: name → (Unix mode, content).
pub fn entries(archive: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(File::open(archive).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut entry = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), (entry.unix_mode().unwrap(), content))
        })
        .collect()
}

pub fn names(archive: &Path) -> Vec<String> {
    entries(archive).into_keys().collect()
}

/// Unpacks an archive into a new folder.
pub fn unpack(archive: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, (_, content)) in entries(archive) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Running bundles as Lambda does.
pub mod node {
    use std::path::Path;
    use std::process::Command;

    use serde_json::Value;

    /// Calls `index.HANDLER` of an unpacked archive; none when there is no `node` on this machine. Like Lambda's runtime it requires
    /// `index.js` and imports `index.mjs`.
    pub fn call(folder: &Path, handler: &str, event: &Value) -> Option<Value> {
        const SCRIPT: &str = "
            const [folder, handler, event] = process.argv.slice(1);
            const { existsSync } = require('fs');
            const load = async () => existsSync(folder + '/index.mjs') ? import(folder + '/index.mjs') : require(folder + '/index.js');
            load().then((m) => m[handler](JSON.parse(event))).then(
                (result) => console.log(JSON.stringify(result)),
                (error) => { console.error(error); process.exit(1); });
        ";
        let output =
            Command::new("node").args(["-e", SCRIPT, "--"]).arg(folder).arg(handler).arg(event.to_string()).output();
        let Ok(output) = output else {
            eprintln!("skipped: no `node` on this machine");
            return None;
        };
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
        Some(serde_json::from_str(stdout.trim()).unwrap_or_else(|error| panic!("{error}: {stdout}")))
    }
}
