//! The one view. Two matching views would make two streams of one instrument, so everything is composed here.

use metrics_define::{Kind, MetricDef, definition};
use opentelemetry_sdk::metrics::{Aggregation, Instrument, Stream};

/// The boundaries and the cardinality limit of a defined metric; nothing for other instruments.
pub(crate) fn of_definitions(instrument: &Instrument) -> Option<Stream> {
    let def = definition(instrument.scope().name(), instrument.name())?;
    let stream = Stream::builder().with_cardinality_limit(def.series_limit());
    let stream = match def.kind {
        Kind::Histogram => stream.with_aggregation(buckets(def)),
        Kind::Counter | Kind::UpDownCounter | Kind::Gauge => stream,
    };
    // The macro has checked what `build` checks: without a valid stream the instrument keeps the SDK's defaults.
    stream.build().ok()
}

fn buckets(def: &MetricDef) -> Aggregation {
    Aggregation::ExplicitBucketHistogram { boundaries: def.boundaries.to_vec(), record_min_max: true }
}
