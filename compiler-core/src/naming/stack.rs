//! The identity of a stack, and the physical names that derive from it.

use super::case::pascal;
use super::hash::{short_hash, truncate};
use super::logical::capitalize;
use std::fmt;

/// Start of the description of every stack that is managed this way; a stack without it is never touched.
pub const MANAGED_PREFIX: &str = "STP-stack";

/// Who a stack is: everything that physical names derive from.
///
/// Physical names are cut to the limit of AWS for their kind (see [`truncate`]); the limits are those of the service's API reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackIdentity {
    /// Name of the project.
    pub project: String,
    /// Name of the stage.
    pub stage: String,
    /// AWS region.
    pub region: String,
    /// Twelve-digit id of the account, or what stands in for it as long as nobody has looked it up.
    pub account: String,
    /// Name of the CloudFormation stack: `{project}-{stage}`.
    pub stack_name: String,
    /// What makes global names unique: a hash of region, stack name and account.
    pub hash: String,
}

impl StackIdentity {
    /// The identity of a project's stage in a region of an account.
    pub fn new(
        project: impl Into<String>,
        stage: impl Into<String>,
        region: impl Into<String>,
        account: impl Into<String>,
    ) -> Self {
        let (project, stage, region, account) = (project.into(), stage.into(), region.into(), account.into());
        let stack_name = format!("{project}-{stage}");
        let hash = short_hash(&format!("{region}{stack_name}{account}"));
        Self { project, stage, region, account, stack_name, hash }
    }

    /// AWS partition of the region: the second part of every ARN. Where a create-only property holds an ARN, deployed stacks hold it as text.
    pub fn partition(&self) -> &'static str {
        match &*self.region {
            r if r.starts_with("cn-") => "aws-cn",
            r if r.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// Domain of the AWS endpoints of the region.
    pub fn url_suffix(&self) -> &'static str {
        if self.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    /// Description of the stack, which tells what it is: `STP-stack_{project}_{stage}_{hash}`.
    pub fn description(&self) -> String {
        format!("{MANAGED_PREFIX}_{}_{}_{}", self.project, self.stage, self.hash)
    }

    /// Project, stage and hash from the description of a stack; `None` when the stack is not managed this way.
    pub fn parse_description(description: &str) -> Option<(&str, &str, &str)> {
        let mut parts = description.split('_');
        if parts.next()? != MANAGED_PREFIX {
            return None;
        }
        Some((parts.next()?, parts.next()?, parts.next()?))
    }

    /// Tags of the stack and of every resource that takes tags, after those of the config.
    pub fn tags(&self) -> [(&'static str, &str); 4] {
        [
            ("stp:stack-name", &self.stack_name),
            ("stp:project-name", &self.project),
            ("stp:stage", &self.stage),
            ("stp:globally-unique-stack-hash", &self.hash),
        ]
    }

    /// Export name of an output of this stack.
    pub fn export_name(&self, output: &str) -> String {
        export_name(&self.stack_name, output)
    }

    /// `{stack}-{rest}`, cut to `limit` characters: the pattern of most physical names.
    pub fn physical(&self, rest: &str, limit: usize) -> String {
        truncate(&format!("{}-{rest}", self.stack_name), limit).into_owned()
    }

    /// `{stack}-{name}-{hash}` in lower case, for names that are unique across all accounts (63 characters).
    pub fn bucket(&self, name: &str) -> String {
        self.physical(&format!("{}-{}", name.to_ascii_lowercase(), self.hash), 63)
    }

    /// The bucket that holds the packaged code.
    pub fn deployment_bucket(&self) -> String {
        format!("stp-deployment-bucket-{}", self.hash)
    }

    /// The image repository of the stack.
    pub fn image_repository(&self) -> String {
        format!("{}-stp-multi-container-workload-repo", self.hash)
    }

    /// Bucket for log records that could not be delivered (63 characters).
    pub fn failed_records_bucket(&self, name: &str) -> String {
        self.physical(&format!("{}-logs-{}", name.to_ascii_lowercase(), self.hash), 63)
    }

    /// Role of a function, batch job or container workload (64 characters). `name` may carry a suffix such as `-TRIGGER`.
    pub fn role(&self, name: &str) -> String {
        self.physical(&format!("{name}-{}", self.region), 64)
    }

    /// Function (64 characters).
    pub fn function(&self, name: &str) -> String {
        self.physical(name, 64)
    }

    /// Function at edge locations (64 characters). It lives in us-east-1 with those of the stacks of all regions, so it carries the stack's.
    pub fn edge_function(&self, name: &str) -> String {
        self.physical(&format!("{}-{name}", self.region), 64)
    }

    /// The stack's own function (64 characters).
    pub fn stack_lambda(&self) -> String {
        self.function("stpService-CR")
    }

    /// Firewall (128 characters).
    pub fn web_acl(&self, name: &str) -> String {
        self.physical(&format!("{}-{name}-acl", self.hash), 128)
    }

    /// Log group of a function; `function` is its physical name.
    pub fn function_log_group(&self, function: &str) -> String {
        format!("/aws/lambda/{function}")
    }

    /// Log group of everything else: `/stp/{stack}/{service}/{name}/{namespace}` (512 characters).
    pub fn log_group(&self, service: &str, name: &str, namespace: &str) -> String {
        truncate(&format!("/stp/{}/{service}/{name}/{namespace}", self.stack_name), 512).into_owned()
    }

    /// Log group that an AWS service writes by itself: `/aws/vendedlogs/{stack}/{service}/{name}/{namespace}` (512 characters).
    pub fn vended_log_group(&self, service: &str, name: &str, namespace: &str) -> String {
        truncate(&format!("/aws/vendedlogs/{}/{service}/{name}/{namespace}", self.stack_name), 512).into_owned()
    }

    /// Security group: `{stack}-{name}-sg` (255 characters). `name` may carry a suffix such as `-vpc-link`.
    pub fn security_group(&self, name: &str) -> String {
        self.physical(&format!("{name}-sg"), 255)
    }

    /// Queue (80 characters). A first-in-first-out one ends in `.fifo`, however long the name is.
    pub fn queue(&self, name: &str, fifo: bool) -> String {
        self.maybe_fifo(name, fifo, 80)
    }

    /// Topic (256 characters). A first-in-first-out one ends in `.fifo`, however long the name is.
    pub fn topic(&self, name: &str, fifo: bool) -> String {
        self.maybe_fifo(name, fifo, 256)
    }

    fn maybe_fifo(&self, name: &str, fifo: bool, limit: usize) -> String {
        let suffix = if fifo { ".fifo" } else { "" };
        self.physical(name, limit - suffix.len()) + suffix
    }

    /// Global table (255 characters).
    pub fn global_table(&self, name: &str) -> String {
        self.physical(&format!("{name}-{}", self.hash), 255)
    }

    /// Alarm (255 characters); `alarm` as [`alarm_name`](super::alarm_name) gives it.
    pub fn alarm(&self, alarm: &str) -> String {
        self.physical(alarm, 255)
    }

    /// Name of the SSM parameter that holds a sensitive parameter of a resource; `resource` is its dotted name.
    pub fn sensitive_parameter(&self, resource: &str, parameter: &str) -> String {
        format!("/stp/{}/{}/{resource}/{parameter}", self.region, self.stack_name)
    }
}

/// Name under which a stack, which need not be this one, exports an output.
pub fn export_name(stack_name: &str, output: &str) -> String {
    pascal(&format!("{stack_name}{}", capitalize(output))).replacen('_', "", 1)
}

/// Number of a deployment of a stack: `v000001` is the first, `v000000` stands for code that was swapped without a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeploymentVersion(pub u32);

impl DeploymentVersion {
    /// The version of the first deployment.
    pub const FIRST: Self = Self(1);

    /// Reads `v000007`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('v')?;
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten().map(Self)
    }

    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for DeploymentVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> StackIdentity {
        StackIdentity::new("demo", "dev", "eu-west-1", "123456789012")
    }

    #[test]
    fn identity() {
        let stack = demo();
        assert_eq!((stack.stack_name.as_str(), stack.hash.as_str()), ("demo-dev", "91545aea"));
        assert_eq!(stack.description(), "STP-stack_demo_dev_91545aea");
        assert_eq!(StackIdentity::parse_description(&stack.description()), Some(("demo", "dev", "91545aea")));
        assert_eq!(StackIdentity::parse_description("STP-stackish_a_b_c"), None);
        assert_eq!(StackIdentity::parse_description("A stack"), None);
        assert_eq!(stack.export_name("apiUrl"), "DemoDevApiUrl");
        assert_eq!(stack.tags()[3], ("stp:globally-unique-stack-hash", "91545aea"));
    }

    #[test]
    fn physical_names() {
        let stack = demo();
        for (name, expected) in [
            (stack.function("a"), "demo-dev-a"),
            (stack.role("a"), "demo-dev-a-eu-west-1"),
            (stack.role("job2goTriggerFunction-TRIGGER"), "demo-dev-job2goTriggerFunction-TRIGGER-eu-west-1"),
            (stack.function_log_group("demo-dev-a"), "/aws/lambda/demo-dev-a"),
            (
                stack.log_group("ecs", "PascalCaseWorker/service-container", "process-logs"),
                "/stp/demo-dev/ecs/PascalCaseWorker/service-container/process-logs",
            ),
            (
                stack.vended_log_group("api-gateway", "API", "access-logs"),
                "/aws/vendedlogs/demo-dev/api-gateway/API/access-logs",
            ),
            (stack.bucket("xmlHTTPBucket"), "demo-dev-xmlhttpbucket-91545aea"),
            (stack.failed_records_bucket("auditDb"), "demo-dev-auditdb-logs-91545aea"),
            (stack.deployment_bucket(), "stp-deployment-bucket-91545aea"),
            (stack.image_repository(), "91545aea-stp-multi-container-workload-repo"),
            (stack.queue("Q1", false), "demo-dev-Q1"),
            (stack.edge_function("gate"), "demo-dev-eu-west-1-gate"),
            (stack.stack_lambda(), "demo-dev-stpService-CR"),
            (stack.web_acl("wall"), "demo-dev-91545aea-wall-acl"),
            (stack.queue("edgeSiteRevalidationQueue", true), "demo-dev-edgeSiteRevalidationQueue.fifo"),
            (stack.topic("SNS2", false), "demo-dev-SNS2"),
            (stack.global_table("MyDB2Table"), "demo-dev-MyDB2Table-91545aea"),
            (stack.security_group("api-vpc-link"), "demo-dev-api-vpc-link-sg"),
            (stack.alarm("LambdaDurationForZ90"), "demo-dev-LambdaDurationForZ90"),
            (stack.sensitive_parameter("web.db", "password"), "/stp/eu-west-1/demo-dev/web.db/password"),
        ] {
            assert_eq!(name, expected);
        }
        let long = stack.queue(&"q".repeat(100), true);
        assert!(long.ends_with(".fifo") && long.len() == 80, "{long}");
        assert_eq!(stack.function(&"f".repeat(80)).len(), 64);
    }

    #[test]
    fn versions() {
        assert_eq!(DeploymentVersion::FIRST.to_string(), "v000001");
        assert_eq!(DeploymentVersion::parse("v000041").map(DeploymentVersion::next), Some(DeploymentVersion(42)));
        for text in ["", "v", "000001", "v-1", "v+1", "vx"] {
            assert_eq!(DeploymentVersion::parse(text), None, "{text}");
        }
    }
}
