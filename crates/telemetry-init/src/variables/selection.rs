//! Which exporters a signal has.

use crate::{
    settings::exporters::{self, BatchedExporter, MetricsExporter},
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    OTEL_TRACES_EXPORTER: Vec<BatchedExporter> {
        does: "Where spans go.",
        default: "otlp if an OTLP endpoint is set for traces or for all, else none",
        allowed: "a list of otlp, console; or none",
        beyond: "the SDK ignores it; zipkin, logging and other words are diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: exporters::batched,
    }
    OTEL_METRICS_EXPORTER: Vec<MetricsExporter> {
        does: "Where metrics go.",
        default: "otlp if an OTLP endpoint is set for metrics or for all, and prometheus if a Prometheus host or port is set, else none",
        allowed: "a list of otlp, prometheus, console; or none",
        beyond: "the SDK ignores it; pushing and scraping together cost one aggregation",
        standing: Honoured,
        shown: Whole,
        parse: exporters::metrics,
    }
    OTEL_LOGS_EXPORTER: Vec<BatchedExporter> {
        does: "Where tracing events go as log records.",
        default: "otlp if an OTLP endpoint is set for logs or for all, else none",
        allowed: "a list of otlp, console; or none",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: exporters::batched,
    }
}
