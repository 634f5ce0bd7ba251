//! Telemetry before a panic ends the process, for those who ask for it.

use std::{
    panic,
    sync::{Arc, Mutex, Weak},
    thread,
    time::{Duration, Instant},
};

use metrics_define::is_contained;
use telemetry_export::on_export_thread;

use crate::guard::{Running, TelemetryGuard};

impl TelemetryGuard {
    /// From now on every panic exports what was recorded before it, within this time, on the thread that panics.
    ///
    /// It is for programs whose panics end the process, by `panic = "abort"` or in `main`; elsewhere the guard does it.
    /// The panic hook that was set before still runs first. A storm of panics exports once a second, and the panic of a
    /// callback of ours, which ends nothing, not at all.
    /// Spans that are open at the panic have not ended and are not exported by this.
    /// A thread that is panicking already cannot ask for it, and gets the guard back as it is.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// let _telemetry = telemetry_init::init()?.with_panic_flush(Duration::from_secs(2));
    /// # Ok::<(), telemetry_init::InitError>(())
    /// ```
    pub fn with_panic_flush(self, within: Duration) -> Self {
        let flush = PanicFlush { running: Arc::downgrade(self.running()), within, last: Mutex::new(None) };
        // The hook cannot be changed by a thread that panics: trying to would abort the process.
        if thread::panicking() {
            return self;
        }
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            earlier(info);
            flush.run();
        }));
        self
    }
}

struct PanicFlush {
    /// A hook lives as long as the process, and must not keep telemetry from ending.
    running: Weak<Running>,
    within: Duration,
    last: Mutex<Option<Instant>>,
}

impl PanicFlush {
    fn run(&self) {
        // Our own thread would wait for itself, and what is contained ends nothing.
        if on_export_thread() || is_contained() {
            return;
        }
        let Some(running) = self.running.upgrade() else { return };
        // Whoever finds it locked panics while another panic is being flushed.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_none_or(|last| last.elapsed() >= PAUSE) {
            running.flush(self.within);
            *last = Some(Instant::now());
        }
    }
}

const PAUSE: Duration = Duration::from_secs(1);
