//! A bounded queue that holds its items in batches, ready to be taken.
//!
//! It knows nothing of threads or time; `tests/model.rs` runs it under every schedule that a model checker can think of.

use std::{
    collections::VecDeque,
    fmt::{self, Debug, Formatter},
};

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// Items in the order of their arrival.
pub(crate) struct Batches<T> {
    state: Mutex<State<T>>,
    limits: Limits,
}

/// How much is held. The number of items limits what they cost the collector, their size what they cost this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) items: usize,
    /// One item may be beyond it, alone in its batch.
    pub(crate) bytes: usize,
    /// A batch has at most so many items, and so many bytes unless it is one item alone.
    pub(crate) batch_items: usize,
    pub(crate) batch_bytes: usize,
}

struct State<T> {
    batches: VecDeque<Batch<T>>,
    items: usize,
    bytes: usize,
    /// Whether there is an item beyond the limit in bytes, which counts for nothing there.
    beyond: bool,
    open: bool,
}

struct Batch<T> {
    items: Vec<T>,
    bytes: usize,
    /// Whether it is the one item beyond the limit.
    beyond: bool,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    Queued,
    /// Queued, and a batch is complete now.
    BatchComplete,
    /// There is no room.
    Full,
    /// Nothing is taken in any more.
    Closed,
}

impl<T> Batches<T> {
    /// Every limit is at least 1, and those of a batch are at most as large as those of the queue.
    pub(crate) fn new(limits: Limits) -> Self {
        let state = State { batches: VecDeque::new(), items: 0, bytes: 0, beyond: false, open: true };
        Self { state: Mutex::new(state), limits }
    }

    /// Takes the item in or drops it; the lock is held for the move alone.
    pub(crate) fn offer(&self, item: T, bytes: usize) -> Offered {
        let mut state = self.state();
        // An item that is too large for what is left is dropped and not what comes after it. But one that is more than a
        // batch, and so goes out alone, is taken beyond the limit: else a queue with next to nothing in it had no room for
        // what is larger than the queue.
        let held = state.bytes.saturating_add(bytes);
        let within = held <= self.limits.bytes;
        let beyond = !within && bytes > self.limits.batch_bytes && !state.beyond;
        if !state.open || state.items == self.limits.items || !(within || beyond) {
            let refused = if state.open { Offered::Full } else { Offered::Closed };
            // What an item does when it is dropped must not happen under the lock.
            drop(state);
            drop(item);
            return refused;
        }
        state.items += 1;
        if beyond {
            state.beyond = true;
        } else {
            state.bytes = held;
        }
        let complete = match state.batches.back_mut().filter(|last| !self.is_full(last)) {
            Some(last) if last.bytes.saturating_add(bytes) <= self.limits.batch_bytes => {
                last.items.push(item);
                last.bytes += bytes;
                self.is_full(last)
            }
            open => {
                // An item that does not fit completes the batch before it.
                let completes = open.is_some();
                let first = Batch { items: vec![item], bytes, beyond };
                let full = self.is_full(&first);
                state.batches.push_back(first);
                completes || full
            }
        };
        if complete { Offered::BatchComplete } else { Offered::Queued }
    }

    /// The oldest batch, complete or not; empty when nothing is queued.
    pub(crate) fn take(&self) -> Vec<T> {
        let mut state = self.state();
        let Some(batch) = state.batches.pop_front() else { return Vec::new() };
        state.items -= batch.items.len();
        if batch.beyond {
            state.beyond = false;
        } else {
            state.bytes -= batch.bytes;
        }
        batch.items
    }

    pub(crate) fn has_complete_batch(&self) -> bool {
        let state = self.state();
        // Only the last one is still added to.
        state.batches.len() > 1 || state.batches.front().is_some_and(|first| self.is_full(first))
    }

    /// How many items wait.
    pub(crate) fn len(&self) -> usize {
        self.state().items
    }

    /// How many items may wait.
    pub(crate) fn capacity(&self) -> usize {
        self.limits.items
    }

    /// From now on nothing is taken in: what can be taken out afterwards is all there ever will be.
    pub(crate) fn close(&self) {
        self.state().open = false;
    }

    pub(crate) fn is_closed(&self) -> bool {
        !self.state().open
    }

    fn is_full(&self, batch: &Batch<T>) -> bool {
        batch.items.len() >= self.limits.batch_items || batch.bytes >= self.limits.batch_bytes
    }

    /// Nothing that can panic runs under the lock.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Debug for Batches<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("len", &self.len()).field("limits", &self.limits).finish()
    }
}
