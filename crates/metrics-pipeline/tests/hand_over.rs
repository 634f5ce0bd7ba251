//! Sums that are pending until a collection: every reader of the provider has all of them, whatever stands around.
//! One test, because the installation is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

#[path = "readers/somebody_elses.rs"]
mod somebody_elses;

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use metrics_define::{HAND_OVER_SCOPE, Recording, definition, domain, install};
use metrics_pipeline::{Collector, Pipeline, Value, guard, walk};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::{
    Resource,
    metrics::{
        Aggregation, Instrument, SdkMeterProvider, Stream, Temporality, data::ResourceMetrics, reader::MetricReader,
    },
};

use crate::somebody_elses::Reader;

const DEADLINE: Duration = Duration::from_secs(20);

/// Test metrics
#[domain(title = "Pending Metrics", prefixes = ["p"], crate = metrics_define)]
mod p {
    /// Counted
    #[counter(name = "p.counted", unit = "{thing}")]
    pub struct Counted {
        pub large: bool,
    }

    /// Counted by name
    #[counter(name = "p.named", unit = "{thing}")]
    pub struct Named<'a> {
        #[label(max_values = 4)]
        pub name: &'a str,
    }

    /// Running
    #[updown_counter(name = "p.running", unit = "{thing}")]
    pub struct Running;
}

/// Test metrics
#[domain(title = "Zero Metrics", prefixes = ["z"], crate = metrics_define)]
mod z {
    /// Shown from the start
    #[counter(name = "z.shown", unit = "{thing}", zero)]
    pub struct Shown {
        pub large: bool,
    }
}

type Values = Vec<(&'static str, f64)>;

#[test]
fn every_reader_has_everything() {
    three_readers_see_the_same();
    no_view_is_asked_and_none_can_lose_a_sum();
    what_a_callback_counts_is_in_its_collection();
    somebody_elses_reader_has_what_a_callback_counts_one_collection_later();
    a_callback_that_hangs_keeps_no_sum_back();
    an_old_installation_hands_over_to_its_own_provider();
    concurrent_collections_see_what_was_recorded_before_them();
    a_sum_that_a_view_makes_a_histogram_of_has_each_measurement();
}

fn builder() -> Pipeline {
    Pipeline::builder(Resource::builder_empty().build())
}

fn record(times: u64) {
    for _ in 0..times {
        p::Counted { large: true }.inc();
        p::Named { name: "a" }.add(2);
        p::Running.add(3);
    }
}

fn three_readers_see_the_same() {
    let reader = Reader::default();
    let (provider, scraped, pushed) = builder().with_reader(reader.clone()).build_with_second(Temporality::Delta);
    let _installation = install(Arc::new(guard(provider, &scraped)), Recording::Bound);
    record(10);
    let bound = p::Counted { large: false }.bind();
    bound.add(4);
    bound.add(5);
    p::Counted { large: false }.add(1);
    let tracked = [p::Running.track(), p::Running.track()];
    let first = vec![("p.counted", 10.0), ("p.counted", 10.0), ("p.named", 20.0), ("p.running", 32.0)];
    assert_eq!((collect(&scraped), collect(&pushed), reader.values()), (first.clone(), first.clone(), first));
    drop(tracked);
    record(1);
    let delta = vec![("p.counted", 1.0), ("p.named", 2.0)];
    let sums = vec![("p.counted", 10.0), ("p.counted", 11.0), ("p.named", 22.0), ("p.running", 33.0)];
    let pushed: Values = collect(&pushed).into_iter().filter(|(name, _)| *name != "p.running").collect();
    assert_eq!((reader.values(), pushed, collect(&scraped)), (sums.clone(), delta, sums));

    assert_eq!(definition(HAND_OVER_SCOPE, "hand_over"), None, "it is in no registry");
    let collected = collected(|metrics| scraped.collect(metrics).unwrap());
    assert!(collected.scope_metrics().all(|scope| scope.scope().name() != HAND_OVER_SCOPE), "and in no output");
}

fn no_view_is_asked_and_none_can_lose_a_sum() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let scopes = Arc::clone(&asked);
    let (provider, collector) = builder()
        .with_view(move |instrument, stream| {
            lock(&scopes).push(instrument.scope().name().to_owned());
            if instrument.name() == "p.counted" { stream } else { stream.with_aggregation(Aggregation::Drop) }
        })
        .build();
    let _installation = install(Arc::new(guard(provider, &collector)), Recording::Bound);
    record(10);
    assert_eq!(collect(&collector), [("p.counted", 10.0)]);
    assert!(lock(&asked).iter().all(|scope| scope != HAND_OVER_SCOPE));

    // Where a view of the SDK's own drops what hands over, nothing is left pending.
    let reader = Reader::default();
    let provider = SdkMeterProvider::builder()
        .with_reader(reader.clone())
        .with_view(|instrument: &Instrument| {
            let dropped = Stream::builder().with_aggregation(Aggregation::Drop);
            if instrument.name() == "p.counted" { None } else { dropped.build().ok() }
        })
        .build();
    let _installation = install(Arc::new(provider), Recording::Bound);
    record(10);
    assert_eq!(reader.values(), [("p.counted", 10.0)]);
}

fn what_a_callback_counts_is_in_its_collection() {
    let (provider, collector) = builder().build();
    let provider = guard(provider, &collector);
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    record(1);
    let meter = provider.meter("theirs");
    let counting = meter.u64_observable_gauge("counting").with_callback(|_| p::Counted { large: true }.inc());
    counting.build();
    let panicking = meter.u64_observable_gauge("panicking").with_callback(|_| panic_quietly());
    panicking.build();
    assert_eq!(collect(&collector), [("p.counted", 2.0), ("p.named", 2.0), ("p.running", 3.0)]);
}

fn somebody_elses_reader_has_what_a_callback_counts_one_collection_later() {
    let reader = Reader::default();
    let (provider, collector) = builder().with_reader(reader.clone()).build();
    let provider = guard(provider, &collector);
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    p::Running.inc();
    let meter = provider.meter("theirs");
    let counting = meter.u64_observable_gauge("counting");
    counting.with_callback(|_| p::Running.inc()).build();
    for counted in [1.0, 2.0, 3.0] {
        assert_eq!(reader.values(), [("p.running", counted)]);
    }
    assert_eq!(collect(&collector), [("p.running", 5.0)], "ours has what its own callbacks count");
}

fn a_callback_that_hangs_keeps_no_sum_back() {
    let (provider, collector) = builder().build();
    let provider = guard(provider, &collector);
    let _installation = install(Arc::new(provider.clone()), Recording::Bound);
    record(1);
    let (hangs, until_it_hangs) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let meter = provider.meter("theirs");
    let hanging = meter.u64_observable_gauge("hanging").with_callback(move |_| {
        hangs.send(()).unwrap();
        let _ = lock(&released).recv_timeout(DEADLINE);
    });
    hanging.build();
    thread::scope(|scope| {
        let stuck = scope.spawn(|| collect(&collector));
        until_it_hangs.recv_timeout(DEADLINE).unwrap();
        record(1);
        assert_eq!(collect(&collector), [("p.counted", 2.0), ("p.named", 4.0), ("p.running", 6.0)]);
        release.send(()).unwrap();
        assert_eq!(stuck.join().unwrap().len(), 3);
    });
}

fn an_old_installation_hands_over_to_its_own_provider() {
    let [(old, old_collector), (new, new_collector)] = [(); 2].map(|()| builder().build());
    let _old = install(Arc::new(guard(old.clone(), &old_collector)), Recording::Bound);
    p::Running.add(0);
    let tracked = p::Running.track();
    let installation = install(Arc::new(guard(new.clone(), &new_collector)), Recording::Bound);
    record(2);
    assert_eq!(collect(&old_collector), [("p.running", 1.0)]);
    drop(tracked);
    assert_eq!(collect(&old_collector), [("p.running", 0.0)]);
    // The last collection comes after recording has ended.
    record(1);
    installation.uninstall();
    record(1);
    assert_eq!(collect(&new_collector), [("p.counted", 3.0), ("p.named", 6.0), ("p.running", 9.0)]);
    assert_eq!(collect(&old_collector), [("p.running", 0.0)]);
}

fn concurrent_collections_see_what_was_recorded_before_them() {
    let (provider, collector) = builder().build();
    let _installation = install(Arc::new(guard(provider, &collector)), Recording::Bound);
    record(1);
    thread::scope(|scope| {
        let readers = [(); 3].map(|()| {
            scope.spawn(|| {
                let mut least = 1.0;
                for _ in 0..200 {
                    p::Counted { large: true }.inc();
                    let [("p.counted", counted), ..] = collect(&collector)[..] else { return least };
                    // This thread's own and all that it has seen before.
                    assert!(counted >= least + 1.0, "{counted} after {least}");
                    least = counted;
                }
                least
            })
        });
        for reader in readers {
            assert!(reader.join().unwrap() >= 201.0);
        }
    });
    assert_eq!(collect(&collector), [("p.counted", 601.0), ("p.named", 2.0), ("p.running", 3.0)]);
}

fn a_sum_that_a_view_makes_a_histogram_of_has_each_measurement() {
    for second in [false, true] {
        let builder = builder().with_view(|_, stream| {
            let boundaries = vec![5.0, 10.0, 20.0];
            stream.with_aggregation(Aggregation::ExplicitBucketHistogram { boundaries, record_min_max: false })
        });
        let (provider, collector) = if second {
            let (provider, collector, _) = builder.build_with_second(Temporality::Delta);
            (provider, collector)
        } else {
            builder.build()
        };
        let _installation = install(Arc::new(guard(provider, &collector)), Recording::Bound);
        for value in [5, 7, 9, 1, 2] {
            p::Counted { large: true }.add(value);
            p::Running.add(i64::try_from(value).unwrap());
            z::Shown { large: false }.add(value);
        }
        // The SDK keeps no sum of what may be negative.
        let expected = [("p.counted", 24.0), ("p.running", 0.0), ("z.shown", 24.0)];
        let expected = expected.map(|(name, sum)| (name, (5, sum, vec![3, 2, 0, 0])));
        assert_eq!(histograms(&collected(|metrics| collector.collect(metrics).unwrap())), expected);
    }
}

/// Without a message on the test's output.
fn panic_quietly() {
    std::panic::resume_unwind(Box::new("a callback of a test"));
}

fn collect(collector: &Collector) -> Values {
    values(&collected(|metrics| collector.collect(metrics).unwrap()))
}

fn collected(collect: impl FnOnce(&mut ResourceMetrics)) -> ResourceMetrics {
    let mut metrics = ResourceMetrics::default();
    collect(&mut metrics);
    metrics
}

fn values(metrics: &ResourceMetrics) -> Values {
    let mut values = Vec::new();
    for metric in walk(metrics) {
        let Some(def) = metric.definition() else { continue };
        metric.for_each_point(|point| {
            if let Value::Number(number) = point.value {
                values.push((def.name, number.as_f64()));
            }
        });
    }
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values
}

/// The count, the sum and the buckets.
type Histogram = (u64, f64, Vec<u64>);

fn histograms(metrics: &ResourceMetrics) -> Vec<(&'static str, Histogram)> {
    let mut histograms = Vec::new();
    for metric in walk(metrics) {
        let Some(def) = metric.definition() else { continue };
        metric.for_each_point(|point| {
            if let Value::Histogram(histogram) = point.value {
                histograms.push((def.name, (histogram.count, histogram.sum, histogram.bucket_counts.to_vec())));
            }
        });
    }
    histograms.sort_by_key(|(name, _)| *name);
    histograms
}

impl Reader {
    fn values(&self) -> Values {
        values(&collected(|metrics| self.collect(metrics).unwrap()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
