//! What was recorded before is recorded without allocating, however it is found and whatever it is.

use allocation_counter::measure;
use metrics_define::domain;

use crate::pipeline::{ready, series};

/// Hits
#[domain(title = "Hit Metrics", prefixes = ["h"], crate = metrics_define)]
mod h {
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
    #[counter(name = "h.closed", unit = "{thing}")]
    pub struct Closed {
        pub digit: Digit,
        pub flag: bool,
    }

    /// More places than have cells from the start
    #[counter(name = "h.paged", unit = "{thing}")]
    pub struct Paged {
        pub name: Name,
        pub digit: Digit,
    }

    /// More places than have cells at all
    #[counter(name = "h.vast", unit = "{thing}")]
    pub struct Vast {
        pub a: Digit,
        pub b: Digit,
        pub c: Digit,
        pub d: Digit,
        pub e: Digit,
    }

    /// Open
    #[counter(name = "h.open", unit = "{thing}")]
    pub struct Open<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
        #[label(max_values = 3)]
        pub number: u16,
    }

    /// Cost
    #[counter(name = "h.cost", unit = "{EUR}", value = f64)]
    pub struct Cost<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Running
    #[updown_counter(name = "h.running", unit = "{thing}")]
    pub struct Running<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Running, in more places than have cells from the start
    #[updown_counter(name = "h.running.paged", unit = "{thing}")]
    pub struct RunningPaged {
        pub name: Name,
        pub digit: Digit,
    }

    /// Level
    #[updown_counter(name = "h.level", unit = "{thing}", absolute)]
    pub struct Level<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Gauge
    #[gauge(name = "h.gauge", unit = "1")]
    pub struct Gauge<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// Gauge of integers
    #[gauge(name = "h.integers", unit = "1", value = i64)]
    pub struct Integers {
        pub flag: bool,
    }

    /// Time
    #[histogram(name = "h.time", unit = "s", buckets = [1.0])]
    pub struct Time<'a> {
        #[label(max_values = 3)]
        pub text: &'a str,
    }

    /// More label sets than an instrument has series
    #[counter(name = "h.crossed", unit = "{thing}")]
    pub struct Crossed {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, running
    #[updown_counter(name = "h.crossed.running", unit = "{thing}")]
    pub struct CrossedRunning {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, timed
    #[histogram(name = "h.crossed.time", unit = "s", buckets = [1.0])]
    pub struct CrossedTime {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// The same, level
    #[updown_counter(name = "h.crossed.level", unit = "{thing}", absolute)]
    pub struct CrossedLevel {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }
}

use h::Digit::{Cancelled, D3};

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
    let name = h::Name::intern(text);
    check("closed", || h::Closed { digit: D3, flag: true }.inc());
    check("paged", || h::Paged { name, digit: D3 }.inc());
    check("vast", || h::Vast { a: D3, b: D3, c: D3, d: D3, e: D3 }.inc());
    check("open", || h::Open { text, number: 1 }.inc());
    check("interning", || h::Paged { name: h::Name::intern(text), digit: D3 }.inc());
    check("cost", || h::Cost { text }.add(0.5));
    check("running", || h::Running { text }.add(2));
    check("level", || h::Level { text }.set(3));
    check("gauge", || h::Gauge { text }.set(0.5));
    check("integers", || h::Integers { flag: true }.set(5));
    check("time", || h::Time { text }.record(0.5));
}

#[test]
fn of_guards_and_recorders() {
    ready();
    let text = "known";
    let name = h::Name::intern(text);
    check("track", || drop(h::Running { text }.track()));
    check("track, paged", || drop(h::RunningPaged { name, digit: D3 }.track()));
    check("start_timer", || drop(h::Time { text }.start_timer()));
    check("on_drop", || drop(h::Paged { name, digit: Cancelled }.on_drop()));
    check("on_drop, open", || drop(h::Open { text, number: 1 }.on_drop()));
    check("on_drop, completed", || h::Paged { name, digit: Cancelled }.on_drop().complete(|labels| labels.digit = D3));
    check("on_drop, timed", || drop(h::Time { text }.on_drop()));
}

#[test]
fn of_handles() {
    ready();
    let name = h::Name::intern("known");
    let (counter, open) = (h::Paged { name, digit: D3 }.bind(), h::Open { text: "known", number: 1 }.bind());
    let (running, level) = (h::Running { text: "known" }.bind(), h::Level { text: "known" }.bind());
    let (gauge, time) = (h::Gauge { text: "known" }.bind(), h::Time { text: "known" }.bind());
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
            h::Open { text, number }.inc();
        }
        h::Cost { text }.add(1.0);
        h::Running { text }.add(1);
        h::Level { text }.set(1);
        h::Gauge { text }.set(1.0);
        h::Time { text }.record(1.0);
    }
    let text = "beyond";
    check("open", || h::Open { text, number: 9 }.inc());
    check("cost", || h::Cost { text }.add(0.5));
    check("running", || h::Running { text }.add(2));
    check("level", || h::Level { text }.set(3));
    check("gauge", || h::Gauge { text }.set(0.5));
    check("time", || h::Time { text }.record(0.5));
    check("track", || drop(h::Running { text }.track()));
    check("start_timer", || drop(h::Time { text }.start_timer()));
    check("on_drop", || drop(h::Open { text, number: 9 }.on_drop()));
    check("on_drop, timed", || drop(h::Time { text }.on_drop()));
    let (open, level) = (h::Open { text, number: 9 }.bind(), h::Level { text }.bind());
    check("handle", || open.inc());
    check("handle of a level", || level.set(1));
    for n in 0..300 {
        h::Name::intern(&n.to_string());
    }
    let late = h::Name::intern("late");
    assert_eq!(late.as_str(), "other");
    check("interned too late", || h::Paged { name: late, digit: D3 }.inc());
    check("tracked, interned too late", || drop(h::RunningPaged { name: late, digit: D3 }.track()));
}

#[test]
fn beyond_the_limit_of_series() {
    ready();
    for n in 0..2100 {
        let (a, b) = (n % 50, n / 50);
        h::Crossed { a, b }.inc();
        h::CrossedRunning { a, b }.add(1);
        h::CrossedTime { a, b }.record(1.0);
        h::CrossedLevel { a, b }.set(1);
    }
    let (a, b) = (49, 49);
    check("counter", || h::Crossed { a, b }.inc());
    check("on_drop", || drop(h::Crossed { a, b }.on_drop()));
    check("track", || drop(h::CrossedRunning { a, b }.track()));
    check("start_timer", || drop(h::CrossedTime { a, b }.start_timer()));
    check("level", || h::CrossedLevel { a, b }.set(1));
    let (counter, level) = (h::Crossed { a, b }.bind(), h::CrossedLevel { a, b }.bind());
    check("handle", || counter.inc());
    check("handle of a level", || level.set(1));
    assert_eq!(series("h.crossed")["otel.metric.overflow=true"], (100 + 3 * 102).to_string());
    assert_eq!(series("h.crossed.running")["otel.metric.overflow=true"], "100");
}
