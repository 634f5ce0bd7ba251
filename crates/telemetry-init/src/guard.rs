//! What a service holds while it runs, and lets go of last.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use metrics_define::Installation;
use prometheus_bridge::{Endpoint, ScrapeService};

use crate::{providers::Providers, report::ShutdownReport};

/// How long dropping the guard may take.
const DROP_WITHIN: Duration = Duration::from_secs(5);

/// A year, beyond which points in time could overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Running telemetry. Hold it in `main` until the service has stopped serving; dropping it flushes within 5 s.
///
/// ```no_run
/// use std::time::Duration;
///
/// # fn serve() {}
/// fn main() -> Result<(), telemetry_init::InitError> {
///     let telemetry = telemetry_init::init()?;
///     serve();
///     println!("{}", telemetry.shutdown(Duration::from_secs(5)));
///     Ok(())
/// }
/// ```
#[must_use = "bind it to a name such as `_telemetry` in `main`: dropping it shuts telemetry down"]
#[derive(Debug)]
pub struct TelemetryGuard {
    running: Arc<Running>,
}

impl TelemetryGuard {
    pub(crate) fn new(providers: Providers, metrics: Option<Installation>) -> Self {
        Self { running: Arc::new(Running { providers, metrics, ended: AtomicBool::new(false) }) }
    }

    /// Exports what was recorded until now, all signals together within one time limit.
    pub fn flush(&self, within: Duration) -> ShutdownReport {
        self.running.flush(within)
    }

    /// Exports what was recorded until now and stops: afterwards every span, metric and log record is a no-op.
    ///
    /// All signals share the one time limit, also when the collector does not answer. It may be called from any thread
    /// and inside any runtime, which it does not need; it blocks the caller at most for `within` and a quarter of a
    /// second. A later call returns the first report, marked as repeated.
    /// Clones of providers that live on, and runtimes that are gone, change nothing about it.
    pub fn shutdown(&self, within: Duration) -> ShutdownReport {
        self.running.shutdown(within)
    }

    /// The addresses of the scrape endpoint; empty when there is none.
    pub fn scrape_addresses(&self) -> &[SocketAddr] {
        self.running.providers.scrape_addresses()
    }

    /// The scrape as a tower service, to mount in a router of your own; `None` when metrics are off.
    pub fn scrape_service(&self) -> Option<ScrapeService> {
        self.running.providers.scrape_service()
    }

    pub(crate) fn running(&self) -> &Arc<Running> {
        &self.running
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        self.shutdown(DROP_WITHIN);
    }
}

/// What the guard shares with whoever ends telemetry in its stead: a signal, a panic.
#[derive(Debug)]
pub(crate) struct Running {
    providers: Providers,
    metrics: Option<Installation>,
    ended: AtomicBool,
}

impl Running {
    pub(crate) fn flush(&self, within: Duration) -> ShutdownReport {
        let within = within.min(LONGEST);
        let deadline = Instant::now() + within;
        let report = ShutdownReport::new(self.providers.export.as_ref().map(|export| export.flush(within)));
        self.providers.flush_console(deadline.saturating_duration_since(Instant::now()));
        report
    }

    pub(crate) fn shutdown(&self, within: Duration) -> ShutdownReport {
        let within = within.min(LONGEST);
        let deadline = Instant::now() + within;
        let first = !self.ended.swap(true, Ordering::AcqRel);
        // The export itself makes later callers wait for the first one's report, each until its own deadline.
        let report = ShutdownReport::new(self.providers.export.as_ref().map(|export| export.shutdown(within)));
        if first {
            self.stop_recording(deadline);
        }
        ShutdownReport { repeated: !first, ..report }
    }

    fn stop_recording(&self, deadline: Instant) {
        if let Some(metrics) = &self.metrics {
            metrics.uninstall();
        }
        self.providers.stop(deadline);
    }
}

impl Providers {
    pub(crate) fn scrape_addresses(&self) -> &[SocketAddr] {
        self.metrics.as_ref().and_then(|metrics| metrics.endpoint.as_ref()).map_or(&[], Endpoint::addresses)
    }
}
