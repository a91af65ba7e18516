//! What alarms on functions watch.

use super::Function;
use crate::decode::{Decode, Val};
use crate::describe::Describe;
use crate::facets::alarms::{Comparison, Condition, Metric, MissingData, Series, Statistic, Trigger};
use crate::model::Resource;
use crate::template::{Expr, join, reference};

/// What an alarm on a function watches.
#[derive(Clone, Debug, Decode, Describe)]
#[config(tag = "type")]
pub enum FunctionTrigger {
    /// Share of calls that fail.
    #[config(name = "lambda-error-rate")]
    ErrorRate(FunctionErrorRate),
    /// How long calls take.
    #[config(name = "lambda-duration")]
    Duration(FunctionDuration),
}

/// Share of calls that fail.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FunctionErrorRate {
    /// The alarm fires when more calls fail.
    #[config(range = 0..=100, unit = "percent")]
    pub threshold_percent: Val<f64>,
    /// How the share compares to the threshold when the alarm fires.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
}

/// How long calls take.
#[derive(Clone, Debug, Decode, Describe)]
pub struct FunctionDuration {
    /// The alarm fires when calls take longer.
    #[config(range = 0..=900000, unit = "milliseconds")]
    pub threshold_milliseconds: Val<f64>,
    /// How the duration compares to the threshold when the alarm fires.
    #[config(default = "GreaterThanThreshold")]
    pub comparison_operator: Option<Comparison>,
    /// How the durations of a period become one.
    #[config(default = "avg")]
    pub statistic: Option<Statistic>,
}

/// The dimensions of a function's metrics.
pub struct FunctionMetrics(Vec<(&'static str, Expr)>);

impl FunctionMetrics {
    /// Those of calls through the alias when there is one, else of all calls.
    pub fn of(r: &Resource<Function>) -> Self {
        let function = reference(r.function_id());
        let called = match r.has_alias() {
            true => join(":", vec![function.clone(), super::alias::ALIAS.into()]),
            false => function.clone(),
        };
        Self(vec![("FunctionName", function), ("Resource", called)])
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric { namespace: "AWS/Lambda", name, dimensions: self.0.clone() }
    }
}

impl Trigger for FunctionTrigger {
    type Target = FunctionMetrics;

    fn kind(&self) -> &'static str {
        match self {
            Self::ErrorRate(_) => "lambda-error-rate",
            Self::Duration(_) => "lambda-duration",
        }
    }

    fn condition(&self, target: &FunctionMetrics) -> Condition {
        match self {
            Self::ErrorRate(t) => Condition {
                series: Series::Math {
                    metrics: vec![
                        ("error_count".into(), target.metric("Errors"), Statistic::Sum),
                        ("invocations".into(), target.metric("Invocations"), Statistic::Sum),
                    ],
                    expression: "( error_count / invocations ) * 100".into(),
                    label: "Failed calls in percent",
                },
                comparison: t.comparison_operator.unwrap_or(Comparison::Above),
                threshold: t.threshold_percent.clone().into(),
                missing_data: Some(MissingData::NotBreaching),
            },
            Self::Duration(t) => Condition {
                series: Series::One {
                    metric: target.metric("Duration"),
                    statistic: t.statistic.unwrap_or(Statistic::Average),
                },
                comparison: t.comparison_operator.unwrap_or(Comparison::Above),
                threshold: t.threshold_milliseconds.clone().into(),
                missing_data: Some(MissingData::NotBreaching),
            },
        }
    }
}
