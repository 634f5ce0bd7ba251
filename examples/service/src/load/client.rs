//! One client: a steady pace, one request at a time, a span around each.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry::global::get_text_map_propagator;
use opentelemetry_http::HeaderInjector;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, timeout},
};
use tracing::{Instrument, Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::tally::{Outcome, Tally};
use crate::api;

/// Clients of one kind.
#[derive(Debug)]
pub(super) struct Profile {
    /// What they are called; with a number it makes the client's id.
    pub(super) name: &'static str,
    /// The group they claim.
    pub(super) group: &'static str,
    /// How many there are.
    pub(super) clients: usize,
    /// From one request to the next.
    pub(super) pause: Duration,
    /// Whether they send an API key.
    pub(super) api_key: bool,
    /// What they send, in turn.
    pub(super) scripts: &'static [&'static str],
}

/// One client with a connection of its own.
#[derive(Debug)]
pub(super) struct Client {
    address: SocketAddr,
    profile: &'static Profile,
    id: String,
    /// Which script comes first: so the clients do not all send the same one at once.
    first: usize,
    http: legacy::Client<HttpConnector, Full<Bytes>>,
    tally: Arc<Tally>,
}

/// Everything that can go wrong before there is an answer. Only its being an error matters here.
type Lost = Box<dyn std::error::Error + Send + Sync>;

/// Longer than a full queue of the slowest scripts takes.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Far above any answer of this service.
const MAX_ANSWER: usize = 64 * 1024;

impl Client {
    /// The client with this number of its kind.
    pub(super) fn new(address: SocketAddr, profile: &'static Profile, number: usize, tally: Arc<Tally>) -> Self {
        Self {
            address,
            profile,
            id: format!("{}-{number}", profile.name),
            first: number * 7,
            http: legacy::Client::builder(TokioExecutor::new()).build_http(),
            tally,
        }
    }

    /// Sends until the channel says stop; a request under way is finished first.
    pub(super) async fn run(self, mut running: watch::Receiver<bool>) {
        let mut pace = interval(self.profile.pause);
        // A client that fell behind does not make up for it with a burst.
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for script in self.profile.scripts.iter().cycle().skip(self.first) {
            tokio::select! {
                biased;
                _ = running.wait_for(|running| !running) => return,
                _ = pace.tick() => {}
            }
            let outcome = self.post(script).await;
            self.tally.add(outcome);
        }
    }

    async fn post(&self, script: &'static str) -> Outcome {
        let span = info_span!(
            "http.client.request",
            otel.name = "POST",
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = "POST",
            server.address = %self.address.ip(),
            server.port = i64::from(self.address.port()),
            http.response.status_code = Empty,
            error.type = Empty,
        );
        let exchange = self.exchange(script, &span).instrument(span.clone());
        let outcome = match timeout(ANSWER_WITHIN, exchange).await {
            Ok(Ok((status, body))) => {
                span.record("http.response.status_code", i64::from(status.as_u16()));
                Outcome::of(status, &body)
            }
            Ok(Err(_)) | Err(_) => Outcome::Lost,
        };
        if outcome.is_error() {
            span.record("error.type", outcome.name());
            span.record("otel.status_code", "ERROR");
        }
        outcome
    }

    async fn exchange(&self, script: &'static str, span: &Span) -> Result<(StatusCode, Bytes), Lost> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://{}{}", self.address, api::SCRIPTS))
            .header(CONTENT_TYPE, "application/rhai")
            .header("x-client-group", self.profile.group)
            .header("x-client-id", &self.id);
        if self.profile.api_key {
            request = request.header("x-api-key", "built-in");
        }
        let mut request = request.body(Full::from(script))?;
        get_text_map_propagator(|propagator| {
            let mut headers = HeaderInjector(request.headers_mut());
            propagator.inject_context(&span.context(), &mut headers);
        });
        let response = self.http.request(request).await?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER);
        Ok((status, body.collect().await?.to_bytes()))
    }
}
