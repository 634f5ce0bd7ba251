//! Reading the aggregation.

use std::sync::Arc;

use opentelemetry_sdk::metrics::{data::ResourceMetrics, reader::MetricReader};

use crate::{
    callbacks::{Callbacks, without_running},
    reader::SharedReader,
};

/// Collects what the provider has aggregated; clones read the same aggregation.
#[derive(Clone, Debug)]
pub struct Collector {
    reader: SharedReader,
    callbacks: Arc<Callbacks>,
}

impl Collector {
    pub(crate) fn new(reader: SharedReader, callbacks: Arc<Callbacks>) -> Self {
        Self { reader, callbacks }
    }

    /// Collects the state into `collected`, reusing its memory.
    ///
    /// First the callbacks of observable instruments run on the calling thread, no lock held, then the aggregation is
    /// read, one collection at a time, the sums that are pending in `metrics-define` having been handed to it. A callback that still runs for another collection is not run twice: it is waited
    /// for briefly, and if it hangs, what it observed last stands.
    ///
    /// # Errors
    ///
    /// [`CollectError::ShutDown`] once the provider has been shut down or dropped; [`CollectError::Poisoned`] once a
    /// callback panicked that was registered with the SDK's own provider and not with the [guarded](crate::guard) one.
    pub fn collect(&self, collected: &mut ResourceMetrics) -> Result<(), CollectError> {
        if self.reader.is_shut_down() {
            return Err(CollectError::ShutDown);
        }
        self.callbacks.run();
        without_running(|| self.reader.collect(collected))
            .map_err(|_| if self.reader.is_shut_down() { CollectError::ShutDown } else { CollectError::Poisoned })
    }

    /// How often a guarded callback has panicked so far.
    pub fn callback_panics(&self) -> u64 {
        self.callbacks.panics()
    }

    pub(crate) fn callbacks(&self) -> &Arc<Callbacks> {
        &self.callbacks
    }
}

/// Why there is nothing to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// The provider was shut down or dropped.
    #[error("the meter provider was shut down")]
    ShutDown,
    /// The SDK's locks are poisoned: a callback past the guard panicked, and nothing will be collected any more.
    #[error(
        "a callback panicked in the SDK, which collects nothing more: register callbacks with the guarded provider"
    )]
    Poisoned,
}
