//! What is kept of each family from one exposition to the next.

use std::{collections::HashMap, mem};

use super::label_sets::LabelSets;

/// The label sets of families by name.
#[derive(Debug, Default)]
pub(super) struct Memory {
    last: HashMap<String, LabelSets>,
    next: HashMap<String, LabelSets>,
    is_for_once: bool,
}

impl Memory {
    /// For one exposition: nothing is kept.
    pub(super) fn for_once() -> Self {
        Self { is_for_once: true, ..Self::default() }
    }

    /// The family's label sets of the last exposition, or none yet, and its name for keeping them.
    pub(super) fn take(&mut self, family: &str) -> (String, LabelSets) {
        self.last.remove_entry(family).unwrap_or_else(|| (family.to_owned(), LabelSets::default()))
    }

    /// Keeps label sets for the next exposition, if they may be kept.
    pub(super) fn keep(&mut self, family: String, mut label_sets: LabelSets) {
        if !self.is_for_once && label_sets.can_be_kept() {
            label_sets.shrink();
            self.next.insert(family, label_sets);
        }
    }

    /// Forgets families that were not in the exposition that ends.
    pub(super) fn finish(&mut self) {
        self.last.clear();
        mem::swap(&mut self.last, &mut self.next);
    }
}
