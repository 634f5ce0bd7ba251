//! The spans that have begun and not ended: how many there are, and how long each has really taken.

mod made;
mod sampled;

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use opentelemetry::{Context, SpanId, trace::TraceContextExt as _};
use opentelemetry_sdk::trace::SpanData;

pub(crate) use self::sampled::Sampled;
pub use self::{
    made::{MadeSpan, OpenSpansHandle},
    sampled::CountingSampler,
};

/// Spans under way, by their id.
///
/// The system clock may be set while a span runs; the monotonic clock, read at both ends, tells how long it took.
#[derive(Debug)]
pub(crate) struct OpenSpans {
    shards: [Mutex<Shard>; SHARDS],
    /// By what the sampler has decided, and by where the parent is.
    begun: [[AtomicU64; 3]; 3],
    /// Made by the application, and not begun yet.
    made: AtomicU64,
}

/// Where the parent of a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    None,
    Local,
    Remote,
}

#[derive(Debug, Default)]
struct Shard {
    starts: HashMap<u64, Start, BuildHasherDefault<RandomId>>,
    /// Those beyond the limit, which are only counted.
    untracked: u64,
}

#[derive(Clone, Copy, Debug)]
struct Start {
    clock: SystemTime,
    monotonic: Instant,
}

impl OpenSpans {
    pub(crate) fn begin(&self, id: SpanId, origin: Origin) {
        let start = made::take_beginning().unwrap_or_else(Start::now);
        self.count(Sampled::RecordAndSample, origin);
        let id = number(id);
        let mut shard = self.shard(id);
        if shard.starts.len() < TRACKED_PER_SHARD {
            shard.starts.insert(id, start);
        } else {
            shard.untracked += 1;
        }
    }

    /// A span has begun; one that is not sampled is only counted.
    pub(crate) fn count(&self, sampled: Sampled, origin: Origin) {
        self.begun[sampled as usize][origin as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets the span, and corrects its end if the system clock was set while it ran.
    pub(crate) fn end(&self, span: &mut SpanData) {
        let id = number(span.span_context.span_id());
        let start = {
            let mut shard = self.shard(id);
            let start = shard.starts.remove(&id);
            if start.is_none() {
                shard.untracked = shard.untracked.saturating_sub(1);
            }
            start
        };
        if let Some(start) = start {
            correct_end(span, start);
        }
        if span.end_time < span.start_time {
            span.end_time = span.start_time;
        }
    }

    /// Those that are under way for the application, also where OpenTelemetry has not heard of them.
    pub(crate) fn len(&self) -> u64 {
        self.live() + self.made.load(Ordering::Relaxed)
    }

    /// Those that have begun and are sampled.
    pub(crate) fn live(&self) -> u64 {
        let shards = self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner));
        shards.map(|shard| shard.starts.len() as u64 + shard.untracked).sum()
    }

    /// How many have begun since the start.
    pub(crate) fn begun(&self, sampled: Sampled, origin: Origin) -> u64 {
        self.begun[sampled as usize][origin as usize].load(Ordering::Relaxed)
    }

    fn shard(&self, id: u64) -> MutexGuard<'_, Shard> {
        let index = usize::try_from(id % SHARDS as u64).unwrap_or(0);
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for OpenSpans {
    fn default() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            begun: Default::default(),
            made: AtomicU64::default(),
        }
    }
}

impl Start {
    fn now() -> Self {
        Self { clock: SystemTime::now(), monotonic: Instant::now() }
    }
}

impl Origin {
    pub(crate) const ALL: [Self; 3] = [Self::None, Self::Local, Self::Remote];

    pub(crate) fn of_parent(ctx: &Context) -> Self {
        let parent = ctx.span();
        let parent = parent.span_context();
        match (parent.is_valid(), parent.is_remote()) {
            (false, _) => Self::None,
            (true, false) => Self::Local,
            (true, true) => Self::Remote,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

/// A span whose end was given by the application keeps it.
fn correct_end(span: &mut SpanData, start: Start) {
    let (now, took) = (SystemTime::now(), start.monotonic.elapsed());
    let expected = start.clock + took;
    if apart(now, expected) <= TOLERANCE {
        return;
    }
    // The clock was set in between. An end that it gave after that lies so far back from now.
    let Ok(ago) = now.duration_since(span.end_time) else { return };
    let is_now = ago <= TOLERANCE;
    // A span may close later than it was left, which is when `tracing` takes the time of its end.
    let was_left = ago <= took && is_clocks(span, start) && !is_between(span, expected);
    if is_now || was_left {
        span.end_time = (expected - ago).max(span.start_time);
        let ends = span.end_time;
        for event in &mut span.events.events {
            event.timestamp = event.timestamp.clamp(span.start_time, ends);
        }
    }
}

/// Whether the span's start is the clock's own time, and none that the application gives.
fn is_clocks(span: &SpanData, start: Start) -> bool {
    apart(span.start_time, start.clock) <= TOLERANCE
}

/// Whether the end is possible as it is.
fn is_between(span: &SpanData, expected: SystemTime) -> bool {
    span.start_time <= span.end_time && span.end_time <= expected
}

fn apart(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b).unwrap_or_else(|earlier| earlier.duration())
}

fn number(id: SpanId) -> u64 {
    u64::from_be_bytes(id.to_bytes())
}

/// Span ids are random already; the low bits pick the shard, so the others come first.
#[derive(Debug, Default)]
struct RandomId(u64);

impl Hasher for RandomId {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.rotate_right(SHARDS.trailing_zeros());
    }
}

const SHARDS: usize = 64;
/// A quarter of a million spans under way at most, which take some 12 MB.
const TRACKED_PER_SHARD: usize = 4096;
/// Clocks that are only slewed stay within this, and so does the time between a span's end and its processor.
const TOLERANCE: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests;
