//! CloudFront in front of a resource: distributions, policies, an access identity for buckets and records for custom domains.
//!
//! A CDN knows no resource type. What it forwards to answers [`cdn_origin`](crate::model::ResourceKind::cdn_origin) and gets [`ForwardsTo`] as
//! mail, so that a function can make a URL and a bucket can admit the access identity. There is one distribution; with custom domains one for each
//! certificate. Without custom domains the CDN is reached by the name that CloudFront gives it.

mod check;
mod distribution;
mod edge;
mod hash;
mod options;
mod policies;
mod routes;

pub use edge::{EdgeFunctions, RunsAtEdge};
pub use hash::Hashed;
pub use options::{CdnCachingOptions, CdnForwardingOptions, CdnMethod};
pub use routes::{CdnCustomOrigin, CdnRoute, CdnRouteRewrite};

use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::domains::{self, CertificateRegion, CustomDomain};
use crate::facets::firewall;
use crate::model::{Fragment, Linked, OriginWish, Outbox, PageStyle, Param, ResourceName, Stack};
use crate::naming::{logical_id, logical_id_indexed};
use crate::resources::networking::web_app_firewall::FirewallScope;
use crate::source::{Span, Spanned};
use crate::template::{Expr, get_att, join};

/// Declares the config of a CDN: the options that every CDN has, and some of its own.
macro_rules! cdn_config {
    ($(#[$attribute:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Decode, Describe)]
        pub struct $name {
            /// The place of the whole block.
            #[config(span)]
            pub span: Span,
            $($own)*
            /// Whether there is a CDN.
            pub enabled: bool,
            /// What is cached, and for how long.
            pub caching_options: Option<Hashed<CdnCachingOptions>>,
            /// What is forwarded to the origin.
            pub forwarding_options: Option<Hashed<CdnForwardingOptions>>,
            /// Paths that go elsewhere, or to the same origin with other options. The first that fits a request counts.
            pub route_rewrites: Option<Vec<CdnRouteRewrite>>,
            /// Domains that lead to the CDN. Each needs a certificate in us-east-1.
            pub custom_domains: Option<Vec<CustomDomain>>,
            /// Functions that run at the edge locations.
            pub edge_functions: Option<EdgeFunctions>,
            /// Which edge locations are used: fewer cost less.
            #[config(default = "PriceClass_All")]
            pub cloudfront_price_class: Option<PriceClass>,
            /// Put before the path when a request goes to the origin.
            pub default_route_prefix: Option<String>,
            /// Page for what is not found. From a bucket `/404.html` when not given.
            pub error_document: Option<Val<String>>,
            /// Page of the path `/`. From a bucket `/index.html` when not given.
            pub index_document: Option<Val<String>>,
            /// Whether the cache stays as it is when a deploy is done. Else it is emptied.
            #[config(default = false)]
            pub disable_invalidation_after_deploy: bool,
            /// Name of a `web-app-firewall` of scope `cdn`.
            #[config(names = "web-app-firewall")]
            pub use_firewall: Option<Spanned<String>>,
        }

        impl $name {
            /// The CDN, as it stands in front of a resource. Ids come from the resource's name.
            fn view<'a>(&'a self, owner: &'a ResourceName) -> Cdn<'a> {
                Cdn {
                    owner,
                    distribution: owner,
                    span: self.span,
                    enabled: self.enabled,
                    caching: self.caching_options.as_ref(),
                    forwarding: self.forwarding_options.as_ref(),
                    routes: self.route_rewrites.as_deref().unwrap_or_default(),
                    domains: self.custom_domains.as_deref().unwrap_or_default(),
                    edge: self.edge_functions.as_ref(),
                    price_class: self.cloudfront_price_class,
                    prefix: self.default_route_prefix.as_deref(),
                    error_document: self.error_document.as_ref(),
                    index_document: self.index_document.as_ref(),
                    invalidates: !self.disable_invalidation_after_deploy,
                    firewall: self.use_firewall.as_ref(),
                    origin_domain_name: None,
                    wish: OriginWish::ANY,
                    pages: None,
                }
            }
        }
    };
}

cdn_config! {
    /// A CDN.
    CdnConfig {}
}

cdn_config! {
    /// A CDN in front of a load balancer.
    LoadBalancerCdnConfig {
        /// Port of the listener; needed when the load balancer declares its listeners.
        #[config(range = 1..=65535)]
        pub listener_port: Option<Spanned<u32>>,
        /// Host name that the listener's certificate covers; the first domain of the load balancer when not given.
        pub origin_domain_name: Option<Val<String>>,
    }
}

cdn_config! {
    /// A CDN in front of a bucket.
    BucketCdnConfig {
        /// Whether the bucket holds a single-page app: then every path without file extension delivers `/index.html`.
        #[config(default = false)]
        pub rewrite_routes_for_single_page_app: bool,
        /// Whether a path without file extension is left as it is. Else the page `/about/index.html` is delivered for `/about`.
        #[config(default = false)]
        pub disable_url_normalization: bool,
    }
}

impl From<CdnConfig> for LoadBalancerCdnConfig {
    /// A CDN in front of a load balancer with default listeners.
    fn from(c: CdnConfig) -> Self {
        Self {
            span: c.span,
            listener_port: None,
            origin_domain_name: None,
            enabled: c.enabled,
            caching_options: c.caching_options,
            forwarding_options: c.forwarding_options,
            route_rewrites: c.route_rewrites,
            custom_domains: c.custom_domains,
            edge_functions: c.edge_functions,
            cloudfront_price_class: c.cloudfront_price_class,
            default_route_prefix: c.default_route_prefix,
            error_document: c.error_document,
            index_document: c.index_document,
            disable_invalidation_after_deploy: c.disable_invalidation_after_deploy,
            use_firewall: c.use_firewall,
        }
    }
}

impl CdnConfig {
    /// The CDN, as it stands in front of a resource.
    pub fn facing<'a>(&'a self, owner: &'a ResourceName) -> Cdn<'a> {
        self.view(owner)
    }
}

impl LoadBalancerCdnConfig {
    /// The CDN, as it stands in front of a load balancer.
    pub fn facing<'a>(&'a self, owner: &'a ResourceName) -> Cdn<'a> {
        let wish = OriginWish {
            listener_port: self.listener_port.clone(),
            domain_name: self.origin_domain_name.clone().map(Expr::from),
        };
        Cdn { wish, origin_domain_name: self.origin_domain_name.as_ref(), ..self.view(owner) }
    }
}

impl BucketCdnConfig {
    /// The CDN, as it stands in front of a bucket.
    pub fn facing<'a>(&'a self, owner: &'a ResourceName) -> Cdn<'a> {
        let pages = match (self.rewrite_routes_for_single_page_app, self.disable_url_normalization) {
            (true, _) => Some(PageStyle::SinglePage),
            (false, true) => Some(PageStyle::AsIs),
            (false, false) => None,
        };
        Cdn { pages, ..self.view(owner) }
    }
}

/// Which edge locations are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum PriceClass {
    /// North America and Europe.
    #[config(name = "PriceClass_100")]
    Cheap,
    /// Those, Africa and most of Asia.
    #[config(name = "PriceClass_200")]
    Most,
    /// Everywhere.
    #[config(name = "PriceClass_All")]
    All,
}

/// Mail to a resource that a CDN forwards requests to; one for each path.
#[derive(Clone, Debug)]
pub struct ForwardsTo {
    /// The resource that the CDN belongs to.
    pub cdn: ResourceName,
    /// Logical id of the access identity, by which a bucket knows the CDN.
    pub identity: String,
    /// Methods that are forwarded, when the config says it.
    pub methods: Option<Vec<CdnMethod>>,
    /// What the config says about the origin.
    pub wish: OriginWish,
    /// Whether it is one more path to the CDN's own origin, about which an earlier mail said the same.
    pub repeated: bool,
    /// The place that asks for it.
    pub span: Span,
}

/// A CDN in front of a resource.
#[derive(Clone, Debug)]
pub struct Cdn<'a> {
    /// The resource behind it. Ids of policies and of the access identity come from its name.
    owner: &'a ResourceName,
    /// Ids of the distributions come from this name.
    distribution: &'a ResourceName,
    span: Span,
    enabled: bool,
    caching: Option<&'a Hashed<CdnCachingOptions>>,
    forwarding: Option<&'a Hashed<CdnForwardingOptions>>,
    routes: &'a [CdnRouteRewrite],
    domains: &'a [CustomDomain],
    edge: Option<&'a EdgeFunctions>,
    price_class: Option<PriceClass>,
    prefix: Option<&'a str>,
    error_document: Option<&'a Val<String>>,
    index_document: Option<&'a Val<String>>,
    invalidates: bool,
    firewall: Option<&'a Spanned<String>>,
    /// Host name of the load balancer behind it, when the CDN's config says it.
    origin_domain_name: Option<&'a Val<String>>,
    wish: OriginWish,
    /// Where the pages of the bucket behind it lie, when the CDN's config says it.
    pages: Option<PageStyle>,
}

/// Domains of one distribution, and their certificate.
struct Group<'a> {
    certificate: Option<Expr>,
    domains: Vec<&'a CustomDomain>,
}

impl<'a> Cdn<'a> {
    /// Takes the ids of the distributions from another name: that of the composite that the resource is a part of.
    #[must_use]
    pub fn named(self, distribution: &'a ResourceName) -> Self {
        Self { distribution, ..self }
    }

    /// Tells every resource that requests are forwarded to, and claims the domains.
    pub fn link(&self, stack: &Stack<'_>, out: &mut Outbox) {
        if !self.enabled {
            return;
        }
        domains::claim(self.domains, out);
        if let Some(name) = self.firewall {
            firewall::link(name, self.distribution, FirewallScope::Cdn, stack, out);
        }
        for functions in self.edge.into_iter().chain(self.routes.iter().filter_map(|r| r.edge_functions.as_ref())) {
            functions.link(stack, out);
        }
        let methods =
            |f: Option<&Hashed<CdnForwardingOptions>>| f.and_then(|f| f.value.allowed_methods.clone()).map(|m| m.value);
        let mail = |forwarding, wish: &OriginWish, span| ForwardsTo {
            cdn: self.owner.clone(),
            identity: self.identity_id(),
            methods: methods(forwarding),
            wish: wish.clone(),
            repeated: false,
            span,
        };
        out.send(self.owner, mail(self.forwarding, &self.wish, self.span));
        for route in self.routes {
            let forwarding = route.forwarding_options.as_ref();
            match route.route_to.as_ref().map(CdnRoute::target) {
                None => {
                    let again = mail(forwarding, &self.wish, route.path.span);
                    out.send(self.owner, ForwardsTo { repeated: true, ..again });
                }
                Some(Some(target)) => {
                    if let Some(found) = stack.any(target.name) {
                        out.send(found.name(), mail(forwarding, &target.wish, target.name.span));
                    }
                }
                Some(None) => {}
            }
        }
    }

    /// The parameters that a resource gets from its CDN.
    pub fn params(&self, stack: &Stack<'_>) -> Vec<Param> {
        if !self.enabled {
            return vec![];
        }
        let https = |host: Expr| join("", vec!["https://".into(), host]);
        let host = |index: usize| get_att(self.distribution_id(index), "DomainName");
        if self.domains.is_empty() {
            return vec![
                Param::new("cdnDomain", host(0)),
                Param::new("cdnUrl", https(host(0))),
                Param::new("cdnCanonicalDomain", host(0)),
                Param::new("cdnCanonicalUrl", https(host(0))),
            ];
        }
        let names: Vec<String> = self.domains.iter().map(CustomDomain::name).collect();
        let urls: Vec<String> = names.iter().map(|n| format!("https://{n}")).collect();
        let groups = self.groups(stack).len();
        let hosts = |f: &dyn Fn(Expr) -> Expr| match groups {
            1 => f(host(0)),
            _ => join(",", (0..groups).map(|i| f(host(i))).collect()),
        };
        vec![
            Param::new("cdnCustomDomainUrls", urls.join(", ")),
            Param::new("cdnCustomDomains", names.join(", ")),
            Param::new("cdnDomain", host(0)),
            Param::new("cdnCanonicalDomain", hosts(&|h| h)),
            Param::new("cdnCanonicalUrl", hosts(&https)),
        ]
    }

    /// Adds everything that the CDN makes.
    pub fn add(&self, linked: &Linked<'_>, fragment: &mut Fragment) {
        if self.enabled {
            distribution::add(self, linked, fragment);
        }
    }

    /// The domains, by what their distribution must have in common. Without domains there is one distribution.
    fn groups(&self, stack: &Stack<'_>) -> Vec<Group<'a>> {
        let mut groups: Vec<(bool, Group<'a>)> = vec![];
        for domain in self.domains {
            let (certificate, no_record) =
                (domain.certificate(CertificateRegion::UsEast1, stack), !domain.has_record());
            let fits =
                |(n, g): &&mut (bool, Group<'a>)| *n == no_record && g.certificate.as_ref() == Some(&certificate);
            match groups.iter_mut().find(fits) {
                Some((_, group)) => group.domains.push(domain),
                None => groups.push((no_record, Group { certificate: Some(certificate), domains: vec![domain] })),
            }
        }
        if groups.is_empty() {
            return vec![Group { certificate: None, domains: vec![] }];
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn distribution_id(&self, index: usize) -> String {
        logical_id_indexed(self.distribution.flat(), "CDN", "AWS::CloudFront::Distribution", index)
    }

    fn identity_id(&self) -> String {
        logical_id(self.owner.flat(), "CDN", "AWS::CloudFront::CloudFrontOriginAccessIdentity")
    }
}
