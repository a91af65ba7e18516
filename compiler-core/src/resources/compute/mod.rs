//! Types that run code.

pub mod bastion;
pub mod batch_job;
pub mod container_workload;
pub mod custom_resource_definition;
pub mod custom_resource_instance;
pub mod edge_lambda_function;
pub mod function;
pub mod state_machine;
