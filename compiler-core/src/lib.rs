//! The pure compiler: a Stacktape config becomes a CloudFormation template and a deploy plan.
//!
//! Start reading at [`compile()`]: the pipeline is one function. The crate has no file system, clock, environment, randomness, threads, printing
//! or async runtime; whatever it needs to know about the outside it asks through [`world::World`].

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)
)]

pub mod diagnostics;
pub mod directives;
pub mod facts_file;
pub mod naming;
pub mod source;
pub mod syntax;
pub mod target;
pub mod template;
pub mod world;
