//! The collector is away, dies or hangs: the service goes on, and everything is accounted for.

use std::{
    fs,
    time::{Duration, Instant},
};

use telemetry_testkit::OtlpReceiver;

use crate::running::{Counts, Service, WATCHDOG, start};

const RUN: Duration = Duration::from_secs(5);

#[test]
fn a_collector_that_was_never_there() {
    for protocol in ["grpc", "http/protobuf"] {
        let endpoint = format!("http://127.0.0.1:{}", telemetry_testkit::free_port().unwrap());
        let (spans, _) = survive(&endpoint, protocol, |_| {});
        assert_eq!(spans.exported, 0);
    }
}

#[test]
fn a_collector_that_dies() {
    for protocol in ["grpc", "http/protobuf"] {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        let (spans, _) = survive(&endpoint, protocol, |_| {
            receiver.expect(WATCHDOG, "some spans", |now| now.spans.len() > 100);
            receiver.stop();
        });
        assert!(spans.exported > 100 && spans.exported < spans.accepted, "{spans:?}");
        assert_eq!(receiver.received().spans_received(), spans.exported, "{protocol}");
    }
}

#[test]
fn a_collector_that_hangs() {
    for protocol in ["grpc", "http/protobuf"] {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        let endpoint = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        let (spans, _) = survive(&endpoint, protocol, |_| {});
        assert_eq!(spans.exported, 0);
    }
}

/// Runs the service against the endpoint with its own load; gives what became of spans and data points.
fn survive(endpoint: &str, protocol: &str, disturb: impl FnOnce(&Service)) -> (Counts, Counts) {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];
    let begun = Instant::now();
    let mut service = start(&["--for", &format!("{}s", RUN.as_secs())], &variables);
    service.program.expect_line(WATCHDOG, "1 s ");
    let before = resident_kilobytes(&service);
    disturb(&service);
    for second in 2..RUN.as_secs() {
        service.program.expect_line(WATCHDOG, &format!("{second} s "));
        assert_eq!(service.post("1 + 1", &[("x-client-group", "admin")]).unwrap(), 200, "requests keep being answered");
    }
    let grown = resident_kilobytes(&service).saturating_sub(before);
    assert!(grown < 32 * 1024, "{protocol}: memory grew by {grown} kB");
    let (code, output) = service.program.expect_end(WATCHDOG);
    assert_eq!(code, 0, "{output}");
    let took = begun.elapsed();
    assert!(took < RUN + Duration::from_millis(5_250 + 1_000), "{protocol}: {took:?}, a second of which to start");
    let (spans, points) = (Counts::of("spans", &output), Counts::of("data points", &output));
    assert!(spans.accepted > 0 && spans.add_up(), "{protocol}: {spans:?}\n{output}");
    assert!(points.accepted > 0 && points.add_up(), "{protocol}: {points:?}\n{output}");
    (spans, points)
}

fn resident_kilobytes(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.program.id())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
