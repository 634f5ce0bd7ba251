//! The kinds beyond the four usual ones.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use metrics_define::{ProblemKind, callback_panics, domain, problems};

use crate::pipeline::{check, ready, series};

/// Kinds of metrics
#[domain(title = "Kind Metrics", prefixes = ["k"], crate = metrics_define)]
mod k {
    /// Cost
    #[counter(name = "k.cost", unit = "{EUR}", value = f64)]
    pub struct Cost {
        pub paid: bool,
    }

    /// Level that is set
    #[updown_counter(name = "k.lag", unit = "{message}", absolute)]
    pub struct Lag<'a> {
        #[label(max_values = 4)]
        pub topic: &'a str,
    }

    /// Level set by many
    #[updown_counter(name = "k.raced", unit = "{message}", absolute)]
    pub struct Raced {
        pub high: bool,
    }

    /// Level that is bound
    #[updown_counter(name = "k.bound", unit = "{message}", absolute)]
    pub struct BoundLevel;

    /// Integers
    #[gauge(name = "k.replicas", unit = "{replica}", value = i64)]
    pub struct Replicas;

    /// Any size
    #[histogram(name = "k.size", unit = "By", exponential)]
    pub struct Size;

    /// Read elsewhere
    #[observable_counter(name = "k.read", unit = "By", value = f64)]
    pub struct Read;

    /// Sockets
    #[observable_updown_counter(name = "k.sockets", unit = "{socket}")]
    pub struct Sockets {
        pub open: bool,
    }

    /// Pool size
    #[observable_gauge(name = "k.pool", unit = "{thread}", value = u64)]
    pub struct Pool<'a> {
        #[label(max_values = 8)]
        pub name: &'a str,
    }

    /// Panics
    #[observable_gauge(name = "k.panicking", unit = "{thread}")]
    pub struct Panicking;

    /// Records while it is observed
    #[observable_gauge(name = "k.reentrant", unit = "{thread}")]
    pub struct Reentrant;

    /// Recorded by a callback
    #[counter(name = "k.inside", unit = "{thing}")]
    pub struct Inside {
        pub known: bool,
    }

    /// Recorded by a callback for the first time
    #[counter(name = "k.inside.first", unit = "{thing}")]
    pub struct InsideFirst;

    /// Build
    #[info(name = "k.build.info")]
    pub struct Build<'a> {
        #[label(max_values = 4)]
        pub version: &'a str,
    }
}

#[test]
fn a_counter_counts_fractions() {
    ready();
    k::Cost { paid: true }.add(0.25);
    k::Cost { paid: true }.bind().add(1.5);
    check("k.cost", &[("paid=true", "1.75")]);
}

#[test]
fn a_level_is_what_was_set_last() {
    ready();
    k::Lag { topic: "a" }.set(10);
    k::Lag { topic: "a" }.set(-3);
    k::Lag { topic: "b" }.set(0);
    check("k.lag", &[("topic=a", "-3"), ("topic=b", "0")]);
    k::Lag { topic: "a" }.set(i64::MAX);
    k::Lag { topic: "a" }.set(i64::MIN);
    k::Lag { topic: "a" }.set(7);
    check("k.lag", &[("topic=a", "7"), ("topic=b", "0")]);
}

#[test]
fn a_level_set_from_many_threads_is_always_one_that_was_set() {
    ready();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let setters: Vec<_> = [3_i64, 1_000_000]
            .into_iter()
            .map(|level| {
                scope.spawn(move || {
                    for _ in 0..20_000 {
                        k::Raced { high: true }.set(level);
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for value in series("k.raced").values() {
                    assert!(value == "3" || value == "1000000", "{value} was never set");
                }
            }
        });
        for setter in setters {
            setter.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
}

#[test]
fn a_bound_level_is_nothing_until_it_is_set() {
    ready();
    let bound = k::BoundLevel.bind();
    check("k.bound", &[]);
    bound.set(5);
    k::BoundLevel.set(6);
    bound.set(4);
    check("k.bound", &[("", "4")]);
}

#[test]
fn a_gauge_has_integers() {
    ready();
    k::Replicas.set(5);
    k::Replicas.bind().set(-2);
    check("k.replicas", &[("", "-2")]);
}

#[test]
fn a_histogram_may_choose_its_buckets() {
    ready();
    for value in [0.0, 0.5, 1e9] {
        k::Size.record(value);
    }
    check("k.size", &[("", "3 exponential, sum 1000000000.5")]);
}

#[test]
fn a_callback_is_called_until_its_guard_is_dropped() {
    ready();
    let total = Arc::new(AtomicI64::new(5));
    let seen = Arc::clone(&total);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let observing = k::Read::observe(move |observer| observer.observe(seen.load(Ordering::Relaxed) as f64, k::Read));
    check("k.read", &[("", "5")]);
    total.store(8, Ordering::Relaxed);
    check("k.read", &[("", "8")]);
    drop(observing);
    // Another test's collection may be calling it at this moment.
    let deadline = Instant::now() + Duration::from_secs(10);
    while Arc::strong_count(&total) > 1 {
        assert!(Instant::now() < deadline, "what the callback owned is dropped");
        thread::yield_now();
    }
    total.store(9, Ordering::Relaxed);
    assert!(series("k.read").values().all(|value| value != "9"));
}

#[test]
fn callbacks_of_one_metric_observe_different_series() {
    ready();
    let _open = k::Sockets::observe(|observer| observer.observe(3, k::Sockets { open: true }));
    let names = [String::from("io"), String::from("cpu")];
    k::Pool::observe(move |observer| {
        for (name, size) in names.iter().zip(1..) {
            observer.observe(size, k::Pool { name });
        }
    })
    .keep();
    let closed = k::Sockets::observe(|observer| observer.observe(-1, k::Sockets { open: false }));
    check("k.sockets", &[("open=false", "-1"), ("open=true", "3")]);
    check("k.pool", &[("name=cpu", "2"), ("name=io", "1")]);
    drop(closed);
    check("k.sockets", &[("open=true", "3")]);
}

#[test]
fn a_panicking_callback_is_contained_and_counted() {
    ready();
    let before = callback_panics();
    let _panicking = k::Panicking::observe(|_| std::panic::resume_unwind(Box::new("on purpose")));
    let _other = k::Panicking::observe(|observer| observer.observe(1.0, k::Panicking));
    check("k.panicking", &[("", "1")]);
    assert!(callback_panics() > before);
}

#[test]
fn a_callback_may_record_and_register() {
    ready();
    k::Inside { known: true }.inc();
    let _observing = k::Reentrant::observe(|observer| {
        k::Inside { known: true }.inc();
        k::Inside { known: false }.inc();
        k::InsideFirst.inc();
        drop(k::Reentrant::observe(|_| {}));
        observer.observe(1.0, k::Reentrant);
    });
    check("k.reentrant", &[("", "1")]);
    k::InsideFirst.inc();
    let inside = series("k.inside");
    assert_ne!(inside["known=true"], "1", "{inside:?}");
    assert!(inside.contains_key("known=false"), "{inside:?}");
    assert_eq!(series("k.inside.first").len(), 1, "left out inside the callback, recorded after it");
    let problem =
        problems().into_iter().find(|it| it.definition.is_some_and(|def| def.name == "k.inside.first")).unwrap();
    assert_eq!((problem.kind, problem.measurements > 0), (ProblemKind::FirstInCallback, true));
    let told = problem.to_string();
    assert!(
        told.contains("were the first of their metric, made inside a callback of a provider that is not guarded"),
        "{told}"
    );
}

#[test]
fn an_info_is_a_constant_with_one_set_of_labels() {
    ready();
    k::Build { version: "1.0" }.set();
    check("k.build.info", &[("version=1.0", "1")]);
    k::Build { version: "1.1" }.set();
    check("k.build.info", &[("version=1.1", "1")]);
}
