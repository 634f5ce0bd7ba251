//! The loop that sends what is queued, the same for spans and log records.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_sdk::Resource;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    batcher::Batcher, command::Command, counts::Counts, exporter::Exporter, notice::DropNotices, payload::Payload,
    signal::Signal,
};

/// Something that is queued and sent in batches.
pub(crate) trait Item: Sized + Send + 'static {
    type Request: Payload;

    const SIGNAL: Signal;

    /// About how many bytes of memory it takes. It is asked on the application's thread, so it costs nearly nothing.
    fn size(&self) -> usize;

    fn request(batch: Vec<Self>, resource: &ResourceAttributesWithSchema) -> Self::Request;
}

/// Sends batches until told to shut down.
pub(crate) struct BatchLoop<T: Item> {
    commands: UnboundedReceiver<Command>,
    batcher: Batcher<T>,
    exporter: Exporter,
    counts: Arc<Counts>,
    drops: DropNotices,
    resource: ResourceAttributesWithSchema,
    /// The shutdown's deadline came while a batch was under way.
    cut_off: bool,
}

impl<T: Item> BatchLoop<T> {
    pub(crate) fn new(
        commands: UnboundedReceiver<Command>,
        batcher: Batcher<T>,
        exporter: Exporter,
        counts: Arc<Counts>,
        resource: &Resource,
    ) -> Self {
        let drops = DropNotices::new(exporter.announcer().clone(), T::SIGNAL.items());
        Self { commands, batcher, exporter, counts, drops, resource: resource.into(), cut_off: false }
    }

    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(Command::Flush { deadline, done }) => {
                        let _ = done.try_send(self.drain(deadline).await);
                    }
                    Some(Command::Shutdown { deadline, done }) => {
                        self.batcher.close();
                        let _ = done.try_send(self.drain(deadline).await);
                        return;
                    }
                    None => return,
                },
                batch = self.batcher.next() => {
                    self.export(batch).await;
                }
            }
        }
    }

    /// Exports what is queued now, but starts nothing after `deadline`; says whether all of it got its answer.
    async fn drain(&mut self, deadline: Instant) -> bool {
        let mut left = self.batcher.len();
        while left > 0 && !self.cut_off && Instant::now() < deadline {
            let batch = self.batcher.take();
            left = left.saturating_sub(batch.len().max(1));
            self.export(batch).await;
        }
        left == 0 && !self.cut_off
    }

    /// The queue is looked at meanwhile, because it overflows exactly when an export takes long.
    async fn export(&mut self, batch: Vec<T>) {
        self.drops.dropped_so_far(Instant::now(), self.counts.queue_full());
        let Some(request) = self.request(batch) else { return };
        let mut export = pin!(self.exporter.export(request, Some(self.batcher.export_timeout())));
        loop {
            tokio::select! {
                biased;
                complete = &mut export => {
                    self.cut_off |= !complete;
                    return;
                }
                () = tokio::time::sleep(LOOK) => self.drops.dropped_so_far(Instant::now(), self.counts.queue_full()),
            }
        }
    }

    /// None when there is nothing to send. A batch that cannot be converted must not end the loop.
    fn request(&self, batch: Vec<T>) -> Option<T::Request> {
        let items = batch.len() as u64;
        if items == 0 {
            return None;
        }
        let request = catch_unwind(AssertUnwindSafe(|| T::request(batch, &self.resource)));
        if request.is_err() {
            self.exporter.fail(items, "conversion");
        }
        request.ok()
    }
}

const LOOK: Duration = Duration::from_secs(1);
