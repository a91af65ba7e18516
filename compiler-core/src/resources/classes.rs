//! The classes of TypeScript configs: one row a class. Their properties are described by the types that they stand for; a class without a type here is
//! of a later version, and the compiler says so.
//!
//! A resource type needs a row in [`CLASSES`]`.resources`, a member of a union that can be written as a class one in `.parts`.

use crate::describe::classes::{Classes, PartClass, ResourceClass};

/// What every resource with a CDN in front of it has.
const CDN: &[&str] =
    &["cdnUrl", "cdnDomain", "cdnCanonicalDomain", "cdnCanonicalUrl", "cdnCustomDomains", "cdnCustomDomainUrls"];
/// What everything with domain names of its own has.
const DOMAINS: &[&str] = &["domain", "canonicalDomain", "customDomains"];
const READER: &[&str] = &["readerHost", "readerPort", "readerConnectionString"];
const DATABASE: &[&str] = &[
    "host",
    "port",
    "dbName",
    "connectionString",
    "jdbcConnectionString",
    "hosts",
    "readerJdbcConnectionString",
    "readReplicaHosts",
    "readReplicaConnectionStrings",
    "readReplicaJdbcConnectionStrings",
    "readReplica#Port",
];

/// The names by which `overrides` and `transforms` of a resource type find its children, for the types of the classes: one type a line, and behind it the
/// builders. A logical id may stand there for each of them.
pub static CHILDREN: &str = include_str!("children.txt");

const fn resource(name: &'static str, kind: &'static str, params: &'static [&'static [&'static str]]) -> ResourceClass {
    ResourceClass { name, kind, params }
}

const fn part(name: &'static str, tag: &'static str, unions: &'static [&'static str]) -> PartClass {
    PartClass { name, tag, unions, bare: false }
}

const EVENTS: &[&str] = &["FunctionEvent", "BatchEvent"];
const IMAGES: &[&str] = &["ContainerPackaging", "BatchPackaging"];
const LOAD_BALANCER_ALARMS: &[&str] = &["LoadBalancerTrigger", "WebServiceTrigger"];
const HTTP_API_ALARMS: &[&str] = &["HttpApiTrigger", "WebServiceTrigger"];

/// Every class.
#[rustfmt::skip]
pub static CLASSES: Classes = Classes {
    resources: &[
        resource("RelationalDatabase", "relational-database", &[DATABASE, READER]),
        resource("WebService", "web-service", &[&["url", "customDomainUrl", "customDomainUrls", "port#"], DOMAINS, CDN]),
        resource("PrivateService", "private-service", &[&["address"]]),
        resource("WorkerService", "worker-service", &[]),
        resource("MultiContainerWorkload", "multi-container-workload", &[]),
        resource("LambdaFunction", "function", &[&["arn", "logGroupArn", "url"], CDN]),
        resource("EdgeLambdaFunction", "edge-lambda-function", &[&["arn"]]),
        resource("BatchJob", "batch-job", &[&["jobDefinitionArn", "stateMachineArn", "logGroupArn"]]),
        resource("Convex", "convex", &[&["url", "siteUrl", "dashboardUrl", "adminKey", "instanceSecret"]]),
        resource("Bucket", "bucket", &[&["name", "arn"], CDN]),
        resource("HostingBucket", "hosting-bucket", &[&["name", "arn"], CDN]),
        resource("DynamoDbTable", "dynamo-db-table", &[&["name", "arn", "streamArn"]]),
        resource("EventBus", "event-bus", &[&["arn", "archiveArn"]]),
        resource("HttpApiGateway", "http-api-gateway", &[&["url", "customDomainUrl", "customDomainUrls"], DOMAINS, CDN]),
        resource("ApplicationLoadBalancer", "application-load-balancer", &[&["url", "port#"], DOMAINS, CDN]),
        resource("NetworkLoadBalancer", "network-load-balancer", &[DOMAINS]),
        resource("RedisCluster", "redis-cluster", &[&["host", "port", "connectionString", "sharding"], READER]),
        resource("MongoDbAtlasCluster", "mongo-db-atlas-cluster", &[&["connectionString"]]),
        resource("StateMachine", "state-machine", &[&["arn", "name"]]),
        resource("UserAuthPool", "user-auth-pool", &[&["id", "clientId", "clientSecret", "arn", "providerUrl", "domain"]]),
        resource("UpstashRedis", "upstash-redis", &[&["host", "port", "password", "restToken", "readOnlyRestToken", "restUrl", "redisUrl"]]),
        resource("SqsQueue", "sqs-queue", &[&["arn", "url", "name"]]),
        resource("SnsTopic", "sns-topic", &[&["arn", "name"]]),
        resource("KinesisStream", "kinesis-stream", &[&["arn", "name"]]),
        resource("WebAppFirewall", "web-app-firewall", &[&["arn", "scope"]]),
        resource("OpenSearchDomain", "open-search-domain", &[&["domainEndpoint", "arn"]]),
        resource("EfsFilesystem", "efs-filesystem", &[&["id", "arn"]]),
        resource("NextjsWeb", "nextjs-web", &[&["url"], CDN]),
        resource("AstroWeb", "astro-web", &[&["url"], CDN]),
        resource("NuxtWeb", "nuxt-web", &[&["url"], CDN]),
        resource("SvelteKitWeb", "sveltekit-web", &[&["url"], CDN]),
        resource("SolidStartWeb", "solidstart-web", &[&["url"], CDN]),
        resource("TanStackWeb", "tanstack-web", &[&["url"], CDN]),
        resource("RemixWeb", "remix-web", &[&["url"], CDN]),
        resource("Bastion", "bastion", &[]),
        resource("AgentCoreRuntime", "agentcore-runtime", &[&["id", "arn", "endpointName", "endpointArn"]]),
        resource("AgentCoreMemory", "agentcore-memory", &[&["id", "arn"]]),
        resource("AgentCoreGateway", "agentcore-gateway", &[&["id", "arn", "url"]]),
        resource("AgentCoreBrowser", "agentcore-browser", &[&["id", "arn"]]),
        resource("AgentCoreCodeInterpreter", "agentcore-code-interpreter", &[&["id", "arn"]]),
        resource("AwsCdkConstruct", "aws-cdk-construct", &[]),
        resource("CustomResourceDefinition", "custom-resource-definition", &[]),
        resource("CustomResourceInstance", "custom-resource-instance", &[]),
        resource("DeploymentScript", "deployment-script", &[]),
    ],
    parts: &[
        part("RdsEnginePostgres", "postgres", &[]),
        part("RdsEngineMariadb", "mariadb", &[]),
        part("RdsEngineMysql", "mysql", &[]),
        part("RdsEngineOracleEE", "oracle-ee", &[]),
        part("RdsEngineOracleSE2", "oracle-se2", &[]),
        part("RdsEngineSqlServerEE", "sqlserver-ee", &[]),
        part("RdsEngineSqlServerEX", "sqlserver-ex", &[]),
        part("RdsEngineSqlServerSE", "sqlserver-se", &[]),
        part("RdsEngineSqlServerWeb", "sqlserver-web", &[]),
        part("AuroraEnginePostgresql", "aurora-postgresql", &[]),
        part("AuroraEngineMysql", "aurora-mysql", &[]),
        part("AuroraServerlessEnginePostgresql", "aurora-postgresql-serverless", &[]),
        part("AuroraServerlessEngineMysql", "aurora-mysql-serverless", &[]),
        part("AuroraServerlessV2EnginePostgresql", "aurora-postgresql-serverless-v2", &[]),
        part("AuroraServerlessV2EngineMysql", "aurora-mysql-serverless-v2", &[]),
        part("StacktapeLambdaBuildpackPackaging", "stacktape-lambda-buildpack", &["LambdaPackaging"]),
        part("CustomArtifactLambdaPackaging", "custom-artifact", &["LambdaPackaging"]),
        part("PrebuiltImagePackaging", "prebuilt-image", IMAGES),
        part("CustomDockerfilePackaging", "custom-dockerfile", IMAGES),
        part("ExternalBuildpackPackaging", "external-buildpack", IMAGES),
        part("NixpacksPackaging", "nixpacks", IMAGES),
        part("StacktapeImageBuildpackPackaging", "stacktape-image-buildpack", IMAGES),
        part("HttpApiIntegration", "http-api-gateway", EVENTS),
        part("S3Integration", "s3", EVENTS),
        part("ScheduleIntegration", "schedule", EVENTS),
        part("SnsIntegration", "sns", EVENTS),
        part("SqsIntegration", "sqs", EVENTS),
        part("KinesisIntegration", "kinesis-stream", EVENTS),
        part("DynamoDbIntegration", "dynamo-db-stream", EVENTS),
        part("CloudwatchLogIntegration", "cloudwatch-log", EVENTS),
        part("ApplicationLoadBalancerIntegration", "application-load-balancer", EVENTS),
        part("EventBusIntegration", "event-bus", EVENTS),
        part("KafkaTopicIntegration", "kafka-topic", EVENTS),
        part("AlarmIntegration", "cloudwatch-alarm", EVENTS),
        part("IotIntegration", "iot", EVENTS),
        part("CdnLoadBalancerRoute", "application-load-balancer", &["CdnRoute"]),
        part("CdnHttpApiGatewayRoute", "http-api-gateway", &["CdnRoute"]),
        part("CdnLambdaFunctionRoute", "function", &["CdnRoute"]),
        part("CdnCustomDomainRoute", "custom-origin", &["CdnRoute"]),
        part("CdnBucketRoute", "bucket", &["CdnRoute"]),
        part("ManagedRuleGroup", "managed-rule-group", &["Rule"]),
        part("CustomRuleGroup", "custom-rule-group", &["Rule"]),
        part("RateBasedRule", "rate-based-rule", &["Rule"]),
        part("SqsQueueEventBusIntegration", "event-bus", &["QueueSource"]),
        part("MultiContainerWorkloadHttpApiIntegration", "http-api-gateway", &["ContainerEvent"]),
        part("MultiContainerWorkloadLoadBalancerIntegration", "application-load-balancer", &["ContainerEvent"]),
        part("MultiContainerWorkloadNetworkLoadBalancerIntegration", "network-load-balancer", &["ContainerEvent"]),
        part("MultiContainerWorkloadInternalIntegration", "workload-internal", &["ContainerEvent"]),
        part("MultiContainerWorkloadServiceConnectIntegration", "service-connect", &["ContainerEvent"]),
        part("LocalScript", "local-script", &["Script"]),
        part("BastionScript", "bastion-script", &["Script"]),
        part("LocalScriptWithBastionTunneling", "local-script-with-bastion-tunneling", &["Script"]),
        part("HttpEndpointLogForwarding", "http-endpoint", &["LogForwarding"]),
        part("HighlightLogForwarding", "highlight", &["LogForwarding"]),
        part("DatadogLogForwarding", "datadog", &["LogForwarding"]),
        part("ExpirationLifecycleRule", "expiration", &["LifecycleRule"]),
        part("NonCurrentVersionExpirationLifecycleRule", "non-current-version-expiration", &["LifecycleRule"]),
        part("ContainerEfsMount", "efs", &["ContainerVolumeMount"]),
        part("LambdaEfsMount", "efs", &["VolumeMount"]),
        part("LambdaS3FilesMount", "s3files", &["VolumeMount"]),
        part("CognitoAuthorizer", "cognito", &["Authorizer"]),
        part("LambdaAuthorizer", "lambda", &["Authorizer"]),
        part("ApplicationLoadBalancerCustomTrigger", "application-load-balancer-custom", LOAD_BALANCER_ALARMS),
        part("ApplicationLoadBalancerErrorRateTrigger", "application-load-balancer-error-rate", LOAD_BALANCER_ALARMS),
        part("ApplicationLoadBalancerUnhealthyTargetsTrigger", "application-load-balancer-unhealthy-targets", LOAD_BALANCER_ALARMS),
        part("HttpApiGatewayErrorRateTrigger", "http-api-gateway-error-rate", HTTP_API_ALARMS),
        part("HttpApiGatewayLatencyTrigger", "http-api-gateway-latency", HTTP_API_ALARMS),
        part("RelationalDatabaseReadLatencyTrigger", "database-read-latency", &[]),
        part("RelationalDatabaseWriteLatencyTrigger", "database-write-latency", &[]),
        part("RelationalDatabaseCPUUtilizationTrigger", "database-cpu-utilization", &[]),
        part("RelationalDatabaseFreeStorageTrigger", "database-free-storage", &[]),
        part("RelationalDatabaseFreeMemoryTrigger", "database-free-memory", &[]),
        part("RelationalDatabaseConnectionCountTrigger", "database-connection-count", &[]),
        part("SqsQueueReceivedMessagesCountTrigger", "sqs-queue-received-messages-count", &["QueueTrigger"]),
        PartClass { name: "SqsQueueNotEmptyTrigger", tag: "sqs-queue-not-empty", unions: &["QueueTrigger"], bare: true },
        part("LambdaErrorRateTrigger", "lambda-error-rate", &["FunctionTrigger"]),
        part("LambdaDurationTrigger", "lambda-duration", &["FunctionTrigger"]),
    ],
};
