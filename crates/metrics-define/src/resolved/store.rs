//! The series of an instrument, each found without a lock.

use std::sync::{Mutex, PoisonError};

use crate::{
    hash::hash_of,
    label::{KeptLabel, Label},
    sync::{AtomicU64, AtomicUsize, OnceLock, Ordering},
    table::Table,
};

/// Label sets with up to this many places have a cell per series from the start.
const MOST_DENSE: usize = 1024;
/// Those with up to this many have their cells page by page, as they are first used.
const MOST_PLACES: usize = PAGE * 1024;
/// Cells of a page: as many as its bits.
const PAGE: usize = 64;

/// Whether series are found by their places, and each place has its cell from the start.
pub(crate) const fn is_dense(places: Option<usize>) -> bool {
    matches!(places, Some(0..=MOST_DENSE))
}

/// Whether series are found by their places rather than by their labels.
pub(crate) const fn has_places(places: Option<usize>) -> bool {
    matches!(places, Some(0..=MOST_PLACES))
}

/// What is kept for each label set, up to a limit of sets.
pub(crate) struct Store<T> {
    shape: Shape<T>,
    limit: usize,
    /// How many sets have a cell.
    len: AtomicUsize,
    /// Held while a cell is given, so that exactly as many are given as there may be.
    giving: Mutex<()>,
}

enum Shape<T> {
    /// Every label's values have places: a series is found by its own.
    Dense(Dense<T>),
    /// The same for many places.
    Paged(Box<[OnceLock<Box<Page<T>>>]>),
    /// Some label is open, or there are very many places: a series is found by hash.
    Hashed(Table<OnceLock<T>>),
}

struct Dense<T> {
    cells: Box<[OnceLock<T>]>,
    /// A bit for each cell that was given; none where there are no more of them than there may be.
    given: Box<[AtomicU64]>,
}

struct Page<T> {
    /// A bit for each cell that was given.
    given: AtomicU64,
    cells: [OnceLock<T>; PAGE],
}

impl<T> Store<T> {
    pub(crate) fn new(places: Option<usize>, limit: usize) -> Self {
        let shape = match places {
            Some(places @ ..=MOST_DENSE) => {
                let words = if places > limit { places.div_ceil(PAGE) } else { 0 };
                Shape::Dense(Dense { cells: made(places, OnceLock::new), given: made(words, || AtomicU64::new(0)) })
            }
            Some(places @ ..=MOST_PLACES) => Shape::Paged(made(places.div_ceil(PAGE), OnceLock::new)),
            _ => Shape::Hashed(Table::new()),
        };
        Self { shape, limit, len: AtomicUsize::new(0), giving: Mutex::new(()) }
    }

    /// What is at this place, where [each has its cell](is_dense).
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        match &self.shape {
            Shape::Dense(dense) => dense.cells.get(place)?.get(),
            Shape::Paged(_) | Shape::Hashed(_) => None,
        }
    }

    /// What is at this place, where there are [more of them](has_places).
    #[inline]
    pub(crate) fn on_page(&self, place: usize) -> Option<&T> {
        match &self.shape {
            Shape::Paged(pages) => pages.get(place / PAGE)?.get()?.cells.get(place % PAGE)?.get(),
            Shape::Dense(_) | Shape::Hashed(_) => None,
        }
    }

    /// What these labels have, where series are found by labels.
    #[inline]
    pub(crate) fn find(&self, labels: &[Label<'_>]) -> Option<&T> {
        match &self.shape {
            Shape::Hashed(table) => table.find(hash_of(labels), |key| key == labels)?.get(),
            Shape::Dense(_) | Shape::Paged(_) => None,
        }
    }

    /// The cell that the label set was given, however it is found.
    pub(crate) fn given(&self, place: usize, labels: &[Label<'_>]) -> Option<&OnceLock<T>> {
        match &self.shape {
            Shape::Dense(Dense { cells, given }) => {
                let is_given = given.get(place / PAGE).is_none_or(|given| has(given, place));
                cells.get(place).filter(|_| is_given)
            }
            Shape::Paged(pages) => {
                let page = pages.get(place / PAGE)?.get()?;
                page.cells.get(place % PAGE).filter(|_| has(&page.given, place))
            }
            Shape::Hashed(table) => table.find(hash_of(labels), |key| key == labels),
        }
    }

    /// Whether no label set is given a cell any more.
    pub(crate) fn is_full(&self) -> bool {
        self.len.load(Ordering::Acquire) >= self.limit
    }

    /// Whether these labels get no cell any more, unless they have one by now.
    pub(crate) fn is_full_for(&self, labels: &[Label<'_>]) -> bool {
        self.is_full()
            || match &self.shape {
                Shape::Hashed(table) => !table.has_room(hash_of(labels)),
                Shape::Dense(_) | Shape::Paged(_) => false,
            }
    }

    /// The cell of the label set, which is given one while there is room.
    ///
    /// It is given before anything is recorded: a provider with the same limit never has to take in more than it can.
    pub(crate) fn cell(&self, place: usize, labels: &[Label<'_>], key: &[KeptLabel]) -> Option<&OnceLock<T>> {
        self.given(place, labels).or_else(|| self.give(place, labels, key))
    }

    fn give(&self, place: usize, labels: &[Label<'_>], key: &[KeptLabel]) -> Option<&OnceLock<T>> {
        let _one_at_a_time = self.giving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = self.given(place, labels) {
            return Some(cell);
        }
        if self.is_full() {
            return None;
        }
        match &self.shape {
            Shape::Dense(dense) => add(dense.given.get(place / PAGE)?, place),
            Shape::Paged(pages) => add(&pages.get(place / PAGE)?.get_or_init(Box::default).given, place),
            Shape::Hashed(table) => {
                table.insert(hash_of(labels), key.into(), OnceLock::new())?;
            }
        }
        self.len.fetch_add(1, Ordering::Release);
        self.given(place, labels)
    }
}

fn made<T>(len: usize, make: impl FnMut() -> T) -> Box<[T]> {
    std::iter::repeat_with(make).take(len).collect()
}

fn has(given: &AtomicU64, place: usize) -> bool {
    given.load(Ordering::Acquire) >> (place % PAGE) & 1 != 0
}

fn add(given: &AtomicU64, place: usize) {
    given.fetch_or(1 << (place % PAGE), Ordering::Release);
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { given: AtomicU64::new(0), cells: [const { OnceLock::new() }; PAGE] }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    /// How many of the places are given a cell, each being asked for twice.
    fn given(store: &Store<usize>, places: usize) -> usize {
        let cells = (0..places).filter(|&place| {
            let label = [Label::Integer(i64::try_from(place).expect("it is small"))];
            let key = label.map(KeptLabel::from);
            let cell = store.cell(place, &label, &key);
            if let Some(cell) = cell {
                assert_eq!(cell.get_or_init(|| place), &place);
            }
            assert_eq!(store.cell(place, &label, &key).is_some(), cell.is_some());
            assert_eq!(store.given(place, &label).is_some(), cell.is_some());
            let found = store.at(place).or_else(|| store.on_page(place)).or_else(|| store.find(&label));
            assert_eq!(found, cell.map(|_| &place));
            cell.is_some()
        });
        cells.count()
    }

    #[test]
    fn exactly_as_many_cells_are_given_as_there_may_be() {
        for (places, limit) in [(100, 100), (100, 7), (MOST_DENSE, 1000), (2000, 2000), (2000, 70), (MOST_PLACES, 1)] {
            let places_used = places.min(3000);
            for store in [Store::new(Some(places), limit), Store::new(None, limit)] {
                assert_eq!(given(&store, places_used), limit.min(places_used), "{places} places, {limit} series");
                assert!(store.is_full() || limit == places);
            }
        }
    }

    /// The last cell is asked for by all threads at once, each for a label set of its own.
    #[test]
    fn threads_that_race_for_the_last_cells_are_given_no_more_of_them() {
        const WORKERS: usize = 4;
        for places in [Some(100), Some(2000), None] {
            let stores: Vec<Store<usize>> = (0..500).map(|_| Store::new(places, 2)).collect();
            let round = Barrier::new(WORKERS);
            let worker = |worker: usize| {
                let label = [Label::Integer(i64::try_from(worker).expect("it is small"))];
                let given = stores.iter().map(|store| {
                    round.wait();
                    usize::from(store.cell(worker, &label, &label.map(KeptLabel::from)).is_some())
                });
                given.collect::<Vec<_>>()
            };
            let given = thread::scope(|scope| {
                let worker = &worker;
                let workers: Vec<_> = (0..WORKERS).map(|n| scope.spawn(move || worker(n))).collect();
                workers.into_iter().map(|worker| worker.join().expect("no panic")).collect::<Vec<_>>()
            });
            for store in 0..stores.len() {
                assert_eq!(given.iter().map(|given| given[store]).sum::<usize>(), 2, "store {store} of {places:?}");
            }
        }
    }

    #[test]
    fn a_place_that_is_none_has_no_cell() {
        for places in [10, 2000] {
            let store = Store::<usize>::new(Some(places), 2000);
            let label = [Label::Bool(true)];
            assert!(store.cell(1_000_000, &label, &label.map(KeptLabel::from)).is_none());
            assert_eq!((store.at(1_000_000), store.on_page(1_000_000)), (None, None));
        }
    }
}
