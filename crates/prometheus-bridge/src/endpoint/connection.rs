//! One client's connection.

use std::{cell::RefCell, convert::Infallible, future::poll_fn, pin::pin, rc::Rc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep},
};

use crate::scrape_service::ScrapeService;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From the connection until the head of the first request has arrived.
    pub(super) head: Duration,
    /// From a request until its response has been taken and a further request has arrived.
    pub(super) request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(5), request: Duration::from_secs(10) }
    }
}

/// Answers requests until the client leaves, is too slow, or the endpoint stops.
pub(super) async fn serve(
    stream: TcpStream,
    service: ScrapeService,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    let timer = Rc::new(RefCell::new(Box::pin(sleep(limits.head))));
    let request_timer = Rc::clone(&timer);
    let respond = service_fn(move |request: Request<Incoming>| {
        request_timer.borrow_mut().as_mut().reset(Instant::now() + limits.request);
        route(&request, &service)
    });
    let mut connection = pin!(
        http1::Builder::new()
            // Its time for a further head would already run while a response is still being taken.
            .header_read_timeout(None)
            .max_buf_size(MAX_HEAD_SIZE)
            .serve_connection(TokioIo::new(stream), respond)
    );

    // Whether it ended well is the client's affair: hyper has answered what could be answered.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = poll_fn(|ctx| timer.borrow_mut().as_mut().poll(ctx)) => return,
        _ = stopping.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection.as_mut() => {}
        () = poll_fn(|ctx| timer.borrow_mut().as_mut().poll(ctx)) => {}
    }
}

fn route(
    request: &Request<Incoming>,
    service: &ScrapeService,
) -> impl Future<Output = Result<Response<Full<Bytes>>, Infallible>> + use<> {
    let scrape = (request.uri().path() == "/metrics").then(|| service.scrape(request.method(), request.headers()));
    async move {
        match scrape {
            Some(scrape) => scrape.await,
            None => Ok(not_found()),
        }
    }
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"metrics are at /metrics\n")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

const MAX_HEAD_SIZE: usize = 16 * 1024;
