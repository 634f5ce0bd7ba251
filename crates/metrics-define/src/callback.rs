//! Foreign code that we call: it may panic, and it may record.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::contained::contained;

/// What the current thread is doing.
#[derive(Clone, Copy)]
struct State {
    /// A provider asks for values without holding its lock.
    is_free: bool,
    /// A provider may hold its lock.
    is_locked: bool,
}

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State { is_free: false, is_locked: false }) };
}

static PANICS: AtomicU64 = AtomicU64::new(0);

/// How many callbacks panicked in this process: of observable and run-time metrics, and the listener to problems.
///
/// Each one was contained: the others were called, and what an observable one would have observed is missing from that
/// collection.
pub fn callback_panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Whether a meter provider holds its lock while it calls back: making an instrument takes the same lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderLock {
    /// The SDK calls back by itself. A metric that is recorded for the first time would wait for itself for ever, so it
    /// is left out and reported by [`problems`](crate::problems()).
    Held,
    /// The callback runs before the SDK is asked to collect: whatever it records is recorded.
    Free,
}

/// Runs one callback of a meter provider and says whether the provider's lock is held.
///
/// What nobody says this of is taken to be under the lock, if it is a callback of a metric that was defined with this
/// crate. `metrics-pipeline` calls this; call it yourself only when you run callbacks yourself.
///
/// ```
/// use metrics_define::{ProviderLock, run_callback};
///
/// let measured = run_callback(ProviderLock::Free, || 7);
/// assert_eq!(measured, 7);
/// ```
pub fn run_callback<R>(lock: ProviderLock, callback: impl FnOnce() -> R) -> R {
    match lock {
        ProviderLock::Held => inside(callback),
        ProviderLock::Free => in_state(State { is_free: true, ..STATE.get() }, callback),
    }
}

/// Runs what a meter provider may hold its lock for, so that no metric makes an instrument meanwhile.
pub(crate) fn inside<R>(run: impl FnOnce() -> R) -> R {
    in_state(State { is_free: false, is_locked: true }, run)
}

/// Whether no instrument may be made.
pub(crate) fn is_running() -> bool {
    STATE.get().is_locked
}

/// Runs the callbacks of a metric of ours, which a provider asks for; each panic ends at its own.
pub(crate) fn contain_each(callbacks: impl Iterator<Item = impl FnOnce()>) {
    let State { is_free, is_locked } = STATE.get();
    // What the callbacks call in turn is no business of the one who said that there is no lock.
    let state = State { is_free: false, is_locked: is_locked || !is_free };
    in_state(state, || callbacks.for_each(|callback| contain_panic(callback)));
}

fn in_state<R>(state: State, run: impl FnOnce() -> R) -> R {
    struct Restore(State);
    impl Drop for Restore {
        fn drop(&mut self) {
            STATE.set(self.0);
        }
    }
    let _restore = Restore(STATE.replace(state));
    run()
}

/// Counts a panic.
pub(crate) fn contain_panic(callback: impl FnOnce()) {
    if contained(callback).is_none() {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }
}
