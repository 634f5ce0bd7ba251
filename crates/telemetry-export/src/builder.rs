//! What is exported, and the start of it.

use std::{io, process, sync::Arc, time::Duration};

use metrics_pipeline::Collector;
use opentelemetry_sdk::Resource;
use tokio::sync::{mpsc::UnboundedReceiver, watch};

use crate::{
    announcer::Announcer,
    batch_loop::{BatchLoop, Item},
    batcher::{self, BatchOptions},
    command::{self, Command, Commands},
    counts::Counts,
    delivery::{Delivery, StopAt},
    ending::Ending,
    export::{Export, Metrics},
    exporter::Exporter,
    logs::LogQueue,
    metrics::MetricLoop,
    observe::Exporters,
    operations::Operations,
    processor::Processor,
    signal::Signal,
    target::Target,
    thread::{self, Loop},
    traces::SpanQueue,
    transport::Transport,
};

/// What is to be exported, and where to.
#[derive(Debug)]
#[must_use = "nothing is exported before `start`"]
pub struct ExportBuilder {
    resource: Resource,
    traces: Option<(Target, BatchOptions)>,
    logs: Option<(Target, BatchOptions)>,
    metrics: Option<(Target, Collector, Duration)>,
}

impl ExportBuilder {
    pub(crate) fn new(resource: Resource) -> Self {
        Self { resource, traces: None, logs: None, metrics: None }
    }

    /// Exports spans to `target`.
    pub fn with_traces(mut self, target: Target, options: BatchOptions) -> Self {
        self.traces = Some((target, options));
        self
    }

    /// Exports log records to `target`.
    pub fn with_logs(mut self, target: Target, options: BatchOptions) -> Self {
        self.logs = Some((target, options));
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
    /// A signal whose target is `https`, and for which the system's root certificates cannot be loaded, is left out:
    /// [`Export::left_out`] says so, and the other signals go on.
    ///
    /// Fails when no signal is configured, when every one would be left out, or when the thread cannot be started.
    pub fn start(self) -> Result<Export, StartError> {
        let (stop, stop_at) = watch::channel(None);
        let (resource, operations, announcer) = (self.resource, Arc::default(), Announcer::default());
        let mut start = Start { resource, stop_at, operations, announcer, loops: Vec::new(), left_out: Vec::new() };
        let mut exporters = Exporters::default();
        let traces = start.batches(self.traces, &mut exporters).map(SpanQueue::new);
        let logs = start.batches(self.logs, &mut exporters).map(LogQueue::new);
        let metrics = start.metrics(self.metrics, &mut exporters);
        if start.loops.is_empty() {
            let first = start.left_out.into_iter().next();
            return Err(first.map_or(StartError::NothingToExport, |left_out| StartError::Certificates(left_out.error)));
        }
        let left_out = start.left_out;
        thread::start(start.loops).map_err(StartError::Thread)?;
        let (operations, announcer, ending) = (start.operations, start.announcer, Ending::new());
        let process = process::id();
        Ok(Export { traces, logs, metrics, left_out, exporters, operations, announcer, stop, ending, process })
    }
}

/// Why exporting could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No signal was configured.
    #[error("there is nothing to export: configure traces, logs or metrics before starting")]
    NothingToExport,
    /// `https` targets alone, and no certificates to check them with.
    #[error("the certificates that an https endpoint needs could not be loaded: install the system's or name others")]
    Certificates(#[source] io::Error),
    /// The thread or its runtime could not be created.
    #[error("the export thread could not be started")]
    Thread(#[source] io::Error),
}

/// A signal that cannot be exported while the others are.
#[derive(Debug)]
#[non_exhaustive]
pub struct LeftOut {
    /// What is counted of the signal: `spans`, `log records` or `data points`.
    pub items: &'static str,
    /// Why no certificates could be loaded for its `https` target.
    pub error: io::Error,
}

/// What the loops are made of.
struct Start {
    resource: Resource,
    stop_at: watch::Receiver<StopAt>,
    operations: Arc<Operations>,
    announcer: Announcer,
    loops: Vec<Loop>,
    left_out: Vec<LeftOut>,
}

impl Start {
    fn batches<T: Item>(
        &mut self,
        configured: Option<(Target, BatchOptions)>,
        exporters: &mut Exporters,
    ) -> Option<Processor<T>> {
        let (target, options) = configured?;
        let (counts, commands, orders, exporter) = self.parts(T::SIGNAL, &target)?;
        let (queue, batcher) = batcher::channel(options, Arc::clone(&counts));
        self.loops.push(Box::pin(BatchLoop::new(orders, batcher, exporter, counts, &self.resource).run()));
        exporters.add(T::SIGNAL, &target);
        Some(Processor::new(queue, commands))
    }

    fn metrics(
        &mut self,
        configured: Option<(Target, Collector, Duration)>,
        exporters: &mut Exporters,
    ) -> Option<Metrics> {
        let (target, collector, interval) = configured?;
        let (counts, commands, orders, exporter) = self.parts(Signal::Metrics, &target)?;
        let (operations, stop_at) = (Arc::clone(&self.operations), self.stop_at.clone());
        self.loops.push(Box::pin(MetricLoop::new(orders, collector, interval, exporter, operations, stop_at).run()));
        exporters.add(Signal::Metrics, &target);
        Some(Metrics { commands, counts })
    }

    fn parts(&mut self, signal: Signal, target: &Target) -> Option<Parts> {
        let counts = Arc::new(Counts::default());
        let transport = Transport::new(target, signal)
            .map_err(|error| self.left_out.push(LeftOut { items: signal.items(), error }))
            .ok()?;
        let delivery = Delivery::new(transport, target.timeout(), self.stop_at.clone());
        let (operations, announcer) = (Arc::clone(&self.operations), self.announcer.clone());
        let exporter = Exporter::new(signal, target, delivery, Arc::clone(&counts), operations, announcer);
        let (commands, orders) = command::channel();
        Some((counts, commands, orders, exporter))
    }
}

type Parts = (Arc<Counts>, Commands, UnboundedReceiver<Command>, Exporter);
