//! Series that start at 0, so that a rate sees the first event.

use std::{
    ptr,
    sync::{Mutex, PoisonError},
};

use crate::{
    Catalog,
    definition::{LabelDef, LabelValues, MetricDef},
    label::Label,
};

/// The catalogues whose zeros every installation starts: a static one each, so there are few.
static REMEMBERED: Mutex<Vec<&'static Catalog>> = Mutex::new(Vec::new());

/// Has the catalogue's zeros started by every later installation.
pub(crate) fn remember(catalog: &'static Catalog) {
    let mut remembered = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    if !remembered.iter().any(|other| ptr::eq(*other, catalog)) {
        remembered.push(catalog);
    }
}

/// Starts the zeros of a new installation.
pub(crate) fn start_remembered() {
    // Starting them makes instruments, which is foreign code.
    let remembered = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    remembered.into_iter().for_each(Catalog::start_zeros_now);
}

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
