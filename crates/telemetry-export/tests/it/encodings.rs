//! Compressed or not, as protobuf or JSON: the same telemetry arrives.

use opentelemetry::{
    KeyValue, Value,
    trace::{Span as _, Status, Tracer as _, TracerProvider as _},
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prost::Message as _;
use telemetry_export::{BatchOptions, Compression, Export, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::service::{PATIENCE, PROTOCOLS, Service, base, logs, points, resource, spans, target};

#[test]
fn gzip_is_understood_over_every_protocol() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let gzip = |target: Target| target.with_compression(Compression::Gzip);
        let service = Service::start_with(protocol, &base(protocol, &receiver), gzip, BatchOptions::default());
        service.record_spans(600);
        service.record_logs(10);
        service.count_job();
        let report = service.export.shutdown(PATIENCE);
        assert_eq!(spans(&report), [600, 600, 0, 0, 0, 0], "{protocol:?}");
        assert_eq!((logs(&report)[1], points(&report)[1]), (10, 1));
        assert_eq!(receiver.received().violations, Vec::<String>::new(), "{protocol:?}");

        let received = receiver.received();
        assert_eq!(received.spans_received(), 600);
        let header = if protocol == Protocol::Grpc { "grpc-encoding" } else { "content-encoding" };
        assert_eq!(received.requests.traces.headers[header], "gzip");
    }
}

#[test]
fn the_content_type_says_what_it_is() {
    let types = ["application/grpc", "application/x-protobuf", "application/json"];
    for (protocol, content_type) in PROTOCOLS.into_iter().zip(types) {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        service.record_spans(1);
        service.export.shutdown(PATIENCE);
        assert_eq!(receiver.received().requests.traces.headers["content-type"], content_type);
    }
}

#[test]
fn json_says_the_same_as_protobuf() {
    let [protobuf, json] = [(); 2].map(|()| FaultReceiver::start(|_| Fault::Accept).unwrap());
    let exports = [(Protocol::HttpProtobuf, &protobuf), (Protocol::HttpJson, &json)].map(|(protocol, receiver)| {
        let target = target(protocol, receiver.endpoint(), "traces");
        Export::builder(resource()).with_traces(target, BatchOptions::default()).start().unwrap()
    });
    let tracers = exports.iter().fold(SdkTracerProvider::builder(), |builder, export| {
        builder.with_span_processor(export.span_processor().unwrap())
    });
    let tracers = tracers.build();
    let mut span = tracers.tracer("tests").start("work");
    for value in [Value::from(i64::MIN), Value::from(0.1), Value::from(true), Value::from("\"\\\u{1}\u{e9}")] {
        span.set_attribute(KeyValue::new(format!("{value:?}"), value));
    }
    span.add_event("event", vec![KeyValue::new("list", Value::Array(vec![1_i64, 2].into()))]);
    span.set_status(Status::error("broken"));
    span.end();
    for export in exports {
        export.shutdown(PATIENCE);
    }
    let body = |receiver: &FaultReceiver| receiver.requests()[0].body.clone();
    let decoded: ExportTraceServiceRequest = serde_json::from_slice(&body(&json)).unwrap();
    assert_eq!(decoded, ExportTraceServiceRequest::decode(body(&protobuf)).unwrap());
}

#[test]
fn numbers_that_json_does_not_have_take_nothing_with_them() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(Protocol::HttpJson, &receiver);
    let mut span = service.tracer().start("work");
    span.set_attribute(KeyValue::new("ratio", f64::NAN));
    span.end();
    service.record_spans(9);
    service.meter().f64_gauge("ratio").build().record(f64::NAN, &[]);
    service.meter().u64_counter("jobs").build().add(3, &[KeyValue::new("ratio", f64::NEG_INFINITY)]);
    let report = service.export.shutdown(PATIENCE);
    assert_eq!(
        (spans(&report), points(&report)),
        ([10, 10, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0]),
        "the SDK drops the gauge's"
    );
    let received = receiver.received();
    assert_eq!(received.spans[0].attributes["ratio"], "NaN");
    assert_eq!(received.sum("jobs", &[("ratio", "-Infinity")]).to_string(), "3");
}

#[test]
fn json_is_as_the_protocol_says() {
    let receiver = FaultReceiver::start(|_| Fault::Accept).unwrap();
    let service =
        Service::start_with(Protocol::HttpJson, receiver.endpoint(), |target| target, BatchOptions::default());
    service.record_spans(1);
    service.export.shutdown(PATIENCE);
    let requests = receiver.requests();
    let request = requests.iter().find(|request| request.path == "/v1/traces").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let span = &json["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    let hex = |field: &str, digits| {
        let text = span[field].as_str().unwrap();
        assert!(text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{field}: {text}");
    };
    hex("traceId", 32);
    hex("spanId", 16);
    assert!(span["startTimeUnixNano"].as_str().unwrap().parse::<u64>().is_ok(), "64 bits are texts");
    assert_eq!(span["kind"], 1, "enums are numbers");
}
