//! What a compilation is for: the project, its stage and the region.

/// Identity of the stack that is compiled. Every name in the template derives from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name of the project, such as `shop`.
    pub project_name: String,
    /// Name of the stage, such as `dev`.
    pub stage: String,
    /// AWS region, such as `eu-west-1`.
    pub region: String,
    /// Name of the AWS profile that the host uses; `None` when credentials come from elsewhere.
    pub profile: Option<String>,
}

impl Target {
    /// Name of the CloudFormation stack: `{project}-{stage}`.
    pub fn stack_name(&self) -> String {
        format!("{}-{}", self.project_name, self.stage)
    }
}
