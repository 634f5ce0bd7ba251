//! The scrape endpoint: its sockets, its thread, its end.

mod bind;
mod connection;
mod server;

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tokio::sync::watch;

use self::connection::Limits;
use crate::scrape_service::ScrapeService;

pub use self::bind::BindError;

/// Serves `/metrics` on a port of its own, from a thread of its own named `otelier-scrape`.
///
/// No runtime of the application is needed or used, and no span is ever made.
/// A client cannot hold it up: the first request must arrive within 5 s, its head is at most 16 KiB, and within 10 s of
/// each request its response must be taken and a further request arrive. Whoever takes longer is cut off, and of more
/// than 64 connections at a time the later ones are closed.
///
/// Dropping it is the same as [`Endpoint::shutdown`].
///
/// ```
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::{EncodeOptions, Endpoint, ScrapeService};
///
/// let (_provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// let service = ScrapeService::new(collector, EncodeOptions::default());
/// let endpoint = Endpoint::bind("127.0.0.1", 0, service)?;
/// println!("scrape http://{}/metrics", endpoint.addresses()[0]);
/// endpoint.shutdown();
/// # Ok::<(), prometheus_bridge::BindError>(())
/// ```
#[must_use = "dropping the endpoint closes it; keep it as long as it should answer"]
pub struct Endpoint {
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    /// Hears from the thread once when it serves, and is disconnected when it has ended.
    status: Mutex<Option<mpsc::Receiver<io::Result<()>>>>,
}

impl Endpoint {
    /// Listens on every address that `host` resolves to; on port 0, on one free port for all of them.
    ///
    /// The sockets are bound when this returns, so a client that connects now is answered.
    /// When some of the addresses cannot be bound and others can, those others are served.
    ///
    /// # Errors
    ///
    /// [`BindError`] when the host has no address, none of its addresses can be bound, or no thread can be started.
    pub fn bind(host: &str, port: u16, service: ScrapeService) -> Result<Self, BindError> {
        Self::bind_with(Limits::default(), host, port, service)
    }

    /// Where it listens, with the real port when 0 was asked for.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops listening, lets running responses finish for up to 1 s, and ends the thread.
    ///
    /// It waits for the thread for at most 2 s: a callback that hangs is left behind. Later calls return at once.
    pub fn shutdown(&self) {
        self.shutdown_within(SHUTDOWN_LIMIT);
    }

    /// The same, waiting no longer than `within`.
    pub fn shutdown_within(&self, within: Duration) {
        self.stop.send_replace(true);
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(status) = status {
            // Either the thread has ended, or it has had its time; there is nothing to do about the latter.
            let _ = status.recv_timeout(within.min(SHUTDOWN_LIMIT));
        }
    }

    fn bind_with(limits: Limits, host: &str, port: u16, service: ScrapeService) -> Result<Self, BindError> {
        let listeners = bind::listen(host, port)?;
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
        let start_error = |source| BindError::Start { host: host.to_owned(), port, source };

        let (stop, stopping) = watch::channel(false);
        let status = start(listeners, service, limits, stopping).map_err(start_error)?;
        Ok(Self { addresses, stop, status: Mutex::new(Some(status)) })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

/// Starts the thread and waits until it serves.
fn start(
    listeners: Vec<TcpListener>,
    service: ScrapeService,
    limits: Limits,
    stopping: watch::Receiver<bool>,
) -> io::Result<mpsc::Receiver<io::Result<()>>> {
    let (report, status) = mpsc::channel();
    thread::Builder::new()
        .name("otelier-scrape".to_owned())
        .spawn(move || server::run(listeners, &service, limits, &stopping, &report))?;
    status.recv().unwrap_or_else(|_| Err(io::Error::other("the thread ended at once")))?;
    Ok(status)
}

const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests;
