//! A received data point of a metric.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::KeyValue,
    metrics::v1::{self as otlp, metric::Data, number_data_point::Value},
};

use crate::attributes::{self, Attributes};

/// A received data point of a metric, flattened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The metric's name.
    pub name: String,
    /// The metric's unit, as UCUM text.
    pub unit: String,
    /// The metric's description.
    pub description: String,
    /// The name of the instrumentation scope.
    pub scope: String,
    /// The point's attributes.
    pub attributes: Attributes,
    /// What was measured.
    pub value: PointValue,
    /// The resource's attributes, shared by the points of one request.
    pub resource: Arc<Attributes>,
}

/// The value of a data point.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PointValue {
    /// A sum; `monotonic` tells a counter from an up-down counter.
    Sum {
        /// The sum so far, or since the last point when the sender uses delta temporality.
        value: f64,
        /// Whether it only grows.
        monotonic: bool,
    },
    /// A gauge's last value.
    Gauge(f64),
    /// A histogram with explicit bounds.
    Histogram {
        /// How many values were recorded.
        count: u64,
        /// Their sum; 0 when the sender left it out.
        sum: f64,
        /// The upper bounds of the buckets except the last, which has none.
        bounds: Vec<f64>,
        /// How many values fell into each bucket, not cumulative; one more than there are bounds.
        bucket_counts: Vec<u64>,
    },
    /// A histogram with exponential buckets, which are not kept.
    ExponentialHistogram {
        /// How many values were recorded.
        count: u64,
        /// Their sum; 0 when the sender left it out.
        sum: f64,
    },
    /// A kind that is kept only by name: a summary.
    Other(&'static str),
}

pub(crate) fn flatten(request: ExportMetricsServiceRequest) -> Vec<Point> {
    let mut points = Vec::new();
    for resource_metrics in request.resource_metrics {
        let resource = Arc::new(attributes::of_resource(resource_metrics.resource));
        for scope_metrics in resource_metrics.scope_metrics {
            let scope = attributes::name_of_scope(scope_metrics.scope);
            for metric in scope_metrics.metrics {
                let values = metric.data.map(values).unwrap_or_default();
                points.extend(values.into_iter().map(|(attributes, value)| Point {
                    name: metric.name.clone(),
                    unit: metric.unit.clone(),
                    description: metric.description.clone(),
                    scope: scope.clone(),
                    attributes: attributes::flatten(attributes),
                    value,
                    resource: Arc::clone(&resource),
                }));
            }
        }
    }
    points
}

fn values(data: Data) -> Vec<(Vec<KeyValue>, PointValue)> {
    match data {
        Data::Sum(sum) => {
            let monotonic = sum.is_monotonic;
            numbers(sum.data_points, |value| PointValue::Sum { value, monotonic })
        }
        Data::Gauge(gauge) => numbers(gauge.data_points, PointValue::Gauge),
        Data::Histogram(histogram) => histogram
            .data_points
            .into_iter()
            .map(|point| {
                let value = PointValue::Histogram {
                    count: point.count,
                    sum: point.sum.unwrap_or_default(),
                    bounds: point.explicit_bounds,
                    bucket_counts: point.bucket_counts,
                };
                (point.attributes, value)
            })
            .collect(),
        Data::ExponentialHistogram(histogram) => histogram
            .data_points
            .into_iter()
            .map(|point| {
                let (count, sum) = (point.count, point.sum.unwrap_or_default());
                (point.attributes, PointValue::ExponentialHistogram { count, sum })
            })
            .collect(),
        Data::Summary(summary) => {
            summary.data_points.into_iter().map(|point| (point.attributes, PointValue::Other("summary"))).collect()
        }
    }
}

fn numbers(points: Vec<otlp::NumberDataPoint>, wrap: impl Fn(f64) -> PointValue) -> Vec<(Vec<KeyValue>, PointValue)> {
    points
        .into_iter()
        .map(|point| {
            let value = match point.value {
                Some(Value::AsDouble(value)) => value,
                Some(Value::AsInt(value)) => float(value),
                None => f64::NAN,
            };
            (point.attributes, wrap(value))
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "assertions compare counts far below 2^53")]
fn float(value: i64) -> f64 {
    value as f64
}
