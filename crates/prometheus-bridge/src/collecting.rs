//! Collecting, whatever the callbacks of the application do, and why there may be nothing.

use metrics_define::contained;
use metrics_pipeline::{CollectError, Collector};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

/// Collects into this memory. It is given away, because memory that a panic went through is not used again.
pub(crate) fn collect(collector: &Collector, mut metrics: ResourceMetrics) -> Result<ResourceMetrics, Unavailable> {
    match contained(|| collector.collect(&mut metrics).map(|()| metrics)) {
        Some(Ok(metrics)) => Ok(metrics),
        Some(Err(CollectError::ShutDown)) => Err(Unavailable::ShutDown),
        Some(Err(_)) => Err(Unavailable::Poisoned),
        None => Err(Unavailable::Panicked),
    }
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unavailable {
    ShutDown,
    Poisoned,
    Panicked,
    Slow,
    NoThread,
    TooManyReaders,
}

impl Unavailable {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::ShutDown => "metrics cannot be collected: the meter provider was shut down\n",
            Self::Poisoned => {
                "metrics cannot be collected: a callback panicked earlier that was not registered with the guarded \
                 provider\n"
            }
            Self::Panicked => "metrics cannot be collected: the callback of an observable instrument panicked\n",
            Self::Slow => "metrics are not collected in time: the callback of an observable instrument is slow\n",
            Self::NoThread => "metrics cannot be collected: no thread can be started\n",
            Self::TooManyReaders => "too many slow readers\n",
        }
    }
}
