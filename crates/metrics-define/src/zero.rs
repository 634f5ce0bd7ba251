//! Series that start at 0, so that a rate sees the first event.

use crate::{
    definition::{LabelDef, LabelValues, MetricDef},
    label::Label,
};

/// Goes over every series of a metric whose labels are closed, with its place, up to the metric's limit.
pub(crate) fn for_each_series(def: &MetricDef, mut visit: impl FnMut(usize, &[Label<'_>])) {
    let Some(labels) = def.labels.iter().map(closed).collect::<Option<Vec<_>>>() else { return };
    for place in 0..def.series_limit() {
        let mut rest = place;
        // The last label's value changes fastest, as in the number that the macro makes of a label set.
        let mut series: Vec<_> = labels
            .iter()
            .rev()
            .map(|&(label, values)| {
                let ordinal = rest % values.len().max(1);
                rest /= values.len().max(1);
                value(label, values, ordinal)
            })
            .collect();
        series.reverse();
        visit(place, &series);
    }
}

fn closed(label: &'static LabelDef) -> Option<(&'static LabelDef, &'static [&'static str])> {
    match label.values {
        LabelValues::Closed(values) => Some((label, values)),
        LabelValues::Open { .. } => None,
    }
}

fn value(label: &LabelDef, values: &'static [&'static str], ordinal: usize) -> Label<'static> {
    if label.is_boolean { Label::Bool(ordinal == 1) } else { Label::closed(values, ordinal) }
}
