//! The same instruments through opentelemetry-prometheus and through us: every difference is listed, with its rule.
//!
//! The tests in this file show each rule with an example. [`every_difference`] does it the other way round: it looks
//! for differences in random sets and fails at one that no rule explains.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes its strings that way")]

mod every_difference;
mod exposition;
#[path = "../hostile/random.rs"]
mod random;
mod random_set;
mod rule;

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use metrics_pipeline::{Pipeline, exponential_buckets};
use opentelemetry::{
    Array, InstrumentationScope, KeyValue, Value,
    metrics::{Meter, MeterProvider as _},
};
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus::{Encoder as _, Registry, TextEncoder};
use prometheus_bridge::{EncodeOptions, encode, upstream_compatible};

/// The lines of both that the other does not have, `-` of theirs and `+` of ours.
///
/// One difference is everywhere and would hide the others: they write `le="5"`, and we `le="5.0"` as DESIGN demands
/// (Prometheus 3 stores bounds in that form, so a series stays one over an update). Theirs is rewritten here.
fn difference(record: impl FnOnce(&Meter)) -> String {
    difference_with(Resource::builder_empty().build(), record)
}

fn difference_with(resource: Resource, record: impl FnOnce(&Meter)) -> String {
    let registry = Registry::new();
    let (provider, collector) = Pipeline::builder(resource)
        .with_view(|instrument, stream| match instrument.name() {
            "exponential" => stream.with_aggregation(exponential_buckets()),
            _ => stream,
        })
        .with_reader(upstream_compatible(registry.clone()).unwrap())
        .build();
    record(&provider.meter("scope"));

    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    TextEncoder::new().encode(&registry.gather(), &mut theirs).unwrap();
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    encode(&collected, &EncodeOptions::default(), &mut ours);
    let (theirs, ours) = (String::from_utf8(theirs).unwrap(), String::from_utf8(ours).unwrap());
    let theirs: Vec<String> = theirs.lines().map(with_float_bounds).collect();
    let mut difference = String::new();
    for line in theirs.iter().filter(|line| !ours.lines().any(|other| other == **line)) {
        writeln!(difference, "- {line}").unwrap();
    }
    for line in ours.lines().filter(|line| !theirs.iter().any(|other| other == line)) {
        writeln!(difference, "+ {line}").unwrap();
    }
    difference
}

fn with_float_bounds(line: &str) -> String {
    let Some((before, bound)) = line.rsplit_once("le=\"").filter(|_| line.contains("_bucket{")) else {
        return line.to_owned();
    };
    let (bound, after) = bound.split_once('"').unwrap();
    let point = if bound.contains(['.', 'e', 'I']) { "" } else { ".0" };
    format!("{before}le=\"{bound}{point}\"{after}")
}

fn check(rule: &str, record: impl FnOnce(&Meter), expected: &Expect) {
    let found = difference(record);
    assert!(!found.is_empty(), "no difference any more: {rule}");
    expected.assert_eq(&found);
}

/// What is the same is most of what is recorded.
#[test]
fn the_usual_instruments_are_the_same() {
    let found = difference(|meter| {
        let attributes =
            [KeyValue::new("http.request.method", "GET"), KeyValue::new("ok", true), KeyValue::new("n", 3)];
        meter.u64_counter("http.requests").with_description("Re\"quests\" \\ \n").build().add(2, &attributes);
        meter.f64_counter("energy").with_unit("J").build().add(0.5, &attributes);
        meter.i64_up_down_counter("queue.depth").with_unit("{item}").build().add(-2, &attributes);
        meter.f64_gauge("load").with_unit("1").build().record(0.25, &[KeyValue::new("description", "a\"b\\c\nd é")]);
        meter.i64_gauge("level").build().record(i64::from(i32::MIN), &[]);
        let histogram = meter.f64_histogram("duration").with_unit("s").with_boundaries(vec![0.5, 5.0]).build();
        histogram.record(0.25, &attributes);
        histogram.record(7.0, &[]);
        meter.u64_histogram("size").with_unit("By").with_boundaries(vec![10.0]).build().record(7, &[]);
        meter.f64_gauge("speed").with_unit("m/s").build().record(1.5, &[]);
        // Attributes of one name are joined by both.
        meter.f64_gauge("joined").build().record(1.0, &[KeyValue::new("a.b", "1"), KeyValue::new("a_b", "2")]);
    });
    assert_eq!(found, "");
}

#[test]
fn names() {
    check(
        "a counter that ends in `_total` must stay unchanged",
        |meter| meter.u64_counter("jobs.run.total").build().add(1, &[]),
        &expect![[r#"
            - # TYPE jobs_run_total_total counter
            - jobs_run_total_total{otel_scope_name="scope"} 1
            + # TYPE jobs_run_total counter
            + jobs_run_total{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "`_total` goes behind the unit, and there is one",
        |meter| meter.u64_counter("bytes.read.total").with_unit("By").build().add(1, &[]),
        &expect![[r#"
            - # TYPE bytes_read_total_bytes_total counter
            - bytes_read_total_bytes_total{otel_scope_name="scope"} 1
            + # TYPE bytes_read_total counter
            + bytes_read_total{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "the unit is added unless the name ends with it",
        |meter| meter.f64_gauge("req.duration.seconds").with_unit("s").build().record(1.0, &[]),
        &expect![[r#"
            - # TYPE req_duration_seconds_seconds gauge
            - req_duration_seconds_seconds{otel_scope_name="scope"} 1
            + # TYPE req_duration_seconds gauge
            + req_duration_seconds{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "unit `1` makes a ratio of gauges, not of counters",
        |meter| meter.u64_counter("items").with_unit("1").build().add(1, &[]),
        &expect![[r#"
            - # TYPE items_ratio_total counter
            - items_ratio_total{otel_scope_name="scope"} 1
            + # TYPE items_total counter
            + items_total{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "`kBy` is in the table of units",
        |meter| meter.f64_gauge("sent").with_unit("kBy").build().record(1.0, &[]),
        &expect![[r#"
            - # TYPE sent gauge
            - sent{otel_scope_name="scope"} 1
            + # TYPE sent_kilobytes gauge
            + sent_kilobytes{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "what stands in brackets is dropped, the rest stays",
        |meter| meter.f64_gauge("stored").with_unit("By{compressed}").build().record(1.0, &[]),
        &expect![[r#"
            - # TYPE stored gauge
            - stored{otel_scope_name="scope"} 1
            + # TYPE stored_bytes gauge
            + stored_bytes{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "rates are spelled in words",
        |meter| meter.f64_gauge("beats").with_unit("1/min").build().record(1.0, &[]),
        &expect![[r#"
            - # TYPE beats gauge
            - beats{otel_scope_name="scope"} 1
            + # TYPE beats_per_minute gauge
            + beats_per_minute{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "several underscores in a row become one",
        |meter| meter.f64_gauge("a..b").build().record(1.0, &[]),
        &expect![[r#"
            - # TYPE a__b gauge
            - a__b{otel_scope_name="scope"} 1
            + # TYPE a_b gauge
            + a_b{otel_scope_name="scope"} 1
        "#]],
    );
}

#[test]
fn labels() {
    check(
        "a label begins with no digit; theirs costs the whole scrape",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("1digit", "x")]),
        &expect![[r#"
            - g{1digit="x",otel_scope_name="scope"} 1
            + g{key_1digit="x",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "a label has no colon; theirs costs the whole scrape",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("a:b", "y")]),
        &expect![[r#"
            - g{a:b="y",otel_scope_name="scope"} 1
            + g{a_b="y",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "`__name__` is reserved; theirs costs the whole scrape",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("__name__", "x")]),
        &expect![[r#"
            - g{__name__="x",otel_scope_name="scope"} 1
            + g{exported_name="x",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "a histogram has no label `le` of its own; theirs costs the whole scrape",
        |meter| {
            let histogram = meter.f64_histogram("h").with_boundaries(vec![]).build();
            histogram.record(1.0, &[KeyValue::new("le", "x")]);
        },
        &expect![[r#"
            - h_bucket{le="x",otel_scope_name="scope",le="+Inf"} 1
            - h_sum{le="x",otel_scope_name="scope"} 1
            - h_count{le="x",otel_scope_name="scope"} 1
            + h_bucket{exported_le="x",otel_scope_name="scope",le="+Inf"} 1
            + h_sum{exported_le="x",otel_scope_name="scope"} 1
            + h_count{exported_le="x",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "an array is JSON, its strings escaped",
        |meter| {
            let array = Value::Array(Array::String(vec!["a\"b".into(), "c".into()]));
            meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("array", array)]);
        },
        &expect![[r#"
            - g{array="[\"a\"b\",\"c\"]",otel_scope_name="scope"} 1
            + g{array="[\"a\\\"b\",\"c\"]",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "several underscores in a row become one",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("a..b", "x")]),
        &expect![[r#"
            - g{a__b="x",otel_scope_name="scope"} 1
            + g{a_b="x",otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "all labels are ordered by name, those of the scope too, so that equal sets are equal text",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("z", "x")]),
        &expect![[r#"
            - g{z="x",otel_scope_name="scope"} 1
            + g{otel_scope_name="scope",z="x"} 1
        "#]],
    );
    check(
        "an empty value is the same as no label",
        |meter| meter.f64_gauge("g").build().record(1.0, &[KeyValue::new("empty", "")]),
        &expect![[r#"
            - g{empty="",otel_scope_name="scope"} 1
            + g{otel_scope_name="scope"} 1
        "#]],
    );
}

#[test]
fn values_and_families() {
    check(
        "exponential histograms are not dropped silently",
        |meter| meter.f64_histogram("exponential").build().record(3.0, &[]),
        &expect![[r#"
            + # TYPE exponential histogram
            + exponential_bucket{otel_scope_name="scope",le="0.0"} 0
            + exponential_bucket{otel_scope_name="scope",le="2.0"} 0
            + exponential_bucket{otel_scope_name="scope",le="4.0"} 1
            + exponential_bucket{otel_scope_name="scope",le="+Inf"} 1
            + exponential_sum{otel_scope_name="scope"} 3
            + exponential_count{otel_scope_name="scope"} 1
        "#]],
    );
    check(
        "integers are exact",
        |meter| meter.u64_counter("exact").build().add(u64::MAX - 1, &[]),
        &expect![[r#"
        - exact_total{otel_scope_name="scope"} 18446744073709552000
        + exact_total{otel_scope_name="scope"} 18446744073709551614
    "#]],
    );
    check(
        "large numbers are written as Go writes them",
        |meter| meter.f64_gauge("large").build().record(1e21, &[]),
        &expect![[r#"
            - large{otel_scope_name="scope"} 1000000000000000000000
            + large{otel_scope_name="scope"} 1e+21
        "#]],
    );
    check(
        "a series is there once",
        |meter| {
            meter.u64_counter("a.b").build().add(1, &[]);
            meter.u64_counter("a_b").build().add(2, &[]);
        },
        &expect![[r#"
            - a_b_total{otel_scope_name="scope"} 2
        "#]],
    );
    check(
        "no other family takes the names of a histogram's samples",
        |meter| {
            meter.f64_histogram("h").with_boundaries(vec![]).build().record(1.0, &[]);
            meter.f64_gauge("h.count").build().record(1.0, &[]);
        },
        &expect![[r#"
            - # TYPE h_count gauge
        "#]],
    );
}

/// Without a resource that is shown, the name is free in both.
#[test]
fn target_info_is_the_resources_alone() {
    let record = |meter: &Meter| meter.f64_gauge("target.info").build().record(7.0, &[]);
    assert_eq!(difference(record), "");
    let resource = Resource::builder_empty().with_attributes([KeyValue::new("service.name", "shop")]).build();
    expect![[r#"
        - # HELP target_info Target metadata
        - target_info{otel_scope_name="scope"} 7
        + # HELP target_info What the metrics of this target are about
    "#]]
    .assert_eq(&difference_with(resource, record));
}

/// Who wins depends on the order of creation there, and here on the names, so that every scrape decides alike.
#[test]
fn conflicts() {
    check(
        "the first type by scope and name stays",
        |meter| {
            meter.f64_gauge("b.total").build().record(1.0, &[]);
            meter.u64_counter("b").build().add(1, &[]);
        },
        &expect![[r#"
            - # TYPE b_total gauge
            + # TYPE b_total counter
        "#]],
    );
    check(
        "the first description by scope and name stays, a blank one is none",
        |meter| {
            meter.f64_gauge("c_d").with_description(" ").build().record(1.0, &[KeyValue::new("k", 1)]);
            meter.f64_gauge("c.d").with_description("one").build().record(1.0, &[KeyValue::new("k", 2)]);
        },
        &expect![[r#"
            - # HELP c_d  
            + # HELP c_d one
        "#]],
    );
}

#[test]
fn the_resource() {
    let registry = Registry::new();
    let resource = Resource::builder_empty().with_attributes([KeyValue::new("service.name", "shop")]).build();
    let (provider, collector) =
        Pipeline::builder(resource).with_reader(upstream_compatible(registry.clone()).unwrap()).build();
    let scope = InstrumentationScope::builder("scope").with_attributes([KeyValue::new("team", "carts")]).build();
    provider.meter_with_scope(scope).f64_gauge("g").build().record(1.0, &[]);
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    TextEncoder::new().encode(&registry.gather(), &mut theirs).unwrap();
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    encode(&collected, &EncodeOptions::default(), &mut ours);
    // The order of families and the wording of one description are free.
    let sorted = |body: Vec<u8>| {
        let body = String::from_utf8(body).unwrap();
        let mut lines: Vec<_> = body.lines().filter(|line| !line.starts_with("# HELP")).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(theirs), sorted(ours));
}
