//! Answering one scrape.

mod answer;
mod body;
mod request;
mod shared;
mod waiting;

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use metrics_pipeline::Collector;

use self::{
    answer::Answer,
    request::Wanted,
    shared::Shared,
    waiting::{Outcome, Scraped},
};
use crate::{collecting::Unavailable, options::EncodeOptions};

/// Answers scrapes: collects, encodes in the format asked for, and responds with the whole body at once.
///
/// It is a [`tower::Service`] for any request body, to be mounted at a path of your choice; it does not look at the path
/// itself. `GET` and `HEAD` are answered, other methods get 405, and 503 says that nothing could be collected.
///
/// A scrape works on threads of its own, which last as long as it does, and needs no runtime. Scrapes that come while
/// one is collecting share its collection. A scrape that waits for the callback of an observable instrument longer than
/// nine tenths of what its `X-Prometheus-Scrape-Timeout-Seconds` says, or 5 s, is answered with the last complete data,
/// their age in the header `Age`, or with 503 if there are none; no other scrape that waits longer or shorter changes
/// that. What is collected too late for one scrape is there for the next.
/// Readers that are slow do not add up: at most eight bodies are alive, and who comes then is given the latest of them.
/// What the encoder had to leave out or rename is logged as a warning, each finding once, and at most a hundred of either.
///
/// ```
/// use http::{HeaderMap, Method, StatusCode};
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::{EncodeOptions, ScrapeService};
///
/// let (_provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// let service = ScrapeService::new(collector, EncodeOptions::default());
/// let none = HeaderMap::new();
/// assert_eq!(service.respond(&Method::GET, &none).status(), StatusCode::OK);
/// assert_eq!(service.respond(&Method::POST, &none).status(), StatusCode::METHOD_NOT_ALLOWED);
/// ```
#[derive(Clone)]
pub struct ScrapeService {
    shared: Arc<Shared>,
}

impl ScrapeService {
    /// A service that shows what `collector` collects.
    pub fn new(collector: Collector, options: EncodeOptions) -> Self {
        Self { shared: Arc::new(Shared::new(collector, options)) }
    }

    /// Answers one request of this method and these headers, and blocks the thread meanwhile.
    ///
    /// This is the service without the trait, for a server that does not speak tower.
    pub fn respond(&self, method: &Method, headers: &HeaderMap) -> Response<Full<Bytes>> {
        match self.scrape(method, headers).0 {
            State::Refused(response) => response.unwrap_or_else(refusal),
            State::Asked { answer, is_head } => response(over(answer.wait()), is_head),
        }
    }

    #[cfg(feature = "registry")]
    pub(crate) fn add_registry(&self, add: impl FnOnce(&mut crate::foreign::Registries)) {
        self.shared.add_registry(add);
    }

    pub(crate) fn scrape(&self, method: &Method, headers: &HeaderMap) -> Scrape {
        if method != Method::GET && method != Method::HEAD {
            return Scrape(State::Refused(Some(refusal())));
        }
        let answer = self.shared.ask(Wanted::from_headers(headers));
        Scrape(State::Asked { answer, is_head: method == Method::HEAD })
    }
}

impl<B> tower::Service<Request<B>> for ScrapeService {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Scrape;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Scrape {
        self.scrape(request.method(), request.headers())
    }
}

impl fmt::Debug for ScrapeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrapeService").finish_non_exhaustive()
    }
}

/// The answer to one scrape, to be awaited in any runtime.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Scrape(State);

enum State {
    /// Taken when the future is ready.
    Refused(Option<Response<Full<Bytes>>>),
    Asked {
        answer: Answer<Outcome>,
        is_head: bool,
    },
}

impl Future for Scrape {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Refused(refused) => Poll::Ready(Ok(refused.take().unwrap_or_else(refusal))),
            State::Asked { answer, is_head } => {
                let outcome = ready!(Pin::new(answer).poll(ctx));
                Poll::Ready(Ok(response(over(outcome), *is_head)))
            }
        }
    }
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape").finish_non_exhaustive()
    }
}

/// Whoever was to answer is gone, for instance because a subscriber panicked in its thread.
fn over(outcome: Option<Outcome>) -> Outcome {
    outcome.unwrap_or(Err(Unavailable::NoThread))
}

/// The answer to `HEAD` says how long the body would be.
fn response(outcome: Outcome, is_head: bool) -> Response<Full<Bytes>> {
    let Scraped { body, age } = match outcome {
        Ok(scraped) => scraped,
        Err(unavailable) => return plain(StatusCode::SERVICE_UNAVAILABLE, unavailable.reason()),
    };
    let bytes = body.to_bytes();
    let length = bytes.len();
    let mut response = Response::new(Full::new(if is_head { Bytes::new() } else { bytes }));
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(&body.kind.format.to_string()) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    if body.kind.gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if is_head {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(age) = age {
        headers.insert(header::AGE, HeaderValue::from(age.as_secs()));
    }
    vary(response)
}

fn refusal() -> Response<Full<Bytes>> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "use GET or HEAD\n");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    vary(response)
}

fn vary(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    response
}
