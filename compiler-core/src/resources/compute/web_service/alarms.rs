//! What alarms on web services watch: the HTTP API or the load balancer in front.

use super::Front;
use crate::decode::Decode;
use crate::describe::Describe;
use crate::resources::networking::application_load_balancer::{
    CustomTrigger, ErrorRateTrigger, LoadBalancerTrigger, UnhealthyTargetsTrigger,
};
use crate::resources::networking::http_api_gateway::{HttpApiErrorRate, HttpApiLatency, HttpApiTrigger};

/// What an alarm on a web service watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum WebServiceTrigger {
    /// Share of requests that are answered with a 4xx or 5xx status. HTTP API.
    #[config(name = "http-api-gateway-error-rate")]
    HttpApiErrorRate(HttpApiErrorRate),
    /// Time between the arrival of a request and its response. HTTP API.
    #[config(name = "http-api-gateway-latency")]
    HttpApiLatency(HttpApiLatency),
    /// A metric of the application load balancer.
    #[config(name = "application-load-balancer-custom")]
    Custom(CustomTrigger),
    /// Share of requests that targets answer with an error. Application load balancer.
    #[config(name = "application-load-balancer-error-rate")]
    ErrorRate(ErrorRateTrigger),
    /// Share of targets that fail their health checks. Application load balancer.
    #[config(name = "application-load-balancer-unhealthy-targets")]
    UnhealthyTargets(UnhealthyTargetsTrigger),
}

impl WebServiceTrigger {
    /// What it watches.
    pub fn front(&self) -> Front {
        match self {
            Self::HttpApiErrorRate(_) | Self::HttpApiLatency(_) => Front::HttpApi,
            _ => Front::LoadBalancer,
        }
    }

    /// The `type`.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::HttpApiErrorRate(_) => "http-api-gateway-error-rate",
            Self::HttpApiLatency(_) => "http-api-gateway-latency",
            Self::Custom(_) => "application-load-balancer-custom",
            Self::ErrorRate(_) => "application-load-balancer-error-rate",
            Self::UnhealthyTargets(_) => "application-load-balancer-unhealthy-targets",
        }
    }
}

/// As a trigger of an HTTP API.
pub fn of_http_api(trigger: WebServiceTrigger) -> Option<HttpApiTrigger> {
    match trigger {
        WebServiceTrigger::HttpApiErrorRate(t) => Some(HttpApiTrigger::ErrorRate(t)),
        WebServiceTrigger::HttpApiLatency(t) => Some(HttpApiTrigger::Latency(t)),
        _ => None,
    }
}

/// As a trigger of an application load balancer.
pub fn of_load_balancer(trigger: WebServiceTrigger) -> Option<LoadBalancerTrigger> {
    match trigger {
        WebServiceTrigger::Custom(t) => Some(LoadBalancerTrigger::Custom(t)),
        WebServiceTrigger::ErrorRate(t) => Some(LoadBalancerTrigger::ErrorRate(t)),
        WebServiceTrigger::UnhealthyTargets(t) => Some(LoadBalancerTrigger::UnhealthyTargets(t)),
        _ => None,
    }
}
