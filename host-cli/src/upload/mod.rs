//! Artifacts in the deployment bucket: which are there already, which must be uploaded under which key, which nobody needs any more.
//!
//! Keys are `{name}/{version}-{digest}.zip`. What has the same name and digest is the same artifact, whatever version it was first uploaded for.

pub mod sync;

use crate::aws::error::{AwsError, Kind};
use crate::aws::retry;
use crate::aws::s3::{Content, Object, Put, S3, Version};
use crate::deploy::job::{Artifact, StoredArtifact, version_number};
use crate::error::Result;
use crate::ui::Ui;
use crate::ui::line::Line;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// For how long one upload is repeated. The key is made of the content, so repeating does nothing twice.
const PATIENCE: Duration = Duration::from_secs(120);
/// Uploads that run side by side.
pub const AT_ONCE: usize = 10;

/// A key, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key<'a> {
    name: &'a str,
    version: u32,
    digest: &'a str,
}

fn parse(key: &str) -> Option<Key<'_>> {
    let (name, rest) = key.split_once('/')?;
    let (stem, _extension) = rest.rsplit_once('.')?;
    let (version, digest) = stem.split_once('-').unwrap_or((stem, ""));
    Some(Key { name, version: version_number(version)?, digest })
}

/// Where every artifact is or will be, and which of them must be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploads {
    /// Every artifact by name.
    pub stored: BTreeMap<String, StoredArtifact>,
    /// Those to upload, with their keys.
    pub missing: Vec<(Artifact, String)>,
}

/// Compares the artifacts with the bucket's objects.
pub fn plan(artifacts: &[Artifact], objects: &[Object], version: &str) -> Uploads {
    let mut newest: BTreeMap<(&str, &str), (u32, &str)> = BTreeMap::new();
    for object in objects {
        if let Some(key) = parse(&object.key) {
            let slot = newest.entry((key.name, key.digest)).or_insert((key.version, &object.key));
            if key.version >= slot.0 {
                *slot = (key.version, &object.key);
            }
        }
    }
    let mut out = Uploads { stored: BTreeMap::new(), missing: vec![] };
    for artifact in artifacts {
        let there = newest.get(&(artifact.name.as_str(), artifact.digest.as_str())).map(|(_, key)| (*key).to_owned());
        let key = there.unwrap_or_else(|| {
            let key = format!("{}/{version}-{}.zip", artifact.name, artifact.digest);
            out.missing.push((artifact.clone(), key.clone()));
            key
        });
        out.stored.insert(artifact.name.clone(), StoredArtifact { key, digest: artifact.digest.clone() });
    }
    out
}

/// Uploads what is missing, several at once. Each object is complete or absent: S3 knows no half objects.
pub async fn upload(s3: &dyn S3, ui: &Ui, bucket: &str, missing: &[(Artifact, String)]) -> Result<()> {
    let total = missing.len();
    stream::iter(missing.iter().enumerate())
        .map(|(index, (artifact, key))| async move {
            let put = Put {
                bucket: bucket.to_owned(),
                key: key.clone(),
                content: Content::File(artifact.path.clone()),
                content_type: Some("application/zip".into()),
                headers: BTreeMap::new(),
                tags: vec![],
            };
            ui.update(format!("Uploading {} of {total}: {}", index + 1, artifact.name));
            retry::read(PATIENCE, || put_into_new_bucket(s3, &put)).await?;
            ui.say(&Line::Upload { key: key.clone(), bytes: artifact.size });
            Ok(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// A bucket that was made a moment ago may not be known everywhere yet: that passes, as a busy server does.
async fn put_into_new_bucket(s3: &dyn S3, put: &Put) -> Result<(), AwsError> {
    s3.put(put).await.map_err(|error| match error.code.as_str() {
        "NoSuchBucket" => AwsError { kind: Kind::Server, ..error },
        _ => error,
    })
}

/// Objects that no deployed version needs: of each name the newest `keep + 1` versions stay, and everything in `in_use`.
pub fn obsolete(objects: &[Object], keep: usize, in_use: &BTreeSet<&str>) -> Vec<Version> {
    let mut versions: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let parsed: Vec<(Key<'_>, &str)> = objects.iter().filter_map(|o| Some((parse(&o.key)?, o.key.as_str()))).collect();
    for (key, _) in &parsed {
        versions.entry(key.name).or_default().insert(key.version);
    }
    let oldest_kept: BTreeMap<&str, u32> =
        versions.iter().map(|(name, all)| (*name, all.iter().rev().nth(keep).copied().unwrap_or(0))).collect();
    parsed
        .iter()
        .filter(|(key, full)| key.version < oldest_kept[key.name] && !in_use.contains(full))
        .map(|(_, full)| Version { key: (*full).to_owned(), id: None })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str) -> Object {
        Object { key: key.into(), size: 1, etag: String::new() }
    }

    fn artifact(name: &str, digest: &str) -> Artifact {
        Artifact { name: name.into(), digest: digest.into(), path: "x".into(), size: 1 }
    }

    #[test]
    fn what_is_there_is_not_uploaded_again() {
        let objects = [
            object("api/v000001-aaa.zip"),
            object("api/v000003-aaa.zip"),
            object("api/v000002-bbb.zip"),
            object("cf-template/v000001.yml"),
            object("unrelated"),
        ];
        let uploads = plan(&[artifact("api", "aaa"), artifact("job", "aaa")], &objects, "v000004");
        assert_eq!(uploads.stored["api"].key, "api/v000003-aaa.zip");
        let missing: Vec<&str> = uploads.missing.iter().map(|(_, key)| key.as_str()).collect();
        assert_eq!(missing, ["job/v000004-aaa.zip"]);
    }

    #[test]
    fn old_versions_go_and_used_ones_stay() {
        let objects: Vec<Object> = (1..=5).map(|v| object(&format!("api/v{v:06}-d{v}.zip"))).collect();
        let used = BTreeSet::from(["api/v000001-d1.zip"]);
        let gone: Vec<String> = obsolete(&objects, 1, &used).into_iter().map(|v| v.key).collect();
        assert_eq!(gone, ["api/v000002-d2.zip", "api/v000003-d3.zip"]);
        assert!(obsolete(&objects, 25, &BTreeSet::new()).is_empty());
    }
}
