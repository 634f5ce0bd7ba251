//! The callbacks of an observable metric in a scope.

use std::{
    mem, ptr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    callback, engine, install,
    observed::{Callback, Collection, Observations, ObservedValue},
    scope::{self, Scope},
};

/// What can be unregistered, whatever its type of value.
pub(super) trait Remove: Send + Sync {
    fn remove(&self, id: u64);
}

/// The callbacks in one scope.
pub(super) struct Scoped<V>(Mutex<Callbacks<V>>);

struct Callbacks<V> {
    last: u64,
    list: Vec<(u64, Arc<Callback<V>>)>,
}

/// The metric's callbacks in the scope that the calling code is in; `None` outside of any.
pub(super) fn of<V: ObservedValue>(metric: &'static Observations<V>) -> Option<Arc<Scoped<V>>> {
    if !install::is_scoped(install::generation()) || callback::is_running() {
        return None;
    }
    let scope = scope::current()?;
    engine::attach_in_scope();
    // The scope has the provider, which has the callback: this one must not have the scope.
    let of = scope.downgrade();
    let state = scope.state(ptr::from_ref(metric).addr(), |source| {
        let scoped = Arc::new(Scoped(Mutex::new(Callbacks { last: 0, list: Vec::new() })));
        let callbacks = Arc::clone(&scoped);
        super::build(metric.def, source, move |stream, instrument| {
            // Whoever collects: what the callbacks record belongs to the scope.
            let scope = of.upgrade();
            let _inside = scope.as_ref().map(Scope::enter);
            callbacks.run(&Collection::new(metric.def, stream, instrument));
        });
        scoped
    })?;
    Some(Arc::clone(&state))
}

impl<V: ObservedValue> Scoped<V> {
    pub(super) fn add(&self, callback: Arc<Callback<V>>) -> u64 {
        let mut callbacks = self.callbacks();
        callbacks.last += 1;
        let id = callbacks.last;
        callbacks.list.push((id, callback));
        id
    }

    pub(super) fn replace(&self, callback: Arc<Callback<V>>) {
        let replaced = {
            let mut callbacks = self.callbacks();
            callbacks.last += 1;
            let id = callbacks.last;
            mem::replace(&mut callbacks.list, vec![(id, callback)])
        };
        // What a callback owns is dropped outside the lock.
        drop(replaced);
    }

    fn run(&self, collection: &Collection<'_, V>) {
        let list: Vec<_> = self.callbacks().list.iter().map(|(_, callback)| Arc::clone(callback)).collect();
        callback::contain_each(list.iter().map(|run| || run(collection)));
    }

    fn callbacks(&self) -> MutexGuard<'_, Callbacks<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: ObservedValue> Remove for Scoped<V> {
    fn remove(&self, id: u64) {
        let removed = {
            let mut callbacks = self.callbacks();
            let at = callbacks.list.iter().position(|(there, _)| *there == id);
            at.map(|at| callbacks.list.swap_remove(at))
        };
        drop(removed);
    }
}
