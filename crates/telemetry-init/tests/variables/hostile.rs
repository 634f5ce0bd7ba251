//! Below `Settings` nothing reads the environment.

use std::{collections::BTreeMap, ffi::OsString, time::Duration};

use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
use opentelemetry::trace::{Span, Tracer, TracerProvider};
use telemetry_init::{Providers, Settings};
use telemetry_testkit::OtlpReceiver;

use crate::child;

const ENDPOINT: &str = "OTELIER_TEST_ENDPOINT";

/// Not among them are `SSL_CERT_FILE` and `SSL_CERT_DIR`, which the loader of the system's root certificates obeys, as
/// documented: see `roots.rs`.
///
/// Whatever the SDK, the exporters, an HTTP client or a subscriber would read, set to what would show or hurt.
const HOSTILE: &[(&str, &str)] = &[
    ("OTEL_SDK_DISABLED", "true"),
    ("OTEL_RESOURCE_ATTRIBUTES", "service.name=hostile,evil=1"),
    ("OTEL_SERVICE_NAME", "hostile"),
    ("OTEL_TRACES_SAMPLER", "always_off"),
    ("OTEL_TRACES_SAMPLER_ARG", "NaN"),
    ("OTEL_TRACES_EXPORTER", "none"),
    ("OTEL_METRICS_EXPORTER", "none"),
    ("OTEL_LOGS_EXPORTER", "none"),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "0"),
    ("OTEL_SPAN_EVENT_COUNT_LIMIT", "0"),
    ("OTEL_SPAN_LINK_COUNT_LIMIT", "0"),
    ("OTEL_BSP_SCHEDULE_DELAY", "0"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "4294967296"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
    ("OTEL_BSP_EXPORT_TIMEOUT", "0"),
    ("OTEL_BSP_MAX_CONCURRENT_EXPORTS", "0"),
    ("OTEL_BLRP_SCHEDULE_DELAY", "0"),
    ("OTEL_BLRP_MAX_QUEUE_SIZE", "0"),
    ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "0"),
    ("OTEL_BLRP_EXPORT_TIMEOUT", "0"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "0"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
    ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9"),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:9"),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://127.0.0.1:9"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "hostile=1"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "hostile=2"),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
    ("OTEL_EXPORTER_OTLP_INSECURE", "maybe"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere"),
    ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("http_proxy", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("ALL_PROXY", "http://127.0.0.1:9"),
    ("RUST_LOG", "off"),
];

#[test]
fn the_map_is_obeyed_in_a_hostile_environment() {
    let receiver = OtlpReceiver::start().unwrap();
    let hostile = HOSTILE.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    let endpoint = (ENDPOINT.to_owned(), OsString::from(receiver.http_endpoint()));
    let outcome = child::run("hostile", hostile.chain([endpoint]));
    assert!(outcome.status.success(), "{}\n{}", outcome.out, outcome.log);
    assert!(outcome.log.contains("shown on the console"), "RUST_LOG=off is not in the map: {}", outcome.log);

    let got = receiver.expect(Duration::from_secs(10), "all signals", |received| {
        !received.spans.is_empty() && !received.points.is_empty() && !received.logs.is_empty()
    });
    let span = &got.spans[0];
    assert_eq!(span.resource["service.name"], "mapped");
    assert!(!span.resource.contains_key("evil"), "{:?}", span.resource);
    assert_eq!(span.attributes.len(), 3, "{span:?}");
    assert_eq!(span.events.len(), 1, "{span:?}");
    assert_eq!(got.spans.len(), 1);
    let total = got.sum("script.executions.total", &[]);
    assert!((total - 3.0).abs() < f64::EPSILON, "cumulative: {total}");
}

pub(crate) fn child() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let map = BTreeMap::from([("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("OTEL_SERVICE_NAME", "mapped")]);
    let (settings, diagnostics) = Settings::from_environment(&map);
    assert_eq!(diagnostics, []);
    let telemetry = Providers::build(settings).unwrap().install().unwrap();
    let tracer = opentelemetry::global::tracer_provider().tracer("test");
    let mut span = tracer.start("work");
    for key in ["a", "b", "c"] {
        span.set_attribute(opentelemetry::KeyValue::new(key, 1));
    }
    span.add_event("event", Vec::new());
    span.end();
    tracing::info!("shown on the console");
    let count = ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" };
    count.add(1);
    telemetry.flush(Duration::from_secs(5));
    ExecutionsTotal { status: ExecutionStatus::Completed, lang_and_version: "rhai" }.add(2);
    let report = telemetry.shutdown(Duration::from_secs(5));
    assert_eq!(report.traces.unwrap().exported, 1, "{report}");
    assert_eq!(report.logs.unwrap().failed, 0, "{report}");
}
