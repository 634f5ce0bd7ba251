//! What happens beyond a limit, and with a value that is none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use metrics_define::{Problem, ProblemKind, domain, engine, problems};

use crate::pipeline::{self, check, ready, series};

/// Limits
#[domain(title = "Limit Metrics", prefixes = ["x"], crate = metrics_define)]
mod x {
    use metrics_define::{LabelValue, label_text};

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Status {
        Ok,
        Failed,
    }

    /// A language
    #[label_text(max_values = 3)]
    pub struct Language;

    /// Interned text between other labels
    #[updown_counter(name = "x.interned", unit = "{thing}")]
    pub struct InternedText {
        pub status: Status,
        pub language: Language,
        pub large: bool,
    }

    /// Interned text beside open text
    #[counter(name = "x.interned.open", unit = "{thing}")]
    pub struct InternedOpen<'a> {
        pub language: Language,
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Read by language
    #[observable_counter(name = "x.interned.read", unit = "By")]
    pub struct InternedRead {
        pub language: Language,
    }

    /// Read at a cost
    #[observable_counter(name = "x.observed.cost", unit = "{EUR}", value = f64)]
    pub struct ObservedCost {
        pub status: Status,
    }

    /// Two open labels
    #[counter(name = "x.capped", unit = "{thing}")]
    pub struct Capped<'a> {
        pub status: Status,
        #[label(max_values = 3)]
        pub user: &'a str,
        #[label(max_values = 4)]
        pub shard: u8,
    }

    /// Handles of text beyond the limit
    #[updown_counter(name = "x.held", unit = "{thing}")]
    pub struct Held<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Handles beyond a limit
    #[counter(name = "x.handled", unit = "{thing}")]
    pub struct Handled<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
        #[label(max_values = 4)]
        pub shard: u8,
    }

    /// Threads beyond the limit of series
    #[counter(name = "x.overflown", unit = "{thing}")]
    pub struct Overflown {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// Raced for by threads
    #[counter(name = "x.raced", unit = "{thing}")]
    pub struct Raced<'a> {
        #[label(max_values = 16)]
        pub user: &'a str,
    }

    /// More label sets than an instrument has series
    #[counter(name = "x.crossed", unit = "{thing}")]
    pub struct Crossed {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// Beyond the limit without allocating
    #[counter(name = "x.folded", unit = "{thing}")]
    pub struct Folded<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Read from many users
    #[observable_counter(name = "x.read", unit = "By")]
    pub struct Read<'a> {
        #[label(max_values = 3)]
        pub user: &'a str,
    }

    /// More label sets than an instrument has series, observed
    #[observable_updown_counter(name = "x.crossed.observed", unit = "{thing}")]
    pub struct CrossedObserved {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The level of many users
    #[observable_gauge(name = "x.depth", unit = "{thing}", value = u64)]
    pub struct Depth<'a> {
        #[label(max_values = 2)]
        pub user: &'a str,
    }

    /// Time
    #[histogram(name = "x.time", unit = "s", buckets = [1.0])]
    pub struct Time;

    /// Cost
    #[counter(name = "x.cost", unit = "{EUR}", value = f64)]
    pub struct Cost;

    /// Level
    #[gauge(name = "x.level", unit = "1")]
    pub struct Level;
}

use x::{Language, Status};

fn total(name: &str) -> f64 {
    series(name).values().map(|value| value.parse::<f64>().unwrap()).sum()
}

fn problem(name: &str, kind: ProblemKind) -> Option<Problem> {
    let is_it = |problem: &Problem| problem.kind == kind && problem.definition.is_some_and(|def| def.name == name);
    problems().into_iter().find(is_it)
}

/// How many measurements of the metric had this problem.
fn measurements(name: &str, kind: ProblemKind) -> u64 {
    problem(name, kind).map_or(0, |problem| problem.measurements)
}

#[test]
fn values_beyond_a_labels_limit_are_other_label_by_label() {
    ready();
    for (user, shard) in [("a", 1), ("b", 2), ("c", 3), ("other", 4), ("a", 5), ("d", 5), ("c", 1)] {
        x::Capped { status: Status::Ok, user, shard }.inc();
    }
    check(
        "x.capped",
        &[
            ("shard=1,status=ok,user=a", "1"),
            ("shard=1,status=ok,user=other", "1"),
            ("shard=2,status=ok,user=b", "1"),
            ("shard=3,status=ok,user=other", "1"),
            ("shard=other,status=ok,user=a", "1"),
            ("shard=other,status=ok,user=other", "2"),
        ],
    );
    assert_eq!(measurements("x.capped", ProblemKind::TooManyValues { label: "user" }), 3);
    assert_eq!(measurements("x.capped", ProblemKind::TooManyValues { label: "shard" }), 3);
    assert_eq!(series("metrics_catalog.overflow.total")["instrument=x.capped"], "6");
    let user = ProblemKind::TooManyValues { label: "user" };
    assert_eq!(
        problem("x.capped", user).unwrap().to_string(),
        r#"metric "x.capped": 3 measurements had a new value of label "user" beyond its limit and are in "other": raise `max_values`, or give the label fewer values"#
    );
}

#[test]
fn handles_and_guards_are_capped_alike() {
    ready();
    x::Held { user: "a" }.inc();
    let handle = x::Held { user: "b" }.bind();
    handle.add(5);
    handle.add(1);
    let guard = x::Held { user: "c" }.track();
    check("x.held", &[("user=a", "1"), ("user=other", "7")]);
    drop(guard);
    check("x.held", &[("user=a", "1"), ("user=other", "6")]);
    assert_eq!(measurements("x.held", ProblemKind::TooManyValues { label: "user" }), 4, "as many as there were calls");
}

#[test]
fn interned_text_that_comes_too_late_is_other_and_counted() {
    ready();
    let [a, b, late, other] = ["a", "b", "late", "other"].map(Language::intern);
    let of = |language| x::InternedText { status: Status::Failed, language, large: true };
    for language in [a, b, other, late, late] {
        of(language).inc();
    }
    let handle = of(late).bind();
    handle.add(5);
    handle.add(1);
    drop(of(late).track());
    check(
        "x.interned",
        &[
            ("language=a,large=true,status=failed", "1"),
            ("language=b,large=true,status=failed", "1"),
            ("language=other,large=true,status=failed", "9"),
        ],
    );
    assert_eq!((late, late.as_str()), (other, "other"));
    let language = ProblemKind::TooManyValues { label: "language" };
    assert_eq!(measurements("x.interned", language), 6);
    assert_eq!(series("metrics_catalog.overflow.total")["instrument=x.interned"], "6");

    let allocations = allocation_counter::measure(|| (0..100).for_each(|_| of(Language::intern("later")).inc()));
    assert_eq!((allocations.count_total, measurements("x.interned", language)), (0, 106));

    for (language, user) in [(a, "a"), (late, "a"), (late, "b"), (other, "b")] {
        x::InternedOpen { language, user }.inc();
    }
    check(
        "x.interned.open",
        &[("language=a,user=a", "1"), ("language=other,user=a", "1"), ("language=other,user=other", "2")],
    );
    assert_eq!(measurements("x.interned.open", language), 2);
    assert_eq!(series("metrics_catalog.overflow.total")["instrument=x.interned.open"], "4");
}

#[test]
fn interned_text_that_is_observed_is_folded_alike() {
    ready();
    let languages = ["a", "b", "other", "late", "later"].map(Language::intern);
    let reading = x::InternedRead::observe(move |observer| {
        for language in languages {
            observer.observe(10, x::InternedRead { language });
        }
    });
    check("x.interned.read", &[("language=a", "10"), ("language=b", "10"), ("language=other", "30")]);
    drop(reading);
    assert!(measurements("x.interned.read", ProblemKind::TooManyValues { label: "language" }) >= 2);
}

#[test]
fn what_is_no_value_is_ignored_when_it_is_observed() {
    ready();
    let costs = [(Status::Ok, 2.5), (Status::Failed, -1.0), (Status::Failed, f64::NAN), (Status::Ok, f64::INFINITY)];
    let looking = x::ObservedCost::observe(move |observer| {
        for (status, cost) in costs {
            observer.observe(cost, x::ObservedCost { status });
        }
    });
    check("x.observed.cost", &[("status=ok", "2.5")]);
    drop(looking);
    assert!(measurements("x.observed.cost", ProblemKind::InvalidValue) >= 3);
}

#[test]
fn every_measurement_of_a_handle_beyond_a_limit_is_counted() {
    ready();
    x::Handled { user: "a", shard: 1 }.inc();
    let handles = ["b", "c"].map(|user| x::Handled { user, shard: 2 }.bind());
    for handle in &handles {
        (0..1000).for_each(|_| handle.inc());
    }
    check("x.handled", &[("shard=1,user=a", "1"), ("shard=2,user=other", "2000")]);
    assert_eq!(measurements("x.handled", ProblemKind::TooManyValues { label: "user" }), 2000);
    assert_eq!(series("metrics_catalog.overflow.total")["instrument=x.handled"], "2000");
}

#[test]
fn every_measurement_beyond_the_limit_of_series_is_counted() {
    ready();
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                // All threads record the same label sets, each from another one on.
                for n in (0..2100).map(|n| (n + worker * 525) % 2100) {
                    x::Overflown { a: n % 50, b: n / 50 }.inc();
                }
            });
        }
    });
    let handle = x::Overflown { a: 299, b: 299 }.bind();
    (0..100).for_each(|_| handle.inc());
    let series = series("x.overflown");
    let values = || series.iter().filter(|(key, _)| !key.starts_with("otel"));
    assert_eq!((values().count(), values().all(|(_, value)| value == "4")), (2000, true));
    assert_eq!(series["otel.metric.overflow=true"], "500");
    assert_eq!(measurements("x.overflown", ProblemKind::TooManySeries), 500, "each, and no other");
    assert_eq!(pipeline::series("metrics_catalog.overflow.total")["instrument=x.overflown"], "500", "and exported");
}

#[test]
fn threads_that_race_for_the_last_values_keep_to_the_limit() {
    ready();
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for n in 0..400 {
                    x::Raced { user: &((n * 7 + worker) % 64).to_string() }.inc();
                }
            });
        }
    });
    let series = series("x.raced");
    assert_eq!((series.len(), total("x.raced").to_string()), (16, "1600".to_owned()), "{series:?}");
}

#[test]
fn beyond_the_series_of_an_instrument_the_total_stays_exact() {
    ready();
    for n in 0..2500 {
        x::Crossed { a: n % 50, b: n / 50 }.inc();
    }
    assert_eq!(total("x.crossed").to_string(), "2500");
    let series = series("x.crossed");
    assert_eq!((series.len(), series["otel.metric.overflow=true"].as_str()), (2001, "500"));
    assert_eq!(measurements("x.crossed", ProblemKind::TooManySeries), 500);
}

#[test]
fn beyond_the_series_of_an_observed_instrument_the_total_stays_exact() {
    ready();
    let shift = Arc::new(AtomicUsize::new(0));
    let from = Arc::clone(&shift);
    let looking = x::CrossedObserved::observe(move |observer| {
        let shift = u16::try_from(from.load(Ordering::Relaxed)).unwrap();
        for n in (0..2500).chain(0..10) {
            observer.observe(2, x::CrossedObserved { a: n % 50 + shift, b: n / 50 });
        }
    });
    for (collection, shift_by) in [(1, 0), (2, 100)] {
        shift.store(shift_by, Ordering::Relaxed);
        let series = series("x.crossed.observed");
        assert_eq!((series.len(), series["otel.metric.overflow=true"].as_str()), (2001, "1000"));
        // Other tests collect as well.
        assert!(measurements("x.crossed.observed", ProblemKind::TooManySeries) >= 500 * collection);
        assert!(series.contains_key(&format!("a={shift_by},b=0")));
    }
    drop(looking);
}

#[test]
fn text_beyond_the_limit_is_recorded_without_allocating() {
    ready();
    for user in ["a", "b"] {
        x::Folded { user }.inc();
    }
    let texts: Vec<String> = (0..100).map(|n| format!("user {n}")).collect();
    let allocations = allocation_counter::measure(|| texts.iter().for_each(|user| x::Folded { user }.inc()));
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn what_is_no_value_is_ignored_and_counted() {
    ready();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        x::Time.record(value);
        x::Time.bind().record(value);
        x::Cost.add(value);
        x::Level.set(value);
    }
    x::Cost.add(-1.0);
    x::Cost.bind().add(-0.5);
    for name in ["x.time", "x.cost", "x.level"] {
        check(name, &[]);
    }
    x::Time.record(-2.0);
    x::Cost.add(0.0);
    x::Level.set(-1.0);
    check("x.time", &[("", "1 [1, 0]")]);
    check("x.cost", &[("", "0")]);
    check("x.level", &[("", "-1")]);
    assert_eq!(measurements("x.cost", ProblemKind::InvalidValue), 5);
    let invalid = series("metrics_catalog.invalid.total");
    assert_eq!((invalid["instrument=x.time"].as_str(), invalid["instrument=x.level"].as_str()), ("6", "3"));
}

#[test]
fn the_engines_own_metrics_are_defined() {
    let names: Vec<_> = engine::DEFINITION.metrics.iter().map(|metric| metric.name).collect();
    assert_eq!(names, ["metrics_catalog.overflow.total", "metrics_catalog.invalid.total"]);
}

#[test]
fn what_is_observed_is_capped_in_each_collection() {
    ready();
    let first = Arc::new(AtomicUsize::new(0));
    let from = Arc::clone(&first);
    let users = move || {
        let first = from.load(Ordering::Relaxed);
        (first..first + 5).map(|user| user.to_string())
    };
    let same_users = users.clone();
    let reading = x::Read::observe(move |observer| {
        users().for_each(|user| observer.observe(10, x::Read { user: &user }));
    });
    let reading_more = x::Read::observe(|observer| observer.observe(7, x::Read { user: "late" }));
    let looking = x::Depth::observe(move |observer| {
        same_users().zip(1..).for_each(|(user, depth)| observer.observe(depth, x::Depth { user: &user }));
    });
    check("x.read", &[("user=0", "10"), ("user=1", "10"), ("user=other", "37")]);
    check("x.depth", &[("user=0", "1"), ("user=other", "5")]);
    // Those that are observed no more leave room for others.
    first.store(100, Ordering::Relaxed);
    check("x.read", &[("user=100", "10"), ("user=101", "10"), ("user=other", "37")]);
    check("x.depth", &[("user=100", "1"), ("user=other", "5")]);
    drop((reading, reading_more, looking));
    assert!(measurements("x.read", ProblemKind::TooManyValues { label: "user" }) >= 8);
}
