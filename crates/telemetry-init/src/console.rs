//! The console exporters: spans, metrics and log records as lines on standard output.
//!
//! For looking, not for parsing. A thread of its own writes, so that an output that nobody reads stops no caller.

mod line;

use std::{
    collections::VecDeque,
    fmt,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use metrics_pipeline::Collector;
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogProcessor, SdkLogRecord},
    metrics::data::ResourceMetrics,
    trace::SpanData,
};

/// How many lines may wait; further ones are dropped, and their number is printed.
const LINES: usize = 4096;

/// How much memory waiting lines may take, as in the queues of the export. A longer one is taken while nothing waits.
const BYTES: usize = 16 << 20;

/// The printing thread's handle; it also is the log processor.
#[derive(Clone)]
pub(crate) struct Console(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    /// What these lines take, and those that are being printed.
    bytes: usize,
    dropped: u64,
    /// How often a flush was asked for, and how many of them are done.
    asked: u64,
    done: u64,
    stop: bool,
    ended: bool,
}

/// The metrics to print, and how often.
pub(crate) struct Metrics {
    pub(crate) collector: Collector,
    pub(crate) interval: Duration,
}

impl Console {
    /// Starts the thread `otelier-console`.
    pub(crate) fn start(metrics: Option<Metrics>) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let printer = Printer { shared: Arc::clone(&shared), metrics, collected: ResourceMetrics::default() };
        thread::Builder::new().name("otelier-console".to_owned()).spawn(move || printer.run())?;
        Ok(Self(shared))
    }

    pub(crate) fn span(&self, span: &SpanData) {
        self.offer(line::span(span));
    }

    /// Prints what was there until now, metrics as well; says whether that was done in time.
    pub(crate) fn flush(&self, deadline: Instant) -> bool {
        let mut state = self.0.lock();
        state.asked += 1;
        let asked = state.asked;
        self.0.changed.notify_all();
        let state = self.0.wait(state, deadline, |state| state.done < asked && !state.ended);
        state.done >= asked || state.ended
    }

    /// Prints the rest and ends the thread; says whether that was done in time.
    pub(crate) fn stop(&self, deadline: Instant) -> bool {
        let mut state = self.0.lock();
        state.stop = true;
        self.0.changed.notify_all();
        self.0.wait(state, deadline, |state| !state.ended).ended
    }

    fn offer(&self, line: String) {
        let mut state = self.0.lock();
        let room = state.bytes == 0 || state.bytes.saturating_add(line.capacity()) <= BYTES;
        if state.lines.len() >= LINES || !room || state.stop {
            state.dropped += 1;
            return;
        }
        state.bytes += line.capacity();
        state.lines.push_back(line);
        self.0.changed.notify_all();
    }
}

impl LogProcessor for Console {
    fn emit(&self, record: &mut SdkLogRecord, _: &InstrumentationScope) {
        self.offer(line::log_record(record));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        // The guard stops it, when all signals are done.
        Ok(())
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Console")
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(
        &self,
        state: MutexGuard<'s, State>,
        until: Instant,
        waiting: impl Fn(&State) -> bool,
    ) -> MutexGuard<'s, State> {
        let left = until.saturating_duration_since(Instant::now());
        self.changed.wait_timeout_while(state, left, |state| waiting(state)).unwrap_or_else(PoisonError::into_inner).0
    }
}

struct Printer {
    shared: Arc<Shared>,
    metrics: Option<Metrics>,
    collected: ResourceMetrics,
}

/// Without metrics there is nothing to do at any particular time.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// An interval that was set too short in code must not become a busy loop.
const SHORTEST: Duration = Duration::from_millis(10);

impl Printer {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let interval = self.metrics.as_ref().map_or(NEVER, |metrics| metrics.interval.max(SHORTEST));
        let mut due = Instant::now() + interval;
        loop {
            let idle = |state: &State| state.lines.is_empty() && state.done == state.asked && !state.stop;
            let mut state = shared.wait(shared.lock(), due, idle);
            let (lines, dropped) = (std::mem::take(&mut state.lines), std::mem::take(&mut state.dropped));
            let (asked, stop) = (state.asked, state.stop);
            let flush = asked > state.done;
            drop(state);

            for line in lines {
                print(&line);
                shared.lock().bytes -= line.capacity();
            }
            if dropped > 0 {
                print(&format!("console   {dropped} lines were dropped: standard output is too slow\n"));
            }
            let now = Instant::now();
            if now >= due || flush || stop {
                due = now + interval;
                self.print_metrics();
            }
            let mut state = shared.lock();
            state.done = asked;
            state.ended = stop;
            shared.changed.notify_all();
            if stop {
                return;
            }
        }
    }

    fn print_metrics(&mut self) {
        let Some(metrics) = &self.metrics else { return };
        if metrics.collector.collect(&mut self.collected).is_ok() {
            print(&line::metrics(&self.collected));
        }
    }
}

/// A reader that went away is no reason to complain.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::{BYTES, Console, LINES};

    #[test]
    fn what_waits_is_limited_by_lines_and_by_memory() {
        // Nobody prints.
        let console = Console(<_>::default());
        let megabyte = "x".repeat(1 << 20);
        (0..100).for_each(|_| console.offer(megabyte.clone()));
        let state = console.0.lock();
        assert_eq!((state.lines.len(), state.bytes, state.dropped), (16, BYTES, 84));
        drop(state);

        let console = Console(<_>::default());
        (0..LINES + 7).for_each(|_| console.offer("x".to_owned()));
        assert_eq!(console.0.lock().dropped, 7);

        let console = Console(<_>::default());
        console.offer("x".repeat(BYTES + 1));
        console.offer("x".to_owned());
        let state = console.0.lock();
        assert_eq!((state.lines.len(), state.dropped), (1, 1), "a long line is taken alone");
    }
}
