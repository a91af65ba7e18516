//! `includeFiles` and `excludeFiles`: globs relative to the project. A matching file keeps its path in the archive.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::archive::Archive;
use crate::error::{Outcome, Problem};
use crate::folder::{self, FolderFile};

/// Compiles globs; `option` names them in errors.
pub(crate) fn matcher(globs: &[String], option: &str) -> Outcome<GlobSet> {
    let mut set = GlobSetBuilder::new();
    let refuse = |glob: &str, error: &dyn std::fmt::Display| {
        Problem::new(format!("`{glob}` ({option}) is not a valid glob: {error}"))
            .hint("globs are relative to the project: `assets/**/*.html`, for example")
    };
    for glob in globs {
        let text = glob.strip_prefix("./").unwrap_or(glob);
        let parsed =
            GlobBuilder::new(text).literal_separator(true).build().map_err(|error| refuse(glob, &error.kind()))?;
        set.add(parsed);
    }
    set.build().map_err(|error| refuse(&globs.join("`, `"), &error).into())
}

/// The files that `include` matches and `exclude` does not.
pub(crate) fn files(root: &Path, include: &[String], exclude: &[String]) -> Outcome<Vec<FolderFile>> {
    let excluded = matcher(exclude, "excludeFiles")?;
    let mut found: Vec<FolderFile> = Vec::new();
    for glob in include {
        if glob.starts_with("../") || Path::new(glob).is_absolute() {
            return Err(Problem::new(format!("`{glob}` (includeFiles) leads outside of the project"))
                .hint("only files of the project can be put in; copy them in, or package with custom-artifact")
                .into());
        }
        let included = matcher(std::slice::from_ref(glob), "includeFiles")?;
        // Only the part of the project that the glob can match is walked.
        let text = glob.strip_prefix("./").unwrap_or(glob);
        let fixed: Vec<&str> = text.split('/').take_while(|part| !part.contains(['*', '?', '[', '{', '!'])).collect();
        let base = fixed.join("/");
        let start = root.join(&base);
        let before = found.len();
        if start.is_file() {
            let name = base.clone();
            let metadata = start.metadata().map_err(|error| Problem::io("read", &start, &error))?;
            let executable = folder::is_executable(&metadata);
            found.push(FolderFile { name, path: start, size: metadata.len(), executable });
        } else if start.is_dir() {
            let in_modules = base.split('/').any(|part| part == "node_modules") || text.contains("node_modules");
            let named = |name: &str| if base.is_empty() { name.to_owned() } else { format!("{base}/{name}") };
            let skip = |name: &str| !in_modules && name.rsplit('/').next() == Some("node_modules");
            let files =
                folder::files(&start, &skip)?.into_iter().map(|file| FolderFile { name: named(&file.name), ..file });
            // A folder without wildcards stands for everything in it.
            found.extend(files.filter(|file| fixed.len() == text.split('/').count() || included.is_match(&file.name)));
        }
        if found.len() == before {
            return Err(Problem::new(format!("`{glob}` (includeFiles) matches no file"))
                .hint("globs are relative to the project; `**` matches any number of folders")
                .into());
        }
    }
    found.retain(|file| !excluded.is_match(&file.name));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    Ok(found)
}

/// The list of files as a part of a cache key: names and modes, not content.
pub(crate) fn describe(files: &[FolderFile]) -> String {
    files.iter().map(|file| format!("{}\0{}\n", file.name, file.executable)).collect()
}

/// Puts the files into an archive.
pub(crate) fn add(files: &[FolderFile], archive: &mut Archive) {
    for file in files {
        archive.insert_file(file.name.clone(), file.path.clone(), file.size, file.executable);
    }
}
