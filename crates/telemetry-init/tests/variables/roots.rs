//! An https endpoint on a system whose root certificates cannot be loaded.

use std::{ffi::OsString, time::Duration};

use telemetry_testkit::OtlpReceiver;

use crate::child::{self, Outcome};

/// Starts a service that finds no root certificate: the loader obeys these two variables.
fn start(variables: &[(&str, &str)]) -> Outcome {
    let nowhere = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    let all = nowhere.iter().chain(variables);
    let outcome = child::run("start", all.map(|(name, value)| ((*name).to_owned(), OsString::from(value))));
    assert!(outcome.status.success(), "{}", outcome.log);
    outcome
}

fn warnings(outcome: &Outcome) -> Vec<&str> {
    outcome.log.lines().filter(|line| line.contains(" WARN ")).collect()
}

#[test]
fn only_the_signal_that_needs_them_is_off() {
    let receiver = OtlpReceiver::start().unwrap();
    for protocol in ["http/protobuf", "grpc"] {
        let outcome = start(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint()),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://localhost:9"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", protocol),
        ]);
        assert!(outcome.out.contains("ended=None"), "{}", outcome.out);
        let [warning] = warnings(&outcome)[..] else { panic!("{}", outcome.log) };
        assert!(warning.contains("OTEL_EXPORTER_OTLP_CERTIFICATE: without it"), "{warning}");
        assert!(warning.contains("not sent: spans; other exporters go on"), "{warning}");
        assert!(
            outcome.log.contains("traces off (the system's root certificates cannot be loaded)"),
            "{}",
            outcome.log
        );
        receiver.expect(Duration::from_secs(10), "the other signals", |received| {
            !received.points.is_empty() && !received.logs.is_empty()
        });
    }
}

#[test]
fn a_service_that_only_sends_by_https_starts_with_everything_off() {
    let outcome = start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://localhost:9")]);
    assert_eq!(warnings(&outcome).len(), 1, "{}", outcome.log);
    assert!(outcome.log.contains("telemetry off: the system's root certificates cannot be loaded"), "{}", outcome.log);
}

#[test]
fn other_exporters_of_the_signal_go_on() {
    let outcome = start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://localhost:9"),
        ("OTEL_TRACES_EXPORTER", "otlp,console"),
        ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
    ]);
    assert_eq!(warnings(&outcome).len(), 1, "{}", outcome.log);
    assert!(outcome.out.contains("span      "), "{}", outcome.out);
    assert!(outcome.log.contains("metrics not pushed, scraped at http://"), "{}", outcome.log);
}
