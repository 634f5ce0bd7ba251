//! A metric's place in the process: one static per metric, resolved at the first record of each installation.

use crate::{
    callback,
    cells::Cells,
    definition::MetricDef,
    expansion::Recorded,
    install,
    instrument::Instrument,
    label::Label,
    observed, registry,
    resolved::{KeptLabels, Resolved},
};

/// The static behind a metric.
#[derive(Debug)]
pub struct Slot<I: Instrument> {
    def: &'static MetricDef,
    /// How many places the label sets have, where they have places.
    places: Option<usize>,
    cells: Cells<Resolved<I>>,
}

impl<I: Instrument> Slot<I> {
    /// An unresolved slot.
    pub const fn new(def: &'static MetricDef, places: Option<usize>) -> Self {
        Self { def, places, cells: Cells::new() }
    }

    pub(crate) fn def(&self) -> &'static MetricDef {
        self.def
    }

    /// Records one value of the series with these labels, which is found by its hash.
    #[inline]
    pub(crate) fn record(&self, generation: usize, labels: &[Label<'_>], value: I::Value) {
        let Some(resolved) = self.resolved(generation) else { return };
        match resolved.find(labels) {
            Some(series) => resolved.record(series, value),
            None => {
                resolved.record_kept(&KeptLabels::new(self.def, 0, labels), value);
            }
        }
    }

    /// Records one value of a series that has a place: no label is looked at, unless the series is new.
    #[inline]
    pub(crate) fn record_at<M: Recorded<Instrument = I>>(&self, generation: usize, metric: &M, value: I::Value) {
        if let Some(resolved) = self.cells.get(generation)
            && let Some(series) = resolved.at(metric.place())
        {
            resolved.record(series, value);
        } else {
            self.record_new(generation, metric, value);
        }
    }

    #[cold]
    fn record_new<M: Recorded<Instrument = I>>(&self, generation: usize, metric: &M, value: I::Value) {
        let Some(resolved) = self.resolved(generation) else { return };
        resolved.record_kept(&KeptLabels::of(metric), value);
    }

    /// The instrument of the generation; `None` when nothing is installed any more.
    #[inline]
    pub(crate) fn resolved(&self, generation: usize) -> Option<&Resolved<I>> {
        match self.cells.get(generation) {
            Some(resolved) => Some(resolved),
            None => self.resolve(),
        }
    }

    /// Two threads may both get here; the SDK gives both the same aggregation, and one of the two is kept.
    ///
    /// Inside a callback nothing is resolved: the SDK holds the lock that making an instrument takes.
    #[cold]
    fn resolve(&self) -> Option<&Resolved<I>> {
        if callback::is_running() {
            return None;
        }
        // By now another provider may be installed, and it is the one to record in.
        let (generation, source) = install::current()?;
        observed::attach_all();
        registry::enter(self.def);
        self.cells.fill(generation, Resolved::new(self.def, self.places, &source))
    }
}
