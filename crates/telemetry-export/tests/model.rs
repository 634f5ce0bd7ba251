//! The queue and the end of an export under every schedule that a model checker tries.
//!
//! The sources are those of the crate, with the checker's locks in the place of the standard library's.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and a model uses a part of what it models"
)]

#[path = "../src/batches.rs"]
mod batches;
#[path = "../src/counts.rs"]
mod counts;
#[path = "../src/ending.rs"]
mod ending;
#[path = "../src/report.rs"]
mod report;

mod sync {
    pub(crate) use std::sync::PoisonError;

    pub(crate) use shuttle::sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    };
}

use std::time::{Duration, Instant};

use shuttle::{sync::Arc, thread};

use crate::{
    batches::{Batches, Limits, Offered},
    counts::Counts,
    ending::Ending,
    report::SignalReport,
    sync::{Condvar, Mutex},
};

const RUNS: usize = 10_000;

/// Half of the runs with random schedules, half with those that find rare orders of few preemptions.
fn check(model: impl Fn() + Send + Sync + Clone + 'static) {
    shuttle::check_random(model.clone(), RUNS / 2);
    shuttle::check_pct(model, RUNS / 2, 3);
}

/// What each item is said to take.
const BYTES: usize = 10;

/// Limits in items alone.
fn batches<T>(items: usize, batch_items: usize) -> Batches<T> {
    Batches::new(Limits { items, bytes: usize::MAX, batch_items, batch_bytes: usize::MAX })
}

/// As a producer does it.
fn offer(batches: &Batches<u32>, counts: &Counts, item: u32) -> bool {
    counts.accept(1);
    match batches.offer(item, BYTES) {
        Offered::Queued | Offered::BatchComplete => return true,
        Offered::Full => counts.drop_for_want_of_room(),
        Offered::Closed => counts.drop_too_late(),
    }
    false
}

/// As the export thread does it when it is told to flush or to end.
fn drain(batches: &Batches<u32>, counts: &Counts) -> Vec<u32> {
    let mut taken = Vec::new();
    let mut left = batches.len();
    while left > 0 {
        let batch = batches.take();
        left = left.saturating_sub(batch.len().max(1));
        counts.deliver(batch.len() as u64, 0);
        taken.extend(batch);
    }
    taken
}

fn sum(report: SignalReport) -> u64 {
    report.exported + report.rejected + report.failed + report.dropped + report.unsent
}

#[test]
fn nothing_is_lost_between_producers_a_flush_and_the_shutdown() {
    check(|| {
        let (batches, counts) = (Arc::new(batches(4, 2)), Arc::new(Counts::default()));
        let producers: Vec<_> = (0..3)
            .map(|producer| {
                let (batches, counts) = (Arc::clone(&batches), Arc::clone(&counts));
                thread::spawn(move || (0..3).filter(|n| offer(&batches, &counts, producer * 10 + n)).count())
            })
            .collect();
        let (of_consumer, of_counts) = (Arc::clone(&batches), Arc::clone(&counts));
        let consumer = thread::spawn(move || {
            let mut taken = drain(&of_consumer, &of_counts);
            of_consumer.close();
            taken.extend(drain(&of_consumer, &of_counts));
            taken
        });
        let queued: usize = producers.into_iter().map(|producer| producer.join().unwrap()).sum();
        let taken = consumer.join().unwrap();

        assert_eq!((taken.len(), batches.len()), (queued, 0), "what was taken in is sent, whenever the end came");
        for producer in 0..3 {
            assert!(taken.iter().filter(|item| **item / 10 == producer).is_sorted(), "in order: {taken:?}");
        }
        let report = counts.report();
        assert_eq!((report.accepted, report.exported, report.unsent), (9, queued as u64, 0));
        assert_eq!(sum(report), report.accepted);
    });
}

#[test]
fn bytes_limit_the_queue_and_are_given_back() {
    check(|| {
        // Room for two, and not for a third one.
        let limits = Limits { items: 8, bytes: 3 * BYTES - 1, batch_items: 8, batch_bytes: BYTES };
        let (batches, counts) = (Arc::new(Batches::new(limits)), Arc::new(Counts::default()));
        let producers: Vec<_> = (0..2)
            .map(|producer| {
                let (batches, counts) = (Arc::clone(&batches), Arc::clone(&counts));
                thread::spawn(move || (0..3).filter(|n| offer(&batches, &counts, producer * 10 + n)).count())
            })
            .collect();
        let mut taken = 0;
        for _ in 0..3 {
            assert!(batches.len() <= 2);
            taken += drain(&batches, &counts).len();
        }
        let queued: usize = producers.into_iter().map(|producer| producer.join().unwrap()).sum();
        taken += drain(&batches, &counts).len();
        assert_eq!((taken, queued >= 2), (queued, true));
        assert_eq!((0..3).filter(|n| offer(&batches, &counts, *n)).count(), 2, "all room was given back");
        let report = counts.report();
        assert_eq!((report.accepted, report.unsent, sum(report)), (9, 2, 9));
    });
}

#[test]
fn one_item_beyond_the_bytes_waits_alone_and_takes_no_room() {
    const LARGE: u32 = 100;
    check(|| {
        // Room for all of the small ones, and for none that is large.
        let limits = Limits { items: 8, bytes: 3 * BYTES, batch_items: 8, batch_bytes: BYTES };
        let batches = Arc::new(Batches::new(limits));
        let of_large = Arc::clone(&batches);
        let large = thread::spawn(move || {
            let offered = (0..2).map(|n| of_large.offer(LARGE + n, 4 * BYTES));
            offered.filter(|offered| *offered == Offered::BatchComplete).count()
        });
        let of_small = Arc::clone(&batches);
        let small = thread::spawn(move || (0..3).all(|n| of_small.offer(n, BYTES) != Offered::Full));
        let take = || {
            let batch = batches.take();
            let large = batch.iter().filter(|item| **item >= LARGE).count();
            assert!(large == 0 || batch.len() == 1, "alone: {batch:?}");
            (batch.len() - large, large)
        };
        let mut taken: Vec<_> = (0..2).map(|_| take()).collect();
        let (large, small) = (large.join().unwrap(), small.join().unwrap());
        taken.extend((0..5).map(|_| take()));
        assert!(small, "there is room for the small ones whatever else waits");
        assert!(large >= 1, "and for one that is large");
        assert_eq!(taken.iter().map(|(small, _)| small).sum::<usize>(), 3);
        assert_eq!(taken.iter().map(|(_, large)| large).sum::<usize>(), large);
        assert_eq!(
            (batches.offer(LARGE, 4 * BYTES), batches.len()),
            (Offered::BatchComplete, 1),
            "its room was given back"
        );
        assert!((0..3).all(|n| batches.offer(n, BYTES) != Offered::Full), "and theirs");
    });
}

#[test]
fn a_report_adds_up_whenever_it_is_made() {
    check(|| {
        let (batches, counts) = (Arc::new(batches(2, 1)), Arc::new(Counts::default()));
        let (of_producer, of_consumer, of_reporter) = (Arc::clone(&batches), Arc::clone(&batches), Arc::clone(&counts));
        let (counts_of_producer, counts_of_consumer) = (Arc::clone(&counts), counts);
        let producer = thread::spawn(move || (0..3).filter(|n| offer(&of_producer, &counts_of_producer, *n)).count());
        let consumer = thread::spawn(move || drain(&of_consumer, &counts_of_consumer));
        for _ in 0..3 {
            let report = of_reporter.report();
            assert_eq!(sum(report), report.accepted, "{report:?}");
        }
        producer.join().unwrap();
        consumer.join().unwrap();
    });
}

#[test]
fn a_complete_batch_always_wakes_the_batcher() {
    wakes_the_batcher(|| batches(8, 2));
}

#[test]
fn a_batch_that_the_next_item_completes_always_wakes_the_batcher() {
    // Two fit and a third one does not, so that a batch of two is complete when the third item comes.
    let limits = Limits { items: 8, bytes: usize::MAX, batch_items: 8, batch_bytes: 3 * BYTES - 1 };
    wakes_the_batcher(move || Batches::new(limits));
}

/// Six items of two producers; the batcher waits for two batches of two.
fn wakes_the_batcher(batches: impl Fn() -> Batches<u32> + Send + Sync + Clone + 'static) {
    check(move || {
        let batches = Arc::new(batches());
        let woken = Arc::new(Permit::default());
        let producers: Vec<_> = (0..2)
            .map(|_| {
                let (batches, woken) = (Arc::clone(&batches), Arc::clone(&woken));
                thread::spawn(move || {
                    for item in 0..3 {
                        if batches.offer(item, BYTES) == Offered::BatchComplete {
                            woken.give();
                        }
                    }
                })
            })
            .collect();
        // A wake-up that is missed leaves this waiting for ever, which the checker reports.
        for _ in 0..2 {
            while !batches.has_complete_batch() {
                woken.take();
            }
            assert_eq!(batches.take().len(), 2);
        }
        for producer in producers {
            producer.join().unwrap();
        }
    });
}

/// What `tokio::sync::Notify` is to one waiter: a permit that stays until it is taken.
#[derive(Default)]
struct Permit {
    given: Mutex<bool>,
    changed: Condvar,
}

impl Permit {
    fn give(&self) {
        *self.given.lock().unwrap() = true;
        self.changed.notify_one();
    }

    fn take(&self) {
        let mut given = self.changed.wait_while(self.given.lock().unwrap(), |given| !*given).unwrap();
        *given = false;
    }
}

#[test]
fn of_many_ends_one_is_the_first_and_the_others_get_its_report() {
    check(|| {
        let ending = Arc::new(Ending::new());
        let ends: Vec<_> = (0..3_u32)
            .map(|caller| {
                let ending = Arc::clone(&ending);
                thread::spawn(move || {
                    if ending.begin() {
                        ending.report(caller);
                        (caller, true)
                    } else {
                        let deadline = Instant::now() + Duration::from_secs(3600);
                        (ending.wait(deadline).unwrap(), false)
                    }
                })
            })
            .collect();
        let reports: Vec<_> = ends.into_iter().map(|end| end.join().unwrap()).collect();
        assert_eq!(reports.iter().filter(|(_, first)| *first).count(), 1);
        assert!(reports.windows(2).all(|pair| pair[0].0 == pair[1].0), "{reports:?}");
    });
}
