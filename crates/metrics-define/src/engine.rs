//! The metrics that the engine records about itself: what recording had to leave out or to fold.
//!
//! Recorded through the installed provider like all others, and only when there is something to count.
//! Written by hand: the macro's implementations would stand in the compiler's messages about other people's metrics.

use metric_names::{Kind, Naming};

use crate::{
    definition::{Domain, DomainDef, LabelDef, LabelValues, MetricDef},
    install::{self, Source},
    instrument::Counter,
    label::Label,
    slot::Slot,
};

static OVERFLOWS: Slot<Counter> = Slot::new(&OVERFLOW, None);
static INVALIDS: Slot<Counter> = Slot::new(&INVALID, None);

/// The engine's metrics, for `catalog!` and for documents.
pub const DEFINITION: Domain = Domain::new(&DOMAIN, METRICS);

const METRICS: &[&MetricDef] = &[&OVERFLOW, &INVALID];

static DOMAIN: DomainDef = DomainDef::new(
    "engine",
    concat!(env!("CARGO_PKG_NAME"), "/engine"),
    env!("CARGO_PKG_VERSION"),
    "Engine Metrics",
    "What recording had to leave out or to fold",
    Naming::Units,
)
.with_prefixes(PREFIXES);

const PREFIXES: &[&str] = &["metrics_catalog"];

static OVERFLOW: MetricDef = MetricDef::new(
    &DOMAIN,
    "metrics_catalog.overflow.total",
    Kind::Counter,
    "{measurement}",
    "Measurements beyond a limit of their instrument",
)
.with_labels(INSTRUMENT);

static INVALID: MetricDef = MetricDef::new(
    &DOMAIN,
    "metrics_catalog.invalid.total",
    Kind::Counter,
    "{measurement}",
    "Measurements that were no possible value of their instrument",
)
.with_labels(INSTRUMENT);

/// As many as there may be series: instruments are not made by strangers.
const INSTRUMENT: &[LabelDef] =
    &[LabelDef::new("instrument", "The instrument's name.", LabelValues::Open { max_values: 2000 })];

/// Makes the instruments of an installation before its callbacks can run, for inside a callback none is made.
pub(crate) fn attach(generation: usize, source: &Source) {
    OVERFLOWS.attach(generation, source);
    INVALIDS.attach(generation, source);
}

/// The same in the scope that the calling code is in.
pub(crate) fn attach_in_scope() {
    let generation = install::generation();
    OVERFLOWS.resolved(generation);
    INVALIDS.resolved(generation);
}

/// Counts a measurement that went to `other` or to the overflow series. The engine's own is not counted in itself.
pub(crate) fn count_overflow(def: &'static MetricDef) {
    if def.domain.scope != DOMAIN.scope {
        count(&OVERFLOWS, def);
    }
}

/// Counts a measurement that was ignored.
pub(crate) fn count_invalid(def: &'static MetricDef) {
    count(&INVALIDS, def);
}

fn count(slot: &'static Slot<Counter>, def: &'static MetricDef) {
    let generation = install::generation();
    if generation != 0 {
        slot.record(generation, &[Label::text(def.name)], 1);
    }
}
