//! The labels of one series, owned.

use opentelemetry::KeyValue;

use crate::{
    definition::MetricDef,
    expansion::Metric,
    label::{KeptLabel, Label, gathered},
};

/// The labels of one series, owned: by a handle, by a guard, or for the moment of a first record.
#[derive(Clone, Debug)]
pub(crate) struct KeptLabels {
    /// Where the series is among those of a metric whose label sets have places.
    pub(crate) place: usize,
    pub(crate) key: Box<[KeptLabel]>,
}

impl KeptLabels {
    pub(crate) fn of<M: Metric>(metric: &M) -> Self {
        Self::new(metric.place(), metric.labels().as_ref())
    }

    #[cold]
    pub(crate) fn new(place: usize, labels: &[Label<'_>]) -> Self {
        Self { place, key: labels.iter().map(|label| label.normalised().into()).collect() }
    }

    /// What the provider is given; text is shared with the key.
    pub(crate) fn attributes(&self, def: &MetricDef) -> Box<[KeyValue]> {
        let mut attributes: Box<[KeyValue]> = def
            .labels
            .iter()
            .zip(&self.key)
            .map(|(label, kept)| KeyValue::new(label.key, kept.attribute_value()))
            .collect();
        // The SDK keeps a series under its attributes as they are given and, if that differs, once more under them in
        // the order of their keys.
        attributes.sort_by(|a, b| a.key.cmp(&b.key));
        attributes
    }

    pub(super) fn with_labels<R>(&self, then: impl FnOnce(&[Label<'_>]) -> R) -> R {
        gathered(self.key.iter().map(KeptLabel::label), |labels| then(labels))
    }
}
