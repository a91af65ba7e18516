//! What a resource type is, and what the stages hand to it.
//!
//! A type implements [`ResourceKind`] in one file. The stages know only [`AnyResource`]; nobody matches on a type's name. Resources return
//! [`Fragment`]s and send typed mail; none reaches into a neighbour, so the order of a config's resources cannot matter.

mod expand;
mod image;
mod kind;
mod link;
mod name;
mod offer;
mod origin;
mod settings;
mod stack;
mod version;

pub use expand::{
    ArtifactRequest, ArtifactSource, BucketSync, Buildpack, Child, ExpandCx, Fragment, FunctionArtifact, FunctionCode,
    Grant, NodeOptions, Sharing, SyncRule,
};
pub use image::{ImageArtifact, ImageBuild, ImageBuildpack, LanguageOptions, NixpacksBuild, NixpacksBuildPhase};
pub use kind::{AnyResource, KindRow, Resource, ResourceKind, row};
pub use link::{Linked, Outbox};
pub use name::ResourceName;
pub use offer::{AlarmName, GatewayEndpoint, NetworkNeed, Offer, Param, Statement, Tunnel};
pub use origin::{CdnOrigin, OriginKind, OriginProtocol, OriginWish, PageStyle};
pub use settings::{
    BastionScript, DeploymentConfig, DirectiveDefinition, HookStep, Hooks, KeyValue, LocalScript, ProviderConfig,
    Script, ScriptVariable, ScriptWithTunnel, Sections, StackConfig, StackOutputConfig, Tag, VpcReuse, VpcSettings,
};
pub use stack::Stack;
pub use version::configuration_hash;
