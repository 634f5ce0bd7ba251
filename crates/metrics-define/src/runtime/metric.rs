//! A registered metric and its handle.

use std::ptr;

use metric_names::Kind;

use crate::{
    definition::MetricDef,
    install,
    instrument::{FloatCounter, FloatUpDownCounter, Gauge, Histogram},
    label::Label,
    problem,
    runtime::{LabelsError, Measurement, RecordError, Watching, watch::Watchers},
    slot::Slot,
};

/// How many labels a run-time metric may have: their values are gathered on the stack.
pub(super) const MOST_LABELS: usize = 16;

/// A metric that was registered while the program runs: made by [`Registry::register`](crate::Registry::register).
///
/// It is a handle that is copied; two handles are equal when they record the same metric.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeMetric(&'static Entry);

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) def: &'static MetricDef,
    slot: RuntimeSlot,
    watchers: Watchers,
}

#[derive(Debug)]
enum RuntimeSlot {
    Counter(Slot<FloatCounter>),
    UpDownCounter(Slot<FloatUpDownCounter>),
    Gauge(Slot<Gauge>),
    Histogram(Slot<Histogram>),
}

impl Entry {
    pub(super) fn new(def: &'static MetricDef) -> Self {
        let slot = match def.kind {
            Kind::Counter => RuntimeSlot::Counter(Slot::new(def, None)),
            Kind::UpDownCounter => RuntimeSlot::UpDownCounter(Slot::new(def, None)),
            Kind::Gauge => RuntimeSlot::Gauge(Slot::new(def, None)),
            Kind::Histogram => RuntimeSlot::Histogram(Slot::new(def, None)),
        };
        Self { def, slot, watchers: Watchers::new() }
    }
}

impl RuntimeMetric {
    pub(super) fn new(entry: &'static Entry) -> Self {
        Self(entry)
    }

    /// The definition.
    pub fn definition(self) -> &'static MetricDef {
        self.0.def
    }

    /// Records one value in the metric's unit: counts it, adds it, sets it or measures it, as the kind has it.
    ///
    /// The label values stand in the order of the definition.
    /// Nothing is recorded on an error: too few or too many values, a negative count, a number that is not finite.
    /// Of these, values that are none are counted in [`problems`](crate::problems), for callers that ignore the error.
    pub fn record(self, value: f64, labels: &[&str]) -> Result<(), RecordError> {
        if labels.len() != self.0.def.labels.len() {
            return Err(self.labels_error(format!("{} values", labels.len())).into());
        }
        self.record_checked(value, labels)
    }

    /// The same with the labels by key, in any order.
    pub fn record_named(self, value: f64, labels: &[(&str, &str)]) -> Result<(), RecordError> {
        let values = self.ordered(labels)?;
        self.record_checked(value, values.get(..labels.len()).unwrap_or_default())
    }

    /// The values in the order of the definition, followed by empty ones.
    pub(super) fn ordered<'l>(self, labels: &[(&str, &'l str)]) -> Result<[&'l str; MOST_LABELS], LabelsError> {
        let defs = self.0.def.labels;
        let mut values = [""; MOST_LABELS];
        let mut complete = labels.len() == defs.len();
        for (place, def) in values.iter_mut().zip(defs) {
            match labels.iter().find(|(key, _)| *key == def.key) {
                Some((_, value)) => *place = value,
                None => complete = false,
            }
        }
        // As many labels as there are keys, each key among them: each was given once.
        if complete {
            return Ok(values);
        }
        let given: Vec<&str> = labels.iter().map(|(key, _)| *key).collect();
        Err(self.labels_error(format!("{given:?}")))
    }

    /// Calls back whenever the metric records, until the guard is dropped.
    ///
    /// The callback runs on the thread that records, after the value was recorded and outside any lock.
    /// One that panics is contained and counted in [`callback_panics`](crate::callback_panics).
    /// What a callback itself records calls no callbacks.
    pub fn watch(self, callback: impl Fn(&Measurement<'_>) + Send + Sync + 'static) -> Watching {
        self.0.watchers.add(callback)
    }

    fn record_checked(self, value: f64, values: &[&str]) -> Result<(), RecordError> {
        let Entry { def, slot, watchers } = self.0;
        if !value.is_finite() || (def.kind == Kind::Counter && value < 0.0) {
            problem::invalid_value(def);
            return Err(RecordError::Value { metric: def.name, value });
        }
        let generation = install::generation();
        if generation != 0 {
            let mut labels = [Label::Text(""); MOST_LABELS];
            for (label, value) in labels.iter_mut().zip(values) {
                *label = Label::text(value);
            }
            let labels = labels.get(..values.len()).unwrap_or_default();
            match slot {
                RuntimeSlot::Counter(slot) => slot.record(generation, labels, value),
                RuntimeSlot::UpDownCounter(slot) => slot.record(generation, labels, value),
                RuntimeSlot::Gauge(slot) => slot.record(generation, labels, value),
                RuntimeSlot::Histogram(slot) => slot.record(generation, labels, value),
            }
        }
        watchers.call(&Measurement { definition: def, value, labels: values });
        Ok(())
    }

    fn labels_error(self, given: String) -> LabelsError {
        let def = self.0.def;
        LabelsError { metric: def.name, expected: def.labels.iter().map(|label| label.key).collect(), given }
    }
}

impl PartialEq for RuntimeMetric {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for RuntimeMetric {}
