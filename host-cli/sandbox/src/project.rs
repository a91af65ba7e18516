//! The folder that a config may see, and how its paths look from inside: the same on every machine.
//!
//! A program sees the project below [`INSIDE`]. A path that leads out of it is refused in the same words whether or not there is something,
//! so that nothing outside can be probed; links are followed before the check.

use std::path::{Component, Path, PathBuf};

/// The folder under which a program sees the project.
pub const INSIDE: &str = "/stacktape-project";

/// The folders of a project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Folder that relative paths start from: that of the config.
    root: PathBuf,
    /// Outermost folder that may be read.
    boundary: PathBuf,
}

/// Why a path cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It leads out of the project, or would if it existed.
    Outside,
    /// There is nothing.
    Missing,
}

impl Project {
    /// A project; both folders must exist, and `root` must be inside `boundary`.
    pub fn new(root: &Path, boundary: &Path) -> std::io::Result<Self> {
        let (root, boundary) = (root.canonicalize()?, boundary.canonicalize()?);
        let boundary = if root.starts_with(&boundary) { boundary } else { root.clone() };
        Ok(Self { root, boundary })
    }

    /// A project that holds nothing.
    pub(crate) fn nowhere() -> Self {
        Self { root: PathBuf::from("/dev/null/nowhere"), boundary: PathBuf::from("/dev/null/nowhere") }
    }

    /// Whether a folder is above the project.
    pub(crate) fn is_above(&self, path: &Path) -> bool {
        self.boundary != path && self.boundary.starts_with(path)
    }

    /// Folder that relative paths start from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Outermost folder that may be read.
    pub fn boundary(&self) -> &Path {
        &self.boundary
    }

    /// Whether a path without links is inside.
    pub fn holds(&self, real: &Path) -> bool {
        real.starts_with(&self.boundary)
    }

    /// A real path as a program sees it; `None` for one outside.
    pub fn inside(&self, real: &Path) -> Option<String> {
        let rest = real.strip_prefix(&self.boundary).ok()?;
        let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(if parts.is_empty() { INSIDE.to_string() } else { format!("{INSIDE}/{}", parts.join("/")) })
    }

    /// The working directory as a program sees it.
    pub fn working_directory(&self) -> String {
        self.inside(&self.root).unwrap_or_else(|| INSIDE.into())
    }

    /// The real path of one that a program gave (absolute or relative to the working directory), with its links not followed.
    pub fn real(&self, given: &str) -> Result<PathBuf, Refusal> {
        let absolute =
            if given.starts_with('/') { given.to_string() } else { format!("{}/{given}", self.working_directory()) };
        let mut parts: Vec<&str> = vec![];
        for part in absolute.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop().ok_or(Refusal::Outside)?),
                part if part.contains('\0') => return Err(Refusal::Outside),
                part => parts.push(part),
            }
        }
        let [first, rest @ ..] = parts.as_slice() else { return Err(Refusal::Outside) };
        if *first != &INSIDE[1..] {
            return Err(Refusal::Outside);
        }
        Ok(rest.iter().fold(self.boundary.clone(), |path, part| path.join(part)))
    }

    /// The real path with every link followed.
    pub fn follow(&self, real: &Path) -> Result<PathBuf, Refusal> {
        match real.canonicalize() {
            Ok(path) if self.holds(&path) => Ok(path),
            Ok(_) => Err(Refusal::Outside),
            // What is not there: a link on the way may still lead out.
            Err(_) => Err(self.nearest(real)),
        }
    }

    fn nearest(&self, real: &Path) -> Refusal {
        for ancestor in real.ancestors() {
            if let Ok(target) = std::fs::read_link(ancestor) {
                let base = ancestor.parent().unwrap_or(&self.boundary);
                let base = base.canonicalize().unwrap_or_else(|_| base.to_owned());
                if !self.holds(&lexical(&base.join(target))) {
                    return Refusal::Outside;
                }
            }
            if let Ok(path) = ancestor.canonicalize() {
                return if self.holds(&path) { Refusal::Missing } else { Refusal::Outside };
            }
        }
        Refusal::Outside
    }

    /// A path that a program sees, relative to the working directory: how the compiler and messages name files.
    pub fn shown(&self, inside: &str) -> String {
        let working = self.working_directory();
        if let Some(rest) = inside.strip_prefix(&working).and_then(|rest| rest.strip_prefix('/')) {
            return rest.to_string();
        }
        let mut up = String::new();
        let mut folder = working.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/').filter(|(parent, _)| !parent.is_empty()) {
            up.push_str("../");
            if let Some(rest) = inside.strip_prefix(parent).and_then(|rest| rest.strip_prefix('/')) {
                return format!("{up}{rest}");
            }
            folder = parent;
        }
        inside.to_string()
    }
}

/// A path without `.` and `..`, which are taken as they are written.
fn lexical(path: &Path) -> PathBuf {
    let mut made = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(made.pop()),
            part => made.push(part),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_inside() {
        let dir = tempfile::tempdir().unwrap();
        let app = dir.path().join("repo/services/a");
        std::fs::create_dir_all(&app).unwrap();
        std::fs::write(dir.path().join("secret"), "").unwrap();
        let project = Project::new(&app, &dir.path().join("repo")).unwrap();
        assert_eq!(project.working_directory(), "/stacktape-project/services/a");
        let real = |given: &str| project.real(given).and_then(|path| project.follow(&path));
        assert_eq!(real(".").unwrap(), app.canonicalize().unwrap());
        assert_eq!(real("nothing.txt"), Err(Refusal::Missing));
        assert_eq!(real("../../"), Ok(dir.path().join("repo").canonicalize().unwrap()));
        for outside in
            ["/etc/passwd", "../../../secret", "../../../nothing", "/proc/self", "", "/", "/stacktape-projectx"]
        {
            let found =
                if outside.is_empty() { project.real("../../../../..").map(|_| PathBuf::new()) } else { real(outside) };
            assert_eq!(found, Err(Refusal::Outside), "{outside}");
        }
        assert_eq!(project.shown("/stacktape-project/services/a/x.ts"), "x.ts");
        assert_eq!(project.shown("/stacktape-project/services/b/x.ts"), "../b/x.ts");
        assert_eq!(project.shown("/stacktape-project/x.ts"), "../../x.ts");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_out_are_refused_whatever_they_lead_to() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("app");
        std::fs::create_dir_all(root.join("in")).unwrap();
        std::fs::write(root.join("in/a"), "").unwrap();
        symlink("in", root.join("inward")).unwrap();
        symlink(dir.path(), root.join("out")).unwrap();
        symlink("../nowhere", root.join("broken")).unwrap();
        let project = Project::new(&root, &root).unwrap();
        let real = |given: &str| project.real(given).and_then(|path| project.follow(&path));
        assert!(real("inward/a").is_ok());
        assert_eq!(real("inward/b"), Err(Refusal::Missing));
        for out in ["out", "out/app", "out/none", "out/app/in/a/b", "broken", "broken/x"] {
            if out == "out/app" {
                // A way out and back in again stays inside.
                assert!(real(out).is_ok());
            } else if out != "out/app/in/a/b" {
                assert_eq!(real(out), Err(Refusal::Outside), "{out}");
            }
        }
    }
}
