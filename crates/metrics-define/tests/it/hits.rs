//! What was recorded before is recorded without allocating, however it is found and whatever it is.

use std::{io, time::Duration};

use allocation_counter::measure;
use metrics_define::{MetricSpec, Registry, domain};

use crate::pipeline::{ready, series};

/// Hits
#[domain(title = "Hit Metrics", prefixes = ["hit"], crate = metrics_define)]
mod hit {
    use metrics_define::{LabelValue, label_text};

    /// Ten of something
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Digit {
        D0,
        D1,
        D2,
        D3,
        D4,
        D5,
        D6,
        D7,
        D8,
        Cancelled,
    }

    /// A name that is looked up once
    #[label_text(max_values = 200)]
    pub struct Name;

    /// Closed
    #[counter(name = "hit.closed", unit = "{thing}")]
    pub struct Closed {
        pub digit: Digit,
        pub flag: bool,
    }

    /// More places than have cells from the start
    #[counter(name = "hit.paged", unit = "{thing}")]
    pub struct Paged {
        pub name: Name,
        pub digit: Digit,
    }

    /// More places than have cells at all
    #[counter(name = "hit.vast", unit = "{thing}")]
    pub struct Vast {
        pub a: Digit,
        pub b: Digit,
        pub c: Digit,
        pub d: Digit,
        pub e: Digit,
    }

    /// Open
    #[counter(name = "hit.open", unit = "{thing}")]
    pub struct Open<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
        #[label(max_values = 3)]
        pub number: u16,
    }

    /// Cost
    #[counter(name = "hit.cost", unit = "{EUR}", value = f64)]
    pub struct Cost<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Running
    #[updown_counter(name = "hit.running", unit = "{thing}")]
    pub struct Running<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Running, in more places than have cells from the start
    #[updown_counter(name = "hit.running.paged", unit = "{thing}")]
    pub struct RunningPaged {
        pub name: Name,
        pub digit: Digit,
    }

    /// Level
    #[updown_counter(name = "hit.level", unit = "{thing}", absolute)]
    pub struct Level<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Gauge
    #[gauge(name = "hit.gauge", unit = "1")]
    pub struct Gauge<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Gauge of integers
    #[gauge(name = "hit.integers", unit = "1", value = i64)]
    pub struct Integers {
        pub flag: bool,
    }

    /// Time
    #[histogram(name = "hit.time", unit = "s", buckets = [1.0])]
    pub struct Time<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Time in buckets of the SDK, by the type of an error
    #[histogram(name = "hit.exponential", unit = "s", exponential)]
    pub struct Exponential<'a> {
        #[label(max_values = 32)]
        pub error_type: &'a std::io::Error,
    }

    /// More label sets than an instrument has series
    #[counter(name = "hit.crossed", unit = "{thing}")]
    pub struct Crossed {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, running
    #[updown_counter(name = "hit.crossed.running", unit = "{thing}")]
    pub struct CrossedRunning {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, timed
    #[histogram(name = "hit.crossed.time", unit = "s", buckets = [1.0])]
    pub struct CrossedTime {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, level
    #[updown_counter(name = "hit.crossed.level", unit = "{thing}", absolute)]
    pub struct CrossedLevel {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }
}

use hit::Digit::{Cancelled, D3};

/// Nothing is allocated by what was done once before.
#[track_caller]
fn check(what: &str, hit: impl Fn()) {
    // The first time makes the series, the second finds what the first has left for good.
    hit();
    hit();
    let allocations = measure(|| (0..100).for_each(|_| hit()));
    assert_eq!(allocations.count_total, 0, "{what}");
}

#[test]
fn of_every_kind_and_place() {
    ready();
    let text = "known";
    let name = hit::Name::intern(text);
    check("closed", || hit::Closed { digit: D3, flag: true }.inc());
    check("paged", || hit::Paged { name, digit: D3 }.inc());
    check("vast", || hit::Vast { a: D3, b: D3, c: D3, d: D3, e: D3 }.inc());
    check("open", || hit::Open { text, number: 1 }.inc());
    check("interning", || hit::Paged { name: hit::Name::intern(text), digit: D3 }.inc());
    check("cost", || hit::Cost { text }.add(0.5));
    check("running", || hit::Running { text }.add(2));
    check("level", || hit::Level { text }.set(3));
    check("gauge", || hit::Gauge { text }.set(0.5));
    check("integers", || hit::Integers { flag: true }.set(5));
    check("time", || hit::Time { text }.record(0.5));
}

#[test]
fn of_guards_and_recorders() {
    ready();
    let text = "known";
    let name = hit::Name::intern(text);
    check("track", || drop(hit::Running { text }.track()));
    check("track, paged", || drop(hit::RunningPaged { name, digit: D3 }.track()));
    check("start_timer", || drop(hit::Time { text }.start_timer()));
    check("on_drop", || drop(hit::Paged { name, digit: Cancelled }.on_drop()));
    check("on_drop, open", || drop(hit::Open { text, number: 1 }.on_drop()));
    check("on_drop, completed", || {
        hit::Paged { name, digit: Cancelled }.on_drop().complete(|labels| labels.digit = D3);
    });
    check("on_drop, timed", || drop(hit::Time { text }.on_drop()));
}

#[test]
fn of_calls_around_work_and_of_run_time_metrics() {
    ready();
    let (text, error) = ("known", io::Error::from(io::ErrorKind::TimedOut));
    let hits = MetricSpec::counter("hits_at_run_time_total", "{hit}", "Hits").with_labels(["text"]);
    let at_run_time = Registry::register(hits).unwrap();
    check("during", || hit::Running { text }.during(|| ()));
    check("time", || hit::Time { text }.time(|| ()));
    check("record_duration", || hit::Time { text }.record_duration(Duration::from_millis(3)));
    check("error type", || hit::Exponential { error_type: &error }.record(0.5));
    check("run-time metric", || at_run_time.record(1.0, &[text]).unwrap());
}

#[test]
fn of_handles() {
    ready();
    let name = hit::Name::intern("known");
    let (counter, open) = (hit::Paged { name, digit: D3 }.bind(), hit::Open { text: "known", number: 1 }.bind());
    let (running, level) = (hit::Running { text: "known" }.bind(), hit::Level { text: "known" }.bind());
    let (gauge, time) = (hit::Gauge { text: "known" }.bind(), hit::Time { text: "known" }.bind());
    check("counter", || counter.inc());
    check("open counter", || open.inc());
    check("up-down counter", || running.add(1));
    check("level", || level.set(1));
    check("gauge", || gauge.set(0.5));
    check("histogram", || time.record(0.5));
}

#[test]
fn beyond_the_limit_of_a_label() {
    ready();
    for text in ["known", "a", "b", "c", "beyond"] {
        for number in 0..4 {
            hit::Open { text, number }.inc();
        }
        hit::Cost { text }.add(1.0);
        hit::Running { text }.add(1);
        hit::Level { text }.set(1);
        hit::Gauge { text }.set(1.0);
        hit::Time { text }.record(1.0);
    }
    let text = "beyond";
    check("open", || hit::Open { text, number: 9 }.inc());
    check("cost", || hit::Cost { text }.add(0.5));
    check("running", || hit::Running { text }.add(2));
    check("level", || hit::Level { text }.set(3));
    check("gauge", || hit::Gauge { text }.set(0.5));
    check("time", || hit::Time { text }.record(0.5));
    check("track", || drop(hit::Running { text }.track()));
    check("start_timer", || drop(hit::Time { text }.start_timer()));
    check("on_drop", || drop(hit::Open { text, number: 9 }.on_drop()));
    check("on_drop, timed", || drop(hit::Time { text }.on_drop()));
    let (open, level) = (hit::Open { text, number: 9 }.bind(), hit::Level { text }.bind());
    check("handle", || open.inc());
    check("handle of a level", || level.set(1));
    for n in 0..300 {
        let _ = hit::Name::intern(&n.to_string());
    }
    let late = hit::Name::intern("late");
    assert_eq!(late.as_str(), "other");
    check("interned too late", || hit::Paged { name: late, digit: D3 }.inc());
    check("tracked, interned too late", || drop(hit::RunningPaged { name: late, digit: D3 }.track()));
}

#[test]
fn beyond_the_limit_of_series() {
    ready();
    for n in 0..2100 {
        let (a, b) = (n % 50, n / 50);
        hit::Crossed { a, b }.inc();
        hit::CrossedRunning { a, b }.add(1);
        hit::CrossedTime { a, b }.record(1.0);
        hit::CrossedLevel { a, b }.set(1);
    }
    let (a, b) = (49, 49);
    check("counter", || hit::Crossed { a, b }.inc());
    check("on_drop", || drop(hit::Crossed { a, b }.on_drop()));
    check("track", || drop(hit::CrossedRunning { a, b }.track()));
    check("start_timer", || drop(hit::CrossedTime { a, b }.start_timer()));
    check("level", || hit::CrossedLevel { a, b }.set(1));
    let (counter, level) = (hit::Crossed { a, b }.bind(), hit::CrossedLevel { a, b }.bind());
    check("handle", || counter.inc());
    check("handle of a level", || level.set(1));
    assert_eq!(series("hit.crossed")["otel.metric.overflow=true"], (100 + 3 * 102).to_string());
    assert_eq!(series("hit.crossed.running")["otel.metric.overflow=true"], "100");
}
