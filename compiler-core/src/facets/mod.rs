//! Parts that several resource types share. Each is properties, checks and builders of one concern; none knows a stage.

pub mod alarms;
pub mod cdn;
pub mod connect;
pub mod container_packaging;
pub mod dev_mode;
pub mod domains;
pub mod environment;
pub mod event_input;
pub mod event_pattern;
pub mod firewall;
pub mod iam;
pub mod instance_types;
pub mod lambda_runtimes;
pub mod logging;
pub mod packaging;
pub mod references;
pub mod secrets;
