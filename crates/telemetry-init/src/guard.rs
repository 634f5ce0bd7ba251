//! What a service holds while it runs, and lets go of last.

use std::{
    net::SocketAddr,
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use metrics_define::Installation;
use prometheus_bridge::{Endpoint, ScrapeService};
use tracing::subscriber::NoSubscriber;

use crate::{problems, providers::Providers, report::ShutdownReport};

/// How long dropping the guard may take.
const DROP_WITHIN: Duration = Duration::from_secs(5);

/// How long the export waits at most for the console to take the problems.
const SUMMING_UP: Duration = Duration::from_millis(250);

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
        let (ended, unprinted) = (AtomicBool::new(false), AtomicBool::new(false));
        let running = Running { providers, metrics, ended, unprinted, process: process::id() };
        Self { running: Arc::new(running) }
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
    /// The console exporters had not printed everything at the end.
    unprinted: AtomicBool,
    /// The process that has our threads.
    process: u32,
}

impl Running {
    pub(crate) fn flush(&self, within: Duration) -> ShutdownReport {
        let within = self.limited(within);
        let deadline = Instant::now() + within;
        let mut report = ShutdownReport::new(self.providers.export.as_ref().map(|export| export.flush(within)));
        report.timed_out |=
            if self.is_forked() { self.providers.console.is_some() } else { !self.providers.flush_console(deadline) };
        report
    }

    pub(crate) fn shutdown(&self, within: Duration) -> ShutdownReport {
        let within = self.limited(within);
        let deadline = Instant::now() + within;
        let left = || deadline.saturating_duration_since(Instant::now());
        let first = !self.ended.swap(true, Ordering::AcqRel);
        // What the parent has met is the parent's to say.
        let summing_up = first && self.metrics.is_some() && !self.is_forked();
        if summing_up {
            problems::sum_up();
            // So that it is exported as well; a console that nobody reads leaves the rest of the time to the export.
            problems::wait_until_logged(Instant::now() + (within / 8).min(SUMMING_UP));
        }
        // The export itself makes later callers wait for the first one's report, each until its own deadline.
        let report = ShutdownReport::new(self.providers.export.as_ref().map(|export| export.shutdown(left())));
        if first {
            self.unprinted.store(!self.stop(deadline), Ordering::Release);
        }
        if summing_up {
            problems::wait_until_logged(deadline);
        }
        let timed_out = report.timed_out || self.unprinted.load(Ordering::Acquire);
        ShutdownReport { repeated: !first, timed_out, ..report }
    }

    /// In a forked child there is no time to give to anybody.
    fn limited(&self, within: Duration) -> Duration {
        if self.is_forked() { Duration::ZERO } else { within.min(LONGEST) }
    }

    /// A forked child has copied all of this, but not the threads, which it would wait for in vain.
    fn is_forked(&self) -> bool {
        process::id() != self.process
    }

    /// Everything that comes later is a no-op; says whether the console exporters are done.
    fn stop(&self, deadline: Instant) -> bool {
        if self.is_forked() {
            self.providers.leave_endpoint();
            return self.providers.console.is_none();
        }
        if let Some(metrics) = &self.metrics {
            metrics.uninstall();
        }
        // The SDK says in detail what it does here, and this thread is not to wait for the log.
        tracing::subscriber::with_default(NoSubscriber::new(), || self.providers.stop(deadline))
    }
}

impl Providers {
    /// Without waiting for its thread; dropping it later does not wait either.
    fn leave_endpoint(&self) {
        if let Some(endpoint) = self.metrics.as_ref().and_then(|metrics| metrics.endpoint.as_ref()) {
            endpoint.shutdown_within(Duration::ZERO);
        }
    }

    pub(crate) fn scrape_addresses(&self) -> &[SocketAddr] {
        self.metrics.as_ref().and_then(|metrics| metrics.endpoint.as_ref()).map_or(&[], Endpoint::addresses)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        time::{Duration, Instant},
    };

    use telemetry_testkit::OtlpReceiver;

    use super::TelemetryGuard;
    use crate::{providers::Providers, settings::Settings};

    #[test]
    fn a_forked_child_waits_for_none_of_the_threads_that_it_does_not_have() {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        let endpoint = receiver.http_endpoint();
        let environment = BTreeMap::from([
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
            ("OTEL_TRACES_EXPORTER", "otlp,console"),
            ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
            ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        ]);
        let (settings, _) = Settings::from_environment(&environment);
        let mut child = TelemetryGuard::new(Providers::build(settings).unwrap(), None);
        // What a child sees: another process than the one that started it.
        let running = std::sync::Arc::get_mut(&mut child.running).unwrap();
        running.process = running.process.wrapping_add(1);
        let started = Instant::now();
        let (flushed, ended) = (child.flush(Duration::from_secs(60)), child.shutdown(Duration::from_secs(60)));
        assert!(flushed.timed_out && ended.timed_out && !ended.repeated);
        assert!(started.elapsed() < Duration::from_secs(30), "neither waits: {:?}", started.elapsed());
    }
}
