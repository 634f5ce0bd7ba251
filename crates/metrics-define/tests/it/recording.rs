//! What the typed calls record, read back through the SDK.

use std::{panic, thread, time::Duration};

use metrics_define::domain;

use crate::pipeline::{check, ready, series};

/// Test metrics
#[domain(title = "Test Metrics", prefixes = ["t"], crate = metrics_define)]
mod t {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Colour {
        Red,
        DeepBlue,
        #[label("neon")]
        Lime,
    }

    /// Closed labels
    #[counter(name = "t.closed", unit = "{thing}")]
    pub struct Closed {
        pub colour: Colour,
        pub large: bool,
    }

    /// Text label
    #[counter(name = "t.text", unit = "{thing}")]
    pub struct Text<'a> {
        pub colour: Colour,
        #[label(max_values = 64)]
        pub text: &'a str,
    }

    /// Text beyond its limit
    #[counter(name = "t.limited", unit = "{thing}")]
    pub struct Limited<'a> {
        #[label(max_values = 4)]
        pub text: &'a str,
    }

    /// Raced for
    #[counter(name = "t.raced", unit = "{thing}")]
    pub struct Raced<'a> {
        pub large: bool,
        #[label(max_values = 64)]
        pub text: &'a str,
    }

    /// Running
    #[updown_counter(name = "t.running", unit = "{thing}")]
    pub struct Running;

    /// Moved up and down
    #[updown_counter(name = "t.moved", unit = "{thing}")]
    pub struct Moved;

    /// Level
    #[gauge(name = "t.level", unit = "Cel")]
    pub struct Level {
        pub large: bool,
    }

    /// Taken time
    #[histogram(name = "t.time", unit = "ms", buckets = [1.0, 1000.0, 60000.0])]
    pub struct Time<'a> {
        #[label(key = "type", max_values = 8)]
        pub kind: &'a str,
    }

    /// Size
    #[histogram(name = "t.size", unit = "By", buckets = [10.0, 100.0])]
    pub struct Size;

    /// Bound, never recorded
    #[counter(name = "t.bound", unit = "{thing}")]
    pub struct Bound {
        pub colour: Colour,
    }

    /// Counted without allocating
    #[counter(name = "t.hit", unit = "{thing}")]
    pub struct Hit<'a> {
        pub colour: Colour,
        #[label(max_values = 64)]
        pub text: &'a str,
    }
}

use t::Colour;

#[test]
fn closed_labels_are_counted_by_series() {
    ready();
    t::Closed { colour: Colour::Red, large: true }.inc();
    t::Closed { colour: Colour::DeepBlue, large: false }.add(3);
    t::Closed { colour: Colour::Lime, large: false }.inc();
    t::Closed { colour: Colour::Red, large: true }.add(4);
    check(
        "t.closed",
        &[("colour=deep_blue,large=false", "3"), ("colour=neon,large=false", "1"), ("colour=red,large=true", "5")],
    );
}

#[test]
fn any_text_is_a_label() {
    ready();
    let texts = ["", "ä", "a,b=c\"\\\n", "twelve bytes", &"x".repeat(5000)];
    for text in texts {
        t::Text { colour: Colour::Red, text }.inc();
        t::Text { colour: Colour::Red, text }.inc();
    }
    assert_eq!(series("t.text").len(), texts.len());
    assert!(series("t.text").values().all(|value| value == "2"));
    assert!(series("t.text").contains_key("colour=red,text=a,b=c\"\\\n"));
}

#[test]
fn beyond_the_limit_the_total_stays_exact() {
    ready();
    for round in 0..3 {
        for n in 0..50 {
            t::Limited { text: &format!("{}", n + round) }.inc();
        }
    }
    check("t.limited", &[("text=0", "1"), ("text=1", "2"), ("text=2", "3"), ("text=other", "144")]);
}

#[test]
fn threads_that_race_for_the_first_record_lose_nothing() {
    ready();
    let texts: Vec<String> = (0..32).map(|n| format!("value {n}")).collect();
    thread::scope(|scope| {
        for worker in 0..4 {
            let texts = &texts;
            scope.spawn(move || {
                for round in 0..500 {
                    for step in 0..texts.len() {
                        let text = &texts[(step * 7 + worker * 11 + round) % texts.len()];
                        t::Raced { large: step % 2 == 0, text }.inc();
                    }
                }
            });
        }
    });
    let series = series("t.raced");
    let total: f64 = series.values().map(|value| value.parse::<f64>().unwrap()).sum();
    assert_eq!(total.to_string(), (4 * 500 * 32).to_string());
}

#[test]
fn a_guard_takes_back_what_it_added() {
    ready();
    let first = t::Running.track();
    let second = t::Running.track();
    check("t.running", &[("", "2")]);
    thread::spawn(move || drop(first)).join().unwrap();
    check("t.running", &[("", "1")]);
    let unwound = panic::catch_unwind(move || {
        let _second = second;
        panic::resume_unwind(Box::new("on purpose"));
    });
    assert!(unwound.is_err());
    check("t.running", &[("", "0")]);
}

#[test]
fn up_down_counters_move_both_ways() {
    ready();
    t::Moved.inc();
    t::Moved.add(5);
    t::Moved.dec();
    t::Moved.bind().add(-7);
    check("t.moved", &[("", "-2")]);
}

#[test]
fn a_gauge_keeps_the_last_value() {
    ready();
    t::Level { large: true }.set(20.5);
    t::Level { large: true }.set(19.0);
    t::Level { large: false }.bind().set(-3.5);
    check("t.level", &[("large=false", "-3.5"), ("large=true", "19")]);
}

#[test]
fn durations_are_recorded_in_the_unit_and_once() {
    ready();
    t::Time { kind: "given" }.record_duration(Duration::from_secs(2));
    t::Time { kind: "bound" }.bind().record_duration(Duration::from_secs(120));
    drop(t::Time { kind: "dropped" }.start_timer());
    assert!(t::Time { kind: "stopped" }.start_timer().stop() < Duration::from_secs(60));
    t::Time { kind: "discarded" }.start_timer().discard();
    assert_eq!(t::Time { kind: "closure" }.time(|| 42), 42);
    let unwound = panic::catch_unwind(|| t::Time { kind: "panic" }.time(|| panic::resume_unwind(Box::new(()))));
    assert!(unwound.is_err());

    let series = series("t.time");
    let one_value = |kind: &str| series[&format!("type={kind}")].starts_with("1 ");
    assert_eq!(series["type=given"], "1 [0, 0, 1, 0]");
    assert_eq!(series["type=bound"], "1 [0, 0, 0, 1]");
    assert!(["dropped", "stopped", "closure", "panic"].into_iter().all(one_value), "{series:?}");
    assert!(!series.contains_key("type=discarded"));
}

#[test]
fn boundaries_are_those_of_the_definition() {
    ready();
    for value in [5.0, 10.0, 11.0, 1e9] {
        t::Size.record(value);
    }
    t::Size.bind().record(0.0);
    check("t.size", &[("", "5 [3, 1, 1]")]);
}

#[test]
fn a_handle_that_never_recorded_exports_nothing() {
    ready();
    let red = t::Bound { colour: Colour::Red }.bind();
    let _blue = t::Bound { colour: Colour::DeepBlue }.bind();
    check("t.bound", &[]);
    red.inc();
    red.add(2);
    t::Bound { colour: Colour::Red }.inc();
    check("t.bound", &[("colour=red", "4")]);
}

#[test]
fn a_known_series_is_recorded_without_allocating() {
    ready();
    let text = String::from("known");
    let bound = t::Hit { colour: Colour::Lime, text: &text }.bind();
    bound.inc();
    let allocations = allocation_counter::measure(|| {
        for _ in 0..10_000 {
            t::Hit { colour: Colour::Lime, text: &text }.inc();
            bound.inc();
        }
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn the_definitions_are_constant_data() {
    let names: Vec<_> = t::METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names[..3], ["t.closed", "t.text", "t.limited"]);
    assert_eq!(t::DOMAIN.scope, "metrics-define/t");
    assert_eq!(t::METRICS[7].labels[0].key, "type");
}
