// Generated from the compiler's property definitions. Do not edit.

/** A directive call such as `$Var('name')`. */
export type Directive = `$${string}`;

/** A value that must be known when the config is compiled, or a directive that gives it. */
export type Known<T> = T | Directive;

/** A value that may stay unknown until deploy. */
export type Deferrable<T> = T | Directive | Intrinsic;

/** What names a resource of the config. */
export interface ResourceReference {
  /** The name of the resource. */
  readonly resourceName: string;
}

/** Environment variables by name. What is `undefined` is left out. */
export type Environment = Record<string, Deferrable<string | number | boolean> | undefined>;

/** An intrinsic function of CloudFormation. */
export type Intrinsic = { 'Ref': unknown } | { 'Condition': unknown } | { 'Fn::And': unknown } | { 'Fn::Base64': unknown } | { 'Fn::Cidr': unknown } | { 'Fn::Equals': unknown } | { 'Fn::FindInMap': unknown } | { 'Fn::ForEach': unknown } | { 'Fn::GetAtt': unknown } | { 'Fn::GetAZs': unknown } | { 'Fn::GetStackOutput': unknown } | { 'Fn::If': unknown } | { 'Fn::ImportValue': unknown } | { 'Fn::Join': unknown } | { 'Fn::Length': unknown } | { 'Fn::Not': unknown } | { 'Fn::Or': unknown } | { 'Fn::Select': unknown } | { 'Fn::Split': unknown } | { 'Fn::Sub': unknown } | { 'Fn::ToJsonString': unknown } | { 'Fn::Transform': unknown };

/** A config. */
export interface StacktapeConfig {
  /** Outdated way to name the project. */
  serviceName?: string;
  /** Credentials of third-party providers. */
  providerConfig?: ProviderConfig;
  /** Values for `$Var`. */
  variables?: Record<string, unknown>;
  /** Scripts that run around commands. */
  hooks?: Hooks;
  /** Scripts by name. */
  scripts?: Record<string, Script>;
  /** Custom directives. */
  directives?: Array<DirectiveDefinition>;
  /** Settings of deployments. */
  deploymentConfig?: DeploymentConfig;
  /** Settings of the stack. */
  stackConfig?: StackConfig;
  /** Raw CloudFormation resources by logical id. */
  cloudformationResources?: Record<string, unknown>;
  /** The resources of the stack, by name. A name has letters and digits only. */
  resources: Record<string, StacktapeResource>;
}

/** Changes of the CloudFormation resources that are made: by logical id, then by property path. */
export type Overrides = Record<string, Record<string, unknown>>;

/** An HTTP load balancer. */
export interface ApplicationLoadBalancerResource {
  type: 'application-load-balancer';
  properties?: ApplicationLoadBalancerProps;
  overrides?: Overrides;
}

/** A jump host inside the VPC: for tunnels to databases and for scripts. It is reached through AWS Systems Manager; no port is open. */
export interface BastionResource {
  type: 'bastion';
  properties?: BastionProps;
  overrides?: Overrides;
}

/**
 * A container that runs to its end, started by events or by other resources. Instances are there only while jobs run.
 *
 * The container finds the event as JSON text in `STP_TRIGGER_EVENT_DATA`, and the number of its attempt in `STP_CURRENT_ATTEMPT`.
 */
export interface BatchJobResource {
  type: 'batch-job';
  properties: BatchJobProps;
  overrides?: Overrides;
}

/** A place for files. */
export interface BucketResource {
  type: 'bucket';
  properties?: BucketProps;
  overrides?: Overrides;
}

/**
 * The code behind resources of your own. CloudFormation calls it to create, update and delete each `custom-resource-instance`, and waits until it has
 * answered at the address in the event's `ResponseURL`.
 */
export interface CustomResourceDefinitionResource {
  type: 'custom-resource-definition';
  properties: CustomResourceDefinitionProps;
  overrides?: Overrides;
}

/** A resource of your own. What its code answers with is read with `$CfResourceParam`. */
export interface CustomResourceInstanceResource {
  type: 'custom-resource-instance';
  properties: CustomResourceInstanceProps;
  overrides?: Overrides;
}

/**
 * Code that runs inside a deployment, or before the stack is deleted. It runs after everything else of the stack is there; when it fails, the
 * deployment fails and is rolled back, or the stack is not deleted. It does not run in a rollback, nor when it is taken out of the config.
 */
export interface DeploymentScriptResource {
  type: 'deployment-script';
  properties: DeploymentScriptProps;
  overrides?: Overrides;
}

/** A DynamoDB table. AWS encrypts it at rest. */
export interface DynamoDbTableResource {
  type: 'dynamo-db-table';
  properties: DynamoDbTableProps;
  overrides?: Overrides;
}

/**
 * A function that runs at the edge locations of CloudFront (Lambda@Edge). It has no environment variables and no way into the VPC. Deleting the stack
 * leaves it in the account, because CloudFront keeps copies of it for hours; delete it by hand afterwards.
 */
export interface EdgeLambdaFunctionResource {
  type: 'edge-lambda-function';
  properties: EdgeLambdaFunctionProps;
  overrides?: Overrides;
}

/** Files that functions and containers share. */
export interface EfsFilesystemResource {
  type: 'efs-filesystem';
  properties?: EfsFilesystemProps;
  overrides?: Overrides;
}

/** An event bus: rules pick events by their content and hand them on. */
export interface EventBusResource {
  type: 'event-bus';
  properties?: EventBusProps;
  overrides?: Overrides;
}

/** A function that runs when something calls it. */
export interface FunctionResource {
  type: 'function';
  properties: FunctionProps;
  overrides?: Overrides;
}

/** An HTTP API: routes requests to functions and containers. */
export interface HttpApiGatewayResource {
  type: 'http-api-gateway';
  properties?: HttpApiGatewayProps;
  overrides?: Overrides;
}

/** A stream: records are kept in order and can be read by several consumers. */
export interface KinesisStreamResource {
  type: 'kinesis-stream';
  properties?: KinesisStreamProps;
  overrides?: Overrides;
}

/** Containers that run together: they share network and life, and are scaled as one. */
export interface MultiContainerWorkloadResource {
  type: 'multi-container-workload';
  properties: ContainerWorkloadProps;
  overrides?: Overrides;
}

/** A TCP and TLS load balancer. */
export interface NetworkLoadBalancerResource {
  type: 'network-load-balancer';
  properties: NetworkLoadBalancerProps;
  overrides?: Overrides;
}

/** A container that the other containers of the stack reach by name, and nothing outside. */
export interface PrivateServiceResource {
  type: 'private-service';
  properties: PrivateServiceProps;
  overrides?: Overrides;
}

/** A topic: every message goes to all subscribers. */
export interface SnsTopicResource {
  type: 'sns-topic';
  properties?: SnsTopicProps;
  overrides?: Overrides;
}

/** A queue: messages wait until a consumer takes them. */
export interface SqsQueueResource {
  type: 'sqs-queue';
  properties?: SqsQueueProps;
  overrides?: Overrides;
}

/** A Step Functions state machine. */
export interface StateMachineResource {
  type: 'state-machine';
  properties: StateMachineProps;
  overrides?: Overrides;
}

/** Accounts of users, who sign up and sign in (Amazon Cognito). */
export interface UserAuthPoolResource {
  type: 'user-auth-pool';
  properties?: UserAuthPoolProps;
  overrides?: Overrides;
}

/** A firewall for HTTP requests (AWS WAF). */
export interface WebAppFirewallResource {
  type: 'web-app-firewall';
  properties: WebAppFirewallProps;
  overrides?: Overrides;
}

/**
 * A container that the internet reaches: by HTTPS through an HTTP API or an application load balancer, or by TCP and TLS through a network load
 * balancer.
 */
export interface WebServiceResource {
  type: 'web-service';
  properties: WebServiceProps;
  overrides?: Overrides;
}

/** A container that runs without traffic from outside: it takes work from queues and tables. */
export interface WorkerServiceResource {
  type: 'worker-service';
  properties: WorkerServiceProps;
  overrides?: Overrides;
}

/** A resource of any type. */
export type StacktapeResource =
  | ApplicationLoadBalancerResource
  | BastionResource
  | BatchJobResource
  | BucketResource
  | CustomResourceDefinitionResource
  | CustomResourceInstanceResource
  | DeploymentScriptResource
  | DynamoDbTableResource
  | EdgeLambdaFunctionResource
  | EfsFilesystemResource
  | EventBusResource
  | FunctionResource
  | HttpApiGatewayResource
  | KinesisStreamResource
  | MultiContainerWorkloadResource
  | NetworkLoadBalancerResource
  | PrivateServiceResource
  | SnsTopicResource
  | SqsQueueResource
  | StateMachineResource
  | UserAuthPoolResource
  | WebAppFirewallResource
  | WebServiceResource
  | WorkerServiceResource;

/** Deletes the parts of uploads that were never completed. */
export interface AbortIncompleteMultipartUpload {
  /** How long an upload may take. 1 to 2147483647 days. */
  daysAfterInitiation: Deferrable<number>;
  /** How the keys of the objects start; all objects when not given. */
  prefix?: string;
  /** Accepted for compatibility: an upload has no tags before it is complete, so S3 refuses them here. */
  tags?: Array<KeyValue>;
}

/**
 * Form of a line of the access log.
 *
 * - `CLF`: Common log format, as of web servers.
 * - `JSON`: A JSON object.
 * - `XML`: An XML element.
 * - `CSV`: Values with commas in between.
 */
export type AccessLogFormat = 'CLF' | 'JSON' | 'XML' | 'CSV';

/** The access log: one line for each request. */
export interface AccessLogs {
  /** Whether requests are not logged. Default: `false`. */
  disabled?: Known<boolean>;
  /** Form of a line. Default: `JSON`. */
  format?: AccessLogFormat;
  /** How long lines are kept, in days: one of the periods that CloudWatch knows. Default: `30`. */
  retentionDays?: Known<1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922 | 3288 | 3653>;
  /** A log service that gets every line. */
  logForwarding?: LogForwarding;
}

/** How long a condition must last until the alarm fires. */
export interface AlarmEvaluation {
  /** Length of one period; a multiple of 60. 60 to 86400 seconds. Default: `60`. */
  period?: Deferrable<number>;
  /** Number of the latest periods that are looked at. 1 to 1440. Default: `1`. */
  evaluationPeriods?: Deferrable<number>;
  /** Number of these periods that must be over the threshold; all of them when not given. 1 to 1440. */
  breachedPeriods?: Deferrable<number>;
}

/** An alarm that starts to fire. */
export interface AlarmEvent {
  /** Alarm of this config, as `resource.alarms.0`. */
  alarmName: string;
}

/**
 * Protocol of a port.
 *
 * - `grpc`: gRPC.
 * - `http`: HTTP 1.1.
 * - `http2`: HTTP 2.
 */
export type AppProtocol = 'grpc' | 'http' | 'http2';

/** An HTTP load balancer. */
export interface ApplicationLoadBalancerProps {
  /** Who can reach it. Default: `internet`. */
  interface?: Interface;
  /** Domains, with their certificates and DNS records. */
  customDomains?: Array<CustomDomain | string>;
  /** Listeners of its own, instead of the default ones. 1 to 50 items. */
  listeners?: Array<HttpListener>;
  /** A CDN in front of it. */
  cdn?: LoadBalancerCdnConfig;
  /** Alarms on errors, targets and metrics. */
  alarms?: Array<LoadBalancerTriggerAlarm>;
  /** Names of organisation-wide alarms that it does not get. Kept for compatibility; there are no such alarms here. */
  disabledGlobalAlarms?: Array<string>;
  /** Firewall (`web-app-firewall` of scope `regional`) in front of it. */
  useFirewall?: string;
}

/**
 * Processor architecture.
 *
 * - `x86_64`: Intel and AMD, 64 bits.
 * - `arm64`: AWS Graviton.
 */
export type Architecture = 'x86_64' | 'arm64';

/** An attribute of an account. */
export interface AttributeSchema {
  /** Name. One that is no standard attribute of OpenID Connect gets the prefix `custom:`. 1 to 20 characters. */
  name: string;
  /** Type of the value. */
  attributeDataType?: UserAttributeType;
  /** Whether only calls with the rights of an administrator may change it. AWS advises against it. Default: `false`. */
  developerOnlyAttribute?: Known<boolean>;
  /** Whether the value can be changed. One that identity providers fill must be. */
  mutable?: Deferrable<boolean>;
  /** Whether an account cannot be made without it; for standard attributes only. Default: `false`. */
  required?: Known<boolean>;
  /** Greatest number. */
  numberMaxValue?: Deferrable<number>;
  /** Least number. */
  numberMinValue?: Deferrable<number>;
  /** Most characters. 0 to 2048. */
  stringMaxLength?: Deferrable<number>;
  /** Fewest characters. 0 to 2048. */
  stringMinLength?: Deferrable<number>;
}

/**
 * Type of an attribute.
 *
 * - `binary`: Bytes.
 * - `number`: A number.
 * - `string`: Text.
 */
export type AttributeType = 'binary' | 'number' | 'string';

/**
 * Who may call the address.
 *
 * - `NONE`: Everybody.
 * - `AWS_IAM`: Callers that sign with AWS credentials and have the right to.
 */
export type AuthMode = 'NONE' | 'AWS_IAM';

/**
 * Who may call a route.
 *
 * - `cognito`: Users of a user pool, by their token.
 * - `lambda`: Whoever a function lets in.
 */
export type Authorizer =
  | { type: 'cognito'; properties: CognitoAuthorizer }
  | { type: 'lambda'; properties: LambdaAuthorizer };

/** A log of a bastion. */
export interface BastionLog {
  /** Whether the log stays on the instance. Default: `false`. */
  disabled?: Known<boolean>;
  /** How long the log is kept, in days: one of the periods that CloudWatch knows. */
  retentionDays?: Known<1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922 | 3288 | 3653>;
  /** A log service that gets every line. */
  logForwarding?: LogForwarding;
}

/** Logs of a bastion. */
export interface BastionLogging {
  /** What the system reports (`/var/log/messages`); kept for 30 days when nothing is said. */
  messages?: BastionLog;
  /** Who signs in and who gets more rights (`/var/log/secure`); kept for 180 days when nothing is said. */
  secure?: BastionLog;
  /** What the audit system records (`/var/log/audit/audit.log`); kept for 365 days when nothing is said. */
  audit?: BastionLog;
}

/** A jump host inside the VPC: for tunnels to databases and for scripts. It is reached through AWS Systems Manager; no port is open. */
export interface BastionProps {
  /** EC2 instance type. Default: `t3.micro`. */
  instanceSize?: string;
  /** Shell commands that run as root when an instance starts. A change replaces the instance. */
  runCommandsAtLaunch?: Array<Deferrable<string>>;
  /** Logs of the instance. */
  logging?: BastionLogging;
}

/** A script on the bastion instance. Exactly one of the `execute…` properties is given. */
export interface BastionScript {
  /** Bastion to run on; the only one when not given. */
  bastionResource?: string;
  /** A shell command. */
  executeCommand?: string;
  /** Shell commands, run one after the other. */
  executeCommands?: Array<string>;
  /** Working directory on the instance. Default: `/`. */
  cwd?: string;
  /** Resources whose variables the script gets. */
  connectTo?: Array<string | ResourceReference>;
  /** Environment variables. */
  environment?: Array<ScriptVariable> | Environment;
  /** Resource whose role the script assumes. */
  assumeRoleOfResource?: string;
}

/** The container of a job. */
export interface BatchContainer {
  /** Where the image comes from. */
  packaging: BatchPackaging;
  /** Environment variables. */
  environment?: Array<EnvironmentVariable> | Environment;
}

/** A Dockerfile of your own, for a batch job. */
export interface BatchDockerfile {
  /** Folder that is sent to the build, relative to the config. */
  buildContextPath: string;
  /** Path of the Dockerfile, relative to `buildContextPath`. Default: `Dockerfile`. */
  dockerfilePath?: string;
  /** Build arguments. */
  buildArgs?: Array<DockerBuildArgument>;
  /** Command that replaces the image's own. */
  command?: Array<Deferrable<string>>;
}

/**
 * What starts the job.
 *
 * - `http-api-gateway`: A request to an HTTP API. The answer (status 202) names the job.
 * - `application-load-balancer`: A request to an application load balancer. The answer (status 202) names the job.
 * - `schedule`: A point in time, or an interval.
 * - `event-bus`: An event on an event bus.
 * - `sns`: A message to an SNS topic.
 * - `sqs`: Messages in an SQS queue: one job for each batch.
 * - `dynamo-db-stream`: Changes of items in a DynamoDB table: one job for each batch.
 * - `kinesis-stream`: Records in a Kinesis stream: one job for each batch.
 * - `s3`: Changes of objects in a bucket.
 * - `cloudwatch-log`: Lines in a log group.
 */
export type BatchEvent =
  | { type: 'http-api-gateway'; properties: HttpApiEvent }
  | { type: 'application-load-balancer'; properties: LoadBalancerEvent }
  | { type: 'schedule'; properties: ScheduleEvent }
  | { type: 'event-bus'; properties: EventBusEvent }
  | { type: 'sns'; properties: TopicEvent }
  | { type: 'sqs'; properties: QueueEvent }
  | { type: 'dynamo-db-stream'; properties: DynamoDbEvent }
  | { type: 'kinesis-stream'; properties: KinesisEvent }
  | { type: 's3'; properties: S3Event }
  | { type: 'cloudwatch-log'; properties: LogEvent };

/** An image that exists in a registry, for a batch job. */
export interface BatchImage {
  /** Image such as `python:3.13`. */
  image: Deferrable<string>;
  /** Command that replaces the image's own. */
  command?: Array<Deferrable<string>>;
}

/**
 * A container that runs to its end, started by events or by other resources. Instances are there only while jobs run.
 *
 * The container finds the event as JSON text in `STP_TRIGGER_EVENT_DATA`, and the number of its attempt in `STP_CURRENT_ATTEMPT`.
 */
export interface BatchJobProps {
  /** The container. */
  container: BatchContainer;
  /** What one run needs. */
  resources: BatchResources;
  /** How long one attempt may take before it is ended; without end when not given. AWS Batch wants 60 at least. At least 1 seconds. */
  timeout?: Known<number>;
  /** Whether the job runs on spare instances: much cheaper, and ended whenever AWS needs them back. Then the next attempt starts. Default: `false`. */
  useSpotInstances?: Known<boolean>;
  /** Logs of the container. */
  logging?: Logging;
  /** What happens after a run that failed. */
  retryConfig?: RetryConfig;
  /** What starts the job. */
  events?: Array<BatchEvent>;
  /** Resources that the job uses: it gets the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the job. */
  iamRoleStatements?: Array<IamStatement>;
}

/**
 * Where the image of a batch job comes from.
 *
 * - `stacktape-image-buildpack`: An entry file, built with everything that it imports into an image.
 * - `external-buildpack`: Sources, built by Cloud Native Buildpacks.
 * - `nixpacks`: Sources, built by Nixpacks.
 * - `custom-dockerfile`: A Dockerfile of your own.
 * - `prebuilt-image`: An image that exists in a registry.
 */
export type BatchPackaging =
  | { type: 'stacktape-image-buildpack'; properties: ImageBuildpackPackaging }
  | { type: 'external-buildpack'; properties: ExternalBuildpack }
  | { type: 'nixpacks'; properties: Nixpacks }
  | { type: 'custom-dockerfile'; properties: BatchDockerfile }
  | { type: 'prebuilt-image'; properties: BatchImage };

/** What one run of a job needs. */
export interface BatchResources {
  /** Number of virtual processors. At least 1 vCPU. */
  cpu: Deferrable<number>;
  /**
   * Memory; a run that uses more is ended. The system of an instance keeps some for itself, so a value a little below a power of 2 uses an
   * instance best. At least 4 MB. Default: `1024`.
   */
  memory?: Deferrable<number>;
  /** Number of NVIDIA GPUs. */
  gpu?: Known<number>;
}

/**
 * Who may read and write.
 *
 * - `private`: Only the account, by IAM rights.
 * - `public-read`: Everybody lists and reads.
 * - `public-read-write`: Everybody lists, reads, writes and deletes.
 */
export type BucketAccessMode = 'private' | 'public-read' | 'public-read-write';

/** Who may use the bucket. */
export interface BucketAccessibility {
  /** Who may read and write. Default: `private`. */
  accessibilityMode?: BucketAccessMode;
  /** Further statements of the bucket policy. */
  accessPolicyStatements?: Array<BucketPolicyStatement>;
}

/** A CDN in front of a bucket. */
export interface BucketCdnConfig {
  /** Whether the bucket holds a single-page app: then every path without file extension delivers `/index.html`. Default: `false`. */
  rewriteRoutesForSinglePageApp?: Known<boolean>;
  /** Whether a path without file extension is left as it is. Else the page `/about/index.html` is delivered for `/about`. Default: `false`. */
  disableUrlNormalization?: Known<boolean>;
  /** Whether there is a CDN. */
  enabled: Known<boolean>;
  /** What is cached, and for how long. */
  cachingOptions?: CdnCachingOptions;
  /** What is forwarded to the origin. */
  forwardingOptions?: CdnForwardingOptions;
  /** Paths that go elsewhere, or to the same origin with other options. The first that fits a request counts. */
  routeRewrites?: Array<CdnRouteRewrite>;
  /** Domains that lead to the CDN. Each needs a certificate in us-east-1. */
  customDomains?: Array<CustomDomain>;
  /** Functions that run at the edge locations. */
  edgeFunctions?: EdgeFunctions;
  /** Which edge locations are used: fewer cost less. Default: `PriceClass_All`. */
  cloudfrontPriceClass?: PriceClass;
  /** Put before the path when a request goes to the origin. */
  defaultRoutePrefix?: string;
  /** Page for what is not found. From a bucket `/404.html` when not given. */
  errorDocument?: Deferrable<string>;
  /** Page of the path `/`. From a bucket `/index.html` when not given. */
  indexDocument?: Deferrable<string>;
  /** Whether the cache stays as it is when a deploy is done. Else it is emptied. Default: `false`. */
  disableInvalidationAfterDeploy?: Known<boolean>;
  /** Name of a `web-app-firewall` of scope `cdn`. */
  useFirewall?: string;
}

/** Which web pages may use the bucket. */
export interface BucketCors {
  /** Whether cross-origin requests are answered. */
  enabled: Known<boolean>;
  /** Rules, of which the first that fits a request counts. When not given: every origin, every method and the usual headers. */
  corsRules?: Array<BucketCorsRule>;
}

/**
 * An HTTP method in a cross-origin rule.
 *
 * - `*`: Every method that S3 knows.
 * - `DELETE`: Delete an object.
 * - `GET`: Read an object.
 * - `HEAD`: Read an object's headers.
 * - `PATCH`: Accepted for compatibility; S3 has no such request.
 * - `POST`: Upload with a form.
 * - `PUT`: Write an object.
 */
export type BucketCorsMethod = '*' | 'DELETE' | 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT';

/** Which requests of a web page are answered. */
export interface BucketCorsRule {
  /** Origins that may call, such as `https://example.com`, with at most one `*` each. Default: `*`. */
  allowedOrigins?: Array<Deferrable<string>>;
  /** Request headers that may be sent. */
  allowedHeaders?: Array<Deferrable<string>>;
  /** Methods that may be used; all that S3 knows when not given. */
  allowedMethods?: Array<BucketCorsMethod>;
  /** Response headers that a page may read. */
  exposedResponseHeaders?: Array<Deferrable<string>>;
  /** How long a browser may keep the answer. 0 to 2147483647 seconds. */
  maxAge?: Deferrable<number>;
}

/** A statement of the bucket policy. */
export interface BucketPolicyStatement {
  /** Whom it is about: `*`, or a mapping such as `AWS: <ARN>` or `Service: <name>`. */
  Principal: unknown;
  /** Name of the statement. */
  Sid?: Deferrable<string>;
  /** `Allow` or `Deny`. Default: `Allow`. */
  Effect?: Deferrable<string>;
  /** Actions such as `s3:GetObject`; every action when not given. */
  Action?: Array<Deferrable<string>>;
  /** When the statement applies. */
  Condition?: unknown;
  /** ARNs, with `*` and `?` as wildcards. */
  Resource: Array<Deferrable<string>>;
}

/** A place for files. */
export interface BucketProps {
  /** Folder that is uploaded after each deploy. Files that are not in the folder are deleted from the bucket. Turns versioning on. */
  directoryUpload?: DirectoryUpload;
  /** Who may use the bucket; only the account when not given. */
  accessibility?: BucketAccessibility;
  /** Which web pages may use the bucket. */
  cors?: BucketCors;
  /** Whether old versions of objects are kept. Default: `false`. */
  versioning?: Known<boolean>;
  /** Whether the template says that objects are encrypted with a key of S3 (AES-256). S3 encrypts new objects this way in any case. Default: `false`. */
  encryption?: Known<boolean>;
  /** When objects expire or move to a cheaper storage class. */
  lifecycleRules?: Array<LifecycleRule>;
  /** A CDN in front of the bucket. */
  cdn?: BucketCdnConfig;
  /** Whether every change of an object is sent to the default event bus of the account. Default: `false`. */
  enableEventBusNotifications?: Known<boolean>;
}

/**
 * Who sets the number of shards.
 *
 * - `ON_DEMAND`: AWS, by load.
 * - `PROVISIONED`: The config.
 */
export type CapacityMode = 'ON_DEMAND' | 'PROVISIONED';

/** Lets a capacity follow the load. */
export interface CapacityScaling {
  /** Lowest capacity. 1 to 1000000 units. */
  minUnits: Deferrable<number>;
  /** Highest capacity. 1 to 1000000 units. */
  maxUnits: Deferrable<number>;
  /** Share of the capacity that may be used before more is added. 20 to 90 percent. */
  keepUtilizationUnder: Deferrable<number>;
}

/** A bucket behind a CDN. */
export interface CdnBucketOrigin {
  /** Name of the bucket. */
  bucketName: string;
  /** Whether a path without file extension is left as it is. Else the page `/about/index.html` is delivered for `/about`. Default: `false`. */
  disableUrlNormalization?: Known<boolean>;
}

/** Which parts of a request tell cached responses apart. */
export interface CdnCacheKey {
  /** Cookies; none by default. */
  cookies?: CdnCacheKeyCookies;
  /** Request headers; none from a bucket, else `Authorization`. */
  headers?: CdnCacheKeyHeaders;
  /** Parts of the query string; nothing from a bucket, else everything. */
  queryString?: CdnCacheKeyQuery;
}

/** Cookies that tell cached responses apart. Give exactly one. */
export interface CdnCacheKeyCookies {
  /** No cookie. */
  none?: Known<boolean>;
  /** The named cookies. */
  whitelist?: Array<string>;
  /** All cookies but the named ones. */
  allExcept?: Array<string>;
  /** All cookies. */
  all?: Known<boolean>;
}

/** Request headers that tell cached responses apart. Give exactly one. */
export interface CdnCacheKeyHeaders {
  /** No header. */
  none?: Known<boolean>;
  /** The named headers. */
  whitelist?: Array<string>;
}

/** Parts of the query string that tell cached responses apart. Give exactly one. */
export interface CdnCacheKeyQuery {
  /** Nothing. */
  none?: Known<boolean>;
  /** The named parameters. */
  whitelist?: Array<string>;
  /** Everything. */
  all?: Known<boolean>;
}

/**
 * A method whose responses can be cached.
 *
 * - `GET`: Read.
 * - `HEAD`: Read the headers.
 * - `OPTIONS`: Ask what is possible, for cross-origin requests.
 */
export type CdnCachedMethod = 'GET' | 'HEAD' | 'OPTIONS';

/** What is cached, and for how long. */
export interface CdnCachingOptions {
  /** Methods whose responses are cached: `GET` and `HEAD`, or those and `OPTIONS`. */
  cacheMethods?: Array<CdnCachedMethod>;
  /** Least time that a response is cached, whatever its headers say. In seconds. Default: `0`. */
  minTTL?: Known<number>;
  /** Longest time that a response is cached, whatever its headers say. 0 turns caching off. In seconds. Default: `31536000`. */
  maxTTL?: Known<number>;
  /** How long a response is cached whose headers do not say it: half a year from a bucket, else not at all. In seconds. */
  defaultTTL?: Known<number>;
  /** Whether responses are delivered as the origin sends them, without compression. Default: `false`. */
  disableCompression?: Known<boolean>;
  /** Which parts of a request tell cached responses apart. */
  cacheKeyParameters?: CdnCacheKey;
  /** Id of a cache policy; the other options except `cacheMethods` and `disableCompression` do not count then. */
  cachePolicyId?: Deferrable<string>;
}

/** A CDN. */
export interface CdnConfig {
  /** Whether there is a CDN. */
  enabled: Known<boolean>;
  /** What is cached, and for how long. */
  cachingOptions?: CdnCachingOptions;
  /** What is forwarded to the origin. */
  forwardingOptions?: CdnForwardingOptions;
  /** Paths that go elsewhere, or to the same origin with other options. The first that fits a request counts. */
  routeRewrites?: Array<CdnRouteRewrite>;
  /** Domains that lead to the CDN. Each needs a certificate in us-east-1. */
  customDomains?: Array<CustomDomain>;
  /** Functions that run at the edge locations. */
  edgeFunctions?: EdgeFunctions;
  /** Which edge locations are used: fewer cost less. Default: `PriceClass_All`. */
  cloudfrontPriceClass?: PriceClass;
  /** Put before the path when a request goes to the origin. */
  defaultRoutePrefix?: string;
  /** Page for what is not found. From a bucket `/404.html` when not given. */
  errorDocument?: Deferrable<string>;
  /** Page of the path `/`. From a bucket `/index.html` when not given. */
  indexDocument?: Deferrable<string>;
  /** Whether the cache stays as it is when a deploy is done. Else it is emptied. Default: `false`. */
  disableInvalidationAfterDeploy?: Known<boolean>;
  /** Name of a `web-app-firewall` of scope `cdn`. */
  useFirewall?: string;
}

/** A server elsewhere. */
export interface CdnCustomOrigin {
  /** Host name, without protocol and path. */
  domainName: Deferrable<string>;
  /** How the CDN talks to it. Default: `HTTPS`. */
  protocol?: CdnOriginProtocol;
  /** Port; 443 or 80 when not given. 1 to 65535. */
  port?: Known<number>;
}

/** Cookies that are forwarded to the origin. Give exactly one. */
export interface CdnForwardedCookies {
  /** No cookie. */
  none?: Known<boolean>;
  /** The named cookies. */
  whitelist?: Array<string>;
  /** All cookies. */
  all?: Known<boolean>;
}

/** Request headers that are forwarded to the origin. Give exactly one. */
export interface CdnForwardedHeaders {
  /** No header. */
  none?: Known<boolean>;
  /** The named headers. */
  whitelist?: Array<string>;
  /** All headers of the request. */
  allViewer?: Known<boolean>;
  /** All headers of the request, and the named ones that CloudFront adds, such as `CloudFront-Viewer-Country`. */
  allViewerAndWhitelistCloudFront?: Array<string>;
  /** All headers of the request but the named ones. */
  allExcept?: Array<string>;
}

/** Parts of the query string that are forwarded to the origin. Give exactly one. */
export interface CdnForwardedQuery {
  /** Nothing. */
  none?: Known<boolean>;
  /** The named parameters. */
  whitelist?: Array<string>;
  /** Everything. */
  all?: Known<boolean>;
}

/** What is forwarded to the origin beside what tells cached responses apart. */
export interface CdnForwardingOptions {
  /** Headers that the CDN adds to each request. */
  customRequestHeaders?: Array<CdnRequestHeader>;
  /** Methods that are accepted: `GET` and `HEAD`, those and `OPTIONS`, or all seven. */
  allowedMethods?: Array<CdnMethod>;
  /** Cookies; none to a bucket, else all. */
  cookies?: CdnForwardedCookies;
  /** Request headers; those about conditional requests to a bucket, else all but `host`. */
  headers?: CdnForwardedHeaders;
  /** Parts of the query string; nothing to a bucket, else everything. */
  queryString?: CdnForwardedQuery;
  /** Id of an origin request policy; cookies, headers and query string do not count then. */
  originRequestPolicyId?: Deferrable<string>;
}

/** A function behind a CDN. */
export interface CdnFunctionOrigin {
  /** Name of the function. */
  functionName: string;
}

/** An HTTP API behind a CDN. */
export interface CdnHttpApiOrigin {
  /** Name of the HTTP API. */
  httpApiGatewayName: string;
}

/** A load balancer behind a CDN. */
export interface CdnLoadBalancerOrigin {
  /** Name of the load balancer. */
  loadBalancerName: string;
  /** Port of the listener; needed when the load balancer declares its listeners. */
  listenerPort?: Known<number>;
  /** Host name that the listener's certificate covers; the first domain of the load balancer when not given. */
  originDomainName?: Deferrable<string>;
}

/**
 * A method that a CDN accepts.
 *
 * - `GET`: Read.
 * - `HEAD`: Read the headers.
 * - `OPTIONS`: Ask what is possible, for cross-origin requests.
 * - `PUT`: Write.
 * - `PATCH`: Change.
 * - `POST`: Send.
 * - `DELETE`: Delete.
 */
export type CdnMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/**
 * A protocol.
 *
 * - `HTTP`: Without encryption.
 * - `HTTPS`: With TLS 1.2.
 */
export type CdnOriginProtocol = 'HTTP' | 'HTTPS';

/** A header that the CDN adds to each request. */
export interface CdnRequestHeader {
  /** Name. */
  headerName: string;
  /** Value. */
  value: Deferrable<string>;
}

/**
 * Where requests go.
 *
 * - `application-load-balancer`: A load balancer.
 * - `http-api-gateway`: An HTTP API.
 * - `function`: A function; it gets a URL.
 * - `custom-origin`: A server elsewhere.
 * - `bucket`: A bucket.
 */
export type CdnRoute =
  | { type: 'application-load-balancer'; properties: CdnLoadBalancerOrigin }
  | { type: 'http-api-gateway'; properties: CdnHttpApiOrigin }
  | { type: 'function'; properties: CdnFunctionOrigin }
  | { type: 'custom-origin'; properties: CdnCustomOrigin }
  | { type: 'bucket'; properties: CdnBucketOrigin };

/** A path that goes elsewhere, or to the same origin with other options. */
export interface CdnRouteRewrite {
  /** Path of the requests, such as `/api/*`; `*` stands for any characters, `?` for one. */
  path: string;
  /** Put before the path when the request goes to the origin. */
  routePrefix?: string;
  /** Where requests go; to the origin of the CDN when not given. */
  routeTo?: CdnRoute;
  /** What is cached, and for how long. */
  cachingOptions?: CdnCachingOptions;
  /** What is forwarded to the origin. */
  forwardingOptions?: CdnForwardingOptions;
  /** Functions that run at the edge locations. */
  edgeFunctions?: EdgeFunctions;
}

/** A channel that has an address to post to. */
export interface ChatWebhook {
  /** The address that the channel was given. Whoever knows it can post. */
  webhookUrl: Deferrable<string>;
}

/** Moves objects to another storage class some time after their upload. */
export interface ClassTransition {
  /** When an object moves; at least 30 days for the classes of infrequent access. 0 to 2147483647 days. */
  daysAfterUpload: Deferrable<number>;
  /** Where it moves to. */
  storageClass: StorageClass;
  /** How the keys of the objects start; all objects when not given. */
  prefix?: string;
  /** Tags that the objects have, all of them. */
  tags?: Array<KeyValue>;
}

/** Users of a user pool, by their token. */
export interface CognitoAuthorizer {
  /** Name of the `user-auth-pool` resource. */
  userPoolName: string;
  /** Where the token stands in a request. Default: `$request.header.Authorization`. */
  identitySources?: Array<string>;
}

/**
 * How a value compares to the threshold when the alarm fires.
 *
 * - `GreaterThanOrEqualToThreshold`: At or above it.
 * - `GreaterThanThreshold`: Above it.
 * - `LessThanOrEqualToThreshold`: At or below it.
 * - `LessThanThreshold`: Below it.
 */
export type Comparison = 'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanOrEqualToThreshold' | 'LessThanThreshold';

/** One container. */
export interface Container {
  /** Name: letters, digits, `-` and `_`; unique in the workload. 1 to 255 characters. */
  name: string;
  /** Where the image comes from. */
  packaging: ContainerPackaging;
  /** Whether the whole workload stops when this container stops. Default: `true`. */
  essential?: Known<boolean>;
  /** Logs of the container. */
  logging?: Logging;
  /** Containers that must have started, finished or become healthy before this one starts. */
  dependsOn?: Array<ContainerDependency>;
  /** Environment variables. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** A command that is run in the container to see whether it works. */
  internalHealthCheck?: InternalHealthCheck;
  /** How load balancers see whether the container works. */
  loadBalancerHealthCheck?: LoadBalancerHealthCheck;
  /** How long the container has to stop before it is killed. 2 to 120 seconds. Default: `2`. */
  stopTimeout?: Deferrable<number>;
  /** File systems in the container's tree. */
  volumeMounts?: Array<ContainerVolumeMount>;
  /** Where the container's traffic comes from. */
  events?: Array<ContainerEvent>;
}

/** A container that must have got somewhere before another one starts. */
export interface ContainerDependency {
  /** Name of the other container. */
  containerName: string;
  /** How far it must have got. */
  condition: DependencyCondition;
}

/** Gradual shift of traffic to a new version. */
export interface ContainerDeployment {
  /** How fast traffic is shifted. */
  strategy: DeploymentStrategy;
  /**
   * Function that runs before traffic is shifted, and can stop the deployment: it returns `{ hookStatus: 'SUCCEEDED' }` or `{ hookStatus: 'FAILED' }`.
   * The new version is reachable at `testListenerPort` then.
   */
  beforeAllowTrafficFunction?: string;
  /** Function that runs after traffic was shifted, and can roll the deployment back; it returns `hookStatus` too. */
  afterTrafficShiftFunction?: string;
  /**
   * Listener of the load balancer on which `beforeAllowTrafficFunction` reaches the new version. Needed when the load balancer has a list of
   * listeners. 1 to 65535. Default: `8080`.
   */
  testListenerPort?: Known<number>;
}

/**
 * Where the traffic of a container comes from.
 *
 * - `application-load-balancer`: Requests to an application load balancer.
 * - `http-api-gateway`: Requests to an HTTP API.
 * - `workload-internal`: Other containers of the workload.
 * - `service-connect`: Other workloads of the stack, by name.
 * - `network-load-balancer`: Connections to a network load balancer.
 */
export type ContainerEvent =
  | { type: 'application-load-balancer'; properties: ContainerLoadBalancerEvent }
  | { type: 'http-api-gateway'; properties: ContainerHttpApiEvent }
  | { type: 'workload-internal'; properties: InternalEvent }
  | { type: 'service-connect'; properties: ServiceConnectEvent }
  | { type: 'network-load-balancer'; properties: ContainerNetworkLoadBalancerEvent };

/** Requests to an HTTP API. */
export interface ContainerHttpApiEvent {
  /** Port that the container listens on. All events of a workload on HTTP APIs have the same. 1 to 65535. */
  containerPort: Known<number>;
  /** Name of the `http-api-gateway` resource. */
  httpApiGatewayName: string;
  /** Method of the requests; `*` for every one. */
  method: HttpMethod;
  /**
   * Path of the requests, such as `/orders/{id}`; `{proxy+}` at the end matches whatever follows, `*` alone every request that no other route
   * matches.
   */
  path: string;
  /** Who may call the route; everybody when not given. */
  authorizer?: Authorizer;
  /** Form in which API Gateway hands on a request: `1.0` only, for containers. Default: `1.0`. */
  payloadFormat?: PayloadFormat;
}

/** A request to an application load balancer. At least one condition is given. */
export interface ContainerLoadBalancerEvent {
  /** Port that the container listens on. 1 to 65535. */
  containerPort: Known<number>;
  /** Name of the load balancer. */
  loadBalancerName: string;
  /** Listener, when the load balancer has a list of its own. 1 to 65535. */
  listenerPort?: Known<number>;
  /** Rules are tried from the lowest number on. 1 to 50000. */
  priority: Known<number>;
  /** Paths, with `*` and `?` as wildcards. */
  paths?: Array<Deferrable<string>>;
  /** Methods. */
  methods?: Array<Deferrable<string>>;
  /** Hosts, with `*` and `?` as wildcards. */
  hosts?: Array<Deferrable<string>>;
  /** Headers. */
  headers?: Array<HeaderCondition>;
  /** Query parameters. */
  queryParams?: Array<QueryCondition>;
  /** Addresses of callers, as CIDR blocks. */
  sourceIps?: Array<Deferrable<string>>;
}

/** Connections to a listener of a network load balancer. */
export interface ContainerNetworkLoadBalancerEvent {
  /** Port that the container listens on. 1 to 65535. */
  containerPort: Known<number>;
  /** Name of the load balancer. */
  loadBalancerName: string;
  /** Listener of the load balancer. 1 to 65535. */
  listenerPort: Known<number>;
}

/**
 * Where the image of a container comes from.
 *
 * - `stacktape-image-buildpack`: An entry file, built with everything that it imports into an image.
 * - `external-buildpack`: Sources, built by Cloud Native Buildpacks.
 * - `nixpacks`: Sources, built by Nixpacks.
 * - `custom-dockerfile`: A Dockerfile of your own.
 * - `prebuilt-image`: An image that exists in a registry.
 */
export type ContainerPackaging =
  | { type: 'stacktape-image-buildpack'; properties: ImageBuildpackPackaging }
  | { type: 'external-buildpack'; properties: ExternalBuildpack }
  | { type: 'nixpacks'; properties: Nixpacks }
  | { type: 'custom-dockerfile'; properties: CustomDockerfile }
  | { type: 'prebuilt-image'; properties: PrebuiltImage };

/** Processor, memory and where the containers run: on Fargate with `cpu` and `memory`, or on instances of their own with `instanceTypes`. */
export interface ContainerResources {
  /** Processor for all containers together: 0.25, 0.5, 1, 2, 4, 8 or 16. Needed without `instanceTypes`. 0.25 to 16 vCPU. */
  cpu?: Known<number>;
  /** Memory for all containers together. Needed without `instanceTypes`; with them what the smallest type leaves when not given. 1 to 6291456 MB. */
  memory?: Known<number>;
  /** EC2 instance types to run on, the preferred one first. You pay for the instances, and GPUs and large types are available. 1 to 40 items. */
  instanceTypes?: Array<string>;
  /** Whether stopped instances are kept ready, so that scaling is fast. Needs exactly one instance type. Default: `false`. */
  enableWarmPool?: Known<boolean>;
  /** Processor architecture; that of the instance types when there are any. `arm64` is cheaper by about a fifth. Default: `x86_64`. */
  architecture?: Architecture;
}

/** How many copies run. */
export interface ContainerScaling {
  /** Least number of copies. 1 to 5000. Default: `1`. */
  minInstances?: Deferrable<number>;
  /** Largest number of copies. 1 to 5000. Default: `1`. */
  maxInstances?: Deferrable<number>;
  /** When copies are added and removed. */
  scalingPolicy?: ContainerScalingPolicy;
}

/** When copies are added and removed. */
export interface ContainerScalingPolicy {
  /** Copies are added when processors are busier on average, and removed when they are clearly less busy. 1 to 100 percent. Default: `80`. */
  keepAvgCpuUtilizationUnder?: Deferrable<number>;
  /** Copies are added when more memory is used on average, and removed when clearly less is used. 1 to 100 percent. Default: `80`. */
  keepAvgMemoryUtilizationUnder?: Deferrable<number>;
}

/**
 * A file system in the container's tree.
 *
 * - `efs`: An EFS file system of this config.
 */
export type ContainerVolumeMount =
  | { type: 'efs'; properties: EfsMount };

/** Containers that run together: they share network and life, and are scaled as one. */
export interface ContainerWorkloadProps {
  /** The containers; ECS runs at most 10 together. At least one of them is essential. 1 to 100 items. */
  containers: Array<Container>;
  /** Processor, memory and where the containers run. */
  resources: ContainerResources;
  /** How many copies run. */
  scaling?: ContainerScaling;
  /** Gradual shift of traffic to a new version. Needs an application load balancer. */
  deployment?: ContainerDeployment;
  /** Whether you can open a shell in a running container. Default: `false`. */
  enableRemoteSessions?: Known<boolean>;
  /** Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour. Default: `false`. */
  usePrivateSubnetsWithNAT?: Known<boolean>;
  /** Resources that the containers use: they get the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the containers. */
  iamRoleStatements?: Array<IamStatement>;
}

/** A folder, file or zip archive that you have built. */
export interface CustomArtifact {
  /** Path of the folder, file or zip, relative to the config. */
  packagePath: string;
  /** File and function that Lambda calls, as `path/file.ext:function`. */
  handler?: string;
}

/** A Dockerfile of your own. */
export interface CustomDockerfile {
  /** Folder that is sent to the build, relative to the config. */
  buildContextPath: string;
  /** Path of the Dockerfile, relative to `buildContextPath`. Default: `Dockerfile`. */
  dockerfilePath?: string;
  /** Build arguments. */
  buildArgs?: Array<DockerBuildArgument>;
  /** Command that replaces the image's own. */
  command?: Array<Deferrable<string>>;
  /** Entry point that replaces the image's own. */
  entryPoint?: Array<Deferrable<string>>;
}

/** A domain of a resource. */
export interface CustomDomain {
  /** The domain, such as `api.example.com`. */
  domainName: string;
  /** ARN of an own certificate that covers the domain; the best issued one of the account when not given. */
  customCertificateArn?: Deferrable<string>;
  /** Whether the record that leads to the resource is left to you. Needs `customCertificateArn`. Default: `false`. */
  disableDnsRecordCreation?: Known<boolean>;
}

/**
 * The code behind resources of your own. CloudFormation calls it to create, update and delete each `custom-resource-instance`, and waits until it has
 * answered at the address in the event's `ResponseURL`.
 */
export interface CustomResourceDefinitionProps {
  /** Where the code comes from. */
  packaging: LambdaPackaging;
  /** Environment variables. At most 4 KB in all. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** Lambda runtime such as `nodejs22.x`; follows from the entry file when not given. */
  runtime?: Deferrable<string>;
  /** How long one call may take. 1 to 900 seconds. Default: `10`. */
  timeout?: Deferrable<number>;
  /** Memory. Processor power grows with it: 1769 MB are one full vCPU. 128 to 10240 MB. Default: `1024`. */
  memory?: Deferrable<number>;
  /**
   * Whether the code runs inside the stack's VPC: it reaches databases there. The VPC gets a gateway endpoint of S3, because CloudFormation takes
   * answers there; a VPC that the stack reuses must have one. Default: `false`.
   */
  joinDefaultVpc?: Known<boolean>;
  /** Resources that the code uses: it gets the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the code. */
  iamRoleStatements?: Array<IamStatement>;
}

/** A resource of your own. What its code answers with is read with `$CfResourceParam`. */
export interface CustomResourceInstanceProps {
  /** Name of the `custom-resource-definition` whose code makes it. */
  definitionName: string;
  /**
   * Given to the code as `ResourceProperties`. CloudFormation passes every number and boolean on as text, and calls the code again when one of
   * the values changes.
   */
  resourceProperties: Record<string, unknown>;
}

/** A group of rules of your own. */
export interface CustomRuleGroup {
  /** ARN of the group. */
  arn: Deferrable<string>;
  /** Whether the whole group only counts requests. Default: `None`. */
  overrideAction?: GroupOverride;
  /** Order of the rule; the lowest comes first. Every rule has a priority of its own. */
  priority: Known<number>;
  /** Name of the rule. */
  name: string;
  /** Whether nothing is counted in CloudWatch. Default: `false`. */
  disableMetrics?: Known<boolean>;
  /** Whether samples of requests are kept for the AWS console. Default: `false`. */
  sampledRequestsEnabled?: Known<boolean>;
}

/** A metric of the load balancer. */
export interface CustomTrigger {
  /** Metric of the namespace `AWS/ApplicationELB`. */
  metric: string;
  /** Threshold, in the unit of the metric. */
  threshold: Deferrable<number>;
  /** How the values of a period become one. Default: `avg`. */
  statistic?: Statistic;
  /** How the value compares to the threshold. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
}

/** Datadog. */
export interface Datadog {
  /** API key. Read it from a secret. */
  apiKey: Deferrable<string>;
  /** Address of your Datadog site. Default: `https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input`. */
  endpointUrl?: Deferrable<string>;
}

/** The queue that gets what could not be delivered. Exactly one of the two is given. */
export interface DeliveryFailure {
  /** ARN of any queue. Its policy must let the sender in. */
  sqsQueueArn?: Deferrable<string>;
  /** Queue of this config. */
  sqsQueueName?: string;
}

/**
 * How far a container must have got.
 *
 * - `COMPLETE`: It has ended, however.
 * - `HEALTHY`: Its `internalHealthCheck` succeeds.
 * - `START`: It has started.
 * - `SUCCESS`: It has ended with status 0.
 */
export type DependencyCondition = 'COMPLETE' | 'HEALTHY' | 'START' | 'SUCCESS';

/** Settings of deployments. */
export interface DeploymentConfig {
  /** Whether the stack refuses to be deleted. Default: `false`. */
  terminationProtection?: Known<boolean>;
  /** ARN of the role that CloudFormation assumes; the caller's rights when not given. */
  cloudformationRoleArn?: Deferrable<string>;
  /** Alarms (ARNs, or `resource.alarms.0`) that roll the deployment back when they fire. At most 5 items. */
  triggerRollbackOnAlarms?: Array<Deferrable<string>>;
  /** How long the alarms are watched after the deployment. 0 to 180 minutes. Default: `0`. */
  monitoringTimeAfterDeploymentInMinutes?: Known<number>;
  /** Whether a failed deployment is left as it is instead of rolled back. Default: `false`. */
  disableAutoRollback?: Known<boolean>;
  /** ARNs of SNS topics that get the stack's events. At most 5 items. */
  publishEventsToArn?: Array<Deferrable<string>>;
  /** Number of earlier versions whose artifacts are kept for a rollback. 0 to 10000. Default: `25`. */
  previousVersionsToKeep?: Known<number>;
  /** Whether uploads do not use S3 transfer acceleration. Default: `false`. */
  disableS3TransferAcceleration?: Known<boolean>;
}

/**
 * Code that runs inside a deployment, or before the stack is deleted. It runs after everything else of the stack is there; when it fails, the
 * deployment fails and is rolled back, or the stack is not deleted. It does not run in a rollback, nor when it is taken out of the config.
 */
export interface DeploymentScriptProps {
  /** When it runs: with every deploy, after all other changes (`after:deploy`), or before the stack is deleted (`before:delete`). */
  trigger: ScriptTrigger;
  /** Where the code comes from. */
  packaging: LambdaPackaging;
  /** Lambda runtime such as `nodejs22.x`; follows from the entry file when not given. */
  runtime?: Deferrable<string>;
  /** Environment variables. At most 4 KB in all. */
  environment?: Array<EnvironmentVariable> | Environment;
  /**
   * Given to the handler as its event. CloudFormation passes every number and boolean on as text. Secrets are read when the script runs, and stand
   * nowhere else.
   */
  parameters?: Record<string, unknown>;
  /** Memory. Processor power grows with it: 1769 MB are one full vCPU. 128 to 10240 MB. Default: `1024`. */
  memory?: Deferrable<number>;
  /** How long one run may take. The deployment waits for 880 seconds at most. 1 to 900 seconds. Default: `10`. */
  timeout?: Deferrable<number>;
  /** Whether the code runs inside the stack's VPC: it reaches databases there, and nothing on the internet. Default: `false`. */
  joinDefaultVpc?: Known<boolean>;
  /** Size of `/tmp`. 512 to 10240 MB. Default: `512`. */
  storage?: Deferrable<number>;
  /** Resources that the code uses: it gets the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the code. */
  iamRoleStatements?: Array<IamStatement>;
}

/**
 * How fast traffic is shifted.
 *
 * - `AllAtOnce`: All at once.
 * - `Canary10Percent5Minutes`: A tenth, and the rest after 5 minutes.
 * - `Canary10Percent15Minutes`: A tenth, and the rest after 15 minutes.
 * - `Linear10PercentEvery1Minutes`: A tenth every minute.
 * - `Linear10PercentEvery1Minute`: A tenth every minute.
 * - `Linear10PercentEvery3Minutes`: A tenth every 3 minutes.
 */
export type DeploymentStrategy = 'AllAtOnce' | 'Canary10Percent5Minutes' | 'Canary10Percent15Minutes' | 'Linear10PercentEvery1Minutes' | 'Linear10PercentEvery1Minute' | 'Linear10PercentEvery3Minutes';

/** Where results of asynchronous calls go: ARNs of a queue, topic, event bus or function. */
export interface Destinations {
  /** After a call that succeeded. */
  onSuccess?: Deferrable<string>;
  /** After all attempts failed. */
  onFailure?: Deferrable<string>;
}

/** How a resource takes part in development mode. Deployments do not look at it. */
export interface DevMode {
  /** Whether the deployed resource is used instead of a local stand-in. Default: `false`. */
  remote?: Known<boolean>;
}

/** A custom directive. */
export interface DirectiveDefinition {
  /** Name without the `$`. */
  name: string;
  /** File that exports it, with an optional `:export`. */
  filePath: string;
}

/** A folder that is uploaded after each deploy. */
export interface DirectoryUpload {
  /** The folder, relative to the config. */
  directoryPath: string;
  /** Headers and tags of files. Where several fit a file, the last one wins. */
  fileOptions?: Array<FileOptions>;
  /** Globs of files that are not uploaded, such as `**​/*.map`. */
  excludeFilesPatterns?: Array<string>;
  /** Caching headers that suit a kind of website. `fileOptions` come on top. */
  headersPreset?: HeadersPreset;
  /** Whether the upload goes straight to the bucket's region instead of through the nearest edge location (which AWS charges for). Default: `false`. */
  disableS3TransferAcceleration?: Known<boolean>;
}

/** A build argument of a Dockerfile. */
export interface DockerBuildArgument {
  /** Name. */
  argName: string;
  /** Value. */
  value: string;
}

/** Changes of items in a DynamoDB table. */
export interface DynamoDbEvent {
  /** ARN of the table's stream, such as `$ResourceParam('table', 'streamArn')`. */
  streamArn: Deferrable<string>;
  /** How long to wait for a full batch. 0 to 300 seconds. */
  maxBatchWindowSeconds?: Deferrable<number>;
  /** Most records in one call. 1 to 10000. Default: `100`. */
  batchSize?: Deferrable<number>;
  /** Where reading starts: the oldest record, or only new ones. Default: `TRIM_HORIZON`. */
  startingPosition?: StartingPosition;
  /** How often a failed batch is tried again; without end when not given. 0 to 10000. */
  maximumRetryAttempts?: Deferrable<number>;
  /** Where information about a batch goes that failed for good. */
  onFailure?: FailureDestination;
  /** Number of batches of one shard that run at a time. 1 to 10. */
  parallelizationFactor?: Deferrable<number>;
  /** Whether a failed batch is split in two. */
  bisectBatchOnFunctionError?: Deferrable<boolean>;
}

/** A DynamoDB table. AWS encrypts it at rest. */
export interface DynamoDbTableProps {
  /** What identifies an item. Cannot be changed later without a new table. */
  primaryKey: PrimaryKey;
  /** Capacity that is reserved. Without it, each request is paid for and there is nothing to plan. */
  provisionedThroughput?: ProvisionedThroughput;
  /** Whether the table can be restored to any second of the last 35 days. Default: `false`. */
  enablePointInTimeRecovery?: Deferrable<boolean>;
  /** Makes a stream of changes, and says what its records hold. */
  streamType?: StreamType;
  /** Further ways to query the table; at most 20. */
  secondaryIndexes?: Array<SecondaryIndex>;
  /** How the table takes part in development mode. */
  dev?: DevMode;
}

/**
 * Functions that run at the edge locations. Each is the name of an `edge-lambda-function`, the ARN of a version of a Lambda function in
 * us-east-1, or the ARN of a CloudFront function.
 */
export interface EdgeFunctions {
  /** Runs on each request, before the cache is asked. */
  onRequest?: Deferrable<string>;
  /** Runs before each response is returned. */
  onResponse?: Deferrable<string>;
  /** Runs before a request goes to the origin, because the cache has no answer. Lambda only. */
  onOriginRequest?: Deferrable<string>;
  /** Runs on the response of the origin, before it is cached. Lambda only. */
  onOriginResponse?: Deferrable<string>;
}

/**
 * A function that runs at the edge locations of CloudFront (Lambda@Edge). It has no environment variables and no way into the VPC. Deleting the stack
 * leaves it in the account, because CloudFront keeps copies of it for hours; delete it by hand afterwards.
 */
export interface EdgeLambdaFunctionProps {
  /** Where the code comes from: JavaScript, TypeScript or Python. */
  packaging: LambdaPackaging;
  /** Lambda runtime: Node.js up to `nodejs22.x`, or Python. Follows from the entry file when not given. */
  runtime?: Deferrable<string>;
  /** Memory. On events of the viewer (`onRequest`, `onResponse`) at most 128 MB. 128 to 10240 MB. Default: `128`. */
  memory?: Known<number>;
  /** How long one call may take. On events of the viewer (`onRequest`, `onResponse`) at most 5 seconds. 1 to 30 seconds. Default: `3`. */
  timeout?: Known<number>;
  /** Resources that the function uses: it gets the rights. Resources inside the VPC cannot be reached. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the function. */
  iamRoleStatements?: Array<IamStatement>;
  /**
   * Logs of the function. Each edge location logs to a group in a region near to it. A stack in us-east-1 makes the group there only; any other
   * makes one in each of these regions, and cannot forward them.
   */
  logging?: Logging;
}

/** Files that functions and containers share. */
export interface EfsFilesystemProps {
  /** Whether AWS Backup keeps daily backups for 35 days. Default: `false`. */
  backupEnabled?: Known<boolean>;
  /** How throughput grows: with use (`elastic`), with the stored amount (`bursting`), or as you say (`provisioned`). Default: `elastic`. */
  throughputMode?: ThroughputMode;
  /** Throughput of the mode `provisioned`; paid for by the hour. 1 to 3414 MiB/s. */
  provisionedThroughputInMibps?: Deferrable<number>;
}

/** A file system of this config in the tree of a function or container. */
export interface EfsMount {
  /** Name of the `efs-filesystem` resource. */
  efsFilesystemName: string;
  /** Folder of the file system that becomes the root of the mount. It is made when it does not exist, owned by user 1000. Default: `/`. */
  rootDirectory?: string;
  /** Absolute path at which the files appear; below `/mnt/` in a function. */
  mountPath: string;
}

/** Who sends e-mails. */
export interface EmailConfiguration {
  /** ARN of a verified identity of Amazon SES, an address or a domain. Own texts need it. */
  sesAddressArn?: Deferrable<string>;
  /** The sender, such as `Shop <shop@example.com>`. */
  from?: Deferrable<string>;
  /** Where answers go. */
  replyToEmailAddress?: Deferrable<string>;
}

/** A mailbox. */
export interface EmailTarget {
  /** Address that the mail comes from. SES must have verified it or its domain in the stack's region. */
  sender: string;
  /** Address that the mail goes to. */
  recipient: string;
}

/** One environment variable. */
export interface EnvironmentVariable {
  /** Name. Functions take letters, digits and underscores only. */
  name: string;
  /** Value: text, a number or a boolean, given to the process as text. */
  value: Deferrable<string | number | boolean>;
}

/** Share of requests that targets answer with an error (4xx or 5xx). */
export interface ErrorRateTrigger {
  /** Threshold. 0 to 100 percent. */
  thresholdPercent: Deferrable<number>;
  /** How the value compares to the threshold. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
}

/** Archive of an event bus. */
export interface EventBusArchivation {
  /** Whether events are archived. */
  enabled: Known<boolean>;
  /** How long events are kept; for ever when not given, or 0. 0 to 36500 days. */
  retentionDays?: Deferrable<number>;
}

/** Events of an event bus. */
export interface EventBusEvent {
  /** ARN of any bus. Give exactly one of `eventBusArn`, `eventBusName` and `useDefaultBus`. */
  eventBusArn?: Deferrable<string>;
  /** Bus of this config. */
  eventBusName?: string;
  /** Whether the account's default bus is meant. */
  useDefaultBus?: Known<boolean>;
  /** Which events are delivered. */
  eventPattern: EventPattern;
  /** Queue for events that could not be delivered. */
  onDeliveryFailure?: DeliveryFailure;
  /** What the function gets instead of the event. */
  input?: unknown;
  /** Part of the event that the function gets, as a JSONPath. */
  inputPath?: Deferrable<string>;
  /** Template of what the function gets. */
  inputTransformer?: InputTransformer;
}

/** An event bus: rules pick events by their content and hand them on. */
export interface EventBusProps {
  /** Source of a partner's events such as `aws.partner/example.com/1234/orders`; the bus then carries its name. */
  eventSourceName?: Deferrable<string>;
  /** Archive of the bus, from which events can be replayed. */
  archivation?: EventBusArchivation;
}

/** Which events of a bus are delivered. Each key narrows further; within a key any of the values matches. */
export interface EventPattern {
  /** Version of the event format. */
  version?: unknown;
  /** Kinds of events. */
  'detail-type'?: unknown;
  /** Who sent the event. */
  source?: unknown;
  /** Accounts. */
  account?: unknown;
  /** Regions. */
  region?: unknown;
  /** ARNs that the event is about. */
  resources?: unknown;
  /** Content of the event. */
  detail?: unknown;
  /** Name of a replay. */
  'replay-name'?: unknown;
}

/** Deletes objects some time after their upload. */
export interface Expiration {
  /** How long an object is kept. 1 to 2147483647 days. */
  daysAfterUpload: Deferrable<number>;
  /** How the keys of the objects start; all objects when not given. */
  prefix?: string;
  /** Tags that the objects have, all of them. */
  tags?: Array<KeyValue>;
}

/** Sources, built by Cloud Native Buildpacks. */
export interface ExternalBuildpack {
  /** Folder with the sources, relative to the config. */
  sourceDirectoryPath: string;
  /** Builder image. Default: `paketobuildpacks/builder-jammy-base`. */
  builder?: string;
  /** Buildpacks to use; the builder detects them when not given. */
  buildpacks?: Array<string>;
  /** Command that replaces the image's own. */
  command?: Array<Deferrable<string>>;
}

/** Where information about a failed batch goes. */
export interface FailureDestination {
  /** ARN of the topic or queue. */
  arn: Deferrable<string>;
  /** What the ARN is of. */
  type: FailureKind;
}

/**
 * Kind of a failure destination.
 *
 * - `sns`: An SNS topic.
 * - `sqs`: An SQS queue.
 */
export type FailureKind = 'sns' | 'sqs';

/** A name and its value. */
export interface FileHeader {
  /** Name. */
  key: string;
  /** Value. */
  value: string;
}

/** Headers and tags of the files that a pattern takes in. */
export interface FileOptions {
  /** Glob of files, such as `**​/*.html`. */
  includePattern: string;
  /** Glob of files that are left alone although they fit. */
  excludePattern?: string;
  /**
   * HTTP headers of the response. S3 keeps `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `content-type` and
   * `expires`; others become metadata of the object.
   */
  headers?: Array<FileHeader>;
  /** Tags of the objects. */
  tags?: Array<FileHeader>;
}

/**
 * What a firewall protects.
 *
 * - `cdn`: CDNs.
 * - `regional`: Load balancers and user pools.
 */
export type FirewallScope = 'cdn' | 'regional';

/** A header with the caller's address. */
export interface ForwardedIp {
  /** Whether a request counts when the header holds no valid address. */
  fallbackBehavior: ForwardedIpFallback;
  /** Name of the header, such as `X-Forwarded-For`. */
  headerName: Deferrable<string>;
}

/**
 * Whether a request counts when the header holds no valid address.
 *
 * - `MATCH`: It counts.
 * - `NO_MATCH`: It does not.
 */
export type ForwardedIpFallback = 'MATCH' | 'NO_MATCH';

/** Gradual shift of traffic to a new version. */
export interface FunctionDeployment {
  /** How fast traffic is shifted. */
  strategy: Strategy;
  /** Function that runs before traffic is shifted, and can stop the deployment. */
  beforeAllowTrafficFunction?: string;
  /** Function that runs after traffic was shifted, and can roll the deployment back. */
  afterTrafficShiftFunction?: string;
}

/** How long calls take. */
export interface FunctionDuration {
  /** The alarm fires when calls take longer. 0 to 900000 milliseconds. */
  thresholdMilliseconds: Deferrable<number>;
  /** How the duration compares to the threshold when the alarm fires. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
  /** How the durations of a period become one. Default: `avg`. */
  statistic?: Statistic;
}

/** Share of calls that fail. */
export interface FunctionErrorRate {
  /** The alarm fires when more calls fail. 0 to 100 percent. */
  thresholdPercent: Deferrable<number>;
  /** How the share compares to the threshold when the alarm fires. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
}

/**
 * What calls the function.
 *
 * - `http-api-gateway`: A request to an HTTP API.
 * - `application-load-balancer`: A request to an application load balancer.
 * - `schedule`: A point in time, or an interval.
 * - `event-bus`: An event on an event bus.
 * - `sns`: A message to an SNS topic.
 * - `sqs`: Messages in an SQS queue.
 * - `dynamo-db-stream`: Changes of items in a DynamoDB table.
 * - `kinesis-stream`: Records in a Kinesis stream.
 * - `kafka-topic`: Messages in a Kafka topic.
 * - `s3`: Changes of objects in a bucket.
 * - `cloudwatch-log`: Lines in a log group.
 * - `cloudwatch-alarm`: An alarm that starts to fire.
 */
export type FunctionEvent =
  | { type: 'http-api-gateway'; properties: HttpApiEvent }
  | { type: 'application-load-balancer'; properties: LoadBalancerEvent }
  | { type: 'schedule'; properties: ScheduleEvent }
  | { type: 'event-bus'; properties: EventBusEvent }
  | { type: 'sns'; properties: TopicEvent }
  | { type: 'sqs'; properties: QueueEvent }
  | { type: 'dynamo-db-stream'; properties: DynamoDbEvent }
  | { type: 'kinesis-stream'; properties: KinesisEvent }
  | { type: 'kafka-topic'; properties: KafkaEvent }
  | { type: 's3'; properties: S3Event }
  | { type: 'cloudwatch-log'; properties: LogEvent }
  | { type: 'cloudwatch-alarm'; properties: AlarmEvent };

/** A function that runs when something calls it. */
export interface FunctionProps {
  /** Where the code comes from. */
  packaging: LambdaPackaging;
  /** What calls the function. */
  events?: Array<FunctionEvent>;
  /** Environment variables. At most 4 KB in all. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** Lambda runtime such as `nodejs22.x`; follows from the entry file when not given. */
  runtime?: Deferrable<string>;
  /** Processor architecture. `arm64` is cheaper by about a fifth. Default: `x86_64`. */
  architecture?: Architecture;
  /** Memory. Processor power grows with it: 1769 MB are one full vCPU. 128 to 10240 MB. Default: `1024`. */
  memory?: Deferrable<number>;
  /** How long one call may take. 1 to 900 seconds. Default: `20`. */
  timeout?: Deferrable<number>;
  /** Whether the function runs inside the stack's VPC: it reaches databases there, and nothing on the internet. Default: `false`. */
  joinDefaultVpc?: Known<boolean>;
  /** Tags of the function; at most 50. */
  tags?: Array<Tag>;
  /** Where results of asynchronous calls go. */
  destinations?: Destinations;
  /** Logs of the function. */
  logging?: Logging;
  /** Number of instances that are kept warm; each costs money by the hour. 1 to 100000. */
  provisionedConcurrency?: Deferrable<number>;
  /** Number of instances that are reserved for the function, which is also the most that it can have. 0 to 100000. */
  reservedConcurrency?: Deferrable<number>;
  /** ARNs of layers; at most 5. */
  layers?: Array<Deferrable<string>>;
  /** Gradual shift of traffic to a new version. */
  deployment?: FunctionDeployment;
  /** Alarms on errors and duration. */
  alarms?: Array<FunctionTriggerAlarm>;
  /** Names of organisation-wide alarms that this function does not get. Kept for compatibility; there are no such alarms here. */
  disabledGlobalAlarms?: Array<string>;
  /** An HTTPS address of the function's own. */
  url?: FunctionUrl;
  /** A CDN in front of the function. */
  cdn?: CdnConfig;
  /** Size of `/tmp`. 512 to 10240 MB. Default: `512`. */
  storage?: Deferrable<number>;
  /** A file system; needs `joinDefaultVpc`. Lambda mounts one at most. */
  volumeMounts?: Array<VolumeMount>;
  /** Resources that the function uses: it gets the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the function. */
  iamRoleStatements?: Array<IamStatement>;
}

/**
 * What an alarm on a function watches.
 *
 * - `lambda-error-rate`: Share of calls that fail.
 * - `lambda-duration`: How long calls take.
 */
export type FunctionTrigger =
  | { type: 'lambda-error-rate'; properties: FunctionErrorRate }
  | { type: 'lambda-duration'; properties: FunctionDuration };

/** An alarm. */
export interface FunctionTriggerAlarm {
  /** What is watched, and from which value on the alarm fires. */
  trigger: FunctionTrigger;
  /** How long it must last. */
  evaluation?: AlarmEvaluation;
  /** Who is told when the alarm fires, and when it is over. */
  notificationTargets?: Array<NotificationTarget>;
  /** Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days. Default: `true`. */
  includeInHistory?: Known<boolean>;
  /** What the alarm is about; part of notifications. At most 1024 characters. */
  description?: Deferrable<string>;
}

/** An HTTPS address of the function's own. */
export interface FunctionUrl {
  /** Whether there is an address. */
  enabled: Known<boolean>;
  /** Which web pages may call the address. */
  cors?: UrlCors;
  /** Who may call the address. Default: `NONE`. */
  authMode?: AuthMode;
  /** Whether the response is streamed instead of buffered. Default: `false`. */
  responseStreamEnabled?: Known<boolean>;
}

/**
 * What a group does with requests that its rules match.
 *
 * - `Count`: They are counted only.
 * - `None`: What the group's rules say.
 */
export type GroupOverride = 'Count' | 'None';

/** A header and its values. */
export interface HeaderCondition {
  /** Name of the header. */
  headerName: string;
  /** Values, with `*` and `?` as wildcards; any of them matches. At least 1 item. */
  values: Array<Deferrable<string>>;
}

/**
 * Caching headers that suit a kind of website.
 *
 * - `astro-static-website`: Astro: files of `_astro` for a year, pages are checked.
 * - `gatsby-static-website`: Gatsby: files of `static`, scripts and styles for a year, pages and page data are checked.
 * - `nuxt-static-website`: Nuxt: files of `_nuxt` for a year, pages are checked.
 * - `single-page-app`: Single-page app: files of `static` for a year, pages are checked.
 * - `static-website`: Any website: every file is checked.
 * - `sveltekit-static-website`: SvelteKit: files of `_app` for a year, pages are checked.
 */
export type HeadersPreset = 'astro-static-website' | 'gatsby-static-website' | 'nuxt-static-website' | 'single-page-app' | 'static-website' | 'sveltekit-static-website';

/**
 * Protocol of a load balancer's health check.
 *
 * - `HTTP`: A request is answered.
 * - `TCP`: A connection is accepted. Network load balancers only.
 */
export type HealthCheckProtocol = 'HTTP' | 'TCP';

/** Highlight. */
export interface Highlight {
  /** Id of the Highlight project. */
  projectId: Deferrable<string>;
  /** Address, when you run Highlight yourself. Default: `https://pub.highlight.io/v1/logs/firehose`. */
  endpointUrl?: Deferrable<string>;
}

/** One step of a hook. */
export interface HookStep {
  /** A script of the `scripts` section. */
  scriptName: string;
  /** Whether it is skipped on CI machines. Default: `false`. */
  skipOnCI?: Known<boolean>;
  /** Whether it is skipped on developers' machines. Default: `false`. */
  skipOnLocal?: Known<boolean>;
}

/** Scripts that run around commands. */
export interface Hooks {
  /** Before a deploy. */
  beforeDeploy?: Array<HookStep>;
  /** After a deploy. */
  afterDeploy?: Array<HookStep>;
  /** Before a delete. */
  beforeDelete?: Array<HookStep>;
  /** After a delete. */
  afterDelete?: Array<HookStep>;
  /** Before a bucket is synced. */
  beforeBucketSync?: Array<HookStep>;
  /** After a bucket is synced. */
  afterBucketSync?: Array<HookStep>;
  /** Before the development mode starts. */
  beforeDev?: Array<HookStep>;
  /** After the development mode ends. */
  afterDev?: Array<HookStep>;
}

/** Which web pages may call the API. */
export interface HttpApiCors {
  /** Whether cross-origin calls are answered. */
  enabled: Known<boolean>;
  /** Origins that may call, such as `https://example.com`. Default: `*`. */
  allowedOrigins?: Array<Deferrable<string>>;
  /** Request headers that may be sent. A common set when not given: content type, authorization and the headers of signed requests. */
  allowedHeaders?: Array<Deferrable<string>>;
  /** Methods that may be used. Those of the API's routes and OPTIONS when not given. */
  allowedMethods?: Array<HttpMethod>;
  /** Whether cookies and credentials may be sent. Browsers then refuse `*` as origin. */
  allowCredentials?: Deferrable<boolean>;
  /** Response headers that a page may read. */
  exposedResponseHeaders?: Array<Deferrable<string>>;
  /** How long a browser may keep the answer. -1 to 86400 seconds. */
  maxAge?: Deferrable<number>;
}

/** Share of requests that are answered with a 4xx or 5xx status. */
export interface HttpApiErrorRate {
  /** The alarm fires when more requests fail. 0 to 100 percent. */
  thresholdPercent: Deferrable<number>;
  /** How the share compares to the threshold when the alarm fires. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
}

/** Requests to an HTTP API. */
export interface HttpApiEvent {
  /** Name of the `http-api-gateway` resource. */
  httpApiGatewayName: string;
  /** Method of the requests; `*` for every one. */
  method: HttpMethod;
  /**
   * Path of the requests, such as `/orders/{id}`; `{proxy+}` at the end matches whatever follows, `*` alone every request that no other route
   * matches.
   */
  path: string;
  /** Who may call the route; everybody when not given. */
  authorizer?: Authorizer;
  /** Form of the event that the function gets; that of the API when not given. All events of a function on one API have the same. */
  payloadFormat?: PayloadFormat;
}

/** An HTTP API: routes requests to functions and containers. */
export interface HttpApiGatewayProps {
  /** Form of the event that functions get: `1.0` is that of REST APIs, `2.0` is simpler. Events may choose their own. Default: `1.0`. */
  payloadFormat?: PayloadFormat;
  /** Which web pages may call the API. API Gateway answers preflight requests itself then. */
  cors?: HttpApiCors;
  /** The access log. */
  logging?: AccessLogs;
  /** Domains of the API. Each needs a hosted zone and a certificate in the region of the stack. */
  customDomains?: Array<CustomDomain>;
  /** A CDN in front of the API. */
  cdn?: CdnConfig;
  /** Alarms on errors and latency. */
  alarms?: Array<HttpApiTriggerAlarm>;
  /** Names of organisation-wide alarms that this API does not get. Kept for compatibility; there are no such alarms here. */
  disabledGlobalAlarms?: Array<string>;
}

/** Time between the arrival of a request and its response. */
export interface HttpApiLatency {
  /** The alarm fires when requests take longer. The API answers after 30 seconds at the latest. 0 to 30000 milliseconds. */
  thresholdMilliseconds: Deferrable<number>;
  /** How the latency compares to the threshold when the alarm fires. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
  /** How the latencies of a period become one. Default: `avg`. */
  statistic?: Statistic;
}

/**
 * What an alarm on an HTTP API watches.
 *
 * - `http-api-gateway-error-rate`: Share of requests that are answered with a 4xx or 5xx status.
 * - `http-api-gateway-latency`: Time between the arrival of a request and its response, the integration included.
 */
export type HttpApiTrigger =
  | { type: 'http-api-gateway-error-rate'; properties: HttpApiErrorRate }
  | { type: 'http-api-gateway-latency'; properties: HttpApiLatency };

/** An alarm. */
export interface HttpApiTriggerAlarm {
  /** What is watched, and from which value on the alarm fires. */
  trigger: HttpApiTrigger;
  /** How long it must last. */
  evaluation?: AlarmEvaluation;
  /** Who is told when the alarm fires, and when it is over. */
  notificationTargets?: Array<NotificationTarget>;
  /** Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days. Default: `true`. */
  includeInHistory?: Known<boolean>;
  /** What the alarm is about; part of notifications. At most 1024 characters. */
  description?: Deferrable<string>;
}

/** Any HTTPS endpoint that takes the requests of Firehose. */
export interface HttpEndpoint {
  /** Address, starting with `https://`. */
  endpointUrl: Deferrable<string>;
  /** Whether requests are compressed. Default: `false`. */
  gzipEncodingEnabled?: Known<boolean>;
  /** Sent with every request, in the header `X-Amz-Firehose-Common-Attributes`. At most 50. */
  parameters?: Record<string, Deferrable<string>>;
  /** How long a request is tried again before its lines go to the bucket for failed records. 0 to 7200 seconds. Default: `300`. */
  retryDuration?: Deferrable<number>;
  /** Sent in the header `X-Amz-Firehose-Access-Key`. Read it from a secret. */
  accessKey?: Deferrable<string>;
}

/** A listener. */
export interface HttpListener {
  /** Protocol. */
  protocol: HttpProtocol;
  /** Port. 1 to 65535. */
  port: Known<number>;
  /** ARNs of certificates, instead of those of the custom domains. */
  customCertificateArns?: Array<Deferrable<string>>;
  /** Addresses and CIDR blocks that may reach the listener; everybody when not given. */
  whitelistIps?: Array<Deferrable<string>>;
  /** What happens when no rule matches. */
  defaultAction?: ListenersDefaultAction;
}

/**
 * An HTTP method.
 *
 * - `*`: Every method.
 * - `DELETE`: Remove something.
 * - `GET`: Read something.
 * - `HEAD`: Read the headers only.
 * - `OPTIONS`: Ask what is allowed.
 * - `PATCH`: Change a part of something.
 * - `POST`: Create something.
 * - `PUT`: Replace something.
 */
export type HttpMethod = '*' | 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT';

/**
 * Protocol of a listener.
 *
 * - `HTTP`: Plain HTTP.
 * - `HTTPS`: HTTP over TLS.
 */
export type HttpProtocol = 'HTTP' | 'HTTPS';

/**
 * Whether a statement gives rights or takes them away.
 *
 * - `Allow`: Gives rights.
 * - `Deny`: Takes rights away, whatever another statement gives.
 */
export type IamEffect = 'Allow' | 'Deny';

/** A statement that the config adds to a role. */
export interface IamStatement {
  /** Name of the statement. */
  Sid?: Deferrable<string>;
  /** `Allow` or `Deny`. Default: `Allow`. */
  Effect?: Deferrable<IamEffect>;
  /** Actions such as `s3:GetObject`; every action when not given. At least 1 item. */
  Action?: Array<Deferrable<string>>;
  /** When the statement applies. */
  Condition?: unknown;
  /** ARNs, with `*` and `?` as wildcards. At least 1 item. */
  Resource: Array<Deferrable<string>>;
}

/** A place where users have accounts. */
export interface IdentityProvider {
  /** Kind. A pool has one of each. */
  type: ProviderType;
  /** Id of the application at the provider. `SAML` has none. */
  clientId: Deferrable<string>;
  /** Secret of the application at the provider; the private key for `SignInWithApple`. `SAML` has none. */
  clientSecret: Deferrable<string>;
  /** Which attribute of an account here is filled with which of the provider's; `email` with `email` when not given. */
  attributeMapping?: Record<string, Deferrable<string>>;
  /** What is asked of the provider; a common set for each kind when not given. */
  authorizeScopes?: Array<Deferrable<string>>;
  /**
   * Further settings, by their names at Cognito. `SAML` needs `MetadataURL` or `MetadataFile`, `OIDC` `oidc_issuer` and
   * `attributes_request_method`, `SignInWithApple` `team_id` and `key_id`.
   */
  providerDetails?: Record<string, unknown>;
}

/** An entry file, built with everything that it imports into an image. */
export interface ImageBuildpackPackaging {
  /**
   * Entry file, relative to the config. The extension decides the language: js, ts, mjs, jsx, tsx, py, java, go, rb, php, cs. A Python web app is
   * named with its variable, `app/main.py:app`, and `runAppAs`.
   */
  entryfilePath: string;
  /** Whether the base image has glibc (Debian) instead of musl (Alpine). Some native packages need it. Default: `false`. */
  requiresGlibcBinaries?: Known<boolean>;
  /** Lines that the generated Dockerfile runs before the code is added, such as `apt-get install -y ffmpeg`. */
  customDockerBuildCommands?: Array<string>;
  /** Globs of files to add, relative to the config. */
  includeFiles?: Array<string>;
  /** Globs of files to leave out. */
  excludeFiles?: Array<string>;
  /** Dependencies that the bundle leaves out. */
  excludeDependencies?: Array<string>;
  /** Options of the language. */
  languageSpecificConfig?: LanguageConfig;
}

/** A template of what a target gets. */
export interface InputTransformer {
  /** Names for parts of the event, as JSONPaths. */
  inputPathsMap?: unknown;
  /** Text or structure with `<name>` for each named part. */
  inputTemplate: unknown;
}

/**
 * Who can reach a load balancer.
 *
 * - `internet`: Everybody.
 * - `internal`: Only what is in the VPC.
 */
export type Interface = 'internet' | 'internal';

/** Traffic from other containers of the workload, which reach the port at `localhost` (on Fargate). */
export interface InternalEvent {
  /** Port that the container listens on. 1 to 65535. */
  containerPort: Known<number>;
}

/** A command that is run in the container to see whether it works. */
export interface InternalHealthCheck {
  /** The command: `CMD` and its words, or `CMD-SHELL` and one text for the shell. Status 0 means healthy. 1 to 100 items. */
  healthCheckCommand: Array<Deferrable<string>>;
  /** Time between two checks. 5 to 300 seconds. Default: `30`. */
  intervalSeconds?: Deferrable<number>;
  /** How long a check may take. 2 to 60 seconds. Default: `5`. */
  timeoutSeconds?: Deferrable<number>;
  /** Failed checks in a row after which the container is unhealthy. 1 to 10. Default: `3`. */
  retries?: Deferrable<number>;
  /** Time after the start in which failures do not count. 0 to 300 seconds. */
  startPeriodSeconds?: Deferrable<number>;
}

/** What an invited user is sent. `{username}` and `{####}` stand for the name and the temporary password. */
export interface InviteMessageConfig {
  /** Text of the e-mail. 6 to 20000 characters. */
  emailMessage?: Deferrable<string>;
  /** Subject of the e-mail. 1 to 140 characters. */
  emailSubject?: Deferrable<string>;
  /** Text of the SMS. 6 to 140 characters. */
  smsMessage?: Deferrable<string>;
}

/**
 * How the function proves who it is.
 *
 * - `BASIC_AUTH`: User name and password over TLS (SASL/PLAIN).
 * - `SASL_SCRAM_256_AUTH`: SASL/SCRAM with SHA-256.
 * - `SASL_SCRAM_512_AUTH`: SASL/SCRAM with SHA-512.
 * - `MTLS`: Client certificate.
 */
export type KafkaAuthentication =
  | { type: 'BASIC_AUTH'; properties: KafkaSecret }
  | { type: 'SASL_SCRAM_256_AUTH'; properties: KafkaSecret }
  | { type: 'SASL_SCRAM_512_AUTH'; properties: KafkaSecret }
  | { type: 'MTLS'; properties: KafkaCertificates };

/** Secrets with certificates. */
export interface KafkaCertificates {
  /** ARN of the secret with the client certificate and its private key. */
  clientCertificate: Deferrable<string>;
  /** ARN of the secret with the certificate of the brokers' own authority. */
  serverRootCaCertificate?: Deferrable<string>;
}

/** The cluster and the topic. */
export interface KafkaCluster {
  /** Brokers as `host:port`. 1 to 10 items. */
  bootstrapServers: Array<Deferrable<string>>;
  /** Topic. */
  topicName: Deferrable<string>;
  /** How the function proves who it is. */
  authentication: KafkaAuthentication;
}

/** Messages in a Kafka topic. */
export interface KafkaEvent {
  /** The cluster and the topic. */
  customKafkaConfiguration?: KafkaCluster;
  /** Most messages in one call. 1 to 10000. Default: `100`. */
  batchSize?: Deferrable<number>;
  /** How long to wait for a full batch; half a second when not given. 0 to 300 seconds. */
  maxBatchWindowSeconds?: Deferrable<number>;
}

/** A secret with `username` and `password`. */
export interface KafkaSecret {
  /** ARN of the Secrets Manager secret. */
  authenticationSecretArn: Deferrable<string>;
}

/** A key and its value. */
export interface KeyValue {
  /** Key. */
  key: string;
  /** Value. */
  value: Deferrable<string>;
}

/** Records of a Kinesis stream. */
export interface KinesisEvent {
  /** Stream of this config. Give this or `streamArn`. */
  kinesisStreamName?: string;
  /** ARN of any stream. Give this or `kinesisStreamName`. */
  streamArn?: Deferrable<string>;
  /** ARN of a consumer with throughput of its own. */
  consumerArn?: Deferrable<string>;
  /** Whether a consumer with throughput of its own is made. */
  autoCreateConsumer?: Known<boolean>;
  /** How long to wait for a full batch. 0 to 300 seconds. */
  maxBatchWindowSeconds?: Deferrable<number>;
  /** Most records in one call. 1 to 10000. Default: `100`. */
  batchSize?: Deferrable<number>;
  /** Where reading starts: the oldest record, or only new ones. Default: `TRIM_HORIZON`. */
  startingPosition?: StartingPosition;
  /** How often a failed batch is tried again; without end when not given. 0 to 10000. */
  maximumRetryAttempts?: Deferrable<number>;
  /** Where information about a batch goes that failed for good. */
  onFailure?: FailureDestination;
  /** Number of batches of one shard that run at a time. 1 to 10. */
  parallelizationFactor?: Deferrable<number>;
  /** Whether a failed batch is split in two. */
  bisectBatchOnFunctionError?: Deferrable<boolean>;
}

/** A stream: records are kept in order and can be read by several consumers. */
export interface KinesisStreamProps {
  /** Whether AWS adapts the number of shards, or the config sets it. Default: `ON_DEMAND`. */
  capacityMode?: CapacityMode;
  /** Number of shards in `PROVISIONED` mode. Each takes 1 MB/s in and gives 2 MB/s out. 1 to 10000. Default: `1`. */
  shardCount?: Deferrable<number>;
  /** How long records are kept; a day by default, a year at most. 24 to 8760 hours. Default: `24`. */
  retentionPeriodHours?: Deferrable<number>;
  /** Encryption at rest. On with the key of Kinesis unless it is turned off here. */
  encryption?: StreamEncryption;
  /** Kept for compatibility: whether a consumer has throughput of its own is said by `autoCreateConsumer` of its event. Default: `false`. */
  enableEnhancedFanOut?: Known<boolean>;
}

/** Whoever a function lets in. The function gets the request in format 2.0. */
export interface LambdaAuthorizer {
  /** Name of the `function` resource. */
  functionName: string;
  /** Whether the function answers with an IAM policy instead of `isAuthorized: true` or `false`. Default: `false`. */
  iamResponse?: Known<boolean>;
  /** Parts of the request that must be there, such as `$request.header.Authorization`. Together they are the key of cached answers. */
  identitySources?: Array<string>;
  /** How long an answer is kept; 0 asks the function each time. Needs `identitySources`. 0 to 3600 seconds. Default: `0`. */
  cacheResultSeconds?: Known<number>;
}

/** An entry file, bundled with everything that it imports. */
export interface LambdaBuildpack {
  /** Entry file, relative to the config. The extension decides the language: js, ts, mjs, jsx, tsx, py, java, go, rb, php, cs. */
  entryfilePath: string;
  /** Name of the function in the entry file; `default` for JavaScript and TypeScript, `handler` for Python, Ruby and PHP. */
  handlerFunction?: string;
  /** Globs of files to add, relative to the config. */
  includeFiles?: Array<string>;
  /** Globs of files to leave out. */
  excludeFiles?: Array<string>;
  /** Dependencies that the bundle leaves out. */
  excludeDependencies?: Array<string>;
  /** Options of the language. */
  languageSpecificConfig?: LanguageConfig;
}

/**
 * How the code of a function is packaged.
 *
 * - `stacktape-lambda-buildpack`: An entry file, bundled with everything that it imports.
 * - `custom-artifact`: A folder, file or zip archive that you have built.
 */
export type LambdaPackaging =
  | { type: 'stacktape-lambda-buildpack'; properties: LambdaBuildpack }
  | { type: 'custom-artifact'; properties: CustomArtifact };

/** Options of the language of an entry file. Which of them apply follows from its extension. */
export interface LanguageConfig {
  /** Node.js major version (JavaScript, TypeScript). 16 to 99. Default: `24`. */
  nodeVersion?: Known<number>;
  /** Path of the `tsconfig.json` (TypeScript). */
  tsConfigPath?: string;
  /** Module format of the bundle: `cjs` or `esm` (JavaScript, TypeScript). */
  outputModuleFormat?: ModuleFormat;
  /** Whether source maps are left out (JavaScript, TypeScript). Default: `false`. */
  disableSourceMaps?: Known<boolean>;
  /** Folder that gets the source maps instead of the archive (JavaScript, TypeScript). */
  outputSourceMapsTo?: string;
  /** Whether decorator metadata is emitted (TypeScript). Default: `false`. */
  emitTsDecoratorMetadata?: Known<boolean>;
  /** Packages copied beside the bundle instead of into it; `*` for all (JavaScript, TypeScript). */
  dependenciesToExcludeFromBundle?: Array<string>;
  /** Packages left out of the archive (JavaScript, TypeScript). */
  dependenciesToExcludeFromDeploymentPackage?: Array<string>;
  /** Python version such as `3.13`. */
  pythonVersion?: string | number | boolean;
  /** Python package manager. */
  packageManager?: string;
  /** File with the Python dependencies. */
  packageManagerFile?: string;
  /** Optional dependency groups to install (Python with uv). */
  uvOptionalDependencies?: Array<string>;
  /** Dependency groups to install as well (Python with uv). */
  uvWithGroups?: Array<string>;
  /** Dependency groups to leave out (Python with uv). */
  uvWithoutGroups?: Array<string>;
  /** The only dependency groups to install (Python with uv). */
  uvOnlyGroups?: Array<string>;
  /** Interface of a Python web app: `WSGI` or `ASGI` (images). */
  runAppAs?: string;
  /** Whether Python sources are minified. Default: `false`. */
  minify?: Known<boolean>;
  /** Java version. */
  javaVersion?: string | number | boolean;
  /** Whether the project is built with Maven instead of Gradle (Java). Default: `false`. */
  useMaven?: Known<boolean>;
  /** Ruby version. */
  rubyVersion?: string | number | boolean;
  /** PHP version. */
  phpVersion?: string | number | boolean;
  /** .NET version. */
  dotnetVersion?: string | number | boolean;
  /** Project file (.NET). */
  projectFile?: string;
}

/**
 * When objects expire or move to a cheaper storage class.
 *
 * - `expiration`: Deletes objects some time after their upload.
 * - `non-current-version-expiration`: Deletes versions some time after a newer one replaced them.
 * - `class-transition`: Moves objects to another storage class some time after their upload.
 * - `non-current-version-class-transition`: Moves versions to another storage class some time after a newer one replaced them.
 * - `abort-incomplete-multipart-upload`: Deletes the parts of uploads that were never completed.
 */
export type LifecycleRule =
  | { type: 'expiration'; properties: Expiration }
  | { type: 'non-current-version-expiration'; properties: NonCurrentVersionExpiration }
  | { type: 'class-transition'; properties: ClassTransition }
  | { type: 'non-current-version-class-transition'; properties: NonCurrentVersionClassTransition }
  | { type: 'abort-incomplete-multipart-upload'; properties: AbortIncompleteMultipartUpload };

/**
 * What happens when no rule matches.
 *
 * - `redirect`: The caller is sent to another address.
 */
export type ListenersDefaultAction =
  | { type: 'redirect'; properties: Redirect };

/** A CDN in front of a load balancer. */
export interface LoadBalancerCdnConfig {
  /** Port of the listener; needed when the load balancer declares its listeners. 1 to 65535. */
  listenerPort?: Known<number>;
  /** Host name that the listener's certificate covers; the first domain of the load balancer when not given. */
  originDomainName?: Deferrable<string>;
  /** Whether there is a CDN. */
  enabled: Known<boolean>;
  /** What is cached, and for how long. */
  cachingOptions?: CdnCachingOptions;
  /** What is forwarded to the origin. */
  forwardingOptions?: CdnForwardingOptions;
  /** Paths that go elsewhere, or to the same origin with other options. The first that fits a request counts. */
  routeRewrites?: Array<CdnRouteRewrite>;
  /** Domains that lead to the CDN. Each needs a certificate in us-east-1. */
  customDomains?: Array<CustomDomain>;
  /** Functions that run at the edge locations. */
  edgeFunctions?: EdgeFunctions;
  /** Which edge locations are used: fewer cost less. Default: `PriceClass_All`. */
  cloudfrontPriceClass?: PriceClass;
  /** Put before the path when a request goes to the origin. */
  defaultRoutePrefix?: string;
  /** Page for what is not found. From a bucket `/404.html` when not given. */
  errorDocument?: Deferrable<string>;
  /** Page of the path `/`. From a bucket `/index.html` when not given. */
  indexDocument?: Deferrable<string>;
  /** Whether the cache stays as it is when a deploy is done. Else it is emptied. Default: `false`. */
  disableInvalidationAfterDeploy?: Known<boolean>;
  /** Name of a `web-app-firewall` of scope `cdn`. */
  useFirewall?: string;
}

/** A request to an application load balancer. At least one condition is given. */
export interface LoadBalancerEvent {
  /** Name of the load balancer. */
  loadBalancerName: string;
  /** Listener, when the load balancer has a list of its own. */
  listenerPort?: Known<number>;
  /** Rules are tried from the lowest number on. 1 to 50000. */
  priority: Known<number>;
  /** Paths, with `*` and `?` as wildcards. */
  paths?: Array<Deferrable<string>>;
  /** Methods. */
  methods?: Array<Deferrable<string>>;
  /** Hosts, with `*` and `?` as wildcards. */
  hosts?: Array<Deferrable<string>>;
  /** Headers. */
  headers?: Array<HeaderCondition>;
  /** Query parameters. */
  queryParams?: Array<QueryCondition>;
  /** Addresses of callers, as CIDR blocks. */
  sourceIps?: Array<Deferrable<string>>;
}

/** How load balancers see whether the container works. */
export interface LoadBalancerHealthCheck {
  /** Path that must answer with a status from 200 to 299. Default: `/`. */
  healthcheckPath?: Deferrable<string>;
  /** Time between two checks. 5 to 300 seconds. Default: `5`. */
  healthcheckInterval?: Deferrable<number>;
  /** How long a check may take. 2 to 120 seconds. Default: `4`. */
  healthcheckTimeout?: Deferrable<number>;
  /** Protocol; HTTP behind an application load balancer, TCP behind a network load balancer when not given. */
  healthCheckProtocol?: HealthCheckProtocol;
  /** Port; that of the traffic when not given. On EC2 it is always that of the traffic. 1 to 65535. */
  healthCheckPort?: Known<number>;
}

/**
 * What an alarm on a load balancer watches.
 *
 * - `application-load-balancer-custom`: A metric of the load balancer.
 * - `application-load-balancer-error-rate`: Share of requests that targets answer with an error.
 * - `application-load-balancer-unhealthy-targets`: Share of targets that fail their health checks.
 */
export type LoadBalancerTrigger =
  | { type: 'application-load-balancer-custom'; properties: CustomTrigger }
  | { type: 'application-load-balancer-error-rate'; properties: ErrorRateTrigger }
  | { type: 'application-load-balancer-unhealthy-targets'; properties: UnhealthyTargetsTrigger };

/** An alarm. */
export interface LoadBalancerTriggerAlarm {
  /** What is watched, and from which value on the alarm fires. */
  trigger: LoadBalancerTrigger;
  /** How long it must last. */
  evaluation?: AlarmEvaluation;
  /** Who is told when the alarm fires, and when it is over. */
  notificationTargets?: Array<NotificationTarget>;
  /** Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days. Default: `true`. */
  includeInHistory?: Known<boolean>;
  /** What the alarm is about; part of notifications. At most 1024 characters. */
  description?: Deferrable<string>;
}

/** A script on the machine that runs the command. Exactly one of the `execute…` properties is given. */
export interface LocalScript {
  /** Path of a script file (JavaScript, TypeScript, Python). */
  executeScript?: string;
  /** A shell command. */
  executeCommand?: string;
  /** Paths of script files, run one after the other. */
  executeScripts?: Array<string>;
  /** Shell commands, run one after the other. */
  executeCommands?: Array<string>;
  /** Working directory, relative to the config. */
  cwd?: string;
  /** Whether output is shown while the script runs. Default: `true`. */
  pipeStdio?: Known<boolean>;
  /** Resources whose variables the script gets. */
  connectTo?: Array<string | ResourceReference>;
  /** Environment variables. */
  environment?: Array<ScriptVariable> | Environment;
  /** Resource whose role the script assumes. */
  assumeRoleOfResource?: string;
}

/** Lines in a log group. */
export interface LogEvent {
  /** ARN of the log group, such as `$ResourceParam('api', 'logGroupArn')`. */
  logGroupArn: Deferrable<string>;
  /** Filter pattern; every line when not given. The function gets the lines gzipped and base64-encoded. */
  filter?: Deferrable<string>;
}

/**
 * A log service.
 *
 * - `http-endpoint`: Any HTTPS endpoint that takes the requests of Firehose.
 * - `highlight`: Highlight.
 * - `datadog`: Datadog.
 */
export type LogForwarding =
  | { type: 'http-endpoint'; properties: HttpEndpoint }
  | { type: 'highlight'; properties: Highlight }
  | { type: 'datadog'; properties: Datadog };

/** Logs of a workload. */
export interface Logging {
  /** Whether nothing is logged. Default: `false`. */
  disabled?: Known<boolean>;
  /** How long logs are kept, in days: one of the periods that CloudWatch knows. Default: `90`. */
  retentionDays?: Known<1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922 | 3288 | 3653>;
  /** A log service that gets every line. */
  logForwarding?: LogForwarding;
}

/** A group of rules that AWS or a vendor of the AWS Marketplace maintains. */
export interface ManagedRuleGroup {
  /** Name of the vendor; `AWS` for the groups of AWS. */
  vendorName: Deferrable<string>;
  /** Rules of the group that only count requests instead of acting on them. */
  excludedRules?: Array<Deferrable<string>>;
  /** Whether the whole group only counts requests. Default: `None`. */
  overrideAction?: GroupOverride;
  /** Order of the rule; the lowest comes first. Every rule has a priority of its own. */
  priority: Known<number>;
  /** Name of the group. */
  name: string;
  /** Whether nothing is counted in CloudWatch. Default: `false`. */
  disableMetrics?: Known<boolean>;
  /** Whether samples of requests are kept for the AWS console. Default: `false`. */
  sampledRequestsEnabled?: Known<boolean>;
}

/** A second factor when signing in. */
export interface Mfa {
  /** Who needs one: nobody, everybody, or whoever wants. Default: `OFF`. */
  status?: MfaStatus;
  /** Factors to choose from. */
  enabledTypes?: Array<MfaType>;
}

/**
 * Who needs a second factor.
 *
 * - `OFF`: Nobody.
 * - `ON`: Everybody.
 * - `OPTIONAL`: Whoever wants.
 */
export type MfaStatus = 'OFF' | 'ON' | 'OPTIONAL';

/**
 * A second factor.
 *
 * - `SMS`: A code in an SMS.
 * - `SOFTWARE_TOKEN`: A code from an app.
 * - `EMAIL_OTP`: A code in an e-mail. Needs `emailConfiguration.sesAddressArn`.
 */
export type MfaType = 'SMS' | 'SOFTWARE_TOKEN' | 'EMAIL_OTP';

/**
 * Module format of a bundle.
 *
 * - `cjs`: CommonJS.
 * - `esm`: ES modules.
 */
export type ModuleFormat = 'cjs' | 'esm';

/** NAT gateways for workloads in private subnets. */
export interface NatSettings {
  /** Number of availability zones with a NAT gateway; each costs money by the hour. 1 to 3. Default: `2`. */
  availabilityZones?: Known<number>;
}

/** A listener. */
export interface NetworkListener {
  /** Protocol. */
  protocol: NetworkProtocol;
  /** Port. 1 to 65535. */
  port: Known<number>;
  /** ARNs of certificates, instead of those of the custom domains. */
  customCertificateArns?: Array<Deferrable<string>>;
  /** Addresses and CIDR blocks that may reach the listener; everybody when not given. */
  whitelistIps?: Array<Deferrable<string>>;
}

/** A TCP and TLS load balancer. */
export interface NetworkLoadBalancerProps {
  /** Who can reach it. Default: `internet`. */
  interface?: Interface;
  /** Domains, with their certificates and DNS records. */
  customDomains?: Array<CustomDomain | string>;
  /** Listeners. 1 to 50 items. */
  listeners: Array<NetworkListener>;
}

/**
 * Protocol of a listener.
 *
 * - `TCP`: Plain TCP.
 * - `TLS`: TLS that ends at the load balancer.
 */
export type NetworkProtocol = 'TCP' | 'TLS';

/** Sources, built by Nixpacks. */
export interface Nixpacks {
  /** Folder with the sources, relative to the config. */
  sourceDirectoryPath: string;
  /** Image that the build runs in. */
  buildImage?: string;
  /** Nixpacks providers such as `node`; detected when not given. */
  providers?: Array<string>;
  /** Command that starts the app. */
  startCmd?: string;
  /** Image that the app runs in. */
  startRunImage?: string;
  /** The only files that the run image gets. */
  startOnlyIncludeFiles?: Array<string>;
  /** Phases that are added or changed. */
  phases?: Array<NixpacksPhase>;
}

/** A phase of a Nixpacks build. */
export interface NixpacksPhase {
  /** Name, such as `install` or `build`. */
  name: string;
  /** Commands that it runs. */
  cmds?: Array<string>;
  /** Nix packages to install. */
  nixPkgs?: Array<string>;
  /** Nix libraries to install. */
  nixLibs?: Array<string>;
  /** Nix overlays. */
  nixOverlay?: Array<string>;
  /** Archive of Nix packages. */
  nixpkgsArchive?: string;
  /** Debian packages to install. */
  aptPkgs?: Array<string>;
  /** Folders that are kept between builds. */
  cacheDirectories?: Array<string>;
  /** The only files that the phase sees. */
  onlyIncludeFiles?: Array<string>;
}

/** Moves versions to another storage class some time after a newer one replaced them. */
export interface NonCurrentVersionClassTransition {
  /** When a version moves after a newer one replaced it; at least 30 days for the classes of infrequent access. 0 to 2147483647 days. */
  daysAfterVersioned: Deferrable<number>;
  /** Where it moves to. */
  storageClass: StorageClass;
  /** How the keys of the objects start; all objects when not given. */
  prefix?: string;
  /** Tags that the objects have, all of them. */
  tags?: Array<KeyValue>;
}

/** Deletes versions some time after a newer one replaced them. */
export interface NonCurrentVersionExpiration {
  /** How long a version is kept after a newer one replaced it. 1 to 2147483647 days. */
  daysAfterVersioned: Deferrable<number>;
  /** How the keys of the objects start; all objects when not given. */
  prefix?: string;
  /** Tags that the objects have, all of them. */
  tags?: Array<KeyValue>;
}

/**
 * Who is told about an alarm.
 *
 * - `slack`: A channel in Slack.
 * - `ms-teams`: A channel in Microsoft Teams.
 * - `discord`: A channel in Discord.
 * - `email`: A mailbox; Amazon SES sends the mail.
 * - `webhook`: Any HTTPS address: it gets a JSON object.
 */
export type NotificationTarget =
  | { type: 'slack'; properties?: SlackTarget }
  | { type: 'ms-teams'; properties?: ChatWebhook }
  | { type: 'discord'; properties?: ChatWebhook }
  | { type: 'email'; properties: EmailTarget }
  | { type: 'webhook'; properties?: WebhookTarget };

/**
 * A way in which applications get tokens by OAuth.
 *
 * - `code`: A code that the application exchanges for tokens.
 * - `implicit`: Tokens in the address of the page that the user returns to.
 * - `client_credentials`: Tokens for the application itself, without a user.
 */
export type OAuthFlow = 'code' | 'implicit' | 'client_credentials';

/** What passwords must have. Without a policy, eight characters with upper-case and lower-case letters, numbers and symbols. */
export interface PasswordPolicy {
  /** Fewest characters. 6 to 99. */
  minimumLength?: Deferrable<number>;
  /** Whether there must be a lower-case letter. Default: `false`. */
  requireLowercase?: Known<boolean>;
  /** Whether there must be a number. Default: `false`. */
  requireNumbers?: Known<boolean>;
  /** Whether there must be a symbol. Default: `false`. */
  requireSymbols?: Known<boolean>;
  /** Whether there must be an upper-case letter. Default: `false`. */
  requireUppercase?: Known<boolean>;
  /** How long the temporary password of an invited user counts. 0 to 365 days. */
  temporaryPasswordValidityDays?: Deferrable<number>;
}

/**
 * Form of the event that a function gets for a request.
 *
 * - `1.0`: That of REST APIs.
 * - `2.0`: Simpler, with cookies as a list and one entry for each header.
 */
export type PayloadFormat = '1.0' | '2.0';

/** An image that exists in a registry. */
export interface PrebuiltImage {
  /** Image such as `nginx:1.27`. */
  image: Deferrable<string>;
  /** ARN of a secret with `username` and `password` for a private registry. */
  repositoryCredentialsSecretArn?: Deferrable<string>;
  /** Command that replaces the image's own. */
  command?: Array<Deferrable<string>>;
  /** Entry point that replaces the image's own. */
  entryPoint?: Array<Deferrable<string>>;
}

/**
 * Which edge locations are used.
 *
 * - `PriceClass_100`: North America and Europe.
 * - `PriceClass_200`: Those, Africa and most of Asia.
 * - `PriceClass_All`: Everywhere.
 */
export type PriceClass = 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';

/** What identifies an item. */
export interface PrimaryKey {
  /** Attribute that says in which partition an item is stored. */
  partitionKey: TableAttribute;
  /** Attribute by which the items of a partition are sorted. */
  sortKey?: TableAttribute;
}

/** How other containers reach a private service. */
export interface PrivateLoadBalancing {
  /** The way. */
  type: PrivateLoadBalancingType;
}

/**
 * How other containers reach a private service.
 *
 * - `application-load-balancer`: Through an internal load balancer, which costs by the hour; functions in the VPC reach it too.
 * - `service-connect`: By name, through ECS itself; containers only.
 */
export type PrivateLoadBalancingType = 'application-load-balancer' | 'service-connect';

/** A container that the other containers of the stack reach by name, and nothing outside. */
export interface PrivateServiceProps {
  /** Port that the container listens on; it gets it as `PORT`. 1 to 65535. Default: `3000`. */
  port?: Known<number>;
  /** Protocol, so that ECS counts and retries requests; plain TCP when not given. Service Connect only. */
  protocol?: AppProtocol;
  /** How others reach the container. Default: `service-connect`. */
  loadBalancing?: PrivateLoadBalancing;
  /** Where the image comes from. */
  packaging: ContainerPackaging;
  /** Environment variables. The containers of web and private services also get `HOST` and `PORT`, where they must listen. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** Logs of the container. */
  logging?: Logging;
  /** Processor, memory and where the containers run. */
  resources: ContainerResources;
  /** How many copies run. */
  scaling?: ContainerScaling;
  /** A command that is run in the container to see whether it works. */
  internalHealthCheck?: InternalHealthCheck;
  /** How long the container has to stop before it is killed. 2 to 120 seconds. Default: `2`. */
  stopTimeout?: Deferrable<number>;
  /** Whether you can open a shell in a running container. Default: `false`. */
  enableRemoteSessions?: Known<boolean>;
  /** File systems in the container's tree. */
  volumeMounts?: Array<ContainerVolumeMount>;
  /** Containers that run before or beside this one. */
  sideContainers?: Array<SideContainer>;
  /** Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour. Default: `false`. */
  usePrivateSubnetsWithNAT?: Known<boolean>;
  /** Resources that the containers use: they get the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the containers. */
  iamRoleStatements?: Array<IamStatement>;
}

/** Credentials of third-party providers. */
export interface ProviderConfig {
  /** MongoDB Atlas. */
  mongoDbAtlas?: unknown;
  /** Upstash. */
  upstash?: unknown;
}

/**
 * Kind of an identity provider.
 *
 * - `Facebook`: Facebook.
 * - `Google`: Google.
 * - `LoginWithAmazon`: Amazon.
 * - `OIDC`: Any provider that speaks OpenID Connect.
 * - `SAML`: Any provider that speaks SAML 2.0, such as a company's directory.
 * - `SignInWithApple`: Apple.
 */
export type ProviderType = 'Facebook' | 'Google' | 'LoginWithAmazon' | 'OIDC' | 'SAML' | 'SignInWithApple';

/** Capacity that is reserved. */
export interface ProvisionedThroughput {
  /** Reads of 4 KB a second that the table starts with. 1 to 1000000. */
  readUnits: Deferrable<number>;
  /** Writes of 1 KB a second that the table starts with. 1 to 1000000. */
  writeUnits: Deferrable<number>;
  /** Lets the write capacity follow the load. */
  writeScaling?: CapacityScaling;
  /** Lets the read capacity follow the load. */
  readScaling?: CapacityScaling;
}

/** A query parameter and its values. */
export interface QueryCondition {
  /** Name of the parameter. */
  paramName: string;
  /** Values, with `*` and `?` as wildcards; any of them matches. At least 1 item. */
  values: Array<Deferrable<string>>;
}

/** Events of an event bus that become messages. */
export interface QueueBusEvent {
  /** Message group of the messages; FIFO queues need one. */
  messageGroupId?: Deferrable<string>;
  /** ARN of any bus. Give exactly one of `eventBusArn`, `eventBusName` and `useDefaultBus`. */
  eventBusArn?: Deferrable<string>;
  /** Bus of this config. */
  eventBusName?: string;
  /** Whether the account's default bus is meant. */
  useDefaultBus?: Known<boolean>;
  /** Which events become messages. */
  eventPattern: EventPattern;
  /** Queue for events that could not be delivered. */
  onDeliveryFailure?: DeliveryFailure;
  /** What the message holds instead of the event. */
  input?: unknown;
  /** Part of the event that the message holds, as a JSONPath. */
  inputPath?: Deferrable<string>;
  /** Template of what the message holds. */
  inputTransformer?: InputTransformer;
}

/** Messages of an SQS queue. */
export interface QueueEvent {
  /** Queue of this config. Give this or `sqsQueueArn`. */
  sqsQueueName?: string;
  /** ARN of any queue. Give this or `sqsQueueName`. */
  sqsQueueArn?: Deferrable<string>;
  /** Most messages in one call; more than 10 need a `maxBatchWindowSeconds` of at least 1. 1 to 10000. Default: `10`. */
  batchSize?: Deferrable<number>;
  /** How long to wait for a full batch. 0 to 300 seconds. */
  maxBatchWindowSeconds?: Deferrable<number>;
}

/** A statement of the queue's policy. The queue itself is the resource. */
export interface QueuePolicyStatement {
  /** `Allow` or `Deny`. */
  Effect: Deferrable<string>;
  /** Actions such as `sqs:SendMessage`. */
  Action: Array<Deferrable<string>>;
  /** When the statement applies. */
  Condition?: unknown;
  /** Who: a service, account or role, or `*` for everybody. */
  Principal: unknown;
}

/** How many messages consumers take. */
export interface QueueReceivedMessages {
  /** The alarm fires when more messages are taken in a period. 0 to 1000000000 messages. */
  thresholdCount: Deferrable<number>;
  /** How the number compares to the threshold when the alarm fires. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
  /** How the numbers of a period become one. Default: `avg`. */
  statistic?: Statistic;
}

/**
 * What fills a queue.
 *
 * - `event-bus`: Events of an event bus that match a pattern.
 */
export type QueueSource =
  | { type: 'event-bus'; properties: QueueBusEvent };

/**
 * What an alarm on a queue watches.
 *
 * - `sqs-queue-received-messages-count`: How many messages consumers take.
 * - `sqs-queue-not-empty`: Any message in the queue; for dead-letter queues.
 */
export type QueueTrigger =
  | { type: 'sqs-queue-received-messages-count'; properties: QueueReceivedMessages }
  | { type: 'sqs-queue-not-empty'; properties?: Record<string, never> };

/** An alarm. */
export interface QueueTriggerAlarm {
  /** What is watched, and from which value on the alarm fires. */
  trigger: QueueTrigger;
  /** How long it must last. */
  evaluation?: AlarmEvaluation;
  /** Who is told when the alarm fires, and when it is over. */
  notificationTargets?: Array<NotificationTarget>;
  /** Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days. Default: `true`. */
  includeInHistory?: Known<boolean>;
  /** What the alarm is about; part of notifications. At most 1024 characters. */
  description?: Deferrable<string>;
}

/**
 * What happens to requests above the limit.
 *
 * - `Allow`: They pass.
 * - `Block`: They are refused.
 * - `Captcha`: The caller has to solve a CAPTCHA.
 * - `Challenge`: The browser has to pass a silent challenge.
 * - `Count`: They are counted only.
 */
export type RateAction = 'Allow' | 'Block' | 'Captcha' | 'Challenge' | 'Count';

/** A limit on the rate of requests. */
export interface RateBasedRule {
  /** Requests in five minutes, above which the rule acts. 10 to 2000000000. */
  limit: Deferrable<number>;
  /** Which address requests are counted by: the caller's, or the one in a header that a proxy sets. Default: `IP`. */
  aggregateBasedOn?: RateKey;
  /** The header; needed with `FORWARDED_IP`. */
  forwardedIPConfig?: ForwardedIp;
  /** What happens to requests above the limit. Default: `Block`. */
  action?: RateAction;
  /** Order of the rule; the lowest comes first. Every rule has a priority of its own. */
  priority: Known<number>;
  /** Name of the rule. */
  name: string;
  /** Whether nothing is counted in CloudWatch. Default: `false`. */
  disableMetrics?: Known<boolean>;
  /** Whether samples of requests are kept for the AWS console. Default: `false`. */
  sampledRequestsEnabled?: Known<boolean>;
}

/**
 * Which address requests are counted by.
 *
 * - `FORWARDED_IP`: The address in a header that a proxy sets.
 * - `IP`: The caller's address.
 */
export type RateKey = 'FORWARDED_IP' | 'IP';

/** Where a caller is sent. What is not given stays as it was in the request. */
export interface Redirect {
  /** Path; may hold `#{path}`, `#{host}`, `#{port}`. */
  path?: Deferrable<string>;
  /** Query, without `?`; may hold `#{query}`. */
  query?: Deferrable<string>;
  /** Port. With another protocol its usual one when not given. 1 to 65535. */
  port?: Known<number>;
  /** Host. */
  host?: Deferrable<string>;
  /** Protocol. */
  protocol?: HttpProtocol;
  /** Permanent (301) or temporary (302). */
  statusCode: RedirectStatus;
}

/**
 * Permanent or temporary.
 *
 * - `HTTP_301`: Permanent.
 * - `HTTP_302`: Temporary.
 */
export type RedirectStatus = 'HTTP_301' | 'HTTP_302';

/** Where messages go that could not be processed. Exactly one of the two queues is given. */
export interface RedrivePolicy {
  /** Queue of this config. */
  targetSqsQueueName?: string;
  /** ARN of any queue. */
  targetSqsQueueArn?: Deferrable<string>;
  /** How often a message is taken without being deleted before it is moved. 1 to 1000. */
  maxReceiveCount: Deferrable<number>;
}

/** Body of a response. */
export interface ResponseBody {
  /** Content type. */
  contentType: ResponseContentType;
  /** Content; at most 10 KB. 1 to 10240 characters. */
  content: Deferrable<string>;
}

/**
 * Content type of a response.
 *
 * - `APPLICATION_JSON`: JSON.
 * - `TEXT_HTML`: HTML.
 * - `TEXT_PLAIN`: Plain text.
 */
export type ResponseContentType = 'APPLICATION_JSON' | 'TEXT_HTML' | 'TEXT_PLAIN';

/** What happens after a run that failed. */
export interface RetryConfig {
  /** Most runs, the first included. 1 to 1000. Default: `1`. */
  attempts?: Known<number>;
  /** Wait before the second run. At least 0 seconds. Default: `0`. */
  retryIntervalSeconds?: Known<number>;
  /** What every wait is multiplied with. Before the third run the wait is twice, before the fourth three times as long as before the second. At least 0. Default: `1`. */
  retryIntervalMultiplier?: Known<number>;
}

/**
 * A rule of a firewall.
 *
 * - `managed-rule-group`: A group of rules that AWS or a vendor of the AWS Marketplace maintains.
 * - `custom-rule-group`: A group of rules of your own.
 * - `rate-based-rule`: A limit on the rate of requests.
 */
export type Rule =
  | { type: 'managed-rule-group'; properties: ManagedRuleGroup }
  | { type: 'custom-rule-group'; properties: CustomRuleGroup }
  | { type: 'rate-based-rule'; properties: RateBasedRule };

/** Changes of objects in a bucket. */
export interface S3Event {
  /** ARN of the bucket, such as `$ResourceParam('files', 'arn')`. */
  bucketArn: Deferrable<string>;
  /** Which changes. */
  s3EventType: S3EventType;
  /** Which objects; all when not given. */
  filterRule?: S3FilterRule;
}

/**
 * A kind of change of an object.
 *
 * - `s3:ObjectCreated:*`: Written, in any way.
 * - `s3:ObjectCreated:Put`: Written by PUT.
 * - `s3:ObjectCreated:Post`: Written by a browser form.
 * - `s3:ObjectCreated:Copy`: Written as a copy.
 * - `s3:ObjectCreated:CompleteMultipartUpload`: Written by a multipart upload.
 * - `s3:ObjectRemoved:*`: Removed, in any way.
 * - `s3:ObjectRemoved:Delete`: Removed for good.
 * - `s3:ObjectRemoved:DeleteMarkerCreated`: Hidden by a delete marker.
 * - `s3:ObjectRestore:*`: Restored from an archive class, any step.
 * - `s3:ObjectRestore:Post`: A restore was asked for.
 * - `s3:ObjectRestore:Completed`: A restore is complete.
 * - `s3:ReducedRedundancyLostObject`: An object of the reduced redundancy class was lost.
 * - `s3:Replication:*`: Replication, any event.
 * - `s3:Replication:OperationFailedReplication`: Replication failed.
 * - `s3:Replication:OperationMissedThreshold`: Replication took longer than agreed.
 * - `s3:Replication:OperationNotTracked`: Replication is no longer tracked.
 * - `s3:Replication:OperationReplicatedAfterThreshold`: Replicated after the agreed time.
 */
export type S3EventType = 's3:ObjectCreated:*' | 's3:ObjectCreated:Put' | 's3:ObjectCreated:Post' | 's3:ObjectCreated:Copy' | 's3:ObjectCreated:CompleteMultipartUpload' | 's3:ObjectRemoved:*' | 's3:ObjectRemoved:Delete' | 's3:ObjectRemoved:DeleteMarkerCreated' | 's3:ObjectRestore:*' | 's3:ObjectRestore:Post' | 's3:ObjectRestore:Completed' | 's3:ReducedRedundancyLostObject' | 's3:Replication:*' | 's3:Replication:OperationFailedReplication' | 's3:Replication:OperationMissedThreshold' | 's3:Replication:OperationNotTracked' | 's3:Replication:OperationReplicatedAfterThreshold';

/** A bucket through S3 Files. */
export interface S3FilesMount {
  /** ARN of the access point. */
  accessPointArn: Deferrable<string>;
  /** Path in the function, below `/mnt/`. */
  mountPath: string;
}

/** Which objects, by their keys. */
export interface S3FilterRule {
  /** How the key starts. */
  prefix?: string;
  /** How the key ends. */
  suffix?: string;
}

/** A point in time, or an interval. */
export interface ScheduleEvent {
  /** `rate(5 minutes)`, or `cron(minutes hours day-of-month month day-of-week year)` in UTC. */
  scheduleRate: Deferrable<string>;
  /** What the function gets instead of the event. */
  input?: unknown;
  /** Part of the event that the function gets, as a JSONPath. */
  inputPath?: Deferrable<string>;
  /** Template of what the function gets. */
  inputTransformer?: InputTransformer;
}

/**
 * A script of the `scripts` section.
 *
 * - `local-script`: Runs on the machine that runs the command.
 * - `bastion-script`: Runs on the bastion instance of the stack.
 * - `local-script-with-bastion-tunneling`: Runs on the machine that runs the command, with tunnels through the bastion to what `connectTo` names.
 */
export type Script =
  | { type: 'local-script'; properties: LocalScript }
  | { type: 'bastion-script'; properties: BastionScript }
  | { type: 'local-script-with-bastion-tunneling'; properties: ScriptWithTunnel };

/**
 * When a script runs.
 *
 * - `after:deploy`: With every deploy, after everything else.
 * - `before:delete`: Before the stack is deleted.
 */
export type ScriptTrigger = 'after:deploy' | 'before:delete';

/** One environment variable of a script. */
export interface ScriptVariable {
  /** Name. */
  name: string;
  /** Value: text, a number or a boolean. */
  value: unknown;
}

/** A local script with tunnels. Exactly one of the `execute…` properties is given. */
export interface ScriptWithTunnel {
  /** Bastion to tunnel through; the only one when not given. */
  bastionResource?: string;
  /** Path of a script file (JavaScript, TypeScript, Python). */
  executeScript?: string;
  /** A shell command. */
  executeCommand?: string;
  /** Paths of script files, run one after the other. */
  executeScripts?: Array<string>;
  /** Shell commands, run one after the other. */
  executeCommands?: Array<string>;
  /** Working directory, relative to the config. */
  cwd?: string;
  /** Whether output is shown while the script runs. Default: `true`. */
  pipeStdio?: Known<boolean>;
  /** Resources whose variables the script gets; those inside the VPC are reached through a tunnel. */
  connectTo?: Array<string | ResourceReference>;
  /** Environment variables. */
  environment?: Array<ScriptVariable> | Environment;
  /** Resource whose role the script assumes. */
  assumeRoleOfResource?: string;
}

/** A further way to query the table: a copy of it under another key (a global secondary index). */
export interface SecondaryIndex {
  /** Name of the index. 3 to 255 characters. */
  name: string;
  /** Attribute that says in which partition of the index an item is stored. */
  partitionKey: TableAttribute;
  /** Attribute by which the items of a partition are sorted. */
  sortKey?: TableAttribute;
  /** Attributes that the index holds beside the keys; at most 100. Only the keys when not given. */
  projections?: Array<string>;
}

/** Traffic from other workloads of the stack, which reach the port as `http://alias:port`. */
export interface ServiceConnectEvent {
  /** Port that the container listens on, and that others use. 1 to 65535. */
  containerPort: Known<number>;
  /** Name by which others reach the container; that of the workload and container in lower case when not given. */
  alias?: Deferrable<string>;
  /** Protocol, so that ECS counts and retries requests; plain TCP when not given. */
  protocol?: AppProtocol;
}

/** A container beside the main one. */
export interface SideContainer {
  /** Whether it runs to its end before the main container starts, or beside it. */
  containerType: SideContainerType;
  /** Name: letters, digits, `-` and `_`; unique in the service. 1 to 255 characters. */
  name: string;
  /** Where the image comes from. */
  packaging: ContainerPackaging;
  /** Whether the service stops when this container stops. A container that runs to its end never is essential. Default: `true`. */
  essential?: Known<boolean>;
  /** Logs of the container. */
  logging?: Logging;
  /** Containers that must have started, finished or become healthy before this one starts. */
  dependsOn?: Array<ContainerDependency>;
  /** Environment variables. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** A command that is run in the container to see whether it works. */
  internalHealthCheck?: InternalHealthCheck;
  /** How long the container has to stop before it is killed. 2 to 120 seconds. Default: `2`. */
  stopTimeout?: Deferrable<number>;
  /** File systems in the container's tree. */
  volumeMounts?: Array<ContainerVolumeMount>;
}

/**
 * When a side container runs.
 *
 * - `always-running`: Beside the main container.
 * - `run-on-init`: To its end, before the main container starts.
 */
export type SideContainerType = 'always-running' | 'run-on-init';

/** A channel in Slack. */
export interface SlackTarget {
  /** Id of the channel, such as `C0123456789`. The app that the token belongs to must be a member. */
  conversationId: Deferrable<string>;
  /** Token of a Slack app with the right `chat:write`; a `$Secret`, best of all. */
  accessToken: Deferrable<string>;
}

/** A topic: every message goes to all subscribers. */
export interface SnsTopicProps {
  /** Sender that text messages to phones show. 1 to 11 characters. */
  smsDisplayName?: Deferrable<string>;
  /**
   * Whether messages keep their order and are delivered exactly once. Only FIFO queues can subscribe then. Cannot be changed later without a
   * new topic. Default: `false`.
   */
  fifoEnabled?: Known<boolean>;
  /** Whether messages of the same content within five minutes count as one. Needs `fifoEnabled`. Default: `false`. */
  contentBasedDeduplication?: Known<boolean>;
}

/** A queue: messages wait until a consumer takes them. */
export interface SqsQueueProps {
  /** How long a new message stays invisible. 0 to 900 seconds. Default: `0`. */
  delayMessagesSecond?: Deferrable<number>;
  /** Largest message. AWS accepts up to 1 MiB, which is also its default. 1024 to 1048576 bytes. */
  maxMessageSizeBytes?: Deferrable<number>;
  /** How long a message is kept when nobody deletes it; four days by default, fourteen at most. 60 to 1209600 seconds. Default: `345600`. */
  messageRetentionPeriodSeconds?: Deferrable<number>;
  /** How long a consumer's request waits for messages. More than 0 saves requests that return nothing. 0 to 20 seconds. Default: `0`. */
  longPollingSeconds?: Deferrable<number>;
  /**
   * How long a message that a consumer took is hidden from the others: at least as long as the consumer takes. 30 seconds when not given, or
   * six times the timeout of a function that takes longer. 0 to 43200 seconds. Default: `30`.
   */
  visibilityTimeoutSeconds?: Deferrable<number>;
  /** Whether messages keep their order and are delivered exactly once. Cannot be changed later without a new queue. Default: `false`. */
  fifoEnabled?: Known<boolean>;
  /** Whether order and deduplication are kept within a message group only, for more throughput. Needs `fifoEnabled`. */
  fifoHighThroughput?: Known<boolean>;
  /** Whether messages of the same content within five minutes count as one. Needs `fifoEnabled`. */
  contentBasedDeduplication?: Known<boolean>;
  /** Where messages go that could not be processed. */
  redrivePolicy?: RedrivePolicy;
  /** Alarms on the messages in the queue. */
  alarms?: Array<QueueTriggerAlarm>;
  /** Names of organisation-wide alarms that this queue does not get. Kept for compatibility; there are no such alarms here. */
  disabledGlobalAlarms?: Array<string>;
  /** Who may use the queue, beside roles of this account that have the rights anyway. */
  policyStatements?: Array<QueuePolicyStatement>;
  /** What fills the queue. */
  events?: Array<QueueSource>;
}

/** Settings of the stack. */
export interface StackConfig {
  /** Values to show after a deploy, and to read from other stacks. */
  outputs?: Array<StackOutputConfig>;
  /** Tags of the stack and of every resource that takes tags; at most 45. */
  tags?: Array<Tag>;
  /** Whether information about the stack is not saved beside the config after a deploy. Default: `false`. */
  disableStackInfoSaving?: Known<boolean>;
  /** Folder for the saved information. Default: `.stacktape-stack-info/`. */
  stackInfoDirectory?: string;
  /** The network that the stack's resources join. */
  vpc?: VpcSettings;
}

/** One output of the stack. */
export interface StackOutputConfig {
  /** Name, letters and digits. */
  name: string;
  /** Value. */
  value: unknown;
  /** What the value is for. */
  description?: string;
  /** Whether other stacks can read it with `$CfStackOutput` and `$StackOutput`. Default: `false`. */
  export?: Known<boolean>;
}

/**
 * Where reading starts.
 *
 * - `TRIM_HORIZON`: The oldest record that the stream still has.
 * - `LATEST`: Records written from now on.
 */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST';

/** A Step Functions state machine. */
export interface StateMachineProps {
  /** The machine in Amazon States Language: `StartAt` and `States`. */
  definition: unknown;
}

/**
 * How the values of a period become one.
 *
 * - `avg`: The mean.
 * - `max`: The highest.
 * - `min`: The lowest.
 * - `p90`: Nine of ten values are below.
 * - `p95`: 95 of 100 values are below.
 * - `p99`: 99 of 100 values are below.
 * - `sum`: The sum.
 */
export type Statistic = 'avg' | 'max' | 'min' | 'p90' | 'p95' | 'p99' | 'sum';

/**
 * A storage class: cheaper to keep, dearer or slower to read.
 *
 * - `DEEP_ARCHIVE`: Archive; a restore takes hours.
 * - `GLACIER`: Archive; a restore takes minutes to hours.
 * - `INTELLIGENT_TIERING`: S3 moves each object between tiers by how often it is read.
 * - `ONEZONE_IA`: Infrequent access, in one availability zone.
 * - `STANDARD_IA`: Infrequent access.
 */
export type StorageClass = 'DEEP_ARCHIVE' | 'GLACIER' | 'INTELLIGENT_TIERING' | 'ONEZONE_IA' | 'STANDARD_IA';

/**
 * How fast traffic is shifted.
 *
 * - `AllAtOnce`: All at once.
 * - `Canary10Percent5Minutes`: A tenth, and the rest after 5 minutes.
 * - `Canary10Percent10Minutes`: A tenth, and the rest after 10 minutes.
 * - `Canary10Percent15Minutes`: A tenth, and the rest after 15 minutes.
 * - `Canary10Percent30Minutes`: A tenth, and the rest after 30 minutes.
 * - `Linear10PercentEvery1Minute`: A tenth every minute.
 * - `Linear10PercentEvery2Minutes`: A tenth every 2 minutes.
 * - `Linear10PercentEvery3Minutes`: A tenth every 3 minutes.
 * - `Linear10PercentEvery10Minutes`: A tenth every 10 minutes.
 */
export type Strategy = 'AllAtOnce' | 'Canary10Percent5Minutes' | 'Canary10Percent10Minutes' | 'Canary10Percent15Minutes' | 'Canary10Percent30Minutes' | 'Linear10PercentEvery1Minute' | 'Linear10PercentEvery2Minutes' | 'Linear10PercentEvery3Minutes' | 'Linear10PercentEvery10Minutes';

/** Encryption at rest. */
export interface StreamEncryption {
  /** Whether records are encrypted. Turn it off when another account writes or reads, which the key of Kinesis does not allow. */
  enabled: Known<boolean>;
  /** ARN of a key of your own instead of the key of Kinesis. Connected resources get the right to use it. */
  kmsKeyArn?: Deferrable<string>;
}

/**
 * What the records of a stream of changes hold.
 *
 * - `KEYS_ONLY`: The key only.
 * - `NEW_AND_OLD_IMAGES`: The item before and after the change.
 * - `NEW_IMAGE`: The item after the change.
 * - `OLD_IMAGE`: The item before the change.
 */
export type StreamType = 'KEYS_ONLY' | 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE';

/** An attribute that a key is made of. */
export interface TableAttribute {
  /** Its name. 1 to 255 characters. */
  name: string;
  /** Its type. */
  type: AttributeType;
}

/** A tag. */
export interface Tag {
  /** Key; at most 128 characters. 1 to 128 characters. */
  name: string;
  /** Value; at most 256 characters. */
  value: Deferrable<string>;
}

/**
 * How throughput grows.
 *
 * - `elastic`: With use.
 * - `bursting`: With the stored amount.
 * - `provisioned`: As the config says.
 */
export type ThroughputMode = 'elastic' | 'bursting' | 'provisioned';

/** Messages of an SNS topic. */
export interface TopicEvent {
  /** Topic of this config. Give this or `snsTopicArn`. */
  snsTopicName?: string;
  /** ARN of any topic. Give this or `snsTopicName`. */
  snsTopicArn?: Deferrable<string>;
  /** Which messages are delivered, by their attributes. */
  filterPolicy?: unknown;
  /** Queue for messages that could not be delivered. */
  onDeliveryFailure?: DeliveryFailure;
}

/** Share of targets that fail their health checks. */
export interface UnhealthyTargetsTrigger {
  /** Threshold. 0 to 100 percent. */
  thresholdPercent: Deferrable<number>;
  /** Workloads whose targets are watched; all when not given. */
  onlyIncludeTargets?: Array<string>;
  /** How the value compares to the threshold. Default: `GreaterThanThreshold`. */
  comparisonOperator?: Comparison;
}

/** Which web pages may call the address. */
export interface UrlCors {
  /** Whether cross-origin calls are answered. */
  enabled: Known<boolean>;
  /** Origins that may call. Default: `*`. */
  allowedOrigins?: Array<Deferrable<string>>;
  /** Request headers that may be sent. */
  allowedHeaders?: Array<Deferrable<string>>;
  /** Methods that may be used; all when not given. `OPTIONS` is left out: Lambda answers such requests itself. */
  allowedMethods?: Array<Deferrable<UrlMethod>>;
  /** Whether cookies and credentials may be sent. */
  allowCredentials?: Deferrable<boolean>;
  /** Response headers that a page may read. */
  exposedResponseHeaders?: Array<Deferrable<string>>;
  /** How long a browser may keep the answer. 0 to 86400 seconds. */
  maxAge?: Deferrable<number>;
}

/**
 * A method that web pages may use.
 *
 * - `*`: Every method.
 * - `DELETE`: DELETE.
 * - `GET`: GET.
 * - `HEAD`: HEAD.
 * - `OPTIONS`: OPTIONS, which Lambda answers itself.
 * - `PATCH`: PATCH.
 * - `POST`: POST.
 * - `PUT`: PUT.
 */
export type UrlMethod = '*' | 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT';

/**
 * Type of an attribute's value.
 *
 * - `String`: Text.
 * - `Number`: A whole number.
 * - `DateTime`: Date and time.
 * - `Boolean`: `true` or `false`.
 */
export type UserAttributeType = 'String' | 'Number' | 'DateTime' | 'Boolean';

/** Accounts of users, who sign up and sign in (Amazon Cognito). */
export interface UserAuthPoolProps {
  /** Whether users cannot sign up by themselves. Default: `false`. */
  allowOnlyAdminsToCreateAccount?: Deferrable<boolean>;
  /** How long the temporary password of an invited user counts. `passwordPolicy.temporaryPasswordValidityDays` takes its place. 0 to 365 days. Default: `31`. */
  unusedAccountValidityDays?: Deferrable<number>;
  /** Whether e-mail addresses are verified, whatever `userVerificationType` says. */
  requireEmailVerification?: Known<boolean>;
  /** Whether phone numbers are verified, whatever `userVerificationType` says. */
  requirePhoneNumberVerification?: Known<boolean>;
  /** Whether Cognito's own pages for signing in are used. Kept for compatibility: every pool has a domain with them. Default: `false`. */
  enableHostedUi?: Known<boolean>;
  /**
   * First part of the domain of the hosted pages; unique in the region. Made of the stack's and the resource's name when not given. A change makes
   * a new domain. 1 to 63 characters.
   */
  hostedUiDomainPrefix?: Deferrable<string>;
  /** Style sheet of the hosted pages. Cognito takes the classes of its template only. */
  hostedUiCSS?: Deferrable<string>;
  /** Functions that Cognito calls. */
  hooks?: UserPoolHooks;
  /** Who sends e-mails. Cognito itself, a few a day, when not given. */
  emailConfiguration?: EmailConfiguration;
  /** What an invited user is sent. */
  inviteMessageConfig?: InviteMessageConfig;
  /** How users prove that an address or number is theirs. Default: `email-code`. */
  userVerificationType?: UserVerificationType;
  /** What a user is sent to prove that an address or number is theirs. */
  userVerificationMessageConfig?: UserVerificationMessageConfig;
  /** A second factor when signing in. */
  mfaConfiguration?: Mfa;
  /** What passwords must have. */
  passwordPolicy?: PasswordPolicy;
  /** Attributes of an account: those of your own, and standard ones that must be given. An attribute cannot be taken out again. At most 50 items. */
  schema?: Array<AttributeSchema>;
  /** Whether users sign in with a phone number. A change makes a new pool. Default: `true`. */
  allowPhoneNumberAsUserName?: Known<boolean>;
  /** Whether users sign in with an e-mail address. A change makes a new pool. Default: `true`. */
  allowEmailAsUserName?: Known<boolean>;
  /** Other places where users have accounts, and with which they sign in here. */
  identityProviders?: Array<IdentityProvider>;
  /** Name of a `web-app-firewall` with scope `regional` in front of the pool. */
  useFirewall?: string;
  /** A domain of your own for the hosted pages. Needs a certificate in us-east-1. */
  customDomain?: CustomDomain;
  /** Whether users sign in with `identityProviders` only. Default: `false`. */
  allowOnlyExternalIdentityProviders?: Known<boolean>;
  /** How long access tokens count; an hour when not given. Cognito takes five minutes or more. 1 to 86400 seconds. */
  accessTokenValiditySeconds?: Deferrable<number>;
  /** How long ID tokens count; an hour when not given. Cognito takes five minutes or more. 1 to 86400 seconds. */
  idTokenValiditySeconds?: Deferrable<number>;
  /** How long users stay signed in. 1 to 3650 days. Default: `30`. */
  refreshTokenValidityDays?: Deferrable<number>;
  /** Ways in which applications get tokens by OAuth; `code` and `implicit` when not given. */
  allowedOAuthFlows?: Array<OAuthFlow>;
  /** What tokens may be used for; `email`, `openid` and `profile` when not given. */
  allowedOAuthScopes?: Array<Deferrable<string>>;
  /**
   * Pages to which users may return after they signed in. The first is the default. Not given, it is
   * `http://localhost:3000/api/auth/callback/cognito`.
   */
  callbackURLs?: Array<Deferrable<string>>;
  /** Pages to which users may return after they signed out. */
  logoutURLs?: Array<Deferrable<string>>;
  /** Whether the client has a secret, for applications that run on a server. A change makes a new client. Default: `false`. */
  generateClientSecret?: Known<boolean>;
}

/** ARNs of functions that Cognito calls, such as `$ResourceParam('myFunction', 'arn')`. */
export interface UserPoolHooks {
  /** Writes a message before it is sent. */
  customMessage?: Deferrable<string>;
  /** Called after a user has signed in. */
  postAuthentication?: Deferrable<string>;
  /** Called after a user has confirmed the account. */
  postConfirmation?: Deferrable<string>;
  /** Decides whether a user may sign in. */
  preAuthentication?: Deferrable<string>;
  /** Decides whether somebody may sign up. */
  preSignUp?: Deferrable<string>;
  /** Changes the claims of a token before it is made. */
  preTokenGeneration?: Deferrable<string>;
  /** Brings users over from elsewhere when they sign in for the first time. */
  userMigration?: Deferrable<string>;
  /** Makes a challenge of your own. */
  createAuthChallenge?: Deferrable<string>;
  /** Decides which challenge comes next. */
  defineAuthChallenge?: Deferrable<string>;
  /** Checks the answer to a challenge. */
  verifyAuthChallengeResponse?: Deferrable<string>;
}

/** What a user is sent to prove that an address or number is theirs. `{####}` stands for the code, `{##text##}` for a link. */
export interface UserVerificationMessageConfig {
  /** Text of the e-mail with a code. 6 to 20000 characters. */
  emailMessageUsingCode?: Deferrable<string>;
  /** Text of the e-mail with a link. 6 to 20000 characters. */
  emailMessageUsingLink?: Deferrable<string>;
  /** Subject of the e-mail with a code. 1 to 140 characters. */
  emailSubjectUsingCode?: Deferrable<string>;
  /** Subject of the e-mail with a link. 1 to 140 characters. */
  emailSubjectUsingLink?: Deferrable<string>;
  /** Text of the SMS. 6 to 140 characters. */
  smsMessage?: Deferrable<string>;
}

/**
 * How users prove that an address or number is theirs.
 *
 * - `email-link`: With a link in an e-mail.
 * - `email-code`: With a code in an e-mail.
 * - `sms`: With a code in an SMS.
 * - `none`: Not at all.
 */
export type UserVerificationType = 'email-link' | 'email-code' | 'sms' | 'none';

/**
 * A file system in the function's tree.
 *
 * - `efs`: An EFS file system of this config.
 * - `s3files`: A bucket through S3 Files.
 */
export type VolumeMount =
  | { type: 'efs'; properties: EfsMount }
  | { type: 's3files'; properties: S3FilesMount };

/** Which VPC to reuse: by id, or by the project and stage of the stack that owns it. */
export interface VpcReuse {
  /** Project of the stack that owns the VPC. */
  projectName?: string;
  /** Stage of the stack that owns the VPC. */
  stage?: string;
  /** Id of the VPC. */
  vpcId?: string;
}

/** The network that the stack's resources join. */
export interface VpcSettings {
  /** A VPC that exists already, instead of one of the stack's own. */
  reuseVpc?: VpcReuse;
  /** NAT gateways for workloads in private subnets. */
  nat?: NatSettings;
}

/**
 * What happens to a request that no rule decides about.
 *
 * - `Allow`: It passes.
 * - `Block`: It is refused.
 */
export type WebAppFirewallDefaultAction = 'Allow' | 'Block';

/** A firewall for HTTP requests (AWS WAF). */
export interface WebAppFirewallProps {
  /** What it protects: CDNs (`cdn`), or load balancers and user pools (`regional`). A change makes a new firewall. */
  scope: FirewallScope;
  /** What happens to a request that no rule decides about. Default: `Allow`. */
  defaultAction?: WebAppFirewallDefaultAction;
  /** Rules, applied in the order of their priorities. Without this property AWS's common rules and those against known bad inputs apply. */
  rules?: Array<Rule>;
  /** Bodies of responses, by name. */
  customResponseBodies?: Record<string, ResponseBody>;
  /** How long a solved CAPTCHA counts. 60 to 259200 seconds. Default: `300`. */
  captchaImmunityTime?: Deferrable<number>;
  /** How long a passed challenge counts. 60 to 259200 seconds. Default: `300`. */
  challengeImmunityTime?: Deferrable<number>;
  /** Domains whose tokens are accepted, beside the protected resource's own. */
  tokenDomains?: Array<Deferrable<string>>;
  /** Whether nothing is counted in CloudWatch. Default: `false`. */
  disableMetrics?: Known<boolean>;
  /** Whether samples of requests are kept for the AWS console. Default: `false`. */
  sampledRequestsEnabled?: Known<boolean>;
}

/** How an application load balancer sees whether the container works. */
export interface WebServiceHealthCheck {
  /** Path that must answer with a status from 200 to 299. Default: `/`. */
  healthcheckPath?: Deferrable<string>;
  /** Time between two checks. 5 to 300 seconds. Default: `5`. */
  healthcheckInterval?: Deferrable<number>;
  /** How long a check may take. 2 to 120 seconds. Default: `4`. */
  healthcheckTimeout?: Deferrable<number>;
}

/**
 * What stands in front of the container.
 *
 * - `http-api-gateway`: An HTTP API: HTTPS, costs by the request.
 * - `application-load-balancer`: An application load balancer: HTTPS, websockets, gradual deployments; costs by the hour.
 * - `network-load-balancer`: A network load balancer: TCP and TLS; costs by the hour.
 */
export type WebServiceLoadBalancing =
  | { type: 'http-api-gateway'; properties?: Record<string, never> }
  | { type: 'application-load-balancer'; properties?: WebServiceHealthCheck }
  | { type: 'network-load-balancer'; properties: WebServiceNetworkLoadBalancing };

/** Ports of a network load balancer, and how it sees whether the container works. */
export interface WebServiceNetworkLoadBalancing {
  /** Ports on which the load balancer listens. 1 to 50 items. */
  ports: Array<WebServicePort>;
  /** Path that must answer with a status from 200 to 299, with the protocol HTTP. Default: `/`. */
  healthcheckPath?: Deferrable<string>;
  /** Time between two checks. 5 to 300 seconds. Default: `5`. */
  healthcheckInterval?: Deferrable<number>;
  /** How long a check may take. 2 to 120 seconds. Default: `4`. */
  healthcheckTimeout?: Deferrable<number>;
  /** Protocol of health checks. Default: `TCP`. */
  healthCheckProtocol?: HealthCheckProtocol;
  /** Port of health checks; that of the traffic when not given. 1 to 65535. */
  healthCheckPort?: Known<number>;
}

/** A port on which a network load balancer listens. */
export interface WebServicePort {
  /** Port of the load balancer. 1 to 65535. */
  port: Known<number>;
  /** Protocol; TLS ends at the load balancer, and needs one of `customDomains` for its certificate: TCP is the default without any. Default: `TLS`. */
  protocol?: NetworkProtocol;
  /** Port that the container listens on; that of the load balancer when not given. 1 to 65535. */
  containerPort?: Known<number>;
}

/**
 * A container that the internet reaches: by HTTPS through an HTTP API or an application load balancer, or by TCP and TLS through a network load
 * balancer.
 */
export interface WebServiceProps {
  /** What stands in front of the container. An HTTP API costs by the request, load balancers by the hour. Default: `http-api-gateway`. */
  loadBalancing?: WebServiceLoadBalancing;
  /** Which web pages may call the service. HTTP API only. */
  cors?: HttpApiCors;
  /** Domains of the service. Each needs a hosted zone and a certificate in the region of the stack. */
  customDomains?: Array<CustomDomain | string>;
  /** A CDN in front of the service. Not with a network load balancer. */
  cdn?: CdnConfig;
  /** Alarms on what stands in front of the container. */
  alarms?: Array<WebServiceTriggerAlarm>;
  /** Names of organisation-wide alarms that this service does not get. Kept for compatibility; there are no such alarms here. */
  disabledGlobalAlarms?: Array<string>;
  /** Gradual shift of traffic to a new version. Application load balancer only. */
  deployment?: ContainerDeployment;
  /** Firewall (`web-app-firewall` of scope `regional`) in front of the service. Application load balancer only. */
  useFirewall?: string;
  /** Where the image comes from. */
  packaging: ContainerPackaging;
  /** Environment variables. The containers of web and private services also get `HOST` and `PORT`, where they must listen. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** Logs of the container. */
  logging?: Logging;
  /** Processor, memory and where the containers run. */
  resources: ContainerResources;
  /** How many copies run. */
  scaling?: ContainerScaling;
  /** A command that is run in the container to see whether it works. */
  internalHealthCheck?: InternalHealthCheck;
  /** How long the container has to stop before it is killed. 2 to 120 seconds. Default: `2`. */
  stopTimeout?: Deferrable<number>;
  /** Whether you can open a shell in a running container. Default: `false`. */
  enableRemoteSessions?: Known<boolean>;
  /** File systems in the container's tree. */
  volumeMounts?: Array<ContainerVolumeMount>;
  /** Containers that run before or beside this one. */
  sideContainers?: Array<SideContainer>;
  /** Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour. Default: `false`. */
  usePrivateSubnetsWithNAT?: Known<boolean>;
  /** Resources that the containers use: they get the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the containers. */
  iamRoleStatements?: Array<IamStatement>;
}

/**
 * What an alarm on a web service watches.
 *
 * - `http-api-gateway-error-rate`: Share of requests that are answered with a 4xx or 5xx status. HTTP API.
 * - `http-api-gateway-latency`: Time between the arrival of a request and its response. HTTP API.
 * - `application-load-balancer-custom`: A metric of the application load balancer.
 * - `application-load-balancer-error-rate`: Share of requests that targets answer with an error. Application load balancer.
 * - `application-load-balancer-unhealthy-targets`: Share of targets that fail their health checks. Application load balancer.
 */
export type WebServiceTrigger =
  | { type: 'http-api-gateway-error-rate'; properties: HttpApiErrorRate }
  | { type: 'http-api-gateway-latency'; properties: HttpApiLatency }
  | { type: 'application-load-balancer-custom'; properties: CustomTrigger }
  | { type: 'application-load-balancer-error-rate'; properties: ErrorRateTrigger }
  | { type: 'application-load-balancer-unhealthy-targets'; properties: UnhealthyTargetsTrigger };

/** An alarm. */
export interface WebServiceTriggerAlarm {
  /** What is watched, and from which value on the alarm fires. */
  trigger: WebServiceTrigger;
  /** How long it must last. */
  evaluation?: AlarmEvaluation;
  /** Who is told when the alarm fires, and when it is over. */
  notificationTargets?: Array<NotificationTarget>;
  /** Whether the alarm is listed in the history of a console. Kept for compatibility; CloudWatch keeps the history of every alarm for 30 days. Default: `true`. */
  includeInHistory?: Known<boolean>;
  /** What the alarm is about; part of notifications. At most 1024 characters. */
  description?: Deferrable<string>;
}

/** Any HTTPS address. */
export interface WebhookTarget {
  /** The address. It gets a POST request within seconds, which it must answer within five. */
  url: Deferrable<string>;
  /** Sent as `Authorization: Bearer …`, so that the receiver knows who calls. */
  secret?: Deferrable<string>;
  /** Further headers. */
  headers?: Record<string, unknown>;
}

/** A container that runs without traffic from outside: it takes work from queues and tables. */
export interface WorkerServiceProps {
  /** Where the image comes from. */
  packaging: ContainerPackaging;
  /** Environment variables. The containers of web and private services also get `HOST` and `PORT`, where they must listen. */
  environment?: Array<EnvironmentVariable> | Environment;
  /** Logs of the container. */
  logging?: Logging;
  /** Processor, memory and where the containers run. */
  resources: ContainerResources;
  /** How many copies run. */
  scaling?: ContainerScaling;
  /** A command that is run in the container to see whether it works. */
  internalHealthCheck?: InternalHealthCheck;
  /** How long the container has to stop before it is killed. 2 to 120 seconds. Default: `2`. */
  stopTimeout?: Deferrable<number>;
  /** Whether you can open a shell in a running container. Default: `false`. */
  enableRemoteSessions?: Known<boolean>;
  /** File systems in the container's tree. */
  volumeMounts?: Array<ContainerVolumeMount>;
  /** Containers that run before or beside this one. */
  sideContainers?: Array<SideContainer>;
  /** Whether the containers have no public address, and reach the internet through NAT gateways, which cost by the hour. Default: `false`. */
  usePrivateSubnetsWithNAT?: Known<boolean>;
  /** Resources that the containers use: they get the rights, and their parameters as `STP_…` variables. */
  connectTo?: Array<string | ResourceReference>;
  /** Further rights of the containers. */
  iamRoleStatements?: Array<IamStatement>;
}

