//! Deploying and deleting: a pure machine over stack statuses, and the driver that carries its steps out.

pub mod caches;
pub mod changes;
pub mod data;
pub mod driver;
pub mod interrupt;
pub mod job;
pub mod machine;
pub mod outcome;
pub mod remove;
pub mod report;
pub mod status;
pub mod watch;

#[cfg(test)]
mod tests;
