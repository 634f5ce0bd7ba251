//! Series with text labels: a hash table that is only ever added to, so that reading it takes no lock.
//!
//! A key looks in a short window of cells on each level, the first free one on the smallest level being its place.
//! A cell once taken stays taken, so every thread walks the same way and no key can stand twice.
//! Keys whose hashes fall together fill one window per level at worst; for those that come after there is no place.

use crate::{label::KeptLabel, sync::OnceLock};

/// Cells per level. A level is a row of segments, each of which is allocated when a key comes to stand in it.
const LEVELS: [usize; 4] = [128, 1024, 8192, 65_536];
/// How many cells of a level a key may stand in.
const WINDOW: usize = 16;
/// Cells per segment.
const SEGMENT: usize = 16;

pub(crate) struct Table<T> {
    levels: [OnceLock<Level<T>>; LEVELS.len()],
}

type Level<T> = Box<[OnceLock<Segment<T>>]>;
type Segment<T> = Box<[Cell<T>; SEGMENT]>;
type Cell<T> = OnceLock<Box<Entry<T>>>;

struct Entry<T> {
    hash: u64,
    key: Box<[KeptLabel]>,
    value: T,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        Self { levels: [const { OnceLock::new() }; LEVELS.len()] }
    }

    #[inline]
    pub(crate) fn find(&self, hash: u64, is_key: impl Fn(&[KeptLabel]) -> bool) -> Option<&T> {
        for level in &self.levels {
            let level = level.get()?;
            for at in window(level, hash) {
                let entry = level.get(at / SEGMENT)?.get()?.get(at % SEGMENT)?.get()?;
                if entry.hash == hash && is_key(&entry.key) {
                    return Some(&entry.value);
                }
            }
        }
        None
    }

    /// Whether a key with this hash that is not there yet can be added.
    pub(crate) fn has_room(&self, hash: u64) -> bool {
        self.levels.iter().any(|level| {
            let Some(level) = level.get() else { return true };
            window(level, hash).any(|at| {
                let segment = level.get(at / SEGMENT).and_then(OnceLock::get);
                segment.and_then(|segment| segment.get(at % SEGMENT)?.get()).is_none()
            })
        })
    }

    /// Adds the key, unless it is there, and gives its value; `None` when all of its places are taken by others.
    pub(crate) fn insert(&self, hash: u64, key: Box<[KeptLabel]>, value: T) -> Option<&T> {
        let mut entry = Box::new(Entry { hash, key, value });
        for (level, len) in self.levels.iter().zip(LEVELS) {
            let level = level.get_or_init(|| std::iter::repeat_with(OnceLock::new).take(len / SEGMENT).collect());
            for at in window(level, hash) {
                let cell = level.get(at / SEGMENT)?.get_or_init(empty_segment).get(at % SEGMENT)?;
                match cell.set(entry) {
                    Ok(()) => return cell.get().map(|entry| &entry.value),
                    Err(refused) => {
                        let there = cell.get()?;
                        if there.hash == refused.hash && there.key == refused.key {
                            return Some(&there.value);
                        }
                        entry = refused;
                    }
                }
            }
        }
        None
    }
}

fn empty_segment<T>() -> Segment<T> {
    Box::new([const { OnceLock::new() }; SEGMENT])
}

/// The cells that a key may stand in, in the order in which it takes them.
#[inline]
fn window<T>(level: &[OnceLock<Segment<T>>], hash: u64) -> impl Iterator<Item = usize> {
    // The sizes are powers of two, and no level has more cells than 32 bits can count.
    let (start, last) = ((hash & 0xffff_ffff) as usize, level.len() * SEGMENT - 1);
    (0..WINDOW).map(move |step| (start + step) & last)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::{hash::hash_of, label::Label};

    fn key(text: &str) -> (u64, Box<[KeptLabel]>) {
        let labels = [Label::Text(text)];
        (hash_of(&labels), labels.map(KeptLabel::from).into())
    }

    #[test]
    fn what_was_inserted_is_found_and_nothing_else() {
        let table = Table::new();
        for n in 0..1500 {
            let (hash, key) = key(&format!("value {n}"));
            assert_eq!(table.insert(hash, key, n), Some(&n));
        }
        for n in 0..1500 {
            let (hash, key) = key(&format!("value {n}"));
            assert_eq!(table.find(hash, |there| there == &*key), Some(&n));
        }
        let (hash, key) = key("absent");
        assert_eq!(table.find(hash, |there| there == &*key), None);
    }

    #[test]
    fn keys_with_one_hash_are_kept_apart_until_their_places_run_out() {
        let table = Table::new();
        let places = WINDOW * LEVELS.len();
        for n in 0..places {
            assert!(table.has_room(42), "place {n}");
            assert!(table.insert(42, key(&n.to_string()).1, n).is_some(), "place {n}");
        }
        assert_eq!(table.insert(42, key("one more").1, 0), None);
        assert!(!table.has_room(42) && table.has_room(42 + WINDOW as u64), "it is about this hash alone");
        let last = key(&(places - 1).to_string()).1;
        assert_eq!(table.find(42, |there| there == &*last), Some(&(places - 1)));
    }

    /// As many as `View::with_limit` of `telemetry-init` allows.
    #[test]
    fn twenty_thousand_keys_find_their_places() {
        let table = Table::new();
        for n in 0..20_000 {
            let (hash, key) = key(&format!("value {n}"));
            assert_eq!(table.insert(hash, key, n), Some(&n));
        }
    }

    #[test]
    fn threads_that_insert_the_same_keys_agree() {
        let table = Table::new();
        thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|worker| {
                    let table = &table;
                    scope.spawn(move || {
                        (0..800)
                            .map(|n| {
                                let (hash, key) = key(&n.to_string());
                                *table.insert(hash, key, (worker, n)).expect("there is room")
                            })
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let seen: Vec<_> = workers.into_iter().map(|worker| worker.join().expect("no panic")).collect();
            for other in &seen {
                assert_eq!(other, &seen[0]);
            }
        });
    }
}
