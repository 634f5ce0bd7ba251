//! Going over collected metrics, whatever number they were recorded as.

use std::fmt;

use metrics_define::{Kind, MetricDef, definition};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{self, AggregatedMetrics, MetricData, ResourceMetrics};

use crate::number::Number;

/// The metrics of a collection, scope by scope.
///
/// Exponential histograms are left out: nothing here configures one yet.
pub fn walk(collected: &ResourceMetrics) -> impl Iterator<Item = Metric<'_>> {
    collected
        .scope_metrics()
        .flat_map(|scope| scope.metrics().filter_map(move |metric| Metric::new(scope.scope(), metric)))
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
    data: &'a AggregatedMetrics,
}

impl<'a> Metric<'a> {
    fn new(scope: &'a InstrumentationScope, metric: &'a data::Metric) -> Option<Self> {
        let kind = match metric.data() {
            AggregatedMetrics::F64(data) => kind_of(data),
            AggregatedMetrics::U64(data) => kind_of(data),
            AggregatedMetrics::I64(data) => kind_of(data),
        }?;
        Some(Self {
            scope,
            name: metric.name(),
            description: metric.description(),
            unit: metric.unit(),
            kind,
            data: metric.data(),
        })
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

fn kind_of<T>(data: &MetricData<T>) -> Option<Kind> {
    match data {
        MetricData::Gauge(_) => Some(Kind::Gauge),
        MetricData::Sum(sum) if sum.is_monotonic() => Some(Kind::Counter),
        MetricData::Sum(_) => Some(Kind::UpDownCounter),
        MetricData::Histogram(_) => Some(Kind::Histogram),
        MetricData::ExponentialHistogram(_) => None,
    }
}

/// The attributes and buckets of a point are gathered in memory that is reused from point to point.
fn visit_points<T: Copy + Into<Number>>(data: &MetricData<T>, visit: &mut impl FnMut(Point<'_>)) {
    let mut attributes = Vec::new();
    let mut number = |point_attributes: &mut dyn Iterator<Item = _>, value: T| {
        attributes.clear();
        attributes.extend(point_attributes);
        visit(Point { attributes: &attributes, value: Value::Number(value.into()) });
    };
    match data {
        MetricData::Gauge(gauge) => {
            gauge.data_points().for_each(|point| number(&mut point.attributes(), point.value()));
        }
        MetricData::Sum(sum) => sum.data_points().for_each(|point| number(&mut point.attributes(), point.value())),
        MetricData::Histogram(histogram) => visit_histogram(histogram, visit),
        MetricData::ExponentialHistogram(_) => {}
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
