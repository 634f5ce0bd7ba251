//! Every kind of answer: which are tried again, how often, and what they count as.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use telemetry_export::{BatchOptions, Export, Protocol};
use telemetry_testkit::{Fault, FaultReceiver};

use crate::service::{NEVER, PATIENCE, PROTOCOLS, resource, spans, target};

/// Sends one span, and gives the report and the number of requests that it took.
pub(crate) fn send_one(protocol: Protocol, server: &FaultReceiver) -> ([u64; 6], usize) {
    let export = Export::builder(resource())
        .with_traces(target(protocol, server.endpoint(), "traces"), BatchOptions::default().with_schedule_delay(NEVER))
        .start()
        .unwrap();
    let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
    drop(tracers.tracer("tests").start("work"));
    (spans(&export.shutdown(PATIENCE)), server.requests().len())
}

/// The time between one request and the next.
fn pauses(server: &FaultReceiver) -> Vec<Duration> {
    server.requests().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

pub(crate) const EXPORTED: [u64; 6] = [1, 1, 0, 0, 0, 0];
pub(crate) const FAILED: [u64; 6] = [1, 0, 0, 1, 0, 0];

/// This fault at first, and nothing wrong afterwards.
fn once(fault: Fault) -> FaultReceiver {
    FaultReceiver::start(move |request| if request == 0 { fault.clone() } else { Fault::Accept }).unwrap()
}

fn always(fault: Fault) -> FaultReceiver {
    FaultReceiver::start(move |_| fault.clone()).unwrap()
}

fn unavailable(retry_after: &str) -> Fault {
    Fault::Answer(Response::builder().status(503).header("retry-after", retry_after).body(Bytes::new()).unwrap())
}

fn hint(code: u32, retry_after: Duration) -> Fault {
    Fault::Grpc { code, message: String::new(), retry_after: Some(retry_after) }
}

#[test]
fn status_429_502_503_504_and_no_other_is_tried_again() {
    for status in 300..600 {
        let server = once(Fault::status(status));
        let protocol = if status % 2 == 0 { Protocol::HttpProtobuf } else { Protocol::HttpJson };
        let (expected, attempts) = if [429, 502, 503, 504].contains(&status) { (EXPORTED, 2) } else { (FAILED, 1) };
        assert_eq!(send_one(protocol, &server), (expected, attempts), "{status}");
    }
}

#[test]
fn every_grpc_code_is_tried_again_exactly_by_the_table() {
    for code in 0..17 {
        let server = once(if code == 0 { Fault::Accept } else { Fault::grpc(code) });
        let (expected, attempts) = match code {
            0 => (EXPORTED, 1),
            1 | 4 | 10 | 11 | 14 | 15 => (EXPORTED, 2),
            _ => (FAILED, 1),
        };
        assert_eq!(send_one(Protocol::Grpc, &server), (expected, attempts), "{code}");
    }
}

#[test]
fn after_four_attempts_with_growing_pauses_it_is_given_up() {
    for (protocol, fault) in [
        (Protocol::HttpProtobuf, Fault::status(503)),
        (Protocol::HttpJson, Fault::status(502)),
        (Protocol::Grpc, Fault::grpc(14)),
    ] {
        let server = always(fault);
        assert_eq!(send_one(protocol, &server), (FAILED, 4), "{protocol:?}");
        let pauses = pauses(&server);
        for (pause, at_least) in pauses.iter().zip([100, 200, 400]) {
            assert!(*pause >= Duration::from_millis(at_least), "{protocol:?}: {pauses:?}");
        }
    }
}

#[test]
fn a_retry_after_is_heeded_as_seconds_and_as_a_date() {
    let server = once(unavailable("1"));
    assert_eq!(send_one(Protocol::HttpProtobuf, &server), (EXPORTED, 2));
    assert!(pauses(&server)[0] >= Duration::from_secs(1));

    let in_two_seconds = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
    let server = once(unavailable(&in_two_seconds));
    assert_eq!(send_one(Protocol::HttpJson, &server), (EXPORTED, 2));
    // A date has whole seconds, so up to one is lost.
    assert!(pauses(&server)[0] >= Duration::from_millis(500), "{:?}", pauses(&server));
}

#[test]
fn a_retry_info_is_heeded() {
    let server = once(hint(14, Duration::from_millis(700)));
    assert_eq!(send_one(Protocol::Grpc, &server), (EXPORTED, 2));
    assert!(pauses(&server)[0] >= Duration::from_millis(700));
}

#[test]
fn a_huge_hint_does_not_outlive_the_shutdown() {
    let server = always(unavailable("999999"));
    assert_eq!(send_one(Protocol::HttpProtobuf, &server), (FAILED, 1));
    let server = always(hint(14, Duration::from_secs(999_999)));
    assert_eq!(send_one(Protocol::Grpc, &server), (FAILED, 1));
}

#[test]
fn exhausted_resources_are_tried_again_only_with_a_hint() {
    let server = once(hint(8, Duration::from_millis(200)));
    assert_eq!(send_one(Protocol::Grpc, &server), (EXPORTED, 2));
    assert!(pauses(&server)[0] >= Duration::from_millis(200));
    assert_eq!(send_one(Protocol::Grpc, &once(Fault::grpc(8))), (FAILED, 1));
}

#[test]
fn redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = FaultReceiver::start(|_| Fault::Accept).unwrap();
        let location = format!("{}/v1/traces", elsewhere.endpoint());
        let answer = Response::builder().status(status).header("location", &location).body(Bytes::new()).unwrap();
        for protocol in PROTOCOLS {
            let server = always(Fault::Answer(answer.clone()));
            let (report, attempts) = send_one(protocol, &server);
            // Over gRPC an answer that is none counts as UNKNOWN, which is not tried again either.
            assert_eq!((report, attempts), (FAILED, 1), "{protocol:?} {status}");
        }
        assert_eq!(elsewhere.requests().len(), 0, "headers and spans go to one host only");
    }
}

#[test]
fn malformed_or_empty_success_counts_by_its_status() {
    let bodies = [Bytes::new(), Bytes::from_static(b"<html>thank you</html>"), Bytes::from(vec![0xff; 100_000])];
    for body in bodies {
        for protocol in [Protocol::HttpProtobuf, Protocol::HttpJson] {
            let server = always(Fault::Answer(Response::new(body.clone())));
            assert_eq!(send_one(protocol, &server), (EXPORTED, 1), "{protocol:?}");
        }
        let server = always(Fault::GrpcMessage(body));
        assert_eq!(send_one(Protocol::Grpc, &server), (EXPORTED, 1));
    }
}

#[test]
fn malformed_or_very_large_error_counts_by_its_status() {
    for body in [Bytes::from_static(b"\xff\x00garbage"), Bytes::from(vec![b'x'; 20 * 1024 * 1024])] {
        let answer = Response::builder().status(400).body(body).unwrap();
        let server = always(Fault::Answer(answer));
        assert_eq!(send_one(Protocol::HttpProtobuf, &server), (FAILED, 1));
    }
}

#[test]
fn partial_success_is_counted_and_not_tried_again() {
    // Field 1 (partial success) holding field 1 (the count) as 1, and field 2, a message.
    let protobuf = Bytes::from_static(b"\x0a\x06\x08\x01\x12\x02no");
    let json = Bytes::from_static(br#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}"#);
    let rejected = [1, 0, 1, 0, 0, 0];
    let answer = |body: &Bytes| always(Fault::Answer(Response::new(body.clone())));
    assert_eq!(send_one(Protocol::HttpProtobuf, &answer(&protobuf)), (rejected, 1));
    assert_eq!(send_one(Protocol::HttpJson, &answer(&json)), (rejected, 1));
    assert_eq!(send_one(Protocol::Grpc, &always(Fault::GrpcMessage(protobuf))), (rejected, 1));
}

#[test]
fn what_is_not_grpc_is_judged_by_its_http_status() {
    let not_found = || always(Fault::Answer(Response::builder().status(404).body(Bytes::from("<html>")).unwrap()));
    assert_eq!(send_one(Protocol::Grpc, &not_found()), (FAILED, 1));
    // A proxy whose collector is away.
    assert_eq!(send_one(Protocol::Grpc, &once(Fault::status(503))), (EXPORTED, 2));
}
