//! Metrics: the loop that collects and sends them.

mod collection;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use metrics_pipeline::Collector;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use tokio::{
    sync::{mpsc::UnboundedReceiver, watch},
    time::{MissedTickBehavior, interval_at},
};

use self::collection::{Collection, Missed};
use crate::{
    command::Command, deadline, delivery::StopAt, exporter::Exporter, operations::Operations, payload::Payload as _,
};

/// Collects and sends metrics periodically until told to shut down.
pub(crate) struct MetricLoop {
    commands: UnboundedReceiver<Command>,
    /// Came while a collection was under way, and is carried out before any other.
    next: Option<Command>,
    collection: Collection,
    interval: Duration,
    exporter: Exporter,
    stop_at: watch::Receiver<StopAt>,
    /// The shutdown's deadline came while a request was under way.
    cut_off: bool,
}

/// Why metrics are collected, which says how long they may take.
#[derive(Clone, Copy, Debug)]
enum Occasion {
    /// Any command is more urgent.
    Due,
    /// A shutdown is more urgent.
    Flush(Instant),
    Shutdown(Instant),
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
        Self { commands, next: None, collection, interval, exporter, stop_at, cut_off: false }
    }

    pub(crate) async fn run(mut self) {
        let mut ticks = interval_at(deadline::after(self.interval).into(), self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                command = next_command(&mut self.next, &mut self.commands) => match command {
                    Some(Command::Flush { deadline, done }) => {
                        let _ = done.try_send(self.push_before(deadline, Occasion::Flush(deadline)).await);
                    }
                    Some(Command::Shutdown { deadline, done }) => {
                        let pushed = self.push_before(deadline, Occasion::Shutdown(deadline)).await;
                        // One that was given up may have ended meanwhile or be about to, and nobody asks again.
                        let late = self.send_late(deadline.min(deadline::after(MOMENT))).await;
                        let _ = done.try_send(pushed && late);
                        return;
                    }
                    None => return,
                },
                _ = ticks.tick() => {
                    self.push(Occasion::Due).await;
                }
            }
        }
    }

    /// Starts nothing after `deadline`.
    async fn push_before(&mut self, deadline: Instant, occasion: Occasion) -> bool {
        !self.cut_off && Instant::now() < deadline && self.push(occasion).await
    }

    /// Collects once and sends what there is; says whether it got its answer.
    async fn push(&mut self, occasion: Occasion) -> bool {
        if !self.send_late(Instant::now()).await {
            return false;
        }
        let given_up = give_up(occasion, &mut self.next, &mut self.commands, self.stop_at.clone());
        let request = match self.collection.collect(given_up).await {
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

    /// What was collected late was not collected in vain: of differences, it holds some that nothing else holds.
    async fn send_late(&mut self, until: Instant) -> bool {
        for late in self.collection.take_late(until).await {
            if !self.send(late).await {
                return false;
            }
        }
        true
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

async fn next_command(next: &mut Option<Command>, commands: &mut UnboundedReceiver<Command>) -> Option<Command> {
    match next.take() {
        Some(command) => Some(command),
        None => commands.recv().await,
    }
}

/// Completes when a collection has taken too long for its occasion: at its time, or soon after something more urgent came.
async fn give_up(
    occasion: Occasion,
    next: &mut Option<Command>,
    commands: &mut UnboundedReceiver<Command>,
    mut stop_at: watch::Receiver<StopAt>,
) {
    let (until, urgent) = match occasion {
        Occasion::Due => {
            let until = deadline::after(COLLECT_WITHIN);
            let urgent = tokio::time::timeout_at(until.into(), commands.recv()).await;
            *next = urgent.ok().flatten();
            (until, next.as_ref().map(Command::deadline))
        }
        Occasion::Flush(until) => {
            let asked = stop_at.wait_for(Option::is_some);
            let asked = tokio::time::timeout_at(until.into(), asked).await;
            (until, asked.ok().and_then(|asked| *asked.ok()?))
        }
        Occasion::Shutdown(until) => return deadline::passed(Some(until)).await,
    };
    if let Some(deadline) = urgent {
        // Most collections end in a moment. One that hangs must leave time for another one.
        let moment = deadline.saturating_duration_since(Instant::now()) / 8;
        deadline::passed(Some(until.min(deadline::after(moment.min(MOMENT))))).await;
    }
}

const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
/// How long a periodic collection is waited for before the slow callback is warned about.
const COLLECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a collection is still waited for when something more urgent has come, at most.
const MOMENT: Duration = Duration::from_millis(250);
