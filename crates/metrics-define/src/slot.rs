//! A metric's place in the process: one static per metric, resolved at the first record of each installation.

use crate::{cells::Cells, definition::MetricDef, install, instrument::Instrument, registry, resolved::Resolved};

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

    /// The instrument of the generation; `None` when nothing is installed any more.
    #[inline]
    pub(crate) fn resolved(&self, generation: usize) -> Option<&Resolved<I>> {
        match self.cells.get(generation) {
            Some(resolved) => Some(resolved),
            None => self.resolve(generation),
        }
    }

    /// Two threads may both get here; the SDK gives both the same aggregation, and one of the two is kept.
    #[cold]
    fn resolve(&self, generation: usize) -> Option<&Resolved<I>> {
        let source = install::source()?;
        registry::enter(self.def);
        self.cells.fill(generation, Resolved::new(self.def, &source))
    }
}
