//! Spans that are not sampled have begun all the same, and `otel.sdk.span.started` counts them.

use opentelemetry::{
    Context, KeyValue, SpanId, TraceFlags, TraceId,
    trace::{Link, SpanContext, SpanKind, TraceContextExt as _, TraceState, Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, SdkTracerProvider, ShouldSample};
use telemetry_testkit::OtlpReceiver;

use crate::service::{PATIENCE, PROTOCOLS, Service};

/// Decides the same about every span that has no parent.
#[derive(Clone, Debug)]
struct Fixed(SamplingDecision);

impl ShouldSample for Fixed {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        SamplingResult { decision: self.0.clone(), attributes: Vec::new(), trace_state: TraceState::NONE }
    }
}

#[test]
fn every_span_is_counted_as_started_by_its_sampling_result_and_the_origin_of_its_parent() {
    let cases = [
        (SamplingDecision::RecordAndSample, "RECORD_AND_SAMPLE", "RECORD_AND_SAMPLE"),
        (SamplingDecision::RecordOnly, "RECORD_ONLY", "DROP"),
        (SamplingDecision::Drop, "DROP", "DROP"),
    ];
    for (decision, root, child) in cases {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(PROTOCOLS[0], &receiver);
        service.export.observe(&service.meter());
        let spans = service.export.span_processor().unwrap();
        let sampler = spans.counting(Sampler::ParentBased(Box::new(Fixed(decision))));
        let tracers = SdkTracerProvider::builder().with_sampler(sampler).with_span_processor(spans).build();
        let tracer = tracers.tracer("tests");
        for _ in 0..5 {
            let parent = Context::new().with_span(tracer.start_with_context("root", &Context::new()));
            drop(tracer.start_with_context("child", &parent));
        }
        for (flags, times) in [(TraceFlags::SAMPLED, 2), (TraceFlags::NOT_SAMPLED, 3)] {
            let remote = SpanContext::new(TraceId::from(1), SpanId::from(1), flags, true, TraceState::NONE);
            let remote = Context::new().with_remote_span_context(remote);
            (0..times).for_each(|_| drop(tracer.start_with_context("called", &remote)));
        }
        service.export.flush(PATIENCE);

        let received = receiver.received();
        let started = |result: &str, origin: &str| {
            let labels = [("otel.span.sampling_result", result), ("otel.span.parent.origin", origin)];
            received.sum("otel.sdk.span.started", &labels).to_string()
        };
        assert_eq!((started(root, "none"), started(child, "local")), ("5".into(), "5".into()), "{root}");
        assert_eq!(started("RECORD_AND_SAMPLE", "remote"), "2", "{root}");
        assert_eq!(started("DROP", "remote"), "3", "{root}");
        assert_eq!(received.sum("otel.sdk.span.started", &[]).to_string(), "15", "{root}: nothing is counted twice");
        let sampled = [("otel.span.sampling_result", "RECORD_AND_SAMPLE")];
        assert_eq!(received.sum("otel.sdk.span.started", &sampled).to_string(), received.spans_received().to_string());
    }
}
