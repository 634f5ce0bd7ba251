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
    error::OTelSdkResult,
    trace::{Sampler, Span, SpanData, SpanProcessor},
};

use crate::{
    batch_loop::Item,
    open_spans::{CountingSampler, OpenSpans, OpenSpansHandle, Origin},
    processor::Processor,
    signal::Signal,
    size,
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
    processor: Processor<SpanData>,
    open: Arc<OpenSpans>,
}

impl SpanQueue {
    pub(crate) fn new(processor: Processor<SpanData>) -> Self {
        Self { processor, open: Arc::default() }
    }

    /// For a layer that makes spans and begins them later; see there.
    pub fn open_spans(&self) -> OpenSpansHandle {
        OpenSpansHandle::new(Arc::clone(&self.open))
    }

    /// The sampler for the provider that this processor is in: it decides as `sampler`, and counts the spans of which the
    /// processor does not hear.
    ///
    /// ```
    /// use opentelemetry_sdk::{Resource, trace::{Sampler, SdkTracerProvider}};
    /// use telemetry_export::{BatchOptions, Export, Protocol, Target};
    ///
    /// let target = Target::new(Protocol::HttpProtobuf, "http://localhost:4318/v1/traces")?;
    /// let export = Export::builder(Resource::builder().build()).with_traces(target, BatchOptions::default()).start()?;
    /// let spans = export.span_processor().ok_or("traces are on")?;
    /// let sampler = spans.counting(Sampler::TraceIdRatioBased(0.1));
    /// let tracers = SdkTracerProvider::builder().with_sampler(sampler).with_span_processor(spans).build();
    /// # drop(tracers);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counting(&self, sampler: Sampler) -> CountingSampler {
        CountingSampler::new(sampler, Arc::clone(&self.open))
    }

    pub(crate) fn processor(&self) -> &Processor<SpanData> {
        &self.processor
    }

    #[cfg(test)]
    pub(crate) fn processor_mut(&mut self) -> &mut Processor<SpanData> {
        &mut self.processor
    }

    pub(crate) fn open(&self) -> &Arc<OpenSpans> {
        &self.open
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
            self.processor.offer(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown(timeout)
    }
}

impl Item for SpanData {
    type Request = ExportTraceServiceRequest;

    const SIGNAL: Signal = Signal::Traces;

    fn size(&self) -> usize {
        size::of_span(self)
    }

    fn request(batch: Vec<Self>, resource: &ResourceAttributesWithSchema) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest { resource_spans: group_spans_by_resource_and_scope(batch, resource) }
    }
}
