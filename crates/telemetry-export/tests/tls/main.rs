//! Real TLS on loopback, over every protocol: right certificates deliver, everything else fails and says so,
//! and nothing that belongs into TLS ever leaves it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod certificates;
mod plain_text;
#[path = "../it/service.rs"]
mod service;
mod terminator;
#[path = "../it/tunnel.rs"]
mod tunnel;

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use telemetry_export::{BatchOptions, Compression, Protocol, Proxies, Proxy, Target, Tls, TlsError};
use telemetry_testkit::OtlpReceiver;

use crate::{
    certificates::{Authority, Issued, Validity},
    service::{GRACE, PATIENCE, PROTOCOLS, Service, base, logs, points, spans, watched},
    terminator::{Terminator, Versions},
    tunnel::Tunnels,
};

/// Sends something of each signal; what became of the spans.
fn deliver(protocol: Protocol, endpoint: &str, tls: &Tls) -> [u64; 6] {
    // A collector that refuses is tried again a few times, which need not be waited for.
    let trusting = |target: Target| target.with_tls(tls.clone()).with_compression(Compression::Gzip);
    let service = Service::start_with(protocol, endpoint, trusting, BatchOptions::default());
    service.record_spans(5);
    service.record_logs(5);
    service.count_job();
    let report = service.export.shutdown(PATIENCE);
    let spans = spans(&report);
    assert_eq!(logs(&report), spans, "{report:?}");
    assert_eq!(points(&report)[1] * 5, spans[1], "{report:?}");
    spans
}

const DELIVERED: [u64; 6] = [5, 5, 0, 0, 0, 0];
const FAILED: [u64; 6] = [5, 0, 0, 5, 0, 0];

/// A server with this certificate, in front of a receiver; what became of the spans that trust `tls` sent there.
fn against(issued: &Issued, clients: Option<&Authority>, tls: &Tls) {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let server = Terminator::start(&base(protocol, &receiver), issued, clients, Versions::Safe);
        assert_eq!(deliver(protocol, &server.endpoint("localhost"), tls), FAILED, "{protocol:?}");
        assert_eq!(receiver.received().spans_received(), 0);
    }
}

fn trusting(authority: &Authority) -> Tls {
    Tls::default().with_root_certificates(authority.pem().as_bytes()).unwrap()
}

#[test]
fn right_certificate_delivers() {
    let authority = Authority::new();
    let issued = authority.issue("localhost", Validity::Now);
    for versions in [Versions::Safe, Versions::Tls12] {
        for protocol in PROTOCOLS {
            let receiver = OtlpReceiver::start().unwrap();
            let server = Terminator::start(&base(protocol, &receiver), &issued, None, versions);
            let sent = deliver(protocol, &server.endpoint("localhost"), &trusting(&authority));
            assert_eq!(sent, DELIVERED, "{protocol:?} {versions:?}");
            assert_eq!(receiver.received().spans_received(), 5);
            assert_eq!(server.handshakes(), 3, "one connection per signal, kept");
        }
    }
}

#[test]
fn a_server_that_never_shakes_hands_holds_up_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let tls = trusting(&Authority::new());
    for protocol in PROTOCOLS {
        let untimed = |target: Target| target.with_tls(tls.clone()).with_timeout(None);
        let service = Service::start_with(protocol, &endpoint, untimed, BatchOptions::default());
        service.record_spans(5);
        let within = Duration::from_millis(300);
        let (report, took) = watched(move || {
            let started = Instant::now();
            let report = service.export.shutdown(within);
            (report, started.elapsed())
        });
        assert_eq!(spans(&report), [5, 0, 0, 0, 0, 5], "{protocol:?}");
        assert!(took <= within + GRACE, "{took:?}");
    }
}

#[test]
fn right_client_certificate_delivers() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let issued = authority.issue("localhost", Validity::Now);
    let client = clients.issue("service", Validity::Now);
    let tls = trusting(&authority)
        .with_client_certificate(client.certificate_pem().as_bytes(), client.key_pem().as_bytes())
        .unwrap();
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let server = Terminator::start(&base(protocol, &receiver), &issued, Some(&clients), Versions::Safe);
        assert_eq!(deliver(protocol, &server.endpoint("localhost"), &tls), DELIVERED, "{protocol:?}");
        assert_eq!(receiver.received().logs_received, 5);
    }
}

#[test]
fn right_certificate_delivers_through_a_proxy_that_sees_nothing() {
    let authority = Authority::new();
    let issued = authority.issue("collector.example", Validity::Now);
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let server = Terminator::start(&base(protocol, &receiver), &issued, None, Versions::Safe);
        let proxy = Tunnels::start(&server.endpoint("127.0.0.1").replace("https", "http"));
        let proxies = Proxies::default().with_https(Some(Proxy::new(proxy.address()).unwrap()));
        let tls = trusting(&authority);
        let through = |target: Target| target.with_tls(tls.clone()).with_proxies(&proxies);
        let service = Service::start_with(protocol, "https://collector.example", through, BatchOptions::default());
        service.record_spans(5);
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), DELIVERED, "{protocol:?}");
        assert!(proxy.heads()[0].starts_with("CONNECT collector.example:443 HTTP/1.1\r\n"), "{:?}", proxy.heads());
    }
}

#[test]
fn missing_client_certificate_fails() {
    let (authority, clients) = (Authority::new(), Authority::new());
    against(&authority.issue("localhost", Validity::Now), Some(&clients), &trusting(&authority));
}

#[test]
fn client_certificate_of_another_authority_fails() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let client = authority.issue("service", Validity::Now);
    let tls = trusting(&authority)
        .with_client_certificate(client.certificate_pem().as_bytes(), client.key_pem().as_bytes())
        .unwrap();
    against(&authority.issue("localhost", Validity::Now), Some(&clients), &tls);
}

#[test]
fn expired_certificate_fails() {
    let authority = Authority::new();
    against(&authority.issue("localhost", Validity::Past), None, &trusting(&authority));
}

#[test]
fn certificate_of_another_host_fails() {
    let authority = Authority::new();
    against(&authority.issue("elsewhere.example", Validity::Now), None, &trusting(&authority));
}

#[test]
fn self_signed_certificate_fails() {
    let authority = Authority::new();
    against(&Issued::self_signed("localhost"), None, &trusting(&authority));
}

#[test]
fn certificate_of_an_unknown_authority_fails() {
    let authority = Authority::new();
    against(&Authority::new().issue("localhost", Validity::Now), None, &trusting(&authority));
}

#[test]
fn a_connection_that_breaks_is_made_again() {
    let authority = Authority::new();
    let issued = authority.issue("localhost", Validity::Now);
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let server = Terminator::start(&base(protocol, &receiver), &issued, None, Versions::Safe);
        let tls = trusting(&authority);
        let service = Service::start_with(
            protocol,
            &server.endpoint("localhost"),
            |target| target.with_tls(tls.clone()),
            BatchOptions::default(),
        );
        for _ in 0..3 {
            service.record_spans(5);
            service.tracers.force_flush().unwrap();
            server.disconnect();
        }
        assert_eq!(spans(&service.export.shutdown(PATIENCE)), [15, 15, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!(server.handshakes(), 3);
    }
}

#[test]
fn certificates_that_are_none_are_refused_without_showing_them() {
    let issued = Authority::new().issue("service", Validity::Now);
    let other = Authority::new().issue("service", Validity::Now);
    let pair = |certificate: &str, key: &str| {
        Tls::default().with_client_certificate(certificate.as_bytes(), key.as_bytes()).unwrap_err()
    };
    let cases = [
        (Tls::default().with_root_certificates(b"").unwrap_err(), TlsError::NoRootCertificate),
        (Tls::default().with_root_certificates(issued.key_pem().as_bytes()).unwrap_err(), TlsError::NoRootCertificate),
        (pair("", issued.key_pem()), TlsError::NoClientCertificate),
        (pair(issued.certificate_pem(), ""), TlsError::NoClientKey),
        (pair(issued.certificate_pem(), other.key_pem()), TlsError::ClientKeyMismatch),
    ];
    for (error, expected) in cases {
        assert_eq!(error, expected);
    }
    let tls = Tls::default()
        .with_client_certificate(issued.certificate_pem().as_bytes(), issued.key_pem().as_bytes())
        .unwrap();
    assert_eq!(format!("{tls:?}"), "Tls { root_certificates: 0, client_certificate: true }");
}
