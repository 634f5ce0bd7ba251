//! Spans from when `tracing` makes them: OpenTelemetry hears of a span only when it is first entered.
//!
//! A span that is held and was never entered is open all the same, and one that is entered late has run since it was made,
//! by a clock that nobody sets.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use opentelemetry::{
    Context as OtelContext,
    trace::{SpanBuilder, Tracer},
};
use opentelemetry_sdk::trace::{SdkTracer, Span};
use telemetry_export::{MadeSpan, OpenSpansHandle};
use tracing::{
    Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::{Layer, layer::Context};

/// The spans that are made and not begun; one for each registry, whose ids are its own.
#[derive(Clone)]
pub(super) struct MadeSpans {
    open: OpenSpansHandle,
    shards: Arc<[Mutex<Shard>; SHARDS]>,
}

/// In a map and not in the span's extensions, each of which is an allocation.
type Shard = HashMap<u64, MadeSpan, BuildHasherDefault<Spread>>;

impl MadeSpans {
    pub(super) fn new(open: OpenSpansHandle) -> Self {
        Self { open, shards: Arc::new(std::array::from_fn(|_| Mutex::default())) }
    }

    /// What stands before the layer that begins spans.
    pub(super) fn announce(&self) -> Announce {
        Announce(self.clone())
    }

    /// What stands behind it.
    pub(super) fn settle(&self) -> Settle {
        Settle(self.open.clone())
    }

    fn made(&self, id: &Id) {
        let made = self.open.made();
        self.shard(id).insert(id.into_u64(), made);
    }

    fn begins(&self, id: &Id) {
        let made = self.shard(id).remove(&id.into_u64());
        if let Some(made) = made {
            made.begins();
        }
    }

    fn shard(&self, id: &Id) -> MutexGuard<'_, Shard> {
        let index = usize::try_from(spread(id.into_u64()) % SHARDS as u64).unwrap_or(0);
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says of each span when it was made, just before it may begin.
pub(super) struct Announce(MadeSpans);

impl<S: Subscriber> Layer<S> for Announce {
    fn on_new_span(&self, attrs: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        self.0.made(id);
        // Its child needs it.
        if let Some(parent) = attrs.parent() {
            self.0.begins(parent);
        }
    }

    fn on_follows_from(&self, _: &Id, follows: &Id, _: Context<'_, S>) {
        self.0.begins(follows);
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        self.0.begins(id);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.0.begins(&id);
    }
}

/// Ends what [`Announce`] has said: a span that had begun already leaves its beginning to no other.
pub(super) struct Settle(OpenSpansHandle);

impl<S: Subscriber> Layer<S> for Settle {
    fn on_new_span(&self, attrs: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attrs.parent().is_some() {
            self.0.settle();
        }
    }

    fn on_follows_from(&self, _: &Id, _: &Id, _: Context<'_, S>) {
        self.0.settle();
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.0.settle();
    }

    fn on_close(&self, _: Id, _: Context<'_, S>) {
        self.0.settle();
    }
}

/// Begins spans, each of which was made before. Also those are counted here that no layer is told of: whoever asks for a
/// span's context begins it.
pub(super) struct Begins {
    pub(super) tracer: SdkTracer,
    pub(super) open: Option<OpenSpansHandle>,
}

impl Tracer for Begins {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &OtelContext) -> Span {
        let span = self.tracer.build_with_context(builder, parent);
        if let Some(open) = &self.open {
            open.begun();
        }
        span
    }
}

/// A registry's ids are places in memory: their lowest bits are alike in every thread.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = spread(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // Other bits than those that pick the shard.
        self.0 = spread(number).rotate_left(32);
    }
}

fn spread(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

const SHARDS: usize = 64;
