//! A metric's place in the process: one static per metric, resolved at the first record of each installation.

use std::{ops::Deref, ptr, sync::Arc};

use crate::{
    callback,
    cells::Cells,
    definition::MetricDef,
    install::{self, Source},
    instrument::Instrument,
    label::Label,
    observed, problem, registry,
    resolved::Resolved,
    scope,
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
        if let Some(resolved) = self.cells.get(generation)
            && let Some(series) = resolved.find(labels)
        {
            resolved.record(series, value);
        } else {
            self.record_new(generation, 0, labels, value);
        }
    }

    /// Records one value of a series that has a place, without looking at a label; says whether the series is known.
    #[inline]
    pub(crate) fn record_at(&self, generation: usize, place: usize, value: I::Value) -> bool {
        let Some(resolved) = self.cells.get(generation) else { return false };
        let Some(series) = resolved.at(place) else { return false };
        resolved.record(series, value);
        true
    }

    /// The same where there are more places than have cells from the start.
    #[inline]
    pub(crate) fn record_on_page(&self, generation: usize, place: usize, value: I::Value) -> bool {
        let Some(resolved) = self.cells.get(generation) else { return false };
        let Some(series) = resolved.on_page(place) else { return false };
        resolved.record(series, value);
        true
    }

    #[cold]
    pub(crate) fn record_new(&self, generation: usize, place: usize, labels: &[Label<'_>], value: I::Value) {
        if let Some(resolved) = self.resolved(generation) {
            resolved.record_labels(place, labels, value);
        }
    }

    /// The instrument of the process at this generation, if it was recorded before and there is no scope anywhere.
    #[inline]
    pub(crate) fn of_process(&self, generation: usize) -> Option<&Resolved<I>> {
        self.cells.get(generation)
    }

    /// The instrument to record in; `None` when nothing is installed any more.
    #[inline]
    pub(crate) fn resolved(&self, generation: usize) -> Option<Held<'_, I>> {
        match self.cells.get(generation) {
            Some(resolved) => Some(Held::Process(resolved)),
            None => self.resolve(generation),
        }
    }

    #[cold]
    fn resolve(&self, generation: usize) -> Option<Held<'_, I>> {
        let generation = install::announced(generation);
        if install::is_scoped(generation) {
            if let Some(scope) = scope::current() {
                return self.resolve_in(&scope);
            }
            if let Some(resolved) = self.cells.get(install::of_process(generation)) {
                return Some(Held::Process(resolved));
            }
        }
        self.resolve_in_process()
    }

    fn resolve_in(&self, scope: &scope::Scope) -> Option<Held<'_, I>> {
        let key = ptr::from_ref(self).addr();
        if let Some(resolved) = scope.find(key) {
            return Some(Held::Scope(resolved));
        }
        if callback::is_running() {
            problem::first_in_callback(self.def);
            return None;
        }
        let resolved = scope.state(key, |source| self.make(source))?;
        self.def.domain.start_zeros();
        Some(Held::Scope(resolved))
    }

    /// Two threads may both get here; the SDK gives both the same aggregation, and one of the two is kept.
    ///
    /// Where a provider may hold its lock nothing is resolved, because making an instrument takes it.
    fn resolve_in_process(&self) -> Option<Held<'_, I>> {
        if callback::is_running() {
            problem::first_in_callback(self.def);
            return None;
        }
        // By now another provider may be installed, and it is the one to record in.
        let (generation, source) = install::current()?;
        observed::attach_all();
        let resolved = self.cells.fill(generation, self.make(&source))?;
        // This one has its cell by now, and so each metric of the domain starts the others once.
        self.def.domain.start_zeros();
        Some(Held::Process(resolved))
    }

    /// Makes the instrument of an installation before anything is recorded.
    pub(crate) fn attach(&self, generation: usize, source: &Source) {
        if self.cells.get(generation).is_none() {
            self.cells.fill(generation, self.make(source));
        }
    }

    fn make(&self, source: &Source) -> Resolved<I> {
        registry::enter(self.def);
        Resolved::new(self.def, self.places, source)
    }
}

/// A resolved instrument and who owns it.
#[derive(Debug)]
pub(crate) enum Held<'s, I: Instrument> {
    /// The process: it stays for ever.
    Process(&'s Resolved<I>),
    /// A scope, which may end before a guard does.
    Scope(Arc<Resolved<I>>),
}

impl<I: Instrument> Deref for Held<'_, I> {
    type Target = Resolved<I>;

    fn deref(&self) -> &Resolved<I> {
        match self {
            Self::Process(resolved) => resolved,
            Self::Scope(resolved) => resolved,
        }
    }
}
