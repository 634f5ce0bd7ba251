//! What the options change.

use expect_test::expect;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format, ResourceLabels, Strategy};

use crate::recording::Recording;

fn shop() -> Recording {
    let recording = Recording::with_resource([
        KeyValue::new("service.name", "shop"),
        KeyValue::new("service.version", "1.2"),
        KeyValue::new("host.name", "h1"),
    ]);
    let meter = recording.provider.meter("m");
    meter.u64_counter("foo.bar").with_unit("By").build().add(1, &[KeyValue::new("http.method", "GET")]);
    meter.f64_histogram("dur").with_unit("s").with_boundaries(vec![1.0]).build().record(0.5, &[]);
    recording
}

fn encode(options: EncodeOptions, format: Format) -> String {
    let mut collected = ResourceMetrics::default();
    shop().collector.collect(&mut collected).unwrap();
    let mut body = Vec::new();
    Encoder::new(options).encode(&collected, format, &mut body);
    String::from_utf8(body).unwrap()
}

fn samples(body: &str, name: &str) -> Vec<String> {
    body.lines().filter(|line| line.contains(name) && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The table of the specification for counter `foo.bar` in `By`.
#[test]
fn the_four_strategies_under_each_escaping() {
    let strategies = [
        Strategy::UnderscoreEscapingWithSuffixes,
        Strategy::UnderscoreEscapingWithoutSuffixes,
        Strategy::NoUtf8EscapingWithSuffixes,
        Strategy::NoTranslation,
    ];
    let mut table = String::new();
    for strategy in strategies {
        for escaping in [Escaping::Underscores, Escaping::AllowUtf8, Escaping::Dots, Escaping::Values] {
            let options = EncodeOptions::default().with_scope_labels(false).with_strategy(strategy);
            let body = encode(options, Format::TextWith(escaping));
            table.extend([samples(&body, "GET")[0].as_str(), "\n"]);
        }
    }
    expect![[r#"
        foo_bar_bytes_total{http_method="GET"} 1
        foo_bar_bytes_total{http_method="GET"} 1
        foo__bar__bytes__total{http__method="GET"} 1
        foo_bar_bytes_total{http_method="GET"} 1
        foo_bar{http_method="GET"} 1
        foo_bar{http_method="GET"} 1
        foo__bar{http__method="GET"} 1
        foo_bar{http_method="GET"} 1
        foo_bar_bytes_total{http_method="GET"} 1
        {"foo.bar_bytes_total","http.method"="GET"} 1
        foo_dot_bar__bytes__total{http_dot_method="GET"} 1
        U__foo_2e_bar__bytes__total{U__http_2e_method="GET"} 1
        foo_bar{http_method="GET"} 1
        {"foo.bar","http.method"="GET"} 1
        foo_dot_bar{http_dot_method="GET"} 1
        U__foo_2e_bar{U__http_2e_method="GET"} 1
    "#]]
    .assert_eq(&table);
}

#[test]
fn counters_without_a_suffix_are_of_unknown_type_in_openmetrics() {
    let options = EncodeOptions::default()
        .with_scope_labels(false)
        .with_target_info(false)
        .with_strategy(Strategy::UnderscoreEscapingWithoutSuffixes);
    expect![[r#"
        # TYPE dur histogram
        dur_bucket{le="1.0"} 1
        dur_bucket{le="+Inf"} 1
        dur_sum 0.5
        dur_count 1
        # TYPE foo_bar unknown
        foo_bar{http_method="GET"} 1
        # EOF
    "#]]
    .assert_eq(&encode(options, Format::OldOpenMetrics));
}

#[test]
fn a_namespace_stands_before_every_name_but_that_of_the_resource() {
    let body = encode(EncodeOptions::default().with_namespace("my app").with_scope_labels(false), Format::Text);
    assert_eq!(samples(&body, "GET"), ["my_app_foo_bar_bytes_total{http_method=\"GET\"} 1"]);
    assert_eq!(samples(&body, "my_app_dur_seconds_count"), ["my_app_dur_seconds_count 1"]);
    assert_eq!(samples(&body, "target_info").len(), 1);
}

#[test]
fn constant_and_resource_labels_are_on_every_series() {
    let options = EncodeOptions::default()
        .with_scope_labels(false)
        .with_constant_labels([("region", "eu"), ("http_method", "fixed"), ("empty", "")])
        .with_resource_labels(
            ResourceLabels::default().with_include(["service.*", "host.name"]).with_exclude(["*version"]),
        )
        .with_resource_labels(ResourceLabels::default().with_include(["service.*"]).with_exclude(["service.version"]));
    let body = encode(options, Format::Text);
    expect![[r#"
        # HELP target_info What the metrics of this target are about
        # TYPE target_info gauge
        target_info{host_name="h1",service_name="shop",service_version="1.2"} 1
        # TYPE dur_seconds histogram
        dur_seconds_bucket{http_method="fixed",region="eu",service_name="shop",le="1.0"} 1
        dur_seconds_bucket{http_method="fixed",region="eu",service_name="shop",le="+Inf"} 1
        dur_seconds_sum{http_method="fixed",region="eu",service_name="shop"} 0.5
        dur_seconds_count{http_method="fixed",region="eu",service_name="shop"} 1
        # TYPE foo_bar_bytes_total counter
        foo_bar_bytes_total{http_method="GET;fixed",region="eu",service_name="shop"} 1
    "#]]
    .assert_eq(&body);
}
