//! The CloudFormation template as a value: expressions, resources, limits, byte-stable JSON and YAML.
//!
//! The IR knows literals, intrinsics and three open leaves: a parameter of a config resource and an attribute of a logical id (closed by
//! assembling), and a property of an artifact (closed by binding). It knows nothing of config types.

mod emit;
mod expr;
pub mod graph;
pub mod limits;
mod resource;

pub(crate) use emit::{Events, Yaml};
pub use emit::{to_json, to_yaml};
pub use expr::{ArtifactField, ArtifactId, Expr, INTRINSICS, Object, Text, get_att, join, reference, sub, sub_with};
pub use resource::{Output, Resource, Template};
