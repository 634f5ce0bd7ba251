//! Our metrics in a registry of the `prometheus` crate.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use metric_names::{Escaping, Kind};
use metrics_define::contained;
use metrics_pipeline::Collector;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus::{
    Registry,
    core::Desc,
    proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType},
};

use crate::{
    encode::Encoder,
    exponential::ClassicBounds,
    family::{Families, Family},
    finding::Findings,
    format::Format,
    options::EncodeOptions,
    points::{Points, Series, Stored},
};

/// Shows what `collector` collects in a registry, for a service that serves that registry already.
///
/// Names and labels are those of the text format. What they look like in the end is up to the encoder of the registry:
/// that of the `prometheus` crate writes `le="5"` where ours writes `le="5.0"`. Exponential histograms have their classic
/// form. Nothing is there once the provider has been shut down.
///
/// ```
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::{EncodeOptions, join};
///
/// let registry = prometheus::Registry::new();
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// join(&registry, collector, EncodeOptions::default())?;
///
/// provider.meter("shop").u64_counter("orders").build().add(1, &[]);
/// assert_eq!(registry.gather()[0].name(), "orders_total");
/// # Ok::<(), prometheus::Error>(())
/// ```
///
/// # Errors
///
/// What the registry says when it does not take a collector.
pub fn join(registry: &Registry, collector: Collector, options: EncodeOptions) -> Result<(), prometheus::Error> {
    // A registry tells collectors apart by their descriptions, so each needs one of its own.
    static JOINED: AtomicUsize = AtomicUsize::new(0);
    let number = JOINED.fetch_add(1, Ordering::Relaxed);
    let description = Desc::new(
        format!("otelier_join_{number}"),
        "Metrics of OpenTelemetry".to_owned(),
        Vec::new(),
        std::collections::HashMap::new(),
    )?;
    let state = Mutex::new((Encoder::new(options), ResourceMetrics::default()));
    registry.register(Box::new(Joined { collector, state, description }))
}

struct Joined {
    collector: Collector,
    state: Mutex<(Encoder, ResourceMetrics)>,
    description: Desc,
}

impl prometheus::core::Collector for Joined {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.description]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (encoder, collected) = &mut *state;
        let outcome = contained(|| self.collector.collect(collected));
        if !matches!(outcome, Some(Ok(()))) {
            // Memory that a panic went through is not used again.
            *collected = ResourceMetrics::default();
            return Vec::new();
        }
        gather(encoder, collected)
    }
}

/// Every family with its series. Protocol buffers are the format whose label sets are easily taken apart again.
fn gather(encoder: &mut Encoder, collected: &ResourceMetrics) -> Vec<MetricFamily> {
    let format = Format::Protobuf(Escaping::Underscores);
    let mut findings = Findings::new();
    let families = Families::of(collected, &encoder.options, format, &mut findings);
    let mut shown = Vec::new();
    for family in &families.list {
        encoder.gather_family(family, collected, format, &mut findings);
        if !encoder.points.is_empty() {
            shown.push(family_of(family, &encoder.points));
        }
    }
    encoder.points.finish();
    shown
}

fn family_of(family: &Family<'_>, points: &Points) -> MetricFamily {
    let mut shown = MetricFamily::default();
    shown.set_name(family.name.clone());
    shown.set_help(family.help.to_owned());
    shown.set_field_type(match family.kind {
        Kind::Counter => MetricType::COUNTER,
        Kind::UpDownCounter | Kind::Gauge => MetricType::GAUGE,
        Kind::Histogram => MetricType::HISTOGRAM,
    });
    let classic = ClassicBounds::of(points);
    let metrics = points.series().map(|series| metric_of(family.kind, series, classic.as_ref(), points));
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
