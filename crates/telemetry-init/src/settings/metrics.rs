//! Where metrics go.

use std::time::Duration;

use telemetry_export::{Target, TargetError};

use super::{
    batch,
    exporters::MetricsExporter,
    gates::Off,
    otlp::{self, Asked, Signal},
    prometheus::{self, Listen},
};
use crate::{
    variable::Reader,
    variables::{OTEL_METRIC_EXPORT_TIMEOUT, OTEL_METRICS_EXPORTER},
};

/// Where metrics go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Metrics {
    /// Nowhere.
    Off(Off),
    /// To a collector, to a scraper, to standard output, or to several of them from one aggregation.
    On {
        /// The collector that they are pushed to.
        otlp: Option<Target>,
        /// Where the scrape endpoint listens.
        prometheus: Option<Listen>,
        /// Whether they are printed to standard output, as often as they would be pushed.
        console: bool,
    },
}

impl Metrics {
    pub(crate) fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let read = Self::read(reader, gate);
        let listen = match &read {
            Self::On { prometheus, .. } => prometheus.as_ref(),
            Self::Off(_) => None,
        };
        prometheus::say_what_is_used(reader, listen);
        read
    }

    fn read(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let exporters = reader.read(&OTEL_METRICS_EXPORTER);
        let listen = prometheus::listen(reader);
        let timeout = timeout(reader);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let named = |exporter| exporters.as_ref().map(|exporters| exporters.contains(&exporter));
        if named(MetricsExporter::None) == Some(true) {
            return Self::Off(Off::ExporterNone);
        }
        let prometheus = match named(MetricsExporter::Prometheus) {
            None => listen,
            Some(true) => Some(listen.unwrap_or_default()),
            Some(false) => {
                if listen.is_some() {
                    reader.note(OTEL_METRICS_EXPORTER.name, "does not name prometheus", "there is no scrape endpoint");
                }
                None
            }
        };
        let console = named(MetricsExporter::Console) == Some(true);
        let asked = Asked::by(named(MetricsExporter::Otlp));
        match (asked.and_then(|asked| otlp::target(reader, Signal::Metrics, asked)), &prometheus, console) {
            (Some(Ok(target)), ..) => Self::On { otlp: Some(batch::within(target, timeout)), prometheus, console },
            (None, None, false) => Self::Off(Off::NoEndpoint),
            (Some(Err(off)), None, false) => Self::Off(off),
            (_, _, console) => Self::On { otlp: None, prometheus, console },
        }
    }

    /// The same with the collector that code names, which is spoken to like the one there was, else as the environment
    /// says.
    pub(crate) fn sent_to(
        self,
        target: impl FnOnce(&Target) -> Result<Target, TargetError>,
        unaddressed: &Result<Target, Off>,
    ) -> Result<Self, TargetError> {
        let (earlier, prometheus, console) = match (&self, unaddressed) {
            (Self::On { otlp: Some(earlier), prometheus, console }, _)
            | (Self::On { otlp: None, prometheus, console }, Ok(earlier)) => (earlier, prometheus.clone(), *console),
            (Self::Off(Off::NoEndpoint | Off::BadEndpoint), Ok(earlier)) => (earlier, None, false),
            (Self::Off(Off::NoEndpoint | Off::BadEndpoint), Err(off)) => return Ok(Self::Off(*off)),
            (Self::On { otlp: None, .. }, Err(_)) | (Self::Off(_), _) => return Ok(self),
        };
        Ok(Self::On { otlp: Some(target(earlier)?), prometheus, console })
    }

    pub(crate) fn console(&self) -> bool {
        matches!(self, Self::On { console: true, .. })
    }

    /// There are no certificates to check the collector with.
    pub(crate) fn stop_sending(&mut self) {
        match self {
            Self::On { otlp: Some(_), prometheus: None, console: false } => *self = Self::Off(Off::NoRootCertificates),
            Self::On { otlp, .. } => *otlp = None,
            Self::Off(_) => {}
        }
    }
}

/// The limit for one push, which is that of its target too.
pub(crate) fn timeout(reader: &mut Reader<'_>) -> Option<Duration> {
    reader.read(&OTEL_METRIC_EXPORT_TIMEOUT).unwrap_or(Some(DEFAULT_TIMEOUT))
}

/// The specification's.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
