//! Every kind of answer: which are tried again, how often, and what they count as.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use opentelemetry_sdk::trace::SdkTracerProvider;
use telemetry_export::{BatchOptions, Export, Protocol};

use crate::{
    scripted::ScriptedServer,
    service::{NEVER, PATIENCE, resource, spans, target},
};

/// Sends one span, and gives the report and the number of requests that it took.
fn send_one(protocol: Protocol, server: &ScriptedServer) -> ([u64; 6], usize) {
    let export = Export::builder(resource())
        .with_traces(target(protocol, server.address(), "traces"), BatchOptions::default().with_schedule_delay(NEVER))
        .start()
        .unwrap();
    let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
    let tracer = opentelemetry::trace::TracerProvider::tracer(&tracers, "tests");
    drop(opentelemetry::trace::Tracer::start(&tracer, "work"));
    (spans(&export.shutdown(PATIENCE)), server.asked().len())
}

/// The time between one request and the next.
fn pauses(server: &ScriptedServer) -> Vec<Duration> {
    server.asked().windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

const EXPORTED: [u64; 6] = [1, 1, 0, 0, 0, 0];
const FAILED: [u64; 6] = [1, 0, 0, 1, 0, 0];

fn http(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).unwrap()
}

fn grpc(code: u32) -> Response<Full<Bytes>> {
    Response::builder()
        .header("content-type", "application/grpc")
        .header("grpc-status", code)
        .body(Full::default())
        .unwrap()
}

#[test]
fn a_transient_http_status_is_tried_again_and_another_is_not() {
    let cases = [(429, 2), (502, 2), (503, 2), (504, 2), (400, 1), (401, 1), (404, 1), (408, 1), (413, 1), (500, 1)];
    for (status, attempts) in cases {
        let server = ScriptedServer::start(move |request| if request == 0 { http(status) } else { http(200) });
        let expected = if attempts == 2 { EXPORTED } else { FAILED };
        assert_eq!(send_one(Protocol::HttpProtobuf, &server), (expected, attempts), "{status}");
    }
}

#[test]
fn a_transient_grpc_code_is_tried_again_and_another_is_not() {
    for code in 1..17 {
        let attempts = if [1, 4, 10, 11, 14, 15].contains(&code) { 2 } else { 1 };
        let server = ScriptedServer::start(move |request| if request == 0 { grpc(code) } else { accepted() });
        let expected = if attempts == 2 { EXPORTED } else { FAILED };
        assert_eq!(send_one(Protocol::Grpc, &server), (expected, attempts), "{code}");
    }
}

#[test]
fn after_four_attempts_with_growing_pauses_it_is_given_up() {
    for (protocol, answer) in [(Protocol::HttpProtobuf, http(503)), (Protocol::Grpc, grpc(14))] {
        let server = ScriptedServer::start(move |_| answer.clone());
        assert_eq!(send_one(protocol, &server), (FAILED, 4), "{protocol:?}");
        let pauses = pauses(&server);
        for (pause, at_least) in pauses.iter().zip([100, 200, 400]) {
            assert!(*pause >= Duration::from_millis(at_least), "{protocol:?}: {pauses:?}");
        }
    }
}

#[test]
fn a_hint_is_heeded_and_one_that_does_not_fit_ends_it_at_once() {
    let hinted = |seconds: &'static str| {
        move |request| match request {
            0 => Response::builder().status(503).header("retry-after", seconds).body(Full::default()).unwrap(),
            _ => http(200),
        }
    };
    let server = ScriptedServer::start(hinted("1"));
    assert_eq!(send_one(Protocol::HttpProtobuf, &server), (EXPORTED, 2));
    assert!(pauses(&server)[0] >= Duration::from_secs(1));

    let server = ScriptedServer::start(hinted("999999"));
    assert_eq!(send_one(Protocol::HttpProtobuf, &server), (FAILED, 1));
}

#[test]
fn exhausted_resources_are_tried_again_only_with_a_hint() {
    // google.rpc.Status with one detail, google.rpc.RetryInfo of 0.2 s; base64, as gRPC wants binary headers.
    let hint = "GjMKKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SBwoFEICEr18";
    let server = ScriptedServer::start(move |request| match request {
        0 => {
            let mut response = grpc(8);
            response.headers_mut().insert("grpc-status-details-bin", hint.parse().unwrap());
            response
        }
        _ => accepted(),
    });
    assert_eq!(send_one(Protocol::Grpc, &server), (EXPORTED, 2));
    assert!(pauses(&server)[0] >= Duration::from_millis(200));
}

#[test]
fn a_redirect_is_not_followed() {
    for status in [301, 302, 307, 308] {
        let elsewhere = ScriptedServer::start(|_| http(200));
        let location = format!("{}/v1/traces", elsewhere.address());
        let server = ScriptedServer::start(move |_| {
            Response::builder().status(status).header("location", &location).body(Full::default()).unwrap()
        });
        assert_eq!(send_one(Protocol::HttpProtobuf, &server), (FAILED, 1), "{status}");
        assert_eq!(elsewhere.asked().len(), 0);
    }
}

#[test]
fn a_success_counts_whatever_its_body_says() {
    for body in [Bytes::new(), Bytes::from_static(b"<html>thank you</html>"), Bytes::from(vec![0xff; 100_000])] {
        let server = ScriptedServer::start(move |_| Response::new(Full::from(body.clone())));
        assert_eq!(send_one(Protocol::HttpProtobuf, &server), (EXPORTED, 1));
    }
}

#[test]
fn an_answer_over_the_limit_is_refused_once() {
    let five_mebibytes = Bytes::from(vec![0; 5 * 1024 * 1024]);
    let body = five_mebibytes.clone();
    let server = ScriptedServer::start(move |_| Response::new(Full::from(body.clone())));
    assert_eq!(send_one(Protocol::HttpProtobuf, &server), (FAILED, 1));

    let mut framed = vec![0, 0, 0x50, 0, 0];
    framed.extend_from_slice(&five_mebibytes);
    let framed = Bytes::from(framed);
    let server = ScriptedServer::start(move |_| {
        Response::builder().header("content-type", "application/grpc").body(Full::from(framed.clone())).unwrap()
    });
    assert_eq!(send_one(Protocol::Grpc, &server), (FAILED, 1));
}

#[test]
fn what_is_not_grpc_is_judged_by_its_http_status() {
    let server = ScriptedServer::start(|_| {
        Response::builder().status(StatusCode::NOT_FOUND).body(Full::from("<html>")).unwrap()
    });
    assert_eq!(send_one(Protocol::Grpc, &server), (FAILED, 1));
}

/// An empty response message.
fn accepted() -> Response<Full<Bytes>> {
    Response::builder().header("content-type", "application/grpc").body(Full::from(&[0_u8, 0, 0, 0, 0][..])).unwrap()
}
