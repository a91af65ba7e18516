//! Small questions to AWS: who am I, which version has a secret or a parameter.

use super::error::{AwsError, Kind};
use async_trait::async_trait;

/// Whose credentials these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Twelve-digit account id.
    pub account: String,
    /// ARN of the user or role.
    pub arn: String,
}

/// An SSM parameter; never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Current version.
    pub version: u64,
    /// Whether it is a SecureString.
    pub secure: bool,
}

/// The requests.
#[async_trait]
pub trait Lookups: Send + Sync {
    /// Whose credentials these are.
    async fn identity(&self) -> Result<Identity, AwsError>;
    /// Id of the current version of a secret; `None` when there is no such secret.
    async fn secret_version(&self, name: &str) -> Result<Option<String>, AwsError>;
    /// A parameter; `None` when there is none.
    async fn parameter(&self, name: &str) -> Result<Option<Parameter>, AwsError>;
}

/// [`Lookups`] through the AWS SDK.
pub struct SdkLookups {
    /// Identity.
    pub sts: aws_sdk_sts::Client,
    /// Secrets.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// Parameters.
    pub ssm: aws_sdk_ssm::Client,
}

#[async_trait]
impl Lookups for SdkLookups {
    async fn identity(&self) -> Result<Identity, AwsError> {
        let answer =
            self.sts.get_caller_identity().send().await.map_err(|e| AwsError::of("STS GetCallerIdentity", e))?;
        Ok(Identity {
            account: answer.account().unwrap_or_default().into(),
            arn: answer.arn().unwrap_or_default().into(),
        })
    }

    async fn secret_version(&self, name: &str) -> Result<Option<String>, AwsError> {
        // DescribeSecret gives the versions without the value: what is never fetched cannot leak.
        let answer = self.secrets.describe_secret().secret_id(name).send().await;
        match answer.map_err(|e| AwsError::of("SecretsManager DescribeSecret", e)) {
            Ok(secret) => Ok(secret
                .version_ids_to_stages()
                .and_then(|all| all.iter().find(|(_, stages)| stages.iter().any(|s| s == "AWSCURRENT")))
                .map(|(id, _)| id.clone())),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn parameter(&self, name: &str) -> Result<Option<Parameter>, AwsError> {
        let answer = self.ssm.get_parameter().name(name).with_decryption(false).send().await;
        match answer.map_err(|e| AwsError::of("SSM GetParameter", e)) {
            Ok(answer) => Ok(answer.parameter().map(|p| Parameter {
                version: u64::try_from(p.version()).unwrap_or(1),
                secure: p.r#type() == Some(&aws_sdk_ssm::types::ParameterType::SecureString),
            })),
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
