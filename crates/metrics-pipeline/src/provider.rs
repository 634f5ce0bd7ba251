//! The meter provider with its readers and its one view.

use std::{fmt, sync::Arc};

use opentelemetry_sdk::{
    Resource,
    metrics::{Instrument, MeterProviderBuilder, SdkMeterProvider, Temporality, reader::MetricReader},
};

use crate::{collector::Collector, reader::SharedReader, stream::Stream, view::Views};

/// A meter provider for this resource, and the way to read it: [`Pipeline`] with nothing changed.
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
    Pipeline::builder(resource).build()
}

/// A meter provider under construction.
#[must_use = "nothing is made before `build`"]
pub struct Pipeline {
    resource: Resource,
    views: Views,
    others: Vec<Box<dyn FnOnce(MeterProviderBuilder) -> MeterProviderBuilder + Send>>,
}

impl Pipeline {
    /// Begins with the view of the defined metrics: their boundaries and cardinality limits.
    pub fn builder(resource: Resource) -> Self {
        Self { resource, views: Views::default(), others: Vec::new() }
    }

    /// Adds a change to what instruments become: drop, rename, other buckets, fewer attributes, another limit.
    ///
    /// The SDK would make two streams of an instrument that two views match. So all are composed into one: each is given
    /// what the definition and the views before it said, and changes what it wants; `stream` unchanged is no change.
    /// A stream that the SDK refuses is logged as a warning, and the instrument is what its definition says.
    ///
    /// A renamed metric has no definition any more: it is named in Prometheus as an instrument of anybody's.
    ///
    /// ```
    /// use metrics_pipeline::{Pipeline, walk};
    /// use opentelemetry::metrics::MeterProvider as _;
    /// use opentelemetry_sdk::{Resource, metrics::{Aggregation, data::ResourceMetrics}};
    ///
    /// let (provider, collector) = Pipeline::builder(Resource::builder_empty().build())
    ///     .with_view(|instrument, stream| match instrument.name() {
    ///         "noise" => stream.with_aggregation(Aggregation::Drop),
    ///         "ordres" => stream.with_name("orders"),
    ///         _ => stream,
    ///     })
    ///     .build();
    /// provider.meter("shop").u64_counter("noise").build().add(1, &[]);
    /// provider.meter("shop").u64_counter("ordres").build().add(1, &[]);
    ///
    /// let mut collected = ResourceMetrics::default();
    /// collector.collect(&mut collected)?;
    /// assert_eq!(walk(&collected).map(|metric| metric.name).collect::<Vec<_>>(), ["orders"]);
    /// # Ok::<(), metrics_pipeline::CollectError>(())
    /// ```
    pub fn with_view(mut self, view: impl Fn(&Instrument, Stream) -> Stream + Send + Sync + 'static) -> Self {
        self.views.add(view);
        self
    }

    /// Adds a reader of somebody else's, with an aggregation of its own: recording then costs about twice as much.
    ///
    /// What callbacks themselves add to defined sums is in this reader's next collection.
    pub fn with_reader(mut self, reader: impl MetricReader) -> Self {
        self.others.push(Box::new(|builder| builder.with_reader(reader)));
        self
    }

    /// The provider and the way to read it, cumulatively.
    pub fn build(self) -> (SdkMeterProvider, Collector) {
        let reader = SharedReader::new(Temporality::Cumulative);
        let provider = self.provider(std::slice::from_ref(&reader));
        (provider, Collector::new(reader, Arc::default()))
    }

    /// The provider with two aggregations: one that is read cumulatively, as a scrape must be, and one of the given
    /// temporality, for a receiver that wants another.
    ///
    /// Recording then costs about twice as much, and so does memory.
    ///
    /// A delta is handed out once: only one output may read the second collector.
    ///
    /// ```
    /// use metrics_pipeline::{Number, Pipeline, Value, walk};
    /// use opentelemetry::metrics::MeterProvider as _;
    /// use opentelemetry_sdk::{Resource, metrics::{Temporality, data::ResourceMetrics}};
    ///
    /// let pipeline = Pipeline::builder(Resource::builder_empty().build());
    /// let (provider, scraped, pushed) = pipeline.build_with_second(Temporality::Delta);
    /// let orders = provider.meter("shop").u64_counter("orders").build();
    /// let mut collected = ResourceMetrics::default();
    /// for (sum, delta) in [(1, 1), (2, 1)] {
    ///     orders.add(1, &[]);
    ///     for (collector, expected) in [(&scraped, sum), (&pushed, delta)] {
    ///         collector.collect(&mut collected)?;
    ///         walk(&collected).for_each(|metric| {
    ///             metric.for_each_point(|point| assert_eq!(point.value, Value::Number(Number::U64(expected))));
    ///         });
    ///     }
    /// }
    /// # Ok::<(), metrics_pipeline::CollectError>(())
    /// ```
    pub fn build_with_second(self, temporality: Temporality) -> (SdkMeterProvider, Collector, Collector) {
        let readers = [Temporality::Cumulative, temporality].map(SharedReader::new);
        let provider = self.provider(&readers);
        let callbacks = Arc::default();
        let [first, second] = readers.map(|reader| Collector::new(reader, Arc::clone(&callbacks)));
        (provider, first, second)
    }

    fn provider(self, readers: &[SharedReader]) -> SdkMeterProvider {
        let Self { resource, views, others } = self;
        let builder =
            SdkMeterProvider::builder().with_resource(resource).with_view(move |instrument| views.stream(instrument));
        let builder = readers.iter().cloned().fold(builder, MeterProviderBuilder::with_reader);
        others.into_iter().fold(builder, |builder, add| add(builder)).build()
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline").finish_non_exhaustive()
    }
}
