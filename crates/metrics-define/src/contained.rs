//! Foreign code whose panics end where it was called, and how a panic hook can tell.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
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
