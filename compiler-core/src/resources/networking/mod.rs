//! Types that let traffic in.

pub mod http_api_gateway;
