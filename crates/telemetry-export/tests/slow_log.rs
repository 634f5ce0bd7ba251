//! A log that nobody reads stops no export: what there is to say waits on a thread of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs,
    reason = "a test fails by panicking"
)]

#[path = "it/service.rs"]
mod service;

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use opentelemetry_sdk::{logs::SdkLoggerProvider, trace::SdkTracerProvider};
use telemetry_export::{BatchOptions, Export};
use telemetry_testkit::{OtlpReceiver, free_port, wait_until};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

use crate::service::{GRACE, NEVER, PATIENCE, PROTOCOLS, Service, resource, spans, target, watched};

/// Keeps the thread of whoever logs something of ours until it is let go, as a full pipe does.
struct Pipe {
    let_go: Mutex<mpsc::Receiver<()>>,
    threads: Arc<Mutex<Vec<String>>>,
}

impl<S: Subscriber> Layer<S> for Pipe {
    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        if event.metadata().target().starts_with("telemetry_export") {
            let name = thread::current().name().unwrap_or_default().to_owned();
            self.threads.lock().unwrap().push(name);
            // An error means that it has been let go for good.
            let _ = self.let_go.lock().unwrap().recv();
        }
    }
}

const WITHIN: Duration = Duration::from_secs(1);

/// The only test of this program, because it installs the global subscriber.
#[test]
fn a_log_that_takes_nothing_more_stops_no_signal() {
    let (let_go, waits) = mpsc::channel();
    let threads = Arc::<Mutex<Vec<String>>>::default();
    let pipe = Pipe { let_go: Mutex::new(waits), threads: Arc::clone(&threads) };
    tracing_subscriber::registry().with(pipe).init();
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let nowhere = format!("http://127.0.0.1:{}", free_port().unwrap());
        let (meters, collector) = metrics_pipeline::build(resource());
        let options = BatchOptions::default().with_schedule_delay(NEVER);
        let export = Export::builder(resource())
            .with_traces(target(protocol, &service::base(protocol, &receiver), "traces"), options)
            .with_metrics(target(protocol, &nowhere, "metrics"), collector, NEVER)
            .start()
            .unwrap();
        let processor = export.span_processor().unwrap();
        let tracers = SdkTracerProvider::builder().with_span_processor(processor).build();
        let loggers = SdkLoggerProvider::builder().build();
        let service = Service { export, tracers, loggers, meters };
        service.count_job();
        let heard = threads.lock().unwrap().len();
        service.export.flush(PATIENCE);
        wait_until(PATIENCE, || (threads.lock().unwrap().len() > heard).then_some(())).unwrap();

        service.record_spans(10);
        assert_eq!(spans(&service.export.flush(PATIENCE)), [10, 10, 0, 0, 0, 0], "{protocol:?}");
        service.record_spans(5);
        let (report, took) = watched(move || {
            let began = Instant::now();
            (service.export.shutdown(WITHIN), began.elapsed())
        });
        assert_eq!(spans(&report), [15, 15, 0, 0, 0, 0], "{protocol:?}");
        assert!(!report.timed_out, "all that there was has got its answer: {report:?}");
        assert!(took <= WITHIN + GRACE, "{took:?}");
        let_go.send(()).unwrap();
    }
    let threads = threads.lock().unwrap();
    assert!(threads.len() >= 3 && threads.iter().all(|name| name == "otelier-log"), "{threads:?}");
}
