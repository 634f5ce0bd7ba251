//! Foreign code that we call: it may panic, and it may record.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::atomic::{AtomicU64, Ordering},
};

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

static PANICS: AtomicU64 = AtomicU64::new(0);

/// How many callbacks of observable and run-time metrics panicked in this process.
///
/// Each one was contained: the others were called, and what it would have observed is missing from that collection.
pub fn callback_panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Calls foreign code, such as a callback: a panic of it ends here, and then there is no result.
///
/// Unlike [`std::panic::catch_unwind`] it tells panic hooks so, by [`is_contained`].
///
/// ```
/// assert_eq!(metrics_define::contained(|| 7), Some(7));
/// assert_eq!(metrics_define::contained(|| panic!("as expected")), None::<()>);
/// ```
pub fn contained<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = CONTAINED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        // What a panic carries may panic as well when it is dropped.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(payload)));
    });
    CONTAINED.set(before);
    outcome.ok()
}
/// Whether a panic of this thread would end in [`contained`], so that it is the end of nothing.
///
/// It is for panic hooks. Where panics abort, none is contained.
///
/// ```
/// assert!(!metrics_define::is_contained());
/// assert_eq!(metrics_define::contained(metrics_define::is_contained), Some(cfg!(panic = "unwind")));
/// ```
pub fn is_contained() -> bool {
    cfg!(panic = "unwind") && CONTAINED.get()
}

/// Runs a callback of a meter provider, in which no metric may make an instrument.
///
/// The SDK holds its lock while it calls back, and making an instrument takes the same lock: a metric that is recorded
/// for the first time inside a callback would wait for itself. Such a record is left out instead; metrics that were
/// recorded before are recorded as ever.
pub(crate) fn inside<R>(callback: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            RUNNING.set(self.0);
        }
    }
    let _restore = Restore(RUNNING.replace(true));
    callback()
}

pub(crate) fn is_running() -> bool {
    RUNNING.get()
}

/// Runs a callback of a collection; a panic ends here.
pub(crate) fn contain(callback: impl FnOnce()) {
    contain_panic(|| inside(callback));
}

/// Counts a panic.
pub(crate) fn contain_panic(callback: impl FnOnce()) {
    if contained(callback).is_none() {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }
}
