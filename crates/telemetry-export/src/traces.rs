//! Spans: the processor that takes them in, and the loop that sends them.

use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry_proto::{
    tonic::collector::trace::v1::ExportTraceServiceRequest,
    transform::{common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope},
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{Span, SpanData, SpanProcessor},
};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    batcher::{Batcher, Queue},
    command::{Command, Commands},
    counts::Counts,
    deadline,
    exporter::Exporter,
    flag,
};

/// The span processor of an [`Export`](crate::Export): queues ended, sampled spans, and never waits.
///
/// When the queue is full the span is dropped and counted.
/// Its own flush and shutdown, which a tracer provider calls, send what is queued within their time;
/// after the shutdown of the export they do nothing.
#[derive(Clone, Debug)]
pub struct SpanQueue {
    queue: Queue<SpanData>,
    commands: Commands,
}

impl SpanQueue {
    pub(crate) fn new(queue: Queue<SpanData>, commands: Commands) -> Self {
        Self { queue, commands }
    }

    pub(crate) fn commands(&self) -> &Commands {
        &self.commands
    }

    pub(crate) fn counts(&self) -> &Counts {
        self.queue.counts()
    }

    pub(crate) fn refuse(&self) {
        self.queue.refuse();
    }

    fn flush(&self, within: Duration) -> OTelSdkResult {
        let deadline = deadline::after(within);
        if self.queue.refuses() || self.commands.flush(deadline).wait(deadline) {
            return Ok(());
        }
        Err(OTelSdkError::Timeout(within))
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, _span: &mut Span, _ctx: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.queue.offer(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        if flag::on_export_thread() {
            return Err(OTelSdkError::InternalFailure("the export thread cannot wait for itself".to_owned()));
        }
        self.flush(FLUSH_WITHIN)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        let flushed = if flag::on_export_thread() { Ok(()) } else { self.flush(timeout) };
        self.refuse();
        flushed
    }
}

/// The specification leaves the time to the processor; this is what upstream's takes.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);

/// Sends batches of spans until told to shut down.
pub(crate) struct SpanLoop {
    commands: UnboundedReceiver<Command>,
    batcher: Batcher<SpanData>,
    exporter: Exporter,
    resource: ResourceAttributesWithSchema,
}

impl SpanLoop {
    pub(crate) fn new(
        commands: UnboundedReceiver<Command>,
        batcher: Batcher<SpanData>,
        exporter: Exporter,
        resource: &Resource,
    ) -> Self {
        Self { commands, batcher, exporter, resource: resource.into() }
    }

    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(Command::Flush { deadline, done }) => {
                        let _ = done.try_send(self.drain(deadline).await);
                    }
                    Some(Command::Shutdown { deadline, done }) => {
                        self.batcher.close();
                        let _ = done.try_send(self.drain(deadline).await);
                        return;
                    }
                    None => return,
                },
                batch = self.batcher.next() => {
                    self.export(batch).await;
                }
            }
        }
    }

    /// Exports what is queued now, but starts nothing after `deadline`; says whether all of it got its answer.
    async fn drain(&mut self, deadline: Instant) -> bool {
        let mut left = self.batcher.len();
        while left > 0 && Instant::now() < deadline {
            let batch = self.batcher.take();
            left = left.saturating_sub(batch.len().max(1));
            if !self.export(batch).await {
                return false;
            }
        }
        left == 0
    }

    async fn export(&mut self, batch: Vec<SpanData>) -> bool {
        self.exporter.note_drops();
        if batch.is_empty() {
            return true;
        }
        let items = batch.len() as u64;
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        self.exporter.export(&ExportTraceServiceRequest { resource_spans }, items).await
    }
}
