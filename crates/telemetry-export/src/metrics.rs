//! Metrics: the loop that collects and sends them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use metrics_pipeline::Collector;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    metrics::v1::{Metric, metric::Data},
};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{MissedTickBehavior, interval_at},
};

use crate::{command::Command, deadline, exporter::Exporter};

/// Collects and sends metrics periodically until told to shut down.
pub(crate) struct MetricLoop {
    commands: UnboundedReceiver<Command>,
    collector: Collector,
    /// Kept from one collection to the next, because the SDK reuses its memory.
    collected: ResourceMetrics,
    interval: Duration,
    exporter: Exporter,
}

impl MetricLoop {
    pub(crate) fn new(
        commands: UnboundedReceiver<Command>,
        collector: Collector,
        interval: Duration,
        exporter: Exporter,
    ) -> Self {
        let interval = interval.clamp(SHORTEST_INTERVAL, deadline::YEAR);
        Self { commands, collector, collected: ResourceMetrics::default(), interval, exporter }
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
                    self.push().await;
                }
            }
        }
    }

    /// Starts nothing after `deadline`.
    async fn push_before(&mut self, deadline: Instant) -> bool {
        Instant::now() < deadline && self.push().await
    }

    /// Collects once and sends what there is; says whether it got its answer.
    async fn push(&mut self) -> bool {
        let Some(request) = self.collect() else { return true };
        let points = points_of(&request);
        if points == 0 {
            return true;
        }
        self.exporter.accept(points);
        self.exporter.export(&request, points).await
    }

    /// Collecting runs the application's callbacks, so a panic is theirs, and ends this collection only.
    fn collect(&mut self) -> Option<ExportMetricsServiceRequest> {
        let collecting = || {
            self.collector.collect(&mut self.collected)?;
            Ok(ExportMetricsServiceRequest::from(&self.collected))
        };
        match catch_unwind(AssertUnwindSafe(collecting)) {
            Ok(Ok(request)) => {
                self.exporter.note_collection();
                return Some(request);
            }
            Ok(Err(metrics_pipeline::CollectError)) => {
                self.exporter.note_failed_collection("the meter provider was shut down");
            }
            Err(_) => self.exporter.note_failed_collection("a callback of an observable instrument panicked"),
        }
        None
    }
}

fn points_of(request: &ExportMetricsServiceRequest) -> u64 {
    let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
    scopes.flat_map(|scope| &scope.metrics).map(points_of_metric).sum::<usize>() as u64
}

fn points_of_metric(metric: &Metric) -> usize {
    match &metric.data {
        None => 0,
        Some(Data::Gauge(gauge)) => gauge.data_points.len(),
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        Some(Data::Summary(summary)) => summary.data_points.len(),
    }
}

const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
