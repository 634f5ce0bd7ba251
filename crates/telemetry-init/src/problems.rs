//! What recording puts up with, logged when it first happens and summed up at the end.
//!
//! Whoever records is not made to log it: that thread may hold a lock which a layer of the subscriber wants, be in the
//! middle of such a layer, or have no time for a slow console. A thread that lives while there is something to say does.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use metrics_define::Problem;

static WAITING: Mutex<Waiting> = Mutex::new(Waiting { problems: VecDeque::new(), is_logged: false });

/// What waited has been logged.
static LOGGED: Condvar = Condvar::new();

/// One problem of each kind and metric at most.
struct Waiting {
    problems: VecDeque<Problem>,
    /// Whether there is a thread that logs them.
    is_logged: bool,
}

/// Has a problem logged soon, on another thread.
pub(crate) fn hear(problem: &Problem) {
    let mut waiting = waiting();
    waiting.problems.push_back(*problem);
    start(waiting);
}

/// Has logged what was not logged yet, and everything else with how often it happened by now; waits for nothing.
pub(crate) fn sum_up() {
    let counted = metrics_define::problems().into_iter().filter(|problem| problem.measurements > 1);
    let counted: Vec<_> = counted.collect();
    let same = |problem: &Problem, other: &Problem| {
        (problem.kind, problem.definition) == (other.kind, other.definition) && other.measurements > 1
    };
    let mut waiting = waiting();
    // What waited and was counted on since is said once.
    waiting.problems.retain(|problem| !counted.iter().any(|other| same(problem, other)));
    waiting.problems.extend(counted);
    if !waiting.problems.is_empty() {
        start(waiting);
    }
}

/// Waits until everything has been logged, or the console has not taken it in time.
pub(crate) fn wait_until_logged(deadline: Instant) {
    let left = deadline.saturating_duration_since(Instant::now());
    drop(LOGGED.wait_timeout_while(waiting(), left, |waiting| waiting.is_logged));
}

/// Starts the thread, if there is none.
fn start(mut waiting: MutexGuard<'_, Waiting>) {
    if waiting.is_logged {
        return;
    }
    waiting.is_logged = true;
    drop(waiting);
    if thread::Builder::new().name("otelier-problems".to_owned()).spawn(log_until_none_waits).is_err() {
        // It stays, for the next one that can start a thread.
        ended();
    }
}

fn ended() {
    waiting().is_logged = false;
    LOGGED.notify_all();
}

fn log_until_none_waits() {
    let logging = Logging;
    while let Some(problem) = next() {
        log(&problem);
    }
    drop(logging);
}

/// The next one; when there is none, whoever hears of one has to start another thread.
fn next() -> Option<Problem> {
    let mut waiting = waiting();
    let next = waiting.problems.pop_front();
    if next.is_none() {
        waiting.is_logged = false;
        LOGGED.notify_all();
    }
    next
}

fn log(problem: &Problem) {
    tracing::warn!(target: "telemetry_init", "{problem}");
}

fn waiting() -> MutexGuard<'static, Waiting> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A layer may panic: then the thread is gone, and the next problem starts another.
struct Logging;

impl Drop for Logging {
    fn drop(&mut self) {
        if thread::panicking() {
            ended();
        }
    }
}
