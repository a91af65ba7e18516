//! Names that are a contract: logical ids, physical names, hashes, variables.
//!
//! A stack that the reference implementation deployed is taken over in place only when every one of these comes out the same, byte for byte;
//! a changed logical id or physical name replaces the resource. Nothing here knows a resource type: a type builds its own ids with
//! [`logical_id`], and takes physical names that several types share from [`StackIdentity`].

mod builders;
mod case;
mod hash;
mod logical;
mod stack;

pub use builders::{builder_kind, builders_of, is_built_by};
pub use case::{env_name, pascal, snake_upper, words};
pub use hash::{short_hash, truncate};
pub use logical::{
    SHARED, alarm_logical_id, alarm_name, capitalize, domain_id, domain_spec, logical_id, logical_id_indexed,
    root_dir_spec,
};
pub use stack::{DeploymentVersion, MANAGED_PREFIX, StackIdentity, export_name};
