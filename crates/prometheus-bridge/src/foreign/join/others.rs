//! What else a registry shows, so that ours does not become a part of it.

use std::{cell::Cell, collections::HashMap};

use metric_names::Kind;
use metrics_define::contained;
use prometheus::{
    Registry,
    proto::{Gauge, Metric, MetricFamily, MetricType},
};

use crate::{family::sample_names, foreign::gathered::kind_of};

/// The names that the registry's other families and their samples have, each with its family.
#[derive(Debug, Default)]
pub(super) struct Others(HashMap<String, String>);

impl Others {
    /// Gathers the registry, in which the collector of this number shows its [`mark`] meanwhile.
    ///
    /// A registry may put a prefix before every name, and does not say which; the mark's name shows it.
    /// `None` if some other collector panics.
    pub(super) fn of(registry: &Registry, collector: usize) -> Option<Self> {
        LOOKING.set(Some(collector));
        let gathered = contained(|| registry.gather());
        LOOKING.set(None);
        let gathered = gathered?;
        let mark = name_of(collector);
        let prefix = gathered.iter().find_map(|family| family.name().strip_suffix(&*mark)).unwrap_or_default();
        let others = gathered.iter().filter_map(|family| Some((family.name().strip_prefix(prefix)?, family)));
        let mut names = HashMap::new();
        for (name, family) in others.filter(|(name, _)| *name != mark) {
            // No kind has more samples than a histogram.
            let kind = kind_of(family).unwrap_or(Kind::Histogram);
            names.extend(sample_names(name, kind).into_iter().map(|sample| (sample, name.to_owned())));
        }
        Some(Self(names))
    }

    /// The family that has a name which this one needs.
    pub(super) fn holder(&self, family: &str, kind: Kind) -> Option<&str> {
        sample_names(family, kind).iter().find_map(|name| self.0.get(name)).map(String::as_str)
    }
}

/// Whether this thread is about to find out what there is beside this collector.
pub(super) fn is_looking(collector: usize) -> bool {
    LOOKING.get() == Some(collector)
}

/// What a collector shows meanwhile. A family without a series would be left out.
pub(super) fn mark(collector: usize) -> MetricFamily {
    let mut mark = MetricFamily::default();
    mark.set_name(name_of(collector));
    mark.set_field_type(MetricType::GAUGE);
    mark.set_metric(vec![Metric::from_gauge(Gauge::default())]);
    mark
}

/// The name of a collector's description, which no metric has.
pub(super) fn name_of(collector: usize) -> String {
    format!("otelier_join_{collector}")
}

thread_local! {
    static LOOKING: Cell<Option<usize>> = const { Cell::new(None) };
}
