//! Clients that take too long, with limits short enough to wait for.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use http::{HeaderMap, Method};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::Resource;

use super::{Endpoint, connection::Limits};
use crate::{EncodeOptions, ScrapeService};

#[test]
fn a_head_that_never_ends_closes_the_connection() {
    let endpoint = endpoint(Limits { head: SHORT, request: DEADLINE });
    let mut stream = connect(&endpoint);
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: t\r\n").unwrap();
    wait_until_closed(&mut stream);
}

#[test]
fn a_response_that_is_not_taken_closes_the_connection() {
    let endpoint = endpoint(Limits { head: DEADLINE, request: SHORT });
    let mut stream = connect(&endpoint);
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 10]).unwrap();
    // A later request has a later deadline, so when its connection is closed the time of the first is over.
    let mut later = connect(&endpoint);
    later.write_all(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n").unwrap();
    wait_until_closed(&mut later);
    assert!(wait_until_closed(&mut stream) < BODY_LEN, "the whole body was sent");
}

/// An endpoint whose body is several times larger than what sockets buffer.
fn endpoint(limits: Limits) -> Endpoint {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let attributes = [KeyValue::new("large", "x".repeat(BODY_LEN))];
    provider.meter("a").u64_counter("hits").build().add(1, &attributes);
    let service = ScrapeService::new(collector, EncodeOptions::default());
    // The first scrape is the slowest, and is not what is to take too long here.
    assert!(service.respond(&Method::GET, &HeaderMap::new()).status().is_success());
    Endpoint::bind_with(limits, "127.0.0.1", 0, service).unwrap()
}

fn connect(endpoint: &Endpoint) -> TcpStream {
    let stream = TcpStream::connect(endpoint.addresses()[0]).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Reads to the end, which may be a reset but not the client's own timeout, and says how much there was.
fn wait_until_closed(stream: &mut TcpStream) -> usize {
    let mut received = Vec::new();
    if let Err(error) = stream.read_to_end(&mut received) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "still open");
    }
    received.len()
}

const BODY_LEN: usize = 32 << 20;
const SHORT: Duration = Duration::from_millis(50);
const DEADLINE: Duration = Duration::from_secs(20);
