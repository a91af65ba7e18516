//! Types that run code.

pub mod bastion;
pub mod batch_job;
pub mod container_workload;
pub mod custom_resource_definition;
pub mod custom_resource_instance;
pub mod deployment_script;
pub mod edge_lambda_function;
pub mod function;
pub mod private_service;
pub mod service;
pub mod state_machine;
pub mod web_service;
pub mod worker_service;
