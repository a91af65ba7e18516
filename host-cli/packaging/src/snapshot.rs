//! What one run knows about the files on disk. Each file is looked at once, however many functions share it; content is read only when size
//! and times cannot prove that it is unchanged.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::archive::{digest_bytes, digest_file};

/// A file changed less than this before it was recorded may have changed again within one tick of the file system's clock, so its times
/// prove nothing.
const TICK: Duration = Duration::from_secs(2);

/// Size and times of a file. The change time (Unix) matters: package managers give every file of a package the same modification time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    modified: u64,
    changed: u64,
}

impl Stamp {
    /// Whether a file that has this stamp now had the same content when the stamp was recorded.
    fn proves_since(self, recorded: u64) -> bool {
        let latest = self.modified.max(self.changed);
        latest.saturating_add(TICK.as_nanos() as u64) < recorded
    }

    /// Whether the file was touched after `time`.
    pub fn is_after(self, time: u64) -> bool {
        self.modified.max(self.changed) > time
    }
}

/// Now, in nanoseconds since 1970.
pub(crate) fn now() -> u64 {
    nanoseconds(SystemTime::now())
}

fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// A file as it was when something was made from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Relative to the project where the file lies inside it.
    pub path: String,
    pub stamp: Stamp,
    pub sha256: String,
}

/// Facts about files, remembered for one run and shared by its jobs.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    stamps: Mutex<HashMap<PathBuf, Option<Stamp>>>,
    digests: Mutex<HashMap<PathBuf, Arc<str>>>,
    listings: Mutex<HashMap<PathBuf, Arc<str>>>,
}

impl Snapshot {
    /// Size and times of a file, or none when it cannot be read.
    pub fn stamp(&self, path: &Path) -> Option<Stamp> {
        if let Some(known) = locked(&self.stamps).get(path) {
            return *known;
        }
        let stamp = fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| stamp(&metadata));
        locked(&self.stamps).insert(path.to_path_buf(), stamp);
        stamp
    }

    /// SHA-256 of a file's content.
    pub fn digest(&self, path: &Path) -> io::Result<Arc<str>> {
        if let Some(known) = locked(&self.digests).get(path) {
            return Ok(Arc::clone(known));
        }
        let digest: Arc<str> = digest_file(path)?.0.into();
        locked(&self.digests).insert(path.to_path_buf(), Arc::clone(&digest));
        Ok(digest)
    }

    /// Describes a file for a later [`Self::unchanged`]. None when it cannot be read.
    pub fn see(&self, project: &Path, path: &Path) -> Option<Seen> {
        let stamp = self.stamp(path)?;
        let sha256 = self.digest(path).ok()?;
        Some(Seen { path: shown(project, path), stamp, sha256: sha256.to_string() })
    }

    /// Whether the file still has the content that was seen.
    pub fn unchanged(&self, project: &Path, seen: &Seen, recorded: u64) -> Freshness {
        let path = project.join(&seen.path);
        match self.stamp(&path) {
            None => Freshness::Changed,
            Some(stamp) if stamp == seen.stamp && stamp.proves_since(recorded) => Freshness::Proven,
            Some(stamp) if stamp.size != seen.stamp.size => Freshness::Changed,
            Some(_) => match self.digest(&path) {
                Ok(digest) if *digest == *seen.sha256 => Freshness::SameContent,
                _ => Freshness::Changed,
            },
        }
    }

    /// Digest of the names in a directory that can decide how an import is resolved: folders, scripts, `package.json`, `tsconfig*.json`.
    pub fn names(&self, directory: &Path) -> Arc<str> {
        if let Some(known) = locked(&self.listings).get(directory) {
            return Arc::clone(known);
        }
        let mut names: Vec<String> = fs::read_dir(directory)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
                (!name.starts_with('.') && (!is_file || can_be_imported(&name))).then_some(name)
            })
            .collect();
        names.sort();
        let digest: Arc<str> = digest_bytes(names.join("\0")).into();
        locked(&self.listings).insert(directory.to_path_buf(), Arc::clone(&digest));
        digest
    }
}

/// How a file compares with its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Size and times are the recorded ones.
    Proven,
    /// Times differ, the content is the same.
    SameContent,
    /// Other content, or gone.
    Changed,
}

fn can_be_imported(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" | "json" | "node")
}

/// A path as it is recorded and shown: relative to the project where it lies inside, with forward slashes.
pub(crate) fn shown(project: &Path, path: &Path) -> String {
    let path = path.strip_prefix(project).unwrap_or(path);
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

fn stamp(metadata: &fs::Metadata) -> Stamp {
    let modified = metadata.modified().map_or(0, nanoseconds);
    Stamp { size: metadata.len(), modified, changed: change_time(metadata) }
}

#[cfg(unix)]
fn change_time(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(metadata.ctime_nsec()).unwrap_or(0))
}

#[cfg(not(unix))]
fn change_time(metadata: &fs::Metadata) -> u64 {
    metadata.created().map_or(0, nanoseconds)
}

/// A lock whose holder panicked still guards a usable map: entries are inserted whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
