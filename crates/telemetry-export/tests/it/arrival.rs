//! A collector that works gets everything, exactly.

use std::time::Duration;

use opentelemetry::{
    Context, KeyValue,
    trace::{Span as _, Status, TraceContextExt as _, Tracer as _},
};
use telemetry_export::{BatchOptions, Export, Headers};
use telemetry_testkit::{OtlpReceiver, PointValue, SpanStatus};

use crate::service::{NEVER, PATIENCE, PROTOCOLS, Service, base, logs, points, resource, spans, target};

#[test]
fn spans_arrive_with_parents_and_resource() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        let tracer = service.tracer();
        let ctx = Context::new().with_span(tracer.start("request"));
        let mut script = tracer.start_with_context("script", &ctx);
        script.set_attribute(KeyValue::new("script.lang", "rhai"));
        script.set_status(Status::error("out of memory"));
        script.end();
        ctx.span().end();

        let report = service.export.flush(PATIENCE);
        assert_eq!(spans(&report), [2, 2, 0, 0, 0, 0], "{protocol:?}");
        assert!(!report.timed_out && !report.repeated);

        let received = receiver.received();
        let [request, script] = ["request", "script"].map(|name| received.spans_named(name)[0].clone());
        assert_eq!(script.parent_span_id.as_ref(), Some(&request.span_id));
        assert_eq!(script.trace_id, request.trace_id);
        assert_eq!(request.parent_span_id, None);
        assert_eq!(script.attributes["script.lang"], "rhai");
        assert_eq!(script.status, SpanStatus::Error("out of memory".to_owned()));
        assert_eq!(script.resource["service.name"], "scripts");
        assert_eq!(script.scope, "tests");
        assert!(script.start_nanos <= script.end_nanos);
    }
}

#[test]
fn log_records_arrive_with_their_span_and_attributes() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        let ctx = Context::new().with_span(service.tracer().start("request"));
        {
            let _current = ctx.clone().attach();
            service.record_logs(2);
        }
        service.record_logs(1);
        assert_eq!(logs(&service.export.flush(PATIENCE)), [3, 3, 0, 0, 0, 0], "{protocol:?}");

        let received = receiver.received();
        let [first, _, last] = received.logs.as_slice() else { panic!("{received}") };
        assert_eq!(first.body, "something happened");
        assert_eq!(first.attributes["script.lang"], "rhai");
        assert_eq!(first.span_id, Some(ctx.span().span_context().span_id().to_string()));
        assert_eq!(first.resource["service.name"], "scripts");
        assert_eq!((first.scope.as_str(), last.span_id.as_ref()), ("tests", None));
    }
}

#[test]
fn metrics_arrive_with_their_values() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let service = Service::start(protocol, &receiver);
        let meter = service.meter();
        let counter = meter.u64_counter("jobs").build();
        counter.add(3, &[KeyValue::new("status", "ok")]);
        counter.add(2, &[KeyValue::new("status", "failed")]);
        meter.i64_up_down_counter("active").build().add(-4, &[]);
        meter.f64_gauge("load").with_unit("1").build().record(0.5, &[]);
        let histogram = meter.f64_histogram("duration").with_unit("s").with_boundaries(vec![1.0]).build();
        histogram.record(0.5, &[]);
        histogram.record(4.0, &[]);

        assert_eq!(points(&service.export.flush(PATIENCE)), [5, 5, 0, 0, 0, 0], "{protocol:?}");

        let received = receiver.received();
        assert_eq!(received.sum("jobs", &[("status", "ok")]).to_string(), "3");
        assert_eq!(received.sum("jobs", &[]).to_string(), "5");
        assert_eq!(received.sum("active", &[]).to_string(), "-4");
        assert_eq!(received.gauge("load", &[]), Some(0.5));
        let duration = received.points_of("duration", &[])[0];
        let expected = PointValue::Histogram { count: 2, sum: 4.5, bounds: vec![1.0], bucket_counts: vec![1, 1] };
        assert_eq!(duration.value, expected);
        assert_eq!(duration.unit, "s");
        assert_eq!(duration.resource["service.name"], "scripts");
    }
}

#[test]
fn headers_and_user_agent_go_with_every_request() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let mut headers = Headers::default();
        headers.insert("API-Key", "secret").unwrap();
        let service = Service::start_with(
            protocol,
            &base(protocol, &receiver),
            |target| target.with_headers(headers.clone()),
            BatchOptions::default(),
        );
        service.record_spans(1);
        service.record_logs(1);
        service.count_job();
        service.export.shutdown(PATIENCE);

        let requests = receiver.received().requests;
        for signal in [requests.traces, requests.logs, requests.metrics] {
            assert_eq!(signal.count, 1);
            assert_eq!(signal.headers["api-key"], "secret");
            assert!(signal.user_agent().starts_with("OTelier/"), "{}", signal.user_agent());
        }
        assert!(!format!("{:?}", service.export).contains("secret"));
    }
}

#[test]
fn a_full_batch_and_a_due_collection_go_out_by_themselves() {
    let receiver = OtlpReceiver::start().unwrap();
    let (meters, collector) = metrics_pipeline::build(resource());
    let export = Export::builder(resource())
        .with_traces(
            target(PROTOCOLS[0], &receiver.grpc_endpoint(), "traces"),
            BatchOptions::default().with_max_batch_size(10).with_schedule_delay(NEVER),
        )
        .with_metrics(target(PROTOCOLS[0], &receiver.grpc_endpoint(), "metrics"), collector, Duration::from_millis(20))
        .start()
        .unwrap();
    let spans = export.span_processor().unwrap();
    let tracers = opentelemetry_sdk::trace::SdkTracerProvider::builder().with_span_processor(spans).build();
    let loggers = opentelemetry_sdk::logs::SdkLoggerProvider::builder().build();
    let service = Service { export, tracers, loggers, meters };
    service.record_spans(25);
    service.count_job();

    receiver.expect(PATIENCE, "two full batches and several collections", |received| {
        received.spans_received() == 20 && received.requests.metrics.count >= 3
    });
    assert_eq!(crate::service::spans(&service.export.flush(PATIENCE)), [25, 25, 0, 0, 0, 0]);
}

#[test]
fn a_batch_goes_out_when_it_is_due() {
    let receiver = OtlpReceiver::start().unwrap();
    let export = Export::builder(resource())
        .with_traces(
            target(PROTOCOLS[1], &receiver.http_endpoint(), "traces"),
            BatchOptions::default().with_schedule_delay(Duration::from_millis(20)),
        )
        .start()
        .unwrap();
    let tracers = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_span_processor(export.span_processor().unwrap())
        .build();
    drop(opentelemetry::trace::TracerProvider::tracer(&tracers, "tests").start("work"));
    receiver.expect(PATIENCE, "the span", |received| received.spans_received() == 1);
}

#[test]
fn nothing_to_say_sends_nothing() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service.export.flush(PATIENCE);
    service.export.shutdown(PATIENCE);
    let received = receiver.received();
    assert_eq!((received.requests.traces.count, received.requests.metrics.count), (0, 0));
}

#[test]
fn an_unsampled_span_is_not_counted() {
    let receiver = OtlpReceiver::start().unwrap();
    let export = Export::builder(resource())
        .with_traces(target(PROTOCOLS[1], &receiver.http_endpoint(), "traces"), BatchOptions::default())
        .start()
        .unwrap();
    let tracers = opentelemetry_sdk::trace::SdkTracerProvider::builder()
        .with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOff)
        .with_span_processor(export.span_processor().unwrap())
        .build();
    drop(opentelemetry::trace::TracerProvider::tracer(&tracers, "tests").start("work"));
    assert_eq!(spans(&export.flush(PATIENCE)), [0; 6]);
}
