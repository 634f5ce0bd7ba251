//! One collection of the metrics, on a thread that may hang.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use metrics_pipeline::{CollectError, Collector};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{operations::Operations, points};

/// Collecting runs the application's callbacks, which may take any time: so it has a thread of its own, also marked as ours.
pub(super) struct Collection {
    collector: Collector,
    operations: Arc<Operations>,
    /// Kept from one collection to the next, because the SDK reuses its memory.
    idle: Option<ResourceMetrics>,
    running: Option<JoinHandle<Collected>>,
    /// Collections that a slow callback holds up, and that nobody waits for any more.
    abandoned: Vec<JoinHandle<Collected>>,
}

type Collected = (ResourceMetrics, Result<ExportMetricsServiceRequest, Missed>);

/// Why there is no collection.
#[derive(Debug, thiserror::Error)]
pub(super) enum Missed {
    #[error(transparent)]
    Unavailable(CollectError),
    #[error("a callback of an observable instrument panicked")]
    Panicked,
    #[error("a callback of an observable instrument has not returned yet")]
    Slow,
}

impl Missed {
    /// As the attribute `error.type` wants it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable(CollectError::Poisoned) | Self::Panicked => "panic",
            Self::Unavailable(_) => "unavailable",
            Self::Slow => "timeout",
        }
    }
}

impl Collection {
    pub(super) fn new(collector: Collector, operations: Arc<Operations>) -> Self {
        let idle = Some(ResourceMetrics::default());
        Self { collector, operations, idle, running: None, abandoned: Vec::new() }
    }

    /// A collection that is too slow is left to itself, because a callback may hang for ever: the next one does without
    /// that callback if it is a guarded one. The number of threads that hang is limited; the last one is waited for.
    pub(super) async fn collect(
        &mut self,
        given_up: impl Future<Output = ()>,
    ) -> Result<ExportMetricsServiceRequest, Missed> {
        let running = self.running.get_or_insert_with(|| {
            let (collector, operations) = (self.collector.clone(), Arc::clone(&self.operations));
            let reused = self.idle.take().unwrap_or_default();
            spawn_blocking(move || collect(&collector, reused, &operations))
        });
        let ended = tokio::select! {
            biased;
            ended = running => ended,
            () = given_up => {
                if self.abandoned.len() < MOST_ABANDONED {
                    self.abandoned.extend(self.running.take());
                }
                return Err(Missed::Slow);
            }
        };
        self.running = None;
        let (reused, collected) = ended.map_err(|_| Missed::Panicked)?;
        self.idle = Some(reused);
        collected
    }

    /// The abandoned collections that have ended since or end until then, in the order in which they began.
    pub(super) async fn take_late(&mut self, until: Instant) -> Vec<ExportMetricsServiceRequest> {
        let mut late = Vec::new();
        for mut collection in mem::take(&mut self.abandoned) {
            match tokio::time::timeout_at(until.into(), &mut collection).await {
                Ok(ended) => late.extend(ended.ok().and_then(|(_, collected)| collected.ok())),
                Err(_) => self.abandoned.push(collection),
            }
        }
        late
    }
}

/// A panic is that of a callback, and ends this collection only.
fn collect(collector: &Collector, mut reused: ResourceMetrics, operations: &Operations) -> Collected {
    let began = Instant::now();
    let collecting = || {
        collector.collect(&mut reused)?;
        Ok(ExportMetricsServiceRequest::from(&reused))
    };
    let collected = match catch_unwind(AssertUnwindSafe(collecting)) {
        Ok(Ok(mut request)) => {
            points::keep_in_order(&mut request);
            Ok(request)
        }
        Ok(Err(error)) => Err(Missed::Unavailable(error)),
        Err(_) => Err(Missed::Panicked),
    };
    operations.collected(began, collected.as_ref().err().map(Missed::kind));
    (reused, collected)
}

/// How many collections may hang besides the one that is waited for; the runtime's other threads look up host names.
const MOST_ABANDONED: usize = 4;
