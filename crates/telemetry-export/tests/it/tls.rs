//! https never becomes plain text.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use telemetry_export::{BatchOptions, Export, StartError};

use crate::service::{NEVER, PATIENCE, PROTOCOLS, resource, spans, target};

#[test]
fn no_payload_reaches_a_port_without_tls() {
    for protocol in PROTOCOLS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap());
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
        let started = Export::builder(resource())
            .with_traces(target(protocol, &base, "traces"), BatchOptions::default().with_schedule_delay(NEVER))
            .start();
        let export = match started {
            Ok(export) => export,
            // A machine without root certificates cannot even try, and says so.
            Err(error) => {
                assert!(matches!(error, StartError::Certificates(_)), "{error:?}");
                continue;
            }
        };
        let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
        drop(tracers.tracer("tests").start("confidential"));
        assert_eq!(spans(&export.shutdown(PATIENCE)), [1, 0, 0, 1, 0, 0], "{protocol:?}");

        let captured: Vec<Vec<u8>> = captured.try_iter().collect();
        assert!(!captured.is_empty());
        for bytes in captured {
            assert_eq!(bytes.first(), Some(&0x16), "every connection begins with a TLS handshake");
            assert!(!bytes.windows(12).any(|window| window == b"confidential"));
            assert!(!bytes.windows(9).any(|window| window == b"/v1/trace"));
        }
    }
}
