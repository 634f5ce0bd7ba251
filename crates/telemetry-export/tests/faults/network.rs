//! Names that are none, connections that break, and what is left of them.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use telemetry_export::{BatchOptions, Export, ExportReport, Headers, Protocol, Proxies, Proxy, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver, free_port, wait_until};

use crate::{
    service::{GRACE, PATIENCE, PROTOCOLS, Service, base, spans, watched},
    tunnel::Tunnels,
};

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
fn a_connection_that_dies_without_a_word_loses_no_batch() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let relay = relay::Relay::start(&base(protocol, &receiver));
        let service = Service::start_with(protocol, relay.endpoint(), |target| target, BatchOptions::default());
        service.record_spans(1);
        service.tracers.force_flush().unwrap();
        relay.swallow_first();
        service.record_spans(100);
        let report = service.export.shutdown(Duration::from_secs(6));
        assert_eq!(spans(&report), [101, 101, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 101, "{protocol:?}");
    }
}

#[test]
fn a_connection_that_died_under_a_request_leaves_the_shutdown_another_one() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let relay = relay::Relay::start(&base(protocol, &receiver));
        let options = BatchOptions::default().with_max_batch_size(100);
        let service = Service::start_with(protocol, relay.endpoint(), |target| target, options);
        service.record_spans(1);
        service.tracers.force_flush().unwrap();
        relay.swallow_first();
        service.record_spans(100);
        // A whole batch goes out at once, and its request has ten seconds.
        wait_until(PATIENCE, || relay.has_swallowed().then_some(())).unwrap();
        let report = service.export.shutdown(Duration::from_secs(2));
        assert_eq!(spans(&report), [101, 101, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 101, "{protocol:?}");
    }
}

/// Three quick answers, and then one that comes after more than half of the time.
fn hesitates(protocol: Protocol, adjust: impl Fn(Target) -> Target, end: impl Fn(&Export) -> ExportReport) {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start_with(protocol, &base(protocol, &receiver), adjust, BatchOptions::default());
    for _ in 0..3 {
        service.record_spans(1);
        service.tracers.force_flush().unwrap();
    }
    receiver.slow_down(Duration::from_millis(1300));
    service.record_spans(10);
    let report = end(&service.export);
    assert_eq!(spans(&report), [13, 13, 0, 0, 0, 0], "{protocol:?}");
    assert!(!report.timed_out, "{protocol:?}: {report:?}");
    assert!(receiver.received().spans_received() >= 13, "{protocol:?}");
}

#[test]
fn a_collector_that_hesitates_is_not_taken_for_a_dead_connection() {
    const TIME: Duration = Duration::from_secs(2);
    thread::scope(|scope| {
        for protocol in PROTOCOLS {
            scope.spawn(move || hesitates(protocol, |target| target, |export| export.shutdown(TIME)));
            let short = |target: Target| target.with_timeout(Some(TIME));
            scope.spawn(move || hesitates(protocol, short, |export| export.flush(PATIENCE)));
        }
    });
}

#[test]
fn a_connection_that_is_kept_is_probed() {
    // Socket tables are there on Linux only.
    let Ok(before) = fs::read_to_string("/proc/self/net/tcp") else { return };
    assert!(before.contains("rem_address"), "{before}");
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        service.record_spans(1);
        service.tracers.force_flush().unwrap();
        let port = if protocol == Protocol::Grpc { receiver.grpc_port() } else { receiver.http_port() };
        // While something is not acknowledged yet, another timer runs.
        let left = wait_until(PATIENCE, || keepalive_timer(port)).unwrap();
        assert!((1..=1500).contains(&left), "{protocol:?}: {left} hundredths of a second");
    }
}

/// How long until the established connection to this port is probed, in hundredths of a second.
fn keepalive_timer(port: u16) -> Option<u32> {
    const ESTABLISHED: &str = "01";
    let table = fs::read_to_string("/proc/self/net/tcp").unwrap();
    let mut rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let remote = format!("0100007F:{port:04X}");
    let ours = rows.find(|row| row[2] == remote && row[3] == ESTABLISHED)?;
    // The kind of the timer, of which 2 is keepalive, and how long it runs.
    u32::from_str_radix(ours[5].strip_prefix("02:")?, 16).ok()
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
        assert!(took <= Duration::from_secs(3) + GRACE, "{took:?}");
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

#[test]
fn proxy_opens_a_tunnel_and_gets_its_own_credentials() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let proxy = Tunnels::start(&base(protocol, &receiver));
        let url = format!("http://user:secret@{}", proxy.address());
        let proxies = Proxies::default().with_http(Some(Proxy::new(&url).unwrap())).with_exceptions("other.example");
        let mut headers = Headers::default();
        headers.insert("api-key", "for the collector").unwrap();
        let through = |target: Target| target.with_proxies(&proxies).with_headers(headers.clone());
        let service = Service::start_with(protocol, "http://collector.example:4318", through, BatchOptions::default());
        service.record_spans(5);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [5, 5, 0, 0, 0, 0], "{protocol:?}");

        let heads = proxy.heads();
        assert!(heads[0].starts_with("CONNECT collector.example:4318 HTTP/1.1\r\n"), "{heads:?}");
        // user:secret
        assert!(heads[0].to_lowercase().contains("proxy-authorization: basic dxnlcjpzzwnyzxq="), "{heads:?}");
        assert!(!heads[0].contains("api-key"), "what is for the collector is not for the proxy: {heads:?}");
        let received = receiver.received().requests.traces.headers;
        assert_eq!(received["api-key"], "for the collector");
        assert!(!received.contains_key("proxy-authorization"));
        assert!(
            !format!("{:?}", through(Target::new(protocol, "http://collector.example").unwrap())).contains("secret")
        );
    }
}

#[test]
fn proxy_is_not_on_the_way_to_loopback_and_exceptions() {
    let proxy = FaultReceiver::start(|_| Fault::Accept).unwrap();
    let proxies = Proxies::default().with_http(Some(Proxy::new(proxy.endpoint()).unwrap()));
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let through = |target: Target| target.with_proxies(&proxies);
        let service = Service::start_with(protocol, &base(protocol, &receiver), through, BatchOptions::default());
        service.record_spans(5);
        assert_eq!(spans(&service.export.flush(PATIENCE))[1], 5, "{protocol:?}");
    }
    assert!(proxy.requests().is_empty());
}

#[test]
fn proxy_that_refuses_or_is_away_is_a_failed_attempt() {
    let refusing = FaultReceiver::start(|_| Fault::status(403)).unwrap();
    let away = format!("127.0.0.1:{}", free_port().unwrap());
    for url in [refusing.endpoint(), away.as_str()] {
        let proxies = Proxies::default().with_http(Some(Proxy::new(url).unwrap()));
        let through = |target: Target| target.with_proxies(&proxies);
        let service = Service::start_with(PROTOCOLS[1], "http://collector.example", through, BatchOptions::default());
        service.record_spans(5);
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), [5, 0, 0, 5, 0, 0], "{url}");
    }
}

/// Bytes passed on from a port of our own, so that connections can be counted and swallowed.
mod relay {
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicBool, AtomicUsize, Ordering},
        },
        thread,
    };

    pub(crate) struct Relay {
        endpoint: String,
        connections: Arc<AtomicUsize>,
        swallow: Arc<AtomicBool>,
        swallowed: Arc<AtomicBool>,
    }

    impl Relay {
        pub(crate) fn start(base: &str) -> Self {
            let target = base.trim_start_matches("http://").to_owned();
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let endpoint = format!("http://{}", listener.local_addr().unwrap());
            let connections = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&connections);
            let [swallow, swallowed] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
            let [swallows, swallowing] = [&swallow, &swallowed].map(Arc::clone);
            thread::spawn(move || {
                for client in listener.incoming().map_while(Result::ok) {
                    let first = counted.fetch_add(1, Ordering::Relaxed) == 0;
                    let swallow = if first { Arc::clone(&swallows) } else { Arc::default() };
                    let server = TcpStream::connect(&target).unwrap();
                    for (from, to) in [(&client, &server), (&server, &client)] {
                        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                        pass(from, to, Arc::clone(&swallow), Arc::clone(&swallowing));
                    }
                }
            });
            Self { endpoint, connections, swallow, swallowed }
        }

        pub(crate) fn endpoint(&self) -> &str {
            &self.endpoint
        }

        pub(crate) fn connections(&self) -> usize {
            self.connections.load(Ordering::Relaxed)
        }

        /// From now on the first connection stays open, and nothing comes out of it any more.
        pub(crate) fn swallow_first(&self) {
            self.swallow.store(true, Ordering::SeqCst);
        }

        /// Whether something would have come out of it.
        pub(crate) fn has_swallowed(&self) -> bool {
            self.swallowed.load(Ordering::SeqCst)
        }
    }

    fn pass(mut from: TcpStream, mut to: TcpStream, swallow: Arc<AtomicBool>, swallowed: Arc<AtomicBool>) {
        thread::spawn(move || {
            let mut bytes = vec![0; 64 * 1024];
            while let Some(count) = from.read(&mut bytes).ok().filter(|count| *count > 0) {
                if swallow.load(Ordering::SeqCst) {
                    swallowed.store(true, Ordering::SeqCst);
                } else if to.write_all(&bytes[..count]).is_err() {
                    return;
                }
            }
        });
    }
}
