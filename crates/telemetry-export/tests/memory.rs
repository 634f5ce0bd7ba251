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
    fs,
    io::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::Response;
use opentelemetry::{
    KeyValue,
    trace::{Span as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::service::{PATIENCE, Service, base, spans};

const MEGABYTE: usize = 1_000_000;
const COUNT: u64 = 10_000;

#[test]
fn ten_thousand_spans_of_a_megabyte_take_no_more_memory_than_the_queue_may() {
    let _alone = alone();
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let receiver = OtlpReceiver::start_keeping(10).unwrap();
        receiver.hang();
        let untimed = |target: Target| target.with_timeout(None);
        let service = Service::start_with(protocol, &base(protocol, &receiver), untimed, BatchOptions::default());
        let (before, tracer) = (peak_megabytes(), service.tracer());
        for _ in 0..COUNT {
            let mut span = tracer.start("large");
            span.set_attribute(KeyValue::new("text", "x".repeat(MEGABYTE)));
            span.end();
        }
        let while_hung = peak_megabytes().saturating_sub(before);
        receiver.answer();
        service.export.flush(PATIENCE);
        service.record_spans(100);
        let report = service.export.shutdown(PATIENCE);
        let [accepted, exported, rejected, failed, dropped, unsent] = spans(&report);
        assert_eq!((accepted, rejected, failed, unsent), (COUNT + 100, 0, 0, 0), "{protocol:?}");
        assert!(exported >= 100 + 15 && dropped > 0, "{report:?}");
        assert_eq!(receiver.received().spans_received(), exported);
        assert!(receiver.received().spans.iter().all(|span| span.name == "work"), "the others arrive");

        let grown = peak_megabytes().saturating_sub(before);
        println!("{protocol}: {while_hung} MB while it hung, {grown} MB in all, {exported} spans exported");
        // Of ten thousand. The receiver, which is in this process, takes the most of it.
        assert!(grown < 100, "{protocol:?}: {grown} MB");
    }
}

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
        let before = peak_megabytes();
        service.record_spans(1);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 0, 0, 1, 0, 0]);
        let grown = peak_megabytes().saturating_sub(before);
        assert!(grown < 32, "{grown} MB");
    }
}

/// The memory is that of the process, so only one test runs at a time, and each begins with a peak of its own.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // By this word the system forgets the highest so far. Where it cannot, the peak is that of both tests.
    let _ = fs::write("/proc/self/clear_refs", "5");
    alone
}

/// The most memory that this process ever had; nothing where the system does not say.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() / 1000
}
