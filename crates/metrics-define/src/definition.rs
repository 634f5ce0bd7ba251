//! What a metric is, as constant data: the macro writes it, everything else reads it.

use metric_names::{Kind, Naming};

/// The most series one instrument may have, whatever its labels allow: the SDK's own default.
const MOST_SERIES: usize = 2000;

/// One metric: its name, unit, labels and, for a histogram, its boundaries.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MetricDef {
    /// The domain that the metric belongs to.
    pub domain: &'static DomainDef,
    /// The OpenTelemetry instrument name, for example `script.executions.total`.
    pub name: &'static str,
    /// The kind of instrument.
    pub kind: Kind,
    /// The UCUM unit, for example `s` or `{execution}`.
    pub unit: &'static str,
    /// What is measured, in one line; HELP in Prometheus.
    pub description: &'static str,
    /// The labels, in the order of the definition.
    pub labels: &'static [LabelDef],
    /// Upper bounds of a histogram's buckets in the metric's unit, `+Inf` implied; empty for the other kinds.
    pub boundaries: &'static [f64],
}

impl MetricDef {
    /// A metric without labels or boundaries.
    pub const fn new(
        domain: &'static DomainDef,
        name: &'static str,
        kind: Kind,
        unit: &'static str,
        description: &'static str,
    ) -> Self {
        Self { domain, name, kind, unit, description, labels: &[], boundaries: &[] }
    }

    /// The same metric with these labels.
    #[must_use]
    pub const fn with_labels(mut self, labels: &'static [LabelDef]) -> Self {
        self.labels = labels;
        self
    }

    /// The same metric with these bucket boundaries.
    #[must_use]
    pub const fn with_boundaries(mut self, boundaries: &'static [f64]) -> Self {
        self.boundaries = boundaries;
        self
    }

    /// How many series the labels allow, at most 2,000: the cardinality limit that the SDK's view is given.
    ///
    /// Measurements beyond it are kept in the SDK's overflow series (`otel.metric.overflow=true`), so totals stay exact.
    pub fn series_limit(&self) -> usize {
        self.labels.iter().map(|label| label.values.count()).fold(1, usize::saturating_mul).clamp(1, MOST_SERIES)
    }
}

/// A domain: metrics that belong together, recorded under one instrumentation scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DomainDef {
    /// The module's name, for example `execution`.
    pub name: &'static str,
    /// The instrumentation scope: the defining crate and the domain, for example `metrics-catalog/execution`.
    pub scope: &'static str,
    /// The version of the defining crate.
    pub version: &'static str,
    /// The heading in documents.
    pub title: &'static str,
    /// What the domain is about.
    pub description: &'static str,
    /// How the domain's metrics are named in Prometheus.
    pub naming: Naming,
}

impl DomainDef {
    /// A domain as the macro writes it.
    pub const fn new(
        name: &'static str,
        scope: &'static str,
        version: &'static str,
        title: &'static str,
        description: &'static str,
        naming: Naming,
    ) -> Self {
        Self { name, scope, version, title, description, naming }
    }
}

/// One label of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelDef {
    /// The attribute's key.
    pub key: &'static str,
    /// What the label says.
    pub description: &'static str,
    /// Which values it may have.
    pub values: LabelValues,
}

impl LabelDef {
    /// A label as the macro writes it.
    pub const fn new(key: &'static str, description: &'static str, values: LabelValues) -> Self {
        Self { key, description, values }
    }
}

/// Which values a label may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelValues {
    /// Exactly these, in the order of their ordinals.
    Closed(&'static [&'static str]),
    /// Any text, but no more than this many different values.
    Open {
        /// How many different values are expected at most.
        max_values: usize,
    },
}

impl LabelValues {
    fn count(&self) -> usize {
        match self {
            Self::Closed(values) => values.len(),
            Self::Open { max_values } => *max_values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: DomainDef = DomainDef::new("shop", "tests/shop", "0", "Shop", "", Naming::Units);

    #[test]
    fn the_series_limit_is_the_product_of_the_labels_and_bounded() {
        const BARE: MetricDef = MetricDef::new(&DOMAIN, "shop.x", Kind::Counter, "1", "");
        const CLOSED: LabelDef = LabelDef::new("a", "", LabelValues::Closed(&["x", "y", "z"]));
        const OPEN: LabelDef = LabelDef::new("b", "", LabelValues::Open { max_values: 64 });
        const HUGE: LabelDef = LabelDef::new("c", "", LabelValues::Open { max_values: usize::MAX });

        assert_eq!(BARE.series_limit(), 1);
        assert_eq!(BARE.with_labels(&[CLOSED, OPEN]).series_limit(), 192);
        assert_eq!(BARE.with_labels(&[CLOSED, OPEN, HUGE]).series_limit(), 2000);
    }
}
