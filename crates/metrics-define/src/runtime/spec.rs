//! What a run-time metric is to be.

use metric_names::Kind;

/// The definition of a metric for [`Registry::register`](crate::Registry::register).
///
/// ```
/// use metrics_define::MetricSpec;
///
/// let spec = MetricSpec::histogram("shop.basket.size", "{item}", "Items in a basket")
///     .with_labels(["country", "channel"])
///     .with_boundaries([1.0, 2.0, 5.0, 10.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MetricSpec {
    /// The OpenTelemetry instrument name; in Prometheus it is the same with underscores, and `_total` after a counter.
    pub name: String,
    /// The kind of instrument.
    pub kind: Kind,
    /// The UCUM unit.
    pub unit: String,
    /// What is measured, in one line.
    pub description: String,
    /// The keys of the labels, in the order in which values are given.
    pub labels: Vec<String>,
    /// How many different values each label is expected to have at most; 100 unless changed.
    pub max_values: usize,
    /// Upper bounds of a histogram's buckets; the SDK's own where there are none.
    pub boundaries: Vec<f64>,
}

impl MetricSpec {
    /// A sum that only grows.
    pub fn counter(name: impl Into<String>, unit: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(Kind::Counter, name, unit, description)
    }

    /// A sum that grows and shrinks.
    pub fn updown_counter(name: impl Into<String>, unit: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(Kind::UpDownCounter, name, unit, description)
    }

    /// The last value.
    pub fn gauge(name: impl Into<String>, unit: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(Kind::Gauge, name, unit, description)
    }

    /// A distribution of values.
    pub fn histogram(name: impl Into<String>, unit: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(Kind::Histogram, name, unit, description)
    }

    pub(super) fn new(
        kind: Kind,
        name: impl Into<String>,
        unit: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            kind,
            unit: unit.into(),
            description: description.into(),
            labels: Vec::new(),
            max_values: MAX_VALUES,
            boundaries: Vec::new(),
        }
    }

    /// The same metric with these labels.
    #[must_use]
    pub fn with_labels(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.labels = keys.into_iter().map(Into::into).collect();
        self
    }

    /// The same metric, whose labels have at most this many different values each.
    #[must_use]
    pub fn with_max_values(mut self, max_values: usize) -> Self {
        self.max_values = max_values;
        self
    }

    /// The same histogram with these bucket boundaries.
    #[must_use]
    pub fn with_boundaries(mut self, boundaries: impl Into<Vec<f64>>) -> Self {
        self.boundaries = boundaries.into();
        self
    }
}

const MAX_VALUES: usize = 100;
