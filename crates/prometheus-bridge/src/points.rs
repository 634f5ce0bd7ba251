//! The series of one family, gathered first and written in the order of their labels.

mod order;

use std::{ops::Range, time::SystemTime};

use metrics_pipeline::{ExponentialValue, HistogramValue, Metric, Number, Value};

use self::order::{Place, RememberedOrders};
use crate::{
    finding::Findings,
    labels::{FixedLabel, Labels, Owner},
};

/// The series of one family; its memory is reused from family to family.
///
/// The SDK hands out series in the order of a hash map, so they are gathered first and sorted afterwards. What is
/// gathered is small: label sets and numbers, no lines.
#[derive(Debug, Default)]
pub(crate) struct Points {
    labels: Labels,
    keys: Vec<u8>,
    entries: Vec<Entry>,
    order: Vec<Place>,
    remembered: RememberedOrders,
    counts: Vec<u64>,
    bounds: Vec<Vec<f64>>,
}

/// One series.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    key: Range<usize>,
    /// Which of the family's metrics it belongs to.
    pub(crate) metric: usize,
    pub(crate) value: Stored,
}

/// A value, its buckets kept in [`Points`].
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    Number(Number),
    Histogram {
        count: u64,
        sum: f64,
        /// Which of the family's sets of bounds it has.
        bounds: usize,
        counts: Range<usize>,
    },
    Exponential(StoredExponential),
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

impl Points {
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.entries.clear();
        self.order.clear();
        self.counts.clear();
        self.bounds.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// To be called when an exposition is complete.
    pub(crate) fn finish(&mut self) {
        self.remembered.forget_unused();
    }

    /// Gathers every series of the family's metric number `index`.
    pub(crate) fn add_metric(
        &mut self,
        index: usize,
        metric: &Metric<'_>,
        fixed: impl Iterator<Item = FixedLabel>,
        owner: Owner<'_>,
        findings: &mut Findings,
    ) {
        self.labels.begin(fixed);
        metric.for_each_point(|point| {
            let start = self.keys.len();
            self.labels.render(point.attributes, owner, findings, &mut self.keys);
            let value = self.store(&point.value);
            self.entries.push(Entry { key: start..self.keys.len(), metric: index, value });
        });
    }

    /// Gathers one series with these labels.
    pub(crate) fn add_series(
        &mut self,
        labels: impl Iterator<Item = FixedLabel>,
        value: &Value<'_>,
        owner: Owner<'_>,
        findings: &mut Findings,
    ) {
        self.labels.begin(labels);
        let start = self.keys.len();
        self.labels.render(&[], owner, findings, &mut self.keys);
        let value = self.store(value);
        self.entries.push(Entry { key: start..self.keys.len(), metric: 0, value });
    }

    /// Sorts by labels, and tells for each series that is left out which metric it was of.
    ///
    /// Of series with equal labels the first gathered is kept.
    pub(crate) fn sort(&mut self, family: &str, mut left_out: impl FnMut(usize)) {
        let Self { keys, entries, order, remembered, .. } = self;
        let key = |place: &Place| &keys[entries[place.index].key.clone()];
        remembered.recall(family, entries.len(), order);
        order::sort(keys, &|index| entries[index].key.clone(), order);
        remembered.remember(family, order);
        order.dedup_by(|later, first| {
            let same = later.rank == first.rank && key(later) == key(first);
            if same {
                left_out(entries[later.index].metric);
            }
            same
        });
    }

    /// Leaves out what no counter can be, and tells which metric it was of.
    pub(crate) fn keep_countable(&mut self, mut left_out: impl FnMut(usize)) {
        let Self { entries, order, .. } = self;
        order.retain(|place| {
            let entry = &entries[place.index];
            let Stored::Number(number) = entry.value else { return true };
            let countable = number.as_f64() >= 0.0;
            if !countable {
                left_out(entry.metric);
            }
            countable
        });
    }

    /// The label sets and values in their order, once they are sorted.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&[u8], &Entry)> {
        self.order.iter().map(|place| {
            let entry = &self.entries[place.index];
            (&self.keys[entry.key.clone()], entry)
        })
    }

    pub(crate) fn counts(&self, range: &Range<usize>) -> &[u64] {
        &self.counts[range.clone()]
    }

    /// The family's sets of bounds; nearly always one.
    pub(crate) fn bounds(&self) -> &[Vec<f64>] {
        &self.bounds
    }

    fn store(&mut self, value: &Value<'_>) -> Stored {
        match value {
            Value::Number(number) => Stored::Number(*number),
            Value::Histogram(histogram) => self.store_histogram(histogram),
            Value::Exponential(histogram) => Stored::Exponential(self.store_exponential(histogram)),
        }
    }

    fn store_histogram(&mut self, histogram: &HistogramValue<'_>) -> Stored {
        let known = self.bounds.iter().rposition(|bounds| bounds == histogram.bounds);
        let bounds = known.unwrap_or_else(|| {
            self.bounds.push(histogram.bounds.to_vec());
            self.bounds.len() - 1
        });
        let counts = self.keep(histogram.bucket_counts);
        Stored::Histogram { count: histogram.count, sum: histogram.sum, bounds, counts }
    }

    fn store_exponential(&mut self, histogram: &ExponentialValue<'_>) -> StoredExponential {
        let mut buckets = |offset, counts| StoredBuckets { offset, counts: self.keep(counts) };
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

    fn keep(&mut self, counts: &[u64]) -> Range<usize> {
        let start = self.counts.len();
        self.counts.extend_from_slice(counts);
        start..self.counts.len()
    }
}

/// When the metric began to count, in seconds since the epoch.
pub(crate) fn created(metric: &Metric<'_>) -> Option<f64> {
    Some(metric.start_time?.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs_f64())
}
