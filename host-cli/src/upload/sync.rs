//! Syncing a folder into a bucket after a deploy: what differs is uploaded, what is gone from the folder is deleted from the bucket.

use super::AT_ONCE;
use crate::aws::Aws;
use crate::aws::retry;
use crate::aws::s3::{Content, Object, Put, Version};
use crate::error::{Failure, Result};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::ui::line::Line;
use futures_util::{StreamExt, TryStreamExt, stream};
use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use md5::{Digest, Md5};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder and its bucket.
#[derive(Clone, Debug)]
pub struct Sync {
    /// Name of the resource in the config.
    pub resource: String,
    /// Physical name of the bucket.
    pub bucket: String,
    /// The folder.
    pub folder: PathBuf,
    /// The folder as the config names it.
    pub shown: String,
    /// Globs of files that stay here.
    pub exclude: Vec<String>,
    /// Headers and tags by glob; a later rule wins where both match.
    pub rules: Vec<Rule>,
}

/// Headers and tags for the files that match.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Glob of files.
    pub include: String,
    /// Glob of files that the rule leaves alone.
    pub exclude: Option<String>,
    /// HTTP headers.
    pub headers: Vec<(String, String)>,
    /// Object tags.
    pub tags: Vec<(String, String)>,
}

/// What a sync did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Objects uploaded.
    pub uploaded: usize,
    /// Objects that were the same.
    pub unchanged: usize,
    /// Objects deleted.
    pub deleted: usize,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LocalFile {
    key: String,
    path: PathBuf,
    size: u64,
    md5: String,
}

/// Checks that the folder can be read; before the deploy, so that a typo does not leave half a deploy.
pub fn check(sync: &Sync) -> Result<()> {
    if sync.folder.is_dir() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Packaging,
        "no-directory",
        format!("`{}`: there is no folder `{}` to upload", sync.resource, sync.shown),
    )
    .hint("the path is relative to the config; build the site first if a build makes the folder"))
}

/// What makes the bucket hold what the folder holds.
pub struct Plan<'a> {
    sync: &'a Sync,
    files: Vec<LocalFile>,
    /// Indices of the files that differ.
    upload: Vec<usize>,
    delete: Vec<Version>,
    applied: Applied,
}

/// Compares the folder with the bucket. Headers and tags are not seen in a listing, so the rules that were last applied are remembered
/// in the deployment bucket (`ledger`): when they change, everything is uploaded again.
pub async fn plan<'a>(aws: &Aws, sync: &'a Sync, ledger: &str) -> Result<Plan<'a>> {
    let files = {
        let sync = sync.clone();
        let listed = tokio::task::spawn_blocking(move || list(&sync)).await;
        listed.map_err(|e| Failure::new(Exit::Internal, "sync", format!("listing {} failed: {e}", "the folder")))??
    };
    let objects = retry::read(Duration::from_secs(60), || aws.s3.list(&sync.bucket, "")).await?;
    let applied = Applied::of(aws, sync, ledger).await?;
    let (mut upload, delete) = compare(&files, &objects);
    if applied.outdated {
        upload = (0..files.len()).collect();
    }
    Ok(Plan { sync, files, upload, delete, applied })
}

impl Plan<'_> {
    /// Whether the bucket differs from the folder.
    pub fn changes(&self) -> bool {
        !self.upload.is_empty() || !self.delete.is_empty()
    }

    /// Uploads and deletes.
    pub async fn run(self, aws: &Aws, ui: &Ui, ledger: &str) -> Result<Synced> {
        let Self { sync, files, upload, delete, applied } = self;
        let rules = compile_rules(sync)?;
        stream::iter(&upload)
            .map(|index| async {
                let file = &files[*index];
                aws.s3.put(&put(sync, file, &rules)).await?;
                ui.say(&Line::Upload { key: format!("{}/{}", sync.bucket, file.key), bytes: file.size });
                Ok::<_, Failure>(())
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        for batch in delete.chunks(1_000) {
            aws.s3.delete(&sync.bucket, batch).await?;
        }
        applied.remember(aws, ledger).await?;
        Ok(Synced { uploaded: upload.len(), unchanged: files.len() - upload.len(), deleted: delete.len() })
    }
}

/// The rules of a sync as an object in the deployment bucket.
struct Applied {
    key: String,
    text: Vec<u8>,
    /// Whether other rules were applied last time.
    outdated: bool,
}

impl Applied {
    async fn of(aws: &Aws, sync: &Sync, ledger: &str) -> Result<Self> {
        let key = format!("bucket-sync/{}.json", sync.resource);
        let text = serde_json::to_vec(&sync.rules)
            .map_err(|e| Failure::new(Exit::Internal, "sync", format!("the rules cannot be written: {e}")))?;
        let found = retry::read(Duration::from_secs(60), || aws.s3.list(ledger, &key)).await?;
        let last = found.into_iter().find(|o| o.key == key).map(|o| o.etag);
        let outdated = match last {
            Some(etag) => etag != hex(&Md5::digest(&text)),
            None => !sync.rules.is_empty(),
        };
        Ok(Self { key, text, outdated })
    }

    async fn remember(self, aws: &Aws, ledger: &str) -> Result<()> {
        if !self.outdated {
            return Ok(());
        }
        let put = Put {
            bucket: ledger.to_owned(),
            key: self.key,
            content: Content::Bytes(self.text),
            content_type: Some("application/json".into()),
            headers: BTreeMap::new(),
            tags: vec![],
        };
        Ok(aws.s3.put(&put).await?)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn compare(files: &[LocalFile], objects: &[Object]) -> (Vec<usize>, Vec<Version>) {
    let there: BTreeMap<&str, &str> = objects.iter().map(|o| (o.key.as_str(), o.etag.as_str())).collect();
    let here: BTreeSet<&str> = files.iter().map(|f| f.key.as_str()).collect();
    let differs = |f: &LocalFile| there.get(f.key.as_str()) != Some(&f.md5.as_str());
    let upload = (0..files.len()).filter(|index| differs(&files[*index])).collect();
    let delete =
        there.keys().filter(|k| !here.contains(*k)).map(|k| Version { key: (*k).to_owned(), id: None }).collect();
    (upload, delete)
}

struct CompiledRule<'a> {
    rule: &'a Rule,
    include: GlobMatcher,
    exclude: Option<GlobMatcher>,
}

fn glob(sync: &Sync, text: &str) -> Result<Glob> {
    Glob::new(text).map_err(|e| {
        Failure::new(
            Exit::Config,
            "bad-glob",
            format!("`{}`: the glob `{text}` is not valid: {}", sync.resource, e.kind()),
        )
        .hint("a glob looks like `**/*.html`")
    })
}

fn compile_rules(sync: &Sync) -> Result<Vec<CompiledRule<'_>>> {
    let matcher = |text: &str| -> Result<GlobMatcher> { Ok(glob(sync, text)?.compile_matcher()) };
    sync.rules
        .iter()
        .map(|rule| {
            Ok(CompiledRule {
                rule,
                include: matcher(&rule.include)?,
                exclude: rule.exclude.as_deref().map(matcher).transpose()?,
            })
        })
        .collect()
}

fn put(sync: &Sync, file: &LocalFile, rules: &[CompiledRule<'_>]) -> Put {
    let mut headers = BTreeMap::new();
    let mut tags = BTreeMap::new();
    for compiled in rules {
        let excluded = compiled.exclude.as_ref().is_some_and(|g| g.is_match(&file.key));
        if compiled.include.is_match(&file.key) && !excluded {
            headers.extend(compiled.rule.headers.iter().map(|(k, v)| (k.to_lowercase(), v.clone())));
            tags.extend(compiled.rule.tags.iter().cloned());
        }
    }
    let guess = mime_guess::from_path(&file.path).first_raw().map(str::to_owned);
    Put {
        bucket: sync.bucket.clone(),
        key: file.key.clone(),
        content: Content::File(file.path.clone()),
        content_type: headers.remove("content-type").or(guess),
        headers,
        tags: tags.into_iter().collect(),
    }
}

fn list(sync: &Sync) -> Result<Vec<LocalFile>> {
    let mut exclude = GlobSetBuilder::new();
    for text in &sync.exclude {
        exclude.add(glob(sync, text)?);
    }
    let exclude = exclude.build().unwrap_or_else(|_| GlobSet::empty());
    let unreadable = |path: &Path, error: &std::io::Error| {
        Failure::new(
            Exit::Packaging,
            "unreadable-file",
            format!("`{}`: {} cannot be read: {error}", sync.resource, path.display()),
        )
    };
    let mut out = vec![];
    let mut folders = vec![sync.folder.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))? {
            let path = entry.map_err(|e| unreadable(&folder, &e))?.path();
            let Ok(relative) = path.strip_prefix(&sync.folder) else { continue };
            let key = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            // Links to folders are not followed: they may lead in circles or out of the project.
            let is_folder = std::fs::symlink_metadata(&path).map_err(|e| unreadable(&path, &e))?.is_dir();
            if is_folder {
                folders.push(path);
            } else if !exclude.is_match(&key) && path.is_file() {
                let (size, md5) = digest(&path).map_err(|e| unreadable(&path, &e))?;
                out.push(LocalFile { key, path, size, md5 });
            }
        }
    }
    out.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(out)
}

/// Size and MD5, which is what S3 gives as the entity tag of an object that was uploaded in one piece.
fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Md5::new();
    let mut buffer = vec![0; 64 * 1_024];
    let mut size = 0;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        size += n as u64;
    }
    Ok((size, hex(&hash.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sync(folder: &Path) -> Sync {
        Sync {
            resource: "site".into(),
            bucket: "b".into(),
            folder: folder.into(),
            shown: "public".into(),
            exclude: vec!["**/*.map".into()],
            rules: vec![
                Rule {
                    include: "**".into(),
                    exclude: None,
                    headers: vec![("Cache-Control".into(), "max-age=1".into())],
                    tags: vec![],
                },
                Rule {
                    include: "**/*.js".into(),
                    exclude: Some("sw.js".into()),
                    headers: vec![("cache-control".into(), "max-age=9".into())],
                    tags: vec![("kind".into(), "code".into())],
                },
            ],
        }
    }

    #[test]
    fn only_differences_travel() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("js")).unwrap();
        for (name, text) in [("index.html", "hello"), ("js/app.js", "1"), ("js/app.js.map", "{}"), ("sw.js", "2")] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let sync = sync(dir.path());
        let files = list(&sync).unwrap();
        let keys: Vec<&str> = files.iter().map(|f| f.key.as_str()).collect();
        assert_eq!(keys, ["index.html", "js/app.js", "sw.js"]);
        let there = |key: &str, etag: &str| Object { key: key.into(), size: 1, etag: etag.into() };
        let objects =
            [there("index.html", "5d41402abc4b2a76b9719d911017c592"), there("sw.js", "other"), there("old.html", "x")];
        let (upload, delete) = compare(&files, &objects);
        assert_eq!(upload.iter().map(|i| files[*i].key.as_str()).collect::<Vec<_>>(), ["js/app.js", "sw.js"]);
        assert_eq!(delete, [Version { key: "old.html".into(), id: None }]);
        let rules = compile_rules(&sync).unwrap();
        let app = put(&sync, &files[1], &rules);
        assert_eq!(app.headers["cache-control"], "max-age=9");
        assert_eq!((app.content_type.as_deref(), app.tags.len()), (Some("text/javascript"), 1));
        assert_eq!(put(&sync, &files[2], &rules).headers["cache-control"], "max-age=1");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let mut sync = sync(Path::new("/nowhere/at/all"));
        sync.shown = "dist".into();
        assert_eq!(check(&sync).unwrap_err().message, "`site`: there is no folder `dist` to upload");
    }
}
