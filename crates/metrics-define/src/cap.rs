//! `max_values`: what an open label does not take any more becomes `other`, before any exporter sees it.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

use crate::{
    definition::{LabelValues, MetricDef},
    label::{Label, OTHER},
    problem::{self, Count},
};

/// Label sets up to this size are gathered on the stack.
const ON_STACK: usize = 16;

/// The caps of one instrument's labels, in the order of the definition; empty when no label is open.
pub(crate) struct Caps(Box<[Option<Cap>]>);

/// The values that one label has taken.
struct Cap {
    max_values: usize,
    taken: RwLock<Taken>,
    overflow: Count,
}

#[derive(Default)]
struct Taken {
    texts: HashSet<Box<str>>,
    integers: HashSet<i64>,
}

impl Caps {
    pub(crate) fn new(def: &MetricDef) -> Self {
        let caps = def.labels.iter().map(|label| match label.values {
            LabelValues::Open { max_values } => Some(Cap::new(max_values)),
            LabelValues::Closed(_) => None,
        });
        let is_open = def.labels.iter().any(|label| matches!(label.values, LabelValues::Open { .. }));
        Self(if is_open { caps.collect() } else { Box::default() })
    }

    /// Goes on with the labels as they may be recorded, and whether one of them was beyond its limit.
    pub(crate) fn apply<'l, R>(
        &self,
        def: &'static MetricDef,
        labels: &[Label<'l>],
        then: impl FnOnce(&[Label<'l>], Folded) -> R,
    ) -> R {
        if self.0.is_empty() {
            return then(labels, Folded(false));
        }
        let (mut stack, mut heap) = ([Label::Bool(false); ON_STACK], Vec::new());
        let capped = match stack.get_mut(..labels.len()) {
            Some(stack) => stack,
            None => {
                heap.resize(labels.len(), Label::Bool(false));
                heap.as_mut_slice()
            }
        };
        let mut folded = Folded(false);
        for (at, (capped, label)) in capped.iter_mut().zip(labels).enumerate() {
            *capped = label.normalised();
            if let Some(Some(cap)) = self.0.get(at)
                && !cap.accepts(*capped)
            {
                problem::too_many_values(def, at, &cap.overflow);
                *capped = cap.other(*capped);
                folded = Folded(true);
            }
        }
        then(capped, folded)
    }
}

/// Whether a label became `other`, so that the series is not the one that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folded(pub(crate) bool);

/// The place of a label set whose labels were folded: what the macro works out from types, from the definition.
pub(crate) fn place_of(def: &MetricDef, labels: &[Label<'_>]) -> usize {
    def.labels.iter().zip(labels).fold(0, |place, (def, label)| {
        let places = match def.values {
            LabelValues::Closed(values) => values.len(),
            // One more, for the texts that came too late.
            LabelValues::Open { max_values } => max_values.saturating_add(1),
        };
        let at = match *label {
            Label::Closed { ordinal, .. } => ordinal,
            Label::Bool(value) => usize::from(value),
            Label::Integer(_) | Label::Text(_) => 0,
        };
        place.saturating_mul(places).saturating_add(at)
    })
}

impl Cap {
    fn new(max_values: usize) -> Self {
        Self { max_values, taken: RwLock::default(), overflow: Count::new() }
    }

    fn accepts(&self, label: Label<'_>) -> bool {
        self.has(label) || self.take(label)
    }

    /// What stands for a value that is beyond the limit: the last place of interned text is that of `other`.
    fn other<'l>(&self, label: Label<'l>) -> Label<'l> {
        match label {
            Label::Closed { of, text, .. } => Label::Closed { ordinal: self.max_values.saturating_sub(1), of, text },
            _ => Label::Text(OTHER),
        }
    }

    fn has(&self, label: Label<'_>) -> bool {
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        match label {
            Label::Text(text) => text == OTHER || taken.texts.contains(text),
            Label::Integer(value) => taken.integers.contains(&value),
            // Interned text has its own limit, and a place beyond it for what came too late.
            Label::Closed { ordinal, .. } => ordinal < self.max_values,
            Label::Bool(_) => true,
        }
    }

    /// Takes a new value, if there is room beside `other`.
    fn take(&self, label: Label<'_>) -> bool {
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        let Taken { texts, integers } = &mut *taken;
        let has_room = texts.len() + integers.len() + 1 < self.max_values;
        match label {
            // Another thread may have taken it meanwhile.
            Label::Text(text) if !has_room => texts.contains(text),
            Label::Integer(value) if !has_room => integers.contains(&value),
            Label::Text(text) => {
                texts.insert(text.into());
                true
            }
            Label::Integer(value) => {
                integers.insert(value);
                true
            }
            Label::Closed { .. } => false,
            Label::Bool(_) => true,
        }
    }
}
