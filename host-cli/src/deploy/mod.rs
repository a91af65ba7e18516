//! Deploying.
pub mod machine;
pub mod status;
