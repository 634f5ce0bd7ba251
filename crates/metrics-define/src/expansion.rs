//! What the code written by the macros names. Public because it must be; not for use by hand.

use std::time::Duration;

use crate::{
    Observer, Observing,
    definition::{DomainDef, LabelDef, LabelValues, MetricDef},
    guard::{Timer, Tracked},
    install,
    label::Label,
    observed,
    on_drop::OnDrop,
    problem,
    resolved::{has_places, is_dense},
    time_unit,
};
pub use crate::{
    catalog::{catalog, count},
    definition::Written,
    guard::{Timing, Tracking},
    instrument::{
        Counter, FloatCounter, FloatUpDownCounter, Gauge, Histogram, Instrument, IntegerGauge, Level, UpDownCounter,
    },
    label::{Interned, Interner},
    observed::{Observations, ObservedValue},
    on_drop::Completed,
    slot::Slot,
};

/// A metric: what the macro implements for each instrument's struct.
pub trait Metric {
    /// The same metric with labels that live for ever.
    type Lasting: Metric + 'static;
    /// The labels of one call, as an array.
    type Labels<'s>: AsRef<[Label<'s>]>
    where
        Self: 's;

    /// The definition.
    const DEF: &'static MetricDef;

    /// How many places the label sets have, where every label's values have places.
    const PLACES: Option<usize>;

    /// The labels, in the order of the definition.
    fn labels(&self) -> Self::Labels<'_>;

    /// The place of this label set, below `PLACES`.
    fn place(&self) -> usize;

    /// Changes the labels to those of an early end, as far as they have such values.
    fn end_early(&mut self) {}
}

/// A metric that is recorded by calls.
pub trait Recorded: Metric {
    /// The kind of instrument.
    type Instrument: Instrument;

    /// The metric's place in the process.
    fn slot() -> &'static Slot<Self::Instrument>;
}

/// A metric that is measured by callbacks.
pub trait Observed: Metric {
    /// What is observed.
    type Value: ObservedValue;

    /// The metric's callbacks in the process.
    fn observations() -> &'static Observations<Self::Value>;
}

/// Records one value.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "while nothing is installed, the load and the branch are all there is to a call"
)]
pub fn record<M: Recorded>(metric: &M, value: <M::Instrument as Instrument>::Value) {
    let generation = install::generation();
    if generation != 0 {
        record_installed(generation, metric, value);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the labels of a known series stay in registers, and are never written down")]
fn record_installed<M: Recorded>(generation: usize, metric: &M, value: <M::Instrument as Instrument>::Value) {
    if !M::Instrument::accepts(value) {
        problem::invalid_value(M::DEF);
    } else if has_places(M::PLACES) {
        let place = metric.place();
        if !record_at::<M>(generation, place, value) {
            M::slot().record_new(generation, place, metric.labels().as_ref(), value);
        }
    } else {
        M::slot().record(generation, metric.labels().as_ref(), value);
    }
}

fn record_at<M: Recorded>(generation: usize, place: usize, value: <M::Instrument as Instrument>::Value) -> bool {
    if is_dense(M::PLACES) {
        M::slot().record_at(generation, place, value)
    } else {
        M::slot().record_on_page(generation, place, value)
    }
}

/// Records a duration in the metric's unit.
#[inline]
pub fn record_duration<M: Recorded<Instrument = Histogram>>(metric: &M, duration: Duration) {
    record(metric, time_unit::in_unit(duration, M::DEF.unit));
}

/// Starts a clock that records when it is dropped.
pub fn start_timer<M: Recorded<Instrument = Histogram>>(metric: &M) -> Timer {
    Timer::start(metric)
}

/// Adds one until the guard is dropped.
pub fn track<M: Recorded<Instrument = UpDownCounter>>(metric: &M) -> Tracked {
    Tracked::start(metric)
}

/// Adds one while a future runs.
pub fn tracking<M: Recorded<Instrument = UpDownCounter>>(metric: &M) -> Tracking {
    Tracking::of(metric)
}

/// Times a future.
pub fn timing<M: Recorded<Instrument = Histogram>>(metric: &M) -> Timing {
    Timing::of(metric)
}

/// Records once, when it is completed or dropped.
pub fn on_drop<M>(labels: M) -> OnDrop<M>
where
    M: Recorded,
    M::Instrument: Completed,
{
    OnDrop::new(labels)
}

/// Calls back at every collection, until what this gives is dropped.
pub fn observe<M: Observed + 'static>(callback: impl Fn(&Observer<'_, M>) + Send + Sync + 'static) -> Observing {
    observed::observe(callback)
}

/// Makes the series with these labels a constant 1.
pub fn set_info<M: Observed<Value = i64>>(metric: &M) {
    observed::set_info(metric);
}

/// The definition with its name in Prometheus, which the macro has worked out.
pub const fn exposed_as(def: MetricDef, name: &'static str) -> MetricDef {
    def.with_known_exposed_name(name)
}

/// How many places label sets have whose labels have this many each.
pub const fn places(labels: &[Option<usize>]) -> Option<usize> {
    let (mut product, mut label) = (1, 0);
    while label < labels.len() {
        let Some(places) = labels[label] else { return None };
        let Some(more) = usize::checked_mul(product, places) else { return None };
        product = more;
        label += 1;
    }
    Some(product)
}

/// The place of a label set: a number written in the mixed radix of the labels' places.
///
/// It wraps around only where there are more places than series are kept by.
#[inline]
pub fn place<const LABELS: usize>(labels: [(Option<usize>, usize); LABELS]) -> usize {
    labels.iter().fold(0, |place, (of, at)| place.wrapping_mul(of.unwrap_or(1)).wrapping_add(*at))
}

/// The values of an open label.
pub const fn open_values(max_values: usize) -> LabelValues {
    LabelValues::Open { max_values }
}

/// A label with the values of its type: a closed set, or interned text.
pub const fn label_of_type(
    key: &'static str,
    description: &'static str,
    values: &'static [&'static str],
    interned: Option<usize>,
    is_boolean: bool,
) -> LabelDef {
    match interned {
        Some(max_values) => LabelDef::new(key, description, LabelValues::Open { max_values }),
        None => LabelDef::new(key, description, LabelValues::Closed(values)).with_boolean(is_boolean),
    }
}

/// The domain with what starts its `zero` metrics.
pub const fn with_zeros(domain: DomainDef, start: &'static [fn()]) -> DomainDef {
    domain.with_zeros(start)
}

/// Starts a `zero` metric where it is to be recorded now.
pub fn start_at_zero<M: Recorded>() {
    let generation = install::generation();
    if generation != 0 {
        // Making its instrument is what starts the series.
        let _resolved = M::slot().resolved(generation);
    }
}
