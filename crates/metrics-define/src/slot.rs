//! A metric's place in the process: one static per metric, resolved at the first record of each installation.

use crate::{
    callback,
    cells::Cells,
    definition::MetricDef,
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
    cells: Cells<Resolved<I>>,
}

impl<I: Instrument> Slot<I> {
    /// An unresolved slot.
    pub const fn new(def: &'static MetricDef) -> Self {
        Self { def, cells: Cells::new() }
    }

    pub(crate) fn def(&self) -> &'static MetricDef {
        self.def
    }

    /// Records one value of the series with these labels.
    #[inline]
    pub(crate) fn record(&self, generation: usize, labels: &[Label<'_>], value: I::Value) {
        let Some(resolved) = self.resolved(generation) else { return };
        match resolved.find(labels) {
            Some(series) => resolved.record(series, value),
            None => {
                resolved.record_kept(&KeptLabels::new(self.def, labels), value);
            }
        }
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
        self.cells.fill(generation, Resolved::new(self.def, &source))
    }
}
