//! What the application's log gets to read: one warning per fault and minute, its end, and never a secret.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use telemetry_export::{BatchOptions, Export, Headers, Protocol, Target};
use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver, wait_until};
use tracing::{Event, Level, Subscriber, field, span};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Our own messages, and everything that anybody on our threads logs at whatever level.
#[derive(Clone, Default)]
struct Log {
    own: Arc<Mutex<Vec<String>>>,
    everything: Arc<Mutex<String>>,
}

impl Log {
    /// What is said from now on, once there is something; a thread of its own says it.
    fn next(&self) -> Vec<String> {
        wait_until(PATIENCE, || Some(self.take()).filter(|lines| !lines.is_empty())).unwrap_or_default()
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.own.lock().unwrap())
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        if !telemetry_export::on_export_thread() {
            return;
        }
        let mut text = Fields::default();
        event.record(&mut text);
        let metadata = event.metadata();
        if metadata.target().starts_with("telemetry_export") && *metadata.level() <= Level::INFO {
            self.own.lock().unwrap().push(format!("{} {}", metadata.level(), text.0));
        }
        self.everything.lock().unwrap().push_str(&text.0);
    }

    fn on_new_span(&self, attrs: &span::Attributes<'_>, _id: &span::Id, _ctx: Context<'_, S>) {
        if telemetry_export::on_export_thread() {
            let mut text = Fields::default();
            attrs.record(&mut text);
            self.everything.lock().unwrap().push_str(&text.0);
        }
    }
}

#[derive(Default)]
struct Fields(String);

impl field::Visit for Fields {
    fn record_debug(&mut self, _field: &field::Field, value: &dyn Debug) {
        write!(self.0, "{value:?}").unwrap();
    }
}

/// While an export hangs, the queue overflows; the first drop is told then, and not when the export has ended.
fn drops_are_told_at_their_beginning_and_at_their_end(log: &Log, receiver: &OtlpReceiver, target: &Target) {
    receiver.hang();
    let options = BatchOptions::default().with_max_queue_size(4).with_max_batch_size(2);
    let export =
        Export::builder(Resource::builder_empty().build()).with_traces(target.clone(), options).start().unwrap();
    let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
    let tracer = tracers.tracer("tests");
    (0..100).for_each(|_| drop(tracer.start("work")));
    let began = log.next();
    assert!(
        began.len() == 1 && began[0].starts_with("WARN spans come faster or larger than they can be exported: "),
        "{began:?}"
    );

    receiver.answer();
    let ended = wait_until(PATIENCE, || {
        export.flush(PATIENCE);
        drop(tracer.start("work"));
        Some(log.take()).filter(|lines| !lines.is_empty())
    });
    let dropped = export.shutdown(PATIENCE).traces.unwrap().dropped;
    assert_eq!(ended.unwrap(), [format!("INFO no more spans are dropped; {dropped} were in all")]);
}

/// A collector that takes everything and complains all the same; its words are nowhere, which the end of the test shows.
fn a_warning_about_what_was_taken_is_told(log: &Log) {
    // Field 1 (partial success) holding field 2 (the message).
    let body = Bytes::from_static(b"\x0a\x10\x12\x0ec4nary-warning");
    let receiver = FaultReceiver::start(move |_| Fault::Answer(Response::new(body.clone()))).unwrap();
    let target = Target::new(Protocol::HttpProtobuf, receiver.endpoint()).unwrap();
    let export = Export::builder(Resource::builder_empty().build())
        .with_traces(target, BatchOptions::default())
        .start()
        .unwrap();
    let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
    for _ in 0..2 {
        drop(tracers.tracer("tests").start("work"));
        export.flush(PATIENCE);
    }
    let told = format!("WARN {} took all spans with a warning: its own log says which", receiver.endpoint());
    assert_eq!(log.next(), [told], "the second time within the minute is silent");
    assert_eq!(export.shutdown(PATIENCE).traces.unwrap().exported, 2);
}

const PATIENCE: Duration = Duration::from_secs(30);

/// The only test of this program, because it installs the global subscriber.
#[test]
fn faults_are_told_once_and_secrets_never() {
    let log = Log::default();
    tracing_subscriber::registry().with(log.clone()).init();
    a_warning_about_what_was_taken_is_told(&log);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let receiver = OtlpReceiver::start().unwrap();
        let base = match protocol {
            Protocol::Grpc => receiver.grpc_endpoint(),
            Protocol::HttpProtobuf | Protocol::HttpJson => receiver.http_endpoint(),
        };
        let mut headers = Headers::default();
        headers.insert("authorization", "Bearer c4nary-header").unwrap();
        let target = Target::new(protocol, &format!("{base}/v1/traces?token=c4nary-query")).unwrap();
        let target = target.with_headers(headers);
        let export = Export::builder(Resource::builder_empty().build())
            .with_traces(target.clone(), BatchOptions::default())
            .start()
            .unwrap();
        let tracers = SdkTracerProvider::builder().with_span_processor(export.span_processor().unwrap()).build();
        let tracer = tracers.tracer("tests");
        let send = |count: u32| {
            (0..count).for_each(|_| drop(tracer.start("work")));
            export.flush(Duration::from_secs(30));
        };

        receiver.reject(3);
        send(5);
        send(5);
        let rejected = format!("WARN {base} rejected 3 spans and took the rest: its own log says why");
        assert_eq!(log.next(), [rejected], "the second time within the minute is silent");

        drops_are_told_at_their_beginning_and_at_their_end(&log, &receiver, &target);

        receiver.stop();
        send(2);
        send(2);
        let [failed] = log.next().try_into().unwrap();
        assert!(failed.starts_with(&format!("WARN 2 spans could not be exported to {base}: no answer: ")), "{failed}");
        assert!(failed.contains("Connection refused"), "{failed}");

        let back = OtlpReceiver::start_on(receiver.grpc_port(), receiver.http_port()).unwrap();
        send(1);
        send(1);
        assert_eq!(log.next(), [format!("INFO exporting spans to {base} works again")]);
        assert_eq!(back.received().requests.traces.headers["authorization"], "Bearer c4nary-header");
    }
    let everything = log.everything.lock().unwrap();
    assert!(everything.len() > 1_000, "the transport's own logging was seen: {}", everything.len());
    assert!(!everything.contains("c4nary"), "{everything}");
    assert_eq!(log.take(), [""; 0], "nothing was said twice");
}
