//! Our trace requests say the same as those of opentelemetry-otlp for the same spans.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::{
    Context, InstrumentationScope, KeyValue,
    trace::{
        Link, Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use prost::Message as _;
use telemetry_export::{BatchOptions, Export, Protocol};
use telemetry_testkit::{Fault, FaultReceiver};

use crate::service::{NEVER, PATIENCE, target};

#[derive(Clone, Debug, Default)]
struct Captured {
    bodies: Arc<Mutex<Vec<Bytes>>>,
}

#[tonic::async_trait]
impl HttpClient for Captured {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.bodies.lock().unwrap().push(request.into_body());
        Ok(Response::new(Bytes::new()))
    }
}

#[test]
fn the_same_spans_give_the_same_request() {
    let server = FaultReceiver::start(|_| Fault::Accept).unwrap();
    let resource = Resource::builder_empty()
        .with_service_name("scripts")
        .with_schema_url([KeyValue::new("host.cpus", 2)], "https://opentelemetry.io/schemas/1.37.0")
        .build();
    let export = Export::builder(resource.clone())
        .with_traces(
            target(Protocol::HttpProtobuf, server.endpoint(), "traces"),
            BatchOptions::default().with_schedule_delay(NEVER),
        )
        .start()
        .unwrap();
    let captured = Captured::default();
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(captured.clone())
        .with_endpoint("http://localhost/v1/traces")
        .build()
        .unwrap();
    let tracers = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_span_processor(export.span_processor().unwrap())
        .with_batch_exporter(exporter)
        .build();

    record(&tracers);
    tracers.force_flush().unwrap();

    let theirs = decode(&captured.bodies.lock().unwrap());
    let ours = decode(&server.requests().into_iter().map(|request| request.body).collect::<Vec<_>>());
    assert_eq!(theirs.resource_spans[0].scope_spans.len(), 2, "both scopes are there");
    assert_eq!(ours, theirs);
    export.shutdown(PATIENCE);
}

fn decode(bodies: &[Bytes]) -> ExportTraceServiceRequest {
    let [body] = bodies else { panic!("{} requests instead of one", bodies.len()) };
    ExportTraceServiceRequest::decode(body.clone()).unwrap()
}

/// Spans that use every field there is.
fn record(tracers: &SdkTracerProvider) {
    let remote = SpanContext::new(
        TraceId::from(7),
        SpanId::from(8),
        TraceFlags::SAMPLED,
        true,
        TraceState::from_key_value([("vendor", "value")]).unwrap(),
    );
    let parent = Context::new().with_remote_span_context(remote.clone());
    let tracer = tracers.tracer("one");
    let mut span = tracer
        .span_builder("full")
        .with_kind(SpanKind::Consumer)
        .with_attributes([KeyValue::new("a", 1), KeyValue::new("b", 0.5), KeyValue::new("c", true)])
        .with_links(vec![Link::new(remote, vec![KeyValue::new("link", "yes")], 3)])
        .start_with_context(&tracer, &parent);
    span.add_event("event", vec![KeyValue::new("text", "value")]);
    span.set_status(Status::error("broken"));
    span.end();
    drop(tracer.start("plain"));
    let scope = InstrumentationScope::builder("two")
        .with_version("1.2")
        .with_schema_url("https://opentelemetry.io/schemas/1.30.0")
        .with_attributes([KeyValue::new("scope", "attribute")])
        .build();
    drop(tracers.tracer_with_scope(scope).start("other"));
}
