//! What a body looks like when nothing is wrong.

use expect_test::expect;
use opentelemetry::{InstrumentationScope, KeyValue};
use prometheus_bridge::EncodeOptions;

use crate::recording::Recording;

fn shop() -> Recording {
    let recording =
        Recording::with_resource([KeyValue::new("service.name", "shop"), KeyValue::new("host.cpus", 4_i64)]);
    let scope = InstrumentationScope::builder("shop")
        .with_version("1.2")
        .with_schema_url("https://example.com/schema")
        .with_attributes([KeyValue::new("team", "carts"), KeyValue::new("name", "collides")]);
    let meter = recording.meter_of(scope.build());

    let orders =
        meter.u64_counter("orders.placed.total").with_unit("{order}").with_description("Orders placed").build();
    orders.add(3, &[KeyValue::new("payment", "invoice"), KeyValue::new("returning", true)]);
    orders.add(2, &[KeyValue::new("payment", "card"), KeyValue::new("returning", false)]);
    let active = meter.i64_up_down_counter("carts.active").build();
    active.add(-2, &[]);
    let load = meter.f64_gauge("load").with_unit("1").build();
    load.record(0.25, &[]);
    let duration = meter
        .f64_histogram("checkout.duration")
        .with_unit("s")
        .with_description("Time to pay")
        .with_boundaries(vec![0.005, 1.0, 2_500_000.0])
        .build();
    for seconds in [0.001, 0.5, 0.5, 9e9] {
        duration.record(seconds, &[KeyValue::new("payment", "card")]);
    }
    recording
}

#[test]
fn every_kind_of_instrument() {
    let (body, findings) = shop().encode_plainly();
    expect![[r#"
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{host_cpus="4",service_name="shop"} 1
        # TYPE carts_active gauge
        carts_active -2
        # HELP checkout_duration_seconds Time to pay
        # TYPE checkout_duration_seconds histogram
        checkout_duration_seconds_bucket{payment="card",le="0.005"} 1
        checkout_duration_seconds_bucket{payment="card",le="1.0"} 3
        checkout_duration_seconds_bucket{payment="card",le="2.5e+06"} 3
        checkout_duration_seconds_bucket{payment="card",le="+Inf"} 4
        checkout_duration_seconds_sum{payment="card"} 9.000000001001e+09
        checkout_duration_seconds_count{payment="card"} 4
        # TYPE load_ratio gauge
        load_ratio 0.25
        # HELP orders_placed_total Orders placed
        # TYPE orders_placed_total counter
        orders_placed_total{payment="card",returning="false"} 2
        orders_placed_total{payment="invoice",returning="true"} 3
    "#]]
    .assert_eq(&body);
    assert_eq!(findings, "");
}

#[test]
fn series_carry_their_scope() {
    let (body, findings) = shop().encode(EncodeOptions::default().with_target_info(false));
    let first_lines: String = body.split_inclusive('\n').take(2).collect();
    expect![[r#"
        # TYPE carts_active gauge
        carts_active{otel_scope_name="shop",otel_scope_schema_url="https://example.com/schema",otel_scope_team="carts",otel_scope_version="1.2"} -2
    "#]]
    .assert_eq(&first_lines);
    expect![[r#"
        attribute "name" of scope "shop" is not shown: its label is one that names the scope
    "#]]
    .assert_eq(&findings);
}

#[test]
fn an_empty_state_is_an_empty_body() {
    let (body, findings) = Recording::new().encode(EncodeOptions::default());
    assert_eq!((body.as_str(), findings.as_str()), ("", ""));
}

#[test]
fn the_order_of_recording_does_not_matter() {
    let record = |order: &mut dyn Iterator<Item = usize>| {
        let recording = Recording::with_resource([KeyValue::new("b", "2"), KeyValue::new("a", "1")]);
        for number in order {
            let scope = ["x.y", "x", "z"][number % 3];
            let meter = recording.meter(scope);
            let name = ["requests", "requests.total", "other.requests"][number % 3];
            meter.u64_counter(name).build().add(1, &[KeyValue::new("n", i64::try_from(number).unwrap())]);
            meter.f64_histogram("size").build().record(1.0, &[KeyValue::new("n", i64::try_from(number).unwrap())]);
        }
        recording.encode(EncodeOptions::default())
    };
    let forwards = record(&mut (0..50));
    assert_eq!(forwards, record(&mut (0..50).rev()));
    assert_eq!(forwards, record(&mut (0..50).map(|number| number * 7 % 50)));
}

#[test]
fn two_scrapes_differ_in_values_alone() {
    let recording = shop();
    let (first, _) = recording.encode(EncodeOptions::default());
    assert_eq!(first, recording.encode(EncodeOptions::default()).0);

    let counter = recording.meter("later").u64_counter("later").build();
    counter.add(1, &[]);
    let (second, _) = recording.encode(EncodeOptions::default());
    counter.add(1, &[]);
    let (third, _) = recording.encode(EncodeOptions::default());
    assert_eq!(
        second.replace("later_total{otel_scope_name=\"later\"} 1", "later_total{otel_scope_name=\"later\"} 2"),
        third
    );
}

/// A handle that was bound and never recorded has what the SDK shows of it: nothing yet.
#[test]
fn handles_that_never_recorded_are_empty() {
    let recording = Recording::new();
    let meter = recording.meter("a");
    let _counter = meter.u64_counter("c").build().bind(&[KeyValue::new("k", "v")]);
    let histogram = meter.f64_histogram("h").with_boundaries(vec![1.0]).build();
    let _bound = histogram.bind(&[KeyValue::new("k", "v")]);
    let _unused = meter.f64_gauge("unused").build();
    let (body, findings) = recording.encode_plainly();
    expect![[r#"
        # TYPE c_total counter
        c_total{k="v"} 0
        # TYPE h histogram
        h_bucket{k="v",le="1.0"} 0
        h_bucket{k="v",le="+Inf"} 0
        h_sum{k="v"} 0
        h_count{k="v"} 0
    "#]]
    .assert_eq(&body);
    assert_eq!(findings, "");
}
