//! Callbacks of the application that hang, or want something of the export while it collects.

use std::{
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use metrics_pipeline::Pipeline;
use opentelemetry::metrics::{AsyncInstrument, MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{SdkMeterProvider, Temporality},
    trace::SpanProcessor as _,
};
use telemetry_export::{Export, Protocol, Target};
use telemetry_testkit::OtlpReceiver;

use crate::service::{GRACE, NEVER, PATIENCE, PROTOCOLS, Service, points, spans, watched};

#[test]
fn a_thread_stuck_in_a_callback_holds_up_nobody() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let (entered, stuck) = mpsc::channel();
    let callback_gate = Arc::clone(&gate);
    service
        .meter()
        .u64_observable_gauge("stuck")
        .with_callback(move |_| {
            entered.send(()).ok();
            let (open, changed) = &*callback_gate;
            drop(changed.wait_timeout_while(open.lock().unwrap(), PATIENCE, |open| !*open).unwrap());
        })
        .build();
    service.export.flush(Duration::from_millis(50));
    stuck.recv_timeout(PATIENCE).unwrap();
    service.record_spans(3);
    let (report, took) = watched(move || {
        let started = Instant::now();
        let report = service.export.shutdown(Duration::from_millis(200));
        (report, started.elapsed())
    });
    assert_eq!(spans(&report), [3, 3, 0, 0, 0, 0], "the spans do not wait for the metrics");
    assert!(report.timed_out);
    assert_eq!(report.failed_collections, 2, "that of the flush and the last one");
    assert!(took <= Duration::from_millis(200) + GRACE, "{took:?}");
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
}

#[test]
fn metrics_go_on_without_a_callback_that_hangs() {
    let receiver = OtlpReceiver::start().unwrap();
    let (meters, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let guarded = metrics_pipeline::guard(meters.clone(), &collector);
    let target = Target::new(Protocol::HttpProtobuf, &format!("{}/v1/metrics", receiver.http_endpoint())).unwrap();
    let export = Export::builder(Resource::builder_empty().build())
        .with_metrics(target, collector, Duration::from_millis(50))
        .start()
        .unwrap();
    let (entered, stuck) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let meter = guarded.meter("tests");
    meter
        .u64_observable_gauge("hanging")
        .with_callback(move |_| {
            entered.send(()).ok();
            // Until the test ends.
            released.lock().unwrap().recv().ok();
        })
        .build();
    stuck.recv_timeout(PATIENCE).unwrap();
    // The one that runs it is given up.
    assert!(export.flush(Duration::from_millis(100)).timed_out);
    meter.u64_counter("later").build().add(41, &[]);
    receiver.expect(PATIENCE, "the counter, by push", |received| received.sum("later", &[]).to_string() == "41");
    drop(release);
    export.shutdown(PATIENCE);
}

/// A service whose guarded callback hangs in its first collection, and which is then told something.
struct Hanging {
    receiver: OtlpReceiver,
    export: Arc<Export>,
    provider: SdkMeterProvider,
    /// The callback returns when this is dropped.
    _release: mpsc::Sender<()>,
}

impl Hanging {
    fn start(interval: Duration) -> Self {
        let receiver = OtlpReceiver::start().unwrap();
        let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
        let guarded = metrics_pipeline::guard(provider.clone(), &collector);
        let target = Target::new(Protocol::HttpProtobuf, &format!("{}/v1/metrics", receiver.http_endpoint())).unwrap();
        let export = Export::builder(Resource::builder_empty().build())
            .with_metrics(target, collector, interval)
            .start()
            .unwrap();
        let export = Arc::new(export);
        let (entered, stuck) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let callback = move |_: &dyn AsyncInstrument<u64>| {
            entered.send(()).ok();
            released.lock().unwrap().recv().ok();
        };
        guarded.meter("tests").u64_observable_gauge("hanging").with_callback(callback).build();
        if interval == NEVER {
            let export = Arc::clone(&export);
            thread::spawn(move || export.flush(PATIENCE));
        }
        stuck.recv_timeout(PATIENCE).unwrap();
        provider.meter("tests").u64_counter("later").build().add(41, &[]);
        Self { receiver, export, provider, _release: release }
    }

    fn later(&self) -> String {
        self.receiver.received().sum("later", &[]).to_string()
    }
}

#[test]
fn a_collection_that_hangs_leaves_the_flush_and_the_shutdown_another_one() {
    let hanging = Hanging::start(Duration::from_millis(20));
    let flushed = hanging.export.flush(PATIENCE);
    assert_eq!((flushed.timed_out, flushed.failed_collections, hanging.later().as_str()), (false, 1, "41"));
    hanging.provider.meter("tests").u64_counter("later").build().add(1, &[]);
    let report = hanging.export.shutdown(PATIENCE);
    assert_eq!((report.timed_out, hanging.later().as_str()), (false, "42"));
    points(&report);
}

#[test]
fn a_flush_that_hangs_leaves_the_shutdown_another_collection() {
    let hanging = Hanging::start(NEVER);
    // Far sooner than the flush would give up.
    let report = hanging.export.shutdown(Duration::from_secs(10));
    assert_eq!((report.timed_out, report.failed_collections, hanging.later().as_str()), (false, 1, "41"));
}

#[test]
fn what_a_collection_that_was_given_up_has_collected_meanwhile_goes_out_at_the_end() {
    let receiver = OtlpReceiver::start().unwrap();
    let pipeline = Pipeline::builder(Resource::builder_empty().build());
    let (provider, _scraped, pushed) = pipeline.build_with_second(Temporality::Delta);
    let guarded = metrics_pipeline::guard(provider.clone(), &pushed).meter("tests");
    let target = Target::new(Protocol::HttpProtobuf, &format!("{}/v1/metrics", receiver.http_endpoint())).unwrap();
    let builder = Export::builder(Resource::builder_empty().build());
    let export = builder.with_metrics(target, pushed, Duration::from_millis(20)).start().unwrap();

    let [(entered, stuck), (release, released), (read, has_read)] = [(); 3].map(|()| mpsc::channel::<()>());
    let [released, has_read] = [released, has_read].map(Mutex::new);
    let hanging = move |_: &dyn AsyncInstrument<u64>| {
        entered.send(()).ok();
        released.lock().unwrap().recv_timeout(PATIENCE).ok();
    };
    guarded.u64_observable_gauge("hanging").with_callback(hanging).build();
    stuck.recv_timeout(PATIENCE).unwrap();
    // The shutdown's own collection lets the first one go on, and waits until that has read the differences.
    let releasing = move |_: &dyn AsyncInstrument<u64>| {
        release.send(()).ok();
        has_read.lock().unwrap().recv_timeout(PATIENCE).ok();
    };
    guarded.u64_observable_gauge("releasing").with_callback(releasing).build();
    let meter = provider.meter("tests");
    let reading = move |_: &dyn AsyncInstrument<u64>| {
        read.send(()).ok();
    };
    meter.u64_observable_gauge("reading").with_callback(reading).build();
    meter.u64_counter("later").build().add(41, &[]);

    let report = watched(move || export.shutdown(Duration::from_secs(10)));
    assert_eq!((report.timed_out, report.failed_collections), (false, 1), "{report:?}");
    points(&report);
    assert_eq!(receiver.received().sum("later", &[]).to_string(), "41");
}

#[test]
fn a_collection_that_hangs_in_the_sdk_itself_ends_the_metrics_and_the_report_says_so() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Service::start(PROTOCOLS[0], &receiver);
    service.count_job();
    assert_eq!(points(&service.export.flush(PATIENCE)), [1, 1, 0, 0, 0, 0]);
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let callback = move |_: &dyn AsyncInstrument<u64>| {
        released.lock().unwrap().recv().ok();
    };
    service.meter().u64_observable_gauge("hanging").with_callback(callback).build();
    let (service, report, took) = watched(move || {
        let started = Instant::now();
        let report = service.export.shutdown(Duration::from_millis(300));
        (service, report, started.elapsed())
    });
    assert_eq!((report.timed_out, report.failed_collections), (true, 1));
    assert_eq!(points(&report), [1, 1, 0, 0, 0, 0], "the last complete data is what was sent before");
    assert!(took < Duration::from_millis(300) + GRACE, "{took:?}");
    drop((release, service));
}

#[test]
fn a_callback_that_flushes_does_not_wait_for_itself() {
    let receiver = OtlpReceiver::start().unwrap();
    let service = Arc::new(Service::start(PROTOCOLS[1], &receiver));
    let (sent, answers) = mpsc::channel();
    let inner = Arc::downgrade(&service);
    service
        .meter()
        .u64_observable_gauge("flushing")
        .with_callback(move |_| {
            let Some(service) = inner.upgrade() else { return };
            let timed_out = service.export.flush(PATIENCE).timed_out;
            let refused = service.export.span_processor().unwrap().force_flush().is_err();
            sent.send((timed_out, refused, telemetry_export::on_export_thread())).ok();
        })
        .build();
    let flushing = Arc::clone(&service);
    watched(move || flushing.export.flush(PATIENCE));
    assert_eq!(answers.recv_timeout(PATIENCE), Ok((true, true, true)));
    assert!(!telemetry_export::on_export_thread());
}
