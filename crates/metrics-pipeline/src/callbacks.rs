//! Callbacks of observable instruments, run before a collection and outside of every lock of the SDK.

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use metrics_define::{ProviderLock, contained, run_callback};
use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Callback},
};

/// All guarded callbacks of one provider.
///
/// The SDK would run a callback inside its own lock: a panic there ends all metrics for good, and making an instrument
/// there never returns. So a callback observes into memory of ours, and what the SDK is given only copies from it.
#[derive(Default)]
pub(crate) struct Callbacks {
    callbacks: Mutex<Vec<Arc<dyn Run>>>,
    panics: Arc<AtomicU64>,
}

impl Callbacks {
    /// Runs every callback once. A callback may register further ones; those run as well.
    pub(crate) fn run(&self) {
        let mut at = 0;
        while let Some(callback) = self.get(at) {
            run_callback(ProviderLock::Free, || callback.run());
            at += 1;
        }
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    pub(crate) fn add<T: Send + 'static>(&self, name: &str, callback: Callback<T>) -> Arc<Observed<T>> {
        let observed = Arc::new(Observed::new(name, callback, Arc::clone(&self.panics)));
        lock(&self.callbacks).push(Arc::clone(&observed) as Arc<dyn Run>);
        observed
    }

    /// The lock is let go of before the callback runs.
    fn get(&self, at: usize) -> Option<Arc<dyn Run>> {
        lock(&self.callbacks).get(at).cloned()
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks").field("panics", &self.panics).finish_non_exhaustive()
    }
}

/// Reads the SDK after the callbacks ran, so that it need not run them again.
pub(crate) fn without_running<T>(read: impl FnOnce() -> T) -> T {
    let before = HAVE_RUN.replace(true);
    let result = read();
    HAVE_RUN.set(before);
    result
}

/// One callback and what it observed last.
pub(crate) struct Observed<T> {
    name: String,
    callback: Callback<T>,
    panics: Arc<AtomicU64>,
    state: Mutex<State>,
    finished: Condvar,
    latest: Mutex<Observations<T>>,
}

type Observations<T> = Vec<(T, Vec<KeyValue>)>;

#[derive(Default)]
struct State {
    running: bool,
    warned: bool,
}

trait Run: Send + Sync {
    fn run(&self);
}

thread_local! {
    /// Whether this thread has run the callbacks before it reads the SDK.
    static HAVE_RUN: Cell<bool> = const { Cell::new(false) };
}

impl<T: Send> Observed<T> {
    fn new(name: &str, callback: Callback<T>, panics: Arc<AtomicU64>) -> Self {
        Self {
            name: name.to_owned(),
            callback,
            panics,
            state: Mutex::default(),
            finished: Condvar::new(),
            latest: Mutex::default(),
        }
    }

    /// Observes again what the callback observed last.
    ///
    /// A reader that is not ours has not run the callback, so it is run here, where a panic is contained as well.
    pub(crate) fn replay(&self, instrument: &dyn AsyncInstrument<T>)
    where
        T: Copy,
    {
        if !HAVE_RUN.get() {
            run_callback(ProviderLock::Held, || self.run());
        }
        for (value, attributes) in &*lock(&self.latest) {
            instrument.observe(*value, attributes);
        }
    }

    /// Whether this thread may run the callback; if another does, it is given a moment to finish.
    fn begin(&self) -> bool {
        let mut state = lock(&self.state);
        if state.running {
            let waited = self.finished.wait_timeout_while(state, PATIENCE, |state| state.running);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            return false;
        }
        state.running = true;
        true
    }

    /// Says whether this is the first panic of the callback.
    fn end(&self, panicked: bool) -> bool {
        let mut state = lock(&self.state);
        state.running = false;
        let first = panicked && !state.warned;
        state.warned |= panicked;
        self.finished.notify_all();
        first
    }
}

impl<T: Send> Run for Observed<T> {
    fn run(&self) {
        if !self.begin() {
            return;
        }
        let observing = Observing(Mutex::default());
        let panicked = contained(|| (self.callback)(&observing)).is_none();
        let observations = observing.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Of a callback that panicked nothing is shown: half of its series would be a lie.
        *lock(&self.latest) = if panicked { Vec::new() } else { observations };
        if panicked {
            self.panics.fetch_add(1, Ordering::Relaxed);
        }
        if self.end(panicked) {
            tracing::warn!(
                "a callback of the observable instrument {:?} panicked; its values are missing as long as it does, all \
                 others are collected",
                self.name
            );
        }
    }
}

struct Observing<T>(Mutex<Observations<T>>);

impl<T: Send> AsyncInstrument<T> for Observing<T> {
    fn observe(&self, value: T, attributes: &[KeyValue]) {
        lock(&self.0).push((value, attributes.to_vec()));
    }
}

/// No foreign code runs under these locks, so what they hold is whole even if one is poisoned.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long a collection waits for a callback that another collection is running.
const PATIENCE: Duration = Duration::from_millis(250);
