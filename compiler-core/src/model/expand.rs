//! What expansion returns: CloudFormation children, artifacts to package, folders to sync, rights to explain.

use super::{ImageArtifact, Linked, Stack, Statement};
use crate::diagnostics::Sink;
use crate::source::{Span, Spanned};
use crate::template::{ArtifactId, Resource};

/// What an expanding resource may ask and report.
pub struct ExpandCx<'a> {
    /// The config after linking.
    pub linked: &'a Linked<'a>,
    /// For limits that show only now; everything else is reported by `check`.
    pub sink: &'a mut Sink,
}

impl<'a> ExpandCx<'a> {
    /// The config.
    pub fn stack(&self) -> &'a Stack<'a> {
        self.linked.stack
    }
}

/// Whether a child may be made by several resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// One owner; the same id from anybody else is a clash.
    Own,
    /// The same child from several resources counts once (the cache policy that two distributions use).
    Shared,
}

/// One CloudFormation resource of a fragment.
#[derive(Clone, Debug)]
pub struct Child {
    /// Its logical id.
    pub logical_id: String,
    /// Type, properties, attributes.
    pub resource: Resource,
    /// The config value that caused it.
    pub span: Span,
    /// Whether others may make it too.
    pub sharing: Sharing,
}

/// What one resource (or shared thing) adds to the stack.
#[derive(Debug, Default)]
pub struct Fragment {
    /// CloudFormation resources.
    pub children: Vec<Child>,
    /// What has to be packaged and uploaded before the stack is deployed.
    pub artifacts: Vec<ArtifactRequest>,
    /// Folders to upload into buckets after the stack is deployed.
    pub syncs: Vec<BucketSync>,
    /// Statements of the roles above, with their origins.
    pub grants: Vec<Grant>,
    /// Logical ids of the CloudFront distributions whose caches are emptied when the deploy is done.
    pub invalidations: Vec<String>,
    /// Logical ids of the children that come after everything else in the stack, and are deleted before it.
    pub last: Vec<String>,
    /// Logical ids of the children that change with every deploy, so that CloudFormation calls them each time.
    pub every_deploy: Vec<String>,
}

impl Fragment {
    /// Adds a child; `span` is the config value that caused it.
    pub fn add(&mut self, logical_id: impl Into<String>, span: Span, resource: Resource) {
        self.children.push(Child { logical_id: logical_id.into(), resource, span, sharing: Sharing::Own });
    }

    /// Adds a child that other resources may make as well, with the same content.
    pub fn add_shared(&mut self, logical_id: impl Into<String>, span: Span, resource: Resource) {
        self.children.push(Child { logical_id: logical_id.into(), resource, span, sharing: Sharing::Shared });
    }

    /// Lets every child be made by other resources as well, with the same content.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.children.iter_mut().for_each(|c| c.sharing = Sharing::Shared);
        self
    }

    /// Whether the child is there already.
    pub fn has(&self, logical_id: &str) -> bool {
        self.children.iter().any(|c| c.logical_id == logical_id)
    }

    /// Takes over everything of another fragment.
    pub fn merge(&mut self, other: Fragment) {
        self.children.extend(other.children);
        self.artifacts.extend(other.artifacts);
        self.syncs.extend(other.syncs);
        self.grants.extend(other.grants);
        self.invalidations.extend(other.invalidations);
        self.last.extend(other.last);
        self.every_deploy.extend(other.every_deploy);
    }
}

/// A statement of a role, for `synth --explain` and the editor.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Logical id of the role.
    pub role: String,
    /// The statement.
    pub statement: Statement,
}

/// Code to be packaged.
#[derive(Clone, Debug)]
pub struct ArtifactRequest {
    /// Name within the stack; part of the object key.
    pub id: ArtifactId,
    /// The packaging block in the config.
    pub span: Span,
    /// How it is made.
    pub source: ArtifactSource,
}

/// The kinds of artifacts.
#[derive(Clone, Debug)]
pub enum ArtifactSource {
    /// A Lambda archive.
    Function(FunctionArtifact),
    /// A container image.
    Image(ImageArtifact),
}

/// What a Lambda archive is made from.
#[derive(Clone, Debug)]
pub struct FunctionArtifact {
    /// The code.
    pub code: FunctionCode,
    /// Lambda runtime such as `nodejs24.x`.
    pub runtime: String,
    /// `x86_64` or `arm64`.
    pub architecture: String,
}

/// Where the code of a function comes from.
#[derive(Clone, Debug)]
pub enum FunctionCode {
    /// An entry file that is bundled with everything it imports.
    Buildpack(Buildpack),
    /// A folder, file or zip that is taken as it is.
    Archive {
        /// Path, relative to the config.
        path: Spanned<String>,
    },
    /// The stack's own function, which comes with the host.
    StackLambda,
}

/// Options of a bundle, as plain values.
#[derive(Clone, Debug, Default)]
pub struct Buildpack {
    /// Entry file, relative to the config.
    pub entryfile: Spanned<String>,
    /// Name of the exported handler, when the config gives one.
    pub handler: Option<String>,
    /// Globs of files to add.
    pub include_files: Vec<String>,
    /// Globs of files to leave out.
    pub exclude_files: Vec<String>,
    /// Dependencies that the bundle leaves out.
    pub exclude_dependencies: Vec<String>,
    /// Options of JavaScript and TypeScript bundles.
    pub node: NodeOptions,
}

/// Options of JavaScript and TypeScript bundles.
#[derive(Clone, Debug, Default)]
pub struct NodeOptions {
    /// Path of the `tsconfig.json`; found beside the entry file when not given.
    pub ts_config: Option<String>,
    /// ES modules (`true`), CommonJS (`false`) or the default of the runtime.
    pub esm: Option<bool>,
    /// Leaves source maps out.
    pub disable_source_maps: bool,
    /// Folder for source maps instead of the archive.
    pub source_maps_to: Option<String>,
    /// Emits TypeScript decorator metadata.
    pub decorator_metadata: bool,
    /// Packages copied beside the bundle instead of into it; `*` for all.
    pub unbundled: Vec<String>,
    /// Packages left out of the archive.
    pub omitted: Vec<String>,
}

/// A folder that is kept in step with a bucket.
#[derive(Clone, Debug)]
pub struct BucketSync {
    /// Dotted name of the config resource.
    pub resource: String,
    /// Physical name of the bucket.
    pub bucket: String,
    /// Folder, relative to the config.
    pub directory: Spanned<String>,
    /// Globs of files that are not uploaded.
    pub exclude: Vec<String>,
    /// Headers and tags by glob; a later rule wins where both match.
    pub rules: Vec<SyncRule>,
    /// Whether the upload goes through edge locations (S3 transfer acceleration).
    pub accelerate: bool,
}

/// Headers and tags for the files that match.
#[derive(Clone, Debug)]
pub struct SyncRule {
    /// Glob of files.
    pub include: String,
    /// Glob of files that the rule leaves alone.
    pub exclude: Option<String>,
    /// HTTP headers by name.
    pub headers: Vec<(String, String)>,
    /// Object tags.
    pub tags: Vec<(String, String)>,
}
