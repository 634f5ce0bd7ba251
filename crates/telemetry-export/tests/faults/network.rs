//! Names that are none, connections that break, and what is left of them.

use std::time::{Duration, Instant};

use telemetry_export::{BatchOptions, Headers, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::service::{PATIENCE, PROTOCOLS, Service, base, spans, watched};

#[test]
fn connection_churn_loses_nothing() {
    for protocol in PROTOCOLS {
        let server =
            FaultReceiver::start(|request| if request % 2 == 0 { Fault::Reset } else { Fault::Accept }).unwrap();
        let service = Service::start_with(protocol, server.endpoint(), |target| target, BatchOptions::default());
        for _ in 0..5 {
            service.record_spans(10);
            service.tracers.force_flush().unwrap();
        }
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), [50, 50, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(server.requests().len(), 10, "each batch once more");
    }
}

#[test]
fn the_connection_is_kept_from_request_to_request() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let relay = relay::Relay::start(&base(protocol, &receiver));
        let service = Service::start_with(protocol, relay.endpoint(), |target| target, BatchOptions::default());
        for _ in 0..5 {
            service.record_spans(1);
            service.tracers.force_flush().unwrap();
        }
        assert_eq!(relay.connections(), 1, "{protocol:?}");
        service.export.shutdown(PATIENCE);
    }
}

#[test]
fn dns_failure_fails_without_a_hang() {
    for protocol in PROTOCOLS {
        let service =
            Service::start_with(protocol, "http://nosuch.invalid:4318", |target| target, BatchOptions::default());
        service.record_spans(1);
        let (report, took) = watched(move || {
            let started = Instant::now();
            let report = service.export.shutdown(Duration::from_secs(3));
            (report, started.elapsed())
        });
        let [accepted, exported, ..] = spans(&report);
        assert_eq!((accepted, exported), (1, 0), "{protocol:?}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[test]
fn bad_scheme_or_bad_port_is_an_error_at_build() {
    for endpoint in ["ftp://localhost:4318", "localhost:4317", "http://[::1", "http://localhost:99999", "http://"] {
        for protocol in PROTOCOLS {
            assert!(Target::new(protocol, endpoint).is_err(), "{endpoint}");
        }
    }
}

#[test]
fn a_request_that_breaks_off_is_sent_again_whole() {
    // The receiver is gone between the request and its answer, and back for the next attempt.
    for protocol in PROTOCOLS {
        let server = FaultReceiver::start(|request| if request == 0 { Fault::Reset } else { Fault::Accept }).unwrap();
        let mut headers = Headers::default();
        headers.insert("api-key", "secret").unwrap();
        let service = Service::start_with(
            protocol,
            server.endpoint(),
            |target| target.with_headers(headers.clone()),
            BatchOptions::default(),
        );
        service.record_spans(300);
        service.tracers.force_flush().unwrap();
        let [first, second] = server.requests().try_into().unwrap();
        assert_eq!((first.body.len(), &first.headers["api-key"]), (second.body.len(), &second.headers["api-key"]));
        if protocol != Protocol::Grpc {
            assert_eq!(first.body, second.body);
        }
    }
}

/// Bytes passed on from a port of our own, so that connections can be counted.
mod relay {
    use std::{
        io,
        net::{TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
    };

    pub(crate) struct Relay {
        endpoint: String,
        connections: Arc<AtomicUsize>,
    }

    impl Relay {
        pub(crate) fn start(base: &str) -> Self {
            let target = base.trim_start_matches("http://").to_owned();
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let endpoint = format!("http://{}", listener.local_addr().unwrap());
            let connections = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&connections);
            thread::spawn(move || {
                for client in listener.incoming().map_while(Result::ok) {
                    counted.fetch_add(1, Ordering::Relaxed);
                    let server = TcpStream::connect(&target).unwrap();
                    pass(client.try_clone().unwrap(), server.try_clone().unwrap());
                    pass(server, client);
                }
            });
            Self { endpoint, connections }
        }

        pub(crate) fn endpoint(&self) -> &str {
            &self.endpoint
        }

        pub(crate) fn connections(&self) -> usize {
            self.connections.load(Ordering::Relaxed)
        }
    }

    fn pass(mut from: TcpStream, mut to: TcpStream) {
        thread::spawn(move || io::copy(&mut from, &mut to));
    }
}
