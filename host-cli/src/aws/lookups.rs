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

/// An issued certificate of ACM.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Certificate {
    /// Seconds since 1970 until which it is valid.
    pub valid_until: i64,
    /// ARN.
    pub arn: String,
    /// The names it covers; a wildcard stands for one level.
    pub names: Vec<String>,
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
    /// The text of a secret; a version id of `None` means the current one. Only for scripts that ask for it.
    async fn secret_text(&self, name: &str, version: Option<&str>) -> Result<String, AwsError>;
    /// The value of a parameter, decrypted; `name:3` is its third version. Only for scripts that ask for it.
    async fn parameter_text(&self, name: &str) -> Result<String, AwsError>;
    /// Id of the public hosted zone with exactly this name; `None` when there is none.
    async fn hosted_zone(&self, name: &str) -> Result<Option<String>, AwsError>;
    /// Whether SES of this region may send from an address or domain.
    async fn may_send_from(&self, identity: &str) -> Result<bool, AwsError>;
    /// Issued certificates of a region.
    async fn certificates(&self, region: &str) -> Result<Vec<Certificate>, AwsError>;
}

/// [`Lookups`] through the AWS SDK.
pub struct SdkLookups {
    /// Identity.
    pub sts: aws_sdk_sts::Client,
    /// Secrets.
    pub secrets: aws_sdk_secretsmanager::Client,
    /// Parameters.
    pub ssm: aws_sdk_ssm::Client,
    /// Hosted zones.
    pub route53: aws_sdk_route53::Client,
    /// Senders of e-mail.
    pub ses: aws_sdk_sesv2::Client,
    /// Certificates; each region has its own.
    pub acm: aws_sdk_acm::config::Builder,
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

    async fn secret_text(&self, name: &str, version: Option<&str>) -> Result<String, AwsError> {
        let call = self.secrets.get_secret_value().secret_id(name).set_version_id(version.map(str::to_owned));
        let answer = call.send().await.map_err(|e| AwsError::of("SecretsManager GetSecretValue", e))?;
        Ok(answer.secret_string().unwrap_or_default().to_owned())
    }

    async fn parameter_text(&self, name: &str) -> Result<String, AwsError> {
        let answer = self.ssm.get_parameter().name(name).with_decryption(true).send().await;
        let answer = answer.map_err(|e| AwsError::of("SSM GetParameter", e))?;
        Ok(answer.parameter().and_then(|p| p.value()).unwrap_or_default().to_owned())
    }

    async fn hosted_zone(&self, name: &str) -> Result<Option<String>, AwsError> {
        // The listing starts at the name, so the zones of that name (public and private ones) come first.
        let answer = self.route53.list_hosted_zones_by_name().dns_name(name).max_items(10).send().await;
        let answer = answer.map_err(|e| AwsError::of("Route53 ListHostedZonesByName", e))?;
        let zone = answer
            .hosted_zones()
            .iter()
            .find(|zone| zone.name().trim_end_matches('.') == name && !zone.config().is_some_and(|c| c.private_zone()));
        Ok(zone.map(|zone| zone.id().trim_start_matches("/hostedzone/").to_owned()))
    }

    async fn may_send_from(&self, identity: &str) -> Result<bool, AwsError> {
        let answer = self.ses.get_email_identity().email_identity(identity).send().await;
        match answer.map_err(|e| AwsError::of("SES GetEmailIdentity", e)) {
            Ok(identity) => Ok(identity.verified_for_sending_status()),
            Err(error) if error.kind == Kind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn certificates(&self, region: &str) -> Result<Vec<Certificate>, AwsError> {
        use aws_sdk_acm::types::{CertificateStatus, Filters, KeyAlgorithm};
        let region = aws_sdk_acm::config::Region::new(region.to_owned());
        let client = aws_sdk_acm::Client::from_conf(self.acm.clone().region(region).build());
        // Without this filter ACM leaves out everything but RSA 2048.
        let keys = [
            KeyAlgorithm::Rsa2048,
            KeyAlgorithm::Rsa3072,
            KeyAlgorithm::Rsa4096,
            KeyAlgorithm::EcPrime256v1,
            KeyAlgorithm::EcSecp384r1,
        ];
        let mut pages = client
            .list_certificates()
            .certificate_statuses(CertificateStatus::Issued)
            .includes(Filters::builder().set_key_types(Some(keys.to_vec())).build())
            .into_paginator()
            .send();
        let mut out = vec![];
        while let Some(page) = pages.next().await {
            let page = page.map_err(|e| AwsError::of("ACM ListCertificates", e))?;
            for summary in page.certificate_summary_list() {
                let mut names = summary.subject_alternative_name_summaries().to_vec();
                names.extend(summary.domain_name().map(str::to_owned));
                out.push(Certificate {
                    valid_until: summary.not_after().map_or(0, |t| t.secs()),
                    arn: summary.certificate_arn().unwrap_or_default().to_owned(),
                    names,
                });
            }
        }
        Ok(out)
    }
}
