//! The handle that the composition root holds: start, flush, shut down.

use std::{
    fmt::{self, Debug, Formatter},
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use metrics_pipeline::Collector;
use opentelemetry_sdk::Resource;
use tokio::sync::watch;

use crate::{
    batcher::{self, BatchOptions},
    command::{self, Commands, Pending},
    counts::Counts,
    deadline,
    delivery::{Delivery, StopAt},
    exporter::Exporter,
    flag,
    metrics::MetricLoop,
    report::ExportReport,
    signal::Signal,
    target::Target,
    thread,
    traces::{SpanLoop, SpanQueue},
    transport::Transport,
};

/// Exports traces and metrics until it is shut down.
///
/// Hold it as long as the service runs. Dropping it without [`shutdown`](Self::shutdown) does not wait:
/// the thread tries to send what is queued for up to five seconds, if the process lives that long.
#[must_use = "telemetry stops leaving when this is dropped"]
pub struct Export {
    traces: Option<SpanQueue>,
    metrics: Option<Metrics>,
    stop: watch::Sender<StopAt>,
    ending: Mutex<Ending>,
    ended: Condvar,
}

struct Metrics {
    commands: Commands,
    counts: Arc<Counts>,
}

#[derive(Clone, Copy)]
enum Ending {
    NotYet,
    Begun,
    Reported(ExportReport),
}

impl Export {
    /// Says what to export; `resource` describes the service on every span.
    ///
    /// Metrics carry the resource that their provider was built with.
    pub fn builder(resource: Resource) -> ExportBuilder {
        ExportBuilder { resource, traces: None, metrics: None }
    }

    /// Where ended spans go in; none when traces are not exported.
    pub fn span_processor(&self) -> Option<SpanQueue> {
        self.traces.clone()
    }

    /// Exports the spans queued by now and one collection of the metrics, both at once.
    ///
    /// Returns when that is done, at the latest after `within`, and then reports the totals since the start.
    /// It may be called from any thread; inside an async task it blocks that task's thread.
    pub fn flush(&self, within: Duration) -> ExportReport {
        let deadline = deadline::after(within);
        let orders = self.order(|commands| commands.flush(deadline));
        self.report(!wait(orders, deadline))
    }

    /// Refuses new spans, exports what is queued and one last collection of the metrics, and ends the thread.
    ///
    /// Returns at the latest 250 ms after `within`, even when the thread is stuck in a foreign callback.
    /// What could not be sent by then is reported as `unsent`.
    /// Later calls return the first report again, with `repeated` set.
    /// It may be called from any thread; inside an async task it blocks that task's thread.
    pub fn shutdown(&self, within: Duration) -> ExportReport {
        let deadline = deadline::after(within);
        if !self.begin_ending() {
            return self.first_report(deadline);
        }
        let orders = self.stop(deadline);
        let report = self.report(!wait(orders, deadline + GRACE));
        *self.ending() = Ending::Reported(report);
        self.ended.notify_all();
        report
    }

    /// Tells the thread to finish by `deadline`.
    fn stop(&self, deadline: Instant) -> Vec<Pending> {
        if let Some(traces) = &self.traces {
            traces.refuse();
        }
        self.stop.send_replace(Some(deadline));
        self.order(|commands| commands.shutdown(deadline))
    }

    fn order(&self, order: impl Fn(&Commands) -> Pending) -> Vec<Pending> {
        let traces = self.traces.as_ref().map(SpanQueue::commands);
        let metrics = self.metrics.as_ref().map(|metrics| &metrics.commands);
        traces.into_iter().chain(metrics).map(order).collect()
    }

    fn report(&self, timed_out: bool) -> ExportReport {
        ExportReport {
            traces: self.traces.as_ref().map(|traces| traces.counts().report()),
            metrics: self.metrics.as_ref().map(|metrics| metrics.counts.report()),
            failed_collections: self.metrics.as_ref().map_or(0, |metrics| metrics.counts.failed_collections()),
            timed_out,
            repeated: false,
        }
    }

    /// True for the first caller only.
    fn begin_ending(&self) -> bool {
        let mut ending = self.ending();
        let first = matches!(*ending, Ending::NotYet);
        if first {
            *ending = Ending::Begun;
        }
        first
    }

    fn first_report(&self, deadline: Instant) -> ExportReport {
        let begun = |ending: &mut Ending| matches!(ending, Ending::Begun);
        let left = deadline.saturating_duration_since(Instant::now());
        let (ending, _) =
            self.ended.wait_timeout_while(self.ending(), left, begun).unwrap_or_else(PoisonError::into_inner);
        match *ending {
            Ending::Reported(report) => ExportReport { repeated: true, ..report },
            Ending::NotYet | Ending::Begun => ExportReport { repeated: true, ..self.report(true) },
        }
    }

    fn ending(&self) -> MutexGuard<'_, Ending> {
        self.ending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if self.begin_ending() {
            drop(self.stop(deadline::after(LAST_ATTEMPT)));
        }
    }
}

impl Debug for Export {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Export").field(&self.report(false)).finish()
    }
}

/// What is to be exported, and where to.
#[derive(Debug)]
#[must_use = "nothing is exported before `start`"]
pub struct ExportBuilder {
    resource: Resource,
    traces: Option<(Target, BatchOptions)>,
    metrics: Option<(Target, Collector, Duration)>,
}

impl ExportBuilder {
    /// Exports spans to `target`.
    pub fn with_traces(mut self, target: Target, options: BatchOptions) -> Self {
        self.traces = Some((target, options));
        self
    }

    /// Exports what `collector` collects to `target`, the first time one `interval` after the start.
    ///
    /// Intervals under 10 ms count as 10 ms. When an export outlasts an interval, the missed collections are skipped.
    pub fn with_metrics(mut self, target: Target, collector: Collector, interval: Duration) -> Self {
        self.metrics = Some((target, collector, interval));
        self
    }

    /// Starts the thread. Nothing is connected yet, so a collector that is away is no error.
    ///
    /// Fails when neither signal is configured, when a target is `https` and the system has no root certificates,
    /// or when the thread cannot be started.
    pub fn start(self) -> Result<Export, StartError> {
        if self.traces.is_none() && self.metrics.is_none() {
            return Err(StartError::NothingToExport);
        }
        let (stop, stop_at) = watch::channel(None);
        let mut span_loop = None;
        let mut metric_loop = None;
        let mut export =
            Export { traces: None, metrics: None, stop, ending: Mutex::new(Ending::NotYet), ended: Condvar::new() };
        if let Some((target, options)) = self.traces {
            let counts = Arc::new(Counts::default());
            let exporter = exporter(Signal::Traces, &target, &counts, &stop_at)?;
            let (commands, orders) = command::channel();
            let (queue, batcher) = batcher::channel(options, Arc::clone(&counts));
            span_loop = Some(SpanLoop::new(orders, batcher, exporter, &self.resource));
            export.traces = Some(SpanQueue::new(queue, commands));
        }
        if let Some((target, collector, interval)) = self.metrics {
            let counts = Arc::new(Counts::default());
            let exporter = exporter(Signal::Metrics, &target, &counts, &stop_at)?;
            let (commands, orders) = command::channel();
            metric_loop = Some(MetricLoop::new(orders, collector, interval, exporter));
            export.metrics = Some(Metrics { commands, counts });
        }
        thread::start(span_loop, metric_loop).map_err(StartError::Thread)?;
        Ok(export)
    }
}

fn exporter(
    signal: Signal,
    target: &Target,
    counts: &Arc<Counts>,
    stop_at: &watch::Receiver<StopAt>,
) -> Result<Exporter, StartError> {
    let transport = Transport::new(target, signal).map_err(StartError::Certificates)?;
    let delivery = Delivery::new(transport, target.timeout(), stop_at.clone());
    Ok(Exporter::new(signal, target.to_string(), delivery, Arc::clone(counts)))
}

/// Why exporting could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Neither traces nor metrics were configured.
    #[error("there is nothing to export: configure traces, metrics or both before starting")]
    NothingToExport,
    /// An `https` target, and no root certificates to check it against.
    #[error("the system's root certificates could not be loaded, which an https endpoint needs: install them")]
    Certificates(#[source] io::Error),
    /// The thread or its runtime could not be created.
    #[error("the export thread could not be started")]
    Thread(#[source] io::Error),
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
