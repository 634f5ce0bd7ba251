//! Families as the `prometheus` crate hands them on.

use metric_names::Kind;
use prometheus::proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType};

use crate::{
    exponential::ClassicBounds,
    points::{Points, Series, Stored},
};

/// A family of what was gathered in `points` as protocol buffers, the format whose label sets are easily taken apart.
pub(super) fn message(name: &str, help: &str, kind: Kind, points: &Points) -> MetricFamily {
    let mut shown = MetricFamily::default();
    shown.set_name(name.to_owned());
    shown.set_help(help.to_owned());
    shown.set_field_type(match kind {
        Kind::Counter => MetricType::COUNTER,
        Kind::UpDownCounter | Kind::Gauge => MetricType::GAUGE,
        Kind::Histogram => MetricType::HISTOGRAM,
    });
    let classic = ClassicBounds::of(points);
    let metrics = points.series().map(|series| metric_of(kind, series, classic.as_ref(), points));
    shown.set_metric(metrics.collect());
    shown
}

fn metric_of(kind: Kind, series: Series<'_>, classic: Option<&ClassicBounds>, points: &Points) -> Metric {
    let mut metric = Metric::default();
    metric.set_label(label_pairs(series.labels).map(|(name, value)| label(name, value)).collect());
    match series.value {
        Stored::Number(number) if kind == Kind::Counter => {
            let mut counter = Counter::default();
            counter.set_value(number.as_f64());
            metric.set_counter(counter);
        }
        Stored::Number(number) => {
            let mut gauge = Gauge::default();
            gauge.set_value(number.as_f64());
            metric.set_gauge(gauge);
        }
        Stored::Histogram(histogram) => {
            let mut cumulative = 0;
            let buckets =
                points.bounds()[histogram.bounds].iter().zip(points.counts(&histogram.counts)).map(|(bound, count)| {
                    cumulative += count;
                    bucket(*bound, cumulative)
                });
            metric.set_histogram(histogram_of(histogram.count, histogram.sum, buckets.collect()));
        }
        Stored::Exponential(exponential) => {
            let mut buckets = Vec::new();
            if let Some(classic) = classic {
                classic.for_each(exponential, points, |bound, count| buckets.push(bucket(bound, count)));
            }
            metric.set_histogram(histogram_of(exponential.count, exponential.sum, buckets));
        }
    }
    metric
}

fn histogram_of(count: u64, sum: f64, buckets: Vec<Bucket>) -> Histogram {
    let mut histogram = Histogram::default();
    histogram.set_sample_count(count);
    histogram.set_sample_sum(sum);
    histogram.set_bucket(buckets);
    histogram
}

fn bucket(bound: f64, cumulative: u64) -> Bucket {
    let mut bucket = Bucket::default();
    bucket.set_upper_bound(bound);
    bucket.set_cumulative_count(cumulative);
    bucket
}

fn label(name: &str, value: &str) -> LabelPair {
    let mut label = LabelPair::default();
    label.set_name(name.to_owned());
    label.set_value(value.to_owned());
    label
}

/// The label pairs of a label set as it is written for protocol buffers.
fn label_pairs(mut labels: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let mut pair = take_field(&mut labels)?;
        let (name, value) = (take_field(&mut pair)?, take_field(&mut pair)?);
        Some((std::str::from_utf8(name).ok()?, std::str::from_utf8(value).ok()?))
    })
}

/// The bytes of the next field, whose tag is one byte.
fn take_field<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let mut rest = bytes.get(1..)?;
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let (field, after) = rest.split_at_checked(length)?;
    *bytes = after;
    Some(field)
}
