//! Which formats context travels in.

use std::collections::HashMap;

use opentelemetry::{
    Context, KeyValue,
    baggage::BaggageExt,
    global,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};

use crate::child::{run, say};

#[test]
fn propagators_are_those_that_are_named_also_when_telemetry_is_off() {
    for (propagators, headers) in [
        ("", "baggage,traceparent,tracestate"),
        ("tracecontext", "traceparent,tracestate"),
        ("Baggage,baggage", "baggage"),
        ("b3,baggage", "baggage"),
        ("b3", "baggage,traceparent,tracestate"),
        ("none", ""),
        ("none,tracecontext", "traceparent,tracestate"),
    ] {
        for disabled in ["", "true"] {
            let outcome = run("propagation", &[("OTEL_PROPAGATORS", propagators), ("OTEL_SDK_DISABLED", disabled)]);
            assert_eq!(outcome.values["headers"], headers, "{propagators:?}");
        }
    }
}

pub(crate) fn child() {
    let _telemetry = telemetry_init::init().unwrap();
    let span = SpanContext::new(TraceId::from(1), SpanId::from(2), TraceFlags::SAMPLED, true, TraceState::default());
    let ctx = Context::new().with_remote_span_context(span).with_baggage([KeyValue::new("key", "value")]);
    let mut carrier = HashMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject_context(&ctx, &mut carrier));
    let mut headers: Vec<_> = carrier.into_keys().collect();
    headers.sort();
    say("headers", headers.join(","));
}
