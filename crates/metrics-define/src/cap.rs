//! `max_values`: what an open label does not take any more becomes `other`, before any exporter sees it.

mod folded;

use std::{
    cell::Cell,
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

use crate::{
    definition::{LabelValues, MetricDef},
    label::{Label, OTHER, gathered},
    problem::{self, Count},
};
pub(crate) use folded::Folded;

/// The caps of one instrument's labels.
pub(crate) struct Caps {
    /// In the order of the definition; empty when no label is open.
    caps: Box<[Option<Cap>]>,
    /// The labels that a view leaves out; empty when there is none.
    dropped: Box<[bool]>,
}

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

/// Labels as they were given and as they may be recorded.
#[derive(Clone, Copy)]
pub(crate) struct Capped<'c, 'l> {
    pub(crate) given: &'c [Label<'l>],
    pub(crate) labels: &'c [Label<'l>],
    pub(crate) folded: Folded,
}

/// What a cap says to a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Taken,
    /// It is new, and there is room for it.
    New,
    Beyond,
}

impl Caps {
    pub(crate) fn new(def: &MetricDef, dropped: Box<[bool]>) -> Self {
        let caps = def.labels.iter().map(|label| match label.values {
            LabelValues::Open { max_values } => Some(Cap::new(max_values)),
            LabelValues::Closed(_) => None,
        });
        let is_open = def.labels.iter().any(|label| matches!(label.values, LabelValues::Open { .. }));
        Self { caps: if is_open { caps.collect() } else { Box::default() }, dropped }
    }

    /// Goes on with the labels as they may be recorded, whose values are taken from now on.
    pub(crate) fn apply<'l, R>(&self, labels: &[Label<'l>], then: impl FnOnce(Capped<'_, 'l>) -> R) -> R {
        self.fold(labels, Cap::accepts, then)
    }

    /// The same without taking a value: `None` when one is new, so that it is not known yet what it may become.
    pub(crate) fn settled<'l, R>(
        &self,
        labels: &[Label<'l>],
        then: impl FnOnce(Capped<'_, 'l>) -> Option<R>,
    ) -> Option<R> {
        let is_settled = Cell::new(true);
        let accepts = |cap: &Cap, label| {
            let verdict = cap.judge(label);
            is_settled.set(is_settled.get() && verdict != Verdict::New);
            verdict != Verdict::Beyond
        };
        self.fold(labels, accepts, |capped| if is_settled.get() { then(capped) } else { None })
    }

    /// Counts a measurement for each label that was beyond its limit.
    pub(crate) fn count(&self, def: &'static MetricDef, folded: Folded) {
        for (at, cap) in self.caps.iter().enumerate() {
            if let (Some(cap), true) = (cap, folded.has_label(at)) {
                problem::too_many_values(def, at, &cap.overflow);
            }
        }
    }

    fn fold<'l, R>(
        &self,
        labels: &[Label<'l>],
        mut accepts: impl FnMut(&Cap, Label<'l>) -> bool,
        then: impl FnOnce(Capped<'_, 'l>) -> R,
    ) -> R {
        if self.caps.is_empty() && self.dropped.is_empty() {
            return then(Capped { given: labels, labels, folded: Folded::default() });
        }
        gathered(labels.iter().map(|label| label.normalised()), |given| {
            gathered(given.iter().copied(), |labels| {
                let mut folded = Folded::default();
                for (at, label) in labels.iter_mut().enumerate() {
                    if self.dropped.get(at) == Some(&true) {
                        folded.add_dropped(*label);
                        *label = any(*label);
                    } else if let Some(Some(cap)) = self.caps.get(at)
                        && !accepts(cap, *label)
                    {
                        folded.add_label(at, *label);
                        *label = cap.other(*label);
                    }
                }
                then(Capped { given, labels, folded })
            })
        })
    }
}

/// What stands for every value of a label that is left out.
fn any(label: Label<'_>) -> Label<'_> {
    match label {
        Label::Closed { of, .. } => Label::Closed { ordinal: 0, of, text: "" },
        Label::Bool(_) => Label::Bool(false),
        Label::Integer(_) => Label::Integer(0),
        Label::Text(_) => Label::Text(""),
    }
}

/// The place of a label set whose labels were folded: what the macro works out from types, from the definition.
pub(crate) fn place_of(def: &MetricDef, labels: &[Label<'_>]) -> usize {
    def.labels.iter().zip(labels).fold(0, |place, (def, label)| {
        let at = match *label {
            Label::Closed { ordinal, .. } => ordinal,
            Label::Bool(value) => usize::from(value),
            Label::Integer(_) | Label::Text(_) => 0,
        };
        place.wrapping_mul(def.values.count()).wrapping_add(at)
    })
}

impl Cap {
    fn new(max_values: usize) -> Self {
        Self { max_values, taken: RwLock::default(), overflow: Count::new() }
    }

    /// What stands for a value that is beyond the limit: the last place of interned text is that of `other`.
    fn other<'l>(&self, label: Label<'l>) -> Label<'l> {
        match label {
            Label::Closed { of, text, .. } => Label::Closed { ordinal: self.max_values.saturating_sub(1), of, text },
            _ => Label::Text(OTHER),
        }
    }

    /// Whether the label has the value from now on.
    fn accepts(&self, label: Label<'_>) -> bool {
        match self.judge(label) {
            Verdict::Taken => true,
            Verdict::New => self.take(label),
            Verdict::Beyond => false,
        }
    }

    fn judge(&self, label: Label<'_>) -> Verdict {
        match label {
            // Interned text has its own limit, and a place beyond it for what came too late.
            Label::Closed { ordinal, .. } if ordinal < self.max_values => return Verdict::Taken,
            Label::Closed { .. } => return Verdict::Beyond,
            Label::Bool(_) | Label::Text(OTHER) => return Verdict::Taken,
            Label::Text(_) | Label::Integer(_) => {}
        }
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        match (taken.has(label), self.has_room(&taken)) {
            (true, _) => Verdict::Taken,
            (false, true) => Verdict::New,
            (false, false) => Verdict::Beyond,
        }
    }

    /// Takes a new value, if there is room.
    fn take(&self, label: Label<'_>) -> bool {
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have taken it meanwhile.
        if taken.has(label) {
            return true;
        }
        let has_room = self.has_room(&taken);
        if has_room {
            taken.add(label);
        }
        has_room
    }

    /// Whether there is room beside `other`.
    fn has_room(&self, taken: &Taken) -> bool {
        taken.len() + 1 < self.max_values
    }
}

impl Taken {
    fn has(&self, label: Label<'_>) -> bool {
        match label {
            Label::Text(text) => self.texts.contains(text),
            Label::Integer(value) => self.integers.contains(&value),
            Label::Closed { .. } | Label::Bool(_) => false,
        }
    }

    fn add(&mut self, label: Label<'_>) {
        match label {
            Label::Text(text) => drop(self.texts.insert(text.into())),
            Label::Integer(value) => drop(self.integers.insert(value)),
            // They have a place without being taken.
            Label::Closed { .. } | Label::Bool(_) => {}
        }
    }

    fn len(&self) -> usize {
        self.texts.len() + self.integers.len()
    }
}
