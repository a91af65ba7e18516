//! Logical ids of template resources, and the names that they are made of.

use super::case::pascal;

/// Parent of what the whole stack shares, in the place of a resource's name.
pub const SHARED: &str = "Stp";

/// Up to this many characters a domain name stands in full in a logical id.
const LONGEST_DOMAIN_SPEC: usize = 85;

/// The logical id of a child: `pascal("{parent}-{specifier}-{suffix}")`, where the suffix is the last part of the CloudFormation type.
///
/// `parent` is the flattened name of the config resource or [`SHARED`]. `specifier` tells children of one type apart
/// (`Event0`, `Cluster-audit`) and may be empty.
pub fn logical_id(parent: &str, specifier: &str, kind: &str) -> String {
    pascal(&format!("{parent}-{specifier}-{}", last_part(kind)))
}

/// As [`logical_id`], with a number behind the suffix (`StpPublicSubnet0`, `WebCdnDistribution1`).
pub fn logical_id_indexed(parent: &str, specifier: &str, kind: &str, index: usize) -> String {
    pascal(&format!("{parent}-{specifier}-{}{index}", last_part(kind)))
}

fn last_part(kind: &str) -> &str {
    kind.rsplit("::").next().unwrap_or(kind)
}

/// The logical id of something that belongs to a domain name, whichever config resource uses it, so that a domain can move between resources.
pub fn domain_id(domain: &str, kind: &str) -> String {
    logical_id(SHARED, &domain_spec(domain), kind).replace('_', "")
}

/// A domain name as part of a logical id: `api.example.com` → `ApiExampleCom`; the words of a very long one are cut.
///
/// The underscores that [`pascal`] puts before digits are dropped: CloudFormation accepts none in a logical id.
pub fn domain_spec(domain: &str) -> String {
    let spec = pascal(domain).replace('_', "");
    if spec.chars().count() < LONGEST_DOMAIN_SPEC {
        return spec;
    }
    let words: Vec<&str> = domain.split(['.', '-']).collect();
    let each = LONGEST_DOMAIN_SPEC / words.len();
    words.into_iter().map(|word| pascal(&word.chars().take(each).collect::<String>())).collect()
}

/// The text with its first letter in upper case, the rest as it is.
pub fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), chars.as_str()))
}

/// Name of an alarm: `LambdaDurationForApi0` for the trigger `lambda-duration` of resource `api`.
///
/// `resource` is its dotted name. `which` is the position in the resource's list of alarms, or the name of an alarm that the whole stack
/// shares.
pub fn alarm_name(trigger: &str, resource: &str, which: &str) -> String {
    format!("{}For{}{which}", pascal(trigger), pascal(resource))
}

/// The logical id of a child of an alarm; [`alarm_name`] gives the name. Underscores are dropped.
pub fn alarm_logical_id(alarm: &str, specifier: &str, kind: &str) -> String {
    logical_id(alarm, specifier, kind).replace('_', "")
}

/// The mounted folder of a file system as part of a logical id: `/data/in` → `data-in`, `Root` for the whole file system.
pub fn root_dir_spec(root_directory: Option<&str>) -> String {
    match root_directory {
        Some(path) => path.replace('/', "-").trim_matches('-').to_string(),
        None => "Root".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_children() {
        for (parent, specifier, kind, expected) in [
            ("api", "", "AWS::Lambda::Function", "ApiFunction"),
            ("api", "", "AWS::IAM::Role", "ApiRole"),
            ("api", "", "AWS::Logs::LogGroup", "ApiLogGroup"),
            ("api", "Stp", "AWS::Lambda::Alias", "ApiStpAlias"),
            ("api", "", "AWS::Lambda::Url", "ApiUrl"),
            ("api", "Event0", "AWS::Events::Rule", "ApiEvent0Rule"),
            ("api", "Event0", "AWS::Lambda::Permission", "ApiEvent0Permission"),
            ("files", "", "AWS::S3::Bucket", "FilesBucket"),
            ("files", "", "AWS::S3::BucketPolicy", "FilesBucketPolicy"),
            ("xmlHTTPBucket", "", "AWS::S3::Bucket", "XmlHttpBucketBucket"),
            ("a", "API", "AWS::ApiGatewayV2::Integration", "AApiIntegration"),
            ("404page", "", "AWS::Lambda::Function", "404pageFunction"),
            (SHARED, "", "AWS::EC2::VPC", "StpVpc"),
            (SHARED, "Deployment", "AWS::S3::Bucket", "StpDeploymentBucket"),
            (SHARED, "Container", "AWS::ECR::Repository", "StpContainerRepository"),
            (
                SHARED,
                "API-GET-/v1/{user_id}/files-2/{proxy+}",
                "AWS::ApiGatewayV2::Route",
                "StpApiGetV1UserIdFiles_2ProxyRoute",
            ),
            (
                SHARED,
                "PublicSubnet2",
                "AWS::EC2::SubnetRouteTableAssociation",
                "StpPublicSubnet2SubnetRouteTableAssociation",
            ),
            (
                "stacktapeServiceLambda",
                "CustomResource",
                "AWS::Lambda::Function",
                "StacktapeServiceLambdaCustomResourceFunction",
            ),
            (
                "PascalCaseWorker",
                "ECSServiceAverageCPUUtilization",
                "AWS::ApplicationAutoScaling::ScalingPolicy",
                "PascalCaseWorkerEcsServiceAverageCpuUtilizationScalingPolicy",
            ),
            (
                "api",
                "CDNCacheBehaviorb4f5bc6f",
                "AWS::CloudFront::CachePolicy",
                "ApiCdnCacheBehaviorb4f5bc6fCachePolicy",
            ),
            (
                "boardBackendContainerWorkload",
                "boardLoadBalancerToPort3210",
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                "BoardBackendContainerWorkloadBoardLoadBalancerToPort3210TargetGroup",
            ),
        ] {
            assert_eq!(logical_id(parent, specifier, kind), expected);
        }
        assert_eq!(logical_id_indexed(SHARED, "Private", "AWS::EC2::Subnet", 0), "StpPrivateSubnet0");
        assert_eq!(logical_id_indexed(SHARED, "Nat", "AWS::EC2::EIP", 1), "StpNatEip1");
        assert_eq!(logical_id_indexed("web", "CDN", "AWS::CloudFront::Distribution", 0), "WebCdnDistribution0");
    }

    #[test]
    fn ids_of_domains() {
        assert_eq!(
            domain_id("shop-api.example.com", "AWS::ApiGatewayV2::ApiMapping"),
            "StpShopApiExampleComApiMapping"
        );
        assert_eq!(domain_id("API2.example.com.", "AWS::ApiGatewayV2::DomainName"), "StpApi2ExampleComDomainName");
        assert_eq!(domain_spec("1.2.example.com"), "12ExampleCom");
        assert_eq!(domain_id("1.2.example.com", "AWS::Route53::RecordSet"), "Stp12ExampleComRecordSet");
        let long = format!("{}.{}.example.com", "a".repeat(50), "b".repeat(50));
        // 85 / 4 words
        assert_eq!(domain_spec(&long), format!("A{}B{}ExampleCom", "a".repeat(20), "b".repeat(20)));
        assert_eq!(domain_spec(""), "");
    }

    #[test]
    fn names_inside_others() {}

    #[test]
    fn alarms() {
        let name = alarm_name("lambda-duration", "Z9", "0");
        assert_eq!(name, "LambdaDurationForZ90");
        assert_eq!(alarm_logical_id(&name, "", "AWS::CloudWatch::Alarm"), "LambdaDurationForZ90Alarm");
        assert_eq!(
            alarm_name("application-load-balancer-unhealthy-targets", "site.loadBalancer", "1"),
            "ApplicationLoadBalancerUnhealthyTargetsForSiteLoadBalancer1"
        );
    }

    #[test]
    fn access_points() {
        let id = |root| logical_id("indexer", &format!("drive-{}", root_dir_spec(root)), "AWS::EFS::AccessPoint");
        assert_eq!(id(Some("/data/in")), "IndexerDriveDataInAccessPoint");
        assert_eq!(id(None), "IndexerDriveRootAccessPoint");
    }
}
