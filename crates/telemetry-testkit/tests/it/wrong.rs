//! The receiver that does wrong, and what it keeps of the requests.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use bytes::Bytes;
use telemetry_testkit::{Fault, FaultReceiver};

/// The answer to a request with this content type; empty when the connection was closed instead.
fn ask(receiver: &FaultReceiver, content_type: &str) -> String {
    let mut stream = TcpStream::connect(receiver.endpoint().replace("http://", "")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!("POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {content_type}");
    write!(stream, "{head}\r\ncontent-length: 3\r\n\r\nabc").unwrap();
    let mut answer = Vec::new();
    // A connection that is reset has no answer.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn it_answers_as_it_is_told_and_keeps_what_it_was_asked() {
    let faults = [
        (Fault::Accept, "application/json", "HTTP/1.1 200 OK"),
        (Fault::status(503), "application/json", "HTTP/1.1 503 Service Unavailable"),
        (Fault::Reset, "application/json", ""),
        (Fault::Drip(http::Response::new(Bytes::from_static(b"slow"))), "application/json", "HTTP/1.1 200 OK"),
        (Fault::grpc(14), "application/grpc", "HTTP/1.1 200 OK"),
    ];
    let told = faults.clone();
    let receiver = FaultReceiver::start(move |request| told[request].0.clone()).unwrap();
    let answers: Vec<String> = faults.iter().map(|(_, content_type, _)| ask(&receiver, content_type)).collect();
    for (answer, (fault, _, expected)) in answers.iter().zip(&faults) {
        assert!(answer.starts_with(expected) && answer.is_empty() == expected.is_empty(), "{fault:?}: {answer}");
    }
    assert!(answers[3].ends_with("1\r\nw\r\n0\r\n\r\n"), "byte by byte: {}", answers[3]);
    assert!(answers[4].contains("grpc-status: 14"), "{}", answers[4]);

    let requests = receiver.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests.iter().all(|request| request.path == "/v1/traces" && request.body == "abc"));
    assert_eq!(requests[4].headers["content-type"], "application/grpc");
}
