//! The endpoint over real sockets.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};

use prometheus_bridge::{BindError, EncodeOptions, Endpoint, ScrapeService};

use crate::recording::Recording;

pub(crate) const DEADLINE: Duration = Duration::from_secs(10);
pub(crate) const GET: &str = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

fn endpoint() -> (Recording, Endpoint) {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false));
    let endpoint = Endpoint::bind("127.0.0.1", 0, service).unwrap();
    (recording, endpoint)
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, DEADLINE).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Everything that comes back until the connection is closed; a reset ends it as well.
pub(crate) fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> String {
    let mut stream = connect(address);
    // The server may refuse and close before all was sent.
    let _ = stream.write_all(request.as_ref());
    read_to_end(&mut stream)
}

pub(crate) fn read_to_end(stream: &mut TcpStream) -> String {
    let started = Instant::now();
    let (mut response, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        response.extend_from_slice(&buffer[..read]);
        assert!(started.elapsed() < DEADLINE, "the response never ends");
    }
    assert!(started.elapsed() < DEADLINE, "the connection was not closed");
    String::from_utf8(response).unwrap()
}

pub(crate) fn status(response: &str) -> &str {
    response.split(' ').nth(1).unwrap_or("none")
}

#[test]
fn a_scrape_is_answered() {
    let (_recording, endpoint) = endpoint();
    let response = exchange(endpoint.addresses()[0], GET);
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(status(head), "200");
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{head}");
    assert!(head.contains("content-length: 39"), "{head}");
    assert_eq!(body, "# TYPE hits_total counter\nhits_total 2\n");
}

#[test]
fn requests_are_answered_by_method_and_path() {
    let (_recording, endpoint) = endpoint();
    for (request, expected) in [
        ("GET /metrics?x=1", "200"),
        ("POST /metrics", "405"),
        ("DELETE /metrics", "405"),
        ("GET /", "404"),
        ("GET /metrics/", "404"),
        ("POST /secret-path", "404"),
        ("GET /secret-path", "404"),
    ] {
        let response =
            exchange(endpoint.addresses()[0], format!("{request} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
        assert_eq!(status(&response), expected, "{request}");
        assert!(!response.contains("secret"), "the path is echoed: {response}");
    }
}

#[test]
fn head_is_answered_without_a_body() {
    let (_recording, endpoint) = endpoint();
    let response = exchange(endpoint.addresses()[0], GET.replacen("GET", "HEAD", 1));
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert_eq!(status(head), "200");
    assert!(head.contains("content-length: 39"), "{head}");
    assert_eq!(body, "");
}

#[test]
fn one_connection_serves_many_scrapes() {
    let (_recording, endpoint) = endpoint();
    let mut stream = connect(endpoint.addresses()[0]);
    for _ in 0..3 {
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n").unwrap();
        let mut response = Vec::new();
        while !response.ends_with(b"hits_total 2\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            response.push(byte[0]);
        }
    }
}

#[test]
fn garbage_is_refused() {
    let (_recording, endpoint) = endpoint();
    let address = endpoint.addresses()[0];
    for garbage in
        ["\0\0\0\0\r\n\r\n", "hello\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n"]
    {
        let response = exchange(address, garbage);
        assert!(matches!(status(&response), "400" | "none" | "505"), "{garbage:?} gave {response:?}");
    }
    assert_eq!(status(&exchange(address, GET)), "200");
}

#[test]
fn oversized_heads_are_refused() {
    let (_recording, endpoint) = endpoint();
    let address = endpoint.addresses()[0];
    let many = "X-Many: 1\r\n".repeat(200);
    for head in [format!("X-Large: {}\r\n", "x".repeat(100_000)), many] {
        let response = exchange(address, format!("GET /metrics HTTP/1.1\r\nHost: t\r\n{head}\r\n"));
        // A client that is still sending may see the connection reset instead of the answer.
        assert!(matches!(status(&response), "431" | "none"), "{response}");
    }
    assert_eq!(status(&exchange(address, GET)), "200");
}

#[test]
fn slow_clients_do_not_keep_others_out() {
    let (_recording, endpoint) = endpoint();
    let address = endpoint.addresses()[0];
    let half_a_request = |_| {
        let mut stream = connect(address);
        stream.write_all(b"GET /metrics HT").unwrap();
        stream
    };
    let mut slow: Vec<TcpStream> = (0..63).map(half_a_request).collect();
    assert_eq!(status(&exchange(address, GET)), "200");

    // Connections are accepted in order, so when the 65th is refused the 64th has the last place.
    let deadline = Instant::now() + DEADLINE;
    loop {
        slow.push(half_a_request(0));
        if status(&exchange(address, GET)) == "none" {
            break;
        }
        assert!(Instant::now() < deadline, "there is no limit");
    }
    drop(slow);
    while status(&exchange(address, GET)) != "200" {
        assert!(Instant::now() < deadline, "places are not given back");
    }
}

#[test]
fn concurrent_scrapes_all_get_whole_bodies() {
    let (recording, endpoint) = endpoint();
    let counter = recording.meter("a").u64_counter("busy").build();
    let address = endpoint.addresses()[0];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    counter.add(1, &[]);
                    let response = exchange(address, GET);
                    let (_, body) = response.split_once("\r\n\r\n").unwrap();
                    crate::exposition::parse(body);
                }
            });
        }
    });
}

#[test]
fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let service = ScrapeService::new(Recording::new().collector, EncodeOptions::default());
    let error = Endpoint::bind("127.0.0.1", port, service).unwrap_err();
    assert!(matches!(error, BindError::Listen { .. }), "{error:?}");
    let expected = format!("cannot serve scrapes on 127.0.0.1:{port}: free that port, or set another host or port");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_host_without_an_address_is_an_error() {
    let service = ScrapeService::new(Recording::new().collector, EncodeOptions::default());
    let error = Endpoint::bind("not a host name", 0, service).unwrap_err();
    assert!(matches!(error, BindError::Resolve { .. }), "{error:?}");
}

#[test]
fn localhost_is_served_on_one_port_for_all_its_addresses() {
    let recording = Recording::new();
    let service = ScrapeService::new(recording.collector.clone(), EncodeOptions::default());
    let endpoint = Endpoint::bind("localhost", 0, service).unwrap();
    let port = endpoint.addresses()[0].port();
    for address in endpoint.addresses() {
        assert_eq!(address.port(), port);
        assert!(address.ip().is_loopback());
        assert_eq!(status(&exchange(*address, GET)), "200");
    }
}

#[test]
fn shutdown_closes_the_port_and_idle_connections() {
    let (_recording, endpoint) = endpoint();
    let address = endpoint.addresses()[0];
    let mut idle = connect(address);
    idle.write_all(b"GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n").unwrap();
    idle.read_exact(&mut [0; 10]).unwrap();

    endpoint.shutdown();
    endpoint.shutdown();
    read_to_end(&mut idle);
    assert!(TcpStream::connect(address).is_err());
    // The port is free again.
    TcpListener::bind(address).unwrap();
}

#[test]
fn a_callback_that_hangs_does_not_hold_up_the_shutdown() {
    let (recording, endpoint) = endpoint();
    let (entered, is_in_callback) = mpsc::channel();
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let _gauge = recording
        .meter("a")
        .f64_observable_gauge("hanging")
        .with_callback(move |_| {
            let _ = entered.send(());
            // It ends when the test drops the other half.
            let _ = held.lock().unwrap().recv_timeout(DEADLINE * 2);
        })
        .build();
    let mut stream = connect(endpoint.addresses()[0]);
    stream.write_all(GET.as_bytes()).unwrap();
    is_in_callback.recv_timeout(DEADLINE).unwrap();

    let started = Instant::now();
    endpoint.shutdown();
    drop(endpoint);
    assert!(started.elapsed() < DEADLINE, "it waited for the callback");
    drop(release);
}

#[test]
fn dropping_the_endpoint_closes_it_even_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let address = runtime.block_on(async {
        let (_recording, endpoint) = endpoint();
        endpoint.addresses()[0]
    });
    assert!(TcpStream::connect(address).is_err());
}
