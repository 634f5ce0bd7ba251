//! The OTLP exporter: families of one generic variable and one for each signal, which wins over it.

use std::time::Duration;

use telemetry_export::{Compression, Headers, Protocol};

use crate::{
    parse,
    settings::{
        otlp,
        tls::{self, PemFile},
    },
    variable::{Entry, Parsed, Shown, Standing, Variable},
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
    /// For logs.
    pub logs: Variable<T>,
}

impl<T> Family<T> {
    const fn entries(&self) -> [Entry; 4] {
        [self.generic.entry(), self.traces.entry(), self.metrics.entry(), self.logs.entry()]
    }
}

macro_rules! families {
    ($(
        $name:ident: $value:ty {
            does: $does:literal,
            default: $default:literal,
            allowed: $allowed:literal,
            beyond: $beyond:literal,
            shown: $shown:ident,
            parse: $parse:expr,
        }
    )*) => {
        $(
            #[doc = $does]
            pub static $name: Family<$value> = Family {
                generic: variable!($name, "", $does, $default, $allowed, $beyond, $shown, $parse),
                traces: for_signal!($name, "TRACES_", "traces", $does, $allowed, $shown, $parse),
                metrics: for_signal!($name, "METRICS_", "metrics", $does, $allowed, $shown, $parse),
                logs: for_signal!($name, "LOGS_", "logs", $does, $allowed, $shown, $parse),
            };
        )*

        static FAMILIES: [[Entry; 4]; 9] = [$($name.entries()),*];
    };
}

macro_rules! for_signal {
    ($name:ident, $infix:literal, $signal:literal, $does:literal, $allowed:literal, $shown:ident, $parse:expr) => {
        variable!(
            $name,
            $infix,
            concat!("The same for ", $signal, " alone."),
            concat!("OTEL_EXPORTER_OTLP_", stringify!($name)),
            $allowed,
            "an empty value does not hide the generic one",
            $shown,
            $parse
        )
    };
}

macro_rules! variable {
    ($name:ident, $infix:literal, $does:expr, $default:expr, $allowed:expr, $beyond:expr, $shown:ident, $parse:expr) => {
        Variable {
            name: concat!("OTEL_EXPORTER_OTLP_", $infix, stringify!($name)),
            default: $default,
            description: $does,
            allowed: $allowed,
            beyond: $beyond,
            standing: Standing::Honoured,
            shown: Shown::$shown,
            parse: $parse,
        }
    };
}

families! {
    ENDPOINT: otlp::Url {
        does: "Where the collector is: a base URL, under which HTTP posts to v1/traces, v1/metrics and v1/logs. A variable of one signal is the whole URL.",
        default: "unset, which switches OTLP off; http://localhost:4318 (4317 for grpc) where an exporter is otlp by name",
        allowed: "an http or https URL; for grpc host:port as well",
        beyond: "a broken one switches the signal off with a warning and never becomes localhost; a user name or query is not sent",
        shown: Url,
        parse: otlp::url,
    }
    PROTOCOL: Protocol {
        does: "How the collector is spoken to.",
        default: "http/protobuf, and grpc when the endpoint's port is 4317",
        allowed: "grpc, http/protobuf, http/json",
        beyond: "in the crates below the default depends on the features that any dependency switches on",
        shown: Whole,
        parse: otlp::protocol,
    }
    HEADERS: Headers {
        does: "Headers of every request. Those of one signal replace the generic ones.",
        default: "none",
        allowed: "name=value pairs, separated by commas, with percent-encoding",
        beyond: "one bad pair loses no other and is diagnosed; nothing is merged over what code says; values are never shown",
        shown: Never,
        parse: otlp::headers,
    }
    TIMEOUT: Option<Duration> {
        does: "Milliseconds that one export may take with all its attempts.",
        default: "10000",
        allowed: "whole milliseconds, 0 to 4294967295; 0 is no limit",
        beyond: "with 0 every export fails in the crates below",
        shown: Whole,
        parse: parse::timeout,
    }
    COMPRESSION: Compression {
        does: "How requests are compressed.",
        default: "none",
        allowed: "none, gzip",
        beyond: "the crates below send uncompressed when a cargo feature is missing",
        shown: Whole,
        parse: otlp::compression,
    }
    INSECURE: bool {
        does: "Whether a grpc endpoint without a scheme is spoken to without TLS. A scheme decides by itself.",
        default: "false",
        allowed: "true, false",
        beyond: "an empty value hides nothing",
        shown: Whole,
        parse: parse::boolean,
    }
    CERTIFICATE: PemFile {
        does: "The certificates that the collector's is checked against, in place of the system's.",
        default: "the system's root certificates",
        allowed: "the path of a PEM file",
        beyond: "the crates below ignore it; a file that cannot be used switches the signal off with a warning; content in place of a path is not shown",
        shown: Path,
        parse: tls::roots,
    }
    CLIENT_KEY: PemFile {
        does: "The private key of the client certificate.",
        default: "none",
        allowed: "the path of a PEM file",
        beyond: "the crates below ignore it; a key without a certificate, or that does not belong to it, is diagnosed; the key is never shown",
        shown: Never,
        parse: tls::key,
    }
    CLIENT_CERTIFICATE: PemFile {
        does: "The certificate with which the service shows who it is.",
        default: "none",
        allowed: "the path of a PEM file",
        beyond: "the crates below ignore it; a certificate without a key is diagnosed",
        shown: Path,
        parse: tls::certificate,
    }
}

/// The obsolete name of `OTEL_EXPORTER_OTLP_TRACES_INSECURE`.
pub static OTEL_EXPORTER_OTLP_SPAN_INSECURE: Variable<()> =
    obsolete("OTEL_EXPORTER_OTLP_SPAN_INSECURE", "The obsolete name of OTEL_EXPORTER_OTLP_TRACES_INSECURE.");

/// The obsolete name of `OTEL_EXPORTER_OTLP_METRICS_INSECURE`.
pub static OTEL_EXPORTER_OTLP_METRIC_INSECURE: Variable<()> =
    obsolete("OTEL_EXPORTER_OTLP_METRIC_INSECURE", "The obsolete name of OTEL_EXPORTER_OTLP_METRICS_INSECURE.");

const fn obsolete(name: &'static str, description: &'static str) -> Variable<()> {
    Variable {
        name,
        default: "unset",
        description,
        allowed: "true, false",
        beyond: "a warning says that it has no effect, as specified for new implementations",
        standing: Standing::Diagnosed,
        shown: Shown::Whole,
        parse: |_| {
            Parsed::Bad("is obsolete: give the endpoint a scheme, or use the name with TRACES or METRICS".to_owned())
        },
    }
}

static OBSOLETE: [Entry; 2] = [OTEL_EXPORTER_OTLP_SPAN_INSECURE.entry(), OTEL_EXPORTER_OTLP_METRIC_INSECURE.entry()];

/// What there is to say about them, in order.
pub(super) fn entries() -> Vec<Entry> {
    FAMILIES.iter().flatten().chain(&OBSOLETE).copied().collect()
}
