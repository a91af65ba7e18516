//! The stack's own function: CloudFormation calls it for what it cannot do itself. Each custom resource names one handler and what it asks of it.
//!
//! | key | handler |
//! | --- | --- |
//! | `scriptFunction` | runs a deployment script and waits for it |
//! | `edgeLambda` | makes a function for edge locations in us-east-1 |
//! | `webAppFirewall` | makes a firewall for CDNs in us-east-1 |
//!
//! Handlers are idempotent, because Lambda delivers an event again when it is in doubt. CloudFormation gets an answer in every outcome: without one a
//! deployment hangs for an hour.

pub mod answer;
pub mod aws;
pub mod edge_function;
pub mod event;
pub mod firewall;
pub mod handle;
pub mod lambda_api;
pub mod script;
pub mod secrets;

/// The region of everything that belongs to CloudFront.
pub const GLOBAL_REGION: &str = "us-east-1";
