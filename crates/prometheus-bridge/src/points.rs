//! The series of one family, gathered first and written in the order of their labels.

mod label_sets;
mod memory;
mod order;

use std::{mem, ops::Range, time::SystemTime};

use metric_names::Kind;
use metrics_pipeline::{ExponentialValue, HistogramValue, Metric, Number, Value};

use self::{label_sets::LabelSets, memory::Memory, order::Place};
use crate::{
    finding::{Finding, Findings},
    labels::{FixedLabel, Owner},
};

/// The series of one family; its memory is reused from family to family.
///
/// The SDK hands out series in the order of a hash map, so they are gathered first and sorted afterwards. What is
/// gathered is small: label sets and numbers, no lines. The label sets are kept for the next time.
#[derive(Debug, Default)]
pub(crate) struct Points {
    memory: Memory,
    family: String,
    label_sets: LabelSets,
    entries: Vec<Entry>,
    counts: Vec<u64>,
    bounds: Vec<Vec<f64>>,
    histograms: Vec<StoredHistogram>,
    exponentials: Vec<StoredExponential>,
    /// Memory for one label set, and for sorting all.
    rendered: Vec<u8>,
    places: Vec<Place>,
}

/// One series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series<'p> {
    pub(crate) labels: &'p [u8],
    /// Which of the family's metrics it belongs to.
    pub(crate) metric: usize,
    pub(crate) value: Stored<'p>,
}

/// The value of a series, its buckets kept in [`Points`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stored<'p> {
    Number(Number),
    Histogram(&'p StoredHistogram),
    Exponential(&'p StoredExponential),
}

#[derive(Clone, Debug)]
pub(crate) struct StoredHistogram {
    pub(crate) count: u64,
    pub(crate) sum: f64,
    /// Which of the family's sets of bounds it has.
    pub(crate) bounds: usize,
    pub(crate) counts: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct StoredExponential {
    pub(crate) count: u64,
    pub(crate) sum: f64,
    pub(crate) scale: i8,
    pub(crate) zero_count: u64,
    pub(crate) zero_threshold: f64,
    pub(crate) positive: StoredBuckets,
    pub(crate) negative: StoredBuckets,
}

#[derive(Clone, Debug)]
pub(crate) struct StoredBuckets {
    pub(crate) offset: i32,
    pub(crate) counts: Range<usize>,
}

/// A series without its labels: small, because there are many.
#[derive(Clone, Copy, Debug)]
struct Entry {
    metric: usize,
    place: ValuePlace,
}

#[derive(Clone, Copy, Debug)]
enum ValuePlace {
    Number(Number),
    Histogram(usize),
    Exponential(usize),
}

impl Points {
    /// For one exposition, of which nothing is kept.
    pub(crate) fn for_once() -> Self {
        Self { memory: Memory::for_once(), ..Self::default() }
    }

    /// Begins a family.
    pub(crate) fn begin(&mut self, owner: Owner<'_>) {
        let next = self.memory.take(owner.family);
        self.go_on_with(next);
        self.label_sets.begin(owner);
        self.entries.clear();
        self.counts.clear();
        self.bounds.clear();
        self.histograms.clear();
        self.exponentials.clear();
    }

    /// To be called when an exposition is complete.
    pub(crate) fn finish(&mut self) {
        self.go_on_with(<_>::default());
        self.memory.finish();
    }

    fn go_on_with(&mut self, (family, label_sets): (String, LabelSets)) {
        let family = mem::replace(&mut self.family, family);
        self.memory.keep(family, mem::replace(&mut self.label_sets, label_sets));
    }

    /// Gathers every series of the family's metric number `index` that can be shown.
    pub(crate) fn add_metric<'l>(
        &mut self,
        index: usize,
        metric: &Metric<'_>,
        fixed: impl Iterator<Item = FixedLabel<'l>>,
        owner: Owner<'_>,
        findings: &mut Findings,
    ) {
        self.label_sets.begin_metric(index, fixed);
        metric.for_each_point(|point| {
            if !can_be(owner.kind, &point.value) {
                let (scope, metric) = (metric.scope.name().to_owned(), metric.name.to_owned());
                findings.insert(Finding::ImpossibleCounter { scope, metric });
                return;
            }
            self.label_sets.add(index, point.attributes, owner, findings, &mut self.rendered);
            let place = self.store(&point.value);
            self.entries.push(Entry { metric: index, place });
        });
    }

    /// Gathers one series with these labels.
    pub(crate) fn add_series<'l>(
        &mut self,
        labels: impl Iterator<Item = FixedLabel<'l>>,
        value: &Value<'_>,
        owner: Owner<'_>,
        findings: &mut Findings,
    ) {
        self.label_sets.add_fixed(labels, owner, findings, &mut self.rendered);
        let place = self.store(value);
        self.entries.push(Entry { metric: 0, place });
    }

    /// Sorts by labels, and tells for each series that is left out which metric it was of.
    ///
    /// Of series with equal labels the first gathered is kept.
    pub(crate) fn sort(&mut self, mut left_out: impl FnMut(usize)) {
        let Self { label_sets, entries, places, .. } = self;
        label_sets.sort(places, |index| left_out(entries[index].metric));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The series in their order, once they are sorted.
    pub(crate) fn series(&self) -> impl Iterator<Item = Series<'_>> {
        self.label_sets.order().map(|index| {
            let Entry { metric, place } = self.entries[index];
            let value = match place {
                ValuePlace::Number(number) => Stored::Number(number),
                ValuePlace::Histogram(place) => Stored::Histogram(&self.histograms[place]),
                ValuePlace::Exponential(place) => Stored::Exponential(&self.exponentials[place]),
            };
            Series { labels: self.label_sets.label_set(index), metric, value }
        })
    }

    pub(crate) fn counts(&self, range: &Range<usize>) -> &[u64] {
        &self.counts[range.clone()]
    }

    /// The family's sets of bounds; nearly always one.
    pub(crate) fn bounds(&self) -> &[Vec<f64>] {
        &self.bounds
    }

    fn store(&mut self, value: &Value<'_>) -> ValuePlace {
        match value {
            Value::Number(number) => ValuePlace::Number(*number),
            Value::Histogram(histogram) => {
                let stored = self.store_histogram(histogram);
                self.histograms.push(stored);
                ValuePlace::Histogram(self.histograms.len() - 1)
            }
            Value::Exponential(histogram) => {
                let stored = self.store_exponential(histogram);
                self.exponentials.push(stored);
                ValuePlace::Exponential(self.exponentials.len() - 1)
            }
        }
    }

    fn store_histogram(&mut self, histogram: &HistogramValue<'_>) -> StoredHistogram {
        let known = self.bounds.iter().rposition(|bounds| bounds == histogram.bounds);
        let bounds = known.unwrap_or_else(|| {
            self.bounds.push(histogram.bounds.to_vec());
            self.bounds.len() - 1
        });
        let counts = self.store_counts(histogram.bucket_counts);
        StoredHistogram { count: histogram.count, sum: histogram.sum, bounds, counts }
    }

    fn store_exponential(&mut self, histogram: &ExponentialValue<'_>) -> StoredExponential {
        let mut buckets = |offset, counts| StoredBuckets { offset, counts: self.store_counts(counts) };
        StoredExponential {
            count: histogram.count,
            sum: histogram.sum,
            scale: histogram.scale,
            zero_count: histogram.zero_count,
            zero_threshold: histogram.zero_threshold,
            positive: buckets(histogram.positive.offset, histogram.positive.counts),
            negative: buckets(histogram.negative.offset, histogram.negative.counts),
        }
    }

    fn store_counts(&mut self, counts: &[u64]) -> Range<usize> {
        let start = self.counts.len();
        self.counts.extend_from_slice(counts);
        start..self.counts.len()
    }
}

/// Whether a metric of this kind can have this value: no format has a counter below zero.
///
/// Such a series must not even take part when equal ones are found, for it could displace one that can be shown.
pub(crate) fn can_be(kind: Kind, value: &Value<'_>) -> bool {
    match value {
        Value::Number(number) => kind != Kind::Counter || number.as_f64() >= 0.0,
        Value::Histogram(_) | Value::Exponential(_) => true,
    }
}

/// When the metric began to count, in seconds since the epoch.
pub(crate) fn created(metric: &Metric<'_>) -> Option<f64> {
    Some(metric.start_time?.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs_f64())
}
