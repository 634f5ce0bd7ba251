//! What spans and log records hold when they arrive, and what the console exporters print.

use opentelemetry::{
    KeyValue,
    trace::{Span, SpanContext, SpanId, TraceFlags, TraceId, TraceState, Tracer, TracerProvider},
};
use telemetry_testkit::{OtlpReceiver, Received};

use crate::child::{Outcome, WATCHDOG, run};

/// Runs the child against a receiver, with these variables on top.
fn received(variables: &[(&str, &str)], spans: usize) -> (Received, Outcome) {
    let receiver = OtlpReceiver::start().unwrap();
    let endpoint = receiver.http_endpoint();
    let variables: Vec<_> =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint)].into_iter().chain(variables.iter().copied()).collect();
    let outcome = run("signals", &variables);
    let got = receiver.expect(WATCHDOG, "the child's telemetry", |received| {
        received.spans.len() == spans && !received.logs.is_empty()
    });
    (got, outcome)
}

pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    let span = tracing::info_span!("traced", long = "smørrebrød", twice = 1, number = 123_456);
    span.record("twice", 2);
    span.in_scope(|| {
        tracing::warn!(reason = "smørrebrød", count = 7_u64, huge = u64::MAX, "this message is never cut");
        tracing::debug!("too detailed");
    });
    drop(span);

    let tracer = opentelemetry::global::tracer_provider().tracer("test");
    let mut span = tracer.start("full");
    for number in 0..5 {
        span.set_attribute(KeyValue::new(format!("a{number}"), "smørrebrød"));
        span.add_event(format!("event {number}"), vec![KeyValue::new("x", "smørrebrød"), KeyValue::new("y", 1)]);
        let other = SpanContext::new(
            TraceId::from(1),
            SpanId::from(number + 1),
            TraceFlags::SAMPLED,
            true,
            TraceState::default(),
        );
        span.add_link(other, vec![KeyValue::new("x", 1), KeyValue::new("y", 2)]);
    }
    span.end();
    drop(tracing::info_span!(parent: None, "root").entered());
    let report = telemetry.shutdown(WATCHDOG);
    println!("\n{report}");
}

#[test]
fn log_records_carry_their_span_and_keep_their_limits() {
    let limits = [("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "3"), ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "2")];
    let (got, _) = received(&limits, 3);
    let record = got.logs.iter().find(|record| record.severity == "WARN").unwrap();
    assert_eq!(record.body, "this message is never cut");
    assert_eq!((record.attributes.len(), record.dropped_attributes), (2, 1), "{record:?}");
    assert_eq!(record.attributes["reason"], "smø");
    assert_eq!(record.attributes["count"], "7");
    let span = got.spans_named("traced")[0];
    assert_eq!(record.span_id.as_deref(), Some(&*span.span_id));
    assert_eq!(record.trace_id.as_deref(), Some(&*span.trace_id));
    assert!(got.logs.iter().all(|record| record.severity != "DEBUG"), "{got:?}");
    // Without limits nothing is cut.
    let (got, _) = received(&[], 3);
    let record = got.logs.iter().find(|record| record.severity == "WARN").unwrap();
    assert_eq!(record.attributes["reason"], "smørrebrød");
    assert_eq!(record.attributes["huge"], u64::MAX.to_string());
    assert_eq!((record.attributes.len(), record.dropped_attributes), (3, 0), "{record:?}");
}

#[test]
fn spans_keep_their_limits() {
    let limits = [
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "3"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "2"),
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "1"),
    ];
    let (got, _) = received(&limits, 3);
    let full = got.spans_named("full")[0];
    assert_eq!(full.attributes.len(), 3, "{full:?}");
    assert_eq!(full.attributes["a0"], "smør");
    assert_eq!(full.events.len(), 2);
    assert_eq!(full.events[0].attributes.len(), 1);
    assert_eq!(full.events[0].attributes["x"], "smør");
}

#[test]
fn a_key_that_is_recorded_twice_arrives_once_with_its_last_value() {
    let (got, _) = received(&[], 3);
    let traced = got.spans_named("traced")[0];
    assert_eq!(traced.attributes["twice"], "2");
    assert_eq!(traced.attributes["long"], "smørrebrød");
}

#[test]
fn samplers_decide() {
    for (sampler, argument, spans) in [
        ("always_off", "", 0),
        ("TraceIdRatio", "0", 0),
        ("traceidratio", "1", 3),
        ("parentbased_traceidratio", "0.0", 0),
        ("traceidratio", "5", 3),
        ("jaeger_remote", "", 3),
    ] {
        let (got, _) = received(&[("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)], spans);
        assert_eq!(got.spans.len(), spans, "{sampler} {argument}");
    }
}

#[test]
fn the_resource_says_what_and_where() {
    let variables = [("OTEL_SERVICE_NAME", "shop"), ("OTEL_SERVICE_VERSION", "1.2"), ("DEPLOYMENT_ENV", "test")];
    let (got, _) = received(&variables, 3);
    let resource = &got.spans[0].resource;
    for (key, value) in [
        ("service.name", "shop"),
        ("service.version", "1.2"),
        ("deployment.environment.name", "test"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.distro.name", "otelier"),
        ("os.type", std::env::consts::OS),
    ] {
        assert_eq!(resource[key], value, "{resource:?}");
    }
    for key in ["service.instance.id", "process.pid", "process.executable.name", "host.arch"] {
        assert!(resource.contains_key(key), "{key}: {resource:?}");
    }
    assert_eq!(got.logs[0].resource, got.spans[0].resource, "all signals have the one resource");

    let (got, _) = received(
        &[("OTELIER_RESOURCE_DETECTORS", "none"), ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=mine")],
        3,
    );
    let resource = &got.spans[0].resource;
    assert!(!resource.contains_key("process.pid"), "{resource:?}");
    assert_eq!(resource["service.instance.id"], "mine");
}

#[test]
fn the_console_exporters_print_and_nothing_is_sent() {
    let console = [
        ("OTEL_TRACES_EXPORTER", "console"),
        ("OTEL_METRICS_EXPORTER", "console"),
        ("OTEL_LOGS_EXPORTER", "console"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
    ];
    let outcome = run("signals", &console);
    let lines = |kind: &str| outcome.out.lines().filter(|line| line.starts_with(kind)).collect::<Vec<_>>();
    assert_eq!(lines("span  ").len(), 3, "{}", outcome.out);
    assert!(lines("span  ")[0].contains("\"traced\""), "{}", outcome.out);
    assert!(lines("log  ").iter().any(|line| line.contains("this message is never cut")), "{}", outcome.out);
    assert!(outcome.log.contains("traces to the console; "), "{}", outcome.log);
}

#[test]
fn what_telemetry_says_of_itself_has_a_level_of_its_own() {
    let started = "telemetry off";
    for (filter, level, shown) in [
        ("off", "", false),
        ("off", "info", true),
        ("info", "none", false),
        ("info", "WARN", false),
        ("info", "", true),
    ] {
        let outcome = run("signals", &[("RUST_LOG", filter), ("OTEL_LOG_LEVEL", level)]);
        assert_eq!(outcome.log.contains(started), shown, "{filter} {level}: {}", outcome.log);
    }
}
