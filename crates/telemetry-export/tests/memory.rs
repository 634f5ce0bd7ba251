//! Memory stays bounded however much is recorded. A program of its own, because the memory of a process is measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking, and the receiver's content is called received"
)]

#[path = "it/service.rs"]
mod service;

use std::{
    env, fs,
    io::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::Response;
use opentelemetry::{
    KeyValue,
    logs::{LogRecord as _, Logger as _, LoggerProvider as _},
    trace::{Span as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver, Program};

use crate::service::{PATIENCE, PROTOCOLS, Service, base, logs, spans};

const MEGABYTE: usize = 1_000_000;
const COUNT: u64 = 10_000;

/// What the service of a child records while its collector hangs.
#[derive(Clone, Copy)]
enum Recorded {
    Spans,
    SpansAndLogs,
}

#[test]
fn ten_thousand_spans_of_a_megabyte_take_no_more_memory_than_the_queue_may() {
    large_items(Recorded::Spans, "spans");
}

#[test]
fn as_many_log_records_at_the_same_time_take_no_more_than_their_own_queue_may() {
    large_items(Recorded::SpansAndLogs, "spans and log records");
}

/// The service is a process of its own, so that nothing is measured but what it needs.
fn large_items(recorded: Recorded, items: &str) {
    let _alone = alone();
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start_keeping(10).unwrap();
        receiver.hang();
        let scenario =
            format!("{protocol} {} {}", matches!(recorded, Recorded::SpansAndLogs), base(protocol, &receiver));
        let arguments = ["--exact", "scenario", "--nocapture", "--test-threads=1"];
        let program = env::current_exe().unwrap();
        let mut child = Program::start(program, &arguments, &[(SCENARIO, scenario.as_str())]).unwrap();
        child.expect_line(PATIENCE * 2, "recorded");
        receiver.answer();
        let (status, output) = child.expect_exit(PATIENCE * 2);
        assert!(status.success(), "{protocol}: {status}\n{output}");
        let value = |key: &str| -> u64 {
            let line = output.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_else(|| panic!("no {key} in\n{output}")).parse().unwrap()
        };
        let received = receiver.received();
        assert_eq!((received.spans_received(), received.logs_received), (value("spans"), value("logs")), "{protocol}");
        assert!(received.spans.iter().all(|span| span.name == "work"), "the others arrive");

        let (while_hung, grown) = (value("while_hung"), value("grown"));
        println!("{items} over {protocol}: {while_hung} MB while it hung, {grown} MB in all");
        assert!(while_hung <= 32 && grown <= 32, "{items} over {protocol}: {while_hung} MB, {grown} MB in all");
    }
}

/// Where a child begins. In the parent there is no scenario, and nothing to do.
#[test]
fn scenario() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let Some(scenario) = env::var_os(SCENARIO) else { return };
    let scenario = scenario.into_string().unwrap();
    let [protocol, logs_too, base] = scenario.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let protocol = PROTOCOLS.into_iter().find(|known| known.to_string() == protocol).unwrap();
    let untimed = |target: Target| target.with_timeout(None);
    let service = Service::start_with(protocol, base, untimed, BatchOptions::default());
    let (before, tracer, logger) = (peak_megabytes(), service.tracer(), service.loggers.logger("tests"));
    for _ in 0..COUNT {
        let mut span = tracer.start("large");
        span.set_attribute(KeyValue::new("text", "x".repeat(MEGABYTE)));
        span.end();
        if logs_too == "true" {
            let mut record = logger.create_log_record();
            record.set_body("x".repeat(MEGABYTE).into());
            logger.emit(record);
        }
    }
    let while_hung = peak_megabytes().saturating_sub(before);
    println!("\nrecorded");
    service.export.flush(PATIENCE);
    service.record_spans(100);
    let report = service.export.shutdown(PATIENCE);
    let [accepted, exported, rejected, failed, dropped, unsent] = spans(&report);
    assert_eq!((accepted, rejected, failed, unsent), (COUNT + 100, 0, 0, 0), "{protocol}");
    assert!(exported > 100 && dropped > 0, "{report:?}");
    let grown = peak_megabytes().saturating_sub(before);
    println!("while_hung={while_hung}\ngrown={grown}\nspans={exported}\nlogs={}", logs(&report)[1]);
}

const SCENARIO: &str = "OTELIER_TEST_SCENARIO";

#[test]
fn bomb_responses_take_no_more_memory_than_a_response_may() {
    let _alone = alone();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let megabyte = vec![0; MEGABYTE];
    (0..500).for_each(|_| encoder.write_all(&megabyte).unwrap());
    let zipped = encoder.finish().unwrap();
    let bomb = Response::builder().header("content-encoding", "gzip").body(Bytes::from(zipped)).unwrap();
    for fault in [Fault::Endless, Fault::Answer(bomb)] {
        let server = FaultReceiver::start(move |_| fault.clone()).unwrap();
        let service =
            Service::start_with(Protocol::HttpProtobuf, server.endpoint(), |target| target, BatchOptions::default());
        forget_the_peak();
        let before = peak_megabytes();
        service.record_spans(1);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 0, 0, 1, 0, 0]);
        let grown = peak_megabytes().saturating_sub(before);
        assert!(grown < 32, "{grown} MB");
    }
}

/// The memory is that of the process, so only one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the system cannot do so, the peak is that of everything so far.
fn forget_the_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that this process ever had; nothing where the system does not say.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() / 1000
}
