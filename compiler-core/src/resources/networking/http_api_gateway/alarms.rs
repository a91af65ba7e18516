//! What alarms on HTTP APIs watch.

use super::HttpApiGateway;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::alarms::{Comparison, Condition, Metric, MissingData, Series, Statistic, Trigger};
use crate::model::Resource;
use crate::template::{Expr, reference};

/// What an alarm on an HTTP API watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum HttpApiTrigger {
    /// Share of requests that are answered with a 4xx or 5xx status.
    #[config(name = "http-api-gateway-error-rate")]
    ErrorRate(HttpApiErrorRate),
    /// Time between the arrival of a request and its response, the integration included.
    #[config(name = "http-api-gateway-latency")]
    Latency(HttpApiLatency),
}

/// Share of requests that are answered with a 4xx or 5xx status.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpApiErrorRate {
    /// The alarm fires when more requests fail.
    #[config(range = 0..=100, unit = "percent")]
    pub threshold_percent: Val<f64>,
    /// How the share compares to the threshold when the alarm fires.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
}

/// Time between the arrival of a request and its response.
#[derive(Clone, Debug, Decode, Describe)]
pub struct HttpApiLatency {
    /// The alarm fires when requests take longer. The API answers after 30 seconds at the latest.
    #[config(range = 0..=30000, unit = "milliseconds")]
    pub threshold_milliseconds: Val<f64>,
    /// How the latency compares to the threshold when the alarm fires.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
    /// How the latencies of a period become one.
    #[config(default = "avg")]
    pub statistic: Option<Statistic>,
}

/// The dimensions of an API's metrics.
pub struct HttpApiMetrics(Expr);

impl HttpApiMetrics {
    /// Those of all requests to the API.
    pub fn of(r: &Resource<HttpApiGateway>) -> Self {
        Self(reference(r.api_id()))
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric { namespace: "AWS/ApiGateway", name, dimensions: vec![("ApiId", self.0.clone())] }
    }
}

impl Trigger for HttpApiTrigger {
    type Target = HttpApiMetrics;

    fn kind(&self) -> &'static str {
        match self {
            Self::ErrorRate(_) => "http-api-gateway-error-rate",
            Self::Latency(_) => "http-api-gateway-latency",
        }
    }

    fn condition(&self, target: &HttpApiMetrics) -> Condition {
        match self {
            Self::ErrorRate(t) => Condition {
                series: Series::Math {
                    metrics: vec![
                        ("error_4xx_count".into(), target.metric("4xx"), Statistic::Sum),
                        ("error_5xx_count".into(), target.metric("5xx"), Statistic::Sum),
                        ("all_count".into(), target.metric("Count"), Statistic::Sum),
                    ],
                    expression: "( ( error_4xx_count + error_5xx_count ) / all_count ) * 100".into(),
                    label: "Failed requests in percent",
                },
                comparison: t.comparison_operator.unwrap_or(Comparison::Above),
                threshold: t.threshold_percent.clone().into(),
                missing_data: Some(MissingData::NotBreaching),
            },
            Self::Latency(t) => Condition {
                series: Series::One {
                    metric: target.metric("Latency"),
                    statistic: t.statistic.unwrap_or(Statistic::Average),
                },
                comparison: t.comparison_operator.unwrap_or(Comparison::Above),
                threshold: t.threshold_milliseconds.clone().into(),
                missing_data: Some(MissingData::NotBreaching),
            },
        }
    }
}
