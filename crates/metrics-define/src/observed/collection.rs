//! One collection of an observable metric: its labels are capped, and what is folded is added up.

use std::sync::{Mutex, PoisonError};

use metric_names::Kind;
use opentelemetry::{KeyValue, metrics::AsyncInstrument};

use crate::{
    cap::Caps,
    definition::{LabelDef, LabelValues, MetricDef},
    expansion::Metric,
    label::{KeptLabel, Label, OTHER},
    observed::ObservedValue,
    problem::{self, Count},
    resolved::KeptLabels,
    table::{Table, hash_of},
};

/// The attribute of the series that takes what is beyond the limit of an instrument, as OpenTelemetry specifies it.
const OVERFLOW: &str = "otel.metric.overflow";

/// What the callbacks of one collection observe with.
///
/// The values that a label has taken are forgotten after it, because a series that is not observed is no series any more.
pub(crate) struct Collection<'c, V> {
    instrument: &'c dyn AsyncInstrument<V>,
    def: &'static MetricDef,
    caps: Caps,
    /// The series so far, where the labels allow more than the instrument may have.
    series: Option<Table<()>>,
    too_many_series: Count,
    folded: Mutex<Vec<(Box<[KeyValue]>, V)>>,
}

impl<'c, V: ObservedValue> Collection<'c, V> {
    pub(crate) fn new(def: &'static MetricDef, instrument: &'c dyn AsyncInstrument<V>) -> Self {
        let (possible, limit) = (def.possible_series(), def.series_limit());
        Self {
            instrument,
            def,
            caps: Caps::new(def),
            series: (possible > limit).then(|| Table::new(limit)),
            too_many_series: Count::new(),
            folded: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn observe(&self, value: V, metric: &impl Metric) {
        if !value.is_possible(self.def.kind) {
            problem::invalid_value(self.def);
            return;
        }
        self.caps.apply(self.def, metric.labels().as_ref(), |labels, _| {
            let has_room = self.has_room(labels);
            let attributes = if has_room {
                KeptLabels::new(self.def, metric.place(), labels).into_attributes()
            } else {
                problem::too_many_series(self.def, &self.too_many_series);
                [KeyValue::new(OVERFLOW, true)].into()
            };
            let is_folded = !has_room || self.def.labels.iter().zip(labels).any(is_other);
            let value = if is_folded && self.def.kind != Kind::Gauge { self.add(value, &attributes) } else { value };
            self.instrument.observe(value, &attributes);
        });
    }

    /// Whether the series is one of those that the instrument may have.
    fn has_room(&self, labels: &[Label<'_>]) -> bool {
        let Some(series) = &self.series else { return true };
        let hash = hash_of(labels);
        if series.find(hash, |key| key == labels).is_some() {
            return true;
        }
        let key = || labels.iter().map(|label| KeptLabel::from(*label)).collect();
        series.has_room() && series.insert(hash, key(), ()).is_some()
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
