//! TLS where there is none, and none where there is TLS.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use telemetry_export::{BatchOptions, Tls};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::{
    FAILED,
    certificates::{Authority, Validity},
    deliver,
    service::{PATIENCE, PROTOCOLS, Service, base, spans},
    terminator::{Terminator, Versions},
    trusting,
};

#[test]
fn tls_on_the_plain_port_fails() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = base(protocol, &receiver).replace("http://127.0.0.1", "https://localhost");
        assert_eq!(deliver(protocol, &endpoint, &trusting(&Authority::new())), FAILED, "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 0);
    }
}

#[test]
fn plain_text_on_the_tls_port_fails() {
    let issued = Authority::new().issue("localhost", Validity::Now);
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let server = Terminator::start(&base(protocol, &receiver), &issued, None, Versions::Safe);
        let endpoint = server.endpoint("localhost").replace("https", "http");
        assert_eq!(deliver(protocol, &endpoint, &Tls::default()), FAILED, "{protocol:?}");
        assert_eq!((receiver.received().spans_received(), server.handshakes()), (0, 0));
    }
}

/// A redirect from https to http would be the way out of TLS.
#[test]
fn a_redirect_to_plain_text_is_not_followed() {
    let authority = Authority::new();
    let issued = authority.issue("localhost", Validity::Now);
    let elsewhere = FaultReceiver::start(|_| Fault::Accept).unwrap();
    let location = format!("{}/v1/traces", elsewhere.endpoint());
    let redirecting = FaultReceiver::start(move |_| {
        let answer = http::Response::builder().status(308).header("location", &location);
        Fault::Answer(answer.body(bytes::Bytes::new()).unwrap())
    })
    .unwrap();
    for protocol in PROTOCOLS {
        let server = Terminator::start(redirecting.endpoint(), &issued, None, Versions::Safe);
        assert_eq!(deliver(protocol, &server.endpoint("localhost"), &trusting(&authority)), FAILED);
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn no_payload_reaches_a_port_without_tls() {
    for protocol in PROTOCOLS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("https://{}", listener.local_addr().unwrap());
        let (sent, captured) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut bytes = vec![0; 64 * 1024];
                let length = stream.read(&mut bytes).unwrap();
                bytes.truncate(length);
                stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").ok();
                drop(stream);
                if sent.send(bytes).is_err() {
                    return;
                }
            }
        });
        let tls = trusting(&Authority::new());
        let service =
            Service::start_with(protocol, &endpoint, |target| target.with_tls(tls.clone()), BatchOptions::default());
        drop(opentelemetry::trace::Tracer::start(&service.tracer(), "confidential"));
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), [1, 0, 0, 1, 0, 0], "{protocol:?}");

        let captured: Vec<Vec<u8>> = captured.try_iter().collect();
        assert!(!captured.is_empty());
        for bytes in captured {
            assert_eq!(bytes.first(), Some(&0x16), "every connection begins with a TLS handshake");
            assert!(!bytes.windows(12).any(|window| window == b"confidential"));
            assert!(!bytes.windows(9).any(|window| window == b"/v1/trace"));
        }
    }
}
