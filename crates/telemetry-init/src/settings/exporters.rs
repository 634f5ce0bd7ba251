//! Which exporters a signal has by name.

use crate::{parse, variable::Parsed};

/// An exporter of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TracesExporter {
    /// Over OTLP.
    Otlp,
    /// To standard output.
    Console,
    /// Nowhere.
    None,
}

/// An exporter of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsExporter {
    /// Over OTLP.
    Otlp,
    /// By scrape.
    Prometheus,
    /// To standard output.
    Console,
    /// Nowhere.
    None,
}

/// An exporter of log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogsExporter {
    /// Over OTLP.
    Otlp,
    /// To standard output.
    Console,
    /// Nowhere.
    None,
}

pub(crate) fn traces(text: &str) -> Parsed<Vec<TracesExporter>> {
    use TracesExporter::{Console, None, Otlp};
    parse::without_none(parse::words(text, &[("otlp", Otlp), ("console", Console), ("none", None)]), None)
}

pub(crate) fn metrics(text: &str) -> Parsed<Vec<MetricsExporter>> {
    use MetricsExporter::{Console, None, Otlp, Prometheus};
    let known = [("otlp", Otlp), ("prometheus", Prometheus), ("console", Console), ("none", None)];
    parse::without_none(parse::words(text, &known), None)
}

pub(crate) fn logs(text: &str) -> Parsed<Vec<LogsExporter>> {
    use LogsExporter::{Console, None, Otlp};
    parse::without_none(parse::words(text, &[("otlp", Otlp), ("console", Console), ("none", None)]), None)
}
