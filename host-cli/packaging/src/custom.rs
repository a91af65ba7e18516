//! `custom-artifact`: code that the user has built. A folder or a single file is zipped; a ready `.zip` is uploaded as it is, and its digest
//! is that of its content, so that zipping the same files again uploads nothing.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::archive::{Archive, digest_bytes, digest_reader};
use crate::cache::{Cache, Inputs, Product};
use crate::error::{Outcome, Problem};
use crate::folder::{self, FolderFile};
use crate::limits;
use crate::snapshot::{Snapshot, now};
use crate::{Finished, ProjectDirs};

/// Packages what `path` (relative to the project) names.
pub(crate) fn package(project: &ProjectDirs, path: &str, cache: &Cache, snapshot: &Snapshot) -> Outcome<Finished> {
    let full = project.root.join(path);
    let metadata = fs::metadata(&full).map_err(|error| missing(path, &full, &error))?;
    if metadata.is_dir() {
        let started = now();
        let files = files(&full, path)?;
        zip(cache, snapshot, started, path, &files, Some(&full))
    } else if full.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
        ready(path, full)
    } else {
        let started = now();
        let name = full.file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
        let executable = folder::is_executable(&metadata);
        let file = FolderFile { name, path: full, size: metadata.len(), executable };
        zip(cache, snapshot, started, path, &[file], None)
    }
}

fn missing(path: &str, full: &Path, error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::NotFound {
        Problem::new(format!("packagePath `{path}` does not exist")).hint(format!(
            "looked for `{}`; build the artifact before deploying, or correct packagePath",
            full.display()
        ))
    } else {
        Problem::io("read packagePath", full, error)
    }
}

fn files(full: &Path, path: &str) -> Outcome<Vec<FolderFile>> {
    let files = folder::files(full, &|_| false)?;
    if files.is_empty() {
        return Err(Problem::new(format!("the folder `{path}` (packagePath) has no files"))
            .hint("build the artifact before deploying, or correct packagePath")
            .into());
    }
    Ok(files)
}

fn zip(
    cache: &Cache,
    snapshot: &Snapshot,
    started: u64,
    path: &str,
    files: &[FolderFile],
    tree: Option<&Path>,
) -> Outcome<Finished> {
    let key = Cache::key(&format!("custom-artifact\0{path}"));
    let list = folder::digest_of_list(files);
    if let Some(product) = cache.find(&key, snapshot, &|_| Some(list.clone())) {
        return Ok(Finished::from_cache(cache, product));
    }
    let mut archive = Archive::default();
    for file in files {
        archive.insert_file(file.name.clone(), file.path.clone(), file.size, file.executable);
    }
    let written = cache.write_archive(&archive)?;
    let product = Product::new(&written, Vec::new());
    let inputs = Inputs {
        files: files.iter().map(|file| file.path.clone()).collect(),
        folders: Vec::new(),
        trees: vec![(tree.unwrap_or(&files[0].path).to_path_buf(), list)],
    };
    cache.remember(&key, started, inputs, &product, snapshot);
    Ok(Finished::made(cache, product))
}

/// A zip that the user has made: read to its end, so that a damaged one is found here and not by Lambda.
fn ready(path: &str, full: PathBuf) -> Outcome<Finished> {
    let damaged = |error: &dyn std::fmt::Display| {
        Problem::new(format!("packagePath `{path}` is not a usable zip archive: {error}"))
            .hint("create the archive again")
    };
    let size = fs::metadata(&full).map_err(|error| Problem::io("read", &full, &error))?.len();
    let file = File::open(&full).map_err(|error| Problem::io("read", &full, &error))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let mut entries = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|error| damaged(&error))?;
        let name = entry.name().map_err(|error| damaged(&error))?.into_owned();
        if entry.enclosed_name().is_none() {
            return Err(damaged(&format!("the entry `{name}` leads outside of the archive")).into());
        }
        entries.push((name, entry.size()));
    }
    let unpacked_size = entries.iter().fold(0u64, |sum, entry| sum.saturating_add(entry.1));
    let sizes = || entries.iter().map(|(name, size)| (name.as_str(), *size));
    limits::check_unpacked(unpacked_size, sizes())?;
    limits::check_zipped(size, sizes())?;

    let mut described = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(|error| damaged(&error))?;
        if entry.is_dir() {
            continue;
        }
        let (name, declared) = (entry.name().map_err(|error| damaged(&error))?.into_owned(), entry.size());
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
        // A declared size that is too small must not let an archive grow past the limit that was just checked.
        let (digest, size) = digest_reader(entry.take(declared + 1)).map_err(|error| damaged(&error))?;
        if size != declared {
            return Err(damaged(&format!("`{name}` has another size than the archive says")).into());
        }
        described.push(format!("{name}\0{executable}\0{digest}\n"));
    }
    described.sort();
    let digest = digest_bytes(described.concat());
    Ok(Finished { archive: full, digest, size, unpacked_size, from_cache: false, notes: Vec::new(), source_map: None })
}
