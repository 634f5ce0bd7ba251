//! The checks that the macro makes for a metric that is known when the program is compiled.

use std::collections::BTreeSet;

use metric_names::{Kind, check_label_key, check_metric_name, check_ucum, label_name};

use crate::runtime::{MetricSpec, RegisterError, metric::MOST_LABELS};

pub(super) fn check(spec: &MetricSpec) -> Result<(), RegisterError> {
    let name = || spec.name.clone();
    check_metric_name(&spec.name, spec.kind).map_err(|reason| RegisterError::Name { name: name(), reason })?;
    check_ucum(&spec.unit).map_err(|reason| RegisterError::Unit { name: name(), reason })?;
    if spec.description.trim().is_empty() {
        return Err(RegisterError::Description { name: name() });
    }
    check_labels(spec)?;
    if has_boundaries(spec) { Ok(()) } else { Err(RegisterError::Boundaries { name: name() }) }
}

fn check_labels(spec: &MetricSpec) -> Result<(), RegisterError> {
    let name = || spec.name.clone();
    if spec.labels.len() > MOST_LABELS {
        return Err(RegisterError::TooManyLabels { name: name(), given: spec.labels.len(), most: MOST_LABELS });
    }
    let mut exposed = BTreeSet::new();
    for key in &spec.labels {
        check_label_key(key).map_err(|reason| RegisterError::Label { name: name(), reason })?;
        if !exposed.insert(label_name(key)) {
            return Err(RegisterError::RepeatedLabel { name: name(), key: key.clone() });
        }
    }
    Ok(())
}

fn has_boundaries(spec: &MetricSpec) -> bool {
    let increasing = spec.boundaries.windows(2).all(|pair| pair[0] < pair[1]);
    let finite = spec.boundaries.iter().all(|bound| bound.is_finite());
    increasing && finite && (spec.kind == Kind::Histogram || spec.boundaries.is_empty())
}
