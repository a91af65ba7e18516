//! Types that let traffic in.

pub mod application_load_balancer;
pub mod http_api_gateway;
pub mod load_balancer;
pub mod network_load_balancer;
pub mod web_app_firewall;
