//! Going over collected metrics, whatever number they were recorded as.

use std::{fmt, time::SystemTime};

use metrics_define::{Kind, MetricDef, definition};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{self, AggregatedMetrics, MetricData, ResourceMetrics};

use crate::number::Number;

/// The metrics of a collection, scope by scope.
pub fn walk(collected: &ResourceMetrics) -> impl Iterator<Item = Metric<'_>> {
    collected.scope_metrics().flat_map(|scope| scope.metrics().map(move |metric| Metric::new(scope.scope(), metric)))
}

/// One collected metric.
#[derive(Clone, Copy)]
pub struct Metric<'a> {
    /// The instrumentation scope that recorded it.
    pub scope: &'a InstrumentationScope,
    /// The instrument's name.
    pub name: &'a str,
    /// The instrument's description.
    pub description: &'a str,
    /// The instrument's unit.
    pub unit: &'a str,
    /// What it is: a sum that only grows is a counter, any other sum an up-down counter.
    pub kind: Kind,
    /// Since when it counts; `None` for a gauge, which does not.
    pub start_time: Option<SystemTime>,
    data: &'a AggregatedMetrics,
}

impl<'a> Metric<'a> {
    fn new(scope: &'a InstrumentationScope, metric: &'a data::Metric) -> Self {
        let (kind, start_time) = match metric.data() {
            AggregatedMetrics::F64(data) => kind_and_start(data),
            AggregatedMetrics::U64(data) => kind_and_start(data),
            AggregatedMetrics::I64(data) => kind_and_start(data),
        };
        Self {
            scope,
            name: metric.name(),
            description: metric.description(),
            unit: metric.unit(),
            kind,
            start_time,
            data: metric.data(),
        }
    }

    /// The definition, if the metric was defined with `metrics-define`.
    pub fn definition(&self) -> Option<&'static MetricDef> {
        definition(self.scope.name(), self.name)
    }

    /// Shows every data point, one after the other.
    pub fn for_each_point(&self, mut visit: impl FnMut(Point<'_>)) {
        match self.data {
            AggregatedMetrics::F64(data) => visit_points(data, &mut visit),
            AggregatedMetrics::U64(data) => visit_points(data, &mut visit),
            AggregatedMetrics::I64(data) => visit_points(data, &mut visit),
        }
    }
}

impl fmt::Debug for Metric<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metric")
            .field("scope", &self.scope.name())
            .field("name", &self.name)
            .field("unit", &self.unit)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// One data point.
#[derive(Clone, Copy, Debug)]
pub struct Point<'p> {
    /// The attributes, in the order in which the SDK keeps them.
    pub attributes: &'p [&'p KeyValue],
    /// What was measured.
    pub value: Value<'p>,
}

/// The value of a data point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'p> {
    /// Of a counter, an up-down counter or a gauge.
    Number(Number),
    /// Of a histogram.
    Histogram(HistogramValue<'p>),
    /// Of a histogram whose buckets grow exponentially.
    Exponential(ExponentialValue<'p>),
}

/// The state of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistogramValue<'p> {
    /// How many values were recorded.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The upper bounds of the buckets, `+Inf` left out.
    pub bounds: &'p [f64],
    /// How many values each bucket holds, the last being that above all bounds; not cumulative.
    pub bucket_counts: &'p [u64],
}

/// The state of a histogram whose bucket bounds are the powers of `2^(2^-scale)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialValue<'p> {
    /// How many values were recorded.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The resolution, from -10 to 20.
    pub scale: i8,
    /// How many values were zero, or nearer to it than the threshold.
    pub zero_count: u64,
    /// What counts as zero.
    pub zero_threshold: f64,
    /// The buckets of the values above zero.
    pub positive: ExponentialBuckets<'p>,
    /// The buckets of the values below zero, by absolute value.
    pub negative: ExponentialBuckets<'p>,
}

/// Adjoining buckets of an exponential histogram; bucket `i` holds values above `base^i`, up to `base^(i+1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExponentialBuckets<'p> {
    /// The index of the first bucket.
    pub offset: i32,
    /// How many values each bucket holds.
    pub counts: &'p [u64],
}

fn kind_and_start<T>(data: &MetricData<T>) -> (Kind, Option<SystemTime>) {
    match data {
        MetricData::Gauge(_) => (Kind::Gauge, None),
        MetricData::Sum(sum) if sum.is_monotonic() => (Kind::Counter, Some(sum.start_time())),
        MetricData::Sum(sum) => (Kind::UpDownCounter, Some(sum.start_time())),
        MetricData::Histogram(histogram) => (Kind::Histogram, Some(histogram.start_time())),
        MetricData::ExponentialHistogram(histogram) => (Kind::Histogram, Some(histogram.start_time())),
    }
}

/// The attributes and buckets of a point are gathered in memory that is reused from point to point.
fn visit_points<T: Copy + Into<Number>>(data: &MetricData<T>, visit: &mut impl FnMut(Point<'_>)) {
    match data {
        MetricData::Gauge(gauge) => {
            visit_numbers(gauge.data_points().map(|point| (point.attributes(), point.value())), visit);
        }
        MetricData::Sum(sum) => {
            visit_numbers(sum.data_points().map(|point| (point.attributes(), point.value())), visit);
        }
        MetricData::Histogram(histogram) => visit_histogram(histogram, visit),
        MetricData::ExponentialHistogram(histogram) => visit_exponential(histogram, visit),
    }
}

fn visit_numbers<'d, A, T>(points: impl Iterator<Item = (A, T)>, visit: &mut impl FnMut(Point<'_>))
where
    A: Iterator<Item = &'d KeyValue>,
    T: Into<Number>,
{
    let mut attributes = Vec::new();
    for (point_attributes, value) in points {
        attributes.clear();
        attributes.extend(point_attributes);
        visit(Point { attributes: &attributes, value: Value::Number(value.into()) });
    }
}

fn visit_histogram<T: Copy + Into<Number>>(histogram: &data::Histogram<T>, visit: &mut impl FnMut(Point<'_>)) {
    let (mut attributes, mut bounds, mut bucket_counts) = (Vec::new(), Vec::new(), Vec::new());
    for point in histogram.data_points() {
        attributes.clear();
        attributes.extend(point.attributes());
        bounds.clear();
        bounds.extend(point.bounds());
        bucket_counts.clear();
        bucket_counts.extend(point.bucket_counts());
        let value = HistogramValue {
            count: point.count(),
            sum: point.sum().into().as_f64(),
            bounds: &bounds,
            bucket_counts: &bucket_counts,
        };
        visit(Point { attributes: &attributes, value: Value::Histogram(value) });
    }
}

fn visit_exponential<T: Copy + Into<Number>>(
    histogram: &data::ExponentialHistogram<T>,
    visit: &mut impl FnMut(Point<'_>),
) {
    let (mut attributes, mut positive, mut negative) = (Vec::new(), Vec::new(), Vec::new());
    for point in histogram.data_points() {
        attributes.clear();
        attributes.extend(point.attributes());
        positive.clear();
        positive.extend(point.positive_bucket().counts());
        negative.clear();
        negative.extend(point.negative_bucket().counts());
        let value = ExponentialValue {
            count: point.count() as u64,
            sum: point.sum().into().as_f64(),
            scale: point.scale(),
            zero_count: point.zero_count(),
            zero_threshold: point.zero_threshold(),
            positive: ExponentialBuckets { offset: point.positive_bucket().offset(), counts: &positive },
            negative: ExponentialBuckets { offset: point.negative_bucket().offset(), counts: &negative },
        };
        visit(Point { attributes: &attributes, value: Value::Exponential(value) });
    }
}
