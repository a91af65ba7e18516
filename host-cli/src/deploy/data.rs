//! Which CloudFormation types hold data that a replacement or deletion could lose, and which are mere revisions that come and go with every
//! deploy.

/// Types whose content is the user's. From the list of stateful types in cfn-lint (`StatefulResources.json`, MIT-0) and the reference's list of
/// watched types. Left out: nested stacks and organisations' accounts, which this tool does not make, and log groups, which age out by
/// themselves and go with their function.
const HOLD_DATA: &[&str] = &[
    "AWS::Backup::BackupVault",
    "AWS::Cognito::UserPool",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::EFS::FileSystem",
    "AWS::EMR::Cluster",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::GlobalReplicationGroup",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Elasticsearch::Domain",
    "AWS::FSx::FileSystem",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Neptune::DBCluster",
    "AWS::Neptune::DBInstance",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SDB::Domain",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "MongoDB::Atlas::Cluster",
    "MongoDB::StpAtlasV1::Cluster",
    "Upstash::DatabasesV1::Database",
];

/// Types that are replaced by design: a new revision takes the place of the old one and nobody else knows its name.
const REVISIONS: &[&str] = &[
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::EC2::LaunchTemplate",
    "AWS::ECS::TaskDefinition",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
];

/// Whether resources of a type hold data.
pub fn holds_data(resource_type: &str) -> bool {
    HOLD_DATA.contains(&resource_type)
}

/// Whether replacing or deleting a resource of a type is everyday business.
pub fn is_revision(resource_type: &str) -> bool {
    REVISIONS.contains(&resource_type)
}
