//! Stack-wide infrastructure, made only when something demands it (the deployment bucket excepted: every stack has one).

pub mod batch;
pub mod code_deploy;
pub mod deployment_bucket;
pub mod ecs;
pub mod image_repository;
pub mod reused_vpc;
pub mod service_discovery;
pub mod stack_lambda;
pub mod state_machine_role;
pub mod vpc;

use crate::model::{ExpandCx, Fragment};

/// A row of the table of shared infrastructure.
pub struct SharedInfra {
    /// What it is, in words.
    pub title: &'static str,
    /// Makes it; an empty fragment when nobody demanded it.
    pub expand: fn(&mut ExpandCx<'_>) -> Fragment,
}

/// All shared infrastructure.
pub static ALL: &[SharedInfra] = &[
    SharedInfra { title: "deployment bucket", expand: deployment_bucket::expand },
    SharedInfra { title: "VPC", expand: vpc::expand },
    SharedInfra { title: "image repository", expand: image_repository::expand },
    SharedInfra { title: "roles of container workloads", expand: ecs::expand },
    SharedInfra { title: "service discovery", expand: service_discovery::expand },
    SharedInfra { title: "AWS Batch", expand: batch::expand },
    SharedInfra { title: "CodeDeploy for functions", expand: code_deploy::expand },
    SharedInfra { title: "function of the stack's own", expand: stack_lambda::expand },
    SharedInfra { title: "role of state machines", expand: state_machine_role::expand },
];
