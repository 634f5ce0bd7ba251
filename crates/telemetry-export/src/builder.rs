//! What is exported, and the start of it.

use std::{io, process, sync::Arc, time::Duration};

use metrics_pipeline::Collector;
use opentelemetry_sdk::Resource;
use tokio::sync::{mpsc::UnboundedReceiver, watch};

use crate::{
    batch_loop::{BatchLoop, Item},
    batcher::{self, BatchOptions, Queue},
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
    /// Fails when no signal is configured, when a target is `https` and its certificates cannot be used or the system
    /// has none, or when the thread cannot be started.
    pub fn start(self) -> Result<Export, StartError> {
        let (stop, stop_at) = watch::channel(None);
        let mut start = Start { resource: self.resource, stop_at, operations: Arc::default(), loops: Vec::new() };
        let mut exporters = Exporters::default();
        let traces =
            start.batches(self.traces, &mut exporters)?.map(|(queue, commands)| SpanQueue::new(queue, commands));
        let logs = start.batches(self.logs, &mut exporters)?.map(|(queue, commands)| LogQueue::new(queue, commands));
        let metrics = start.metrics(self.metrics, &mut exporters)?;
        if start.loops.is_empty() {
            return Err(StartError::NothingToExport);
        }
        thread::start(start.loops).map_err(StartError::Thread)?;
        let (operations, ending) = (start.operations, Ending::new());
        Ok(Export { traces, logs, metrics, exporters, operations, stop, ending, process: process::id() })
    }
}

/// Why exporting could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No signal was configured.
    #[error("there is nothing to export: configure traces, logs or metrics before starting")]
    NothingToExport,
    /// An `https` target, and no certificates to check it with.
    #[error("the certificates that an https endpoint needs could not be loaded: install the system's or name others")]
    Certificates(#[source] io::Error),
    /// The thread or its runtime could not be created.
    #[error("the export thread could not be started")]
    Thread(#[source] io::Error),
}

/// What the loops are made of.
struct Start {
    resource: Resource,
    stop_at: watch::Receiver<StopAt>,
    operations: Arc<Operations>,
    loops: Vec<Loop>,
}

impl Start {
    fn batches<T: Item>(
        &mut self,
        configured: Option<(Target, BatchOptions)>,
        exporters: &mut Exporters,
    ) -> Result<Option<(Queue<T>, Commands)>, StartError> {
        let Some((target, options)) = configured else { return Ok(None) };
        let (counts, commands, orders, exporter) = self.parts(T::SIGNAL, &target)?;
        let (queue, batcher) = batcher::channel(options, Arc::clone(&counts));
        self.loops.push(Box::pin(BatchLoop::new(orders, batcher, exporter, counts, &self.resource).run()));
        exporters.add(T::SIGNAL, &target);
        Ok(Some((queue, commands)))
    }

    fn metrics(
        &mut self,
        configured: Option<(Target, Collector, Duration)>,
        exporters: &mut Exporters,
    ) -> Result<Option<Metrics>, StartError> {
        let Some((target, collector, interval)) = configured else { return Ok(None) };
        let (counts, commands, orders, exporter) = self.parts(Signal::Metrics, &target)?;
        let (operations, stop_at) = (Arc::clone(&self.operations), self.stop_at.clone());
        self.loops.push(Box::pin(MetricLoop::new(orders, collector, interval, exporter, operations, stop_at).run()));
        exporters.add(Signal::Metrics, &target);
        Ok(Some(Metrics { commands, counts }))
    }

    fn parts(&self, signal: Signal, target: &Target) -> Result<Parts, StartError> {
        let counts = Arc::new(Counts::default());
        let transport = Transport::new(target, signal).map_err(StartError::Certificates)?;
        let delivery = Delivery::new(transport, target.timeout(), self.stop_at.clone());
        let exporter = Exporter::new(signal, target, delivery, Arc::clone(&counts), Arc::clone(&self.operations));
        let (commands, orders) = command::channel();
        Ok((counts, commands, orders, exporter))
    }
}

type Parts = (Arc<Counts>, Commands, UnboundedReceiver<Command>, Exporter);
