use std::net::SocketAddr;

use http::{HeaderMap, Method, Request, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::script::{Limits, Runner};

/// A service on a free loopback port.
struct Server {
    address: SocketAddr,
    service: Arc<Service>,
    http: Client<HttpConnector, Full<Bytes>>,
}

impl Server {
    async fn start(workers: usize, capacity: usize, limits: Limits) -> Self {
        let queue = Queue::start(workers, capacity, Runner::new(limits)).unwrap();
        let service = Arc::new(Service::new(queue));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router(Arc::clone(&service));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, service, http: Client::builder(TokioExecutor::new()).build_http() }
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("x-client-group", "admin")
            .body(Full::new(body.into()))
            .unwrap();
        self.exchange(request).await
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Answer {
        let exchange = async {
            let (head, body) = self.http.request(request).await.unwrap().into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: String::from_utf8(body.into()).unwrap(),
            }
        };
        tokio::time::timeout(Duration::from_secs(30), exchange).await.expect("the service answers")
    }

    async fn post(&self, body: impl Into<Bytes>) -> Answer {
        self.send(Method::POST, SCRIPTS, body).await
    }
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn field(&self, name: &str) -> serde_json::Value {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        body[name].clone()
    }
}

#[tokio::test]
async fn scripts_are_answered() {
    let server = Server::start(2, 8, Limits::patient()).await;
    let answer = server.post("40 + 2").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.field("status"), "completed");
    assert_eq!(answer.field("result"), "42");
    assert!(answer.field("duration_ms").is_number(), "{}", answer.body);

    let cases = [
        ("throw \"\\\"quoted\\\"\"", "failed", "script_error"),
        ("let a = []; loop { a.push(1); }", "failed", "resource_limit"),
        ("loop { }", "timeout", "timeout"),
    ];
    for (script, status, error_type) in cases {
        let answer = server.post(script).await;
        assert_eq!(answer.status, 200, "{script}");
        assert_eq!(answer.field("status"), status, "{script}");
        assert_eq!(answer.field("error_type"), error_type, "{script}");
    }
}

#[tokio::test]
async fn other_routes() {
    let server = Server::start(1, 8, Limits::patient()).await;
    assert_eq!(server.send(Method::GET, "/healthz", "").await.status, 200);
    assert_eq!(server.send(Method::GET, "/metrics", "").await.status, 404);
    assert_eq!(server.send(Method::GET, SCRIPTS, "").await.status, 405);
    let unknown = server.send(Method::POST, "/secret-path", "").await;
    assert_eq!(unknown.status, 404);
    assert!(!unknown.body.contains("secret-path"), "{}", unknown.body);
}

#[tokio::test]
async fn bodies_that_are_refused() {
    let server = Server::start(1, 8, Limits::patient()).await;
    let padded = |length: usize| [b"1 + 1".as_slice(), &vec![b' '; length - 5]].concat();
    assert_eq!(server.post(padded(MAX_BODY)).await.status, 200);
    assert_eq!(server.post(vec![b'1', 0xff]).await.status, 400);
}

/// Sends raw bytes and returns what comes back until the service closes the connection or `enough` is there.
async fn raw(address: SocketAddr, request: &[u8], enough: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    // The service may answer and close before it has taken everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&answer).contains(enough) {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(length) => answer.extend_from_slice(&buffer[..length]),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("the service answers");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_large_body_is_not_read() {
    let server = Server::start(1, 8, Limits::patient()).await;
    for length in [MAX_BODY + 1, 1_000_000_000] {
        let announced = format!("POST /scripts HTTP/1.1\r\nhost: a\r\n{CONTENT_LENGTH}: {length}\r\n\r\n");
        let answer = raw(server.address, announced.as_bytes(), "\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }

    let mut chunked = b"POST /scripts HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..2 {
        chunked.extend_from_slice(b"8ca00\r\n");
        chunked.extend_from_slice(&vec![b' '; 0x8ca00]);
        chunked.extend_from_slice(b"\r\n");
    }
    // The last chunk never comes: the answer must not wait for it.
    let answer = raw(server.address, &chunked, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_client_over_its_limit_is_told_when_to_come_back() {
    let server = Server::start(1, 8, Limits::patient()).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let request = Request::post(format!("http://{}/scripts", server.address))
            .body(Full::new(Bytes::from_static(b"1")))
            .unwrap();
        let answer = server.exchange(request).await;
        if answer.status == 429 {
            assert_eq!(answer.headers["retry-after"], "1");
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..10], [200; 10]);
    assert!(statuses[10..].contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_and_a_drained_service_refuse() {
    // One endless script holds the only worker, a second one the only place in the queue.
    let limits = Limits { operations: u64::MAX, time: Duration::from_secs(2), ..Limits::patient() };
    let server = Arc::new(Server::start(1, 1, limits).await);
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let server = Arc::clone(&server);
        waiting.spawn(async move { server.post("loop { }").await });
    }
    let mut refused = 0;
    while let Some(answer) = waiting.join_next().await {
        let answer = answer.unwrap();
        if answer.status == 503 {
            assert_eq!(answer.headers["retry-after"], "1");
            refused += 1;
        }
    }
    assert!((1..=3).contains(&refused), "{refused} of 4 were refused");

    assert!(server.service.drain(Duration::from_secs(20)).await);
    let answer = server.post("1").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.field("error"), "the service is shutting down");
    assert_eq!(server.send(Method::GET, "/healthz", "").await.status, 200);
}

#[tokio::test]
async fn while_it_drains_it_says_that_it_stops() {
    let limits = Limits { operations: u64::MAX, time: Duration::from_millis(500), ..Limits::patient() };
    let server = Server::start(1, 1, limits).await;
    let free = || server.service.admission.available_permits();
    let endless = server.post("loop { }");
    let then = async {
        while free() == MAX_REQUESTS as usize {
            tokio::task::yield_now().await;
        }
        // The first is admitted and runs; draining begins, and waits for it, before the second arrives.
        let within = Duration::from_secs(20);
        tokio::join!(server.service.drain(within), server.post("1"))
    };
    let (first, (drained, second)) = tokio::join!(endless, then);
    assert_eq!(first.field("status"), "timeout");
    assert!(drained);
    assert_eq!((second.status, second.field("error")), (503, "the service is shutting down".into()));
}
