//! How a resource takes part in development mode.

use crate::decode::Decode;
use crate::describe::Describe;

/// How a resource takes part in development mode. Deployments do not look at it.
#[derive(Clone, Debug, Default, Decode, Describe)]
pub struct DevMode {
    /// Whether the deployed resource is used instead of a local stand-in.
    #[config(default = false)]
    pub remote: bool,
}
