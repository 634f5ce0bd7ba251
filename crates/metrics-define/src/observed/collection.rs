//! One collection of an observable metric: its labels are capped, and what is folded is added up.

use std::sync::{Mutex, PoisonError};

use metric_names::Kind;
use opentelemetry::{KeyValue, metrics::AsyncInstrument};

use crate::{
    cap::Caps,
    definition::{LabelDef, LabelValues, MetricDef},
    expansion::Metric,
    label::{Label, OTHER},
    observed::ObservedValue,
    problem,
    resolved::KeptLabels,
};

/// What the callbacks of one collection observe with.
///
/// The values that a label has taken are forgotten after it, because a series that is not observed is no series any more.
pub(crate) struct Collection<'c, V> {
    instrument: &'c dyn AsyncInstrument<V>,
    def: &'static MetricDef,
    caps: Caps,
    folded: Mutex<Vec<(Box<[KeyValue]>, V)>>,
}

impl<'c, V: ObservedValue> Collection<'c, V> {
    pub(crate) fn new(def: &'static MetricDef, instrument: &'c dyn AsyncInstrument<V>) -> Self {
        Self { instrument, def, caps: Caps::new(def), folded: Mutex::new(Vec::new()) }
    }

    pub(crate) fn observe(&self, value: V, metric: &impl Metric) {
        if !value.is_possible(self.def.kind) {
            problem::invalid_value(self.def);
            return;
        }
        self.caps.apply(self.def, metric.labels().as_ref(), |labels, _| {
            let attributes = KeptLabels::new(self.def, metric.place(), labels).into_attributes();
            let is_sum = self.def.kind != Kind::Gauge;
            if is_sum && self.def.labels.iter().zip(labels).any(is_other) {
                let value = self.add(value, &attributes);
                self.instrument.observe(value, &attributes);
            } else {
                self.instrument.observe(value, &attributes);
            }
        });
    }

    /// The value of a series whose labels are known to be within their limits.
    pub(crate) fn observe_kept(&self, value: V, attributes: &[KeyValue]) {
        self.instrument.observe(value, attributes);
    }

    /// The sum of what was folded into one series so far: the SDK keeps only the last value that it is given.
    fn add(&self, value: V, attributes: &[KeyValue]) -> V {
        let mut folded = self.folded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sum)) = folded.iter_mut().find(|(key, _)| **key == *attributes) {
            *sum = sum.plus(value);
            return *sum;
        }
        folded.push((attributes.into(), value));
        value
    }
}

/// Whether many values may have become this one.
fn is_other((def, label): (&LabelDef, &Label<'_>)) -> bool {
    matches!(def.values, LabelValues::Open { .. })
        && matches!(label, Label::Text(OTHER) | Label::Closed { text: OTHER, .. })
}
