//! Spans: the processor that takes them in, and the request that they become.

use std::{sync::Arc, thread, time::Duration};

use opentelemetry::{
    Context,
    trace::{Span as _, Status},
};
use opentelemetry_proto::{
    tonic::collector::trace::v1::ExportTraceServiceRequest,
    transform::{common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{Span, SpanData, SpanProcessor},
};

use crate::{
    batch_loop::Item,
    batcher::Queue,
    command::Commands,
    counts::Counts,
    deadline, flag,
    open_spans::{OpenSpans, OpenSpansHandle, Origin},
    signal::Signal,
};

/// The span processor of an [`Export`](crate::Export): queues ended, sampled spans, and never waits.
///
/// When the queue is full the span is dropped and counted.
/// A span that ends because its thread panics, and says nothing about its success, is a failed one.
/// A clock that was set while a span ran does not show in it: the span ends as long after its start as really passed.
/// Its own flush and shutdown, which a tracer provider calls, send what is queued within their time;
/// after the shutdown of the export they do nothing.
#[derive(Clone, Debug)]
pub struct SpanQueue {
    queue: Queue<SpanData>,
    commands: Commands,
    open: Arc<OpenSpans>,
}

impl SpanQueue {
    pub(crate) fn new(queue: Queue<SpanData>, commands: Commands) -> Self {
        Self { queue, commands, open: Arc::default() }
    }

    /// For a layer that makes spans and begins them later; see there.
    pub fn open_spans(&self) -> OpenSpansHandle {
        OpenSpansHandle::new(Arc::clone(&self.open))
    }

    #[cfg(test)]
    pub(crate) fn commands_mut(&mut self) -> &mut Commands {
        &mut self.commands
    }

    pub(crate) fn commands(&self) -> &Commands {
        &self.commands
    }

    pub(crate) fn queue(&self) -> &Queue<SpanData> {
        &self.queue
    }

    pub(crate) fn counts(&self) -> &Counts {
        self.queue.counts()
    }

    pub(crate) fn open(&self) -> &Arc<OpenSpans> {
        &self.open
    }

    pub(crate) fn refuse(&self) {
        self.queue.refuse();
    }

    fn flush(&self, within: Duration) -> OTelSdkResult {
        let deadline = deadline::after(within);
        if self.commands.are_of_another_process() {
            return Err(OTelSdkError::InternalFailure("a forked child has no export thread".to_owned()));
        }
        if self.queue.refuses() || self.commands.flush(deadline).wait(deadline) {
            return Ok(());
        }
        Err(OTelSdkError::Timeout(within))
    }
}

impl SpanProcessor for SpanQueue {
    fn on_start(&self, span: &mut Span, ctx: &Context) {
        if span.span_context().is_sampled() {
            self.open.begin(span.span_context().span_id(), Origin::of_parent(ctx));
        }
    }

    fn on_end(&self, mut span: SpanData) {
        if span.span_context.is_sampled() {
            self.open.end(&mut span);
            if thread::panicking() && span.status == Status::Unset {
                span.status = Status::error("panicked");
            }
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

impl Item for SpanData {
    type Request = ExportTraceServiceRequest;

    const SIGNAL: Signal = Signal::Traces;

    fn request(batch: Vec<Self>, resource: &ResourceAttributesWithSchema) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest { resource_spans: group_spans_by_resource_and_scope(batch, resource) }
    }
}

/// The specification leaves the time to the processor; this is what upstream's takes.
const FLUSH_WITHIN: Duration = Duration::from_secs(5);
