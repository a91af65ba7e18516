//! The config on disk: read with a version, written only over that version, never half.

use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The one file that the editor writes.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Where it is; a link is followed, so that it stays one.
    pub path: PathBuf,
    /// Its name, as the page shows it.
    pub name: String,
}

/// Why a config was not saved.
#[derive(Debug)]
pub enum SaveError {
    /// Somebody else changed or removed it since it was read.
    Changed,
    /// The file system refused.
    Io(std::io::Error),
}

impl From<std::io::Error> for SaveError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl ConfigFile {
    /// The text, and what names this state of it.
    ///
    /// # Errors
    /// When it cannot be read or is not UTF-8.
    pub fn read(&self) -> std::io::Result<(String, String)> {
        let text = std::fs::read_to_string(&self.path)?;
        let version = version(text.as_bytes());
        Ok((text, version))
    }

    /// Writes the text in one step and gives its version. With `expected`, only over that version.
    ///
    /// # Errors
    /// When the file has another version, or cannot be written; it is as before then.
    pub fn save(&self, text: &str, expected: Option<&str>) -> Result<String, SaveError> {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        if let Some(expected) = expected {
            match std::fs::read(&path) {
                Ok(bytes) if version(&bytes) == expected => {}
                Ok(_) => return Err(SaveError::Changed),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(SaveError::Changed),
                Err(error) => return Err(error.into()),
            }
        }
        // Beside the file: only within one file system is renaming one step.
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let mut new = tempfile::Builder::new().prefix(".stacktape-").suffix(".tmp").tempfile_in(folder)?;
        new.write_all(text.as_bytes())?;
        if let Ok(old) = std::fs::metadata(&path) {
            new.as_file().set_permissions(old.permissions())?;
        }
        new.as_file().sync_all()?;
        new.persist(&path).map_err(|failed| failed.error)?;
        Ok(version(text.as_bytes()))
    }
}

fn version(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, text: &str) -> ConfigFile {
        let path = folder.join("stacktape.yml");
        std::fs::write(&path, text).unwrap();
        ConfigFile { path, name: "stacktape.yml".into() }
    }

    #[test]
    fn saves_over_the_version_that_was_read_and_over_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let config = file(folder.path(), "a: 1\n");
        let (text, first) = config.read().unwrap();
        assert_eq!(text, "a: 1\n");
        let second = config.save("a: 2\n", Some(&first)).unwrap();
        assert_eq!(config.read().unwrap(), ("a: 2\n".into(), second.clone()));

        std::fs::write(&config.path, "a: 3\n").unwrap();
        assert!(matches!(config.save("a: 4\n", Some(&second)), Err(SaveError::Changed)));
        assert_eq!(config.read().unwrap().0, "a: 3\n");
        config.save("a: 4\n", None).unwrap();
        assert_eq!(config.read().unwrap().0, "a: 4\n");

        std::fs::remove_file(&config.path).unwrap();
        assert!(matches!(config.save("a: 5\n", Some(&second)), Err(SaveError::Changed)));
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "nothing temporary stays: {left:?}");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let real = file(folder.path(), "a: 1\n");
        std::fs::set_permissions(&real.path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.yml");
        std::os::unix::fs::symlink(&real.path, &link).unwrap();
        let config = ConfigFile { path: link.clone(), name: "link.yml".into() };
        config.save("a: 2\n", None).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&real.path).unwrap(), "a: 2\n");
        assert_eq!(std::fs::metadata(&real.path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
