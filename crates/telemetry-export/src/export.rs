//! The handle that the composition root holds: flush, shut down, observe.

use std::{
    fmt::{self, Debug, Formatter},
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry::metrics::Meter;
use opentelemetry_sdk::Resource;
use tokio::sync::watch;

use crate::{
    announcer::Announcer,
    builder::{ExportBuilder, LeftOut},
    command::{Commands, Pending},
    counts::Counts,
    deadline,
    delivery::StopAt,
    ending::Ending,
    flag,
    logs::LogQueue,
    observe::{self, Exporters},
    operations::Operations,
    report::ExportReport,
    traces::SpanQueue,
};

/// Exports traces, logs and metrics until it is shut down.
///
/// Hold it as long as the service runs. Dropping it without [`shutdown`](Self::shutdown) does not wait:
/// the thread tries to send what is queued for up to five seconds, if the process lives that long.
///
/// A process that forks without `exec` has no export thread in the child: there, flush and shutdown return at once,
/// and what is recorded is dropped.
#[must_use = "telemetry stops leaving when this is dropped"]
pub struct Export {
    pub(crate) traces: Option<SpanQueue>,
    pub(crate) logs: Option<LogQueue>,
    pub(crate) metrics: Option<Metrics>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) exporters: Exporters,
    pub(crate) operations: Arc<Operations>,
    pub(crate) announcer: Announcer,
    pub(crate) stop: watch::Sender<StopAt>,
    pub(crate) ending: Ending<ExportReport>,
    /// The process that has the thread.
    pub(crate) process: u32,
}

pub(crate) struct Metrics {
    pub(crate) commands: Commands,
    pub(crate) counts: Arc<Counts>,
}

impl Export {
    /// Says what to export; `resource` describes the service on every span and log record.
    ///
    /// Metrics carry the resource that their provider was built with.
    pub fn builder(resource: Resource) -> ExportBuilder {
        ExportBuilder::new(resource)
    }

    /// Where ended spans go in; none when traces are not exported.
    pub fn span_processor(&self) -> Option<SpanQueue> {
        self.traces.clone()
    }

    /// Where log records go in; none when logs are not exported.
    pub fn log_processor(&self) -> Option<LogQueue> {
        self.logs.clone()
    }

    /// Whether metrics are exported.
    pub fn exports_metrics(&self) -> bool {
        self.metrics.is_some()
    }

    /// The signals that are not exported although they were configured.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Registers the SDK's own metrics, `otel.sdk.*` by the semantic conventions, with this meter:
    /// spans and log records under way, queued, processed and exported, and how long exports and collections take.
    ///
    /// They leave with all other metrics. Observing them does not create telemetry that would be observed in turn:
    /// they are read once per collection, and the number of their series is fixed but for the kinds of errors and what the
    /// sampler decides.
    pub fn observe(&self, meter: &Meter) {
        observe::register(self, meter);
    }

    /// Exports the spans and log records queued by now and one collection of the metrics, all at once.
    ///
    /// Returns when that is done, at the latest after `within`, and then reports the totals since the start.
    /// It may be called from any thread; inside an async task it blocks that task's thread.
    pub fn flush(&self, within: Duration) -> ExportReport {
        let deadline = deadline::after(within);
        if self.is_forked() {
            return self.report(true);
        }
        let orders = self.order(|commands| commands.flush(deadline));
        self.report(!wait(orders, deadline))
    }

    /// Refuses new spans and log records, exports what is queued and one last collection of the metrics, and ends the thread.
    ///
    /// Returns at the latest 250 ms after `within`, even when the collector or a callback of the application hangs.
    /// What could not be sent by then is reported as `unsent`.
    /// As long waits what there is to say about faults to get into the application's log.
    /// Later calls return the first report again, with `repeated` set.
    /// It may be called from any thread; inside an async task it blocks that task's thread.
    pub fn shutdown(&self, within: Duration) -> ExportReport {
        let deadline = deadline::after(within);
        if !self.ending.begin() {
            let first = self.ending.wait(deadline + GRACE).unwrap_or_else(|| self.report(true));
            return ExportReport { repeated: true, ..first };
        }
        let report = if self.is_forked() {
            self.report(true)
        } else {
            let orders = self.stop(deadline);
            let report = self.report(!wait(orders, deadline + GRACE));
            self.announcer.finish(deadline + GRACE);
            report
        };
        self.ending.report(report);
        report
    }

    /// Tells the thread to finish by `deadline`.
    fn stop(&self, deadline: Instant) -> Vec<Pending> {
        if let Some(traces) = &self.traces {
            traces.processor().queue().refuse();
        }
        if let Some(logs) = &self.logs {
            logs.processor().queue().refuse();
        }
        self.stop.send_replace(Some(deadline));
        self.order(|commands| commands.shutdown(deadline))
    }

    fn order(&self, order: impl Fn(&Commands) -> Pending) -> Vec<Pending> {
        let traces = self.traces.as_ref().map(|traces| traces.processor().commands());
        let logs = self.logs.as_ref().map(|logs| logs.processor().commands());
        let metrics = self.metrics.as_ref().map(|metrics| &metrics.commands);
        traces.into_iter().chain(logs).chain(metrics).map(order).collect()
    }

    fn report(&self, timed_out: bool) -> ExportReport {
        ExportReport {
            traces: self.traces.as_ref().map(|traces| traces.processor().counts().report()),
            logs: self.logs.as_ref().map(|logs| logs.processor().counts().report()),
            metrics: self.metrics.as_ref().map(|metrics| metrics.counts.report()),
            open_spans: self.traces.as_ref().map_or(0, |traces| traces.open().len()),
            failed_collections: self.metrics.as_ref().map_or(0, |metrics| metrics.counts.failed_collections()),
            timed_out,
            repeated: false,
        }
    }

    /// A forked child has copied the queues and not the thread that empties them; the parent sends what is in them.
    fn is_forked(&self) -> bool {
        process::id() != self.process
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if self.ending.begin() && !self.is_forked() {
            drop(self.stop(deadline::after(LAST_ATTEMPT)));
        }
    }
}

impl Debug for Export {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Export").field(&self.report(false)).finish()
    }
}

/// Waits for all; says whether all were carried out completely.
fn wait(orders: Vec<Pending>, until: Instant) -> bool {
    // The export thread would wait for itself.
    if flag::on_export_thread() {
        return orders.is_empty();
    }
    let mut complete = true;
    for order in orders {
        complete &= order.wait(until);
    }
    complete
}

/// What the thread gets beyond the deadline to say that it has stopped.
const GRACE: Duration = Duration::from_millis(100);
const LAST_ATTEMPT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use opentelemetry_sdk::{Resource, logs::LogProcessor as _, trace::SpanProcessor as _};

    use super::Export;
    use crate::{
        batcher::BatchOptions,
        target::{Protocol, Target},
    };

    #[test]
    fn a_forked_child_waits_for_nothing_and_sends_nothing() {
        let target = Target::new(Protocol::HttpProtobuf, "http://127.0.0.1:1/v1/traces").unwrap();
        let resource = Resource::builder_empty().build();
        let mut child = Export::builder(resource).with_traces(target, BatchOptions::default()).start().unwrap();
        // What a child sees: another process than the one that started it.
        child.process = child.process.wrapping_add(1);
        let started = Instant::now();
        let flushed = child.flush(Duration::from_secs(60));
        let ended = child.shutdown(Duration::from_secs(60));
        assert!(started.elapsed() < Duration::from_secs(30), "neither waits for a thread that is not there");
        assert!(flushed.timed_out && ended.timed_out && !ended.repeated);
        assert!(child.stop.borrow().is_none(), "nothing was ordered");
    }

    #[test]
    fn the_processors_of_a_forked_child_wait_for_nothing_either() {
        let target = Target::new(Protocol::HttpProtobuf, "http://127.0.0.1:1/v1/traces").unwrap();
        let resource = Resource::builder_empty().build();
        let builder = Export::builder(resource).with_traces(target.clone(), BatchOptions::default());
        let export = builder.with_logs(target, BatchOptions::default()).start().unwrap();
        let (mut spans, mut logs) = (export.span_processor().unwrap(), export.log_processor().unwrap());
        for commands in [spans.processor_mut().commands_mut(), logs.processor_mut().commands_mut()] {
            commands.process = commands.process.wrapping_add(1);
        }
        let started = Instant::now();
        assert!(spans.force_flush().is_err() && logs.force_flush().is_err());
        assert!(spans.shutdown_with_timeout(Duration::from_secs(60)).is_err());
        assert!(logs.shutdown_with_timeout(Duration::from_secs(60)).is_err());
        assert!(started.elapsed() < Duration::from_secs(4), "none waited: {:?}", started.elapsed());
    }
}
