//! Clients of the endpoint that send what is no scrape, or leave in the middle of one.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use opentelemetry::{KeyValue, metrics::Counter};
use prometheus_bridge::{EncodeOptions, Endpoint, ScrapeService};
use telemetry_testkit::wait_until;

use crate::{
    endpoint::{DEADLINE, GET, connect, exchange, status},
    recording::Recording,
};

/// A body of this size is not all in the buffers of a connection.
const BODY: usize = 12 << 20;

/// An endpoint with a counter `hits` and such a body.
fn endpoint_with_large_body() -> (Recording, Counter<u64>, Endpoint) {
    let recording = Recording::new();
    let meter = recording.meter("a");
    meter.u64_gauge("large").build().record(1, &[KeyValue::new("large", "x".repeat(BODY))]);
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false));
    let endpoint = Endpoint::bind("127.0.0.1", 0, service).unwrap();
    (recording, meter.u64_counter("hits").build(), endpoint)
}

/// A client that has read the beginning of its response.
fn in_mid_body(endpoint: &Endpoint) -> TcpStream {
    let mut stream = connect(endpoint.addresses()[0]);
    stream.write_all(GET.as_bytes()).unwrap();
    // It may be one too many while others are being given up.
    let _ = stream.read(&mut [0; 10]).unwrap_or_default();
    stream
}

#[test]
fn requests_that_are_malformed_or_too_large_are_refused() {
    let recording = Recording::new();
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default());
    let endpoint = Endpoint::bind("127.0.0.1", 0, service).unwrap();
    let address = endpoint.addresses()[0];
    let get = |rest: &str| format!("GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{rest}").into_bytes();
    let tls_hello = b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03\xaa\xbb\xcc\xff\xfe\r\n\r\n".to_vec();
    // A client that is still sending may see the connection reset instead of the answer.
    for (what, request, expected) in [
        (
            "a request line of 1 MB",
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20)).into_bytes(),
            "414 431 none",
        ),
        ("10,000 headers", get(&("X: 1\r\n".repeat(10_000) + "\r\n")), "431 none"),
        ("a header of 1 MB", get(&format!("X: {}\r\n\r\n", "x".repeat(1 << 20))), "431 none"),
        ("a version before 1.0", b"GET /metrics\r\n\r\n".to_vec(), "400"),
        ("a version to come", b"GET /metrics HTTP/7.0\r\n\r\n".to_vec(), "400 505"),
        ("TLS", tls_hello, "400"),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), "400 505 none"),
        ("NUL in a header", get("X: a\0b\r\n\r\n"), "400"),
        ("NUL in the path", b"GET /met\0rics HTTP/1.1\r\n\r\n".to_vec(), "400"),
        ("a header without a colon", get("no header\r\n\r\n"), "400"),
        ("a blank before the colon", get("X : 1\r\n\r\n"), "400"),
        ("an odd transfer encoding", get("Transfer-Encoding: gzip\r\n\r\n"), "400"),
        ("two lengths", get("Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"), "400"),
        ("a length below zero", get("Content-Length: -1\r\n\r\n"), "400"),
        ("a length beyond all numbers", get("Content-Length: 99999999999999999999999\r\n\r\n"), "400"),
        ("a body that goes unread", get("Content-Length: 3\r\n\r\nabc"), "200"),
        ("a body that never comes", get("Content-Length: 1000000\r\n\r\n"), "200"),
        ("a chunk without a size", get("Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "200"),
        ("both lengths", get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "200 400"),
    ] {
        let response = exchange(address, request);
        assert!(expected.split(' ').any(|expected| status(&response) == expected), "{what}: {response:?}");
        // One answer and no more: what comes after it is not taken for a request.
        assert!(response.matches("HTTP/1.").count() <= 1, "{what}: {response:?}");
        assert_eq!(status(&exchange(address, GET)), "200", "after {what}");
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let recording = Recording::new();
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default());
    let endpoint = Endpoint::bind("127.0.0.1", 0, service).unwrap();
    let first = "GET /metrics HTTP/1.1\r\nHost: t\r\n\r\nPOST /metrics HTTP/1.1\r\nHost: t\r\n\r\n";
    let response = exchange(endpoint.addresses()[0], format!("{first}{GET}"));
    let statuses: Vec<_> = response.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "405", "200"]);
}

/// Neither their connections nor the bodies that they were being sent are kept.
#[test]
fn clients_that_leave_in_the_middle_of_a_body_leave_nothing_behind() {
    let (_recording, hits, endpoint) = endpoint_with_large_body();
    // More than there may be connections or bodies.
    for _ in 0..100 {
        hits.add(1, &[]);
        drop(in_mid_body(&endpoint));
    }
    let fresh =
        wait_until(DEADLINE, || exchange(endpoint.addresses()[0], GET).contains("hits_total 100\n").then_some(()));
    assert!(fresh.is_some(), "there is no room for another body");
}

#[test]
fn clients_that_read_slowly_do_not_keep_others_from_whole_bodies() {
    let (_recording, hits, endpoint) = endpoint_with_large_body();
    hits.add(1, &[]);
    let slow: Vec<TcpStream> = (0..20).map(|_| in_mid_body(&endpoint)).collect();
    let response = exchange(endpoint.addresses()[0], GET);
    assert_eq!(status(&response), "200");
    assert!(response.len() > BODY && response.ends_with("\"} 1\n"), "the body is not whole");
    drop(slow);
}
