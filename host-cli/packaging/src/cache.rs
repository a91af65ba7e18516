//! The cache of finished archives below `.stacktape/cache/packaging`. A record says which files an archive was made from; while all of them
//! are unchanged the archive is used again and nothing is bundled. A record or archive that is damaged, of another version, or no longer
//! true is ignored and replaced.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, Written, digest_bytes};
use crate::error::{Outcome, Problem};
use crate::snapshot::{Freshness, Seen, Snapshot, now, shown};

/// Raise it when the same inputs give another archive, so that older records are not used.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");
/// Records that were not used for this long are removed.
const KEEP_RECORDS: Duration = Duration::from_secs(30 * 24 * 3600);
/// Archives without a record are kept this long: another run may be about to upload them.
const KEEP_ARCHIVES: Duration = Duration::from_secs(3600);

/// Folder of records and archives.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    project: PathBuf,
}

/// What an archive was made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// Files whose content went in or steered the bundler.
    pub files: Vec<PathBuf>,
    /// Folders in which a new file could change how an import is resolved.
    pub folders: Vec<PathBuf>,
    /// Folders that went in whole, with the digest of their file lists.
    pub trees: Vec<(PathBuf, String)>,
}

/// What is remembered about an archive besides its inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub digest: String,
    pub size: u64,
    pub unpacked_size: u64,
    pub notes: Vec<String>,
    /// Digest of the source map that is kept beside the archive.
    pub source_map: Option<String>,
}

impl Product {
    /// Describes an archive that was just written.
    pub fn new(written: &Written, notes: Vec<String>) -> Self {
        let Written { digest, size, unpacked_size } = written.clone();
        Self { digest, size, unpacked_size, notes, source_map: None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    format: String,
    recorded: u64,
    files: Vec<Seen>,
    folders: Vec<(String, String)>,
    trees: Vec<(String, String)>,
    product: Product,
}

impl Cache {
    /// The cache of a project in `folder`, which is created when something is stored.
    pub fn new(folder: PathBuf, project: PathBuf) -> Self {
        Self { folder, project }
    }

    /// Name of the record for a job with these settings.
    pub fn key(settings: &str) -> String {
        digest_bytes(format!("{FORMAT}\0{settings}"))[..32].to_owned()
    }

    /// The archive made earlier with these settings, if nothing that it was made from has changed. `tree` gives the digest of a folder's
    /// file list as it is now.
    pub fn find(&self, key: &str, snapshot: &Snapshot, tree: &dyn Fn(&Path) -> Option<String>) -> Option<Product> {
        let path = self.record_path(key);
        let mut record: Record = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
        if record.format != FORMAT {
            return None;
        }
        let mut proven = true;
        for seen in &mut record.files {
            match snapshot.unchanged(&self.project, seen, record.recorded) {
                Freshness::Proven => {}
                Freshness::SameContent => {
                    proven = false;
                    seen.stamp = snapshot.stamp(&self.project.join(&seen.path))?;
                }
                Freshness::Changed => return None,
            }
        }
        let same_names = |(folder, names): &(String, String)| *snapshot.names(&self.project.join(folder)) == **names;
        let same_tree = |(folder, files): &(String, String)| tree(&self.project.join(folder)).as_ref() == Some(files);
        if !record.folders.iter().all(same_names) || !record.trees.iter().all(same_tree) {
            return None;
        }
        if proven {
            // Marks the record as used; losing the mark costs one rebuild after a month.
            let _ = fs::File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        } else {
            record.recorded = now();
            let _ = self.store(&path, &serde_json::to_vec(&record).ok()?);
        }
        Some(record.product)
    }

    /// Remembers what an archive was made from. `started` is the time before its first input was read. Failing to remember is no failure.
    pub fn remember(&self, key: &str, started: u64, inputs: Inputs, product: &Product, snapshot: &Snapshot) {
        let mut files: Vec<PathBuf> = inputs.files;
        files.sort();
        files.dedup();
        let Some(mut files) = files.iter().map(|path| snapshot.see(&self.project, path)).collect::<Option<Vec<_>>>()
        else {
            return;
        };
        if files.iter().any(|seen| seen.stamp.is_after(started)) {
            // Somebody saved the file while it was being packaged: what went in is unknown.
            return;
        }
        // The results are checked like the inputs: a damaged archive is a changed file.
        let map = product.source_map.as_ref().map(|digest| self.source_map_path(digest));
        for path in map.into_iter().chain([self.archive_path(&product.digest)]) {
            let Some(seen) = snapshot.see(&self.project, &path) else { return };
            files.push(seen);
        }
        let mut folders = inputs.folders;
        folders.sort();
        folders.dedup();
        let folders = folders.iter().map(|folder| (self.shown(folder), snapshot.names(folder).to_string())).collect();
        let trees = inputs.trees.iter().map(|(folder, files)| (self.shown(folder), files.clone())).collect();
        let record =
            Record { format: FORMAT.to_owned(), recorded: started, files, folders, trees, product: product.clone() };
        if let Ok(bytes) = serde_json::to_vec(&record) {
            let _ = self.store(&self.record_path(key), &bytes);
        }
    }

    /// Writes an archive into the cache under its digest.
    pub fn write_archive(&self, archive: &Archive) -> Outcome<Written> {
        let folder = self.folder.join("archives");
        fs::create_dir_all(&folder).map_err(|error| Problem::io("create the folder", &folder, &error))?;
        let temporary = folder.join(temporary_name());
        let written = archive.write(&temporary).and_then(|written| {
            let path = self.archive_path(&written.digest);
            fs::rename(&temporary, &path).map_err(|error| Problem::io("write", &path, &error))?;
            Ok(written)
        });
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Keeps a source map under its digest, which is returned.
    pub fn write_source_map(&self, map: &[u8]) -> Outcome<String> {
        let digest = digest_bytes(map);
        let path = self.source_map_path(&digest);
        self.store(&path, map).map_err(|error| Problem::io("write", &path, &error))?;
        Ok(digest)
    }

    /// Where the archive with this digest is.
    pub fn archive_path(&self, digest: &str) -> PathBuf {
        self.folder.join("archives").join(format!("{digest}.zip"))
    }

    /// Where the source map with this digest is.
    pub fn source_map_path(&self, digest: &str) -> PathBuf {
        self.folder.join("archives").join(format!("{digest}.map"))
    }

    /// Removes records that nobody used for a month and archives that no record names.
    pub fn sweep(&self) {
        let age = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?.elapsed().ok();
        let mut named = Vec::new();
        for path in children(&self.folder.join("records")) {
            let keep =
                if path.extension().is_some_and(|extension| extension == "tmp") { KEEP_ARCHIVES } else { KEEP_RECORDS };
            if age(&path).is_some_and(|age| age > keep) {
                let _ = fs::remove_file(&path);
            } else if let Some(record) =
                fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok())
            {
                named.extend(record.product.source_map.map(|digest| self.source_map_path(&digest)));
                named.push(self.archive_path(&record.product.digest));
            }
        }
        for path in children(&self.folder.join("archives")) {
            if !named.contains(&path) && age(&path).is_some_and(|age| age > KEEP_ARCHIVES) {
                let _ = fs::remove_file(&path);
            }
        }
    }

    fn shown(&self, path: &Path) -> String {
        shown(&self.project, path)
    }

    fn record_path(&self, key: &str) -> PathBuf {
        self.folder.join("records").join(format!("{key}.json"))
    }

    /// Writes a file whole or not at all.
    fn store(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let temporary = folder.join(temporary_name());
        fs::write(&temporary, bytes)?;
        fs::rename(&temporary, path).inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
    }
}

/// A name that no other thread or process uses; a leftover is swept like an unnamed archive.
fn temporary_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn children(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
