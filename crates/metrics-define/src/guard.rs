//! Guards: what they started with is what they end with, whatever is installed meanwhile.

use std::{
    mem,
    panic::UnwindSafe,
    time::{Duration, Instant},
};

use crate::{
    expansion::{Histogram, Recorded, UpDownCounter},
    install,
    instrument::Instrument,
    resolved::{Found, KeptLabels, Resolved, Series},
    slot::Held,
    time_unit,
};

/// One more of something, until this is dropped: what `track()` of an up-down counter gives.
///
/// It takes back exactly what it added, from the same series of the same provider, on whatever thread it is dropped.
/// One made before a provider was installed does nothing, also afterwards.
#[must_use = "bind it to a name such as `_running`: `let _ = ..` would end it at once"]
#[derive(Debug)]
pub struct Tracked {
    handle: Handle<UpDownCounter>,
}

impl Tracked {
    pub(crate) fn start<M: Recorded<Instrument = UpDownCounter>>(metric: &M) -> Self {
        let mut handle = Handle::new(metric);
        handle.record(1);
        Self { handle }
    }

    pub(crate) fn start_bound(mut handle: Handle<UpDownCounter>) -> (Self, Option<&'static Series<UpDownCounter>>) {
        handle.record(1);
        let series = match &handle {
            Handle::Known(_, series) => Some(*series),
            _ => None,
        };
        (Self { handle }, series)
    }
}

/// An up-down counter that will be tracked while a future runs.
#[derive(Debug)]
pub struct Tracking {
    handle: Handle<UpDownCounter>,
}

impl Tracking {
    pub(crate) fn of<M: Recorded<Instrument = UpDownCounter>>(metric: &M) -> Self {
        Self { handle: Handle::new(metric) }
    }

    /// Adds one when the future is first polled, and takes it away when it ends or is dropped.
    pub async fn during<F: Future>(self, future: F) -> F::Output {
        let mut handle = self.handle;
        handle.record(1);
        let _tracked = Tracked { handle };
        future.await
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.handle.record(-1);
    }
}

/// A running clock that records the time since its start when it is dropped or stopped.
#[must_use = "bind it to a name such as `_timer`: `let _ = ..` would record at once"]
#[derive(Debug)]
pub struct Timer {
    handle: Handle<Histogram>,
    unit: &'static str,
    start: Instant,
}

impl Timer {
    pub(crate) fn start<M: Recorded<Instrument = Histogram>>(metric: &M) -> Self {
        Self { handle: Handle::new(metric), unit: M::DEF.unit, start: Instant::now() }
    }

    /// Records now, and says what was recorded.
    pub fn stop(mut self) -> Duration {
        self.record()
    }

    /// Ends without recording.
    pub fn discard(mut self) {
        self.handle = Handle::Off;
    }

    fn record(&mut self) -> Duration {
        let elapsed = self.start.elapsed();
        mem::replace(&mut self.handle, Handle::Off).record(time_unit::in_unit(elapsed, self.unit));
        elapsed
    }
}

/// A histogram that will be given the time that a future takes.
#[derive(Debug)]
pub struct Timing {
    handle: Handle<Histogram>,
    unit: &'static str,
}

impl Timing {
    pub(crate) fn of<M: Recorded<Instrument = Histogram>>(metric: &M) -> Self {
        Self { handle: Handle::new(metric), unit: M::DEF.unit }
    }

    /// Starts the clock when the future is first polled, and records when it ends or is dropped.
    pub async fn during<F: Future>(self, future: F) -> F::Output {
        let _timer = Timer { handle: self.handle, unit: self.unit, start: Instant::now() };
        future.await
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.record();
    }
}

// A guard is most useful where something may panic. All it does is one atomic addition in the SDK.
impl UnwindSafe for Tracked {}
impl UnwindSafe for Timer {}

/// A series of the provider that was installed when the guard was made.
#[derive(Debug)]
pub(crate) enum Handle<I: Instrument> {
    /// Nothing was installed, or the guard has ended.
    Off,
    /// A series that had been recorded before.
    Known(&'static Resolved<I>, &'static Series<I>),
    /// One that took in what is beyond a limit, which is counted.
    Beyond(&'static Resolved<I>, Found<'static, I>),
    /// One that had not been recorded, or one of a scope.
    New(Held<'static, I>, KeptLabels),
}

impl<I: Instrument> Handle<I> {
    fn new<M: Recorded<Instrument = I>>(metric: &M) -> Self {
        let generation = install::generation();
        if generation == 0 {
            return Self::Off;
        }
        let Some(held) = M::slot().resolved(generation) else { return Self::Off };
        if let Held::Process(resolved) = held
            && let Some(found) = resolved.found(metric)
        {
            return Self::known(resolved, found);
        }
        Self::New(held, KeptLabels::of(metric))
    }

    #[inline]
    fn known(resolved: &'static Resolved<I>, found: Found<'static, I>) -> Self {
        match found.exact() {
            Some(series) => Self::Known(resolved, series),
            None => Self::Beyond(resolved, found),
        }
    }

    fn record(&mut self, value: I::Value) {
        match self {
            Self::Off => {}
            Self::Known(resolved, series) => resolved.record(series, value),
            Self::Beyond(resolved, found) => resolved.record_found(*found, value),
            Self::New(Held::Scope(resolved), labels) => {
                resolved.record_kept(labels, value);
            }
            Self::New(Held::Process(resolved), labels) => {
                let resolved: &'static Resolved<I> = resolved;
                if let Some(found) = resolved.record_kept(labels, value) {
                    *self = Self::known(resolved, found);
                }
            }
        }
    }
}
