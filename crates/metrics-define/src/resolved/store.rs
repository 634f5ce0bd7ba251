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
    /// Every label's values have places: a series is found by its own. They are as many as the series, so none is beyond.
    Dense(Box<[OnceLock<T>]>),
    /// The same for more places than series.
    Paged(Box<[OnceLock<Box<Page<T>>>]>),
    /// Some label is open, or there are very many places: a series is found by hash.
    Hashed(Table<OnceLock<T>>),
}

struct Page<T> {
    /// A bit for each cell that was given.
    given: AtomicU64,
    cells: [OnceLock<T>; PAGE],
}

impl<T> Store<T> {
    pub(crate) fn new(places: Option<usize>, limit: usize) -> Self {
        let shape = match places {
            Some(places @ ..=MOST_DENSE) => Shape::Dense(std::iter::repeat_with(OnceLock::new).take(places).collect()),
            Some(places @ ..=MOST_PLACES) => {
                Shape::Paged(std::iter::repeat_with(OnceLock::new).take(places.div_ceil(PAGE)).collect())
            }
            _ => Shape::Hashed(Table::new()),
        };
        Self { shape, limit, len: AtomicUsize::new(0), giving: Mutex::new(()) }
    }

    /// What is at this place, where series are found by places.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        match &self.shape {
            Shape::Dense(cells) => cells.get(place)?.get(),
            Shape::Paged(pages) => pages.get(place / PAGE)?.get()?.cells.get(place % PAGE)?.get(),
            Shape::Hashed(_) => None,
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
            Shape::Dense(cells) => cells.get(place),
            Shape::Paged(pages) => {
                let page = pages.get(place / PAGE)?.get()?;
                let is_given = page.given.load(Ordering::Acquire) & bit(place) != 0;
                page.cells.get(place % PAGE).filter(|_| is_given)
            }
            Shape::Hashed(table) => table.find(hash_of(labels), |key| key == labels),
        }
    }

    /// Whether a label set that has no cell by now gets none any more.
    pub(crate) fn is_full(&self) -> bool {
        self.len.load(Ordering::Acquire) >= self.limit
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
            Shape::Dense(_) => return None,
            Shape::Paged(pages) => {
                let page = pages.get(place / PAGE)?.get_or_init(Box::default);
                page.given.fetch_or(bit(place), Ordering::Release);
            }
            Shape::Hashed(table) => {
                table.insert(hash_of(labels), key.into(), OnceLock::new())?;
            }
        }
        self.len.fetch_add(1, Ordering::Release);
        self.given(place, labels)
    }
}

fn bit(place: usize) -> u64 {
    1 << (place % PAGE)
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { given: AtomicU64::new(0), cells: [const { OnceLock::new() }; PAGE] }
    }
}
