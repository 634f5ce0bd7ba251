//! What was recorded, asked for in the words in which it is recorded.

mod measured;

use metrics_define::{Label, expansion::Metric};
use metrics_pipeline::{Collector, Value, walk};
use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

pub use measured::Measured;

/// Answers what a [`TestTelemetry`](crate::TestTelemetry) has recorded.
///
/// A metric is asked for with the labels of one series. The answer is compared with a number, and a failed assertion says
/// what was recorded instead.
///
/// ```
/// use metrics_catalog::execution::{ExecutionDuration, ExecutionsActive};
/// use telemetry_testkit::TestTelemetry;
///
/// let telemetry = TestTelemetry::new();
/// let _inside = telemetry.enter();
/// let probe = telemetry.probe();
///
/// let active = ExecutionsActive.track();
/// assert_eq!(probe.value(ExecutionsActive), 1);
/// drop(active);
/// assert_eq!(probe.value(ExecutionsActive), 0);
///
/// ExecutionDuration { lang_and_version: "go" }.record(1.5);
/// assert_eq!(probe.count(ExecutionDuration { lang_and_version: "go" }), 1);
/// assert_eq!(probe.sum(ExecutionDuration { lang_and_version: "go" }), 1.5);
/// ```
#[derive(Clone, Debug)]
pub struct Probe {
    collector: Collector,
}

impl Probe {
    pub(crate) fn new(collector: Collector) -> Self {
        Self { collector }
    }

    /// The value of a counter, an up-down counter or a gauge: the series with exactly these labels.
    #[expect(clippy::needless_pass_by_value, reason = "labels are written where they are given, like everywhere")]
    pub fn value<M: Metric>(&self, metric: M) -> Measured {
        self.measured(&metric, "value", |value| match value {
            Value::Number(number) => Some(number.as_f64()),
            _ => None,
        })
    }

    /// How many values a histogram has: in the series with exactly these labels.
    #[expect(clippy::needless_pass_by_value, reason = "labels are written where they are given, like everywhere")]
    pub fn count<M: Metric>(&self, metric: M) -> Measured {
        self.measured(&metric, "count", count)
    }

    /// The sum of a histogram's values, in the metric's unit: in the series with exactly these labels.
    #[expect(clippy::needless_pass_by_value, reason = "labels are written where they are given, like everywhere")]
    pub fn sum<M: Metric>(&self, metric: M) -> Measured {
        self.measured(&metric, "sum", |value| match value {
            Value::Histogram(histogram) => Some(histogram.sum),
            Value::Exponential(histogram) => Some(histogram.sum),
            Value::Number(_) => None,
        })
    }

    fn measured<M: Metric>(&self, metric: &M, what: &str, number: impl Fn(&Value<'_>) -> Option<f64>) -> Measured {
        let labels = metric.labels();
        let wanted = written(M::DEF.labels.iter().map(|label| label.key).zip(labels.as_ref().iter().map(label_text)));
        let (mut found, mut recorded, mut others) = (None, Vec::new(), Vec::new());
        let mut collected = ResourceMetrics::default();
        // A provider that was shut down has recorded nothing that could be told.
        let _collected = self.collector.collect(&mut collected);
        for metric in walk(&collected) {
            if (metric.scope.name(), metric.name) != (M::DEF.domain.scope, M::DEF.name) {
                others.push(metric.name.to_owned());
                continue;
            }
            metric.for_each_point(|point| {
                let series = written(point.attributes.iter().map(|attribute| attribute_text(attribute)));
                recorded.push(format!("{series} {}", value_text(&point.value)));
                if series == wanted {
                    found = number(&point.value);
                }
            });
        }
        recorded.sort();
        others.sort();
        Measured::new(M::DEF, format!("{what} of {}{wanted}", M::DEF.name), found, recorded, others)
    }
}

/// Labels in the order of their keys, with a boolean told apart from its text.
fn written<'l>(labels: impl Iterator<Item = (&'l str, String)>) -> String {
    let mut labels: Vec<_> = labels.map(|(key, value)| format!("{key}={value}")).collect();
    labels.sort();
    if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(", ")) }
}

fn label_text(label: &Label<'_>) -> String {
    match label {
        Label::Closed { text, .. } | Label::Text(text) => format!("{text:?}"),
        Label::Bool(value) => value.to_string(),
        Label::Integer(value) => value.to_string(),
    }
}

fn attribute_text(attribute: &KeyValue) -> (&str, String) {
    let value = match &attribute.value {
        opentelemetry::Value::String(text) => format!("{:?}", text.as_str()),
        other => other.to_string(),
    };
    (attribute.key.as_str(), value)
}

#[expect(clippy::cast_precision_loss, reason = "no test records 2^53 values")]
fn count(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Histogram(histogram) => Some(histogram.count as f64),
        Value::Exponential(histogram) => Some(histogram.count as f64),
        Value::Number(_) => None,
    }
}

fn value_text(value: &Value<'_>) -> String {
    match value {
        Value::Number(number) => number.as_f64().to_string(),
        Value::Histogram(histogram) => format!("count {}, sum {}", histogram.count, histogram.sum),
        Value::Exponential(histogram) => format!("count {}, sum {}", histogram.count, histogram.sum),
    }
}
