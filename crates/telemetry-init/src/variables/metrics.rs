//! How metrics are aggregated, pushed and scraped.

use std::time::Duration;

use crate::{
    parse,
    settings::{
        aggregation::{self, Histograms, Temporality},
        prometheus,
    },
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    OTEL_METRIC_EXPORT_INTERVAL: Duration {
        does: "Milliseconds between two pushes of metrics.",
        default: "10000, or METRICS_EXPORT_INTERVAL_MS",
        allowed: "whole milliseconds, 1 to 4294967295",
        beyond: "0 is diagnosed, and less than 10 counts as 10, with a warning; in the SDK 0 exports a million times a second. The specification's default is 60000",
        standing: Honoured,
        shown: Whole,
        parse: parse::metric_interval,
    }
    OTEL_METRIC_EXPORT_TIMEOUT: Option<Duration> {
        does: "Milliseconds that one push of metrics may take; the OTLP timeout counts as well, and the shorter one holds.",
        default: "30000",
        allowed: "whole milliseconds, 0 to 4294967295; 0 is no limit",
        beyond: "the SDK's periodic reader has no timeout",
        standing: Honoured,
        shown: Whole,
        parse: parse::timeout,
    }
    OTEL_METRICS_EXEMPLAR_FILTER: () {
        does: "Which measurements become exemplars.",
        default: "always_off: the SDK records none",
        allowed: "always_off; trace_based and always_on are diagnosed",
        beyond: "the SDK ignores it",
        standing: Diagnosed,
        shown: Whole,
        parse: aggregation::exemplars,
    }
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: Temporality {
        does: "Whether pushed metrics are totals or differences.",
        default: "cumulative",
        allowed: "cumulative, delta, lowmemory",
        beyond: "the scrape stays cumulative whatever is pushed",
        standing: Honoured,
        shown: Whole,
        parse: aggregation::temporality,
    }
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: Histograms {
        does: "How histograms are aggregated that no view says otherwise of.",
        default: "explicit_bucket_histogram",
        allowed: "explicit_bucket_histogram, base2_exponential_bucket_histogram",
        beyond: "the SDK ignores it; exponential histograms get an exact classic form in text formats",
        standing: Honoured,
        shown: Whole,
        parse: aggregation::histograms,
    }
    OTEL_EXPORTER_PROMETHEUS_HOST: String {
        does: "The host name or address of the scrape endpoint. Setting it switches the endpoint on.",
        default: "localhost",
        allowed: "a host name or an address",
        beyond: "the SDK ignores it; every address that the name resolves to is bound",
        standing: Honoured,
        shown: Url,
        parse: prometheus::host,
    }
    OTEL_EXPORTER_PROMETHEUS_PORT: u16 {
        does: "The port of the scrape endpoint. Setting it switches the endpoint on.",
        default: "9464",
        allowed: "0 to 65535; 0 takes a free one",
        beyond: "the SDK ignores it; a port that is taken is a warning and no crash",
        standing: Honoured,
        shown: Whole,
        parse: parse::port,
    }
}
