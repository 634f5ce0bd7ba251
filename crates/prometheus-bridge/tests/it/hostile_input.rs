//! Names, labels and values that were never meant for Prometheus.

use expect_test::{Expect, expect};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use prometheus_bridge::EncodeOptions;

use crate::recording::Recording;

fn check_gauge<const N: usize>(attributes: &[KeyValue; N], body: &Expect, findings: &Expect) {
    let recording = Recording::new();
    recording.meter("a").f64_gauge("g").build().record(1.0, attributes);
    let (actual_body, actual_findings) = recording.encode_plainly();
    body.assert_eq(&actual_body);
    findings.assert_eq(&actual_findings);
}

#[test]
fn keys_become_label_names() {
    check_gauge(
        &[
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("1digit", "x"),
            KeyValue::new("a:b", "y"),
            KeyValue::new("_private", "z"),
            KeyValue::new("naïve", "w"),
            KeyValue::new("job", "kept"),
        ],
        &expect![[r#"
            # TYPE g gauge
            g{_private="z",a_b="y",http_request_method="GET",job="kept",key_1digit="x",na_ve="w"} 1
        "#]],
        &expect![""],
    );
}

#[test]
fn reserved_and_unusable_keys_cost_no_series() {
    check_gauge(
        &[
            KeyValue::new("__name__", "evil"),
            KeyValue::new("__address__", "x"),
            KeyValue::new("le", "only reserved on histograms"),
            KeyValue::new("ようこそ", "gone"),
            KeyValue::new("", "gone"),
        ],
        &expect![[r#"
            # TYPE g gauge
            g{exported_address="x",exported_name="evil",le="only reserved on histograms"} 1
        "#]],
        &expect![[r#"
            attribute "__address__" of `g` is shown as label `exported_address`: its own name is reserved
            attribute "__name__" of `g` is shown as label `exported_name`: its own name is reserved
            attribute "" of `g` is not shown: its key has no ASCII letter or digit
            attribute "ようこそ" of `g` is not shown: its key has no ASCII letter or digit
        "#]],
    );
}

#[test]
fn le_on_a_histogram_is_renamed() {
    let recording = Recording::new();
    let histogram = recording.meter("a").f64_histogram("h").with_boundaries(vec![1.0]).build();
    histogram.record(0.5, &[KeyValue::new("le", "7")]);
    histogram.record(0.5, &[KeyValue::new("le", "8"), KeyValue::new("exported_le", "9")]);
    let (body, findings) = recording.encode_plainly();
    expect![[r#"
        # TYPE h histogram
        h_bucket{exported_le="7",le="1.0"} 1
        h_bucket{exported_le="7",le="+Inf"} 1
        h_sum{exported_le="7"} 0.5
        h_count{exported_le="7"} 1
        h_bucket{exported_le="9;8",le="1.0"} 1
        h_bucket{exported_le="9;8",le="+Inf"} 1
        h_sum{exported_le="9;8"} 0.5
        h_count{exported_le="9;8"} 1
    "#]]
    .assert_eq(&body);
    expect![[r#"
        attribute "le" of `h` is shown as label `exported_le`: its own name is reserved
    "#]]
    .assert_eq(&findings);
}

#[test]
fn colliding_keys_are_joined_in_their_own_order() {
    check_gauge(
        &[KeyValue::new("a_b", "3"), KeyValue::new("a.b", "1"), KeyValue::new("a/b", "2"), KeyValue::new("a-b", "")],
        &expect![[r#"
            # TYPE g gauge
            g{a_b="1;2;3"} 1
        "#]],
        &expect![""],
    );
}

#[test]
fn a_key_that_collides_with_a_scope_label_is_joined() {
    let recording = Recording::new();
    let attributes = [KeyValue::new("otel.scope.name", "mine"), KeyValue::new("otel_scope_version", "9")];
    let scope = InstrumentationScope::builder("a").with_version("").build();
    recording.meter_of(scope).f64_gauge("g").build().record(1.0, &attributes);
    let (body, _) = recording.encode(EncodeOptions::default());
    expect![[r#"
        # TYPE g gauge
        g{otel_scope_name="mine;a",otel_scope_version="9"} 1
    "#]]
    .assert_eq(&body);
}

#[test]
fn values_are_escaped_and_nothing_else_is_changed() {
    let strings = Array::String(vec![StringValue::from("a\"b"), StringValue::from("c\\d")]);
    check_gauge(
        &[
            KeyValue::new("array", Value::Array(strings)),
            KeyValue::new("bool", true),
            KeyValue::new("empty", ""),
            KeyValue::new("float", 0.5),
            KeyValue::new("integer", -3_i64),
            KeyValue::new("text", "q\" b\\ n\n t\t é }{ , = "),
        ],
        &expect![[r#"
            # TYPE g gauge
            g{array="[\"a\\\"b\",\"c\\\\d\"]",bool="true",float="0.5",integer="-3",text="q\" b\\ n\n t	 é }{ , = "} 1
        "#]],
        &expect![""],
    );
}

#[test]
fn control_characters_stay_inside_their_value() {
    let recording = Recording::new();
    recording.meter("a").f64_gauge("g").build().record(1.0, &[KeyValue::new("text", "a\r\nb\u{0}\u{7f}")]);
    assert!(recording.encode_plainly().0.contains("g{text=\"a\r\\nb\u{0}\u{7f}\"} 1\n"));
}

#[test]
fn descriptions_are_escaped() {
    let recording = Recording::new();
    recording
        .meter("a")
        .f64_gauge("g")
        .with_description("one\ntwo \\ \"three\"\n# TYPE g counter")
        .build()
        .record(1.0, &[]);
    expect![[r#"
        # HELP g one\ntwo \\ "three"\n# TYPE g counter
        # TYPE g gauge
        g 1
    "#]]
    .assert_eq(&recording.encode_plainly().0);
}

#[test]
fn the_resource_follows_the_same_rules() {
    let recording = Recording::with_resource([
        KeyValue::new("__name__", "evil"),
        KeyValue::new("a.b", "1"),
        KeyValue::new("a_b", "2"),
        KeyValue::new("empty", ""),
        KeyValue::new("é", "gone"),
    ]);
    let (body, findings) = recording.encode_plainly();
    expect![[r#"
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{a_b="1;2",exported_name="evil"} 1
    "#]]
    .assert_eq(&body);
    expect![[r#"
        attribute "__name__" of `target_info` is shown as label `exported_name`: its own name is reserved
        attribute "é" of `target_info` is not shown: its key has no ASCII letter or digit
    "#]]
    .assert_eq(&findings);
}

#[test]
fn large_and_negative_numbers() {
    let recording = Recording::new();
    let meter = recording.meter("a");
    meter.u64_counter("c").build().add(u64::MAX, &[]);
    meter.i64_gauge("i").build().record(i64::MIN, &[]);
    meter.f64_gauge("f").build().record(-1e-300, &[]);
    meter.f64_counter("d").build().add(1.5, &[]);
    expect![[r#"
        # TYPE c_total counter
        c_total 18446744073709551615
        # TYPE d_total counter
        d_total 1.5
        # TYPE f gauge
        f -1e-300
        # TYPE i gauge
        i -9223372036854775808
    "#]]
    .assert_eq(&recording.encode_plainly().0);
}
