//! Text that is looked up once: every later use of it is as dense as an enum.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use crate::{
    hash::hash_of,
    label::{Label, foreign::cut},
    table::Table,
};

/// What stands for the texts that came too late.
pub(crate) const OTHER: &str = "other";

/// The place of all texts that came too late: beyond the series of any metric, also as one digit of its mixed radix, and
/// small enough that this does not wrap around where series have places.
const LATE: usize = 1 << (usize::BITS - 16);

/// The texts of one type: what is behind `#[label_text(max_values = 64)]`.
///
/// They are kept for the life of the process, which `max_values` and the length of a label bound.
pub struct Interner {
    max_values: usize,
    known: Table<Interned>,
    /// How many texts have a place; taken while one is added, so that places are given once.
    len: Mutex<usize>,
}

impl Interner {
    /// At most `max_values` texts, `other` among them.
    pub const fn new(max_values: usize) -> Self {
        Self { max_values, known: Table::new(), len: Mutex::new(0) }
    }

    /// The place of the text; one beyond all of them when there is no room for another one.
    #[inline]
    pub fn intern(&self, text: &str) -> Interned {
        let text = cut(text);
        let hash = hash_of(&[Label::Text(text)]);
        match self.find(hash, text) {
            Some(interned) => interned,
            None => self.add(hash, text),
        }
    }

    #[inline]
    fn find(&self, hash: u64, text: &str) -> Option<Interned> {
        self.known.find(hash, |key| key == [Label::Text(text)]).copied()
    }

    #[cold]
    fn add(&self, hash: u64, text: &str) -> Interned {
        let other = Interned { ordinal: self.max_values.saturating_sub(1), text: OTHER };
        let late = Interned { ordinal: LATE, text: OTHER };
        let mut len = self.len.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interned) = self.find(hash, text) {
            return interned;
        }
        if text == OTHER {
            return other;
        }
        if *len >= other.ordinal {
            return late;
        }
        let interned = Interned { ordinal: *len, text: Box::leak(text.into()) };
        match self.known.insert(hash, [Label::Text(text).into()].into(), interned) {
            Some(there) => {
                *len += 1;
                *there
            }
            None => late,
        }
    }
}

impl fmt::Debug for Interner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interner").field("max_values", &self.max_values).finish_non_exhaustive()
    }
}

/// A text of an [`Interner`]: its place, and the text.
///
/// Those that came too late have a place far beyond the values: no metric has a series there, so recording one takes the
/// slow path, which counts it and goes on with `other`.
#[derive(Clone, Copy)]
pub struct Interned {
    ordinal: usize,
    text: &'static str,
}

impl Interned {
    /// The text; `other` for one that came too late.
    pub fn text(self) -> &'static str {
        self.text
    }

    /// Its place, below `max_values`; beyond them for a text that came too late.
    #[inline]
    pub fn place(self) -> usize {
        self.ordinal
    }

    /// The label, one of `max_values`; its ordinal is beyond them for a text that came too late.
    #[inline]
    pub fn label(self, max_values: usize) -> Label<'static> {
        Label::Closed { ordinal: self.ordinal, of: max_values, text: self.text }
    }
}

impl PartialEq for Interned {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Interned {}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for Interned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;
    use crate::expansion::place;

    #[test]
    fn a_text_keeps_its_place_and_late_ones_have_one_that_reads_as_other() {
        let interner = Interner::new(3);
        let (a, other, b) = (interner.intern("a"), interner.intern("other"), interner.intern("b"));
        assert_eq!((a.ordinal, b.ordinal, other.ordinal), (0, 1, 2));
        let late = interner.intern("c");
        assert_eq!((late, late.text(), late.place()), (other, "other", LATE));
        assert_eq!(HashSet::from([late, other]).len(), 1);
        assert_eq!((interner.intern("a"), interner.intern("a").text()), (a, "a"));
    }

    #[test]
    fn late_texts_are_beyond_every_series_in_whatever_labels_they_stand() {
        // As many labels as there can be where series have places: of two texts each.
        const LABELS: usize = 16;
        for late in 1..1 << LABELS {
            let digits =
                std::array::from_fn::<_, LABELS, _>(|label| (Some(2), if late & (1 << label) == 0 { 1 } else { LATE }));
            assert!(place(digits) >= 1 << LABELS, "{late:b}");
        }
    }

    #[test]
    fn threads_agree_on_the_places() {
        let interner = Interner::new(64);
        let seen = thread::scope(|scope| {
            let places = || (0..100).map(|n| interner.intern(&n.to_string())).collect::<Vec<_>>();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(places)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        for n in 0..100 {
            let texts: Vec<_> = seen.iter().map(|places| places[n].text()).collect();
            let own = n.to_string();
            assert!(texts.iter().all(|text| *text == own || *text == OTHER), "{n}: {texts:?}");
        }
        let places = (0..100).map(|n| interner.intern(&n.to_string()).ordinal).filter(|&place| place < 63);
        assert_eq!(places.collect::<std::collections::BTreeSet<_>>().len(), 63, "every place is given once");
    }
}
