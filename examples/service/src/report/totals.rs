//! A metric as one line: the sum over all its series. Made from what a collector got and from what a scrape held.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

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

    /// How many metrics there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The names under which a scrape does not say the same. The metrics of this service are those of two domains with
    /// plain naming: what OpenTelemetry calls `a.b`, the scrape calls `a_b`.
    pub(super) fn differences(&self, scraped: &Self) -> Vec<String> {
        let received: BTreeMap<String, &Total> =
            self.iter().map(|(name, total)| (name.replace('.', "_"), total)).collect();
        let names = received.keys().chain(scraped.0.keys());
        let mut different: Vec<String> = names
            .filter(|name| match (received.get(*name), scraped.0.get(*name)) {
                (Some(one), Some(other)) => !one.agrees_with(other),
                _ => true,
            })
            .cloned()
            .collect();
        different.sort_unstable();
        different.dedup();
        different
    }
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
