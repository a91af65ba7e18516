//! `directoryUpload`: a folder that is kept in step with the bucket, and the headers that its files get.

use super::Bucket;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::model::{BucketSync, PageStyle, Resource, Stack, SyncRule};
use crate::source::Spanned;

/// A folder that is uploaded after each deploy.
#[derive(Clone, Debug, Decode, Describe)]
pub struct DirectoryUpload {
    /// The folder, relative to the config.
    pub directory_path: Spanned<String>,
    /// Headers and tags of files. Where several fit a file, the last one wins.
    pub file_options: Option<Vec<FileOptions>>,
    /// Globs of files that are not uploaded, such as `**/*.map`.
    pub exclude_files_patterns: Option<Vec<String>>,
    /// Caching headers that suit a kind of website. `fileOptions` come on top.
    pub headers_preset: Option<HeadersPreset>,
    /// Whether the upload goes straight to the bucket's region instead of through the nearest edge location (which AWS charges for).
    #[config(default = false)]
    pub disable_s3_transfer_acceleration: bool,
}

/// Headers and tags of the files that a pattern takes in.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FileOptions {
    /// Glob of files, such as `**/*.html`.
    pub include_pattern: String,
    /// Glob of files that are left alone although they fit.
    pub exclude_pattern: Option<String>,
    /// HTTP headers of the response. S3 keeps `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `content-type` and
    /// `expires`; others become metadata of the object.
    pub headers: Option<Vec<FileHeader>>,
    /// Tags of the objects.
    pub tags: Option<Vec<FileHeader>>,
}

/// A name and its value.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FileHeader {
    /// Name.
    pub key: Spanned<String>,
    /// Value.
    pub value: String,
}

/// Caching headers that suit a kind of website.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum HeadersPreset {
    /// Astro: files of `_astro` for a year, pages are checked.
    #[config(name = "astro-static-website")]
    Astro,
    /// Gatsby: files of `static`, scripts and styles for a year, pages and page data are checked.
    #[config(name = "gatsby-static-website")]
    Gatsby,
    /// Nuxt: files of `_nuxt` for a year, pages are checked.
    #[config(name = "nuxt-static-website")]
    Nuxt,
    /// Single-page app: files of `static` for a year, pages are checked.
    #[config(name = "single-page-app")]
    SinglePageApp,
    /// Any website: every file is checked.
    #[config(name = "static-website")]
    StaticWebsite,
    /// SvelteKit: files of `_app` for a year, pages are checked.
    #[config(name = "sveltekit-static-website")]
    SvelteKit,
}

/// Browsers ask again each time; a CDN keeps the file until it is invalidated.
const CHECKED: &str = "public, max-age=0, s-maxage=31536000, must-revalidate";
/// A file whose name changes with its content: kept for a year.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Headers that S3 stores with an object and gives back as they are.
const STORED_HEADERS: [&str; 6] =
    ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"];

/// Regions without S3 transfer acceleration (Amazon S3 User Guide).
const NO_ACCELERATION: [&str; 6] =
    ["af-south-1", "ap-east-1", "ap-northeast-3", "eu-north-1", "eu-south-1", "me-south-1"];

/// Whether buckets of a region can be reached through edge locations.
pub(super) fn accelerates(region: &str) -> bool {
    !NO_ACCELERATION.contains(&region)
}

impl HeadersPreset {
    /// Globs and the `cache-control` of the files that fit; later ones win.
    fn rules(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::StaticWebsite => &[("**/*", CHECKED)],
            Self::SinglePageApp => &[("**/*.html", CHECKED), ("static/**/*", IMMUTABLE)],
            Self::Gatsby => &[
                ("**/*.html", CHECKED),
                ("page-data/**/*", CHECKED),
                ("app-data.json", CHECKED),
                ("static/**/*", IMMUTABLE),
                ("**/*.js", IMMUTABLE),
                ("**/*.css", IMMUTABLE),
                ("sw.js", CHECKED),
            ],
            Self::Astro => &[("**/*.html", CHECKED), ("_astro/**/*", IMMUTABLE)],
            Self::SvelteKit => &[("**/*.html", CHECKED), ("_app/**/*", IMMUTABLE)],
            Self::Nuxt => &[("**/*.html", CHECKED), ("_nuxt/**/*", IMMUTABLE)],
        }
    }
}

impl DirectoryUpload {
    /// Where the pages of the website lie, by what its generator produces.
    pub(super) fn pages(&self) -> PageStyle {
        match self.headers_preset {
            Some(HeadersPreset::SvelteKit) => PageStyle::Files,
            _ => PageStyle::Folders,
        }
    }

    /// The headers that S3 does not keep and every file gets: a CDN can add them.
    pub(super) fn headers_of_every_file(&self) -> impl Iterator<Item = &FileHeader> {
        let all = self.file_options.iter().flatten().filter(|o| o.takes_every_file());
        all.flat_map(|o| o.headers.iter().flatten()).filter(|h| !is_stored(&h.key))
    }

    /// Warns about headers that no visitor gets.
    pub(super) fn check(&self, behind_cdn: bool, sink: &mut Sink) {
        for options in self.file_options.iter().flatten().filter(|o| !(behind_cdn && o.takes_every_file())) {
            for header in options.headers.iter().flatten().filter(|h| !is_stored(&h.key)) {
                let message = format!(
                    "S3 does not give the header {} back; it becomes metadata x-amz-meta-{}",
                    header.key.value,
                    header.key.to_ascii_lowercase()
                );
                sink.push(
                    Diagnostic::warning(Code::SUSPICIOUS, header.key.span, message)
                        .hint("put a CDN in front of the bucket and give the header to every file (includePattern **/*): then the CDN adds it"),
                );
            }
        }
    }

    /// What the host uploads.
    pub(super) fn sync(&self, r: &Resource<Bucket>, stack: &Stack<'_>) -> BucketSync {
        let preset = self.headers_preset.iter().flat_map(|p| p.rules()).map(|(include, value)| SyncRule {
            include: (*include).to_string(),
            exclude: None,
            headers: vec![("cache-control".to_string(), (*value).to_string())],
            tags: vec![],
        });
        let own = self.file_options.iter().flatten().map(|o| SyncRule {
            include: o.include_pattern.clone(),
            exclude: o.exclude_pattern.clone(),
            headers: pairs(o.headers.as_deref()),
            tags: pairs(o.tags.as_deref()),
        });
        BucketSync {
            resource: r.name.dotted().to_string(),
            bucket: r.bucket_name(stack),
            directory: self.directory_path.clone(),
            exclude: self.exclude_files_patterns.clone().unwrap_or_default(),
            rules: preset.chain(own).collect(),
            accelerate: !self.disable_s3_transfer_acceleration && accelerates(&stack.identity.region),
        }
    }
}

impl FileOptions {
    fn takes_every_file(&self) -> bool {
        matches!(self.include_pattern.as_str(), "**/*" | "**") && self.exclude_pattern.is_none()
    }
}

fn pairs(headers: Option<&[FileHeader]>) -> Vec<(String, String)> {
    headers.unwrap_or_default().iter().map(|h| (h.key.value.clone(), h.value.clone())).collect()
}

fn is_stored(header: &str) -> bool {
    STORED_HEADERS.iter().any(|s| s.eq_ignore_ascii_case(header))
}
