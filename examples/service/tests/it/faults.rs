//! The collector is away, dies or hangs: the service goes on, and everything is accounted for.

use std::{
    fs,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use telemetry_testkit::{OtlpReceiver, wait_until};

use crate::running::{Counts, WATCHDOG, row, start};

/// Seconds.
const RUN: u64 = 5;

#[test]
fn a_collector_that_was_never_there() {
    for protocol in ["grpc", "http/protobuf"] {
        let endpoint = format!("http://127.0.0.1:{}", telemetry_testkit::free_port().unwrap());
        let spans = survive(&endpoint, protocol, || {});
        assert_eq!(spans.exported, 0);
    }
}

#[test]
fn a_collector_that_dies() {
    for protocol in ["grpc", "http/protobuf"] {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        let spans = survive(&endpoint, protocol, || {
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
        let spans = survive(&endpoint, protocol, || {});
        assert_eq!(spans.exported, 0);
    }
}

/// Runs the service against the endpoint with its own load; gives what became of its spans.
fn survive(endpoint: &str, protocol: &str, disturb: impl FnOnce()) -> Counts {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];
    let mut service = start(&["--for", &format!("{RUN}s")], &variables);
    service.program.expect_line(WATCHDOG, "   1 s ");
    let before = kilobytes(service.program.id(), "VmRSS").unwrap();
    let peak = watch_peak(service.program.id());
    disturb();
    let mut posted = 0;
    for second in 2..RUN {
        service.program.expect_line(WATCHDOG, &format!("{second:>4} s "));
        assert_eq!(service.post("1 + 1", &[("x-client-group", "admin")]).unwrap(), 200, "requests keep being answered");
        posted += 1;
    }
    service.program.expect_line(WATCHDOG, "stopping");
    let stopping = Instant::now();
    let (code, output) = service.program.expect_end(WATCHDOG);
    let took = stopping.elapsed();
    assert_eq!(code, 0, "{output}");
    assert!(took < Duration::from_millis(5_250), "{protocol}: {took:?}\n{output}");
    let grown = peak.join().unwrap().saturating_sub(before);
    assert!(grown < 32 * 1024, "{protocol}: memory grew by {grown} kB");

    let (spans, points) = (Counts::of("spans", &output), Counts::of("data points", &output));
    assert!(spans.add_up(), "{protocol}: {spans:?}\n{output}");
    assert!(points.accepted > 0 && points.add_up(), "{protocol}: {points:?}\n{output}");
    assert_eq!(spans.accepted, recorded_spans(&output, posted), "{protocol}: {spans:?}\n{output}");
    spans
}

/// How many spans there must be, by what the clients saw: one of the client, one of the server, and one of each run.
/// The load has spans around its requests, the test has none around the `posted` ones.
fn recorded_spans(output: &str, posted: u64) -> u64 {
    let answers = |outcome| row(output, outcome);
    for outcome in ["error", "busy", "lost"] {
        assert_eq!(answers(outcome), 0, "such requests have no run, or no span of the server\n{output}");
    }
    let requests = answers("Answers to the built-in load:");
    let runs = answers("completed") + answers("failed") + answers("timeout");
    requests + (requests + posted) + (runs + posted)
}

/// Looks at the process until it ends; gives the most memory it ever occupied.
fn watch_peak(process: u32) -> JoinHandle<u64> {
    thread::spawn(move || {
        let mut peak = 0;
        let ended = wait_until(2 * WATCHDOG, || match kilobytes(process, "VmHWM") {
            Some(now) => {
                peak = now;
                None
            }
            None => Some(()),
        });
        assert!(ended.is_some(), "the service never ended");
        peak
    })
}

fn kilobytes(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
