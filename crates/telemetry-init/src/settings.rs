//! What telemetry does, as plain data: read from the environment, changed in code, then built.

pub(crate) mod exporters;
pub(crate) mod gates;
pub(crate) mod otlp;
pub(crate) mod prometheus;
pub(crate) mod resource;

use std::{path::PathBuf, time::Duration};

use telemetry_export::{BatchOptions, Protocol, Target, TargetError};
use tracing::level_filters::LevelFilter;

use self::{
    exporters::{MetricsExporter, TracesExporter},
    gates::{Gates, Off},
    otlp::{Asked, Signal},
    prometheus::Listen,
};
use crate::{
    diagnostic::Diagnostic,
    environment::Environment,
    variable::Reader,
    variables::{
        METRICS_EXPORT_INTERVAL_MS, OTEL_CONFIG_FILE, OTEL_METRIC_EXPORT_INTERVAL, OTEL_METRICS_EXPORTER,
        OTEL_TRACES_EXPORTER, RUST_LOG,
    },
};

/// What telemetry does. Code may change any of it before it is built, and what code says wins.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The resource attribute `service.name`.
    pub service_name: String,
    /// The other resource attributes; a later one of the same key wins.
    pub resource_attributes: Vec<(String, String)>,
    /// Where spans go.
    pub traces: Traces,
    /// Where metrics go.
    pub metrics: Metrics,
    /// How often metrics are pushed; 10 s by default.
    pub metric_interval: Duration,
    /// What the console shows, in the form of `RUST_LOG`; `info` by default.
    pub console_filter: String,
    /// The most detailed spans that are exported; `info` by default, whatever the console shows.
    pub span_level: LevelFilter,
    /// The file that `OTEL_CONFIG_FILE` names: building with one is an error for now.
    pub config_file: Option<PathBuf>,
}

/// Where spans go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Traces {
    /// Nowhere.
    Off(Off),
    /// To a collector.
    Otlp {
        /// The collector.
        target: Target,
        /// How spans are gathered.
        batch: BatchOptions,
    },
}

/// Where metrics go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Metrics {
    /// Nowhere.
    Off(Off),
    /// To a collector, to a scraper, or to both from one aggregation.
    On {
        /// The collector that they are pushed to.
        otlp: Option<Target>,
        /// Where the scrape endpoint listens.
        prometheus: Option<Listen>,
    },
}

impl Settings {
    /// Reads every variable once. Whatever is wrong with one is said and ignored, so this cannot fail.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use telemetry_init::{Settings, Traces};
    ///
    /// let environment = BTreeMap::from([
    ///     ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
    ///     ("OTEL_SERVICE_NAME", "shop"),
    ///     ("METRICS_EXPORT_INTERVAL_MS", "soon"),
    /// ]);
    /// let (settings, diagnostics) = Settings::from_environment(&environment);
    /// assert_eq!(settings.service_name, "shop");
    /// assert!(matches!(settings.traces, Traces::Otlp { .. }));
    /// assert_eq!(diagnostics[0].variable, "METRICS_EXPORT_INTERVAL_MS");
    /// ```
    pub fn from_environment(environment: &impl Environment) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader::new(environment);
        let gates = Gates::from_environment(&mut reader);
        let (service_name, resource_attributes) = resource::from_environment(&mut reader);
        let settings = Self {
            service_name,
            resource_attributes,
            traces: Traces::from_environment(&mut reader, gates.traces),
            metrics: Metrics::from_environment(&mut reader, gates.metrics),
            metric_interval: reader
                .read_first(&OTEL_METRIC_EXPORT_INTERVAL, &METRICS_EXPORT_INTERVAL_MS)
                .unwrap_or(Duration::from_secs(10)),
            console_filter: reader.read(&RUST_LOG).unwrap_or_else(|| "info".to_owned()),
            span_level: LevelFilter::INFO,
            config_file: reader.read(&OTEL_CONFIG_FILE),
        };
        (settings, reader.into_diagnostics())
    }

    /// Sends traces and metrics to the collector at this base URL, whatever the environment said.
    ///
    /// # Errors
    ///
    /// [`TargetError`] when it is not an `http://` or `https://` URL with a host.
    pub fn with_otlp_endpoint(mut self, protocol: Protocol, base: &str) -> Result<Self, TargetError> {
        let traces = Target::new(protocol, &otlp::url_under(base, protocol, Signal::Traces))?;
        let metrics = Target::new(protocol, &otlp::url_under(base, protocol, Signal::Metrics))?;
        self.traces = Traces::Otlp { target: traces, batch: BatchOptions::default() };
        let prometheus = match self.metrics {
            Metrics::On { prometheus, .. } => prometheus,
            Metrics::Off(_) => None,
        };
        self.metrics = Metrics::On { otlp: Some(metrics), prometheus };
        Ok(self)
    }
}

impl Traces {
    fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let exporters = reader.read(&OTEL_TRACES_EXPORTER);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let asked = match exporters.as_deref() {
            Some([TracesExporter::None]) => return Self::Off(Off::ExporterNone),
            Some(_) => Asked::ByName,
            None => Asked::ByEndpoint,
        };
        match otlp::target(reader, Signal::Traces, asked) {
            Some(Ok(target)) => Self::Otlp { target, batch: BatchOptions::default() },
            Some(Err(off)) => Self::Off(off),
            None => Self::Off(Off::NoEndpoint),
        }
    }
}

impl Metrics {
    fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let exporters = reader.read(&OTEL_METRICS_EXPORTER);
        let listen = prometheus::listen(reader);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let (target, prometheus) = match exporters.as_deref() {
            Some([MetricsExporter::None]) => return Self::Off(Off::ExporterNone),
            Some(exporters) => {
                let named = |exporter| exporters.contains(&exporter);
                if listen.is_some() && !named(MetricsExporter::Prometheus) {
                    reader.note(OTEL_METRICS_EXPORTER.name, "does not name prometheus", "there is no scrape endpoint");
                }
                let target = named(MetricsExporter::Otlp)
                    .then(|| otlp::target(reader, Signal::Metrics, Asked::ByName))
                    .flatten();
                (target, named(MetricsExporter::Prometheus).then(|| listen.unwrap_or_default()))
            }
            None => (otlp::target(reader, Signal::Metrics, Asked::ByEndpoint), listen),
        };
        match (target, prometheus) {
            (None, None) => Self::Off(Off::NoEndpoint),
            (Some(Err(off)), None) => Self::Off(off),
            (target, prometheus) => Self::On { otlp: target.and_then(Result::ok), prometheus },
        }
    }
}
