//! Flush and shutdown from every kind of thread, twice and at once.

use std::{sync::Arc, thread};

use opentelemetry::trace::Tracer as _;
use opentelemetry_sdk::Resource;
use telemetry_export::{Export, Protocol, StartError};
use telemetry_testkit::OtlpReceiver;
use tokio::runtime;

use crate::service::{PATIENCE, PROTOCOLS, Service, logs, points, spans, watched};

#[test]
fn neither_signal_is_an_error() {
    let error = Export::builder(Resource::builder_empty().build()).start().unwrap_err();
    assert!(matches!(error, StartError::NothingToExport));
}

/// Starts, records, flushes and shuts down; the caller decides on what kind of thread.
fn whole_life(protocol: Protocol) {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(protocol, &receiver);
    service.record_spans(1);
    service.count_job();
    assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 1, 0, 0, 0, 0]);
    service.record_spans(2);
    service.record_logs(4);
    let report = service.export.shutdown(PATIENCE);
    assert_eq!(spans(&report), [3, 3, 0, 0, 0, 0]);
    assert_eq!(logs(&report), [4, 4, 0, 0, 0, 0]);
    assert_eq!(points(&report), [2, 2, 0, 0, 0, 0]);
    assert_eq!(receiver.received().spans_received(), 3);
}

#[test]
fn a_life_without_any_runtime() {
    for protocol in PROTOCOLS {
        watched(move || whole_life(protocol));
    }
}

#[test]
fn a_life_inside_a_current_thread_runtime() {
    for protocol in PROTOCOLS {
        watched(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { whole_life(protocol) });
        });
    }
}

#[test]
fn a_life_inside_a_task_of_a_runtime_with_one_worker() {
    for protocol in PROTOCOLS {
        watched(move || {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async { tokio::spawn(async move { whole_life(protocol) }).await.unwrap() });
        });
    }
}

#[test]
fn a_second_shutdown_repeats_the_first_report() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service.record_spans(1);
    let first = service.export.shutdown(PATIENCE);
    service.record_spans(1);
    let second = service.export.shutdown(PATIENCE);
    assert!(!first.repeated && second.repeated);
    assert_eq!((second.traces, second.metrics), (first.traces, first.metrics));
    assert_eq!(spans(&service.export.flush(PATIENCE)), [2, 1, 0, 0, 1, 0], "what comes later is dropped");
}

#[test]
fn of_many_shutdowns_at_once_one_is_the_first() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Arc::new(Service::start(PROTOCOLS[1], &receiver));
    service.record_spans(10);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let service = Arc::clone(&service);
            thread::spawn(move || service.export.shutdown(PATIENCE))
        })
        .collect();
    let reports: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(reports.iter().filter(|report| !report.repeated).count(), 1);
    assert!(reports.iter().all(|report| spans(report) == [10, 10, 0, 0, 0, 0]), "{reports:?}");
}

#[test]
fn producers_racing_with_the_shutdown_are_counted_exactly() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Arc::new(Service::start(PROTOCOLS[0], &receiver));
    let producers: Vec<_> = (0..4)
        .map(|_| {
            let service = Arc::clone(&service);
            thread::spawn(move || service.record_spans(2_000))
        })
        .collect();
    let during = service.export.shutdown(PATIENCE);
    for producer in producers {
        producer.join().unwrap();
    }

    spans(&during);
    let after = service.export.flush(PATIENCE);
    let [accepted, exported, rejected, failed, _, unsent] = spans(&after);
    assert_eq!((accepted, rejected, failed, unsent), (8_000, 0, 0, 0));
    assert_eq!(receiver.received().spans_received(), exported);
}

#[test]
fn spans_still_open_at_the_end_are_counted() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    let open = [service.tracer().start("long"), service.tracer().start("longer")];
    service.record_spans(3);
    let report = service.export.shutdown(PATIENCE);
    assert_eq!((spans(&report), report.open_spans), ([3, 3, 0, 0, 0, 0], 2));
    drop(open);
    assert_eq!(service.export.flush(PATIENCE).open_spans, 0);
}

#[test]
fn the_span_processor_flushes_and_ends_by_itself() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service.record_spans(1);
    service.tracers.force_flush().unwrap();
    assert_eq!(receiver.received().spans_received(), 1);
    service.record_spans(1);
    service.tracers.shutdown().unwrap();
    assert_eq!(receiver.received().spans_received(), 2);
    assert_eq!(spans(&service.export.shutdown(PATIENCE)), [2, 2, 0, 0, 0, 0]);
}

#[test]
fn dropping_the_export_sends_what_is_queued_without_waiting_for_it() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[1], &receiver);
    service.record_spans(5);
    service.count_job();
    drop(service.export);
    receiver.expect(PATIENCE, "five spans and the metric", |received| {
        received.spans_received() == 5 && received.points_received == 1
    });
}
