//! Defined metrics are named as their domain says. One test, because the installation is the process's own.

#![allow(
    clippy::unwrap_used,
    clippy::needless_raw_string_hashes,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use expect_test::expect;
use metrics_define::{Recording, domain, install};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
use prometheus_bridge::{EncodeOptions, Encoder, Escaping, Format, Strategy, encode};

/// Named without units
#[domain(title = "Plain Metrics", naming = plain, crate = metrics_define)]
mod plain {
    /// Runs
    #[counter(name = "plain.runs.total", unit = "{run}")]
    pub struct RunsTotal {
        /// Whether it was repeated.
        pub repeated: bool,
    }

    /// Time of a run
    #[histogram(name = "plain.run.duration", unit = "s", buckets = [0.5, 5.0])]
    pub struct RunDuration;
}

/// Named with units
#[domain(title = "Units Metrics", crate = metrics_define)]
mod units {
    /// Load
    #[gauge(name = "units.load", unit = "1")]
    pub struct Load;

    /// Jobs that run
    #[gauge(name = "units.jobs", unit = "{job}", prometheus = "jobs_active")]
    pub struct Jobs;
}

#[test]
fn the_definition_is_followed() {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    plain::RunsTotal { repeated: true }.add(2);
    plain::RunDuration.record(0.25);
    units::Load.set(0.5);
    units::Jobs.set(3.0);
    // Scopes that come first by name take nothing from a defined metric.
    provider.meter("a").f64_histogram("units.load.ratio").build().record(7.0, &[]);
    provider.meter("foreign").f64_histogram("plain.run.duration").with_unit("s").build().record(7.0, &[]);

    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    let mut body = Vec::new();
    let findings = encode(&collected, &EncodeOptions::default().with_scope_labels(false), &mut body);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    expect![[r#"metric "units.load.ratio" of scope "a" is not shown: it would be a histogram in family `units_load_ratio`, which is a gauge; rename the instrument"#]]
    .assert_eq(&findings.concat());
    let body = String::from_utf8(body).unwrap();
    let defined: String = body.split_inclusive('\n').filter(|line| !line.contains("duration_seconds")).collect();
    expect![[r##"
        # HELP jobs_active Jobs that run
        # TYPE jobs_active gauge
        jobs_active 3
        # HELP plain_run_duration Time of a run
        # TYPE plain_run_duration histogram
        plain_run_duration_bucket{le="0.5"} 1
        plain_run_duration_bucket{le="5.0"} 1
        plain_run_duration_bucket{le="+Inf"} 1
        plain_run_duration_sum 0.25
        plain_run_duration_count 1
        # HELP plain_runs_total Runs
        # TYPE plain_runs_total counter
        plain_runs_total{repeated="true"} 2
        # HELP units_load_ratio Load
        # TYPE units_load_ratio gauge
        units_load_ratio 0.5
    "##]]
    .assert_eq(&defined);
    assert!(body.contains("plain_run_duration_seconds_count 1\n"), "an undefined metric keeps its unit: {body}");

    // The exact name, the plain, that with a unit and that of a library are in one namespace, whoever scrapes.
    let mut table = String::new();
    for strategy in [Strategy::UnderscoreEscapingWithSuffixes, Strategy::NoUtf8EscapingWithSuffixes] {
        for format in [Format::Text, Format::TextWith(Escaping::AllowUtf8)] {
            let options = EncodeOptions::default().with_strategy(strategy).with_namespace("my-app");
            let mut body = Vec::new();
            Encoder::new(options).encode(&collected, format, &mut body);
            for line in String::from_utf8(body).unwrap().lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
                table.extend([line, "\n"]);
            }
        }
    }
    expect![[r#"
        my_app_jobs_active gauge
        my_app_plain_run_duration histogram
        my_app_plain_run_duration_seconds histogram
        my_app_plain_runs_total counter
        my_app_units_load_ratio gauge
        my_app_jobs_active gauge
        my_app_plain_run_duration histogram
        my_app_plain_run_duration_seconds histogram
        my_app_plain_runs_total counter
        my_app_units_load_ratio gauge
        my_app_jobs_active gauge
        my_app_plain_run_duration histogram
        my_app_plain_run_duration_seconds histogram
        my_app_plain_runs_total counter
        my_app_units_load_ratio gauge
        "my-app_jobs_active" gauge
        "my-app_plain.run.duration" histogram
        "my-app_plain.run.duration_seconds" histogram
        "my-app_plain.runs_total" counter
        "my-app_units.load.ratio" histogram
        "my-app_units.load_ratio" gauge
    "#]]
    .assert_eq(&table);
}
