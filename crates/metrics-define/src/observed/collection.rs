//! One collection of an observable metric: its labels are capped, and what is folded is added up.

use std::sync::{Mutex, PoisonError};

use metric_names::Kind;
use opentelemetry::{KeyValue, metrics::AsyncInstrument};

use crate::{
    cap::{Capped, Caps},
    definition::{LabelDef, LabelValues, MetricDef},
    expansion::Metric,
    instrument::OVERFLOW,
    label::{Label, OTHER},
    observed::ObservedValue,
    problem::{self, Count},
    resolved::{KeptLabels, Store},
    stream::Stream,
};

/// What the callbacks of one collection observe with.
///
/// The values that a label has taken are forgotten after it, because a series that is not observed is no series any more.
pub(crate) struct Collection<'c, V> {
    instrument: &'c dyn AsyncInstrument<V>,
    def: &'static MetricDef,
    caps: Caps,
    /// The series so far, where the labels allow more than the instrument may have.
    series: Option<Store<()>>,
    too_many_series: Count,
    folded: Mutex<Vec<(Box<[KeyValue]>, V)>>,
}

impl<'c, V: ObservedValue> Collection<'c, V> {
    pub(crate) fn new(def: &'static MetricDef, stream: &Stream, instrument: &'c dyn AsyncInstrument<V>) -> Self {
        let (possible, limit) = (def.possible_series(), stream.series_limit);
        Self {
            instrument,
            def,
            caps: Caps::new(def, stream.dropped.clone()),
            series: (possible > limit).then(|| Store::new(None, limit)),
            too_many_series: Count::new(),
            folded: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn observe(&self, value: V, metric: &impl Metric) {
        if !value.is_possible(self.def.kind) {
            problem::invalid_value(self.def);
            return;
        }
        self.caps.apply(metric.labels().as_ref(), |Capped { labels, folded, .. }| {
            self.caps.count(self.def, folded);
            let kept = KeptLabels::new(metric.place(), labels);
            let has_room = self.series.as_ref().is_none_or(|series| series.cell(0, labels, &kept.key).is_some());
            let attributes = if has_room {
                kept.attributes(self.def)
            } else {
                problem::too_many_series(self.def, &self.too_many_series);
                [KeyValue::new(OVERFLOW, true)].into()
            };
            let is_folded = !has_room || !folded.is_none() || self.def.labels.iter().zip(labels).any(is_other);
            let value = if is_folded && self.def.kind != Kind::Gauge { self.add(value, &attributes) } else { value };
            self.instrument.observe(value, &attributes);
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
