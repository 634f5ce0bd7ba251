//! Callbacks that see what a run-time metric records.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{callback, definition::MetricDef};

/// What a run-time metric has recorded.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Measurement<'m> {
    /// The metric.
    pub definition: &'static MetricDef,
    /// The value.
    pub value: f64,
    /// The label values, in the order of the definition.
    pub labels: &'m [&'m str],
}

/// The callbacks of one metric.
pub(super) struct Watchers {
    /// Read before the lock, so that a metric that nobody watches takes none.
    count: AtomicUsize,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    last: u64,
    callbacks: Vec<(u64, Arc<Callback>)>,
}

type Callback = dyn Fn(&Measurement<'_>) + Send + Sync;

impl Watchers {
    pub(super) const fn new() -> Self {
        Self { count: AtomicUsize::new(0), list: Mutex::new(List { last: 0, callbacks: Vec::new() }) }
    }

    pub(super) fn add(&'static self, callback: impl Fn(&Measurement<'_>) + Send + Sync + 'static) -> Watching {
        let mut list = self.list();
        list.last += 1;
        let id = list.last;
        list.callbacks.push((id, Arc::new(callback)));
        self.count.store(list.callbacks.len(), Ordering::Release);
        Watching { watchers: self, id: Some(id) }
    }

    /// Calls every callback, outside the lock; a panicking one does not keep the others from being called.
    pub(super) fn call(&self, measurement: &Measurement<'_>) {
        if self.count.load(Ordering::Acquire) == 0 {
            return;
        }
        let Some(_calling) = Calling::start() else { return };
        let callbacks: Vec<_> = self.list().callbacks.iter().map(|(_, callback)| Arc::clone(callback)).collect();
        for watcher in callbacks {
            callback::contain_panic(|| watcher(measurement));
        }
    }

    fn remove(&self, id: u64) {
        let removed = {
            let mut list = self.list();
            let at = list.callbacks.iter().position(|(there, _)| *there == id);
            let removed = at.map(|at| list.callbacks.swap_remove(at));
            self.count.store(list.callbacks.len(), Ordering::Release);
            removed
        };
        // What a callback owns is dropped outside the lock.
        drop(removed);
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A callback of a run-time metric: dropped, it is called no more.
#[must_use = "bind it to a name or `keep()` it: `let _ = ..` would end it at once"]
pub struct Watching {
    watchers: &'static Watchers,
    id: Option<u64>,
}

impl Watching {
    /// Calls back until the process ends.
    pub fn keep(mut self) {
        self.id = None;
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.watchers.remove(id);
        }
    }
}

/// A callback that records would otherwise be called for what it records, and so on for ever.
struct Calling;

thread_local! {
    static CALLING: Cell<bool> = const { Cell::new(false) };
}

impl Calling {
    /// `None` inside a callback.
    fn start() -> Option<Self> {
        (!CALLING.replace(true)).then_some(Self)
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        CALLING.set(false);
    }
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watchers").field("count", &self.count).finish_non_exhaustive()
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").finish_non_exhaustive()
    }
}
