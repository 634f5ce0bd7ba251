//! A reader that more than one output can hold.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    metrics::{InstrumentKind, ManualReader, Pipeline, Temporality, data::ResourceMetrics, reader::MetricReader},
};

/// The SDK's manual reader behind an `Arc`: one half goes into the provider, the other is collected through.
#[derive(Clone, Debug)]
pub(crate) struct SharedReader(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    reader: ManualReader,
    is_shut_down: AtomicBool,
}

impl SharedReader {
    pub(crate) fn new(temporality: Temporality) -> Self {
        let reader = ManualReader::builder().with_temporality(temporality).build();
        Self(Arc::new(Shared { reader, is_shut_down: AtomicBool::new(false) }))
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.0.is_shut_down.load(Ordering::Acquire)
    }
}

impl MetricReader for SharedReader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.reader.register_pipeline(pipeline);
    }

    fn collect(&self, collected: &mut ResourceMetrics) -> OTelSdkResult {
        if self.is_shut_down() {
            return Err(OTelSdkError::AlreadyShutdown);
        }
        self.0.reader.collect(collected)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.reader.force_flush()
    }

    /// The SDK's reader is left alone: it would wait for a collection under way, however long a callback takes.
    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        self.0.is_shut_down.store(true, Ordering::Release);
        Ok(())
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.reader.temporality(kind)
    }
}
