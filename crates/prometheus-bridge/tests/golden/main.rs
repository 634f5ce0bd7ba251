//! Whole expositions of one recording in every format. `UPDATE_EXPECT=1` writes the files anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod exponential;
mod fields;
#[path = "../wire/bytes.rs"]
mod wire;

use expect_test::{ExpectFile, expect_file};
use metrics_pipeline::{Pipeline, exponential_buckets};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value, metrics::MeterProvider as _};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format, Strategy};

#[test]
fn text() {
    check(Format::Text, EncodeOptions::default(), &expect_file!["expected/text.txt"]);
}

#[test]
fn text_with_utf8_names() {
    let options = EncodeOptions::default().with_strategy(Strategy::NoUtf8EscapingWithSuffixes);
    check(Format::TextWith(Escaping::AllowUtf8), options, &expect_file!["expected/text_utf8.txt"]);
}

#[test]
fn openmetrics() {
    check(
        Format::OpenMetrics(Escaping::Underscores),
        EncodeOptions::default(),
        &expect_file!["expected/openmetrics.txt"],
    );
}

#[test]
fn openmetrics_with_utf8_names() {
    let options = EncodeOptions::default().with_strategy(Strategy::NoTranslation);
    check(Format::OpenMetrics(Escaping::AllowUtf8), options, &expect_file!["expected/openmetrics_utf8.txt"]);
}

/// Times of creation are now and then; here they are a word.
#[test]
fn openmetrics_with_created() {
    let body = encode(Format::OldOpenMetrics, EncodeOptions::default().with_created(true));
    let lines: Vec<String> = String::from_utf8(body)
        .unwrap()
        .lines()
        .map(|line| match line.rsplit_once(' ') {
            Some((sample, time)) if sample.split(['{', ' ']).next().is_some_and(|name| name.ends_with("_created")) => {
                let seconds: f64 = time.parse().unwrap();
                assert!(seconds > 1.7e9, "{line}");
                format!("{sample} <time>\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    expect_file!["expected/openmetrics_created.txt"].assert_eq(&lines.concat());
}

#[test]
fn protobuf() {
    let body = encode(Format::Protobuf(Escaping::Underscores), EncodeOptions::default());
    expect_file!["expected/protobuf.txt"].assert_eq(&fields::families(&body));
}

/// Times are a word here, too.
#[test]
fn protobuf_with_created() {
    let body = encode(Format::Protobuf(Escaping::Underscores), EncodeOptions::default().with_created(true));
    let without_times: Vec<String> = fields::families(&body)
        .lines()
        .map(|line| match line.trim_start().split_once(": ") {
            Some(("seconds", seconds)) => {
                assert!(seconds.parse::<u64>().unwrap() > 1_700_000_000, "{line}");
                line.replace(seconds, "<time>") + "\n"
            }
            Some(("nanos", nanos)) => {
                assert!(nanos.parse::<u32>().unwrap() < 1_000_000_000, "{line}");
                line.replace(nanos, "<time>") + "\n"
            }
            _ => format!("{line}\n"),
        })
        .collect();
    expect_file!["expected/protobuf_created.txt"].assert_eq(&without_times.concat());
}

/// What every format says that it could not show.
#[test]
fn findings() {
    let collected = record();
    let mut text = String::new();
    for format in [Format::Text, Format::OpenMetrics(Escaping::Underscores), Format::Protobuf(Escaping::Underscores)] {
        text.extend(["# ", &format.to_string(), "\n"]);
        for finding in Encoder::new(EncodeOptions::default()).encode(&collected, format, &mut Vec::new()) {
            text.extend([&finding.to_string(), "\n"]);
        }
    }
    expect_file!["expected/findings.txt"].assert_eq(&text);
}

fn check(format: Format, options: EncodeOptions, expected: &ExpectFile) {
    expected.assert_eq(&String::from_utf8(encode(format, options)).unwrap());
}

fn encode(format: Format, options: EncodeOptions) -> Vec<u8> {
    let collected = record();
    let mut body = Vec::new();
    Encoder::new(options).encode(&collected, format, &mut body);
    body
}

fn record() -> ResourceMetrics {
    let resource = [KeyValue::new("service.name", "shop"), KeyValue::new("host.cpus", 4_i64)];
    let (provider, collector) = Pipeline::builder(Resource::builder_empty().with_attributes(resource).build())
        .with_view(|instrument, stream| match instrument.name() {
            "payload.size" => stream.with_aggregation(exponential_buckets()),
            _ => stream,
        })
        .build();
    let shop =
        InstrumentationScope::builder("shop").with_version("1.2").with_attributes([KeyValue::new("team", "carts")]);
    let meter = provider.meter_with_scope(shop.build());
    let orders = meter.u64_counter("orders.placed").with_unit("{order}").with_description("Orders \"placed\"\nin all");
    let orders = orders.build();
    orders.add(3, &[KeyValue::new("payment.kind", "invoice"), KeyValue::new("returning", true)]);
    orders.add(u64::MAX, &[KeyValue::new("payment.kind", "a \\ \"b\"\n"), KeyValue::new("zahlart", "größe")]);
    meter.f64_counter("energy").with_unit("J").build().add(2.0, &[]);
    meter.i64_up_down_counter("carts.active").build().add(i64::MIN, &[]);
    meter.f64_gauge("load").with_unit("1").with_description("Load").build().record(0.25, &[]);
    meter.f64_gauge("speed").with_unit("By/s").build().record(1e21, &[]);
    let duration = meter.f64_histogram("checkout.duration").with_unit("s").with_description("Time to pay");
    let duration = duration.with_boundaries(vec![0.005, 1.0, 2_500_000.0]).build();
    for seconds in [0.001, 0.5, 0.5, 9e9] {
        duration.record(seconds, &[KeyValue::new("le", "mine")]);
    }
    let size = meter.u64_histogram("payload.size").with_unit("By").build();
    for bytes in [0, 1, 3, 4, 5, 1000] {
        size.record(bytes, &[]);
    }
    let change =
        meter.f64_histogram("temperature.change").with_unit("Cel").with_boundaries(vec![-1.0, 0.0, 1.0]).build();
    change.record(-0.5, &[]);
    let tags = Value::Array(Array::String(vec!["a".into(), "b\"".into()]));
    // From another scope: the same family, a conflict of types, and one of samples.
    let other = provider.meter("warehouse");
    other.u64_counter("orders.placed").build().add(1, &[KeyValue::new("tags", tags)]);
    other.i64_up_down_counter("orders.placed.total").build().add(1, &[]);
    other.f64_gauge("checkout.duration.seconds.count").build().record(1.0, &[]);
    other.f64_gauge("energy.joules").build().record(1.0, &[KeyValue::new("what", "takes a name in OpenMetrics")]);
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    collected
}
