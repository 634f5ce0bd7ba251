//! Callbacks that panic, hang, or make instruments.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use metrics_pipeline::{Collector, GuardedMeterProvider, Metric, Number, Pipeline, Value, build, guard, walk};
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use opentelemetry_sdk::{
    Resource,
    metrics::{data::ResourceMetrics, reader::MetricReader},
};

use crate::somebody_elses::Reader;

const DEADLINE: Duration = Duration::from_secs(20);

fn pipeline() -> (GuardedMeterProvider, Collector) {
    let (provider, collector) = build(Resource::builder_empty().build());
    (guard(provider, &collector), collector)
}

/// Collects on a thread of its own, so that a deadlock fails the test and does not hang it.
fn collect(collector: &Collector) -> Vec<(String, Number)> {
    let (collected, result) = mpsc::channel();
    let collector = collector.clone();
    thread::spawn(move || {
        let mut metrics = ResourceMetrics::default();
        collector.collect(&mut metrics).unwrap();
        let mut values: Vec<_> = walk(&metrics).flat_map(|metric| numbers(&metric)).collect();
        values.sort_by(|a, b| a.0.cmp(&b.0));
        collected.send(values).unwrap();
    });
    result.recv_timeout(DEADLINE).expect("collecting hangs")
}

fn numbers(metric: &Metric<'_>) -> Vec<(String, Number)> {
    let mut numbers = Vec::new();
    metric.for_each_point(|point| match point.value {
        Value::Number(number) => numbers.push((metric.name.to_owned(), number)),
        Value::Histogram(histogram) => numbers.push((metric.name.to_owned(), Number::U64(histogram.count))),
        Value::Exponential(histogram) => numbers.push((metric.name.to_owned(), Number::U64(histogram.count))),
    });
    numbers
}

fn named<const N: usize>(values: [(&str, Number); N]) -> Vec<(String, Number)> {
    values.map(|(name, number)| (name.to_owned(), number)).to_vec()
}

#[test]
fn every_kind_of_instrument_passes_through() {
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    meter.u64_counter("c.u64").with_unit("{x}").with_description("d").build().add(1, &[]);
    meter.f64_counter("c.f64").build().add(1.5, &[]);
    meter.i64_up_down_counter("u.i64").build().add(-1, &[]);
    meter.f64_up_down_counter("u.f64").build().add(-1.5, &[]);
    meter.u64_gauge("g.u64").build().record(2, &[]);
    meter.i64_gauge("g.i64").build().record(-2, &[]);
    meter.f64_gauge("g.f64").build().record(2.5, &[]);
    meter.u64_histogram("h.u64").with_boundaries(vec![1.0]).build().record(3, &[]);
    meter.f64_histogram("h.f64").build().record(3.5, &[]);
    let _ = meter.u64_observable_counter("oc.u64").with_callback(|c| c.observe(4, &[])).build();
    let _ = meter.f64_observable_counter("oc.f64").with_callback(|c| c.observe(4.5, &[])).build();
    let _ = meter.i64_observable_up_down_counter("ou.i64").with_callback(|c| c.observe(-4, &[])).build();
    let _ = meter.f64_observable_up_down_counter("ou.f64").with_callback(|c| c.observe(-4.5, &[])).build();
    let _ = meter.u64_observable_gauge("og.u64").with_callback(|g| g.observe(5, &[])).build();
    let _ = meter.i64_observable_gauge("og.i64").with_callback(|g| g.observe(-5, &[])).build();
    let _ = meter.f64_observable_gauge("og.f64").with_callback(|g| g.observe(5.5, &[])).build();
    let expected = named([
        ("c.f64", Number::F64(1.5)),
        ("c.u64", Number::U64(1)),
        ("g.f64", Number::F64(2.5)),
        ("g.i64", Number::I64(-2)),
        ("g.u64", Number::U64(2)),
        ("h.f64", Number::U64(1)),
        ("h.u64", Number::U64(1)),
        ("oc.f64", Number::F64(4.5)),
        ("oc.u64", Number::U64(4)),
        ("og.f64", Number::F64(5.5)),
        ("og.i64", Number::I64(-5)),
        ("og.u64", Number::U64(5)),
        ("ou.f64", Number::F64(-4.5)),
        ("ou.i64", Number::I64(-4)),
        ("u.f64", Number::F64(-1.5)),
        ("u.i64", Number::I64(-1)),
    ]);
    assert_eq!(collect(&collector), expected);
    assert_eq!(collect(&collector), expected, "the second collection");
}

#[test]
fn descriptions_units_and_boundaries_pass_through() {
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    let histogram = meter.f64_histogram("h").with_unit("s").with_description("d").with_boundaries(vec![0.5]);
    histogram.build().record(0.25, &[]);
    let gauge = meter.f64_observable_gauge("g").with_unit("1").with_description("e");
    let _ = gauge.with_callback(|gauge| gauge.observe(1.0, &[])).build();
    let mut collected = ResourceMetrics::default();
    collector.collect(&mut collected).unwrap();
    for metric in walk(&collected) {
        let expected = if metric.name == "h" { ("s", "d") } else { ("1", "e") };
        assert_eq!((metric.unit, metric.description), expected);
        metric.for_each_point(|point| {
            if let Value::Histogram(histogram) = point.value {
                assert_eq!((histogram.bounds, histogram.bucket_counts), (&[0.5][..], &[1, 0][..]));
            }
        });
    }
}

#[test]
fn a_panicking_callback_is_counted_and_the_others_go_on() {
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    let _ = meter
        .u64_observable_gauge("half")
        .with_callback(|gauge| {
            gauge.observe(1, &[]);
            resume_unwind(Box::new("as this test wants"))
        })
        .build();
    let _ = meter
        .u64_observable_gauge("both")
        .with_callback(|_| resume_unwind(Box::new("as this test wants")))
        .with_callback(|gauge| gauge.observe(2, &[]))
        .build();
    for collection in 1..=3 {
        assert_eq!(collect(&collector), named([("both", Number::U64(2))]));
        assert_eq!(collector.callback_panics(), 2 * collection);
    }
}

#[test]
fn a_panic_that_panics_again_when_it_is_forgotten_is_one_as_well() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            resume_unwind(Box::new("as this test wants, again"));
        }
    }
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    let _ = meter.u64_observable_gauge("broken").with_callback(|_| resume_unwind(Box::new(Bomb))).build();
    let _ = meter.u64_observable_gauge("good").with_callback(|gauge| gauge.observe(2, &[])).build();
    for collection in 1..=2 {
        assert_eq!(collect(&collector), named([("good", Number::U64(2))]));
        assert_eq!(collector.callback_panics(), collection);
    }
}

#[test]
fn a_callback_may_make_and_record_instruments() {
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    let inner = provider.meter("b");
    let _ = meter
        .u64_observable_gauge("outer")
        .with_callback(move |gauge| {
            inner.u64_counter("inner").build().add(1, &[]);
            gauge.observe(1, &[]);
        })
        .build();
    assert_eq!(collect(&collector), named([("inner", Number::U64(1)), ("outer", Number::U64(1))]));
}

#[test]
fn a_callback_may_collect() {
    let (provider, collector) = pipeline();
    let own = collector.clone();
    let _ = provider
        .meter("a")
        .u64_observable_gauge("outer")
        .with_callback(move |gauge| {
            own.collect(&mut ResourceMetrics::default()).unwrap();
            gauge.observe(1, &[]);
        })
        .build();
    assert_eq!(collect(&collector), named([("outer", Number::U64(1))]));
}

#[test]
fn a_hanging_callback_holds_up_one_collection_and_keeps_its_last_value() {
    let (provider, collector) = pipeline();
    let meter = provider.meter("a");
    let (release, released) = mpsc::channel::<()>();
    let (entered, entering) = mpsc::channel();
    let released = Mutex::new(released);
    let calls = Arc::new(Mutex::new(0_u64));
    let _ = meter
        .u64_observable_gauge("slow")
        .with_callback(move |gauge| {
            let call = {
                let mut calls = calls.lock().unwrap();
                *calls += 1;
                *calls
            };
            if call == 2 {
                entered.send(()).unwrap();
                // Ends when the test lets go of the sender.
                let _ = released.lock().unwrap().recv_timeout(DEADLINE);
            }
            gauge.observe(call, &[KeyValue::new("k", "v")]);
        })
        .build();
    let counter = meter.u64_counter("quick").build();
    counter.add(1, &[]);

    assert_eq!(collect(&collector), named([("quick", Number::U64(1)), ("slow", Number::U64(1))]));
    let held = thread::spawn({
        let collector = collector.clone();
        move || collect(&collector)
    });
    entering.recv_timeout(DEADLINE).unwrap();
    counter.add(1, &[]);
    assert_eq!(collect(&collector), named([("quick", Number::U64(2)), ("slow", Number::U64(1))]));
    drop(release);
    assert_eq!(held.join().unwrap(), named([("quick", Number::U64(2)), ("slow", Number::U64(2))]));
}

/// As an exporter of somebody else's does, which knows nothing of the guard.
#[test]
fn a_reader_of_somebody_elses_runs_the_callbacks_itself() {
    let reader = Reader::default();
    let (provider, collector) =
        Pipeline::builder(Resource::builder_empty().build()).with_reader(reader.clone()).build();
    let meter = guard(provider.clone(), &collector).meter("a");
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let _ = meter
        .u64_observable_gauge("g")
        .with_callback(move |gauge| gauge.observe(counted.fetch_add(1, Ordering::Relaxed) + 1, &[]))
        .build();
    let _ =
        meter.u64_observable_gauge("broken").with_callback(|_| resume_unwind(Box::new("as this test wants"))).build();
    let mut metrics = ResourceMetrics::default();
    reader.collect(&mut metrics).unwrap();
    let values: Vec<_> = walk(&metrics).flat_map(|metric| numbers(&metric)).collect();
    assert_eq!(values, named([("g", Number::U64(1))]));
    assert_eq!(collect(&collector), named([("g", Number::U64(2))]), "once per collection");
    assert_eq!(collector.callback_panics(), 2);
}
