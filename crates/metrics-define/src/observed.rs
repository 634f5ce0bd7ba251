//! Observable metrics: measured by callbacks when they are collected, for as long as their registration is kept.

mod collection;
mod observer;
mod scoped;
mod value;

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use opentelemetry::metrics::AsyncInstrument;

use crate::{
    callback,
    definition::MetricDef,
    engine,
    install::{self, Source},
    registry,
    stream::Stream,
};
use collection::Collection;
pub use observer::Observer;
pub(crate) use observer::{observe, set_info};
use scoped::Remove;
pub use value::ObservedValue;

/// Every observable metric that was ever registered: a later installation takes them over.
static REGISTERED: Mutex<Vec<&'static dyn Attach>> = Mutex::new(Vec::new());

/// The place of an observable metric in the process: its callbacks, and the installation that calls them.
pub struct Observations<V: ObservedValue> {
    def: &'static MetricDef,
    state: Mutex<State<V>>,
}

struct State<V> {
    /// The installation whose instrument calls the callbacks; 0 before the first.
    generation: usize,
    last: u64,
    callbacks: Vec<(u64, Arc<Callback<V>>)>,
}

type Callback<V> = dyn Fn(&Collection<'_, V>) + Send + Sync;

impl<V: ObservedValue> Observations<V> {
    /// No callback yet.
    pub const fn new(def: &'static MetricDef) -> Self {
        Self { def, state: Mutex::new(State { generation: 0, last: 0, callbacks: Vec::new() }) }
    }

    /// Adds a callback, which is called at every collection until what this gives is dropped.
    pub(crate) fn add(&'static self, callback: Arc<Callback<V>>) -> Observing {
        if let Some(scoped) = scoped::of(self) {
            let id = scoped.add(callback);
            return Observing { metric: Registration::Scope(self.def, scoped), id: Some(id) };
        }
        let id = {
            let mut state = self.state();
            state.last += 1;
            let id = state.last;
            state.callbacks.push((id, callback));
            id
        };
        self.register(id);
        Observing { metric: Registration::Process(self), id: Some(id) }
    }

    /// Makes this the only callback; no collection sees the moment between the old ones and this.
    pub(crate) fn replace(&'static self, callback: Arc<Callback<V>>) {
        if let Some(scoped) = scoped::of(self) {
            scoped.replace(callback);
            return;
        }
        let (id, replaced) = {
            let mut state = self.state();
            state.last += 1;
            let id = state.last;
            (id, mem::replace(&mut state.callbacks, vec![(id, callback)]))
        };
        // What a callback owns is dropped outside the lock.
        drop(replaced);
        self.register(id);
    }

    fn register(&'static self, id: u64) {
        if id == 1 {
            registered().push(self);
        }
        attach_all();
    }

    /// No lock is held while foreign code runs, so that it may register, unregister and record.
    fn run(&self, generation: usize, stream: &Stream, instrument: &dyn AsyncInstrument<V>) {
        let callbacks: Vec<Arc<Callback<V>>> = {
            let state = self.state();
            if state.generation != generation {
                return;
            }
            state.callbacks.iter().map(|(_, callback)| Arc::clone(callback)).collect()
        };
        let collection = Collection::new(self.def, stream, instrument);
        callback::contain_each(callbacks.iter().map(|callback| || callback(&collection)));
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: ObservedValue> fmt::Debug for Observations<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observations").field("metric", &self.def.name).finish_non_exhaustive()
    }
}

/// Makes the instrument of a metric, which calls back with what the provider's view has made of it.
fn build<V: ObservedValue>(
    def: &'static MetricDef,
    source: &Source,
    run: impl Fn(&Stream, &dyn AsyncInstrument<V>) + Send + Sync + 'static,
) {
    registry::enter(def);
    let meter = source.meter(def);
    let stream = Arc::new(OnceLock::new());
    let made = Arc::clone(&stream);
    // Another thread may collect before this one knows what was made.
    let run = move |instrument: &dyn AsyncInstrument<V>| match made.get() {
        Some(stream) => run(stream, instrument),
        None => run(&Stream::of(def), instrument),
    };
    let ((), viewed) = Stream::made(def, || V::build(&meter, def, run));
    let _ = stream.set(viewed);
}

/// A metric that takes part in installations, whatever its type of value.
trait Attach: Sync {
    /// Makes the instrument of the installation, unless it has one or nobody observes.
    fn attach(&'static self, generation: usize, source: &Source);

    fn remove(&self, id: u64);

    fn def(&self) -> &'static MetricDef;
}

impl<V: ObservedValue> Attach for Observations<V> {
    fn attach(&'static self, generation: usize, source: &Source) {
        {
            let mut state = self.state();
            if state.generation >= generation || state.callbacks.is_empty() {
                return;
            }
            state.generation = generation;
        }
        build(self.def, source, move |stream, instrument| self.run(generation, stream, instrument));
    }

    fn remove(&self, id: u64) {
        let removed = {
            let mut state = self.state();
            let at = state.callbacks.iter().position(|(there, _)| *there == id);
            at.map(|at| state.callbacks.swap_remove(at))
        };
        // What a callback owns is dropped outside the lock.
        drop(removed);
    }

    fn def(&self) -> &'static MetricDef {
        self.def
    }
}

/// Gives every registered metric an instrument of the installed provider, and returns when all of them have it.
///
/// Not where a provider may hold its lock, which making an instrument takes.
pub(crate) fn attach_all() {
    if callback::is_running() {
        return;
    }
    if !install::is_on() {
        return;
    }
    let _one_at_a_time = ATTACHING.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((generation, source)) = install::current() else { return };
    let metrics = registered().clone();
    // The provider is foreign code as well, and what it registers must not wait for this.
    callback::inside(|| {
        engine::attach(generation, &source);
        for metric in metrics {
            metric.attach(generation, &source);
        }
    });
}

/// Held by the thread that makes instruments, so that no other one takes a metric for attached that is not yet.
static ATTACHING: Mutex<()> = Mutex::new(());

fn registered() -> MutexGuard<'static, Vec<&'static dyn Attach>> {
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A registered callback: dropped, it is called no more.
///
/// A collection that runs on another thread at that moment may still finish its call.
#[must_use = "bind it to a name or `keep()` it: `let _ = ..` would end the observation at once"]
pub struct Observing {
    metric: Registration,
    id: Option<u64>,
}

/// Where a callback is registered.
enum Registration {
    Process(&'static dyn Attach),
    Scope(&'static MetricDef, Arc<dyn Remove>),
}

impl Observing {
    /// Observes until the process ends.
    pub fn keep(mut self) {
        self.id = None;
    }
}

impl Drop for Observing {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            match &self.metric {
                Registration::Process(metric) => metric.remove(id),
                Registration::Scope(_, metric) => metric.remove(id),
            }
        }
    }
}

impl fmt::Debug for Observing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let def = match &self.metric {
            Registration::Process(metric) => metric.def(),
            Registration::Scope(def, _) => def,
        };
        f.debug_struct("Observing").field("metric", &def.name).finish_non_exhaustive()
    }
}
