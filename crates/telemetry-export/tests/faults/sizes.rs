//! Requests and answers that are too large.

use std::io::Write as _;

use bytes::Bytes;
use http::Response;
use opentelemetry::{
    KeyValue,
    trace::{Span as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::{
    answers::{FAILED, send_one},
    service::{PATIENCE, PROTOCOLS, Service, base, logs, points, spans},
};

fn record_large(service: &Service, bytes: usize) {
    let mut span = service.tracer().start("large");
    span.set_attribute(KeyValue::new("text", "x".repeat(bytes)));
    span.end();
}

#[test]
fn oversized_batch_is_split_and_oversized_attribute_is_dropped() {
    const LIMIT: usize = 100_000;
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let limited = |target: Target| target.with_max_request_size(LIMIT);
        let service = Service::start_with(protocol, &base(protocol, &receiver), limited, BatchOptions::default());
        service.record_spans(20);
        (0..50).for_each(|_| record_large(&service, 10_000));
        record_large(&service, LIMIT);
        service.record_spans(20);
        service.record_logs(2000);
        let counter = service.meter().u64_counter("many").build();
        let long = "x".repeat(100);
        (0..1500).for_each(|n| counter.add(1, &[KeyValue::new("series", n), KeyValue::new("text", long.clone())]));

        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [91, 90, 0, 0, 1, 0], "{protocol:?}");
        assert_eq!(logs(&report), [2000, 2000, 0, 0, 0, 0]);
        assert_eq!(points(&report), [1500, 1500, 0, 0, 0, 0]);
        let received = receiver.received();
        assert_eq!((received.spans_received(), received.logs_received), (90, 2000));
        assert_eq!(received.sum("many", &[]).to_string(), "1500");
        assert!(received.requests.traces.count >= 6 && received.requests.metrics.count >= 2);
    }
}

#[test]
fn oversized_attribute_of_70_megabytes_takes_nothing_with_it() {
    const LIMIT: usize = 64 * 1024 * 1024;
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(Protocol::HttpProtobuf, &receiver);
    let observed = OtlpReceiver::start().unwrap();
    let observer = Service::start(Protocol::Grpc, &observed);
    service.export.observe(&observer.meter());
    // Alone in the queue, so that the request's limit decides and not the queue's.
    record_large(&service, 70_000_000);
    assert_eq!(spans(&service.export.flush(PATIENCE)), [1, 0, 0, 0, 1, 0]);
    record_large(&service, LIMIT);
    assert_eq!(spans(&service.export.flush(PATIENCE)), [2, 0, 0, 0, 2, 0]);
    record_large(&service, LIMIT - 1000);
    assert_eq!(spans(&service.export.flush(PATIENCE)), [3, 1, 0, 0, 2, 0], "a little less is taken");
    service.record_spans(5);
    record_large(&service, 70_000_000);
    service.record_spans(5);
    assert_eq!(spans(&service.export.shutdown(PATIENCE)), [14, 11, 0, 0, 3, 0]);
    assert_eq!(receiver.received().spans_received(), 11);

    observer.export.flush(PATIENCE);
    let received = observed.received();
    let count = |name: &str, error: &str| received.sum(name, &[("error.type", error)]).to_string();
    assert_eq!(count("otel.sdk.exporter.span.exported", "request_too_large"), "3");
    assert_eq!(count("otel.sdk.processor.span.processed", "queue_full"), "0");
}

#[test]
fn bomb_response_is_not_read_to_its_end_and_not_tried_again() {
    for protocol in PROTOCOLS {
        // Over gRPC an answer without its content type is judged by the status, which is a good one of the wrong kind.
        let server = FaultReceiver::start(move |_| match protocol {
            Protocol::Grpc => Fault::GrpcMessage(Bytes::from(vec![0; 5 * 1024 * 1024])),
            Protocol::HttpProtobuf | Protocol::HttpJson => Fault::Endless,
        })
        .unwrap();
        assert_eq!(send_one(protocol, &server), (FAILED, 1), "{protocol:?}");
    }
}

#[test]
fn bomb_response_over_grpc_of_any_size_is_not_tried_again() {
    for megabytes in [4, 9, 20] {
        let message = Bytes::from(vec![0; megabytes * 1024 * 1024]);
        let server = FaultReceiver::start(move |_| Fault::GrpcMessage(message.clone())).unwrap();
        assert_eq!(send_one(Protocol::Grpc, &server), (FAILED, 1), "{megabytes} MiB");
    }
}

#[test]
fn gzip_bomb_response_is_not_unpacked_beyond_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 200 * 1024 * 1024]).unwrap();
    let bomb =
        Response::builder().header("content-encoding", "gzip").body(Bytes::from(encoder.finish().unwrap())).unwrap();
    for protocol in [Protocol::HttpProtobuf, Protocol::HttpJson] {
        let bomb = bomb.clone();
        let server = FaultReceiver::start(move |_| Fault::Answer(bomb.clone())).unwrap();
        assert_eq!(send_one(protocol, &server), (FAILED, 1), "{protocol:?}");
    }
}

#[test]
fn a_very_large_grpc_message_in_the_status_fails_without_harm() {
    let fault = Fault::Grpc { code: 13, message: "x".repeat(1_000_000), retry_after: None };
    let server = FaultReceiver::start(move |_| fault.clone()).unwrap();
    let (report, attempts) = send_one(Protocol::Grpc, &server);
    assert_eq!(report, FAILED);
    assert!(attempts <= 4);
}
