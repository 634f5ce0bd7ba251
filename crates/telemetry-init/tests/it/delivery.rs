//! Everything arrives, from whatever runtime, over either protocol.

use std::time::{Duration, Instant};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use telemetry_init::TelemetryGuard;
use telemetry_testkit::OtlpReceiver;

use crate::child::{WATCHDOG, run, say};

const SPANS: usize = 600;

#[test]
fn init_delivers_every_span_and_metric_from_any_runtime() {
    for scenario in ["plain", "current_thread", "multi_thread", "dropped"] {
        for protocol in ["grpc", "http/protobuf", "http/json"] {
            delivers(scenario, protocol);
        }
    }
}

fn delivers(scenario: &str, protocol: &str) {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
    let outcome = run(
        scenario,
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_SERVICE_NAME", "delivery"),
            // Neither may have a say in what is exported.
            ("RUST_LOG", "warn"),
        ],
    );
    let got = receiver.expect(WATCHDOG, "every span", |now| now.spans.len() == SPANS);
    let parents = got.spans.iter().filter(|span| span.parent_span_id.is_some()).count();
    assert_eq!(parents, SPANS / 2, "{scenario} {protocol}");
    assert_eq!(got.spans[0].resource["service.name"], "delivery");
    let total = got.sum("script.executions.total", &[("status", "completed")]);
    assert!((total - 7.0).abs() < f64::EPSILON, "{scenario} {protocol}: {total}");
    if let Some(report) = outcome.values.get("spans") {
        assert_eq!(report, &format!("{SPANS} {SPANS}"), "{scenario} {protocol}");
        assert_eq!(outcome.values["repeated"], "true");
    }
}

pub(crate) fn plain() {
    let telemetry = telemetry_init::init().unwrap();
    work();
    finish(&telemetry);
}

pub(crate) fn current_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let telemetry = telemetry_init::init().unwrap();
        work();
        finish(&telemetry);
    });
}

pub(crate) fn multi_thread() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(async {
        let telemetry = telemetry_init::init().unwrap();
        tokio::spawn(async { work() }).await.unwrap();
        // Shut down in a task: on the only worker of the runtime.
        tokio::spawn(async move { finish(&telemetry) }).await.unwrap();
    });
}

pub(crate) fn dropped() {
    let _telemetry = telemetry_init::init().unwrap();
    work();
}

/// A label that takes too many values is said at the end with how often, and before if there is the time for it: who
/// records does not wait until it is said.
#[test]
fn what_recording_put_up_with_is_logged() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("overflowing", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
    let lines: Vec<_> = outcome.log.lines().filter(|line| line.contains("script.executions.total")).collect();
    assert!(lines.iter().all(|line| line.contains("lang_and_version")), "{}", outcome.log);
    match lines.as_slice() {
        [all] => assert!(all.contains(" 37 measurements "), "{}", outcome.log),
        [first, all] => {
            assert!(first.contains(" 1 measurements ") && all.contains(" 37 measurements "), "{}", outcome.log);
        }
        _ => panic!("{}", outcome.log),
    }
}

pub(crate) fn overflowing() {
    let telemetry = telemetry_init::init().unwrap();
    for n in 0..100 {
        ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: &format!("lang-{n}") }.inc();
    }
    telemetry.shutdown(WATCHDOG);
}

fn work() {
    for _ in 0..SPANS / 2 {
        tracing::info_span!("outer").in_scope(|| drop(tracing::info_span!("inner", answer = 42).entered()));
    }
    ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.add(7);
}

fn finish(telemetry: &TelemetryGuard) {
    let start = Instant::now();
    let report = telemetry.shutdown(Duration::from_secs(10));
    assert!(start.elapsed() < Duration::from_secs(10), "the collector is healthy");
    assert!(!report.timed_out, "{report}");
    let spans = report.traces.unwrap();
    say("spans", format!("{} {}", spans.accepted, spans.exported));
    let again = telemetry.shutdown(Duration::from_secs(10));
    assert_eq!(again.traces, report.traces);
    say("repeated", again.repeated);
    // After shutdown everything is a no-op.
    work();
}
