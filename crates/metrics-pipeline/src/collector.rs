//! Reading the aggregation.

use opentelemetry_sdk::metrics::{data::ResourceMetrics, reader::MetricReader};

use crate::reader::SharedReader;

/// Collects what the provider has aggregated; clones read the same aggregation.
#[derive(Clone, Debug)]
pub struct Collector {
    reader: SharedReader,
}

impl Collector {
    pub(crate) fn new(reader: SharedReader) -> Self {
        Self { reader }
    }

    /// Collects the cumulative state into `collected`, reusing its memory.
    ///
    /// This runs the callbacks of observable instruments on the calling thread, one collection at a time.
    ///
    /// # Errors
    ///
    /// [`CollectError`] once the provider has been shut down or dropped.
    pub fn collect(&self, collected: &mut ResourceMetrics) -> Result<(), CollectError> {
        self.reader.collect(collected).map_err(|_| CollectError)
    }
}

/// There is nothing to collect from any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metrics cannot be collected: the meter provider was shut down")]
pub struct CollectError;
