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
    max_items: usize,
    max_batch: usize,
}

struct State<T> {
    batches: VecDeque<Vec<T>>,
    items: usize,
    open: bool,
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
    /// Both limits are at least 1, and a batch is at most as large as the queue.
    pub(crate) fn new(max_items: usize, max_batch: usize) -> Self {
        let state = State { batches: VecDeque::new(), items: 0, open: true };
        Self { state: Mutex::new(state), max_items, max_batch }
    }

    /// Takes the item in or drops it; the lock is held for the move alone.
    pub(crate) fn offer(&self, item: T) -> Offered {
        let mut state = self.state();
        if !state.open || state.items == self.max_items {
            let refused = if state.open { Offered::Full } else { Offered::Closed };
            // What an item does when it is dropped must not happen under the lock.
            drop(state);
            drop(item);
            return refused;
        }
        state.items += 1;
        let length = match state.batches.back_mut() {
            Some(last) if last.len() < self.max_batch => {
                last.push(item);
                last.len()
            }
            _ => {
                state.batches.push_back(vec![item]);
                1
            }
        };
        if length == self.max_batch { Offered::BatchComplete } else { Offered::Queued }
    }

    /// The oldest batch, complete or not; empty when nothing is queued.
    pub(crate) fn take(&self) -> Vec<T> {
        let mut state = self.state();
        let batch = state.batches.pop_front().unwrap_or_default();
        state.items -= batch.len();
        batch
    }

    pub(crate) fn has_complete_batch(&self) -> bool {
        self.state().batches.front().is_some_and(|first| first.len() == self.max_batch)
    }

    /// How many items wait.
    pub(crate) fn len(&self) -> usize {
        self.state().items
    }

    /// How many items may wait.
    pub(crate) fn capacity(&self) -> usize {
        self.max_items
    }

    /// From now on nothing is taken in: what can be taken out afterwards is all there ever will be.
    pub(crate) fn close(&self) {
        self.state().open = false;
    }

    pub(crate) fn is_closed(&self) -> bool {
        !self.state().open
    }

    /// Nothing that can panic runs under the lock.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Debug for Batches<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("len", &self.len()).field("capacity", &self.max_items).finish()
    }
}
