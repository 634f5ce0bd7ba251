//! The two ends of the queue of one signal: where items come in, and where batches are waited for.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::{
    batches::{Batches, Limits, Offered},
    counts::Counts,
    deadline,
};

/// How items are queued and grouped into requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchOptions {
    /// How many items may wait; further ones are dropped and counted. Default 2048, at least 1, at most 1,000,000.
    pub max_queue_size: usize,
    /// How many bytes of memory the waiting items may take, by an estimate of their texts and attributes; one that does
    /// not fit is dropped and counted as well. One that is larger than a batch is taken beyond the limit, one at a time.
    /// Default none: 4 KiB for each item that may wait, but at least 8 MiB, which is what the default queue has, and at most
    /// 1 GiB. So spans and log records together take less than 32 MB while a collector hangs, however large they are.
    ///
    /// A batch takes at most an eighth of it and at most a little under 4 MiB, unless it is a single item: so large items go out earlier,
    /// and in requests that collectors take, of which many take at most 4 MiB over gRPC.
    pub max_queue_bytes: Option<usize>,
    /// A batch of this size goes out at once. Default 512, at least 1, at most the queue's size.
    pub max_batch_size: usize,
    /// What is queued goes out at the latest after this time. Default 5 seconds.
    pub schedule_delay: Duration,
    /// How long the export of one batch may take with all its requests and attempts. Default 30 seconds.
    ///
    /// The timeout of the target limits each single request.
    pub export_timeout: Duration,
}

impl BatchOptions {
    /// Sets [`max_queue_size`](Self::max_queue_size).
    #[must_use]
    pub fn with_max_queue_size(mut self, items: usize) -> Self {
        self.max_queue_size = items;
        self
    }

    /// Sets [`max_queue_bytes`](Self::max_queue_bytes).
    #[must_use]
    pub fn with_max_queue_bytes(mut self, bytes: usize) -> Self {
        self.max_queue_bytes = Some(bytes);
        self
    }

    /// Sets [`max_batch_size`](Self::max_batch_size).
    #[must_use]
    pub fn with_max_batch_size(mut self, items: usize) -> Self {
        self.max_batch_size = items;
        self
    }

    /// Sets [`schedule_delay`](Self::schedule_delay).
    #[must_use]
    pub fn with_schedule_delay(mut self, delay: Duration) -> Self {
        self.schedule_delay = delay;
        self
    }

    /// Sets [`export_timeout`](Self::export_timeout).
    #[must_use]
    pub fn with_export_timeout(mut self, timeout: Duration) -> Self {
        self.export_timeout = timeout;
        self
    }

    /// The nearest options that make sense. The queue grows as needed, so that a large limit costs nothing by itself.
    fn bounded(self) -> Self {
        let max_queue_size = self.max_queue_size.clamp(1, LARGEST_QUEUE);
        Self {
            max_queue_size,
            max_queue_bytes: self.max_queue_bytes.map(|bytes| bytes.max(1)),
            max_batch_size: self.max_batch_size.clamp(1, max_queue_size),
            schedule_delay: self.schedule_delay.clamp(SHORTEST_DELAY, deadline::YEAR),
            export_timeout: self.export_timeout.clamp(SHORTEST_DELAY, deadline::YEAR),
        }
    }

    fn limits(self) -> Limits {
        let by_items = || self.max_queue_size.saturating_mul(ITEM).clamp(SMALLEST_DEFAULT, LARGEST_DEFAULT);
        let bytes = self.max_queue_bytes.unwrap_or_else(by_items);
        Limits {
            items: self.max_queue_size,
            bytes,
            batch_items: self.max_batch_size,
            batch_bytes: bytes.div_ceil(BATCHES).min(LARGEST_BATCH),
        }
    }
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            max_queue_size: 2048,
            max_queue_bytes: None,
            max_batch_size: 512,
            schedule_delay: Duration::from_secs(5),
            export_timeout: Duration::from_secs(30),
        }
    }
}

/// A queue and the batcher at its end.
pub(crate) fn channel<T>(options: BatchOptions, counts: Arc<Counts>) -> (Queue<T>, Batcher<T>) {
    let options = options.bounded();
    let batches = Arc::new(Batches::new(options.limits()));
    let batch_complete = Arc::new(Notify::new());
    let queue = Queue { batches: Arc::clone(&batches), batch_complete: Arc::clone(&batch_complete), counts };
    let due = deadline::after(options.schedule_delay);
    (queue, Batcher { batches, batch_complete, due, options })
}

/// The producers' end: never waits for room, and counts what it cannot take.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    batches: Arc<Batches<T>>,
    batch_complete: Arc<Notify>,
    counts: Arc<Counts>,
}

impl<T> Queue<T> {
    /// The item takes about so many bytes of memory.
    pub(crate) fn offer(&self, item: T, bytes: usize) {
        self.counts.accept(1);
        match self.batches.offer(item, bytes) {
            Offered::Queued => (),
            // The batcher sleeps until then: waking it for each item would cost each producer a system call.
            Offered::BatchComplete => self.batch_complete.notify_one(),
            Offered::Full => self.counts.drop_for_want_of_room(),
            Offered::Closed => self.counts.drop_too_late(),
        }
    }

    /// From now on every item is dropped.
    pub(crate) fn refuse(&self) {
        self.batches.close();
    }

    pub(crate) fn refuses(&self) -> bool {
        self.batches.is_closed()
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.batches.capacity()
    }

    pub(crate) fn counts(&self) -> &Arc<Counts> {
        &self.counts
    }
}

/// Written by hand because a derive would ask for `T: Clone`.
impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        Self {
            batches: Arc::clone(&self.batches),
            batch_complete: Arc::clone(&self.batch_complete),
            counts: Arc::clone(&self.counts),
        }
    }
}

/// The consumer's end.
#[derive(Debug)]
pub(crate) struct Batcher<T> {
    batches: Arc<Batches<T>>,
    batch_complete: Arc<Notify>,
    /// When an incomplete batch goes out.
    due: Instant,
    options: BatchOptions,
}

impl<T> Batcher<T> {
    /// Waits until a batch is complete or due, and takes it. It is empty when nothing was queued until then.
    ///
    /// No item is lost when the future is dropped: items are taken in its very last step.
    pub(crate) async fn next(&mut self) -> Vec<T> {
        while !self.batches.has_complete_batch() {
            tokio::select! {
                () = self.batch_complete.notified() => (),
                () = deadline::passed(Some(self.due)) => break,
            }
        }
        self.take()
    }

    /// Takes up to one batch of what is there.
    pub(crate) fn take(&mut self) -> Vec<T> {
        self.due = deadline::after(self.options.schedule_delay);
        self.batches.take()
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.len()
    }

    /// How long the export of one batch may take.
    pub(crate) fn export_timeout(&self) -> Duration {
        self.options.export_timeout
    }

    /// From now on nothing can be queued; what is there can still be taken.
    pub(crate) fn close(&mut self) {
        self.batches.close();
    }
}

/// Few items are as large; whoever wants a longer queue wants it for ordinary ones.
const ITEM: usize = 4 * 1024;
const SMALLEST_DEFAULT: usize = 8 * 1024 * 1024;
/// The longest queue that can be had is full of spans of 1 KiB then, which is what ordinary ones take.
const LARGEST_DEFAULT: usize = 1024 * 1024 * 1024;
/// How many full batches a queue's memory is enough for, at least.
const BATCHES: usize = 8;
/// What many collectors take over gRPC, with room for what describes the service.
const LARGEST_BATCH: usize = (4 * 1024 - 64) * 1024;
const LARGEST_QUEUE: usize = 1_000_000;
const SHORTEST_DELAY: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::{BatchOptions, channel};
    use crate::counts::Counts;

    #[test]
    fn options_out_of_range_are_moved_into_it() {
        let most = BatchOptions {
            max_queue_size: usize::MAX,
            max_queue_bytes: Some(usize::MAX),
            max_batch_size: usize::MAX,
            schedule_delay: Duration::MAX,
            export_timeout: Duration::MAX,
        };
        assert_eq!(most.bounded().max_queue_size, 1_000_000);
        assert_eq!(most.bounded().max_batch_size, 1_000_000);

        let least = BatchOptions {
            max_queue_size: 0,
            max_queue_bytes: Some(0),
            max_batch_size: 0,
            schedule_delay: Duration::ZERO,
            export_timeout: Duration::ZERO,
        };
        let shortest = Duration::from_millis(1);
        let expected = BatchOptions {
            max_queue_size: 1,
            max_queue_bytes: Some(1),
            max_batch_size: 1,
            schedule_delay: shortest,
            export_timeout: shortest,
        };
        assert_eq!(least.bounded(), expected);
    }

    #[test]
    fn a_longer_queue_has_more_memory_unless_it_is_said() {
        let bytes = |options: BatchOptions| options.bounded().limits().bytes;
        let mebibytes = 1024 * 1024;
        for (items, expected) in [(1, 8), (2048, 8), (4096, 16), (1_000_000, 1024)] {
            assert_eq!(bytes(BatchOptions::default().with_max_queue_size(items)), expected * mebibytes);
        }
        let said = BatchOptions::default().with_max_queue_bytes(7);
        assert_eq!(bytes(said.with_max_queue_size(1_000_000)), 7);
    }

    #[tokio::test]
    async fn a_complete_batch_goes_out_at_once_and_the_rest_when_it_is_due() {
        let options = BatchOptions::default().with_max_batch_size(3).with_schedule_delay(Duration::from_millis(50));
        let (queue, mut batcher) = channel(options, Arc::default());
        (0..5).for_each(|item| queue.offer(item, 1));
        assert_eq!(batcher.next().await, [0, 1, 2]);
        assert_eq!(batcher.next().await, [3, 4]);
        assert_eq!(batcher.next().await, [0; 0]);
    }

    #[tokio::test]
    async fn large_items_fill_a_batch_and_the_queue_before_their_number_does() {
        let options = BatchOptions::default().with_max_queue_bytes(200).with_schedule_delay(Duration::MAX);
        let counts = Arc::new(Counts::default());
        let (queue, mut batcher) = channel(options, Arc::clone(&counts));
        (0..30).for_each(|item| queue.offer(item, 10));
        assert_eq!(batcher.next().await, [0, 1], "an eighth of the bytes is a batch");
        assert_eq!(counts.report().dropped, 10);
        queue.offer(30, 21);
        queue.offer(31, 20);
        assert_eq!(counts.report().dropped, 11, "one that does not fit takes no room from one that does");
        for first in (2..20).step_by(2) {
            assert_eq!(batcher.next().await, [first, first + 1]);
        }
        queue.offer(32, 80);
        assert_eq!(batcher.next().await, [31], "the next one completes it");
        assert_eq!(batcher.next().await, [32], "larger than a batch, and alone");
    }

    #[tokio::test]
    async fn one_item_that_is_larger_than_the_queue_takes_nothing_with_it() {
        let options = BatchOptions::default().with_max_queue_bytes(200).with_schedule_delay(Duration::MAX);
        let counts = Arc::new(Counts::default());
        let (queue, mut batcher) = channel(options, Arc::clone(&counts));
        for round in 0..2 {
            queue.offer("small", 1);
            queue.offer("large", 201);
            queue.offer("another large", usize::MAX);
            (0..8).for_each(|_| queue.offer("eighth", 24));
            assert_eq!(counts.report().dropped, round + 1, "one at a time");
            assert_eq!(batcher.next().await, ["small"], "nothing is waited for");
            assert_eq!(batcher.next().await, ["large"]);
            (0..8).for_each(|_| assert_eq!(batcher.take(), ["eighth"]));
        }
    }

    #[tokio::test]
    async fn a_batch_completed_while_waiting_wakes_the_batcher() {
        let options = BatchOptions::default().with_max_batch_size(2).with_schedule_delay(Duration::MAX);
        let (queue, mut batcher) = channel(options, Arc::default());
        let waiting = tokio::spawn(async move { batcher.next().await });
        tokio::task::yield_now().await;
        queue.offer('a', 1);
        queue.offer('b', 1);
        let batch = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert_eq!(batch.unwrap().unwrap(), ['a', 'b']);
    }

    #[test]
    fn what_does_not_fit_and_what_comes_too_late_is_counted_as_dropped() {
        let counts = Arc::new(Counts::default());
        let (queue, mut batcher) = channel(BatchOptions::default().with_max_queue_size(2), Arc::clone(&counts));
        (0..5).for_each(|item| queue.offer(item, 1));
        assert_eq!(batcher.take(), [0, 1], "the newest are dropped");
        batcher.close();
        queue.offer(5, 1);
        queue.refuse();
        queue.offer(6, 1);

        let report = counts.report();
        assert_eq!((report.accepted, report.dropped, report.unsent), (7, 5, 2));
    }
}
