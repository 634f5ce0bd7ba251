//! What instruments become: views, temporality, the aggregation of histograms.

use std::collections::BTreeMap;

use metrics_catalog::execution::{ErrorsTotal, ExecutionDuration, ExecutionStatus, ExecutionsTotal};
use opentelemetry::{KeyValue, global};
use telemetry_init::{Providers, Settings, View};
use telemetry_testkit::{OtlpReceiver, PointValue, Received};

use crate::child::{Outcome, WATCHDOG, run};

fn received(variables: &[(&str, &str)]) -> (Received, Outcome) {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let variables: Vec<_> =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint)].into_iter().chain(variables.iter().copied()).collect();
    let outcome = run("metrics", &variables);
    let got =
        receiver.expect(WATCHDOG, "the last push", |received| received.points.iter().any(|point| point.name == "last"));
    (got, outcome)
}

pub(crate) fn child() {
    let (settings, diagnostics) = Settings::from_environment(&telemetry_init::ProcessEnvironment);
    assert_eq!(diagnostics, []);
    let settings = settings
        .add_view(View::of("debug.*").dropped())
        .add_view(View::of("ordres").renamed("orders"))
        .add_view(View::of("pages").from_meter("vendor").with_labels(["kind"]))
        .add_view(View::of("script.execution.duration").with_boundaries([0.5]))
        .add_view(View::of("many").with_limit(10))
        .add_view(View::of("script.errors.total").with_limit(2))
        .add_view(View::of("broken.*").renamed("one"));
    let telemetry = Providers::build(settings).unwrap().install().unwrap();
    let meter = global::meter("vendor");
    meter.u64_counter("debug.noise").build().add(1, &[]);
    meter.u64_counter("ordres").build().add(1, &[]);
    let pages = meter.u64_counter("pages").build();
    for number in 0..5 {
        pages.add(1, &[KeyValue::new("kind", "html"), KeyValue::new("visitor", number)]);
    }
    let many = meter.u64_counter("many").build();
    for number in 0..100 {
        many.add(1, &[KeyValue::new("number", number)]);
    }
    for error_type in ["a", "b", "c", "d", "e"] {
        ErrorsTotal { error_type }.inc();
    }
    meter.f64_histogram("plain").build().record(1.0, &[]);
    ExecutionDuration { lang_and_version: "rhai" }.record(0.1);
    let executions = || ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" };
    executions().add(1);
    telemetry.flush(WATCHDOG);
    executions().add(2);
    meter.u64_counter("last").build().add(1, &[]);
    println!("\nscraped={}", scraped(&telemetry).lines().find(|line| line.starts_with("script_executions")).unwrap());
    println!("\nhistogram={}", scraped(&telemetry).lines().filter(|line| line.starts_with("plain_bucket")).count());
    telemetry.shutdown(WATCHDOG);
}

/// The body of one scrape.
pub(crate) fn scraped(telemetry: &telemetry_init::TelemetryGuard) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(telemetry.scrape_addresses()[0]).unwrap();
    stream.set_read_timeout(Some(WATCHDOG)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) const SCRAPE: [(&str, &str); 2] =
    [("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"), ("OTEL_EXPORTER_PROMETHEUS_PORT", "0")];

fn value(received: &Received, name: &str) -> PointValue {
    received.points.iter().find(|point| point.name == name).unwrap().value.clone()
}

#[test]
fn views_drop_rename_rebucket_keep_labels_and_limit() {
    let (got, outcome) = received(&SCRAPE);
    let series: BTreeMap<&str, usize> = got.points.iter().fold(BTreeMap::new(), |mut series, point| {
        *series.entry(point.name.as_str()).or_default() += 1;
        series
    });
    assert!(!series.contains_key("debug.noise") && !series.contains_key("ordres"), "{series:?}");
    assert_eq!(series["orders"], 1);
    assert_eq!(series["pages"], 1, "the visitors are gone");
    assert_eq!(value(&got, "pages"), PointValue::Sum { value: 5.0, monotonic: true });
    assert!(series["many"] <= 11, "{series:?}");
    assert!((got.sum("many", &[]) - 100.0).abs() < f64::EPSILON, "the overflow keeps the total");
    assert_eq!((series["script.errors.total"], got.sum("script.errors.total", &[])), (3, 5.0));
    let overflow = got.sum("metrics_catalog.overflow.total", &[("instrument", "script.errors.total")]);
    assert!((overflow - 3.0).abs() < f64::EPSILON, "recording knows of the limit: {overflow}");
    let PointValue::Histogram { bounds, .. } = value(&got, "script.execution.duration") else { panic!("{got:?}") };
    assert_eq!(bounds, [0.5]);
    assert!(outcome.log.contains("may fit several instruments"), "{}", outcome.log);
    assert!((got.sum("script.executions.total", &[]) - 3.0).abs() < f64::EPSILON, "cumulative");
}

#[test]
fn differences_are_pushed_and_totals_are_scraped() {
    for preference in ["delta", "LowMemory"] {
        let temporality = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", preference);
        let (got, outcome) = received(&[SCRAPE[0], SCRAPE[1], temporality]);
        assert_eq!(value(&got, "script.executions.total"), PointValue::Sum { value: 2.0, monotonic: true });
        assert!(
            outcome.out.lines().any(|line| line.starts_with("scraped=") && line.ends_with(" 3")),
            "{}",
            outcome.out
        );
    }
}

#[test]
fn histograms_can_be_exponential_and_still_be_scraped() {
    let aggregation =
        ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram");
    let (got, outcome) = received(&[SCRAPE[0], SCRAPE[1], aggregation]);
    assert!(
        matches!(value(&got, "plain"), PointValue::ExponentialHistogram { count: 1, .. }),
        "{:?}",
        value(&got, "plain")
    );
    // A view says more than the default.
    assert!(matches!(value(&got, "script.execution.duration"), PointValue::Histogram { .. }));
    assert_ne!(outcome.values["histogram"], "0", "{}", outcome.out);
}
