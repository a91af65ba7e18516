//! What an alarm compares: one metric with a statistic, or an expression over several metrics.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::naming::snake_upper;
use crate::template::{Expr, Object};

/// When an alarm fires.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is measured.
    pub series: Series,
    /// How the measured value compares to the threshold.
    pub comparison: Comparison,
    /// The threshold, in the unit of the metric.
    pub threshold: Expr,
    /// What a period without data means. CloudWatch takes it as unknown when not given.
    pub missing_data: Option<MissingData>,
}

/// What is measured.
#[derive(Clone, Debug)]
pub enum Series {
    /// A metric.
    One {
        /// The metric.
        metric: Metric,
        /// How the values of a period become one.
        statistic: Statistic,
    },
    /// A calculation.
    Math {
        /// The metrics by the id that the expression uses, each with its statistic.
        metrics: Vec<(String, Metric, Statistic)>,
        /// The expression, in CloudWatch's metric math.
        expression: String,
        /// What the result is, for graphs.
        label: &'static str,
    },
}

/// A CloudWatch metric.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Namespace such as `AWS/Lambda`.
    pub namespace: &'static str,
    /// Name of the metric.
    pub name: &'static str,
    /// Names and values of its dimensions.
    pub dimensions: Vec<(&'static str, Expr)>,
}

impl Series {
    /// `Metrics` of an alarm. `period` is in seconds; `kind` names the result of a calculation.
    pub fn to_expr(&self, kind: &str, period: &Expr) -> Expr {
        Expr::List(match self {
            Series::One { metric, statistic } => {
                let label = format!("{} ({statistic})", metric.name);
                vec![metric.query(&metric_id(metric.name), *statistic, period, true).set("Label", label).into()]
            }
            Series::Math { metrics, expression, label } => {
                let queries = metrics.iter().map(|(id, m, statistic)| m.query(id, *statistic, period, false).into());
                let result = Object::new()
                    .set("Expression", expression)
                    .set("Id", metric_id(kind))
                    .set("Label", *label)
                    .set("Period", period.clone())
                    .set("ReturnData", true);
                queries.chain([result.into()]).collect()
            }
        })
    }
}

/// The id of a metric within its alarm: lower case, which CloudWatch demands of the first letter.
fn metric_id(name: &str) -> String {
    snake_upper(name).to_ascii_lowercase()
}

impl Metric {
    fn query(&self, id: &str, statistic: Statistic, period: &Expr, result: bool) -> Object {
        let dimension = |(name, value): &(&'static str, Expr)| {
            Expr::from(Object::new().set("Name", *name).set("Value", value.clone()))
        };
        let metric = Object::new()
            .list("Dimensions", self.dimensions.iter().map(dimension).collect())
            .set("MetricName", self.name)
            .set("Namespace", self.namespace);
        let stat =
            Object::new().set("Metric", metric).set("Period", period.clone()).set("Stat", statistic.cloudwatch_name());
        Object::new().set("Id", id.to_string()).set("MetricStat", stat).set("ReturnData", result)
    }
}

/// How the values of a period become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum Statistic {
    /// The mean.
    #[config(name = "avg")]
    Average,
    /// The highest.
    #[config(name = "max")]
    Maximum,
    /// The lowest.
    #[config(name = "min")]
    Minimum,
    /// Nine of ten values are below.
    #[config(name = "p90")]
    P90,
    /// 95 of 100 values are below.
    #[config(name = "p95")]
    P95,
    /// 99 of 100 values are below.
    #[config(name = "p99")]
    P99,
    /// The sum.
    #[config(name = "sum")]
    Sum,
}

impl Statistic {
    fn cloudwatch_name(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Maximum => "Maximum",
            Self::Minimum => "Minimum",
            Self::Sum => "Sum",
            Self::P90 | Self::P95 | Self::P99 => self.as_str(),
        }
    }
}

/// How a value compares to the threshold when the alarm fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Describe)]
pub enum Comparison {
    /// At or above it.
    #[config(name = "GreaterThanOrEqualToThreshold")]
    AtLeast,
    /// Above it.
    #[config(name = "GreaterThanThreshold")]
    Above,
    /// At or below it.
    #[config(name = "LessThanOrEqualToThreshold")]
    AtMost,
    /// Below it.
    #[config(name = "LessThanThreshold")]
    Below,
}

/// What a period without data means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingData {
    /// As if it were over the threshold.
    Breaching,
    /// As if all were well.
    NotBreaching,
}

impl From<MissingData> for Expr {
    fn from(value: MissingData) -> Self {
        match value {
            MissingData::Breaching => "breaching",
            MissingData::NotBreaching => "notBreaching",
        }
        .into()
    }
}
