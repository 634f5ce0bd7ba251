//! Sorting the series of a family, which is most of the work of an exposition if it is done from scratch.

use std::{collections::HashMap, mem, ops::Range};

/// A series among the others: small, because sorting moves it often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The first bytes in which the family's keys may differ, so that sorting rarely looks at the keys themselves.
    pub(super) rank: u64,
    pub(super) index: usize,
}

/// In which order the series of each family were the last time.
///
/// The SDK hands series out in the same order as long as none is added, and then the order is right again: sorting only
/// finds out that nothing is to be done.
#[derive(Debug, Default)]
pub(super) struct RememberedOrders {
    last: HashMap<String, Vec<u32>>,
    next: HashMap<String, Vec<u32>>,
}

impl RememberedOrders {
    /// Puts all series of a family in the order of the last time, or as they come if there is none.
    pub(super) fn recall(&mut self, family: &str, count: usize, order: &mut Vec<Place>) {
        order.clear();
        let last = self.last.get(family).filter(|last| last.len() == count);
        match last {
            Some(last) => order.extend(last.iter().map(|index| Place { rank: 0, index: *index as usize })),
            None => order.extend((0..count).map(|index| Place { rank: 0, index })),
        }
    }

    pub(super) fn remember(&mut self, family: &str, order: &[Place]) {
        let (name, mut indexes) = self.last.remove_entry(family).unwrap_or_else(|| (family.to_owned(), Vec::new()));
        indexes.clear();
        indexes.extend(order.iter().map_while(|place| u32::try_from(place.index).ok()));
        self.next.insert(name, indexes);
    }

    /// Forgets families that are not there any more.
    pub(super) fn forget_unused(&mut self) {
        self.last.clear();
        mem::swap(&mut self.last, &mut self.next);
    }
}

/// Sets the rank of each series.
pub(super) fn ranked(keys: &[u8], key: impl Fn(usize) -> Range<usize>, order: &mut [Place]) {
    let Some((first, rest)) = order.split_first() else { return };
    let reference = &keys[key(first.index)];
    let common = rest.iter().fold(reference.len(), |common, place| {
        let key = &keys[key(place.index)];
        // Most keys share what the ones before them share, and one comparison says so.
        if key.len() >= common && key[..common] == reference[..common] {
            return common;
        }
        reference[..common].iter().zip(key).take_while(|(a, b)| a == b).count()
    });
    for place in order {
        let key = key(place.index);
        let differing = &keys[key.start + common..key.end];
        let mut bytes = [0; 8];
        let known = differing.len().min(bytes.len());
        bytes[..known].copy_from_slice(&differing[..known]);
        place.rank = u64::from_be_bytes(bytes);
    }
}
