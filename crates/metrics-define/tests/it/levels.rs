//! Levels beyond a limit: what is shown together is their sum.

use std::thread;

use metrics_define::{ProblemKind, domain, problems};

use crate::pipeline::{check, ready, series};

/// Levels
#[domain(title = "Level Metrics", prefixes = ["lv"], crate = metrics_define)]
mod lv {
    use metrics_define::label_text;

    /// A queue that is known by its name
    #[label_text(max_values = 2)]
    pub struct Queue;

    /// Few topics
    #[updown_counter(name = "lv.topics", unit = "{thing}", absolute)]
    pub struct Topics<'a> {
        #[label(max_values = 2)]
        pub topic: &'a str,
        pub urgent: bool,
    }

    /// More label sets than an instrument has series
    #[updown_counter(name = "lv.crossed", unit = "{thing}", absolute)]
    pub struct Crossed {
        #[label(max_values = 300)]
        pub a: u16,
        #[label(max_values = 300)]
        pub b: u16,
    }

    /// More topics than are kept apart
    #[updown_counter(name = "lv.flooded", unit = "{thing}", absolute)]
    pub struct Flooded<'a> {
        #[label(max_values = 2)]
        pub topic: &'a str,
    }

    /// Topics that threads race for
    #[updown_counter(name = "lv.raced", unit = "{thing}", absolute)]
    pub struct Raced<'a> {
        #[label(max_values = 8)]
        pub topic: &'a str,
    }

    /// Interned text that may come too late
    #[updown_counter(name = "lv.queued", unit = "{thing}", absolute)]
    pub struct Queued {
        pub queue: Queue,
    }
}

/// How many measurements of the metric had this problem, and what is said of it.
fn problem(name: &str, kind: ProblemKind) -> (u64, String) {
    let is_it = |it: &metrics_define::Problem| it.kind == kind && it.definition.is_some_and(|def| def.name == name);
    problems().into_iter().find(is_it).map_or_else(Default::default, |it| (it.measurements, it.to_string()))
}

fn total(name: &str) -> i64 {
    series(name).values().map(|value| value.parse::<i64>().unwrap()).sum()
}

#[test]
fn topics_that_are_folded_are_shown_as_their_sum() {
    ready();
    let urgent = false;
    lv::Topics { topic: "a", urgent }.set(10);
    lv::Topics { topic: "b", urgent }.set(3);
    lv::Topics { topic: "c", urgent }.set(4);
    check("lv.topics", &[("topic=a,urgent=false", "10"), ("topic=other,urgent=false", "7")]);
    lv::Topics { topic: "b", urgent }.set(1);
    lv::Topics { topic: "other", urgent }.set(100);
    let bound = lv::Topics { topic: "c", urgent }.bind();
    bound.set(20);
    bound.set(30);
    lv::Topics { topic: "c", urgent: true }.set(5);
    check(
        "lv.topics",
        &[("topic=a,urgent=false", "10"), ("topic=other,urgent=false", "131"), ("topic=other,urgent=true", "5")],
    );
    assert_eq!(problem("lv.topics", ProblemKind::TooManyValues { label: "topic" }).0, 6);
}

#[test]
fn levels_beyond_the_limit_of_series_are_added_up_in_the_overflow_series() {
    ready();
    for n in 0..2500 {
        lv::Crossed { a: n % 50, b: n / 50 }.set(1);
    }
    let all = series("lv.crossed");
    assert_eq!((all.len(), all["otel.metric.overflow=true"].as_str(), total("lv.crossed")), (2001, "500", 2500));
    for n in 2000..2500 {
        lv::Crossed { a: n % 50, b: n / 50 }.set(3);
    }
    assert_eq!(total("lv.crossed"), 3500);
    let (measurements, text) = problem("lv.crossed", ProblemKind::TooManySeries);
    assert_eq!(measurements, 1000);
    assert!(
        text.contains("beyond the limit of 2000 series, or that of a view, and are in the overflow series"),
        "{text}"
    );
}

#[test]
fn levels_that_cannot_be_kept_apart_are_left_out_and_said_to_be() {
    ready();
    lv::Flooded { topic: "first" }.set(1);
    for _ in 0..2 {
        for n in 0..2300 {
            lv::Flooded { topic: &n.to_string() }.set(1);
        }
    }
    check("lv.flooded", &[("topic=first", "1"), ("topic=other", "2000")]);
    assert_eq!(problem("lv.flooded", ProblemKind::TooManyValues { label: "topic" }).0, 4000);
    assert_eq!(
        problem("lv.flooded", ProblemKind::TooManyLevels),
        (600, r#"metric "lv.flooded": 600 measurements were levels beyond a limit that could not be kept apart and were left out, so the sum of what was folded lacks them: give its labels fewer values"#.to_owned())
    );
    assert_eq!(series("metrics_catalog.overflow.total")["instrument=lv.flooded"], "4600");
}

#[test]
fn interned_text_that_came_too_late_is_no_level() {
    ready();
    for (name, level) in [("a", 1), ("b", 2), ("c", 4), ("other", 8)] {
        lv::Queued { queue: lv::Queue::intern(name) }.set(level);
    }
    check("lv.queued", &[("queue=a", "1"), ("queue=other", "8")]);
    assert_eq!(problem("lv.queued", ProblemKind::TooManyLevels).0, 2);
}

#[test]
fn threads_that_set_folded_levels_lose_none() {
    ready();
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                for n in 0..400 {
                    // All threads set the same topics, to the same level in the end.
                    let topic = (n * 7 + worker) % 64;
                    lv::Raced { topic: &topic.to_string() }.set(1 << (topic % 8));
                }
            });
        }
    });
    assert_eq!((series("lv.raced").len(), total("lv.raced")), (8, 8 * 255));
}
