//! The one view. Two matching views would make two streams of one instrument, so everything is composed here.

use metrics_define::{HAND_OVER_SCOPE, Kind, MetricDef, definition};
use opentelemetry_sdk::metrics::{Aggregation, Instrument, Stream as SdkStream};

use crate::stream::Stream;

/// Exponential buckets for a histogram: 160 of them, as fine as they can safely be.
///
/// At the SDK's own scale of 20 the numbers of buckets do not fit where it keeps them once very large and very small
/// values meet: recording then panics in a build that checks for overflow, and counts wrongly in others. At 19 they fit.
///
/// ```
/// use metrics_pipeline::{Pipeline, exponential_buckets};
/// use opentelemetry_sdk::Resource;
///
/// let pipeline = Pipeline::builder(Resource::builder_empty().build());
/// let (_provider, _collector) = pipeline.with_view(|instrument, stream| match instrument.name() {
///     "response.size" => stream.with_aggregation(exponential_buckets()),
///     _ => stream,
/// }).build();
/// ```
pub fn exponential_buckets() -> Aggregation {
    Aggregation::Base2ExponentialHistogram { max_size: 160, max_scale: 19, record_min_max: true }
}

type View = Box<dyn Fn(&Instrument, Stream) -> Stream + Send + Sync>;

/// The view of the definitions with those of the application on top.
#[derive(Default)]
pub(crate) struct Views(Vec<View>);

impl Views {
    pub(crate) fn add(&mut self, view: impl Fn(&Instrument, Stream) -> Stream + Send + Sync + 'static) {
        self.0.push(Box::new(view));
    }

    /// What an instrument becomes; `None` leaves it to the SDK.
    pub(crate) fn stream(&self, instrument: &Instrument) -> Option<SdkStream> {
        if instrument.scope().name() == HAND_OVER_SCOPE {
            // It never has a series, and no view of the application may drop it.
            return SdkStream::builder().with_cardinality_limit(1).build().ok();
        }
        let def = definition(instrument.scope().name(), instrument.name());
        if !self.0.is_empty() {
            let viewed = self.0.iter().fold(of_definition(def), |stream, view| view(instrument, stream));
            match of_sdk(&viewed, def) {
                Ok(stream) => return Some(stream),
                Err(error) => tracing::warn!(
                    "the views of instrument {:?} are ignored: {error}; correct the view",
                    instrument.name()
                ),
            }
        }
        // The macro has checked what `build` checks: without a valid stream the instrument keeps the SDK's defaults.
        let def = def?;
        of_sdk(&of_definition(Some(def)), Some(def)).ok()
    }
}

fn of_sdk(stream: &Stream, def: Option<&MetricDef>) -> Result<SdkStream, String> {
    match def {
        Some(def) => stream.of_defined(def),
        None => stream.of_foreign(),
    }
}

/// The boundaries and the cardinality limit of a defined metric; nothing for other instruments.
fn of_definition(def: Option<&MetricDef>) -> Stream {
    let stream = Stream::default();
    let Some(def) = def else { return stream };
    let stream = stream.with_cardinality_limit(def.series_limit());
    match def.kind {
        Kind::Histogram => stream.with_aggregation(buckets(def)),
        Kind::Counter | Kind::UpDownCounter | Kind::Gauge => stream,
    }
}

fn buckets(def: &MetricDef) -> Aggregation {
    if def.exponential {
        return exponential_buckets();
    }
    Aggregation::ExplicitBucketHistogram { boundaries: def.boundaries.to_vec(), record_min_max: true }
}
