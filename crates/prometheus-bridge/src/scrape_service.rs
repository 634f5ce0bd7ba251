//! Answering one scrape.

use std::{
    collections::HashSet,
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use metrics_pipeline::Collector;
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use crate::{encode::encode, finding::Finding, options::EncodeOptions};

/// Answers scrapes: collects, encodes, and responds with the whole body at once.
///
/// It is a [`tower::Service`] for any request body, to be mounted at a path of your choice; it does not look at the path
/// itself. `GET` and `HEAD` are answered, other methods get 405, and 503 says that nothing could be collected.
///
/// Collecting runs on the thread that calls the service, the callbacks of observable instruments included.
/// A callback that panics is contained: that scrape is answered with 503. The SDK itself collects nothing more after
/// such a panic, so guard callbacks where they are registered.
/// What the encoder had to leave out or rename is logged as a warning, each finding once.
///
/// ```
/// use http::{Method, StatusCode};
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::{EncodeOptions, ScrapeService};
///
/// let (_provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// let service = ScrapeService::new(collector, EncodeOptions::default());
/// assert_eq!(service.respond(&Method::GET).status(), StatusCode::OK);
/// assert_eq!(service.respond(&Method::POST).status(), StatusCode::METHOD_NOT_ALLOWED);
/// ```
#[derive(Clone)]
pub struct ScrapeService {
    shared: Arc<Shared>,
}

struct Shared {
    collector: Collector,
    options: EncodeOptions,
    /// Memory of earlier collections; there are as many as scrapes once ran at a time, [`MAX_SPARE`] at most.
    spare: Mutex<Vec<ResourceMetrics>>,
    last_body_len: AtomicUsize,
    reported: Mutex<HashSet<Finding>>,
    is_failing: AtomicBool,
}

impl ScrapeService {
    /// A service that shows what `collector` collects.
    pub fn new(collector: Collector, options: EncodeOptions) -> Self {
        let shared = Shared {
            collector,
            options,
            spare: Mutex::default(),
            last_body_len: AtomicUsize::new(0),
            reported: Mutex::default(),
            is_failing: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Answers one request of this method.
    ///
    /// This is the service without the trait, for a server that does not speak tower.
    pub fn respond(&self, method: &Method) -> Response<Full<Bytes>> {
        if method != Method::GET && method != Method::HEAD {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "use GET or HEAD\n");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        match self.shared.body() {
            Ok(body) if method == Method::HEAD => length_of(&body),
            Ok(body) => metrics(body.into()),
            Err(unavailable) => text(StatusCode::SERVICE_UNAVAILABLE, unavailable.reason()),
        }
    }
}

impl<B> tower::Service<Request<B>> for ScrapeService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.respond(request.method())))
    }
}

impl fmt::Debug for ScrapeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrapeService").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

impl Shared {
    fn body(&self) -> Result<Vec<u8>, Unavailable> {
        let spare = lock(&self.spare).pop();
        let collected = self.collect(spare.unwrap_or_default())?;

        let mut body = Vec::with_capacity(self.last_body_len.load(Ordering::Relaxed));
        let findings = encode(&collected, &self.options, &mut body);
        self.last_body_len.store(body.len(), Ordering::Relaxed);

        let mut spares = lock(&self.spare);
        if spares.len() < MAX_SPARE {
            spares.push(collected);
        }
        drop(spares);
        self.report(findings);
        Ok(body)
    }

    /// Memory that a panic went through is not used again.
    fn collect(&self, mut collected: ResourceMetrics) -> Result<ResourceMetrics, Unavailable> {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.collector.collect(&mut collected).map(|()| collected)));
        let unavailable = match outcome {
            Ok(Ok(collected)) => {
                self.is_failing.store(false, Ordering::Relaxed);
                return Ok(collected);
            }
            Ok(Err(_)) => Unavailable::NothingToCollect,
            Err(_) => Unavailable::CallbackPanicked,
        };
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!("a scrape is answered with 503: {}", unavailable.reason().trim_end());
        }
        Err(unavailable)
    }

    fn report(&self, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let mut reported = lock(&self.reported);
        let mut fresh = Vec::new();
        for finding in findings {
            if reported.len() < MAX_REPORTED && !reported.contains(&finding) {
                fresh.push(finding.clone());
                reported.insert(finding);
            }
        }
        // A subscriber is foreign code, so it does not run under the lock.
        drop(reported);
        for finding in fresh {
            tracing::warn!("{finding}");
        }
    }
}

/// Why there is no body.
#[derive(Clone, Copy, Debug)]
enum Unavailable {
    NothingToCollect,
    CallbackPanicked,
}

impl Unavailable {
    fn reason(self) -> &'static str {
        match self {
            Self::NothingToCollect => {
                "metrics cannot be collected: the meter provider was shut down, or a callback panicked earlier\n"
            }
            Self::CallbackPanicked => {
                "metrics cannot be collected: the callback of an observable instrument panicked\n"
            }
        }
    }
}

fn metrics(body: Bytes) -> Response<Full<Bytes>> {
    response(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", body)
}

/// The answer to `HEAD` says how long the body would be.
fn length_of(body: &[u8]) -> Response<Full<Bytes>> {
    let mut response = metrics(Bytes::new());
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

fn text(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()))
}

fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const MAX_SPARE: usize = 2;
const MAX_REPORTED: usize = 100;
