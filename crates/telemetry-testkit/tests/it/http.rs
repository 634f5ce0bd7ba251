//! OTLP over HTTP, written to the socket byte by byte so that nothing hides what is on the wire.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use prost::Message as _;
use telemetry_testkit::OtlpReceiver;

use crate::messages;

/// Sends one request and gives the whole answer as text.
pub(crate) fn send(receiver: &OtlpReceiver, head: &str, body: &[u8]) -> String {
    send_as(receiver, PROTOBUF, head, body)
}

fn send_as(receiver: &OtlpReceiver, content_type: &str, head: &str, body: &[u8]) -> String {
    let mut stream = open_as(receiver, content_type, head, body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn open(receiver: &OtlpReceiver, head: &str, body: &[u8]) -> TcpStream {
    open_as(receiver, PROTOBUF, head, body)
}

fn open_as(receiver: &OtlpReceiver, content_type: &str, head: &str, body: &[u8]) -> TcpStream {
    let address = receiver.http_endpoint().replace("http://", "");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\ncontent-type: {content_type}\r\nX-Tenant: blue\r\n\r\n",
    )
    .unwrap();
    stream.write_all(body).unwrap();
    stream
}

pub(crate) fn post_spans(receiver: &OtlpReceiver, names: &[&str]) -> String {
    send(receiver, "POST /v1/traces", &messages::traces(names).encode_to_vec())
}

const PROTOBUF: &str = "application/x-protobuf";

#[test]
fn the_three_signals_arrive_with_their_headers() {
    let receiver = OtlpReceiver::start().unwrap();
    let metrics = messages::metrics(vec![messages::counter("jobs", "ok", 3), messages::histogram("duration")]);
    assert!(post_spans(&receiver, &["work"]).starts_with("HTTP/1.1 200 OK"));
    assert!(send(&receiver, "POST /v1/metrics", &metrics.encode_to_vec()).starts_with("HTTP/1.1 200 OK"));
    let logs = messages::logs(&["hello"]).encode_to_vec();
    assert!(send(&receiver, "POST /v1/logs", &logs).starts_with("HTTP/1.1 200 OK"));

    let received = receiver.received();
    assert_eq!(received.spans_named("work").len(), 1);
    assert_eq!(received.points_received, 2);
    assert_eq!(received.logs[0].body, "hello");
    assert_eq!(received.logs[0].severity, "WARN");
    assert_eq!(received.requests.traces.headers["x-tenant"], "blue", "header names are lower case");
    assert_eq!(received.requests.metrics.count, 1);
    assert_eq!(received.requests.logs.count, 1);
}

#[test]
fn a_number_that_is_null_in_json_is_refused() {
    let receiver = OtlpReceiver::start().unwrap();
    let body = |value| {
        let attribute = format!(r#"{{"key":"ratio","value":{{{value}}}}}"#);
        let span = format!(
            r#"{{"traceId":"{}","spanId":"{}","name":"x","attributes":[{attribute}]}}"#,
            "ab".repeat(16),
            "ab".repeat(8)
        );
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{span}]}}]}}]}}"#)
    };
    let json = "POST /v1/traces";
    let post = |value| send_as(&receiver, "application/json", json, body(value).as_bytes());
    let (refused, taken) = (post(r#""doubleValue":null"#), post(r#""doubleValue":1.5"#));
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    assert!(taken.starts_with("HTTP/1.1 200"), "{taken}");
    let body = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"x","gauge":{"dataPoints":[{"asDouble":null}]}}]}]}]}"#;
    let refused = send_as(&receiver, "application/json", "POST /v1/metrics", body.as_bytes());
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
}

#[test]
fn what_is_not_otlp_is_refused_by_its_status() {
    let receiver = OtlpReceiver::start().unwrap();
    let cases = [
        ("POST /v1/trace", &b""[..], "404"),
        ("GET /v1/traces", b"", "405"),
        ("POST /v1/metrics", b"\xff\xff\xff", "400"),
    ];
    for (head, body, status) in cases {
        let answer = send(&receiver, head, body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
    }
    assert_eq!(receiver.received(), OtlpReceiver::start().unwrap().received());
}
