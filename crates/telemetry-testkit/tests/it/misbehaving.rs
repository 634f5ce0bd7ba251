//! The receiver as a bad collector: hanging, refusing, gone and back.

use std::{io::Read as _, net::TcpStream, sync::mpsc, thread, time::Duration};

use prost::Message as _;
use telemetry_testkit::OtlpReceiver;

use crate::{
    http::{open, post_spans},
    messages,
};

#[test]
fn a_hanging_request_is_answered_and_counted_only_later() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.hang();
    let body = messages::traces(&["work"]).encode_to_vec();
    let mut stream = open(&receiver, "POST /v1/traces", &body);
    let (sent, answered) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        sent.send(answer).unwrap();
    });
    assert!(answered.recv_timeout(Duration::from_millis(200)).is_err());
    assert_eq!(receiver.received().requests.traces.count, 0);

    receiver.answer();
    let answer = answered.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    reader.join().unwrap();
    receiver.expect(Duration::from_secs(10), "the span", |received| received.spans.len() == 1);
}

#[test]
fn refused_items_are_not_kept_and_the_answer_says_so() {
    let receiver = OtlpReceiver::start().unwrap();
    receiver.reject(2);
    let answer = post_spans(&receiver, &["one", "two", "three"]);
    assert!(answer.contains("refused by the test receiver"), "{answer:?}");
    let received = receiver.received();
    assert_eq!(received.span_totals.keys().collect::<Vec<_>>(), ["three"]);
    assert_eq!(received.requests.traces.count, 1);
}

#[test]
fn it_comes_back_on_the_same_ports_after_a_stop() {
    let first = OtlpReceiver::start().unwrap();
    post_spans(&first, &["before"]);
    let open_connection = TcpStream::connect(("127.0.0.1", first.http_port())).unwrap();

    first.stop();
    first.stop();
    assert!(TcpStream::connect(("127.0.0.1", first.http_port())).is_err());
    assert_eq!(first.received().spans.len(), 1);

    let second = OtlpReceiver::start_on(first.grpc_port(), first.http_port()).unwrap();
    post_spans(&second, &["after"]);
    assert_eq!(second.received().spans_named("after").len(), 1);
    drop(open_connection);
}
