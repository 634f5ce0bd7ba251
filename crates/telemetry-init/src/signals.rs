//! Telemetry before a signal ends the process, for those who ask for it.

mod ignored;

use std::{
    fmt, io,
    pin::Pin,
    process,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
    iterator::Signals,
    low_level,
};

use self::ignored::not_ignored;
use crate::{
    guard::{Running, TelemetryGuard},
    report::ShutdownReport,
};

impl TelemetryGuard {
    /// From now on SIGTERM and SIGINT shut telemetry down within this time, on a thread of its own.
    ///
    /// What happens then is up to the caller: [`SignalWatch::detach`] lets the signal end the process as it would have,
    /// without the service doing anything; the service may also wait for it, by `.await` or by [`SignalWatch::wait`],
    /// finish its own work and return from `main`.
    /// A second signal always ends the process at once. After a fork or `exec` the child has its own signals.
    ///
    /// Call it once: each call watches by itself, and a watch that is detached ends the process without asking the others,
    /// so a `main` that waits for another one may not get to go on.
    ///
    /// A signal that the process ignores stays ignored, as SIGINT is for a program that a shell starts by `&`. That is
    /// known on Linux only; elsewhere such a signal is watched like the others. Where both are ignored the watch never
    /// completes.
    ///
    /// A service that ends gracefully on signals by its own means needs none of this: it shuts the guard down last.
    ///
    /// # Errors
    ///
    /// When the signals cannot be watched or the thread cannot be started. Then a signal ends the process as ever.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let telemetry = telemetry_init::init()?;
    /// telemetry.shutdown_on_signal(Duration::from_secs(5))?.detach();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn shutdown_on_signal(&self, within: Duration) -> io::Result<SignalWatch> {
        let armed = Arc::new(AtomicBool::new(false));
        self.watch(within, &armed).inspect_err(|_| {
            // What is registered already must not swallow a first signal that nobody will hear of.
            armed.store(true, Ordering::Release);
        })
    }

    fn watch(&self, within: Duration, armed: &Arc<AtomicBool>) -> io::Result<SignalWatch> {
        let watched = not_ignored(&WATCHED);
        for &signal in &watched {
            // In this order: what the first signal arms is the default action of the second.
            if is_init() {
                flag::register_conditional_shutdown(signal, exit_code(signal), Arc::clone(armed))?;
            } else {
                flag::register_conditional_default(signal, Arc::clone(armed))?;
            }
            flag::register(signal, Arc::clone(armed))?;
        }
        let mut signals = Signals::new(&watched)?;
        let (running, shared) = (Arc::clone(self.running()), Arc::new(Shared::default()));
        let watch = SignalWatch { shared: Arc::clone(&shared) };
        thread::Builder::new().name("otelier-signals".to_owned()).spawn(move || {
            if let Some(signal) = signals.forever().next() {
                shared.arrived(Signal::of(signal), &running, within);
            }
        })?;
        Ok(watch)
    }
}

/// A signal that is watched for; made by [`TelemetryGuard::shutdown_on_signal`].
///
/// It is a future that completes when the signal has come and telemetry is shut down.
/// Dropping it is the same as [`detach`](Self::detach): a signal that nobody waits for ends the process.
#[derive(Debug)]
#[must_use = "await it, wait for it, or detach it: while it is only held, a first signal ends nothing"]
pub struct SignalWatch {
    shared: Arc<Shared>,
}

impl SignalWatch {
    /// Leaves it to the signal to end the process, as it would have, once telemetry is shut down.
    pub fn detach(self) {
        drop(self);
    }

    /// Blocks until the signal has come and telemetry is shut down; for ever, where both signals are ignored.
    pub fn wait(self) -> Signalled {
        let mut state = self.shared.state();
        loop {
            if let Some(signalled) = state.signalled.take() {
                return signalled;
            }
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for SignalWatch {
    type Output = Signalled;

    fn poll(self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Signalled> {
        let mut state = self.shared.state();
        match state.signalled.take() {
            Some(signalled) => Poll::Ready(signalled),
            None => {
                state.waker = Some(ctx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        let already = {
            let mut state = self.shared.state();
            state.detached = true;
            state.signalled.take()
        };
        // A signal that came meanwhile, and that nobody will learn of any more.
        if let Some(signalled) = already {
            signalled.end_process();
        }
    }
}

/// A signal that has come, after which telemetry was shut down.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signalled {
    /// Which one.
    pub signal: Signal,
    /// What became of the telemetry.
    pub report: ShutdownReport,
}

impl Signalled {
    /// Ends the process as the signal would have done.
    ///
    /// The kernel does nothing to process 1, as a service in a container may be, by a signal's default action:
    /// there it exits with 128 and the signal's number, as shells and container runtimes report the signal itself.
    pub fn end_process(self) -> ! {
        let number = self.signal.number();
        if !is_init() {
            // It returns only if the signal's default action is not to end the process.
            let _ = low_level::emulate_default_handler(number);
        }
        process::exit(exit_code(number))
    }
}

/// A signal that asks a process to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// SIGINT: ctrl-c.
    Interrupt,
    /// SIGTERM: what container runtimes and service managers send.
    Terminate,
}

impl Signal {
    fn of(number: i32) -> Self {
        if number == SIGINT { Self::Interrupt } else { Self::Terminate }
    }

    fn number(self) -> i32 {
        match self {
            Self::Interrupt => SIGINT,
            Self::Terminate => SIGTERM,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    signalled: Option<Signalled>,
    detached: bool,
    waker: Option<Waker>,
}

impl Shared {
    fn arrived(&self, signal: Signal, running: &Running, within: Duration) {
        let signalled = Signalled { signal, report: running.shutdown(within) };
        let mut state = self.state();
        if state.detached {
            drop(state);
            signalled.end_process();
        }
        state.signalled = Some(signalled);
        let waker = state.waker.take();
        drop(state);
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_init() -> bool {
    process::id() == 1
}

fn exit_code(signal: i32) -> i32 {
    128 + signal
}

const WATCHED: [i32; 2] = [SIGTERM, SIGINT];
