//! The same series in the peers.

use std::hint::black_box;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::{KeyValue, metrics::MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
};

use super::{
    COUNTER_SERIES, HISTOGRAM_SERIES, METRICS,
    definitions::{routes, value},
};

const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Records every series straight on the SDK, with labels that own their text.
pub(crate) fn record_raw(provider: &SdkMeterProvider) {
    record_raw_series(provider, COUNTER_SERIES, HISTOGRAM_SERIES);
}

/// Records so many series of each counter and each histogram.
pub(crate) fn record_raw_series(provider: &SdkMeterProvider, counter_series: usize, histogram_series: usize) {
    let meter = provider.meter("raw");
    for metric in 0..METRICS {
        let counter = meter.u64_counter(format!("raw.calls.c{metric:02}")).with_unit("{call}").build();
        for (series, route) in routes(counter_series).into_iter().enumerate() {
            counter.add(1 + series as u64, &[KeyValue::new("route", route)]);
        }
        let histogram = meter
            .f64_histogram(format!("raw.time.h{metric:02}"))
            .with_unit("s")
            .with_boundaries(BOUNDS.to_vec())
            .build();
        for (series, route) in routes(histogram_series).into_iter().enumerate() {
            histogram.record(value(series), &[KeyValue::new("route", route)]);
        }
    }
}

/// The exporter crate, over a provider of its own.
pub(crate) struct OpenTelemetryPrometheus {
    registry: Registry,
    _provider: SdkMeterProvider,
}

impl OpenTelemetryPrometheus {
    pub(crate) fn new(record: impl FnOnce(&SdkMeterProvider)) -> Self {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .build()
            .expect("a fresh registry takes it");
        let provider = SdkMeterProvider::builder().with_reader(exporter).build();
        record(&provider);
        Self { registry, _provider: provider }
    }

    pub(crate) fn scrape(&self, iterations: u64) {
        scrape_prometheus(&self.registry, iterations);
    }
}

/// Gathers and encodes a registry of the `prometheus` crate.
pub(crate) fn scrape_prometheus(registry: &Registry, iterations: u64) {
    for _ in 0..iterations {
        let mut body = Vec::new();
        TextEncoder::new().encode(&registry.gather(), &mut body).expect("a vector takes it all");
        black_box(body);
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct Route {
    route: String,
}

pub(crate) fn prometheus_client() -> prometheus_client::registry::Registry {
    let mut registry = prometheus_client::registry::Registry::default();
    for metric in 0..METRICS {
        let counters = Family::<Route, Counter>::default();
        for (series, route) in routes(COUNTER_SERIES).into_iter().enumerate() {
            counters.get_or_create(&Route { route }).inc_by(1 + series as u64);
        }
        registry.register(format!("load_calls_c{metric:02}"), "Calls", counters);
        let histograms = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        for (series, route) in routes(HISTOGRAM_SERIES).into_iter().enumerate() {
            histograms.get_or_create(&Route { route }).observe(value(series));
        }
        registry.register(format!("load_time_h{metric:02}"), "Times", histograms);
    }
    registry
}

pub(crate) fn prometheus() -> Registry {
    let registry = Registry::new();
    for metric in 0..METRICS {
        let counters = IntCounterVec::new(Opts::new(format!("load_calls_c{metric:02}"), "Calls"), &["route"])
            .expect("a valid metric");
        for (series, route) in routes(COUNTER_SERIES).iter().enumerate() {
            counters.with_label_values(&[route]).inc_by(1 + series as u64);
        }
        registry.register(Box::new(counters)).expect("names differ");
        let options = HistogramOpts::new(format!("load_time_h{metric:02}"), "Times").buckets(BOUNDS.to_vec());
        let histograms = HistogramVec::new(options, &["route"]).expect("a valid metric");
        for (series, route) in routes(HISTOGRAM_SERIES).iter().enumerate() {
            histograms.with_label_values(&[route]).observe(value(series));
        }
        registry.register(Box::new(histograms)).expect("names differ");
    }
    registry
}

pub(crate) fn metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Prefix("load_time".to_owned()), &BOUNDS)
        .expect("there are buckets")
        .build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        for metric in 0..METRICS {
            for (series, route) in routes(COUNTER_SERIES).into_iter().enumerate() {
                metrics::counter!(format!("load_calls_c{metric:02}"), "route" => route).increment(1 + series as u64);
            }
            for (series, route) in routes(HISTOGRAM_SERIES).into_iter().enumerate() {
                metrics::histogram!(format!("load_time_h{metric:02}"), "route" => route).record(value(series));
            }
        }
    });
    handle
}
