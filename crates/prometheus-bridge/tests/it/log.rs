//! What is logged, by the thread that asks and those that work for it.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use telemetry_testkit::wait_until;
use tracing::{Event, Metadata, Subscriber, field, span};

/// What this crate logs meanwhile, one line per event.
pub(crate) fn logged(work: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), work);
    log.lines()
}

/// The same while nobody reads the log: whoever logs waits for the work to end.
pub(crate) fn logged_to_nobody(work: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let held = log.0.lock().unwrap();
    tracing::subscriber::with_default(log.clone(), work);
    drop(held);
    log.lines()
}

/// Remembers events, and spans as well, so that a test can say there were none.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// All there will be: every thread that had this as its subscriber has ended.
    fn lines(&self) -> Vec<String> {
        wait_until(Duration::from_secs(20), || (Arc::strong_count(&self.0) == 1).then_some(()))
            .expect("the threads that log end");
        self.0.lock().unwrap().clone()
    }

    fn push(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("prometheus_bridge")
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Vec::new();
        event.record(&mut |field: &field::Field, value: &dyn fmt::Debug| fields.push(format!("{field}={value:?}")));
        self.push(format!("{} {}", event.metadata().level(), fields.join(" ")));
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        self.push(format!("span {}", attributes.metadata().name()));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}
