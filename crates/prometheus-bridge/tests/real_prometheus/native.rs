//! Exponential histograms that are hard to show as native ones.

use metrics_pipeline::{Collector, Pipeline, exponential_buckets};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, SdkMeterProvider},
};

use crate::prometheus::Prometheus;

pub(crate) fn record() -> (SdkMeterProvider, Collector) {
    let two_buckets = Aggregation::Base2ExponentialHistogram { max_size: 2, max_scale: 20, record_min_max: true };
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
        .with_view(move |instrument, stream| match instrument.name() {
            "wide" | "coarse" => stream.with_aggregation(two_buckets.clone()),
            _ => stream.with_aggregation(exponential_buckets()),
        })
        .build();
    let meter = provider.meter("test/native");
    let record = |name, values: &[f64]| {
        let histogram = meter.f64_histogram(name).build();
        for value in values {
            histogram.record(*value, &[]);
        }
    };
    record("single", &[3.0]);
    record("both", &[-1.0, -2.0, -3.0, 5.0, 0.0]);
    record("negative", &[-0.5, -0.5, -64.0]);
    // Two buckets of a scale that Prometheus just has, and two of one that it has not.
    record("coarse", &[1e-4, 1e4]);
    record("wide", &[1e-300, 1e300, 7.0]);
    (provider, collector)
}

/// Four native histograms, and a classic one of three bounds and `+Inf`, sum and count.
pub(crate) const SAMPLES: u32 = 4 + 6;

pub(crate) fn check(prometheus: &Prometheus) {
    for (query, expected, error) in [
        // A single value has the finest scale there is, finer than what Prometheus takes: schema 8, buckets 0.3 % wide.
        ("histogram_count(single)", 1.0, 0.0),
        ("histogram_sum(single)", 3.0, 0.0),
        ("histogram_quantile(0.5, single)", 3.0, 0.003),
        ("histogram_count(both)", 5.0, 0.0),
        ("histogram_sum(both)", -1.0, 0.0),
        ("histogram_quantile(0, both)", -3.0, 0.05),
        ("histogram_quantile(1, both)", 5.0, 0.05),
        ("histogram_fraction(-10, -0.1, both)", 0.6, 0.01),
        ("histogram_fraction(0.1, 10, both)", 0.2, 0.01),
        ("histogram_count(negative)", 3.0, 0.0),
        ("histogram_sum(negative)", -65.0, 0.0),
        ("histogram_quantile(0, negative)", -64.0, 0.05),
        ("histogram_fraction(-1, -0.1, negative)", 0.6667, 0.01),
        ("histogram_count(coarse)", 2.0, 0.0),
        ("wide_count", 3.0, 0.0),
        ("wide_sum", 1e300, 0.0),
        ("wide_bucket{le='+Inf'}", 3.0, 0.0),
    ] {
        let found = prometheus.value(query);
        assert!((found - expected).abs() <= error * expected.abs(), "{query}: {found}, and not {expected}");
    }
}
