//! What stands behind a CDN: any resource that answers [`cdn_origin`](super::ResourceKind::cdn_origin).

use crate::source::Spanned;
use crate::template::Expr;

/// A resource as a CDN forwards requests to it.
#[derive(Clone, Debug)]
pub struct CdnOrigin {
    /// Which kind of route leads to it.
    pub kind: OriginKind,
    /// Host name.
    pub domain: Expr,
    /// How CloudFront talks to it.
    pub protocol: OriginProtocol,
}

/// The kinds of origins: they differ in what is cached and forwarded by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// A bucket.
    Bucket,
    /// A function with a URL.
    Function,
    /// An HTTP API.
    HttpApi,
    /// A load balancer.
    LoadBalancer,
    /// A server elsewhere.
    Custom,
}

impl OriginKind {
    /// In words, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Bucket => "a bucket",
            Self::Function => "a function",
            Self::HttpApi => "an HTTP API",
            Self::LoadBalancer => "a load balancer",
            Self::Custom => "a server",
        }
    }
}

/// How CloudFront talks to an origin.
#[derive(Clone, Debug)]
pub enum OriginProtocol {
    /// The S3 API, with an access identity that the bucket policy admits.
    S3 {
        /// Where the pages of a website lie.
        pages: PageStyle,
        /// Id of a response headers policy.
        response_headers: Option<Expr>,
    },
    /// HTTPS to a port.
    Https(u32),
    /// Plain HTTP to a port.
    Http(u32),
}

/// Where a website in a bucket keeps the page of a path without file extension, such as `/about`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageStyle {
    /// At the path as it is.
    AsIs,
    /// In a folder: `/about/index.html`.
    Folders,
    /// In a file: `/about.html`.
    Files,
    /// One page serves every path: `/index.html`.
    SinglePage,
}

/// What a CDN's config says about the origin that it means, beside its name.
#[derive(Clone, Debug)]
pub struct OriginWish {
    /// Port of a load balancer's listener.
    pub listener_port: Option<Spanned<u32>>,
    /// Host name that a load balancer's certificate covers.
    pub domain_name: Option<Expr>,
}

impl OriginWish {
    /// Nothing in particular.
    pub const ANY: Self = Self { listener_port: None, domain_name: None };
}
