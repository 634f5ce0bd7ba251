//! What the code written by the macros names. Public because it must be; not for use by hand.

use std::time::Duration;

use crate::{
    definition::{LabelValues, MetricDef},
    guard::{Timer, Tracked},
    install,
    label::Label,
    resolved::KeptLabels,
    time_unit,
};
pub use crate::{
    instrument::{Counter, Gauge, Histogram, Instrument, UpDownCounter},
    slot::Slot,
};

/// A metric: what the macro implements for each instrument's struct.
pub trait Metric {
    /// The kind of instrument.
    type Instrument: Instrument;
    /// The labels of one call, as an array.
    type Labels<'s>: AsRef<[Label<'s>]>
    where
        Self: 's;

    /// The definition.
    const DEF: &'static MetricDef;

    /// The metric's place in the process.
    fn slot() -> &'static Slot<Self::Instrument>;

    /// The labels, in the order of the definition.
    fn labels(&self) -> Self::Labels<'_>;
}

/// Records one value.
#[inline]
pub fn record<M: Metric>(metric: &M, value: <M::Instrument as Instrument>::Value) {
    let generation = install::generation();
    if generation == 0 {
        return;
    }
    let Some(resolved) = M::slot().resolved(generation) else { return };
    let labels = metric.labels();
    match resolved.find(labels.as_ref()) {
        Some(series) => resolved.record(series, value),
        None => {
            resolved.record_kept(&KeptLabels::new(M::DEF, labels.as_ref()), value);
        }
    }
}

/// Records a duration in the metric's unit.
#[inline]
pub fn record_duration<M: Metric<Instrument = Histogram>>(metric: &M, duration: Duration) {
    record(metric, time_unit::in_unit(duration, M::DEF.unit));
}

/// Starts a clock that records when it is dropped.
pub fn start_timer<M: Metric<Instrument = Histogram>>(metric: &M) -> Timer {
    Timer::start(metric)
}

/// Adds one until the guard is dropped.
pub fn track<M: Metric<Instrument = UpDownCounter>>(metric: &M) -> Tracked {
    Tracked::start(metric)
}

/// The values of an open label.
pub const fn open_values(max_values: usize) -> LabelValues {
    LabelValues::Open { max_values }
}
