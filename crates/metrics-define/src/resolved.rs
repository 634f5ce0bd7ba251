//! An instrument of one installation with the series that it has recorded.

mod beyond;
mod kept_labels;
mod series;
mod store;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use opentelemetry::KeyValue;

use crate::{
    cap::{self, Capped, Caps, Folded},
    definition::MetricDef,
    expansion::Metric,
    install::{Recording, Source},
    instrument::{Instrument, OVERFLOW},
    label::Label,
    pending::{Amount, HandOver, Pending},
    problem,
    stream::Stream,
    zero,
};
use beyond::{Beyond, Part};
pub(crate) use kept_labels::KeptLabels;
use series::PendingSeries;
pub(crate) use series::{Found, Series};
pub(crate) use store::{Store, has_places, is_dense};

pub(crate) struct Resolved<I: Instrument> {
    instrument: I,
    recording: Recording,
    pending: Option<Arc<Pending>>,
    store: Store<Series<I>>,
    def: &'static MetricDef,
    caps: Caps,
    beyond: OnceLock<Box<Beyond<I>>>,
}

impl<I: Instrument> Resolved<I> {
    pub(crate) fn new(def: &'static MetricDef, places: Option<usize>, source: &Source) -> Self {
        let meter = source.meter(def);
        let (instrument, stream) = Stream::made(def, || I::build(&meter, def));
        let resolved = Self {
            instrument,
            recording: source.recording,
            pending: source.pending.clone().filter(|_| stream.is_sum),
            store: Store::new(places, stream.series_limit),
            def,
            caps: Caps::new(def, stream.dropped),
            beyond: OnceLock::new(),
        };
        // Where a view makes no sum of it, a zero would be a measurement.
        if let (Some(value), true) = (I::ZERO, def.zero && stream.is_sum) {
            zero::for_each_series(def, |place, labels| {
                resolved.start_zero(place, labels, value);
            });
        }
        resolved
    }

    /// Starts a series at zero while there is room for it: a zero is no measurement, so none is in the overflow series.
    fn start_zero(&self, place: usize, labels: &[Label<'_>], zero: I::Value) {
        self.caps.apply(labels, |capped| {
            if !self.store.is_full() && self.found_capped(place, capped).is_none() {
                self.record_new(place, capped, zero);
            }
        });
    }

    /// The series at this place, if it was recorded before, where [each place has a cell](is_dense).
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Option<&Series<I>> {
        self.store.at(place)
    }

    /// The same where there are [more places](has_places).
    #[inline]
    pub(crate) fn on_page(&self, place: usize) -> Option<&Series<I>> {
        self.store.on_page(place)
    }

    /// The series with these labels, if it was recorded before and has no place.
    #[inline]
    pub(crate) fn find(&self, labels: &[Label<'_>]) -> Option<&Series<I>> {
        self.store.find(labels)
    }

    #[inline]
    pub(crate) fn record(&self, series: &Series<I>, value: I::Value) {
        match series {
            Series::Pending(series) => series.amount.add(value),
            Series::Bound(bound) => I::record_bound(bound, value),
            Series::Unbound(attributes) => self.instrument.record(value, attributes),
        }
    }

    /// Records a series that was found before, and counts it where it is not the one that was asked for.
    #[inline]
    pub(crate) fn record_found(&self, found: Found<'_, I>, value: I::Value) {
        self.record(found.series, value);
        if !found.folded.is_none() {
            self.count(found.folded);
        }
    }

    /// The series that the metric's labels are recorded in for good, if that is known without recording.
    #[inline]
    pub(crate) fn found<M: Metric>(&self, metric: &M) -> Option<Found<'_, I>> {
        let exact = if is_dense(M::PLACES) {
            self.at(metric.place())
        } else if has_places(M::PLACES) {
            self.on_page(metric.place())
        } else {
            self.find(metric.labels().as_ref())
        };
        match exact {
            Some(series) => Some(Found { series, folded: Folded::default() }),
            None => self.found_beyond(metric.place(), metric.labels().as_ref()),
        }
    }

    #[cold]
    fn found_beyond(&self, place: usize, labels: &[Label<'_>]) -> Option<Found<'_, I>> {
        self.caps.settled(labels, |capped| self.found_capped(place, capped))
    }

    /// Records the series of labels that are kept, which may be new.
    pub(crate) fn record_kept(&self, labels: &KeptLabels, value: I::Value) -> Option<Found<'_, I>> {
        labels.with_labels(|key| self.record_labels(labels.place, key, value))
    }

    /// Records a series that may be new or beyond a limit, and keeps it when there is room.
    ///
    /// `None` for a level that cannot be kept apart from others, and so is not recorded.
    pub(crate) fn record_labels(&self, place: usize, labels: &[Label<'_>], value: I::Value) -> Option<Found<'_, I>> {
        self.caps.apply(labels, |capped| {
            if let Some(found) = self.found_capped(place, capped) {
                self.record_found(found, value);
                return Some(found);
            }
            self.record_new(place, capped, value)
        })
    }

    fn found_capped(&self, place: usize, capped: Capped<'_, '_>) -> Option<Found<'_, I>> {
        let Capped { given, labels, folded } = capped;
        let is_part = I::IS_LEVEL && !folded.is_none();
        // Looked at first: a label set without a cell gets none any more when the store was full for it before.
        let overflow = self.beyond.get().and_then(|beyond| beyond.overflow.get());
        let overflow = overflow.filter(|_| !I::IS_LEVEL && self.store.is_full_for(labels));
        if !is_part && let Some(cell) = self.store.given(self.place(place, capped), labels) {
            return cell.get().map(|series| Found { series, folded });
        }
        if I::IS_LEVEL {
            let part = self.beyond.get()?.parts.find(given)?;
            return Some(Found { series: &part.series, folded: part.folded });
        }
        Some(Found { series: overflow?, folded: folded.with_series() })
    }

    fn place(&self, place: usize, capped: Capped<'_, '_>) -> usize {
        if capped.folded.is_none() { place } else { cap::place_of(self.def, capped.labels) }
    }

    fn record_new(&self, place: usize, capped: Capped<'_, '_>, value: I::Value) -> Option<Found<'_, I>> {
        let Capped { given, labels, folded } = capped;
        let kept = KeptLabels::new(self.place(place, capped), labels);
        let cell = self.store.cell(kept.place, labels, &kept.key);
        let (cell, attributes, folded) = match cell {
            Some(cell) => (cell, kept.attributes(self.def), folded),
            None => (&self.beyond().overflow, [KeyValue::new(OVERFLOW, true)].into(), folded.with_series()),
        };
        if I::IS_LEVEL && !folded.is_none() {
            return self.record_part(given, &attributes, folded, value);
        }
        let series = self.record_first(cell, &attributes, value);
        if !folded.is_none() {
            self.count(folded);
        }
        Some(Found { series, folded })
    }

    /// Records the first value of a series, and keeps the series.
    ///
    /// Two threads may both come here: one of the two series is kept, and no value is lost.
    fn record_first<'r>(
        &'r self,
        cell: &'r OnceLock<Series<I>>,
        attributes: &[KeyValue],
        value: I::Value,
    ) -> &'r Series<I> {
        if let Some(series) = cell.get() {
            self.record(series, value);
            return series;
        }
        if !I::IS_LEVEL {
            // The first value goes in unbound: a scrape between `bind` and the first record would see a false zero.
            self.instrument.record(value, attributes);
        }
        // Made outside the cell's lock, because the provider is foreign code.
        let series = self.series(attributes);
        let series = cell.get_or_init(|| series);
        if I::IS_LEVEL {
            self.record(series, value);
        }
        series
    }

    /// Records a level whose series is the sum of several.
    fn record_part(
        &self,
        given: &[Label<'_>],
        attributes: &[KeyValue],
        folded: Folded,
        value: I::Value,
    ) -> Option<Found<'_, I>> {
        let beyond = self.beyond();
        let cell =
            if folded.is_late_text() { None } else { beyond.parts.cell(0, given, &KeptLabels::new(0, given).key) };
        let Some(cell) = cell else {
            problem::too_many_levels(self.def, &beyond.too_many_levels);
            return None;
        };
        let part = Part { series: self.series(attributes), folded };
        let part = cell.get_or_init(|| part);
        let found = Found { series: &part.series, folded: part.folded };
        self.record_found(found, value);
        Some(found)
    }

    fn series(&self, attributes: &[KeyValue]) -> Series<I> {
        if !I::IS_LEVEL && self.recording == Recording::Unbound {
            return Series::Unbound(attributes.into());
        }
        let bound = self.instrument.bind(attributes);
        match (&self.pending, I::Pending::zero()) {
            (Some(pending), Some(amount)) => {
                let series = Arc::new(PendingSeries::<I> { amount, bound });
                // Two threads may make the same one: that which is not kept stays at nothing.
                pending.add(Arc::clone(&series) as Arc<dyn HandOver>);
                Series::Pending(series)
            }
            _ => Series::Bound(bound),
        }
    }

    #[cold]
    fn count(&self, folded: Folded) {
        self.caps.count(self.def, folded);
        if folded.has_series() {
            problem::too_many_series(self.def, &self.beyond().too_many_series);
        }
    }

    fn beyond(&self) -> &Beyond<I> {
        self.beyond.get_or_init(|| Box::new(Beyond::new()))
    }
}

impl<I: Instrument> fmt::Debug for Resolved<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolved").field("recording", &self.recording).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
