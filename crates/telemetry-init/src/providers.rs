//! Settings become providers: the wiring of the pipeline. Nothing global is touched here.

mod exporters;

use std::time::{Duration, Instant};

use metrics_pipeline::{Collector, GuardedMeterProvider, Pipeline};
use opentelemetry::{logs::LoggerProvider as _, metrics::MeterProvider as _, trace::TracerProvider as _};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::{SdkMeterProvider, Temporality as SdkTemporality},
    trace::{SdkTracerProvider, SpanLimits},
};
use prometheus_bridge::{EncodeOptions, Endpoint, ScrapeService};
use telemetry_export::{Export, StartError, Target};
use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

pub use self::exporters::Exporters;
use crate::{
    console::{self, Console},
    diagnostic::{Diagnostic, Severity},
    error::InitError,
    layers, resource,
    settings::{
        Settings,
        aggregation::Temporality,
        batched::{Logs, Traces},
        metrics::Metrics,
        prometheus::Listen,
    },
    spans::SpanOutputs,
    variables::{CERTIFICATE, OTEL_EXPORTER_PROMETHEUS_PORT},
    view,
};

/// Providers, export thread and scrape endpoint, running but not installed: no global is set yet.
#[derive(Debug)]
pub struct Providers {
    pub(crate) settings: Settings,
    pub(crate) traces: Option<SdkTracerProvider>,
    pub(crate) metrics: Option<MetricsProvider>,
    pub(crate) logs: Option<SdkLoggerProvider>,
    pub(crate) export: Option<Export>,
    pub(crate) console: Option<Console>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The metrics side: one aggregation and what serves it.
#[derive(Debug)]
pub(crate) struct MetricsProvider {
    pub(crate) provider: SdkMeterProvider,
    /// What applications get: the same, with guarded callbacks.
    pub(crate) guarded: GuardedMeterProvider,
    pub(crate) scrape: ScrapeService,
    pub(crate) endpoint: Option<Endpoint>,
    collector: Collector,
    /// What is pushed: the same aggregation, or one of another temporality.
    pushed: Collector,
}

/// What the scrape endpoint gets to stop in, when everything else has used up the time.
const LEAST: Duration = Duration::from_millis(50);

impl Providers {
    /// Builds what the settings ask for: at most three threads, and none when everything is off.
    ///
    /// A scrape port that is taken, a view that cannot be, and an `https` endpoint without root certificates to check it
    /// with are warnings, logged at installation; everything else goes on.
    ///
    /// # Errors
    ///
    /// [`InitError::ConfigFile`] when the settings name a configuration file, [`InitError::Export`] and
    /// [`InitError::Console`] when a thread cannot be started.
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
    pub fn build(mut settings: Settings) -> Result<Self, InitError> {
        if let Some(path) = settings.config_file {
            return Err(InitError::ConfigFile { path });
        }
        settings.settle_service_name();
        let resource = resource::of(&settings);
        let mut diagnostics = Vec::new();
        let metrics = metrics(&settings, &resource, &mut diagnostics);
        let export = export(&mut settings, &resource, metrics.as_ref(), &mut diagnostics)?;
        // It may have been for export alone.
        let metrics = metrics.filter(|_| matches!(settings.metrics, Metrics::On { .. }));
        let console = console(&settings, metrics.as_ref())?;
        if let (Some(export), Some(metrics)) = (&export, &metrics) {
            export.observe(&metrics.guarded.meter("otel.sdk"));
        }
        let traces = traces(&settings, &resource, export.as_ref(), console.as_ref());
        let logs = logs(&settings, resource, export.as_ref(), console.as_ref());
        Ok(Self { settings, traces, metrics, logs, export, console, diagnostics })
    }

    /// The layer that turns `tracing` spans into OpenTelemetry spans and events into log records, for a registry of
    /// your own; `None` when both are off, which a registry takes as well.
    pub fn layer<S>(&self) -> Option<impl Layer<S> + Send + Sync + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let Settings { span_level, log_level, log_limits, own_level, .. } = self.settings;
        let open = self.export.as_ref().and_then(Export::span_processor).map(|spans| spans.open_spans());
        let spans = self.traces.as_ref();
        let spans = spans.map(|traces| layers::opentelemetry(traces.tracer("tracing"), open, span_level));
        let logs =
            self.logs.as_ref().map(|logs| layers::logs(logs.logger("tracing"), log_limits, log_level, own_level));
        match (spans, logs) {
            (None, None) => None,
            (Some(spans), None) => Some(spans.boxed()),
            (None, Some(logs)) => Some(logs.boxed()),
            (Some(spans), Some(logs)) => Some(spans.and_then(logs).boxed()),
        }
    }

    /// The scrape as a tower service, to mount in a router of your own; `None` when metrics are off.
    pub fn scrape_service(&self) -> Option<ScrapeService> {
        self.metrics.as_ref().map(|metrics| metrics.scrape.clone())
    }

    /// Has the console exporters print what was recorded until now; says whether they did in time.
    pub(crate) fn flush_console(&self, deadline: Instant) -> bool {
        self.console.as_ref().is_none_or(|console| console.flush(deadline))
    }

    /// Makes every later span, metric and log record a no-op, once what was recorded has been exported; says whether it
    /// has been printed in time as well.
    pub(crate) fn stop(&self, deadline: Instant) -> bool {
        let left = || deadline.saturating_duration_since(Instant::now());
        // The console collects metrics once more, so it goes first.
        let printed = self.console.as_ref().is_none_or(|console| console.stop(deadline));
        // The export thread has already exported everything; the SDK is told only so that it hands out no-ops.
        if let Some(traces) = &self.traces {
            let _ = traces.shutdown_with_timeout(left());
        }
        if let Some(logs) = &self.logs {
            let _ = logs.shutdown_with_timeout(left());
        }
        if let Some(metrics) = &self.metrics {
            let _ = metrics.provider.shutdown_with_timeout(left());
            if let Some(endpoint) = &metrics.endpoint {
                endpoint.shutdown_within(left().max(LEAST));
            }
        }
        printed
    }
}

fn metrics(settings: &Settings, resource: &Resource, diagnostics: &mut Vec<Diagnostic>) -> Option<MetricsProvider> {
    let Metrics::On { otlp, prometheus, .. } = &settings.metrics else { return None };
    let views = view::usable(&settings.views, diagnostics);
    let pipeline = Pipeline::builder(resource.clone()).with_view(view::compose(views, settings.histograms));
    let (provider, collector, pushed) = match settings.temporality {
        // A second aggregation is paid for only where something differs.
        Temporality::Delta if otlp.is_some() => pipeline.build_with_second(SdkTemporality::Delta),
        Temporality::LowMemory if otlp.is_some() => pipeline.build_with_second(SdkTemporality::LowMemory),
        _ => {
            let (provider, collector) = pipeline.build();
            (provider, collector.clone(), collector)
        }
    };
    let guarded = metrics_pipeline::guard(provider.clone(), &collector);
    let scrape = ScrapeService::new(collector.clone(), EncodeOptions::default());
    let endpoint = prometheus.as_ref().and_then(|listen| bind(listen, &scrape, diagnostics));
    Some(MetricsProvider { provider, guarded, scrape, endpoint, collector, pushed })
}

/// What can be exported. What cannot, because the system's root certificates cannot be loaded, is off from here on.
fn export(
    settings: &mut Settings,
    resource: &Resource,
    metrics: Option<&MetricsProvider>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Export>, InitError> {
    let export = start(settings, resource, metrics);
    let (export, left_out) = match export {
        Ok(export) => {
            let left_out = export.iter().flat_map(Export::left_out);
            let left_out = left_out.map(|left_out| (left_out.items, left_out.error.to_string())).collect();
            (export, left_out)
        }
        Err(StartError::Certificates(error)) => (None, vec![("everything", error.to_string())]),
        Err(error) => return Err(InitError::Export(error)),
    };
    let exported = |signal: fn(&Export) -> bool| export.as_ref().is_some_and(signal);
    if !exported(|export| export.span_processor().is_some()) {
        settings.traces.stop_sending();
    }
    if !exported(|export| export.log_processor().is_some()) {
        settings.logs.stop_sending();
    }
    if !exported(Export::exports_metrics) {
        settings.metrics.stop_sending();
    }
    if let Some((_, reason)) = left_out.first() {
        let reason = format!("without it an https endpoint needs the system's root certificates: {reason}");
        let items: Vec<_> = left_out.iter().map(|(items, _)| *items).collect();
        let used = format!("not sent: {}; other exporters go on", items.join(", "));
        diagnostics.push(Diagnostic::new(CERTIFICATE.generic.name, Severity::Warning, reason, used));
    }
    Ok(export)
}

fn start(
    settings: &Settings,
    resource: &Resource,
    metrics: Option<&MetricsProvider>,
) -> Result<Option<Export>, StartError> {
    let (mut export, mut anything) = (Export::builder(resource.clone()), false);
    if let Traces::On { otlp: Some(target), batch, .. } = &settings.traces {
        (export, anything) = (export.with_traces(on_its_way(target, settings), *batch), true);
    }
    if let Logs::On { otlp: Some(target), batch, .. } = &settings.logs {
        (export, anything) = (export.with_logs(on_its_way(target, settings), *batch), true);
    }
    if let (Metrics::On { otlp: Some(target), .. }, Some(metrics)) = (&settings.metrics, metrics) {
        let pushed = metrics.pushed.clone();
        (export, anything) =
            (export.with_metrics(on_its_way(target, settings), pushed, settings.metric_interval), true);
    }
    anything.then(|| export.start()).transpose()
}

/// A target that has no proxy of its own goes through that of the settings.
fn on_its_way(target: &Target, settings: &Settings) -> Target {
    let target = target.clone();
    if target.proxy().is_some() { target } else { target.with_proxies(&settings.proxies) }
}

fn console(settings: &Settings, metrics: Option<&MetricsProvider>) -> Result<Option<Console>, InitError> {
    let metrics = match (&settings.metrics, metrics) {
        (on, Some(metrics)) if on.console() => {
            Some(console::Metrics { collector: metrics.collector.clone(), interval: settings.metric_interval })
        }
        _ => None,
    };
    let anything = metrics.is_some() || settings.traces.console() || settings.logs.console();
    anything.then(|| Console::start(metrics).map_err(InitError::Console)).transpose()
}

fn traces(
    settings: &Settings,
    resource: &Resource,
    export: Option<&Export>,
    console: Option<&Console>,
) -> Option<SdkTracerProvider> {
    let limits = settings.span_limits;
    let outputs = SpanOutputs {
        value_length: limits.value_length,
        export: export.and_then(Export::span_processor),
        console: console.filter(|_| settings.traces.console()).cloned(),
    };
    if outputs.export.is_none() && outputs.console.is_none() {
        return None;
    }
    // Said in code, as the limits are, because the builder reads both from the environment otherwise.
    let (provider, sampler) = (SdkTracerProvider::builder(), settings.sampling.sampler());
    let provider = match &outputs.export {
        Some(export) => provider.with_sampler(export.counting(sampler)),
        None => provider.with_sampler(sampler),
    };
    let provider = provider
        .with_resource(resource.clone())
        .with_span_limits(SpanLimits {
            max_events_per_span: limits.events,
            max_attributes_per_span: limits.attributes,
            max_links_per_span: limits.links,
            max_attributes_per_event: limits.attributes_per_event,
            max_attributes_per_link: limits.attributes_per_link,
        })
        .with_span_processor(outputs)
        .build();
    Some(provider)
}

fn logs(
    settings: &Settings,
    resource: Resource,
    export: Option<&Export>,
    console: Option<&Console>,
) -> Option<SdkLoggerProvider> {
    let export = export.and_then(Export::log_processor);
    let console = console.filter(|_| settings.logs.console()).cloned();
    if export.is_none() && console.is_none() {
        return None;
    }
    let mut builder = SdkLoggerProvider::builder().with_resource(resource);
    if let Some(console) = console {
        builder = builder.with_log_processor(console);
    }
    if let Some(export) = export {
        builder = builder.with_log_processor(export);
    }
    Some(builder.build())
}

fn bind(listen: &Listen, scrape: &ScrapeService, diagnostics: &mut Vec<Diagnostic>) -> Option<Endpoint> {
    Endpoint::bind(&listen.host, listen.port, scrape.clone())
        .map_err(|error| {
            let (name, used) = (OTEL_EXPORTER_PROMETHEUS_PORT.name, "there is no scrape endpoint".to_owned());
            diagnostics.push(Diagnostic::new(name, Severity::Warning, error.to_string(), used));
        })
        .ok()
}
