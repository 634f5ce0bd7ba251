//! What callbacks record for the first time, with the guarded provider that services use.
//! One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

#[path = "../../metrics-pipeline/tests/readers/somebody_elses.rs"]
mod somebody_elses;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use metrics_define::{ProblemKind, Recording, domain, install, problems};
use metrics_pipeline::{Collector, Pipeline, Value, guard, walk};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::{
    Resource,
    metrics::{data::ResourceMetrics, reader::MetricReader},
};

use crate::somebody_elses::Reader;

const DEADLINE: Duration = Duration::from_secs(20);

/// Test metrics
#[domain(title = "Test Metrics", prefixes = ["g"], crate = metrics_define)]
mod g {
    /// Asked for
    #[observable_gauge(name = "g.asked", unit = "{thing}", value = i64)]
    pub struct Asked;

    /// Counted by a callback
    #[counter(name = "g.counted", unit = "{thing}")]
    pub struct Counted {
        pub flag: bool,
    }

    /// A level that a callback sets
    #[updown_counter(name = "g.level", unit = "{thing}", absolute)]
    pub struct Level;

    /// Tracked by a callback
    #[updown_counter(name = "g.running", unit = "{thing}")]
    pub struct Running;

    /// Timed by a callback
    #[histogram(name = "g.time", unit = "s", buckets = [1.0])]
    pub struct Time;

    /// Counted by a callback of somebody else
    #[counter(name = "g.theirs", unit = "{thing}")]
    pub struct Theirs;

    /// Counted under the lock of the SDK
    #[counter(name = "g.locked", unit = "{thing}")]
    pub struct Locked;

    /// Counted under the lock of the SDK by a callback of somebody else
    #[counter(name = "g.locked.theirs", unit = "{thing}")]
    pub struct LockedTheirs;
}

#[test]
fn what_a_callback_records_first_is_recorded() {
    // Whatever waits for itself ends the test, and not only its thread.
    let (done, is_done) = mpsc::channel();
    let test = thread::spawn(move || {
        with_our_reader();
        with_somebody_elses_reader();
        done.send(()).unwrap();
    });
    let in_time = is_done.recv_timeout(DEADLINE);
    assert_ne!(in_time, Err(mpsc::RecvTimeoutError::Timeout), "a collection waits for itself");
    test.join().unwrap();
}

fn with_our_reader() {
    let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
    let provider = guard(provider, &collector);
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    let meter = provider.meter("theirs");
    let theirs = meter.u64_observable_gauge("theirs").with_callback(|_| g::Theirs.inc());
    theirs.build();
    let observing = g::Asked::observe(|observer| {
        g::Counted { flag: true }.add(5);
        g::Level.set(7);
        drop(g::Running.track());
        drop(g::Time.start_timer());
        observer.observe(1, g::Asked);
    });
    let first = ["g.asked 1", "g.counted 5", "g.level 7", "g.running 0", "g.theirs 1", "g.time 1"];
    assert_eq!(values(&collector), first, "in the very collection that asked");
    let second = ["g.asked 1", "g.counted 10", "g.level 7", "g.running 0", "g.theirs 2", "g.time 2"];
    assert_eq!(values(&collector), second);
    assert_eq!(problems(), []);
    drop(observing);
}

/// Such a reader makes the SDK call back under its lock, through the guard.
fn with_somebody_elses_reader() {
    let reader = Reader::default();
    let pipeline = Pipeline::builder(Resource::builder_empty().build()).with_reader(reader.clone());
    let (provider, collector) = pipeline.build();
    let provider = guard(provider, &collector);
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    let meter = provider.meter("theirs");
    let theirs = meter.u64_observable_gauge("locked").with_callback(|_| g::LockedTheirs.inc());
    theirs.build();
    let observing = g::Asked::observe(|observer| {
        g::Locked.inc();
        observer.observe(2, g::Asked);
    });
    assert_eq!(read(&reader), ["g.asked 2"]);
    let lost: Vec<_> =
        problems().iter().map(|it| (it.definition.map(|def| def.name), it.kind, it.measurements)).collect();
    let kind = ProblemKind::FirstInCallback;
    assert_eq!(lost, [(Some("g.locked"), kind, 1), (Some("g.locked.theirs"), kind, 1)]);
    assert_eq!(values(&collector), ["g.asked 2", "g.locked 1", "g.locked.theirs 1"]);
    // Known by now, also under the lock; there a sum is pending until the next collection.
    assert_eq!(read(&reader).len(), 3);
    assert_eq!(values(&collector), ["g.asked 2", "g.locked 3", "g.locked.theirs 3"]);
    assert_eq!(problems().len(), 2);
    drop(observing);
}

fn values(collector: &Collector) -> Vec<String> {
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    rendered(&collected)
}

fn read(reader: &Reader) -> Vec<String> {
    let mut collected = ResourceMetrics::default();
    reader.collect(&mut collected).unwrap();
    rendered(&collected)
}

fn rendered(collected: &ResourceMetrics) -> Vec<String> {
    let mut values = Vec::new();
    for metric in walk(collected) {
        metric.for_each_point(|point| match point.value {
            Value::Number(number) => values.push(format!("{} {}", metric.name, number.as_f64())),
            Value::Histogram(histogram) => values.push(format!("{} {}", metric.name, histogram.count)),
            Value::Exponential(_) => {}
        });
    }
    values.sort();
    values
}
