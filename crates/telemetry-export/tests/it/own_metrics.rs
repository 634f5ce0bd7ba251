//! The SDK's own metrics leave with the others, agree with the report and do not feed themselves.

use std::panic;

use opentelemetry::{
    KeyValue,
    trace::{Span as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver, PointValue};

use crate::service::{PATIENCE, PROTOCOLS, Service, spans};

#[test]
fn they_say_what_the_report_says() {
    let receiver = OtlpReceiver::start().unwrap();
    let options = BatchOptions::default().with_max_queue_size(100);
    let service = Service::start_with(PROTOCOLS[0], &receiver.grpc_endpoint(), |target| target, options);
    service.export.observe(&service.meter());
    let open = service.tracer().start("open");
    // Far more than the queue holds, so that some are dropped, however fast they are taken.
    receiver.hang();
    service.record_spans(1000);
    receiver.answer();
    service.record_logs(7);
    service.export.flush(PATIENCE);
    receiver.reject(2);
    service.record_spans(3);
    let report = service.export.flush(PATIENCE);
    receiver.answer();
    // The metrics of one collection say what was before it.
    service.export.flush(PATIENCE);

    let [accepted, exported, rejected, _, dropped, _] = spans(&report);
    assert!(accepted == 1003 && rejected == 2 && dropped > 0, "{report:?}");
    let received = receiver.received();
    let sum = |name: &str, labels: &[(&str, &str)]| received.sum(name, labels).to_string();
    let of_processor = [("otel.component.type", "batching_span_processor")];
    assert_eq!(sum("otel.sdk.span.live", &[]), "1");
    assert_eq!(sum("otel.sdk.span.started", &[("otel.span.parent.origin", "none")]), "1004");
    assert_eq!(sum("otel.sdk.processor.span.queue.capacity", &of_processor), "100");
    assert_eq!(sum("otel.sdk.processor.span.queue.size", &of_processor), "0");
    assert_eq!(sum("otel.sdk.processor.span.processed", &of_processor), accepted.to_string());
    assert_eq!(sum("otel.sdk.processor.span.processed", &[("error.type", "queue_full")]), dropped.to_string());
    let of_exporter = [("otel.component.type", "otlp_grpc_span_exporter"), ("server.address", "127.0.0.1")];
    assert_eq!(sum("otel.sdk.exporter.span.exported", &of_exporter), (exported + rejected).to_string());
    assert_eq!(sum("otel.sdk.exporter.span.exported", &[("error.type", "rejected")]), "2");
    assert_eq!(sum("otel.sdk.exporter.span.inflight", &of_exporter), "0");
    assert_eq!(sum("otel.sdk.log.created", &[]), "7");
    assert_eq!(sum("otel.sdk.exporter.log.exported", &[]), "7");
    assert!(received.sum("otel.sdk.exporter.metric_data_point.exported", &[]) > 0.0);
    let durations = received.points_of("otel.sdk.exporter.operation.duration", &of_exporter);
    assert!(matches!(durations[0].value, PointValue::Histogram { count: 1.., .. }), "{durations:?}");
    assert!(received.count("otel.sdk.metric_reader.collection.duration", &[]) > 0);
    drop(open);
}

#[test]
fn failures_are_named_by_their_kind() {
    let receiver = FaultReceiver::start(|_| Fault::status(400)).unwrap();
    let service = Service::start_with(PROTOCOLS[1], receiver.endpoint(), |target| target, BatchOptions::default());
    let collected = OtlpReceiver::start().unwrap();
    let reader = Service::start(PROTOCOLS[0], &collected);
    service.export.observe(&reader.meter());
    service.record_spans(5);
    service.export.flush(PATIENCE);
    reader.export.flush(PATIENCE);
    let received = collected.received();
    assert_eq!(received.sum("otel.sdk.exporter.span.exported", &[("error.type", "400")]).to_string(), "5");
    let failed = [("http.response.status_code", "400"), ("error.type", "400")];
    assert_eq!(received.count("otel.sdk.exporter.operation.duration", &failed), 1);
}

#[test]
fn failed_collections_are_named_by_their_kind() {
    let receiver = OtlpReceiver::start().unwrap();
    let reader = Service::start(PROTOCOLS[0], &receiver);
    let [broken, ended] = [(); 2].map(|()| Service::start(PROTOCOLS[0], &receiver));
    broken
        .meter()
        .u64_observable_gauge("broken")
        .with_callback(|_| panic::resume_unwind(Box::new("a panic without a message on the terminal")))
        .build();
    ended.meters.shutdown().unwrap();
    for (service, kind) in [(&broken, "panic"), (&ended, "unavailable")] {
        service.export.observe(&reader.meter());
        assert_eq!(service.export.flush(PATIENCE).failed_collections, 1, "{kind}");
        reader.export.flush(PATIENCE);
        let failed = [("otel.component.type", "periodic_metric_reader"), ("error.type", kind)];
        let durations = "otel.sdk.metric_reader.collection.duration";
        assert_eq!(receiver.received().count(durations, &failed), 1, "{kind}");
    }
}

#[test]
fn what_is_too_large_was_processed_and_what_is_too_late_was_not() {
    let receiver = OtlpReceiver::start().unwrap();
    let limited = |target: Target| target.with_max_request_size(10_000);
    let service = Service::start_with(PROTOCOLS[0], &receiver.grpc_endpoint(), limited, BatchOptions::default());
    let reader = Service::start(PROTOCOLS[0], &receiver);
    service.export.observe(&reader.meter());
    let mut span = service.tracer().start("large");
    span.set_attribute(KeyValue::new("text", "x".repeat(10_000)));
    span.end();
    service.record_spans(3);
    service.export.shutdown(PATIENCE);
    service.record_spans(2);
    let report = service.export.flush(PATIENCE);
    assert_eq!(spans(&report), [6, 3, 0, 0, 3, 0]);

    reader.export.flush(PATIENCE);
    let received = receiver.received();
    let count = |name: &str, labels: &[(&str, &str)]| received.sum(name, labels).to_string();
    let processed = "otel.sdk.processor.span.processed";
    assert_eq!(count(processed, &[]), "6");
    assert_eq!(count(processed, &[("error.type", "already_shutdown")]), "2");
    assert_eq!(count(processed, &[("error.type", "queue_full")]), "0", "there was room");
    let exported = "otel.sdk.exporter.span.exported";
    assert_eq!(count(exported, &[]), "4");
    assert_eq!(count(exported, &[("error.type", "request_too_large")]), "1");
}

#[test]
fn observing_them_does_not_make_more_of_them() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service.export.observe(&service.meter());
    let points = |service: &Service| service.export.flush(PATIENCE).metrics.unwrap().accepted;
    let counts: Vec<u64> = (0..6).map(|_| points(&service)).collect();
    let grown: Vec<u64> = counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(grown[1..].iter().all(|points| *points == grown[1]), "as many points in each collection: {grown:?}");
    assert_eq!(receiver.received().requests.traces.count, 0);
}
