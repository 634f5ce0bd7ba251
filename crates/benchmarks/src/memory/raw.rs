//! The catalogue's instruments straight on the SDK: made by name, recorded once, one reader for each output.

use std::sync::Arc;

use metrics_catalog::{CATALOG, Kind, LabelValues, MetricDef};
use opentelemetry::{KeyValue, metrics::{Meter, MeterProvider}};
use opentelemetry_sdk::metrics::{
    InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Temporality, data::ResourceMetrics, reader::MetricReader,
};

use super::Kept;

pub(super) fn instruments() -> Kept {
    let pushed = Reader(Arc::new(ManualReader::builder().build()));
    let registry = prometheus::Registry::new();
    let scraped = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()
        .expect("a fresh registry takes it");
    let provider = SdkMeterProvider::builder().with_reader(pushed.clone()).with_reader(scraped).build();
    for def in CATALOG.metrics() {
        record(&provider.meter(def.domain.scope), def);
    }
    let mut collected = ResourceMetrics::default();
    pushed.0.collect(&mut collected).expect("the provider is alive");
    let mut body = Vec::new();
    prometheus::Encoder::encode(&prometheus::TextEncoder::new(), &registry.gather(), &mut body)
        .expect("a vector takes it all");
    Box::new((provider, collected, body, registry))
}

fn record(meter: &Meter, def: &'static MetricDef) {
    let attributes: Vec<_> = def.labels.iter().map(|label| KeyValue::new(label.key, value(&label.values))).collect();
    match def.kind {
        Kind::Counter => meter.u64_counter(def.name).with_unit(def.unit).build().add(1, &attributes),
        Kind::UpDownCounter => meter.i64_up_down_counter(def.name).with_unit(def.unit).build().add(1, &attributes),
        Kind::Gauge => meter.f64_gauge(def.name).with_unit(def.unit).build().record(1.0, &attributes),
        Kind::Histogram => {
            let histogram = meter.f64_histogram(def.name).with_unit(def.unit);
            histogram.with_boundaries(def.boundaries.to_vec()).build().record(1.0, &attributes);
        }
    }
}

fn value(values: &LabelValues) -> &'static str {
    match values {
        LabelValues::Closed(values) => values[0],
        LabelValues::Open { .. } => "value",
    }
}

#[derive(Clone, Debug)]
struct Reader(Arc<ManualReader>);

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: std::sync::Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, collected: &mut ResourceMetrics) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.collect(collected)
    }

    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: std::time::Duration) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}
