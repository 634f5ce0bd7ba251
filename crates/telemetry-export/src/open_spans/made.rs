//! Spans that the application makes before OpenTelemetry begins them.

use std::{
    cell::Cell,
    sync::{Arc, atomic::Ordering},
};

use super::{OpenSpans, Start};

/// Counts spans as open from when the application makes them, for a layer that begins them later.
///
/// `tracing-opentelemetry` begins a span when it is first entered, needed as a parent, or closed: only then its processor
/// hears of it. A layer before it says with this handle that the span exists, and since when.
/// It comes from [`SpanQueue::open_spans`](crate::SpanQueue::open_spans).
#[derive(Clone, Debug)]
pub struct OpenSpansHandle {
    open: Arc<OpenSpans>,
}

impl OpenSpansHandle {
    pub(crate) fn new(open: Arc<OpenSpans>) -> Self {
        Self { open }
    }

    /// The application has made a span: it counts as open from now on, also if it is never entered.
    ///
    /// Whether it is sampled is decided when it begins, so until then every span counts.
    pub fn made(&self) -> MadeSpan {
        self.open.made.fetch_add(1, Ordering::Relaxed);
        MadeSpan { start: Start::now() }
    }

    /// A span that was made has begun: from now on its processor counts it, if it is sampled.
    ///
    /// Call it once for each [`made`](Self::made); without one it does nothing.
    pub fn begun(&self) {
        let less = |made: u64| made.checked_sub(1);
        let _ = self.open.made.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Whatever was to begin on this thread has done so, now or before.
    ///
    /// Call it after each [`MadeSpan::begins`], once the layer that begins spans has run.
    pub fn settle(&self) {
        BEGINNING.set(None);
    }
}

/// When a span was made that has not begun.
#[derive(Clone, Copy, Debug)]
pub struct MadeSpan {
    pub(super) start: Start,
}

impl MadeSpan {
    /// The span begins: the next one that this thread starts is it, and runs since it was made.
    pub fn begins(self) {
        BEGINNING.set(Some(self.start));
    }
}

/// When the span that begins on this thread was made, if somebody has said so.
pub(super) fn take_beginning() -> Option<Start> {
    BEGINNING.take()
}

thread_local! {
    static BEGINNING: Cell<Option<Start>> = const { Cell::new(None) };
}
