//! The meter provider with its one reader and its one view.

use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};

use crate::{collector::Collector, reader::SharedReader, view};

/// A meter provider for this resource, and the way to read it.
///
/// Boundaries and cardinality limits of defined metrics are applied; other instruments get the SDK's defaults.
///
/// ```
/// use metrics_pipeline::walk;
/// use opentelemetry::metrics::MeterProvider as _;
/// use opentelemetry_sdk::{Resource, metrics::data::ResourceMetrics};
///
/// let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
/// provider.meter("shop").u64_counter("orders").build().add(2, &[]);
///
/// let mut collected = ResourceMetrics::default();
/// collector.collect(&mut collected)?;
/// assert_eq!(walk(&collected).map(|metric| metric.name).collect::<Vec<_>>(), ["orders"]);
/// # Ok::<(), metrics_pipeline::CollectError>(())
/// ```
pub fn build(resource: Resource) -> (SdkMeterProvider, Collector) {
    let reader = SharedReader::new();
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(reader.clone())
        .with_view(view::of_definitions)
        .build();
    (provider, Collector::new(reader))
}
