//! The run-time metrics of the process.

use std::{
    collections::BTreeMap,
    ptr,
    sync::{PoisonError, RwLock},
};

use metric_names::{ExposedName, Kind, Naming, check_exposed_name};

use crate::{
    catalog::{Catalog, Exposed, may_be_sample_of},
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

/// The catalogues whose names no run-time metric may take. Locked after `METRICS`, where both are.
static RESERVED: RwLock<Vec<&'static Catalog>> = RwLock::new(Vec::new());

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
        let exposed = exposed_name(&spec)?;
        check_exposed(&spec.name, exposed.as_str(), metrics.values().map(|entry| entry.def))?;
        let def = definition(spec).with_known_exposed_name(leak(exposed.to_string()));
        let entry: &'static Entry = Box::leak(Box::new(Entry::new(Box::leak(Box::new(def)))));
        metrics.insert(entry.def.name, entry);
        Ok(RuntimeMetric::new(entry))
    }

    /// Keeps the names of a catalogue for its metrics, whether they were recorded or not.
    ///
    /// Without this only a typed metric that was recorded before is known, and a run-time metric that is registered
    /// earlier can have its name in Prometheus: call it once at start-up, before the first call by name.
    /// The error is the first run-time metric that has such a name already; the others are reserved all the same.
    ///
    /// ```
    /// use metrics_define::{CallError, RegisterError, Registry, catalog, domain, increment_counter};
    ///
    /// /// Orders taken by the shop.
    /// #[domain(title = "Order Metrics", prefixes = ["orders"], crate = metrics_define)]
    /// pub mod orders {
    ///     /// Orders placed
    ///     #[counter(name = "orders.placed.total", unit = "{order}")]
    ///     pub struct PlacedTotal;
    /// }
    ///
    /// catalog! { pub static CATALOG = [orders::DEFINITION]; }
    ///
    /// Registry::reserve(&CATALOG)?;
    /// let taken = increment_counter("orders_placed_total", 1.0, &[]);
    /// assert!(matches!(taken, Err(CallError::Register(RegisterError::Conflict { .. }))));
    /// # Ok::<(), RegisterError>(())
    /// ```
    pub fn reserve(catalog: &'static Catalog) -> Result<(), RegisterError> {
        let metrics = METRICS.read().unwrap_or_else(PoisonError::into_inner);
        {
            let mut reserved = RESERVED.write().unwrap_or_else(PoisonError::into_inner);
            if !reserved.iter().any(|other| ptr::eq(*other, catalog)) {
                reserved.push(catalog);
            }
        }
        let conflict_of = |entry: &&'static Entry| {
            let exposed = Exposed::of(entry.def);
            catalog.metrics().find_map(|other| conflict(entry.def.name, exposed.as_str(), other))
        };
        metrics.values().find_map(conflict_of).map_or(Ok(()), Err)
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

fn exposed_name(spec: &MetricSpec) -> Result<ExposedName, RegisterError> {
    metric_names::exposed_name(&spec.name, &spec.unit, spec.kind, DOMAIN.naming)
        .and_then(|exposed| check_exposed_name(exposed.as_str()).map(|()| exposed))
        .map_err(|reason| RegisterError::ExposedName { name: spec.name.clone(), reason })
}

/// Looks for another metric of this name in Prometheus, or of one that belongs to its samples: a run-time metric, one
/// of a reserved catalogue, or one that is in use.
fn check_exposed(
    name: &str,
    exposed: &str,
    others: impl Iterator<Item = &'static MetricDef>,
) -> Result<(), RegisterError> {
    let reserved = RESERVED.read().unwrap_or_else(PoisonError::into_inner);
    let in_use = registry::find(|other| collides(exposed, Exposed::of(other).as_str()));
    let mut others = others.chain(reserved.iter().flat_map(|catalog| catalog.metrics())).chain(in_use);
    others.find_map(|other| conflict(name, exposed, other)).map_or(Ok(()), Err)
}

/// Why the other metric cannot stand beside the run-time metric of this name; `None` when it can.
fn conflict(name: &str, exposed: &str, other: &'static MetricDef) -> Option<RegisterError> {
    let other_exposed = Exposed::of(other);
    let other_exposed = other_exposed.as_str();
    if !collides(exposed, other_exposed) {
        return None;
    }
    let existing = format!("{:?} of {}", other.name, other.domain.scope);
    let new = format!("{name:?} of {}", DOMAIN.scope);
    let (field, existing, new) = if other_exposed == exposed {
        ("the OpenTelemetry name", existing, new)
    } else {
        ("the related name", format!("{other_exposed:?} ({existing})"), format!("alone ({new})"))
    };
    Some(RegisterError::Conflict { name: exposed.to_owned(), field, existing, new })
}

/// Whether two names in Prometheus are one, or one is a sample of the other.
fn collides(a: &str, b: &str) -> bool {
    may_be_sample_of(a, b) || may_be_sample_of(b, a)
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
