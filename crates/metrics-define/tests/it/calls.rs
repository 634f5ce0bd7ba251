//! Calls that span a piece of work: guards, futures, recorders.

use std::{
    future::{pending, poll_fn, ready},
    panic,
    pin::pin,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use metrics_define::{domain, problems, time_operation};

use crate::pipeline::{self, check, series};

/// Spans of work
#[domain(title = "Call Metrics", prefixes = ["c"], crate = metrics_define)]
mod c {
    use metrics_define::LabelValue;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        Done,
        Failed,
        Cancelled,
    }

    /// Running a closure
    #[updown_counter(name = "c.during", unit = "{thing}")]
    pub struct During;

    /// Running a future
    #[updown_counter(name = "c.during.async", unit = "{thing}")]
    pub struct DuringAsync<'a> {
        #[label(max_values = 4)]
        pub name: &'a str,
    }

    /// Time of a future
    #[histogram(name = "c.time.async", unit = "s", buckets = [60.0])]
    pub struct TimeAsync<'a> {
        #[label(max_values = 4)]
        pub name: &'a str,
    }

    /// Counted at the end
    #[counter(name = "c.ended", unit = "{thing}")]
    pub struct Ended<'a> {
        pub outcome: Outcome,
        #[label(max_values = 4)]
        pub route: &'a str,
    }

    /// Timed at the end
    #[histogram(name = "c.ended.time", unit = "s", buckets = [60.0])]
    pub struct EndedTime {
        pub outcome: Outcome,
    }

    /// Timed in milliseconds
    #[histogram(name = "c.timer.ms", unit = "ms", buckets = [5.0])]
    pub struct TimerMs {
        pub outcome: Outcome,
    }

    /// Through a handle
    #[updown_counter(name = "c.bound", unit = "{thing}")]
    pub struct Bound {
        pub outcome: Outcome,
    }

    /// Wrong once
    #[gauge(name = "c.wrong.a", unit = "1")]
    pub struct WrongA;

    /// Wrong three times
    #[gauge(name = "c.wrong.b", unit = "1")]
    pub struct WrongB;

    /// Ended on another thread
    #[counter(name = "c.moved", unit = "{thing}")]
    pub struct Moved<'a> {
        pub outcome: Outcome,
        #[label(max_values = 4)]
        pub route: &'a str,
    }

    /// Ended early in a way of its own
    #[counter(
        name = "c.lost",
        unit = "{thing}",
        on_drop(outcome = Failed, is_done = false, route = "gone", kind = Cancelled, detail = Outcome::Done)
    )]
    pub struct Lost<'a> {
        pub outcome: Outcome,
        pub is_done: bool,
        #[label(max_values = 4)]
        pub route: &'a str,
        #[label(key = "type")]
        pub kind: &'a Outcome,
        pub detail: Outcome,
        pub cause: Outcome,
        pub of: &'a Outcome,
    }

    /// Ended without a word for it
    #[counter(name = "c.plain", unit = "{thing}")]
    pub struct Plain {
        pub is_done: bool,
    }
}

use c::Outcome;

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls once and drops.
fn abandon(future: impl Future) {
    assert!(poll(future).is_pending());
}

#[test]
fn a_closure_is_counted_while_it_runs() {
    pipeline::ready();
    let inside = c::During.during(|| {
        check("c.during", &[("", "1")]);
        c::During.during(|| series("c.during")[""].clone())
    });
    assert_eq!(inside, "2");
    let unwound = panic::catch_unwind(|| c::During.during(|| panic::resume_unwind(Box::new(()))));
    assert!(unwound.is_err());
    check("c.during", &[("", "0")]);
}

#[test]
fn a_future_is_counted_from_its_first_poll_until_it_is_dropped() {
    pipeline::ready();
    // The future does not borrow the labels.
    let future = {
        let name = String::from("kept");
        c::DuringAsync { name: &name }.during_async(async {
            check("c.during.async", &[("name=kept", "1")]);
            5
        })
    };
    check("c.during.async", &[]);
    assert_eq!(poll(future), Poll::Ready(5));
    check("c.during.async", &[("name=kept", "0")]);

    {
        let mut waiting = pin!(c::DuringAsync { name: "dropped" }.during_async(pending::<()>()));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        check("c.during.async", &[("name=dropped", "1"), ("name=kept", "0")]);
    }
    drop(c::DuringAsync { name: "unpolled" }.during_async(ready(())));
    check("c.during.async", &[("name=dropped", "0"), ("name=kept", "0")]);
}

#[test]
fn a_future_is_timed_however_it_ends() {
    pipeline::ready();
    assert_eq!(poll(c::TimeAsync { name: "done" }.time_async(ready(5))), Poll::Ready(5));
    abandon(c::TimeAsync { name: "dropped" }.time_async(pending::<()>()));
    drop(c::TimeAsync { name: "unpolled" }.time_async(ready(())));
    check("c.time.async", &[("name=done", "1 [1, 0]"), ("name=dropped", "1 [1, 0]")]);
}

/// A handler as a web framework runs it: its future is dropped when the client goes away.
async fn handler(route: &str, end: impl Future<Output = Result<(), ()>>) -> Result<(), ()> {
    let counted = c::Ended { outcome: Outcome::Done, route }.on_drop();
    let timed = c::EndedTime { outcome: Outcome::Done }.on_drop();
    if route == "early" {
        return Ok(());
    }
    let result = end.await;
    if result.is_ok() {
        counted.done();
        timed.done();
    } else {
        counted.complete(|labels| labels.outcome = Outcome::Failed);
        timed.complete(|labels| labels.outcome = Outcome::Failed);
    }
    result
}

#[test]
fn every_end_is_counted_once() {
    pipeline::ready();
    let _: Poll<_> = poll(handler("a", ready(Ok(()))));
    let _: Poll<_> = poll(handler("a", ready(Err(()))));
    let _: Poll<_> = poll(handler("early", ready(Ok(()))));
    abandon(handler("a", pending()));
    let panicking = poll_fn(|_| panic::resume_unwind(Box::new("on purpose")));
    assert!(panic::catch_unwind(panic::AssertUnwindSafe(|| poll(handler("a", panicking)))).is_err());
    drop(handler("never polled", ready(Ok(()))));
    check(
        "c.ended",
        &[
            ("outcome=cancelled,route=a", "2"),
            ("outcome=cancelled,route=early", "1"),
            ("outcome=done,route=a", "1"),
            ("outcome=failed,route=a", "1"),
        ],
    );
    check(
        "c.ended.time",
        &[("outcome=cancelled", "3 [3, 0]"), ("outcome=done", "1 [1, 0]"), ("outcome=failed", "1 [1, 0]")],
    );
}

#[test]
fn a_recorder_is_moved_updated_and_discarded() {
    pipeline::ready();
    let mut recorder = c::Moved { outcome: Outcome::Done, route: "unknown" }.on_drop();
    recorder.update(|labels| labels.route = "found");
    thread::spawn(move || drop(recorder)).join().unwrap();
    c::Moved { outcome: Outcome::Done, route: "discarded" }.on_drop().discard();
    check("c.moved", &[("outcome=cancelled,route=found", "1")]);
}

#[test]
fn an_early_end_is_what_the_definition_says() {
    pipeline::ready();
    let done = Outcome::Done;
    let lost = c::Lost {
        outcome: done,
        is_done: true,
        route: "a",
        kind: &done,
        detail: Outcome::Failed,
        cause: done,
        of: &done,
    };
    lost.on_drop().done();
    drop(lost.on_drop());
    // A change of the labels that panics is an early end as well.
    let unwound = panic::catch_unwind(|| lost.on_drop().complete(|_| panic::resume_unwind(Box::new(()))));
    assert!(unwound.is_err());
    check(
        "c.lost",
        &[
            ("cause=cancelled,detail=done,is_done=false,of=done,outcome=failed,route=gone,type=cancelled", "2"),
            ("cause=done,detail=failed,is_done=true,of=done,outcome=done,route=a,type=done", "1"),
        ],
    );
    drop(c::Plain { is_done: false }.on_drop());
    c::Plain { is_done: false }.on_drop().complete(|labels| labels.is_done = true);
    check("c.plain", &[("is_done=false", "1"), ("is_done=true", "1")]);
}

/// Works for six milliseconds, which are not six of anything else.
fn work() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(6) {
        thread::yield_now();
    }
}

#[test]
fn every_clock_records_in_the_unit_of_its_metric() {
    pipeline::ready();
    let stopped = c::TimerMs { outcome: c::Outcome::Done }.start_timer();
    let dropped = c::TimerMs { outcome: c::Outcome::Failed }.start_timer();
    let ended = c::TimerMs { outcome: c::Outcome::Cancelled }.on_drop();
    let operation = time_operation("c_operation_milliseconds", &[]).unwrap();
    let bound = c::TimerMs { outcome: c::Outcome::Done }.bind();
    work();
    bound.record_duration(Duration::from_millis(6));
    assert!(stopped.stop() >= Duration::from_millis(6));
    drop((dropped, ended, operation));
    // All beyond the boundary of 5 ms; in seconds they would be below it.
    check(
        "c.timer.ms",
        &[("outcome=cancelled", "1 [0, 1]"), ("outcome=done", "2 [0, 2]"), ("outcome=failed", "1 [0, 1]")],
    );
    let operation = &series("c_operation_milliseconds")[""];
    assert!(operation.starts_with("1 [0, 0, "), "not within the first 5 ms: {operation}");
}

#[test]
fn a_handle_of_an_up_down_counter_has_its_calls() {
    pipeline::ready();
    let [done, failed] = [c::Outcome::Done, c::Outcome::Failed].map(|outcome| c::Bound { outcome }.bind());
    let first = done.track();
    let second = done.track();
    check("c.bound", &[("outcome=done", "2")]);
    drop(first);
    failed.inc();
    failed.inc();
    failed.dec();
    check("c.bound", &[("outcome=done", "1"), ("outcome=failed", "1")]);
    let allocated = allocation_counter::measure(|| drop(done.track()));
    assert_eq!(allocated.count_total, 0, "the series is known");
    thread::spawn(move || drop(second)).join().unwrap();
    check("c.bound", &[("outcome=done", "0"), ("outcome=failed", "1")]);
}

#[test]
fn the_problem_with_most_measurements_comes_first() {
    pipeline::ready();
    c::WrongA.set(f64::NAN);
    for _ in 0..3 {
        c::WrongB.set(f64::NAN);
    }
    let problems = problems();
    let place = |name| problems.iter().position(|problem| problem.definition.is_some_and(|def| def.name == name));
    assert!(place("c.wrong.b").unwrap() < place("c.wrong.a").unwrap(), "{problems:#?}");
    assert!(problems.is_sorted_by_key(|problem| std::cmp::Reverse(problem.measurements)), "{problems:#?}");
}
