//! Against a real collector: what we count as exported is what it counts as received, whatever is done to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod collector;
#[path = "../it/service.rs"]
mod service;

use std::time::Duration;

use opentelemetry::{
    Array, KeyValue, Value,
    trace::{Span as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Compression, Protocol, Target};

use crate::{
    collector::Collector,
    service::{PATIENCE, PROTOCOLS, Service, logs, points, spans},
};

const MEBIBYTE: usize = 1024 * 1024;

/// With room for what a test records, because none is about the queue.
fn start(protocol: Protocol, collector: &Collector, adjust: impl Fn(Target) -> Target) -> Service {
    let options = BatchOptions::default().with_max_queue_bytes(64 * MEBIBYTE);
    Service::start_with(protocol, &collector.base(protocol), adjust, options)
}

#[test]
fn all_signals_arrive_plain_and_compressed() {
    for compression in [Compression::None, Compression::Gzip] {
        for protocol in PROTOCOLS {
            let Some(collector) = Collector::start() else { return };
            let service = start(protocol, &collector, |target| target.with_compression(compression));
            service.record_spans(700);
            service.record_logs(30);
            service.count_job();
            let report = service.export.shutdown(PATIENCE);
            assert_eq!(spans(&report), [700, 700, 0, 0, 0, 0], "{protocol:?} {compression}");
            assert_eq!((logs(&report)[1], points(&report)[1]), (30, 1), "{protocol:?} {compression}");
            let counted = collector.stop();
            assert_eq!((counted.spans, counted.logs, counted.points), (700, 30, 1), "{protocol:?} {compression}");
        }
    }
}

#[test]
fn stopped_and_continued_it_gets_everything() {
    for protocol in PROTOCOLS {
        let Some(collector) = Collector::start() else { return };
        let service = start(protocol, &collector, |target| target.with_timeout(None));
        service.record_spans(10);
        assert_eq!(spans(&service.export.flush(PATIENCE))[1], 10);

        collector.pause();
        service.record_spans(600);
        let hung = service.export.flush(Duration::from_millis(300));
        assert!(hung.timed_out, "{hung:?}");
        service.record_spans(5);

        collector.signal("CONT");
        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [615, 615, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(collector.stop().spans, 615, "{protocol:?}");
    }
}

#[test]
fn killed_and_restarted_both_together_got_what_was_exported() {
    for protocol in PROTOCOLS {
        let Some(mut first) = Collector::start() else { return };
        let ports = first.ports();
        let service = start(protocol, &first, |target| target);
        service.record_spans(20);
        assert_eq!(spans(&service.export.flush(PATIENCE))[1], 20);
        first.expect_spans(20);
        let before = first.kill();

        service.record_spans(3);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [23, 20, 0, 3, 0, 0], "{protocol:?}");

        let second = Collector::start_on(ports).unwrap();
        service.record_spans(40);
        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [63, 60, 0, 3, 0, 0], "{protocol:?}");
        assert_eq!(before.spans + second.stop().spans, 60, "{protocol:?}");
    }
}

fn record_large(service: &Service, bytes: usize, count: usize) {
    for _ in 0..count {
        let mut span = service.tracer().start("large");
        span.set_attribute(KeyValue::new("text", "x".repeat(bytes)));
        span.end();
    }
}

#[test]
fn its_limit_of_4_mebibytes_over_grpc_is_met_by_splitting() {
    let Some(collector) = Collector::start() else { return };
    let service = start(Protocol::Grpc, &collector, |target| target.with_max_request_size(4 * MEBIBYTE));
    record_large(&service, MEBIBYTE / 2, 20);
    record_large(&service, 5 * MEBIBYTE, 1);
    service.record_spans(10);
    let report = service.export.shutdown(PATIENCE);
    assert_eq!(spans(&report), [31, 30, 0, 0, 1, 0]);
    assert_eq!(collector.stop().spans, 30);
}

#[test]
fn its_limit_of_4_mebibytes_over_grpc_is_met_by_the_batches_of_large_spans() {
    let Some(collector) = Collector::start() else { return };
    let service = start(Protocol::Grpc, &collector, |target| target);
    record_large(&service, MEBIBYTE / 2, 20);
    assert_eq!(spans(&service.export.shutdown(PATIENCE)), [20, 20, 0, 0, 0, 0]);
    assert_eq!(collector.stop().spans, 20);
}

#[test]
fn its_limit_of_4_mebibytes_over_grpc_is_met_by_the_batches_of_long_arrays() {
    let Some(collector) = Collector::start() else { return };
    let service = start(Protocol::Grpc, &collector, |target| target);
    let arrays = [Array::Bool(vec![true; 90_000]), Array::I64(vec![-1; 90_000]), Array::F64(vec![0.5; 90_000])];
    for array in arrays.iter().cycle().take(30) {
        let mut span = service.tracer().start("long");
        span.set_attribute(KeyValue::new("numbers", Value::Array(array.clone())));
        span.end();
    }
    assert_eq!(spans(&service.export.shutdown(PATIENCE)), [30, 30, 0, 0, 0, 0]);
    assert_eq!(collector.stop().spans, 30);
}

#[test]
fn its_limit_of_4_mebibytes_over_grpc_refuses_a_larger_request_and_no_later_one() {
    let Some(collector) = Collector::start() else { return };
    let service = start(Protocol::Grpc, &collector, |target| target);
    record_large(&service, 5 * MEBIBYTE, 1);
    assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 0, 0, 1, 0, 0]);
    service.record_spans(10);
    assert_eq!(spans(&service.export.shutdown(PATIENCE)), [11, 10, 0, 1, 0, 0]);
    assert_eq!(collector.stop().spans, 10);
}
