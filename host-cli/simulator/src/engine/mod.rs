//! What a stack operation does: read the template, find out what differs, work through the resources in order, roll back.

pub(crate) mod diff;
pub(crate) mod intrinsics;
pub(crate) mod machine;
pub(crate) mod parameters;
pub(crate) mod physical;
pub(crate) mod plan;
pub(crate) mod template;
mod yaml;
