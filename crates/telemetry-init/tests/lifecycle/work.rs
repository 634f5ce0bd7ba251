//! What the scenarios record.

use std::time::Duration;

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use telemetry_testkit::{OtlpReceiver, Received};

use crate::child::WATCHDOG;

pub(crate) const SPANS: u64 = 600;
pub(crate) const LOGS: u64 = 5;

/// Spans of two levels, some events, and a counter.
pub(crate) fn work() {
    for _ in 0..SPANS / 2 {
        tracing::info_span!("outer").in_scope(|| drop(tracing::info_span!("inner", answer = 42).entered()));
    }
    for number in 0..LOGS {
        tracing::info!(number, "something happened");
    }
    ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.add(7);
}

/// Waits until all of [`work`] has arrived.
pub(crate) fn expect_all(receiver: &OtlpReceiver, case: &str) -> Received {
    let received = receiver.expect(WATCHDOG, case, |now| now.spans_received() >= SPANS && records(now) >= LOGS);
    assert_eq!((received.spans_received(), records(&received)), (SPANS, LOGS), "{case}");
    let total = received.sum("script.executions.total", &[("status", "completed")]);
    assert_eq!(total.to_string(), "7", "{case}");
    assert!(received.violations.is_empty(), "{case}: {:?}", received.violations);
    assert_eq!(received.spans[0].resource["service.name"], "lifecycle");
    received
}

/// Those of [`work`]: the start has one of its own.
fn records(received: &Received) -> u64 {
    received.logs.iter().filter(|record| record.body.contains("something happened")).count() as u64
}

/// Does nothing but start, work and end.
pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    work();
    telemetry.shutdown(Duration::from_secs(10));
}
