//! Handles for one series, for the places where even finding the series is too much.

use std::{fmt, time::Duration};

use crate::{
    cells::Cells,
    expansion::{Counter, FloatCounter, Gauge, Histogram, IntegerGauge, Level, Recorded, UpDownCounter},
    guard::{Handle, Tracked},
    install,
    instrument::Instrument,
    problem,
    resolved::{Found, KeptLabels, Series},
    slot::{Held, Slot},
    time_unit,
};

/// One series of a counter; made by the metric's `bind()`.
///
/// It may be made before a provider is installed, also in a `static`, and follows a provider that is installed later.
#[derive(Debug)]
pub struct BoundCounter(BoundSeries<Counter>);

impl BoundCounter {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = Counter>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Counts one.
    #[inline]
    pub fn inc(&self) {
        self.0.record(1);
    }

    /// Counts `amount`.
    #[inline]
    pub fn add(&self, amount: u64) {
        self.0.record(amount);
    }
}

/// One series of a counter of floating-point numbers; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundFloatCounter(BoundSeries<FloatCounter>);

impl BoundFloatCounter {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = FloatCounter>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Counts `amount`, in the metric's unit.
    #[inline]
    pub fn add(&self, amount: f64) {
        self.0.record(amount);
    }
}

/// One series of an up-down counter; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundUpDownCounter(BoundSeries<UpDownCounter>);

impl BoundUpDownCounter {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = UpDownCounter>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.0.record(1);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.0.record(-1);
    }

    /// Adds `amount`, which may be negative.
    #[inline]
    pub fn add(&self, amount: i64) {
        self.0.record(amount);
    }

    /// Adds one, and takes it away when the guard is dropped: bind the guard to a name.
    pub fn track(&self) -> Tracked {
        let generation = install::generation();
        let (tracked, series) = Tracked::start_bound(self.0.handle(generation));
        if let Some(series) = series {
            self.0.keep(generation, series);
        }
        tracked
    }
}

/// One series of an absolute up-down counter; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundLevel(BoundSeries<Level>);

impl BoundLevel {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = Level>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Sets the level.
    #[inline]
    pub fn set(&self, level: i64) {
        self.0.record(level);
    }
}

/// One series of a gauge of integers; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundIntegerGauge(BoundSeries<IntegerGauge>);

impl BoundIntegerGauge {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = IntegerGauge>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Sets the value.
    #[inline]
    pub fn set(&self, value: i64) {
        self.0.record(value);
    }
}

/// One series of a gauge; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundGauge(BoundSeries<Gauge>);

impl BoundGauge {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = Gauge>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Sets the value.
    #[inline]
    pub fn set(&self, value: f64) {
        self.0.record(value);
    }
}

/// One series of a histogram whose unit is not one of time; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundHistogram(BoundSeries<Histogram>);

impl BoundHistogram {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = Histogram>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Records a value in the metric's unit.
    #[inline]
    pub fn record(&self, value: f64) {
        self.0.record(value);
    }
}

/// One series of a histogram of time; made by the metric's `bind()`.
#[derive(Debug)]
pub struct BoundTimeHistogram(BoundSeries<Histogram>);

impl BoundTimeHistogram {
    /// The handle of a metric's series.
    pub fn new<M: Recorded<Instrument = Histogram>>(metric: &M) -> Self {
        Self(BoundSeries::new(metric))
    }

    /// Records a value in the metric's unit.
    #[inline]
    pub fn record(&self, value: f64) {
        self.0.record(value);
    }

    /// Records a duration, converted to the metric's unit.
    #[inline]
    pub fn record_duration(&self, duration: Duration) {
        self.0.record(time_unit::in_unit(duration, self.0.slot.def().unit));
    }
}

struct BoundSeries<I: Instrument> {
    slot: &'static Slot<I>,
    labels: KeptLabels,
    /// The series of each installation, once it was recorded in it.
    cells: Cells<&'static Series<I>>,
}

impl<I: Instrument> BoundSeries<I> {
    fn new<M: Recorded<Instrument = I>>(metric: &M) -> Self {
        Self { slot: M::slot(), labels: KeptLabels::of(metric), cells: Cells::new() }
    }

    #[inline]
    fn record(&self, value: I::Value) {
        let generation = install::generation();
        if generation == 0 {
            return;
        }
        if !I::accepts(value) {
            problem::invalid_value(self.slot.def());
        } else if let Some(resolved) = self.slot.of_process(generation)
            && let Some(series) = self.cells.get(generation)
        {
            resolved.record(series, value);
        } else {
            self.record_first(generation, value);
        }
    }

    #[cold]
    fn record_first(&self, generation: usize, value: I::Value) {
        match self.slot.resolved(generation) {
            Some(Held::Process(resolved)) => {
                let found = resolved.record_kept(&self.labels, value);
                // Labels beyond a limit come here at every call, which counts them.
                let series = found.and_then(Found::exact);
                if let Some(series) = series {
                    self.keep(generation, series);
                }
            }
            Some(Held::Scope(resolved)) => {
                resolved.record_kept(&self.labels, value);
            }
            None => {}
        }
    }
}

impl<I: Instrument> BoundSeries<I> {
    /// The series for a guard.
    fn handle(&self, generation: usize) -> Handle<I> {
        if generation == 0 {
            return Handle::Off;
        }
        match (self.slot.of_process(generation), self.cells.get(generation)) {
            (Some(resolved), Some(series)) => Handle::Known(resolved, series),
            _ => match self.slot.resolved(generation) {
                Some(held) => Handle::New(held, self.labels.clone()),
                None => Handle::Off,
            },
        }
    }

    /// Another provider may have been installed since the generation was read: then the next call finds it.
    fn keep(&self, generation: usize, series: &'static Series<I>) {
        if self.slot.of_process(generation).is_some() {
            self.cells.fill(generation, series);
        }
    }
}

impl<I: Instrument> fmt::Debug for BoundSeries<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundSeries").field("metric", &self.slot.def().name).finish_non_exhaustive()
    }
}
