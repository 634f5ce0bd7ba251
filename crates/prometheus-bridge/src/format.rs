//! The formats of an exposition.

use std::fmt;

use metric_names::Escaping;

/// A format that scrapers ask for; [`Format::from_accept`] chooses one.
///
/// The first two and the last two differ in little but names: only the later ones have names beyond
/// `[a-zA-Z0-9_:]`, written as the scraper asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Prometheus' text format, version 0.0.4, which every scraper reads. The default.
    #[default]
    Text,
    /// Prometheus' text format, version 1.0.0.
    TextWith(Escaping),
    /// OpenMetrics, version 0.0.1: the same text as 1.0.0, for scrapers that know it under that number.
    OldOpenMetrics,
    /// OpenMetrics, version 1.0.0.
    OpenMetrics(Escaping),
    /// Prometheus' protocol buffers, each family preceded by its length. The only one with native histograms.
    Protobuf(Escaping),
}

impl Format {
    pub(crate) fn escaping(self) -> Escaping {
        match self {
            Self::Text | Self::OldOpenMetrics => Escaping::Underscores,
            Self::TextWith(escaping) | Self::OpenMetrics(escaping) | Self::Protobuf(escaping) => escaping,
        }
    }

    pub(crate) fn is_open_metrics(self) -> bool {
        matches!(self, Self::OldOpenMetrics | Self::OpenMetrics(_))
    }
}

/// The content type of the format.
///
/// ```
/// assert_eq!(prometheus_bridge::Format::Text.to_string(), "text/plain; version=0.0.4; charset=utf-8");
/// ```
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::TextWith(_) => "text/plain; version=1.0.0; charset=utf-8",
            Self::OldOpenMetrics => "application/openmetrics-text; version=0.0.1; charset=utf-8",
            Self::OpenMetrics(_) => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Protobuf(_) => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
        })?;
        match self {
            Self::Text | Self::OldOpenMetrics => Ok(()),
            Self::TextWith(escaping) | Self::OpenMetrics(escaping) | Self::Protobuf(escaping) => {
                write!(f, "; escaping={}", escaping.as_str())
            }
        }
    }
}
