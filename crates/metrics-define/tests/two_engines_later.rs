//! Two versions of the engine in one program: the one that is installed hears of the one that records later.
//! One test, because the list of engines is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use metrics_define::{ProblemKind, Recording, callback_panics, install, on_problem, problems};
use opentelemetry::metrics::noop::NoopMeterProvider;

/// A plug-in that was built with another version
#[metrics_define::domain(title = "Plug-in Metrics", crate = metrics_define_second)]
mod plugin {
    /// Counted
    #[counter(name = "plugin.counted", unit = "{thing}")]
    pub struct Counted;
}

static TOLD: AtomicUsize = AtomicUsize::new(0);

#[test]
fn an_installation_hears_of_the_version_that_records_later() {
    on_problem(|_| {
        TOLD.fetch_add(1, Ordering::Relaxed);
        // As a log does that counts its lines, and fails at it.
        plugin::Counted.inc();
        std::panic::resume_unwind(Box::new("on purpose"));
    });
    let _installation = install(Arc::new(NoopMeterProvider::new()), Recording::Unbound);
    assert!(problems().is_empty(), "a version that does nothing loses nothing");

    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| plugin::Counted.inc());
        }
    });
    let kinds: Vec<_> = problems().iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::AnotherEngine { version: "99.0.0" }]);
    assert_eq!((TOLD.load(Ordering::Relaxed), callback_panics()), (1, 1), "said once, and the caller never noticed");
}
