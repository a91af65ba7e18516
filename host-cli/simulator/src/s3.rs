//! Object storage: `s3s` with its file-system back end, a folder a bucket. Added here is what the back end leaves out: a bucket that is not empty
//! cannot be deleted, objects can be listed as versions (each has one, `null`), and the account's region is answered.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use s3s::dto::*;
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;

use crate::control::{FaultKind, take_fault};
use crate::engine::physical::valid_bucket_name;
use crate::store::World;

/// Direct access to the folders of the back end, for the engine.
#[derive(Debug, Clone)]
pub(crate) struct Buckets {
    root: PathBuf,
}

impl Buckets {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, name: &str) -> Option<PathBuf> {
        valid_bucket_name(name).then(|| self.root.join(name))
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.folder(name).is_some_and(|folder| folder.is_dir())
    }

    /// Makes a bucket for `owner`. One that the same owner made before counts as made: a process that died between making it and writing that
    /// down tries again.
    pub(crate) fn create(&self, name: &str, owner: &str) -> io::Result<()> {
        let folder = self.folder(name).ok_or(io::ErrorKind::InvalidInput)?;
        std::fs::write(self.beside(name, "owner"), owner)?;
        match std::fs::create_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    /// Whether the bucket was made for `owner`.
    pub(crate) fn belongs_to(&self, name: &str, owner: &str) -> bool {
        std::fs::read_to_string(self.beside(name, "owner")).is_ok_and(|known| known == owner)
    }

    /// A file that the back end would keep about the bucket, and which goes with it.
    fn beside(&self, name: &str, what: &str) -> PathBuf {
        self.root.join(format!(".bucket-{}.{what}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(name)))
    }

    /// Whether the bucket holds no object; folders that deleted objects left behind do not count.
    pub(crate) fn is_empty(&self, name: &str) -> io::Result<bool> {
        let mut folders: Vec<PathBuf> = self.folder(name).into_iter().collect();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                if !entry.file_type()?.is_dir() {
                    return Ok(false);
                }
                folders.push(entry.path());
            }
        }
        Ok(true)
    }

    /// Removes the bucket with what the back end keeps beside it about its objects.
    pub(crate) fn delete(&self, name: &str) -> io::Result<()> {
        let Some(folder) = self.folder(name) else { return Ok(()) };
        std::fs::remove_dir_all(folder)?;
        let prefix = format!(".bucket-{}.", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(name));
        for entry in std::fs::read_dir(&self.root)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|file| file.starts_with(&prefix)) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The file that holds an object.
    pub(crate) fn object(&self, bucket: &str, key: &str) -> Option<PathBuf> {
        let path = Path::new(key);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.folder(bucket)?.join(path);
        (inside && file.is_file()).then_some(file)
    }
}

/// What the back end appends to the name of a file about an upload: `.upload-UUID.metadata.json`.
const MULTIPART_FILE_ENDING: usize = 58;
const MAX_FILE_NAME: usize = 255;

/// The service that the server passes S3 requests to.
pub(crate) struct Storage {
    files: FileSystem,
    buckets: Buckets,
    world: Arc<Mutex<World>>,
}

impl Storage {
    pub(crate) fn new(world: Arc<Mutex<World>>) -> io::Result<Self> {
        let root = world.lock().unwrap_or_else(PoisonError::into_inner).s3_folder();
        let files = FileSystem::new(&root).map_err(|error| io::Error::other(format!("{error:?}")))?;
        Ok(Self { files, buckets: Buckets::new(root), world })
    }

    /// Fails when someone ordered this operation to.
    fn admit(&self, operation: &str) -> S3Result<()> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        match take_fault(&mut world.faults, "s3", operation) {
            None => Ok(()),
            Some(FaultKind::Throttle) => {
                Err(S3Error::with_message(S3ErrorCode::SlowDown, "Please reduce your request rate."))
            }
            Some(FaultKind::Expire) => {
                Err(S3Error::with_message(S3ErrorCode::ExpiredToken, "The provided token has expired."))
            }
        }
    }

    /// The back end keeps what it knows about an object in a file named after bucket and key, so the file system limits the key.
    fn check_key(bucket: &str, key: &str) -> S3Result<()> {
        let encoded = |text: &str| text.len().div_ceil(3) * 4;
        let name = ".bucket-.object-".len() + encoded(bucket) + encoded(key) + MULTIPART_FILE_ENDING;
        if name <= MAX_FILE_NAME && key.split('/').all(|part| part.len() <= MAX_FILE_NAME) {
            return Ok(());
        }
        let most =
            (MAX_FILE_NAME - MULTIPART_FILE_ENDING - ".bucket-.object-".len()).saturating_sub(encoded(bucket)) / 4 * 3;
        let message = format!("Your key is too long: the simulator keeps keys of at most {most} bytes in this bucket");
        Err(S3Error::with_message(S3ErrorCode::KeyTooLongError, message))
    }

    /// Lists objects with their entity tags, which the back end gives only with the single object.
    async fn list(&self, request: S3Request<ListObjectsV2Input>) -> S3Result<ListObjectsV2Output> {
        let bucket = request.input.bucket.clone();
        let mut found = self.files.list_objects_v2(request).await?.output;
        for object in found.contents.iter_mut().flatten() {
            let Some(key) = object.key.clone() else { continue };
            let head = S3Request {
                input: HeadObjectInput { bucket: bucket.clone(), key, ..Default::default() },
                method: hyper::Method::HEAD,
                uri: hyper::Uri::default(),
                headers: hyper::HeaderMap::default(),
                extensions: hyper::http::Extensions::default(),
                credentials: None,
                region: None,
                service: None,
                trailing_headers: None,
            };
            // An object that was deleted in between is left without one.
            object.e_tag = self.files.head_object(head).await.ok().and_then(|head| head.output.e_tag);
        }
        Ok(found)
    }

    fn region(&self) -> String {
        self.world.lock().unwrap_or_else(PoisonError::into_inner).region.clone()
    }

    fn must_exist(&self, bucket: &str) -> S3Result<()> {
        if self.buckets.exists(bucket) {
            return Ok(());
        }
        Err(S3Error::with_message(S3ErrorCode::NoSuchBucket, "The specified bucket does not exist"))
    }
}

/// Operations that the back end serves as they are; "within" ones are about the contents of a bucket, which must exist. Written in the form that
/// `async_trait` makes, because the attribute does not look into macros.
macro_rules! forward {
    ($($method:ident: $input:ident => $output:ident, $name:literal $(, within $bucket:ident $(at $key:ident)?)?;)*) => {
        $(
            fn $method<'own, 'future>(
                &'own self,
                request: S3Request<$input>,
            ) -> Pin<Box<dyn Future<Output = S3Result<S3Response<$output>>> + Send + 'future>>
            where
                'own: 'future,
                Self: 'future,
            {
                Box::pin(async move {
                    self.admit($name)?;
                    $(
                        self.must_exist(&request.input.$bucket)?;
                        $(Self::check_key(&request.input.$bucket, &request.input.$key)?;)?
                    )?
                    self.files.$method(request).await
                })
            }
        )*
    };
}

#[async_trait::async_trait]
impl S3 for Storage {
    forward! {
        list_buckets: ListBucketsInput => ListBucketsOutput, "ListBuckets";
        copy_object: CopyObjectInput => CopyObjectOutput, "CopyObject", within bucket at key;
        upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput, "UploadPartCopy";
        abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput, "AbortMultipartUpload", within bucket;
        complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput, "CompleteMultipartUpload", within bucket;
        create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput, "CreateMultipartUpload", within bucket at key;
        delete_object: DeleteObjectInput => DeleteObjectOutput, "DeleteObject", within bucket;
        delete_objects: DeleteObjectsInput => DeleteObjectsOutput, "DeleteObjects", within bucket;
        get_object: GetObjectInput => GetObjectOutput, "GetObject", within bucket;
        head_object: HeadObjectInput => HeadObjectOutput, "HeadObject", within bucket;
        list_objects: ListObjectsInput => ListObjectsOutput, "ListObjects", within bucket;
        list_parts: ListPartsInput => ListPartsOutput, "ListParts", within bucket;
        put_object: PutObjectInput => PutObjectOutput, "PutObject", within bucket at key;
        upload_part: UploadPartInput => UploadPartOutput, "UploadPart", within bucket;
    }

    async fn create_bucket(&self, request: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        self.admit("CreateBucket")?;
        let name = &request.input.bucket;
        if !valid_bucket_name(name) {
            return Err(S3Error::with_message(S3ErrorCode::InvalidBucketName, "The specified bucket is not valid."));
        }
        if self.buckets.exists(name) {
            let message = "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(S3Error::with_message(S3ErrorCode::BucketAlreadyOwnedByYou, message));
        }
        self.files.create_bucket(request).await
    }

    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.admit("HeadBucket")?;
        self.must_exist(&request.input.bucket)?;
        Ok(S3Response::new(HeadBucketOutput { bucket_region: Some(self.region()), ..Default::default() }))
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.admit("GetBucketLocation")?;
        self.must_exist(&request.input.bucket)?;
        // The oldest region is answered as an empty constraint.
        let region = Some(self.region()).filter(|region| region != "us-east-1").map(BucketLocationConstraint::from);
        Ok(S3Response::new(GetBucketLocationOutput { location_constraint: region }))
    }

    async fn get_bucket_versioning(
        &self,
        request: S3Request<GetBucketVersioningInput>,
    ) -> S3Result<S3Response<GetBucketVersioningOutput>> {
        self.admit("GetBucketVersioning")?;
        self.must_exist(&request.input.bucket)?;
        Ok(S3Response::new(GetBucketVersioningOutput::default()))
    }

    async fn delete_bucket(&self, request: S3Request<DeleteBucketInput>) -> S3Result<S3Response<DeleteBucketOutput>> {
        self.admit("DeleteBucket")?;
        let name = &request.input.bucket;
        self.must_exist(name)?;
        if !self.buckets.is_empty(name).map_err(S3Error::internal_error)? {
            return Err(S3Error::with_message(
                S3ErrorCode::BucketNotEmpty,
                "The bucket you tried to delete is not empty",
            ));
        }
        self.buckets.delete(name).map_err(S3Error::internal_error)?;
        Ok(S3Response::new(DeleteBucketOutput::default()))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.admit("ListObjectsV2")?;
        self.must_exist(&request.input.bucket)?;
        self.list(request).await.map(S3Response::new)
    }

    async fn list_object_versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        self.admit("ListObjectVersions")?;
        self.must_exist(&request.input.bucket)?;
        let wanted = request.input.clone();
        let plain = request.map_input(|input| ListObjectsV2Input {
            bucket: input.bucket,
            prefix: input.prefix,
            delimiter: input.delimiter,
            max_keys: input.max_keys,
            encoding_type: input.encoding_type,
            // With one version a key, the marker's key has been given in full.
            start_after: input.key_marker,
            ..Default::default()
        });
        let found = self.list(plain).await?;
        let versions = found.contents.unwrap_or_default().into_iter().map(|object| ObjectVersion {
            key: object.key,
            last_modified: object.last_modified,
            size: object.size,
            e_tag: object.e_tag,
            is_latest: Some(true),
            version_id: Some("null".into()),
            ..Default::default()
        });
        let truncated = found.is_truncated == Some(true);
        Ok(S3Response::new(ListObjectVersionsOutput {
            versions: Some(versions.collect()),
            common_prefixes: found.common_prefixes,
            delimiter: wanted.delimiter,
            is_truncated: found.is_truncated,
            key_marker: wanted.key_marker,
            max_keys: found.max_keys,
            name: found.name,
            next_key_marker: found.next_continuation_token,
            next_version_id_marker: truncated.then(|| "null".into()),
            prefix: wanted.prefix,
            ..Default::default()
        }))
    }

    async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.admit("ListMultipartUploads")?;
        self.must_exist(&request.input.bucket)?;
        // Uploads end with the deploy that began them; none is left to list.
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(request.input.bucket),
            is_truncated: Some(false),
            ..Default::default()
        }))
    }
}
