//! Metrics: the loop that collects and sends them.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use metrics_pipeline::{CollectError, Collector};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tokio::{
    sync::{mpsc::UnboundedReceiver, watch},
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval_at},
};

use crate::{
    command::Command,
    deadline,
    delivery::{self, StopAt},
    exporter::Exporter,
    operations::Operations,
    payload::Payload as _,
    points,
};

/// Collects and sends metrics periodically until told to shut down.
pub(crate) struct MetricLoop {
    commands: UnboundedReceiver<Command>,
    collection: Collection,
    interval: Duration,
    exporter: Exporter,
    stop_at: watch::Receiver<StopAt>,
    /// The shutdown's deadline came while a request was under way.
    cut_off: bool,
}

impl MetricLoop {
    pub(crate) fn new(
        commands: UnboundedReceiver<Command>,
        collector: Collector,
        interval: Duration,
        exporter: Exporter,
        operations: Arc<Operations>,
        stop_at: watch::Receiver<StopAt>,
    ) -> Self {
        let interval = interval.clamp(SHORTEST_INTERVAL, deadline::YEAR);
        let collection = Collection::new(collector, operations);
        Self { commands, collection, interval, exporter, stop_at, cut_off: false }
    }

    pub(crate) async fn run(mut self) {
        let mut ticks = interval_at(deadline::after(self.interval).into(), self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(Command::Flush { deadline, done }) => {
                        let _ = done.try_send(self.push_before(deadline).await);
                    }
                    Some(Command::Shutdown { deadline, done }) => {
                        let _ = done.try_send(self.push_before(deadline).await);
                        return;
                    }
                    None => return,
                },
                _ = ticks.tick() => {
                    self.push(deadline::after(COLLECT_WITHIN)).await;
                }
            }
        }
    }

    /// Starts nothing after `deadline`.
    async fn push_before(&mut self, deadline: Instant) -> bool {
        !self.cut_off && Instant::now() < deadline && self.push(deadline).await
    }

    /// Collects once until `give_up` and sends what there is; says whether it got its answer.
    async fn push(&mut self, give_up: Instant) -> bool {
        // What was collected late was not collected in vain: of differences, it holds some that nothing else holds.
        for late in self.collection.take_late().await {
            if !self.send(late).await {
                return false;
            }
        }
        let collected = tokio::select! {
            biased;
            collected = self.collection.collect(give_up) => collected,
            () = delivery::stopped(self.stop_at.clone()) => Err(Missed::Slow),
        };
        let request = match collected {
            Ok(request) => request,
            Err(missed) => {
                self.exporter.note_failed_collection(&missed.to_string());
                // Of what failed there is nothing to send, but of what is slow there would have been.
                return !matches!(missed, Missed::Slow);
            }
        };
        self.exporter.note_collection();
        self.send(request).await
    }

    async fn send(&mut self, request: ExportMetricsServiceRequest) -> bool {
        let points = request.items() as u64;
        if points == 0 {
            return true;
        }
        self.exporter.accept(points);
        let complete = self.exporter.export(request, None).await;
        self.cut_off |= !complete;
        complete
    }
}

/// Collecting runs the application's callbacks, which may take any time: so it has a thread of its own, also marked as ours.
struct Collection {
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
enum Missed {
    #[error(transparent)]
    Unavailable(CollectError),
    #[error("a callback of an observable instrument panicked")]
    Panicked,
    #[error("a callback of an observable instrument has not returned yet")]
    Slow,
}

impl Collection {
    fn new(collector: Collector, operations: Arc<Operations>) -> Self {
        let idle = Some(ResourceMetrics::default());
        Self { collector, operations, idle, running: None, abandoned: Vec::new() }
    }

    /// A collection that is too slow is left to itself, because a callback may hang for ever: the next one does without
    /// that callback if it is a guarded one. The number of threads that hang is limited; the last one is waited for.
    async fn collect(&mut self, give_up: Instant) -> Result<ExportMetricsServiceRequest, Missed> {
        let running = self.running.get_or_insert_with(|| {
            let (collector, operations) = (self.collector.clone(), Arc::clone(&self.operations));
            let reused = self.idle.take().unwrap_or_default();
            spawn_blocking(move || collect(&collector, reused, &operations))
        });
        let Ok(ended) = tokio::time::timeout_at(give_up.into(), running).await else {
            if self.abandoned.len() < MOST_ABANDONED {
                self.abandoned.extend(self.running.take());
            }
            return Err(Missed::Slow);
        };
        self.running = None;
        let (reused, collected) = ended.map_err(|_| Missed::Panicked)?;
        self.idle = Some(reused);
        collected
    }

    /// The abandoned collections that have ended since, in the order in which they began.
    async fn take_late(&mut self) -> Vec<ExportMetricsServiceRequest> {
        let (ended, hanging) = mem::take(&mut self.abandoned).into_iter().partition(JoinHandle::is_finished);
        self.abandoned = hanging;
        let mut late = Vec::new();
        for collection in Vec::<JoinHandle<Collected>>::into_iter(ended) {
            late.extend(collection.await.ok().and_then(|(_, collected)| collected.ok()));
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
    operations.collected(began);
    (reused, collected)
}

/// How many collections may hang besides the one that is waited for; the runtime's other threads look up host names.
const MOST_ABANDONED: usize = 4;
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
/// How long a periodic collection is waited for before the slow callback is warned about.
const COLLECT_WITHIN: Duration = Duration::from_secs(10);
