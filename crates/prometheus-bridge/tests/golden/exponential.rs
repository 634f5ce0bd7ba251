//! Exponential histograms, as native ones in protocol buffers and as classic ones elsewhere.

use expect_test::expect_file;
use metrics_pipeline::Pipeline;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{Aggregation, data::ResourceMetrics},
};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format};

use crate::fields;

#[test]
fn native_histograms() {
    expect_file!["expected/native.txt"]
        .assert_eq(&fields::families(&encode(Format::Protobuf(Escaping::Underscores)).0));
}

#[test]
fn in_text() {
    let (body, findings) = encode(Format::Text);
    expect_file!["expected/exponential.txt"].assert_eq(&String::from_utf8(body).unwrap());
    assert_eq!(findings, "");
}

/// A value below zero takes sum and count from its own series, and from no other.
#[test]
fn in_openmetrics() {
    let (body, findings) = encode(Format::OpenMetrics(Escaping::Underscores));
    let body = String::from_utf8(body).unwrap() + &findings;
    expect_file!["expected/exponential_openmetrics.txt"].assert_eq(&body);
}

fn encode(format: Format) -> (Vec<u8>, String) {
    let collected = record();
    let mut body = Vec::new();
    let findings =
        Encoder::new(EncodeOptions::default().with_scope_labels(false)).encode(&collected, format, &mut body);
    (body, findings.iter().map(|finding| finding.to_string() + "\n").collect())
}

fn record() -> ResourceMetrics {
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
        .with_view(|instrument, stream| {
            let max_size = if instrument.name() == "wide" { 2 } else { 160 };
            // At 20 the SDK's own arithmetic overflows.
            stream.with_aggregation(Aggregation::Base2ExponentialHistogram {
                max_size,
                max_scale: 19,
                record_min_max: true,
            })
        })
        .build();
    let meter = provider.meter("a");
    let change = meter.f64_histogram("change").build();
    for value in [-8.0, -3.0, -3.0, 0.0, 0.0, 2.0, 3.0, 1024.0] {
        change.record(value, &[KeyValue::new("values", "on both sides of zero")]);
    }
    for value in [-4.0, -1.0] {
        change.record(value, &[KeyValue::new("values", "below zero")]);
    }
    for value in [1.0, 16.0] {
        change.record(value, &[KeyValue::new("values", "above zero")]);
    }
    // Of a single value the scale is 19, finer than any that Prometheus has.
    meter.f64_histogram("single").build().record(3.0, &[]);
    // Two buckets that reach from one end to the other have a scale coarser than any that Prometheus has.
    let wide = meter.f64_histogram("wide").build();
    for value in [1e-300, 1e300] {
        wide.record(value, &[]);
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    collected
}
