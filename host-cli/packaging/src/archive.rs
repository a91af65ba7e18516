//! Canonical zip archives: entries sorted by name, one fixed time, two modes, one deflate level, no extra fields. The same content gives the
//! same bytes on any machine, in any folder, at any time and under any umask, so the digest of an archive names its content.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::error::{Outcome, Problem};
use crate::limits;

/// Deflate level of every entry. Part of the format: another level gives other bytes.
const LEVEL: i64 = 6;

/// Where the bytes of an entry come from.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

#[derive(Clone, Debug)]
struct Entry {
    content: Content,
    executable: bool,
    size: u64,
}

/// The entries of an archive to be written, by name. Directories have no entries of their own.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    entries: BTreeMap<String, Entry>,
}

/// An archive on disk.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// SHA-256 of the content, 64 hex digits.
    pub digest: String,
    /// Size of the zip, bytes.
    pub size: u64,
    /// Sum of the entries, bytes.
    pub unpacked_size: u64,
}

impl Archive {
    /// Adds an entry; a later one with the same name replaces it. `name` uses forward slashes.
    pub fn insert_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        let size = bytes.len() as u64;
        self.entries.insert(name.into(), Entry { content: Content::Bytes(bytes), executable: false, size });
    }

    /// Adds a file from disk.
    pub fn insert_file(&mut self, name: impl Into<String>, path: PathBuf, size: u64, executable: bool) {
        self.entries.insert(name.into(), Entry { content: Content::File(path), executable, size });
    }

    /// Drops the entries for which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.entries.retain(|name, _| keep(name));
    }

    /// Writes the archive to `path` and checks it against Lambda's limits.
    pub fn write(&self, path: &Path) -> Outcome<Written> {
        let unpacked_size = self.entries.values().map(|entry| entry.size).sum();
        limits::check_unpacked(unpacked_size, self.sizes())?;
        let file = File::create(path).map_err(|error| Problem::io("create", path, &error))?;
        let mut zip = ZipWriter::new(BufWriter::new(file));
        for (name, entry) in &self.entries {
            zip.start_file(name, options(entry.executable)).map_err(|error| zip_problem(path, &error))?;
            let copied = match &entry.content {
                Content::Bytes(bytes) => copy_in_blocks(bytes.as_slice(), &mut zip),
                Content::File(source) => File::open(source).and_then(|file| copy_in_blocks(file, &mut zip)),
            };
            copied.map_err(|error| match &entry.content {
                Content::Bytes(_) => Problem::io("write", path, &error),
                Content::File(source) => Problem::io("copy", source, &error),
            })?;
        }
        let mut buffer = zip.finish().map_err(|error| zip_problem(path, &error))?;
        buffer.flush().map_err(|error| Problem::io("write", path, &error))?;
        drop(buffer);
        let (digest, size) = digest_file(path).map_err(|error| Problem::io("read", path, &error))?;
        limits::check_zipped(size, self.sizes())?;
        Ok(Written { digest, size, unpacked_size })
    }

    fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.entries.iter().map(|(name, entry)| (name.as_str(), entry.size))
    }
}

/// Copies in blocks of one size: how input is cut may change what a deflate implementation writes.
fn copy_in_blocks(mut reader: impl Read, writer: &mut impl Write) -> io::Result<()> {
    let mut block = vec![0; 1 << 16];
    loop {
        let mut filled = 0;
        while filled < block.len() {
            match reader.read(&mut block[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        if filled == 0 {
            return Ok(());
        }
        writer.write_all(&block[..filled])?;
    }
}

fn options(executable: bool) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(if executable { 0o755 } else { 0o644 })
}

fn zip_problem(path: &Path, error: &zip::result::ZipError) -> Problem {
    Problem::new(format!("cannot write the archive `{}`: {error}", path.display()))
}

/// SHA-256 and size of a file.
pub(crate) fn digest_file(path: &Path) -> io::Result<(String, u64)> {
    digest_reader(BufReader::with_capacity(1 << 16, File::open(path)?))
}

/// SHA-256 and length of everything that `reader` gives.
pub(crate) fn digest_reader(mut reader: impl Read) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        size += read as u64;
    }
    Ok((hex(&hasher.finalize()), size))
}

/// SHA-256 of bytes in memory.
pub(crate) fn digest_bytes(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes.as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| DIGITS[usize::from(nibble)] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails when the zip or deflate crate starts to write other bytes, which would upload every unchanged function of every user again.
    #[test]
    fn bytes_are_those_of_every_other_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut archive = Archive::default();
        archive.insert_bytes("z.txt", "the quick brown fox ".repeat(400).into_bytes());
        archive.insert_bytes("a/b.txt", (0..40_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect());
        archive.insert_bytes("ž.txt", Vec::new());
        let written = archive.write(&path).unwrap();
        assert_eq!(written.unpacked_size, 48_000);
        assert_eq!(written.digest, digest_bytes(std::fs::read(&path).unwrap()));
        assert_eq!(written.digest, GOLDEN);
    }

    const GOLDEN: &str = "1f0fb048b69b42f6529c4c87d70c8ca64a57bbe724280e11a4fe1724e602ceda";
}
