//! The files of a folder as an archive sees them: relative names with forward slashes, sorted; links that stay inside are followed, links
//! that lead outside are errors, because what they point to is not part of what was asked for and differs between machines.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::digest_bytes;
use crate::error::{Outcome, Problem, Problems};

/// Never part of an artifact: version control, this tool's own files, desktop droppings.
const NEVER: [&str; 5] = [".git", ".stacktape", ".DS_Store", "Thumbs.db", "desktop.ini"];

/// A regular file below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderFile {
    /// Path relative to the folder, with forward slashes.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Size in bytes.
    pub size: u64,
    /// Whether its owner may execute it (on Windows never).
    pub executable: bool,
}

/// All files below `folder`, sorted by name. `skip` sees the relative name of each directory and file.
pub(crate) fn files(folder: &Path, skip: &dyn Fn(&str) -> bool) -> Outcome<Vec<FolderFile>> {
    let root = folder.canonicalize().map_err(|error| Problem::io("read", folder, &error))?;
    let mut walk = Walk { root: root.clone(), skip, files: Vec::new(), problems: Vec::new() };
    walk.directory(&root, "", &mut vec![root.clone()]);
    if !walk.problems.is_empty() {
        return Err(Problems(walk.problems));
    }
    walk.files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(walk.files)
}

struct Walk<'a> {
    root: PathBuf,
    skip: &'a dyn Fn(&str) -> bool,
    files: Vec<FolderFile>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// `open` holds the real paths of the directories being walked, outermost first.
    fn directory(&mut self, path: &Path, prefix: &str, open: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(Problem::io("read", path, &error)),
        };
        for entry in entries {
            let Some(file_name) = entry.file_name().to_str().map(str::to_owned) else {
                self.problems.push(
                    Problem::new(format!("the name of `{}` is not valid Unicode", entry.path().display()))
                        .hint("rename the file, or leave it out of the folder"),
                );
                continue;
            };
            let name = if prefix.is_empty() { file_name.clone() } else { format!("{prefix}/{file_name}") };
            if NEVER.contains(&file_name.as_str()) || (self.skip)(&name) {
                continue;
            }
            self.entry(&entry.path(), name, open);
        }
    }

    /// Where a link leads, if that is inside the folder.
    fn follow(&mut self, path: &Path, name: &str) -> Option<PathBuf> {
        match path.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => Some(real),
            Ok(real) => {
                self.problems.push(
                    Problem::new(format!("the link `{name}` leads outside of the folder, to `{}`", real.display()))
                        .hint("copy the target into the folder, or leave the link out"),
                );
                None
            }
            Err(error) => {
                let target = fs::read_link(path).unwrap_or_default();
                self.problems.push(
                    Problem::new(format!(
                        "the link `{name}` points to `{}`, which cannot be read: {error}",
                        target.display()
                    ))
                    .hint("remove the link, or create what it points to"),
                );
                None
            }
        }
    }

    fn entry(&mut self, path: &Path, name: String, open: &mut Vec<PathBuf>) {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink());
        let real = if is_link { self.follow(path, &name) } else { Some(path.to_path_buf()) };
        let Some(real) = real else { return };
        let metadata = match fs::metadata(&real) {
            Ok(metadata) => metadata,
            Err(error) => return self.problems.push(Problem::io("read", path, &error)),
        };
        if metadata.is_dir() {
            if is_link && open.contains(&real) {
                self.problems.push(
                    Problem::new(format!("the link `{name}` leads back to a folder that contains it"))
                        .hint("remove the link: following it would never end"),
                );
                return;
            }
            open.push(real.clone());
            self.directory(&real, &name, open);
            open.pop();
        } else if metadata.is_file() {
            let executable = is_executable(&metadata);
            self.files.push(FolderFile { name, path: real, size: metadata.len(), executable });
        }
    }
}

/// Digest of the names, sizes and modes of files: what a walk can see without reading them.
pub(crate) fn digest_of_list(files: &[FolderFile]) -> String {
    let lines: String =
        files.iter().map(|file| format!("{}\0{}\0{}\n", file.name, file.size, file.executable)).collect();
    digest_bytes(lines)
}

/// Whether the owner of a file may execute it; on Windows never.
#[cfg(unix)]
pub(crate) fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
pub(crate) fn is_executable(_: &fs::Metadata) -> bool {
    false
}
