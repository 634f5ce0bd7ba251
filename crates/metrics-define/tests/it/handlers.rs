//! Handlers of a real web framework: however a request ends, it is counted once.

use std::{
    future::{self, IntoFuture as _},
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    panic,
    sync::mpsc::{self, Receiver, SyncSender},
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use metrics_define::domain;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::pipeline::{check, ready};

/// Requests
#[domain(title = "Handler Metrics", prefixes = ["h"], crate = metrics_define)]
mod h {
    use metrics_define::LabelValue;

    /// How a request ended.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        Answered,
        Refused,
        Cancelled,
    }

    /// Requests
    #[counter(name = "h.requests", unit = "{request}")]
    pub struct Requests<'a> {
        pub outcome: Outcome,
        #[label(max_values = 16)]
        pub end: &'a str,
    }

    /// Requests being answered
    #[updown_counter(name = "h.active", unit = "{request}")]
    pub struct Active;

    /// Time of a request
    #[histogram(name = "h.time", unit = "s", buckets = [60.0], on_drop(is_answered = false))]
    pub struct Time {
        pub is_answered: bool,
    }
}

use h::Outcome;

const WATCHDOG: Duration = Duration::from_secs(60);

/// Says when a request begins and when its handler is gone, after everything that the handler owned.
#[derive(Clone)]
struct Said(SyncSender<&'static str>);

impl Drop for Said {
    fn drop(&mut self) {
        let _ = self.0.try_send("gone");
    }
}

async fn handler(State(said): State<SyncSender<&'static str>>, Path(end): Path<String>) -> StatusCode {
    let said = Said(said);
    let _active = h::Active.track();
    let timed = h::Time { is_answered: true }.on_drop();
    let counted = h::Requests { outcome: Outcome::Answered, end: &end }.on_drop();
    let _ = said.0.try_send("begun");
    match end.as_str() {
        "early" => return StatusCode::OK,
        "panic" => panic::resume_unwind(Box::new("on purpose")),
        "pending" => future::pending().await,
        "refused" => counted.complete(|labels| labels.outcome = Outcome::Refused),
        _ => counted.done(),
    }
    timed.done();
    StatusCode::OK
}

fn serve(runtime: &Runtime) -> (SocketAddr, Receiver<&'static str>) {
    let (said, heard) = mpsc::sync_channel(64);
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/{end}", get(handler)).with_state(said);
    runtime.spawn(axum::serve(listener, router).into_future());
    (address, heard)
}

fn request(address: SocketAddr, end: &str) -> TcpStream {
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(WATCHDOG)).unwrap();
    write!(client, "GET /{end} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").unwrap();
    client
}

#[test]
fn every_end_of_a_handler_is_counted_once() {
    ready();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().build().unwrap();
    let (address, heard) = serve(&runtime);
    for (end, answered) in [("answered", true), ("refused", true), ("early", true), ("panic", false)] {
        let mut answer = Vec::new();
        let _ = request(address, end).read_to_end(&mut answer);
        assert_eq!(answer.starts_with(b"HTTP/1.1 200"), answered, "{end}");
        assert_eq!([heard.recv_timeout(WATCHDOG), heard.recv_timeout(WATCHDOG)], [Ok("begun"), Ok("gone")], "{end}");
    }

    let client = request(address, "pending");
    assert_eq!(heard.recv_timeout(WATCHDOG), Ok("begun"));
    check("h.active", &[("", "1")]);
    // The client goes away, and the server drops the future of the handler.
    drop(client);
    assert_eq!(heard.recv_timeout(WATCHDOG), Ok("gone"));

    check(
        "h.requests",
        &[
            ("end=answered,outcome=answered", "1"),
            ("end=early,outcome=cancelled", "1"),
            ("end=panic,outcome=cancelled", "1"),
            ("end=pending,outcome=cancelled", "1"),
            ("end=refused,outcome=refused", "1"),
        ],
    );
    check("h.time", &[("is_answered=false", "3 [3, 0]"), ("is_answered=true", "2 [2, 0]")]);
    check("h.active", &[("", "0")]);
    runtime.shutdown_background();
}
