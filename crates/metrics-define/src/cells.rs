//! One lazily filled cell per generation: how a slot follows a provider that is installed later, or again.
//!
//! Cells are only ever added, so a reference to a cell's content lives as long as the cells, without a lock.
//! The first generation to be filled, which in a service is the only one, has its cell in place: finding it takes no
//! pointer that would have to be loaded first. For the others, which most programs do not have, the storage is made when
//! it is needed, and doubles: chunk `k` holds the generations from `2^k` to `2^(k+1) - 1`.

use std::fmt;

use crate::sync::OnceLock;

/// 65,535 installations in one process; later ones record nothing.
const CHUNKS: usize = 16;

pub(crate) struct Cells<T> {
    first: OnceLock<(usize, T)>,
    others: OnceLock<Box<Chunks<T>>>,
}

type Chunks<T> = [OnceLock<Chunk<T>>; CHUNKS];
type Chunk<T> = Box<[OnceLock<T>]>;

impl<T> Cells<T> {
    pub(crate) const fn new() -> Self {
        Self { first: OnceLock::new(), others: OnceLock::new() }
    }

    /// What the generation holds. Generation 0 means "off" and holds nothing.
    #[inline]
    pub(crate) fn get(&self, generation: usize) -> Option<&T> {
        match self.first.get() {
            Some((first, value)) if *first == generation => Some(value),
            _ => self.other(generation),
        }
    }

    fn other(&self, generation: usize) -> Option<&T> {
        let chunk = generation.checked_ilog2()?;
        self.others.get()?.get(chunk as usize)?.get()?.get(generation - (1 << chunk))?.get()
    }

    /// Fills the generation's cell, unless somebody did so before, and gives what it holds.
    ///
    /// The value is made by the caller, not under the cell's lock: making it may run foreign code that records.
    pub(crate) fn fill(&self, generation: usize, value: T) -> Option<&T> {
        if generation == 0 {
            return None;
        }
        let Err((_, value)) = self.first.set((generation, value)) else { return self.get(generation) };
        if let Some((first, there)) = self.first.get()
            && *first == generation
        {
            return Some(there);
        }
        let chunk = generation.checked_ilog2()?;
        let others = self.others.get_or_init(|| Box::new([const { OnceLock::new() }; CHUNKS]));
        let cells = others.get(chunk as usize)?.get_or_init(|| empty_chunk(1 << chunk));
        let cell = cells.get(generation - (1 << chunk))?;
        Some(cell.get_or_init(|| value))
    }
}

fn empty_chunk<T>(len: usize) -> Chunk<T> {
    std::iter::repeat_with(OnceLock::new).take(len).collect()
}

impl<T> fmt::Debug for Cells<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cells").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_generation_has_its_own_cell_and_the_first_value_stays() {
        let cells = Cells::new();
        for generation in 1..=1000 {
            assert_eq!(cells.get(generation), None);
            assert_eq!(cells.fill(generation, generation * 10), Some(&(generation * 10)));
            assert_eq!(cells.fill(generation, 1), Some(&(generation * 10)));
        }
        assert_eq!(cells.get(7), Some(&70));
    }

    #[test]
    fn off_and_absurd_generations_hold_nothing() {
        let cells = Cells::new();
        assert_eq!((cells.fill(0, 1), cells.fill(7, 2)), (None, Some(&2)), "the first has its cell in place");
        for generation in [0, 1 << CHUNKS, usize::MAX] {
            assert_eq!(cells.fill(generation, 1), None);
            assert_eq!(cells.get(generation), None);
        }
    }
}
