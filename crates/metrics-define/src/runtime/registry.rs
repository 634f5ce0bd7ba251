//! The run-time metrics of the process.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use metric_names::{Kind, Naming};

use crate::{
    definition::{DomainDef, LabelDef, LabelValues, MetricDef, ValueType},
    registry,
    runtime::{MetricSpec, RegisterError, RuntimeMetric, check::check, metric::Entry},
};

/// How many run-time metrics there may be: each is kept for the life of the process.
const MOST_METRICS: usize = 1000;

/// The boundaries of a histogram that was given none: the SDK's own.
const BOUNDARIES: &[f64] =
    &[0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0];

static DOMAIN: DomainDef = DomainDef::new(
    "runtime",
    concat!(env!("CARGO_PKG_NAME"), "/runtime"),
    env!("CARGO_PKG_VERSION"),
    "Run-time Metrics",
    "Metrics that were defined while the program ran",
    Naming::Plain,
);

static METRICS: RwLock<BTreeMap<&'static str, &'static Entry>> = RwLock::new(BTreeMap::new());

/// The metrics of the process that were defined while it runs.
///
/// They are recorded through the installed provider like all others, before and after it is installed anew.
#[derive(Clone, Copy, Debug)]
pub struct Registry {
    _private: (),
}

impl Registry {
    /// Registers a metric, or finds the one that is registered with the same definition.
    ///
    /// Names, units and labels are checked by the rules that the macro has for a metric known at compile time.
    /// The metric is kept for the life of the process.
    ///
    /// ```
    /// use metrics_define::{MetricSpec, RegisterError, Registry};
    ///
    /// let spec = MetricSpec::counter("plugin.calls.total", "{call}", "Calls of a plug-in").with_labels(["plugin"]);
    /// let calls = Registry::register(spec.clone())?;
    /// calls.record(1.0, &["spelling"])?;
    /// assert_eq!(Registry::register(spec.clone())?, calls);
    ///
    /// let other = MetricSpec::gauge("plugin.calls", "{call}", "Calls").with_labels(["le"]);
    /// assert!(matches!(Registry::register(other), Err(RegisterError::Label { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn register(spec: MetricSpec) -> Result<RuntimeMetric, RegisterError> {
        check(&spec)?;
        let mut metrics = METRICS.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(existing) = metrics.get(spec.name.as_str()) {
            return same(existing, &spec).map(|()| RuntimeMetric::new(existing));
        }
        if metrics.len() >= MOST_METRICS {
            return Err(RegisterError::Full { name: spec.name, most: MOST_METRICS });
        }
        let def = definition(spec);
        check_exposed(&def, metrics.values().map(|entry| entry.def))?;
        let entry: &'static Entry = Box::leak(Box::new(Entry::new(Box::leak(Box::new(def)))));
        metrics.insert(entry.def.name, entry);
        Ok(RuntimeMetric::new(entry))
    }

    /// The metric that was registered under a name.
    pub fn find(name: &str) -> Option<RuntimeMetric> {
        let metrics = METRICS.read().unwrap_or_else(PoisonError::into_inner);
        metrics.get(name).map(|entry| RuntimeMetric::new(entry))
    }

    /// The definitions, by name: for documents.
    pub fn definitions() -> Vec<&'static MetricDef> {
        METRICS.read().unwrap_or_else(PoisonError::into_inner).values().map(|entry| entry.def).collect()
    }
}

/// What the registered metric has that the other does not.
fn same(existing: &Entry, spec: &MetricSpec) -> Result<(), RegisterError> {
    let def = existing.def;
    let keys: Vec<&str> = def.labels.iter().map(|label| label.key).collect();
    let max_values = def.labels.iter().map(|label| label.values.count()).next();
    let wanted_max = (!spec.labels.is_empty()).then(|| max_values_of(spec));
    let differences = [
        ("kind", format!("{:?}", def.kind), format!("{:?}", spec.kind)),
        ("unit", format!("{:?}", def.unit), format!("{:?}", spec.unit)),
        ("description", format!("{:?}", def.description), format!("{:?}", spec.description)),
        ("labels", format!("{keys:?}"), format!("{:?}", spec.labels)),
        ("max_values", format!("{max_values:?}"), format!("{wanted_max:?}")),
        ("boundaries", format!("{:?}", def.boundaries), format!("{:?}", boundaries_of(spec))),
    ];
    match differences.into_iter().find(|(_, existing, new)| existing != new) {
        Some((field, existing, new)) => Err(RegisterError::Conflict { name: spec.name.clone(), field, existing, new }),
        None => Ok(()),
    }
}

/// Looks for another metric of this name in Prometheus: a run-time metric, or one of a domain that is in use.
fn check_exposed(def: &MetricDef, mut others: impl Iterator<Item = &'static MetricDef>) -> Result<(), RegisterError> {
    let exposed =
        def.exposed_name().map_err(|reason| RegisterError::ExposedName { name: def.name.to_owned(), reason })?;
    let has_name = |other: &&MetricDef| other.exposed_name().is_ok_and(|name| name == exposed);
    let Some(other) = others.find(has_name).or_else(|| registry::find(has_name)) else { return Ok(()) };
    Err(RegisterError::Conflict {
        name: exposed.to_string(),
        field: "the OpenTelemetry name",
        existing: format!("{:?} of {}", other.name, other.domain.scope),
        new: format!("{:?} of {}", def.name, def.domain.scope),
    })
}

fn definition(spec: MetricSpec) -> MetricDef {
    let max_values = max_values_of(&spec);
    let boundaries = leak_slice(boundaries_of(&spec).to_vec());
    let labels = spec.labels.into_iter().map(|key| LabelDef::new(leak(key), "", LabelValues::Open { max_values }));
    MetricDef::new(&DOMAIN, leak(spec.name), spec.kind, leak(spec.unit), leak(spec.description))
        .with_value(ValueType::F64)
        .with_labels(leak_slice(labels.collect()))
        .with_boundaries(boundaries)
}

fn boundaries_of(spec: &MetricSpec) -> &[f64] {
    if spec.kind == Kind::Histogram && spec.boundaries.is_empty() { BOUNDARIES } else { &spec.boundaries }
}

fn max_values_of(spec: &MetricSpec) -> usize {
    spec.max_values.max(2)
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn leak_slice<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}
