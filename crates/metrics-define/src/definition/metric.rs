//! One metric.

use metric_names::{ExposedName, Kind, NameError, Naming, check_exposed_name};

use crate::definition::{Deprecation, DomainDef, LabelDef, LintException, Stability};

/// The most series one instrument may have, whatever its labels allow: the SDK's own default.
const MOST_SERIES: usize = 2000;

/// One metric: its name, unit, labels and, for a histogram, its boundaries.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of the attribute, and they are read one by one")]
pub struct MetricDef {
    /// The domain that the metric belongs to.
    pub domain: &'static DomainDef,
    /// The OpenTelemetry instrument name, for example `script.executions.total`.
    pub name: &'static str,
    /// The kind of instrument.
    pub kind: Kind,
    /// The type of what is measured.
    pub value: ValueType,
    /// The UCUM unit, for example `s` or `{execution}`; empty for an info metric, which has none.
    pub unit: &'static str,
    /// What is measured, in one line; HELP in Prometheus.
    pub description: &'static str,
    /// The labels, in the order of the definition.
    pub labels: &'static [LabelDef],
    /// Upper bounds of a histogram's buckets in the metric's unit, `+Inf` implied; empty for the other kinds, and for
    /// exponential histograms.
    pub boundaries: &'static [f64],
    /// Whether it is measured by a callback when it is collected.
    pub observable: bool,
    /// Whether an up-down counter is given its level instead of how it changes.
    pub absolute: bool,
    /// Whether it is a constant 1 whose labels say something; a gauge then.
    pub info: bool,
    /// Whether a histogram's buckets are exponential, and chosen by the SDK.
    pub exponential: bool,
    /// Whether every series of closed labels starts at 0.
    pub zero: bool,
    /// The exact name in Prometheus, where it is not derived by the domain's naming.
    pub prometheus: Option<&'static str>,
    /// How stable the definition is.
    pub stability: Stability,
    /// Set when the metric should not be used any more.
    pub deprecated: Option<Deprecation>,
    /// The rules of the lint that the metric breaks on purpose.
    pub lint_exceptions: &'static [LintException],
    /// The name of its struct, for documents; empty for a metric that was defined at run time.
    pub type_name: &'static str,
    /// The exposed name, where the macro worked it out: the compiler need not do so again.
    known_exposed_name: Option<&'static str>,
}

impl MetricDef {
    /// A metric without labels or boundaries, of the kind's usual type of value.
    pub const fn new(
        domain: &'static DomainDef,
        name: &'static str,
        kind: Kind,
        unit: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            domain,
            name,
            kind,
            value: ValueType::of(kind),
            unit,
            description,
            labels: &[],
            boundaries: &[],
            observable: false,
            absolute: false,
            info: false,
            exponential: false,
            zero: false,
            prometheus: None,
            stability: Stability::Development,
            deprecated: None,
            lint_exceptions: &[],
            type_name: "",
            known_exposed_name: None,
        }
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

    /// The same metric with values of this type.
    #[must_use]
    pub const fn with_value(mut self, value: ValueType) -> Self {
        self.value = value;
        self
    }

    /// The same metric, measured by a callback.
    #[must_use]
    pub const fn with_observable(mut self) -> Self {
        self.observable = true;
        self
    }

    /// The same up-down counter, given its level.
    #[must_use]
    pub const fn with_absolute(mut self) -> Self {
        self.absolute = true;
        self
    }

    /// The same gauge as a constant 1 with labels.
    #[must_use]
    pub const fn with_info(mut self) -> Self {
        self.info = true;
        self
    }

    /// The same histogram with exponential buckets.
    #[must_use]
    pub const fn with_exponential(mut self) -> Self {
        self.exponential = true;
        self
    }

    /// The same metric, whose closed series start at 0.
    #[must_use]
    pub const fn with_zero(mut self) -> Self {
        self.zero = true;
        self
    }

    /// The same metric under exactly this name in Prometheus.
    ///
    /// # Panics
    ///
    /// When others write series under such names: one with a colon, `up`, `target_info` and `scrape_..`.
    /// In a `static`, where definitions stand, that is a compile error.
    ///
    /// ```compile_fail
    /// # use metrics_define::{DomainDef, Kind, MetricDef, Naming};
    /// # static SHOP: DomainDef = DomainDef::new("shop", "shop/shop", "1.0.0", "Shop", "The shop", Naming::Units);
    /// static COST: MetricDef =
    ///     MetricDef::new(&SHOP, "shop.cost", Kind::Counter, "{EUR}", "Cost").with_prometheus("shop:cost");
    /// ```
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "evaluated by the compiler, where a panic is a compile error")]
    pub const fn with_prometheus(mut self, name: &'static str) -> Self {
        if let Err(error) = check_exposed_name(name) {
            panic!("{}", error.message());
        }
        self.prometheus = Some(name);
        self
    }

    /// The same metric, this stable.
    #[must_use]
    pub const fn with_stability(mut self, stability: Stability) -> Self {
        self.stability = stability;
        self
    }

    /// The same metric, deprecated.
    #[must_use]
    pub const fn with_deprecated(mut self, deprecated: Deprecation) -> Self {
        self.deprecated = Some(deprecated);
        self
    }

    /// The same metric with these exceptions from the lint.
    #[must_use]
    pub const fn with_lint_exceptions(mut self, exceptions: &'static [LintException]) -> Self {
        self.lint_exceptions = exceptions;
        self
    }

    /// The same metric with the name of its struct.
    #[must_use]
    pub const fn with_type_name(mut self, name: &'static str) -> Self {
        self.type_name = name;
        self
    }

    #[must_use]
    pub(crate) const fn with_known_exposed_name(mut self, name: &'static str) -> Self {
        self.known_exposed_name = Some(name);
        self
    }

    pub(crate) const fn known_exposed_name(&self) -> Option<&'static str> {
        self.known_exposed_name
    }

    /// The name of the metric's family in Prometheus: the exact one if there is one, else by the domain's naming.
    ///
    /// ```
    /// use metrics_define::{DomainDef, Kind, MetricDef, Naming};
    ///
    /// static SHOP: DomainDef = DomainDef::new("shop", "shop/shop", "1.0.0", "Shop", "The shop", Naming::Units);
    /// static COST: MetricDef = MetricDef::new(&SHOP, "shop.cost", Kind::Counter, "{EUR}", "Cost");
    ///
    /// assert_eq!(COST.exposed_name()?.as_str(), "shop_cost_total");
    /// assert_eq!(COST.with_prometheus("shop_cost_euros").exposed_name()?.as_str(), "shop_cost_euros");
    /// # Ok::<(), metrics_define::NameError>(())
    /// ```
    pub const fn exposed_name(&self) -> Result<ExposedName, NameError> {
        match self.prometheus {
            // A gauge without a unit is called as it is written.
            Some(name) => metric_names::exposed_name(name, "", Kind::Gauge, Naming::Plain),
            None => metric_names::exposed_name(self.name, self.unit, self.kind, self.domain.naming),
        }
    }

    /// How many series the labels allow, at most 2,000.
    ///
    /// Measurements beyond it are kept in the overflow series (`otel.metric.overflow=true`), so totals stay exact.
    pub fn series_limit(&self) -> usize {
        self.possible_series().clamp(1, MOST_SERIES)
    }

    /// How many series the labels allow.
    pub fn possible_series(&self) -> usize {
        self.labels.iter().map(|label| label.values.count()).fold(1, usize::saturating_mul)
    }
}

/// The type of what is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A number of things: the default of counters.
    U64,
    /// A number that may be negative: the default of up-down counters.
    I64,
    /// A floating-point number: the default of gauges and histograms.
    F64,
}

impl ValueType {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::U64,
            Kind::UpDownCounter => Self::I64,
            Kind::Gauge | Kind::Histogram => Self::F64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::LabelValues;

    const DOMAIN: DomainDef = DomainDef::new("shop", "tests/shop", "0", "Shop", "", Naming::Units);
    const BARE: MetricDef = MetricDef::new(&DOMAIN, "shop.x", Kind::Counter, "1", "");

    #[test]
    fn the_series_limit_is_the_product_of_the_labels_and_bounded() {
        const CLOSED: LabelDef = LabelDef::new("a", "", LabelValues::Closed(&["x", "y", "z"]));
        const OPEN: LabelDef = LabelDef::new("b", "", LabelValues::Open { max_values: 64 });
        const HUGE: LabelDef = LabelDef::new("c", "", LabelValues::Open { max_values: usize::MAX });

        assert_eq!(BARE.series_limit(), 1);
        assert_eq!(BARE.with_labels(&[CLOSED, OPEN]).series_limit(), 192);
        assert_eq!(BARE.with_labels(&[CLOSED, OPEN, HUGE]).series_limit(), 2000);
    }

    #[test]
    fn an_exact_name_is_exact() {
        const NAMED: MetricDef = BARE.with_prometheus("active_connections_now");
        assert_eq!(NAMED.exposed_name().map(|name| name.to_string()), Ok("active_connections_now".to_owned()));
    }
}
