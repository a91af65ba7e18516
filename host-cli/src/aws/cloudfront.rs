//! The port to CloudFront: emptying the cache of a distribution.

use super::error::AwsError;
use super::signed::{Call, Service, Signed};
use async_trait::async_trait;
use aws_config::SdkConfig;

/// The requests.
#[async_trait]
pub trait CloudFront: Send + Sync {
    /// Empties the cache of a distribution (path `/*`) and gives the id of the invalidation. CloudFront carries out one `reference` once: the same
    /// request again gives the same invalidation.
    async fn invalidate(&self, distribution: &str, reference: &str) -> Result<String, AwsError>;
}

/// [`CloudFront`] as AWS serves it.
pub struct SignedCloudFront(Signed);

impl SignedCloudFront {
    /// A client. CloudFront is one service for all regions of a partition, and answers in one of them.
    pub fn new(config: &SdkConfig, region: &str, endpoint: Option<&str>) -> Self {
        let (home, url) = match region.starts_with("cn-") {
            true => ("cn-northwest-1", "https://cloudfront.cn-northwest-1.amazonaws.com.cn"),
            false => ("us-east-1", "https://cloudfront.amazonaws.com"),
        };
        let service = Service { id: "CloudFront", signing_name: "cloudfront" };
        Self(Signed::new(config, service, home, url, endpoint))
    }
}

#[async_trait]
impl CloudFront for SignedCloudFront {
    async fn invalidate(&self, distribution: &str, reference: &str) -> Result<String, AwsError> {
        let body = format!(
            "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>1</Quantity>\
             <Items><Path>/*</Path></Items></Paths><CallerReference>{reference}</CallerReference></InvalidationBatch>"
        );
        let path = format!("/2020-05-31/distribution/{distribution}/invalidation");
        let answer =
            self.0.send("CloudFront CreateInvalidation", Call { path, content_type: "application/xml", body }).await?;
        let id = roxmltree::Document::parse(&answer).ok().and_then(|document| {
            document.descendants().find(|n| n.tag_name().name() == "Id").and_then(|n| n.text()).map(str::to_owned)
        });
        Ok(id.unwrap_or_default())
    }
}
