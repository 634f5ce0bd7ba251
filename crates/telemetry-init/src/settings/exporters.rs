//! Which exporters a signal has by name.

use crate::{parse, variable::Parsed};

/// An exporter of spans or of log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchedExporter {
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

pub(crate) fn batched(text: &str) -> Parsed<Vec<BatchedExporter>> {
    use BatchedExporter::{Console, None, Otlp};
    parse::without_none(parse::words(text, &[("otlp", Otlp), ("console", Console), ("none", None)]), None)
}

pub(crate) fn metrics(text: &str) -> Parsed<Vec<MetricsExporter>> {
    use MetricsExporter::{Console, None, Otlp, Prometheus};
    let known = [("otlp", Otlp), ("prometheus", Prometheus), ("console", Console), ("none", None)];
    parse::without_none(parse::words(text, &known), None)
}
