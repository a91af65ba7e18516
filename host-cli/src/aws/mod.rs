//! AWS: one narrow port a service, and their implementation through the AWS SDK.
//!
//! Credentials come from the standard chain. `AWS_ENDPOINT_URL` and its per-service variants are honoured by the SDK; S3 is addressed by path
//! there, because an emulator has no bucket host names. No client is made before a command asks for one.

pub mod cloudformation;
mod cloudformation_sdk;
pub mod cloudfront;
pub mod ec2;
pub mod error;
pub mod lookups;
pub mod remote;
pub mod retry;
pub mod s3;
pub mod signed;

use crate::settings::Environment;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use std::sync::Arc;
use std::time::Duration;

/// The ports that a deploy works through.
#[derive(Clone)]
pub struct Aws {
    /// Stacks.
    pub cloudformation: Arc<dyn cloudformation::CloudFormation>,
    /// Caches of CDNs.
    pub cloudfront: Arc<dyn cloudfront::CloudFront>,
    /// Sizes of instance types, and VPCs to reuse.
    pub ec2: Arc<dyn ec2::Ec2>,
    /// Objects.
    pub s3: Arc<dyn s3::S3>,
    /// Small questions: who am I, which version has this secret.
    pub lookups: Arc<dyn lookups::Lookups>,
    /// What scripts need: roles, and commands on instances.
    pub remote: Arc<remote::Remote>,
    /// Endpoint of S3 when it is not AWS's own: templates are then addressed below it.
    pub s3_endpoint: Option<String>,
    /// Region.
    pub region: String,
    /// Stacks of another region, with the same credentials.
    pub in_region: Arc<InRegion>,
}

/// Gives the stacks of a region.
pub type InRegion = dyn Fn(&str) -> Arc<dyn cloudformation::CloudFormation> + Send + Sync;

impl Aws {
    /// Clients of AWS for a region and a profile.
    pub async fn connect(region: &str, profile: Option<&str>, env: &Environment) -> Self {
        let mut loader = loader(region);
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let s3_endpoint =
            env.get("AWS_ENDPOINT_URL_S3").or(env.get("AWS_ENDPOINT_URL")).or(config.endpoint_url()).map(str::to_owned);
        Self::of(&config, None, s3_endpoint, region)
    }

    /// Clients of a simulator or emulator: the same code, another address, and credentials that nobody checks.
    pub async fn at(region: &str, endpoint: &str) -> Self {
        let credentials = aws_sdk_sts::config::Credentials::new("simulator", "simulator", None, None, "simulator");
        let config = loader(region).credentials_provider(credentials).endpoint_url(endpoint).load().await;
        Self::of(&config, Some(endpoint), Some(endpoint.to_owned()), region)
    }

    fn of(config: &SdkConfig, endpoint: Option<&str>, s3_endpoint: Option<String>, region: &str) -> Self {
        // An address that the program chose itself must win over AWS_ENDPOINT_URL_*, so it is set on each client.
        let mut s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(s3_endpoint.is_some());
        let patient = timeouts().read_timeout(Duration::from_secs(60)).build();
        // The first question of every command: where nothing answers, it is said soon.
        let brisk = timeouts().operation_attempt_timeout(Duration::from_secs(10)).build();
        let mut cloudformation = aws_sdk_cloudformation::config::Builder::from(config).timeout_config(patient.clone());
        let mut sts = aws_sdk_sts::config::Builder::from(config).timeout_config(brisk);
        let mut secrets = aws_sdk_secretsmanager::config::Builder::from(config).timeout_config(patient.clone());
        let mut ssm = aws_sdk_ssm::config::Builder::from(config).timeout_config(patient.clone());
        let mut ses = aws_sdk_sesv2::config::Builder::from(config).timeout_config(patient.clone());
        let mut route53 = aws_sdk_route53::config::Builder::from(config).timeout_config(patient.clone());
        let mut acm = aws_sdk_acm::config::Builder::from(config).timeout_config(patient);
        if let Some(url) = endpoint {
            route53 = route53.endpoint_url(url);
            ses = ses.endpoint_url(url);
            acm = acm.endpoint_url(url);
            s3 = s3.endpoint_url(url);
            cloudformation = cloudformation.endpoint_url(url);
            sts = sts.endpoint_url(url);
            secrets = secrets.endpoint_url(url);
            ssm = ssm.endpoint_url(url);
        }
        let stacks = |config| {
            let client = aws_sdk_cloudformation::Client::from_conf(config);
            Arc::new(cloudformation_sdk::SdkCloudFormation(client)) as Arc<dyn cloudformation::CloudFormation>
        };
        let elsewhere = cloudformation.clone();
        Self {
            cloudformation: stacks(cloudformation.build()),
            in_region: Arc::new(move |region| stacks(elsewhere.clone().region(Region::new(region.to_owned())).build())),
            cloudfront: Arc::new(cloudfront::SignedCloudFront::new(config, region, endpoint)),
            ec2: Arc::new(ec2::SignedEc2::new(config, region, endpoint)),
            s3: Arc::new(s3::SdkS3(aws_sdk_s3::Client::from_conf(s3.build()))),
            lookups: Arc::new(lookups::SdkLookups {
                sts: aws_sdk_sts::Client::from_conf(sts.build()),
                secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
                ssm: aws_sdk_ssm::Client::from_conf(ssm.build()),
                route53: aws_sdk_route53::Client::from_conf(route53.build()),
                ses: aws_sdk_sesv2::Client::from_conf(ses.build()),
                acm,
            }),
            remote: Arc::new(remote::Remote::new(config, region, endpoint)),
            s3_endpoint,
            region: region.to_owned(),
        }
    }
}

/// Time limits fit for a command line: a request that hangs is repeated rather than waited for.
fn loader(region: &str) -> aws_config::ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        // No limit for whole answers: an upload over a slow line takes its time, and the SDK notices streams that stand still.
        .timeout_config(timeouts().build())
}

fn timeouts() -> aws_config::timeout::TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(Duration::from_secs(5))
}
