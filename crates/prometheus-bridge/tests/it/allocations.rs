//! What encoding allocates: as much for many series as for few.

use allocation_counter::measure;
use metrics_pipeline::Pipeline;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format};

/// Allocations of a later encoding of so many series of each kind, and the bytes that were allocated at most.
fn allocations(series: u64, format: Format) -> (u64, u64, usize) {
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
        .with_view(|_, stream| stream.with_cardinality_limit(10_000))
        .build();
    let meter = provider.meter("a");
    let (counter, gauge) = (meter.u64_counter("c").build(), meter.f64_gauge("g").build());
    let histogram = meter.f64_histogram("h").with_boundaries(vec![1.0, 5.0, 10.0]).build();
    for number in 0..series {
        let attributes = [KeyValue::new("number", format!("n{number}")), KeyValue::new("even", number % 2 == 0)];
        counter.add(number, &attributes);
        gauge.record(f64::from(u32::try_from(number).unwrap()) / 3.0, &attributes);
        histogram.record(f64::from(u32::try_from(number).unwrap()), &attributes);
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut encoder = Encoder::new(EncodeOptions::default());
    let mut body = Vec::new();
    encoder.encode(&collected, format, &mut body);
    body.clear();
    let measured = measure(|| {
        encoder.encode(&collected, format, &mut body);
    });
    (measured.count_total, measured.bytes_max, body.len())
}

#[test]
fn nothing_is_allocated_for_a_series() {
    for format in [Format::Text, Format::OpenMetrics(Escaping::AllowUtf8), Format::Protobuf(Escaping::Underscores)] {
        let (few, _, _) = allocations(10, format);
        let (many, at_most, length) = allocations(5_000, format);
        // Buffers of the walk grow by doubling, which is a handful more.
        assert!(many <= few + 20, "{format}: {few} allocations for 10 series, {many} for 5,000");
        assert!(at_most < length as u64 / 10, "{format}: {at_most} bytes at a time beside a body of {length}");
    }
}
