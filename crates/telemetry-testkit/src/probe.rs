//! What was recorded, asked for in the words in which it is recorded.

mod measured;

use metrics_define::{Kind, Label, Registry, expansion::Metric};
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

    /// The value of a metric that is called by name: the series with exactly these labels, in any order.
    ///
    /// Of a histogram it is how many values it has.
    ///
    /// ```
    /// use metrics_catalog::increment_counter;
    /// use telemetry_testkit::TestTelemetry;
    ///
    /// let telemetry = TestTelemetry::new();
    /// let _inside = telemetry.enter();
    /// increment_counter("plugin_calls_total", 2.0, &[("plugin", "spelling")])?;
    /// assert_eq!(telemetry.probe().value_of("plugin_calls_total", &[("plugin", "spelling")]), 2);
    /// # Ok::<(), metrics_catalog::CallError>(())
    /// ```
    pub fn value_of(&self, name: &str, labels: &[(&str, &str)]) -> Measured {
        let wanted = written(labels.iter().map(|(key, value)| (*key, format!("{value:?}"))));
        // One that was never called is no gauge, and nothing was recorded of it.
        let is_sum = Registry::find(name).is_none_or(|metric| metric.definition().kind != Kind::Gauge);
        let number = |value: &Value<'_>| match value {
            Value::Number(number) => Some(number.as_f64()),
            other => count(other),
        };
        self.found((RUNTIME, name), is_sum, "value", &wanted, number)
    }

    fn measured<M: Metric>(&self, metric: &M, what: &str, number: impl Fn(&Value<'_>) -> Option<f64>) -> Measured {
        let labels = metric.labels();
        let wanted = written(M::DEF.labels.iter().map(|label| label.key).zip(labels.as_ref().iter().map(label_text)));
        self.found((M::DEF.domain.scope, M::DEF.name), M::DEF.kind != Kind::Gauge, what, &wanted, number)
    }

    fn found(
        &self,
        (scope, name): (&str, &str),
        is_sum: bool,
        what: &str,
        wanted: &str,
        number: impl Fn(&Value<'_>) -> Option<f64>,
    ) -> Measured {
        let (mut found, mut recorded, mut others) = (None, Vec::new(), Vec::new());
        let mut collected = ResourceMetrics::default();
        // A provider that was shut down has recorded nothing that could be told.
        let _collected = self.collector.collect(&mut collected);
        for metric in walk(&collected) {
            if (metric.scope.name(), metric.name) != (scope, name) {
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
        Measured::new(is_sum, format!("{what} of {name}{wanted}"), found, recorded, others)
    }
}

/// The instrumentation scope of metrics that are called by name.
const RUNTIME: &str = "metrics-define/runtime";

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
