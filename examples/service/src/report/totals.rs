//! A metric as one line: the sum over all its series. Made from what a collector got and from what a scrape held.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

use metrics_catalog::{execution, rate_limit};
use telemetry_testkit::{PointValue, Received};

/// Metrics by name, as the one or the other side writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals(BTreeMap<String, Total>);

/// One metric over all its series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Total {
    /// Sets of labels.
    pub(super) series: u64,
    /// A counter's value, or the sum of a histogram's values.
    pub(super) sum: f64,
    /// How many values a histogram holds; `None` for the other kinds.
    pub(super) count: Option<u64>,
}

/// The metrics that a collector got.
pub(crate) fn received_totals(received: &Received) -> Totals {
    let mut totals = Totals::default();
    for point in &received.points {
        let total = totals.entry(&point.name);
        total.series += 1;
        match &point.value {
            PointValue::Sum { value, .. } | PointValue::Gauge(value) => total.sum += value,
            PointValue::Histogram { count, sum, .. } => {
                total.sum += sum;
                *total.count.get_or_insert(0) += count;
            }
            _ => {}
        }
    }
    totals
}

impl Totals {
    /// The line for this name, made if need be.
    pub(super) fn entry(&mut self, name: &str) -> &mut Total {
        self.0.entry(name.to_owned()).or_default()
    }

    /// In the order of the names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Total)> {
        self.0.iter()
    }

    /// How the metrics of both domains compare. The rest is what telemetry counts about itself: that goes on while one
    /// looks.
    pub(super) fn compare(&self, scraped: &Self) -> Comparison {
        let mut comparison = Comparison::default();
        for metric in execution::METRICS.iter().chain(rate_limit::METRICS) {
            let exposed = metric.exposed_name().ok();
            let found = exposed.and_then(|name| scraped.0.get(name.as_str()));
            match (self.0.get(metric.name), found) {
                (None, None) => {}
                (Some(one), Some(other)) if one.agrees_with(other) => comparison.same += 1,
                _ => comparison.different.push(metric.name),
            }
        }
        comparison
    }
}

/// What two sides said of the same metrics.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// How many metrics are equal.
    pub(crate) same: usize,
    /// The names of those that are not, or that only one side has.
    pub(crate) different: Vec<&'static str>,
}

impl Total {
    fn agrees_with(&self, other: &Self) -> bool {
        // A sum over series depends in its last digits on their order.
        let tolerance = 1e-9 * self.sum.abs().max(1.0);
        self.series == other.series && self.count == other.count && (self.sum - other.sum).abs() <= tolerance
    }
}

impl Display for Total {
    #[expect(clippy::cast_precision_loss, reason = "nobody records 2^53 values in a demonstration")]
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.count {
            None => write!(f, "{}", self.sum),
            Some(0) => f.write_str("0 values"),
            Some(count) => {
                let mean = self.sum / count as f64;
                write!(f, "{count} values, mean {mean:.4}")
            }
        }
    }
}
