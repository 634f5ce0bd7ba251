//! Settings become providers: the wiring of the pipeline. Nothing global is touched here.

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    resource::TelemetryResourceDetector,
    trace::{Sampler, SdkTracerProvider, SpanLimits},
};
use prometheus_bridge::{EncodeOptions, Endpoint, ScrapeService};
use telemetry_export::Export;
use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

use crate::{
    diagnostic::{Diagnostic, Severity},
    error::InitError,
    layers,
    settings::{Metrics, Settings, Traces, prometheus::Listen},
    variables::OTEL_EXPORTER_PROMETHEUS_PORT,
};

/// Providers, export thread and scrape endpoint, running but not installed: no global is set yet.
#[derive(Debug)]
pub struct Providers {
    pub(crate) settings: Settings,
    pub(crate) traces: Option<SdkTracerProvider>,
    pub(crate) metrics: Option<MetricsProvider>,
    pub(crate) export: Option<Export>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The metrics side: one aggregation and what serves it.
#[derive(Debug)]
pub(crate) struct MetricsProvider {
    pub(crate) provider: SdkMeterProvider,
    pub(crate) scrape: ScrapeService,
    pub(crate) endpoint: Option<Endpoint>,
}

impl Providers {
    /// Builds what the settings ask for: at most two threads, and none when everything is off.
    ///
    /// A scrape port that is taken is a warning, logged at installation; everything else goes on.
    ///
    /// # Errors
    ///
    /// [`InitError::ConfigFile`] when the settings name a configuration file, [`InitError::Export`] when the export
    /// thread cannot be started.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use telemetry_init::{Providers, Settings};
    ///
    /// let (settings, _) = Settings::from_environment(&BTreeMap::new());
    /// let providers = Providers::build(settings)?;
    /// assert!(providers.scrape_service().is_none(), "nothing is set, so everything is off");
    /// # Ok::<(), telemetry_init::InitError>(())
    /// ```
    pub fn build(settings: Settings) -> Result<Self, InitError> {
        if let Some(path) = settings.config_file {
            return Err(InitError::ConfigFile { path });
        }
        let resource = resource(&settings);
        let mut diagnostics = Vec::new();
        let mut export = Export::builder(resource.clone());

        let metrics = match &settings.metrics {
            Metrics::Off(_) => None,
            Metrics::On { otlp, prometheus } => {
                let (provider, collector) = metrics_pipeline::build(resource.clone());
                if let Some(target) = otlp {
                    export = export.with_metrics(target.clone(), collector.clone(), settings.metric_interval);
                }
                let scrape = ScrapeService::new(collector, EncodeOptions::default());
                let endpoint = prometheus.as_ref().and_then(|listen| bind(listen, &scrape, &mut diagnostics));
                Some(MetricsProvider { provider, scrape, endpoint })
            }
        };
        if let Traces::Otlp { target, batch } = &settings.traces {
            export = export.with_traces(target.clone(), *batch);
        }
        let export = match (&settings.traces, &settings.metrics) {
            (Traces::Off(_), Metrics::Off(_) | Metrics::On { otlp: None, .. }) => None,
            _ => Some(export.start().map_err(InitError::Export)?),
        };
        let traces = export.as_ref().and_then(Export::span_processor).map(|processor| {
            SdkTracerProvider::builder()
                .with_resource(resource)
                // Said in code, because the builder reads both from the environment otherwise.
                .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
                .with_span_limits(SpanLimits::default())
                .with_span_processor(processor)
                .build()
        });
        Ok(Self { settings, traces, metrics, export, diagnostics })
    }

    /// The layer that turns `tracing` spans into OpenTelemetry spans, for a registry of your own; `None` when traces
    /// are off, which a registry takes as well.
    pub fn layer<S>(&self) -> Option<impl Layer<S> + Send + Sync + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = self.traces.as_ref()?.tracer("tracing");
        Some(layers::opentelemetry(tracer, self.settings.span_level))
    }

    /// The scrape as a tower service, to mount in a router of your own; `None` when metrics are off.
    pub fn scrape_service(&self) -> Option<ScrapeService> {
        self.metrics.as_ref().map(|metrics| metrics.scrape.clone())
    }
}

fn resource(settings: &Settings) -> Resource {
    let attributes = settings.resource_attributes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes(attributes)
        .with_service_name(settings.service_name.clone())
        .build()
}

fn bind(listen: &Listen, scrape: &ScrapeService, diagnostics: &mut Vec<Diagnostic>) -> Option<Endpoint> {
    Endpoint::bind(&listen.host, listen.port, scrape.clone())
        .map_err(|error| {
            let (name, used) = (OTEL_EXPORTER_PROMETHEUS_PORT.name, "there is no scrape endpoint".to_owned());
            diagnostics.push(Diagnostic::new(name, Severity::Warning, error.to_string(), used));
        })
        .ok()
}
