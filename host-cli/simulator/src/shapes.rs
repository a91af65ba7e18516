//! The table of physical ids and attributes of common resource types. Placeholders: `{name}` the name property or a generated name, `{prop:X}` a
//! property, `{function}` the name in `FunctionName`, `{target}` the ARN for `TargetFunctionArn`, `{path}` the IAM path, `{account}` `{region}` `{partition}` `{suffix}` the environment,
//! `{version}` a counter per name, `{uuid}`, `{now}`, and random texts `{id10}` `{ID13}` `{hex17}` of the given length, equal wherever they recur
//! in one row. Formats are those of the AWS documentation's "Return values".

/// How one type's resources are called.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: &'static str,
    /// The property that names the resource; empty when it cannot be named.
    pub(crate) name: &'static str,
    /// The greatest length of a generated name.
    pub(crate) max_name: usize,
    pub(crate) lower_case: bool,
    /// What `Ref` gives.
    pub(crate) reference: &'static str,
    /// What is unique in the account, when `Ref` is not.
    pub(crate) identifier: &'static str,
    pub(crate) attributes: &'static [(&'static str, &'static str)],
}

const fn named(
    kind: &'static str,
    name: &'static str,
    max_name: usize,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Shape {
    Shape { kind, name, max_name, lower_case: false, reference, identifier: "", attributes }
}

const fn lower(
    kind: &'static str,
    name: &'static str,
    max_name: usize,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Shape {
    Shape { kind, name, max_name, lower_case: true, reference, identifier: "", attributes }
}

/// Things that AWS names itself.
const fn issued(
    kind: &'static str,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Shape {
    named(kind, "", 128, reference, attributes)
}

/// Things whose Ref is unique only together with what they belong to.
const fn within(
    kind: &'static str,
    name: &'static str,
    reference: &'static str,
    identifier: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Shape {
    Shape { kind, name, max_name: 128, lower_case: false, reference, identifier, attributes }
}

#[rustfmt::skip]
pub(crate) static SHAPES: &[Shape] = &[
    // API Gateway
    issued("AWS::ApiGateway::RestApi", "{id10}", &[("RestApiId", "{id10}"), ("RootResourceId", "{id9}")]),
    within("AWS::ApiGateway::Stage", "StageName", "{name}", "{prop:RestApiId}|{name}", &[]),
    issued("AWS::ApiGatewayV2::Api", "{id10}", &[("ApiId", "{id10}"), ("ApiEndpoint", "https://{id10}.execute-api.{region}.{suffix}"), ("ExecuteApiArn", "arn:{partition}:execute-api:{region}:{account}:{id10}")]),
    issued("AWS::ApiGatewayV2::ApiMapping", "{id6}", &[("ApiMappingId", "{id6}")]),
    issued("AWS::ApiGatewayV2::Authorizer", "{id6}", &[("AuthorizerId", "{id6}")]),
    issued("AWS::ApiGatewayV2::Deployment", "{id6}", &[("DeploymentId", "{id6}")]),
    named("AWS::ApiGatewayV2::DomainName", "DomainName", 128, "{name}", &[("RegionalDomainName", "d-{id10}.execute-api.{region}.{suffix}"), ("RegionalHostedZoneId", "Z1UJRXOUMOOFQ8"), ("DomainNameArn", "arn:{partition}:apigateway:{region}::/domainnames/{name}")]),
    issued("AWS::ApiGatewayV2::Integration", "{id7}", &[("IntegrationId", "{id7}")]),
    issued("AWS::ApiGatewayV2::Route", "{id7}", &[("RouteId", "{id7}")]),
    within("AWS::ApiGatewayV2::Stage", "StageName", "{name}", "{prop:ApiId}|{name}", &[]),
    issued("AWS::ApiGatewayV2::VpcLink", "{id6}", &[("VpcLinkId", "{id6}")]),
    // Application Auto Scaling
    within("AWS::ApplicationAutoScaling::ScalableTarget", "", "{prop:ResourceId}|{prop:ScalableDimension}|{prop:ServiceNamespace}", "", &[("Id", "{prop:ResourceId}|{prop:ScalableDimension}|{prop:ServiceNamespace}")]),
    issued("AWS::ApplicationAutoScaling::ScalingPolicy", "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{prop:PolicyName}", &[("Arn", "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{prop:PolicyName}")]),
    named("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName", 128, "{name}", &[("AutoScalingGroupARN", "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}")]),
    // Batch
    named("AWS::Batch::ComputeEnvironment", "ComputeEnvironmentName", 128, "arn:{partition}:batch:{region}:{account}:compute-environment/{name}", &[("ComputeEnvironmentArn", "arn:{partition}:batch:{region}:{account}:compute-environment/{name}")]),
    named("AWS::Batch::JobDefinition", "JobDefinitionName", 128, "arn:{partition}:batch:{region}:{account}:job-definition/{name}:{version}", &[("JobDefinitionArn", "arn:{partition}:batch:{region}:{account}:job-definition/{name}:{version}")]),
    named("AWS::Batch::JobQueue", "JobQueueName", 128, "arn:{partition}:batch:{region}:{account}:job-queue/{name}", &[("JobQueueArn", "arn:{partition}:batch:{region}:{account}:job-queue/{name}")]),
    // Certificates, CloudFormation
    issued("AWS::CertificateManager::Certificate", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}", &[("CertificateArn", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}"), ("Id", "arn:{partition}:acm:{region}:{account}:certificate/{uuid}")]),
    issued("AWS::CloudFormation::CustomResource", "{name}", &[]),
    issued("AWS::CloudFormation::Stack", "arn:{partition}:cloudformation:{region}:{account}:stack/{name}/{uuid}", &[]),
    // CloudFront
    issued("AWS::CloudFront::CachePolicy", "{uuid}", &[("Id", "{uuid}")]),
    issued("AWS::CloudFront::CloudFrontOriginAccessIdentity", "E{ID13}", &[("Id", "E{ID13}"), ("S3CanonicalUserId", "{hex96}")]),
    issued("AWS::CloudFront::Distribution", "E{ID13}", &[("Id", "E{ID13}"), ("DomainName", "d{id13}.cloudfront.net")]),
    named("AWS::CloudFront::Function", "Name", 64, "arn:{partition}:cloudfront::{account}:function/{name}", &[("FunctionARN", "arn:{partition}:cloudfront::{account}:function/{name}"), ("FunctionMetadata.FunctionARN", "arn:{partition}:cloudfront::{account}:function/{name}")]),
    issued("AWS::CloudFront::KeyGroup", "{uuid}", &[("Id", "{uuid}")]),
    issued("AWS::CloudFront::OriginAccessControl", "E{ID13}", &[("Id", "E{ID13}")]),
    issued("AWS::CloudFront::OriginRequestPolicy", "{uuid}", &[("Id", "{uuid}")]),
    issued("AWS::CloudFront::ResponseHeadersPolicy", "{uuid}", &[("Id", "{uuid}")]),
    // CloudWatch
    named("AWS::CloudWatch::Alarm", "AlarmName", 255, "{name}", &[("Arn", "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}")]),
    named("AWS::CloudWatch::CompositeAlarm", "AlarmName", 255, "{name}", &[("Arn", "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}")]),
    named("AWS::CloudWatch::Dashboard", "DashboardName", 255, "{name}", &[]),
    // CodeBuild, CodeDeploy
    named("AWS::CodeBuild::Project", "Name", 255, "{name}", &[("Arn", "arn:{partition}:codebuild:{region}:{account}:project/{name}")]),
    named("AWS::CodeDeploy::Application", "ApplicationName", 100, "{name}", &[]),
    within("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", "{name}", "{prop:ApplicationName}|{name}", &[]),
    // Cognito
    within("AWS::Cognito::IdentityPool", "", "{region}:{uuid}", "", &[("Id", "{region}:{uuid}"), ("Name", "{prop:IdentityPoolName}")]),
    issued("AWS::Cognito::UserPool", "{region}_{id9}", &[("UserPoolId", "{region}_{id9}"), ("Arn", "arn:{partition}:cognito-idp:{region}:{account}:userpool/{region}_{id9}"), ("ProviderName", "cognito-idp.{region}.{suffix}/{region}_{id9}"), ("ProviderURL", "https://cognito-idp.{region}.{suffix}/{region}_{id9}")]),
    issued("AWS::Cognito::UserPoolClient", "{id26}", &[("ClientId", "{id26}"), ("ClientSecret", "{id51}"), ("Name", "{prop:ClientName}")]),
    within("AWS::Cognito::UserPoolDomain", "Domain", "{name}", "", &[("CloudFrontDistribution", "d{id13}.cloudfront.net"), ("Id", "{prop:UserPoolId}|{name}")]),
    within("AWS::Cognito::UserPoolGroup", "GroupName", "{name}", "{prop:UserPoolId}|{name}", &[]),
    within("AWS::Cognito::UserPoolIdentityProvider", "ProviderName", "{name}", "{prop:UserPoolId}|{name}", &[]),
    // DynamoDB
    named("AWS::DynamoDB::GlobalTable", "TableName", 255, "{name}", &[("Arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}"), ("StreamArn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/{now}"), ("TableId", "{uuid}")]),
    named("AWS::DynamoDB::Table", "TableName", 255, "{name}", &[("Arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}"), ("StreamArn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/{now}")]),
    // EC2
    issued("AWS::EC2::EIP", "198.51.100.{version}", &[("AllocationId", "eipalloc-{hex17}"), ("PublicIp", "198.51.100.{version}")]),
    issued("AWS::EC2::Instance", "i-{hex17}", &[("InstanceId", "i-{hex17}"), ("PrivateIp", "10.0.0.{version}"), ("PublicIp", "198.51.100.{version}"), ("PrivateDnsName", "ip-10-0-0-{version}.{region}.compute.internal"), ("PublicDnsName", "ec2-198-51-100-{version}.{region}.compute.{suffix}"), ("AvailabilityZone", "{region}a")]),
    issued("AWS::EC2::InternetGateway", "igw-{hex17}", &[("InternetGatewayId", "igw-{hex17}")]),
    issued("AWS::EC2::LaunchTemplate", "lt-{hex17}", &[("LaunchTemplateId", "lt-{hex17}"), ("LatestVersionNumber", "1"), ("DefaultVersionNumber", "1")]),
    issued("AWS::EC2::NatGateway", "nat-{hex17}", &[("NatGatewayId", "nat-{hex17}")]),
    issued("AWS::EC2::RouteTable", "rtb-{hex17}", &[("RouteTableId", "rtb-{hex17}")]),
    issued("AWS::EC2::SecurityGroup", "sg-{hex17}", &[("GroupId", "sg-{hex17}"), ("Id", "sg-{hex17}"), ("VpcId", "{prop:VpcId}")]),
    issued("AWS::EC2::SecurityGroupIngress", "sgr-{hex17}", &[("Id", "sgr-{hex17}")]),
    issued("AWS::EC2::SecurityGroupEgress", "sgr-{hex17}", &[("Id", "sgr-{hex17}")]),
    issued("AWS::EC2::Subnet", "subnet-{hex17}", &[("SubnetId", "subnet-{hex17}"), ("AvailabilityZone", "{region}a")]),
    issued("AWS::EC2::VPC", "vpc-{hex17}", &[("VpcId", "vpc-{hex17}"), ("CidrBlock", "{prop:CidrBlock}"), ("DefaultSecurityGroup", "sg-{hex16}"), ("DefaultNetworkAcl", "acl-{hex16}")]),
    issued("AWS::EC2::VPCEndpoint", "vpce-{hex17}", &[("Id", "vpce-{hex17}")]),
    // ECR, ECS
    lower("AWS::ECR::Repository", "RepositoryName", 128, "{name}", &[("Arn", "arn:{partition}:ecr:{region}:{account}:repository/{name}"), ("RepositoryUri", "{account}.dkr.ecr.{region}.{suffix}/{name}")]),
    named("AWS::ECS::Cluster", "ClusterName", 128, "{name}", &[("Arn", "arn:{partition}:ecs:{region}:{account}:cluster/{name}")]),
    named("AWS::ECS::CapacityProvider", "Name", 128, "{name}", &[]),
    within("AWS::ECS::Service", "ServiceName", "arn:{partition}:ecs:{region}:{account}:service/{prop:Cluster}/{name}", "", &[("Name", "{name}"), ("ServiceArn", "arn:{partition}:ecs:{region}:{account}:service/{prop:Cluster}/{name}")]),
    named("AWS::ECS::TaskDefinition", "Family", 128, "arn:{partition}:ecs:{region}:{account}:task-definition/{name}:{version}", &[("TaskDefinitionArn", "arn:{partition}:ecs:{region}:{account}:task-definition/{name}:{version}")]),
    // EFS
    issued("AWS::EFS::AccessPoint", "fsap-{hex17}", &[("AccessPointId", "fsap-{hex17}"), ("Arn", "arn:{partition}:elasticfilesystem:{region}:{account}:access-point/fsap-{hex17}")]),
    issued("AWS::EFS::FileSystem", "fs-{hex17}", &[("FileSystemId", "fs-{hex17}"), ("Arn", "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/fs-{hex17}")]),
    issued("AWS::EFS::MountTarget", "fsmt-{hex17}", &[("Id", "fsmt-{hex17}"), ("IpAddress", "10.0.0.10")]),
    // ElastiCache
    lower("AWS::ElastiCache::ReplicationGroup", "ReplicationGroupId", 40, "{name}", &[("PrimaryEndPoint.Address", "master.{name}.{id6}.cache.{suffix}"), ("PrimaryEndPoint.Port", "6379"), ("ReaderEndPoint.Address", "replica.{name}.{id6}.cache.{suffix}"), ("ReaderEndPoint.Port", "6379"), ("ConfigurationEndPoint.Address", "clustercfg.{name}.{id6}.cache.{suffix}"), ("ConfigurationEndPoint.Port", "6379")]),
    lower("AWS::ElastiCache::SubnetGroup", "CacheSubnetGroupName", 255, "{name}", &[]),
    // Elastic Load Balancing
    issued("AWS::ElasticLoadBalancingV2::Listener", "{prop:LoadBalancerArn}/listener/{hex16}", &[("ListenerArn", "{prop:LoadBalancerArn}/listener/{hex16}")]),
    issued("AWS::ElasticLoadBalancingV2::ListenerRule", "{prop:ListenerArn}/rule/{hex16}", &[("RuleArn", "{prop:ListenerArn}/rule/{hex16}")]),
    within("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex16}", "{name}", &[("LoadBalancerArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex16}"), ("LoadBalancerName", "{name}"), ("LoadBalancerFullName", "app/{name}/{hex16}"), ("DNSName", "{name}-{id10}.{region}.elb.{suffix}"), ("CanonicalHostedZoneID", "Z215JYRZR1TBD5")]),
    within("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}", "{name}", &[("TargetGroupArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}"), ("TargetGroupName", "{name}"), ("TargetGroupFullName", "targetgroup/{name}/{hex16}")]),
    // EventBridge
    named("AWS::Events::ApiDestination", "Name", 64, "{name}", &[("Arn", "arn:{partition}:events:{region}:{account}:api-destination/{name}/{uuid}")]),
    named("AWS::Events::Archive", "ArchiveName", 48, "{name}", &[("Arn", "arn:{partition}:events:{region}:{account}:archive/{name}")]),
    named("AWS::Events::Connection", "Name", 64, "{name}", &[("Arn", "arn:{partition}:events:{region}:{account}:connection/{name}/{uuid}"), ("SecretArn", "arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/{name}/{uuid}")]),
    named("AWS::Events::EventBus", "Name", 256, "{name}", &[("Arn", "arn:{partition}:events:{region}:{account}:event-bus/{name}"), ("Name", "{name}")]),
    within("AWS::Events::Rule", "Name", "{name}", "{prop:EventBusName}|{name}", &[("Arn", "arn:{partition}:events:{region}:{account}:rule/{name}"), ("RuleName", "{name}")]),
    within("AWS::Scheduler::Schedule", "Name", "{name}", "{prop:GroupName}|{name}", &[("Arn", "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}")]),
    // IAM
    named("AWS::IAM::Group", "GroupName", 64, "{name}", &[("Arn", "arn:{partition}:iam::{account}:group{path}{name}")]),
    named("AWS::IAM::InstanceProfile", "InstanceProfileName", 64, "{name}", &[("Arn", "arn:{partition}:iam::{account}:instance-profile{path}{name}")]),
    named("AWS::IAM::ManagedPolicy", "ManagedPolicyName", 128, "arn:{partition}:iam::{account}:policy{path}{name}", &[("PolicyArn", "arn:{partition}:iam::{account}:policy{path}{name}"), ("PolicyId", "ANPA{ID17}")]),
    within("AWS::IAM::Policy", "", "{name}", "", &[("Id", "{name}")]),
    named("AWS::IAM::Role", "RoleName", 64, "{name}", &[("Arn", "arn:{partition}:iam::{account}:role{path}{name}"), ("RoleId", "AROA{ID17}")]),
    named("AWS::IAM::User", "UserName", 64, "{name}", &[("Arn", "arn:{partition}:iam::{account}:user{path}{name}")]),
    // Kinesis
    named("AWS::Kinesis::Stream", "Name", 128, "{name}", &[("Arn", "arn:{partition}:kinesis:{region}:{account}:stream/{name}")]),
    within("AWS::Kinesis::StreamConsumer", "ConsumerName", "{prop:StreamARN}/consumer/{name}:{hex10}", "{prop:StreamARN}|{name}", &[("ConsumerARN", "{prop:StreamARN}/consumer/{name}:{hex10}"), ("ConsumerName", "{name}"), ("ConsumerStatus", "ACTIVE")]),
    named("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", 64, "{name}", &[("Arn", "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}")]),
    // KMS
    named("AWS::KMS::Alias", "AliasName", 256, "{name}", &[]),
    issued("AWS::KMS::Key", "{uuid}", &[("Arn", "arn:{partition}:kms:{region}:{account}:key/{uuid}"), ("KeyId", "{uuid}")]),
    // Lambda
    within("AWS::Lambda::Alias", "Name", "arn:{partition}:lambda:{region}:{account}:function:{function}:{name}", "", &[("AliasArn", "arn:{partition}:lambda:{region}:{account}:function:{function}:{name}")]),
    within("AWS::Lambda::EventInvokeConfig", "", "{name}", "{function}|{prop:Qualifier}", &[]),
    issued("AWS::Lambda::EventSourceMapping", "{uuid}", &[("Id", "{uuid}"), ("EventSourceMappingArn", "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{uuid}")]),
    named("AWS::Lambda::Function", "FunctionName", 64, "{name}", &[("Arn", "arn:{partition}:lambda:{region}:{account}:function:{name}"), ("SnapStartResponse.ApplyOn", "None"), ("SnapStartResponse.OptimizationStatus", "Off")]),
    named("AWS::Lambda::LayerVersion", "LayerName", 140, "arn:{partition}:lambda:{region}:{account}:layer:{name}:{version}", &[("LayerVersionArn", "arn:{partition}:lambda:{region}:{account}:layer:{name}:{version}")]),
    issued("AWS::Lambda::LayerVersionPermission", "{prop:LayerVersionArn}#{uuid}", &[("Id", "{prop:LayerVersionArn}#{uuid}")]),
    issued("AWS::Lambda::Permission", "{name}", &[("Id", "{name}")]),
    within("AWS::Lambda::Url", "", "{target}", "{target}|{prop:Qualifier}", &[("FunctionArn", "{target}"), ("FunctionUrl", "https://{id32}.lambda-url.{region}.on.aws/")]),
    issued("AWS::Lambda::Version", "arn:{partition}:lambda:{region}:{account}:function:{function}:{version}", &[("FunctionArn", "arn:{partition}:lambda:{region}:{account}:function:{function}:{version}"), ("Version", "{version}")]),
    // Logs
    named("AWS::Logs::LogGroup", "LogGroupName", 512, "{name}", &[("Arn", "arn:{partition}:logs:{region}:{account}:log-group:{name}:*")]),
    within("AWS::Logs::LogStream", "LogStreamName", "{name}", "{prop:LogGroupName}|{name}", &[]),
    within("AWS::Logs::MetricFilter", "FilterName", "{name}", "{prop:LogGroupName}|{name}", &[]),
    within("AWS::Logs::SubscriptionFilter", "FilterName", "{name}", "{prop:LogGroupName}|{name}", &[]),
    // OpenSearch
    lower("AWS::OpenSearchService::Domain", "DomainName", 28, "{name}", &[("Arn", "arn:{partition}:es:{region}:{account}:domain/{name}"), ("DomainArn", "arn:{partition}:es:{region}:{account}:domain/{name}"), ("DomainEndpoint", "search-{name}-{id26}.{region}.es.{suffix}"), ("Id", "{account}/{name}")]),
    // RDS
    lower("AWS::RDS::DBCluster", "DBClusterIdentifier", 63, "{name}", &[("DBClusterArn", "arn:{partition}:rds:{region}:{account}:cluster:{name}"), ("Endpoint.Address", "{name}.cluster-{id12}.{region}.rds.{suffix}"), ("Endpoint.Port", "5432"), ("ReadEndpoint.Address", "{name}.cluster-ro-{id12}.{region}.rds.{suffix}"), ("DBClusterResourceId", "cluster-{ID26}")]),
    lower("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName", 255, "{name}", &[]),
    lower("AWS::RDS::DBInstance", "DBInstanceIdentifier", 63, "{name}", &[("DBInstanceArn", "arn:{partition}:rds:{region}:{account}:db:{name}"), ("Endpoint.Address", "{name}.{id12}.{region}.rds.{suffix}"), ("Endpoint.Port", "5432"), ("Endpoint.HostedZoneId", "Z2R2ITUGPM61AM"), ("DbiResourceId", "db-{ID26}")]),
    lower("AWS::RDS::DBParameterGroup", "DBParameterGroupName", 255, "{name}", &[]),
    lower("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName", 255, "{name}", &[]),
    lower("AWS::RDS::OptionGroup", "OptionGroupName", 255, "{name}", &[]),
    // Route 53
    issued("AWS::Route53::HostedZone", "Z{ID20}", &[("Id", "Z{ID20}")]),
    within("AWS::Route53::RecordSet", "Name", "{name}", "{prop:HostedZoneId}|{name}|{prop:Type}|{prop:SetIdentifier}", &[]),
    // S3
    lower("AWS::S3::Bucket", "BucketName", 63, "{name}", &[("Arn", "arn:{partition}:s3:::{name}"), ("DomainName", "{name}.s3.{suffix}"), ("DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"), ("RegionalDomainName", "{name}.s3.{region}.{suffix}"), ("WebsiteURL", "http://{name}.s3-website-{region}.{suffix}")]),
    named("AWS::S3::BucketPolicy", "Bucket", 63, "{name}", &[]),
    // Secrets Manager, SSM
    within("AWS::SecretsManager::Secret", "Name", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{id6}", "{name}", &[("Id", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{id6}")]),
    named("AWS::SSM::Parameter", "Name", 1011, "{name}", &[("Type", "{prop:Type}"), ("Value", "{prop:Value}")]),
    // Service discovery
    issued("AWS::ServiceDiscovery::PrivateDnsNamespace", "ns-{id16}", &[("Id", "ns-{id16}"), ("Arn", "arn:{partition}:servicediscovery:{region}:{account}:namespace/ns-{id16}"), ("HostedZoneId", "Z{ID20}")]),
    issued("AWS::ServiceDiscovery::Service", "srv-{id16}", &[("Id", "srv-{id16}"), ("Arn", "arn:{partition}:servicediscovery:{region}:{account}:service/srv-{id16}"), ("Name", "{prop:Name}")]),
    // SNS, SQS
    issued("AWS::SNS::Subscription", "{prop:TopicArn}:{uuid}", &[("Arn", "{prop:TopicArn}:{uuid}")]),
    named("AWS::SNS::Topic", "TopicName", 256, "arn:{partition}:sns:{region}:{account}:{name}", &[("TopicArn", "arn:{partition}:sns:{region}:{account}:{name}"), ("TopicName", "{name}")]),
    issued("AWS::SNS::TopicPolicy", "{name}", &[("Id", "{name}")]),
    named("AWS::SQS::Queue", "QueueName", 80, "https://sqs.{region}.{suffix}/{account}/{name}", &[("Arn", "arn:{partition}:sqs:{region}:{account}:{name}"), ("QueueUrl", "https://sqs.{region}.{suffix}/{account}/{name}"), ("QueueName", "{name}")]),
    issued("AWS::SQS::QueuePolicy", "{name}", &[("Id", "{name}")]),
    // Step Functions
    named("AWS::StepFunctions::StateMachine", "StateMachineName", 80, "arn:{partition}:states:{region}:{account}:stateMachine:{name}", &[("Arn", "arn:{partition}:states:{region}:{account}:stateMachine:{name}"), ("Name", "{name}"), ("StateMachineRevisionId", "{uuid}")]),
    // WAF
    within("AWS::WAFv2::WebACL", "Name", "{name}|{uuid}|{prop:Scope}", "{name}|{prop:Scope}", &[("Arn", "arn:{partition}:wafv2:{region}:{account}:regional/webacl/{name}/{uuid}"), ("Id", "{uuid}"), ("Capacity", "1"), ("LabelNamespace", "awswaf:{account}:webacl:{name}:")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replacement::resource_type;

    #[test]
    fn rows_agree_with_the_schemas() {
        for shape in SHAPES {
            let known = resource_type(shape.kind).unwrap_or_else(|| panic!("{} is no type", shape.kind));
            assert!(
                shape.name.is_empty() || known.accepts(shape.name),
                "{} has no property {}",
                shape.kind,
                shape.name
            );
            for part in shape
                .reference
                .split('{')
                .chain(shape.identifier.split('{'))
                .chain(shape.attributes.iter().flat_map(|(_, format)| format.split('{')))
            {
                if let Some(property) = part.split('}').next().and_then(|key| key.strip_prefix("prop:")) {
                    assert!(known.accepts(property), "{} has no property {property}", shape.kind);
                }
            }
        }
    }
}
