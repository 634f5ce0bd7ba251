//! Whatever our own transport logs comes from threads that are marked as ours.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use telemetry_export::{BatchOptions, Export, Protocol, Target};
use telemetry_testkit::OtlpReceiver;
use tracing::{Event, Metadata, Subscriber, span};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Keeps the target of every span and event that does not come from a thread of ours, and counts the others.
#[derive(Clone, Default)]
struct Origins {
    ours: Arc<AtomicUsize>,
    strays: Arc<Mutex<Vec<String>>>,
}

impl Origins {
    fn note(&self, metadata: &Metadata<'_>) {
        if telemetry_export::on_export_thread() {
            self.ours.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let thread = thread::current().name().unwrap_or_default().to_owned();
        // The collector of this test, and the SDK on the thread that records.
        if thread != "otlp-receiver" && !metadata.target().starts_with("opentelemetry") {
            self.strays.lock().unwrap().push(format!("{} on {thread}", metadata.target()));
        }
    }
}

impl<S: Subscriber> Layer<S> for Origins {
    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        self.note(event.metadata());
    }

    fn on_new_span(&self, attrs: &span::Attributes<'_>, _id: &span::Id, _ctx: Context<'_, S>) {
        self.note(attrs.metadata());
    }
}

/// The only test of this program, because it installs the global subscriber.
#[test]
fn no_event_of_the_transport_comes_from_another_thread() {
    let origins = Origins::default();
    tracing_subscriber::registry().with(origins.clone()).init();
    let receiver = OtlpReceiver::start().unwrap();

    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        // By name, so that a name has to be looked up, which happens on another thread.
        let endpoint = match protocol {
            Protocol::Grpc => format!("http://localhost:{}", receiver.grpc_port()),
            Protocol::HttpProtobuf | Protocol::HttpJson => {
                format!("http://localhost:{}/v1/traces", receiver.http_port())
            }
        };
        let target = Target::new(protocol, &endpoint).unwrap();
        let export = Export::builder(Resource::builder_empty().build())
            .with_traces(target, BatchOptions::default())
            .start()
            .unwrap();
        let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
        drop(tracers.tracer("tests").start("work"));
        let report = export.shutdown(Duration::from_secs(30));
        assert_eq!(report.traces.unwrap().exported, 1, "{report:?}");
    }

    assert!(origins.ours.load(Ordering::Relaxed) > 0, "the transport logs something");
    let strays = origins.strays.lock().unwrap();
    assert!(strays.is_empty(), "{strays:?}");
}
