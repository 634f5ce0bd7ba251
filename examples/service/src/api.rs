//! The HTTP side: routes, the path of a request through the service, its answers.

mod refusal;
mod trace;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use tokio::sync::Semaphore;

use self::refusal::Refusal;
use crate::{
    limiter::{Decision, Identity, Limiter, MemoryStore},
    queue::{Finished, Queue},
    script::Outcome,
};

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct Service {
    limiter: Limiter<MemoryStore>,
    queue: Queue,
    /// One permit per request that is being served, until its script is over.
    admission: Arc<Semaphore>,
}

/// The one route that does work; its template is also the label `endpoint`.
pub(crate) const SCRIPTS: &str = "/scripts";

/// Requests served at once. Together with the body's limit this bounds the memory that requests can take.
const MAX_REQUESTS: u32 = 128;

/// Bytes of a request's body.
const MAX_BODY: usize = 1_000_000;

/// Time for the whole body to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

impl Service {
    /// A service in front of `queue`.
    pub(crate) fn new(queue: Queue) -> Self {
        Self {
            limiter: Limiter::new(MemoryStore::default()),
            queue,
            admission: Arc::new(Semaphore::new(MAX_REQUESTS as usize)),
        }
    }

    /// Refuses requests from now on and waits until those already admitted are over. `false`: some still run.
    pub(crate) async fn drain(&self, within: Duration) -> bool {
        let all = self.admission.acquire_many(MAX_REQUESTS);
        let all = tokio::time::timeout(within, all).await;
        self.admission.close();
        all.is_ok()
    }

    async fn run_script(&self, request: Request) -> Result<Finished, Refusal> {
        let admission = Arc::clone(&self.admission).try_acquire_owned()?;
        let identity = Identity::from_headers(request.headers());
        match self.limiter.check(&identity, SCRIPTS, Instant::now()) {
            Decision::Allowed => {}
            Decision::Rejected { retry_after } => return Err(Refusal::RateLimited { retry_after }),
        }
        let script = read_script(request.into_body()).await?;
        let finished = self.queue.submit(script, admission)?;
        finished.await.map_err(|_| Refusal::WorkerLost)
    }
}

/// All routes but `/metrics`, which belongs to whoever owns the telemetry.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let scripts = post(scripts).route_layer(middleware::from_fn(trace::trace_request));
    Router::new()
        .route(SCRIPTS, scripts)
        .route("/healthz", get(async || "ok\n"))
        .fallback(async || Refusal::NoRoute)
        .with_state(service)
}

async fn scripts(State(service): State<Arc<Service>>, request: Request) -> Result<Response, Refusal> {
    service.run_script(request).await.map(answer)
}

async fn read_script(body: Body) -> Result<String, Refusal> {
    // A length that is announced is refused before a byte of the body is read.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(Refusal::TooLarge);
    }
    let bytes = tokio::time::timeout(BODY_WITHIN, to_bytes(body, MAX_BODY))
        .await
        .map_err(|_| Refusal::TooSlow)?
        .map_err(|error| Refusal::from_body(&error))?;
    String::from_utf8(bytes.into()).map_err(|_| Refusal::NotUtf8)
}

/// A script that fails is an answer like any other; only a failure of the service itself is a 500.
fn answer(finished: Finished) -> Response {
    let status = finished.outcome.name();
    let duration_ms = (finished.duration.as_secs_f64() * 1e6).round() / 1e3;
    let (code, body) = match finished.outcome {
        Outcome::Completed(result) => {
            (StatusCode::OK, json!({ "status": status, "result": result, "duration_ms": duration_ms }))
        }
        Outcome::Failed(failure) => (
            if failure.is_ours() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK },
            json!({
                "status": status,
                "error_type": failure.class.error_type(),
                "error": failure.message,
                "duration_ms": duration_ms,
            }),
        ),
    };
    (code, [(CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}

#[cfg(test)]
mod tests;
