//! The end that comes once: whoever is first brings it about, everybody else gets the first one's report.

use std::time::{Duration, Instant};

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub(crate) struct Ending<R> {
    state: Mutex<State<R>>,
    reported: Condvar,
}

#[derive(Clone, Copy, Debug)]
enum State<R> {
    NotYet,
    Begun,
    Reported(R),
}

impl<R: Copy> Ending<R> {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::new(State::NotYet), reported: Condvar::new() }
    }

    /// True for the first caller only, who then has to [`report`](Self::report).
    pub(crate) fn begin(&self) -> bool {
        let mut state = self.state();
        let first = matches!(*state, State::NotYet);
        if first {
            *state = State::Begun;
        }
        first
    }

    pub(crate) fn report(&self, report: R) {
        *self.state() = State::Reported(report);
        self.reported.notify_all();
    }

    /// The first one's report, if there is one in time.
    pub(crate) fn wait(&self, deadline: Instant) -> Option<R> {
        let mut state = self.state();
        loop {
            if let State::Reported(report) = *state {
                return Some(report);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return None;
            }
            state = self.reported.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
