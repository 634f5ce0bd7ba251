//! Knowing our own threads, so that our transport's own events never become telemetry.

use std::{cell::Cell, mem};

use opentelemetry::Context;

/// Whether the current thread is one that exports telemetry.
///
/// A `tracing` layer that feeds telemetry must ignore everything from these threads,
/// or every export would cause another one. Unlike a filter by target name it hides nothing of the application.
pub fn on_export_thread() -> bool {
    EXPORTING.get()
}

/// Marks the current thread for the rest of its life.
pub(crate) fn mark_thread() {
    EXPORTING.set(true);
    // Suppression would end with this guard; the thread never records anything of its own.
    mem::forget(Context::enter_telemetry_suppressed_scope());
}

thread_local! {
    static EXPORTING: Cell<bool> = const { Cell::new(false) };
}
