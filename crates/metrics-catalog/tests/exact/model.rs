//! What is expected: a total for each series.

use std::collections::BTreeMap;

use metrics_catalog::{CATALOG, MetricDef, engine};

use crate::metrics::exact;

/// A series: the metric's name, and its labels in the order of their keys.
pub(crate) type Series = (String, String);

/// What a series has: a number, or a histogram's count, sum and buckets; none of these where they are exponential.
pub(crate) type Total = (f64, f64, Vec<u64>);

#[derive(Default)]
pub(crate) struct Model(pub(crate) BTreeMap<Series, Total>);

impl Model {
    pub(crate) fn number(&mut self, name: &str, labels: &[(&str, &str)]) -> &mut f64 {
        &mut self.0.entry(series(name, labels)).or_default().0
    }

    pub(crate) fn value(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let def = definitions().find(|def| def.name == name).unwrap();
        let (count, sum, buckets) = self.0.entry(series(name, labels)).or_default();
        *count += 1.0;
        *sum += value;
        if def.exponential {
            return;
        }
        buckets.resize(def.boundaries.len() + 1, 0);
        let bucket = def.boundaries.iter().position(|bound| value <= *bound).unwrap_or(def.boundaries.len());
        buckets[bucket] += 1;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (series, (number, sum, buckets)) in other.0 {
            let total = self.0.entry(series).or_default();
            total.0 += number;
            total.1 += sum;
            total.2.resize(buckets.len(), 0);
            total.2.iter_mut().zip(buckets).for_each(|(total, more)| *total += more);
        }
    }
}

pub(crate) fn series(name: &str, labels: &[(&str, &str)]) -> Series {
    (name.to_owned(), written(labels))
}

pub(crate) fn written(labels: &[(&str, &str)]) -> String {
    let mut labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    labels.sort();
    labels.join(",")
}

pub(crate) fn definitions() -> impl Iterator<Item = &'static MetricDef> {
    CATALOG.metrics().chain(exact::METRICS.iter().copied()).chain(engine::DEFINITION.metrics.iter().copied())
}
