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

    /// Goes on with the labels as they may be recorded.
    pub(crate) fn apply<'l, R>(
        &self,
        def: &'static MetricDef,
        labels: &[Label<'l>],
        then: impl FnOnce(&[Label<'l>]) -> R,
    ) -> R {
        if self.0.is_empty() {
            return then(labels);
        }
        let (mut stack, mut heap) = ([Label::Bool(false); ON_STACK], Vec::new());
        let capped = match stack.get_mut(..labels.len()) {
            Some(stack) => stack,
            None => {
                heap.resize(labels.len(), Label::Bool(false));
                heap.as_mut_slice()
            }
        };
        for (at, (capped, label)) in capped.iter_mut().zip(labels).enumerate() {
            *capped = match self.0.get(at) {
                Some(Some(cap)) => cap.apply(def, at, label.normalised()),
                _ => *label,
            };
        }
        then(capped)
    }
}

impl Cap {
    fn new(max_values: usize) -> Self {
        Self { max_values, taken: RwLock::default(), overflow: Count::new() }
    }

    fn apply<'l>(&self, def: &'static MetricDef, at: usize, label: Label<'l>) -> Label<'l> {
        if self.has(label) || self.take(label) {
            return label;
        }
        problem::too_many_values(def, at, &self.overflow);
        Label::Text(OTHER)
    }

    fn has(&self, label: Label<'_>) -> bool {
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        match label {
            Label::Text(text) => text == OTHER || taken.texts.contains(text),
            Label::Integer(value) => taken.integers.contains(&value),
            // Interned text has its own limit.
            Label::Closed { .. } | Label::Bool(_) => true,
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
            Label::Closed { .. } | Label::Bool(_) => true,
        }
    }
}
