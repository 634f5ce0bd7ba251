//! What a service holds while it runs, and lets go of last.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use metrics_define::Installation;
use prometheus_bridge::{Endpoint, ScrapeService};

use crate::{providers::Providers, report::ShutdownReport};

/// How long dropping the guard may take.
const DROP_WITHIN: Duration = Duration::from_secs(5);

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
    providers: Providers,
    metrics: Option<Installation>,
    report: Mutex<Option<ShutdownReport>>,
}

impl TelemetryGuard {
    pub(crate) fn new(providers: Providers, metrics: Option<Installation>) -> Self {
        Self { providers, metrics, report: Mutex::new(None) }
    }

    /// Exports what was recorded until now, all signals together within one time limit.
    pub fn flush(&self, within: Duration) -> ShutdownReport {
        ShutdownReport::new(self.providers.export.as_ref().map(|export| export.flush(within)))
    }

    /// Exports what was recorded until now and stops: afterwards every span and metric is a no-op.
    ///
    /// All signals share the one time limit, also when the collector does not answer. It may be called from any thread
    /// and inside any runtime, which it does not need; it blocks the caller at most for `within` and a quarter of a
    /// second. A later call returns the first report, marked as repeated.
    pub fn shutdown(&self, within: Duration) -> ShutdownReport {
        let deadline = Instant::now() + within;
        // Held meanwhile, so that a second caller gets the report and not an empty one.
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(report) = &*report {
            return report.repeated();
        }
        let export = self.providers.export.as_ref().map(|export| export.shutdown(within));
        self.stop_recording(deadline);
        report.insert(ShutdownReport::new(export)).clone()
    }

    /// The addresses of the scrape endpoint; empty when there is none.
    pub fn scrape_addresses(&self) -> &[SocketAddr] {
        self.providers.scrape_addresses()
    }

    /// The scrape as a tower service, to mount in a router of your own; `None` when metrics are off.
    pub fn scrape_service(&self) -> Option<ScrapeService> {
        self.providers.scrape_service()
    }

    fn stop_recording(&self, deadline: Instant) {
        if let Some(metrics) = &self.metrics {
            metrics.uninstall();
        }
        let left = deadline.saturating_duration_since(Instant::now());
        // The export thread has already exported everything; the SDK is told only so that it hands out no-ops.
        if let Some(traces) = &self.providers.traces {
            let _ = traces.shutdown_with_timeout(left);
        }
        if let Some(metrics) = &self.providers.metrics {
            let _ = metrics.provider.shutdown_with_timeout(left);
            metrics.endpoint.as_ref().map(Endpoint::shutdown);
        }
    }
}

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        self.shutdown(DROP_WITHIN);
    }
}

impl Providers {
    pub(crate) fn scrape_addresses(&self) -> &[SocketAddr] {
        self.metrics.as_ref().and_then(|metrics| metrics.endpoint.as_ref()).map_or(&[], Endpoint::addresses)
    }
}
