//! The port to S3: listing, uploading, emptying.

use super::error::{AwsError, Kind};
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Whose a bucket name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketOwner {
    /// Nobody's: the name is free.
    Nobody,
    /// These credentials can see it.
    Us,
    /// Somebody else's.
    Other,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Key.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
    /// Entity tag without quotes: the MD5 of objects that were uploaded in one piece.
    pub etag: String,
}

/// One version of an object, or a deletion marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Key.
    pub key: String,
    /// Version id; `None` in a bucket that never had versioning.
    pub id: Option<String>,
}

/// What is uploaded.
#[derive(Clone, Debug)]
pub enum Content {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file.
    File(PathBuf),
}

/// An upload.
#[derive(Clone, Debug)]
pub struct Put {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Content.
    pub content: Content,
    /// Media type.
    pub content_type: Option<String>,
    /// HTTP headers that S3 gives back with the object, by lower-case name; names that S3 does not know become metadata.
    pub headers: BTreeMap<String, String>,
    /// Object tags.
    pub tags: Vec<(String, String)>,
}

/// The requests.
#[async_trait]
pub trait S3: Send + Sync {
    /// Whose the name is.
    async fn owner(&self, bucket: &str) -> Result<BucketOwner, AwsError>;
    /// All objects, by key.
    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<Object>, AwsError>;
    /// Uploads an object; the same content again does no harm.
    async fn put(&self, put: &Put) -> Result<(), AwsError>;
    /// Up to 1,000 versions and deletion markers; empty when the bucket is empty or gone.
    async fn versions(&self, bucket: &str) -> Result<Vec<Version>, AwsError>;
    /// Deletes up to 1,000 versions.
    async fn delete(&self, bucket: &str, versions: &[Version]) -> Result<(), AwsError>;
}

/// Percent-encoding for a query string.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// [`S3`] through the AWS SDK.
pub struct SdkS3(pub Client);

#[async_trait]
impl S3 for SdkS3 {
    async fn owner(&self, bucket: &str) -> Result<BucketOwner, AwsError> {
        match self.0.head_bucket().bucket(bucket).send().await.map_err(|e| AwsError::of("S3 HeadBucket", e)) {
            Ok(_) => Ok(BucketOwner::Us),
            Err(error) if error.kind == Kind::NotFound => Ok(BucketOwner::Nobody),
            // A HEAD answer has no body: 403 is all that S3 says about other people's buckets.
            Err(error) if error.kind == Kind::Denied => Ok(BucketOwner::Other),
            // 301: it is ours or another's, in another region.
            Err(error) if matches!(error.code.as_str(), "HTTP301" | "PermanentRedirect") => Ok(BucketOwner::Other),
            Err(error) => Err(error),
        }
    }

    async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<Object>, AwsError> {
        let mut out = vec![];
        let mut pages = self.0.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
        while let Some(page) = pages.next().await {
            out.extend(page.map_err(|e| AwsError::of("S3 ListObjectsV2", e))?.contents().iter().map(|o| Object {
                key: o.key().unwrap_or_default().to_owned(),
                size: o.size().and_then(|s| u64::try_from(s).ok()).unwrap_or(0),
                etag: o.e_tag().unwrap_or_default().trim_matches('"').to_owned(),
            }));
        }
        Ok(out)
    }

    async fn put(&self, put: &Put) -> Result<(), AwsError> {
        let body = match &put.content {
            Content::Bytes(bytes) => ByteStream::from(bytes.clone()),
            Content::File(path) => ByteStream::from_path(path)
                .await
                .map_err(|e| AwsError::local("S3 PutObject", format!("{} cannot be read: {e}", path.display())))?,
        };
        let mut call =
            self.0.put_object().bucket(&put.bucket).key(&put.key).body(body).set_content_type(put.content_type.clone());
        for (name, value) in &put.headers {
            call = match name.as_str() {
                "cache-control" => call.cache_control(value),
                "content-disposition" => call.content_disposition(value),
                "content-encoding" => call.content_encoding(value),
                "content-language" => call.content_language(value),
                "content-type" => call.content_type(value),
                other => call.metadata(other, value),
            };
        }
        if !put.tags.is_empty() {
            let encoded: Vec<String> = put.tags.iter().map(|(k, v)| format!("{}={}", percent(k), percent(v))).collect();
            call = call.tagging(encoded.join("&"));
        }
        call.send().await.map(drop).map_err(|e| AwsError::of("S3 PutObject", e))
    }

    async fn versions(&self, bucket: &str) -> Result<Vec<Version>, AwsError> {
        let answer = self.0.list_object_versions().bucket(bucket).max_keys(1_000).send().await;
        let answer = match answer.map_err(|e| AwsError::of("S3 ListObjectVersions", e)) {
            Err(error) if error.kind == Kind::NotFound => return Ok(vec![]),
            other => other?,
        };
        let version = |key: Option<&str>, id: Option<&str>| Version {
            key: key.unwrap_or_default().to_owned(),
            id: id.filter(|id| !id.is_empty()).map(str::to_owned),
        };
        let objects = answer.versions().iter().map(|v| version(v.key(), v.version_id()));
        Ok(objects.chain(answer.delete_markers().iter().map(|m| version(m.key(), m.version_id()))).collect())
    }

    async fn delete(&self, bucket: &str, versions: &[Version]) -> Result<(), AwsError> {
        let wrong = |e: aws_sdk_s3::error::BuildError| AwsError::local("S3 DeleteObjects", e.to_string());
        let objects: Result<Vec<_>, _> = versions
            .iter()
            .map(|v| ObjectIdentifier::builder().key(&v.key).set_version_id(v.id.clone()).build())
            .collect();
        let batch = Delete::builder().set_objects(Some(objects.map_err(wrong)?)).quiet(true).build().map_err(wrong)?;
        let answer = self.0.delete_objects().bucket(bucket).delete(batch).send().await;
        let answer = answer.map_err(|e| AwsError::of("S3 DeleteObjects", e))?;
        match answer.errors().first() {
            None => Ok(()),
            Some(error) => Err(AwsError {
                kind: if error.code() == Some("AccessDenied") { Kind::Denied } else { Kind::Refused },
                request: "S3 DeleteObjects",
                code: error.code().unwrap_or_default().to_owned(),
                message: format!("{}: {}", error.key().unwrap_or_default(), error.message().unwrap_or_default()),
                request_id: None,
            }),
        }
    }
}
