//! The HTTP side: routes, the path of a request through the service, its answers.

mod answer;
mod refusal;
mod trace;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    middleware,
    response::Response,
    routing::{get, post},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::refusal::Refusal;
use crate::{
    limiter::{Decision, Identity, Limiter, MemoryStore},
    queue::{Finished, Queue},
};

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct Service {
    limiter: Limiter<MemoryStore>,
    queue: Queue,
    /// One permit per request that is being served, until its script is over.
    admission: Arc<Semaphore>,
    stopping: AtomicBool,
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
            stopping: AtomicBool::new(false),
        }
    }

    /// Refuses requests from now on and waits until those already admitted are over. `false`: some still run.
    pub(crate) async fn drain(&self, within: Duration) -> bool {
        self.stopping.store(true, Ordering::SeqCst);
        let all = self.admission.acquire_many(MAX_REQUESTS);
        tokio::time::timeout(within, all).await.is_ok()
    }

    /// Whoever waits for all permits takes those that are free, so that there are none says nothing while stopping.
    fn admit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let admission = Arc::clone(&self.admission).try_acquire_owned();
        if self.stopping.load(Ordering::SeqCst) {
            return Err(Refusal::Stopping);
        }
        admission.map_err(|_| Refusal::TooBusy)
    }

    async fn run_script(&self, request: Request) -> Result<Finished, Refusal> {
        let admission = self.admit()?;
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
    service.run_script(request).await.map(|finished| answer::of_run(&finished))
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

#[cfg(test)]
mod tests;
