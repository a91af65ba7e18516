//! `routeRewrites`: paths that go elsewhere, or to the same origin with other options.

use super::edge::EdgeFunctions;
use super::hash::Hashed;
use super::options::{CdnCachingOptions, CdnForwardingOptions};
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::model::{OriginKind, OriginWish};
use crate::source::Spanned;
use crate::template::Expr;

/// A path that goes elsewhere, or to the same origin with other options.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnRouteRewrite {
    /// Path of the requests, such as `/api/*`; `*` stands for any characters, `?` for one.
    pub path: Spanned<String>,
    /// Put before the path when the request goes to the origin.
    pub route_prefix: Option<String>,
    /// Where requests go; to the origin of the CDN when not given.
    pub route_to: Option<CdnRoute>,
    /// What is cached, and for how long.
    pub caching_options: Option<Hashed<CdnCachingOptions>>,
    /// What is forwarded to the origin.
    pub forwarding_options: Option<Hashed<CdnForwardingOptions>>,
    /// Functions that run at the edge locations.
    pub edge_functions: Option<EdgeFunctions>,
}

/// Where requests go.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum CdnRoute {
    /// A load balancer.
    #[config(name = "application-load-balancer")]
    LoadBalancer(CdnLoadBalancerOrigin),
    /// An HTTP API.
    #[config(name = "http-api-gateway")]
    HttpApi(CdnHttpApiOrigin),
    /// A function; it gets a URL.
    #[config(name = "function")]
    Function(CdnFunctionOrigin),
    /// A server elsewhere.
    #[config(name = "custom-origin")]
    Custom(CdnCustomOrigin),
    /// A bucket.
    #[config(name = "bucket")]
    Bucket(CdnBucketOrigin),
}

/// A load balancer behind a CDN.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnLoadBalancerOrigin {
    /// Name of the load balancer.
    #[config(names = "application-load-balancer")]
    pub load_balancer_name: Spanned<String>,
    /// Port of the listener; needed when the load balancer declares its listeners.
    pub listener_port: Option<Spanned<u32>>,
    /// Host name that the listener's certificate covers; the first domain of the load balancer when not given.
    pub origin_domain_name: Option<Val<String>>,
}

/// An HTTP API behind a CDN.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnHttpApiOrigin {
    /// Name of the HTTP API.
    #[config(names = "http-api-gateway")]
    pub http_api_gateway_name: Spanned<String>,
}

/// A function behind a CDN.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnFunctionOrigin {
    /// Name of the function.
    #[config(names = "function")]
    pub function_name: Spanned<String>,
}

/// A server elsewhere.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnCustomOrigin {
    /// Host name, without protocol and path.
    pub domain_name: Val<String>,
    /// How the CDN talks to it.
    #[config(default = "HTTPS")]
    pub protocol: Option<CdnOriginProtocol>,
    /// Port; 443 or 80 when not given.
    #[config(range = 1..=65535)]
    pub port: Option<u32>,
}

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum CdnOriginProtocol {
    /// Without encryption.
    #[config(name = "HTTP")]
    Http,
    /// With TLS 1.2.
    #[config(name = "HTTPS")]
    Https,
}

/// A bucket behind a CDN.
#[derive(Clone, Debug, Decode, Describe)]
pub struct CdnBucketOrigin {
    /// Name of the bucket.
    #[config(names = "bucket")]
    pub bucket_name: Spanned<String>,
    /// Whether a path without file extension is left as it is. Else the page `/about/index.html` is delivered for `/about`.
    #[config(default = false)]
    pub disable_url_normalization: bool,
}

/// What a route means: the resource, the property that names it and what it must be.
pub struct RouteTarget<'a> {
    /// Name of the resource.
    pub name: &'a Spanned<String>,
    /// The property that names it.
    pub property: &'static str,
    /// What it must be.
    pub kind: OriginKind,
    /// What else the config says about it.
    pub wish: OriginWish,
    /// Whether pages of a bucket are not looked for.
    pub as_is: bool,
}

impl CdnRoute {
    /// The resource, unless the route leaves the stack.
    pub fn target(&self) -> Option<RouteTarget<'_>> {
        let of = |name, property, kind| RouteTarget { name, property, kind, wish: OriginWish::ANY, as_is: false };
        Some(match self {
            Self::Custom(_) => return None,
            Self::HttpApi(o) => of(&o.http_api_gateway_name, "httpApiGatewayName", OriginKind::HttpApi),
            Self::Function(o) => of(&o.function_name, "functionName", OriginKind::Function),
            Self::Bucket(o) => RouteTarget {
                as_is: o.disable_url_normalization,
                ..of(&o.bucket_name, "bucketName", OriginKind::Bucket)
            },
            Self::LoadBalancer(o) => RouteTarget {
                wish: OriginWish {
                    listener_port: o.listener_port.clone(),
                    domain_name: o.origin_domain_name.clone().map(Expr::from),
                },
                ..of(&o.load_balancer_name, "loadBalancerName", OriginKind::LoadBalancer)
            },
        })
    }
}
