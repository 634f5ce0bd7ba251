//! What encoding allocates: as much for many series as for few.

use allocation_counter::measure;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format};

/// What encoding takes of so many series of each kind.
struct Cost {
    body: u64,
    /// Bytes at a time of the first encoding, the body and what the encoder keeps included.
    first: u64,
    /// Of the second, what the encoder kept of the first included.
    second: u64,
    /// Allocations of the second.
    allocations: u64,
}

/// Twenty counters of so many series, and twenty histograms of a quarter of that.
fn cost(series: u32, format: Format) -> Cost {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let meter = provider.meter("a");
    let attributes = |number| [KeyValue::new("number", format!("n{number}")), KeyValue::new("even", number % 2 == 0)];
    for metric in 0..20 {
        let counter = meter.u64_counter(format!("c{metric}")).build();
        let boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0].to_vec();
        let histogram = meter.f64_histogram(format!("h{metric}")).with_boundaries(boundaries).build();
        for number in 0..series {
            counter.add(number.into(), &attributes(number));
            if number % 4 == 0 {
                histogram.record(f64::from(number), &attributes(number));
            }
        }
    }
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut encoder = Encoder::new(EncodeOptions::default());
    let mut body = Vec::new();
    encoder.encode(&collected, format, &mut body);

    // As the service has it, the body is as large as the last one.
    let (length, mut encoder) = (body.len(), None);
    let mut encode = || {
        let encoder = encoder.get_or_insert_with(|| Encoder::new(EncodeOptions::default()));
        let mut body = Vec::with_capacity(length + length / 16);
        encoder.encode(&collected, format, &mut body);
        assert_eq!(body.len(), length);
    };
    let first = measure(&mut encode);
    let second = measure(&mut encode);
    let kept = u64::try_from(first.bytes_current).unwrap();
    Cost {
        body: length as u64,
        first: first.bytes_max,
        second: kept + second.bytes_max,
        allocations: second.count_total,
    }
}

const FORMATS: [Format; 3] =
    [Format::Text, Format::OpenMetrics(Escaping::AllowUtf8), Format::Protobuf(Escaping::Underscores)];

#[test]
fn nothing_is_allocated_for_a_series() {
    for format in FORMATS {
        let (few, many) = (cost(4, format).allocations, cost(400, format).allocations);
        assert!(many <= few, "{format}: {few} allocations for 100 series, {many} for 10,000");
    }
}

#[test]
fn a_scrape_takes_no_more_than_two_bodies() {
    for format in FORMATS {
        let Cost { body, first, second, .. } = cost(400, format);
        assert!(first <= 2 * body, "{format}: {first} bytes for a first body of {body}");
        assert!(second <= 2 * body, "{format}: {second} bytes for a body of {body}");
    }
}
