//! Every variable that is read, once.
//!
//! A variable of the specification comes before its alias from the seed systems and wins over it.

use std::{path::PathBuf, time::Duration};

use telemetry_export::{Headers, Protocol};

use crate::{
    parse,
    settings::{exporters, otlp, prometheus, resource},
    variable::{Parsed, Shown, Variable},
};

/// Switches the whole SDK off.
pub static OTEL_SDK_DISABLED: Variable<bool> = Variable {
    name: "OTEL_SDK_DISABLED",
    default: "false",
    description: "switches traces, metrics and logs off; propagators stay",
    shown: Shown::Whole,
    parse: parse::boolean,
};

/// The seeds' switch for telemetry.
pub static ENABLE_TRACING: Variable<bool> = Variable {
    name: "ENABLE_TRACING",
    default: "true",
    description: "false switches traces off, and metrics too unless ENABLE_METRICS is true",
    shown: Shown::Whole,
    parse: parse::lenient_boolean,
};

/// The seeds' switch for metrics.
pub static ENABLE_METRICS: Variable<bool> = Variable {
    name: "ENABLE_METRICS",
    default: "as ENABLE_TRACING",
    description: "switches metrics on or off, whatever ENABLE_TRACING says",
    shown: Shown::Whole,
    parse: parse::lenient_boolean,
};

/// Declarative configuration, which is refused for now.
pub static OTEL_CONFIG_FILE: Variable<PathBuf> = Variable {
    name: "OTEL_CONFIG_FILE",
    default: "unset",
    description: "declarative configuration; not supported yet, so that setting it is an error",
    shown: Shown::Whole,
    parse: |text| Parsed::Good(PathBuf::from(text)),
};

/// The service's name.
pub static OTEL_SERVICE_NAME: Variable<String> = Variable {
    name: "OTEL_SERVICE_NAME",
    default: "service.name of OTEL_RESOURCE_ATTRIBUTES, else TRACING_SERVICE_NAME, else unknown_service:<executable>",
    description: "the resource attribute service.name",
    shown: Shown::Whole,
    parse: parse::text,
};

/// The seeds' name for the service's name.
pub static TRACING_SERVICE_NAME: Variable<String> = Variable {
    name: "TRACING_SERVICE_NAME",
    default: "unknown_service:<executable>",
    description: "the resource attribute service.name, when nothing else gives it",
    shown: Shown::Whole,
    parse: parse::text,
};

/// Attributes of the resource.
pub static OTEL_RESOURCE_ATTRIBUTES: Variable<Vec<(String, String)>> = Variable {
    name: "OTEL_RESOURCE_ATTRIBUTES",
    default: "none",
    description: "resource attributes, key=value pairs with percent-encoding; one broken pair discards all, as specified",
    shown: Shown::Never,
    parse: resource::attributes,
};

/// Where spans go.
pub static OTEL_TRACES_EXPORTER: Variable<Vec<exporters::TracesExporter>> = Variable {
    name: "OTEL_TRACES_EXPORTER",
    default: "otlp if an OTLP endpoint is set, else none",
    description: "a list of otlp, none",
    shown: Shown::Whole,
    parse: exporters::traces,
};

/// Where metrics go.
pub static OTEL_METRICS_EXPORTER: Variable<Vec<exporters::MetricsExporter>> = Variable {
    name: "OTEL_METRICS_EXPORTER",
    default: "otlp if an OTLP endpoint is set, and prometheus if a Prometheus host or port is set",
    description: "a list of otlp, prometheus, none",
    shown: Shown::Whole,
    parse: exporters::metrics,
};

/// How often metrics are pushed.
pub static OTEL_METRIC_EXPORT_INTERVAL: Variable<Duration> = Variable {
    name: "OTEL_METRIC_EXPORT_INTERVAL",
    default: "10000",
    description: "milliseconds between two pushes of metrics",
    shown: Shown::Whole,
    parse: parse::interval,
};

/// The seeds' name for the interval.
pub static METRICS_EXPORT_INTERVAL_MS: Variable<Duration> = Variable {
    name: "METRICS_EXPORT_INTERVAL_MS",
    default: "10000",
    description: "milliseconds between two pushes of metrics, when OTEL_METRIC_EXPORT_INTERVAL does not say",
    shown: Shown::Whole,
    parse: parse::interval,
};

/// Where the scrape endpoint listens.
pub static OTEL_EXPORTER_PROMETHEUS_HOST: Variable<String> = Variable {
    name: "OTEL_EXPORTER_PROMETHEUS_HOST",
    default: "localhost",
    description: "the host name or address of the scrape endpoint",
    shown: Shown::Whole,
    parse: parse::text,
};

/// The scrape endpoint's port.
pub static OTEL_EXPORTER_PROMETHEUS_PORT: Variable<u16> = Variable {
    name: "OTEL_EXPORTER_PROMETHEUS_PORT",
    default: "9464",
    description: "the port of the scrape endpoint; 0 takes a free one",
    shown: Shown::Whole,
    parse: parse::port,
};

/// The seeds' name for the scrape host.
pub static PROMETHEUS_HOST: Variable<String> = Variable {
    name: "PROMETHEUS_HOST",
    default: "localhost",
    description: "the host of the scrape endpoint, when OTEL_EXPORTER_PROMETHEUS_HOST does not say",
    shown: Shown::Whole,
    parse: parse::text,
};

/// The seeds' name for the scrape port.
pub static PROMETHEUS_PORT: Variable<prometheus::SeedPort> = Variable {
    name: "PROMETHEUS_PORT",
    default: "9464",
    description: "the port of the scrape endpoint, when OTEL_EXPORTER_PROMETHEUS_PORT does not say",
    shown: Shown::Whole,
    parse: prometheus::seed_port,
};

/// What the console shows.
pub static RUST_LOG: Variable<String> = Variable {
    name: "RUST_LOG",
    default: "info",
    description: "which spans and events the console shows; has no effect on what is exported",
    shown: Shown::Whole,
    parse: console_filter,
};

/// One OTLP option: the generic variable and those of the signals, which win over it.
#[derive(Debug)]
pub struct Family<T: 'static> {
    /// For every signal.
    pub generic: Variable<T>,
    /// For traces.
    pub traces: Variable<T>,
    /// For metrics.
    pub metrics: Variable<T>,
}

macro_rules! family {
    ($suffix:literal, $default:literal, $description:literal, $shown:expr, $parse:expr) => {
        Family {
            generic: Variable {
                name: concat!("OTEL_EXPORTER_OTLP_", $suffix),
                default: $default,
                description: $description,
                shown: $shown,
                parse: $parse,
            },
            traces: Variable {
                name: concat!("OTEL_EXPORTER_OTLP_TRACES_", $suffix),
                default: concat!("OTEL_EXPORTER_OTLP_", $suffix),
                description: concat!($description, ", for traces"),
                shown: $shown,
                parse: $parse,
            },
            metrics: Variable {
                name: concat!("OTEL_EXPORTER_OTLP_METRICS_", $suffix),
                default: concat!("OTEL_EXPORTER_OTLP_", $suffix),
                description: concat!($description, ", for metrics"),
                shown: $shown,
                parse: $parse,
            },
        }
    };
}

/// Where the collector is.
pub static ENDPOINT: Family<otlp::Url> = family!(
    "ENDPOINT",
    "unset, which switches OTLP off",
    "the collector: a base URL when generic, the whole URL when for one signal",
    Shown::Url,
    otlp::url
);

/// How the collector is spoken to.
pub static PROTOCOL: Family<Protocol> = family!(
    "PROTOCOL",
    "http/protobuf, and grpc when the endpoint's port is 4317",
    "grpc or http/protobuf",
    Shown::Whole,
    otlp::protocol
);

/// What every request carries.
pub static HEADERS: Family<Headers> = family!(
    "HEADERS",
    "none",
    "headers of every request, key=value pairs with percent-encoding",
    Shown::Never,
    otlp::headers
);

/// How long a request may take.
pub static TIMEOUT: Family<Option<Duration>> =
    family!("TIMEOUT", "10000", "milliseconds that one export may take; 0 is no limit", Shown::Whole, parse::timeout);

fn console_filter(text: &str) -> Parsed<String> {
    match tracing_subscriber::EnvFilter::builder().parse(text) {
        Ok(_) => Parsed::Good(text.to_owned()),
        Err(error) => Parsed::Bad(format!("is not a filter: {error}")),
    }
}
