//! Spans that a panic went through: they have failed, also where the panic is caught before they end.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tracing::{Subscriber, span::Id};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// Remembers of each span whether a panic left it. It stands before the layer that ends spans.
///
/// A runtime catches the panic of a task first and drops the task, and with it the span, afterwards: then nothing of the
/// panic is to be seen any more.
pub(crate) struct PanicLayer;

impl<S> Layer<S> for PanicLayer
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if thread::panicking()
            && let Some(span) = ctx.span(id)
        {
            SEEN.store(true, Ordering::Relaxed);
            span.extensions_mut().replace(Panicked);
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        // Nearly no process ever panics, so nearly no span is looked at.
        let panicked = SEEN.load(Ordering::Relaxed)
            && ctx.span(&id).is_some_and(|span| span.extensions().get::<Panicked>().is_some());
        CLOSING.set(panicked);
    }
}

/// Whether the span that this thread is ending was left by a panic. It answers once, for spans of other origin come too.
pub(crate) fn take_ending() -> bool {
    CLOSING.take()
}

struct Panicked;

static SEEN: AtomicBool = AtomicBool::new(false);

thread_local! {
    static CLOSING: Cell<bool> = const { Cell::new(false) };
}
