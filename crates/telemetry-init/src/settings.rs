//! What telemetry does, as plain data: read from the environment, changed in code, then built.

pub(crate) mod aggregation;
pub(crate) mod batch;
pub(crate) mod batched;
pub(crate) mod exporters;
pub(crate) mod gates;
pub(crate) mod limits;
pub(crate) mod metrics;
pub(crate) mod otlp;
pub(crate) mod prometheus;
pub(crate) mod propagators;
pub(crate) mod proxies;
pub(crate) mod resource;
pub(crate) mod sampler;
pub(crate) mod tls;
pub(crate) mod unaddressed;

use std::{path::PathBuf, time::Duration};

use telemetry_export::{Protocol, Proxies, TargetError};
use tracing::level_filters::LevelFilter;

use self::{
    aggregation::{Histograms, Temporality},
    batched::{Logs, Traces},
    gates::Gates,
    limits::{LogLimits, SpanLimits},
    metrics::Metrics,
    otlp::Signal,
    propagators::Propagator,
    sampler::Sampling,
    unaddressed::Unaddressed,
};
use crate::{
    detectors::Detector,
    diagnostic::Diagnostic,
    environment::Environment,
    variable::Reader,
    variables::{
        METRICS_EXPORT_INTERVAL_MS, METRICS_SAMPLE_RATE, OTEL_CONFIG_FILE, OTEL_ENTITIES,
        OTEL_EXPERIMENTAL_CONFIG_FILE, OTEL_EXPORTER_OTLP_METRIC_INSECURE,
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE,
        OTEL_EXPORTER_OTLP_SPAN_INSECURE, OTEL_EXPORTER_ZIPKIN_ENDPOINT, OTEL_EXPORTER_ZIPKIN_PROTOCOL,
        OTEL_EXPORTER_ZIPKIN_TIMEOUT, OTEL_LOG_LEVEL, OTEL_METRIC_EXPORT_INTERVAL, OTEL_METRICS_EXEMPLAR_FILTER,
        OTEL_PROPAGATORS, OTELIER_RESOURCE_DETECTORS, RUST_LOG, STATSD_HOST, STATSD_PORT,
    },
    view::View,
};

/// What telemetry does. Code may change any of it before it is built, and what code says wins.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The resource attribute `service.name`, unless [`resource_attributes`](Self::resource_attributes) has one.
    pub service_name: String,
    /// The other resource attributes; a later one of the same key wins, and all win over what detectors find.
    pub resource_attributes: Vec<(String, String)>,
    /// What is found out about the place where the service runs; everything by default.
    pub resource_detectors: Vec<Detector>,
    /// Where spans go.
    pub traces: Traces,
    /// Where metrics go.
    pub metrics: Metrics,
    /// Where log records go.
    pub logs: Logs,
    /// What OTLP goes through on its way; a target with a proxy of its own keeps it.
    pub proxies: Proxies,
    /// Which spans are recorded.
    pub sampling: Sampling,
    /// How much one span may hold.
    pub span_limits: SpanLimits,
    /// How much one log record may hold.
    pub log_limits: LogLimits,
    /// How often metrics are pushed; 10 s by default.
    pub metric_interval: Duration,
    /// Whether pushed metrics are totals or differences.
    pub temporality: Temporality,
    /// How histograms are aggregated that no view says otherwise of.
    pub histograms: Histograms,
    /// Changes to what instruments become; the first that fits an instrument holds.
    pub views: Vec<View>,
    /// How context travels to other processes, also when telemetry is off; none of them is allowed.
    pub propagators: Vec<Propagator>,
    /// What the console shows, in the form of `RUST_LOG`; `info` by default.
    pub console_filter: String,
    /// How much of what telemetry says about itself the console shows and logs export; `None` leaves it to their levels.
    pub own_level: Option<LevelFilter>,
    /// The most detailed spans that are exported; `info` by default, whatever the console shows.
    pub span_level: LevelFilter,
    /// The most detailed events that are exported as log records; `info` by default, whatever the console shows.
    pub log_level: LevelFilter,
    /// The file that `OTEL_CONFIG_FILE` names: building with one is an error for now.
    pub config_file: Option<PathBuf>,
    pub(crate) unaddressed: Unaddressed,
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
    /// assert!(matches!(settings.traces, Traces::On { .. }));
    /// assert_eq!(diagnostics[0].variable, "METRICS_EXPORT_INTERVAL_MS");
    /// ```
    pub fn from_environment(environment: &impl Environment) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader::new(environment);
        without_effect(&mut reader);
        let gates = Gates::from_environment(&mut reader);
        let (service_name, resource_attributes) = resource::from_environment(&mut reader);
        let (span_limits, log_limits) = limits::from_environment(&mut reader);
        let settings = Self {
            service_name,
            resource_attributes,
            resource_detectors: reader.read(&OTELIER_RESOURCE_DETECTORS).unwrap_or_else(|| Detector::ALL.to_vec()),
            traces: Traces::from_environment(&mut reader, gates.traces, &batched::SPANS),
            metrics: Metrics::from_environment(&mut reader, gates.metrics),
            logs: Logs::from_environment(&mut reader, gates.logs, &batched::LOG_RECORDS),
            proxies: proxies::from_environment(&mut reader),
            sampling: Sampling::from_environment(&mut reader),
            span_limits,
            log_limits,
            metric_interval: reader
                .read_first(&OTEL_METRIC_EXPORT_INTERVAL, &METRICS_EXPORT_INTERVAL_MS)
                .unwrap_or(Duration::from_secs(10)),
            temporality: reader.read(&OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE).unwrap_or_default(),
            histograms: reader.read(&OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION).unwrap_or_default(),
            views: Vec::new(),
            propagators: reader.read(&OTEL_PROPAGATORS).unwrap_or_else(|| propagators::DEFAULT.to_vec()),
            console_filter: reader.read(&RUST_LOG).unwrap_or_else(|| "info".to_owned()),
            own_level: reader.read(&OTEL_LOG_LEVEL),
            span_level: LevelFilter::INFO,
            log_level: LevelFilter::INFO,
            config_file: reader.read_path(&OTEL_CONFIG_FILE),
            unaddressed: Unaddressed::from_environment(environment),
        };
        otlp::diagnose(&mut reader);
        (settings, reader.into_diagnostics())
    }

    /// Sends traces, metrics and logs to the collector at this base URL, whatever endpoint the environment names.
    ///
    /// How it is spoken to stays as it is or as the environment says: headers, time limit, compression, certificates,
    /// and how spans and log records are gathered.
    /// An endpoint is no exporter, so a signal stays off that `OTEL_SDK_DISABLED`, `ENABLE_TRACING`, `ENABLE_METRICS` or
    /// an exporter of `none` has switched off, as it would with an endpoint in the environment; so does one whose
    /// certificate files cannot be used. Code that wants it all the same sets the signal's settings itself.
    /// Exporters that are there already, as the console, go on beside it.
    ///
    /// # Errors
    ///
    /// [`TargetError`] when it is not an `http://` or `https://` URL with a host.
    pub fn with_otlp_endpoint(mut self, protocol: Protocol, base: &str) -> Result<Self, TargetError> {
        let target = |signal| move |earlier: &_| otlp::target_under(base, protocol, signal, earlier);
        let unaddressed = &self.unaddressed;
        self.traces = self.traces.sent_to(target(Signal::Traces), &unaddressed.traces, unaddressed.spans)?;
        self.logs = self.logs.sent_to(target(Signal::Logs), &unaddressed.logs, unaddressed.log_records)?;
        self.metrics = self.metrics.sent_to(target(Signal::Metrics), &unaddressed.metrics)?;
        Ok(self)
    }

    /// Adds a resource attribute, in place of one of this key from anywhere else.
    #[must_use]
    pub fn with_resource_attribute(mut self, key: &str, value: &str) -> Self {
        self.resource_attributes.retain(|(present, _)| present != key);
        self.resource_attributes.push((key.to_owned(), value.to_owned()));
        self.settle_service_name();
        self
    }

    /// Only code puts the name among the attributes, and what code says wins.
    pub(crate) fn settle_service_name(&mut self) {
        let named = self.resource_attributes.iter().rfind(|(key, _)| key == resource::SERVICE_NAME);
        if let Some((_, name)) = named {
            self.service_name.clone_from(name);
        }
        self.resource_attributes.retain(|(key, _)| key != resource::SERVICE_NAME);
    }

    /// Adds a view behind those that are there.
    #[must_use]
    pub fn add_view(mut self, view: View) -> Self {
        self.views.push(view);
        self
    }
}

/// What has no effect is read as well, so that whoever sets it is told.
fn without_effect(reader: &mut Reader<'_>) {
    reader.read(&OTEL_EXPERIMENTAL_CONFIG_FILE);
    reader.read(&OTEL_ENTITIES);
    for variable in [
        &OTEL_EXPORTER_ZIPKIN_ENDPOINT,
        &OTEL_EXPORTER_ZIPKIN_TIMEOUT,
        &OTEL_EXPORTER_ZIPKIN_PROTOCOL,
        &OTEL_EXPORTER_OTLP_SPAN_INSECURE,
        &OTEL_EXPORTER_OTLP_METRIC_INSECURE,
        &OTEL_METRICS_EXEMPLAR_FILTER,
        &METRICS_SAMPLE_RATE,
    ] {
        reader.read(variable);
    }
    reader.read(&STATSD_HOST);
    reader.read(&STATSD_PORT);
}
