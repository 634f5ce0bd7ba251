//! What we say to the application's log, on a thread that no export waits for.
//!
//! A subscriber may take any time: it may write to a pipe that nobody reads. The export thread, which serves all signals,
//! only leaves its lines here; a thread that lives while there is something to say takes them to the log.

use std::{
    collections::VecDeque,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tracing::{info, warn};

use crate::{
    flag,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// One for each export; all its signals share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announcer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    silent: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<Line>,
    /// How many found no room since the last ones that did.
    left_out: u64,
    /// Whether there is a thread that takes the lines to the log.
    speaking: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    Warning(String),
    Information(String),
}

impl Announcer {
    /// Never waits for the log.
    pub(crate) fn warn(&self, text: String) {
        self.say(Line::Warning(text));
    }

    /// Never waits for the log.
    pub(crate) fn inform(&self, text: String) {
        self.say(Line::Information(text));
    }

    /// Waits until everything has been said, but no longer than until then.
    pub(crate) fn finish(&self, until: Instant) {
        // The thread that speaks would wait for itself.
        if flag::on_export_thread() {
            return;
        }
        self.speak();
        let left = until.saturating_duration_since(Instant::now());
        self.shared.wait(left);
    }

    fn say(&self, line: Line) {
        self.shared.state().take_in(line);
        self.speak();
    }

    fn speak(&self) {
        if !self.shared.state().begin_to_speak() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        if thread::Builder::new().name(NAME.to_owned()).spawn(move || shared.speak()).is_err() {
            // The lines stay for the next one who can start a thread.
            self.shared.end_of_speech();
        }
    }
}

impl Shared {
    fn speak(&self) {
        flag::mark_thread();
        let speech = Speech(self);
        while let Some(line) = self.next() {
            match line {
                Line::Warning(text) => warn!("{text}"),
                Line::Information(text) => info!("{text}"),
            }
        }
        drop(speech);
    }

    /// The next line; when there is none, whoever has one starts another thread.
    fn next(&self) -> Option<Line> {
        let mut state = self.state();
        let next = state.take_out();
        if next.is_none() {
            state.speaking = false;
            self.silent.notify_all();
        }
        next
    }

    fn wait(&self, within: Duration) {
        drop(self.silent.wait_timeout_while(self.state(), within, |state| state.speaking));
    }

    fn end_of_speech(&self) {
        self.state().speaking = false;
        self.silent.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_in(&mut self, line: Line) {
        if self.lines.len() < MOST {
            self.lines.push_back(line);
        } else {
            self.left_out += 1;
        }
    }

    fn take_out(&mut self) -> Option<Line> {
        self.lines.pop_front().or_else(|| match std::mem::take(&mut self.left_out) {
            0 => None,
            lines => Some(Line::Warning(format!("{lines} lines about exporting were left out: this log was too slow"))),
        })
    }

    /// True when there is something to say and nobody who says it; the caller has to see to that then.
    fn begin_to_speak(&mut self) -> bool {
        let begins = !self.speaking && !self.lines.is_empty();
        self.speaking |= begins;
        begins
    }
}

/// A subscriber may panic: then the thread is gone, and the next line starts another.
struct Speech<'a>(&'a Shared);

impl Drop for Speech<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end_of_speech();
        }
    }
}

const NAME: &str = "otelier-log";
/// How many lines may wait. Each kind of fault has one a minute and signal, so more are of a log that has stopped.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::{Line, MOST, State};

    #[test]
    fn beyond_a_limit_lines_are_only_counted() {
        let mut state = State::default();
        assert!(!state.begin_to_speak(), "there is nothing to say");
        (0..MOST + 5).for_each(|line| state.take_in(Line::Information(line.to_string())));
        assert!(state.begin_to_speak());
        assert!(!state.begin_to_speak(), "somebody does");
        for line in 0..MOST {
            assert_eq!(state.take_out(), Some(Line::Information(line.to_string())));
        }
        let left_out = "5 lines about exporting were left out: this log was too slow".to_owned();
        assert_eq!(state.take_out(), Some(Line::Warning(left_out)));
        assert_eq!(state.take_out(), None);
    }
}
