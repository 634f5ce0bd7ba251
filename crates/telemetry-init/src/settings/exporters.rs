//! Which exporters a signal has: by name, or by what else is set.

use crate::{parse, variable::Parsed};

/// An exporter of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TracesExporter {
    /// Over OTLP.
    Otlp,
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
    /// Nowhere.
    None,
}

pub(crate) fn traces(text: &str) -> Parsed<Vec<TracesExporter>> {
    without_none(
        parse::words(text, &[("otlp", TracesExporter::Otlp), ("none", TracesExporter::None)]),
        TracesExporter::None,
    )
}

pub(crate) fn metrics(text: &str) -> Parsed<Vec<MetricsExporter>> {
    let known =
        [("otlp", MetricsExporter::Otlp), ("prometheus", MetricsExporter::Prometheus), ("none", MetricsExporter::None)];
    without_none(parse::words(text, &known), MetricsExporter::None)
}

/// `none` beside another exporter contradicts it; the exporter stays.
fn without_none<T: Copy + PartialEq>(parsed: Parsed<Vec<T>>, none: T) -> Parsed<Vec<T>> {
    match parsed {
        Parsed::Good(exporters) if exporters.len() > 1 && exporters.contains(&none) => Parsed::Partly(
            exporters.into_iter().filter(|exporter| *exporter != none).collect(),
            "`none` contradicts the other exporters".to_owned(),
        ),
        other => other,
    }
}
