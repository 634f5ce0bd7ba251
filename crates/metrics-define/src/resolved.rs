//! An instrument of one installation with the series that it has recorded.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use opentelemetry::KeyValue;

use crate::{
    cap::{self, Caps, Folded},
    definition::MetricDef,
    expansion::Metric,
    install::{Recording, Source},
    instrument::Instrument,
    label::{KeptLabel, Label},
    pending::{Amount, HandOver, Pending},
    problem::{self, Count},
    table::{Table, hash_of},
    zero,
};

/// Label sets with up to this many places have a cell per series; larger ones go through the table.
const MOST_DENSE: usize = 1024;

pub(crate) struct Resolved<I: Instrument> {
    instrument: I,
    recording: Recording,
    pending: Option<Arc<Pending>>,
    store: Store<I>,
    def: &'static MetricDef,
    caps: Caps,
    too_many_series: Count,
}

/// The series that were recorded.
enum Store<I: Instrument> {
    /// Every label's values have places: a series is found by its own.
    Dense(Box<[OnceLock<Series<I>>]>),
    /// Some label is open, or there are very many places: a series is found by hash.
    Hashed(Table<Series<I>>),
}

/// How a known series is recorded.
pub(crate) enum Series<I: Instrument> {
    /// Added up until a collection takes it over.
    Pending(Arc<PendingSeries<I>>),
    Bound(I::Bound),
    Unbound(Box<[KeyValue]>),
}

pub(crate) struct PendingSeries<I: Instrument> {
    amount: I::Pending,
    bound: I::Bound,
}

impl<I: Instrument> HandOver for PendingSeries<I> {
    fn hand_over(&self) {
        if let Some(amount) = self.amount.take() {
            I::record_bound(&self.bound, amount);
        }
    }
}

impl<I: Instrument> Resolved<I> {
    pub(crate) fn new(def: &'static MetricDef, places: Option<usize>, source: &Source) -> Self {
        let instrument = I::build(&source.meter(def), def);
        let store = Store::new(def, places);
        let resolved = Self {
            instrument,
            recording: source.recording,
            pending: source.pending.clone(),
            store,
            def,
            caps: Caps::new(def),
            too_many_series: Count::new(),
        };
        if let (Some(value), true) = (I::ZERO, def.zero) {
            zero::for_each_series(def, |place, labels| {
                resolved.record_labels(place, labels, value);
            });
        }
        resolved
    }

    /// The series at this place, if it was recorded before.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Option<&Series<I>> {
        match &self.store {
            Store::Dense(cells) => cells.get(place)?.get(),
            Store::Hashed(_) => None,
        }
    }

    /// The series with these labels, if it was recorded before and there was room to keep it.
    #[inline]
    pub(crate) fn find(&self, labels: &[Label<'_>]) -> Option<&Series<I>> {
        match &self.store {
            Store::Dense(_) => None,
            Store::Hashed(table) => table.find(hash_of(labels), |key| key == labels),
        }
    }

    fn find_kept(&self, labels: &KeptLabels) -> Option<&Series<I>> {
        match &self.store {
            Store::Dense(cells) => cells.get(labels.place)?.get(),
            Store::Hashed(table) => table.find(labels.hash, |key| key == &*labels.key),
        }
    }

    #[inline]
    pub(crate) fn record(&self, series: &Series<I>, value: I::Value) {
        match series {
            Series::Pending(series) => series.amount.add(value),
            Series::Bound(bound) => I::record_bound(bound, value),
            Series::Unbound(attributes) => self.instrument.record(value, attributes),
        }
    }

    /// Records the series of labels that are kept, which may be new.
    pub(crate) fn record_kept(&self, labels: &KeptLabels, value: I::Value) -> Option<&Series<I>> {
        if let Some(series) = self.find_kept(labels) {
            self.record(series, value);
            return Some(series);
        }
        let key: Vec<Label<'_>> = labels.key.iter().map(KeptLabel::label).collect();
        self.record_labels(labels.place, &key, value)
    }

    /// Records a series that is new, or whose text is beyond a label's limit, and keeps it when there is room.
    ///
    /// Gives the series of exactly these labels: one that took them in as `other` is looked for at every call, which counts
    /// it.
    pub(crate) fn record_labels(&self, place: usize, labels: &[Label<'_>], value: I::Value) -> Option<&Series<I>> {
        self.caps.apply(self.def, labels, |labels, Folded(is_folded)| {
            let place = if is_folded { cap::place_of(self.def, labels) } else { place };
            let known = match &self.store {
                Store::Dense(_) => self.at(place),
                Store::Hashed(_) => self.find(labels),
            };
            if let Some(series) = known {
                self.record(series, value);
                return (!is_folded).then_some(series);
            }
            let series = self.record_first(&KeptLabels::new(self.def, place, labels), value);
            series.filter(|_| !is_folded)
        })
    }

    fn record_first(&self, labels: &KeptLabels, value: I::Value) -> Option<&Series<I>> {
        if I::IS_LEVEL {
            let series = self.keep(labels)?;
            self.record(series, value);
            return Some(series);
        }
        // The first value goes in unbound: a scrape between `bind` and the first record would see a false zero.
        self.instrument.record(value, &labels.attributes);
        self.keep(labels)
    }

    fn keep(&self, labels: &KeptLabels) -> Option<&Series<I>> {
        match &self.store {
            Store::Dense(cells) => {
                let cell = cells.get(labels.place)?;
                // Made outside the cell's lock, because the provider is foreign code.
                let series = self.series(labels);
                Some(cell.get_or_init(|| series))
            }
            Store::Hashed(table) if table.has_room() => {
                table.insert(labels.hash, labels.key.clone(), self.series(labels))
            }
            // Beyond the limit the SDK adds to its overflow series; a handle bound now would stay there for ever.
            Store::Hashed(_) => {
                problem::too_many_series(self.def, &self.too_many_series);
                None
            }
        }
    }

    fn series(&self, labels: &KeptLabels) -> Series<I> {
        if !I::IS_LEVEL && self.recording == Recording::Unbound {
            return Series::Unbound(labels.attributes.clone());
        }
        let bound = self.instrument.bind(&labels.attributes);
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
}

impl<I: Instrument> Store<I> {
    fn new(def: &MetricDef, places: Option<usize>) -> Self {
        match places {
            Some(places @ ..=MOST_DENSE) => Self::Dense(std::iter::repeat_with(OnceLock::new).take(places).collect()),
            _ => Self::Hashed(Table::new(def.series_limit())),
        }
    }
}

/// The labels of one series, owned: by a handle, by a guard, or for the moment of a first record.
#[derive(Debug)]
pub(crate) struct KeptLabels {
    /// Where the series is among those of a metric whose label sets have places.
    place: usize,
    hash: u64,
    key: Box<[KeptLabel]>,
    attributes: Box<[KeyValue]>,
}

impl KeptLabels {
    pub(crate) fn of<M: Metric>(metric: &M) -> Self {
        Self::new(M::DEF, metric.place(), metric.labels().as_ref())
    }

    #[cold]
    pub(crate) fn new(def: &MetricDef, place: usize, labels: &[Label<'_>]) -> Self {
        let labels: &[Label<'_>] = &labels.iter().map(|label| label.normalised()).collect::<Box<[_]>>();
        let key: Box<[KeptLabel]> = labels.iter().map(|label| KeptLabel::from(*label)).collect();
        let attributes =
            def.labels.iter().zip(&key).map(|(label, kept)| KeyValue::new(label.key, kept.attribute_value())).collect();
        Self { place, hash: hash_of(labels), key, attributes }
    }

    pub(crate) fn into_attributes(self) -> Box<[KeyValue]> {
        self.attributes
    }
}

impl<I: Instrument> fmt::Debug for Resolved<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolved").field("recording", &self.recording).finish_non_exhaustive()
    }
}

impl<I: Instrument> fmt::Debug for Series<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending(_) => "Series::Pending",
            Self::Bound(_) => "Series::Bound",
            Self::Unbound(_) => "Series::Unbound",
        })
    }
}
