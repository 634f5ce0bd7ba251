//! Names that the seed systems used. A variable of the specification wins over its alias.

use std::time::Duration;

use crate::{
    parse,
    settings::{batch, prometheus},
    variable::{Entry, Parsed, Shown, Standing, Variable},
};

variables! {
    TRACING_SERVICE_NAME: String {
        does: "The resource attribute service.name, when nothing else gives it.",
        default: "unknown_service:<executable>",
        allowed: "text",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::text,
    }
    OTEL_SERVICE_VERSION: String {
        does: "The resource attribute service.version, when OTEL_RESOURCE_ATTRIBUTES does not give one that is not empty.",
        default: "none",
        allowed: "text",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::text,
    }
    DEPLOYMENT_ENV: String {
        does: "The resource attribute deployment.environment.name, when OTEL_RESOURCE_ATTRIBUTES does not give one that is not empty.",
        default: "none",
        allowed: "text",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::text,
    }
    ENABLE_TRACING: bool {
        does: "false switches traces off, and metrics and logs too unless ENABLE_METRICS is true.",
        default: "true",
        allowed: "true, false, 1, 0, yes, no, on, off",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::lenient_boolean,
    }
    ENABLE_METRICS: bool {
        does: "Switches metrics on or off, whatever ENABLE_TRACING says.",
        default: "as ENABLE_TRACING",
        allowed: "true, false, 1, 0, yes, no, on, off",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::lenient_boolean,
    }
    PROMETHEUS_HOST: String {
        does: "The host of the scrape endpoint, when OTEL_EXPORTER_PROMETHEUS_HOST does not say.",
        default: "localhost",
        allowed: "a host name or an address",
        beyond: "",
        standing: Honoured,
        shown: Url,
        parse: prometheus::host,
    }
    PROMETHEUS_PORT: prometheus::SeedPort {
        does: "The port of the scrape endpoint, when OTEL_EXPORTER_PROMETHEUS_PORT does not say.",
        default: "9464",
        allowed: "0 to 65535; 0 takes a free one",
        beyond: "the form tcp://10.0.0.1:9090, which Kubernetes sets beside a service called prometheus, is ignored with a note",
        standing: Honoured,
        shown: Whole,
        parse: prometheus::seed_port,
    }
    METRICS_EXPORT_INTERVAL_MS: Duration {
        does: "Milliseconds between two pushes of metrics, when OTEL_METRIC_EXPORT_INTERVAL does not say.",
        default: "10000",
        allowed: "whole milliseconds, 1 to 4294967295",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: parse::metric_interval,
    }
    TRACES_EXPORT_BATCH_SIZE: usize {
        does: "How many spans go out together, when OTEL_BSP_MAX_EXPORT_BATCH_SIZE does not say.",
        default: "512",
        allowed: "1 to the size of the queue",
        beyond: "",
        standing: Honoured,
        shown: Whole,
        parse: batch::size,
    }
    METRICS_SAMPLE_RATE: () {
        does: "The share of measurements to keep, in systems that sampled them.",
        default: "1.0",
        allowed: "1.0",
        beyond: "anything else is a warning: it would falsify every count",
        standing: Diagnosed,
        shown: Whole,
        parse: sample_rate,
    }
    STATSD_HOST: String {
        does: "Where a StatsD server is.",
        default: "unset",
        allowed: "a host name or an address",
        beyond: "a note says that there is no StatsD output yet",
        standing: Diagnosed,
        shown: Url,
        parse: |text| no_statsd(prometheus::host(text)),
    }
    STATSD_PORT: prometheus::SeedPort {
        does: "The port of a StatsD server.",
        default: "unset",
        allowed: "0 to 65535",
        beyond: "a note says that there is no StatsD output yet",
        standing: Diagnosed,
        shown: Whole,
        parse: |text| no_statsd(prometheus::seed_port(text)),
    }
}

fn sample_rate(text: &str) -> Parsed<()> {
    if text.parse::<f64>().is_ok_and(|rate| rate.to_bits() == 1.0_f64.to_bits()) {
        return Parsed::Good(());
    }
    Parsed::Bad(
        "sampling measurements would falsify every count and sum: drop metrics or labels with views, or push less \
         often with OTEL_METRIC_EXPORT_INTERVAL"
            .to_owned(),
    )
}

fn no_statsd<T>(parsed: Parsed<T>) -> Parsed<T> {
    match parsed {
        Parsed::Good(value) => Parsed::Idle(value, "there is no StatsD output yet: use OTLP or Prometheus".to_owned()),
        other => other,
    }
}
