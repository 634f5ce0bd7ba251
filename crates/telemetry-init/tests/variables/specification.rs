//! The specification's variables, by its own list, and what we do with each.

use std::collections::BTreeMap;

use telemetry_init::{Standing, variables};

/// Every `OTEL_*` variable that the specification names (v1.60.0): `configuration/`, `protocol/exporter.md`,
/// `metrics/sdk_exporters/otlp.md`; the four of a family in one line, its name in place of `*`.
const FAMILIES: [&str; 9] = [
    "ENDPOINT",
    "PROTOCOL",
    "HEADERS",
    "TIMEOUT",
    "COMPRESSION",
    "INSECURE",
    "CERTIFICATE",
    "CLIENT_KEY",
    "CLIENT_CERTIFICATE",
];

const OTHERS: [&str; 43] = [
    "OTEL_SDK_DISABLED",
    "OTEL_ENTITIES",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SERVICE_NAME",
    "OTEL_LOG_LEVEL",
    "OTEL_PROPAGATORS",
    "OTEL_CONFIG_FILE",
    "OTEL_EXPERIMENTAL_CONFIG_FILE",
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_LOGS_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    "OTEL_EXPORTER_ZIPKIN_TIMEOUT",
    "OTEL_EXPORTER_ZIPKIN_PROTOCOL",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_METRICS_EXEMPLAR_FILTER",
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_EXPORTER_PROMETHEUS_PORT",
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_EXPORTER_OTLP_SPAN_INSECURE",
    "OTEL_EXPORTER_OTLP_METRIC_INSECURE",
];

#[test]
fn the_scoreboard_is_right() {
    let standings: BTreeMap<_, _> = variables::topics()
        .into_iter()
        .flat_map(|topic| topic.entries)
        .map(|entry| (entry.name.to_owned(), entry.standing))
        .collect();
    let of_families = FAMILIES.iter().flat_map(|family| {
        ["", "TRACES_", "METRICS_", "LOGS_"].map(|infix| format!("OTEL_EXPORTER_OTLP_{infix}{family}"))
    });
    let specified: Vec<_> = of_families.chain(OTHERS.map(str::to_owned)).collect();
    let unknown: Vec<_> = specified.iter().filter(|name| !standings.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "neither honoured nor diagnosed: {unknown:?}");
    let honoured = specified.iter().filter(|name| standings[*name] == Standing::Honoured).count();
    let line = format!(
        "Of the {} `OTEL_*` variables that the specification names, {honoured} are honoured, and the other {} are \
         answered with a diagnostic.",
        specified.len(),
        specified.len() - honoured,
    );
    println!("{line}");
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains(&line), "README.md must say: {line}");
}
