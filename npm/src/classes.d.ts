// Generated from the compiler's tables of classes. Do not edit.

import { Part, Resource } from './authoring.js';
import type { Changes } from './authoring.js';
import type * as config from './config.js';

/** Of a type that comes in a later version. */
export declare class RelationalDatabase extends Resource<'relational-database', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly host: config.Directive;
  readonly port: config.Directive;
  readonly dbName: config.Directive;
  readonly connectionString: config.Directive;
  readonly jdbcConnectionString: config.Directive;
  readonly hosts: config.Directive;
  readonly readerJdbcConnectionString: config.Directive;
  readonly readReplicaHosts: config.Directive;
  readonly readReplicaConnectionStrings: config.Directive;
  readonly readReplicaJdbcConnectionStrings: config.Directive;
  readonly [key: `readReplica${number}Port`]: config.Directive;
  readonly readerHost: config.Directive;
  readonly readerPort: config.Directive;
  readonly readerConnectionString: config.Directive;
}

/**
 * A container that the internet reaches: by HTTPS through an HTTP API or an application load balancer, or by TCP and TLS through a network load
 * balancer.
 */
export declare class WebService extends Resource<'web-service', config.WebServiceProps> {
  constructor(properties: config.WebServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'httpApi' | 'httpApiContainerWorkloadIntegration' | 'httpApiDomain' | 'httpApiDomainMapping' | 'httpApiLogGroup' | 'httpApiRoute' | 'httpApiStage' | 'httpApiVpcLink' | 'httpApiVpcLinkSecurityGroup' | 'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'webAppFirewallAssociation' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter' | 'cloudfrontOriginAccessIdentity'>);
  constructor(name: string, properties: config.WebServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'httpApi' | 'httpApiContainerWorkloadIntegration' | 'httpApiDomain' | 'httpApiDomainMapping' | 'httpApiLogGroup' | 'httpApiRoute' | 'httpApiStage' | 'httpApiVpcLink' | 'httpApiVpcLinkSecurityGroup' | 'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'webAppFirewallAssociation' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter' | 'cloudfrontOriginAccessIdentity'>);
  readonly url: config.Directive;
  readonly customDomainUrl: config.Directive;
  readonly customDomainUrls: config.Directive;
  readonly [key: `port${number}`]: config.Directive;
  readonly domain: config.Directive;
  readonly canonicalDomain: config.Directive;
  readonly customDomains: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** A container that the other containers of the stack reach by name, and nothing outside. */
export declare class PrivateService extends Resource<'private-service', config.PrivateServiceProps> {
  constructor(properties: config.PrivateServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.PrivateServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  readonly address: config.Directive;
}

/** A container that runs without traffic from outside: it takes work from queues and tables. */
export declare class WorkerService extends Resource<'worker-service', config.WorkerServiceProps> {
  constructor(properties: config.WorkerServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.WorkerServiceProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
}

/** Containers that run together: they share network and life, and are scaled as one. */
export declare class MultiContainerWorkload extends Resource<'multi-container-workload', config.ContainerWorkloadProps> {
  constructor(properties: config.ContainerWorkloadProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'httpApiAuthorizer' | 'httpApiContainerWorkloadIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.ContainerWorkloadProps & Changes<'ecsCluster' | 'ecsService' | 'ecsTaskDefinition' | 'ecsTaskRole' | 'ecsLogGroup' | 'autoScalingPolicy' | 'autoScalingTarget' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'httpApiAuthorizer' | 'httpApiContainerWorkloadIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'listenerRule' | 'targetGroup' | 'serviceDiscoveryEcsService' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
}

/** A function that runs when something calls it. */
export declare class LambdaFunction extends Resource<'function', config.FunctionProps> {
  constructor(properties: config.FunctionProps & Changes<'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'lambdaPermission' | 'lambdaUrl' | 'lambdaPublicUrlPermission' | 'lambdaStpAlias' | 'lambdaInvokeConfig' | 'codeDeployDeploymentGroup' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'cloudwatchAlarm' | 'cloudwatchAlarmEventBusNotificationRule' | 'cloudWatchLogEventSubscriptionFilter' | 'eventBusRule' | 'eventSourceMapping' | 'httpApiAuthorizer' | 'httpApiLambdaIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'kinesisEventConsumer' | 'lambdaTargetGroupPermission' | 'listenerRule' | 'targetGroup' | 'snsEventPermission' | 'snsEventSubscription' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'cloudfrontOriginAccessIdentity' | 'dnsRecord' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.FunctionProps & Changes<'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'lambdaPermission' | 'lambdaUrl' | 'lambdaPublicUrlPermission' | 'lambdaStpAlias' | 'lambdaInvokeConfig' | 'codeDeployDeploymentGroup' | 'workloadSecurityGroup' | 'efsAccessPoint' | 'cloudwatchAlarm' | 'cloudwatchAlarmEventBusNotificationRule' | 'cloudWatchLogEventSubscriptionFilter' | 'eventBusRule' | 'eventSourceMapping' | 'httpApiAuthorizer' | 'httpApiLambdaIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'kinesisEventConsumer' | 'lambdaTargetGroupPermission' | 'listenerRule' | 'targetGroup' | 'snsEventPermission' | 'snsEventSubscription' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'cloudfrontOriginAccessIdentity' | 'dnsRecord' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  readonly arn: config.Directive;
  readonly logGroupArn: config.Directive;
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/**
 * A function that runs at the edge locations of CloudFront (Lambda@Edge). It has no environment variables and no way into the VPC. Deleting the stack
 * leaves it in the account, because CloudFront keeps copies of it for hours; delete it by hand afterwards.
 */
export declare class EdgeLambdaFunction extends Resource<'edge-lambda-function', config.EdgeLambdaFunctionProps> {
  constructor(properties: config.EdgeLambdaFunctionProps & Changes<'customResourceEdgeLambda' | 'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.EdgeLambdaFunctionProps & Changes<'customResourceEdgeLambda' | 'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  readonly arn: config.Directive;
}

/**
 * A container that runs to its end, started by events or by other resources. Instances are there only while jobs run.
 *
 * The container finds the event as JSON text in `STP_TRIGGER_EVENT_DATA`, and the number of its attempt in `STP_CURRENT_ATTEMPT`.
 */
export declare class BatchJob extends Resource<'batch-job', config.BatchJobProps> {
  constructor(properties: config.BatchJobProps & Changes<'batchJobDefinition' | 'batchJobExecutionRole' | 'batchJobLogGroup' | 'batchStateMachine' | 'lambdaRole' | 'lambdaLogGroup' | 'lambdaPermission' | 'cloudWatchLogEventSubscriptionFilter' | 'eventBusRule' | 'eventSourceMapping' | 'httpApiLambdaIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'lambdaTargetGroupPermission' | 'listenerRule' | 'targetGroup' | 'snsEventPermission' | 'snsEventSubscription' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties: config.BatchJobProps & Changes<'batchJobDefinition' | 'batchJobExecutionRole' | 'batchJobLogGroup' | 'batchStateMachine' | 'lambdaRole' | 'lambdaLogGroup' | 'lambdaPermission' | 'cloudWatchLogEventSubscriptionFilter' | 'eventBusRule' | 'eventSourceMapping' | 'httpApiLambdaIntegration' | 'httpApiLambdaPermission' | 'httpApiRoute' | 'lambdaTargetGroupPermission' | 'listenerRule' | 'targetGroup' | 'snsEventPermission' | 'snsEventSubscription' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  readonly jobDefinitionArn: config.Directive;
  readonly stateMachineArn: config.Directive;
  readonly logGroupArn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class Convex extends Resource<'convex', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly siteUrl: config.Directive;
  readonly dashboardUrl: config.Directive;
  readonly adminKey: config.Directive;
  readonly instanceSecret: config.Directive;
}

/** A place for files. */
export declare class Bucket extends Resource<'bucket', config.BucketProps> {
  constructor(properties?: config.BucketProps & Changes<'bucket' | 'bucketPolicy' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'cloudfrontOriginAccessIdentity' | 'dnsRecord'>);
  constructor(name: string, properties?: config.BucketProps & Changes<'bucket' | 'bucketPolicy' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'cloudfrontOriginAccessIdentity' | 'dnsRecord'>);
  readonly name: config.Directive;
  readonly arn: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class HostingBucket extends Resource<'hosting-bucket', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly name: config.Directive;
  readonly arn: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** A DynamoDB table. AWS encrypts it at rest. */
export declare class DynamoDbTable extends Resource<'dynamo-db-table', config.DynamoDbTableProps> {
  constructor(properties: config.DynamoDbTableProps & Changes<'dynamoGlobalTable'>);
  constructor(name: string, properties: config.DynamoDbTableProps & Changes<'dynamoGlobalTable'>);
  readonly name: config.Directive;
  readonly arn: config.Directive;
  readonly streamArn: config.Directive;
}

/** An event bus: rules pick events by their content and hand them on. */
export declare class EventBus extends Resource<'event-bus', config.EventBusProps> {
  constructor(properties?: config.EventBusProps & Changes<'eventBus' | 'eventBusArchive'>);
  constructor(name: string, properties?: config.EventBusProps & Changes<'eventBus' | 'eventBusArchive'>);
  readonly arn: config.Directive;
  readonly archiveArn: config.Directive;
}

/** An HTTP API: routes requests to functions and containers. */
export declare class HttpApiGateway extends Resource<'http-api-gateway', config.HttpApiGatewayProps> {
  constructor(properties?: config.HttpApiGatewayProps & Changes<'httpApi' | 'httpApiDomain' | 'httpApiDomainMapping' | 'httpApiLogGroup' | 'httpApiStage' | 'httpApiVpcLink' | 'httpApiVpcLinkSecurityGroup' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter' | 'cloudfrontOriginAccessIdentity'>);
  constructor(name: string, properties?: config.HttpApiGatewayProps & Changes<'httpApi' | 'httpApiDomain' | 'httpApiDomainMapping' | 'httpApiLogGroup' | 'httpApiStage' | 'httpApiVpcLink' | 'httpApiVpcLinkSecurityGroup' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter' | 'cloudfrontOriginAccessIdentity'>);
  readonly url: config.Directive;
  readonly customDomainUrl: config.Directive;
  readonly customDomainUrls: config.Directive;
  readonly domain: config.Directive;
  readonly canonicalDomain: config.Directive;
  readonly customDomains: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** An HTTP load balancer. */
export declare class ApplicationLoadBalancer extends Resource<'application-load-balancer', config.ApplicationLoadBalancerProps> {
  constructor(properties?: config.ApplicationLoadBalancerProps & Changes<'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'webAppFirewallAssociation' | 'cloudfrontOriginAccessIdentity'>);
  constructor(name: string, properties?: config.ApplicationLoadBalancerProps & Changes<'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'cloudwatchAlarm' | 'cloudfrontDistribution' | 'cloudfrontCustomCachePolicy' | 'cloudfrontDefaultCachePolicy' | 'cloudfrontCustomOriginRequestPolicy' | 'cloudfrontDefaultOriginRequestPolicy' | 'dnsRecord' | 'webAppFirewallAssociation' | 'cloudfrontOriginAccessIdentity'>);
  readonly url: config.Directive;
  readonly [key: `port${number}`]: config.Directive;
  readonly domain: config.Directive;
  readonly canonicalDomain: config.Directive;
  readonly customDomains: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** A TCP and TLS load balancer. */
export declare class NetworkLoadBalancer extends Resource<'network-load-balancer', config.NetworkLoadBalancerProps> {
  constructor(properties: config.NetworkLoadBalancerProps & Changes<'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'dnsRecord'>);
  constructor(name: string, properties: config.NetworkLoadBalancerProps & Changes<'loadBalancer' | 'loadBalancerSecurityGroup' | 'listener' | 'listenerCertificateList' | 'dnsRecord'>);
  readonly domain: config.Directive;
  readonly canonicalDomain: config.Directive;
  readonly customDomains: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class RedisCluster extends Resource<'redis-cluster', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly host: config.Directive;
  readonly port: config.Directive;
  readonly connectionString: config.Directive;
  readonly sharding: config.Directive;
  readonly readerHost: config.Directive;
  readonly readerPort: config.Directive;
  readonly readerConnectionString: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class MongoDbAtlasCluster extends Resource<'mongo-db-atlas-cluster', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly connectionString: config.Directive;
}

/** A Step Functions state machine. */
export declare class StateMachine extends Resource<'state-machine', config.StateMachineProps> {
  constructor(properties: config.StateMachineProps & Changes<'stateMachine'>);
  constructor(name: string, properties: config.StateMachineProps & Changes<'stateMachine'>);
  readonly arn: config.Directive;
  readonly name: config.Directive;
}

/** Accounts of users, who sign up and sign in (Amazon Cognito). */
export declare class UserAuthPool extends Resource<'user-auth-pool', config.UserAuthPoolProps> {
  constructor(properties?: config.UserAuthPoolProps & Changes<'userPool' | 'userPoolClient' | 'userPoolDomain' | 'identityProvider' | 'cognitoLambdaHookPermission' | 'snsRoleSendSmsFromCognito' | 'userPoolUiCustomizationAttachment' | 'webAppFirewallAssociation' | 'dnsRecord'>);
  constructor(name: string, properties?: config.UserAuthPoolProps & Changes<'userPool' | 'userPoolClient' | 'userPoolDomain' | 'identityProvider' | 'cognitoLambdaHookPermission' | 'snsRoleSendSmsFromCognito' | 'userPoolUiCustomizationAttachment' | 'webAppFirewallAssociation' | 'dnsRecord'>);
  readonly id: config.Directive;
  readonly clientId: config.Directive;
  readonly clientSecret: config.Directive;
  readonly arn: config.Directive;
  readonly providerUrl: config.Directive;
  readonly domain: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class UpstashRedis extends Resource<'upstash-redis', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly host: config.Directive;
  readonly port: config.Directive;
  readonly password: config.Directive;
  readonly restToken: config.Directive;
  readonly readOnlyRestToken: config.Directive;
  readonly restUrl: config.Directive;
  readonly redisUrl: config.Directive;
}

/** A queue: messages wait until a consumer takes them. */
export declare class SqsQueue extends Resource<'sqs-queue', config.SqsQueueProps> {
  constructor(properties?: config.SqsQueueProps & Changes<'sqsQueue' | 'sqsQueuePolicy' | 'cloudwatchAlarm' | 'eventBusRule'>);
  constructor(name: string, properties?: config.SqsQueueProps & Changes<'sqsQueue' | 'sqsQueuePolicy' | 'cloudwatchAlarm' | 'eventBusRule'>);
  readonly arn: config.Directive;
  readonly url: config.Directive;
  readonly name: config.Directive;
}

/** A topic: every message goes to all subscribers. */
export declare class SnsTopic extends Resource<'sns-topic', config.SnsTopicProps> {
  constructor(properties?: config.SnsTopicProps & Changes<'snsTopic'>);
  constructor(name: string, properties?: config.SnsTopicProps & Changes<'snsTopic'>);
  readonly arn: config.Directive;
  readonly name: config.Directive;
}

/** A stream: records are kept in order and can be read by several consumers. */
export declare class KinesisStream extends Resource<'kinesis-stream', config.KinesisStreamProps> {
  constructor(properties?: config.KinesisStreamProps & Changes<'kinesisStream'>);
  constructor(name: string, properties?: config.KinesisStreamProps & Changes<'kinesisStream'>);
  readonly arn: config.Directive;
  readonly name: config.Directive;
}

/** A firewall for HTTP requests (AWS WAF). */
export declare class WebAppFirewall extends Resource<'web-app-firewall', config.WebAppFirewallProps> {
  constructor(properties: config.WebAppFirewallProps & Changes<'webAppFirewallCustomResource'>);
  constructor(name: string, properties: config.WebAppFirewallProps & Changes<'webAppFirewallCustomResource'>);
  readonly arn: config.Directive;
  readonly scope: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class OpenSearchDomain extends Resource<'open-search-domain', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly domainEndpoint: config.Directive;
  readonly arn: config.Directive;
}

/** Files that functions and containers share. */
export declare class EfsFilesystem extends Resource<'efs-filesystem', config.EfsFilesystemProps> {
  constructor(properties?: config.EfsFilesystemProps & Changes<'efsFilesystem' | 'efsMountTarget' | 'efsSecurityGroup'>);
  constructor(name: string, properties?: config.EfsFilesystemProps & Changes<'efsFilesystem' | 'efsMountTarget' | 'efsSecurityGroup'>);
  readonly id: config.Directive;
  readonly arn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class NextjsWeb extends Resource<'nextjs-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AstroWeb extends Resource<'astro-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class NuxtWeb extends Resource<'nuxt-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class SvelteKitWeb extends Resource<'sveltekit-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class SolidStartWeb extends Resource<'solidstart-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class TanStackWeb extends Resource<'tanstack-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class RemixWeb extends Resource<'remix-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly url: config.Directive;
  readonly cdnUrl: config.Directive;
  readonly cdnDomain: config.Directive;
  readonly cdnCanonicalDomain: config.Directive;
  readonly cdnCanonicalUrl: config.Directive;
  readonly cdnCustomDomains: config.Directive;
  readonly cdnCustomDomainUrls: config.Directive;
}

/** A jump host inside the VPC: for tunnels to databases and for scripts. It is reached through AWS Systems Manager; no port is open. */
export declare class Bastion extends Resource<'bastion', config.BastionProps> {
  constructor(properties?: config.BastionProps & Changes<'bastionCwAgentSsmAssociation' | 'bastionLogGroup' | 'bastionRole' | 'bastionSecurityGroup' | 'bastionSsmAgentSsmAssociation' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
  constructor(name: string, properties?: config.BastionProps & Changes<'bastionCwAgentSsmAssociation' | 'bastionLogGroup' | 'bastionRole' | 'bastionSecurityGroup' | 'bastionSsmAgentSsmAssociation' | 'logForwardingCwToFirehoseRole' | 'logForwardingFailedEventsBucket' | 'logForwardingFirehoseDeliveryStream' | 'logForwardingSubscriptionFilter'>);
}

/** Of a type that comes in a later version. */
export declare class AgentCoreRuntime extends Resource<'agentcore-runtime', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly id: config.Directive;
  readonly arn: config.Directive;
  readonly endpointName: config.Directive;
  readonly endpointArn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AgentCoreMemory extends Resource<'agentcore-memory', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly id: config.Directive;
  readonly arn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AgentCoreGateway extends Resource<'agentcore-gateway', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly id: config.Directive;
  readonly arn: config.Directive;
  readonly url: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AgentCoreBrowser extends Resource<'agentcore-browser', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly id: config.Directive;
  readonly arn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AgentCoreCodeInterpreter extends Resource<'agentcore-code-interpreter', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
  readonly id: config.Directive;
  readonly arn: config.Directive;
}

/** Of a type that comes in a later version. */
export declare class AwsCdkConstruct extends Resource<'aws-cdk-construct', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown> & Changes);
  constructor(name: string, properties?: Record<string, unknown> & Changes);
}

/**
 * The code behind resources of your own. CloudFormation calls it to create, update and delete each `custom-resource-instance`, and waits until it has
 * answered at the address in the event's `ResponseURL`.
 */
export declare class CustomResourceDefinition extends Resource<'custom-resource-definition', config.CustomResourceDefinitionProps> {
  constructor(properties: config.CustomResourceDefinitionProps & Changes<'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'workloadSecurityGroup'>);
  constructor(name: string, properties: config.CustomResourceDefinitionProps & Changes<'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'workloadSecurityGroup'>);
}

/** A resource of your own. What its code answers with is read with `$CfResourceParam`. */
export declare class CustomResourceInstance extends Resource<'custom-resource-instance', config.CustomResourceInstanceProps> {
  constructor(properties: config.CustomResourceInstanceProps & Changes<'customResource'>);
  constructor(name: string, properties: config.CustomResourceInstanceProps & Changes<'customResource'>);
}

/**
 * Code that runs inside a deployment, or before the stack is deleted. It runs after everything else of the stack is there; when it fails, the
 * deployment fails and is rolled back, or the stack is not deleted. It does not run in a rollback, nor when it is taken out of the config.
 */
export declare class DeploymentScript extends Resource<'deployment-script', config.DeploymentScriptProps> {
  constructor(properties: config.DeploymentScriptProps & Changes<'scriptCustomResource' | 'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'workloadSecurityGroup'>);
  constructor(name: string, properties: config.DeploymentScriptProps & Changes<'scriptCustomResource' | 'lambda' | 'lambdaLogGroup' | 'lambdaRole' | 'workloadSecurityGroup'>);
}

/** Of a type that comes in a later version. */
export declare class RdsEnginePostgres extends Part<'postgres', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineMariadb extends Part<'mariadb', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineMysql extends Part<'mysql', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineOracleEE extends Part<'oracle-ee', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineOracleSE2 extends Part<'oracle-se2', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineSqlServerEE extends Part<'sqlserver-ee', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineSqlServerEX extends Part<'sqlserver-ex', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineSqlServerSE extends Part<'sqlserver-se', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RdsEngineSqlServerWeb extends Part<'sqlserver-web', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraEnginePostgresql extends Part<'aurora-postgresql', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraEngineMysql extends Part<'aurora-mysql', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraServerlessEnginePostgresql extends Part<'aurora-postgresql-serverless', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraServerlessEngineMysql extends Part<'aurora-mysql-serverless', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraServerlessV2EnginePostgresql extends Part<'aurora-postgresql-serverless-v2', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class AuroraServerlessV2EngineMysql extends Part<'aurora-mysql-serverless-v2', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** An entry file, bundled with everything that it imports. */
export declare class StacktapeLambdaBuildpackPackaging extends Part<'stacktape-lambda-buildpack', config.LambdaBuildpack> {
  constructor(properties: config.LambdaBuildpack);
}

/** A folder, file or zip archive that you have built. */
export declare class CustomArtifactLambdaPackaging extends Part<'custom-artifact', config.CustomArtifact> {
  constructor(properties: config.CustomArtifact);
}

/** An image that exists in a registry. */
export declare class PrebuiltImagePackaging extends Part<'prebuilt-image', config.BatchImage & config.PrebuiltImage> {
  constructor(properties: config.BatchImage | config.PrebuiltImage);
}

/** A Dockerfile of your own. */
export declare class CustomDockerfilePackaging extends Part<'custom-dockerfile', config.BatchDockerfile & config.CustomDockerfile> {
  constructor(properties: config.BatchDockerfile | config.CustomDockerfile);
}

/** Sources, built by Cloud Native Buildpacks. */
export declare class ExternalBuildpackPackaging extends Part<'external-buildpack', config.ExternalBuildpack> {
  constructor(properties: config.ExternalBuildpack);
}

/** Sources, built by Nixpacks. */
export declare class NixpacksPackaging extends Part<'nixpacks', config.Nixpacks> {
  constructor(properties: config.Nixpacks);
}

/** An entry file, built with everything that it imports into an image. */
export declare class StacktapeImageBuildpackPackaging extends Part<'stacktape-image-buildpack', config.ImageBuildpackPackaging> {
  constructor(properties: config.ImageBuildpackPackaging);
}

/** A request to an HTTP API. */
export declare class HttpApiIntegration extends Part<'http-api-gateway', config.HttpApiEvent> {
  constructor(properties: config.HttpApiEvent);
}

/** Changes of objects in a bucket. */
export declare class S3Integration extends Part<'s3', config.S3Event> {
  constructor(properties: config.S3Event);
}

/** A point in time, or an interval. */
export declare class ScheduleIntegration extends Part<'schedule', config.ScheduleEvent> {
  constructor(properties: config.ScheduleEvent);
}

/** A message to an SNS topic. */
export declare class SnsIntegration extends Part<'sns', config.TopicEvent> {
  constructor(properties: config.TopicEvent);
}

/** Messages in an SQS queue. */
export declare class SqsIntegration extends Part<'sqs', config.QueueEvent> {
  constructor(properties: config.QueueEvent);
}

/** Records in a Kinesis stream. */
export declare class KinesisIntegration extends Part<'kinesis-stream', config.KinesisEvent> {
  constructor(properties: config.KinesisEvent);
}

/** Changes of items in a DynamoDB table. */
export declare class DynamoDbIntegration extends Part<'dynamo-db-stream', config.DynamoDbEvent> {
  constructor(properties: config.DynamoDbEvent);
}

/** Lines in a log group. */
export declare class CloudwatchLogIntegration extends Part<'cloudwatch-log', config.LogEvent> {
  constructor(properties: config.LogEvent);
}

/** A request to an application load balancer. */
export declare class ApplicationLoadBalancerIntegration extends Part<'application-load-balancer', config.LoadBalancerEvent> {
  constructor(properties: config.LoadBalancerEvent);
}

/** An event on an event bus. */
export declare class EventBusIntegration extends Part<'event-bus', config.EventBusEvent> {
  constructor(properties: config.EventBusEvent);
}

/** Messages in a Kafka topic. */
export declare class KafkaTopicIntegration extends Part<'kafka-topic', config.KafkaEvent> {
  constructor(properties: config.KafkaEvent);
}

/** An alarm that starts to fire. */
export declare class AlarmIntegration extends Part<'cloudwatch-alarm', config.AlarmEvent> {
  constructor(properties: config.AlarmEvent);
}

/** Of a type that comes in a later version. */
export declare class IotIntegration extends Part<'iot', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** A load balancer. */
export declare class CdnLoadBalancerRoute extends Part<'application-load-balancer', config.CdnLoadBalancerOrigin> {
  constructor(properties: config.CdnLoadBalancerOrigin);
}

/** An HTTP API. */
export declare class CdnHttpApiGatewayRoute extends Part<'http-api-gateway', config.CdnHttpApiOrigin> {
  constructor(properties: config.CdnHttpApiOrigin);
}

/** A function; it gets a URL. */
export declare class CdnLambdaFunctionRoute extends Part<'function', config.CdnFunctionOrigin> {
  constructor(properties: config.CdnFunctionOrigin);
}

/** A server elsewhere. */
export declare class CdnCustomDomainRoute extends Part<'custom-origin', config.CdnCustomOrigin> {
  constructor(properties: config.CdnCustomOrigin);
}

/** A bucket. */
export declare class CdnBucketRoute extends Part<'bucket', config.CdnBucketOrigin> {
  constructor(properties: config.CdnBucketOrigin);
}

/** A group of rules that AWS or a vendor of the AWS Marketplace maintains. */
export declare class ManagedRuleGroup extends Part<'managed-rule-group', config.ManagedRuleGroup> {
  constructor(properties: config.ManagedRuleGroup);
}

/** A group of rules of your own. */
export declare class CustomRuleGroup extends Part<'custom-rule-group', config.CustomRuleGroup> {
  constructor(properties: config.CustomRuleGroup);
}

/** A limit on the rate of requests. */
export declare class RateBasedRule extends Part<'rate-based-rule', config.RateBasedRule> {
  constructor(properties: config.RateBasedRule);
}

/** Events of an event bus that match a pattern. */
export declare class SqsQueueEventBusIntegration extends Part<'event-bus', config.QueueBusEvent> {
  constructor(properties: config.QueueBusEvent);
}

/** Requests to an HTTP API. */
export declare class MultiContainerWorkloadHttpApiIntegration extends Part<'http-api-gateway', config.ContainerHttpApiEvent> {
  constructor(properties: config.ContainerHttpApiEvent);
}

/** Requests to an application load balancer. */
export declare class MultiContainerWorkloadLoadBalancerIntegration extends Part<'application-load-balancer', config.ContainerLoadBalancerEvent> {
  constructor(properties: config.ContainerLoadBalancerEvent);
}

/** Connections to a network load balancer. */
export declare class MultiContainerWorkloadNetworkLoadBalancerIntegration extends Part<'network-load-balancer', config.ContainerNetworkLoadBalancerEvent> {
  constructor(properties: config.ContainerNetworkLoadBalancerEvent);
}

/** Other containers of the workload. */
export declare class MultiContainerWorkloadInternalIntegration extends Part<'workload-internal', config.InternalEvent> {
  constructor(properties: config.InternalEvent);
}

/** Other workloads of the stack, by name. */
export declare class MultiContainerWorkloadServiceConnectIntegration extends Part<'service-connect', config.ServiceConnectEvent> {
  constructor(properties: config.ServiceConnectEvent);
}

/** Runs on the machine that runs the command. */
export declare class LocalScript extends Part<'local-script', config.LocalScript> {
  constructor(properties: config.LocalScript);
}

/** Runs on the bastion instance of the stack. */
export declare class BastionScript extends Part<'bastion-script', config.BastionScript> {
  constructor(properties: config.BastionScript);
}

/** Runs on the machine that runs the command, with tunnels through the bastion to what `connectTo` names. */
export declare class LocalScriptWithBastionTunneling extends Part<'local-script-with-bastion-tunneling', config.ScriptWithTunnel> {
  constructor(properties: config.ScriptWithTunnel);
}

/** Any HTTPS endpoint that takes the requests of Firehose. */
export declare class HttpEndpointLogForwarding extends Part<'http-endpoint', config.HttpEndpoint> {
  constructor(properties: config.HttpEndpoint);
}

/** Highlight. */
export declare class HighlightLogForwarding extends Part<'highlight', config.Highlight> {
  constructor(properties: config.Highlight);
}

/** Datadog. */
export declare class DatadogLogForwarding extends Part<'datadog', config.Datadog> {
  constructor(properties: config.Datadog);
}

/** Deletes objects some time after their upload. */
export declare class ExpirationLifecycleRule extends Part<'expiration', config.Expiration> {
  constructor(properties: config.Expiration);
}

/** Deletes versions some time after a newer one replaced them. */
export declare class NonCurrentVersionExpirationLifecycleRule extends Part<'non-current-version-expiration', config.NonCurrentVersionExpiration> {
  constructor(properties: config.NonCurrentVersionExpiration);
}

/** An EFS file system of this config. */
export declare class ContainerEfsMount extends Part<'efs', config.EfsMount> {
  constructor(properties: config.EfsMount);
}

/** An EFS file system of this config. */
export declare class LambdaEfsMount extends Part<'efs', config.EfsMount> {
  constructor(properties: config.EfsMount);
}

/** A bucket through S3 Files. */
export declare class LambdaS3FilesMount extends Part<'s3files', config.S3FilesMount> {
  constructor(properties: config.S3FilesMount);
}

/** Users of a user pool, by their token. */
export declare class CognitoAuthorizer extends Part<'cognito', config.CognitoAuthorizer> {
  constructor(properties: config.CognitoAuthorizer);
}

/** Whoever a function lets in. */
export declare class LambdaAuthorizer extends Part<'lambda', config.LambdaAuthorizer> {
  constructor(properties: config.LambdaAuthorizer);
}

/** A metric of the load balancer. */
export declare class ApplicationLoadBalancerCustomTrigger extends Part<'application-load-balancer-custom', config.CustomTrigger> {
  constructor(properties: config.CustomTrigger);
}

/** Share of requests that targets answer with an error. */
export declare class ApplicationLoadBalancerErrorRateTrigger extends Part<'application-load-balancer-error-rate', config.ErrorRateTrigger> {
  constructor(properties: config.ErrorRateTrigger);
}

/** Share of targets that fail their health checks. */
export declare class ApplicationLoadBalancerUnhealthyTargetsTrigger extends Part<'application-load-balancer-unhealthy-targets', config.UnhealthyTargetsTrigger> {
  constructor(properties: config.UnhealthyTargetsTrigger);
}

/** Share of requests that are answered with a 4xx or 5xx status. */
export declare class HttpApiGatewayErrorRateTrigger extends Part<'http-api-gateway-error-rate', config.HttpApiErrorRate> {
  constructor(properties: config.HttpApiErrorRate);
}

/** Time between the arrival of a request and its response, the integration included. */
export declare class HttpApiGatewayLatencyTrigger extends Part<'http-api-gateway-latency', config.HttpApiLatency> {
  constructor(properties: config.HttpApiLatency);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseReadLatencyTrigger extends Part<'database-read-latency', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseWriteLatencyTrigger extends Part<'database-write-latency', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseCPUUtilizationTrigger extends Part<'database-cpu-utilization', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseFreeStorageTrigger extends Part<'database-free-storage', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseFreeMemoryTrigger extends Part<'database-free-memory', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** Of a type that comes in a later version. */
export declare class RelationalDatabaseConnectionCountTrigger extends Part<'database-connection-count', Record<string, unknown>> {
  constructor(properties?: Record<string, unknown>);
}

/** How many messages consumers take. */
export declare class SqsQueueReceivedMessagesCountTrigger extends Part<'sqs-queue-received-messages-count', config.QueueReceivedMessages> {
  constructor(properties: config.QueueReceivedMessages);
}

/** Any message in the queue; for dead-letter queues. */
export declare class SqsQueueNotEmptyTrigger extends Part<'sqs-queue-not-empty', undefined> {
  constructor();
}

/** Share of calls that fail. */
export declare class LambdaErrorRateTrigger extends Part<'lambda-error-rate', config.FunctionErrorRate> {
  constructor(properties: config.FunctionErrorRate);
}

/** How long calls take. */
export declare class LambdaDurationTrigger extends Part<'lambda-duration', config.FunctionDuration> {
  constructor(properties: config.FunctionDuration);
}

