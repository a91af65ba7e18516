//! The registry: every resource type of the language, one row each.
//!
//! To add a type: one file under its group, its `mod` line there, one row here, and a case folder. Nothing else changes by hand.

pub mod classes;
pub mod compute;
pub mod data;
pub mod messaging;
pub mod networking;
pub mod security;

use crate::config::Registry;
use crate::model::row;

/// The types that this compiler knows.
pub static REGISTRY: Registry = Registry {
    kinds: &[
        row::<compute::bastion::Bastion>(),
        row::<compute::batch_job::BatchJob>(),
        row::<compute::container_workload::ContainerWorkload>(),
        row::<compute::custom_resource_definition::CustomResourceDefinition>(),
        row::<compute::custom_resource_instance::CustomResourceInstance>(),
        row::<compute::deployment_script::DeploymentScript>(),
        row::<compute::edge_lambda_function::EdgeLambdaFunction>(),
        row::<compute::function::Function>(),
        row::<compute::private_service::PrivateService>(),
        row::<compute::state_machine::StateMachine>(),
        row::<compute::web_service::WebService>(),
        row::<compute::worker_service::WorkerService>(),
        row::<data::bucket::Bucket>(),
        row::<data::dynamo_db_table::DynamoDbTable>(),
        row::<data::efs_filesystem::EfsFilesystem>(),
        row::<messaging::event_bus::EventBus>(),
        row::<messaging::kinesis_stream::KinesisStream>(),
        row::<messaging::sns_topic::SnsTopic>(),
        row::<messaging::sqs_queue::SqsQueue>(),
        row::<networking::application_load_balancer::ApplicationLoadBalancer>(),
        row::<networking::http_api_gateway::HttpApiGateway>(),
        row::<networking::network_load_balancer::NetworkLoadBalancer>(),
        row::<networking::web_app_firewall::WebAppFirewall>(),
        row::<security::user_auth_pool::UserAuthPool>(),
    ],
    later: &[
        "agentcore-browser",
        "agentcore-code-interpreter",
        "agentcore-gateway",
        "agentcore-memory",
        "agentcore-runtime",
        "astro-web",
        "aws-cdk-construct",
        "convex",
        "hosting-bucket",
        "mongo-db-atlas-cluster",
        "nextjs-web",
        "nuxt-web",
        "open-search-domain",
        "redis-cluster",
        "relational-database",
        "remix-web",
        "solidstart-web",
        "sveltekit-web",
        "tanstack-web",
        "upstash-redis",
    ],
};
