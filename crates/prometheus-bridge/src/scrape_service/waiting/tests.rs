use std::time::{Duration, Instant};

use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::{Collected, Outcome, Step, Waiting};
use crate::{
    Format,
    collecting::Unavailable,
    foreign::Foreign,
    scrape_service::{
        answer::{Answer, answer},
        request::BodyKind,
    },
};

/// Scrapes at times that the test says, in seconds since the first.
struct Scrapes {
    waiting: Waiting,
    start: Instant,
}

impl Scrapes {
    fn new() -> Self {
        Self { waiting: Waiting::default(), start: Instant::now() }
    }

    fn at(&self, seconds: u64) -> Instant {
        self.start + Duration::from_secs(seconds)
    }

    /// At the start.
    fn ask(&mut self, deadline: u64) -> Answer<Outcome> {
        self.ask_at(0, deadline)
    }

    fn ask_at(&mut self, now: u64, deadline: u64) -> Answer<Outcome> {
        let (answering, answer) = answer();
        let kind = BodyKind { format: Format::Text, gzip: false };
        self.waiting.ask(kind, self.at(now), self.at(deadline), answering);
        answer
    }

    /// What is to be done at this time, in a word, and how many it concerns.
    fn next(&mut self, now: u64) -> (&'static str, usize) {
        match self.waiting.next(self.at(now)) {
            Step::Answer(scrapes, Ok(_)) => ("answer", scrapes.len()),
            Step::Answer(scrapes, Err(_)) => ("refuse", scrapes.len()),
            Step::AnswerLate(scrapes) => ("late", scrapes.len()),
            Step::Collect => ("collect", 0),
            Step::WaitUntil(until) => ("wait", usize::try_from((until - self.start).as_secs()).unwrap()),
            Step::End => ("end", 0),
        }
    }

    fn end(&mut self, number: u64, at: u64) {
        let collected = Collected { metrics: ResourceMetrics::default(), foreign: Foreign::default(), at: self.at(at) };
        self.waiting.ended(number, Ok(collected));
    }

    fn latest(&self) -> Option<u64> {
        self.waiting.latest().map(|latest| (latest.at - self.start).as_secs())
    }
}

#[test]
fn scrapes_share_one_collection_and_each_has_its_own_deadline() {
    let mut scrapes = Scrapes::new();
    let _patient = scrapes.ask(10);
    assert_eq!(scrapes.next(0), ("collect", 0));
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(0), ("wait", 10));
    let _hasty = scrapes.ask(2);
    assert_eq!(scrapes.next(1), ("wait", 2));
    assert_eq!(scrapes.next(2), ("late", 1));
    assert_eq!(scrapes.next(2), ("wait", 10), "the patient one goes on with the same collection");
    scrapes.end(1, 4);
    assert_eq!(scrapes.next(4), ("answer", 1));
    assert_eq!(scrapes.next(4), ("end", 0));
}

#[test]
fn what_is_collected_too_late_is_the_latest_for_the_next_scrape() {
    let mut scrapes = Scrapes::new();
    let _first = scrapes.ask(1);
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(1), ("late", 1));
    assert_eq!((scrapes.next(1), scrapes.latest()), (("end", 0), None));
    scrapes.end(1, 3);
    assert_eq!(scrapes.latest(), Some(3));
    let _second = scrapes.ask(11);
    assert_eq!(scrapes.next(10), ("collect", 0), "data of another scrape's time are no fresh ones");
}

#[test]
fn who_comes_while_a_collection_hangs_gets_one_of_his_own() {
    let mut scrapes = Scrapes::new();
    let _first = scrapes.ask(1);
    let _patient = scrapes.ask(20);
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(1), ("late", 1));
    let _second = scrapes.ask(12);
    assert_eq!(scrapes.next(10), ("collect", 0));
    scrapes.waiting.started(2);
    scrapes.end(2, 11);
    assert_eq!(scrapes.next(11), ("answer", 2), "the patient one needs to wait no longer either");
    scrapes.end(1, 10);
    assert_eq!(scrapes.latest(), Some(11), "what was read before does not come after");
}

#[test]
fn who_cannot_have_a_collection_does_not_take_that_of_others_away() {
    let mut scrapes = Scrapes::new();
    let _hasty = scrapes.ask(1);
    let _patient = scrapes.ask(20);
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(1), ("late", 1));
    let _second = scrapes.ask(12);
    assert_eq!(scrapes.next(2), ("collect", 0));
    assert_eq!(scrapes.waiting.not_started().len(), 1);
    assert_eq!(scrapes.next(2), ("wait", 20));
}

#[test]
fn a_failure_is_that_of_the_collection_that_is_waited_for() {
    let mut scrapes = Scrapes::new();
    let _first = scrapes.ask(1);
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(1), ("late", 1));
    let _second = scrapes.ask(12);
    scrapes.waiting.started(2);
    scrapes.waiting.ended(1, Err(Unavailable::Panicked));
    assert_eq!(scrapes.next(2), ("wait", 12));
    scrapes.waiting.ended(2, Err(Unavailable::ShutDown));
    assert_eq!(scrapes.next(3), ("refuse", 1));
}

/// What a collection has read that was given up may be older than what others were shown since.
#[test]
fn what_was_read_before_a_scrape_asked_is_no_answer_to_it() {
    let mut scrapes = Scrapes::new();
    let _first = scrapes.ask(1);
    scrapes.waiting.started(1);
    assert_eq!(scrapes.next(1), ("late", 1));
    let _second = scrapes.ask_at(10, 20);
    assert_eq!(scrapes.next(10), ("collect", 0));
    scrapes.waiting.started(2);
    scrapes.end(1, 2);
    assert_eq!((scrapes.next(11), scrapes.latest()), (("wait", 20), Some(2)));
    scrapes.end(2, 12);
    assert_eq!((scrapes.next(12), scrapes.latest()), (("answer", 1), Some(12)));
}

#[test]
fn who_has_gone_is_waited_for_by_nobody() {
    let mut scrapes = Scrapes::new();
    drop(scrapes.ask(10));
    assert_eq!(scrapes.next(0), ("end", 0));
    scrapes.end(1, 1);
    let _next = scrapes.ask(12);
    assert_eq!(scrapes.next(2), ("collect", 0));
}
