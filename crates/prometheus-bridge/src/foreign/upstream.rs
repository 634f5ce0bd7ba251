//! The names of opentelemetry-prometheus, for services whose dashboards were built on them.

use opentelemetry_sdk::metrics::reader::MetricReader;
use prometheus::Registry;

/// A second reader through which opentelemetry-prometheus shows the same instruments in a registry, under its own names.
///
/// Give it to [`Pipeline::with_reader`](metrics_pipeline::Pipeline::with_reader). It aggregates for itself, so recording
/// and memory cost about twice as much; and nothing that this crate does about names, labels and conflicts is done there.
///
/// ```
/// use metrics_pipeline::Pipeline;
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::Resource;
/// use prometheus_bridge::upstream_compatible;
///
/// let registry = prometheus::Registry::new();
/// let pipeline = Pipeline::builder(Resource::builder_empty().build());
/// let (provider, _collector) = pipeline.with_reader(upstream_compatible(registry.clone())?).build();
///
/// provider.meter("shop").u64_counter("jobs.run.total").build().add(1, &[]);
/// assert_eq!(registry.gather()[0].name(), "jobs_run_total_total");
/// # Ok::<(), prometheus_bridge::UpstreamError>(())
/// ```
///
/// # Errors
///
/// [`UpstreamError`] when the registry does not take it, for example because it has another one already.
pub fn upstream_compatible(registry: Registry) -> Result<impl MetricReader, UpstreamError> {
    opentelemetry_prometheus::exporter()
        .with_registry(registry)
        .build()
        .map_err(|error| UpstreamError { reason: error.to_string() })
}

/// The registry did not take opentelemetry-prometheus' collector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the registry does not take opentelemetry-prometheus, use one without another of it: {reason}")]
pub struct UpstreamError {
    reason: String,
}
