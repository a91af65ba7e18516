//! `node:fs` of a config: reads files, folders and their state below the project, and nothing else.

use crate::project::{INSIDE, Project, Refusal};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Largest file that a config may read, bytes.
const LARGEST_FILE: u64 = 10 << 20;

/// Why a request is refused: the code that Node gives such errors (or nothing), and what the author reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `ENOENT`, `EACCES`, …; empty for what Node has no code for.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

impl Refused {
    /// Without a code.
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: "", message: message.into() }
    }

    /// A path that leads out of the project.
    pub fn outside(given: &str) -> Self {
        Self {
            code: "EACCES",
            message: format!("`{}` is outside the project: a config reads files of its project only", short(given)),
        }
    }

    fn missing(operation: &str, given: &str) -> Self {
        Self { code: "ENOENT", message: format!("ENOENT: no such file or directory, {operation} '{}'", short(given)) }
    }
}

/// A path as it is told: the beginning of one that is very long.
fn short(given: &str) -> String {
    match given.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &given[..end]),
        None => given.to_string(),
    }
}

/// Answers a request: `operation` and the path that the program gave.
pub fn answer(project: &Project, operation: &str, given: &str) -> Result<String, Refused> {
    let given = given.strip_prefix("file://").unwrap_or(given);
    let refuse = |refusal| match refusal {
        Refusal::Outside => Refused::outside(given),
        Refusal::Missing => Refused::missing(operation, given),
    };
    let lexical = project.real(given).map_err(refuse)?;
    match operation {
        "exists" => match project.follow(&lexical) {
            Ok(_) => Ok("true".into()),
            Err(Refusal::Missing) => Ok("false".into()),
            Err(Refusal::Outside) => Err(Refused::outside(given)),
        },
        "open" => read(&project.follow(&lexical).map_err(refuse)?, given).map(|bytes| base64(&bytes)),
        "text" => {
            let bytes = read(&project.follow(&lexical).map_err(refuse)?, given)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
        "scandir" => list(&project.follow(&lexical).map_err(refuse)?, given),
        "stat" => state(&project.follow(&lexical).map_err(refuse)?, given, false),
        "lstat" => {
            // The folder is followed, the last part is not.
            let (Some(folder), Some(name)) = (lexical.parent(), lexical.file_name()) else {
                return Err(Refused::outside(given));
            };
            let at_top = project.inside(&lexical).is_none_or(|inside| inside == INSIDE);
            let path = if at_top { lexical.clone() } else { project.follow(folder).map_err(refuse)?.join(name) };
            state(&path, given, true)
        }
        "realpath" => {
            let real = project.follow(&lexical).map_err(refuse)?;
            project.inside(&real).ok_or_else(|| Refused::outside(given))
        }
        _ => Err(Refused::new(format!("a config cannot do `{operation}`: it reads files and changes nothing"))),
    }
}

fn read(path: &Path, given: &str) -> Result<Vec<u8>, Refused> {
    let meta = std::fs::metadata(path).map_err(|e| failed("open", given, &e))?;
    if meta.is_dir() {
        return Err(Refused {
            code: "EISDIR",
            message: format!("EISDIR: illegal operation on a directory, read '{given}'"),
        });
    }
    if !meta.is_file() {
        return Err(Refused::new(format!("`{given}` is no plain file: a config reads nothing else")));
    }
    if meta.len() > LARGEST_FILE {
        return Err(Refused::new(format!("`{given}` is larger than 10 MB: a config reads smaller files only")));
    }
    std::fs::read(path).map_err(|e| failed("open", given, &e))
}

fn list(path: &PathBuf, given: &str) -> Result<String, Refused> {
    let entries = std::fs::read_dir(path).map_err(|e| failed("scandir", given, &e))?;
    let mut names: Vec<(String, &str)> = vec![];
    for entry in entries.flatten() {
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_dir() => "folder",
            Ok(kind) if kind.is_symlink() => "link",
            _ => "file",
        };
        names.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    // The order of a folder differs between machines.
    names.sort();
    Ok(json!(names).to_string())
}

fn state(path: &Path, given: &str, link: bool) -> Result<String, Refused> {
    let meta = if link { std::fs::symlink_metadata(path) } else { std::fs::metadata(path) };
    let meta = meta.map_err(|e| failed(if link { "lstat" } else { "stat" }, given, &e))?;
    let kind = if meta.is_dir() {
        "folder"
    } else if meta.is_symlink() {
        "link"
    } else {
        "file"
    };
    // No times: they differ between machines.
    Ok(json!({ "kind": kind, "size": if meta.is_file() { meta.len() } else { 0 } }).to_string())
}

fn failed(operation: &str, given: &str, error: &std::io::Error) -> Refused {
    match error.kind() {
        std::io::ErrorKind::NotFound => Refused::missing(operation, given),
        std::io::ErrorKind::NotADirectory => {
            Refused { code: "ENOTDIR", message: format!("ENOTDIR: not a directory, {operation} '{given}'") }
        }
        std::io::ErrorKind::PermissionDenied => {
            Refused { code: "EACCES", message: format!("EACCES: permission denied, {operation} '{given}'") }
        }
        _ => Refused::new(format!("'{given}' cannot be read: {error}")),
    }
}

/// Digest of bytes (base64) by a named algorithm, as hexadecimal digits.
pub fn digest(algorithm: &str, text: &str) -> Result<String, Refused> {
    use sha2::Digest;
    let bytes = from_base64(text);
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    Ok(match algorithm.to_ascii_lowercase().replace('-', "").as_str() {
        "md5" => hex(&md5::Md5::digest(&bytes)),
        "sha1" => hex(&sha1::Sha1::digest(&bytes)),
        "sha224" => hex(&sha2::Sha224::digest(&bytes)),
        "sha256" => hex(&sha2::Sha256::digest(&bytes)),
        "sha384" => hex(&sha2::Sha384::digest(&bytes)),
        "sha512" => hex(&sha2::Sha512::digest(&bytes)),
        _ => {
            return Err(Refused::new(format!(
                "there is no digest `{algorithm}` here: use md5, sha1, sha256, sha384 or sha512"
            )));
        }
    })
}

/// The parts of a URL, as the properties of JavaScript's `URL`.
pub fn url(given: &str, base: &str) -> Result<String, Refused> {
    let invalid = |_| Refused { code: "ERR_INVALID_URL", message: format!("Invalid URL: '{given}'") };
    let url = if base.is_empty() {
        url::Url::parse(given).map_err(invalid)?
    } else {
        url::Url::parse(base).and_then(|base| base.join(given)).map_err(invalid)?
    };
    let port = url.port().map(|port| port.to_string()).unwrap_or_default();
    let hostname = url.host_str().unwrap_or_default().to_string();
    let host = if port.is_empty() { hostname.clone() } else { format!("{hostname}:{port}") };
    let marked = |mark: char, part: Option<&str>| {
        part.filter(|p| !p.is_empty()).map_or_else(String::new, |p| format!("{mark}{p}"))
    };
    let parts: Value = json!({
        "href": url.as_str(), "protocol": format!("{}:", url.scheme()), "username": url.username(),
        "password": url.password().unwrap_or_default(), "host": host, "hostname": hostname, "port": port,
        "pathname": url.path(), "search": marked('?', url.query()), "hash": marked('#', url.fragment()),
        "origin": url.origin().ascii_serialization(),
    });
    Ok(parts.to_string())
}

/// Bytes in base64.
pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn from_base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default()
}
