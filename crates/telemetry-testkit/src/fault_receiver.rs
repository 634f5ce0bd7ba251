//! A receiver that answers as a test says, over HTTP/1.1 and HTTP/2, and keeps what it was asked.

use std::{
    fmt::{self, Debug, Formatter},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use ::http::{HeaderMap, Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{net::TcpListener, runtime, sync::oneshot};

use crate::fault::{Answer, Fault};

/// A receiver on a free loopback port that does not know what it receives, and answers as it is told.
///
/// It speaks HTTP/1.1 and HTTP/2 without TLS, so both OTLP transports reach it. It stops when dropped.
///
/// ```
/// use telemetry_testkit::{Fault, FaultReceiver};
///
/// // The first request is refused for now, the others are taken.
/// let receiver = FaultReceiver::start(|request| if request == 0 { Fault::status(503) } else { Fault::Accept })?;
/// assert!(receiver.endpoint().starts_with("http://127.0.0.1:"));
/// assert!(receiver.requests().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "the receiver stops when it is dropped"]
pub struct FaultReceiver {
    endpoint: String,
    requests: Requests,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// A request as it came.
#[derive(Clone)]
#[non_exhaustive]
pub struct FaultRequest {
    /// When all of it was there.
    pub at: Instant,
    /// Where it went.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as it was sent.
    pub body: Bytes,
}

/// Prints no header's value, because it may be a credential.
impl Debug for FaultRequest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultRequest").field("path", &self.path).field("body", &self.body.len()).finish()
    }
}

impl FaultReceiver {
    /// Starts; `faults` is given the number of the request, from 0 over all connections.
    ///
    /// Fails when no port can be bound or the thread cannot be started.
    pub fn start(faults: impl Fn(usize) -> Fault + Send + Sync + 'static) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let requests = Requests::default();
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, Arc::new(faults), requests.clone());
        let thread = thread::Builder::new().name("fault-receiver".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serving => (),
                    _ = stopped => (),
                }
            });
        })?;
        Ok(Self { endpoint, requests, stop: Some(stop), thread: Some(thread) })
    }

    /// Where requests are sent to, as `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<FaultRequest> {
        self.requests.lock().clone()
    }
}

impl Debug for FaultReceiver {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultReceiver").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Drop for FaultReceiver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Clone, Default)]
struct Requests(Arc<Mutex<Vec<FaultRequest>>>);

impl Requests {
    fn lock(&self) -> MutexGuard<'_, Vec<FaultRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a request, and says how many came before it.
    fn keep(&self, request: FaultRequest) -> usize {
        let mut requests = self.lock();
        requests.push(request);
        requests.len() - 1
    }
}

type Faults = dyn Fn(usize) -> Fault + Send + Sync;

async fn serve(listener: TcpListener, faults: Arc<Faults>, requests: Requests) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (faults, requests) = (Arc::clone(&faults), requests.clone());
        let service = service_fn(move |request| answer(request, Arc::clone(&faults), requests.clone()));
        tokio::spawn(async move {
            // A connection that fails is what was asked for.
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    faults: Arc<Faults>,
    requests: Requests,
) -> Result<Response<Answer>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let path = head.uri.path().to_owned();
    let number = requests.keep(FaultRequest { at: Instant::now(), path, headers: head.headers.clone(), body });
    let request = Request::from_parts(head, ());
    faults(number).answer(&request).await.ok_or_else(|| io::ErrorKind::ConnectionReset.into())
}
