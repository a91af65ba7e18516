//! The pure compiler: a Stacktape config becomes a CloudFormation template and a deploy plan.
//!
//! Start reading at [`compile()`]: the pipeline is one function. The crate has no file system, clock, environment, randomness, threads, printing
//! or async runtime; whatever it needs to know about the outside it asks through [`world::World`].

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)
)]

mod assemble;
mod bind;
mod check;
mod compile;
pub mod config;
pub mod convert;
pub mod decode;
pub mod describe;
mod desugar;
pub mod diagnostics;
pub mod directives;
pub mod editor;
mod evaluated;
mod expand;
pub mod explain;
pub mod facets;
pub mod facts_file;
pub mod model;
pub mod naming;
mod order;
mod plan;
pub mod resources;
pub mod schema;
pub mod shared_infra;
pub mod source;
pub mod syntax;
mod target;
pub mod template;
pub mod world;

pub use bind::{BoundArtifact, bind};
pub use compile::{Compiled, Input, compile};
pub use evaluated::{Evaluated, Transforms};
pub use plan::{
    DeployPlan, EVERY_DEPLOY, Origin, SCRIPT_REFERENCE, ScriptHost, ScriptNeeds, ScriptRole, ScriptTunnel, ScriptValue,
};
pub use target::Target;
