//! First use, `set` and handing over under every schedule that a model checker tries.
//!
//! The sources are those of the crate, with steps of the checker before each operation on what the threads share.
//! The checker changes threads between steps and takes each step as sequentially consistent: it finds wrong orders of
//! operations, and says nothing of orderings of memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and a model uses a part of what it models"
)]

#[path = "../src/cells.rs"]
mod cells;
#[path = "../src/hash.rs"]
mod hash;
#[path = "../src/pending.rs"]
mod pending;
#[path = "../src/table.rs"]
mod table;
#[path = "../src/instrument/level/value.rs"]
mod value;

mod sync {
    use std::cell::Cell;

    pub(crate) use shuttle::sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64},
    };
    pub(crate) use std::sync::{PoisonError, atomic::Ordering};

    thread_local! {
        /// The unit tests of the sources run here as well, without the checker.
        pub(crate) static IS_MODEL: Cell<bool> = const { Cell::new(false) };
    }

    /// The standard library's, which does each of these at once when nothing is shared inside the initialiser.
    pub(crate) struct OnceLock<T>(std::sync::OnceLock<T>);

    impl<T> OnceLock<T> {
        pub(crate) const fn new() -> Self {
            Self(std::sync::OnceLock::new())
        }

        pub(crate) fn get(&self) -> Option<&T> {
            step();
            self.0.get()
        }

        pub(crate) fn set(&self, value: T) -> Result<(), T> {
            step();
            self.0.set(value)
        }

        pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
            step();
            self.0.get_or_init(make)
        }
    }

    fn step() {
        if IS_MODEL.get() {
            AtomicBool::new(false).load(Ordering::SeqCst);
        }
    }
}

/// As much of labels as the table looks at.
mod label {
    pub(crate) enum Label<'a> {
        Closed { ordinal: usize },
        Bool(bool),
        Integer(i64),
        Text(&'a str),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct KeptLabel(String);

    impl From<Label<'_>> for KeptLabel {
        fn from(label: Label<'_>) -> Self {
            match label {
                Label::Text(text) => Self(text.to_owned()),
                _ => panic!("the model has text only"),
            }
        }
    }
}

use std::sync::{
    Arc as StdArc,
    atomic::{AtomicUsize, Ordering},
};

use shuttle::{sync::Arc, thread};

use crate::{
    cells::Cells,
    label::KeptLabel,
    pending::{Amount, HandOver, Pending},
    sync::AtomicU64,
    table::Table,
    value::LevelValue,
};

const RUNS: usize = 4_000;

/// Half of the runs with random schedules, half with those that find rare orders of few preemptions.
fn check(model: impl Fn() + Send + Sync + Clone + 'static) {
    sync::IS_MODEL.set(true);
    shuttle::check_random(model.clone(), RUNS / 2);
    shuttle::check_pct(model, RUNS / 2, 3);
    sync::IS_MODEL.set(false);
}

#[test]
fn first_use_by_several_threads_and_generations_keeps_one_value_of_each() {
    check(|| {
        let cells = Arc::new(Cells::new());
        let made = Arc::new(AtomicUsize::new(0));
        // Two threads come with the installation that others have left, as happens while a provider is replaced.
        let threads: Vec<_> = [5, 6, 5, 6]
            .into_iter()
            .map(|generation| {
                let (cells, made) = (Arc::clone(&cells), Arc::clone(&made));
                thread::spawn(move || {
                    let mine = (generation, made.fetch_add(1, Ordering::SeqCst));
                    let kept = cells.get(generation).or_else(|| cells.fill(generation, mine)).copied();
                    let again = cells.get(generation).copied();
                    assert_eq!(kept, again, "what a thread was given stays");
                    kept.expect("there is room")
                })
            })
            .collect();
        let kept: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!((kept[0], kept[1]), (kept[2], kept[3]), "threads of one generation agree");
        assert_eq!((kept[0].0, kept[1].0), (5, 6), "and have no other's");
    });
}

#[test]
fn a_series_that_several_threads_add_is_one() {
    check(|| {
        let table = Arc::new(Table::new());
        // One hash for all, so that they walk the same places.
        let threads: Vec<_> = ["a", "b", "a", "c"]
            .into_iter()
            .enumerate()
            .map(|(thread, text)| {
                let table = Arc::clone(&table);
                thread::spawn(move || {
                    let key: Box<[KeptLabel]> = [label::Label::Text(text).into()].into();
                    let found = table.find(42, |there| *there == *key).copied();
                    let kept = *table.insert(42, key.clone(), thread).expect("there is room");
                    assert!(found.is_none_or(|found| found == kept), "what was found is not added again");
                    assert_eq!(table.find(42, |there| *there == *key), Some(&kept));
                    kept
                })
            })
            .collect();
        let kept: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(kept[0], kept[2]);
        assert_eq!((kept[1], kept[3]), (1, 3));
    });
}

#[test]
fn a_level_is_nothing_or_one_that_was_set() {
    check(|| {
        let level = Arc::new(LevelValue::new());
        let setters: Vec<_> = [3, 7]
            .into_iter()
            .map(|value| {
                let level = Arc::clone(&level);
                thread::spawn(move || {
                    level.set(value);
                    assert!(level.get().is_some(), "a level that was set stays one");
                })
            })
            .collect();
        let seen = [level.get(), level.get()];
        assert!(seen.iter().all(|level| matches!(level, None | Some(3 | 7))), "{seen:?}");
        assert!(seen[0].is_none() || seen[1].is_some());
        for setter in setters {
            setter.join().unwrap();
        }
        assert!(matches!(level.get(), Some(3 | 7)));
    });
}

/// A series and what the provider has aggregated of it.
struct Sum {
    pending: AtomicU64,
    aggregated: AtomicU64,
}

impl HandOver for Sum {
    fn hand_over(&self) {
        if let Some(amount) = self.pending.take() {
            self.aggregated.fetch_add(amount, Ordering::SeqCst);
        }
    }
}

#[test]
fn a_collection_has_all_that_was_added_before_it_began() {
    check(|| {
        let pending = Arc::new(Pending::default());
        let sum = StdArc::new(Sum { pending: AtomicU64::new(0), aggregated: AtomicU64::new(0) });
        let added = Arc::new(AtomicU64::new(0));
        pending.add(StdArc::<Sum>::clone(&sum));
        let recorders = [3, 4].map(|amount| {
            let (sum, added) = (StdArc::clone(&sum), Arc::clone(&added));
            thread::spawn(move || {
                for _ in 0..2 {
                    sum.pending.add(amount);
                    added.fetch_add(amount, Ordering::SeqCst);
                }
            })
        });
        // Two readers, as a push and a scrape are.
        let readers = [(); 2].map(|()| {
            let (pending, sum, added) = (Arc::clone(&pending), StdArc::clone(&sum), Arc::clone(&added));
            thread::spawn(move || {
                let before = added.load(Ordering::SeqCst);
                pending.hand_over();
                let read = sum.aggregated.load(Ordering::SeqCst);
                assert!(read >= before, "{read} of {before}");
            })
        });
        for thread in recorders.into_iter().chain(readers) {
            thread.join().unwrap();
        }
        pending.hand_over();
        assert_eq!(sum.aggregated.load(Ordering::SeqCst), 14, "nothing is handed over twice or lost");
    });
}

#[test]
fn a_series_that_is_made_while_others_are_handed_over_is_not_forgotten() {
    check(|| {
        let pending = Arc::new(Pending::default());
        let makers = [1, 2].map(|amount| {
            let pending = Arc::clone(&pending);
            thread::spawn(move || {
                let sum = StdArc::new(Sum { pending: AtomicU64::new(0), aggregated: AtomicU64::new(0) });
                pending.add(StdArc::<Sum>::clone(&sum));
                sum.pending.add(amount);
                pending.hand_over();
                assert_eq!(sum.aggregated.load(Ordering::SeqCst), amount);
            })
        });
        for maker in makers {
            maker.join().unwrap();
        }
    });
}
