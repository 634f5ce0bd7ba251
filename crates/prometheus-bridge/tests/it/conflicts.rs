//! Metrics that would become one, or would break one another.

use expect_test::{Expect, expect};
use opentelemetry::{KeyValue, metrics::AsyncInstrument};
use prometheus_bridge::EncodeOptions;

use crate::recording::Recording;

fn check(record: impl FnOnce(&Recording), body: &Expect, findings: &Expect) {
    let recording = Recording::new();
    record(&recording);
    let (actual_body, actual_findings) = recording.encode_plainly();
    body.assert_eq(&actual_body);
    findings.assert_eq(&actual_findings);
}

#[test]
fn a_family_of_several_scopes_is_one_block_with_the_first_description() {
    let recording = Recording::new();
    for (scope, description) in [("c", "third"), ("b", "second"), ("a", "")] {
        let counter = recording.meter(scope).u64_counter("hits").with_description(description).build();
        counter.add(1, &[]);
    }
    let (body, findings) = recording.encode(EncodeOptions::default());
    expect![[r#"
        # HELP hits_total second
        # TYPE hits_total counter
        hits_total{otel_scope_name="a"} 1
        hits_total{otel_scope_name="b"} 1
        hits_total{otel_scope_name="c"} 1
    "#]]
    .assert_eq(&body);
    expect![[r#"
        the description of metric "hits" of scope "c" is not shown: family `hits_total` has another already
    "#]]
    .assert_eq(&findings);
}

#[test]
fn the_later_type_is_left_out() {
    check(
        |recording| {
            recording.meter("b").i64_up_down_counter("dup.total").build().add(7, &[]);
            recording.meter("a").u64_counter("dup").build().add(1, &[]);
        },
        &expect![[r#"
            # TYPE dup_total counter
            dup_total 1
        "#]],
        &expect![[r#"
            metric "dup.total" of scope "b" is not shown: it would be a gauge in family `dup_total`, which is a counter; rename the instrument
        "#]],
    );
}

#[test]
fn a_gauge_and_an_up_down_counter_share_a_family() {
    check(
        |recording| {
            recording.meter("a").i64_up_down_counter("level").build().add(1, &[KeyValue::new("k", "1")]);
            recording.meter("b").f64_gauge("level").build().record(2.5, &[KeyValue::new("k", "2")]);
        },
        &expect![[r#"
            # TYPE level gauge
            level{k="1"} 1
            level{k="2"} 2.5
        "#]],
        &expect![""],
    );
}

#[test]
fn the_samples_of_a_histogram_are_not_taken_by_others() {
    check(
        |recording| {
            recording.meter("a").f64_histogram("x").with_boundaries(vec![]).build().record(1.0, &[]);
            recording.meter("b").f64_gauge("x.count").build().record(1.0, &[]);
            recording.meter("b").f64_gauge("x.max").build().record(1.0, &[]);
        },
        &expect![[r#"
            # TYPE x histogram
            x_bucket{le="+Inf"} 1
            x_sum 1
            x_count 1
            # TYPE x_max gauge
            x_max 1
        "#]],
        &expect![[r#"
            metric "x.count" of scope "b" is not shown: its family `x_count` clashes with the samples of `x`; rename the instrument
        "#]],
    );
}

#[test]
fn a_histogram_yields_to_an_earlier_gauge() {
    check(
        |recording| {
            recording.meter("b").f64_histogram("x").build().record(1.0, &[]);
            recording.meter("a").f64_gauge("x.sum").build().record(1.0, &[]);
        },
        &expect![[r#"
            # TYPE x_sum gauge
            x_sum 1
        "#]],
        &expect![[r#"
            metric "x" of scope "b" is not shown: its family `x` clashes with the samples of `x_sum`; rename the instrument
        "#]],
    );
}

#[test]
fn of_equal_series_the_first_is_kept() {
    check(
        |recording| {
            let meter = recording.meter("a");
            meter.u64_counter("a.b").build().add(1, &[]);
            meter.u64_counter("a_b").build().add(2, &[]);
            recording.meter("b").u64_counter("a/b").build().add(4, &[]);
            recording.meter("b").u64_counter("a/b").build().add(8, &[KeyValue::new("k", "v")]);
        },
        &expect![[r#"
            # TYPE a_b_total counter
            a_b_total 1
            a_b_total{k="v"} 8
        "#]],
        &expect![[r#"
            a series of metric "a_b" of scope "a" is not shown: family `a_b_total` has one of the same labels
            a series of metric "a/b" of scope "b" is not shown: family `a_b_total` has one of the same labels
        "#]],
    );
}

#[test]
fn target_info_is_the_resources_alone() {
    let recording = Recording::with_resource([KeyValue::new("service.name", "shop")]);
    recording.meter("a").f64_gauge("target.info").build().record(7.0, &[]);
    let (body, findings) = recording.encode_plainly();
    expect![[r#"
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{service_name="shop"} 1
    "#]]
    .assert_eq(&body);
    expect![[r#"
        metric "target.info" of scope "a" is not shown: `target_info` is reserved, rename the instrument
    "#]]
    .assert_eq(&findings);
}

/// The name is reserved only while somebody writes it.
#[test]
fn target_info_is_free_where_no_resource_is_shown() {
    let recording = Recording::with_resource([KeyValue::new("service.name", "shop")]);
    recording.meter("a").f64_gauge("target.info").build().record(7.0, &[]);
    let shown = recording.encode(EncodeOptions::default().with_scope_labels(false).with_target_info(false));
    assert_eq!(shown, ("# TYPE target_info gauge\ntarget_info 7\n".to_owned(), String::new()));
    check(
        |recording| recording.meter("a").f64_gauge("target.info").build().record(7.0, &[]),
        &expect![[r#"
            # TYPE target_info gauge
            target_info 7
        "#]],
        &expect![""],
    );
}

#[test]
fn a_series_that_cannot_be_shown_displaces_none() {
    check(
        |recording| {
            let negative = |observer: &dyn AsyncInstrument<f64>| observer.observe(-1.0, &[]);
            recording.meter("a").f64_observable_counter("hits").with_callback(negative).build();
            recording.meter("b").f64_counter("hits").build().add(2.0, &[]);
        },
        &expect![[r#"
            # TYPE hits_total counter
            hits_total 2
        "#]],
        &expect![[r#"
            a series of metric "hits" of scope "a" is not shown: a counter cannot be negative or NaN
        "#]],
    );
}

#[test]
fn units_and_descriptions_that_look_alike_are_no_conflict() {
    check(
        |recording| {
            let gauge = |scope, unit, description| {
                let meter = recording.meter(scope);
                let gauge = meter.f64_gauge("sent").with_unit(unit).with_description(description).build();
                gauge.record(1.0, &[KeyValue::new("scope", scope)]);
            };
            gauge("a", "By", " ");
            gauge("b", "By{payload}", "What was sent");
            gauge("c", "By", "\t");
            gauge("d", "By", "What was really sent");
        },
        &expect![[r#"
            # HELP sent_bytes What was sent
            # TYPE sent_bytes gauge
            sent_bytes{scope="a"} 1
            sent_bytes{scope="b"} 1
            sent_bytes{scope="c"} 1
            sent_bytes{scope="d"} 1
        "#]],
        &expect![[r#"
            the description of metric "sent" of scope "d" is not shown: family `sent_bytes` has another already
        "#]],
    );
}
